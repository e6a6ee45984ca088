"""What a reverse proxy says before all else: for whom it connects. Source: HAProxy, PROXY protocol version 1.

It is read as it comes, never looked at twice: what stays in the socket would wake the event loop again and again.
"""

from __future__ import annotations

import socket

from call24.sip_edge.handshake_queue import spoken
from call24.sip_edge.limits import sender

LONGEST = 107
BEGIN = b"PROXY "


async def read(connection: socket.socket) -> str | None:
    """Whom the connection counts as; None: it begins with TLS at once. Raises: OSError, ValueError."""
    if await spoken(connection) != BEGIN[:1]:
        return None
    line = b""
    while not line.endswith(b"\r\n"):
        if not await spoken(connection):
            raise ConnectionError
        there = connection.recv(LONGEST - len(line), socket.MSG_PEEK)
        end = there.find(b"\n")
        line += connection.recv(len(there) if end < 0 else end + 1)
        if not line.startswith(BEGIN[: len(line)]) or len(line) >= LONGEST:
            raise ValueError("no PROXY line")
    return said(line, connection.getpeername()[0])


def said(line: bytes, proxy: str) -> str:
    """For whom it connects; for itself, as its health checks, where it does not say. Raises: ValueError."""
    match line.decode("ascii").split():
        case ["PROXY", "TCP4" | "TCP6", source, _, _, _]:
            return sender(source)
        case ["PROXY", "UNKNOWN", *_]:
            return sender(proxy)
    raise ValueError("no PROXY line")
