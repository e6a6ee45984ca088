"""When the last backup of a data folder was made, where it is, and up to when it was followed: written by `./call24
backup make` and `follow`, told by `./call24 status`."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

NAME = "last-backup.json"
FOLLOWED = f"{NAME}.followed"


class BackupNote(NamedTuple):
    """`instant`: what the backup holds is as of then; `to`: its folder, or s3://BUCKET/PREFIX; `host`: of that store,
    as HOST or HOST:PORT; `followed`: what came until then is copied too; None: nothing ever was."""

    instant: datetime
    to: str
    host: str
    followed: datetime | None = None


def write(data: Path, instant: datetime, to: str, host: str) -> None:
    """Raises: OSError."""
    part = data / f"{NAME}.part"
    part.write_text(json.dumps({"instant": instant.astimezone(UTC).isoformat(), "to": to, "host": host}))
    part.replace(data / NAME)


def write_followed(data: Path, to: datetime) -> None:
    """Raises: OSError."""
    part = data / f"{FOLLOWED}.part"
    part.write_text(to.astimezone(UTC).isoformat())
    part.replace(data / FOLLOWED)


def _followed(data: Path) -> datetime | None:
    with suppress(OSError, ValueError):
        return datetime.fromisoformat((data / FOLLOWED).read_text()).astimezone(UTC)
    return None


def read(data: Path) -> BackupNote | None:
    """None where none was made, or nobody can read when."""
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        said = json.loads((data / NAME).read_bytes())
        instant = datetime.fromisoformat(said["instant"]).astimezone(UTC)
        return BackupNote(instant, str(said.get("to", "")), str(said.get("host", "")), _followed(data))
    return None
