"""The agent session's state table: ``advance(session, signal) -> Step``. Pure, like calls/machine.py, with its rules:
all decisions about a session are made here, and every (state, kind) cell is a transition or ignored with a reason.

    OFFLINE <-> AVAILABLE <-> OFFERED -> ON_CALL -> WRAP_UP -> AVAILABLE
        ^          ^ |
        +- PAUSED -+-+        what is wished during an offer, call or wrap-up is remembered in ``next``
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from call24.agents import events as e
from call24.agents.model import UNREACHABLE, AgentSession, AgentState, Next
from call24.kit.ids import CallId, OfferId

# --- signals ---


class AgentSignal(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime


class AvailableWished(AgentSignal, frozen=True, kw_only=True):
    pass


class PauseWished(AgentSignal, frozen=True, kw_only=True):
    reason: str


class OfflineWished(AgentSignal, frozen=True, kw_only=True):
    pass


class OfferMade(AgentSignal, frozen=True, kw_only=True):
    call_id: CallId
    offer_id: OfferId


class OfferOver(AgentSignal, frozen=True, kw_only=True):
    """``outcome``: how the offer or the conversation ended (calls.OfferOutcome). ``wrap_up_s`` only after talking."""

    offer_id: OfferId
    outcome: str
    wrap_up_s: float = 0


class CallTaken(AgentSignal, frozen=True, kw_only=True):
    call_id: CallId
    offer_id: OfferId


class WrapUpTimeUp(AgentSignal, frozen=True, kw_only=True):
    call_id: CallId


class Kind(StrEnum):
    AVAILABLE_WISHED = "available_wished"
    PAUSE_WISHED = "pause_wished"
    OFFLINE_WISHED = "offline_wished"
    OFFER_MADE = "offer_made"
    OFFER_OVER = "offer_over"
    CALL_OVER = "call_over"
    CALL_TAKEN = "call_taken"
    WRAP_UP_TIME_UP = "wrap_up_time_up"
    STRAY = "stray"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    session: AgentSession
    events: tuple[e.AnyAgentEvent, ...] = ()
    ignored: str | None = None


Transition = Callable[[AgentSession, Any], list[e.AnyAgentEvent]]


def advance(session: AgentSession, signal: AgentSignal) -> Step:
    """Decide what ``signal`` means for the session. The step's time is never before the state's own."""
    at = max(signal.at, session.since)
    cell = (session.state, classify(session, signal))
    transition = TABLE.get(cell)
    if transition is None:
        return Step(session=session, ignored=IGNORED[cell])
    events = transition(session, msgspec.structs.replace(signal, at=at))
    for event in events:
        session = e.evolve(session, event, at)
    return Step(session=session, events=tuple(events))


def classify(session: AgentSession, signal: AgentSignal) -> Kind:
    """Late news of an earlier offer or call is STRAY."""
    match signal:
        case AvailableWished():
            return Kind.AVAILABLE_WISHED
        case PauseWished():
            return Kind.PAUSE_WISHED
        case OfflineWished():
            return Kind.OFFLINE_WISHED
        case OfferMade():
            return Kind.OFFER_MADE
        case OfferOver(offer_id=offer_id, outcome=outcome):
            if session.offer_id != offer_id:
                return Kind.STRAY
            return Kind.CALL_OVER if outcome == "talked" else Kind.OFFER_OVER
        case CallTaken():
            return Kind.CALL_TAKEN
        case WrapUpTimeUp(call_id=call_id):
            return Kind.WRAP_UP_TIME_UP if session.call_id == call_id else Kind.STRAY
    return Kind.STRAY


# --- transitions ---


def _available(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [e.AgentBecameAvailable(agent_id=session.agent_id)]


def _pause(session: AgentSession, signal: PauseWished) -> list[e.AnyAgentEvent]:
    return [e.AgentPaused(agent_id=session.agent_id, reason=signal.reason)]


def _offline(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [e.AgentWentOffline(agent_id=session.agent_id)]


def _next_available(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [e.AgentNextChosen(agent_id=session.agent_id, next=None)] if session.next else []


def _next_paused(session: AgentSession, signal: PauseWished) -> list[e.AnyAgentEvent]:
    wish = Next(state=AgentState.PAUSED, reason=signal.reason)
    return [e.AgentNextChosen(agent_id=session.agent_id, next=wish)]


def _next_offline(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [e.AgentNextChosen(agent_id=session.agent_id, next=Next(state=AgentState.OFFLINE))]


def _offered(session: AgentSession, signal: OfferMade) -> list[e.AnyAgentEvent]:
    return [e.AgentOffered(agent_id=session.agent_id, call_id=signal.call_id, offer_id=signal.offer_id)]


def _offer_over(session: AgentSession, signal: OfferOver) -> list[e.AnyAgentEvent]:
    """Refused: to the end of the idle order. Withdrawn: nothing is the agent's doing. Unreachable: no more calls."""
    if signal.outcome == UNREACHABLE and session.next is None:
        return [e.AgentPaused(agent_id=session.agent_id, reason=UNREACHABLE)]
    missed = session.missed + 1 if signal.outcome == "ring_no_answer" else session.missed
    return _what_is_next(session, keeps_idle=signal.outcome == "withdrawn", missed=missed)


