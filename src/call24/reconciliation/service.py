"""Reconciles each organisation's day with Asterisk's log, once it is over, at a quiet hour, or when somebody asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from call24.call_records.model import CallRecord
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import Index, Mongo, PlatformCollection
from call24.reconciliation.cel import Log
from call24.reconciliation.compare import compare, covered, strays
from call24.reconciliation.files import CelFiles
from call24.reconciliation.model import Finding, Reconciliation, Strays, id_of

log = logging.getLogger(__name__)

INDEXES = (
    Index(Reconciliation, ("-day",)),
    Index(Reconciliation, ("delete_at",), across=True),
    Index(Strays, ("delete_at",)),
)
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


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """When the reconciliation of a day was made."""

    day: str
    made_at: datetime


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
        self._looked = False

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable as trouble:
                log.debug("nothing is reconciled now: %s", trouble)
            except OSError as trouble:
                log.error("nothing is reconciled now, it is tried again: %s", trouble)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Reconcile the days that are over and were not yet, as far back as the log goes. Raises: Unavailable."""
        now = self._clock.now()
        begins = await asyncio.to_thread(self._files.begins)
        due: dict[date, set[TenantId]] = {}
        for tenant_id, zone in self._organisations():
            for day in await self._due(tenant_id, zone, begins):
                due.setdefault(day, set()).add(tenant_id)
        for day in sorted(due):
            told(await self.night(day, due[day]))
        if due:
            try:
                await asyncio.to_thread(self._files.rotate, now)
            except (OSError, Unavailable) as trouble:  # it grows for another day
                log.error("the log of channels cannot be put aside: %s", trouble)
        self._looked = True

    async def erase_due(self, now: datetime) -> int:
        """Asterisk's old logs; how many files. Not before what they are needed for was looked at."""
        return await asyncio.to_thread(self._files.erase, now) if self._looked else 0

    async def night(self, day: date, of: Collection[TenantId] | None = None) -> Night:
        """``of``: those whose day is over; None: all organisations, so far as their day has gone, for who asks.

        Raises: Unavailable.
        """
        now = self._clock.now()
        every = [(tenant_id, *bounds(day, zone)) for tenant_id, zone in self._organisations()]
        spans = [
            (tenant_id, since, min(until, now))
            for tenant_id, since, until in every
            if since < now and (of is None or tenant_id in of)
        ]
        if not spans:
            return Night(day=day.isoformat(), made_at=now, organisations=())
        first, last = min(since for _, since, _ in spans), max(until for _, _, until in spans)
        channels = await asyncio.to_thread(self._files.read, first, last)
        found = []
        for tenant_id, since, until in spans:
            one = await self._organisation(tenant_id, day, channels, since, until)
            await self._mongo.tenant(tenant_id).collection(Reconciliation).replace(one, upsert=True)
            found.append(one)
        known = {leg for tenant_id, _, _ in every for leg in await self._legs(tenant_id, first, last)}
        unknown = tuple(strays(channels, known, first, last))
        if of is not None:  # before the day is over, calls that go on have no record yet
            await self._keep(day, unknown)
        return Night(day=day.isoformat(), made_at=now, organisations=tuple(found), strays=unknown)

    async def shown(self, tenant_id: TenantId, limit: int) -> list[Reconciliation]:
        """The newest first."""
        kept = self._mongo.tenant(tenant_id).collection(Reconciliation)
        return await kept.find({}, sort=[("day", -1)], limit=limit)

    async def _due(self, tenant_id: TenantId, zone: ZoneInfo, begins: datetime | None) -> list[date]:
        """A day that was compared while it went on is due still."""
        local = self._clock.now().astimezone(zone)
        newest = local.date() - timedelta(days=1)
        oldest = newest if begins is None else min(newest, begins.astimezone(zone).date())
        days = [oldest + timedelta(days=number) for number in range((newest - oldest).days + 1)]
        if local.hour < self._hour:
            days.pop()
        days = days[-KEPT.days :]
        ids = [id_of(tenant_id, day) for day in days]
        known = await self._mongo.tenant(tenant_id).collection(Reconciliation).find_parts(Made, {"id": {"$in": ids}})
        whole = {one.day for one in known if one.made_at >= bounds(date.fromisoformat(one.day), zone)[1]}
        return [day for day in days if day.isoformat() not in whole]

    def _strays(self) -> PlatformCollection[Strays]:
        return self._mongo.platform(Strays, why="of the platform: whose these calls were nobody knows")

    async def _keep(self, day: date, found: Sequence[Finding]) -> None:
        """Beside those that other time zones' nights of this day found."""
        before = await self._strays().find_one({"id": day.isoformat()})
        every = {one.leg: one for one in (*(before.findings if before else ()), *found)}
        if every:
            now, findings = self._clock.now(), tuple(every.values())[:SHOWN]
            one = Strays(id=day.isoformat(), made_at=now, found=len(every), findings=findings, delete_at=now + KEPT)
            await self._strays().replace(one, upsert=True)

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
        missed = [record.id for record in records if record.legs and not covered(record, channels)]
        found = await asyncio.to_thread(compare, here, channels)
        return msgspec.structs.replace(
            one,
            calls=len(here),
            legs=sum(len(record.legs) for record in here),
            not_covered=len(missed),
            missed=tuple(missed[:SHOWN]),
            found=len(found),
            findings=tuple(found[:SHOWN]),
        )

    async def _legs(self, tenant_id: TenantId, since: datetime, until: datetime) -> set[str]:
        around = {"arrived_at": {"$gte": since - MARGIN, "$lt": until + MARGIN}}
        return {leg.leg for record in await self._records(tenant_id, around) for leg in record.legs}

    async def _records(self, tenant_id: TenantId, wanted: dict[str, Any]) -> list[CallRecord]:
        return await self._mongo.tenant(tenant_id).collection(CallRecord).find(wanted)


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
