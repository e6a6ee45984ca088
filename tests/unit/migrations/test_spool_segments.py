"""The journal's log as a single file becomes a segment that the journal reads, whenever it is ended meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from call24.journal.model import Entry
from call24.journal.spool import Spool
from call24.kit.ids import EventId, TenantId
from call24.migrations import step_0002_spool_segments as step

AT = datetime(2026, 11, 24, tzinfo=UTC)


def entry(seq: int) -> Entry:
    return Entry(
        id=EventId(f"evt_{seq}"), tenant_id=TenantId("ten_a"), seq=seq, at=AT, type="X", call_id=None, agent_id=None,
        body={"type": "X"}, delete_at=AT,
    )  # fmt: skip


def earlier(data: Path, *entries: Entry, more: bytes = b"") -> None:
    (data / "spool").mkdir()
    content = b"".join(msgspec.json.encode(one) + b"\n" for one in entries)
    (data / "spool" / "journal.jsonl").write_bytes(content + more)


def read(data: Path) -> list[int]:
    return [one.seq for one in Spool(data / "spool" / "journal").open()]


def test_its_lines_come_before_those_of_segments(tmp_path: Path) -> None:
    earlier(tmp_path, entry(1), entry(2))
    spool = Spool(tmp_path / "spool" / "journal")
    spool.open()
    spool.add([entry(3)])
    spool.close()
    assert step.change(tmp_path) == 2
    assert read(tmp_path) == [1, 2, 3]
    assert not (tmp_path / "spool" / "journal.jsonl").exists()


def test_done_again_after_any_place_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier(tmp_path, entry(1), entry(2))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            step.change(tmp_path)
    assert step.change(tmp_path) == 2
    assert step.change(tmp_path) == 0
    assert read(tmp_path) == [1, 2]


def test_a_last_line_that_was_cut_short_is_left_out_and_a_damaged_one_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    earlier(tmp_path, entry(1), more=b"\x00\x00 damaged\n" + msgspec.json.encode(entry(2)) + b"\n" + b'{"id":"evt_3"')
    assert step.change(tmp_path) == 3
    assert read(tmp_path) == [1, 2]
    assert [file.read_bytes() for file in (tmp_path / "spool" / "journal").glob("damaged-*")] == [b"\x00\x00 damaged\n"]


def test_without_such_a_file_nothing_is_made(tmp_path: Path) -> None:
    assert step.change(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []
