"""As much of websocket frames and SIP as is needed until a phone is registered; afterwards bytes pass as they come.

Source: RFC 6455 section 5, RFC 7118 section 5, RFC 3261 section 10.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LARGEST_REQUEST = 8192
LARGEST_ANSWER = 65536
LARGEST_OF_PHONE = 131072
"""Of a registered phone, whose session descriptions may be long."""
_LINES = re.compile(rb"\r\n|\r|\n")
_REGISTER = re.compile(rb"(?:\A|[\r\n])[ \t]*REGISTER[ \t]", re.IGNORECASE)
_CONTACT = re.compile(rb"(?:Contact|m)[ \t]*:", re.IGNORECASE)
_CSEQ = re.compile(rb"\r\nCSeq[ \t]*:([^\r\n]*)(?=\r\n)", re.IGNORECASE)
_TO = re.compile(rb"\r\n(?:To|t)[ \t]*:([^\r\n]*)(?=\r\n)", re.IGNORECASE)
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_USER = re.compile(rb"\s*sips?:([^\s@<>:;\"]{1,128})(?::[^\s@<>]*)?@", re.IGNORECASE)


class MalformedFrame(Exception):
    """No frame that a phone, or Asterisk, sends before a registration."""


class Frame(NamedTuple):
    """`raw`: as it came; `payload`: without its mask."""

    kind: int
    payload: bytes
    raw: bytes


class Frames:
    """Cuts a stream into frames. `masked`: whether they come from a client."""

    def __init__(self, *, masked: bool, largest: int) -> None:
        self.rest = bytearray()
        self._masked = masked
        self.largest = largest

    def feed(self, data: bytes) -> None:
        self.rest += data

    def next(self) -> Frame | None:
        """The next whole frame. Raises: Malformed."""
        got = self.rest
        if len(got) < 2:
            return None
        kind, length, at = got[0] & 0x0F, got[1] & 0x7F, 2
        if (
            bool(got[1] & 0x80) != self._masked
            or got[0] & 0xF0 != 0x80
            or kind not in (TEXT, BINARY, CLOSE, PING, PONG)
        ):
            raise MalformedFrame  # fragments and extensions are used by no phone
        if length >= 126:
            more = 2 if length == 126 else 8
            if len(got) < at + more:
                return None
            length, at = int.from_bytes(got[at : at + more]), at + more
        if length > self.largest or (kind >= CLOSE and length > 125):
            raise MalformedFrame
        begin = at + 4 if self._masked else at
        end = begin + length
        if len(got) < end:
            return None
        payload = bytes(got[begin:end])
        if self._masked:
            payload = unmasked(payload, bytes(got[at:begin]))
        frame = Frame(kind, payload, bytes(got[:end]))
        del got[:end]
        return frame


def unmasked(payload: bytes, mask: bytes) -> bytes:
    if not payload:
        return b""
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(len(payload))


def to_client(kind: int, payload: bytes) -> bytes:
    """A short frame."""
    return bytes((0x80 | kind, len(payload))) + payload


def closing(code: int) -> bytes:
    return to_client(CLOSE, code.to_bytes(2))


def is_register(request: bytes) -> bool:
    return request.startswith((b"REGISTER sip:", b"REGISTER sips:"))


def registers_elsewhere(request: bytes) -> bool:
    """Whether this may register an address that is not the websocket's own.

    Asterisk puts the websocket's address in place of the first Contact alone: any further one, also in the same line,
    in a folded line or in a second request of the same message, would be rung as it is written.
    """
    if _REGISTER.search(request) is None:
        return False
    lines = _LINES.split(request)
    contacts = [line for line in lines if _CONTACT.match(line)]
    folded = any(line[:1] in (b" ", b"\t") for line in lines)
    return folded or len(contacts) > 1 or any(b"," in line for line in contacts)


def is_keepalive(request: bytes) -> bool:
    return not request.strip(b"\r\n")


def registered_name(answer: bytes) -> bytes | None:
    """The user whose registration Asterisk answers with 200 here; empty: of none; None: this says something else."""
    head = answer.partition(b"\r\n\r\n")[0] + b"\r\n"
    if not head.startswith(b"SIP/2.0 200 ") or [each.split()[-1:] for each in _CSEQ.findall(head)] != [[b"REGISTER"]]:
        return None
    told = _TO.findall(head)
    return _user(told[0]) if len(told) == 1 else b""


def _user(told: bytes) -> bytes:
    """Of the URI alone: the name before it is what the client chose."""
    told = _QUOTED.sub(b"", told)
    found = _USER.match(told.partition(b"<")[2] or told)
    return found[1] if found else b""
