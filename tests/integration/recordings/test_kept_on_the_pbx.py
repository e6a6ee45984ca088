"""Recordings of a PBX on a host of its own: the life of each is as on one machine, and no sound is on the server."""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import numpy as np
import pytest
from tests.support.telephony.keeper_host import SECONDS, Host, keeper_host
from tests.support.wait import wait_until

from call24.changes.service import Changes
from call24.installer import preflight
from call24.installer.errors import StartError
from call24.installer.stack import Stack
from call24.installer.timing import Timing
from call24.kit.clock import Clock, SystemClock
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import CallId, RecordingId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings, SettingsError
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.deletion_notices import DeletionNotices
from call24.privacy.retention_changes import RetentionChanges
from call24.recordings import RecordingKeys, Recordings, encrypted_file, service
from call24.recordings.disk_space import DiskSpace
from call24.recordings.keeper import Kept, Missing, RecordingKeeper, Space
from call24.recordings.keeper_client import KeeperClient
from call24.recordings.keeper_storage import KeeperSpace, KeeperStorage
from call24.recordings.model import Recording
from call24.recordings.room import _keeper
from call24.recordings.store import RecordingStore
from call24.server.backstop_process import backstop_of
from call24.statistics.totals import Totals
from call24.tenants.service import TenantService

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ROOT = AppKey(b"r" * 32)


