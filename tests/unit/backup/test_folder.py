"""A folder of backups: each is whole or not there, and goes with its key on its day."""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.backup.clocks import Clocks
from call24.backup.errors import BackupError, DamagedBackup
from call24.backup.folder import BackupFolder, held
from call24.backup.keys import BackupKey
from call24.cli import backup
from call24.files.storage import is_backed_up

AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    made = BackupFolder(tmp_path / "store")
    made.clocks = lambda: Clocks(AT + 1000 * DAY, vouched=True)
    made.make()
    return made


def kept(folder: BackupFolder, at: datetime, needs: tuple[str, ...] = (), new: int = 1) -> tuple[str, list[str]]:
    """A backup that needs these objects and so many new ones."""
    with folder.new(at) as fresh:
        with fresh.file("content") as out:
            out.write(b"sealed")
        for _ in range(new):
            id, file = fresh.object()
            file.close()
            fresh.needed.append(id)
        fresh.needed += needs
        fresh.keep(BackupKey(name=fresh.name, instant=at, expires_at=at + 30 * DAY, about={}))
        return fresh.name, list(fresh.needed)


def objects(folder: BackupFolder) -> set[str]:
    return {file.name for file in folder.objects.glob("??/*")}


def test_the_newest_is_chosen_unless_one_is_named(folder: BackupFolder) -> None:
    new, _ = kept(folder, AT + DAY)
    old, _ = kept(folder, AT)
    assert [key.name for key in folder.whole()] == [old, new]
    assert folder.chosen(None).name == new and folder.chosen(old).name == old
    with pytest.raises(BackupError, match="there is no backup 2026"):
        folder.chosen("2026-01-01T00-00-00Z-0000")


def test_a_backup_that_is_cut_off_is_not_there_and_leaves_nothing(folder: BackupFolder) -> None:
    first, needs = kept(folder, AT)
    with pytest.raises(OSError, match="full"), folder.new(AT + DAY) as fresh:
        id, file = fresh.object()
        file.close()
        raise OSError("full")
    assert [key.name for key in folder.whole()] == [first]
    assert objects(folder) == set(needs) and id not in needs
    assert [path.name for path in folder.backups.iterdir()] == [first]


def test_what_a_kill_left_behind_is_cleaned_by_the_next_one(folder: BackupFolder) -> None:
    _, needs = kept(folder, AT)
    killed = folder.new(AT + DAY)
    fresh = killed.__enter__()
    fresh.object()[1].close()
    assert [key.name for key in folder.whole()] != [fresh.name]
    folder.clean()
    assert objects(folder) == set(needs) and not list(folder.backups.glob("*.part"))
    del killed


def test_a_folder_without_its_key_is_no_backup(folder: BackupFolder) -> None:
    name, _ = kept(folder, AT)
    (folder.keys / f"{name}.json").unlink()
    assert folder.whole() == []
    with pytest.raises(BackupError, match="there is no key of"):
        folder.chosen(name)


def test_one_whose_day_has_come_goes_with_its_key_and_with_what_it_alone_needs(folder: BackupFolder) -> None:
    old, needs = kept(folder, AT, new=2)
    new, all_of_new = kept(folder, AT + DAY, needs=(needs[0],))
    assert folder.expire(AT + 30 * DAY - timedelta(seconds=1)) == []
    assert folder.expire(AT + 30 * DAY) == [old]
    assert [key.name for key in folder.whole()] == [new]
    assert not (folder.keys / f"{old}.json").exists() and not (folder.backups / old).exists()
    assert objects(folder) == set(all_of_new) and needs[1] not in all_of_new


