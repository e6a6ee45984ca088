"""Reconciles each organisation's day with Asterisk's log, once it is over, at a quiet hour, or when somebody asks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.reports.model import CallRecord
from call24.reports.reconciliation.cel import Log
from call24.reports.reconciliation.compare import compare, covered, strays
from call24.reports.reconciliation.files import CelFiles
from call24.reports.reconciliation.model import Finding, Reconciliation, id_of

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
SHOWN = 500
LOOK_S = 600.0
MARGIN = timedelta(days=1)

Organisations = Callable[[], Sequence[tuple[TenantId, ZoneInfo]]]


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """One day of all organisations. ``strays``: calls that no record has; whose they were nobody knows."""

    day: str
    made_at: datetime
    organisations: tuple[Reconciliation, ...]
    strays: tuple[Finding, ...] = ()

    @property
    def found(self) -> int:
        return sum(one.found for one in self.organisations) + len(self.strays)


class Reconciler:
    """``hour``: of the organisation's day, from which on the day before is compared."""

    def __init__(
        self, mongo: Mongo, clock: Clock, files: CelFiles, organisations: Organisations, hour: int = 3
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._files = files
        self._organisations = organisations
        self._hour = hour

    async def run(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Reconcile the days that are over and were not yet. Raises: Unavailable."""
        now = self._clock.now()
        days: set[date] = set()
        for tenant_id, zone in self._organisations():
            local = now.astimezone(zone)
            day = local.date() - timedelta(days=1)
            if local.hour >= self._hour and not await self._known(tenant_id, day):
                days.add(day)
        for day in sorted(days):
            told(await self.night(day))
        if days:
            await asyncio.to_thread(self._files.rotate, now)

    async def night(self, day: date) -> Night:
        """All organisations whose day is over, each by its own time zone. Raises: Unavailable."""
        now = self._clock.now()
        spans = [(tenant_id, *bounds(day, zone)) for tenant_id, zone in self._organisations()]
        spans = [(tenant_id, since, min(until, now)) for tenant_id, since, until in spans if since < now]
        if not spans:
            return Night(day=day.isoformat(), made_at=now, organisations=())
        first, last = min(since for _, since, _ in spans), max(until for _, _, until in spans)
        channels = await asyncio.to_thread(self._files.read, first, last) if self._files.are_here else Log()
        found = []
        for tenant_id, since, until in spans:
            one = await self._organisation(tenant_id, day, channels, since, until)
            await self._mongo.tenant(tenant_id).collection(Reconciliation).replace(one, upsert=True)
            found.append(one)
        known = {leg for tenant_id, _, _ in spans for leg in await self._legs(tenant_id, first, last)}
        unknown = strays(channels, known, first, last)
        return Night(day=day.isoformat(), made_at=now, organisations=tuple(found), strays=tuple(unknown))

    async def shown(self, tenant_id: TenantId, limit: int) -> list[Reconciliation]:
        """The newest first."""
        kept = self._mongo.tenant(tenant_id).collection(Reconciliation)
        return await kept.find({}, sort=[("day", -1)], limit=limit)

    async def erase_due(self, now: datetime) -> int:
        kept = self._mongo.platform(Reconciliation, why="the sweeper deletes what is due")
        return await kept.delete_many({"delete_at": {"$lte": now}})

    async def _organisation(
        self, tenant_id: TenantId, day: date, channels: Log, since: datetime, until: datetime
    ) -> Reconciliation:
        now = self._clock.now()
        one = Reconciliation(
            id=id_of(tenant_id, day),
            tenant_id=tenant_id,
            day=day.isoformat(),
            made_at=now,
            state="no_log" if channels.since is None else "done",
            delete_at=now + KEPT,
        )
        if channels.since is None:
            return one
        records = await self._records(tenant_id, {"ended_at": {"$gte": since, "$lt": until}})
        here = [record for record in records if covered(record, channels)]
        found = await asyncio.to_thread(compare, here, channels)
        return msgspec.structs.replace(
            one,
            calls=len(here),
            legs=sum(len(record.legs) for record in here),
            not_covered=sum(1 for record in records if record.legs) - len(here),
            found=len(found),
            findings=tuple(found[:SHOWN]),
        )

    async def _legs(self, tenant_id: TenantId, since: datetime, until: datetime) -> set[str]:
        around = {"arrived_at": {"$gte": since - MARGIN, "$lt": until + MARGIN}}
        return {leg.leg for record in await self._records(tenant_id, around) for leg in record.legs}

    async def _records(self, tenant_id: TenantId, wanted: dict[str, Any]) -> list[CallRecord]:
        return await self._mongo.tenant(tenant_id).collection(CallRecord).find(wanted)

    async def _known(self, tenant_id: TenantId, day: date) -> bool:
        kept = self._mongo.tenant(tenant_id).collection(Reconciliation)
        return await kept.find_one({"id": id_of(tenant_id, day)}) is not None


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    since, until = (datetime.combine(on, time(), zone).astimezone(UTC) for on in (day, day + timedelta(days=1)))
    return since, until


def told(night: Night) -> None:
    """One line in the log for all organisations; a warning where anything was found."""
    log.log(logging.WARNING if night.found else logging.INFO, "reconciliation: %s", summary(night))


def summary(night: Night) -> str:
    if not night.organisations:
        return f"{night.day}: there was no organisation yet"
    if all(one.state == "no_log" for one in night.organisations):
        return f"{night.day}: not possible, there is no log of Asterisk's channels here (an external one keeps its own)"
    calls = sum(one.calls for one in night.organisations)
    uncovered = sum(one.not_covered for one in night.organisations)
    kinds: dict[str, int] = {}
    for finding in (*(f for one in night.organisations for f in one.findings), *night.strays):
        kinds[finding.kind.value] = kinds.get(finding.kind.value, 0) + 1
    words = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no difference"
    before = f", {uncovered} from before the log" if uncovered else ""
    return f"{night.day}: {calls} calls compared{before}: {words}"
