"""When the last backup of a data folder was made, and where it is: written by `./call24 backup make`, told by
`./call24 status`."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

NAME = "last-backup.json"


class BackupNote(NamedTuple):
    """`instant`: what the backup holds is as of then; `to`: its folder, or s3://BUCKET/PREFIX; `host`: of that store,
    as HOST or HOST:PORT."""

    instant: datetime
    to: str
    host: str


def write(data: Path, instant: datetime, to: str, host: str) -> None:
    """Raises: OSError."""
    part = data / f"{NAME}.part"
    part.write_text(json.dumps({"instant": instant.astimezone(UTC).isoformat(), "to": to, "host": host}))
    part.replace(data / NAME)


def read(data: Path) -> BackupNote | None:
    """None where none was made, or nobody can read when."""
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        said = json.loads((data / NAME).read_bytes())
        instant = datetime.fromisoformat(said["instant"]).astimezone(UTC)
        return BackupNote(instant, str(said.get("to", "")), str(said.get("host", "")))
    return None
