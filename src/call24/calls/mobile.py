"""An agent whose phones do not ring is called on its mobile number, over the trunks; only a key takes the call.

Whoever answers hears who calls and which key to press: a mailbox that answers presses nothing and never has the call.
Functions of a StepBuilder and a signal; the ring chain as a whole is ADR 133.
"""

from __future__ import annotations

import msgspec

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.classification import REFUSED
from call24.calls.dialling import GRACE_S, TRUNK_TROUBLE, next_leg, why_not
from call24.calls.model import MOBILE, MobileLeg, Offer, OfferOutcome
from call24.calls.offers import MOBILE_AFTER_S, end_offer, offer_of, offer_s, take
from call24.calls.queueing import left_of_wait
from call24.calls.step import NO_ANSWER, NORMAL, StepBuilder, ask_id
from call24.calls.timers import mobile_timer, offer_timer

RING_S = 25
LEAST_RING_S = 5
ASK_S = 20
"""The longest that who answered is asked: the words, said once, take up to 15 s."""
KEY_S = 8
"""After the words."""
KEY = "1"
UNKNOWN = 0
_NOT_ANSWERED = frozenset({NORMAL, 18, NO_ANSWER})


def due(m: StepBuilder, signal: s.TimerFired) -> None:
    """No phone of the agent said that it rings."""
    offer = _of_timer(m, signal)
    trunks = m.plan.trunks()
    if _left_s(m) < LEAST_RING_S:
        _out(m, offer, "max_wait", OfferOutcome.WITHDRAWN)
    elif trunks:
        _dial(m, offer, MobileLeg(leg=next_leg(m), trunk_id=trunks[0], left=trunks[1:]), further=False)
    else:
        _out(m, offer, "no_trunk", OfferOutcome.UNREACHABLE)


def _left_s(m: StepBuilder) -> int:
    """How long the mobile number may ring: no longer than the caller waits."""
    return RING_S if m.call.wait is None else min(RING_S, int(left_of_wait(m).total_seconds()))


def _of_timer(m: StepBuilder, signal: s.TimerFired) -> Offer:
    return next(offer for offer in m.call.offers if mobile_timer(offer.offer_id) == signal.name)


def _dial(m: StepBuilder, offer: Offer, mobile: MobileLeg, *, further: bool) -> None:
    m.emit(
        e.OfferMobileDialled(
            offer_id=offer.offer_id,
            agent_id=offer.agent_id,
            leg=mobile.leg,
            trunk_id=mobile.trunk_id,
            left=mobile.left,
        )
    )
    m.issue(
        c.DialOutside(
            leg=mobile.leg,
            call_id=m.call.id,
            tenant_id=m.call.tenant_id,
            trunk_id=mobile.trunk_id,
            contact_id=None,
            shown_id=m.call.number_id,
            user_id=offer.agent_id,
            ring_s=max(LEAST_RING_S, _left_s(m)),
            further=further,
            mobile=True,
        )
    )
    if not further:
        _await_answer(m, offer)


def _await_answer(m: StepBuilder, offer: Offer) -> None:
    """The offer lasts as long as the mobile number may take, over all trunks; its phones ring on meanwhile."""
    ring_s = max(LEAST_RING_S, _left_s(m)) + GRACE_S
    m.issue(
        c.StartTimer(name=mobile_timer(offer.offer_id), seconds=ring_s),
        c.StartTimer(name=offer_timer(offer.offer_id), seconds=ring_s + ASK_S + KEY_S + GRACE_S),
    )


def rings(m: StepBuilder, signal: s.LegRinging) -> None:
    m.emit(e.OutsideRinging(leg=signal.leg))


def answered(m: StepBuilder, signal: s.LegAnswered) -> None:
    offer = offer_of(m, signal.leg)
    m.emit(e.OfferMobileAnswered(offer_id=offer.offer_id, agent_id=offer.agent_id, leg=signal.leg))
    _ask(m, offer_of(m, signal.leg))


def _ask(m: StepBuilder, offer: Offer) -> None:
    leg = _leg(offer)
    m.issue(
        c.AskForKey(leg=leg.leg, tenant_id=m.call.tenant_id, playback_id=ask_id(leg.leg, leg.asked)),
        c.StartTimer(name=mobile_timer(offer.offer_id), seconds=ASK_S),
        c.StartTimer(name=offer_timer(offer.offer_id), seconds=ASK_S + KEY_S + GRACE_S),
    )


