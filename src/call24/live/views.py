"""What people see: the board and the call records with the names put in, as JSON-ready dicts of the API's shapes.

One definition for the HTTP API and the realtime events alike. It reads; it changes nothing. The shapes of calls are in
live_calls.py and call_rows.py, the figures in figures.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from call24.agents.model import AgentSession, AgentState
from call24.call_records import call_rows as rows
from call24.call_records.answers import CallDetailFields, CallOfferRow, CallRow
from call24.call_records.figures import handle_times
from call24.call_records.history_row import HistoryRow
from call24.call_records.model import CallRecord
from call24.calls.model import CallState, Direction
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.identity.service import IdentityService
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, QueueId, TenantId, UserId
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.live.alert_model import QueueAlert
from call24.live.alerts import QueueAlerts
from call24.live.answers import (
    AgentCounts,
    AgentRow,
    AgentSessionAnswer,
    AgentToday,
    CardPerson,
    LastCall,
    LastingAlert,
    LiveCallAnswer,
    LiveCallRow,
    QueuePlace,
    QueueRow,
    SessionDayPart,
    SessionFields,
)
from call24.live.board import Board, DayPart, LiveCall
from call24.live.caller_card import Cards
from call24.live.live_calls import LiveCalls
from call24.live.service_level import Stayed
from call24.live.within import within
from call24.people.matches import Matches
from call24.people.unsure import UnsureCallers
from call24.queues.model import Queue
from call24.queues.service import QueueService
from call24.tenants.service import TenantService

RECORDS_MAX = 5000
FIGURES_S = 1.5
"""Nobody waits longer for figures: that MongoDB is gone is known only seconds later, and calls go on meanwhile."""


class Views:
    """``monitoring_visible``: whether an organisation lets its agents see who listens to their calls. `matches`: who of
    the address book has a caller's number, and `unsure`: who may have it; `alerts`: those of queues that last."""

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
        monitoring_visible: Callable[[TenantId], bool] = lambda tenant_id: True,
        matches: Matches | None = None,
        unsure: UnsureCallers | None = None,
        alerts: QueueAlerts | None = None,
    ) -> None:
        self.restricted = callers.restricted
        self._clock = clock
        self._mongo = mongo
        self._journal = journal
        self._board = board
        self._identity = identity
        self._tenants = tenants
        self._queues = queues
        self._alerts = alerts
        self._cards = Cards(clock, mongo, callers, self.name, matches, unsure)
        self._live_calls = LiveCalls(self._cards, self.name, self.queue_name, monitoring_visible, self.card_people)

    # --- names ---

    def name(self, user_id: UserId | None) -> str:
        user = self._identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    def queue_name(self, queue_id: QueueId | None) -> str:
        queue = self._queues.known(queue_id) if queue_id is not None else None
        return queue.name if queue is not None else ""

    # --- agents ---

    async def session(self, tenant_id: TenantId, agent_id: UserId) -> AgentSessionAnswer:
        """The agent's own session, with the day so far."""
        while self._board.day(agent_id) is None:
            before = self._board.session(tenant_id, agent_id)
            entries = await self._journal.read_agent(tenant_id, agent_id, self.midnight(tenant_id))
            # A line that came while the journal was read may not be among those that it gave.
            if self._board.session(tenant_id, agent_id) is before:
                self._board.restore_day(agent_id, entries)
        session = self._session(tenant_id, agent_id)
        midnight = self.midnight(tenant_id)
        day = [part for part in self._board.day(agent_id) or [] if part.until is None or part.until > midnight]
        return {
            **_session_part(session),
            "agent_id": agent_id,
            "wrap_up_until": iso(session.wrap_up_until),
            "next": session.next.state if session.next else None,
            "disposition_due": session.disposition_due,
            "disposition_required": session.disposition_required,
            "disposition_id": session.disposition_id,
            "day": [_day_part(part, midnight) for part in day],
        }

    def agent(self, tenant_id: TenantId, agent_id: UserId) -> AgentRow | None:
        """None for a user who is gone."""
        user = self._identity.known_user(agent_id)
        if user is None or user.tenant_id != tenant_id:
            return None
        session = _session_part(self._session(tenant_id, agent_id))
        row: AgentRow = {
            "id": agent_id,
            "name": user.name,
            "state": session["state"],
            "since": session["since"],
            "reason": session["reason"],
            "call_id": session["call_id"],
            "pause_limit_at": session["pause_limit_at"],
            "overdue": session["overdue"],
            "with": None,
        }
        live = self._board.call_of(tenant_id, agent_id)
        if live is not None and live.call.state is CallState.HELD:
            row["on_hold"] = True
        return row

    async def agent_with_caller(self, tenant_id: TenantId, agent_id: UserId) -> AgentRow | None:
        """The row with the name of whom the agent talks to."""
        row = self.agent(tenant_id, agent_id)
        live = self._board.call_of(tenant_id, agent_id)
        if row is not None and live is not None:
            contact = await self._cards.contact(tenant_id, live.call.contact_id)
            row["with"] = (contact.shown_name or contact.number) if contact else None
        return row

    async def agents(self, tenant_id: TenantId, *, with_callers: bool) -> list[AgentRow]:
        """Members of queues; with the names of callers for who may see all calls."""
        users = sorted(self._identity.known_users(tenant_id), key=lambda user: user.name.casefold())
        members = {member for queue in self._queues.known_queues(tenant_id) for member in queue.members}
        shown = [user.id for user in users if user.id in members]
        if not with_callers:
            found = [self.agent(tenant_id, user_id) for user_id in shown]
        else:
            found = [await self.agent_with_caller(tenant_id, user_id) for user_id in shown]
        return [row for row in found if row is not None]

    def watchers(self, tenant_id: TenantId) -> list[UserId]:
        """Who sees all calls that go on."""
        return [
            user.id for user in self._identity.known_users(tenant_id) if self._identity.permits(user, "calls.read_all")
        ]

    # --- queues ---

    def queue(self, tenant_id: TenantId, queue_id: QueueId) -> QueueRow | None:
        """``waiting``: callers on the line; ``line``: them and the callbacks, in the order of places.

        The service level is today's, and null before the day so far was counted.
        """
        queue = self._queues.known(queue_id)
        if queue is None or queue.tenant_id != tenant_id:
            return None
        line = self._board.waiting(tenant_id, queue_id)
        callbacks = sum(1 for live in line if live.call.direction is Direction.CALLBACK)
        since = [live.call.queued_at for live in line if live.call.direction is not Direction.CALLBACK]
        states = Counter(self._session(tenant_id, member).state for member in queue.members)
        return {
            "id": queue.id,
            "name": queue.name,
            "waiting": len(line) - callbacks,
            "callbacks": callbacks,
            "longest_since": iso(min((at for at in since if at is not None), default=None)),
            "line": [_place(live, position) for position, live in enumerate(line, start=1)],
            "service_level": self._level(queue),
            "service_level_s": queue.service_level_s,
            "agents": _counts(states),
            "alerts": [] if self._alerts is None else [_alert(one) for one in self._alerts.lasting(queue_id)],
        }

    async def queues(self, tenant_id: TenantId) -> list[QueueRow]:
        await self.count_day(tenant_id)
        known = sorted(self._queues.known_queues(tenant_id), key=lambda queue: queue.name.casefold())
        rows = [self.queue(tenant_id, queue.id) for queue in known]
        return [row for row in rows if row is not None]

    async def count_day(self, tenant_id: TenantId) -> None:
        """Make today's service levels known, once; not while MongoDB is away: figures are missed, calls are not."""
        if self._board.levels.counts(tenant_id) or not self._mongo.reachable:
            return
        kept = {"$gt": self._clock.now()}  # not of test calls
        since = {"arrived_at": {"$gte": self.midnight(tenant_id)}, "ended_at": {"$ne": None}, "delete_at": kept}
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        if (stayed := await within(FIGURES_S, records.find_parts(Stayed, since))) is not None:
            self._board.levels.seed(tenant_id, stayed)

    def _level(self, queue: Queue) -> float | None:
        levels = self._board.levels
        if not levels.counts(queue.tenant_id):
            return None
        return levels.level(queue.id, self.midnight(queue.tenant_id), queue.service_level_s)

    def queues_of_agents(self, tenant_id: TenantId, agents: Sequence[UserId]) -> list[QueueId]:
        """The queues in whose row these agents are counted."""
        known = self._queues.known_queues(tenant_id)
        return [queue.id for queue in known if any(agent in queue.members for agent in agents)]

    # --- calls ---

    async def live_call(self, live: LiveCall, user_id: UserId) -> LiveCallAnswer:
        """With the caller card, as one of its people sees it."""
        return await self._live_calls.for_user(live, user_id)

    def card_people(
        self, tenant_id: TenantId, contact_id: ContactId | None, user_id: UserId, call_id: CallId | None = None
    ) -> list[CardPerson]:
        """Who has the caller's number, or may have it, from memory, for somebody who may read the address book."""
        user = self._identity.known_user(user_id)
        if user is None or not self._identity.permits(user, "people.read"):
            return []
        return self._cards.people(tenant_id, contact_id, user_id, call_id)

    async def last_calls(self, tenant_id: TenantId, contact_id: ContactId) -> list[LastCall]:
        """As the card beside a call has them. Raises: Unavailable."""
        return await self._cards.last_calls(tenant_id, contact_id)

    async def call_row(self, live: LiveCall) -> LiveCallRow:
        """For who may see all calls."""
        return await self._live_calls.row(live)

    async def calls(self, tenant_id: TenantId) -> list[LiveCallRow]:
        """All that go on, the oldest first."""
        live = sorted(self._board.calls(tenant_id), key=lambda live: live.call.arrived_at)
        return [await self._live_calls.row(one) for one in live]

    def unwritten(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        """A new caller whom MongoDB does not have yet."""
        return self._cards.unwritten(tenant_id, contact_id)

    def row(self, tenant_id: TenantId, record: CallRecord | HistoryRow, contact: Contact | None) -> CallRow:
        if self.restricted(tenant_id, record.contact_id):
            return rows.restricted_row(record)
        return rows.row(record, contact, self.name, self.queue_name)

    def detail_fields(self, record: CallRecord) -> CallDetailFields:
        return rows.detail_fields(record, self.name, self.queue_name)

    def offers(self, record: CallRecord) -> list[CallOfferRow]:
        return rows.offer_rows(record, self.name)

    async def today(self, tenant_id: TenantId, agent_id: UserId) -> AgentToday:
        """An agent's figures since midnight: calls handled and their mean handle time, as in reports; share in time."""
        midnight = self.midnight(tenant_id)
        records = await self._today(tenant_id, agent_id)
        handle = handle_times(records, agent_id, midnight)
        served = [
            visit.waited_s <= self._limit(visit.queue_id)
            for record in records
            if record.agents and record.agents[0].agent_id == agent_id and record.direction != "callback"
            for visit in record.queues
            if visit.left == "answered"
        ]
        return {
            "answered": len(handle),
            "handle_s": round(sum(handle) / len(handle), 1) if handle else None,
            "service_level": round(sum(served) / len(served), 3) if served else None,
        }

    async def _today(self, tenant_id: TenantId, agent_id: UserId) -> list[CallRecord]:
        """Ended ones that the agent had. None of them while MongoDB is away: figures are missed, calls are not."""
        if not self._mongo.reachable:
            return []
        theirs = {"found_in": agent_id, "arrived_at": {"$gte": self.midnight(tenant_id)}}
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        return await within(FIGURES_S, records.find(theirs, sort=[("arrived_at", -1)], limit=RECORDS_MAX)) or []

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


def _session_part(session: AgentSession) -> SessionFields:
    return {
        "state": session.state,
        "since": iso(session.since),
        "reason": session.reason,
        "call_id": session.call_id,
        "pause_limit_at": iso(session.pause_limit_at),
        "overdue": session.overdue,
    }


def _counts(states: Counter[AgentState]) -> AgentCounts:
    return {
        "offline": states[AgentState.OFFLINE],
        "available": states[AgentState.AVAILABLE],
        "offered": states[AgentState.OFFERED],
        "on_call": states[AgentState.ON_CALL],
        "wrap_up": states[AgentState.WRAP_UP],
        "paused": states[AgentState.PAUSED],
    }


def _day_part(part: DayPart, midnight: datetime) -> SessionDayPart:
    return {"state": part.state, "from": iso(max(part.since, midnight)), "to": iso(part.until)}


def _alert(alert: QueueAlert) -> LastingAlert:
    return {"id": alert.id, "rule": alert.rule, "limit": alert.limit, "raised_at": iso(alert.raised_at)}


def _place(live: LiveCall, position: int) -> QueuePlace:
    call = live.call
    return {
        "position": position,
        "call_id": call.id,
        "callback": call.direction is Direction.CALLBACK,
        "since": iso(call.queued_at or call.arrived_at),
        "priority": call.priority,
        "ringing": bool(call.offers),
    }
