"""The sealed file of an upload: frames of 64 KiB, each encrypted and authenticated by itself, added as they arrive.

As a recording's file (recordings/encrypted_file.py) it can be read from any place. Other than there each frame has a
random nonce in front of it: after a crash a frame may be written a second time, with other bytes. A frame's tag covers
its number, the file's id and whole size, so that a frame cannot be moved, left out, or put into another file.
Blocking; run it in a thread. Source: NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from call24.files.model import StoredFile
from call24.kit.errors import NotFound
from call24.recordings.encrypted_file import DataKey, sync_folder

FRAME = 1 << 16
NONCE, TAG = 12, 16
SEALED = FRAME + NONCE + TAG
SALT = 16
THUMBNAIL = -1
"""The number of the one frame that a file's thumbnail is: no frame of the file has it."""


def damaged(id: str) -> NotFound:
    return NotFound(f"The file {id} is damaged", code="file_damaged")


class Seal:
    """The key of one file."""

    def __init__(self, file: StoredFile, key: DataKey) -> None:
        derived = HKDF(hashes.SHA256(), 32, bytes.fromhex(file.salt), b"call24 file").derive(key.secret)
        self._cipher = AESGCM(derived)
        self._id = file.id
        self._bound = f"{file.tenant_id}/{file.id}/{file.size}/"

    def sealed(self, number: int, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, f"{self._bound}{number}".encode())

    def opened(self, number: int, sealed: bytes) -> bytes:
        """Raises: NotFound (file_damaged)."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], f"{self._bound}{number}".encode())
        except (InvalidTag, ValueError):
            raise damaged(self._id) from None


def append(path: Path, seal: Seal, number: int, frames: Sequence[bytes]) -> None:
    """The frames from `number` on; what stood there goes. On disk when this returns. Raises: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as out:
        out.truncate(number * SEALED)
        out.seek(number * SEALED)
        for place, frame in enumerate(frames, number):
            out.write(seal.sealed(place, frame))
        out.flush()
        os.fsync(out.fileno())
    if new:
        sync_folder(path.parent)


def write_whole(path: Path, sealed: bytes) -> None:
    """In place of what stood there. On disk when this returns. Raises: OSError, also where its folder is not there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)


class SealedReader:
    """An open file of `size` bytes; frames are checked as they are read. Close it. Raises: FileNotFoundError."""

    def __init__(self, path: Path, seal: Seal, size: int) -> None:
        self._seal = seal
        self._size = size
        self._file = path.open("rb")

    def part(self, first: int) -> bytes:
        """From byte `first` to the end of its frame. Raises: NotFound (file_damaged)."""
        number = first // FRAME
        self._file.seek(number * SEALED)
        plain = min(FRAME, self._size - number * FRAME)
        found = self._seal.opened(number, self._file.read(plain + NONCE + TAG))
        return found[first % FRAME :]

    def close(self) -> None:
        self._file.close()
