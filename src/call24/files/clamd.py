"""A client of clamd, ClamAV's daemon: a file is streamed to it on a socket of this machine, and it says what it found.

Source: clamd(8), INSTREAM: `zINSTREAM`, chunks of a length (4 bytes, network order) and bytes, an empty chunk.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
from collections.abc import AsyncIterator
from typing import Literal, NamedTuple

CONNECT_S = 5.0
ANSWER_S = 300.0
_ANSWER_MAX = 4096


class Verdict(NamedTuple):
    """`name`: of what was found."""

    outcome: Literal["clean", "found", "too_large"]
    name: str = ""


class ScannerTrouble(Exception):
    """clamd cannot be reached, or could not look at the file now: try again."""


class Clamd:
    """`address`: `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`."""

    def __init__(self, address: str) -> None:
        self._kind, _, self._where = address.partition(":")

    async def scan(self, pieces: AsyncIterator[bytes]) -> Verdict:
        """Raises: ScannerTrouble, and what reading `pieces` raises."""
        with self._socket() as line:
            try:
                async with asyncio.timeout(CONNECT_S):
                    await asyncio.get_running_loop().sock_connect(line, self._place())
            except (OSError, TimeoutError) as error:
                raise ScannerTrouble(f"clamd cannot be reached: {error}") from error
            try:
                async with asyncio.timeout(ANSWER_S):
                    with contextlib.suppress(ConnectionError):  # it stops listening to what is too large, and says so
                        await _send(line, pieces)
                    answer = await _answer(line)
            except (OSError, TimeoutError) as error:
                raise ScannerTrouble(f"clamd did not answer: {error}") from error
        return verdict_of(answer)

    def _socket(self) -> socket.socket:
        """A bare one: a stream of asyncio's forgets what has arrived once it cannot send any more."""
        family = socket.AF_UNIX if self._kind == "unix" else socket.AF_INET
        if self._kind == "tcp" and _host(self._where).version == 6:
            family = socket.AF_INET6
        line = socket.socket(family, socket.SOCK_STREAM)
        line.setblocking(False)
        return line

    def _place(self) -> str | tuple[str, int]:
        if self._kind == "unix":
            return self._where
        return str(_host(self._where)), int(self._where.rpartition(":")[2])


def _host(where: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(where.rpartition(":")[0].strip("[]"))


async def _send(line: socket.socket, pieces: AsyncIterator[bytes]) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(line, b"zINSTREAM\0")
    async for piece in pieces:
        await loop.sock_sendall(line, struct.pack("!I", len(piece)) + piece)
    await loop.sock_sendall(line, struct.pack("!I", 0))


async def _answer(line: socket.socket) -> str:
    """Up to its zero byte, or the end of the connection."""
    found = b""
    while b"\0" not in found and len(found) < _ANSWER_MAX:
        more = await asyncio.get_running_loop().sock_recv(line, _ANSWER_MAX)
        if not more:
            break
        found += more
    return found.partition(b"\0")[0].decode("utf-8", "replace").strip()


def verdict_of(answer: str) -> Verdict:
    """Raises: ScannerTrouble for what is no outcome."""
    said = answer.partition(": ")[2] or answer
    if said == "OK":
        return Verdict("clean")
    if said.endswith(" FOUND"):
        return Verdict("found", said.removesuffix(" FOUND")[:100])
    if "size limit exceeded" in said:
        return Verdict("too_large")
    raise ScannerTrouble(f"clamd said: {said[:200]!r}")
