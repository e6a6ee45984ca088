"""Imports of callers' files whose recordings go to a PBX on a host of its own, which may be away or full."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tests.support.clock import StillClock
from tests.support.telephony.keeper_host import Host, keeper_host
from tests.support.wait import wait_until

from call24.caller_files import import_runner, imports
from call24.caller_files.import_model import CallerImport
from call24.caller_files.import_runner import AWAY
from call24.caller_files.importing import CallerFileReader, _Reading
from call24.caller_files.imports import CallerImports
from call24.changes.service import Changes
from call24.contacts.imported import ImportedDocument
from call24.kit.errors import TooMany, Unavailable
from call24.kit.ids import (
    CallerImportId,
    CallId,
    ContactId,
    ImportedDocumentId,
    RecordingId,
    TenantId,
    UserId,
    new_id,
)
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.recordings import RecordingKeys, Recordings
from call24.recordings.keeper_storage import KeeperStorage
from call24.recordings.model import Recording
from call24.recordings.store import RecordingStore
from call24.tenants.service import TenantService

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOUND = b"RIFF\0\0\0\0WAVEfmt " + bytes(500)
Work = Callable[[CallerImport, Path], Awaitable[None]]


class NoTenants:
    def known_tenants(self) -> list[Any]:
        return []


class Server:
    def __init__(self, mongo: Mongo, host: Host, data: Path) -> None:
        self.mongo, self.host, self.data = mongo, host, data
        self.clock = StillClock()
        self.tenant, self.contact = TenantId(new_id("ten")), ContactId(new_id("ctc"))
        keys = RecordingKeys(mongo, AppKey(b"r" * 32))
        self.recordings = Recordings(
            RecordingStore(mongo),
            keys,
            Changes(mongo, self.clock),
            spool=data / "nowhere",
            folder=data / "recordings",
            storage=KeeperStorage(host.client, keys),
        )

    def imports(self, work: Work) -> CallerImports:
        tenants = cast(TenantService, NoTenants())
        folder = self.data / "imports"
        return CallerImports(self.mongo, self.clock, tenants, self.recordings, folder, 0, work)  # type: ignore[arg-type]

    async def bring(self, wish: CallerImport) -> ImportedDocument:
        """A document with its sound, as the importing process does."""
        call_id, recording_id = CallId(new_id("call")), RecordingId(new_id("rec"))
        one = ImportedDocument(
            id=ImportedDocumentId(new_id("imd")),
            tenant_id=self.tenant,
            contact_id=self.contact,
            import_id=wish.id,
            part="recordings",
            place=0,
            source_id=recording_id,
            call_id=call_id,
            recording_id=recording_id,
            row="{}",
            counted_from=AT,
            days=900,
            delete_at=AT + timedelta(days=900),
        )
        await self.documents.insert(one)
        await self.recordings.bring_in(self.recording(one), lambda: [SOUND], len(SOUND))
        return one

    def recording(self, one: ImportedDocument) -> Recording:
        assert one.call_id is not None and one.recording_id is not None
        return Recording(
            id=one.recording_id,
            tenant_id=self.tenant,
            call_id=one.call_id,
            kind="call",
            started_at=AT,
            delete_at=one.delete_at,
        )

    async def send(self, imported: CallerImports) -> CallerImport:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"PK"

        return await imported.begin(self.tenant, UserId(new_id("usr")), chunks())

    @property
    def documents(self) -> Any:
        return self.mongo.tenant(self.tenant).collection(ImportedDocument)

    def uploads(self) -> list[Path]:
        return list((self.data / "imports").glob("*/*"))


@pytest.fixture
async def server(mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    for name in ("AGAIN_S", "AWAY_S"):
        monkeypatch.setattr(imports, name, 0.02, raising=False)
    async with keeper_host(tmp_path / "there") as host:
        yield Server(mongo, host, tmp_path / "here")


async def test_an_import_that_fails_while_the_pbx_is_away_says_so_and_what_it_brought_goes_when_it_is_back(
    server: Server,
) -> None:
    async def work(wish: CallerImport, _: Path) -> None:
        if not await server.documents.count({}):
            await server.bring(wish)
            await server.host.runner.cleanup()
        raise OSError("the disk is full")

    imported = server.imports(work)
    wish = await server.send(imported)
    await wait_until(lambda: wish.id not in imported._jobs)
    assert (await imported.get(server.tenant, wish.id)).state == "failed"
    assert server.uploads() == []
    assert await server.documents.count({}) == 1
    with pytest.raises(Unavailable):
        await imported.erase_due(server.clock.now())
    await server.host.listen()
    assert [path.suffix for path in server.host.files()] == [".c24"]
    await imported.erase_due(server.clock.now())
    assert server.host.files() == []
    assert await server.documents.count({}) == 0
    assert [one.id for one in await imported.all(server.tenant)] == [wish.id]
    server.clock.advance(seconds=86_401)
    await imported.erase_due(server.clock.now())
    assert await imported.all(server.tenant) == []


async def test_a_server_starts_while_the_pbx_is_away_whatever_became_of_an_import(server: Server) -> None:
    wish = CallerImport(
        id=CallerImportId(new_id("cim")),
        tenant_id=server.tenant,
        asked_by=UserId(new_id("usr")),
        sha256="",
        created_at=AT,
    )
    await server.mongo.tenant(server.tenant).collection(CallerImport).insert(wish)
    await server.bring(wish)
    await server.host.runner.cleanup()

    async def none(*_: Any) -> None:
        pytest.fail("there is no file to import")

    imported = server.imports(none)
    await imported.after_restart()
    assert (await imported.get(server.tenant, wish.id)).problem == "import_interrupted"


async def test_while_the_pbx_is_away_an_import_waits_with_its_file_and_then_goes_on(server: Server) -> None:
    tried = 0

    async def work(wish: CallerImport, file: Path) -> None:
        nonlocal tried
        tried += 1
        if tried < 6:
            raise Unavailable("the PBX is away")
        assert file.exists()  # noqa: ASYNC240
        await server.mongo.tenant(server.tenant).collection(CallerImport).update(wish.id, {"state": "done"})

    imported = server.imports(work)
    wish = await server.send(imported)
    with pytest.raises(TooMany):
        await server.send(imported)
    await wait_until(lambda: wish.id not in imported._jobs)
    assert (tried, (await imported.get(server.tenant, wish.id)).state, server.uploads()) == (6, "done", [])


async def test_what_another_import_has_brought_again_stays(server: Server) -> None:
    async def nothing(*_: Any) -> None:
        raise OSError

    imported = server.imports(nothing)
    failed = await server.send(imported)
    await wait_until(lambda: failed.id not in imported._jobs)
    one, other = await server.bring(failed), await server.bring(failed)
    await server.documents.update(one.id, {"import_id": new_id("cim"), "call_id": other.call_id})
    await imported.erase_due(server.clock.now())
    assert [each.id for each in await server.documents.find({})] == [one.id]
    assert [path.name for path in server.host.files()] == [f"{one.recording_id}.c24"]


async def test_the_process_tells_that_the_pbx_is_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [AWAY, 1]
    start = asyncio.create_subprocess_exec

    async def process(*_: Any) -> Any:
        return await start("/bin/sh", "-c", f"exit {ends[0]}")

    monkeypatch.setattr("call24.caller_files.import_runner.asyncio.create_subprocess_exec", process)
    run = import_runner.runner(Settings(data=server.data))
    with pytest.raises(Unavailable):
        await run(cast(CallerImport, _Named()), server.data)
    ends.pop(0)
    with pytest.raises(OSError, match="failed"):
        await run(cast(CallerImport, _Named()), server.data)


class _Named:
    tenant_id, id = "ten_1", "cim_1"


async def test_a_sound_that_a_crash_left_without_its_note_goes_with_its_document(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash is between the keeper's keeping the file and the server's noting it."""
    real = server.recordings._shelf.put

    async def killed(*given: Any) -> Recording:
        await real(*given)
        raise asyncio.CancelledError

    monkeypatch.setattr(server.recordings._shelf, "put", killed)
    wish = cast(CallerImport, _Named())
    with pytest.raises(asyncio.CancelledError):
        await server.bring(wish)
    assert [path.suffix for path in server.host.files()] == [".c24"]
    [one] = await server.documents.find({})
    await server.recordings.erase(server.tenant, [one.call_id])
    assert server.host.files() == []


