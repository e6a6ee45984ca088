"""Counts as they are kept in MongoDB: found, stored, thrown away. What is kept is a copy; cache.py makes it.

Nothing marks a count as outdated: when a record changes, the counts of its quarter hour and day are deleted, before the
reader of records goes on. What is missing is counted when it is asked for.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from call24.kit.ids import TenantId
from call24.kit.mongo import Index, Mongo
from call24.statistics.calendar import quarter_of
from call24.statistics.count import LimitOf
from call24.statistics.merge import OF_CALLS
from call24.statistics.model import QUARTER, Counts, Key, Statistic

INDEXES = (
    Index(Statistic, ("since",)),
    Index(Statistic, ("table", "zone", "since")),  # a month's days without its three thousand quarter hours
    Index(Statistic, ("delete_at",), across=True),
)

OUTDATED = [QUARTER, *OF_CALLS]
"""What a changed record leaves untrue."""
LONGEST_DAY = timedelta(hours=26)
REMEMBERED = 5000


class StatisticsStore:
    """One change at a time in an organisation: else what was counted before a change could be stored after it.

    ``keeps`` False: for any process but the server, which alone hears of changes.
    """

    def __init__(self, mongo: Mongo, keeps: bool = True) -> None:
        self._mongo = mongo
        self._keeps = keeps
        self._all = mongo.platform(Statistic, why="the sweeper deletes counts of what is due")
        self._turns: defaultdict[TenantId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._changes: OrderedDict[tuple[TenantId, datetime], int] = OrderedDict()
        self._count = itertools.count(1)
        self._forgotten: defaultdict[TenantId, int] = defaultdict(int)
        self._nothing_kept: set[tuple[TenantId, datetime]] = set()

    def changes(self, tenant_id: TenantId, since: datetime, until: datetime) -> tuple[int, int]:
        """Which change of this time was the last: to be looked at before counting, and given to ``keep``."""
        there = [n for (whose, at), n in self._changes.items() if whose == tenant_id and since <= at < until]
        return self._forgotten[tenant_id], max(there, default=0)

    async def forget(self, tenant_id: TenantId, arrived_at: datetime) -> None:
        """What was counted with a call of then is outdated. Raises: Unavailable."""
        quarter = quarter_of(arrived_at)
        key = (tenant_id, quarter)
        self._changes.pop(key, None)
        self._changes[key] = next(self._count)
        while len(self._changes) > REMEMBERED:
            self._nothing_kept.discard(self._changes.popitem(last=False)[0])
        if key in self._nothing_kept:
            return
        around = {"$gt": quarter - LONGEST_DAY, "$lte": quarter}
        rule = {"since": around, "until": {"$gt": quarter}, "table": {"$in": OUTDATED}}
        async with self._turns[tenant_id]:
            await self._mongo.tenant(tenant_id).collection(Statistic).delete_many(rule)
            self._nothing_kept.add(key)

    async def forget_all(self, tenant_id: TenantId) -> int:
        self._forgotten[tenant_id] += 1
        async with self._turns[tenant_id]:
            return await self._mongo.tenant(tenant_id).collection(Statistic).delete_many({})

    async def forget_due(self, now: datetime) -> int:
        """Each is counted again without what is due, if it is asked for again."""
        return await self._all.delete_many({"delete_at": {"$lte": now}})

    async def keep(self, found: Sequence[Statistic], before: tuple[int, int]) -> None:
        """Of one stretch of time. ``before``: its ``changes`` before it was counted; after others nothing is kept."""
        if not found or not self._keeps:
            return
        tenant_id, since, until = found[0].tenant_id, found[0].since, found[-1].until
        async with self._turns[tenant_id]:
            if self.changes(tenant_id, since, until) != before:
                return
            inside = {key for key in self._nothing_kept if key[0] == tenant_id and since <= key[1] < until}
            self._nothing_kept -= inside
            collection = self._mongo.tenant(tenant_id).collection(Statistic)
            await collection.delete_many({"id": {"$in": [statistic.id for statistic in found]}})
            await collection.insert_many(found)

    async def find(
        self,
        tenant_id: TenantId,
        tables: Sequence[str],
        zone: str,
        span: tuple[datetime, datetime],
        now: datetime,
        limit_of: LimitOf,
    ) -> list[Statistic]:
        """What is kept and true still, by its beginning in [since, until)."""
        rule = {
            "since": {"$gte": span[0], "$lt": span[1]},
            "table": {"$in": list(tables)},
            "zone": zone,
            "delete_at": {"$gt": now},
        }
        found = await self._mongo.tenant(tenant_id).collection(Statistic).find(rule, sort=[("since", 1)])
        return [one for one in found if all(limit_of(queue) == s for queue, s in one.limits.items())]  # type: ignore[arg-type]


def statistic(
    tenant_id: TenantId,
    table: str,
    zone: str,
    span: tuple[datetime, datetime],
    counts: Mapping[Key, Counts],
    limits: Mapping[str, int],
    delete_at: datetime,
) -> Statistic:
    return Statistic(
        id=f"{tenant_id}:{table}:{zone}:{span[0].isoformat()}",
        tenant_id=tenant_id,
        table=table,
        zone=zone,
        since=span[0],
        until=span[1],
        keys=tuple(counts),
        counts=tuple(counts.values()),
        limits=dict(limits),
        delete_at=delete_at,
    )
