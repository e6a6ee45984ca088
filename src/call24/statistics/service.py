"""Reports: rows of measures by queue, agent, hour, day, disposition, direction or number, and their total.

It adds up counts (cache.py) and puts the measures on them (measures.py); names are put in by whoever shows it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from call24.call_records.model import CallRecord
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.statistics.cache import StatisticsCache
from call24.statistics.calendar import bounds, days
from call24.statistics.count import LimitOf, merge, total
from call24.statistics.measures import Measure, Value, measured, measures_of
from call24.statistics.merge import Tables
from call24.statistics.model import TABLES, Counts, Family, Key

log = logging.getLogger(__name__)

BY: dict[str, tuple[Family, ...]] = {
    "queue": (Family.LINE, Family.WORK),
    "agent": (Family.WORK, Family.TIME),
    "hour": (Family.LINE, Family.WORK, Family.TIME),
    "day": (Family.LINE, Family.WORK, Family.TIME),
    "disposition": (Family.WORK,),
    "direction": (Family.LINE, Family.WORK),
    "number": (Family.LINE,),
}
"""What a report may be by, and what can be said about such rows."""

MOST_DAYS = 366
AHEAD_EVERY_S = 300.0
COUNTED = 8, 2, 20
"""Reports that are counted at once: in all, and of one organisation; and how many of one may wait."""


@dataclass(frozen=True, kw_only=True)
class ReportQuery:
    """``filters``: dimension (queue, agent, direction) -> the one value that counts. ``until``: an instant of the last
    day up to which it is counted; None: all of it."""

    by: str
    first: date
    last: date
    zone: ZoneInfo
    filters: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None

    @property
    def families(self) -> tuple[Family, ...]:
        """A filter leaves only what knows of it: who waits has no agent yet, and time passes without a queue."""
        found = set(BY[self.by])
        if "agent" in self.filters:
            found.discard(Family.LINE)
        if "queue" in self.filters or "direction" in self.filters:
            found.discard(Family.TIME)
        return tuple(family for family in Family if family in found)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return measures_of(self.families)

    def table_of(self, family: Family) -> str:
        """The smallest that has all that is asked for."""
        asked = set(self.filters) | ({self.by} - {"day"})
        fitting = [name for name, table in TABLES.items() if table.family is family and asked <= set(table.dimensions)]
        return min(fitting, key=lambda name: (len(TABLES[name].dimensions), "hour" in TABLES[name].dimensions))


@dataclass(frozen=True)
class Report:
    question: ReportQuery
    rows: dict[str, dict[str, Value]]
    total: dict[str, Value]


WEEK = 7


@dataclass(frozen=True)
class Former:
    """A report of the same weekdays before, by the keys of the later rows: ``shift`` days lie between the two."""

    question: ReportQuery
    shift: int
    rows: dict[str, dict[str, Value]]
    total: dict[str, Value]

    def of(self, key: str) -> dict[str, Value] | None:
        if self.question.by == "day":
            key = (date.fromisoformat(key) - timedelta(days=self.shift)).isoformat()
        return self.rows.get(key)


def former_of(question: ReportQuery, now: datetime) -> Former | None:
    """Without figures yet. As many whole weeks before as the days are long; of days that have begun, and of today up
    to the same time of day. None where no day has begun."""
    shift = timedelta(days=-(-((question.last - question.first).days + 1) // WEEK) * WEEK)
    local = now.astimezone(question.zone)
    last = min(question.last, local.date())
    if last < question.first:
        return None
    until = None
    if last == local.date():
        until = datetime.combine(last - shift, local.time(), question.zone).astimezone(UTC)
    earlier = replace(question, first=question.first - shift, last=last - shift, until=until)
    return Former(earlier, shift.days, {}, {})


Individual = Callable[[TenantId, UserId], bool]
"""Whether figures of this agent may be shown by name."""


class _Arrived(msgspec.Struct, frozen=True):
    arrived_at: datetime


class Reports:
    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        limit_of: LimitOf,
        users_of: Callable[[TenantId], Iterable[UserId]],
        keeps: bool = True,
        individual: Individual = lambda tenant_id, user_id: True,
    ) -> None:
        """``keeps`` False: nothing is stored, see ``Keeping``. ``individual``: asked before each report."""
        self._individual = individual
        self._mongo = mongo
        self._clock = clock
        self._counted = StatisticsCache(mongo, clock, limit_of, users_of, keeps)
        self._room = Fair(*COUNTED)

    async def report(self, tenant_id: TenantId, question: ReportQuery) -> Report:
        """Without rows of agents who objected: they are in the total alone.

        Raises: Conflict (code statistics_objected) where only such an agent is asked for, Unavailable.
        """
        self.check_individual(tenant_id, question.filters.get("agent"))
        tables = {family: question.table_of(family) for family in question.families}
        async with self._room.turn(tenant_id):
            cells = await self._cells(tenant_id, question, tables)
        counted_keys = sorted({key[0] for found in cells.values() for key in found})
        keys = dict.fromkeys([*always(question, self._clock.now()), *counted_keys])
        shown = [key for key in keys if question.by != "agent" or not key or self.individual(tenant_id, UserId(key))]
        rows = {key: _values(question, {f: found.get((key,)) for f, found in cells.items()}) for key in shown}
        sums = {family: total(found.values(), family) for family, found in cells.items()}
        return Report(question, rows, _values(question, sums))

    async def _cells(
        self, tenant_id: TenantId, question: ReportQuery, tables: Mapping[Family, str]
    ) -> dict[Family, dict[Key, Counts]]:
        on, names, until = days(question.first, question.last), list(tables.values()), question.until
        whole = on if until is None else on[:-1]
        counted = await self._counted.days(tenant_id, question.zone, whole, names)
        if until is not None:
            counted[on[-1]] = await self._counted.until(tenant_id, question.zone, until, names)
        return {family: cells_of(question, family, name, counted) for family, name in tables.items()}

    async def counted(
        self, tenant_id: TenantId, zone: ZoneInfo, day: date, tables: Sequence[str]
    ) -> dict[date, Tables]:
        """The counts of a day in these tables, for measures on them. Raises: TooMany, Unavailable."""
        async with self._room.turn(tenant_id):
            return await self._counted.days(tenant_id, zone, [day], tables)

    def changes(self, tenant_id: TenantId, zone: ZoneInfo, day: date) -> object:
        """Another one after each change of a record of that day."""
        return self._counted.keeping.changes(tenant_id, *bounds(day, zone))

    async def before(self, tenant_id: TenantId, question: ReportQuery, record_days: int) -> Former | None:
        """The same of the same weekdays before. ``record_days``: how long the organisation keeps records of calls.

        None where no day has begun, or records of those days are deleted already. Raises: as ``report``.
        """
        now = self._clock.now()
        former = former_of(question, now)
        if former is None or bounds(former.question.first, question.zone)[0] < now - timedelta(days=record_days):
            return None
        found = await self.report(tenant_id, former.question)
        return Former(former.question, former.shift, found.rows, found.total)

    def individual(self, tenant_id: TenantId, agent_id: UserId) -> bool:
        """Whether figures of this agent may be shown by name."""
        return self._individual(tenant_id, agent_id)

    def check_individual(self, tenant_id: TenantId, agent_id: str | None) -> None:
        """Raises: Conflict (code statistics_objected) for an agent whose figures are not shown."""
        if agent_id is not None and not self.individual(tenant_id, UserId(agent_id)):
            raise Conflict("The agent objected to statistics on individuals", code="statistics_objected")

    # --- keeping it true ---

    async def written(self, record: CallRecord) -> None:
        """A reader of records: what was counted with an earlier version of it is outdated."""
        if record.ended_at is not None:
            await self._counted.keeping.forget(record.tenant_id, record.arrived_at)

    async def erase_due(self, now: datetime) -> int:
        return await self._counted.keeping.forget_due(now)

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._counted.forget(tenant_id)

    async def forget(self, tenant_id: TenantId) -> int:
        """Everything is counted again when it is asked for."""
        return await self._counted.keeping.forget_all(tenant_id)

    async def run(self, tenants: Callable[[], list[tuple[TenantId, ZoneInfo, int]]]) -> None:
        """Count the days that are over ahead of the asking, the newest first. ``tenants``: with how many days back."""
        while True:
            with contextlib.suppress(Unavailable):
                for tenant_id, zone, back in tenants():
                    await self._ahead(tenant_id, zone, back)
            await asyncio.sleep(AHEAD_EVERY_S)

    async def _ahead(self, tenant_id: TenantId, zone: ZoneInfo, back: int) -> None:
        """From the oldest call's day to the newest's: a day without calls is counted quickly when it is asked for."""
        records, found = self._mongo.tenant(tenant_id).collection(CallRecord), list[_Arrived]()
        for way in (1, -1):
            found += await records.find_parts(_Arrived, {}, sort=[("arrived_at", way), ("id", way)], limit=1)
        if not found:
            return
        today = self._clock.now().astimezone(zone).date()
        # one is found where the first call was recorded between the two questions
        oldest, newest = (one.arrived_at.astimezone(zone).date() for one in (found[0], found[-1]))
        first, last = max(today - timedelta(days=back), oldest), min(today - timedelta(days=1), newest)
        for day in reversed(days(first, last)):
            await self._counted.days(tenant_id, zone, [day], list(TABLES))
            await asyncio.sleep(0)


def cells_of(question: ReportQuery, family: Family, name: str, counted: Mapping[date, Tables]) -> dict[Key, Counts]:
    """The counts of one family by what is asked for, from this table of each day."""
    cells: dict[Key, Counts] = {}
    dimensions = TABLES[name].dimensions
    for day, tables in counted.items():
        for key, counts in tables[name].items():
            values = {**dict(zip(dimensions, key, strict=True)), "day": day.isoformat()}
            if all(values[dimension] == wanted for dimension, wanted in question.filters.items()):
                merge(cells, (values[question.by],), counts, family)
    return cells


def always(question: ReportQuery, now: datetime) -> list[str]:
    """Rows that are there whether anything happened or not. None of hours and days that have not begun."""
    local = now.astimezone(question.zone)
    begun = days(question.first, min(question.last, local.date()))
    if question.by == "hour" and begun:
        return [f"{hour:02}" for hour in range(24 if begun[0] < local.date() else local.hour + 1)]
    return [day.isoformat() for day in begun] if question.by == "day" else []


def _values(question: ReportQuery, counts: Mapping[Family, Counts | None]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for family in question.families:
        found.update(measured(family, counts.get(family)))
    return {measure.key: found[measure.key] for measure in question.measures}
