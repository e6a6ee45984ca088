"""The calls that a figure of a report counts: the same records, counted by the same code (count.py).

MongoDB narrows down which records could add to the figure; whether one does is asked of ``facts_of`` itself, so the
list cannot disagree with the figure. A record that adds to it more than once (two stays in queues, two agents) is
listed once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from call24.call_records.history_row import ALL, BY_LISTS, FiledRow, HistoryRow, besides, unpacked
from call24.call_records.model import CallRecord
from call24.call_records.scan import scan
from call24.kit.clock import Clock
from call24.kit.fair import Fair
from call24.kit.ids import QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.statistics.calendar import bounds, local_hour
from call24.statistics.count import facts_of
from call24.statistics.measures import MEASURES
from call24.statistics.model import COLUMNS, FACT_DIMENSIONS, CountedRecord, Family
from call24.statistics.service import COUNTED

LISTED = {one.key: one for one in MEASURES if one.unit == "count" and one.family is not Family.TIME}
"""Measures that count calls, or stays, parts and offers of calls."""
_LEFT = {"answered": ("answered",), "abandoned": ("abandoned",), "short_abandoned": ("abandoned",)}
_ENDED = {"took": "answered", "ring_no_answer": "ring_no_answer", "declined": "declined"}
UNLIMITED = 0
"""The service level limit matters to no measure that is listed."""


class CountedRow(CountedRecord, frozen=True, kw_only=True):
    row: bytes


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A cell of a report of the days ``first`` to ``last``.

    ``measure``: of ``LISTED``. ``wanted``: dimension -> value, of the report's filters and of the row; "" for the row
    without one. The dimensions are those of ``FACT_DIMENSIONS``, and hour.
    """

    measure: str
    first: date
    last: date
    zone: ZoneInfo
    wanted: dict[str, str]


@dataclass(frozen=True)
class CountedPage:
    rows: tuple[HistoryRow, ...]
    next: str | None


class CountedCalls:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock
        self._room = Fair(*COUNTED)

    async def page(self, tenant_id: TenantId, figure: Figure, *, cursor: str | None, limit: int) -> CountedPage:
        """Newest first. A page may have fewer than ``limit``, or none, and others may follow.

        Raises: Invalid, Unavailable.
        """
        records, now = self._mongo.tenant(tenant_id).collection(CallRecord), self._clock.now()
        counts = _counts(figure)

        async def keep(some: Sequence[CountedRow]) -> list[CountedRow]:
            return [one for one in some if counts(one)]

        rule = _rule(figure, now)
        async with self._room.turn(tenant_id):
            found = await scan(records, CountedRow, rule, keep, cursor=cursor, limit=limit, hint=BY_LISTS)
        rows = (unpacked(FiledRow(id=one.id, arrived_at=one.arrived_at, row=one.row)) for one in found.found)
        return CountedPage(tuple(rows), found.next)


def _counts(figure: Figure) -> Callable[[CountedRow], bool]:
    """Whether a record adds to the figure."""
    measure = LISTED[figure.measure]
    column = COLUMNS[measure.family].index(measure.key)
    zone, hour = figure.zone, figure.wanted.get("hour")
    wanted = [(FACT_DIMENSIONS.index(name), value) for name, value in figure.wanted.items() if name != "hour"]

    def counts(record: CountedRow) -> bool:
        if hour is not None and local_hour(record.arrived_at, zone) != hour:
            return False
        return any(
            family is measure.family and counted[column] > 0 and all(key[at] == value for at, value in wanted)
            for family, key, counted in facts_of(record, lambda queue_id: UNLIMITED)
        )

    return counts


def _rule(figure: Figure, now: datetime) -> dict[str, Any]:
    """Records that could add to it: all that do, and as few others as an index and plain conditions can say."""
    wanted = figure.wanted
    span = {"$gte": bounds(figure.first, figure.zone)[0], "$lt": bounds(figure.last, figure.zone)[1]}
    queue = wanted.get("queue")
    lists = [queue, besides(QueueId(queue))] if queue else [ALL]
    rule: dict[str, Any] = {"found_in": {"$in": lists}, "arrived_at": span, "delete_at": {"$gt": now}}
    for name, field in (("direction", "direction"), ("number", "number_id")):
        if name in wanted:
            rule[field] = wanted[name] or None
    return rule | _of_parts(figure.measure, wanted.get("agent") or None, wanted.get("disposition"))


def _of_parts(measure: str, agent: str | None, disposition: str | None) -> dict[str, Any]:
    if left := _LEFT.get(measure):
        return {"queues.left": {"$in": list(left)}}
    if measure in ("offered", "elsewhere"):
        return {"queues": {"$ne": []}}
    who = {} if agent is None else {"agent_id": agent}
    if measure == "handled":
        what = {} if disposition is None else {"disposition_id": disposition or None}
        return {"agents": {"$elemMatch": {**who, **what}} if who or what else {"$ne": []}}
    if measure == "transfers":
        return {"transfers": {"$elemMatch": {"by": agent}} if agent else {"$ne": []}}
    if measure in ("rung", *_ENDED):
        ended = {"outcome": _ENDED[measure]} if measure in _ENDED else {}
        return {"offers": {"$elemMatch": {**who, **ended}} if who or ended else {"$ne": []}}
    return {}
