"""Today's service level of a queue: kept event by event, it is what the day's call records say."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import told as t
from tests.support.clock import START
from tests.support.properties import thorough

from call24.call_records.call_record import fold
from call24.call_records.figures import service_level, visits_to
from call24.call_records.replay import replay
from call24.calls.model import EndedBy
from call24.live.board import Board
from call24.live.service_level import Levels, Stayed

DAY = START - timedelta(hours=2)
LIMIT_S = 20


@thorough
@given(st.lists(t.told_calls(), max_size=5), st.integers(0, 60), st.sampled_from((0, 5, 20, 600)))
def test_event_by_event_it_is_the_level_of_the_records(calls: list[t.Told], cut: int, limit_s: int) -> None:
    """Also when it was seeded half-way from what had ended, and the rest restored."""
    followed, seeded = Board(), Board()
    ended = []
    for number, call in enumerate(calls):
        call.id = type(call.id)(f"call_{number}")
        entries = [_of(entry, call.id) for entry in call.entries]
        if (half := replay(entries[:cut])) is not None and half.ended:
            ended.append(fold(entries[:cut]))
        elif half is not None:
            seeded.restore_call(half, entries[:cut])
        call.entries = entries
    seeded.levels.seed(
        t.TENANT, [Stayed(direction=x.direction, arrived_at=x.arrived_at, queues=x.queues) for x in ended]
    )
    for call in calls:
        for number, entry in enumerate(call.entries):
            followed.apply(entry)
            if number >= cut:
                seeded.apply(entry)
    for queue_id in (t.HELP, t.SALES):
        visits = visits_to([fold(call.entries) for call in calls], queue_id)
        expected = service_level([visit for visit in visits if visit.left is not None], limit_s)
        assert followed.levels.level(queue_id, DAY, limit_s) == expected
        assert seeded.levels.level(queue_id, DAY, limit_s) == expected


def _of(entry: t.Entry, call_id: t.CallId) -> t.Entry:
    return t.msgspec.structs.replace(entry, call_id=call_id, body={**entry.body, **_named(entry, call_id)})


def _named(entry: t.Entry, call_id: t.CallId) -> dict[str, str]:
    return {"call_id": call_id} if "call_id" in entry.body else {}


def ended_after(waited_s: float, at_s: float = 0, name: str = "call_1") -> t.Told:
    call = t.Told(t.CallId(name), at_s=at_s).arrives().joins()
    return call.after(waited_s).ends(EndedBy.CALLER)


def answered_after(waited_s: float, at_s: float = 0, name: str = "call_2") -> t.Told:
    return t.Told(t.CallId(name), at_s=at_s).arrives().joins().offered_to().after(waited_s).answered_by()


def followed(*calls: t.Told) -> Levels:
    board = Board()
    for call in calls:
        for entry in call.entries:
            board.apply(entry)
    return board.levels


def test_it_is_known_the_moment_the_stay_ends_and_a_limit_that_changes_counts_at_once() -> None:
    levels = followed(answered_after(19.5), ended_after(30.2))
    assert levels.level(t.HELP, DAY, 20) == 0.5
    assert levels.level(t.HELP, DAY, 19) == 0.0
    assert levels.level(t.HELP, DAY, 31) == 1.0
    assert levels.level(t.SALES, DAY, 20) is None


def test_yesterdays_calls_do_not_count_and_what_no_day_needs_is_forgotten() -> None:
    day_s = 24 * 3600
    levels = followed(answered_after(5), answered_after(50, at_s=day_s, name="call_3"))
    assert levels.level(t.HELP, DAY, LIMIT_S) == 0.5
    assert levels.level(t.HELP, DAY + timedelta(days=1), LIMIT_S) == 0.0
    for number in range(2, 9):
        call = answered_after(5, at_s=number * day_s, name=f"call_9{number}")
        for visit in fold(call.entries).queues:
            levels.take("inbound", call.now, visit)
    assert len(levels._stays[t.HELP]) <= 4


def test_the_day_is_seeded_once_and_not_after_the_first_line() -> None:
    record = fold(answered_after(5).entries)
    stayed = Stayed(direction=record.direction, arrived_at=record.arrived_at, queues=record.queues)
    levels = Levels()
    assert not levels.counts(t.TENANT)
    levels.seed(t.TENANT, [stayed])
    levels.seed(t.TENANT, [stayed, stayed])
    assert sum(sum(each.values()) for each in levels._stays[t.HELP].values()) == 1
    assert followed(answered_after(5)).counts(t.TENANT)
