"""The recording keeper of a PBX on a host of its own, by its client and through the PBX's port."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.telephony.keeper_host import SECONDS, Host, keeper_host
from tests.support.telephony.pbx_world import paired
from tests.support.wait import wait_until

from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import KeyId, RecordingId, TenantId, new_id
from call24.kit.pbx_pairing import Place
from call24.pbx import client as pbx_client
from call24.pbx.client import HostAway
from call24.pbx.wire import RECORDINGS, server_side
from call24.recordings import encrypted_file, keeper, keeper_client
from call24.recordings.encrypted_file import FRAME, DataKey, key_of_file
from call24.recordings.keeper import BadName, Found, Kept, RecordingKeeper, Sound
from call24.recordings.keeper_client import AHEAD, KeeperClient

TEN, REC = "ten_" + "0" * 26, "rec_" + "0" * 26
KEY = DataKey(KeyId(new_id("key")), os.urandom(32))


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    async with keeper_host(tmp_path) as made:
        yield made


def one() -> Kept:
    return Kept(TenantId(new_id("ten")), RecordingId(new_id("rec")))


async def heard(host: Host, kept: Kept, first: int = 0, last: int | None = None) -> bytes:
    header = await asyncio.to_thread(host.client.header, kept)
    audio = host.client.audio(kept, header, KEY)
    return b"".join([chunk async for chunk in audio.chunks(first, last)])


async def sealed(host: Host, kept: Kept, most_s: float | None = None) -> Sound:
    return await asyncio.to_thread(host.client.seal, kept, key_of_file(KEY), most_s)


async def test_what_asterisk_wrote_is_sealed_there_and_heard_here(host: Host) -> None:
    kept, wire = one(), bytearray()
    host.relay.seen = wire.extend
    left, right = host.recorded(kept)
    assert await asyncio.to_thread(host.client.look, kept) == Found(Sound(2 * len(left), 2), None)
    assert await sealed(host, kept) == Sound(2 * len(left), 2)

    whole = await heard(host, kept)
    sound = np.frombuffer(whole[44:], "<i2")
    assert (sound[0::2].tobytes(), sound[1::2].tobytes()) == (left, right)
    for first, last in ((0, 43), (FRAME - 5, FRAME + 5), (len(whole) - 7, len(whole) - 1), (300_000, 700_000)):
        assert await heard(host, kept, first, last) == whole[first : last + 1]
    receipt = await asyncio.to_thread(host.client.drop_spool, kept)
    assert receipt.files == {f"{kept.id}-in.sln": len(left), f"{kept.id}-out.sln": len(right)}
    assert [path.suffix for path in host.files()] == [".c24"]
    assert left[:64] not in wire
    assert whole[44:108] not in wire


async def test_the_pbx_cannot_read_what_it_keeps(host: Host) -> None:
    kept, key = one(), key_of_file(KEY)
    left, _ = host.recorded(kept)
    await asyncio.to_thread(host.client.seal, kept, key)
    await asyncio.to_thread(host.client.drop_spool, kept)
    for path in (path for path in host.data.parent.rglob("*") if path.is_file()):
        stored = path.read_bytes()
        assert left[1000:1064] not in stored
        assert key.secret not in stored
        assert KEY.secret not in stored


async def test_only_the_beginning_is_kept_of_what_its_caller_stopped(host: Host) -> None:
    kept = one()
    left, _ = host.recorded(kept)
    assert await sealed(host, kept, 1.5) == Sound(2 * 24000, 2)
    assert np.frombuffer((await heard(host, kept))[44:], "<i2")[0::2].tobytes() == left[:24000]


async def test_a_message_is_one_channel(host: Host) -> None:
    kept = Kept(TenantId(new_id("ten")), RecordingId(new_id("rec") + "m"))
    folder = host.spool / kept.tenant_id
    folder.mkdir(parents=True)
    (folder / f"{kept.id}.wav").write_bytes(bytes(44) + b"\1\0" * 8000)
    assert await sealed(host, kept) == Sound(16000, 1)
    assert (await heard(host, kept))[44:] == b"\1\0" * 8000


async def test_erasing_gives_a_receipt_of_every_file_and_nothing_is_left(host: Host) -> None:
    kept, other = one(), one()
    left, right = host.recorded(kept)
    host.recorded(other)
    await sealed(host, kept)
    size = (host.data / "recordings" / kept.tenant_id / f"{kept.id}.c24").stat().st_size
    receipt = await asyncio.to_thread(host.client.erase, kept)
    sides = {f"{kept.id}-in.sln": len(left), f"{kept.id}-out.sln": len(right)}
    assert receipt.files == {f"{kept.id}.c24": size, **sides}
    assert all(other.id in path.name for path in host.files())
    assert (await asyncio.to_thread(host.client.erase, kept)).files == {}
    assert await asyncio.to_thread(host.client.look, kept) == Found(None, None)
    with pytest.raises(NotFound):
        await heard(host, kept)
    with pytest.raises(FileNotFoundError):
        await sealed(host, kept)


async def test_a_file_that_was_changed_or_is_another_organisations_is_never_heard(host: Host) -> None:
    kept, other = one(), one()
    host.recorded(kept)
    await sealed(host, kept)
    file = host.data / "recordings" / kept.tenant_id / f"{kept.id}.c24"
    moved = host.data / "recordings" / other.tenant_id / f"{other.id}.c24"
    moved.parent.mkdir()
    moved.write_bytes(file.read_bytes())
    content = bytearray(file.read_bytes())
    content[200_000] ^= 1
    file.write_bytes(content)
    for one_of_them in (kept, other):
        with pytest.raises(NotFound, match="damaged"):
            await heard(host, one_of_them)


@pytest.mark.parametrize(
    ("tenant", "recording"),
    [
        ("..", REC),
        (TEN, "../../secrets/ari"),
        (TEN, "rec_" + "." * 26),
        (TEN + "/..", REC),
        (TEN.upper(), REC),
        ("", ""),
    ],
)
async def test_no_name_leads_out_of_the_folders(host: Host, tenant: str, recording: str) -> None:
    with pytest.raises(BadName):
        Kept(TenantId(tenant), RecordingId(recording))
    for escaped in (f"/v1/recordings/{tenant}/{recording}".replace("..", "%2e%2e"), "/v1/recordings/%2e%2e%2f/rec_"):
        with pytest.raises(OSError):
            await asyncio.to_thread(host.client.ask, "DELETE", escaped)


@pytest.mark.parametrize("asked", ["", "bytes=0-", "bytes=5-4", "bytes=0-99999999", "bytes=0-1,3-4", "bytes=-5"])
async def test_a_part_is_one_range_with_a_bound(host: Host, asked: str) -> None:
    kept = one()
    host.recorded(kept)
    await sealed(host, kept)
    path = f"/v1/recordings/{kept.tenant_id}/{kept.id}/sealed"
    with pytest.raises(OSError, match="416"):
        await asyncio.to_thread(lambda: host.client.ask("GET", path, headers={"Range": asked}))


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"key_id": "key_x", "salt": "00", "secret": "00"}', "x" * 5000, '{"key_id": 1, "salt": 2}'],
)
async def test_a_key_that_is_none_is_refused_and_nothing_is_written(host: Host, body: str) -> None:
    kept = one()
    host.recorded(kept)
    with pytest.raises(OSError, match="answered 4"):
        await asyncio.to_thread(host.client.ask, "POST", f"/v1/recordings/{kept.tenant_id}/{kept.id}/seal", body)
    assert (await asyncio.to_thread(host.client.look, kept)).sealed is None


async def test_of_seals_and_erasures_at_once_each_has_its_turn(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, write, inside, most = one(), encrypted_file.write, 0, 0
    left, _ = host.recorded(kept)
    begun = threading.Event()

    def slow(target: Path, plain: Iterable[bytes], *rest: Any) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        begun.set()
        write(target, plain, *rest)
        time.sleep(0.1)
        inside -= 1

    monkeypatch.setattr(encrypted_file, "write", slow)
    seals = [asyncio.create_task(sealed(host, kept)) for _ in range(2)]
    await asyncio.to_thread(begun.wait, 10)
    receipt = await asyncio.to_thread(host.client.drop_spool, kept)
    assert receipt.files == {f"{kept.id}-in.sln": len(left), f"{kept.id}-out.sln": len(left)}
    ends = await asyncio.gather(*seals, return_exceptions=True)
    assert most == 1
    assert all(end == Sound(2 * len(left), 2) or isinstance(end, FileExistsError) for end in ends)
    assert len(await heard(host, kept)) == 44 + 2 * len(left)
    assert [path.suffix for path in host.files()] == [".c24"]


async def test_an_organisation_that_is_erased_while_it_is_sealed_leaves_nothing(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, write, begun = one(), encrypted_file.write, threading.Event()
    host.recorded(kept)

    def slow(target: Path, plain: Iterable[bytes], *rest: Any) -> None:
        begun.set()
        held = list(plain)
        time.sleep(0.3)
        write(target, held, *rest)

    monkeypatch.setattr(encrypted_file, "write", slow)
    seal = asyncio.create_task(sealed(host, kept))
    await asyncio.to_thread(begun.wait, 10)
    await asyncio.to_thread(host.client.erase_organisation, kept.tenant_id)
    await asyncio.gather(seal, return_exceptions=True)
    assert host.files() == []


async def test_two_processes_that_write_one_file_leave_a_whole_one(tmp_path: Path) -> None:
    target, key, waits, goes = tmp_path / "rec_x.c24", key_of_file(KEY), threading.Event(), threading.Event()

    def halting() -> Iterator[bytes]:
        yield b"a" * FRAME
        waits.set()
        goes.wait(10)
        yield b"a" * FRAME

    first = asyncio.create_task(asyncio.to_thread(encrypted_file.write, target, halting(), 2 * FRAME, key, "x"))
    await asyncio.to_thread(waits.wait, 10)
    await asyncio.to_thread(encrypted_file.write, target, [b"b" * FRAME], FRAME, key, "x")
    assert encrypted_file.read_header(target).size == FRAME
    goes.set()
    await first
    reader = encrypted_file.EncryptedReader(target, encrypted_file.read_header(target), key, "x")
    assert (reader.frame(0)[:1], reader.frame(1)[:1]) == (b"a", b"a")
    reader.close()
    assert [path.name for path in await asyncio.to_thread(lambda: list(tmp_path.iterdir()))] == [target.name]


async def test_a_new_key_whose_answer_was_lost_is_asked_for_again(host: Host) -> None:
    kept, new = one(), DataKey(KeyId(new_id("key")), os.urandom(32))
    host.recorded(kept)
    await sealed(host, kept)
    before = encrypted_file.key_of_header(KEY, await asyncio.to_thread(host.client.header, kept))
    for _ in range(2):
        await asyncio.to_thread(host.client.reseal, kept, before, key_of_file(new))
    assert (await asyncio.to_thread(host.client.header, kept)).key_id == new.id


async def test_an_order_that_is_not_answered_in_time_is_not_sent_again(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, orders = one(), 0
    host.recorded(kept)
    await asyncio.to_thread(host.client.look, kept)  # a connection is kept
    real = RecordingKeeper.seal

    def slow(self: RecordingKeeper, *order: Any) -> Sound:
        nonlocal orders
        orders += 1
        time.sleep(0.5)
        return real(self, *order)

    monkeypatch.setattr(RecordingKeeper, "seal", slow)
    monkeypatch.setattr(keeper_client, "SEAL_S", 0.2)
    with pytest.raises(Unavailable):
        await sealed(host, kept)
    await wait_until(lambda: any(path.suffix == ".c24" for path in host.files()))
    assert orders == 1


async def test_a_full_disk_there_is_told_and_the_spool_stays(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = one()
    host.recorded(kept)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(encrypted_file.os, "fsync", full)
        with pytest.raises(OSError, match="507"):
            await sealed(host, kept)
    found = await asyncio.to_thread(host.client.look, kept)
    assert found.spool is not None
    assert found.sealed is None
    assert (await sealed(host, kept)).bytes == found.spool.bytes


async def test_a_pbx_that_is_away_is_unavailable_and_used_again_when_it_is_back(host: Host) -> None:
    kept = one()
    host.recorded(kept)
    await sealed(host, kept)
    host.relay.drop()  # and with it the connection that was kept
    assert len(await heard(host, kept)) > SECONDS * 32000
    await host.runner.cleanup()
    with pytest.raises(Unavailable):
        await heard(host, kept)


async def test_for_a_pbx_that_swallows_everything_nobody_waits_one_after_another(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pbx_client, "ANSWER_S", 0.3)
    monkeypatch.setattr(pbx_client, "CONNECT_S", 0.3)
    await asyncio.to_thread(host.client.space)
    host.relay.cut()
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(HostAway):
            await asyncio.to_thread(host.client.space)
    assert time.monotonic() - began < 3.0
    host.relay.heal()
    monkeypatch.setattr(host.client, "_away_until", 0.0)
    assert isinstance(await asyncio.to_thread(host.client.space), keeper.Space)


async def test_of_the_threads_that_seal_and_those_that_do_the_rest_neither_waits_for_the_other(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, goes = 0, threading.Event()

    def halting(*_: Any) -> Sound:
        nonlocal inside
        inside += 1
        goes.wait(20)
        return Sound(0, 2)

    monkeypatch.setattr(RecordingKeeper, "seal", halting)
    threads = ThreadPoolExecutor(9)
    seals = [threads.submit(host.client.seal, one(), key_of_file(KEY)) for _ in range(8)]
    try:
        await wait_until(lambda: inside == 8)
        assert (await asyncio.wrap_future(threads.submit(host.client.space))) is not None
    finally:
        goes.set()
    assert [await asyncio.wrap_future(seal) for seal in seals] == [Sound(0, 2)] * 8
    threads.shutdown()


async def test_a_server_of_another_pairing_gets_nothing(host: Host, tmp_path: Path) -> None:
    _, other = paired(tmp_path / "other")
    client = KeeperClient(Place("127.0.0.1", host.relay.port), server_side(other, RECORDINGS))
    with pytest.raises(Unavailable):
        await asyncio.to_thread(client.space)


async def test_a_listener_holds_a_bounded_part_in_memory(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, parts = one(), list[int]()
    host.recorded(kept)
    await sealed(host, kept)
    real = host.client.part

    def counted(of: Kept, first: int, count: int) -> tuple[bytes, int]:
        got = real(of, first, count)
        parts.append(len(got[0]))
        return got

    monkeypatch.setattr(host.client, "part", counted)
    whole = await heard(host, kept)
    assert max(parts) <= AHEAD
    assert len(parts) <= 2 + len(whole) // (7 * FRAME)


@pytest.mark.parametrize("broken", [b"", b"x", b"RIFF" * 100, "cut", "longer"])
async def test_a_sealed_file_that_is_not_whole_is_not_taken_and_the_one_before_stays(
    host: Host, broken: bytes | str
) -> None:
    kept, sound = one(), os.urandom(100_000)
    whole = b"".join(encrypted_file.sealed([sound], len(sound), KEY, kept.bound))
    assert len(whole) == encrypted_file.sealed_size(len(sound))
    await asyncio.to_thread(host.client.bring_in, kept, [whole], len(whole))
    sent = {"cut": whole[:-1], "longer": whole + b"x"}.get(broken) if isinstance(broken, str) else broken
    assert sent is not None
    with pytest.raises(OSError, match="answered 4"):
        await asyncio.to_thread(host.client.bring_in, kept, [sent], len(sent))
    assert await heard(host, kept) == sound
    assert [path.suffix for path in host.files()] == [".c24"]


async def test_a_file_that_breaks_off_or_is_erased_while_it_comes_leaves_nothing(host: Host) -> None:
    kept, sound, begun, goes = one(), bytes(300_000), threading.Event(), threading.Event()
    whole = b"".join(encrypted_file.sealed([sound], len(sound), KEY, kept.bound))

    def halting() -> Iterator[bytes]:
        yield whole[:200_000]
        begun.set()
        goes.wait(10)
        yield whole[200_000:]

    for ends in (lambda: host.client.erase(kept), lambda: host.client.erase_organisation(kept.tenant_id)):
        begun.clear()
        goes.clear()
        coming = asyncio.create_task(asyncio.to_thread(host.client.bring_in, kept, halting(), len(whole)))
        await asyncio.to_thread(begun.wait, 10)
        await wait_until(lambda: any(path.suffix == ".part" for path in host.files()))
        await asyncio.to_thread(ends)
        goes.set()
        with pytest.raises(OSError):
            await coming
        assert host.files() == []
    begun.clear()
    goes.clear()
    coming = asyncio.create_task(asyncio.to_thread(host.client.bring_in, kept, halting(), len(whole)))
    await asyncio.to_thread(begun.wait, 10)
    host.relay.drop()
    goes.set()
    with pytest.raises(Unavailable):
        await coming
    await wait_until(lambda: host.files() == [])


async def test_space_is_that_of_the_fuller_disk(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    (host.spool).mkdir(parents=True)
    (host.data / "recordings").mkdir()

    class Usage:
        def __init__(self, free: int) -> None:
            self.free, self.total = free, 1000

    monkeypatch.setattr(keeper.shutil, "disk_usage", lambda folder: Usage(7 if folder.name == "recording" else 9))
    assert await asyncio.to_thread(host.client.space) == (7, 1000)


async def test_what_the_server_brings_leaves_the_floor_free_for_calls_that_are_recorded(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, sound = one(), bytes(1000)
    whole = b"".join(encrypted_file.sealed([sound], len(sound), KEY, kept.bound))
    host.recorded(kept)

    class Usage:
        free, total = 500 * 1024 * 1024 + 100, 10**12

    monkeypatch.setattr(keeper.shutil, "disk_usage", lambda _: Usage)
    with pytest.raises(OSError, match="answered 507"):
        await asyncio.to_thread(host.client.bring_in, kept, [whole], len(whole))
    prompt = f"/v1/prompts/{TEN}/prm_{'0' * 26}"
    with pytest.raises(OSError, match="answered 507"):
        await asyncio.to_thread(host.client.ask, "PUT", prompt, b"RIFF\0\0\0\0WAVEfmt " + bytes(1000))
    assert [path for path in host.files() if path.suffix != ".sln"] == []
    await sealed(host, kept)
    Usage.free += 10_000
    await asyncio.to_thread(host.client.bring_in, kept, [whole], len(whole))
    await asyncio.to_thread(host.client.ask, "PUT", prompt, b"RIFF\0\0\0\0WAVEfmt " + bytes(1000))
