"""On a PBX's own host: Asterisk's copy of its SIP messages, streamed to the server while that asks for it.

Added to the recording keeper's HTTP interface (recordings/keeper_server.py). What the server does not take in time is
dropped and counted: nothing here waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from pathlib import Path

from aiohttp import web

from call24.pbx.host_routes import told
from call24.sip_traces.far_receiver import FRAME, PASSWORD, PLACE, PORT, WEBSOCKETS
from call24.sip_traces.hep import Packet
from call24.sip_traces.receiver import Receiver

BEAT_S = 2.0
STUCK_S = 10.0
"""A server that takes nothing for so long is gone."""
HELD = 4 * 1024 * 1024
PART = 65_536
PORTS_MAX = 8


class Stream:
    """What came and is not sent yet: 4 MB at most."""

    def __init__(self) -> None:
        self.receiver = Receiver(self._take)
        self.over = False
        self._dropped = self._size = 0
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()

    def _take(self, _: Packet, datagram: bytes) -> None:
        if self._size + len(datagram) > HELD:
            self._dropped += 1
            return
        self._waiting.append(datagram)
        self._size += len(datagram)
        self._wake.set()

    async def part(self) -> bytes:
        """Some frames; an empty one where nothing comes; nothing when it is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BEAT_S):
                await self._wake.wait()
        if self.over:
            return b""
        part, missed = bytearray(), self.receiver.missed + self._dropped
        while self._waiting and len(part) < PART:
            datagram = self._waiting.popleft()
            self._size -= len(datagram)
            part += FRAME.pack(missed, len(datagram)) + datagram
        if not self._waiting:
            self._wake.clear()
        return bytes(part) or FRAME.pack(missed, 0)

    def end(self) -> None:
        """The port is held: Asterisk may still send there."""
        self.over = True
        self.receiver.close_ears()
        self._waiting.clear()
        self._wake.set()


class CaptureRoutes:
    """`named`: Asterisk's file of where it sends to (asterisk/sip_tap.py), which goes after it has stopped;
    `websocket_port`: Asterisk's own."""

    def __init__(self, named: Path, websocket_port: int) -> None:
        self._named, self._websocket_port = named, websocket_port
        self._stream: Stream | None = None
        self._ports: deque[Receiver] = deque()
        """Of streams that are over."""

    def add(self, app: web.Application) -> None:
        app.router.add_post(PLACE, told(self._streamed))
        app.on_shutdown.append(self._stop)

    async def _streamed(self, request: web.Request) -> web.StreamResponse:
        """One at a time: the newest, whose server is the one that is there."""
        stream = Stream()
        await stream.receiver.open()
        self._end(self._stream)
        self._stream = stream
        told_first = {
            PORT: str(stream.receiver.port),
            PASSWORD: stream.receiver.password,
            WEBSOCKETS: str(self._websocket_port),
        }
        response = web.StreamResponse(headers=told_first)
        with contextlib.suppress(ConnectionError, TimeoutError):
            try:
                await response.prepare(request)
                while part := await stream.part():
                    self._let_go()
                    async with asyncio.timeout(STUCK_S):
                        await response.write(part)
            finally:
                self._end(stream)
        return response

    def _end(self, stream: Stream | None) -> None:
        if stream is None or stream.over:
            return
        stream.end()
        self._ports.append(stream.receiver)
        if self._stream is stream:
            self._stream = None
        self._let_go()

    def _let_go(self) -> None:
        """Of ports that Asterisk sends to no more."""
        if not self._ports:
            return
        named = self._named.read_text() if self._named.exists() else ""
        gone = [one for one in self._ports if f"127.0.0.1:{one.port}\n" not in named]
        for one in gone or list(self._ports)[:-PORTS_MAX]:
            self._ports.remove(one)
            one.close()

    async def _stop(self, _: web.Application) -> None:
        self._end(self._stream)
        for one in self._ports:
            one.close()
        self._ports.clear()
