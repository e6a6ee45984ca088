"""Small pictures of pictures, drawn by a program of its own (identity/avatars/draw.py) and sealed beside the file.

They are drawn again, so that nothing else of the file is in them, neither where it was taken. One at a time, each
organisation in turn, and none before the malware scanner has let the file through. What cannot be drawn has none.
"""

from __future__ import annotations

import asyncio
import logging

from call24.files.model import StoredFile, ThumbnailState
from call24.files.storage import FileStorage
from call24.files.store import FileStore
from call24.identity.avatars import program
from call24.kit.errors import NotFound
from call24.kit.looking import keep_looking

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
DRAWN = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic")
OF_MAX = 32 * 1024 * 1024
"""Bytes of a picture; it is in memory while it is drawn."""
THUMBNAIL_MAX = 128 * 1024


class Thumbnails:
    def __init__(self, store: FileStore, storage: FileStorage) -> None:
        self._store = store
        self._storage = storage
        self._wake = asyncio.Event()

    @staticmethod
    def wanted(type: str, size: int) -> ThumbnailState:
        return "due" if type in DRAWN and size <= OF_MAX else "none"

    def wake(self) -> None:
        """There may be something to draw."""
        self._wake.set()

    async def read(self, file: StoredFile) -> bytes:
        """WebP. Raises: NotFound (there is none, or not yet), Unavailable."""
        if file.thumbnail != "made" or file.state != "ready":
            raise NotFound("This file has no thumbnail, or not yet")
        return await self._storage.thumbnail(file)

    async def run(self) -> None:
        """For ever: draws what waits."""
        await keep_looking(self.look, self._wake, LOOK_EVERY_S)

    async def look(self) -> bool:
        """Draws the oldest that waits of each organisation; whether there was any. Raises: Unavailable."""
        waiting = await self._store.without_thumbnail()
        for file in waiting:
            try:
                state = await self._made(file)
            except NotFound:  # the file was deleted or is damaged, or its organisation was closed
                state = "none"
            if not await self._store.has_thumbnail(file, state):
                await asyncio.to_thread(self._storage.drop_thumbnails, [file])
        return bool(waiting)

    async def _made(self, file: StoredFile) -> ThumbnailState:
        """Raises: NotFound, Unavailable."""
        content = await self._storage.open(file)
        whole = b"".join([piece async for piece in content.chunks()])
        status, webp = await program.run("thumbnail", whole)
        if status != 0 or not 0 < len(webp) <= THUMBNAIL_MAX:
            log.info("file %s has no thumbnail: the program ended with %s", file.id, status)
            return "none"
        await self._storage.keep_thumbnail(file, webp)
        return "made"
