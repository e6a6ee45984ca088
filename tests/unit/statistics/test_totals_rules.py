"""Which totals are kept: no sum or difference of them is of fewer than 10 callers, and no call is in two rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from call24.statistics.totals_rules import Block, Cell, kept, month_of

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)
"""A Thursday; the first week ends on the 4th, the last is of the 26th to the 31st."""
Where = tuple[str, date]


def day(number: int) -> date:
    return date(2026, 1, number)


def several(count: int, whose: str = "") -> frozenset[str]:
    return frozenset(f"{whose}{n}" for n in range(count))


def one_day(queue: str, number: int, callers: frozenset[str]) -> tuple[Where, Cell]:
    """Its only column says where a sum has it from."""
    return (queue, day(number)), Cell({f"{queue} {number}": 1}, callers)


def of_queue(found: list[Block], queue: str | None) -> list[tuple[str, int, int, set[str]]]:
    mine = [one for one in found if one.queue_id == queue]
    return [(one.period, one.first.day, one.last.day, set(one.counts)) for one in mine]


def test_ten_callers_make_a_day_and_nine_do_not() -> None:
    cells = dict([one_day("help", 6, several(10)), one_day("help", 13, several(9))])
    assert of_queue(kept(cells, FIRST, LAST), "help") == [("day", 6, 6, {"help 6"})]


def test_who_calls_on_three_days_is_one_caller_of_the_week() -> None:
    same = dict(one_day("help", number, several(6)) for number in (5, 6, 7))
    assert kept(same, FIRST, LAST) == []
    different = dict(one_day("help", number, several(6, f"on {number} ")) for number in (5, 6))
    assert of_queue(kept(different, FIRST, LAST), "help") == [("week", 5, 11, {"help 5", "help 6"})]


def test_a_week_has_only_days_that_are_not_kept_by_themselves() -> None:
    cells = dict(
        [one_day("help", 5, several(12)), one_day("help", 6, several(5, "a")), one_day("help", 8, several(5, "b"))]
    )
    expected = [("day", 5, 5, {"help 5"}), ("week", 5, 11, {"help 6", "help 8"})]
    assert of_queue(kept(cells, FIRST, LAST), "help") == expected


def test_small_weeks_make_a_month_and_a_small_month_is_not_kept() -> None:
    cells = dict(one_day("help", number, several(4, f"{number} ")) for number in (2, 9, 30))
    assert of_queue(kept(cells, FIRST, LAST), "help") == [("month", 1, 31, {"help 2", "help 9", "help 30"})]
    del cells["help", day(30)]
    assert kept(cells, FIRST, LAST) == []


def test_weeks_are_cut_where_the_month_ends() -> None:
    cells = dict([one_day("help", 3, several(5, "a")), one_day("help", 4, several(5, "b"))])
    assert of_queue(kept(cells, FIRST, LAST), "help") == [("week", 1, 4, {"help 3", "help 4"})]
    assert (month_of(day(9)), month_of(date(2028, 2, 29))) == ((FIRST, LAST), (date(2028, 2, 1), date(2028, 2, 29)))


def test_the_organisations_day_is_not_kept_where_it_would_tell_a_small_queue() -> None:
    """15 callers in all, 12 of them in one queue: the other three would be the difference."""
    cells = dict([one_day("help", 6, several(12, "a")), one_day("sales", 6, several(3, "b"))])
    found = kept(cells, FIRST, LAST)
    assert of_queue(found, "help") == [("day", 6, 6, {"help 6"})]
    assert of_queue(found, "sales") == []
    assert of_queue(found, None) == [("day", 6, 6, {"help 6"})], "without the three"
    cells |= dict([one_day("sales", 20, several(9, "c"))])
    found = kept(cells, FIRST, LAST)
    assert of_queue(found, "sales") == [("month", 1, 31, {"sales 6", "sales 20"})]
    assert of_queue(found, None) == [("month", 1, 31, {"help 6", "sales 6", "sales 20"})]


def test_small_queues_and_calls_of_no_queue_are_in_the_organisations_total_together() -> None:
    cells = dict(
        [one_day("help", 6, several(6, "a")), one_day("sales", 6, several(3, "b")), one_day("", 6, several(2))]
    )
    found = kept(cells, FIRST, LAST)
    assert [one.queue_id for one in found] == [None]
    assert of_queue(found, None) == [("day", 6, 6, {"help 6", "sales 6", " 6"})]


def test_calls_of_nobody_who_is_known_are_of_no_caller() -> None:
    assert kept(dict([one_day("help", 6, frozenset())]), FIRST, LAST) == []


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["", "help", "sales", "bills"]), st.integers(0, 30)),
    st.frozensets(st.integers(0, 40), min_size=0, max_size=14),
    max_size=60,
)


@given(CELLS)
def test_whatever_is_added_or_subtracted_has_ten_callers_or_none(made: dict[tuple[str, int], frozenset[int]]) -> None:
    cells = {
        (queue, FIRST + timedelta(days=n)): Cell({f"{queue} {n}": 1}, frozenset(map(str, who)))
        for (queue, n), who in made.items()
    }
    callers = {f"{queue} {n}": who for (queue, n), who in made.items()}
    found = kept(cells, FIRST, LAST)
    told_apart: defaultdict[frozenset[int], frozenset[int]] = defaultdict(frozenset)
    for name, who in callers.items():
        rows = frozenset(at for at, row in enumerate(found) if name in row.counts)
        told_apart[rows] |= who
    for rows, who in told_apart.items():
        assert not rows or len(who) >= 10, "what is in the same rows cannot be told apart, and in others it can"
    for queue in ("help", "sales", "bills", None):
        mine = [name for row in found if row.queue_id == queue for name in row.counts]
        assert len(mine) == len(set(mine)), "no call is in two rows of one list"
        assert all(n == 1 for row in found for n in row.counts.values())


@given(CELLS)
def test_a_queues_calls_are_kept_whenever_its_month_has_ten_callers(
    made: dict[tuple[str, int], frozenset[int]],
) -> None:
    """But for what is left of a month, by itself too small, of which no row could be made."""
    cells = {
        (queue, FIRST + timedelta(days=n)): Cell({f"{queue} {n}": 1}, frozenset(map(str, who)))
        for (queue, n), who in made.items()
    }
    found = kept(cells, FIRST, LAST)
    for queue in ("help", "sales", "bills"):
        there = {name for row in found if row.queue_id == queue for name in row.counts}
        left = [
            cell.callers for (whose, day), cell in cells.items() if whose == queue and not cell.counts.keys() <= there
        ]
        assert len(frozenset[str]().union(*left)) < 10