def _taken(session: AgentSession, signal: CallTaken) -> list[e.AnyAgentEvent]:
    return [e.AgentTookCall(agent_id=session.agent_id, call_id=signal.call_id, offer_id=signal.offer_id)]


def _taken_unawares(session: AgentSession, signal: CallTaken) -> list[e.AnyAgentEvent]:
    """Found on a call after a restart: what the agent was before is what it will be again."""
    wish = Next(state=session.state, reason=session.reason)
    return [*_taken(session, signal), e.AgentNextChosen(agent_id=session.agent_id, next=wish)]


def _taken_again(session: AgentSession, signal: CallTaken) -> list[e.AnyAgentEvent]:
    return [] if session.call_id == signal.call_id else _taken(session, signal)


def _call_over(session: AgentSession, signal: OfferOver) -> list[e.AnyAgentEvent]:
    if signal.wrap_up_s <= 0 or session.call_id is None:
        return _what_is_next(session)
    until = signal.at + timedelta(seconds=signal.wrap_up_s)
    return [e.AgentWrapUpStarted(agent_id=session.agent_id, call_id=session.call_id, until=until)]


def _taken_and_over(session: AgentSession, signal: OfferOver) -> list[e.AnyAgentEvent]:
    """A kill came between the answer and the desk's line of it; the call ended before anything else was heard."""
    assert session.call_id is not None, "the table calls this only in OFFERED"
    taken = e.AgentTookCall(agent_id=session.agent_id, call_id=session.call_id, offer_id=signal.offer_id)
    return [taken, *_call_over(session, signal)]


