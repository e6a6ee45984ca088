"""Asterisk's own command line over its socket in the data folder, for what neither ARI nor its manager tells.

Only this installation's user can open it. Source: Asterisk 22, main/asterisk.c (ast_remotecontrol: `-rx`).
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

ANSWER_S = 5.0
_VERBOSE = 127
"""What the console says to everybody begins with this character: it is no answer."""


async def told_by(socket: Path, command: str) -> str:
    """What Asterisk says to a command. Raises: OSError (TimeoutError too) when it does not answer."""
    async with asyncio.timeout(ANSWER_S):
        reader, writer = await asyncio.open_unix_connection(socket)
        try:
            await reader.readline()  # who it is
            writer.write(b"cli quit after " + command.encode() + b"\0")
            answer = await reader.read(-1)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    lines = answer.replace(b"\0", b"").decode(errors="replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith(chr(_VERBOSE)))
