"""A phone's connection to Asterisk, on this machine: made when the phone first asks to be registered, not before."""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from call24.kit.settings_types import PHONES_FROM
from call24.sip_edge import frames, handshake
from call24.sip_edge.frames import Frame, Frames, MalformedFrame

RETRY_S = 0.2
CONNECT_S = 2.0
BUFFER = 65536


class PhoneSide(Protocol):
    """Who is told."""

    def answered(self, frame: Frame) -> bool: ...
    def relay(self, data: bytes) -> None: ...
    def upstream_made(self, upstream: Upstream) -> None: ...
    def upstream_opened(self) -> None: ...
    def upstream_lost(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...


class Upstream(asyncio.Protocol):
    def __init__(self, phone: PhoneSide, port: int) -> None:
        self._phone = phone
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._head = bytearray()
        self._frames = Frames(masked=False, largest=frames.LARGEST_ANSWER)
        self.is_open = False
        self._piped = False
        """Nothing is looked at any more."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=BUFFER)
        self._transport.write(handshake.to_asterisk(self._port))
        self._phone.upstream_made(self)

    def data_received(self, data: bytes) -> None:
        if self._piped:
            self._phone.relay(data)
            return
        if not self.is_open:
            data = self._opened(data)
        self._frames.feed(data)
        try:
            while (frame := self._frames.next()) is not None:
                if self._phone.answered(frame):
                    self._piped = True
                    rest, self._frames.rest = bytes(self._frames.rest), bytearray()
                    self._phone.relay(rest)
        except MalformedFrame:
            self.close()

    def _opened(self, data: bytes) -> bytes:
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            if len(self._head) > handshake.LARGEST_HEAD:
                self.close()
            return b""
        if not self._head.startswith(b"HTTP/1.1 101 "):
            self.close()
            return b""
        self.is_open = True
        rest = bytes(self._head[end + 4 :])
        self._head.clear()
        self._phone.upstream_opened()
        return rest

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self.is_open = False
        self._phone.upstream_lost()

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def pause_writing(self) -> None:
        self._phone.pause()

    def resume_writing(self) -> None:
        self._phone.resume()

    def pause_reading(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(phone: PhoneSide, port: int) -> None:
    """Until Asterisk is there, which may be starting: the caller's deadline ends it."""
    loop, here = asyncio.get_running_loop(), (PHONES_FROM, 0)
    while True:
        try:
            async with asyncio.timeout(CONNECT_S):
                await loop.create_connection(lambda: Upstream(phone, port), "127.0.0.1", port, local_addr=here)
                return
        except OSError:
            await asyncio.sleep(RETRY_S)
