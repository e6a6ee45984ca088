"""The socket that Asterisk sends its messages to while a trace is on: on its machine alone, by password.

Any user of that machine could send to the port: what has not the password of this capture is dropped unread.
With a PBX on a host of its own the socket is there (host_capture.py), and far_receiver.py takes what comes there.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
import struct
from collections.abc import Callable
from typing import Any

from call24.sip_traces.hep import Packet, packet_of

AT_ONCE = 64
"""Datagrams in a turn of the loop."""
DATAGRAM_MAX = 65_535
BUFFER = 4 * 1024 * 1024
BUSY_PER_S, BUSY_S = 1500, 3
_RXQ_OVFL = getattr(socket, "SO_RXQ_OVFL", 40)
"""Source: Linux, socket(7): each datagram tells how many before it found no room."""


class Pace:
    """How much comes in a second."""

    def __init__(self) -> None:
        self._second, self._in_second, self._busy_seconds = 0, 0, 0

    @property
    def too_busy(self) -> bool:
        """More came for some seconds than this process should look at beside its calls."""
        return self._busy_seconds >= BUSY_S

    def count(self) -> None:
        second = int(asyncio.get_running_loop().time())
        if second != self._second:
            busy = self._in_second > BUSY_PER_S and second == self._second + 1
            self._busy_seconds = self._busy_seconds + 1 if busy else 0
            self._second, self._in_second = second, 0
        self._in_second += 1


class Receiver:
    """`take` is called with each packet of Asterisk's, and the datagram that it was. `missed`: those that found no room
    in the kernel."""

    def __init__(self, take: Callable[[Packet, bytes], object]) -> None:
        self._take = take
        self._socket: socket.socket | None = None
        self._pace = Pace()
        self.password = ""
        self.missed = self.refused = 0

    @property
    def port(self) -> int:
        assert self._socket is not None
        return int(self._socket.getsockname()[1])

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    @property
    def too_busy(self) -> bool:
        return self._pace.too_busy

    async def open(self) -> None:
        """Raises: OSError."""
        if self._socket is not None:
            return
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, _RXQ_OVFL, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.bind(("127.0.0.1", 0))
        self._socket, self.password = made, secrets.token_hex(32)
        self.missed = self.refused = 0
        self._pace = Pace()
        asyncio.get_running_loop().add_reader(made, self._readable)

    def close(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket, self.password = None, ""

    def close_ears(self) -> None:
        """The port stays this process's, and nobody's datagrams get in: a socket takes those of its peer alone."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.connect(self._socket.getsockname())

    def _readable(self) -> None:
        for _ in range(AT_ONCE):
            if self._socket is None:
                return
            try:
                datagram, told, _, _ = self._socket.recvmsg(DATAGRAM_MAX, 64)
            except OSError:  # there is nothing more, or Asterisk is gone
                return
            self._count(told)
            self._read(datagram)

    def _count(self, told: list[tuple[int, int, Any]]) -> None:
        for level, kind, value in told:
            if (level, kind) == (socket.SOL_SOCKET, _RXQ_OVFL) and len(value) == 4:
                self.missed = struct.unpack("=I", value)[0]
        self._pace.count()

    def _read(self, datagram: bytes) -> None:
        packet = packet_of(datagram)
        if packet is None or not hmac.compare_digest(packet.password, self.password.encode()):
            self.refused += 1
            return
        self._take(packet, datagram)
