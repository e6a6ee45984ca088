"""What each cell of the agent session's table does: the events of one step. Pure; the table is in machine.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from call24.agents import events as e
from call24.agents import signals as s
from call24.agents.model import BY_SUPERVISOR, MISSED_CALLS, UNREACHABLE, VANISHED, AgentSession, AgentState, Next

Events = list[e.AnyAgentEvent]
Transition = Callable[[AgentSession, Any], Events]

PHONE_WAIT = timedelta(seconds=30)
"""So long calls wait for a phone that is not registered: a browser that lost Asterisk tries again after 1, 3, 7, 15 and
23 s (web/src/links/sip.ts)."""
MOST_UNREACHED = 3
"""After so many offers in a row that reached no phone, one that says it is registered is not believed any more."""
TALKED, WITHDRAWN, RING_NO_ANSWER = "talked", "withdrawn", "ring_no_answer"


def disposition_missing(session: AgentSession) -> bool:
    """The agent stays in wrap-up until the disposition is given."""
    return session.state is AgentState.WRAP_UP and session.disposition_due is not None and session.disposition_required


# --- wishes ---


def available(session: AgentSession, signal: s.AgentSignal) -> Events:
    """The agent's own return: what was missed before is forgiven."""
    return [e.AgentBecameAvailable(agent_id=session.agent_id)]


def pause(session: AgentSession, signal: s.PauseWished) -> Events:
    limit_at = signal.at + timedelta(seconds=signal.limit_s) if signal.limit_s is not None else None
    return [e.AgentPaused(agent_id=session.agent_id, reason=signal.reason, limit_at=limit_at)]


def pause_again(session: AgentSession, signal: s.PauseWished) -> Events:
    """Another reason is another pause, counted from now; the same one said twice does not make it longer."""
    return [] if signal.reason == session.reason else pause(session, signal)


def offline(session: AgentSession, signal: s.AgentSignal) -> Events:
    return [e.AgentWentOffline(agent_id=session.agent_id)]


def next_available(session: AgentSession, signal: s.AgentSignal) -> Events:
    return _choose_next(session, None)


def next_paused(session: AgentSession, signal: s.PauseWished) -> Events:
    return _choose_next(session, _paused_next(signal))


def next_offline(session: AgentSession, signal: s.AgentSignal) -> Events:
    return _choose_next(session, Next(state=AgentState.OFFLINE))


def _paused_next(signal: s.PauseWished, *, at_once: bool = False) -> Next:
    return Next(state=AgentState.PAUSED, reason=signal.reason, limit_s=signal.limit_s, at_once=at_once)


def _choose_next(session: AgentSession, wish: Next | None) -> Events:
    return [] if wish == session.next else [e.AgentNextChosen(agent_id=session.agent_id, next=wish)]


# --- offers and calls ---


def offered(session: AgentSession, signal: s.OfferMade) -> Events:
    return [e.AgentOffered(agent_id=session.agent_id, call_id=signal.call_id, offer_id=signal.offer_id)]


def offered_in_pause(session: AgentSession, signal: s.OfferMade) -> Events:
    """Whatever comes of it, the pause goes on afterwards."""
    return [
        *offered(session, signal),
        e.AgentNextChosen(agent_id=session.agent_id, next=_as_before(session)),
    ]


def offer_over(session: AgentSession, signal: s.OfferOver) -> Events:
    """Refused: to the end of the idle order. Withdrawn: nothing is the agent's doing.

    Unreachable: a phone may be on its way back, so it is waited for first. Too often not answered: no more calls until
    the agent says so. What it wished itself goes first.
    """
    missed = session.missed + 1 if signal.outcome == RING_NO_ANSWER else session.missed
    if session.next is None:
        if signal.outcome == UNREACHABLE:
            return _not_reached(session, signal)
        if signal.outcome == RING_NO_ANSWER and 0 < signal.pause_after <= missed:
            return [e.AgentPaused(agent_id=session.agent_id, reason=MISSED_CALLS)]
    return _what_is_next(session, signal, keeps_idle=signal.outcome == WITHDRAWN, missed=missed)


