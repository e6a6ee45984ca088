"""When TLS begins: once the other side has said something, and a few at a time, by fair queuing of addresses.

A handshake takes a millisecond of CPU: a thousand at once would keep all phones waiting, and one address's many would
keep those of the others. How many there may be is admission.py's.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque

HANDSHAKES = 8
"""Begun in one turn of the event loop."""


class HandshakeQueue:
    def __init__(self) -> None:
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        """In the order in which addresses have their turn."""

    async def take(self, who: str) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        if not self._lines:
            loop.call_soon(self._next)
        self._lines.setdefault(who, deque()).append(turn)
        await turn

    def _next(self) -> None:
        begun = 0
        while self._lines and begun < HANDSHAKES:
            who = next(iter(self._lines))
            line = self._lines.pop(who)
            turn = line.popleft()
            if line:
                self._lines[who] = line  # at the end: others come first now
            if not turn.done():
                turn.set_result(None)
                begun += 1
        if self._lines:
            asyncio.get_running_loop().call_soon(self._next)


async def spoken(connection: socket.socket) -> bytes:
    """Wait until it says something, which stays there to be read; gives the first byte, nothing when it has left.

    Raises: OSError.
    """
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()

    def there() -> None:
        if not readable.done():
            readable.set_result(None)

    loop.add_reader(connection.fileno(), there)
    try:
        await readable
    finally:
        loop.remove_reader(connection.fileno())
    return connection.recv(1, socket.MSG_PEEK)
