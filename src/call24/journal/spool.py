"""Where journal lines wait while MongoDB is away: one file, each batch fsynced before it is acknowledged.

It holds whole entries as JSON lines, bounded in size; it does not decide when to use it (journal.py does).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path

import msgspec

from call24.journal.model import Entry
from call24.kit.errors import Unavailable

LIMIT = 64 * 1024 * 1024


class Spool:
    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        self._path = path
        self._limit = limit
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(Entry)

    def add(self, entries: Sequence[Entry]) -> None:
        """On disk when this returns. Raises: Unavailable when the spool or the disk is full; then nothing was added."""
        lines = b"".join(self._encoder.encode(entry) + b"\n" for entry in entries)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                size = file.tell()
                if size + len(lines) > self._limit:
                    raise Unavailable("The database is away and the spool for the journal is full")
                try:
                    self._write(file, lines)
                except OSError:
                    # What was refused must not come back as half a line in front of the next batch.
                    file.truncate(size)
                    raise
        except OSError as error:
            raise Unavailable(f"The database is away and the spool for the journal fails: {error}") from error

    def _write(self, file: FileIO, lines: bytes) -> None:
        written = 0
        while written < len(lines):
            written += file.write(lines[written:])
        os.fsync(file.fileno())

    def read(self) -> list[Entry]:
        """All whole lines; a last line cut short by a crash was never acknowledged: it is left out, and cut off."""
        if not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._path, whole)
        return [self._decoder.decode(line) for line in content[:whole].splitlines()]

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)
