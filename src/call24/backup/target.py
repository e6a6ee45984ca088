"""Where a restore writes: looked at before it begins, made, and taken away when it was cut off."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from call24.backup.errors import BackupError, writing_to
from call24.backup.folder import held
from call24.backup.keys import BackupKey
from call24.installer.child_processes import left_over_pid
from call24.installer.preflight import LONGEST_DATA_PATH
from call24.kit.version import SCHEMA, VERSION
from call24.privacy import register_copies

MARK = ".call24-is-restoring"
_ENDS_S = 10.0
_ROOM = 3
"""Times the size of the backup: its documents are deflated, and MongoDB has indexes and its own journal."""


def check_target(data: Path, key: BackupKey) -> None:
    """Raises: BackupError."""
    if len(os.fsencode(data)) > LONGEST_DATA_PATH:
        raise BackupError(f"--data: {data} is too long ({LONGEST_DATA_PATH} bytes fit): choose a shorter path")
    if os.path.ismount(data):
        raise BackupError(
            f"--data: {data} is a disk's own folder, and a restore renames the data folder when it is whole: give a "
            f"folder in it, such as {data / 'data'}"
        )
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupError(
            f"--data: {data} is not empty, and a restore overwrites nothing: move it away, or give another folder"
        )
    if int(key.about.get("schema", 0)) > SCHEMA:
        raise BackupError(
            f"{key.name} was made by Call24 {key.about.get('version')} (schema {key.about['schema']}), and this is "
            f"Call24 {VERSION}, which knows schemas up to {SCHEMA}: restore it with that version or a newer one"
        )
    needed = int(key.about.get("bytes", 0)) * _ROOM
    place = next(parent for parent in data.parents if parent.exists())
    if not os.access(place, os.W_OK | os.X_OK, effective_ids=True):
        user = os.geteuid()
        raise BackupError(
            f"user {user} may not write to {place}, where the data folder is made: run the restore as the user that "
            f"runs Call24, and let this folder be theirs: chown {user} {place}"
        )
    if (free := shutil.disk_usage(place).free) < needed:
        raise BackupError(f"too little room for {data}: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free")


def check_registers(given: Sequence[Path]) -> None:
    """A mistyped folder would bring back who was erased. Raises: BackupError."""
    for folder in given:
        if not any((folder / name).is_file() for name in (*register_copies.NAMES, register_copies.LOOKED)):
            raise BackupError(
                f"--register: {folder} has no register of erasures: give the folder with {register_copies.LOOKED}"
            )


@contextmanager
def fresh(scratch: Path) -> Iterator[None]:
    """A folder of our own, which is gone afterwards unless it was moved. Raises: BackupError."""
    with writing_to(scratch):
        scratch.parent.mkdir(parents=True, exist_ok=True)
    with held(scratch.parent, f"another restore is at work in {scratch.parent}: wait until it is done"):
        if scratch.exists():
            _take_away(scratch)
        with writing_to(scratch):
            scratch.mkdir(mode=0o700)
            (scratch / MARK).touch()
        try:
            yield
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _take_away(scratch: Path) -> None:
    """What a restore that was killed has left, its MongoDB too. Raises: BackupError."""
    if not (scratch / MARK).exists():
        raise BackupError(f"{scratch} is there, and no restore has made it: move it away")
    if (pid := left_over_pid(scratch, "mongod")) is not None:
        with contextlib.suppress(ProcessLookupError):
            gone = os.pidfd_open(pid)
            os.kill(pid, signal.SIGKILL)
            select.select([gone], [], [], _ENDS_S)
            os.close(gone)
    shutil.rmtree(scratch)


def clean(scratch: Path, prefix: str) -> None:
    """What a `verify` that was killed has left: callers' data in the clear, and a MongoDB. Raises: OSError."""
    for data in scratch.glob(f"{prefix}*/data"):
        if data.parent.lstat().st_uid != os.getuid() or data.parent.is_symlink():
            continue
        with contextlib.suppress(BackupError), fresh(data):  # refused while another one works there
            pass
        if not data.exists():
            shutil.rmtree(data.parent, ignore_errors=True)
