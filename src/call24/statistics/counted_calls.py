"""The calls that a figure of a report counts: the same records, counted by the same code (count.py).

An index and plain conditions narrow down which records could add to the figure; whether one does is asked of
``facts_of`` itself, so the list cannot disagree with the figure. A record that adds to it more than once (two stays in
queues, two agents) is listed once.
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
        counts, rule, hour = _counts(figure), _rule(figure, now), figure.wanted.get("hour")

        async def keep(some: Sequence[FiledRow]) -> list[FiledRow]:
            of_hour = [one.id for one in some if hour in (None, local_hour(one.arrived_at, figure.zone))]
            if not of_hour:
                return []
            could = await records.find_parts(CountedRecord, {"id": {"$in": of_hour}, **rule})
            do = {one.id for one in could if counts(one)}
            return [one for one in some if one.id in do]

        async with self._room.turn(tenant_id):
            found = await scan(records, _candidates(figure), BY_LISTS, keep, cursor=cursor, limit=limit)
        return CountedPage(tuple(map(unpacked, found.found)), found.next)


def _counts(figure: Figure) -> Callable[[CountedRecord], bool]:
    """Whether a record adds to the figure, but for the hour."""
    measure = LISTED[figure.measure]
    column = COLUMNS[measure.family].index(measure.key)
    wanted = [(FACT_DIMENSIONS.index(name), value) for name, value in figure.wanted.items() if name != "hour"]

    def counts(record: CountedRecord) -> bool:
        return any(
            family is measure.family and counted[column] > 0 and all(key[at] == value for at, value in wanted)
            for family, key, counted in facts_of(record, lambda queue_id: UNLIMITED)
        )

    return counts


def _candidates(figure: Figure) -> dict[str, Any]:
    """Records that could add to it, as few as the index can say."""
    span = {"$gte": bounds(figure.first, figure.zone)[0], "$lt": bounds(figure.last, figure.zone)[1]}
    queue = figure.wanted.get("queue")
    lists = [queue, besides(QueueId(queue))] if queue else [ALL]
    return {"found_in": {"$in": lists}, "arrived_at": span}


def _rule(figure: Figure, now: datetime) -> dict[str, Any]:
    """Of such records all that do, and as few others as plain conditions can say: asked of few, by their ids."""
    wanted = figure.wanted
    rule: dict[str, Any] = {"delete_at": {"$gt": now}}
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
