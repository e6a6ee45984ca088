"""A consultation: the agent asks a colleague or an outside number while the customer waits; a swap, a conference.

One bridge for all: who does not talk now is outside it, with music. Each function goes by one order: first commands
that end what was, for the call as it is; then the event, which changes the call; then commands that begin what is.
"""

from __future__ import annotations

from collections.abc import Iterable

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.dialling import dial, failed, why_not
from call24.calls.ending import consult_party_legs, end, release_consult_party
from call24.calls.model import (
    Call,
    CallState,
    ConsultParty,
    Dial,
    Direction,
    EndedBy,
    OfferLeg,
    OfferOutcome,
)
from call24.calls.step import ELSEWHERE, NO_ANSWER, NORMAL, StepBuilder
from call24.calls.timers import dial_timer, offer_timer

DIRECT_RING_S = 25
OUTSIDE_RING_S = 40
CONSULT_PARTY = "third"
"""The name of the consult party in events and codes."""


def consult(m: StepBuilder, signal: s.ConsultRequested) -> None:
    to = signal.to
    if m.call.consult_party is not None or m.call.agent_leg is None or (to.agent_id is None and to.contact_id is None):
        return
    held = m.call.state is CallState.HELD
    m.emit(e.ConsultStarted(agent_id=signal.agent_id, colleague_id=to.agent_id, contact_id=to.contact_id))
    if not held:
        m.part(m.caller)
        m.music()
    agent_leg = m.call.agent_leg
    assert agent_leg is not None
    m.part(agent_leg)
    m.issue(c.StartTone(leg=agent_leg))
    if to.agent_id is not None:
        m.issue(c.ReserveAgent(agent_id=to.agent_id))
    elif not dial(m, CONSULT_PARTY, OUTSIDE_RING_S, contact_id=to.contact_id, user_id=signal.agent_id):
        _not_reached(m, "no_trunk")


def colleague_reserved(m: StepBuilder, signal: s.ColleagueReserved) -> None:
    chosen = signal.chosen
    legs = chosen.legs
    m.emit(e.ConsultRung(offer_id=chosen.offer_id, colleague_id=chosen.agent_id, legs=legs))
    if not legs:
        release_consult_party(m, OfferOutcome.UNREACHABLE)
        _not_reached(m, OfferOutcome.UNREACHABLE)
        return
    ring_colleague(m, legs)


def ring_colleague(m: StepBuilder, legs: Iterable[OfferLeg]) -> None:
    offer = _consult_party(m).offer
    assert offer is not None, "the colleague is reserved"
    for each in legs:
        m.issue(
            c.RingAgent(
                leg=each.leg,
                device_id=each.device_id,
                call_id=m.call.id,
                tenant_id=m.call.tenant_id,
                offer_id=offer.offer_id,
                ring_s=DIRECT_RING_S + 5,
                purpose="consult",
            )
        )
    m.issue(c.StartTimer(name=offer_timer(offer.offer_id), seconds=DIRECT_RING_S))


def colleague_busy(m: StepBuilder, signal: s.ColleagueBusy) -> None:
    _not_reached(m, signal.reason)


def rings_consult_party(call: Call) -> bool:
    """Whether the agent waits for the consult party, hearing the ringing tone."""
    return call.state is CallState.CONSULTING and call.consult_party is not None and call.consult_party.leg is None


def consult_party_ringing(m: StepBuilder, signal: s.LegRinging) -> None:
    party = _consult_party(m)
    if party.offer is not None and not party.offer.ringing:
        m.emit(e.ConsultRinging(leg=signal.leg))
    elif party.dial is not None:
        m.emit(e.OutsideRinging(leg=signal.leg))


def _consult_party(m: StepBuilder) -> ConsultParty:
    assert m.call.consult_party is not None, "the kind exists only with a consult party"
    return m.call.consult_party


def consult_party_answered(m: StepBuilder, signal: s.LegAnswered) -> None:
    party = _consult_party(m)
    device_id = None
    if party.offer is not None:
        device_id = next(each.device_id for each in party.offer.legs if each.leg == signal.leg)
        m.stop_ringing(tuple(each.leg for each in party.offer.legs if each.leg != signal.leg), ELSEWHERE)
        m.issue(c.StopTimer(name=offer_timer(party.offer.offer_id)))
        assert party.agent_id is not None
        m.issue(c.AgentTaken(agent_id=party.agent_id, offer_id=party.offer.offer_id))
    elif party.dial is not None:
        m.issue(c.StopTimer(name=dial_timer(signal.leg)))
    m.emit(e.ConsultAnswered(leg=signal.leg, colleague_id=party.agent_id, device_id=device_id))
    if m.call.agent_leg is not None:
        m.issue(c.StopTone(leg=m.call.agent_leg))
    m.together(m.call.agent_leg, signal.leg)


def consult_party_refused(m: StepBuilder, signal: s.LegEnded) -> None:
    party = _consult_party(m)
    if party.dial is not None:
        _dial_failed(m, party.dial, signal)
    else:
        _colleague_out(m, OfferOutcome.DECLINED, gone=signal)


def consult_party_lost(m: StepBuilder, signal: s.LegEnded) -> None:
    party = _consult_party(m)
    if party.dial is not None:
        _dial_failed(m, party.dial, signal)
    elif party.offer is not None and len(party.offer.legs) > 1:
        m.emit(e.ConsultLegLost(leg=signal.leg, cause=signal.cause))
    else:
        rang = signal.cause == NO_ANSWER
        _colleague_out(m, OfferOutcome.RING_NO_ANSWER if rang else OfferOutcome.UNREACHABLE, gone=signal)


