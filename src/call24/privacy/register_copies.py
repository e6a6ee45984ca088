"""Copies of the register of erasures on another disk: who was deleted must stay deleted when this one is lost.

A copy only grows: a line that is in it stays, whatever became of the data folder, until its organisation is
deleted. Lines name nobody (ADR 96). What to do with one is the server's, at its start.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from call24.kit.clock import Clock
from call24.kit.secrets import replace_secret
from call24.privacy.receipts import receipt_id

log = logging.getLogger(__name__)

NAMES = ("erased-callers.jsonl", "deleted.jsonl")
CLOSING: Final = "organisation_closing"
LOOKED = "looked.json"
EVERY_S = 2.0
SAID_EVERY = 30
"""Every so many looks it is noted when it was looked, though nothing was new."""


class RegisterCopies:
    """Keeps one copy up to date while the server runs. `folder` None: nobody asked for one."""

    def __init__(self, clock: Clock, register: Path, folder: Path | None) -> None:
        self._clock = clock
        self._register = register
        self._folder = folder
        self._seen: object = None
        self._looks = 0
        self._fails = False

    async def run(self) -> None:
        while self._folder is not None:
            await self.look(self._folder)
            await asyncio.sleep(EVERY_S)

    async def look(self, folder: Path) -> None:
        """Copy what is new. Where that fails it is said once, and tried again: an erasure is not refused for it."""
        try:
            await asyncio.to_thread(self._copy, folder)
        except OSError as error:
            if not self._fails:
                log.critical("the register of erasures cannot be copied to --register-copy: %s", error.strerror)
            self._fails = True
            return
        if self._fails:
            log.warning("the register of erasures is copied again")
        self._fails = False

    def _copy(self, folder: Path) -> None:
        there = [_stat(self._register / name) for name in NAMES]
        self._looks += 1
        if there == self._seen and not self._fails and self._looks % SAID_EVERY:
            return
        if not folder.is_dir():  # made here it would be on this disk, where another one should be mounted
            raise FileNotFoundError(2, f"{folder} is not there")
        copy(self._register, folder, self._clock.now())
        self._seen = there


def _stat(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def copy(register: Path, folder: Path, now: datetime) -> int:
    """Add to `folder` what only the data folder has, and note when; how many lines. Raises: OSError."""
    with _alone(folder):
        closed = _closed((register, folder))
        added = sum(_add(register / name, folder / name, closed) for name in NAMES)
        replace_secret(folder / LOOKED, json.dumps({"at": now.isoformat()}))
    return added


def bring(folders: Iterable[Path], register: Path) -> int:
    """Put what any of the copies has into a data folder; how many lines. Raises: OSError."""
    register.mkdir(parents=True, exist_ok=True, mode=0o700)
    there = list(folders)
    closed = _closed(there)
    return sum(_add(folder / name, register / name, closed) for folder in there for name in NAMES)


def looked_at(folder: Path) -> datetime | None:
    """When the copy was last up to date: what was erased later is not in it."""
    try:
        return datetime.fromisoformat(json.loads((folder / LOOKED).read_bytes())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def since(folders: Iterable[Path], instant: datetime) -> int:
    """How many erasures the copies have of after this instant."""
    lines = {line for folder in folders for name in NAMES for line in _lines(folder / name)}
    times = [_time(line) for line in lines]
    return sum(at is not None and at > instant for at in times)


def _closed(folders: Iterable[Path]) -> set[str]:
    """What tells which organisations were deleted: the receipts' ids."""
    deleted = [json.loads(line) for folder in folders for line in _lines(folder / NAMES[1])]
    return {str(line.get("id")) for line in deleted if line.get("rule") == CLOSING}


def _add(source: Path, target: Path, closed: Collection[str]) -> int:
    before = _lines(target)
    known = [line for line in before if not _of_closed(line, closed)]
    there = set(known)
    more = [line for line in _lines(source) if line not in there and not _of_closed(line, closed)]
    if more or known != before:
        replace_secret(target, b"".join(line + b"\n" for line in (*known, *more)).decode())
    return len(more)


def _of_closed(line: bytes, closed: Collection[str]) -> bool:
    """An erased caller's, of an organisation that goes as a whole."""
    tenant_id = json.loads(line).get("tenant_id")
    return bool(closed and tenant_id) and receipt_id(CLOSING, str(tenant_id)) in closed


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


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The server and a backup may copy at once."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
