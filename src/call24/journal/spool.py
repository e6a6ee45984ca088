"""Where journal lines wait while MongoDB is away: one file, each batch fsynced before it is acknowledged.

It holds whole entries as JSON lines, bounded in size; it does not decide when to use it (journal.py does).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
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
        """On disk when this returns. Raises: Unavailable when the spool is full."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = b"".join(self._encoder.encode(entry) + b"\n" for entry in entries)
        with self._path.open("ab") as file:
            if file.tell() + len(lines) > self._limit:
                raise Unavailable("The database is away and the spool for the journal is full")
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[Entry]:
        """All whole lines; a last line cut short by a crash was never acknowledged and is left out."""
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().split(b"\n")[:-1]
        return [self._decoder.decode(line) for line in lines if line]

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)
