"""After a (re)connect: what a call has to be told, given what lives in Asterisk now. Pure."""

from __future__ import annotations

from datetime import datetime

from call24.calls import signals as s
from call24.calls.model import Call

UNKNOWN = 0


def reconcile(call: Call, back: s.PbxBack, now: datetime) -> list[s.Signal]:
    """Missing legs have ended, legs that are up have answered; then the call sees to what is missing (Recovered)."""
    there = {leg.leg: leg for leg in back.legs}
    if call.caller_leg not in there:
        other_side = [leg for leg in (call.agent_leg,) if leg is not None]
        lost = bool(other_side) and all(leg not in there for leg in other_side)
        lost = lost or (back.began_at is not None and call.arrived_at < back.began_at)
        gone: list[s.Signal] = [s.LegEnded(at=now, leg=call.caller_leg, cause=UNKNOWN, lost=lost)]
        return gone
    signals: list[s.Signal] = []
    ours = [leg.leg for leg in call.offer.legs] if call.offer is not None else []
    # What should have rung while nobody could make it ring is rung now; that is not the agent's doing.
    unrung = tuple(leg for leg in ours if leg not in there) if call.offer is not None and not call.offer.ringing else ()
    ours = [leg for leg in ours if leg not in unrung]
    if call.reattach is not None:
        ours.append(call.reattach.leg)
    for leg in ours:
        if leg not in there:
            signals.append(s.LegEnded(at=now, leg=leg, cause=UNKNOWN))
        elif there[leg].up:
            signals.append(s.LegAnswered(at=now, leg=leg))
    if call.agent_leg is not None and call.agent_leg not in there:
        signals.append(s.LegEnded(at=now, leg=call.agent_leg, cause=UNKNOWN))
    return [*signals, s.Recovered(at=now, unrung=unrung)]
