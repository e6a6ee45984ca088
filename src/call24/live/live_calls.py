"""A call that goes on, as it is shown: to one of its people (``for_user``), or in the supervisors' list (``row``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from call24.call_records.answers import QueueRef
from call24.call_records.labels import YOU, Names, named
from call24.calls.model import Call, CallState, Direction
from call24.kit.ids import CallId, ContactId, DeviceId, QueueId, TenantId, UserId
from call24.kit.instants import iso
from call24.live.answers import (
    CallerCard,
    CardPerson,
    ConsultParty,
    LiveCallAnswer,
    LiveCallFields,
    LiveCallRow,
    LiveMonitor,
    LiveRecording,
)
from call24.live.board import LiveCall
from call24.live.caller_card import Cards

QueueName = Callable[[QueueId], str]
PLACED = frozenset({Direction.OUTBOUND, Direction.INTERNAL})
FREE = "You, because you are free"

CardPeople = Callable[[TenantId, ContactId | None, UserId, CallId], list[CardPerson]]
"""Who has the number of a contact, for a user; of a call without one, who may be calling."""


def _nobody(tenant_id: TenantId, contact_id: ContactId | None, user_id: UserId, call_id: CallId) -> list[CardPerson]:
    return []


class LiveCalls:
    """``monitoring_visible``: whether an organisation lets its agents see who listens."""

    def __init__(
        self,
        cards: Cards,
        name: Names,
        queue_name: QueueName,
        monitoring_visible: Callable[[TenantId], bool],
        people: CardPeople = _nobody,
    ) -> None:
        self._people = people
        self._cards = cards
        self._name = name
        self._queue_name = queue_name
        self._monitoring_visible = monitoring_visible

    async def for_user(self, live: LiveCall, user_id: UserId) -> LiveCallAnswer:
        """As this user's screen has it."""
        call = live.call
        offer_id = live.offer_of(user_id)
        part = part_of(call, user_id)
        return {
            **(await self._common(live)),
            "offer_id": offer_id,
            "device_id": _device(call, part),
            "origin_call_id": call.origin_call_id,
            "purpose": _purpose(live, user_id),
            "part": part,
            "card": await self._card(live, user_id),
            "why": _why(live, user_id),
            "priority": call.priority,
            "skills": [need.name for need in call.needs],
            "offered_at": iso(live.offered_at.get(offer_id)) if offer_id is not None else None,
            "muted": call.muted,
            "recording": _recording(live),
            "from": named(call.agent_id if part == "third" else live.passed_by, self._name),
            "monitors": self._monitors(call) if self._may_see(call, part) else [],
        }

    async def row(self, live: LiveCall) -> LiveCallRow:
        """What a supervisor's list shows, who listens included."""
        call = live.call
        contact = await self._cards.contact(call.tenant_id, call.contact_id)
        return {
            **(await self._common(live)),
            "agent": named(agent_of(call), self._name),
            "name": contact.shown_name if contact is not None else None,
            "number": contact.number if contact is not None else None,
            "restricted": self._cards.restricted(call.tenant_id, call.contact_id),
            "offers": [
                {
                    "agent": named(offer.agent_id, self._name),
                    "since": iso(live.offered_at.get(offer.offer_id)),
                    "ringing": offer.ringing,
                }
                for offer in call.offers
            ],
            "recording": _recording(live),
            "monitors": self._monitors(call),
        }

    async def _common(self, live: LiveCall) -> LiveCallFields:
        call = live.call
        queue: QueueRef | None = None
        if call.queue_id is not None:
            queue = {"id": call.queue_id, "name": self._queue_name(call.queue_id)}
        return {
            "id": call.id,
            "state": call.state,
            "since": iso(live.line[-1].since if live.line else call.last_at),
            "direction": call.direction,
            "queue": queue,
            "third": await self._consult_party(call),
            "arrived_at": iso(call.arrived_at),
            "queued_at": iso(call.queued_at),
            "connected_at": iso(call.connected_at),
            "attempts": call.attempts,
            "not_before": iso(call.not_before),
            "line": [{"kind": x.kind, "from": iso(x.since), "to": iso(x.until)} for x in live.line],
        }

    async def _card(self, live: LiveCall, user_id: UserId) -> CallerCard:
        """Of an internal call there is no customer: the other agent is shown."""
        call = live.call
        card = await self._cards.of_call(live)
        if call.direction is not Direction.INTERNAL:
            return {**card, "people": self._people(call.tenant_id, call.contact_id, user_id, call.id)}
        party = call.consult_party.agent_id if call.consult_party is not None else None
        other = agent_of(call) if party == user_id else party
        return {**card, "name": self._name(other) if other is not None else None}

    async def _consult_party(self, call: Call) -> ConsultParty | None:
        party = call.consult_party
        if party is None:
            return None
        contact = await self._cards.contact(call.tenant_id, party.contact_id)
        return {
            "agent": named(party.agent_id, self._name),
            "name": contact.shown_name if contact is not None else None,
            "number": contact.number if contact is not None else None,
            "state": _consult_party_state(call),
        }

    def _monitors(self, call: Call) -> list[LiveMonitor]:
        return [
            {"user": named(monitor.user_id, self._name), "mode": monitor.mode, "joined": monitor.leg is not None}
            for monitor in call.monitors
        ]

    def _may_see(self, call: Call, part: str) -> bool:
        return part == "monitor" or self._monitoring_visible(call.tenant_id)


