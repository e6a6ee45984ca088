"""Files of the PBX's host that its server sends: each whole or not at all, for this user alone. Blocking."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

from call24.kit.folder_sync import sync

PART = ".part"
_LEFT_OVER_S = 600.0


def replace(target: Path, content: bytes) -> None:
    """On disk when this returns. Raises: OSError."""
    handle, name = tempfile.mkstemp(PART, f"{target.name}.", target.parent)  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    sync(target.parent)


def tidy(folder: Path) -> None:
    """Delete what a crash has left, however often one of them is deleted meanwhile."""
    old = time.time() - _LEFT_OVER_S
    for part in folder.glob(f"*{PART}"):
        with contextlib.suppress(OSError):
            if part.stat().st_mtime < old:
                part.unlink()
