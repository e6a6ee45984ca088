"""A restore into a MongoDB outside of the installation (`--mongodb`): into an empty database only."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

from call24.backup.errors import BackupError
from call24.kit.errors import Unavailable
from call24.kit.mongo.being_restored import BeingRestored, NotEmpty, Restorer
from call24.kit.settings import DATABASE, Settings


def begun(settings: Settings) -> BeingRestored:
    """Nothing is in it but the mark of this restore. Raises: BackupError, SettingsError."""
    database = BeingRestored(settings.mongodb_uri(), DATABASE)
    me = Restorer(socket.gethostname(), os.getpid(), datetime.now(UTC).replace(microsecond=0))
    try:
        try:
            database.begin(me)
        except NotEmpty as found:
            if found.by is None or found.by.machine != me.machine or _runs(found.by.pid):
                raise
            database.begin(me, is_over=found.by)
    except NotEmpty as found:
        raise BackupError(_refusal(found)) from None
    except Unavailable as error:
        raise BackupError(str(error.detail)) from None
    return database


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


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
