"""Two connections, each of which gets what the other receives; when one ends, so does the other.

What is held in memory is bounded: who cannot keep up is not read for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from call24.pbx.wire import BUFFER, notice_silence


class End(asyncio.Protocol):
    """One side. Nothing is read until it is joined to the other. `made`: told of the connection; `gone`: of its end."""

    def __init__(
        self, made: Callable[[End], object] = lambda _: None, gone: Callable[[End], object] = lambda _: None
    ) -> None:
        self.transport: asyncio.Transport | None = None
        self._made, self._gone = made, gone
        self._other: End | None = None
        self._early = bytearray()

    def join(self, other: End) -> None:
        self._other, other._other = other, self
        for one in (self, other):
            if one.transport is None:
                self.close()
                other.close()
                return
            other_of = one._other
            if one._early and other_of is not None:
                other_of.write(bytes(one._early))
                one._early.clear()
            one.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=BUFFER)
        self.transport.pause_reading()
        notice_silence([self.transport.get_extra_info("socket")])
        self._made(self)

    def data_received(self, data: bytes) -> None:
        if self._other is not None:
            self._other.write(data)
        elif len(self._early) + len(data) <= BUFFER:  # it was on its way before reading was paused
            self._early += data
        else:
            self.close()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self._other is not None:
            self._other.close()
        self._gone(self)

    def pause_writing(self) -> None:
        if self._other is not None:
            self._other.pause_reading()

    def resume_writing(self) -> None:
        if self._other is not None:
            self._other.resume_reading()

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def pause_reading(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def close(self) -> None:
        """What was written already still goes out."""
        if self.transport is not None:
            self.transport.close()
