"""Reading a kept recording, whole or in part, without blocking the loop: encrypted, or plain if it is an old one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Protocol

from call24.recordings.encrypted_file import EncryptedReader

CHUNK = 1 << 16

Turn = Callable[[], contextlib.AbstractAsyncContextManager[object]]


def no_turn() -> contextlib.AbstractAsyncContextManager[object]:
    return contextlib.nullcontext()


class _Parts(Protocol):
    def part(self, first: int) -> bytes:
        """Some bytes from ``first`` on. Raises: NotFound when they are damaged."""

    def close(self) -> None: ...


class _PlainFile:
    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def part(self, first: int) -> bytes:
        self._file.seek(first)
        return self._file.read(CHUNK)

    def close(self) -> None:
        self._file.close()


class AudioFile:
    """A WAV file of ``size`` bytes. ``tag`` is another one whenever the bytes are others."""

    def __init__(self, size: int, tag: str, opened: Callable[[], _Parts], turn: Turn = no_turn) -> None:
        self._turn = turn
        self.size = size
        self.tag = tag
        self._opened = opened

    @classmethod
    def plain(cls, path: Path, size: int, tag: str) -> AudioFile:
        return cls(size, tag, lambda: _PlainFile(path))

    @classmethod
    def sealed(cls, size: int, tag: str, opened: Callable[[], EncryptedReader], turn: Turn = no_turn) -> AudioFile:
        """`turn`: each part is read within one, where a thread may wait for it."""
        return cls(size, tag, opened, turn)

    async def chunks(self, first: int = 0, last: int | None = None) -> AsyncIterator[bytes]:
        """Bytes ``first`` to ``last`` (both included, as in a Range header). Raises: NotFound when damaged."""
        end = self.size if last is None else min(last + 1, self.size)
        file = await asyncio.to_thread(self._opened)
        try:
            while first < end:
                async with self._turn():
                    chunk = (await asyncio.to_thread(file.part, first))[: end - first]
                if not chunk:
                    return
                first += len(chunk)
                yield chunk
        finally:
            file.close()

    def pieces(self) -> Iterator[bytes]:
        """All of it; blocking. Raises: NotFound when damaged."""
        file, at = self._opened(), 0
        try:
            while at < self.size and (piece := file.part(at)):
                at += len(piece)
                yield piece
        finally:
            file.close()

    async def head(self, count: int) -> bytes:
        """The first bytes; proves that the file can be read. Raises: NotFound when damaged."""
        return b"".join([chunk async for chunk in self.chunks(0, count - 1)])
