"""A backup goes on with what one that was cut off has stored: whatever is whole there, and the same here still."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from call24.backup.errors import BackupError
from call24.backup.keys import Opener
from call24.backup.place import BackupPlace, Say
from call24.backup.unfinished import Stored, Unfinished


class Resuming:
    """`unfinished`: notes what is stored from now on. `_had`: objects of the one that was cut off."""

    def __init__(self, place: BackupPlace, unfinished: Unfinished, had: set[str]) -> None:
        self.unfinished = unfinished
        self._place = place
        self._had = had

    def done(self, needed: Collection[str]) -> None:
        """The backup is whole, and needs these objects. Raises: OSError."""
        had = self._had | self.unfinished.end()
        if not had <= set(needed):
            with suppress(BackupError):  # their keys have just ended
                self._place.drop_unneeded()


@contextmanager
def going_on(
    data: Path, place: BackupPlace, opener: Opener, keep: timedelta, known: Stored, warn: Say
) -> Iterator[Resuming]:
    """What is stored already is `known` afterwards. For who holds the place. Raises: BackupError, OSError."""
    unfinished = Unfinished(place.keys)
    had = unfinished.ids()
    try:
        stored = unfinished.stored(opener)
    except BackupError as error:
        warn(f"what a backup that was cut off has stored is not used: {error}")
        stored = {}
    there = {path: about for path, about in stored.items() if _is_same(data / path, about) and is_whole(place, about)}
    known |= there
    now = datetime.now(UTC)
    unfinished.begin(opener, now, now + keep, there.values())
    try:
        yield Resuming(place, unfinished, had)
    except OSError:  # such as a full disk, on which nothing is left: then no key of it is left either
        unfinished.close()
        with suppress(BackupError, OSError):
            if not any(place.stored_size(id) for id in unfinished.ids()):
                unfinished.end()
        raise
    finally:
        unfinished.close()


def _is_same(path: Path, about: dict[str, Any]) -> bool:
    """Whether the file is there still, as it was then."""
    try:
        there = path.stat()
    except OSError:
        return False
    return (there.st_size, there.st_mtime_ns) == (about["size"], about["mtime_ns"])


def is_whole(place: BackupPlace, about: dict[str, Any]) -> bool:
    """As far as the size of its object tells; a sealed file is longer than what is in it."""
    size = place.stored_size(str(about["object"]))
    return size is not None and size == about.get("stored", size) and size > int(about["size"])