def _not_reached(session: AgentSession, signal: s.OfferOver) -> Events:
    unreached = session.unreached + 1
    if unreached >= MOST_UNREACHED:
        return [e.AgentPaused(agent_id=session.agent_id, reason=UNREACHABLE)]
    until = signal.at + PHONE_WAIT
    return [
        e.AgentBecameAvailable(agent_id=session.agent_id, keeps_idle=True, missed=session.missed),
        e.AgentPhoneAwaited(agent_id=session.agent_id, until=until, unreached=unreached),
    ]


def taken(session: AgentSession, signal: s.CallTaken) -> Events:
    return [_took(session, signal)]


def taken_unawares(session: AgentSession, signal: s.CallTaken) -> Events:
    """Found on a call after a restart, or rung by a colleague: afterwards it is again what it was before."""
    return [_took(session, signal), e.AgentNextChosen(agent_id=session.agent_id, next=_as_before(session))]


def taken_again(session: AgentSession, signal: s.CallTaken) -> Events:
    return [] if session.call_id == signal.call_id else taken(session, signal)


def _took(session: AgentSession, signal: s.CallTaken) -> e.AgentTookCall:
    return e.AgentTookCall(
        agent_id=session.agent_id, call_id=signal.call_id, offer_id=signal.offer_id, taken=session.taken + 1
    )


def own_call(session: AgentSession, signal: s.OwnCallStarted) -> Events:
    """From outside any work: afterwards the agent is again what it was, a break stays a break."""
    before = _as_before(session)
    return [_own(session, signal), *([e.AgentNextChosen(agent_id=session.agent_id, next=before)] if before else [])]


def own_call_after_wrap_up(session: AgentSession, signal: s.OwnCallStarted) -> Events:
    """What was to come after the wrap-up comes after this call."""
    return [*_end_of_wrap_up(session), _own(session, signal)]


def _own(session: AgentSession, signal: s.OwnCallStarted) -> e.AgentTookCall:
    return e.AgentTookCall(
        agent_id=session.agent_id, call_id=signal.call_id, offer_id=signal.offer_id, taken=session.taken, own=True
    )


def _as_before(session: AgentSession) -> Next | None:
    """What an idle agent is, as a wish. A limited pause that was interrupted begins again."""
    if session.state is AgentState.AVAILABLE:
        return None
    limit_s = None
    if session.pause_limit_at is not None:
        limit_s = round((session.pause_limit_at - session.since).total_seconds())
    return Next(state=session.state, reason=session.reason, limit_s=limit_s)


def call_over(session: AgentSession, signal: s.OfferOver) -> Events:
    """After talking: wrap-up, if the queue gives time for it or asks for a disposition that was not given yet.

    An own call that nobody answered ends without either, and costs no place in the idle order.
    """
    if signal.outcome != TALKED:
        return _what_is_next(session, signal, keeps_idle=True)
    return _after_talk(session, signal, given=session.disposition_id is not None)


def taken_and_over(session: AgentSession, signal: s.OfferOver) -> Events:
    """A kill came between the answer and the desk's line of it; the call ended before anything else was heard."""
    assert session.call_id is not None, "the table calls this only in OFFERED"
    took = s.CallTaken(at=signal.at, call_id=session.call_id, offer_id=signal.offer_id)
    return [_took(session, took), *_after_talk(session, signal, given=False)]


def _after_talk(session: AgentSession, signal: s.OfferOver, *, given: bool) -> Events:
    asked = "off" if given else signal.disposition
    if session.call_id is None or (signal.wrap_up_s <= 0 and asked != "required"):
        return _what_is_next(session, signal)
    until = signal.at + timedelta(seconds=max(0.0, signal.wrap_up_s))
    return [
        e.AgentWrapUpStarted(
            agent_id=session.agent_id,
            call_id=session.call_id,
            until=until,
            disposition=asked,
            queue_id=signal.queue_id,
        )
    ]


