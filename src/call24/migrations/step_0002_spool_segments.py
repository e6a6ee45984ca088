"""The journal's write-ahead log was a single file with an event in each line: it becomes the first segment of today's.

Source: journal/spool.py; a line of a segment is `CRC32 [events as JSON]`.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from call24.migrations.folder_stamp import sync_folder
from call24.migrations.step import FolderStep

FIRST = "000000000000.segment"
"""Before any that the journal makes: it counts from 1."""


def change(data: Path) -> int:
    """How many lines there were. Raises: OSError."""
    earlier, folder = data / "spool" / "journal.jsonl", data / "spool" / "journal"
    if not earlier.is_file():
        return 0
    folder.mkdir(exist_ok=True)
    lines = list(_lines(earlier.read_bytes()))
    # Not in two steps: nobody reads the segment before this is done, and a killed one begins anew.
    with os.fdopen(os.open(folder / FIRST, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    earlier.unlink()
    sync_folder(earlier.parent)
    return len(lines)


def _lines(content: bytes) -> Iterator[bytes]:
    """A last line that was cut short was never acknowledged, and is left out. One that is damaged otherwise is carried
    over as it is: the journal says so, and sets it aside."""
    for line in content.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            continue
        batch = b"[" + line[:-1] + b"]"
        yield b"%08x %s\n" % (zlib.crc32(batch), batch) if line.startswith(b"{") else line


STEP = FolderStep(number=2, what="lines of the journal's log", change=change)