async def test_documents_are_there_before_their_sound_and_the_pbxs_disk_has_its_floor(server: Server) -> None:
    sealing: list[int] = []

    class Batch(_Reading):
        async def _batches(self, contact_id: ContactId) -> AsyncIterator[list[ImportedDocument]]:
            made = ImportedDocument(
                id=ImportedDocumentId(new_id("imd")),
                tenant_id=server.tenant,
                contact_id=contact_id,
                import_id=self.wish.id,
                part="recordings",
                place=0,
                source_id="rec_1",
                call_id=CallId(new_id("call")),
                recording_id=RecordingId(new_id("rec")),
                row="{}",
                counted_from=AT,
                days=900,
                delete_at=server.clock.now() + timedelta(days=900),
            )
            yield [made]

        async def _seal(self, one: ImportedDocument) -> None:
            sealing.append(await server.documents.count({"id": one.id}))
            await super()._seal(one)

    imported = server.imports(lambda *_: asyncio.sleep(0))
    wish = await server.send(imported)
    reader = _reader(server, floor=1 << 60)
    reading = Batch(reader, wish, cast(Any, _File()), contact=cast(Any, _Number()))
    with pytest.raises(OSError, match="too full"):
        await reading.store(cast(Any, lambda *_: asyncio.sleep(0)))
    assert sealing == [1]
    there = (await asyncio.to_thread(server.host.client.space)).free
    assert await asyncio.to_thread(server.recordings.free) == pytest.approx(there, abs=1 << 30)


def _reader(server: Server, floor: int) -> CallerFileReader:
    async def contact_of(*_: Any) -> ContactId:
        return server.contact

    held = cast(Any, None)
    changes = cast(Any, None)
    return CallerFileReader(
        server.mongo, server.clock, changes, server.recordings, held, contact_of, days=900, floor=floor
    )


class _Number:
    number = "+97699112233"


class _File:
    class manifest:
        class organisation:
            name = "Another"

        made_at = AT

    class _Listed:
        size, count = len(SOUND), 1

    listed = {"recordings/rec_1.wav": _Listed}  # noqa: RUF012
