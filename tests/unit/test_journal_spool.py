"""The spool: what it has acknowledged is read again, whole and in order, whatever a crash or a full disk did to it."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from call24.journal.model import Entry
from call24.journal.spool import Spool
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
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "journal.jsonl"


def test_what_was_added_is_read_again_as_it_was_and_in_order(path: Path) -> None:
    first, second = lines(1, 2, word='Энхбат\n"quoted"\u2028'), lines(3)
    spool = Spool(path)
    spool.add(first)
    spool.add(second)
    assert Spool(path).read() == [*first, *second]


def test_an_empty_or_absent_spool_has_no_lines(path: Path) -> None:
    assert Spool(path).read() == []
    path.parent.mkdir()
    path.touch()
    assert Spool(path).read() == []


def test_a_cleared_spool_is_gone(path: Path) -> None:
    spool = Spool(path)
    spool.add(lines(1))
    spool.clear()
    spool.clear()
    assert Spool(path).read() == []


@pytest.mark.parametrize("cut", [1, 2, 50, -1])
def test_a_half_written_last_line_is_left_out_and_does_not_spoil_the_next_one(path: Path, cut: int) -> None:
    whole, later = lines(1, 2), lines(3)
    spool = Spool(path)
    spool.add(whole)
    size = path.stat().st_size
    spool.add(lines(9))
    with path.open("r+b") as file:
        file.truncate(size + cut if cut > 0 else path.stat().st_size + cut)
    again = Spool(path)
    assert again.read() == whole
    again.add(later)
    assert Spool(path).read() == [*whole, *later]


def test_nothing_but_a_half_written_line_is_an_empty_spool_and_stays_usable(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"id":"evt_half')
    spool = Spool(path)
    assert spool.read() == []
    later = lines(1)
    spool.add(later)
    assert Spool(path).read() == later


def test_a_full_spool_refuses_a_batch_whole_and_keeps_what_it_had(path: Path) -> None:
    kept = lines(1, 2)
    spool = Spool(path, limit=600)
    spool.add(kept)
    size = path.stat().st_size
    with pytest.raises(Unavailable, match="full"):
        spool.add(lines(3, 4, 5))
    assert path.stat().st_size == size
    assert Spool(path).read() == kept


def test_a_full_disk_is_unavailable_and_leaves_no_half_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, later = lines(1), lines(3)
    spool = Spool(path)
    spool.add(kept)
    write = Spool._write

    def full(self: Spool, file: FileIO, data: bytes) -> None:
        file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "_write", full)
    with pytest.raises(Unavailable, match="No space left"):
        spool.add(lines(2))
    monkeypatch.setattr(Spool, "_write", write)
    spool.add(later)
    assert Spool(path).read() == [*kept, *later]


def test_a_spool_in_a_place_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where a folder should be")
    with pytest.raises(Unavailable):
        Spool(tmp_path / "spool" / "journal.jsonl").add(lines(1))


def test_a_batch_is_on_the_disk_before_it_is_acknowledged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def fsync(descriptor: Any) -> None:
        synced.append(path.stat().st_size)

    monkeypatch.setattr("call24.journal.spool.os.fsync", fsync)
    Spool(path).add(lines(1, 2))
    assert synced == [path.stat().st_size]
