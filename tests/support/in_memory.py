"""Folders in the machine's memory, for what tests write much to and nobody needs afterwards.

A database on a disk waits for it at each write that it acknowledges, and those of all lanes wait for the same disk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
FREE = 6 * 1024**3
"""Bytes; with less the disk does. A database of tests takes half of a gigabyte, and a run has several."""


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A new one, in memory where there is room; it is deleted in the end."""
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place(), ignore_cleanup_errors=True) as made:
        yield Path(made)


def place() -> str | None:
    """None: where temporary files are otherwise."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > FREE:
        return str(MEMORY)
    return None