def _dial_failed(m: StepBuilder, tried: Dial, signal: s.LegEnded) -> None:
    failed(m, CONSULT_PARTY, tried, signal.cause, lambda m, cause: _not_reached(m, why_not(cause)))


def consult_party_expired(m: StepBuilder, signal: s.TimerFired) -> None:
    party = _consult_party(m)
    if party.dial is not None:
        m.issue(c.HangUpLeg(leg=party.dial.leg, cause=NO_ANSWER))
    else:
        _colleague_out(m, OfferOutcome.RING_NO_ANSWER)


def _colleague_out(m: StepBuilder, outcome: OfferOutcome, gone: s.LegEnded | None = None) -> None:
    m.stop_ringing(tuple(leg for leg in consult_party_legs(m.call) if gone is None or leg != gone.leg), NORMAL)
    release_consult_party(m, outcome)
    _not_reached(m, outcome)


def _not_reached(m: StepBuilder, reason: str) -> None:
    """Back to the customer, who is on hold until the agent resumes. An internal call is over."""
    if m.call.agent_leg is not None:
        m.issue(c.StopTone(leg=m.call.agent_leg))
    colleague_id = _consult_party(m).agent_id
    m.emit(e.ConsultEnded(reason=reason, colleague_id=colleague_id))
    if m.call.direction is Direction.INTERNAL:
        end(m, EndedBy.SYSTEM, NO_ANSWER, reason=reason)


def consult_party_left(m: StepBuilder, signal: s.LegEnded) -> None:
    _consult_party_gone(m)


def consult_party_hangs_up(m: StepBuilder, signal: s.AgentRequest) -> None:
    """The colleague asks its client to hang up, or declines while it is rung."""
    if _consult_party(m).leg is None:
        by_supervisor = isinstance(signal, s.DeclineRequested) and signal.by is not None
        _colleague_out(m, OfferOutcome.WITHDRAWN if by_supervisor else OfferOutcome.DECLINED)
        return
    m.issue(*(c.HangUpLeg(leg=leg) for leg in consult_party_legs(m.call)))
    _consult_party_gone(m)


def _consult_party_gone(m: StepBuilder) -> None:
    release_consult_party(m, OfferOutcome.WITHDRAWN)
    internal = m.call.direction is Direction.INTERNAL
    m.emit(e.ConsultEnded(reason="left", colleague_id=_consult_party(m).agent_id))
    if internal:
        end(m, EndedBy.CONSULT_PARTY, NORMAL)


# --- what the agent makes of it ---


def swap_to_customer(m: StepBuilder, signal: s.SwapRequested) -> None:
    consult_party_leg = _consult_party(m).leg
    if consult_party_leg is None or m.call.caller_leg is None:
        return
    m.part(consult_party_leg)
    m.issue(c.StartMusic(leg=consult_party_leg, music=m.rules.music), c.StopMusic(leg=m.caller))
    m.emit(e.ConsultSwapped(agent_id=signal.agent_id, to="customer"))
    m.together(m.caller, m.call.agent_leg)


def swap_to_consult_party(m: StepBuilder, signal: s.SwapRequested) -> None:
    consult_party_leg = m.call.consult_party.leg if m.call.consult_party is not None else None
    if consult_party_leg is None:
        return
    if m.call.state is CallState.CONNECTED:
        m.part(m.caller)
        m.music()
    m.issue(c.StopMusic(leg=consult_party_leg))
    m.emit(e.ConsultSwapped(agent_id=signal.agent_id, to=CONSULT_PARTY))
    m.together(m.call.agent_leg, consult_party_leg)


def cancel(m: StepBuilder, signal: s.CancelRequested) -> None:
    """Let the consult party go, back to the customer at once."""
    if m.call.consult_party is None:
        return
    if m.call.direction is Direction.INTERNAL:
        end(m, EndedBy.AGENT, NORMAL, reason="cancelled")
        return
    consulting = m.call.state is CallState.CONSULTING
    drop_consult_party(m, "cancelled")
    if consulting:
        m.emit(e.CallResumed(agent_id=signal.agent_id))
        m.issue(c.StopMusic(leg=m.caller))
        m.together(m.caller, m.call.agent_leg)


def drop(m: StepBuilder, signal: s.DropRequested) -> None:
    drop_consult_party(m, "dropped")


def drop_consult_party(m: StepBuilder, reason: str) -> None:
    party = _consult_party(m)
    if party.leg is None and m.call.agent_leg is not None:
        m.issue(c.StopTone(leg=m.call.agent_leg))
    if party.dial is not None:
        m.issue(c.StopTimer(name=dial_timer(party.dial.leg)))
    m.issue(*(c.HangUpLeg(leg=leg) for leg in consult_party_legs(m.call)))
    release_consult_party(m, OfferOutcome.WITHDRAWN)
    m.emit(e.ConsultEnded(reason=reason, colleague_id=party.agent_id))


def conference(m: StepBuilder, signal: s.ConferenceRequested) -> None:
    consult_party_leg = m.call.consult_party.leg if m.call.consult_party is not None else None
    if consult_party_leg is None or m.call.caller_leg is None:
        return
    m.issue(c.StopMusic(leg=m.caller), c.StopMusic(leg=consult_party_leg))
    m.emit(e.ConferenceStarted(agent_id=signal.agent_id))
    m.together(m.caller, m.call.agent_leg, consult_party_leg)
