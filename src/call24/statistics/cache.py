"""Counts of days: from what is kept where it is there, else from call records and journal, and then kept.

It counts what has ended; a record that is due for deletion does not count any more, whether the sweeper was there or
not. Records are read in small pages, so that calls go on meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from call24.agents.model import AgentState
from call24.call_records.model import CallRecord
from call24.journal.model import Entry
from call24.kit.clock import Clock
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.statistics.calendar import QUARTER_LENGTH, bounds, quarter_of, quarters
from call24.statistics.count import LimitOf, facts_of, merge
from call24.statistics.merge import TIMES, MergedStatistics, Tables
from call24.statistics.model import QUARTER, AgentLine, CountedRecord, Counts, Family, Key, Statistic
from call24.statistics.sessions import BECOMES, times
from call24.statistics.store import StatisticsStore, statistic

Asked = tuple[TenantId, str, date]


@dataclass(frozen=True)
class DayStage:
    """Quarter hours [since, until) of a day that goes on, added to what was before them.

    ``changes``: the last change of a record of theirs when they were counted.
    """

    before: MergedStatistics
    since: datetime
    until: datetime
    changes: object
    added: MergedStatistics


_NOTHING = MergedStatistics()

PAGE = 200
KEPT = timedelta(days=90)
"""Of a time in which nothing happened; nobody's work is in it."""
SETTLED = timedelta(hours=1)
"""So long after the end of a day what agents were is read again: a journal event may be late."""
QUIETENED = timedelta(minutes=15)
"""So long after a quarter hour of today most calls of it have ended, and their records change no more."""
FRESH = timedelta(seconds=10)
"""So long the times of agents of a day that goes on are not read again."""

FORMER = timedelta(minutes=1)
"""So long the times of agents of a part of an earlier day are not read again, up to a later instant."""

REMEMBERED = 100
"""Stages of days that go on (of organisations): two of each day."""