def _wrapped_up(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [*_end_of_wrap_up(session), *_what_is_next(session)]


def _wrapped_up_available(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [*_end_of_wrap_up(session), *_available(session, signal)]


def _wrapped_up_paused(session: AgentSession, signal: PauseWished) -> list[e.AnyAgentEvent]:
    return [*_end_of_wrap_up(session), *_pause(session, signal)]


def _wrapped_up_offline(session: AgentSession, signal: AgentSignal) -> list[e.AnyAgentEvent]:
    return [*_end_of_wrap_up(session), *_offline(session, signal)]


def _end_of_wrap_up(session: AgentSession) -> list[e.AnyAgentEvent]:
    assert session.call_id is not None, "the table calls this only in WRAP_UP"
    return [e.AgentWrapUpEnded(agent_id=session.agent_id, call_id=session.call_id)]


def _what_is_next(session: AgentSession, *, keeps_idle: bool = False, missed: int = 0) -> list[e.AnyAgentEvent]:
    match session.next:
        case Next(state=AgentState.PAUSED, reason=reason):
            return [e.AgentPaused(agent_id=session.agent_id, reason=reason or "paused")]
        case Next(state=AgentState.OFFLINE):
            return [e.AgentWentOffline(agent_id=session.agent_id)]
    return [e.AgentBecameAvailable(agent_id=session.agent_id, keeps_idle=keeps_idle, missed=missed)]


S, K = AgentState, Kind

TABLE: dict[tuple[AgentState, Kind], Transition] = {
    (S.OFFLINE, K.AVAILABLE_WISHED): _available,
    (S.OFFLINE, K.PAUSE_WISHED): _pause,
    (S.OFFLINE, K.CALL_TAKEN): _taken_unawares,
    (S.AVAILABLE, K.PAUSE_WISHED): _pause,
    (S.AVAILABLE, K.OFFLINE_WISHED): _offline,
    (S.AVAILABLE, K.OFFER_MADE): _offered,
    (S.AVAILABLE, K.CALL_TAKEN): _taken,
    (S.OFFERED, K.AVAILABLE_WISHED): _next_available,
    (S.OFFERED, K.PAUSE_WISHED): _next_paused,
    (S.OFFERED, K.OFFLINE_WISHED): _next_offline,
    (S.OFFERED, K.OFFER_OVER): _offer_over,
    (S.OFFERED, K.CALL_OVER): _taken_and_over,
    (S.OFFERED, K.CALL_TAKEN): _taken,
    (S.ON_CALL, K.AVAILABLE_WISHED): _next_available,
    (S.ON_CALL, K.PAUSE_WISHED): _next_paused,
    (S.ON_CALL, K.OFFLINE_WISHED): _next_offline,
    (S.ON_CALL, K.CALL_OVER): _call_over,
    (S.ON_CALL, K.CALL_TAKEN): _taken_again,
    (S.WRAP_UP, K.AVAILABLE_WISHED): _wrapped_up_available,
    (S.WRAP_UP, K.PAUSE_WISHED): _wrapped_up_paused,
    (S.WRAP_UP, K.OFFLINE_WISHED): _wrapped_up_offline,
    (S.WRAP_UP, K.WRAP_UP_TIME_UP): _wrapped_up,
    (S.PAUSED, K.AVAILABLE_WISHED): _available,
    (S.PAUSED, K.PAUSE_WISHED): _pause,
    (S.PAUSED, K.OFFLINE_WISHED): _offline,
    (S.PAUSED, K.CALL_TAKEN): _taken_unawares,
}

IGNORED: dict[tuple[AgentState, Kind], str] = {
    (S.OFFLINE, K.OFFLINE_WISHED): "is offline already",
    (S.AVAILABLE, K.AVAILABLE_WISHED): "is available already; asking again must not cost the place in the idle order",
    (S.WRAP_UP, K.CALL_TAKEN): "late news: this agent's conversation is over",
    (S.WRAP_UP, K.CALL_OVER): "the wrap-up after this call has begun already",
    (S.WRAP_UP, K.OFFER_OVER): "late news of an offer that became a conversation",
    (S.ON_CALL, K.OFFER_OVER): "late news of an offer that became a conversation",
}
IGNORED |= {(state, K.STRAY): "news of an earlier offer or call" for state in S}
IGNORED |= {
    (state, K.OFFER_MADE): "the desk offers only to available agents; it takes the offer back"
    for state in S
    if state is not S.AVAILABLE
}
IGNORED |= {
    (state, kind): "cannot be: no offer and no call in this state"
    for state in (S.OFFLINE, S.AVAILABLE, S.PAUSED)
    for kind in (K.OFFER_OVER, K.CALL_OVER)
}
IGNORED |= {(state, K.WRAP_UP_TIME_UP): "the wrap-up is over already" for state in S if state is not S.WRAP_UP}
