"""Totals that outlive their calls: written before the first call of a month is deleted, read once all have gone.

The sweeper asks for it before it deletes, so a call whose day is not counted is never deleted because its time is up.
What is written of a month is stored in one transaction with the mark of how far it goes: cut off anywhere, it is done
again. Which totals are kept is decided in totals_rules.py (docs/adr/0105).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from call24.call_records.model import CallRecord
from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.ids import QueueId, TenantId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.statistics.calendar import beginning
from call24.statistics.count import LimitOf, facts_of
from call24.statistics.model import COLUMNS
from call24.statistics.totals_model import SUMMED, Total, Totalled, TotalledRecord
from call24.statistics.totals_rules import FEWEST, Block, Cell, kept, month_of
from call24.tenants.service import TenantService

INDEXES = (Index(Total, ("queue_id", "first")),)
PAGE = 200
MOST = 2000
"""Totals in one answer: a year has 366 days, more only where the time zone was changed."""


class _Arrived(msgspec.Struct, frozen=True):
    arrived_at: datetime


class Totals:
    """`limit_of`: the service level limit of a queue, by which calls are counted when the total is written."""

    def __init__(self, mongo: Mongo, clock: Clock, tenants: TenantService, limit_of: LimitOf) -> None:
        self._mongo = mongo
        self._clock = clock
        self._tenants = tenants
        self._limit_of = limit_of

    async def write_until(self, tenant_id: TenantId, arrived_at: datetime, now: datetime) -> int:
        """Write the totals of all calls up to one that arrived then, which is due at `now`; how many there are now.

        Repeating it is harmless. Raises: Unavailable, Conflict where another process does the same.
        """
        count = 0
        try:
            zone = ZoneInfo((await self._tenants.get(tenant_id)).timezone)
        except NotFound:
            return 0  # what is left of an organisation that is gone
        while (oldest := await self._oldest(tenant_id, arrived_at)) is not None:
            count += await self._write(tenant_id, oldest, zone, now)
        return count

    async def read(self, tenant_id: TenantId, queue_id: QueueId | None, first: date, last: date) -> list[Total]:
        """Those with one of these days in them, the oldest first; none of whose calls any is still counted in reports.

        Raises: Unavailable.
        """
        scope = self._mongo.tenant(tenant_id)
        there = {"delete_at": {"$gt": self._clock.now()}}
        calls = await scope.collection(CallRecord).find_parts(_Arrived, there, sort=[("arrived_at", 1)], limit=1)
        rule: dict[str, Any] = {"queue_id": queue_id, "first": {"$lte": last.isoformat()}}
        rule["last"] = {"$gte": first.isoformat()}
        if calls:
            rule["until"] = {"$lte": calls[0].arrived_at}
        found = await scope.collection(Total).find(rule, sort=[("first", 1), ("id", 1)], limit=MOST)
        return sorted(found, key=lambda one: (one.last, one.first))

    async def _oldest(self, tenant_id: TenantId, arrived_at: datetime) -> datetime | None:
        """When the first call arrived that is in no total yet, up to this one."""
        scope = self._mongo.tenant(tenant_id)
        mark = await scope.collection(Totalled).find_one({"id": tenant_id})
        place = {"$lte": arrived_at} if mark is None else {"$gte": mark.until, "$lte": arrived_at}
        order = [("arrived_at", 1)]
        found = await scope.collection(CallRecord).find_parts(_Arrived, {"arrived_at": place}, sort=order, limit=1)
        return found[0].arrived_at if found else None

    async def _write(self, tenant_id: TenantId, oldest: datetime, zone: ZoneInfo, now: datetime) -> int:
        """Of the month in which the call of `oldest` is, as far as it is over and was not written before."""
        day = oldest.astimezone(zone).date()
        first, last = month_of(day)
        mark = await self._mongo.tenant(tenant_id).collection(Totalled).find_one({"id": tenant_id})
        since = beginning(first, zone)
        if mark is not None and mark.until > since:
            since, first = mark.until, mark.until.astimezone(zone).date()
        last = max(min(last, now.astimezone(zone).date() - timedelta(days=1)), day)
        until = min(beginning(last + timedelta(days=1), zone), max(now, oldest + timedelta(milliseconds=1)))
        cells = await self._cells(tenant_id, since, until, zone)
        found = [_total(tenant_id, block, zone, since, until) for block in kept(cells, first, last)]

        async def work(scope: TenantScope) -> None:
            await scope.collection(Totalled).replace(
                Totalled(id=tenant_id, tenant_id=tenant_id, until=until), upsert=True
            )
            await scope.collection(Total).insert_many(found)

        await self._mongo.transact(tenant_id, work)
        return len(found)

    async def _cells(
        self, tenant_id: TenantId, since: datetime, until: datetime, zone: ZoneInfo
    ) -> dict[tuple[str, date], Cell]:
        sums: dict[tuple[str, date], dict[str, int]] = {}
        callers: dict[tuple[str, date], set[str]] = {}
        async for record in self._records(tenant_id, since, until):
            if record.delete_at <= record.arrived_at:  # a test call
                continue
            day = record.arrived_at.astimezone(zone).date()
            for family, key, counts in facts_of(record, self._limit_of):
                where = (key[0], day)
                into, who = sums.setdefault(where, {}), callers.setdefault(where, set())
                for column, n in zip(COLUMNS[family], counts, strict=True):
                    if column in SUMMED[family]:
                        into[column] = into.get(column, 0) + n
                if record.contact_id is not None and len(who) < FEWEST:
                    who.add(record.contact_id)
        return {where: Cell(sums[where], frozenset(callers[where])) for where in sums}

    async def _records(self, tenant_id: TenantId, since: datetime, until: datetime) -> AsyncIterator[TotalledRecord]:
        """Calls with customers that have ended, in small pages."""
        collection = self._mongo.tenant(tenant_id).collection(CallRecord)
        rule: dict[str, Any] = {"ended_at": {"$ne": None}, "direction": {"$ne": "internal"}}
        place: dict[str, Any] = {"arrived_at": {"$gte": since, "$lt": until}}
        while True:
            page = await collection.find_parts(
                TotalledRecord, {**rule, **place}, sort=[("arrived_at", 1), ("id", 1)], limit=PAGE
            )
            for record in page:
                yield record
            if len(page) < PAGE:
                return
            at, last = page[-1].arrived_at, page[-1].id
            place = {"$or": [{"arrived_at": {"$gt": at, "$lt": until}}, {"arrived_at": at, "_id": {"$gt": last}}]}


def _total(tenant_id: TenantId, block: Block, zone: ZoneInfo, since: datetime, until: datetime) -> Total:
    begins = max(since, beginning(block.first, zone))
    return Total(
        id=f"{tenant_id}:{block.queue_id or ''}:{block.period}:{begins.isoformat()}",
        tenant_id=tenant_id,
        queue_id=None if block.queue_id is None else QueueId(block.queue_id),
        period=block.period,
        first=block.first.isoformat(),
        last=block.last.isoformat(),
        since=begins,
        until=min(until, beginning(block.last + timedelta(days=1), zone)),
        counts=dict(block.counts),
    )


def added(totals: Sequence[Total]) -> dict[str, int]:
    """The sums of all of them."""
    found: dict[str, int] = {}
    for one in totals:
        for column, n in one.counts.items():
            found[column] = found.get(column, 0) + n
    return found
