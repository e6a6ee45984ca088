"""Strangers at the door, as a program: `python -m tests.support.http.knockers HOW PORT FIRST ADDRESSES COUNT SECONDS`.

HOW: `idle` says nothing, `half` sends half a request over TLS, `slow` a byte of a head each second, `huge` headers that
do not end. They come from 127.0.0.FIRST and the ADDRESSES - 1 after it, knock again when they are sent away, and stop
by themselves. A line on standard output says that all have knocked once; another what came of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

HEAD = b"GET /v1/me HTTP/1.1\r\nHost: call24\r\n"
AGAIN_S = 10.0
HUGE = 50_000_000


class Strangers:
    def __init__(self, how: str, port: int, seconds: float) -> None:
        self.how, self.port = how, port
        self.until = time.monotonic() + seconds
        self.knocked = self.refused = self.sent_away = self.bytes = 0
        self.tls = None if how == "idle" else careless()

    async def one(self, address: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while time.monotonic() < self.until:
            self.knocked += 1
            try:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.until - time.monotonic()):
                    await self.visit(address)
                    self.sent_away += 1
            except TimeoutError:
                return
            except OSError:
                self.refused += 1
            await asyncio.sleep(AGAIN_S)

    async def visit(self, address: str) -> None:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.tls, local_addr=(address, 0), limit=1024
        )
        try:
            saying = asyncio.create_task(self.say(writer))
            try:
                while await reader.read(512):
                    pass
            finally:
                saying.cancel()
        finally:
            writer.transport.abort()

    async def say(self, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            if self.how != "idle":
                writer.write(HEAD)
            while self.how == "slow":
                writer.write(b"X")
                await asyncio.sleep(1)
            while self.how == "huge" and self.bytes < HUGE:
                writer.write(b"x" * 65_536)
                self.bytes += 65_536
                await writer.drain()

    async def all(self, first: int, addresses: int, count: int) -> None:
        spread = min(4.0, count / 1000)
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self.one(f"127.0.0.{first + number % addresses}", spread * number / count))
            while self.knocked < count and time.monotonic() < self.until:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            print("there", flush=True)
        told = {"knocked": self.knocked, "refused": self.refused, "sent_away": self.sent_away}
        print(json.dumps({**told, "megabytes": self.bytes // 1_000_000}), flush=True)


def careless() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


@contextmanager
def strangers(how: str, port: int, first: int, addresses: int, count: int, seconds: float) -> Iterator[list[str]]:
    """All of them have knocked once when this begins; what came of them is in the list afterwards."""
    words = (how, str(port), str(first), str(addresses), str(count), str(seconds))
    program = subprocess.Popen((sys.executable, "-m", __name__, *words), stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    told: list[str] = []
    try:
        assert program.stdout.readline().strip() == "there"
        yield told
        told.append(program.stdout.readline().strip())
        program.wait(20)
    finally:
        program.kill()
        program.wait()


if __name__ == "__main__":
    how, port, first, addresses, count, seconds = sys.argv[1:]
    asyncio.run(Strangers(how, int(port), float(seconds)).all(int(first), int(addresses), int(count)))
