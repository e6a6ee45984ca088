"""A restore into a MongoDB outside of the installation (`--mongodb`): into an empty database only."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import UTC, datetime
from pathlib import Path

from call24.backup.errors import BackupError
from call24.kit.errors import Unavailable
from call24.kit.mongo.being_restored import BeingRestored, NotEmpty, Restorer
from call24.kit.settings import DATABASE, Settings

BOOT = Path("/proc/sys/kernel/random/boot_id")


def begun(settings: Settings) -> BeingRestored:
    """Nothing is in it but the mark of this restore. Raises: BackupError, SettingsError."""
    me = _myself()
    database = BeingRestored(settings.mongodb_uri(), DATABASE, me)
    try:
        try:
            database.begin()
        except NotEmpty as found:
            if found.by is None or not _is_over(found.by, me):
                raise
            database.begin(is_over=found.by)
    except NotEmpty as found:
        raise BackupError(_refusal(found)) from None
    except Unavailable as error:
        raise BackupError(str(error.detail)) from None
    return database


def finished(database: BeingRestored) -> None:
    """Raises: BackupError."""
    try:
        database.finish()
    except NotEmpty as found:
        raise BackupError(_refusal(found)) from None
    except Unavailable as error:
        raise BackupError(str(error.detail)) from None


def _myself() -> Restorer:
    """A container has process ids of its own, and often the host's name."""
    boot, pids = BOOT.read_text().strip(), Path("/proc/self/ns/pid").readlink()
    now = datetime.now(UTC).replace(microsecond=0)
    started = _started(os.getpid()) or ""
    return Restorer(socket.gethostname(), f"{boot} {pids}", os.getpid(), started, now, secrets.token_hex(8))


def _is_over(by: Restorer, me: Restorer) -> bool:
    return (by.machine, by.place) == (me.machine, me.place) and _started(by.pid) != by.started


def _started(pid: int) -> str | None:
    """In clock ticks since boot; None: there is no such process. Source: proc_pid_stat(5)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None


def _refusal(found: NotEmpty) -> str:
    if found.by is None:
        return (
            f"--mongodb: the database {DATABASE} has {found.collections} collections already, and a restore overwrites "
            "nothing: give another MongoDB, or delete that database with MongoDB's own tools"
        )
    return (
        f"--mongodb: the database {DATABASE} is being filled by a restore that began at "
        f"{found.by.began_at:%Y-%m-%d %H:%M:%S} UTC on {found.by.machine} (process {found.by.pid}). If that one is "
        "over, run the restore on that machine, or delete the database with MongoDB's own tools"
    )