def test_a_clock_that_is_ahead_ends_nothing_until_somebody_confirms_the_time(
    folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [kept(folder, AT + n * DAY)[0] for n in range(2)]
    warned: list[str] = []
    folder.warn = warned.append
    ahead = AT + 40 * DAY
    for clocks, why in (
        (Clocks(AT + 2 * DAY, vouched=True), "the folder's own clock says 2026-12-02 06:55 UTC"),
        (Clocks(ahead, vouched=False), "no backup would be left, and no time service keeps this clock"),
    ):
        folder.clocks = lambda said=clocks: said  # type: ignore[misc]
        assert folder.expire(ahead) == []
        assert why in warned[-1] and "2 backups have expired by this machine's clock (2027-01-09" in warned[-1]
        assert "--confirm-time YYYY-MM-DD" in warned[-1]
        assert [key.name for key in folder.whole()] == names
    monkeypatch.setattr(backup, "clean_end", lambda: None)
    there = {"act": "expire", "folder": folder.root, "keys": None}
    with pytest.raises(BackupError, match="this machine's clock says"):
        backup.run(argparse.Namespace(**there, confirm_time="2026-01-01"))
    folder.time_confirmed = True
    assert folder.expire(ahead) == names and folder.whole() == []


def test_keys_may_lie_apart(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "store", tmp_path / "keys")
    folder.make()
    name, _ = kept(folder, AT)
    assert (tmp_path / "keys" / f"{name}.json").exists() and not (tmp_path / "store" / "keys").exists()
    with pytest.raises(BackupError, match="no whole backup"):
        BackupFolder(tmp_path / "store").chosen(None)


def test_a_second_backup_to_the_same_folder_is_refused(folder: BackupFolder) -> None:
    with folder.held(), pytest.raises(BackupError, match="wait until it is done"), folder.held():
        pass


def test_only_this_user_can_read_any_of_it(folder: BackupFolder) -> None:
    old = os.umask(0)
    try:
        kept(folder, AT)
    finally:
        os.umask(old)
    assert {path.stat().st_mode & 0o077 for path in folder.root.rglob("*")} == {0}


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "ab", "g" * 32])
def test_a_place_outside_is_no_object(folder: BackupFolder, id: str) -> None:
    with pytest.raises(DamagedBackup):
        folder.object(id)
    with pytest.raises(BackupError):
        folder.key(id)


def test_nothing_that_a_backup_being_made_may_need_is_dropped(folder: BackupFolder) -> None:
    old, _ = kept(folder, AT)
    with folder.new(AT + DAY) as fresh:
        id, file = fresh.object()
        file.close()
        assert folder.expire(AT + 30 * DAY) == [old]
        assert id in objects(folder)


def test_expiry_by_the_command_waits_for_the_backup_that_is_being_made(
    folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "clean_end", lambda: None)  # it is for a process of its own
    named = argparse.Namespace(act="expire", folder=folder.root, keys=None)
    with folder.held(), pytest.raises(BackupError, match="wait until it is done"):
        backup.run(named)


def test_a_backup_whose_expiry_was_cut_off_is_taken_away_by_the_next(
    folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(folder, AT)
    with monkeypatch.context() as patch, pytest.raises(BackupError):
        patch.setattr(shutil, "rmtree", fails)
        folder.expire(AT + 30 * DAY)
    assert folder.lacking() == {}
    folder.clean()
    assert not list(folder.backups.iterdir()) and not objects(folder)


def fails(*_: object) -> None:
    raise OSError(errno.EIO, "broken")


def test_a_backup_that_is_there_has_its_key_and_one_whose_end_fails_leaves_none(
    folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[int] = []

    def rename(part: Path, target: Path) -> Path:
        if part.parent == folder.backups:
            keys.append(len(list(folder.keys.glob("*.json"))))
            fails()
        return part.replace(target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="broken"):
        kept(folder, AT)
    assert keys == [1], "the key was there first"
    assert not list(folder.backups.iterdir()) and not list(folder.keys.iterdir())
    folder.clean()
    assert not objects(folder)


def test_a_folder_at_which_the_server_looks_is_held_a_moment_later(tmp_path: Path) -> None:
    """It has the lock for a moment, to see whether a backup is made."""
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)
    looked = threading.Timer(0.05, os.close, [handle])
    looked.start()
    with held(tmp_path, "busy"):
        assert is_backed_up(tmp_path)
        with pytest.raises(BackupError, match="busy"), held(tmp_path, "busy"):
            pass
    looked.join()
    assert not is_backed_up(tmp_path)
