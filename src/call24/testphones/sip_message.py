"""SIP messages as values: parse, build, and answer a digest challenge.

Knows no sockets, timers or dialogs. Source: RFC 3261; digest: RFC 7616 and RFC 8760.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

MAX_BYTES = 65_535
_COMPACT = {
    "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type",
    "f": "from", "s": "subject", "k": "supported", "t": "to", "v": "via",
}  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
_PARAMETER = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s"]+))')


class MalformedSip(ValueError):
    """The bytes are not a SIP message; the text says where it went wrong."""


@dataclass(frozen=True, slots=True)
class SipMessage:
    """`start` is the request or status line; header names keep their case and are compared without it."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """The request's method, or the one that a response answers."""
        return self.start.split(" ", 1)[0] if self.is_request else self.cseq[1]

    @property
    def uri(self) -> str:
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        return 0 if self.is_request else int(self.start.split(" ")[1])

    @property
    def reason(self) -> str:
        return self.start.split(" ", 2)[2] if not self.is_request and self.start.count(" ") > 1 else ""

    @property
    def call_id(self) -> str:
        return self.header("Call-ID") or ""

    @property
    def cseq(self) -> tuple[int, str]:
        number, _, method = (self.header("CSeq") or "0 ").partition(" ")
        return int(number), method.strip()

    @property
    def branch(self) -> str:
        return parameter(self.header("Via") or "", "branch") or ""

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers if name.lower() != "content-length")]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def parse(raw: bytes) -> SipMessage:
    """Raises: MalformedSip."""
    if len(raw) > MAX_BYTES:
        raise MalformedSip("the message is too long")
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        raise MalformedSip("no empty line after the headers")
    try:
        lines = re.sub(r"\r\n[ \t]+", " ", head.decode()).split("\r\n")
        text = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedSip("not UTF-8") from error
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name.strip()):
            raise MalformedSip(f"not a header: {line[:40]!r}")
        full = _COMPACT.get(name.strip().lower(), name.strip())
        headers.append((full, value.strip()))
    message = SipMessage(lines[0], tuple(headers), text)
    _check(message)
    return message


def _check(message: SipMessage) -> None:
    parts = message.start.split(" ")
    if message.is_request:
        if len(parts) != 3 or parts[2] != "SIP/2.0" or not _TOKEN.fullmatch(parts[0]):
            raise MalformedSip("not a request line")
    elif len(parts) < 2 or not re.fullmatch(r"[1-6]\d\d", parts[1]):
        raise MalformedSip("not a status line")
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        if message.header(name) is None:
            raise MalformedSip(f"no {name}")
    if not re.fullmatch(r"\d{1,10}\s+\S+", message.header("CSeq") or ""):
        raise MalformedSip("CSeq is not a number and a method")
    length = message.header("Content-Length")
    if length is not None and (not length.isdigit() or int(length) > len(message.body.encode())):
        raise MalformedSip("Content-Length does not fit the body")


def request(method: str, uri: str, headers: Iterable[tuple[str, str]], body: str = "") -> SipMessage:
    return SipMessage(f"{method} {uri} SIP/2.0", tuple(headers), body)


def response(
    to: SipMessage, status: int, reason: str, headers: Iterable[tuple[str, str]] = (), body: str = "", to_tag: str = ""
) -> SipMessage:
    """The response to a request, with what RFC 3261, section 8.2.6 takes over from it."""
    taken = [(name, value) for name, value in to.headers if name.lower() in ("via", "record-route")]
    answered = to.header("To") or ""
    if to_tag and parameter(answered, "tag") is None:
        answered += f";tag={to_tag}"
    taken += [("From", to.header("From") or ""), ("To", answered), ("Call-ID", to.call_id)]
    taken.append(("CSeq", to.header("CSeq") or ""))
    return SipMessage(f"SIP/2.0 {status} {reason}", (*taken, *headers), body)


def parameter(value: str, name: str) -> str | None:
    """A `;name=value` parameter of a header, outside any <...>."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", value)
    found = re.search(rf";\s*{re.escape(name)}\s*=\s*([^;,\s]+)", outside, re.IGNORECASE)
    return found.group(1) if found else None


def address(value: str) -> str:
    """The URI of a From, To or Contact."""
    found = re.search(r"<([^>]*)>", value)
    return found.group(1) if found else value.split(";")[0].strip()


def user_of(value: str) -> str:
    """The user part of the URI of a From, To or Contact."""
    found = re.search(r"sips?:([^@;>]+)@", value)
    return found.group(1) if found else ""


def display_name(value: str) -> str:
    found = re.match(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<', value)
    if not found:
        return ""
    return re.sub(r"\\(.)", r"\1", found.group(1)) if found.group(1) is not None else found.group(2).strip()


def quoted(text: str) -> str:
    """`text` as a display name; control characters cannot get in, so neither can a header of somebody else's making."""
    clean = "".join(character for character in text if character.isprintable())
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


_ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


def authorisation(challenges: Iterable[str], method: str, uri: str, username: str, password: str) -> str | None:
    """The Authorization value that answers the strongest challenge we know, or None if we know none of them."""
    strongest = 0
    chosen: dict[str, str] = {}
    for challenge in challenges:
        scheme, _, rest = challenge.partition(" ")
        fields = {key.lower(): quoted_ or bare for key, quoted_, bare in _PARAMETER.findall(rest)}
        rank = [*_ALGORITHMS].index(fields.get("algorithm", "MD5").upper()) + 1 if _known(fields) else 0
        if scheme.lower() == "digest" and rank > strongest:
            strongest, chosen = rank, fields
    if not chosen:
        return None
    algorithm = chosen.get("algorithm", "MD5").upper()
    with_qop = "auth" in [choice.strip() for choice in chosen.get("qop", "").split(",")]
    cnonce = secrets.token_hex(8)

    def digest(text: str) -> str:
        return hashlib.new(_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).hexdigest()

    realm, nonce = chosen.get("realm", ""), chosen.get("nonce", "")
    who, what = digest(f"{username}:{realm}:{password}"), digest(f"{method}:{uri}")
    proof = digest(f"{who}:{nonce}:00000001:{cnonce}:auth:{what}") if with_qop else digest(f"{who}:{nonce}:{what}")
    value = f'Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{proof}"'
    value += f", algorithm={algorithm}"
    if "opaque" in chosen:
        value += f', opaque="{chosen["opaque"]}"'
    return value + (f', qop=auth, nc=00000001, cnonce="{cnonce}"' if with_qop else "")


def _known(fields: dict[str, str]) -> bool:
    choices = [choice.strip() for choice in fields.get("qop", "auth").split(",")]
    algorithm = fields.get("algorithm", "MD5").upper()
    return (
        "nonce" in fields
        and "auth" in choices
        and algorithm in _ALGORITHMS
        and (_ALGORITHMS[algorithm] in hashlib.algorithms_available)
    )