def _leg(offer: Offer) -> MobileLeg:
    assert offer.mobile is not None, "the kind exists only while the mobile number is dialled"
    return offer.mobile


def asked(m: StepBuilder, signal: s.SoundEnded) -> None:
    offer = offer_of(m, signal.leg)
    m.issue(c.StartTimer(name=mobile_timer(offer.offer_id), seconds=KEY_S))


def key_pressed(m: StepBuilder, signal: s.DigitPressed) -> None:
    offer = offer_of(m, signal.leg)
    if signal.digit == KEY:
        m.emit(e.OfferMobileAccepted(offer_id=offer.offer_id, agent_id=offer.agent_id, leg=signal.leg))
        m.issue(c.StopSound(leg=signal.leg, playback_id=ask_id(signal.leg, _leg(offer).asked)))
        take(m, offer, signal.leg, MOBILE)
    else:
        m.issue(c.HangUpLeg(leg=signal.leg))
        _out(m, offer, "other_key", OfferOutcome.DECLINED, ends=True)


def expired(m: StepBuilder, signal: s.TimerFired) -> None:
    """Nobody answered in time, or nobody pressed the key."""
    offer = _of_timer(m, signal)
    leg = _leg(offer)
    m.issue(c.HangUpLeg(leg=leg.leg, cause=NORMAL if leg.answered else NO_ANSWER))
    _out(m, offer, "no_key" if leg.answered else "no_answer", OfferOutcome.RING_NO_ANSWER)


def lost(m: StepBuilder, signal: s.LegEnded) -> None:
    """It hung up, was busy or was not reached: over the next trunk where the way was to blame.

    A network or a mailbox does all this as well, so the agent has missed the call: only a key is the agent's own word.
    """
    offer = offer_of(m, signal.leg)
    tried, cause = _leg(offer), signal.cause
    if tried.answered:
        _out(m, offer, "hung_up", OfferOutcome.RING_NO_ANSWER)
    elif cause in REFUSED:
        _out(m, offer, why_not(cause), OfferOutcome.RING_NO_ANSWER, ends=True)
    elif cause in TRUNK_TROUBLE and cause != UNKNOWN and tried.left:
        following = MobileLeg(leg=next_leg(m), trunk_id=tried.left[0], left=tried.left[1:])
        _dial(m, offer, following, further=True)
    else:
        rang = cause in _NOT_ANSWERED
        outcome = OfferOutcome.RING_NO_ANSWER if rang else OfferOutcome.UNREACHABLE
        _out(m, offer, signal.denied or why_not(cause), outcome)


def _out(m: StepBuilder, offer: Offer, reason: str, outcome: OfferOutcome, *, ends: bool = False) -> None:
    """The mobile number does not take the call. ``ends``: the agent does not want it; else its phones ring on."""
    leg = None if offer.mobile is None else offer.mobile.leg
    m.emit(
        e.OfferMobileDeclined(offer_id=offer.offer_id, agent_id=offer.agent_id, leg=leg, reason=reason),
    )
    m.issue(c.StopTimer(name=mobile_timer(offer.offer_id)))
    left = msgspec.structs.replace(offer, mobile=None, dials_mobile=False)
    if ends or not left.legs:
        end_offer(m, left, outcome)
    else:
        m.issue(c.StartTimer(name=offer_timer(offer.offer_id), seconds=offer_s(m.call)))


def recovered(m: StepBuilder, offer: Offer) -> None:
    """After a restart. What was pressed meanwhile was not heard, so who answered is asked again."""
    if offer.mobile is None:
        if offer.dials_mobile:
            m.issue(c.StartTimer(name=mobile_timer(offer.offer_id), seconds=MOBILE_AFTER_S))
    elif offer.mobile.answered:
        leg = offer.mobile.leg
        m.issue(c.StopSound(leg=leg, playback_id=ask_id(leg, offer.mobile.asked)))
        m.emit(e.OfferMobileAnswered(offer_id=offer.offer_id, agent_id=offer.agent_id, leg=leg, again=True))
        _ask(m, offer_of(m, leg))
    else:
        _await_answer(m, offer)
