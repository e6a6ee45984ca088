"""Agents are rung for a call: one or several at once, each on all devices; the first to answer has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from call24.agents.candidate import Candidate
from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.conversation import connect
from call24.calls.dialling import dial_customer, wait_in_line
from call24.calls.ending import end, withdraw
from call24.calls.flow import give_up
from call24.calls.model import Call, Direction, EndedBy, Offer, OfferLeg, OfferOutcome
from call24.calls.queue_announcements import announces, stop_waiting_sounds
from call24.calls.queueing import announce, left_of_wait, request
from call24.calls.step import ELSEWHERE, NO_ANSWER, NORMAL, StepBuilder
from call24.calls.timers import dial_timer, mobile_timer, offer_timer
from call24.kit.ids import DeviceId, LegId, OfferId, UserId

OWN_PHONE_S = 20
MOBILE_AFTER_S = 6
"""So long the agent's phones have to say that they ring, before the mobile number is dialled."""


def offer_agents(m: StepBuilder, signal: s.AgentChosen) -> None:
    candidates, others = signal.candidates, signal.others
    for chosen in signal.offers:
        _offer(m, chosen, candidates, others)
        candidates, others = (), {}
    if not m.call.offers:
        _nobody_rings(m)


def _offer(m: StepBuilder, chosen: s.Chosen, candidates: tuple[Candidate, ...], others: Mapping[str, int]) -> None:
    """For one call an agent's mobile number is dialled once: who let it ring, or has a mailbox, is not called again.

    Not even where the call comes from another queue, or once more from the same one.
    """
    had = {*m.call.tried, *m.call.mobiles_tried}
    mobile = chosen.mobile and chosen.agent_id not in had
    m.emit(
        e.CallOffered(
            offer_id=chosen.offer_id,
            agent_id=chosen.agent_id,
            legs=chosen.legs,
            candidates=candidates,
            others=others,
            mobile=mobile,
        )
    )
    if not chosen.legs and not mobile:
        _over(m, m.call.offers[-1], OfferOutcome.UNREACHABLE)
        return
    m.issue(*(ring(m.call, chosen.offer_id, each) for each in chosen.legs))
    m.issue(c.StartTimer(name=offer_timer(chosen.offer_id), seconds=offer_s(m.call)))
    if mobile:
        m.issue(c.StartTimer(name=mobile_timer(chosen.offer_id), seconds=MOBILE_AFTER_S))


def offer_s(call: Call) -> int:
    if call.direction in {Direction.OUTBOUND, Direction.INTERNAL}:
        return OWN_PHONE_S
    if call.wait is not None:
        return call.wait.ring_s
    return call.queue.offer_s if call.queue is not None else OWN_PHONE_S


def ring(call: Call, offer_id: OfferId, leg: OfferLeg) -> c.RingAgent:
    # Asterisk's own limit lies behind ours: the timer decides, and it also ends a phone that Asterisk forgot.
    own = call.direction in {Direction.OUTBOUND, Direction.INTERNAL} and call.caller_leg is None
    back = call.callback_waits
    purpose = "own_call" if own else "callback" if back else "offer"
    return c.RingAgent(
        leg=leg.leg,
        device_id=leg.device_id,
        call_id=call.id,
        tenant_id=call.tenant_id,
        offer_id=offer_id,
        ring_s=offer_s(call) + 5,
        auto_answer=own,
        purpose=purpose,
    )


def ringing(m: StepBuilder, signal: s.LegRinging) -> None:
    offer = offer_of(m, signal.leg)
    if not offer.ringing:
        m.emit(e.OfferRinging(offer_id=offer.offer_id, leg=signal.leg))
        if offer.dials_mobile:
            m.issue(c.StopTimer(name=mobile_timer(offer.offer_id)))


def ring_again(m: StepBuilder, signal: s.PhoneRegistered) -> None:
    offer = m.call.offer_to(signal.agent_id)
    if offer is None or offer.legs or not signal.legs or (offer.mobile is not None and offer.mobile.answered):
        return
    m.emit(e.OfferRungAgain(offer_id=offer.offer_id, legs=signal.legs))
    m.issue(*(ring(m.call, offer.offer_id, each) for each in signal.legs))


def offer_of(m: StepBuilder, leg: LegId) -> Offer:
    return next(offer for offer in m.call.offers if leg in offer.rung)


def agent_refused(m: StepBuilder, signal: s.LegEnded) -> None:
    end_offer(m, offer_of(m, signal.leg), OfferOutcome.DECLINED, gone=signal.leg)


def declined(m: StepBuilder, signal: s.DeclineRequested) -> None:
    offer = m.call.offer_to(signal.agent_id)
    assert offer is not None, "the kind exists only for an agent who is rung"
    outcome = OfferOutcome.DECLINED if signal.by is None else OfferOutcome.WITHDRAWN
    end_offer(m, offer, outcome, by=signal.by)


def offer_expired(m: StepBuilder, signal: s.TimerFired) -> None:
    offer = next(offer for offer in m.call.offers if offer_timer(offer.offer_id) == signal.name)
    end_offer(m, offer, OfferOutcome.RING_NO_ANSWER)


