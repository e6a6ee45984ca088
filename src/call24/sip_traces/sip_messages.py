"""Bytes of a connection cut into SIP messages, and a message's headers. Pure.

Asterisk gives its whole read buffer for each message in it: by TCP and TLS it may hold other calls' messages too. What
cannot be cut surely is left out, with all that follows in the buffer.
Source: RFC 3261 7, 18.3 and 20; RFC 7118 5 (a websocket's message is one message).
"""

from __future__ import annotations

import re
from typing import NamedTuple

HEAD_MAX = 32 * 1024
_COMPACT = {
    "i": "call-id", "f": "from", "t": "to", "v": "via", "m": "contact", "l": "content-length", "c": "content-type",
    "e": "content-encoding", "s": "subject", "k": "supported",
}  # fmt: skip
_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9]{2})(?: .*)?")
_REQUEST = re.compile(r"([A-Z]{1,32}) (\S{1,2000}) SIP/2\.0")
_TAG = re.compile(r";\s*tag\s*=\s*([^\s;,>]+)", re.IGNORECASE)
_BRANCH = re.compile(r";\s*branch\s*=\s*([^\s;,]+)", re.IGNORECASE)
URI_USER = re.compile(r"(?:sips?|tel):([^@;?>\s]*)", re.IGNORECASE)
"""Of a URI the user, with its parameters and password."""
QUOTED = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|\Z)')
"""One that is not closed goes to the end: else each further quote in it would be tried, and 30 kB took seconds."""


class SipMessage(NamedTuple):
    """`headers`: names in lower case, in full, with their values in the order of the message."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]

    def one(self, name: str) -> str:
        """Of a header that may be there once; empty where it is missing, or there twice."""
        found = self.all(name)
        return found[0] if len(found) == 1 else ""

    @property
    def call_id(self) -> str:
        return self.one("call-id")

    @property
    def status(self) -> int | None:
        found = _STATUS.fullmatch(self.first)
        return int(found[1]) if found else None

    @property
    def method(self) -> str:
        """Of a request its own, of an answer that of what it answers."""
        found = _REQUEST.fullmatch(self.first)
        return found[1] if found else self.cseq[1]

    @property
    def target(self) -> str:
        """Whom a request asks for: its URI."""
        found = _REQUEST.fullmatch(self.first)
        return found[2] if found else ""

    @property
    def cseq(self) -> tuple[int, str]:
        number, _, method = self.one("cseq").strip().partition(" ")
        known = number.isascii() and number.isdecimal() and len(number) <= 10
        return int(number) if known else 0, method.strip()

    @property
    def from_tag(self) -> str:
        return tag_of(self.one("from"))

    @property
    def to_tag(self) -> str:
        return tag_of(self.one("to"))

    @property
    def branch(self) -> str:
        """Of the topmost Via."""
        via = self.all("via")
        found = _BRANCH.search(via[0].partition(",")[0]) if via else None
        return found[1] if found else ""


class Cut(NamedTuple):
    """`lost`: whether there was something that could not be cut."""

    messages: tuple[SipMessage, ...]
    lost: bool


def tag_of(address: str) -> str:
    """The `tag` of a From or To: outside of quotes and behind the address itself."""
    found = _TAG.search(QUOTED.sub("", address).rpartition(">")[2])
    return found[1] if found else ""


def messages_of(buffer: bytes, *, framed: bool) -> Cut:
    """`framed`: the buffer is one message (UDP, a websocket), which then need not say how long its body is."""
    messages: list[SipMessage] = []
    rest = buffer
    while rest := rest.lstrip(b"\r\n"):
        head, found, behind = rest[: HEAD_MAX + 4].partition(b"\r\n\r\n")
        if not found:
            return Cut(tuple(messages), True)
        first, headers = _head(head)
        length = _length(headers, len(rest) - len(head) - 4 if framed else None)
        behind = rest[len(head) + 4 :]
        if not _is_sip(first) or length is None or length > len(behind):
            return Cut(tuple(messages), True)
        messages.append(SipMessage(first, headers, behind[:length], len(head) + 4 + length))
        if framed:
            break
        rest = behind[length:]
    return Cut(tuple(messages), False)


def _head(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Folded lines are one."""
    unfolded = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace"))
    first, *lines = unfolded.split("\r\n")
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers.append((_COMPACT.get(name, name), value.strip()))
    return first, tuple(headers)


def _length(headers: tuple[tuple[str, str], ...], otherwise: int | None) -> int | None:
    found = {value for name, value in headers if name == "content-length"}
    if not found:
        return otherwise
    [value, *others] = found
    known = value.isascii() and value.isdecimal() and len(value) <= 7 and not others
    return int(value) if known else None


def _is_sip(first: str) -> bool:
    return bool(_STATUS.fullmatch(first) or _REQUEST.fullmatch(first))