def no_room(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def cannot(*_: Any) -> Any:
    raise Missing("nothing is there")


class Server:
    """What of the server is needed; `data`: its disk."""

    def __init__(self, mongo: Mongo, host: Host, data: Path) -> None:
        self.mongo, self.host, self.data = mongo, host, data
        self.tenant = TenantId(new_id("ten"))
        self.recordings = self.opened_anew()

    def opened_anew(self) -> Recordings:
        keys = self.keys = RecordingKeys(self.mongo, ROOT)
        changes = Changes(self.mongo, SystemClock())
        nowhere = self.data / "nowhere"
        storage = KeeperStorage(self.host.client, keys)
        return Recordings(
            RecordingStore(self.mongo), keys, changes, spool=nowhere, folder=self.data / "recordings", storage=storage
        )

    async def recorded(self) -> tuple[CallId, RecordingId, bytes]:
        call_id = CallId(new_id("call"))
        recording_id = RecordingId(f"rec_{call_id.removeprefix('call_')}")
        await self.recordings.opened(self.tenant, call_id, recording_id, "call", AT, AT + timedelta(days=90))
        left, _ = self.host.recorded(Kept(self.tenant, recording_id))
        return call_id, recording_id, left

    async def heard(self, recording_id: RecordingId) -> bytes:
        """Whoever called."""
        audio = await self.recordings.open_audio(self.tenant, recording_id)
        whole = b"".join([chunk async for chunk in audio.chunks()])
        return np.frombuffer(whole[44:], "<i2")[0::2].tobytes()

    def there(self) -> list[str]:
        return sorted(path.suffix for path in self.host.files())

    def sound_here(self, sound: bytes) -> bool:
        return any(sound[64:128] in path.read_bytes() for path in self.data.rglob("*") if path.is_file())


@pytest.fixture
async def server(mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    monkeypatch.setattr(service, "AWAY_AGAIN_S", (0.1,) * 3)
    async with keeper_host(tmp_path / "there") as host:
        yield Server(mongo, host, tmp_path / "here")


async def test_it_is_settled_heard_and_erased_and_no_sound_is_on_the_server(server: Server) -> None:
    call_id, recording_id, left = await server.recorded()
    settled = await server.recordings.settle(recording_id, SECONDS + 0.2)
    assert settled is not None
    assert (settled.state, settled.duration_s, settled.channels) == ("stored", float(SECONDS), 2)
    assert settled.path == f"{server.tenant}/{recording_id}.c24"
    assert server.there() == [".c24"]
    assert await server.heard(recording_id) == left
    assert not server.sound_here(left)
    assert await server.recordings.erase(server.tenant, [call_id]) == 1
    assert server.there() == []
    with pytest.raises(NotFound):
        await server.heard(recording_id)


async def test_while_the_pbx_is_away_nothing_is_lost_and_nothing_is_called_erased(server: Server) -> None:
    call_id, recording_id, left = await server.recorded()
    await server.host.runner.cleanup()
    assert await server.recordings.settle(recording_id, SECONDS) is None
    assert await server.recordings.salvage() == 0
    with pytest.raises(Unavailable):
        await server.recordings.erase(server.tenant, [call_id])
    assert (await server.recordings.get(server.tenant, recording_id)).state == "open"
    await server.host.listen()
    assert await server.opened_anew().salvage() == 1
    assert await server.heard(recording_id) == left


async def test_what_ends_while_the_pbx_is_away_for_a_moment_does_not_wait_for_the_next_look(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AWAY_AGAIN_S", (0.2,) * 50)
    _, recording_id, left = await server.recorded()
    await server.host.runner.cleanup()
    settling = asyncio.create_task(server.recordings.settle(recording_id, SECONDS))
    await asyncio.sleep(0)
    assert not (await asyncio.wait({settling}, timeout=0.3))[0]
    await server.host.listen()
    settled = await settling
    assert settled is not None
    assert settled.state == "stored"
    assert await server.heard(recording_id) == left


async def test_after_a_kill_between_sealing_and_noting_it_is_the_same_recording(server: Server) -> None:
    _, recording_id, left = await server.recorded()
    pending = server.data / "recordings" / "pending" / f"{recording_id}.json"
    noted = pending.read_bytes()
    await server.recordings.settle(recording_id, SECONDS)
    pending.write_bytes(noted)  # as it was, while the sealed file is there and the spool is gone
    assert await server.opened_anew().salvage() == 1
    found = await server.recordings.get(server.tenant, recording_id)
    assert (found.state, found.duration_s, found.channels) == ("stored", float(SECONDS), 2)
    assert await server.heard(recording_id) == left


async def test_a_seal_that_goes_on_after_the_server_was_killed_loses_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, recording_id, left = await server.recorded()
    begun, goes, real = threading.Event(), threading.Event(), encrypted_file.write

    def slow(*order: Any) -> None:
        begun.set()
        goes.wait(10)
        real(*order)

    monkeypatch.setattr(encrypted_file, "write", slow)
    killed = asyncio.create_task(server.recordings.settle(recording_id, SECONDS))
    await asyncio.to_thread(begun.wait, 10)
    killed.cancel()
    again = asyncio.create_task(server.opened_anew().salvage())
    await asyncio.sleep(0.5)  # it orders a second one, which has to wait
    goes.set()
    await again
    await server.opened_anew().salvage()
    assert (await server.recordings.get(server.tenant, recording_id)).state == "stored"
    assert await server.heard(recording_id) == left
    assert server.there() == [".c24"]


async def test_of_many_that_wait_one_is_asked_for_while_the_pbx_is_away(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await server.recorded()
    await server.host.runner.cleanup()
    asked = list[str]()
    real = server.host.client.ask

    def counted(method: str, path: str, *rest: Any, **more: Any) -> Any:
        asked.append(path)
        return real(method, path, *rest, **more)

    monkeypatch.setattr(server.host.client, "ask", counted)
    assert await server.recordings.salvage() == 0
    assert len(asked) == 2  # what is left over, and the first
    await server.host.listen()
    assert await server.recordings.salvage() == 3


async def test_one_organisations_listeners_leave_threads_to_others(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, recording_id, left = await server.recorded()
    await server.recordings.settle(recording_id, SECONDS)
    inside, most, lock, real = 0, 0, threading.Lock(), KeeperClient.part

    def counted(self: KeeperClient, *asked: Any) -> tuple[bytes, int]:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.02)
        try:
            return real(self, *asked)
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(KeeperClient, "part", counted)
    heard = await asyncio.gather(*(server.heard(recording_id) for _ in range(12)))
    assert heard == [left] * 12
    assert most == 4


async def test_what_is_there_after_all_is_not_called_missing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _, recording_id, left = await server.recorded()
    with monkeypatch.context() as patched:
        patched.setattr(RecordingKeeper, "seal", cannot)
        assert await server.recordings.settle(recording_id, SECONDS) is None
    assert server.there() == [".sln", ".sln"]
    assert await server.opened_anew().salvage() == 1
    assert await server.heard(recording_id) == left


async def test_what_was_called_missing_is_taken_in_when_it_turns_up(server: Server) -> None:
    call_id, recording_id, _ = await server.recorded()
    kept = Kept(server.tenant, recording_id)
    await asyncio.to_thread(server.host.client.drop_spool, kept)
    settled = await server.recordings.settle(recording_id, SECONDS)
    assert settled is not None
    assert settled.state == "missing"
    left, _ = server.host.recorded(kept)
    server.host.grow_old(kept)
    assert await server.recordings.salvage([call_id]) == 0
    assert await server.recordings.salvage() == 1
    assert await server.heard(recording_id) == left


async def test_a_new_key_is_used_where_the_file_is(server: Server) -> None:
    _, recording_id, left = await server.recorded()
    before = await server.recordings.settle(recording_id, SECONDS)
    assert before is not None
    key_id = await server.recordings.key_rotation.rotate(server.tenant)
    assert await server.recordings.key_rotation.reencrypt(server.tenant) == 1
    assert (await server.recordings.get(server.tenant, recording_id)).key_id == key_id != before.key_id
    assert [key.id for key in await server.recordings.keys(server.tenant)] == [key_id]
    assert await server.heard(recording_id) == left
    assert not server.sound_here(left)


async def test_closing_an_organisation_takes_its_files_alone_from_the_pbx(server: Server) -> None:
    _, recording_id, _ = await server.recorded()
    await server.recordings.settle(recording_id, SECONDS)
    await server.recorded()
    other = Kept(TenantId(new_id("ten")), RecordingId(new_id("rec")))
    server.host.recorded(other)
    await server.recordings.erase_tenant(server.tenant)
    assert [path.parent.name for path in server.host.files()] == [other.tenant_id] * 2


async def test_what_a_crash_left_in_the_spool_is_taken_in(server: Server) -> None:
    call_id = CallId(new_id("call"))
    kept = Kept(server.tenant, RecordingId(f"rec_{call_id.removeprefix('call_')}"))
    left, _ = server.host.recorded(kept)
    assert await server.recordings.salvage() == 0
    server.host.grow_old(kept)
    assert await server.recordings.salvage(live=[call_id]) == 0
    assert await server.recordings.salvage() == 1
    assert await server.heard(kept.id) == left


async def test_the_disk_that_counts_is_the_pbxs(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = KeeperSpace(server.host.client)
    space = DiskSpace([Path("/")], 500, watched.stat)
    assert space.may_record()  # until the PBX has told
    monkeypatch.setattr(RecordingKeeper, "space", lambda _: Space(free=400 << 20, size=1 << 40))
    watching = asyncio.create_task(watched.run())
    await wait_until(lambda: not space.may_record())
    monkeypatch.setattr(RecordingKeeper, "space", lambda _: Space(free=4000 << 20, size=1 << 40))
    await wait_until(space.may_record)
    watching.cancel()


async def test_the_backstop_takes_files_from_the_pbx_or_says_that_it_could_not(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id, recording_id, _ = await server.recorded()
    await server.recordings.settle(recording_id, SECONDS)
    documents = server.mongo.tenant(server.tenant).collection(Recording)
    now, clock = datetime.now(UTC), SystemClock()
    await documents.update_where({"call_id": call_id}, {"delete_at": now - timedelta(days=2)})
    there, parts = Provided(), AsyncMock()
    parts.all.return_value = []
    for kind in (TenantService, RetentionChanges, DeletionNotices, Totals):
        there.put(kind, parts)
    there.put(Mongo, server.mongo)
    there.put(Clock, clock)
    there.put(Settings, Settings(data=server.data))
    there.put(Changes, Changes(server.mongo, clock))
    there.put(Recordings, server.recordings)
    monkeypatch.setattr(AgreedTime, "agreed", AsyncMock(return_value=now))

    await server.host.runner.cleanup()
    run = await backstop_of(there).run()
    assert (run.failed, run.deleted["recordings"], await documents.count()) == ({server.tenant}, 0, 1)
    await server.host.listen()
    run = await backstop_of(there).run()
    assert (run.failed, run.deleted["recordings"], await documents.count()) == (set(), 1, 0)
    assert server.there() == []


def brought(server: Server) -> Recording:
    call_id = CallId(new_id("call"))
    told: Any = {"kind": "call", "state": "stored", "started_at": AT, "delete_at": datetime.now(UTC) + timedelta(9)}
    name = RecordingId(f"rec_{call_id.removeprefix('call_')}")
    return Recording(id=name, tenant_id=server.tenant, call_id=call_id, **told)


async def test_sound_that_comes_from_elsewhere_is_sealed_here_and_kept_there(server: Server) -> None:
    one, sound, wire = brought(server), np.random.default_rng(3).bytes(300_000), bytearray()
    server.host.relay.seen = wire.extend
    for _ in range(2):  # repeating it is harmless
        kept = await server.recordings.bring_in(one, lambda: [sound[:7], sound[7:]], len(sound))
    assert kept.path == f"{server.tenant}/{one.id}.c24"
    assert server.there() == [".c24"]
    audio = await server.recordings.open_audio(server.tenant, one.id)
    assert b"".join([chunk async for chunk in audio.chunks()]) == sound
    assert not server.sound_here(sound)
    assert all(sound[1000:1064] not in path.read_bytes() for path in server.host.files())
    assert len(wire) > 2 * len(sound)
    assert sound[1000:1064] not in wire
    assert await server.recordings.erase(server.tenant, [one.call_id]) == 1
    assert server.there() == []


async def test_sound_that_cannot_be_brought_in_leaves_no_file(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    one, sound = brought(server), bytes(200_000)
    for pieces in ([sound[:-1]], [sound, b"x"]):
        with pytest.raises(OSError, match="bytes came, not 200000"):
            await server.recordings.bring_in(one, lambda pieces=pieces: pieces, len(sound))  # type: ignore[misc]
    with monkeypatch.context() as patched:
        patched.setattr(encrypted_file.os, "fsync", no_room)
        with pytest.raises(OSError, match="507"):
            await server.recordings.bring_in(one, lambda: [sound], len(sound))
    await server.host.runner.cleanup()
    with pytest.raises(Unavailable):
        await server.recordings.bring_in(one, lambda: [sound], len(sound))
    await wait_until(lambda: not server.host.files())
    left = await server.recordings.get(server.tenant, one.id)  # a file whose answer was lost would go with it
    assert left.path == ""
    await server.host.listen()
    assert await server.recordings.erase(server.tenant, [one.call_id]) == 1
    with pytest.raises(NotFound):
        await server.recordings.get(server.tenant, one.id)
    await server.recordings.bring_in(one, lambda: [sound], len(sound))
    assert server.there() == [".c24"]


async def test_recordings_of_before_stop_the_start_until_they_are_on_the_pbx(server: Server, mongo: Mongo) -> None:
    call_id = CallId(new_id("call"))
    recording_id = RecordingId(f"rec_{call_id.removeprefix('call_')}")
    settings = Settings(data=server.data, pbx="127.0.0.1:9", pbx_pairing=server.data / "pairing.json")
    spool, folder = settings.recording_spool, settings.recordings
    before = Recordings(RecordingStore(mongo), server.keys, Changes(mongo, SystemClock()), spool=spool, folder=folder)
    await before.opened(server.tenant, call_id, recording_id, "call", AT, AT + timedelta(days=90))
    kept = Kept(server.tenant, recording_id)
    left, _ = server.host.recorded(kept)
    spool.mkdir(parents=True)
    (server.host.spool / server.tenant).rename(spool / server.tenant)
    (server.host.data / "recordings").mkdir()
    refuses(settings)
    assert await before.settle(recording_id, SECONDS) is not None
    refuses(settings)
    (folder / server.tenant).rename(server.host.data / "recordings" / server.tenant)  # as the guide says
    preflight.check_recordings(settings)
    assert await server.heard(recording_id) == left


def refuses(settings: Settings) -> None:
    with pytest.raises(StartError, match="earlier recordings are on this machine"):
        Stack(settings, Timing()).check()
    with pytest.raises(SettingsError, match="--pbx"):
        _keeper(settings)
    preflight.check_recordings(Settings(data=settings.data))
