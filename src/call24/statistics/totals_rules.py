"""Which totals of a month are kept when its calls go, so that nobody can be found in them. Pure.

The calls are divided into blocks of at least `FEWEST` different callers: a queue's day, else its small days of a week,
else those of the month; what is left of all queues, and calls of no queue, in the same way together. Each total is a
sum of whole blocks. So the difference of any of them is one too: it never has fewer callers than a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

FEWEST = 10
"""Different callers in whatever is kept."""

Period = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Cell:
    """Sums by column, and ids of callers that are in them; `FEWEST` ids are as good as more."""

    counts: Mapping[str, int]
    callers: frozenset[str]

    @property
    def enough(self) -> bool:
        return len(self.callers) >= FEWEST


@dataclass(frozen=True)
class Block:
    """What is summed: calls of `first` to `last` that are in no other block. `queue_id` None: of the organisation."""

    period: Period
    first: date
    last: date
    counts: Mapping[str, int]
    queue_id: str | None = None


def joined(cells: Iterable[Cell]) -> Cell:
    callers, found = frozenset[str](), list(cells)
    for cell in found:
        callers |= cell.callers
    return Cell(_sum(cell.counts for cell in found), callers)


def kept(cells: Mapping[tuple[str, date], Cell], first: date, last: date) -> list[Block]:
    """The totals of these days, all of one month. `cells`: by queue ("" for none) and day."""
    of_queues = list[Block]()
    left: dict[date, list[Cell]] = {}
    for queue in sorted({queue for queue, _ in cells}):
        small = {day: cell for (whose, day), cell in cells.items() if whose == queue}
        if queue:
            found, small = _blocks(small, first, last, queue)
            of_queues += found
        for day, cell in small.items():
            left.setdefault(day, []).append(cell)
    others, _ = _blocks({day: joined(found) for day, found in left.items()}, first, last, None)
    return [*of_queues, *_organisation([*of_queues, *others], first, last)]


def _blocks(
    cells: Mapping[date, Cell], first: date, last: date, queue: str | None
) -> tuple[list[Block], dict[date, Cell]]:
    """And the cells that are in none."""
    blocks = [Block("day", day, day, cell.counts, queue) for day, cell in cells.items() if cell.enough]
    small = {day: cell for day, cell in cells.items() if not cell.enough}
    for monday in sorted({_monday(day) for day in small}):
        days = [day for day in small if _monday(day) == monday]
        week = joined(small[day] for day in days)
        if week.enough:
            blocks.append(Block("week", *_week(monday, first, last), week.counts, queue))
            small = {day: cell for day, cell in small.items() if day not in days}
    month = joined(small.values())
    if month.enough:
        return [*blocks, Block("month", first, last, month.counts, queue)], {}
    return blocks, small


def _organisation(blocks: list[Block], first: date, last: date) -> list[Block]:
    """By the finest of days, weeks or month that no block goes beyond."""
    if any(block.period == "month" for block in blocks):
        return [Block("month", first, last, _sum(block.counts for block in blocks))]
    found = []
    for monday in sorted({_monday(block.first) for block in blocks}):
        week = [block for block in blocks if _monday(block.first) == monday]
        if any(block.period == "week" for block in week):
            found.append(Block("week", *_week(monday, first, last), _sum(block.counts for block in week)))
            continue
        for day in sorted({block.first for block in week}):
            found.append(Block("day", day, day, _sum(block.counts for block in week if block.first == day)))
    return found


def month_of(day: date) -> tuple[date, date]:
    following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day.replace(day=1), following - timedelta(days=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date, first: date, last: date) -> tuple[date, date]:
    return max(monday, first), min(monday + timedelta(days=6), last)


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for column, n in one.items():
            found[column] = found.get(column, 0) + n
    return found
