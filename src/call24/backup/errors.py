"""What stops a backup or a restore: one line that says what is wrong and what to do, as StartError has it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from call24.installer.errors import StartError

_FULL = (errno.ENOSPC, errno.EDQUOT)


class BackupError(StartError):
    """A backup that cannot be made, read or restored."""


class DamagedBackup(BackupError):
    """What was read is not what was written: changed, moved or cut off."""


class PlaceAway(BackupError):
    """The place does not answer, or lets nobody in: what is there is not known."""


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Raises: BackupError where the disk at `place` is full or fails."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise BackupError(
                f"the disk of {place} is full: free some room, or give another folder. Earlier backups are whole"
            ) from None
        raise BackupError(
            f"{error.filename or place} cannot be used ({error.strerror}): see that it is yours"
        ) from None