class StatisticsCache:
    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        limit_of: LimitOf,
        users_of: Callable[[TenantId], Iterable[UserId]],
        keeps: bool = True,
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._limit_of = limit_of
        self._users_of = users_of
        self.keeping = StatisticsStore(mongo, keeps)
        self._fresh: dict[Asked, tuple[datetime, Tables]] = {}
        self._stages: OrderedDict[tuple[Asked, int], DayStage] = OrderedDict()
        self._former: OrderedDict[Asked, tuple[datetime, Tables]] = OrderedDict()

    def forget(self, tenant_id: TenantId) -> None:
        """What is in memory of an organisation that is closed."""
        self._fresh = {asked: found for asked, found in self._fresh.items() if asked[0] != tenant_id}
        for which in [one for one in self._stages if one[0][0] == tenant_id]:
            del self._stages[which]
        for asked in [one for one in self._former if one[0] == tenant_id]:
            del self._former[asked]

    async def days(
        self, tenant_id: TenantId, zone: ZoneInfo, on: Sequence[date], tables: Sequence[str]
    ) -> dict[date, Tables]:
        """The counts of these days in a row, in these tables. Raises: Unavailable."""
        if not on:
            return {}
        span, now = (bounds(on[0], zone)[0], bounds(on[-1], zone)[1]), self._clock.now()
        kept = await self.keeping.find(tenant_id, tables, zone.key, span, now, self._limit_of)
        by_day: dict[datetime, Tables] = {}
        for one in kept:
            by_day.setdefault(one.since, {})[one.table] = dict(zip(one.keys, one.counts, strict=True))
        found = {}
        for day in on:
            known = by_day.get(bounds(day, zone)[0], {})
            found[day] = known if len(known) == len(tables) else await self._day(tenant_id, zone, day, tables, known)
        return found

    async def until(self, tenant_id: TenantId, zone: ZoneInfo, at: datetime, tables: Sequence[str]) -> Tables:
        """The counts of the day that has this instant, up to it. It is not later than now. Agents' times may be up to a
        minute before. Raises: Unavailable."""
        begin, border = bounds(at.astimezone(zone).date(), zone)[0], quarter_of(at)
        found: Tables = {}
        if calls := [table for table in tables if table not in TIMES]:
            slices = await self._quarters(tenant_id, (begin, border))
            cells, due = await self._cells(tenant_id, [border], at, self._clock.now())
            slices.append(self._quarter(tenant_id, border, cells[border], due.get(border, border + KEPT)))
            found.update(MergedStatistics().plus(slices, zone, calls).tables)
        if any(table in TIMES for table in tables):
            found.update(await self._times_until(tenant_id, zone, (begin, at)))
        return {table: found[table] for table in tables}

    async def _times_until(self, tenant_id: TenantId, zone: ZoneInfo, span: tuple[datetime, datetime]) -> Tables:
        asked = (tenant_id, zone.key, span[0].astimezone(zone).date())
        known = self._former.pop(asked, None)
        if known is None or not timedelta() <= span[1] - known[0] < FORMER:
            known = span[1], (await self._times(tenant_id, zone, span))[0]
        self._former[asked] = known
        while len(self._former) > REMEMBERED:
            self._former.popitem(last=False)
        return known[1]

    async def _day(
        self, tenant_id: TenantId, zone: ZoneInfo, day: date, tables: Sequence[str], known: Tables
    ) -> Tables:
        missing = [table for table in tables if table not in known]
        found = dict(known)
        if calls := [table for table in missing if table not in TIMES]:
            if bounds(day, zone)[1] <= self._clock.now():
                found.update(await self._calls_of_day(tenant_id, zone, day))
            else:
                found.update(await self._calls_so_far(tenant_id, zone, day, calls))
        if any(table in TIMES for table in missing):
            found.update(await self._times_of_day(tenant_id, zone, day))
        return {table: found[table] for table in tables}

    # --- calls ---

    async def _calls_of_day(self, tenant_id: TenantId, zone: ZoneInfo, day: date) -> Tables:
        span = bounds(day, zone)
        before = self.keeping.changes(tenant_id, *span)
        added = MergedStatistics().plus(await self._quarters(tenant_id, span), zone)
        tables, due = added.tables, min(added.due, span[1] + KEPT)
        kept = [statistic(tenant_id, name, zone.key, span, tables[name], added.limits, due) for name in tables]
        await self.keeping.keep(kept, before)
        return tables

    async def _calls_so_far(self, tenant_id: TenantId, zone: ZoneInfo, day: date, tables: Sequence[str]) -> Tables:
        """Of a day that goes on. Two stages of it are remembered while they stay true: what has settled, and this with
        the quarter hours that are over since, whose records change now and then. The one that goes on is counted each
        time."""
        (at, end), now, added = bounds(day, zone), self._clock.now(), _NOTHING
        for place, border in enumerate((quarter_of(now - QUIETENED), quarter_of(now))):
            until = max(at, border)
            added = await self._stage(((tenant_id, zone.key, day), place), zone, added, (at, until))
            at = until
        return added.plus(await self._quarters(tenant_id, (at, end)), zone, tables).tables

    async def _stage(
        self, which: tuple[Asked, int], zone: ZoneInfo, before: MergedStatistics, span: tuple[datetime, datetime]
    ) -> MergedStatistics:
        """``before`` and the quarter hours of the span; only those are read that were not remembered."""
        tenant_id, (since, until), at, added = which[0][0], span, span[0], before
        known = self._stages.pop(which, None)
        if known is not None and self._true(tenant_id, known, before, span):
            at, added = known.until, known.added
        changes = self.keeping.changes(tenant_id, since, until)
        if at < until and (slices := await self._quarters(tenant_id, (at, until))):
            added = added.plus(slices, zone)
        self._stages[which] = DayStage(before, since, until, changes, added)
        while len(self._stages) > REMEMBERED:
            self._stages.popitem(last=False)
        return added

    def _true(
        self, tenant_id: TenantId, known: DayStage, before: MergedStatistics, span: tuple[datetime, datetime]
    ) -> bool:
        same = known.before is before and known.since == span[0] and known.until <= span[1]
        unchanged = self.keeping.changes(tenant_id, known.since, known.until) == known.changes
        return same and unchanged and known.added.true(self._clock.now(), self._limit_of)

    async def _quarters(self, tenant_id: TenantId, span: tuple[datetime, datetime]) -> list[Statistic]:
        now = self._clock.now()
        kept = await self.keeping.find(tenant_id, [QUARTER], "", span, now, self._limit_of)
        by_start = {one.since: one for one in kept}
        missing = [at for at in quarters(*span) if at not in by_start and at <= now]
        over = [at for at in missing if at + QUARTER_LENGTH <= now]
        for stretch in (*_in_a_row(over), *_in_a_row(missing[len(over) :])):
            for one in await self._count(tenant_id, stretch, now):
                by_start[one.since] = one
        return [by_start[at] for at in sorted(by_start)]

    async def _count(self, tenant_id: TenantId, stretch: list[datetime], now: datetime) -> list[Statistic]:
        """Quarter hours in a row, from the call records."""
        end = stretch[-1] + QUARTER_LENGTH
        before = self.keeping.changes(tenant_id, stretch[0], end)
        cells, due = await self._cells(tenant_id, stretch, end, now)
        found = [self._quarter(tenant_id, at, cells[at], due.get(at, at + KEPT)) for at in stretch]
        if end <= now:
            await self.keeping.keep(found, before)
        return found

    async def _cells(
        self, tenant_id: TenantId, stretch: list[datetime], end: datetime, now: datetime
    ) -> tuple[dict[datetime, dict[Key, Counts]], dict[datetime, datetime]]:
        """By quarter hour: the counts, and when the first record that is counted falls due."""
        cells: dict[datetime, dict[Key, Counts]] = {at: {} for at in stretch}
        due: dict[datetime, datetime] = {}
        async for record in self._records(tenant_id, stretch[0], end, now):
            at = quarter_of(record.arrived_at)
            due[at] = min(due.get(at, record.delete_at), record.delete_at)
            for family, key, counts in facts_of(record, self._limit_of):
                merge(cells[at], (family.value, *key), counts, family)
        return cells, due

    def _quarter(self, tenant_id: TenantId, at: datetime, cells: dict[Key, Counts], due: datetime) -> Statistic:
        limits = {key[1]: self._limit_of(key[1]) for key in cells if key[0] == Family.LINE and key[1]}  # type: ignore[arg-type]
        return statistic(tenant_id, QUARTER, "", (at, at + QUARTER_LENGTH), cells, limits, due)

    async def _records(self, tenant_id: TenantId, since: datetime, until: datetime, now: datetime) -> Any:
        collection = self._mongo.tenant(tenant_id).collection(CallRecord)
        rule: dict[str, Any] = {"ended_at": {"$ne": None}, "delete_at": {"$gt": now}}
        place: dict[str, Any] = {"arrived_at": {"$gte": since, "$lt": until}}
        order = [("arrived_at", 1), ("id", 1)]
        while True:
            page = await collection.find_parts(CountedRecord, {**rule, **place}, sort=order, limit=PAGE)
            for record in page:
                yield record
            if len(page) < PAGE:
                return
            last = page[-1]
            further = [
                {"arrived_at": {"$gt": last.arrived_at}},
                {"arrived_at": last.arrived_at, "_id": {"$gt": last.id}},
            ]
            place = {"arrived_at": {"$gte": last.arrived_at, "$lt": until}, "$or": further}

    # --- agents ---

    async def _times_of_day(self, tenant_id: TenantId, zone: ZoneInfo, day: date) -> Tables:
        now, span = self._clock.now(), bounds(day, zone)
        asked = (tenant_id, zone.key, day)
        if asked in self._fresh and now - self._fresh[asked][0] < FRESH:
            return self._fresh[asked][1]
        before = self.keeping.changes(tenant_id, *span)
        found, due = await self._times(tenant_id, zone, (span[0], min(span[1], now)))
        due = min(due, span[1] + KEPT)
        if span[1] + SETTLED <= now:
            await self.keeping.keep(
                [statistic(tenant_id, name, zone.key, span, found[name], {}, due) for name in sorted(found)], before
            )
        else:
            self._fresh = {asked: (now, found)}
        return found

    async def _times(
        self, tenant_id: TenantId, zone: ZoneInfo, span: tuple[datetime, datetime]
    ) -> tuple[Tables, datetime]:
        """And when the first line that was read falls due."""
        found: Tables = {name: {} for name in TIMES}
        due = span[1] + KEPT
        for agent_id in self._users_of(tenant_id):
            hours, theirs = await self._times_of_agent(tenant_id, agent_id, zone, span)
            due = min(due, theirs or due)
            for hour, counts in hours.items():
                for name, key in (
                    ("time_days", ()),
                    ("time", (hour,)),
                    ("time_agents", (agent_id,)),
                    ("time_agent_hours", (hour, agent_id)),
                ):
                    merge(found[name], key, counts, Family.TIME)
        return found, due

    async def _times_of_agent(
        self, tenant_id: TenantId, agent_id: UserId, zone: ZoneInfo, span: tuple[datetime, datetime]
    ) -> tuple[dict[str, Counts], datetime | None]:
        """By hour, and when the first line that was read falls due."""
        if span[0] >= span[1]:
            return {}, None
        collection = self._mongo.tenant(tenant_id).collection(Entry)
        rule: dict[str, Any] = {"agent_id": agent_id, "type": {"$in": list(BECOMES)}}
        earlier = await collection.find_parts(
            AgentLine, {**rule, "at": {"$lt": span[0]}}, sort=[("at", -1), ("seq", -1)], limit=1
        )
        lines = await collection.find_parts(
            AgentLine, {**rule, "at": {"$gte": span[0], "$lt": span[1]}}, sort=[("at", 1), ("seq", 1)]
        )
        before = BECOMES[earlier[0].type] if earlier else AgentState.OFFLINE
        due = min((line.delete_at for line in lines), default=None)
        return times(before, lines, span[0], span[1], zone), due


def _in_a_row(starts: Sequence[datetime]) -> list[list[datetime]]:
    rows: list[list[datetime]] = []
    for at in starts:
        if rows and at - rows[-1][-1] == QUARTER_LENGTH:
            rows[-1].append(at)
        else:
            rows.append([at])
    return rows
