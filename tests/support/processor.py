"""A stand-in for a processor: it notes what it is asked on this machine, and answers what the test says."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

Answer = tuple[str, bytes]
"""The status line's end with further headers, and the body."""


@dataclass
class Asked:
    headers: dict[str, str]
    body: bytes

    def signed_with(self, secret: str) -> bool:
        """As the Standard Webhooks specification says."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        text = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
        return wanted in self.headers["webhook-signature"].split()


@dataclass
class StandIn:
    """`answers`: one for each request, the last of them for all that follow."""

    answers: list[Answer]
    port: int = 0
    asked: list[Asked] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if line]
        headers = {name.casefold(): value for name, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked.append(Asked(headers, body))
        status, said = self.answers[min(len(self.asked), len(self.answers)) - 1]
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n".encode() + said)
        writer.close()


@contextlib.asynccontextmanager
async def stand_in(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[StandIn]:
    made = StandIn(list(answers))
    async with await asyncio.start_server(made.take, "127.0.0.1", 0, ssl=tls) as server:
        made.port = server.sockets[0].getsockname()[1]
        yield made
