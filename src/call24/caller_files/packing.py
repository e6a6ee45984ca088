"""Writes a caller's file: a ZIP with all that is kept of one caller, and a manifest that names each of its parts.

It runs in the process that writes exports, so no call waits for it; calls are read a page at a time, so memory is
bounded. What is in it follows from the data map and from where rooms say that callers are found. Who may have it is not
decided here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

import msgspec

from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCall
from call24.caller_files.import_file import FORMAT, VERSION
from call24.caller_files.import_model import CallerImport
from call24.caller_files.importing import SHEET, VCON
from call24.caller_files.masking import Masking
from call24.caller_files.places import Found, elsewhere, found_of
from call24.caller_files.schemas import schema_of
from call24.caller_files.signing import VconSigner
from call24.caller_files.vcon import MEDIA_TYPE, Sound, content_hash, vcon_of
from call24.contacts.call_names import CallNames, in_call
from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.data_map import document_of
from call24.exports.exporter import COLUMNS, NameOf, row_of_call, whole
from call24.exports.model import Export
from call24.exports.sheets import CsvSheet
from call24.files.model import StoredFile
from call24.files.rules import EXTENSIONS
from call24.files.service import UNDO, Files
from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.holdings import Held
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.people.model import Person
from call24.people.picture_model import PersonPicture
from call24.recordings.model import Recording
from call24.recordings.service import Recordings

PAGE = 250
"""Calls that are read at once."""
_JSON, _CSV, _WAV = "application/json", "text/csv; charset=utf-8", "audio/wav"
_CALLS = document_of(CallRecord).collection
_QUICKLY = 1
"""How hard texts are compressed: nearly as small, in a third of the time."""


@dataclass(frozen=True)
class CallerFileWriter:
    """`held`: where rooms find callers. `floor`: bytes that stay free on the disk."""

    mongo: Mongo
    clock: Clock
    contacts: ContactService
    recordings: Recordings
    files: Files
    held: Held
    name_of: NameOf
    signer: VconSigner
    organisation: str
    floor: int

    async def write(self, export: Export, zone: ZoneInfo, file: Path, told: Callable[..., Any]) -> int:
        """The file, whole or not at all; how many calls. Raises: NotFound, Unavailable, OSError (a full disk)."""
        assert export.contact_id is not None
        contact = await self.contacts.stored(export.tenant_id, export.contact_id)
        with whole(file) as part, ZipFile(part, "w", ZIP_DEFLATED, compresslevel=_QUICKLY) as archive:
            packing = _Packing(self, contact, zone, _Archive(archive, part.parent, self.floor), told)
            return await packing.all()


@dataclass
class _Archive:
    """The ZIP, and what its manifest says of each file in it."""

    archive: ZipFile
    folder: Path
    floor: int
    files: list[dict[str, Any]] = field(default_factory=list)

    def text(self, name: str, media_type: str, text: bytes, **more: Any) -> None:
        self.archive.writestr(name, text)
        self._note(name, media_type, len(text), hashlib.sha256(text).hexdigest(), more)

    def from_disk(self, name: str, media_type: str, path: Path, **more: Any) -> None:
        """A part that was written beside the ZIP."""
        digest = hashlib.sha256()
        with path.open("rb") as read, self.archive.open(name, "w", force_zip64=True) as file:
            while chunk := read.read(1 << 20):
                digest.update(chunk)
                file.write(chunk)
        self._note(name, media_type, path.stat().st_size, digest.hexdigest(), more)

    def stored(self, name: str, size: int, pieces: Iterable[bytes], media_type: str = _WAV) -> bytes:
        """Sound, or an attached file; its SHA-512. Raises: NotFound (damaged), OSError: the disk would be too full."""
        with self._storing(name, size, media_type) as (write, long):
            for piece in pieces:
                write(piece)
        sha512: bytes = long.digest()
        return sha512

    async def received(self, name: str, size: int, pieces: AsyncIterator[bytes], media_type: str) -> None:
        """The same, of what comes from elsewhere. Raises: NotFound (damaged), Unavailable, OSError."""
        with self._storing(name, size, media_type) as (write, _):
            async for piece in pieces:
                write(piece)

    @contextmanager
    def _storing(self, name: str, size: int, media_type: str) -> Iterator[tuple[Callable[[bytes], None], Any]]:
        if shutil.disk_usage(self.folder).free - size < self.floor:
            raise OSError("the disk is too full for this file")
        short, long, written = hashlib.sha256(), hashlib.sha512(), 0
        entry = ZipInfo(name)
        entry.compress_type = ZIP_STORED  # it would take long, and sound does not get smaller
        with self.archive.open(entry, "w", force_zip64=True) as file:

            def write(piece: bytes) -> None:
                nonlocal written
                short.update(piece)
                long.update(piece)
                file.write(piece)
                written += len(piece)

            yield write, long
        self._note(name, media_type, written, short.hexdigest(), {})

    def _note(self, name: str, media_type: str, size: int, sha256: str, more: Mapping[str, Any]) -> None:
        self.files.append({"name": name, "media_type": media_type, "size": size, "sha256": sha256, **more})


class _Part:
    """A list of documents of one kind, written as they come; it becomes a file of the ZIP at the end."""

    def __init__(self, found: Found, folder: Path, own: Sequence[str]) -> None:
        self.found = found
        self.count = 0
        self._own = own
        self._masking = Masking(document_of(found.struct))
        self.path = folder / f"{found.collection}.json"
        self._file: IO[bytes] = self.path.open("wb")

    def add(self, rows: Iterable[msgspec.Struct]) -> None:
        for row in rows:
            self.add_told(msgspec.json.encode(self._masking.shown(row, self._own)))

    def add_told(self, row: bytes) -> None:
        """As the file has it."""
        self._file.write(b",\n" if self.count else b"[\n")
        self._file.write(row)
        self.count += 1

    def close(self) -> None:
        self._file.write(b"\n]\n" if self.count else b"[]\n")
        self._file.close()


class _Packing:
    """One file that is being written."""

    def __init__(
        self, writer: CallerFileWriter, contact: Contact, zone: ZoneInfo, archive: _Archive, told: Callable[..., Any]
    ) -> None:
        self._writer = writer
        self._contact = contact
        self._zone = zone
        self._archive = archive
        self._told = told
        self._scope = writer.mongo.tenant(contact.tenant_id)
        self._names = CallNames(writer.mongo)
        self._found = found_of(writer.held)
        self._parts = {one.struct: _Part(one, archive.folder, [contact.id]) for one in self._found if not one.untold}
        self._due: datetime | None = None
        self._silent: list[str] = []
        """Recordings of which there is no sound, or a damaged one."""
        self._brought: list[dict[str, Any]] = []
        """From where imported documents came."""
        self._told_of = set[str]()
        """Calls whose record the file has: one may become a reduced record while it is written."""

    async def all(self) -> int:
        now = self._writer.clock.now()
        rule = {"contact_id": self._contact.id, "delete_at": {"$gt": now}}
        in_all = await self._scope.collection(CallRecord).count(rule)
        brought = {"contact_id": self._contact.id, "part": _CALLS, "delete_at": {"$gt": now}}
        in_all += await self._scope.collection(ImportedDocument).count(brought)
        done = 0
        calls = CsvSheet(self._archive.folder / "calls.csv", COLUMNS)
        await self._told(0, in_all, None)
        async for page in self._pages(rule):
            await self._calls(page, calls)
            done += len(page)
            await self._told(done, max(done, in_all), self._due)
        await self._kept_longer()
        await self._others()
        done += await self._imported(now, calls)
        calls.close()
        for part in self._parts.values():
            part.close()
            schema = f"schemas/{part.found.collection}.schema.json"
            self._archive.from_disk(
                f"data/{part.found.collection}.json", _JSON, part.path, count=part.count, schema=schema
            )
            self._json(schema, schema_of(document_of(part.found.struct)))
        self._archive.from_disk("calls.csv", _CSV, self._archive.folder / "calls.csv", count=done)
        self._manifest(now, done)
        await self._told(done, done, self._due)
        return done

    async def _pages(self, rule: dict[str, Any]) -> AsyncIterator[list[CallRecord]]:
        """The oldest first; each page is found by the place of the last, so that none is held open."""
        place = rule
        while True:
            order = [("arrived_at", 1), ("id", 1)]
            page = await self._scope.collection(CallRecord).find(place, sort=order, limit=PAGE)
            if page:
                yield page
            if len(page) < PAGE:
                return
            at, last = page[-1].arrived_at, page[-1].id
            further = [{"arrived_at": {"$gt": at}}, {"arrived_at": at, "_id": {"$gt": last}}]
            place = {**rule, "arrived_at": {"$gte": at}, "$or": further}

    async def _kept_longer(self) -> None:
        """Recordings of calls whose record is gone already, with what belongs to them."""
        order, place = [("id", 1)], ""
        kept = self._scope.collection(KeptCall)
        while page := await kept.find({"contact_id": self._contact.id, "id": {"$gt": place}}, sort=order, limit=PAGE):
            place = page[-1].id
            ids = [one.id for one in page if one.id not in self._told_of]
            for recordings in (await self._of_calls(ids)).values():
                for one in recordings:
                    await self._sound(one)

    async def _calls(self, page: Sequence[CallRecord], calls: CsvSheet) -> None:
        self._parts[CallRecord].add(page)
        self._told_of.update(record.id for record in page)
        sounds = await self._of_calls([record.id for record in page])
        names = await self._names.some(self._contact.tenant_id, [record.id for record in page])
        for record in page:
            self._falls_due(record.delete_at)
            if record.ended_at is not None:
                named = in_call(self._contact, names.get(record.id))
                calls.add(row_of_call(record, named, self._zone, self._named))
            await self._vcon(record, sounds.get(record.id, []))

    async def _of_calls(self, ids: Sequence[str]) -> dict[str, list[Recording]]:
        """What is found by these calls goes where it belongs; their recordings."""
        sounds = dict[str, list[Recording]]()
        for part in self._parts.values():
            if part.found.call and part.found.struct is not CallRecord:
                rows = await self._scope.collection(part.found.struct).find({part.found.call: {"$in": list(ids)}})
                part.add(sorted(rows, key=lambda row: str(getattr(row, "id"))))  # noqa: B009
                for row in rows:
                    if isinstance(row, Recording):
                        sounds.setdefault(row.call_id, []).append(row)
                        self._falls_due(row.delete_at)
        return sounds

    async def _vcon(self, record: CallRecord, recordings: Sequence[Recording]) -> None:
        sounds = [sound for one in recordings if (sound := await self._sound(one)) is not None]
        if record.ended_at is None:
            return
        queue = self._writer.name_of("queue", record.queue_id) if record.queue_id is not None else None
        whole = vcon_of(
            record,
            self._contact,
            sounds,
            organisation=self._writer.organisation,
            queue=queue,
            name_of=lambda user_id: None,
        )
        name, text = f"vcon/{record.id}.vcon.json", msgspec.json.encode(self._writer.signer.signed(whole))
        self._archive.text(name, MEDIA_TYPE, text)

    async def _sound(self, recording: Recording) -> Sound | None:
        name = f"recordings/{recording.id}.wav"
        try:
            audio = await self._writer.recordings.open_audio(recording.tenant_id, recording.id)
            sha512 = self._archive.stored(name, audio.size, audio.pieces())
        except NotFound:
            self._silent.append(recording.id)
            return None
        return Sound(recording=recording, content={"url": f"../{name}", "content_hash": content_hash(sha512)})

    async def _others(self) -> None:
        """What is found by the contact, or by its number."""
        by_number = await self._writer.held.find_number(self._contact.tenant_id, self._contact.number)
        for part in self._parts.values():
            collection = self._scope.collection(part.found.struct)
            if part.found.contact and part.found.struct is not CallRecord:
                rows: list[Any] = await collection.find({part.found.contact: self._contact.id}, sort=[("id", 1)])
                if part.found.struct is StoredFile:
                    rows = await self._attached(rows)
                told = rows if part.found.told is None else part.found.told(rows, self._contact.id)
                if part.found.struct is Person:
                    await self._pictures(told)
                part.add(told)
            elif part.found.struct in by_number:
                part.add(await collection.find({"id": {"$in": by_number[part.found.struct]}}, sort=[("id", 1)]))

    async def _pictures(self, people: Sequence[Person]) -> None:
        """Of a number that several have, none is told of (`people.rules.of_number`)."""
        ids = [one.picture for one in people if one.picture is not None]
        for picture in await self._scope.collection(PersonPicture).find({"id": {"$in": ids}}, sort=[("id", 1)]):
            self._archive.stored(f"pictures/{picture.id}.jpg", len(picture.jpeg), [picture.jpeg], "image/jpeg")

    async def _attached(self, files: Sequence[StoredFile]) -> list[StoredFile]:
        """Their content too. Those of a person only where the number is one person's: they may be another's. Deleted
        ones only as long as they can be brought back: after that a legal hold alone keeps them."""
        several = await self._scope.collection(Person).count({"contact_ids": self._contact.id}) > 1
        since = self._writer.clock.now() - UNDO
        there = [one for one in files if one.deleted_at is None or one.deleted_at > since]
        told = [one for one in there if one.state == "ready" and not (several and one.about == "person")]
        for one in told:
            try:
                content = await self._writer.files.open(one)
                name = f"files/{one.id}.{EXTENSIONS[one.type][0]}"
                await self._archive.received(name, content.size, content.chunks(), one.type)
            except NotFound:
                self._silent.append(one.id)
        return told

    async def _imported(self, now: datetime, calls: CsvSheet) -> int:
        """What another Call24 kept of them goes where it came from; how many calls."""
        parts = {part.found.collection: part for part in self._parts.values()}
        rule: dict[str, Any] = {"contact_id": self._contact.id, "delete_at": {"$gt": now}}
        order = [("part", 1), ("place", 1), ("id", 1)]
        place, done, imports = rule, 0, set[str]()
        while page := await self._scope.collection(ImportedDocument).find(place, sort=order, limit=PAGE):
            for one in page:
                imports.add(one.import_id)
                self._falls_due(one.delete_at)
                if one.part == VCON:
                    self._archive.text(f"vcon/{one.source_id}.vcon.json", MEDIA_TYPE, one.row.encode())
                elif one.part == SHEET:
                    calls.add(msgspec.json.decode(one.row))
                elif one.part in parts:
                    parts[one.part].add_told(one.row.encode())
                if one.part == _CALLS:
                    done += 1
                if one.recording_id is not None:
                    await self._brought_sound(one)
            last = page[-1]
            further = [
                {"part": {"$gt": last.part}},
                {"part": last.part, "place": {"$gt": last.place}},
                {"part": last.part, "place": last.place, "_id": {"$gt": last.id}},
            ]
            place = {**rule, "$or": further}
        for brought in await self._scope.collection(CallerImport).find({"id": {"$in": sorted(imports)}}):
            about = {"organisation": brought.source, "made_at": brought.made_at, "sha256": brought.sha256}
            self._brought.append({**about, "imported_at": iso(brought.created_at)})
        return done

    async def _brought_sound(self, one: ImportedDocument) -> None:
        assert one.recording_id is not None
        try:
            audio = await self._writer.recordings.open_audio(one.tenant_id, one.recording_id)
            self._archive.stored(f"recordings/{one.source_id}.wav", audio.size, audio.pieces())
        except NotFound:
            self._silent.append(one.source_id)

    def _named(self, what: str, key: str) -> str:
        """Agents are not named to others."""
        return "agent" if what == "agent" else self._writer.name_of(what, key)

    def _falls_due(self, at: datetime) -> None:
        self._due = at if self._due is None else min(self._due, at)

    def _json(self, name: str, value: Any) -> None:
        self._archive.text(name, _JSON, json.dumps(value, indent=1, ensure_ascii=False).encode())

    def _manifest(self, now: datetime, calls: int) -> None:
        about = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": iso(now),
            "organisation": {"id": self._contact.tenant_id, "name": self._writer.organisation},
            "contact_id": self._contact.id,
            "calls": calls,
            "files": sorted(self._archive.files, key=lambda one: str(one["name"])),
            "left_out": {one.collection: one.untold for one in self._found if one.untold},
            "fields_left_out": {one.collection: one.fields_untold() for one in self._found if one.fields_untold()},
            "without_sound": self._silent,
            "imported": self._brought,
            "elsewhere": [told for place in self._writer.held.places if (told := elsewhere(place))],
        }
        self._archive.archive.writestr("manifest.json", json.dumps(about, indent=1, ensure_ascii=False))
