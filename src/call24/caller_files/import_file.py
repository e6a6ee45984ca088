"""A caller's file that is to be imported: opened and looked through before anything of it is stored. Blocking.

Nothing is unpacked to disk, and no name in the file becomes a path: its entries are those that a caller's file has, or
it is refused. What a file may have is bounded before it is read. It stores nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

import msgspec

from call24.exports.exporter import COLUMNS

MOST_ENTRIES = 60_000
MOST_UNPACKED = 4 << 30
MOST_RATIO = 200
"""Times smaller, of an entry that is no trifle. What a caller's file has becomes about ten times smaller."""
TRIFLE = 1 << 20
MOST_ROW = 4 << 20
MOST_MANIFEST = 32 << 20
MOST_LIST = 16 << 20
"""Of the ZIP's list of its entries, which is read whole."""
FORMAT, VERSION = "call24-caller-file", 1
MANIFEST, CALLS = "manifest.json", "calls.csv"
_CHUNK = 1 << 20
_END = b"PK\x05\x06"
_END_LENGTH, _COMMENT = 22, 65_535
_ENCRYPTED = 0x1
_ID = "[a-z_]{2,40}_[0-9a-z_-]{1,80}"
_NAMES = re.compile(
    rf"data/[a-z_]{{1,60}}\.json|schemas/[a-z_]{{1,60}}\.schema\.json|calls\.csv|recordings/{_ID}\.wav|vcon/{_ID}\.vcon\.json"
    rf"|files/{_ID}\.[a-z0-9]{{2,4}}"
)
_SOMEBODY = re.compile(rb'"(?:usr|dev|tok|ctc)_[0-9a-z]+"')


