"""The journal's write-ahead log on this machine's disk: each batch is synced here before it is acknowledged.

A folder of segments; a line of a segment is one batch, ``CRC32 [entries as JSON]``. A segment goes once all its entries
are in MongoDB. It is bounded in size, and does not know MongoDB: whoever brings entries home says so (flusher.py).
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from call24.journal.disk_thread import DiskThread
from call24.journal.model import Entry
from call24.kit.errors import Unavailable

log = logging.getLogger(__name__)

LIMIT = 64 * 1024 * 1024
SEGMENT = 1024 * 1024
QUICK_S = 0.005
"""A disk that syncs within this is waited for; a slower one from a thread, for the next ``PATIENT`` batches."""
PATIENT = 20
LOOK_S, CROWDED = 0.25, 0.04
"""Also where more of the time than this share goes into syncing: many calls at once are not to stand still for it."""

_encoder = msgspec.json.Encoder()
_batch = msgspec.json.Decoder(list[Entry])


class InUse(Unavailable):
    """Another process has this folder open: two must not write one journal."""

    code = "journal_in_use"


class Segment:
    """One file. ``waiting``: how many of its entries are not home yet. It is made by its first write."""

    def __init__(self, path: Path, *, waiting: int = 0, size: int = 0) -> None:
        self.path = path
        self.waiting = waiting
        self.size = size
        self._file = -1

    def write(self, content: bytes) -> float:
        """Synced when this returns; how long that took. From any thread, one at a time. Raises: OSError."""
        began = time.monotonic()
        if self._file < 0:
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            sync_folder(self.path.parent)
        written = 0
        while written < len(content):
            written += os.write(self._file, content[written:])
        os.fdatasync(self._file)
        return time.monotonic() - began

    def cut(self) -> None:
        """What was refused must not come back. Raises: OSError."""
        if self._file >= 0:
            os.ftruncate(self._file, self.size)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Spool:
    """``open`` before use; then one batch at a time."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._segments: deque[Segment] = deque()
        self._active: Segment | None = None
        self._number = 0
        self._lock = -1
        self._thread = DiskThread()
        self._patience = 0
        self._crowded = False
        self._synced_s = 0.0
        self._looked = time.monotonic()

    def open(self) -> list[Entry]:
        """Take possession, and read what the last process left: the oldest first. Doing it again is harmless.

        A last batch cut short was never acknowledged: it is cut off. What is damaged otherwise is said and set aside.

        Raises: InUse, Unavailable.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._take_possession()
            sync_folder(self._folder.parent)
            self._segments.clear()
            return [entry for path in self._paths() for entry in self._reopened(path)]
        except OSError as error:
            raise Unavailable(f"The journal's spool {self._folder} cannot be opened: {error}") from error

    def _take_possession(self) -> None:
        if self._lock >= 0:
            return
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise InUse(f"Another process has the journal's spool {self._folder}") from None
        self._lock = lock

    def _paths(self) -> list[Path]:
        """The oldest first."""
        return sorted(self._folder.glob("*.segment"))

    def _reopened(self, path: Path) -> list[Entry]:
        content = path.read_bytes()
        entries: list[Entry] = []
        for start, line, found in _batches(content):
            if found is not None:
                entries += found
            elif start + len(line) == len(content) and path == self._paths()[-1]:
                os.truncate(path, start)
            else:
                self._set_aside(path, start, line)
        self._number = max(self._number, int(path.stem))
        self._segments.append(Segment(path, waiting=len(entries), size=len(content)))
        return entries

    def _set_aside(self, path: Path, start: int, line: bytes) -> None:
        aside = self._folder / f"damaged-{path.stem}-{start}"
        aside.write_bytes(line)
        log.critical(
            "%s is damaged at byte %d: %d bytes could not be read and are kept in %s", path, start, len(line), aside
        )

    def read(self) -> list[Entry]:
        """What can be read now, without taking possession."""
        batches = (_batches(path.read_bytes()) for path in self._paths())
        return [entry for found in batches for _, _, entries in found for entry in entries or ()]

    # --- writing ---

    def add(self, entries: Sequence[Entry]) -> None:
        """On disk when this returns. Raises: Unavailable when the spool or the disk is full; then nothing was added."""
        segment, content = self._begin(entries)
        try:
            took = segment.write(content)
        except OSError as error:
            raise self._failed(segment, len(entries), error) from error
        self._done(segment, content, took)

    async def keep(self, entries: Sequence[Entry]) -> None:
        """The same, and the event loop stands still for no slow disk, nor for many syncs. Raises: Unavailable."""
        if not self._patience and not self._crowded:
            self.add(entries)
            return
        self._patience = max(0, self._patience - 1)
        segment, content = self._begin(entries)
        try:
            took = await self._thread.do(lambda: segment.write(content))
        except OSError as error:
            raise self._failed(segment, len(entries), error) from error
        self._done(segment, content, took)

    def _begin(self, entries: Sequence[Entry]) -> tuple[Segment, bytes]:
        packed = _encoder.encode(entries)
        content = b"%08x %b\n" % (zlib.crc32(packed), packed)
        if self.size + len(content) > self._limit:
            raise Unavailable("The journal's spool is full")
        if self._active is None or self._active.size >= SEGMENT:
            self._number += 1
            self._active = Segment(self._folder / f"{self._number:012d}.segment")
            self._segments.append(self._active)
        self._active.waiting += len(entries)
        return self._active, content

    def _done(self, segment: Segment, content: bytes, took: float) -> None:
        segment.size += len(content)
        if took > QUICK_S:
            self._patience = PATIENT
        self._synced_s += took
        if (passed := time.monotonic() - self._looked) >= LOOK_S:
            self._crowded = self._synced_s > CROWDED * passed
            self._synced_s, self._looked = 0.0, time.monotonic()

    def _failed(self, segment: Segment, count: int, error: OSError) -> Unavailable:
        """A file that failed once is not written again: nobody knows what the system still holds of it."""
        segment.waiting -= count
        try:
            segment.cut()
        except OSError as worse:
            log.error("%s could not be truncated: %s", segment.path, worse)
        self.turn()
        self._drop()
        return Unavailable(f"The journal's spool fails: {error}")

    # --- going home ---

    @property
    def limit(self) -> int:
        """Bytes beyond which nothing is taken."""
        return self._limit

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(segment.size for segment in self._segments)

    def flushed(self, count: int) -> None:
        """The oldest ``count`` entries are in MongoDB."""
        for segment in self._segments:
            here = min(count, segment.waiting)
            segment.waiting -= here
            count -= here
            if not count:
                break
        self._drop()

    def turn(self) -> None:
        """What comes next goes to a new file, so that the one before can go as soon as it is flushed."""
        self._active = None
        self._drop()

    def _drop(self) -> None:
        while self._segments and not self._segments[0].waiting and self._segments[0] is not self._active:
            segment = self._segments.popleft()
            segment.close()
            try:
                segment.path.unlink(missing_ok=True)
            except OSError as error:  # what is in it is found again, and known, at the next start
                log.error("%s could not be deleted: %s", segment.path, error)

    def close(self) -> None:
        """Give it up; what is not home stays on disk."""
        self._thread.close()
        self.turn()
        for segment in self._segments:
            segment.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def sync_folder(folder: Path) -> None:
    """The names of its files are on disk when this returns. Raises: OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _batches(content: bytes) -> Iterator[tuple[int, bytes, list[Entry] | None]]:
    """Where each line begins, the line, and its entries: None for one that cannot be read."""
    start = 0
    while start < len(content):
        end = content.find(b"\n", start) + 1 or len(content)
        line = content[start:end]
        yield start, line, _entries(line)
        start = end


def _entries(line: bytes) -> list[Entry] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        if int(line[:8], 16) != zlib.crc32(line[9:-1]) or line[8:9] != b" ":
            return None
        return _batch.decode(line[9:])
    except (ValueError, msgspec.DecodeError):
        return None