def agent_lost(m: StepBuilder, signal: s.LegEnded) -> None:
    """While the mobile number is, or will be, dialled, the offer needs no phone."""
    offer = offer_of(m, signal.leg)
    if len(offer.legs) > 1 or offer.dials_mobile or offer.mobile is not None:
        m.emit(e.OfferLegLost(offer_id=offer.offer_id, leg=signal.leg, cause=signal.cause))
        return
    # Found missing (0) after it had rung: the phone was there, and gave up while we were away.
    rang = signal.cause == NO_ANSWER or (signal.cause == 0 and offer.ringing)
    outcome = OfferOutcome.RING_NO_ANSWER if rang else OfferOutcome.UNREACHABLE
    end_offer(m, offer, outcome, gone=signal.leg)


def end_offer(
    m: StepBuilder, offer: Offer, outcome: OfferOutcome, gone: LegId | None = None, by: UserId | None = None
) -> None:
    """This agent is out. When it was the last one who rang, the caller keeps its place, or leaves if its time is up."""
    m.stop_offer(offer, NORMAL, gone)
    _over(m, offer, outcome, by)
    if not m.call.offers:
        _nobody_rings(m)


def _over(m: StepBuilder, offer: Offer, outcome: OfferOutcome, by: UserId | None = None) -> None:
    m.emit(e.OfferEnded(offer_id=offer.offer_id, agent_id=offer.agent_id, outcome=outcome, by=by))
    m.release(offer.agent_id, offer.offer_id, outcome)


def _nobody_rings(m: StepBuilder) -> None:
    if m.call.caller_leg is None:
        _nobody_of_ours(m)
    elif _all_refused(m):
        give_up(m, "no_answer")
    elif left_of_wait(m) <= timedelta():
        give_up(m, "max_wait")
    else:
        m.issue(request(m))


def _nobody_of_ours(m: StepBuilder) -> None:
    """There is no customer on the line yet: our own side is to be there first."""
    if m.call.direction is not Direction.CALLBACK:
        end(m, EndedBy.SYSTEM, NO_ANSWER, reason="own_phone")
    elif m.at >= m.call.arrived_at + timedelta(seconds=m.rules.callback_expires_s):
        end(m, EndedBy.SYSTEM, NORMAL, reason="expired")
    else:
        wait_in_line(m)


def _all_refused(m: StepBuilder) -> bool:
    """Whoever the caller was meant for has had it: it is not to wait until they are asked a second time."""
    wait = m.call.wait
    return wait is not None and bool(wait.agents) and set(wait.agents) <= set(m.call.tried)


def answered(m: StepBuilder, signal: s.LegAnswered) -> None:
    offer = offer_of(m, signal.leg)
    take(m, offer, signal.leg, next(each.device_id for each in offer.legs if each.leg == signal.leg))


def take(m: StepBuilder, offer: Offer, leg: LegId, device_id: DeviceId) -> None:
    """The first that answers has the call; all others stop ringing at once."""
    for other in m.call.offers:
        if other.offer_id != offer.offer_id:
            withdraw(m, other)
    m.stop_offer(offer, ELSEWHERE, leg)
    m.issue(c.StopTimer(name=timers.MAX_WAIT))
    m.issue(c.AgentTaken(agent_id=offer.agent_id, offer_id=offer.offer_id))
    if m.call.caller_leg is not None:
        stop_waiting_sounds(m)
        connect(m, offer.offer_id, offer.agent_id, leg, device_id)
        return
    m.issue(c.StopTimer(name=timers.EXPIRY))
    m.emit(e.AgentReady(offer_id=offer.offer_id, agent_id=offer.agent_id, leg=leg, device_id=device_id))
    if m.call.direction is Direction.INTERNAL:
        _consult_colleague(m)
    else:
        dial_customer(m)


def _consult_colleague(m: StepBuilder) -> None:
    assert m.call.consult_party is not None and m.call.consult_party.agent_id is not None, (
        "an internal call is to a colleague"
    )
    assert m.call.agent_leg is not None
    colleague_id = m.call.consult_party.agent_id
    m.emit(e.ConsultStarted(agent_id=m.agent, colleague_id=colleague_id))
    m.issue(c.ReserveAgent(agent_id=colleague_id), c.StartTone(leg=m.call.agent_leg))


def customer_answered(m: StepBuilder, signal: s.LegAnswered) -> None:
    """The customer whom the agent called: told first that the call is recorded where it is, then through."""
    m.emit(e.CustomerAnswered(leg=signal.leg))
    m.issue(c.StopTimer(name=dial_timer(signal.leg)))
    if announces(m, m.rules):
        announce(m)
    else:
        through(m)


def customer_told(m: StepBuilder, signal: s.SoundEnded) -> None:
    if m.call.caller_leg is not None:
        through(m)


def through(m: StepBuilder) -> None:
    call = m.call
    assert call.agent_leg is not None and call.offer_id is not None and call.device_id is not None
    m.issue(c.StopTone(leg=call.agent_leg))
    connect(m, call.offer_id, m.agent, call.agent_leg, call.device_id)


def not_wanted(m: StepBuilder, signal: s.AgentChosen) -> None:
    """The desk chose while the call was already leaving the queue: give the agents back at once."""
    for chosen in signal.offers:
        m.release(chosen.agent_id, chosen.offer_id, OfferOutcome.WITHDRAWN)


def colleague_not_wanted(m: StepBuilder, signal: s.ColleagueReserved) -> None:
    m.release(signal.chosen.agent_id, signal.chosen.offer_id, OfferOutcome.WITHDRAWN)
