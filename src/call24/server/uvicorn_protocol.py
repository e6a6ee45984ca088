"""uvicorn's protocol for HTTP, changed where it answers by itself, and bounded where it would wait or read for ever.

What the application answers is no business of this module; websockets are realtime/socket.py's; how many connections
there may be is kit/admission.py's.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from call24.http.codes import example
from call24.http.middleware.body_limits import LONGEST_S
from call24.http.middleware.security_headers import FIXED
from call24.http.problems import MEDIA_TYPE
from call24.kit.admission import EXTENSION, Admitted
from call24.realtime.socket import Socket

HEAD_S = 10.0
"""From the connection, TLS included, until the first request's headers are there; and for each further head."""
REQUEST_S = LONGEST_S + 10.0
"""Until a body is there; http/middleware/body_limits.py gives most of them less."""
REST_S = 5.0
"""For the rest of a body whose answer is given already."""
TAKE_S = 60.0
"""For the client to take more of an answer, when as much waits for it as may."""
HEAD_MAX = 64 * 1024
"""Of a head; of what stands in a body and is none of it, trailers above all, the same."""
HEADERS_MAX = 200
PIPELINE_MAX = 16
"""Requests that wait for the answer to the one before."""
_OF_STRANGERS = frozenset({"Invalid HTTP request received.", "Unsupported upgrade request."})
_SLICE = 4096
"""The head is counted to within these bytes."""


def _answer(status: bytes, kind: bytes, body: bytes) -> bytes:
    head = (b"HTTP/1.1 ", status, b"\r\ncontent-type: ", kind, b"\r\nconnection: close\r\ncache-control: no-store\r\n")
    more = (name + b": " + value + b"\r\n" for name, value in FIXED)
    return b"".join((*head, *more, b"content-length: %d\r\n\r\n" % len(body), body))


def _problem(status: int, phrase: bytes, code: str) -> bytes:
    return _answer(b"%d " % status + phrase, MEDIA_TYPE.encode(), json.dumps(example(status, code)).encode())


_MALFORMED = _answer(b"400 Bad Request", b"text/plain; charset=utf-8", b"The request is not HTTP\n")
_TOO_LARGE = _problem(431, b"Request Header Fields Too Large", "headers_too_large")
_TOO_SLOW = _problem(408, b"Request Timeout", "too_slow")
_TOO_MANY = _problem(503, b"Service Unavailable", "unavailable")


class UnreadableRequestFilter(logging.Filter):
    """Leaves out the lines that anybody can have written as often as they like: of requests that could not be read."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.getMessage() not in _OF_STRANGERS


class _Part(Enum):
    """Of a request, what is being read."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class _TooManyFields(Exception):
    """Ends the parsing of a request."""


class Http(HttpToolsProtocol):
    """`admitted`: the place of its connection; `began`: when that was accepted, by the event loop's clock."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.admitted: Admitted | None = None
        self.began = self.loop.time()
        self._part = _Part.NOTHING
        self._head = 0
        self._fields = 0
        self._waits_for: tuple[_Part, bool] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    # --- the event loop's calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._waits_for = (_Part.HEAD, False)
        self._timer = self.loop.call_at(self.began + HEAD_S, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()
        self._take_in_time(None)
        if self.admitted is not None:
            self.admitted.leave()

    def data_received(self, data: bytes) -> None:
        for at in range(0, len(data), _SLICE):
            if self._is_over():
                return
            part = data[at : at + _SLICE]
            super().data_received(part)
            if self._part is not _Part.NOTHING:
                self._head += len(part)
            if self._head > HEAD_MAX:
                self._refuse(_TOO_LARGE)
            elif len(self.pipeline) > PIPELINE_MAX:
                self.transport.close()
        if not self._is_over():
            self._wait(self._owed())

    def pause_writing(self) -> None:
        super().pause_writing()
        self._take_in_time(TAKE_S)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._take_in_time(None)

    # --- the parser's calls ---

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._part, self._head, self._fields = _Part.HEAD, 0, 0
        if self.admitted is not None:
            self.scope["extensions"] = {EXTENSION: self.admitted}  # type: ignore[dict-item]

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        if self._fields > HEADERS_MAX:
            raise _TooManyFields
        if self._part is _Part.HEAD:  # a trailer says nothing of the request: whoever reads headers has read them
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._part, self._head = _Part.BODY, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._part = _Part.NOTHING
        super().on_message_complete()

    # --- answering ---

    def on_response_complete(self) -> None:
        if self.admitted is not None:
            self.admitted.answered()
        super().on_response_complete()
        if self.pipeline:
            self.flow.pause_reading()  # what waits already comes first
        if self._part is _Part.NOTHING:
            self._stop_waiting()  # as long as a connection may be kept, uvicorn sees to
        elif not self._is_over():
            self._wait(self._owed())

    def send_400_response(self, msg: str) -> None:
        """With the security headers: no middleware sees a request that could not be read."""
        self._refuse(_TOO_LARGE if self._fields > HEADERS_MAX else _MALFORMED)

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:  # else it would stand amid another answer
                self.transport.write(answer)
            self.transport.close()

    def handle_websocket_upgrade(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:  # nobody would hold its answer back any more
            self.transport.abort()
            return
        admitted = self.admitted
        told = [value for name, value in self.headers if name == b"x-forwarded-for"]
        if admitted is not None and not admitted.carries(b",".join(told).decode("latin-1")):
            self._refuse(_TOO_MANY)
            return
        self._stop_waiting()
        super().handle_websocket_upgrade()
        follows = self.transport.get_protocol()
        if admitted is not None and isinstance(follows, Socket):
            self.admitted = None
            follows.stands_at(admitted)

    # --- waiting ---

    def _is_over(self) -> bool:
        return self.transport.is_closing() or self.transport.get_protocol() is not self

    def _owed(self) -> tuple[_Part, bool] | None:
        """What the client owes, and whether it is owed an answer itself; None: it has its turn to wait."""
        answering = self.cycle is not None and not self.cycle.response_complete
        if self._part is _Part.NOTHING:
            return None if answering else (_Part.HEAD, False)
        return self._part, answering

    def _wait(self, owed: tuple[_Part, bool] | None) -> None:
        """One timer, and the same one as long as the same is owed."""
        if owed == self._waits_for:
            return
        self._stop_waiting()
        self._waits_for = owed
        if owed is not None and owed[0] is _Part.HEAD:
            self._in(HEAD_S, self._head_is_late)
        elif owed is not None:
            self._in(REQUEST_S if owed[1] else REST_S, self.transport.close)

    def _in(self, seconds: float, done: Callable[[], object]) -> None:
        self._timer = self.loop.call_later(seconds, done)

    def _head_is_late(self) -> None:
        if self._waits_for == (_Part.HEAD, True):  # it may not have been read at all
            self._in(HEAD_S, self._head_is_late)
        elif self._part is _Part.HEAD:
            self._refuse(_TOO_SLOW)
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        self._waits_for = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take_in_time(self, seconds: float | None) -> None:
        if self._taking is not None:
            self._taking.cancel()
        self._taking = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)
