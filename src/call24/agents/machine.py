"""The agent session's state table: ``advance(session, signal) -> Step``. Pure, like calls/machine.py, with its rules:
all decisions about a session are made here, and every (state, kind) cell is a transition or ignored with a reason.

    OFFLINE <-> AVAILABLE <-> OFFERED -> ON_CALL -> WRAP_UP -> AVAILABLE
        ^          ^ |
        +- PAUSED -+-+        what is wished during an offer, call or wrap-up is remembered in ``next``

What the cells do is in transitions.py.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from call24.agents import events as e
from call24.agents import transitions as t
from call24.agents.model import AgentSession, AgentState
from call24.agents.signals import (
    AgentSignal,
    AvailableWished,
    CallTaken,
    Corrected,
    DispositionGiven,
    OfferMade,
    OfferOver,
    OfflineWished,
    OwnCallStarted,
    PauseLimitReached,
    PauseWished,
    PhoneAwaited,
    PhoneMissing,
    PhoneReady,
    Returned,
    Vanished,
    WrapUpTimeUp,
)

__all__ = [
    "AgentSignal",
    "AvailableWished",
    "CallTaken",
    "Corrected",
    "DispositionGiven",
    "OfferMade",
    "OfferOver",
    "OfflineWished",
    "OwnCallStarted",
    "PauseLimitReached",
    "PauseWished",
    "PhoneAwaited",
    "PhoneMissing",
    "PhoneReady",
    "Returned",
    "Vanished",
    "WrapUpTimeUp",
]


class AgentSignalKind(StrEnum):
    AVAILABLE_WISHED = "available_wished"
    PAUSE_WISHED = "pause_wished"
    OFFLINE_WISHED = "offline_wished"
    OFFER_MADE = "offer_made"
    OFFER_IN_PAUSE = "offer_in_pause"
    OFFER_WITHOUT_PHONE = "offer_without_phone"
    OFFER_OVER = "offer_over"
    CALL_OVER = "call_over"
    CALL_TAKEN = "call_taken"
    OWN_CALL_STARTED = "own_call_started"
    OWN_CALL_TOO_SOON = "own_call_too_soon"
    DISPOSITION_GIVEN = "disposition_given"
    WRAP_UP_TIME_UP = "wrap_up_time_up"
    PAUSE_LIMIT_REACHED = "pause_limit_reached"
    VANISHED = "vanished"
    RETURNED = "returned"
    PHONE_AWAITED = "phone_awaited"
    PHONE_READY = "phone_ready"
    PHONE_MISSING = "phone_missing"
    CORRECTED = "corrected"
    STRAY = "stray"


S, K = AgentState, AgentSignalKind


class AgentStep(msgspec.Struct, frozen=True, kw_only=True):
    session: AgentSession
    events: tuple[e.AnyAgentEvent, ...] = ()
    ignored: str | None = None


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """``signal`` is to be put to the session at ``at``, unless its alarm is another one by then."""

    at: datetime
    signal: AgentSignal


def advance(session: AgentSession, signal: AgentSignal) -> AgentStep:
    """Decide what ``signal`` means for the session. The step's time is never before the state's own."""
    at = max(signal.at, session.since)
    cell = (session.state, classify(session, signal))
    transition = TABLE.get(cell)
    if transition is None:
        return AgentStep(session=session, ignored=IGNORED[cell])
    events = transition(session, msgspec.structs.replace(signal, at=at))
    for event in events:
        session = e.evolve(session, event, at)
    return AgentStep(session=session, events=tuple(events))


def alarm(session: AgentSession) -> Alarm | None:
    """What time alone will do to the session. Late alarms of earlier states are STRAY, so none needs to be stopped."""
    if session.overdue:
        return None
    if session.state is AgentState.WRAP_UP and session.call_id is not None:
        # No end: a kill came between the end of the wrap-up and what was to follow it.
        at = session.wrap_up_until or session.since
        return Alarm(at=at, signal=WrapUpTimeUp(at=at, call_id=session.call_id, until=session.wrap_up_until))
    if session.state is AgentState.PAUSED and session.pause_limit_at is not None and session.reason is not None:
        at = session.pause_limit_at
        return Alarm(at=at, signal=PauseLimitReached(at=at, reason=session.reason, limit_at=at))
    return None


def classify(session: AgentSession, signal: AgentSignal) -> AgentSignalKind:
    """Late news of an earlier offer, call, wrap-up or pause is STRAY."""
    match signal:
        case OfferOver():
            return _kind_of_end(session, signal)
        case OfferMade(direct=True) if session.state is AgentState.PAUSED:
            return K.OFFER_IN_PAUSE
        case OfferMade():
            return K.OFFER_MADE if session.phone_awaited_until is None else K.OFFER_WITHOUT_PHONE
        case OwnCallStarted():
            return K.OWN_CALL_TOO_SOON if t.disposition_missing(session) else K.OWN_CALL_STARTED
        case DispositionGiven(call_id=call_id):
            return K.DISPOSITION_GIVEN if session.call_id == call_id else K.STRAY
        case WrapUpTimeUp(call_id=call_id, until=until):
            theirs = session.call_id == call_id and until in {None, session.wrap_up_until}
            return K.WRAP_UP_TIME_UP if theirs else K.STRAY
        case PauseLimitReached(reason=reason, limit_at=limit_at):
            limited = session.reason == reason and session.pause_limit_at is not None
            theirs = limited and limit_at in {None, session.pause_limit_at}
            return K.PAUSE_LIMIT_REACHED if theirs else K.STRAY
    return _KINDS.get(type(signal), K.STRAY)


_KINDS: dict[type[AgentSignal], AgentSignalKind] = {
    AvailableWished: K.AVAILABLE_WISHED,
    PauseWished: K.PAUSE_WISHED,
    OfflineWished: K.OFFLINE_WISHED,
    CallTaken: K.CALL_TAKEN,
    Vanished: K.VANISHED,
    Returned: K.RETURNED,
    PhoneAwaited: K.PHONE_AWAITED,
    PhoneReady: K.PHONE_READY,
    PhoneMissing: K.PHONE_MISSING,
    Corrected: K.CORRECTED,
}


def _kind_of_end(session: AgentSession, signal: OfferOver) -> AgentSignalKind:
    """An own call was never an offer to this agent: its end is the end of a call, whatever came of it."""
    if session.offer_id != signal.offer_id:
        return K.STRAY
    return K.CALL_OVER if session.own or signal.outcome == t.TALKED else K.OFFER_OVER


IDLE, WORKING = (S.OFFLINE, S.AVAILABLE, S.PAUSED), (S.OFFERED, S.ON_CALL, S.WRAP_UP)

TABLE: dict[tuple[AgentState, AgentSignalKind], t.Transition] = {
    (S.OFFLINE, K.AVAILABLE_WISHED): t.available,
    (S.OFFLINE, K.PAUSE_WISHED): t.pause,
    (S.OFFLINE, K.CALL_TAKEN): t.taken_unawares,
    (S.OFFLINE, K.OWN_CALL_STARTED): t.own_call,
    (S.OFFLINE, K.CORRECTED): t.corrected_idle,
    (S.AVAILABLE, K.PAUSE_WISHED): t.pause,
    (S.AVAILABLE, K.OFFLINE_WISHED): t.offline,
    (S.AVAILABLE, K.OFFER_MADE): t.offered,
    (S.AVAILABLE, K.CALL_TAKEN): t.taken,
    (S.AVAILABLE, K.OWN_CALL_STARTED): t.own_call,
    (S.AVAILABLE, K.VANISHED): t.vanished,
    (S.AVAILABLE, K.PHONE_AWAITED): t.phone_awaited,
    (S.AVAILABLE, K.PHONE_READY): t.phone_ready,
    (S.AVAILABLE, K.PHONE_MISSING): t.phone_missing,
    (S.AVAILABLE, K.CORRECTED): t.corrected_idle,
    (S.OFFERED, K.AVAILABLE_WISHED): t.next_available,
    (S.OFFERED, K.PAUSE_WISHED): t.next_paused,
    (S.OFFERED, K.OFFLINE_WISHED): t.next_offline,
    (S.OFFERED, K.OFFER_OVER): t.offer_over,
    (S.OFFERED, K.CALL_OVER): t.taken_and_over,
    (S.OFFERED, K.CALL_TAKEN): t.taken,
    (S.OFFERED, K.VANISHED): t.next_vanished,
    (S.OFFERED, K.RETURNED): t.next_not_vanished,
    (S.OFFERED, K.PHONE_READY): t.next_reachable,
    (S.OFFERED, K.CORRECTED): t.corrected_working,
    (S.ON_CALL, K.AVAILABLE_WISHED): t.next_available,
    (S.ON_CALL, K.PAUSE_WISHED): t.next_paused,
    (S.ON_CALL, K.OFFLINE_WISHED): t.next_offline,
    (S.ON_CALL, K.CALL_OVER): t.call_over,
    (S.ON_CALL, K.CALL_TAKEN): t.taken_again,
    (S.ON_CALL, K.DISPOSITION_GIVEN): t.disposition,
    (S.ON_CALL, K.VANISHED): t.next_vanished,
    (S.ON_CALL, K.RETURNED): t.next_not_vanished,
    (S.ON_CALL, K.PHONE_READY): t.next_reachable,
    (S.ON_CALL, K.CORRECTED): t.corrected_working,
    (S.WRAP_UP, K.AVAILABLE_WISHED): t.wrapped_up_available,
    (S.WRAP_UP, K.PAUSE_WISHED): t.wrapped_up_paused,
    (S.WRAP_UP, K.OFFLINE_WISHED): t.wrapped_up_offline,
    (S.WRAP_UP, K.OWN_CALL_STARTED): t.own_call_after_wrap_up,
    (S.WRAP_UP, K.DISPOSITION_GIVEN): t.disposition_in_wrap_up,
    (S.WRAP_UP, K.WRAP_UP_TIME_UP): t.wrap_up_time_up,
    (S.WRAP_UP, K.VANISHED): t.next_vanished,
    (S.WRAP_UP, K.RETURNED): t.next_not_vanished,
    (S.WRAP_UP, K.PHONE_READY): t.next_reachable,
    (S.WRAP_UP, K.CORRECTED): t.corrected_wrap_up,
    (S.PAUSED, K.AVAILABLE_WISHED): t.available,
    (S.PAUSED, K.PAUSE_WISHED): t.pause_again,
    (S.PAUSED, K.OFFLINE_WISHED): t.offline,
    (S.PAUSED, K.CALL_TAKEN): t.taken_unawares,
    (S.PAUSED, K.OFFER_IN_PAUSE): t.offered_in_pause,
    (S.PAUSED, K.OWN_CALL_STARTED): t.own_call,
    (S.PAUSED, K.PAUSE_LIMIT_REACHED): t.pause_limit_reached,
    (S.PAUSED, K.RETURNED): t.returned,
    (S.PAUSED, K.PHONE_READY): t.reachable_again,
    (S.PAUSED, K.CORRECTED): t.corrected_idle,
}

IGNORED: dict[tuple[AgentState, AgentSignalKind], str] = {
    (S.OFFLINE, K.OFFLINE_WISHED): "is offline already",
    (S.OFFLINE, K.VANISHED): "nobody expects an offline agent to be there",
    (S.OFFLINE, K.RETURNED): "an offline agent is not made available by being there; it has to say so",
    (S.AVAILABLE, K.AVAILABLE_WISHED): "is available already; asking again must not cost the place in the idle order",
    (S.AVAILABLE, K.RETURNED): "was not taken for gone",
    (S.PAUSED, K.VANISHED): "gets no calls anyway; on its return a pause stays what it is",
    (S.OFFERED, K.OWN_CALL_STARTED): "a call is ringing: answer or decline it first",
    (S.ON_CALL, K.OWN_CALL_STARTED): "is on a call already",
    (S.WRAP_UP, K.OWN_CALL_TOO_SOON): "the disposition of the last call has to be given first",
    (S.OFFERED, K.DISPOSITION_GIVEN): "the call has only been offered: there is nothing to say of it yet",
    (S.WRAP_UP, K.CALL_TAKEN): "late news: this agent's conversation is over",
    (S.WRAP_UP, K.CALL_OVER): "the wrap-up after this call has begun already",
    (S.WRAP_UP, K.OFFER_OVER): "late news of an offer that became a conversation",
    (S.ON_CALL, K.OFFER_OVER): "late news of an offer that became a conversation",
}
IGNORED |= {(state, K.STRAY): "news of an earlier offer, call, wrap-up or pause" for state in S}
IGNORED |= {
    (state, K.OFFER_MADE): "the desk offers only to available agents; it takes the offer back"
    for state in S
    if state is not S.AVAILABLE
}
IGNORED |= {
    (state, kind): "cannot be: no offer and no call in this state"
    for state in IDLE
    for kind in (K.OFFER_OVER, K.CALL_OVER, K.DISPOSITION_GIVEN)
}
IGNORED |= {
    (state, K.OWN_CALL_TOO_SOON): "cannot be: no disposition is due in this state"
    for state in S
    if state is not S.WRAP_UP
}
IGNORED |= {(S.OFFLINE, K.PHONE_READY): "an offline agent gets no calls, with or without a phone"}
IGNORED |= {
    (state, kind): "calls wait for the phone only of an agent who could take one"
    for state in S
    if state is not S.AVAILABLE
    for kind in (K.PHONE_AWAITED, K.PHONE_MISSING)
}
IGNORED |= {(state, K.OFFER_IN_PAUSE): "cannot be: no pause in this state" for state in S if state is not S.PAUSED}
IGNORED |= {
    (state, K.OFFER_WITHOUT_PHONE): "no phone of the agent is registered; the desk takes the offer back" for state in S
}
IGNORED |= {(state, K.WRAP_UP_TIME_UP): "the wrap-up is over already" for state in S if state is not S.WRAP_UP}
IGNORED |= {
    (state, K.PAUSE_LIMIT_REACHED): "cannot be: only a pause has a limit" for state in S if state is not S.PAUSED
}
