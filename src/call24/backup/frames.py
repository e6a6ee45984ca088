"""Sealed files: a stream of bytes, encrypted and authenticated frame by frame, with a key of the file's own.

AES-256-GCM. A frame's nonce is its number, since a key seals one file and no frame twice. The tag covers the number and
whether it is the last, so whatever is changed, moved, left out or cut off is noticed when it is read.
Source: Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance"
(STREAM).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from call24.backup.errors import DamagedBackup

MAGIC = b"call24 sealed 1\n"
FRAME = 256 * 1024
KEY_BYTES, TAG_BYTES = 32, 16
_LENGTH = struct.Struct(">I")
_LAST = 1 << 31


class Writes(Protocol):
    def write(self, content: bytes, /) -> int: ...


class Reads(Protocol):
    """So many bytes, fewer at the end alone."""

    def read(self, size: int, /) -> bytes: ...


class SealedWriter:
    """`out` is a new file, `key` 32 random bytes that seal nothing else. Without `close` the file is cut off.

    `size`: bytes written so far.
    """

    def __init__(self, out: Writes, key: bytes) -> None:
        self._out = out
        self._cipher = AESGCM(key)
        self._number = 0
        self._waiting = bytearray()
        self.size = out.write(MAGIC)

    def write(self, content: bytes) -> None:
        """Raises: OSError."""
        self._waiting += content
        while len(self._waiting) > FRAME:
            self._frame(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]

    def close(self) -> None:
        """The last frame, which says that it is. Raises: OSError."""
        self._frame(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _frame(self, content: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), content, _about(self._number, last))
        self.size += self._out.write(_LENGTH.pack(len(sealed) | (_LAST if last else 0)) + sealed)
        self._number += 1


class SealedReader:
    """The bytes of a sealed file, in order. `name`: for what is said of it."""

    def __init__(self, file: Reads, key: bytes, name: str) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._name = name
        self._frames = self._read()
        self._waiting = bytearray()

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end alone. Raises: DamagedBackup, OSError."""
        while len(self._waiting) < size and (frame := next(self._frames, None)) is not None:
            self._waiting += frame
        found = bytes(self._waiting[:size])
        del self._waiting[:size]
        return found

    def frames(self) -> Iterator[bytes]:
        """What is left, frame by frame. Raises: DamagedBackup, OSError."""
        if self._waiting:
            yield self.read(len(self._waiting))
        yield from self._frames

    def _read(self) -> Iterator[bytes]:
        if self._file.read(len(MAGIC)) != MAGIC:
            raise DamagedBackup(f"{self._name} is no sealed file of Call24, or its beginning was changed")
        number, last = 0, False
        while not last:
            head = self._file.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                raise DamagedBackup(f"{self._name} is cut off after frame {number}: use another backup")
            (length,) = _LENGTH.unpack(head)
            last, length = bool(length & _LAST), length & ~_LAST
            sealed = self._file.read(length) if length <= FRAME + TAG_BYTES else b""
            try:
                yield self._cipher.decrypt(_nonce(number), sealed, _about(number, last))
            except (InvalidTag, ValueError):
                raise DamagedBackup(
                    f"frame {number} of {self._name} was changed, moved or cut off: use another backup"
                ) from None
            number += 1
        if self._file.read(1):
            raise DamagedBackup(f"{self._name} goes on after its last frame: use another backup")


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _about(number: int, last: bool) -> bytes:
    return MAGIC + number.to_bytes(8, "big") + bytes([last])
