"""A client of a realtime socket over TLS, as thin as can be: text frames in and out, and requests that publish."""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
import time
from typing import Any
from urllib.parse import urlencode

from tests.support.realtime.pusher_clients import Peer

from call24.realtime.request_signature import signature

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
WAIT_S = 15.0


class Lost(Exception):
    """The socket is gone. `code`: what it was closed with; None: without a word."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(code)
        self.code = code


def unchecked() -> ssl.SSLContext:
    secure = ssl.create_default_context()
    secure.check_hostname, secure.verify_mode = False, ssl.CERT_NONE
    return secure


class Line:
    """`socket_id`: once it is open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._rest = b""
        self._read: list[dict[str, Any]] = []
        self._closed: Lost | None = None
        self.socket_id = ""

    @classmethod
    async def opened(cls, port: int, key: str, secure: ssl.SSLContext) -> Line:
        """Raises: Lost."""
        try:
            async with asyncio.timeout(WAIT_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=secure)
                line = cls(reader, writer)
                try:
                    await line._greeted(key, port)
                except BaseException:
                    line.close()
                    raise
                return line
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            raise Lost from None

    async def _greeted(self, key: str, port: int) -> None:
        asked = [f"GET /app/{key}?protocol=7 HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket"]
        asked += ["Connection: Upgrade", f"Sec-WebSocket-Key: {'A' * 22}==", "Sec-WebSocket-Version: 13", "", ""]
        self._writer.write("\r\n".join(asked).encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head:
            raise Lost
        told = await self.hears()
        if told["event"] != "pusher:connection_established":
            raise Lost(told.get("data", {}).get("code"))
        self.socket_id = json.loads(told["data"])["socket_id"]

    async def hears(self) -> dict[str, Any]:
        """The next message. Raises: Lost."""
        while not self._read:
            if self._closed is not None:
                raise self._closed
            try:
                data = await self._reader.read(65_536)
            except OSError:
                raise Lost from None
            if not data:
                raise Lost
            self._take(data)
        return self._read.pop(0)

    def _take(self, data: bytes) -> None:
        """Whole frames of a server, which are not masked. Source: RFC 6455 5.2."""
        data, at = self._rest + data, 0
        while at + 2 <= len(data):
            kind, size, begin = data[at] & 15, data[at + 1], at + 2
            if size > 125:
                wide = 2 if size == 126 else 8
                size, begin = int.from_bytes(data[begin : begin + wide], "big"), begin + wide
            if begin + size > len(data):
                break
            payload, at = data[begin : begin + size], begin + size
            if kind == _TEXT:
                self._read.append(json.loads(payload))
            elif kind == _PING:
                self._put(_PONG, payload)
            elif kind == _CLOSE:
                self._closed = Lost(int.from_bytes(payload[:2], "big") if payload else None)
        self._rest = data[at:]

    def say(self, event: str, data: dict[str, Any]) -> None:
        self._put(_TEXT, json.dumps({"event": event, "data": data}).encode())

    def _put(self, kind: int, payload: bytes) -> None:
        """With a mask of zeros, which changes nothing."""
        size = len(payload)
        head = bytes((0x80 | kind, 0x80 | size)) if size < 126 else bytes((0x80 | kind, 0xFE)) + size.to_bytes(2, "big")
        self._writer.write(head + bytes(4) + payload)

    def close(self) -> None:
        self._writer.close()


def signed(peer: Peer, path: str, content: bytes) -> str:
    """The path of a POST to Pusher's HTTP API, with what shows that the application asks."""
    path = f"/apps/{peer.app_id}{path}"
    asked = {"auth_key": peer.key, "auth_timestamp": str(int(time.time())), "auth_version": "1.0"}
    asked["body_md5"] = hashlib.md5(content).hexdigest()
    return f"{path}?{urlencode({**asked, 'auth_signature': signature(peer.secret, 'POST', path, asked)})}"


def event(channel: str, data: Any, name: str = "n") -> bytes:
    """What is published: the body of a POST to `/events`."""
    return json.dumps({"name": name, "channels": [channel], "data": json.dumps(data)}).encode()
