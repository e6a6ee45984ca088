"""Sealed files in an S3-compatible store: a file is objects of 128 frames each, each put by itself.

An object's key is a random id and a number; neither says of whom the file is. The frames are those of sealed_file.py,
byte for byte: nothing is sealed or opened on the way there.
"""

from __future__ import annotations

import asyncio
import functools
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import NoReturn

from call24.files.model import StoredFile
from call24.files.object_store import ObjectStore
from call24.files.sealed_file import FRAME, NONCE, SEALED, TAG, Seal, damaged
from call24.kit.errors import NotFound
from call24.recordings.audio import AudioFile

FRAMES = 128
"""Of one object: 8 MiB, and what their seals take."""
OURS = re.compile(r"[0-9a-f]{32}/[0-9]{5}")
"""The whole key of an object of a file. Whatever else is in the bucket is somebody else's."""
WINDOW = 16
"""Frames that are read at once: 1 MiB is in memory for a download, however slow who downloads is."""


def new_object() -> str:
    return secrets.token_hex(16)


def objects_of(size: int) -> int:
    """Of a file of so many bytes."""
    return -(-size // (FRAME * FRAMES))


def key_of(object: str, number: int) -> str:
    return f"{object}/{number:05}"


def object_of(key: str) -> str:
    return key.partition("/")[0]


class RemoteFiles:
    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self._checked = False

    async def check(self, needed: Callable[[], Awaitable[int]]) -> None:
        """As the store's, until it was right once. Raises: StoreTrouble, Unavailable."""
        if not self._checked:
            await self.store.check(needed)
            self._checked = True

    async def keep(self, file: StoredFile, object: str, path: Path) -> None:
        """Puts the whole sealed file there. Raises: FileNotFoundError, StoreTrouble."""
        for number in range(objects_of(file.size)):
            await self.store.put(file.tenant_id, key_of(object, number), functools.partial(_part, path, number))

    async def has(self, file: StoredFile, object: str) -> bool:
        """Whether all of its objects are there; each is put whole. Raises: StoreTrouble."""
        try:
            for number in range(objects_of(file.size)):
                await self.store.read(file.tenant_id, key_of(object, number), 0, 0, begun=True)
        except NotFound:
            return False
        return True

    def open(self, file: StoredFile, seal: Seal) -> AudioFile:
        return RemoteFile(file, seal, self.store)

    async def remove(self, object: str, objects: int) -> None:
        """Raises: StoreTrouble."""
        for number in range(objects):
            await self.store.remove(object, key_of(object, number))


class RemoteFile(AudioFile):
    """A file in the store, read by ranges of whole frames."""

    def __init__(self, file: StoredFile, seal: Seal, store: ObjectStore) -> None:
        super().__init__(file.size, f"{file.id}-{file.salt[:16]}", self._not_here)
        self._file = file
        self._seal = seal
        self._store = store
        self._last: tuple[int, bytes] = (-1, b"")
        self._begun = False

    async def chunks(self, first: int = 0, last: int | None = None) -> AsyncIterator[bytes]:
        """As those of a file on disk. Raises: NotFound (missing, damaged), StoreTrouble, TooMany."""
        end = self.size if last is None else min(last + 1, self.size)
        while first < end:
            for number, plain in await self._frames(first // FRAME, (end - 1) // FRAME):
                chunk = plain[first - number * FRAME :][: end - first]
                first += len(chunk)
                yield chunk

    def pieces(self) -> Iterator[bytes]:
        """Raises: TypeError: it is read by `chunks` alone."""
        raise TypeError("a file in the store is not read by blocking")

    async def _frames(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Opened frames from `first` on, at most a window of one object."""
        if first == self._last[0]:
            return [self._last]
        object, place = divmod(first, FRAMES)
        count = min(last - first + 1, WINDOW, FRAMES - place)
        sealed = sum(self._sealed(number) for number in range(first, first + count))
        key = key_of(self._file.object, object)
        found = await self._read(key, place * SEALED, place * SEALED + sealed - 1)
        if len(found) != sealed:
            raise damaged(self._file.id)
        opened = await asyncio.to_thread(self._opened_frames, first, count, found)
        self._last = opened[-1]
        return opened

    async def _read(self, key: str, first: int, last: int) -> bytes:
        """What has begun is not turned away. A wrong --files-store is not a file that is missing."""
        try:
            found = await self._store.read(self._file.tenant_id, key, first, last, begun=self._begun)
        except NotFound:
            await self._store.see_own(self._file.tenant_id)
            raise
        self._begun = True
        return found

    def _opened_frames(self, first: int, count: int, sealed: bytes) -> list[tuple[int, bytes]]:
        return [
            (first + n, self._seal.opened(first + n, sealed[n * SEALED : n * SEALED + self._sealed(first + n)]))
            for n in range(count)
        ]

    def _sealed(self, number: int) -> int:
        """Bytes of a frame as it is stored: the last one may be shorter."""
        return min(FRAME, self.size - number * FRAME) + NONCE + TAG

    @staticmethod
    def _not_here() -> NoReturn:
        raise NotFound("The file is not on this machine")


def _part(path: Path, number: int) -> bytes:
    """Raises: FileNotFoundError."""
    with path.open("rb") as file:
        file.seek(number * FRAMES * SEALED)
        if part := file.read(FRAMES * SEALED):
            return part
    raise FileNotFoundError(path)
