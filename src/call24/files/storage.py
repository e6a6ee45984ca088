"""Where files are, a folder for each organisation or the S3-compatible store, and how one is opened."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from call24.files.model import StoredFile
from call24.files.remote_files import RemoteFiles
from call24.files.sealed_file import THUMBNAIL, Seal, SealedReader, append, write_whole
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import TenantId
from call24.recordings.audio import AudioFile
from call24.recordings.keys import RecordingKeys


class FileStorage:
    """`floor`: bytes that stay free on the disk. `remote` None: no S3-compatible store is set."""

    def __init__(self, folder: Path, floor: int, keys: RecordingKeys, remote: RemoteFiles | None) -> None:
        self._folder = folder
        self._floor = floor
        self.keys = keys
        self._remote = remote
        self._left: deque[tuple[float, StoredFile]] = deque()

    async def seal(self, file: StoredFile) -> Seal:
        """Raises: NotFound (its key is destroyed), Unavailable."""
        return Seal(file, await self.keys.get(file.tenant_id, file.key_id))

    async def append(self, file: StoredFile, seal: Seal, number: int, frames: Sequence[bytes]) -> None:
        """Raises: Unavailable (a full disk)."""
        path = self.path(file)
        try:
            await asyncio.to_thread(append, path, seal, number, frames)
        except OSError as error:
            raise Unavailable(f"The file cannot be stored: {error.strerror}") from error

    def check_room(self, size: int) -> None:
        """Raises: Unavailable where so many bytes more would leave too little."""
        folder = self._folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        if shutil.disk_usage(folder).free - size < self._floor:
            raise Unavailable("The disk is too full for this file")

    async def open(self, file: StoredFile) -> AudioFile:
        """Its bytes, whole or in part. Raises: NotFound (no file, key destroyed), Unavailable."""
        seal, path = await self.seal(file), self.path(file)
        if file.moved_at is not None:
            if self._remote is None:
                raise Unavailable("The file is in an S3-compatible store, and none is set (--files-store)")
            return self._remote.open(file, seal)
        if not await asyncio.to_thread(path.exists):
            raise NotFound("The file is missing")
        tag = f"{file.id}-{file.salt[:16]}"
        return AudioFile(file.size, tag, lambda: SealedReader(path, seal, file.size))

    async def keep_thumbnail(self, file: StoredFile, webp: bytes) -> None:
        """Beside the file, sealed with its key. Raises: NotFound (the file or its key is gone), Unavailable."""
        sealed = (await self.seal(file)).sealed(THUMBNAIL, webp)
        self.check_room(len(sealed))
        try:
            await asyncio.to_thread(write_whole, self.thumbnail_path(file), sealed)
        except FileNotFoundError:
            raise NotFound from None  # its folder went: the organisation is closed
        except OSError as error:
            raise Unavailable(f"The thumbnail cannot be stored: {error.strerror}") from error

    async def thumbnail(self, file: StoredFile) -> bytes:
        """WebP. Raises: NotFound (there is none, it is damaged, its key is destroyed), Unavailable."""
        seal = await self.seal(file)
        try:
            sealed = await asyncio.to_thread(self.thumbnail_path(file).read_bytes)
        except FileNotFoundError:
            raise NotFound("This file has no thumbnail") from None
        return seal.opened(THUMBNAIL, sealed)

    def left(self, file: StoredFile) -> None:
        """It has moved, and its copy on disk is left to `drop_left`."""
        self._left.append((time.monotonic(), file))

    async def drop_left(self, after_s: float) -> None:
        """What was left so long ago; all stays while a backup is made, whose documents may be of before the move."""
        if not self._left or await asyncio.to_thread(is_backed_up, self._folder.parent):
            return
        while self._left and time.monotonic() - self._left[0][0] >= after_s:
            _, file = self._left.popleft()
            with contextlib.suppress(OSError):  # the next start tries again
                await asyncio.to_thread(self.path(file).unlink, missing_ok=True)

    def drop(self, files: Sequence[StoredFile]) -> None:
        for file in files:
            self.path(file).unlink(missing_ok=True)
        self.drop_thumbnails(files)

    def drop_thumbnails(self, files: Sequence[StoredFile]) -> None:
        for file in files:
            self.thumbnail_path(file).unlink(missing_ok=True)

    def known(self) -> list[Path]:
        return list(self._folder.glob("*/*"))

    def path(self, file: StoredFile) -> Path:
        return self._folder / file.tenant_id / f"{file.id}.c24"

    def thumbnail_path(self, file: StoredFile) -> Path:
        return self._folder / file.tenant_id / f"{file.id}.thumbnail.c24"

    @staticmethod
    def ids_of(path: Path) -> tuple[TenantId, str]:
        """Of a file or of its thumbnail."""
        return TenantId(path.parent.name), path.name.partition(".")[0]


def is_backed_up(data: Path) -> bool:
    """Whether a backup of this data folder is being made: it holds the folder's lock from before its instant until it
    has all files."""
    if not data.is_dir():
        return False
    handle = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
