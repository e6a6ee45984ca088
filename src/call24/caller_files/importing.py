"""Imports a caller's file, in a process of its own: all of it is checked, then it is stored, a batch at a time.

Every id is made from those of the file, so that what was cut off is done again without anything being there twice. The
contact is stored last: from then on it is found. Who may import is not decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCall
from call24.caller_files.import_file import CALLS, CallerFile, FileRefused, changed, check_names_nobody, misfit, plain
from call24.caller_files.import_model import CallerImport
from call24.caller_files.places import Found, found_of
from call24.caller_files.shown_types import shown_type
from call24.caller_files.signing import checked, is_signed
from call24.changes.service import Changes, Writing
from call24.contacts.events import CONTACT_CREATED, ContactChanged
from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact
from call24.contacts.rules import found_by, kept_display_name
from call24.kit.clock import Clock
from call24.kit.errors import Invalid
from call24.kit.holdings import Held
from call24.kit.ids import CallId, ContactId, ImportedDocumentId, RecordingId, TenantId, derived_id
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.kit.phone import parse_e164, region_of
from call24.recordings.model import Recording
from call24.recordings.service import Recordings

VCON, SHEET = "vcon", "calls.csv"
BATCH = 250
_NAME_MAX = 100
Told = Callable[[int, int, int], Coroutine[Any, Any, None]]
"""Rows done, rows in all, and how many were expired."""


@dataclass(frozen=True)
class CallerFileReader:
    """`days`: how long the organisation keeps calls. `contact_of`: the id that a number has here. `floor`: bytes that
    stay free on the disk that recordings are on."""

    mongo: Mongo
    clock: Clock
    changes: Changes
    recordings: Recordings
    held: Held
    contact_of: Callable[[TenantId, str], Coroutine[Any, Any, ContactId]]
    days: int
    floor: int

    async def read(self, wish: CallerImport, path: Path, told: Told) -> None:
        """Raises: FileRefused: nothing was stored. Unavailable, OSError: do it again."""
        with await asyncio.to_thread(CallerFile, path) as file:
            await asyncio.to_thread(file.check)
            reading = _Reading(self, wish, file)
            await asyncio.to_thread(reading.check)
            await reading.store(told)


@dataclass
class _Reading:
    """One file that is being imported."""

    reader: CallerFileReader
    wish: CallerImport
    file: CallerFile
    arrived: dict[str, datetime] = field(default_factory=dict)
    """Of each call of the file, by its id there."""
    sounds: set[str] = field(default_factory=set)
    contact: Any = None

    def check(self) -> None:
        """Every row, without storing any. Raises: FileRefused."""
        if self.file.manifest.organisation.id == self.wish.tenant_id:
            raise FileRefused("caller_file_own", "This organisation made the file itself: there is nothing to import")
        told = {one.collection: one for one in found_of(self.reader.held) if not one.untold}
        for name in self.file.listed:
            if name.startswith("data/") and name[5:-5] not in told:
                raise misfit(f"{name} is of a collection that is not known here")
        self._check_contacts()
        for row in self._typed(told["call_records"]):
            self.arrived[row.id] = row.arrived_at
        for row in self._typed(told["kept_calls"]):
            self.arrived.setdefault(row.id, row.arrived_at)
        for collection, found in told.items():
            if collection in ("contacts", "call_records", "kept_calls"):
                continue
            for row in self._typed(found):
                if found.call and getattr(row, found.call) not in self.arrived:
                    raise misfit(f"data/{collection}.json names a call that is not in the file")
                if found.struct is Recording:
                    self.sounds.add(row.id)
        self._check_files()

    def _typed(self, found: Found) -> Iterator[Any]:
        name = f"data/{found.collection}.json"
        if name not in self.file.listed:
            return
        decoder, count = msgspec.json.Decoder(shown_type(found.struct)), 0
        for line in self.file.rows(found.collection):
            try:
                check_names_nobody(plain(line), self.file.manifest.contact_id, name)
                yield decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise misfit(f"{name}, document {count + 1}: {error}") from None
            count += 1
        if count != self.file.listed[name].count:
            raise misfit(f"{name} has {count} documents, and the manifest lists {self.file.listed[name].count}")

    def _check_contacts(self) -> None:
        [found] = [one for one in found_of(self.reader.held) if one.struct is Contact]
        rows = list(self._typed(found))
        own = [row for row in rows if row.id == self.file.manifest.contact_id]
        if len(own) != 1 or {row.number for row in rows} != {own[0].number}:
            raise misfit("data/contacts.json has not one contact, the manifest's")
        self.contact = own[0]
        if parse_e164(self.contact.number, None) != self.contact.number:
            raise misfit("The contact's number is no telephone number (E.164)")
        if any(len(name) > _NAME_MAX for name in (self.contact.name, self.contact.display_name) if name is not None):
            raise misfit(f"A contact's name has at most {_NAME_MAX} characters")

    def _check_files(self) -> None:
        for name in self.file.listed:
            if name.startswith("vcon/") and name.removeprefix("vcon/").removesuffix(".vcon.json") not in self.arrived:
                raise misfit(f"{name} is of a call that is not in the file")
            if name.startswith("vcon/"):
                self._check_vcon(name)
            if name.startswith("recordings/"):
                if _recording_of(name) not in self.sounds:
                    raise misfit(f"{name} is of a recording that is not in the file")
                head = next(self.file.pieces(name), b"")
                if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
                    raise misfit(f"{name} is no WAV file")
        if CALLS in self.file.listed:
            for row in self.file.sheet():
                if row[0] not in self.arrived:
                    raise misfit(f"{CALLS} names a call that is not in the file")

    def _check_vcon(self, name: str) -> None:
        """One that is signed is as it was when it was signed, by the key that it brings. Earlier files have none."""
        vcon = plain(self.file.whole(name))
        if is_signed(msgspec.json.decode(vcon)):
            try:
                signed = checked(vcon)
            except Invalid as error:
                raise changed(f"{name}: {error.detail}") from None
            if (vcon := plain(signed.payload)) != signed.payload:  # the signature is over it as it stands
                raise misfit(f"{name}: its payload is not JSON as Call24 writes it")
        check_names_nobody(vcon, self.file.manifest.contact_id, name)

    # --- storing ---

    async def store(self, told: Told) -> None:
        tenant_id, reader = self.wish.tenant_id, self.reader
        contact_id = await reader.contact_of(tenant_id, self.contact.number)
        manifest = self.file.manifest
        about = {"contact_id": contact_id, "source": manifest.organisation.name, "made_at": iso(manifest.made_at)}
        await reader.mongo.tenant(tenant_id).collection(CallerImport).update(self.wish.id, about)
        done = expired = 0
        in_all = sum(one.count for one in self.file.listed.values())
        in_all += sum(one.startswith(("vcon/", "recordings/")) for one in self.file.listed)
        documents = reader.mongo.tenant(tenant_id).collection(ImportedDocument)
        async for batch in self._batches(contact_id):
            kept = [one for one in batch if one.delete_at > reader.clock.now()]
            await documents.replace_many(kept)  # before their sound: who erases them finds it
            for one in kept:
                if one.recording_id is not None:
                    await self._seal(one)
                    done += 1
            done, expired = done + len(batch), expired + len(batch) - len(kept)
            await told(done, max(done, in_all), expired)
        await self._keep_contact(contact_id)
        await told(in_all, in_all, expired)

    async def _batches(self, contact_id: ContactId) -> AsyncIterator[list[ImportedDocument]]:
        rows = self._documents(contact_id)
        while batch := await asyncio.to_thread(lambda: list(islice(rows, BATCH))):
            yield batch

    def _documents(self, contact_id: ContactId) -> Iterator[ImportedDocument]:
        theirs, ours = f'"{self.file.manifest.contact_id}"'.encode(), f'"{contact_id}"'.encode()
        for found in found_of(self.reader.held):
            if found.untold or found.struct is Contact or f"data/{found.collection}.json" not in self.file.listed:
                continue
            call = "id" if found.struct in (CallRecord, KeptCall) else found.call
            for place, line in enumerate(self.file.rows(found.collection)):
                row = msgspec.json.decode(line)
                yield self._document(
                    contact_id,
                    found.collection,
                    place,
                    row["id"],
                    plain(line).replace(theirs, ours).decode(),
                    call_id=row[call] if call else None,
                    sound=found.struct is Recording and f"recordings/{row['id']}.wav" in self.file.listed,
                )
        if CALLS in self.file.listed:
            for place, cells in enumerate(self.file.sheet()):
                text = msgspec.json.encode(cells).decode()
                yield self._document(contact_id, SHEET, place, cells[0], text, call_id=cells[0])
        for place, name in enumerate(sorted(one for one in self.file.listed if one.startswith("vcon/"))):
            id = name.removeprefix("vcon/").removesuffix(".vcon.json")
            yield self._document(contact_id, VCON, place, id, plain(self.file.whole(name)).decode(), call_id=id)

    def _document(
        self,
        contact_id: ContactId,
        part: str,
        place: int,
        source_id: str,
        row: str,
        *,
        call_id: str | None,
        sound: bool = False,
    ) -> ImportedDocument:
        tenant_id, days = self.wish.tenant_id, self.reader.days
        since = self.wish.created_at if call_id is None else self.arrived[call_id]
        whose = tenant_id, contact_id
        return ImportedDocument(
            id=ImportedDocumentId(derived_id("imd", *whose, part, source_id)),
            tenant_id=tenant_id,
            contact_id=contact_id,
            import_id=self.wish.id,
            part=part,
            place=place,
            source_id=source_id,
            call_id=CallId(derived_id("call", *whose, call_id)) if call_id is not None else None,
            recording_id=RecordingId(derived_id("rec", *whose, source_id)) if sound else None,
            row=row,
            counted_from=since,
            days=days,
            delete_at=since + timedelta(days=days),
        )

    async def _seal(self, one: ImportedDocument) -> None:
        """The sound, with this organisation's key. Raises: OSError, Unavailable."""
        name = f"recordings/{one.source_id}.wav"
        size = self.file.listed[name].size
        if await asyncio.to_thread(self.reader.recordings.free) - size < self.reader.floor:
            raise OSError("the disk is too full for this file")
        told = msgspec.json.decode(one.row, type=shown_type(Recording))
        assert one.recording_id is not None and one.call_id is not None
        recording = Recording(
            id=one.recording_id,
            tenant_id=one.tenant_id,
            call_id=one.call_id,
            kind=told.kind,  # type: ignore[attr-defined]
            state=told.state,  # type: ignore[attr-defined]
            channels=told.channels,  # type: ignore[attr-defined]
            bytes=told.bytes,  # type: ignore[attr-defined]
            duration_s=told.duration_s,  # type: ignore[attr-defined]
            started_at=told.started_at,  # type: ignore[attr-defined]
            stored_at=self.reader.clock.now(),
            delete_at=one.delete_at,
        )
        await self.reader.recordings.bring_in(recording, lambda: self.file.pieces(name), size)

    async def _keep_contact(self, contact_id: ContactId) -> None:
        """As the file has it; where the number is known here already, both are kept."""
        told, contacts = self.contact, self.reader.mongo.tenant(self.wish.tenant_id).collection(Contact)
        name = kept_display_name(told.display_name, told.number)
        made = Contact(
            id=contact_id,
            tenant_id=self.wish.tenant_id,
            number=told.number,
            display_name=name,
            name=told.name,
            region=region_of(told.number),
            found_by=found_by(told.number, told.name, name),
            created_at=told.created_at,
            seen_at=told.seen_at,
        )
        if (there := await contacts.find_one({"id": contact_id})) is None:

            async def work(writing: Writing) -> None:
                await writing.collection(Contact).insert(made)
                writing.tell(CONTACT_CREATED, ContactChanged(contact_id=contact_id), contact_id)

            await self.reader.changes.commit(self.wish.tenant_id, work)
            return
        if not there.found_by:  # the address book alone had it
            await contacts.update_where({"id": contact_id, "found_by": []}, {"found_by": made.found_by})
        if there != made:
            row = msgspec.structs.replace(told, id=contact_id)
            text = msgspec.json.encode(row).decode()
            documents = self.reader.mongo.tenant(self.wish.tenant_id).collection(ImportedDocument)
            await documents.replace(self._document(contact_id, "contacts", 0, told.id, text, call_id=None), upsert=True)


def _recording_of(name: str) -> str:
    return name.removeprefix("recordings/").removesuffix(".wav")
