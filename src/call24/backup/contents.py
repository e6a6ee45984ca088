"""What a backup has of an installation: which files of the data folder, and which collections.

Files are those of places that rooms declare (ADR 85) with `in_backup`. Pure but for listing a folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from call24.backup.errors import DamagedBackup
from call24.data_map import Files, Place

LEFT_OUT = frozenset(
    {
        "tokens",
        "devices",
        "app_passwords",
        "links",
        "invitations",
        "reset_wishes",
        "provider_visits",
        "realtime_nodes",
        "realtime_messages",
    }
)
"""Collections that no backup has: what opens a door may have been taken back since (ADR 104), and what processes tell
each other is over."""
TAKEN_BACK = (("users", "operator_since"),)
"""Collections and fields that a restore empties for the same reason."""
AFTERWARDS = ("spool/journal/", "audit/lines.")
"""Read after the instant: what MongoDB did not have yet. All other small files are read before it."""


def places(declared: Iterable[Place]) -> list[Place]:
    """Those of files that a backup has."""
    return [place for place in declared if isinstance(place.where, Files) and place.in_backup]


def small(data: Path, declared: Iterable[Place], *, afterwards: bool) -> Iterator[PurePosixPath]:
    """Files that each backup copies whole, relative to the data folder."""
    for place in places(declared):
        assert isinstance(place.where, Files)
        if not place.where.apart and str(place.where).startswith(AFTERWARDS) is afterwards:
            yield from _there(data, place.where)


def of_organisations(data: Path, declared: Iterable[Place]) -> Iterator[PurePosixPath]:
    """Sound and files: each is stored once, for all backups that have it."""
    for place in places(declared):
        assert isinstance(place.where, Files)
        if place.where.apart:
            yield from _there(data, place.where)


def _there(data: Path, files: Files) -> Iterator[PurePosixPath]:
    for path in sorted(data.glob(files.pattern())):
        relative = PurePosixPath(path.relative_to(data))
        if path.is_file() and not path.is_symlink() and files.holds(relative):
            yield relative


def checked(path: str, declared: Iterable[Place]) -> PurePosixPath:
    """Where a file of a backup is put, below the data folder. Raises: DamagedBackup for what no place holds."""
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise DamagedBackup(f"the backup has a file {path!r}, which is outside of the data folder")
    if not any(isinstance(place.where, Files) and place.where.holds(relative) for place in places(declared)):
        raise DamagedBackup(f"the backup has a file {path!r}, which no place of this version holds: use a newer Call24")
    return relative
