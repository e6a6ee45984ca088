"""When the last backup of a data folder was made: written by `./call24 backup make`, told by `./call24 status`."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

NAME = "last-backup.json"


def write(data: Path, instant: datetime) -> None:
    """`instant`: what the backup holds is as of then. Raises: OSError."""
    part = data / f"{NAME}.part"
    part.write_text(json.dumps({"instant": instant.astimezone(UTC).isoformat()}))
    part.replace(data / NAME)


def read(data: Path) -> datetime | None:
    """None where none was made, or nobody can read when."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        return datetime.fromisoformat(json.loads((data / NAME).read_bytes())["instant"]).astimezone(UTC)
    return None
