"""After a (re)connect: what a call has to be told, given what lives in Asterisk now. Pure."""

from __future__ import annotations

from datetime import datetime

from call24.calls import signals as s
from call24.calls.model import Call, Offer
from call24.calls.monitoring import snoop_leg
from call24.kit.ids import LegId

UNKNOWN = 0


def legs_of(call: Call) -> list[LegId]:
    """All legs that a call may have now."""
    legs: list[LegId | None] = [call.caller_leg, call.agent_leg, call.reattach.leg if call.reattach else None]
    legs.extend(each.leg for offer in call.offers for each in offer.legs)
    legs.append(call.dial.leg if call.dial else None)
    if call.third is not None:
        legs.append(call.third.leg)
        legs.append(call.third.dial.leg if call.third.dial else None)
        legs.extend(each.leg for each in call.third.offer.legs) if call.third.offer else None
    for monitor in call.monitors:
        legs += [monitor.leg, *(each.leg for each in monitor.legs)]
        legs.append(snoop_leg(call, monitor))
    return [leg for leg in legs if leg is not None]


def reconcile(call: Call, back: s.PbxBack, now: datetime) -> list[s.Signal]:
    """Missing legs have ended, legs that are up have answered; then the call sees to what is missing (Recovered)."""
    there = {leg.leg: leg for leg in back.legs}
    if call.caller_leg is not None and call.caller_leg not in there:
        return [s.LegEnded(at=now, leg=call.caller_leg, cause=UNKNOWN, lost=_lost(call, back))]
    unrung = tuple(leg for offer in _offers(call) for leg in _unrung(offer, there))
    signals: list[s.Signal] = []
    for leg in _expected(call):
        if leg in unrung:
            continue
        if leg not in there:
            signals.append(s.LegEnded(at=now, leg=leg, cause=UNKNOWN))
        elif there[leg].up:
            signals.append(s.LegAnswered(at=now, leg=leg))
    talking = (call.agent_leg, call.third.leg if call.third else None)
    signals += [s.LegEnded(at=now, leg=leg, cause=UNKNOWN) for leg in talking if leg is not None and leg not in there]
    return [*signals, s.Recovered(at=now, unrung=unrung)]


def _lost(call: Call, back: s.PbxBack) -> bool:
    """Whether the customer's leg is gone with the other side, so that nobody knows who ended the call."""
    other_side = [leg for leg in (call.agent_leg, call.third.leg if call.third else None) if leg is not None]
    there = {leg.leg for leg in back.legs}
    if other_side and all(leg not in there for leg in other_side):
        return True
    return back.began_at is not None and call.arrived_at < back.began_at


def _offers(call: Call) -> list[Offer]:
    consulted = [call.third.offer] if call.third is not None and call.third.offer is not None else []
    return [*call.offers, *consulted]


def _unrung(offer: Offer, there: dict[LegId, s.LiveLeg]) -> list[LegId]:
    """What should have rung while nobody could make it ring is rung now; that is not the agent's doing."""
    return [] if offer.ringing else [each.leg for each in offer.legs if each.leg not in there]


def _expected(call: Call) -> list[LegId]:
    """Legs that ring, or did: each has answered, still rings, or has ended."""
    legs = [each.leg for offer in _offers(call) for each in offer.legs]
    dials = [call.dial, call.third.dial if call.third else None]
    legs += [dial.leg for dial in dials if dial is not None]
    if call.reattach is not None:
        legs.append(call.reattach.leg)
    for monitor in call.monitors:
        legs += [each.leg for each in monitor.legs]
        legs += [monitor.leg] if monitor.leg is not None else []
    return legs
