"""The file of an encrypted recording: a header, then frames of 64 KiB, each encrypted and authenticated by itself.

Any part can be read by decrypting only its frames. A frame's tag covers its number, the header (with the whole length)
and whose recording it is, so that a frame cannot be changed, moved, left out, cut off or put into another file.
Each file has a key of its own, derived from the organisation's; a frame's number can therefore be its nonce.
Blocking; run it in a thread. Source: NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from call24.kit.errors import NotFound
from call24.kit.ids import KeyId

MAGIC = b"C24REC\x00\x01"
FRAME = 1 << 16
TAG = 16
SALT = 16
_HEADER = struct.Struct(">8sIQ16s32s")  # magic, frame, whole length, salt, key id
HEADER_SIZE = _HEADER.size
PARTS = 4
"""So many may write one recording at once, each its own file."""


class DataKey(NamedTuple):
    """An organisation's key."""

    id: KeyId
    secret: bytes

    def __repr__(self) -> str:
        return f"DataKey({self.id!r}, ...)"


class FileKey(NamedTuple):
    """The key of one file, derived from its organisation's: whoever has it can read that file and no other."""

    id: KeyId
    salt: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"FileKey({self.id!r}, ...)"


class SeekableFile(Protocol):
    def seek(self, offset: int, /) -> int: ...
    def read(self, count: int, /) -> bytes: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Header:
    """``size``: bytes of sound and WAV header, as they were before; ``raw``: the header's own bytes."""

    size: int
    salt: bytes
    key_id: KeyId
    raw: bytes

    @property
    def frames(self) -> int:
        return max(1, -(-self.size // FRAME))


def damaged(path: Path) -> NotFound:
    return NotFound(f"The recording {path.stem} is damaged", code="recording_damaged")


def key_of_file(key: DataKey) -> FileKey:
    """For a file that is not written yet."""
    salt = os.urandom(SALT)
    return FileKey(key.id, salt, _derived(key, salt))


def key_of_header(key: DataKey, header: Header) -> FileKey:
    """For a file that is there."""
    return FileKey(key.id, header.salt, _derived(key, header.salt))


def write(target: Path, plain: Iterable[bytes], size: int, key: DataKey | FileKey, bound: str) -> None:
    """Whole or not at all, and on disk when this returns. ``bound``: whose sound it is. Of several at once the last one
    stays.

    Raises: OSError, also when ``plain`` does not give ``size`` bytes.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _own_part(target) as (part, out):
        for piece in sealed(plain, size, key, bound):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
        part.replace(target)
    sync_folder(target.parent)


def sealed(plain: Iterable[bytes], size: int, key: DataKey | FileKey, bound: str) -> Iterator[bytes]:
    """The bytes of such a file, ``sealed_size(size)`` in all, as they come. Raises: OSError, as ``write``, at last."""
    salt = key.salt if isinstance(key, FileKey) else os.urandom(SALT)
    raw = _HEADER.pack(MAGIC, FRAME, size, salt, key.id.encode())
    header = Header(size, salt, key.id, raw)
    cipher = _cipher(key, salt)
    yield raw
    written = 0
    for number, frame in enumerate(_frames(plain)):
        written += len(frame)
        yield cipher.encrypt(_nonce(number), frame, _bound(header, bound, number))
    if written != size:
        raise OSError(f"{written} bytes came, not {size}")


def sealed_size(size: int) -> int:
    """Of a file with ``size`` bytes in it."""
    return _HEADER.size + size + max(1, -(-size // FRAME)) * TAG


class Incoming:
    """A file that comes sealed already, piece by piece: whole or not at all. ``close`` it, whatever became of it.

    Who has no key can check its header and its length alone; each frame is checked whenever it is read.
    """

    def __init__(self, target: Path) -> None:
        """Raises: OSError."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._target = target
        self._ends = contextlib.ExitStack()
        self._part, self._out = self._ends.enter_context(_own_part(target))
        self._is_whole = False

    def write(self, piece: bytes) -> None:
        """Raises: OSError."""
        self._out.write(piece)

    def keep(self) -> None:
        """Raises: NotFound (damaged) for what is no whole file; FileNotFoundError where it was erased; OSError."""
        self._out.flush()
        read_header(self._part)
        os.fsync(self._out.fileno())
        self._part.replace(self._target)
        self._is_whole = True
        sync_folder(self._target.parent)

    def close(self) -> None:
        if not self._is_whole:
            self._part.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # a full disk, which was told already
            self._ends.close()


def parts_of(target: Path) -> tuple[Path, ...]:
    """Where a file is while it is written."""
    return tuple(target.with_suffix(f".{number}.part" if number else ".part") for number in range(PARTS))


def read_header(path: Path) -> Header:
    """Raises: FileNotFoundError; NotFound (damaged) for a file that is not whole or not ours."""
    with path.open("rb") as file:
        raw = file.read(_HEADER.size)
        length = os.fstat(file.fileno()).st_size
    return header_of(raw, length, path)


def header_of(raw: bytes, length: int, path: Path) -> Header:
    """`raw`: the first HEADER_SIZE bytes of a file of `length`. Raises: NotFound (damaged)."""
    if len(raw) < _HEADER.size:
        raise damaged(path)
    magic, frame, size, salt, key_id = _HEADER.unpack(raw)
    header = Header(size, salt, KeyId(key_id.rstrip(b"\0").decode("ascii", "replace")), raw)
    if magic != MAGIC or frame != FRAME or length != sealed_size(size):
        raise damaged(path)
    return header


class EncryptedReader:
    """An open file; frames are checked as they are read. Close it. `file`: where it is opened already."""

    def __init__(
        self, path: Path, header: Header, key: DataKey | FileKey, bound: str, file: SeekableFile | None = None
    ) -> None:
        self._path = path
        self._header = header
        self._bound = bound
        self._cipher = _cipher(key, header.salt)
        self._file: SeekableFile = path.open("rb") if file is None else file

    def frame(self, number: int) -> bytes:
        """Raises: NotFound (damaged)."""
        self._file.seek(_HEADER.size + number * (FRAME + TAG))
        sealed = self._file.read(min(FRAME, self._header.size - number * FRAME) + TAG)
        try:
            return self._cipher.decrypt(_nonce(number), sealed, _bound(self._header, self._bound, number))
        except InvalidTag:
            raise damaged(self._path) from None

    def part(self, first: int) -> bytes:
        """From byte ``first`` to the end of its frame."""
        return self.frame(first // FRAME)[first % FRAME :]

    def close(self) -> None:
        self._file.close()


@contextlib.contextmanager
def _own_part(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """An empty file that nobody else writes; what a crash left is taken again. Raises: OSError."""
    for part in parts_of(target):
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as out:
            if _locked(out, part):
                out.truncate()
                yield part, out
                return
    raise BlockingIOError(f"{target.stem} is written by {PARTS} already")


def _locked(out: IO[bytes], part: Path) -> bool:
    try:
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(out.fileno()), part.stat())  # else it was finished meanwhile
    except (BlockingIOError, FileNotFoundError):
        return False


def _frames(plain: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for chunk in plain:
        waiting += chunk
        while len(waiting) >= FRAME:
            yield bytes(waiting[:FRAME])
            del waiting[:FRAME]
    if waiting:
        yield bytes(waiting)


def _cipher(key: DataKey | FileKey, salt: bytes) -> AESGCM:
    return AESGCM(key.secret if isinstance(key, FileKey) else _derived(key, salt))


def _derived(key: DataKey, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, b"call24 recording").derive(key.secret)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(header: Header, bound: str, number: int) -> bytes:
    return header.raw + number.to_bytes(8, "big") + bound.encode()


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
