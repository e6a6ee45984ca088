"""An empty ping to each socket every 20 s, a twentieth of them each second.

Proxies on the way keep the socket open for it; and when nobody is at the other end any more, the kernel gives the
socket up 20 s after a ping that nobody acknowledged. Whether the client still answers is for activity_timeout.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

from call24.realtime import frames
from call24.realtime.connection import Connection

EVERY_S = 20
GIVE_UP_MS = 20_000


class Keepalive:
    def __init__(self) -> None:
        self._turns: list[set[Connection]] = [set() for _ in range(EVERY_S)]
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, connection: Connection, transport: asyncio.BaseTransport) -> None:
        _give_up_in_time(transport)
        min(self._turns, key=len).add(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1, self._beat)

    def remove(self, connection: Connection) -> None:
        for turn in self._turns:
            turn.discard(connection)

    def _beat(self) -> None:
        self._turn = (self._turn + 1) % EVERY_S
        for connection in self._turns[self._turn]:
            connection.put_frame(frames.PING)
        self._timer = asyncio.get_running_loop().call_later(1, self._beat) if any(self._turns) else None


def _give_up_in_time(transport: asyncio.BaseTransport) -> None:
    """Without a descriptor for it the pulse alone finds out. Source: tcp(7), TCP_USER_TIMEOUT."""
    if (of := transport.get_extra_info("socket")) is not None:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(of.fileno())) as same:
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GIVE_UP_MS)
