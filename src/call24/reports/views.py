"""What people see: the board and the call records with the names put in, as JSON-ready dicts of the API's shapes.

One definition for the HTTP API and the realtime events alike. It reads; it changes nothing.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from call24.agents.model import AgentSession, AgentState
from call24.calls.model import CallState
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.identity.service import IdentityService
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, QueueId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.queues.model import Queue
from call24.queues.service import QueueService
from call24.reports.board import Board, DayPart, LiveCall
from call24.reports.call_record import CallRecord, Outcome
from call24.tenants.service import TenantService

Json = dict[str, Any]
CARDS_KEPT = 500


class Views:
    def __init__(
        self,
        *,
        clock: Clock,
        mongo: Mongo,
        journal: Journal,
        board: Board,
        identity: IdentityService,
        tenants: TenantService,
        queues: QueueService,
        callers: KnownCallers,
    ) -> None:
        self._clock = clock
        self._mongo = mongo
        self._journal = journal
        self._board = board
        self._identity = identity
        self._tenants = tenants
        self._queues = queues
        self._callers = callers
        self._cards: OrderedDict[CallId, Json] = OrderedDict()

    # --- agents ---

    async def session(self, tenant_id: TenantId, agent_id: UserId) -> Json:
        """SessionView: the agent's own session, with the day so far."""
        if self._board.day(agent_id) is None:
            entries = await self._journal.read_agent(tenant_id, agent_id, self.midnight(tenant_id))
            self._board.restore_day(agent_id, entries)
        session = self._session(tenant_id, agent_id)
        midnight = self.midnight(tenant_id)
        day = [part for part in self._board.day(agent_id) or [] if part.until is None or part.until > midnight]
        return {
            **_session_part(session),
            "agent_id": agent_id,
            "wrap_up_until": iso(session.wrap_up_until),
            "next": session.next.state.value if session.next else None,
            "day": [_day_part(part, midnight) for part in day],
        }

    def agent(self, tenant_id: TenantId, agent_id: UserId) -> Json | None:
        """AgentRow, or None for a user who is gone."""
        user = self._identity.known_user(agent_id)
        if user is None or user.tenant_id != tenant_id:
            return None
        row = {"id": agent_id, "name": user.name, **_session_part(self._session(tenant_id, agent_id)), "with": None}
        live = self._board.call_of(tenant_id, agent_id)
        if live is not None and live.call.state is CallState.HELD:
            row["on_hold"] = True
        return row

    async def agent_with_caller(self, tenant_id: TenantId, agent_id: UserId) -> Json | None:
        """AgentRow with the name of whom the agent talks to."""
        row = self.agent(tenant_id, agent_id)
        live = self._board.call_of(tenant_id, agent_id)
        if row is not None and live is not None:
            contact = await self._callers.get(tenant_id, live.call.contact_id)
            row["with"] = (contact.shown_name or contact.number) if contact else None
        return row

    async def agents(self, tenant_id: TenantId) -> list[Json]:
        users = sorted(self._identity.known_users(tenant_id), key=lambda user: user.name.casefold())
        members = {member for queue in self._queues.known_queues(tenant_id) for member in queue.members}
        rows = [await self.agent_with_caller(tenant_id, user.id) for user in users if user.id in members]
        return [row for row in rows if row is not None]

    # --- queues ---

    def queue(self, tenant_id: TenantId, queue_id: QueueId) -> Json | None:
        """QueueRow."""
        queue = self._queues.known(queue_id)
        if queue is None or queue.tenant_id != tenant_id:
            return None
        waiting = self._board.waiting(tenant_id, queue_id)
        states = Counter(self._session(tenant_id, member).state.value for member in queue.members)
        return {
            "id": queue.id,
            "name": queue.name,
            "waiting": len(waiting),
            "longest_since": iso(waiting[0].call.queued_at) if waiting else None,
            "service_level": None,
            "agents": {state.value: states.get(state.value, 0) for state in AgentState},
        }

    async def queues(self, tenant_id: TenantId) -> list[Json]:
        """QueueRows with today's service level."""
        known = sorted(self._queues.known_queues(tenant_id), key=lambda queue: queue.name.casefold())
        today = await self._today(tenant_id)
        rows = []
        for queue in known:
            if (row := self.queue(tenant_id, queue.id)) is not None:
                theirs = [record for record in today if record.queue_id == queue.id]
                rows.append({**row, "service_level": service_level(theirs, queue)})
        return rows

    def queues_of_agents(self, tenant_id: TenantId, agents: Sequence[UserId]) -> list[QueueId]:
        """The queues in whose row these agents are counted."""
        known = self._queues.known_queues(tenant_id)
        return [queue.id for queue in known if any(agent in queue.members for agent in agents)]

    # --- live calls ---

    async def live_call(self, live: LiveCall) -> Json:
        """LiveCall with the caller card."""
        call = live.call
        queue = self._queues.known(call.queue_id)
        return {
            "id": call.id,
            "state": call.state.value,
            "offer_id": call.offer.offer_id if call.offer else call.offer_id,
            "direction": "in",
            "queue": {"id": call.queue_id, "name": queue.name if queue else ""},
            "card": await self._card_of(live),
            "why": _why(live),
            "arrived_at": iso(call.arrived_at),
            "queued_at": iso(call.queued_at),
            "offered_at": iso(live.offered_at),
            "connected_at": iso(call.connected_at),
            "recording": call.recording_id is not None,
            "line": [{"kind": x.kind.value, "from": iso(x.since), "to": iso(x.until)} for x in live.line],
        }

    async def _card_of(self, live: LiveCall) -> Json:
        """The card is made once per call and shown with each of its changes."""
        call = live.call
        if (card := self._cards.get(call.id)) is None:
            card = self._cards[call.id] = await self._card(call.tenant_id, call.contact_id)
            while len(self._cards) > CARDS_KEPT:
                self._cards.popitem(last=False)
        return card

    async def _card(self, tenant_id: TenantId, contact_id: ContactId | None) -> Json:
        contact = await self._callers.get(tenant_id, contact_id)
        if contact is None:
            nobody: Json = {"contact_id": contact_id, "name": None, "number": None, "location": None}
            return {**nobody, "calls_this_week": 0, "last_call": None}
        week = self._clock.now() - timedelta(days=7)
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        earlier: list[CallRecord] = []
        if self._mongo.reachable:
            known = {"contact_id": contact.id, "ended_at": {"$ne": None}}
            earlier = await records.find(known, sort=[("arrived_at", -1)], limit=50)
        return {
            "contact_id": contact.id,
            "name": contact.shown_name,
            "number": contact.number,
            "location": contact.region,
            "calls_this_week": sum(1 for record in earlier if record.arrived_at >= week),
            "last_call": self._last_call(earlier[0]) if earlier else None,
        }

    def _last_call(self, record: CallRecord) -> Json:
        return {"at": iso(record.arrived_at), "agent": self._named(record.agent_id), "outcome": record.outcome.value}

    # --- history ---

    def row(self, record: CallRecord, contact: Contact | None) -> Json:
        """CallRow; what is known of the recording itself is added by who serves it."""
        queue = self._queues.known(record.queue_id)
        return {
            "id": record.id,
            "at": iso(record.arrived_at),
            "ended_at": iso(record.ended_at),
            "number": contact.number if contact else None,
            "name": contact.shown_name if contact else None,
            "contact_id": record.contact_id,
            "queue": {"id": record.queue_id, "name": queue.name if queue else ""},
            "agent": self._named(record.agent_id),
            "outcome": record.outcome.value,
            "ended_by": record.ended_by,
            "answered_at": iso(record.answered_at),
            "wait_s": record.wait_s,
            "ring_s": record.ring_s,
            "talk_s": record.talk_s,
            "hold_s": record.hold_s,
            "wrap_up_s": record.wrap_up_s,
            "line": shown_line(record),
            "recording": None,
        }

    def offers(self, record: CallRecord) -> list[Json]:
        return [
            {
                "at": iso(offer.at),
                "agent": self._named(offer.agent_id),
                "outcome": offer.outcome,
                "ring_s": offer.ring_s,
                "candidates": [
                    {
                        "agent": self._named(considered.agent_id),
                        "chosen": considered.chosen,
                        "reason": REASONS.get(considered.reason, considered.reason),
                        "idle_s": considered.idle_s,
                    }
                    for considered in offer.candidates
                ],
            }
            for offer in record.offers
        ]

    async def today(self, tenant_id: TenantId, agent_id: UserId) -> Json:
        """An agent's figures since midnight: answered calls, mean handle time, share answered in time."""
        records = [r for r in await self._today(tenant_id) if r.agent_id == agent_id and r.outcome is Outcome.ANSWERED]
        handle = [r.talk_s + r.hold_s + r.wrap_up_s for r in records]
        in_time = [r.wait_s + r.ring_s <= self._limit(r.queue_id) for r in records]
        return {
            "answered": len(records),
            "handle_s": round(sum(handle) / len(handle), 1) if handle else None,
            "service_level": round(sum(in_time) / len(in_time), 3) if in_time else None,
        }

    async def _today(self, tenant_id: TenantId) -> list[CallRecord]:
        """None of them while MongoDB is away: figures are missed, calls are not."""
        if not self._mongo.reachable:
            return []
        since = {"arrived_at": {"$gte": self.midnight(tenant_id)}, "ended_at": {"$ne": None}}
        return (
            await self._mongo.tenant(tenant_id)
            .collection(CallRecord)
            .find(since, sort=[("arrived_at", -1)], limit=5000)
        )

    def _limit(self, queue_id: QueueId) -> float:
        queue = self._queues.known(queue_id)
        return queue.service_level_s if queue else 20

    def midnight(self, tenant_id: TenantId) -> datetime:
        """The beginning of the organisation's day."""
        tenant = self._tenants.known(tenant_id)
        zone = ZoneInfo(tenant.timezone) if tenant else ZoneInfo("UTC")
        return self._clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def _session(self, tenant_id: TenantId, agent_id: UserId) -> AgentSession:
        """Who was never here is offline since the account was made: the same answer each time."""
        user = self._identity.known_user(agent_id)
        since = user.created_at if user is not None else self._clock.now()
        offline = AgentSession(agent_id=agent_id, tenant_id=tenant_id, since=since, idle_since=since)
        return self._board.session(tenant_id, agent_id) or offline

    def name(self, user_id: UserId | None) -> str:
        user = self._identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    def _named(self, user_id: UserId | None) -> Json | None:
        if user_id is None:
            return None
        return {"id": user_id, "name": self.name(user_id)}