# --- wrap-up ---


def disposition(session: AgentSession, signal: s.DispositionGiven) -> Events:
    """Said while still talking: nothing will be asked for afterwards."""
    if signal.disposition_id == session.disposition_id:
        return []
    return [
        e.AgentDispositionGiven(agent_id=session.agent_id, call_id=signal.call_id, disposition_id=signal.disposition_id)
    ]


def disposition_in_wrap_up(session: AgentSession, signal: s.DispositionGiven) -> Events:
    """It frees the agent if only the disposition kept it here: the time is up, or it wished for something meanwhile.

    Otherwise the rest of the wrap-up is the agent's: for notes, or to correct what it gave.
    """
    waited = session.wrap_up_until is None or signal.at >= session.wrap_up_until or session.overdue
    wished = session.next is not None and session.next.at_once
    free = disposition_missing(session) and (waited or wished)
    ending = [*_end_of_wrap_up(session), *_what_is_next(session, signal)] if free else []
    return [*disposition(session, signal), *ending]


def wrap_up_time_up(session: AgentSession, signal: s.AgentSignal) -> Events:
    if not disposition_missing(session):
        return [*_end_of_wrap_up(session), *_what_is_next(session, signal)]
    if session.overdue or session.call_id is None:
        return []
    return [e.AgentWrapUpOverran(agent_id=session.agent_id, call_id=session.call_id)]


def wrapped_up_available(session: AgentSession, signal: s.AgentSignal) -> Events:
    if disposition_missing(session):
        return _choose_next(session, Next(state=AgentState.AVAILABLE, at_once=True))
    return [*_end_of_wrap_up(session), *available(session, signal)]


def wrapped_up_paused(session: AgentSession, signal: s.PauseWished) -> Events:
    if disposition_missing(session):
        return _choose_next(session, _paused_next(signal, at_once=True))
    return [*_end_of_wrap_up(session), *pause(session, signal)]


def wrapped_up_offline(session: AgentSession, signal: s.AgentSignal) -> Events:
    if disposition_missing(session):
        return _choose_next(session, Next(state=AgentState.OFFLINE, at_once=True))
    return [*_end_of_wrap_up(session), *offline(session, signal)]


def _end_of_wrap_up(session: AgentSession) -> Events:
    assert session.call_id is not None, "the table calls this only in WRAP_UP"
    return [e.AgentWrapUpEnded(agent_id=session.agent_id, call_id=session.call_id)]


def _what_is_next(session: AgentSession, signal: s.AgentSignal, *, keeps_idle: bool = False, missed: int = 0) -> Events:
    match session.next:
        case Next(state=AgentState.PAUSED, reason=reason, limit_s=limit_s):
            return pause(session, s.PauseWished(at=signal.at, reason=reason or "break", limit_s=limit_s))
        case Next(state=AgentState.OFFLINE):
            return offline(session, signal)
    return [e.AgentBecameAvailable(agent_id=session.agent_id, keeps_idle=keeps_idle, missed=missed)]


# --- pauses, presence ---


def pause_limit_reached(session: AgentSession, signal: s.PauseLimitReached) -> Events:
    """The pause goes on: whoever is not back yet would miss calls. The board says that it is too long."""
    return [] if session.overdue else [e.AgentPauseOverran(agent_id=session.agent_id, reason=signal.reason)]


def vanished(session: AgentSession, signal: s.AgentSignal) -> Events:
    return [e.AgentPaused(agent_id=session.agent_id, reason=VANISHED)]


def returned(session: AgentSession, signal: s.AgentSignal) -> Events:
    """It never said that it would go: it is available again, in its place. No other pause ends by being there."""
    if session.reason != VANISHED:
        return []
    return [e.AgentBecameAvailable(agent_id=session.agent_id, keeps_idle=True, missed=session.missed)]


