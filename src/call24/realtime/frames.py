"""Websocket frames of a server: bytes to messages and back. Pure.

A server's frames are not masked: what many sockets hear is encoded once. Source: RFC 6455, 5 (frames), 7.4 (codes).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

PROTOCOL_ERROR, NO_TEXT, TOO_BIG, NO_CODE = 1002, 1007, 1009, 1005
CONTROL_MAX = 125
PARTS_MAX = 64
"""Of one message: empty ones add nothing to its length."""
_LAST, _MASKED = 0x80, 0x80


class FrameKind(IntEnum):
    CONTINUATION = 0
    TEXT = 1
    BYTES = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Message(NamedTuple):
    kind: FrameKind
    payload: bytes


class BrokenFrame(Exception):
    """What came is no websocket frame, or more than may come. `code`: what the socket is closed with."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def text(said: str) -> bytes:
    return frame(FrameKind.TEXT, said.encode(errors="replace"))


def close(code: int, reason: str) -> bytes:
    told = reason.encode()[: CONTROL_MAX - 2].decode(errors="ignore").encode()
    return frame(FrameKind.CLOSE, code.to_bytes(2, "big") + told)


def frame(kind: FrameKind, payload: bytes) -> bytes:
    size = len(payload)
    if size <= CONTROL_MAX:
        return bytes((_LAST | kind, size)) + payload
    if size < 65_536:
        return bytes((_LAST | kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_LAST | kind, 127)) + size.to_bytes(8, "big") + payload


def close_code(payload: bytes) -> int:
    """What the other end closes with. Raises: Broken."""
    if not payload:
        return NO_CODE
    code = int.from_bytes(payload[:2], "big")
    known = 1000 <= code <= 1014 and code not in (1004, 1005, 1006)
    if len(payload) < 2 or not (known or 3000 <= code < 5000):
        raise BrokenFrame(PROTOCOL_ERROR, "there is no such close code")
    return code


PING = frame(FrameKind.PING, b"")


class FrameReader:
    """Puts together what a client sends. A message longer than `longest` bytes is refused before it is all there."""

    __slots__ = ("_count", "_kind", "_longest", "_parts", "_rest")

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""
        self._kind: FrameKind | None = None
        self._parts = b""
        self._count = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with `data`. Raises: Broken; nothing can be read after that."""
        data, at = self._rest + data if self._rest else data, 0
        self._rest = b""
        while (found := self._frame(data, at)) is not None:
            last, kind, payload, at = found
            message = self._message(last, kind, payload)
            if message is not None:
                yield message
        self._rest = data[at:]

    def _frame(self, data: bytes, at: int) -> tuple[bool, FrameKind, bytes, int] | None:
        """Whether it is the last of its message, its kind, its payload, where it ends; None: not all is there."""
        if len(data) < at + 2:
            return None
        head, second = data[at], data[at + 1]
        last, kind, size = bool(head & _LAST), _kind(head), second & 0x7F
        if not second & _MASKED:
            raise BrokenFrame(PROTOCOL_ERROR, "what a client sends is masked")
        if kind >= FrameKind.CLOSE and (not last or size > CONTROL_MAX):
            raise BrokenFrame(PROTOCOL_ERROR, "a control frame is short and whole")
        mask = at + (2 if size <= CONTROL_MAX else 4 if size == 126 else 10)
        if size > CONTROL_MAX:
            if len(data) < mask:
                return None
            size = int.from_bytes(data[at + 2 : mask], "big")
        if kind < FrameKind.CLOSE and len(self._parts) + size > self._longest:
            raise BrokenFrame(TOO_BIG, "the message is too long")
        begins, end = mask + 4, mask + 4 + size
        if len(data) < end:
            return None
        return last, kind, _unmasked(data[begins:end], data[mask:begins]), end

    def _message(self, last: bool, kind: FrameKind, payload: bytes) -> Message | None:
        if kind >= FrameKind.CLOSE:
            return Message(kind, payload)
        if (kind is FrameKind.CONTINUATION) is (self._kind is None):
            raise BrokenFrame(PROTOCOL_ERROR, "the parts of a message come one after the other")
        begun = kind if self._kind is None else self._kind
        self._count += 1
        if self._count > PARTS_MAX:
            raise BrokenFrame(TOO_BIG, "the message has too many parts")
        if not last:
            self._kind, self._parts = begun, self._parts + payload
            return None
        whole = Message(begun, self._parts + payload)
        self._kind, self._parts, self._count = None, b"", 0
        return whole


def _kind(head: int) -> FrameKind:
    if head & 0x70:
        raise BrokenFrame(PROTOCOL_ERROR, "no extension was agreed on")
    try:
        return FrameKind(head & 0x0F)
    except ValueError:
        raise BrokenFrame(PROTOCOL_ERROR, "there is no such frame") from None


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")
