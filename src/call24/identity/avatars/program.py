"""Runs the program that draws a picture anew (draw.py): this process decodes nothing that comes from outside.

How many run at once is the caller's to bound.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from call24.kit.python import MODULE

TIMEOUT_S = 30.0
UNUSABLE = 3
"""How the program ends with a picture that cannot be used; it has written why."""


async def run(shape: Literal["avatar", "thumbnail"], data: bytes) -> tuple[int | None, bytes]:
    """How the program ended (None: it took too long), and what it wrote: WebP with 0."""
    process = await asyncio.create_subprocess_exec(
        *(*MODULE, "call24.identity.avatars.draw", shape),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            said, _ = await process.communicate(data)
        return process.returncode, said
    except (TimeoutError, ConnectionError):
        return None, b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
