"""Files over HTTP, as a tus client sends them; and a stand-in of clamd."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import AsyncIterator
from typing import Any

import httpx
from tests.support.http.api import Organisation

UPLOADS, FILES = "/v1/uploads", "/v1/files"
TUS = {"Tus-Resumable": "1.0.0"}
PDF = b"%PDF-1.7\n"


def pdf(size: int, fill: bytes = b"file ") -> bytes:
    """A beginning of a PDF, and bytes that tell places apart."""
    count = b"".join(b"%08d" % place for place in range(0, size, 8))
    return (PDF + fill + count)[:size]


def metadata(name: str, **about: str) -> str:
    every = {"filename": name, **about}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in every.items())


async def begun(of: Organisation, name: str, size: int, role: str = "agent", **about: str) -> httpx.Response:
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(name, **about)}
    return await of.call(role, "POST", UPLOADS, headers=headers)


async def patched(
    of: Organisation, path: str, offset: int, body: bytes | AsyncIterator[bytes], role: str = "agent"
) -> httpx.Response:
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return await of.call(role, "PATCH", path, headers=headers, content=body)


async def offset_of(of: Organisation, path: str, role: str = "agent") -> int:
    answer = await of.call(role, "HEAD", path, headers=TUS)
    assert answer.status_code == 200, answer.status_code
    return int(answer.headers["Upload-Offset"])


async def sent(of: Organisation, name: str, content: bytes, role: str = "agent", **about: str) -> Any:
    """A whole file, as the API shows it then."""
    answer = await begun(of, name, len(content), role, **about)
    assert answer.status_code == 201, answer.text
    path = answer.headers["Location"]
    answer = await patched(of, path, 0, content, role)
    assert answer.status_code == 204, answer.text
    return (await of.call(role, "GET", path.replace(UPLOADS, FILES))).json()


async def attached(http: httpx.AsyncClient, name: str, content: bytes, **about: str) -> Any:
    """A whole file, sent by a client that is signed in."""
    begin = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": metadata(name, **about)}
    answer = await http.post(UPLOADS, headers=begin)
    assert answer.status_code == 201, answer.text
    part = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    done = await http.patch(f"{UPLOADS}/{answer.json()['id']}", headers=part, content=content)
    assert done.status_code == 204, done.text
    return (await http.get(f"{FILES}/{answer.json()['id']}")).json()


async def content_of(of: Organisation, file: Any, role: str = "agent", **headers: str) -> httpx.Response:
    return await of.call(role, "GET", f"{FILES}/{file['id']}/content", headers=headers)


class StandInClamd:
    """Speaks clamd's INSTREAM on a unix socket. `bad`: what it finds; `most`: bytes that it looks at."""

    def __init__(self, path: str, bad: bytes = b"EVIL", most: int = 1 << 30) -> None:
        self.path, self._bad, self._most = path, bad, most
        self._server: asyncio.Server | None = None
        self.seen: list[int] = []

    async def __aenter__(self) -> StandInClamd:
        self._server = await asyncio.start_unix_server(self._talk, self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        whole = b""
        answer = b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            whole += await reader.readexactly(size)
            if len(whole) > self._most:
                answer = b"INSTREAM size limit exceeded. ERROR\0"
                break
        self.seen.append(len(whole))
        writer.write(answer or (b"stream: Test.Evil FOUND\0" if self._bad in whole else b"stream: OK\0"))
        await writer.drain()
        writer.close()
