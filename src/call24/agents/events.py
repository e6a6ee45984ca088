"""What is written down about an agent session, and what each event changes (``evolve``).

An event says how things are, never by how much they changed: read twice, it changes nothing.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.agents.model import AgentSession, AgentState, DispositionMode, Next
from call24.kit.ids import CallId, DispositionId, OfferId, QueueId, UserId


class AgentEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base of all agent events; the tag is the class name."""

    agent_id: UserId


class AgentBecameAvailable(AgentEvent, frozen=True, kw_only=True):
    """The agent can be offered calls. ``keeps_idle``: the place in the longest-idle order is kept (the offer was
    withdrawn, not refused). ``missed``: offers in a row that the agent did not answer."""

    keeps_idle: bool = False
    missed: int = 0


class AgentPaused(AgentEvent, frozen=True, kw_only=True):
    """The agent is paused, for ``reason``. ``limit_at``: until when this pause may last."""

    reason: str
    limit_at: datetime | None = None


class AgentPauseOverran(AgentEvent, frozen=True, kw_only=True):
    """The pause has lasted as long as it may, and goes on."""

    reason: str


class AgentPhoneAwaited(AgentEvent, frozen=True, kw_only=True):
    """No phone of the agent is registered. No call is offered until one is; callers wait, at most until ``until``.

    ``unreached``: offers in a row for which no phone could be rung; 0: Asterisk was started again, nothing was offered.
    """

    until: datetime
    unreached: int = 0


class AgentPhoneReady(AgentEvent, frozen=True, kw_only=True):
    """A phone of the agent is registered again."""


class AgentWentOffline(AgentEvent, frozen=True, kw_only=True):
    """The agent is off duty: no calls are offered."""


class AgentOffered(AgentEvent, frozen=True, kw_only=True):
    """The agent is rung for a call or a consultation."""

    call_id: CallId
    offer_id: OfferId


class AgentTookCall(AgentEvent, frozen=True, kw_only=True):
    """The agent is on a call: answered an offer or a consultation, began a call, or took one over.

    ``taken``: calls taken since signed in, own ones not counted. ``own``: nobody offered this call, the agent began it
    or took it over.
    """

    call_id: CallId
    offer_id: OfferId
    taken: int = 0
    own: bool = False


class AgentWrapUpStarted(AgentEvent, frozen=True, kw_only=True):
    """The agent is out of the call and in wrap-up. ``disposition``: whether one of ``queue_id`` is still asked for; off
    also when it was given during the call."""

    call_id: CallId
    until: datetime
    disposition: DispositionMode = "off"
    queue_id: QueueId | None = None


class AgentDispositionGiven(AgentEvent, frozen=True, kw_only=True):
    """The agent chose a disposition for the call. The newest one of an agent's handling of a call counts."""

    call_id: CallId
    disposition_id: DispositionId


class AgentWrapUpOverran(AgentEvent, frozen=True, kw_only=True):
    """The wrap-up's time is up, and it goes on: the required disposition has not been given."""

    call_id: CallId


class AgentWrapUpEnded(AgentEvent, frozen=True, kw_only=True):
    """The wrap-up is over. Written just before what comes next, so that the call record knows how long it was."""

    call_id: CallId


class AgentNextChosen(AgentEvent, frozen=True, kw_only=True):
    """While on a call or in wrap-up: what the agent wants to be afterwards. None takes an earlier wish back."""

    next: Next | None


class AgentCorrected(AgentEvent, frozen=True, kw_only=True):
    """A supervisor changed the session; what became of it follows.

    ``without_disposition``: the call whose required disposition will never be given.
    """

    by: UserId
    state: AgentState
    reason: str
    without_disposition: CallId | None = None


AnyAgentEvent = (
    AgentBecameAvailable
    | AgentPaused
    | AgentPauseOverran
    | AgentPhoneAwaited
    | AgentPhoneReady
    | AgentWentOffline
    | AgentOffered
    | AgentTookCall
    | AgentWrapUpStarted
    | AgentDispositionGiven
    | AgentWrapUpOverran
    | AgentWrapUpEnded
    | AgentNextChosen
    | AgentCorrected
)

_NO_WRAP_UP: dict[str, object] = {
    "wrap_up_until": None,
    "disposition_due": None,
    "disposition_required": False,
    "wrap_up_queue_id": None,
    "overdue": False,
}
_IDLE: dict[str, object] = {
    **_NO_WRAP_UP,
    "disposition_id": None,
    "call_id": None,
    "offer_id": None,
    "own": False,
    "reason": None,
    "pause_limit_at": None,
    "next": None,
    "phone_awaited_until": None,
    "unreached": 0,
}


def evolve(session: AgentSession, event: AnyAgentEvent, at: datetime) -> AgentSession:
    """The session after ``event``, which happened at ``at``."""
    changes: dict[str, object]
    match event:
        case AgentBecameAvailable():
            idle_since = session.idle_since if event.keeps_idle else at
            changes = {**_IDLE, "state": AgentState.AVAILABLE, "idle_since": idle_since, "missed": event.missed}
        case AgentPaused():
            changes = {**_IDLE, "state": AgentState.PAUSED, "reason": event.reason, "pause_limit_at": event.limit_at}
        case AgentWentOffline():
            changes = {**_IDLE, "state": AgentState.OFFLINE, "taken": 0}
        case AgentOffered():
            changes = {
                "state": AgentState.OFFERED,
                "call_id": event.call_id,
                "offer_id": event.offer_id,
                "last_offered_at": at,
                "reason": None,
                "pause_limit_at": None,
                "overdue": False,
            }
        case AgentTookCall():
            changes = _took_call(event)
        case AgentWrapUpStarted():
            changes = {
                **_NO_WRAP_UP,
                "state": AgentState.WRAP_UP,
                "wrap_up_until": event.until,
                "disposition_due": event.call_id if event.disposition != "off" else None,
                "disposition_required": event.disposition == "required",
                "wrap_up_queue_id": event.queue_id,
            }
        case _:
            return _evolve_within(session, event, at)
    return msgspec.structs.replace(session, **changes, since=at)


def _took_call(event: AgentTookCall) -> dict[str, object]:
    """Also reached without an offer: an own call, or a restart found the agent on this call."""
    return {
        **_NO_WRAP_UP,
        "state": AgentState.ON_CALL,
        "call_id": event.call_id,
        "offer_id": event.offer_id,
        "taken": event.taken,
        "own": event.own,
        "disposition_id": None,
        "disposed_call_id": None,
        "disposed_as": None,
        "reason": None,
        "pause_limit_at": None,
        "missed": 0,
        "phone_awaited_until": None,
        "unreached": 0,
    }


def _evolve_within(session: AgentSession, event: AnyAgentEvent, at: datetime) -> AgentSession:
    """What leaves the state as it is, and with it the time since when it is."""
    replace = msgspec.structs.replace
    match event:
        case AgentDispositionGiven():
            return replace(
                session,
                disposition_id=event.disposition_id,
                disposed_call_id=event.call_id,
                disposed_as=event.disposition_id,
                disposition_due=None,
                disposition_required=False,
            )
        case AgentWrapUpEnded():
            return replace(session, **_NO_WRAP_UP, idle_since=at)
        case AgentPauseOverran() | AgentWrapUpOverran():
            return replace(session, overdue=True)
        case AgentPhoneAwaited():
            return replace(session, phone_awaited_until=event.until, unreached=event.unreached)
        case AgentPhoneReady():
            return replace(session, phone_awaited_until=None)
        case AgentNextChosen():
            return replace(session, next=event.next)
    return session
