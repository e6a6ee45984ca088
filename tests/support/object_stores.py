"""A real S3-compatible store for tests: Debian's OpenStack Swift with its S3 interface, on this machine.

It is unpacked once into CALL24_CACHE, without its install scripts: those would start daemons on this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal

from tests.support.product.stack import CACHE

from call24.files.object_store import ObjectStore, StorePlace
from call24.files.s3_signing import StoreLogin
from call24.installer.apt import PrivateApt, unpack

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
    """The folder in which the packages are unpacked; fetched where it is not there yet. Raises: StartError."""
    made = CACHE / "swift"
    if made.is_dir():
        return made
    part = CACHE / f"swift.{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    private = PrivateApt(part / "apt")
    private.update()
    unpack([private.download_one(package, part) for package in PACKAGES], part / "root")
    with contextlib.suppress(OSError):  # somebody else was first
        (part / "root").rename(made)
    shutil.rmtree(part, ignore_errors=True)
    return made


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


def client(port: int, *, bucket: str = BUCKET, secret: str = SECRET, region: str = REGION) -> ObjectStore:
    """As an operator has one beside Call24."""
    place = StorePlace(endpoint=f"http://127.0.0.1:{port}", bucket=bucket, prefix="")
    return ObjectStore(place, StoreLogin(key_id=KEY_ID, secret=secret, region=region), "operator")


async def make_bucket(store: ObjectStore) -> None:
    await store._asked("PUT", None, within_s=30)


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
