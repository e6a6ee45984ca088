"""Has the disk keep what was renamed, linked or deleted in a folder: syncing the file alone does not.

Source: fsync(2).
"""

from __future__ import annotations

import os
from pathlib import Path


def sync(folder: Path) -> None:
    """Raises: OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(root: Path) -> None:
    """Each folder from here down. Raises: OSError."""
    for folder, _, _ in os.walk(root):
        sync(Path(folder))
