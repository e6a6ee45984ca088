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

from tests.support.running import runs

MEMORY = Path("/dev/shm")
FREE = 6 * 1024**3
"""Bytes; with less the disk does. A database of tests takes half of a gigabyte, and a run has several."""


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A new one, in memory where there is room; it is deleted in the end, or by the next run if this one is killed."""
    remove_left()
    whose = f"{prefix}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=whose, dir=place(), ignore_cleanup_errors=True) as made:
        yield Path(made)


def remove_left(memory: Path = MEMORY) -> None:
    """The folders of processes that run no more."""
    for left in memory.glob("c24-*-*-*"):
        whose = left.name.split("-")[2]
        if whose.isdigit() and not runs(int(whose)):
            shutil.rmtree(left, ignore_errors=True)


def place() -> str | None:
    """None: where temporary files are otherwise."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > FREE:
        return str(MEMORY)
    return None
