"""Recordings on a real disk and in a real MongoDB: nothing is lost by a crash, nothing stays after erasure, and what is
kept is encrypted."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import time
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.database.mongod import free_port
from tests.support.product.closing import close_organisation
from tests.support.wait import wait_until

from call24.changes.service import Changes
from call24.kit.clock import SystemClock
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import CallId, RecordingId, TenantId, new_id
from call24.kit.key_ring_file import replace_root
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.recordings import RecordingKeys, Recordings, encrypted_file, service, wav
from call24.recordings.model import Kind
from call24.recordings.personal_data import HOLDS
from call24.recordings.store import RecordingStore

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DELETE_AT = AT + timedelta(days=90)
LEFT, RIGHT = b"\x01\x02" * 8000, b"\x03\x04" * 8000  # one second of each side
ROOT = AppKey(b"r" * 32)
SECOND = b"\x01\x02\x03\x04" * 8000


class Shelf:
    """Recordings in a folder of their own, and Asterisk's part played by hand."""

    def __init__(self, mongo: Mongo, folder: Path) -> None:
        self.mongo = mongo
        self.folder = folder
        self.at = Settings(data=folder)
        self.tenant = TenantId(new_id("ten"))
        self.recordings = self.opened_anew()

    def opened_anew(self, mongo: Mongo | None = None) -> Recordings:
        """What a restarted process sees."""
        self.keys = RecordingKeys(mongo or self.mongo, ROOT)
        return self.with_keys(mongo)

    def with_keys(self, mongo: Mongo | None = None) -> Recordings:
        store = RecordingStore(mongo or self.mongo)
        changes = Changes(mongo or self.mongo, SystemClock())
        return Recordings(store, self.keys, changes, spool=self.at.recording_spool, folder=self.at.recordings)

    async def open(self, kind: Kind = "call") -> tuple[CallId, RecordingId]:
        call, recording = CallId(new_id("call")), RecordingId(new_id("rec"))
        await self.recordings.opened(self.tenant, call, recording, kind, AT, DELETE_AT)
        return call, recording

    def spool(self, recording: RecordingId, ending: str) -> Path:
        path = self.at.recording_spool / self.tenant / f"{recording}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def record(self, recording: RecordingId, seconds: float = 1) -> list[Path]:
        """What Asterisk leaves of a call; both files."""
        paths = [self.spool(recording, "-in.sln"), self.spool(recording, "-out.sln")]
        for path, side in zip(paths, (LEFT, RIGHT), strict=True):
            path.write_bytes((side * 10)[: round(16_000 * seconds)])
        return paths

    def kept(self, recording: RecordingId) -> Path:
        return self.at.recordings / self.tenant / f"{recording}.c24"

    async def heard(self, recording: RecordingId) -> bytes:
        """The whole WAV file, as it is served."""
        audio = await self.recordings.open_audio(self.tenant, recording)
        return b"".join([chunk async for chunk in audio.chunks()])

    async def sound(self, recording: RecordingId) -> bytes:
        with wave.open(io.BytesIO(await self.heard(recording))) as read:
            return read.readframes(read.getnframes())

    def plain(self, recording: RecordingId) -> Path:
        """A recording as it was kept before there was encryption."""
        path = self.kept(recording).with_suffix(".wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav.header(len(SECOND), 2) + SECOND)
        return path

    async def close_organisation(self) -> None:
        await close_organisation(self.folder, self.tenant, HOLDS, self.recordings)

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def shelf(mongo: Mongo, tmp_path: Path) -> Shelf:
    return Shelf(mongo, tmp_path)


async def test_a_whole_recording_is_kept_as_a_stereo_wav_file(shelf: Shelf) -> None:
    call, recording = await shelf.open()
    assert (await shelf.recordings.get(shelf.tenant, recording)).state == "open"
    shelf.record(recording, 3)
    settled = await shelf.recordings.settle(recording, 3.4)
    assert settled == await shelf.recordings.get(shelf.tenant, recording)
    assert settled is not None
    assert (settled.state, settled.duration_s, settled.channels, settled.bytes) == ("stored", 3.0, 2, 96_000)
    assert (settled.call_id, settled.delete_at) == (call, DELETE_AT)
    with wave.open(io.BytesIO(await shelf.heard(recording))) as read:
        assert (read.getnchannels(), read.getframerate(), read.getnframes()) == (2, 8000, 24_000)
        assert read.readframes(24_000) == SECOND * 3
    assert shelf.files() == [shelf.kept(recording)]


async def test_settling_waits_until_asterisk_has_written_everything(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    paths = shelf.record(recording)
    settling = asyncio.create_task(shelf.recordings.settle(recording, 2.0))
    for _ in range(4):
        await asyncio.sleep(0.1)
        for path, side in zip(paths, (LEFT, RIGHT), strict=True):
            with path.open("ab") as more:
                more.write(side[:4000])
    settled = await settling
    assert settled is not None
    assert (settled.state, settled.duration_s) == ("stored", 2.0)


async def test_a_recording_that_lacks_more_than_a_second_is_called_short(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.record(recording, 2)
    settled = await shelf.recordings.settle(recording, 3.1)
    assert settled is not None
    assert (settled.state, settled.duration_s, settled.expected_s) == ("short", 2.0, 3.1)
    assert shelf.kept(recording).exists()


@pytest.fixture
def soon_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that does not come is given up sooner."""
    monkeypatch.setattr(service, "FILE_BOUND_S", 0.6)


@pytest.mark.usefixtures("soon_complete")
@pytest.mark.parametrize("gone", [False, True])
async def test_a_side_that_is_shorter_or_gone_is_filled_up_with_silence(shelf: Shelf, gone: bool) -> None:
    _, recording = await shelf.open()
    _, right = shelf.record(recording, 2)
    right.write_bytes(RIGHT)
    if gone:
        right.unlink()
    settled = await shelf.recordings.settle(recording, 2.0)
    assert settled is not None
    assert (settled.state, settled.duration_s) == ("stored", 2.0)
    heard = b"" if gone else SECOND
    assert await shelf.sound(recording) == heard + b"\x01\x02\0\0" * (16_000 - len(heard) // 4)


@pytest.mark.usefixtures("soon_complete")
@pytest.mark.parametrize(("seconds", "state"), [(0, "empty"), (None, "missing")])
async def test_a_recording_without_sound_says_so(shelf: Shelf, seconds: float | None, state: str) -> None:
    _, recording = await shelf.open()
    if seconds is not None:
        shelf.record(recording, seconds)
    settled = await shelf.recordings.settle(recording, 2.0)
    assert settled is not None
    assert settled.state == state
    with pytest.raises(NotFound):
        await shelf.recordings.open_audio(shelf.tenant, recording)


async def test_a_message_whose_header_asterisk_left_at_zero_gets_the_right_one(shelf: Shelf) -> None:
    _, recording = await shelf.open("message")
    header = bytearray(wav.header(0, 1))
    header[4:8] = header[40:44] = bytes(4)
    shelf.spool(recording, ".wav").write_bytes(bytes(header) + SECOND + b"\x01")
    settled = await shelf.recordings.settle(recording, None)
    assert settled is not None
    assert (settled.state, settled.channels, settled.duration_s) == ("stored", 1, 2.0)
    assert await shelf.sound(recording) == SECOND


async def test_a_restarted_process_settles_what_was_left_but_not_what_goes_on(shelf: Shelf) -> None:
    ended_call, ended = await shelf.open()
    live_call, live = await shelf.open()
    for recording in (ended, live):
        shelf.record(recording)
    restarted = shelf.opened_anew()
    assert await restarted.salvage(live={live_call}) == 1
    assert (await restarted.get(shelf.tenant, ended)).state == "stored"
    assert (await restarted.get(shelf.tenant, live)).state == "open"
    assert shelf.spool(live, "-in.sln").exists()
    assert (await restarted.of_calls(shelf.tenant, [ended_call, live_call])).keys() == {ended_call, live_call}


@pytest.mark.parametrize("kind", ["call", "message"])
async def test_sound_that_nobody_asked_for_is_taken_in_under_its_call(shelf: Shelf, kind: Kind) -> None:
    call = CallId(new_id("call"))
    recording = RecordingId(f"rec_{call.removeprefix('call_')}" + ("m" if kind == "message" else ""))
    if kind == "call":
        paths = shelf.record(recording)
    else:
        paths = [shelf.spool(recording, ".wav")]
        paths[0].write_bytes(wav.header(len(SECOND), 1) + SECOND)
    assert await shelf.recordings.salvage() == 0  # it may just be that its call has only now ended
    long_ago = time.time() - 3600
    for path in paths:
        os.utime(path, (long_ago, long_ago))
    assert await shelf.recordings.salvage(live={call}) == 0
    assert await shelf.recordings.salvage() == 1
    found = (await shelf.recordings.of_calls(shelf.tenant, [call]))[call]
    assert (found.id, found.kind, found.state) == (recording, kind, "stored")
    assert found.delete_at - found.started_at == timedelta(days=90)
    assert abs(found.started_at.timestamp() + found.duration_s - long_ago) < 0.01
    assert shelf.files() == [shelf.kept(recording)]


async def test_a_file_that_was_taken_in_before_a_crash_is_not_taken_in_twice(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.record(recording)
    before = await shelf.recordings.settle(recording, 1.0)
    for path in shelf.record(recording):
        os.utime(path, (0, 0))
    await shelf.recordings.salvage()
    assert await shelf.recordings.get(shelf.tenant, recording) == before
    assert shelf.files() == [shelf.kept(recording)]


@pytest.mark.parametrize("encrypted", [True, False])
async def test_a_crash_after_the_file_was_moved_loses_nothing(shelf: Shelf, encrypted: bool) -> None:
    _, recording = await shelf.open()
    if encrypted:
        key = await shelf.keys.active(shelf.tenant)
        plain = wav.header(len(SECOND), 2) + SECOND
        encrypted_file.write(shelf.kept(recording), [plain], len(plain), key, f"{shelf.tenant}/{recording}")
    else:
        shelf.plain(recording)
    shelf.recordings = shelf.opened_anew()
    assert await shelf.recordings.salvage() == 1
    found = await shelf.recordings.get(shelf.tenant, recording)
    assert (found.state, found.duration_s, found.channels, found.key_id is not None) == ("stored", 1.0, 2, encrypted)
    assert await shelf.sound(recording) == SECOND


async def test_while_mongodb_is_away_recordings_are_kept_and_written_down_or_erased_later(shelf: Shelf) -> None:
    await shelf.keys.active(shelf.tenant)
    away = Mongo(f"mongodb://127.0.0.1:{free_port()}/?directConnection=true", "nowhere", timeout_s=0.2)
    shelf.recordings = shelf.with_keys(away)
    _, recording = await shelf.open()
    shelf.record(recording)
    settled = await shelf.recordings.settle(recording, 1.0)
    unwanted_call, unwanted = await shelf.open()
    shelf.record(unwanted)
    await away.close()
    assert settled is not None
    assert shelf.kept(recording).exists()
    back = shelf.opened_anew()
    assert await back.erase(shelf.tenant, [unwanted_call]) == 1
    assert await back.salvage() == 1
    assert await back.get(shelf.tenant, recording) == settled
    assert shelf.files() == [shelf.kept(recording)]


async def test_without_a_key_the_sound_waits_where_asterisk_left_it(shelf: Shelf) -> None:
    away = Mongo(f"mongodb://127.0.0.1:{free_port()}/?directConnection=true", "nowhere", timeout_s=0.2)
    shelf.recordings = shelf.opened_anew(away)
    _, recording = await shelf.open()
    sources = shelf.record(recording)
    assert await shelf.recordings.settle(recording, 1.0) is None
    await away.close()
    assert [source.exists() for source in sources] == [True, True]
    shelf.recordings = shelf.opened_anew()
    assert await shelf.recordings.salvage() == 1
    assert await shelf.sound(recording) == SECOND


async def test_opening_twice_changes_nothing_also_after_the_end(shelf: Shelf) -> None:
    call, recording = await shelf.open()
    shelf.record(recording)
    await shelf.recordings.settle(recording, 1.0)
    await shelf.recordings.opened(shelf.tenant, call, recording, "call", AT, DELETE_AT)
    assert (await shelf.recordings.get(shelf.tenant, recording)).state == "stored"
    assert await shelf.recordings.settle(recording, 1.0) is None


async def test_any_part_of_the_sound_can_be_read(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.record(recording, 10)
    await shelf.recordings.settle(recording, 10.0)
    audio = await shelf.recordings.open_audio(shelf.tenant, recording)
    whole = wav.header(320_000, 2) + SECOND * 10
    assert SECOND[:64] not in shelf.kept(recording).read_bytes()
    assert audio.size == len(whole) == 320_044
    assert b"".join([chunk async for chunk in audio.chunks()]) == whole
    assert b"".join([chunk async for chunk in audio.chunks(44, 200_000)]) == whole[44:200_001]
    assert b"".join([chunk async for chunk in audio.chunks(320_000, 999_999)]) == whole[320_000:]


async def test_another_tenants_recording_does_not_exist(shelf: Shelf) -> None:
    call, recording = await shelf.open()
    shelf.record(recording)
    await shelf.recordings.settle(recording, 1.0)
    stranger = TenantId(new_id("ten"))
    with pytest.raises(NotFound):
        await shelf.recordings.open_audio(stranger, recording)
    assert await shelf.recordings.of_calls(stranger, [call]) == {}
    assert await shelf.recordings.erase(stranger, [call]) == 0
    assert shelf.kept(recording).exists()


async def test_erasing_a_call_leaves_neither_file_nor_document(shelf: Shelf) -> None:
    call, recording = await shelf.open()
    shelf.record(recording)
    await shelf.recordings.settle(recording, 1.0)
    running_call, running = await shelf.open()
    shelf.record(running)
    left_over = RecordingId(f"rec_{call.removeprefix('call_')}m")
    shelf.spool(left_over, ".wav").write_bytes(SECOND)
    assert await shelf.recordings.erase(shelf.tenant, [call, running_call]) == 2
    assert shelf.files() == []
    for gone in (recording, running):
        with pytest.raises(NotFound):
            await shelf.recordings.get(shelf.tenant, gone)
    assert await shelf.recordings.settle(running, 1.0) is None


async def test_recordings_go_on_their_delete_by_date_and_not_before(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.record(recording)
    await shelf.recordings.settle(recording, 1.0)
    assert await shelf.recordings.erase_due(DELETE_AT - timedelta(seconds=1)) == 0
    assert shelf.kept(recording).exists()
    assert await shelf.recordings.erase_due(DELETE_AT) == 1
    assert shelf.files() == []


async def test_erasing_an_organisation_takes_everything_of_it_alone(shelf: Shelf) -> None:
    other = Shelf(shelf.mongo, shelf.folder)
    for one in (shelf, other):
        _, kept = await one.open()
        one.record(kept)
        await one.recordings.settle(kept, 1.0)
    _, running = await shelf.open()
    shelf.record(running)
    await shelf.close_organisation()
    assert shelf.files() == [other.kept(kept)]
    assert await shelf.recordings.salvage() == 0
    await wait_until(lambda: other.kept(kept).exists())


# --- keys ---


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "pending", "sources", "document"])
async def test_a_crash_at_any_step_leaves_the_original_or_the_finished_encrypted_file(
    shelf: Shelf, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at that step (by raising), the next process finds all of it, and no plain sound stays."""
    _, recording = await shelf.open()
    shelf.record(recording, 5)

    def killed(*_: object, **__: object) -> None:
        raise Killed

    places = {
        "write": (encrypted_file.AESGCM, "encrypt"),
        "fsync": (encrypted_file.os, "fsync"),
        "replace": (Path, "replace"),
        "pending": (shelf.recordings._pending, "put"),
        "sources": (shelf.recordings._shelf, "drop_sources"),
        "document": (shelf.recordings._changes, "commit"),
    }
    place, name = places[step]
    with monkeypatch.context() as patched:
        if step == "write":
            patched.setattr(encrypted_file, "_cipher", lambda *_: KilledLater())
        else:
            patched.setattr(place, name, killed)
        with pytest.raises(Killed):
            await shelf.recordings.settle(recording, 5.0)
    originals = [shelf.spool(recording, ending).exists() for ending in ("-in.sln", "-out.sln")]
    assert all(originals) or (step == "document" and encrypted_file.read_header(shelf.kept(recording)).size == 160_044)
    shelf.recordings = shelf.opened_anew()
    assert await shelf.recordings.salvage() == 1
    assert (await shelf.recordings.get(shelf.tenant, recording)).state == "stored"
    assert await shelf.sound(recording) == SECOND * 5
    assert shelf.files() == [shelf.kept(recording)]


class Killed(BaseException):
    pass


class KilledLater:
    """Encrypts one frame, then the process is gone."""

    count = 0

    def encrypt(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        self.count += 1
        if self.count > 1:
            raise Killed
        return plain


async def test_each_organisation_has_its_own_key_and_none_lies_open(shelf: Shelf) -> None:
    other = Shelf(shelf.mongo, shelf.folder)
    mine, theirs = await shelf.keys.active(shelf.tenant), await other.keys.active(other.tenant)
    assert mine.secret != theirs.secret
    [document] = await shelf.keys.all(shelf.tenant)
    assert mine.secret.hex() not in document.wrapped
    shelf.opened_anew()
    assert await shelf.keys.active(shelf.tenant) == mine
    with pytest.raises(NotFound):
        await shelf.keys.get(shelf.tenant, theirs.id)
    stranger = RecordingKeys(shelf.mongo, AppKey(b"s" * 32))
    with pytest.raises(NotFound):
        await stranger.get(shelf.tenant, mine.id)
    assert (await stranger.active(shelf.tenant)).id != mine.id, "new recordings can be made all the same"


async def test_another_recordings_or_organisations_file_cannot_be_put_in_its_place(shelf: Shelf) -> None:
    _, one = await shelf.open()
    _, two = await shelf.open()
    for recording in (one, two):
        shelf.record(recording)
        await shelf.recordings.settle(recording, 1.0)
    shelf.kept(one).write_bytes(shelf.kept(two).read_bytes())
    with pytest.raises(NotFound):
        await shelf.heard(one)
    assert await shelf.sound(two) == SECOND


async def test_after_a_change_of_keys_old_recordings_are_heard_and_can_be_encrypted_anew(shelf: Shelf) -> None:
    _, old = await shelf.open()
    shelf.record(old)
    before = await shelf.recordings.settle(old, 1.0)
    new_key = await shelf.keys.rotate(shelf.tenant)
    _, new = await shelf.open()
    shelf.record(new)
    after = await shelf.recordings.settle(new, 1.0)
    assert before is not None and after is not None
    assert before.key_id != after.key_id == new_key
    _, ancient = await shelf.open()
    shelf.plain(ancient)
    assert await shelf.recordings.settle(ancient, 1.0) is not None
    shelf.recordings = shelf.opened_anew()
    for recording in (old, new, ancient):
        assert await shelf.sound(recording) == SECOND

    assert await shelf.recordings.key_rotation.reencrypt(shelf.tenant) == 2
    for recording in (old, new, ancient):
        assert await shelf.sound(recording) == SECOND
        assert (await shelf.recordings.get(shelf.tenant, recording)).key_id == new_key
    assert sorted(shelf.files()) == sorted(map(shelf.kept, (old, new, ancient)))
    assert await shelf.recordings.key_rotation.reencrypt(shelf.tenant) == 0
    assert [key.id for key in await shelf.keys.all(shelf.tenant)] == [new_key], "what nothing needs is destroyed"


async def test_a_key_is_not_destroyed_while_a_recording_is_on_its_way_with_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_key = (await shelf.keys.active(shelf.tenant)).id
    _, slow = await shelf.open()
    shelf.record(slow)
    real, going, may_go = encrypted_file.write, threading.Event(), threading.Event()

    def slowly(*what: Any) -> None:
        going.set()
        assert may_go.wait(10)
        real(*what)

    monkeypatch.setattr(encrypted_file, "write", slowly)
    settling = asyncio.create_task(shelf.recordings.settle(slow, 1.0))
    await wait_until(going.is_set)
    await shelf.recordings.key_rotation.rotate(shelf.tenant)
    assert await shelf.recordings.key_rotation.reencrypt(shelf.tenant) == 0
    assert len(await shelf.keys.all(shelf.tenant)) == 2
    may_go.set()
    settled = await settling
    assert settled is not None and settled.key_id == old_key
    shelf.recordings = shelf.opened_anew()
    assert await shelf.sound(slow) == SECOND
    assert await shelf.recordings.key_rotation.reencrypt(shelf.tenant) == 1
    assert await shelf.sound(slow) == SECOND
    assert len(await shelf.keys.all(shelf.tenant)) == 1


async def test_an_organisation_that_is_erased_while_a_recording_is_taken_in_keeps_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, slow = await shelf.open()
    shelf.record(slow)
    going, may_go = threading.Event(), threading.Event()

    def slowly(target: Path, *what: Any) -> None:
        going.set()
        assert may_go.wait(10)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"as if it had been finished a moment later")

    monkeypatch.setattr(encrypted_file, "write", slowly)
    settling = asyncio.create_task(shelf.recordings.settle(slow, 1.0))
    await wait_until(going.is_set)
    await shelf.close_organisation()
    may_go.set()
    assert await settling is None
    assert shelf.files() == []
    with pytest.raises(NotFound):
        await shelf.recordings.get(shelf.tenant, slow)


async def test_a_key_that_is_changed_while_recordings_are_encrypted_anew_destroys_none_that_is_needed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, recording = await shelf.open()
    shelf.record(recording)
    await shelf.recordings.settle(recording, 1.0)
    await shelf.keys.rotate(shelf.tenant)
    store, real = shelf.recordings._store, shelf.recordings._store.sealed_otherwise

    async def and_rotate(tenant: TenantId, key: Any, after: str, limit: int) -> Any:
        found = await real(tenant, key, after, limit)
        if limit == 1:
            await shelf.keys.rotate(shelf.tenant)
        return found

    monkeypatch.setattr(store, "sealed_otherwise", and_rotate)
    assert await shelf.recordings.key_rotation.reencrypt(shelf.tenant) == 1
    shelf.recordings = shelf.opened_anew()
    assert await shelf.sound(recording) == SECOND


async def test_a_crash_while_encrypting_anew_leaves_a_recording_that_is_heard(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, recording = await shelf.open()
    shelf.record(recording)
    await shelf.recordings.settle(recording, 1.0)
    await shelf.keys.rotate(shelf.tenant)
    for place, name in ((encrypted_file.os, "fsync"), (Path, "replace"), (RecordingStore, "resealed")):
        with monkeypatch.context() as patched:
            patched.setattr(place, name, raise_killed)
            with pytest.raises(Killed):
                await shelf.recordings.key_rotation.reencrypt(shelf.tenant)
        shelf.recordings = shelf.opened_anew()
        assert await shelf.sound(recording) == SECOND
    assert await shelf.recordings.key_rotation.reencrypt(shelf.tenant) == 1
    assert await shelf.sound(recording) == SECOND


def raise_killed(*_: object, **__: object) -> None:
    raise Killed


async def test_with_its_organisation_the_keys_are_destroyed_and_copies_stay_silent(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.record(recording)
    settled = await shelf.recordings.settle(recording, 1.0)
    backup = shelf.kept(recording).read_bytes()
    await shelf.close_organisation()
    assert await shelf.keys.all(shelf.tenant) == []
    with pytest.raises(NotFound):
        await shelf.keys.active(shelf.tenant)
    shelf.recordings = shelf.opened_anew()
    assert settled is not None
    await RecordingStore(shelf.mongo).put(settled)
    shelf.kept(recording).parent.mkdir()
    shelf.kept(recording).write_bytes(backup)
    with pytest.raises(NotFound):
        await shelf.heard(recording)


async def test_a_recording_that_was_settled_before_its_length_was_known_is_compared_later(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.record(recording, 2)
    assert await shelf.recordings.salvage() == 1
    judged = await shelf.recordings.judge(shelf.tenant, recording, 9.0)
    assert judged is not None and (judged.state, judged.expected_s) == ("short", 9.0)
    assert await shelf.recordings.get(shelf.tenant, recording) == judged
    assert await shelf.recordings.judge(shelf.tenant, recording, 2.0) is None


@pytest.mark.parametrize(("exhausted", "state"), [(False, "stored"), (True, "short")])
async def test_a_message_that_a_full_disk_cut_off_is_called_short(shelf: Shelf, exhausted: bool, state: str) -> None:
    """How long it should be is not known, and Asterisk says that it is done."""
    shelf.recordings._exhausted = lambda: exhausted
    _, recording = await shelf.open("message")
    shelf.spool(recording, ".wav").write_bytes(wav.header(len(SECOND), 1) + SECOND)
    settled = await shelf.recordings.settle(recording, None)
    assert settled is not None
    assert settled.state == state


async def test_a_recording_of_which_a_full_disk_took_nothing_is_called_refused(shelf: Shelf) -> None:
    shelf.recordings._exhausted = lambda: True
    _, recording = await shelf.open()
    settled = await shelf.recordings.settle(recording, 5.0)
    assert settled is not None
    assert settled.state == "refused"


@pytest.mark.parametrize("noted", [True, False])
async def test_a_refusal_is_known_to_the_process_that_settles_it_and_without_a_note_on_the_disk(
    shelf: Shelf, noted: bool
) -> None:
    _, recording = await shelf.open()
    if not noted:
        shelf.recordings._pending.drop(recording)
    restarted = shelf.opened_anew()
    await restarted.refused(shelf.tenant, recording)
    assert (await restarted.get(shelf.tenant, recording)).state == "refused"


async def test_a_recording_that_was_not_begun_for_want_of_room_says_so(shelf: Shelf) -> None:
    _, recording = await shelf.open()
    shelf.recordings.refuse(recording)
    settled = await shelf.recordings.settle(recording, 5.0)
    assert settled is not None
    assert settled.state == (await shelf.recordings.get(shelf.tenant, recording)).state == "refused"
    assert shelf.files() == []
    _, begun_later = await shelf.open()
    shelf.recordings.refuse(begun_later)
    shelf.record(begun_later)
    kept = await shelf.recordings.settle(begun_later, 1.0)
    assert kept is not None
    assert kept.state == "stored", "what there is is kept"


async def test_after_a_change_of_keys_and_at_each_start_old_recordings_are_encrypted_anew(shelf: Shelf) -> None:
    _, old = await shelf.open()
    shelf.plain(old)
    await shelf.recordings.settle(old, 1.0)
    other = Shelf(shelf.mongo, shelf.folder)
    running = asyncio.create_task(shelf.recordings.key_rotation.run([shelf.tenant, other.tenant]))

    async def key_of() -> str | None:
        return (await shelf.recordings.get(shelf.tenant, old)).key_id

    await wait_until(lambda: key_of())
    first = await key_of()
    new = await shelf.recordings.key_rotation.rotate(shelf.tenant)
    assert new != first

    async def done() -> bool:
        return await key_of() == new and len(await shelf.recordings.keys(shelf.tenant)) == 1

    await wait_until(done)
    assert await shelf.sound(old) == SECOND
    assert await other.keys.all(other.tenant) == [], "nothing to encrypt, no key"
    running.cancel()


async def test_no_key_is_made_with_an_app_key_that_was_replaced(mongo: Mongo, tmp_path: Path) -> None:
    before = AppKey.load(tmp_path)
    keys = RecordingKeys(mongo, before, data=tmp_path)
    tenant = TenantId("ten_rotated")
    first = await keys.active(tenant)
    assert replace_root(tmp_path)
    with pytest.raises(Unavailable, match="replaced"):
        await keys.rotate(tenant)
    with pytest.raises(Unavailable, match="replaced"):
        await keys.active(TenantId("ten_other"))
    assert await keys.active(tenant) == first, "what it has it goes on with: it is sealed again"
    after = RecordingKeys(mongo, AppKey.load(tmp_path), data=tmp_path)
    assert await after.rotate(tenant) != first.id
