"""Where a restore may write, and which registers it may be given: it says so before it begins."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder
from call24.backup.keys import BackupKey
from call24.backup.restoring import restore
from call24.kit.settings import Settings

AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
KEY = BackupKey(name="2026-11-30T06-55-00Z-ab12", instant=AT, expires_at=AT + timedelta(30), about={})
NOBODY = 65534


def restores(data: Path, *registers: Path) -> None:
    folder = BackupFolder(Path("/missing"))
    restore(folder, KEY, b"", [], data, chosen=chosen, more_registers=registers, say=print)


def chosen(before: Settings) -> tuple[Settings, list[str]]:
    return before, []


def test_a_folder_without_a_register_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=f"--register: {tmp_path} has no register of erasures: give the folder with"):
        restores(tmp_path / "data", tmp_path)
    with pytest.raises(BackupError, match="--register: /mistyped has no register"):
        restores(tmp_path / "data", Path("/mistyped"))
    (tmp_path / "looked.json").write_text("{}")
    with pytest.raises(BackupError, match="use another backup"):
        restores(tmp_path / "data", tmp_path)


def test_a_disk_s_own_folder_cannot_be_renamed_and_is_refused() -> None:
    with pytest.raises(BackupError, match="give a folder in it, such as /dev/shm/data"):
        restores(Path("/dev/shm"))


@pytest.fixture
def somebody_else() -> Iterator[None]:
    """Without the rights of root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


def test_who_may_not_write_there_is_told_which_folder_and_what_to_do(somebody_else: None) -> None:
    with pytest.raises(BackupError, match=r"may not write to /usr, .*: chown .* /usr"):
        restores(Path("/usr/call24-data"))
    with tempfile.TemporaryDirectory() as mine, pytest.raises(BackupError, match="use another backup"):
        restores(Path(mine) / "data")
