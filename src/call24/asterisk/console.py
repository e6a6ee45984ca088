"""The one thing that only Asterisk's own console can do: give freed memory back to the machine.

After a storm of calls the heap is fragmented and stays large for hours; `malloc trim` returns it. Only for an Asterisk
on this machine: the console is a Unix socket in its run folder.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

log = logging.getLogger(__name__)

EVERY_S = 600.0
ANSWER_S = 5.0


async def trim(socket: Path) -> str:
    """Asterisk's own words on what it gave back; "" if it is not there. Source: main/asterisk.c, netconsole()."""
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                await reader.readline()  # who it is
                writer.write(b"malloc trim\0")
                await writer.drain()
                return (await reader.readline()).decode(errors="replace").strip()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return ""


async def keep_trimmed(socket: Path, every_s: float = EVERY_S) -> None:
    """Run it for as long as the process lives."""
    while True:
        await asyncio.sleep(every_s)
        log.debug("asterisk: %s", await trim(socket))
