"""Writes an export's file: pages of call records with the names joined, or a report. Memory is bounded.

It runs in a process of its own, so that no call waits for it. Who asked, and whether they may, is not decided here.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from call24.call_notes.model import CallNote
from call24.call_records.model import CallRecord
from call24.contacts.call_names import CallNames, in_call
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.exports.model import Export, ExportedRecord
from call24.exports.sheets import sheet
from call24.exports.workbook import Cell
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.statistics.calendar import bounds
from call24.statistics.service import ReportQuery, Reports

PAGE = 500
Told = Callable[[int, int, datetime | None], Any]
"""Rows done, rows in all (about, until the end), and when the first call among them falls due."""

NameOf = Callable[[str, str], str]
"""What a thing (queue, agent, disposition, number, hour) is called, by its id."""

COLUMNS = (
    "call",
    "began_at",
    "began_local",
    "direction",
    "number",
    "name",
    "our_number",
    "queue",
    "agent",
    "outcome",
    "ended_by",
    "missed",
    "answered_at",
    "ended_at",
    "menu_s",
    "wait_s",
    "ring_s",
    "talk_s",
    "hold_s",
    "outside_s",
    "voicemail_s",
    "wrap_up_s",
    "dispositions",
    "note",
)


def unfinished_of(file: Path) -> Path:
    """The folder of all that there is while the file is written, the XLSX writer's own files too."""
    return file.with_name(f".{file.name}.part")


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Where to write what becomes this file at the end, if nothing is raised. Its folder may hold more, and goes."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = unfinished_of(file)
    shutil.rmtree(unfinished, ignore_errors=True)  # of one that was killed
    unfinished.mkdir(mode=0o700)
    part = unfinished / file.name
    part.touch(mode=0o600)
    try:
        yield part
        part.replace(file)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@dataclass(frozen=True)
class Exporter:
    mongo: Mongo
    clock: Clock
    contacts: ContactService
    reports: Reports
    name_of: NameOf

    async def write(self, export: Export, zone: ZoneInfo, file: Path, told: Callable[..., Any]) -> int:
        """The file, made whole or not at all; how many rows. ``told``: an async ``Told``. Raises: Unavailable."""
        with whole(file) as part:
            return await (self._report if export.kind == "report" else self._calls)(export, zone, part, told)

    async def _report(self, export: Export, zone: ZoneInfo, file: Path, told: Callable[..., Any]) -> int:
        first, last = date.fromisoformat(export.first), date.fromisoformat(export.last)
        question = ReportQuery(by=export.by, first=first, last=last, zone=zone, filters=export.filters)
        found = await self.reports.report(export.tenant_id, question)
        into = sheet(export.format, file, [export.by, *(measure.key for measure in question.measures)])
        for key, values in found.rows.items():
            into.add([self.name_of(export.by, key), *values.values()])
        into.add(["total", *found.total.values()])
        into.close()
        await told(len(found.rows), len(found.rows), None)
        return len(found.rows)

    async def _calls(self, export: Export, zone: ZoneInfo, file: Path, told: Callable[..., Any]) -> int:
        place = self._place(export, zone)
        rule = {**place, "ended_at": {"$ne": None}, "delete_at": {"$gt": self.clock.now()}}
        in_all = await self.mongo.tenant(export.tenant_id).collection(CallRecord).count(place)  # the index alone knows
        into = sheet(export.format, file, COLUMNS)
        done, due = 0, None
        await told(done, in_all, due)
        async for page in self._pages(export.tenant_id, rule):
            wanted = {record.contact_id for record in page if record.contact_id is not None}
            contacts = await self.contacts.some(export.tenant_id, list(wanted))
            names = await CallNames(self.mongo).some(export.tenant_id, [record.id for record in page])
            notes = await self._notes(export.tenant_id, page)
            for record in page:
                if record.contact_id is not None and self.contacts.restricted(export.tenant_id, record.contact_id):
                    continue
                contact = contacts.get(record.contact_id) if record.contact_id is not None else None
                called = in_call(contact, names.get(record.id))
                into.add(row_of_call(record, called, zone, self.name_of, notes.get(record.id)))
                due = min(due or record.delete_at, record.delete_at)
            done += len(page)
            await told(done, max(done, in_all), due)
        into.close()
        await told(done, done, due)
        return done

    async def _notes(self, tenant_id: TenantId, page: Sequence[ExportedRecord]) -> dict[str, str]:
        notes = self.mongo.tenant(tenant_id).collection(CallNote)
        return {one.id: one.text for one in await notes.find({"id": {"$in": [record.id for record in page]}})}

    def _place(self, export: Export, zone: ZoneInfo) -> dict[str, Any]:
        """Where its calls are, due for deletion or not."""
        since = bounds(date.fromisoformat(export.first), zone)[0]
        until = bounds(date.fromisoformat(export.last), zone)[1]
        place: dict[str, Any] = {"arrived_at": {"$gte": since, "$lt": until}}
        wanted = dict(export.filters)
        if (direction := wanted.pop("direction", None)) is not None:
            place["direction"] = direction
        if wanted:  # an agent's and a queue's lists are in one index
            place["found_in"] = {"$all": list(wanted.values())}
        return place

    async def _pages(self, tenant_id: TenantId, rule: dict[str, Any]) -> AsyncIterator[list[ExportedRecord]]:
        """The oldest first; each page is found by the place of the last, so that none is held open."""
        collection = self.mongo.tenant(tenant_id).collection(CallRecord)
        order, place = [("arrived_at", 1), ("id", 1)], dict(rule)
        while True:
            page = await collection.find_parts(ExportedRecord, place, sort=order, limit=PAGE)
            if page:
                yield page
            if len(page) < PAGE:
                return
            at, last = page[-1].arrived_at, page[-1].id
            further = [{"arrived_at": {"$gt": at}}, {"arrived_at": at, "_id": {"$gt": last}}]
            place = {**rule, "arrived_at": {**rule["arrived_at"], "$gte": at}, "$or": further}


def row_of_call(
    record: ExportedRecord | CallRecord,
    contact: Contact | None,
    zone: ZoneInfo,
    name_of: NameOf,
    note: str | None = None,
) -> Sequence[Cell]:
    """The cells under ``COLUMNS``."""
    given = [part.disposition_id for part in record.agents if part.disposition_id is not None]
    return (
        record.id,
        iso(record.arrived_at),
        record.arrived_at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        record.direction,
        contact.number if contact is not None else None,
        contact.shown_name if contact is not None else None,
        name_of("number", record.number_id) if record.number_id is not None else None,
        name_of("queue", record.queue_id) if record.queue_id is not None else None,
        name_of("agent", record.agent_id) if record.agent_id is not None else None,
        record.outcome.value,
        record.ended_by,
        record.missed,
        iso(record.answered_at),
        iso(record.ended_at),
        record.menu_s,
        record.wait_s,
        record.ring_s,
        record.talk_s,
        record.hold_s,
        record.outside_s,
        record.voicemail_s,
        record.wrap_up_s,
        ", ".join(name_of("disposition", one) for one in given) or None,
        note,
    )
