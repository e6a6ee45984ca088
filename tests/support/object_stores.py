"""S3-compatible stores for tests: Debian's OpenStack Swift with its S3 interface, and one that stands in for it.

Swift is unpacked once into CALL24_CACHE, without its install scripts: those would start daemons on this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from aiohttp import web
from tests.support.unpacked import unpacked

from call24.files.object_store import ObjectStore, StorePlace
from call24.files.s3_signing import StoreLogin

PACKAGES = (
    "python3-swift",
    "python3-eventlet",
    "python3-greenlet",
    "python3-dnspython",
    "python3-paste",
    "python3-pastedeploy",
    "python3-pyeclib",
    "liberasurecode1",
    "python3-xattr",
    "python3-cffi-backend",
    "python3-lxml",
    "libxml2",
    "libxslt1.1",
    "python3-certifi",
    "python3-idna",
)
"""What Swift's servers import, beyond what Debian's own Python has."""
PYTHON = "/usr/bin/python3"
BUCKET, REGION = "files", "test-1"
KEY_ID, SECRET = "test:tester", "testing"


def installed() -> Path:
    """The folder in which the packages are unpacked. Raises: StartError."""
    return unpacked("swift", PACKAGES)


@contextmanager
def running_swift(folder: Path) -> Iterator[int]:
    """The port of its S3 interface."""
    root = installed()
    [libraries] = root.glob("usr/lib/*-linux-gnu")
    env = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(root / "usr" / "lib" / "python3" / "dist-packages"),
        "LD_LIBRARY_PATH": str(libraries),
        "HOME": str(folder),
    }
    program = Path(__file__).with_name("swift_server.py")
    process = subprocess.Popen(
        [PYTHON, str(program), str(folder)], env=env, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def client(
    port: int,
    *,
    bucket: str = BUCKET,
    prefix: str = "",
    secret: str = SECRET,
    region: str = REGION,
    mark: str = "operator",
) -> ObjectStore:
    """As an operator has one beside Call24, or an installation."""
    place = StorePlace(endpoint=f"http://127.0.0.1:{port}", bucket=bucket, prefix=prefix)
    return ObjectStore(place, StoreLogin(key_id=KEY_ID, secret=secret, region=region), mark)


async def make_bucket(store: ObjectStore) -> None:
    await store._asked("PUT", None, within_s=30)


class StandIn:
    """Keeps objects in memory, on a port of this machine; it checks no signature. `refuses`: the code with which it
    refuses a request, by its method and its path; `says`: what stands beside the code."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.refuses: Callable[[str, str], str | None] = lambda method, path: None
        self.says = ""
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        method, path = request.method, request.path.lstrip("/")
        self.asked.append((method, path))
        if (code := self.refuses(method, path)) is not None:
            return web.Response(status=403, text=f"<Error><Code>{code}</Code>{self.says}</Error>")
        if "/" not in path:
            return self._listed(path, request.query) if method == "GET" else web.Response()
        if method == "PUT":
            self.objects[path] = await request.read()
            return web.Response()
        if method == "DELETE":
            self.objects.pop(path, None)
            return web.Response(status=204)
        if path not in self.objects:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>")
        asked = request.http_range
        return web.Response(status=206 if "Range" in request.headers else 200, body=self.objects[path][asked])

    def _listed(self, bucket: str, query: Any) -> web.Response:
        keys = sorted(name.removeprefix(f"{bucket}/") for name in self.objects if name.startswith(f"{bucket}/"))
        shown = [key for key in keys if key.startswith(query["prefix"]) and key > query.get("start-after", "")]
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows = (
            f"<Contents><Key>{html.escape(key)}</Key><LastModified>{at}</LastModified></Contents>"
            for key in shown[: int(query["max-keys"])]
        )
        return web.Response(text=f"<ListBucketResult>{''.join(rows)}</ListBucketResult>")


@asynccontextmanager
async def running_stand_in() -> AsyncIterator[StandIn]:
    store = StandIn()
    app = web.Application(client_max_size=16 << 20)
    app.router.add_route("*", "/{path:.*}", store.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    store.port = runner.addresses[0][1]
    try:
        yield store
    finally:
        await runner.cleanup()


class Door:
    """A way to the store that can be shut: `shut` refuses, `silent` takes what is sent and never answers."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.state: Literal["open", "shut", "silent"] = "open"
        self.connections = 0
        self.most = 0

    def set(self, state: Literal["open", "shut", "silent"]) -> None:
        """Also for connections that are there."""
        self.state = state
        for one in list(self._open):
            one.transport.abort()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state == "shut":
            writer.transport.abort()
            return
        self.connections += 1
        self._open.add(writer)
        self.most = max(self.most, len(self._open))
        try:
            if self.state == "silent":
                while await reader.read(1 << 16):
                    pass
                return
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            await asyncio.gather(_carry(reader, back), _carry(there, writer))
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def door_to(port: int) -> AsyncIterator[Door]:
    door = Door(port)
    server = await asyncio.start_server(door.accept, "127.0.0.1", 0)
    door.port = server.sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        server.close()
        door.set("shut")
