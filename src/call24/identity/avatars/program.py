"""Runs the program that draws a picture again (draw.py): this process decodes nothing that comes from outside.

How many run at once is the caller's to bound; `Portraits` draws many of one caller in one program.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from call24.kit.python import MODULE

TIMEOUT_S = 30.0
EACH_S = 10.0
"""Of several, for one."""
OF_ONE = 100
"""Pictures that one program draws: what it may take of the processor is bounded."""
UNUSABLE = 3
"""How the program ends with a picture that cannot be used; it has written why."""


async def run(
    shape: Literal["avatar", "portrait", "thumbnail", "logo"], data: bytes, timeout_s: float | None = None
) -> tuple[int | None, bytes]:
    """How the program ended (None: it took too long), and what it wrote: the picture with 0. `timeout_s`: else 30 s."""
    process = await asyncio.create_subprocess_exec(
        *(*MODULE, "call24.identity.avatars.draw", shape),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(timeout_s or TIMEOUT_S):
            said, _ = await process.communicate(data)
        return process.returncode, said
    except (TimeoutError, ConnectionError):
        return None, b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class Portraits:
    """Draws the pictures of one file, one at a time, in one program for some of them: it starts in a quarter of a
    second and draws in a few hundredths. One that ends it, or takes too long, is left out, and the next has another.
    """

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._left = 0

    async def draw(self, data: bytes) -> bytes | None:
        """JPEG; None where it cannot be drawn."""
        if self._process is None or not self._left:
            await self.close()
            self._process, self._left = await self._begun(), OF_ONE
        self._left -= 1
        try:
            async with asyncio.timeout(EACH_S):
                return await self._answer(self._process, data)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            return None

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _begun(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(*MODULE, "call24.identity.avatars.draw", "portraits"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def _answer(self, process: asyncio.subprocess.Process, data: bytes) -> bytes | None:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(len(data).to_bytes(4) + data)
        await process.stdin.drain()
        head = await process.stdout.readexactly(5)
        made = await process.stdout.readexactly(int.from_bytes(head[1:]))
        return made if head[0] == 0 else None