def next_vanished(session: AgentSession, signal: s.AgentSignal) -> Events:
    """A call in hand never ends by it; what the agent wished itself stays."""
    if session.next is not None and session.next.state is not AgentState.AVAILABLE:
        return []
    at_once = session.next is not None and session.next.at_once
    return _choose_next(session, Next(state=AgentState.PAUSED, reason=VANISHED, at_once=at_once))


def next_not_vanished(session: AgentSession, signal: s.AgentSignal) -> Events:
    return _choose_next(session, None) if session.next is not None and session.next.reason == VANISHED else []


# --- phones ---


def phone_awaited(session: AgentSession, signal: s.PhoneAwaited) -> Events:
    return [e.AgentPhoneAwaited(agent_id=session.agent_id, until=signal.until, unreached=session.unreached)]


def phone_ready(session: AgentSession, signal: s.AgentSignal) -> Events:
    return [e.AgentPhoneReady(agent_id=session.agent_id)] if session.phone_awaited_until is not None else []


def phone_missing(session: AgentSession, signal: s.AgentSignal) -> Events:
    if session.phone_awaited_until is None:
        return []
    return [e.AgentPaused(agent_id=session.agent_id, reason=UNREACHABLE)]


def reachable_again(session: AgentSession, signal: s.AgentSignal) -> Events:
    """The agent did not ask for this pause: it is available again, in its place. No other pause ends by a phone."""
    if session.reason != UNREACHABLE:
        return []
    return [
        e.AgentPhoneReady(agent_id=session.agent_id),
        e.AgentBecameAvailable(agent_id=session.agent_id, keeps_idle=True, missed=session.missed),
    ]


def next_reachable(session: AgentSession, signal: s.AgentSignal) -> Events:
    return _choose_next(session, None) if session.next is not None and session.next.reason == UNREACHABLE else []


# --- supervisors ---


def corrected_idle(session: AgentSession, signal: s.Corrected) -> Events:
    change = _made(session, signal)
    return [_correction(session, signal), *change] if change else []


def corrected_wrap_up(session: AgentSession, signal: s.Corrected) -> Events:
    """Ends it at once, also without the disposition, and then says so."""
    missing = session.disposition_due if disposition_missing(session) else None
    correction = _correction(session, signal, missing)
    match signal.state:
        case AgentState.PAUSED:
            change = pause(session, _forced_pause(signal))
        case AgentState.OFFLINE:
            change = offline(session, signal)
        case _:
            change = available(session, signal)
    return [correction, *_end_of_wrap_up(session), *change]


def corrected_working(session: AgentSession, signal: s.Corrected) -> Events:
    """An offer or a call goes on; what was said comes after it."""
    match signal.state:
        case AgentState.PAUSED:
            wish = _paused_next(_forced_pause(signal))
        case AgentState.OFFLINE:
            wish = Next(state=AgentState.OFFLINE)
        case _:
            return [_correction(session, signal), *_choose_next(session, None)]
    return [_correction(session, signal), *_choose_next(session, wish)]


def _made(session: AgentSession, signal: s.Corrected) -> Events:
    match signal.state:
        case AgentState.PAUSED:
            return pause_again(session, _forced_pause(signal))
        case AgentState.OFFLINE:
            return [] if session.state is AgentState.OFFLINE else offline(session, signal)
    return [] if session.state is AgentState.AVAILABLE else available(session, signal)


def _forced_pause(signal: s.Corrected) -> s.PauseWished:
    return s.PauseWished(at=signal.at, reason=BY_SUPERVISOR)


def _correction(session: AgentSession, signal: s.Corrected, missing: Any = None) -> e.AgentCorrected:
    return e.AgentCorrected(
        agent_id=session.agent_id,
        by=signal.by,
        state=signal.state,
        reason=signal.reason,
        without_disposition=missing,
    )