def agent_of(call: Call) -> UserId | None:
    """Who has the call; of one that is being placed, who places it."""
    if call.agent_id is not None:
        return call.agent_id
    return call.offers[0].agent_id if call.direction in PLACED and call.offers else None


def part_of(call: Call, user_id: UserId) -> str:
    """agent (also who is rung for it), third (the consult party), monitor."""
    if call.agent_id == user_id or call.offer_to(user_id) is not None:
        return "agent"
    if call.consult_party is not None and call.consult_party.agent_id == user_id:
        return "third"
    return "monitor"


def _device(call: Call, part: str) -> DeviceId | None:
    """On which of this user's devices the call is; None while nobody of them has answered, and for who listens."""
    if part == "third":
        return call.consult_party.device_id if call.consult_party is not None else None
    return call.device_id if part == "agent" else None


def _consult_party_state(call: Call) -> str:
    if call.consult_party is None or call.consult_party.leg is None:
        return "ringing"
    aside = call.state in {CallState.CONNECTED, CallState.HELD} and call.direction is not Direction.INTERNAL
    return "held" if aside else "talking"


def _purpose(live: LiveCall, user_id: UserId) -> str:
    """Why this user's phone rings, in the words of the phone's own header."""
    call = live.call
    part = part_of(call, user_id)
    if part == "monitor":
        return "monitor"
    if part == "third":
        return "consult"
    if call.reattach is not None and call.agent_id == user_id:
        return "reattach"
    if call.direction is Direction.CALLBACK:
        return "callback"
    if call.direction in PLACED and call.connected_at is None:
        return "own_call"
    if call.wait is not None and call.wait.agents:
        return "transfer" if live.passed_by is not None else "direct"
    return "offer"


def _recording(live: LiveCall) -> LiveRecording:
    """``policy``: always, on_demand, never. ``resumes_at``: when a paused recording goes on by itself.

    ``trouble``: start (it should be recorded and is not), pause (it could not be paused), or null.
    """
    call = live.call
    policy = call.queue.record if call.queue is not None else "never"
    resumes_at: datetime | None = None
    if live.paused_at is not None and call.queue is not None and call.queue.auto_resume_s > 0:
        resumes_at = live.paused_at + timedelta(seconds=call.queue.auto_resume_s)
    return {
        "state": call.recording,
        "policy": policy,
        "id": call.recording_id,
        "on_demand": policy == "on_demand" and call.recording_stopped is None,
        "resumes_at": iso(resumes_at),
        "trouble": call.recording_trouble,
        "stopped": call.recording_stopped is not None,
    }


def _why(live: LiveCall, user_id: UserId) -> str | None:
    """One sentence for the ringing screen: why this agent."""
    if live.call.offer_to(user_id) is None and live.call.agent_id != user_id:
        return None
    chosen = next((x for x in live.candidates if x.chosen and x.agent_id == user_id), None)
    if chosen is None:
        return None
    if chosen.reason == "idle_longest" and len(live.candidates) == 1:
        return FREE
    because = YOU.get(chosen.reason)
    return f"You, because {because}" if because is not None else None
