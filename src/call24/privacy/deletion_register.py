"""Which accounts, organisations and people of address books were deleted, in a file beside MongoDB. It deletes nothing.

A restore of the database leaves the file as it is: what comes back with older data is found by it and deleted again. A
line has the id that the deletion's receipt has, and names nobody. Of callers, contacts/erasure_register.py does this.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from call24.kit.errors import Unavailable
from call24.privacy.receipts import receipt_id

log = logging.getLogger(__name__)

Deleted = Literal["account_deletion", "organisation_closing", "person_erasure"]
MOST = 500_000
"""Lines, about 100 bytes each. Beyond them the older half goes: a copy of the database from before is not corrected."""


class DeletionLine(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: the receipt's; `reason`: a code, as the receipt has it."""

    id: str
    rule: Deleted
    reason: str
    at: datetime


class DeletionRegister:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing = asyncio.Lock()
        self._lines: dict[str, DeletionLine] | None = None

    @property
    def has_file(self) -> bool:
        """Whether anything was ever deleted."""
        return self._file.exists()

    async def add(self, rule: Deleted, id: str, reason: str, at: datetime) -> None:
        """Before the deletion is noted in MongoDB: what only this file has is carried out at the next start.

        Raises: Unavailable.
        """
        line = DeletionLine(id=receipt_id(rule, id), rule=rule, reason=reason, at=at)
        async with self._writing:
            try:
                await asyncio.to_thread(self._add, line)
            except OSError as error:
                raise Unavailable(f"The register of erasures cannot be written: {error.strerror}") from error

    async def has(self, rule: Deleted) -> bool:
        """Whether anything was deleted by this rule."""
        lines = await asyncio.to_thread(self._known)
        return any(line.rule == rule for line in lines.values())

    async def found(self, rule: Deleted, ids: Sequence[str]) -> dict[str, DeletionLine]:
        """Those of these ids that were deleted once, with their lines."""
        lines = await asyncio.to_thread(self._known)
        named = {id: lines.get(receipt_id(rule, id)) for id in ids}
        return {id: line for id, line in named.items() if line is not None}

    def _add(self, line: DeletionLine) -> None:
        lines = self._known()
        if line.id in lines:
            return
        if len(lines) >= MOST:
            lines = self._lines = dict(list(lines.items())[MOST // 2 :])
            fresh = self._file.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            self._write(fresh, lines.values()).replace(self._file)
        self._write(self._file, [line])
        lines[line.id] = line

    def _write(self, file: Path, lines: Iterable[DeletionLine]) -> Path:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole = not file.exists() or file.read_bytes()[-1:] in (b"", b"\n")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            out.write(b"".join([*([] if whole else [b"\n"]), *(msgspec.json.encode(line) + b"\n" for line in lines)]))
            out.flush()
            os.fsync(out.fileno())
        return file

    def _known(self) -> dict[str, DeletionLine]:
        if self._lines is None:
            self._lines = {line.id: line for line in self._read()}
        return self._lines

    def _read(self) -> list[DeletionLine]:
        found: list[DeletionLine] = []
        for number, text in enumerate(self._file.read_bytes().splitlines() if self._file.exists() else (), 1):
            try:
                found.append(msgspec.json.decode(text, type=DeletionLine))
            except msgspec.MsgspecError:  # the last one, of a machine that lost power
                log.warning("line %d of %s cannot be read and is left out", number, self._file.name)
        return found
