"""What is written down about an agent session, and what each event changes (``evolve``)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.agents.model import AgentSession, AgentState, Next
from call24.kit.ids import CallId, OfferId, UserId


class AgentEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base of all agent events; the tag is the class name."""

    agent_id: UserId


class AgentBecameAvailable(AgentEvent, frozen=True, kw_only=True):
    """``keeps_idle``: the place in the longest-idle order is kept (the offer was withdrawn, not refused)."""

    keeps_idle: bool = False
    missed: int = 0


class AgentPaused(AgentEvent, frozen=True, kw_only=True):
    reason: str


class AgentWentOffline(AgentEvent, frozen=True, kw_only=True):
    pass


class AgentOffered(AgentEvent, frozen=True, kw_only=True):
    call_id: CallId
    offer_id: OfferId


class AgentTookCall(AgentEvent, frozen=True, kw_only=True):
    call_id: CallId
    offer_id: OfferId


class AgentWrapUpStarted(AgentEvent, frozen=True, kw_only=True):
    call_id: CallId
    until: datetime


class AgentWrapUpEnded(AgentEvent, frozen=True, kw_only=True):
    """Written just before what comes next, so that the call record knows how long the wrap-up was."""

    call_id: CallId


class AgentNextChosen(AgentEvent, frozen=True, kw_only=True):
    """While working: what the agent wants to be afterwards. None takes an earlier wish back."""

    next: Next | None


AnyAgentEvent = (
    AgentBecameAvailable
    | AgentPaused
    | AgentWentOffline
    | AgentOffered
    | AgentTookCall
    | AgentWrapUpStarted
    | AgentWrapUpEnded
    | AgentNextChosen
)


def evolve(session: AgentSession, event: AnyAgentEvent, at: datetime) -> AgentSession:
    """The session after ``event``, which happened at ``at``."""
    idle = {"call_id": None, "offer_id": None, "wrap_up_until": None, "reason": None, "next": None}
    changes: dict[str, object]
    match event:
        case AgentBecameAvailable():
            idle_since = session.idle_since if event.keeps_idle else at
            changes = {**idle, "state": AgentState.AVAILABLE, "idle_since": idle_since, "missed": event.missed}
        case AgentPaused():
            changes = {**idle, "state": AgentState.PAUSED, "reason": event.reason}
        case AgentWentOffline():
            changes = {**idle, "state": AgentState.OFFLINE}
        case AgentOffered():
            changes = {"state": AgentState.OFFERED, "call_id": event.call_id, "offer_id": event.offer_id}
        case AgentTookCall():
            # Also reached without an offer, after a restart found the agent on this call.
            changes = {
                "state": AgentState.ON_CALL,
                "call_id": event.call_id,
                "offer_id": event.offer_id,
                "reason": None,
                "missed": 0,
            }
        case AgentWrapUpStarted():
            changes = {"state": AgentState.WRAP_UP, "wrap_up_until": event.until}
        case AgentWrapUpEnded():
            return msgspec.structs.replace(session, wrap_up_until=None)
        case AgentNextChosen():
            return msgspec.structs.replace(session, next=event.next)
    return msgspec.structs.replace(session, **changes, since=at)
