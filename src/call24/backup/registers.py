"""The register of erasures, beside the backups: who was deleted must stay deleted, also on another machine.

A copy only grows: a line that is in it stays, whatever became of the data folder. Lines name nobody (ADR 96).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from call24.backup.folder import created, sync, synced

NAMES = ("erased-callers.jsonl", "deleted.jsonl")
LOOKED = "looked.json"


def copy(data_register: Path, copies: Path, now: datetime) -> int:
    """Add to `copies` what only the data folder has, and note when it was looked; how many lines. Raises: OSError."""
    copies.mkdir(parents=True, exist_ok=True, mode=0o700)
    added = sum(_add(data_register / name, copies / name) for name in NAMES)
    _replace(copies / LOOKED, json.dumps({"at": now.isoformat()}).encode())
    return added


def bring(copies: Iterable[Path], data_register: Path) -> int:
    """Put what any of the copies has into a data folder; how many lines. Raises: OSError."""
    data_register.mkdir(parents=True, exist_ok=True, mode=0o700)
    return sum(_add(folder / name, data_register / name) for folder in copies for name in NAMES)


def looked_at(copies: Path) -> datetime | None:
    """When the newest copy was made: what was erased later is not in it."""
    try:
        return datetime.fromisoformat(json.loads((copies / LOOKED).read_bytes())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def since(copies: Iterable[Path], instant: datetime) -> int:
    """How many erasures the copies have of after this instant."""
    lines = {line for folder in copies for name in NAMES for line in _lines(folder / name)}
    times = [_time(line) for line in lines]
    return sum(at is not None and at > instant for at in times)


def _add(source: Path, target: Path) -> int:
    known = _lines(target)
    there = set(known)
    more = [line for line in _lines(source) if line not in there]
    if more:
        _replace(target, b"".join(line + b"\n" for line in (*known, *more)))
    return len(more)


def _lines(file: Path) -> list[bytes]:
    """Whole ones; the last may be half a line, of a machine that lost power."""
    try:
        return [line for line in file.read_bytes().splitlines() if _whole(line)]
    except FileNotFoundError:
        return []


def _whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _time(line: bytes) -> datetime | None:
    found: dict[str, Any] = json.loads(line)
    try:
        at = datetime.fromisoformat(found["at"])
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (KeyError, ValueError, TypeError):
        return None


def _replace(file: Path, content: bytes) -> None:
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with created(fresh) as out:
        out.write(content)
        synced(out)
    fresh.replace(file)
    sync(file.parent)