class FileRefused(Exception):
    """Nothing of the file is stored. `problem`: a code of the import, `detail`: in words."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem, self.detail = problem, detail


def unreadable(detail: str) -> FileRefused:
    return FileRefused("caller_file_unreadable", detail)


def too_big(detail: str) -> FileRefused:
    return FileRefused("caller_file_too_big", detail)


def changed(detail: str) -> FileRefused:
    return FileRefused("caller_file_changed", detail)


def misfit(detail: str) -> FileRefused:
    return FileRefused("caller_file_schema", detail)


class Listed(msgspec.Struct, frozen=True):
    """A file of the ZIP, as the manifest has it."""

    name: str
    size: int
    sha256: str
    count: int = 0


class Maker(msgspec.Struct, frozen=True):
    id: str
    name: str


class Manifest(msgspec.Struct, frozen=True):
    format: str
    version: int
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    organisation: Maker
    contact_id: str
    files: tuple[Listed, ...]


class CallerFile:
    """An open file whose entries are those of its manifest; `check` compares what is in them."""

    def __init__(self, path: Path) -> None:
        """Raises: FileRefused."""
        _check_end(path)
        try:
            self._zip = ZipFile(path)
        except (BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise unreadable(f"This is no ZIP that can be read: {error}") from None
        try:
            self._entries = _entries_of(self._zip.infolist())
            self.manifest = self._manifest()
        except BaseException:
            self._zip.close()
            raise
        self.listed = {one.name: one for one in self.manifest.files}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def check(self) -> None:
        """Each file is as long as the manifest says, and has its hash. Raises: FileRefused (caller_file_changed)."""
        for one in self.manifest.files:
            digest, size = hashlib.sha256(), 0
            for piece in self.pieces(one.name):
                digest.update(piece)
                size += len(piece)
            if (size, digest.hexdigest()) != (one.size, one.sha256):
                raise changed(f"{one.name} is not what the manifest lists: its size or its SHA-256 is another one")

    def pieces(self, name: str) -> Iterator[bytes]:
        """Raises: FileRefused (caller_file_unreadable)."""
        left = self._entries[name].file_size
        try:
            with self._zip.open(name) as file:
                while left > 0 and (piece := file.read(min(_CHUNK, left))):
                    left -= len(piece)
                    yield piece
        except (BadZipFile, ZlibError, NotImplementedError, EOFError, OSError) as error:
            raise unreadable(f"{name} cannot be unpacked: {error}") from None

    def whole(self, name: str, most: int = MOST_ROW) -> bytes:
        if self._entries[name].file_size > most:
            raise too_big(f"{name} is too long: at most {most // 1024:,} KB are read")
        return b"".join(self.pieces(name))

    def rows(self, collection: str) -> Iterator[bytes]:
        """Each document of a part, as JSON: a line each, as this format has them."""
        name, waiting, first, last = f"data/{collection}.json", b"", True, False
        for piece in (*self.pieces(name), None):
            waiting += b"" if piece is None else piece
            lines = waiting.split(b"\n")
            waiting = lines.pop()
            if len(waiting) > MOST_ROW:
                raise too_big(f"{name} has a document of more than {MOST_ROW >> 20} MB")
            for line in lines:
                if last or (first and line not in (b"[", b"[]")) or (not first and not line):
                    raise misfit(f"{name} is no list with a document in each line")
                last = line == b"[]" if first else line == b"]"
                if not first and not last:
                    yield line.removesuffix(b",")
                first = False
        if waiting or not last:
            raise misfit(f"{name} is no list with a document in each line")

    def sheet(self) -> Iterator[list[str]]:
        """The rows of `calls.csv`, below its heading."""

        def lines() -> Iterator[str]:
            with io.TextIOWrapper(
                io.BufferedReader(_Reader(self.pieces(CALLS))), encoding="utf-8-sig", newline=""
            ) as text:
                while line := text.readline(MOST_ROW):
                    yield line

        rows = csv.reader(lines(), strict=True)
        try:
            if next(rows, None) != list(COLUMNS):
                raise misfit(f"{CALLS} has not the columns of version {VERSION}")
            for row in rows:
                if len(row) != len(COLUMNS):
                    raise misfit(f"{CALLS} has a row of {len(row)} cells")
                yield row
        except (csv.Error, UnicodeDecodeError) as error:
            raise misfit(f"{CALLS} cannot be read: {error}") from None

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._entries:
            raise unreadable(f"This is no caller's file: it has no {MANIFEST}")
        try:
            found = msgspec.json.decode(self.whole(MANIFEST, MOST_MANIFEST), type=Manifest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise unreadable(f"{MANIFEST} is not one of a caller's file: {error}") from None
        if (found.format, found.version) != (FORMAT, VERSION):
            raise misfit(f"The file is {found.format} {found.version}, and {FORMAT} {VERSION} is read here")
        names = [one.name for one in found.files]
        if len(set(names)) != len(names):
            raise unreadable(f"{MANIFEST} lists a file twice")
        if extra := sorted(self._entries.keys() - {*names, MANIFEST}):
            raise unreadable(f"{extra[0]} is in the ZIP, and the manifest does not list it")
        if absent := sorted(set(names) - self._entries.keys()):
            raise unreadable(f"{absent[0]} is in the manifest, and not in the ZIP")
        return found


class _Reader(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        if not self._left:
            self._left = next(self._pieces, b"")
        count = min(len(into), len(self._left))
        into[:count], self._left = self._left[:count], self._left[count:]
        return count


def plain(document: bytes) -> bytes:
    """The same JSON without escapes that are not needed and names that stand twice: what was checked is what is stored.

    Raises: FileRefused (caller_file_schema).
    """
    try:
        return msgspec.json.encode(msgspec.json.decode(document))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise misfit(f"A document of the file is no JSON: {error}") from None


def check_names_nobody(row: bytes, own: str, where: str) -> None:
    """Ids of users and of other callers are no part of a file: with one, it could name somebody who is here.

    Raises: FileRefused (caller_file_schema).
    """
    for found in _SOMEBODY.findall(row):
        if found != f'"{own}"'.encode():
            raise misfit(f"{where} names {found.decode()}, who is not the caller")


def _check_end(path: Path) -> None:
    """The ZIP's own numbers, before its list of entries is read into memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_LENGTH - _COMMENT))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_LENGTH:
        raise unreadable("This is no ZIP: it has no end record")
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if entries > MOST_ENTRIES or length > MOST_LIST:
        raise too_big(f"The ZIP has too many entries: at most {MOST_ENTRIES:,} are read")


def _entries_of(infos: list[ZipInfo]) -> dict[str, ZipInfo]:
    found: dict[str, ZipInfo] = {}
    if len(infos) > MOST_ENTRIES:
        raise too_big(f"The ZIP has {len(infos):,} entries: at most {MOST_ENTRIES:,} are read")
    for one in infos:
        name = one.orig_filename  # `filename` may be another: what comes after a NUL is cut off there
        if name in found:
            raise unreadable(f"{name!r} is twice in the ZIP")
        if name != MANIFEST and not _NAMES.fullmatch(name):
            raise unreadable(f"{name[:200]!r} is no file of a caller's file")
        if one.flag_bits & _ENCRYPTED or one.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise unreadable(f"{name} is encrypted, or packed in another way than a caller's file is")
        if one.file_size > TRIFLE and one.file_size > MOST_RATIO * max(1, one.compress_size):
            raise too_big(f"{name} would become more than {MOST_RATIO} times as big as it is in the ZIP")
        found[name] = one
    if sum(one.file_size for one in infos) > MOST_UNPACKED:
        raise too_big(f"The ZIP would become bigger than {MOST_UNPACKED >> 30} GB")
    return found
