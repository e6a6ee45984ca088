"""What figures of a leg come to: a score, and what makes it bad. Pure. The app judges a call that goes on by
the same rules (web/src/kit/sound.ts).

Source: ITU-T G.107 (the E-model), with G.113's values for G.711 and lost packets made up for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from call24.call_quality.model import LegQuality
from call24.call_records.model import CallLeg, CallRecord
from call24.kit.ids import UserId

_BEST = 93.2
_LOSS_ROBUSTNESS = 25.1
_UNKNOWN_ROUND_TRIP_MS = 40.0
_LATE_MS = 177.3
TOLD_WITHIN = timedelta(minutes=15)
GOOD = 75.0
"""From this rating on nothing is blamed."""
NOTHING_ARRIVED = 1.0
"""So much is lost towards the phone where no packet came, whether or not one was sent."""


def leg_of(call: CallRecord, user_id: UserId) -> CallLeg | None:
    """The leg that this user spoke on last."""
    theirs = [leg for leg in call.legs if leg.user_id == user_id and leg.answered_at is not None]
    return theirs[-1] if theirs else None


def told_too_late(leg: CallLeg, now: datetime) -> bool:
    """Whether the leg has been over for longer than a phone takes to tell of it."""
    return leg.ended_at is not None and now - leg.ended_at > TOLD_WITHIN


def measured_s(leg: CallLeg, s: float, now: datetime) -> float:
    """Not more seconds than the leg has lasted since it was answered."""
    if leg.answered_at is None:
        return 0.0
    return min(s, max(0.0, ((leg.ended_at or now) - leg.answered_at).total_seconds()))


def rating(of: LegQuality) -> float:
    """R, of the worse direction: from 0 (nothing arrived) to 93.2."""
    if of.lost_received >= NOTHING_ARRIVED:
        return 0.0
    return max(0.0, _BEST - _by_delay(of) - _by_loss(max(of.lost_received, of.lost_sent or 0.0)))


def opinion_score(r: float) -> float:
    """MOS, from 1.0 (bad) to 4.41. Below R 6.5 the formula falls under 1, which is no score."""
    return max(1.0, round(1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6, 2))


def cause_of(of: LegQuality) -> str | None:
    """nothing (no packet arrived), loss, sent_loss, jitter, delay; None: it was good between this phone and the PBX."""
    if of.lost_received >= NOTHING_ARRIVED:
        return "nothing"
    if rating(of) >= GOOD:
        return None
    sent = of.lost_sent or 0.0
    if _by_loss(max(of.lost_received, sent)) >= _by_delay(of):
        return "loss" if of.lost_received >= sent else "sent_loss"
    return "jitter" if of.jitter_ms * 2 > _one_way(of) else "delay"


def _one_way(of: LegQuality) -> float:
    return (_UNKNOWN_ROUND_TRIP_MS if of.round_trip_ms is None else of.round_trip_ms) / 2


def _by_delay(of: LegQuality) -> float:
    ms = _one_way(of) + of.jitter_ms * 2 + 20
    return 0.024 * ms + 0.11 * max(0.0, ms - _LATE_MS)


def _by_loss(share: float) -> float:
    return 95 * share * 100 / (share * 100 + _LOSS_ROBUSTNESS)
