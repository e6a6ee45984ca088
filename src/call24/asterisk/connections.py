"""HTTP/1.1 to Asterisk's own server over kept connections: as much as ARI needs, at half the cost of a general client.

One request at a time on a connection, as many connections as requests at once. It knows bytes, not ARI.
Source: RFC 9112 sections 6.3 and 9.3; Asterisk 22, http.conf session_keep_alive.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from typing import NamedTuple, cast
from urllib.parse import urlsplit

MOST = 64
CONNECT_S = 2.0
KEPT_S = 10.0
"""Asterisk closes a connection that is idle for 15 s (session_keep_alive)."""
LOOK_S = 0.25
"""By so much later a time-out may be noticed: one timer for all requests under way, not one each."""
LARGEST_HEAD = 65536
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_REPEATABLE = ("GET", "PUT", "DELETE")


class HttpAnswer(NamedTuple):
    status: int
    body: bytes


class Stale(ConnectionError):
    """A kept connection was closed by the other side before it answered anything."""


class _Connection(asyncio.Protocol):
    """Fed by the event loop; ``ask`` one thing at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.usable = True
        self.idle_since = 0.0
        self._answer: asyncio.Future[HttpAnswer] | None = None
        self._got = bytearray()
        self._status = 0
        self._until = 0
        self._closes = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    async def ask(self, request: bytes) -> HttpAnswer:
        """Raises: OSError. A connection on which this did not end well is of no use any more."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self.transport.write(request)
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None

    def overdue(self) -> None:
        """``ask`` raises TimeoutError."""
        self._fail(TimeoutError("no answer in time"))

    def close(self) -> None:
        self.usable = False
        if self.transport is not None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self._got += data
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked
            return
        if not self._until:
            end = self._got.find(b"\r\n\r\n")
            if end >= 0:
                self._read_head(bytes(self._got[: end + 2]), end + 4)
            elif len(self._got) > LARGEST_HEAD:
                self._fail(OSError("an answer without an end of its head"))
        if self._until and len(self._got) >= self._until:
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        self.usable = False
        self._fail(ConnectionError("cut off") if self._got else Stale("closed"))

    def _read_head(self, head: bytes, begin: int) -> None:
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.") or not head[9:12].isdigit():
            self._fail(OSError("no HTTP"))
        elif length is None and head[9:12] != b"204":
            self._fail(OSError("an answer without its length"))
        else:
            self._status = int(head[9:12])
            self._closes = _CLOSES.search(head) is not None
            self._until = begin + (int(length[1]) if length else 0)
            self._begin = begin

    def _finish(self) -> None:
        assert self._answer is not None
        body = bytes(self._got[self._begin : self._until])
        if self._closes or len(self._got) > self._until:
            self.close()
        self._got.clear()
        self._until = 0
        self._answer.set_result(HttpAnswer(self._status, body))

    def _fail(self, error: OSError) -> None:
        self.usable = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class Connections:
    """``url``: ``http://host:port/prefix``."""

    def __init__(self, url: str, authorization: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._common = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {authorization}\r\n"
        self._idle: list[_Connection] = []
        self._busy: dict[_Connection, float] = {}
        """Until when each is waited for, by the event loop's clock."""
        self._looking: asyncio.TimerHandle | None = None
        self._free = asyncio.Semaphore(MOST)

    async def ask(self, method: str, target: str, body: bytes | None, timeout_s: float) -> HttpAnswer:
        """Raises: OSError, TimeoutError. But for POST it is repeated where a kept connection had just been closed."""
        what = f"{method} {self._prefix}{target}{self._common}".encode()
        if body is not None:
            what += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        elif method == "GET":
            what += b"\r\n"
        else:
            what += b"Content-Length: 0\r\n\r\n"
        until = asyncio.get_running_loop().time() + timeout_s
        if self._free.locked():
            async with asyncio.timeout_at(until):
                await self._free.acquire()
        else:
            await self._free.acquire()
        try:
            if (kept := self._kept()) is not None:
                try:
                    return await self._asked(kept, what, until)
                except Stale:
                    if method not in _REPEATABLE:
                        raise
            async with asyncio.timeout_at(until):
                opened = await self._opened()
            return await self._asked(opened, what, until)
        finally:
            self._free.release()

    def drop(self) -> None:
        """Close all; who waits for an answer gets an OSError."""
        for connection in [*self._idle, *self._busy]:
            connection.close()
        self._idle.clear()

    async def _asked(self, connection: _Connection, what: bytes, until: float) -> HttpAnswer:
        self._busy[connection] = until
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(LOOK_S, self._look)
        try:
            answer = await connection.ask(what)
        finally:
            del self._busy[connection]
        if connection.usable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        return answer

    def _look(self) -> None:
        """Whether somebody has waited for long enough; for as long as somebody waits."""
        loop = asyncio.get_running_loop()
        for connection in [one for one, until in self._busy.items() if until <= loop.time()]:
            connection.overdue()
        self._looking = loop.call_later(LOOK_S, self._look) if self._busy else None

    def _kept(self) -> _Connection | None:
        """The one used last, so that the others grow old and go."""
        oldest = asyncio.get_running_loop().time() - KEPT_S
        while self._idle and (not self._idle[0].usable or self._idle[0].idle_since < oldest):
            self._idle.pop(0).close()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        return None

    async def _opened(self) -> _Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_S):
            _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._tls)
        return connection
