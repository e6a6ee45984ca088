"""The request for a websocket, as a phone sends it, and what is answered. Source: RFC 6455 section 4, RFC 7118."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from typing import NamedTuple
from urllib.parse import urlsplit

LARGEST_HEAD = 8192
PATH = "/ws"
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEADERS = (
    "Content-Type: text/plain; charset=utf-8\r\nStrict-Transport-Security: max-age=31536000\r\n"
    "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Cache-Control: no-store\r\nConnection: close\r\n"
)
HERE = "Call24's phones connect here. The certificate is trusted: go back to the app.\n"


class HandshakeRefused(Exception):
    """`answer`: what is sent before the connection is closed."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(status)
        body = f"{text}\n"
        self.answer = f"HTTP/1.1 {status}\r\n{_HEADERS}Content-Length: {len(body)}\r\n\r\n{body}".encode()


class PhoneUpgrade(NamedTuple):
    """`forwarded`: the addresses that X-Forwarded-For tells, the nearest last."""

    key: bytes
    forwarded: tuple[str, ...]


def read(head: bytes, origins: tuple[str, ...]) -> PhoneUpgrade:
    """`head`: up to the empty line. Raises: Refused."""
    try:
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = first.split(" ")
    except ValueError:
        raise HandshakeRefused("400 Bad Request", "The request is not HTTP") from None
    if version != "HTTP/1.1" or not all(re.fullmatch(r"[!-9;-~]+:[^\r\n\0]*", line) for line in lines):
        raise HandshakeRefused("400 Bad Request", "The request is not HTTP/1.1")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    if method == "GET" and target == "/" and "upgrade" not in headers:
        raise HandshakeRefused("200 OK", HERE.rstrip())
    if method != "GET" or target != PATH:
        raise HandshakeRefused("404 Not Found", "There is nothing here")
    if {"content-length", "transfer-encoding"} & headers.keys():
        raise HandshakeRefused("400 Bad Request", "A request for a websocket has no body")
    _check_websocket(headers)
    if not origin_allowed(_one(headers, "origin"), _one(headers, "host"), origins):
        raise HandshakeRefused("403 Forbidden", "Phones of other pages are not served: see --origins")
    forwarded = ",".join(headers.get("x-forwarded-for", ()))
    told = tuple(each.strip() for each in forwarded.split(",") if each.strip())
    return PhoneUpgrade(_one(headers, "sec-websocket-key").encode(), told)


def _check_websocket(headers: dict[str, list[str]]) -> None:
    def words(name: str) -> set[str]:
        return {word.strip().lower() for value in headers.get(name, ()) for word in value.split(",")}

    if "websocket" not in words("upgrade") or "upgrade" not in words("connection"):
        raise HandshakeRefused("426 Upgrade Required", "Phones connect here by a websocket")
    if words("sec-websocket-version") != {"13"} or "sip" not in words("sec-websocket-protocol"):
        raise HandshakeRefused("400 Bad Request", "The websocket is of version 13 and its protocol is sip")
    if not re.fullmatch(r"[A-Za-z0-9+/]{22}==", _one(headers, "sec-websocket-key")):
        raise HandshakeRefused("400 Bad Request", "Sec-WebSocket-Key is 16 bytes in base64")


def _one(headers: dict[str, list[str]], name: str) -> str:
    """A header that is there once, or not. Raises: Refused."""
    found = headers.get(name, [""])
    if len(found) != 1:
        raise HandshakeRefused("400 Bad Request", f"{name} is there more than once")
    return found[0]


def origin_allowed(origin: str, host: str, others: tuple[str, ...]) -> bool:
    """Browsers name the page that connects: one of this host, at any port (the app has another), or of `others`.

    What is no browser names none.
    """
    if not origin or origin in others:
        return True
    try:
        page, here = urlsplit(origin), urlsplit(f"https://{host}")
    except ValueError:
        return False
    return page.scheme == "https" and page.hostname is not None and page.hostname == here.hostname


def accepted(key: bytes) -> bytes:
    proof = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Accept: " + proof + b"\r\n\r\n"
    )


def to_asterisk(port: int) -> bytes:
    key = base64.b64encode(os.urandom(16))
    return (
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Key: %s\r\n\r\n" % (port, key)
    )
