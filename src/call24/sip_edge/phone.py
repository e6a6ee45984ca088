"""One connection of a phone: its websocket ends here; REGISTER alone passes, and after Asterisk's 200 everything but a
registration of another address than the websocket's.

Who may connect at all is decided before (gate); who is a phone is decided by Asterisk.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Protocol, cast

from call24.sip_edge import frames, handshake, upstream
from call24.sip_edge.frames import Frame, Frames, MalformedFrame
from call24.sip_edge.limits import FRAMES_MAX, HANDSHAKE_S, REGISTERED_WITHIN_S, STALLED_S
from call24.sip_edge.upstream import BUFFER, Upstream

ASK_AGAIN_S = 1.0
"""Asterisk takes websockets a little before it looks at what they bring: what it said nothing to is said again."""
GOING_AWAY, NOT_REGISTERED, TRY_AGAIN = 1012, 1008, 1013


class CountedAs(Enum):
    """What it is counted among. NONE: there was no place for it, and it is about to end."""

    PROXY, STRANGER, REGISTERED, NONE = range(4)


class ConnectionCounter(Protocol):
    """Where connections are counted."""

    ari_port: int
    origins: tuple[str, ...]

    def located(self, phone: Phone, forwarded: tuple[str, ...]) -> bool: ...
    def registered(self, phone: Phone, name: bytes) -> bool: ...
    def ended(self, phone: Phone) -> None: ...


class Phone(asyncio.Protocol):
    """`sender`: whom it counts as; `known`: which kind of place it has; `name`: its SIP name, once it is registered."""

    def __init__(self, gate: ConnectionCounter, sender: str, known: bool) -> None:
        self.sender, self.known = sender, known
        self.place = CountedAs.STRANGER
        self.name: bytes | None = None
        self.heard_at = 0.0
        """When Asterisk last told it something."""
        self._gate = gate
        self._transport: asyncio.Transport | None = None
        self._head = bytearray()
        self._frames: Frames | None = None
        self._upstream: Upstream | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._reached = False
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._again: asyncio.TimerHandle | None = None
        self._unsent: list[bytes] = []
        self._last = b""
        self._taken = self._requests = 0
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    @property
    def is_registered(self) -> bool:
        return self.name is not None

    @property
    def is_blameless(self) -> bool:
        """It asked, and it was Asterisk that was away."""
        return self._requests > 0 and not self._reached

    # --- the phone's side ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=BUFFER)
        self._timer = self._loop.call_later(HANDSHAKE_S, self.abort)

    def data_received(self, data: bytes) -> None:
        if self._frames is None:
            self._read_head(data)
        else:
            self._frames.feed(data)
            self._read_frames()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        for timer in (self._timer, self._stalled, self._again):
            if timer is not None:
                timer.cancel()
        if self._connecting is not None:
            self._connecting.cancel()
        if self._upstream is not None:
            self._upstream.close()
        self._gate.ended(self)

    def pause_writing(self) -> None:
        """The phone takes nothing: Asterisk waits, and for long enough it is gone."""
        if not self.is_registered:
            self.abort()
        elif self._upstream is not None:
            self._upstream.pause_reading()
        self._stalled = self._loop.call_later(STALLED_S, self.abort)

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
        if self._upstream is not None:
            self._upstream.resume_reading()

    def _read_head(self, data: bytes) -> None:
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0 and len(self._head) <= handshake.LARGEST_HEAD:
            return
        try:
            if not 0 <= end <= handshake.LARGEST_HEAD:
                raise handshake.HandshakeRefused("431 Request Header Fields Too Large", "The request is too large")
            asked = handshake.read(bytes(self._head[:end]), self._gate.origins)
            if not self._gate.located(self, asked.forwarded):
                raise handshake.HandshakeRefused("503 Service Unavailable", "Too many connections: try again later")
        except handshake.HandshakeRefused as refused:
            self._send(refused.answer)
            self._close()
            return
        self._send(handshake.accepted(asked.key))
        self._frames = Frames(masked=True, largest=frames.LARGEST_REQUEST)
        self._frames.feed(bytes(self._head[end + 4 :]))
        self._head.clear()
        self._wait_for(REGISTERED_WITHIN_S - (self._loop.time() - self._began))
        self._read_frames()

    def _wait_for(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(max(0.0, seconds), self.end, NOT_REGISTERED)

    def _read_frames(self) -> None:
        assert self._frames is not None
        try:
            while self._transport and not self._transport.is_closing() and (frame := self._frames.next()) is not None:
                self._relay_up(frame) if self.is_registered else self._take(frame)
        except MalformedFrame:
            self.end(1002)

    def _take(self, frame: Frame) -> None:
        self._taken += 1
        if frame.kind == frames.CLOSE:
            self.end(1000)
        elif self._taken > FRAMES_MAX:
            self.end(NOT_REGISTERED)
        elif frame.kind == frames.PING:
            self._send(frames.to_client(frames.PONG, frame.payload))
        elif frame.kind == frames.PONG or frames.is_keepalive(frame.payload):
            return
        elif frames.is_register(frame.payload) and not frames.registers_elsewhere(frame.payload):
            self._requests += 1
            self._last = frame.raw
            self._pass_on(frame.raw)
        else:
            self.end(NOT_REGISTERED)

    def _relay_up(self, frame: Frame) -> None:
        assert self._upstream is not None
        if frame.kind in (frames.TEXT, frames.BINARY) and frames.registers_elsewhere(frame.payload):
            self.end(NOT_REGISTERED)
        else:
            self._upstream.write(frame.raw)

    # --- Asterisk's side ---

    def _pass_on(self, raw: bytes) -> None:
        self._ask_again_later()
        if self._upstream is not None and self._upstream.is_open:
            self._upstream.write(raw)
            return
        self._unsent.append(raw)
        if self._connecting is None:
            self._connecting = self._loop.create_task(self._connect())

    async def _connect(self) -> None:
        await upstream.connect(self, self._gate.ari_port)

    def upstream_made(self, made: Upstream) -> None:
        if self._transport is None:
            made.close()
        else:
            self._upstream = made

    def _ask_again_later(self) -> None:
        if self._again is not None:
            self._again.cancel()
        self._again = self._loop.call_later(ASK_AGAIN_S, self._ask_again)

    def _ask_again(self) -> None:
        if self._upstream is not None and self._upstream.is_open:
            self._upstream.write(self._last)
        self._ask_again_later()

    def upstream_opened(self) -> None:
        self._reached = True
        unsent, self._unsent = self._unsent, []
        if self._upstream is not None:
            self._upstream.write(b"".join(unsent))

    def upstream_lost(self) -> None:
        self._upstream = None
        self.end(GOING_AWAY)

    def answered(self, frame: Frame) -> bool:
        """Asterisk says something to who is not registered yet; True: now it is, and what follows is relayed."""
        if self._again is not None:
            self._again.cancel()
        self._send(frame.raw)
        if frame.kind not in (frames.TEXT, frames.BINARY):
            return False
        name = frames.registered_name(frame.payload)
        if name == b"":
            self.end(NOT_REGISTERED)
            return False
        return name is not None and self._upstream is not None and self._register(name)

    def _register(self, name: bytes) -> bool:
        assert self._upstream is not None and self._frames is not None
        if self._timer is not None:
            self._timer.cancel()
        self.name = name
        if not self._gate.registered(self, name):
            self.end(TRY_AGAIN)
            return False
        self.heard_at = self._loop.time()
        self._frames.largest, self._last = frames.LARGEST_OF_PHONE, b""
        self._read_frames()
        return True

    def relay(self, data: bytes) -> None:
        self.heard_at = self._loop.time()
        self._send(data)

    def pause(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # --- the end ---

    def end(self, code: int) -> None:
        """With a word to the phone, if it listens to websockets."""
        if self._frames is not None or self.is_registered:
            self._send(frames.closing(code))
        self._close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _close(self) -> None:
        if self._transport is None:
            return
        self._transport.close()
        # TLS says goodbye and waits for the other side's: not for ever.
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(STALLED_S / 5, self.abort)
