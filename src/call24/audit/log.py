"""The files in the data folder: lines that are not home yet, and the checkpoints. Both are 0600 and synced.

A line is here before what it speaks of is acknowledged, whether MongoDB is there or not. It leaves only when it is in
MongoDB and a checkpoint that covers it is written: so a line that somebody takes away is always missed by one of the
two.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from call24.audit.model import Checkpoint, StoredAuditEntry
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId

log = logging.getLogger(__name__)

_MODE = 0o600


class LogFiles:
    def __init__(self, folder: Path) -> None:
        self._lines = folder / "lines.jsonl"
        self._checkpoints = folder / "checkpoints.json"

    def open(self) -> list[StoredAuditEntry]:
        """Lines that an earlier process left. A torn last line was never acknowledged, and goes.

        Raises: Unavailable, which names what is wrong with the files.
        """
        folder = self._lines.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            left = self.waiting()
            self.keep(left)
        except (OSError, msgspec.DecodeError) as error:
            raise Unavailable(f"The audit log in {folder} cannot be taken up: {error}") from error
        return left

    def waiting(self) -> list[StoredAuditEntry]:
        """The lines that are in the file now, home or not; for a reader beside the process that writes."""
        whole = self._lines.read_bytes().rpartition(b"\n")[0] if self._lines.exists() else b""
        return [msgspec.json.decode(text, type=StoredAuditEntry) for text in whole.splitlines() if text]

    def append(self, lines: Iterable[StoredAuditEntry]) -> None:
        """On disk when this returns. Raises: Unavailable, and then nothing of it is there."""
        text = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        size = 0
        try:
            descriptor = os.open(self._lines, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _MODE)
            try:
                size = os.fstat(descriptor).st_size
                while text:
                    text = text[os.write(descriptor, text) :]
                os.fdatasync(descriptor)
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, size)
                raise
            finally:
                os.close(descriptor)
        except OSError as error:
            log.error(
                "the audit log cannot be written; requests that must be audited are refused: %s", error
            )  # who asked is not told the machine's paths
            raise Unavailable("The audit log cannot be written: nothing is changed without it") from error

    def keep(self, lines: Sequence[StoredAuditEntry]) -> None:
        """Only these are not home."""
        self._replace(self._lines, b"".join(msgspec.json.encode(line) + b"\n" for line in lines))

    def checkpoints(self) -> dict[TenantId, Checkpoint]:
        """Raises: Unavailable."""
        if not self._checkpoints.exists():
            return {}
        try:
            return msgspec.json.decode(self._checkpoints.read_bytes(), type=dict[TenantId, Checkpoint])
        except msgspec.DecodeError as error:
            raise Unavailable(f"The audit log's {self._checkpoints.name} cannot be read: {error}") from error

    def write_checkpoints(self, checkpoints: dict[TenantId, Checkpoint]) -> None:
        self._replace(self._checkpoints, msgspec.json.encode(checkpoints))

    def _replace(self, path: Path, content: bytes) -> None:
        fresh = path.with_suffix(".fresh")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
