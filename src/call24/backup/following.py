"""Copies what comes after a backup, every few seconds, until somebody ends it: a restore can then go to any second.

It begins where the segments of the newest backup end, so it may be killed and started at any time. Once a newer backup
is there, it goes on with that one.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from call24.backup import contents
from call24.backup.errors import BackupError, PlaceAway
from call24.backup.keys import BackupKey, Opener
from call24.backup.new_files import NewFiles
from call24.backup.place import BackupPlace, NewSegment, Say
from call24.backup.records import Kind
from call24.backup.segments import Chain, ChainReader, Files, SegmentWriter, begins_at, named
from call24.backup.taking import Pace, copy_register, listed_files, mark_of_keys, schema_of, sealed_object
from call24.data_map import Place
from call24.installer import backup_note
from call24.kit.errors import Unavailable
from call24.kit.mongo.history import ENDS, Change, History, HistoryEnds, Position, history, instant_of, now, position_of
from call24.kit.settings import DATABASE, Settings

EVERY_S = 10.0
LARGEST = 4 * 1024 * 1024
"""Bytes of changes that are waited for at most; a transaction is never divided."""
QUIET_S = 60.0
"""So often a segment says that nothing was changed."""
AGAIN_S = 5.0
"""After MongoDB was away."""
PLACE_AGAIN_S = 30.0


@dataclass
class Waits:
    """Changes that are in no segment yet. `to`, `token`: of the last one."""

    changes: list[Change] = field(default_factory=list)
    size: int = 0
    since: float = 0.0
    to: Position = (0, 0)
    token: bytes = b""

    def add(self, change: Change, token: bytes) -> None:
        if not self.changes:
            self.since = time.monotonic()
        self.changes.append(change)
        self.size += len(change.raw)
        self.to, self.token = position_of(change), token


def follow(
    settings: Settings,
    declared: Sequence[Place],
    place: BackupPlace,
    opener: Opener,
    *,
    every_s: float = EVERY_S,
    once: bool = False,
    say: Say,
    warn: Say,
    pace: Pace,
) -> None:
    """Until it is interrupted; `once`: until everything of now is copied. `every_s`: how old a change gets at most
    before it is in a segment, while MongoDB and the place answer.

    Raises: BackupError where nothing can follow the newest backup, so that another one has to be made.
    """
    place.prepare(settings.data, warn)
    with place.writing(), place.following():
        key: BackupKey | None = first(place)
        while key is not None:
            try:
                key = _Following(settings, declared, place, key, key.open(opener), say, warn, pace, every_s).run(
                    once=once
                )
            except PlaceAway as error:
                if once:
                    raise
                warn(f"{error}: it is tried again")
                time.sleep(PLACE_AGAIN_S)


def first(place: BackupPlace) -> BackupKey:
    """The newest that something follows, so that it is followed up to the next one; else the newest.

    Raises: BackupError.
    """
    if not (there := place.whole()):
        raise BackupError(f"there is no whole backup in {place.at} that could be followed: make one")
    return next((key for key in reversed(there) if place.segments(key.name)), there[-1])


class _Following:
    """One backup."""

    def __init__(
        self,
        settings: Settings,
        declared: Sequence[Place],
        place: BackupPlace,
        key: BackupKey,
        opened: bytes,
        say: Say,
        warn: Say,
        pace: Pace,
        every_s: float,
    ) -> None:
        self._every_s = every_s
        self._settings = settings
        self._declared = declared
        self._place = place
        self._key = key
        self._opened = opened
        self._say = say
        self._warn = warn
        self._pace = pace
        self._cut_at = time.monotonic()
        self._chain = Chain(begins_at(key) or (0, 0))
        self._once = False

    def run(self, *, once: bool) -> BackupKey | None:
        """The newer backup to go on with; None: it is done. Raises: BackupError."""
        files, self._once = Files(), once
        try:
            self._chain = ChainReader(self._place, self._key, self._opened).chain(see=[files])
            if self._chain.broken:
                raise BackupError(self._chain.broken)
            self._files = NewFiles(self._settings.data, self._declared, self._known(files))
            return self._again_and_again(once=once)
        except PlaceAway:
            raise
        except (BackupError, HistoryEnds) as error:
            why = str(error.detail) if isinstance(error, HistoryEnds) else str(error)
            at = f"{instant_of(self._chain.reaches):%Y-%m-%d %H:%M:%S} UTC"
            reaches = f"{why}. What follows {self._key.name} ends at {at}"
            if (newer := self._newer(self._chain.reaches, at_all=True)) is None:
                raise BackupError(f"{reaches}: make another backup, which can be followed again") from None
            self._warn(f"{reaches}: {newer.name} is followed from now on")
            return newer

    def _known(self, files: Files) -> dict[str, tuple[int, int]]:
        known: dict[str, tuple[int, int]] = {}
        for about in (*listed_files(self._place, self._key, self._opened), *files.kept.values()):
            known[str(about["path"])] = int(about["size"]), int(about["mtime_ns"])
        return {path: seen for path, seen in known.items() if path not in files.gone}

    def _again_and_again(self, *, once: bool) -> BackupKey | None:
        away = False
        while True:
            last = self._chain.last
            uri, token = self._settings.mongodb_uri(), last.token if last else None
            try:
                goal = now(uri, DATABASE) if once else None
                with history(uri, DATABASE, contents.LEFT_OUT, self._chain.reaches, token) as changes:
                    away = False
                    if changes.identity not in ("", self._key.about.get("database") or changes.identity):
                        raise HistoryEnds("this is another database than the one that was backed up")
                    return self._copied(changes, goal)
            except HistoryEnds:
                raise
            except Unavailable as error:
                if once:
                    raise BackupError(str(error.detail)) from None
                if not away:
                    self._warn(f"{error.detail}: it is tried again")
                away = True
                time.sleep(AGAIN_S)

    def _copied(self, changes: History, goal: Position | None) -> BackupKey | None:
        """A segment ends where a change of a later time comes, or none is there: no transaction goes on then."""
        waits = Waits()
        while True:
            change = changes.next()
            done = change is None and goal is not None and changes.seen >= goal
            if change is None and waits.changes:
                waits.to, waits.token = changes.seen, changes.token
            ends = change is None or bool(waits.changes and position_of(change) > waits.to)
            if done or (ends and self._is_due(waits)):
                self._cut(waits, changes)
                waits = Waits()
                if (newer := self._newer(self._chain.reaches)) or done:
                    return newer
            if change is not None:
                if change["operationType"] in ENDS:
                    if waits.changes:
                        self._cut(waits, changes)
                    raise HistoryEnds("the database was dropped")
                waits.add(change, changes.token)

    def _is_due(self, waits: Waits) -> bool:
        now = time.monotonic()
        if waits.changes:
            return waits.size >= LARGEST or now - waits.since >= self._every_s
        return now - self._cut_at >= QUIET_S

    def _newer(self, reaches: Position, *, at_all: bool = False) -> BackupKey | None:
        """`at_all`: though what follows this one does not reach to it."""
        own = _order(self._key)
        newer = [key for key in self._place.whole() if begins_at(key) and _order(key) > own]
        return next((key for key in newer if at_all or _order(key)[0] <= reaches), None)

    # --- one segment ---

    def _cut(self, waits: Waits, changes: History) -> None:
        self._see_same()
        looked = self._files.look(all=self._once)
        if not waits.changes:
            waits.to, waits.token = changes.seen, changes.token
        name = named(len(self._chain.segments) + 1, waits.to)
        ids = {path: secrets.token_hex(16) for path in looked.changed}
        with self._place.new_segment(self._key.name, name, list(ids.values())) as fresh, fresh.file() as out:
            writer = SegmentWriter(out, self._opened, self._key.name, name, self._chain)
            for change in waits.changes:
                writer.change(change)
            for path, id in ids.items():
                if (about := self._stored(fresh, path, id)) is not None:
                    writer.say(Kind.KEPT, about)
            for path in looked.gone:
                writer.say(Kind.GONE, {"path": path})
            segment = writer.close(waits.to, waits.token)
            out.done()
        self._chain.segments.append(segment)
        self._cut_at = time.monotonic()
        copy_register(self._settings, self._place)
        with suppress(OSError):  # the segment is whole all the same
            backup_note.write_followed(self._settings.data, instant_of(segment.to))
        self._say(f"{self._key.name} is followed to {instant_of(segment.to):%Y-%m-%d %H:%M:%S} UTC")

    def _see_same(self) -> None:
        """What was sealed or changed by a step since then would not fit to the backup's keys and stamp."""
        about, data = self._key.about, self._settings.data
        if schema_of(data) != about.get("schema"):
            raise BackupError("Call24 was upgraded, and its data changed")
        if mark_of_keys(data) != about.get("keys"):
            raise BackupError(f"the app key was replaced, or {data} is not what was backed up")

    def _stored(self, fresh: NewSegment, path: str, id: str) -> dict[str, object] | None:
        """None: it was deleted meanwhile."""
        try:
            with (self._settings.data / path).open("rb") as file, fresh.object(id) as out:
                there = os.fstat(file.fileno())
                about, _ = sealed_object(out, file, there.st_size, self._pace)
        except FileNotFoundError:
            return None
        same = {"size": there.st_size, "mtime_ns": there.st_mtime_ns}
        return {"path": path, "mode": there.st_mode & 0o777, **same, "object": id, **about}


def _order(key: BackupKey) -> tuple[Position, str]:
    """Two backups of a database in which nothing happens may be of one position."""
    return begins_at(key) or (0, 0), str(key.about.get("made_at"))
