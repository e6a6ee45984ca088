"""What came after a backup is written over it, up to an instant: for a restore that goes to a point in time.

An instant is a second: what was written before it began is there, and nothing else. Of the segment in which it is, a
file is there if a document has its id then: files have no time of their own that would be that of their document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from call24.backup.errors import BackupError
from call24.backup.keys import BackupKey
from call24.backup.place import BackupPlace, Say
from call24.backup.records import Kind, told
from call24.backup.segments import Chain, ChainReader, Files, begins_at, reached
from call24.kit.mongo.history import Position, Replay, instant_of, position_of, replay
from call24.kit.mongo.whole import split
from call24.kit.settings import DATABASE

TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Since:
    """`at`: the database is as it was then; `misfits`: changes whose document was not there; `files`: that came or
    went; `later`: until when there is more, which was left out."""

    at: datetime
    changes: int = 0
    misfits: int = 0
    files: Files = field(default_factory=Files)
    later: datetime | None = None


def instant_given(text: str, now: datetime) -> datetime:
    """UTC. Raises: BackupError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BackupError(f"--until: {text!r} is no time: give one such as {now:{TIME}}") from None
    if at.tzinfo is None:
        raise BackupError(f"--until: {text!r} has no time zone: end it with Z for UTC, or with one such as +08:00")
    try:
        at = at.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise BackupError(f"--until: {text!r} is no time: give one such as {now:{TIME}}") from None
    if at > now:
        raise BackupError(f"--until: {at:{TIME}} is in the future: it is {now:{TIME}} now")
    return at


def chosen(place: BackupPlace, name: str | None, until: datetime | None) -> BackupKey:
    """The backup of this name, or the newest that is not later than `until`, and that something follows as far as that
    if there is one. Without both the one that reaches furthest with what follows it. Raises: BackupError."""
    if name:
        key = place.chosen(name)
        if until is not None and key.instant > until:
            raise BackupError(f"--until: {until:{TIME}} is before {key.name}, which is of {key.instant:{TIME}}")
        return key
    if until is None:
        newest = place.chosen(None)
        furthest = max(place.whole(), key=lambda key: _reaches(place, key))
        return furthest if _reaches(place, furthest) > _reaches(place, newest) else newest
    place.see_own()
    if not (there := place.whole()):
        raise BackupError(f"there is no whole backup in {place.at}")
    if not (before := [key for key in there if key.instant <= until]):
        raise BackupError(f"--until: {until:{TIME}} is before the oldest backup, which is of {there[0].instant:{TIME}}")
    return next((key for key in reversed(before) if _reaches(place, key) >= until), before[-1])


def _reaches(place: BackupPlace, key: BackupKey) -> datetime:
    """By the names of the segments that follow it."""
    return max(map(reached, place.segments(key.name)), default=key.instant)


def _newer(place: BackupPlace, at: datetime) -> str:
    """How to restore the newest backup, where it is of after this time; else nothing."""
    there = place.whole()
    if not there or there[-1].instant <= at:
        return ""
    newest, reaches = there[-1], _reaches(place, there[-1])
    how = f"--backup {newest.name}" + (f" --until {reaches:{TIME}}" if reaches > newest.instant else "")
    return f"The newest backup is of {newest.instant:{TIME}}: restore it with {how}"


class GoesOn:
    """What a restore of this backup goes on with. `opened`: the backup's key; `until` None: all that is there.

    Raises: BackupError where it is not there or damaged, before anything is restored.
    """

    def __init__(self, place: BackupPlace, key: BackupKey, opened: bytes, until: datetime | None) -> None:
        self._place = place
        self._reader = ChainReader(place, key, opened)
        self._until: Position | None = (int(until.timestamp()), 0) if until else None
        names = self._reader.names()
        self._later = max(map(reached, names), default=None)
        if begins_at(key) is None and not names and (until is None or until == key.instant):
            self._chain = Chain((int(key.instant.timestamp()), 0))
            return
        self._chain = self._reader.chain(self._until)
        self._check(key)

    def _check(self, key: BackupKey) -> None:
        reaches, wanted = self._chain.reaches, self._until
        if (wanted is None and not self._chain.broken) or (wanted is not None and wanted <= reaches):
            return
        last = f"{instant_of(reaches):{TIME}}"
        if self._chain.broken and (newer := _newer(self._place, instant_of(reaches))):
            raise BackupError(f"{self._chain.broken}. What follows {key.name} is whole up to {last}. {newer}")
        if self._chain.broken:
            raise BackupError(
                f"{self._chain.broken}. What follows {key.name} is whole up to {last}: restore it with --until {last}"
            )
        if not self._chain.segments:
            raise BackupError(f"nothing followed {key.name}, which is of {last}: restore it with --until {last}")
        raise BackupError(f"--until: what follows {key.name} ends at {last}: give this or an earlier time")

    def replay(self, uri: str, say: Say) -> Since:
        """Into the database that was restored, which nobody else uses. Raises: Unavailable, DamagedBackup."""
        at = instant_of(self._until or self._chain.reaches)
        since = Since(at, later=self._later if self._until and self._later and self._later >= at else None)
        with replay(uri, DATABASE) as database:
            for segment in self._chain.segments:
                partly = segment is self._chain.segments[-1]  # files are looked at after the last change was read
                late = list(self._segment(segment.name, database, since))
                if not partly:
                    for kind, about in late:
                        since.files.add(kind, about)
                else:
                    database.flush()
                    _of_then(late, database, since.files)
                say(f"{since.changes:,} changes after the backup")
            database.flush()
            since.misfits = database.misfits
        return since

    def _segment(self, name: str, database: Replay, since: Since) -> Iterator[tuple[Kind, dict[str, Any]]]:
        """What it says of files."""
        for kind, content in self._reader.content(name):
            match kind:
                case Kind.CHANGES:
                    for change in split(content):
                        if self._until is None or position_of(change) < self._until:
                            database.add(change)
                            since.changes += 1
                case Kind.KEPT | Kind.GONE:
                    yield kind, told(content)
                case _:
                    pass


def _of_then(late: list[tuple[Kind, dict[str, Any]]], database: Replay, files: Files) -> None:
    there = database.there(_id(about) for _, about in late)
    for kind, about in late:
        if (_id(about) in there) is (kind is Kind.KEPT):
            files.add(kind, about)


def _id(about: dict[str, Any]) -> str:
    """Files are named by their document's id."""
    return PurePosixPath(str(about["path"])).name.partition(".")[0]
