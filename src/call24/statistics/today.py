"""Today's figures for the live screen: of each agent, and of each hour so far; counted as reports are.

Whoever looks on asks for all of them at once, and often. They are counted once for all who look, again only where a
record of today has changed, and at most every other second.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from call24.kit.clock import Clock
from call24.kit.ids import TenantId, UserId
from call24.statistics.answers import AgentFigures
from call24.statistics.count import total
from call24.statistics.measures import Value, measured
from call24.statistics.merge import Tables
from call24.statistics.model import Counts, Family, Key
from call24.statistics.service import ReportQuery, Reports, always, cells_of

AT_MOST_EVERY = timedelta(seconds=2)
"""While calls end all the time. The app asks later than that after a call."""
AT_LEAST_EVERY = timedelta(seconds=30)
"""A queue's service level limit may have changed, or a record fallen due."""
REMEMBERED = 100
"""Organisations."""

Values = dict[str, Value]


@dataclass(frozen=True)
class Today:
    """``agents``: the measures of work by agent, without those who had no call. ``hours``: the measures of the line by
    local hour, from midnight to the hour that goes on, and ``total`` of them all."""

    at: datetime
    day: date
    zone: ZoneInfo
    agents: dict[UserId, Values]
    hours: dict[str, Values]
    total: Values

    def of_agent(self, agent_id: UserId) -> AgentFigures:
        values = self.agents.get(agent_id, {})
        return {
            "id": agent_id,
            "handled": int(values.get("handled") or 0),
            "handle_time_s": values.get("handle_time_s"),
        }


@dataclass(frozen=True)
class _Counted:
    at: datetime
    day: date
    zone: str
    changes: object
    tables: dict[date, Tables]


class TodayFigures:
    def __init__(self, reports: Reports, clock: Clock) -> None:
        self._reports = reports
        self._clock = clock
        self._known: OrderedDict[TenantId, _Counted] = OrderedDict()
        self._counting: dict[TenantId, asyncio.Task[_Counted]] = {}

    async def of(self, tenant_id: TenantId, zone: ZoneInfo) -> Today:
        """Agents who objected to statistics on individuals are in the total alone. Raises: TooMany, Unavailable."""
        counted = await self._counted(tenant_id, zone)
        agents = ReportQuery(by="agent", first=counted.day, last=counted.day, zone=zone)
        hours = ReportQuery(by="hour", first=counted.day, last=counted.day, zone=zone)
        work = cells_of(agents, Family.WORK, agents.table_of(Family.WORK), counted.tables)
        line = cells_of(hours, Family.LINE, hours.table_of(Family.LINE), counted.tables)
        keys = dict.fromkeys([*always(hours, self._clock.now()), *sorted(key[0] for key in line)])
        return Today(
            at=counted.at,
            day=counted.day,
            zone=zone,
            agents=self._of_agents(tenant_id, work),
            hours={key: measured(Family.LINE, line.get((key,))) for key in keys},
            total=measured(Family.LINE, total(line.values(), Family.LINE)),
        )

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._known.pop(tenant_id, None)

    def _of_agents(self, tenant_id: TenantId, work: dict[Key, Counts]) -> dict[UserId, Values]:
        shown = {UserId(key[0]): counts for key, counts in work.items() if key[0]}
        return {
            agent_id: measured(Family.WORK, counts)
            for agent_id, counts in shown.items()
            if self._reports.individual(tenant_id, agent_id)
        }

    async def _counted(self, tenant_id: TenantId, zone: ZoneInfo) -> _Counted:
        """Whoever asks while it is counted waits for it, and begins again where a change came too late for it."""
        known = self._known.get(tenant_id)
        if known is not None and self._true(tenant_id, known, zone):
            return known
        if (counting := self._counting.get(tenant_id)) is not None:
            joined = await asyncio.shield(counting)
            if self._true(tenant_id, joined, zone):
                return joined
        counting = self._counting.get(tenant_id)
        if counting is None:
            counting = asyncio.create_task(self._count(tenant_id, zone), name="today's figures")
            self._counting[tenant_id] = counting
            counting.add_done_callback(lambda done: self._done(tenant_id, done))
        return await asyncio.shield(counting)

    def _done(self, tenant_id: TenantId, done: asyncio.Task[_Counted]) -> None:
        del self._counting[tenant_id]
        if not done.cancelled():
            done.exception()  # who waited for it has it; nobody may have waited to the end

    def _true(self, tenant_id: TenantId, known: _Counted, zone: ZoneInfo) -> bool:
        now = self._clock.now()
        age, today = now - known.at, now.astimezone(zone).date()
        if known.day != today or known.zone != zone.key or not timedelta() <= age < AT_LEAST_EVERY:
            return False
        return age < AT_MOST_EVERY or self._reports.changes(tenant_id, zone, today) == known.changes

    async def _count(self, tenant_id: TenantId, zone: ZoneInfo) -> _Counted:
        now = self._clock.now()
        day = now.astimezone(zone).date()
        names = [
            ReportQuery(by=by, first=day, last=day, zone=zone).table_of(family)
            for by, family in (("agent", Family.WORK), ("hour", Family.LINE))
        ]
        changes = self._reports.changes(tenant_id, zone, day)
        tables = await self._reports.counted(tenant_id, zone, day, names)
        counted = _Counted(now, day, zone.key, changes, tables)
        self._known.pop(tenant_id, None)
        self._known[tenant_id] = counted
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return counted
