"""Takes an upload in, piece by piece, into a file that only Call24 reads."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, NamedTuple

from call24.kit.errors import Unavailable

HEAD = 4096


class Received(NamedTuple):
    """`sha256`: as hex; `size`: bytes; `head`: the first 4 KB."""

    sha256: str
    size: int
    head: bytes


async def received(file: Path, chunks: AsyncIterator[bytes], floor: int) -> Received:
    """Written to `file`, whose folder is made. `floor`: bytes that stay free on the disk.

    What is there of it when this raises is the caller's to delete. Raises: Unavailable (the disk is full).
    """
    digest, size, head = hashlib.sha256(), 0, b""

    def opened() -> IO[bytes]:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        return file.open("wb")

    try:
        with await asyncio.to_thread(opened) as out:
            async for chunk in chunks:
                if shutil.disk_usage(file.parent).free - len(chunk) < floor:
                    raise Unavailable("The disk is too full for this file")
                digest.update(chunk)
                size += len(chunk)
                head += chunk[: HEAD - len(head)]
                await asyncio.to_thread(out.write, chunk)
    except OSError as error:
        raise Unavailable(f"The file cannot be stored: {error.strerror}") from error
    return Received(digest.hexdigest(), size, head)
