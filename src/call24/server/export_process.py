"""Exports in a process of their own, which `exports/runner.py` starts: what that process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from call24.address_book_files.exporting import PeopleExporter
from call24.agents.service import AgentService
from call24.audit.service import AuditLog
from call24.caller_files.packing import CallerFileWriter
from call24.caller_files.signing import VconSigner
from call24.consents.service import Consents
from call24.contacts.service import ContactService
from call24.exports.exporter import Exporter, NameOf
from call24.exports.model import Export
from call24.exports.task_exporter import TaskExporter
from call24.files.service import Files
from call24.identity.service import IdentityService
from call24.journal.journal import Journal
from call24.kit.clock import SystemClock
from call24.kit.errors import NotFound
from call24.kit.holdings import Held
from call24.kit.ids import DispositionId, QueueId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.queues.service import QueueService
from call24.recordings.disk_space import MB
from call24.recordings.service import Recordings
from call24.restrictions.service import Restrictions
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground
from call24.statistics.room import reports
from call24.tenants.service import TenantService

TELL_EVERY_S = 0.5
Writer = CallerFileWriter | PeopleExporter | TaskExporter | Exporter


async def export_kept(settings: Settings, tenant_id: TenantId, export_id: str, file: Path) -> None:
    """What was asked for over HTTP; progress goes to its document. Raises: NotFound, Unavailable."""
    mongo, there = await rooms_of(settings)
    try:
        collection = mongo.tenant(tenant_id).collection(Export)
        export, told_at = await collection.get(export_id), 0.0

        async def told(done: int, in_all: int, due: datetime | None) -> None:
            nonlocal told_at
            if done < in_all and time.monotonic() - told_at < TELL_EVERY_S:
                return
            told_at = time.monotonic()
            sooner = {"delete_at": due} if due is not None and due < export.delete_at else {}
            await collection.update(export_id, {"rows_done": done, "rows_in_all": in_all, **sooner})

        match export.kind:
            case "caller":
                writer: Writer = _caller_file_writer(settings, there, tenant_id)
            case "people":
                writer = PeopleExporter(mongo, there.get(People), there.get(PersonPictures))
            case "tasks":
                writer = _task_exporter(settings, there, tenant_id)
            case _:
                writer = _exporter(mongo, there, tenant_id)
        await writer.write(export, _zone(there, tenant_id), file, told)
    finally:
        await mongo.close()


async def export_to(
    settings: Settings, organisation: str, span: tuple[str, str], format: str, file: Path, say: Callable[[str], None]
) -> int:
    """Calls, for who has the machine: all that the organisation's days have. Raises: NotFound, Unavailable, OSError."""
    mongo, there = await rooms_of(settings)
    try:
        wanted = [one for one in there.get(TenantService).known_tenants() if organisation in (one.name, one.id)]
        if len(wanted) != 1:
            raise NotFound(f"There is no one organisation {organisation!r}")
        began, now = time.monotonic(), datetime.now(UTC)

        async def told(done: int, in_all: int, _due: datetime | None) -> None:
            share = 100 * done // in_all if in_all else 100
            say(f"\r{done:,} of {in_all:,} calls, {share} %, {time.monotonic() - began:.0f} s")

        days = [date.fromisoformat(day).isoformat() for day in span]
        export = Export(
            id="exp",
            tenant_id=wanted[0].id,
            asked_by=None,
            kind="calls",
            format=format,
            first=days[0],
            last=days[1],
            filters={},
            created_at=now,
            delete_at=now,
        )
        return await _exporter(mongo, there, wanted[0].id).write(export, ZoneInfo(wanted[0].timezone), file, told)
    finally:
        await mongo.close()


async def rooms_of(settings: Settings) -> tuple[Mongo, Provided]:
    """The rooms as a process beside the server has them. Raises: Unavailable."""
    mongo, clock = Mongo(settings.mongodb_uri(), DATABASE, timeout_s=60), SystemClock()
    journal = Journal(mongo, settings.data / "spool" / "export")
    key = AppKey.load(settings.data)
    there = ground(settings, mongo, clock, key, journal, AuditLog(mongo, clock, key, settings.data / "audit"))
    building = Building(ROOMS, there, Held(HOLDINGS))
    for kind in (TenantService, IdentityService, QueueService, AgentService, Consents, Restrictions):
        there.get(kind)
    await building.refresh()
    return mongo, there


def _zone(there: Provided, tenant_id: TenantId) -> ZoneInfo:
    tenant = there.get(TenantService).known(tenant_id)
    return ZoneInfo(tenant.timezone if tenant is not None else "UTC")


def _caller_file_writer(settings: Settings, there: Provided, tenant_id: TenantId) -> CallerFileWriter:
    tenant = there.get(TenantService).known(tenant_id)
    return CallerFileWriter(
        there.get(Mongo),
        SystemClock(),
        there.get(ContactService),
        there.get(Recordings),
        there.get(Files),
        there.get(Held),
        _name_of(there, tenant_id),
        VconSigner(there.get(AppKey), settings.data),
        organisation=tenant.name if tenant is not None else tenant_id,
        floor=settings.recording_floor_mb * MB,
    )


def _task_exporter(settings: Settings, there: Provided, tenant_id: TenantId) -> TaskExporter:
    floor = settings.recording_floor_mb * MB
    return TaskExporter(there.get(Mongo), there.get(ContactService), _name_of(there, tenant_id), floor)


def _exporter(mongo: Mongo, there: Provided, tenant_id: TenantId) -> Exporter:
    reports_of = reports(there, keeps=False)
    return Exporter(mongo, SystemClock(), there.get(ContactService), reports_of, _name_of(there, tenant_id))


def _name_of(there: Provided, tenant_id: TenantId) -> NameOf:
    numbers = {number.id: number.e164 for number in there.get(TenantService).known_numbers(tenant_id)}

    queues, identity, agents = there.get(QueueService), there.get(IdentityService), there.get(AgentService)

    def name_of(what: str, key: str) -> str:
        match what:
            case "queue":
                queue = queues.known(QueueId(key))
                return queue.name if queue is not None else key
            case "agent":
                user = identity.known_user(UserId(key))
                return user.name if user is not None else key
            case "disposition":
                disposition = agents.known_disposition(tenant_id, DispositionId(key))
                return disposition.name if disposition is not None else key
            case "number":
                return str(dict(numbers).get(key, key))  # type: ignore[call-overload]
        return f"{key}:00" if what == "hour" else key

    return name_of
