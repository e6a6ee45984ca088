"""Copies of the register of erasures only grow, and are put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.clock import VirtualClock

from call24.privacy import register_copies as registers
from call24.privacy.receipts import receipt_id

AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)


def line(id: str, at: datetime = AT) -> str:
    return f'{{"id":"{id}","at":"{at.isoformat()}"}}\n'


def test_a_copy_keeps_what_the_data_folder_has_lost(tmp_path: Path) -> None:
    data, copies = tmp_path / "register", tmp_path / "copies"
    data.mkdir()
    copies.mkdir()
    (data / "deleted.jsonl").write_text(line("rcp_1") + line("rcp_2") + '{"id": "half')
    assert registers.copy(data, copies, AT) == 2
    (data / "deleted.jsonl").write_text(line("rcp_3"))
    assert registers.copy(data, copies, AT) == 1
    assert (copies / "deleted.jsonl").read_text() == line("rcp_1") + line("rcp_2") + line("rcp_3")
    assert registers.looked_at(copies) == AT


def test_lines_of_an_organisation_that_was_deleted_go_from_the_copy_and_do_not_come_back(tmp_path: Path) -> None:
    data, copies = tmp_path / "register", tmp_path / "copies"
    data.mkdir()
    copies.mkdir()
    callers = [f'{{"id":"ctc_{number}","tenant_id":"ten_{number}"}}\n' for number in (1, 2)]
    (data / "erased-callers.jsonl").write_text("".join(callers))
    registers.copy(data, copies, AT)
    assert (copies / "erased-callers.jsonl").read_text() == "".join(callers)
    (data / "erased-callers.jsonl").write_text(callers[1])
    closing = f'{{"id":"{receipt_id("organisation_closing", "ten_1")}","rule":"organisation_closing"}}\n'
    (data / "deleted.jsonl").write_text(closing)
    registers.copy(data, copies, AT)
    assert (copies / "erased-callers.jsonl").read_text() == callers[1]
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "erased-callers.jsonl").write_text("".join(callers))
    registers.bring([tmp_path / "older", copies], tmp_path / "new")
    assert (tmp_path / "new" / "erased-callers.jsonl").read_text() == callers[1]
    assert (tmp_path / "new" / "deleted.jsonl").read_text() == closing


def test_copies_are_put_together_on_a_new_machine(tmp_path: Path) -> None:
    for name, content in (("a", line("rcp_1")), ("b", line("rcp_1") + line("rcp_2"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "erased-callers.jsonl").write_text(content)
    assert registers.bring([tmp_path / "a", tmp_path / "b"], tmp_path / "data" / "register") == 2
    assert (tmp_path / "data/register/erased-callers.jsonl").read_text() == line("rcp_1") + line("rcp_2")
    assert not (tmp_path / "data/register/deleted.jsonl").exists(), "the server asks whether anything was ever deleted"


def test_erasures_of_after_the_backup_are_counted_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "deleted.jsonl").write_text(line("rcp_1", AT) + line("rcp_2", AT + timedelta(seconds=1)))
    assert registers.since([tmp_path / "a", tmp_path / "b"], AT) == 1


def test_of_a_folder_without_copies_nothing_is_known(tmp_path: Path) -> None:
    assert registers.looked_at(tmp_path) is None and registers.bring([tmp_path], tmp_path / "data") == 0


async def test_the_server_copies_what_is_new_and_does_not_make_the_folder_of_a_disk_that_is_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data, disk = tmp_path / "register", tmp_path / "disk"
    data.mkdir()
    (data / "deleted.jsonl").write_text(line("rcp_1"))
    copies = registers.RegisterCopies(VirtualClock(AT), data, disk)
    for _ in range(3):
        await copies.look(disk)
    assert not disk.exists() and len(caplog.records) == 1, "said once"
    disk.mkdir()
    await copies.look(disk)
    assert (disk / "deleted.jsonl").read_text() == line("rcp_1") and registers.looked_at(disk) == AT
    (data / "deleted.jsonl").write_text(line("rcp_1") + line("rcp_2"))
    await copies.look(disk)
    assert (disk / "deleted.jsonl").read_text() == line("rcp_1") + line("rcp_2")
    disk.rename(tmp_path / "away")
    for _ in range(registers.SAID_EVERY):
        await copies.look(disk)
    assert not disk.exists() and "cannot be copied" in caplog.records[-1].message
