"""The spool: what it has acknowledged is read again, whole and in order, whatever a crash or a full disk did to it."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from call24.journal import spool as spool_module
from call24.journal.model import Entry
from call24.journal.spool import InUse, Segment, Spool
from call24.kit.errors import Unavailable
from call24.kit.ids import EventId, TenantId, new_id

AT = datetime(2026, 11, 24, 9, 0, 0, 123000, tzinfo=UTC)


def lines(*numbers: int, word: str = "") -> list[Entry]:
    return [
        Entry(
            id=EventId(new_id("evt")),
            tenant_id=TenantId("ten_a"),
            seq=number,
            at=AT,
            type="CallEnded",
            call_id=None,
            agent_id=None,
            body={"type": "CallEnded", "cause": 16, "word": word},
            delete_at=AT,
        )
        for number in numbers
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "journal"


def opened(folder: Path, limit: int = spool_module.LIMIT) -> Spool:
    spool = Spool(folder, limit)
    spool.open()
    return spool


def left_in(folder: Path) -> list[Entry]:
    """What the next process finds."""
    spool = Spool(folder)
    try:
        return spool.open()
    finally:
        spool.close()


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.segment"))


def killed(spool: Spool) -> None:
    """The process is gone: nothing is written or deleted any more, and its lock is free."""
    os.close(spool._lock)
    spool._lock = -1


# --- what was added ---


def test_what_was_added_is_read_again_as_it_was_and_in_order(folder: Path) -> None:
    first, second = lines(1, 2, word='Энхбат\n"quoted"\u2028'), lines(3)
    spool = opened(folder)
    spool.add(first)
    spool.turn()
    spool.add(second)
    assert spool.read() == [*first, *second]
    killed(spool)
    assert left_in(folder) == [*first, *second]


def test_an_empty_or_absent_spool_has_no_lines(folder: Path) -> None:
    assert Spool(folder).read() == []
    assert left_in(folder) == []
    (folder / "000000000001.segment").touch()
    assert left_in(folder) == []


def test_two_processes_cannot_have_it_at_once_and_the_next_gets_it_when_the_first_is_gone(folder: Path) -> None:
    first = opened(folder)
    with pytest.raises(InUse):
        Spool(folder).open()
    first.close()
    opened(folder).close()


# --- what is home goes ---


def test_a_file_goes_when_all_its_lines_are_home_and_not_before(folder: Path) -> None:
    spool = opened(folder)
    spool.add(lines(1, 2))
    spool.turn()
    spool.add(lines(3))
    spool.flushed(1)
    assert len(segments(folder)) == 2
    spool.flushed(1)
    assert [entry.seq for entry in spool.read()] == [3]
    spool.flushed(1)
    assert len(segments(folder)) == 1  # it is being written
    spool.turn()
    assert segments(folder) == []


def test_a_long_day_does_not_fill_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "SEGMENT", 2000)
    spool = opened(folder, limit=6000)
    for number in range(200):
        spool.add(lines(number))
        spool.flushed(1)
    assert spool.size < 4000
    assert len(segments(folder)) <= 2


def test_what_came_home_while_a_file_could_not_be_deleted_is_no_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EPERM, "no")

    spool = opened(folder)
    spool.add(lines(1))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        spool.flushed(1)
        spool.turn()
    spool.add(lines(2))
    killed(spool)
    assert [entry.seq for entry in left_in(folder)] == [1, 2]


# --- torn and damaged ---


@pytest.mark.parametrize("cut", [1, 2, 50, -1])
def test_a_half_written_last_batch_is_left_out_and_does_not_spoil_the_next_one(folder: Path, cut: int) -> None:
    whole, later = lines(1, 2), lines(3)
    spool = opened(folder)
    spool.add(whole)
    [path] = segments(folder)
    size = path.stat().st_size
    spool.add(lines(9))
    killed(spool)
    with path.open("r+b") as file:
        file.truncate(size + cut if cut > 0 else path.stat().st_size + cut)
    again = Spool(folder)
    assert again.open() == whole
    again.add(later)
    killed(again)
    assert left_in(folder) == [*whole, *later]
    assert list(folder.glob("damaged-*")) == []


def test_nothing_but_a_half_written_batch_is_an_empty_spool_and_stays_usable(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "000000000007.segment").write_bytes(b'0000000a [{"id":"evt_half')
    spool = Spool(folder)
    assert spool.open() == []
    later = lines(1)
    spool.add(later)
    killed(spool)
    assert left_in(folder) == later


@pytest.mark.parametrize("where", [0, 5, 40])
def test_a_damaged_batch_is_said_and_kept_and_costs_no_other(
    folder: Path, where: int, caplog: pytest.LogCaptureFixture
) -> None:
    spool = opened(folder)
    sizes = []
    for number in (1, 2, 3):
        spool.add(lines(number))
        sizes.append(spool.size)
    killed(spool)
    [path] = segments(folder)
    content = bytearray(path.read_bytes())
    content[sizes[0] + where] ^= 1
    path.write_bytes(content)
    with caplog.at_level(logging.CRITICAL):
        assert [entry.seq for entry in left_in(folder)] == [1, 3]
    [aside] = folder.glob("damaged-*")
    assert aside.read_bytes() == content[sizes[0] : sizes[1]]
    assert str(path) in caplog.text
    assert str(aside) in caplog.text


def test_the_end_of_a_file_that_is_not_the_last_is_damaged_not_torn(folder: Path) -> None:
    spool = opened(folder)
    spool.add(lines(1))
    [path] = segments(folder)
    spool.turn()
    spool.add(lines(2))
    killed(spool)
    os.truncate(path, path.stat().st_size - 3)
    assert [entry.seq for entry in left_in(folder)] == [2]
    assert len(list(folder.glob("damaged-*"))) == 1


# --- full, slow, broken ---


def test_a_full_spool_refuses_a_batch_whole_and_keeps_what_it_had(folder: Path) -> None:
    kept = lines(1, 2)
    spool = opened(folder, limit=700)
    spool.add(kept)
    size = spool.size
    with pytest.raises(Unavailable, match="full"):
        spool.add(lines(3, 4, 5))
    assert spool.size == size == sum(path.stat().st_size for path in segments(folder))
    assert spool.read() == kept


def test_a_full_disk_is_unavailable_and_leaves_no_half_batch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, later = lines(1), lines(3)
    spool = opened(folder)
    spool.add(kept)
    write = os.write

    def full(descriptor: int, content: bytes) -> int:
        write(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("call24.journal.spool.os.write", full)
        with pytest.raises(Unavailable, match="No space left"):
            spool.add(lines(2))
    spool.add(later)
    killed(spool)
    assert left_in(folder) == [*kept, *later]
    assert list(folder.glob("damaged-*")) == []


def test_a_file_that_could_not_be_synced_is_not_written_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(folder)
    spool.add(lines(1))

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("call24.journal.spool.os.fdatasync", broken)
        with pytest.raises(Unavailable, match="Input/output error"):
            spool.add(lines(2))
    spool.add(lines(3))
    assert [[entry.seq for entry in spool_module._entries(path.read_bytes()) or ()] for path in segments(folder)] == [
        [1],
        [3],
    ]


def test_a_spool_in_a_place_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where a folder should be")
    with pytest.raises(Unavailable, match="cannot be opened"):
        Spool(tmp_path / "spool" / "journal").open()


def test_a_batch_is_on_the_disk_before_it_is_acknowledged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def fdatasync(descriptor: Any) -> None:
        synced.append(os.fstat(descriptor).st_size)

    spool = opened(folder)
    monkeypatch.setattr("call24.journal.spool.os.fdatasync", fdatasync)
    spool.add(lines(1, 2))
    assert synced == [spool.size]


async def test_a_slow_disk_is_waited_for_in_a_thread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    write = Segment.write

    def slow(self: Segment, content: bytes) -> float:
        threads.append(threading.current_thread().name)
        return write(self, content) + spool_module.QUICK_S

    monkeypatch.setattr(Segment, "write", slow)
    spool = opened(folder)
    for number in (1, 2):
        await spool.keep(lines(number))
    assert threads[0] == "MainThread"
    assert threads[1] != "MainThread"
    assert [entry.seq for entry in spool.read()] == [1, 2]


async def test_many_quick_syncs_are_waited_for_in_a_thread_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    write = Segment.write

    def quick(self: Segment, content: bytes) -> float:
        threads.append(threading.current_thread().name)
        write(self, content)
        return 10.0

    monkeypatch.setattr(Segment, "write", quick)
    monkeypatch.setattr(spool_module, "QUICK_S", 20.0)
    monkeypatch.setattr(spool_module, "LOOK_S", 0.0)
    spool = opened(folder)
    for number in (1, 2):
        await spool.keep(lines(number))
    monkeypatch.setattr(spool_module, "CROWDED", 1e9)
    for number in (3, 4):
        await spool.keep(lines(number))
    assert [name == "MainThread" for name in threads] == [True, False, False, True]
    assert [entry.seq for entry in spool.read()] == [1, 2, 3, 4]


async def test_a_line_waits_behind_no_other_work_of_the_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as shared:
        loop.set_default_executor(shared)
        busy = asyncio.create_task(asyncio.to_thread(go_on.wait, 30))
        await asyncio.sleep(0)
        spool = opened(folder)
        monkeypatch.setattr(spool, "_crowded", True)
        try:
            await asyncio.wait_for(spool.keep(lines(1)), 10)
        finally:
            go_on.set()
        await busy
    assert [entry.seq for entry in spool.read()] == [1]


async def test_what_the_disk_refuses_in_the_thread_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Segment, content: bytes) -> float:
        raise OSError("no space left")

    spool = opened(folder)
    monkeypatch.setattr(spool, "_crowded", True)
    with monkeypatch.context() as broken:
        broken.setattr(Segment, "write", full)
        with pytest.raises(Unavailable, match="no space left"):
            await spool.keep(lines(1))
    await spool.keep(lines(2))
    spool.close()
    assert [entry.seq for entry in spool.read()] == [2]
