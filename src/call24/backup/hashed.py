"""Hashes of files that are read, SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from call24.backup.frames import Reads


class Hashed:
    """Gives what is read, and hashes it."""

    def __init__(self, file: Reads) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        content = self._file.read(size)
        self.hash.update(content)
        return content


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
