"""The score of a leg, and how much of what a phone tells counts."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from tests.support.clock import START

from call24.call_quality.model import LegQuality
from call24.call_quality.rules import measured_s, opinion_score, rating, told_too_late
from call24.call_records.model import CallLeg
from call24.kit.ids import CallId, LegId, TenantId

TOLD = LegQuality(
    id=LegId("leg_1"),
    tenant_id=TenantId("ten_1"),
    call_id=CallId("call_1"),
    at=START,
    s=9.0,
    round_trip_ms=0.0,
    jitter_ms=0.0,
    lost_received=0.0,
    lost_sent=0.0,
)
LEG = CallLeg(leg=LegId("leg_1"), party="agent", direction="out", began_at=START, answered_at=START)
ENDED = msgspec.structs.replace(LEG, ended_at=START + timedelta(seconds=30))


def test_the_score_is_from_1_to_4_41() -> None:
    assert [opinion_score(r) for r in (0.0, 3.0, 6.0, 60.0, 93.2)] == [1.0, 1.0, 1.0, 3.1, 4.41]
    every = [
        opinion_score(rating(msgspec.structs.replace(TOLD, lost_received=lost / 100, jitter_ms=jitter)))
        for lost in range(101)
        for jitter in (0.0, 30.0, 300.0, 60_000.0)
    ]
    assert (min(every), max(every)) == (1.0, 4.4)


@pytest.mark.parametrize(("s", "after", "counts"), [(9.0, 60, 9.0), (31.0, 60, 30.0), (86_400.0, 10_000, 30.0)])
def test_no_more_seconds_count_than_the_leg_lasted(s: float, after: int, counts: float) -> None:
    assert measured_s(ENDED, s, START + timedelta(seconds=after)) == counts


def test_of_a_leg_that_goes_on_no_more_counts_than_until_now() -> None:
    assert measured_s(LEG, 50.0, START + timedelta(seconds=20)) == 20.0
    assert measured_s(LEG, 50.0, START - timedelta(seconds=20)) == 0.0
    assert measured_s(msgspec.structs.replace(LEG, answered_at=None), 50.0, START) == 0.0
    assert not told_too_late(LEG, START + timedelta(days=1))


def test_what_comes_more_than_15_minutes_after_the_end_is_too_late() -> None:
    assert ENDED.ended_at is not None
    assert not told_too_late(ENDED, ENDED.ended_at + timedelta(minutes=15))
    assert told_too_late(ENDED, ENDED.ended_at + timedelta(minutes=15, seconds=1))