REASONS = {
    "idle_longest": "idle the longest",
    "second_try": "nobody else is free",
    "idle_shorter": "idle for a shorter time",
    "declined_before": "did not take this call before",
    "just_taken": "just got another call",
    "offered": "another call was ringing",
    "on_call": "on a call",
    "wrap_up": "in wrap-up",
    "paused": "paused",
    "offline": "offline",
}


def service_level(records: Sequence[CallRecord], queue: Queue) -> float | None:
    """Share of calls answered within the queue's limit, of all that were answered or abandoned later than the limit.

    Source: the common definition "answered in time / (answered + abandoned after the limit)".
    """
    answered = [r for r in records if r.outcome is Outcome.ANSWERED]
    in_time = sum(1 for r in answered if r.wait_s + r.ring_s <= queue.service_level_s)
    left = [r for r in records if r.outcome in {Outcome.ABANDONED, Outcome.VOICEMAIL}]
    late = sum(1 for r in left if r.wait_s + r.ring_s > queue.service_level_s)
    total = len(answered) + late
    return round(in_time / total, 3) if total else None


def shown_line(record: CallRecord) -> list[Json]:
    """The record's line with what follows it: the wrap-up, or the mark of a caller who left."""
    line: list[Json] = [{"kind": piece.kind, "s": piece.s} for piece in record.line]
    if record.wrap_up_s:
        line.append({"kind": "wrap", "s": record.wrap_up_s})
    if record.outcome in {Outcome.ABANDONED, Outcome.FAILED}:
        line.append({"kind": "left", "s": 0})
    return line


def iso(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _session_part(session: AgentSession) -> Json:
    return {
        "state": session.state.value,
        "since": iso(session.since),
        "reason": session.reason,
        "call_id": session.call_id,
    }


def _day_part(part: DayPart, midnight: datetime) -> Json:
    return {"state": part.state.value, "from": iso(max(part.since, midnight)), "to": iso(part.until)}


def _why(live: LiveCall) -> str | None:
    """One sentence for the ringing screen: why this agent."""
    if live.offered is None:
        return None
    chosen = next((candidate for candidate in live.offered.candidates if candidate.chosen), None)
    if chosen is None:
        return None
    if chosen.reason == "second_try":
        return "You, because nobody else is free"
    others = len(live.offered.candidates) - 1
    return "You, because you are idle the longest" if others else "You, because you are free"
