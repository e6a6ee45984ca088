"""Many subscribers in one process: `python -m bench.realtime_crowd PORT KEY SECRET SOCKETS FIRST [tls]`.

They are numbered from FIRST. Each hears `private-bench` and is present in a room of 100. Says `ready N` when all are
subscribed; for each line with a number it says `done` once so many events named `bench` have come over all sockets;
ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from functools import partial
from typing import cast

import uvloop
from tests.support.realtime.line import unchecked

from call24.identity.channel_auth import sign
from call24.kit.secrets import RealtimeKey

CHANNEL = "private-bench"
ROOM = 100
AT_ONCE = 100
FROM_ONE_ADDRESS = 200
"""Call24 closes the oldest of more than 1,000 connections from one address on which nobody signed in."""
EVENT = b'"event":"bench"'
LENGTH = len(EVENT)
SOCKET_ID = re.compile(rb'socket_id\\":\s*\\"([0-9]+\.[0-9]+)\\"')


class Crowd:
    def __init__(self, key: RealtimeKey) -> None:
        self.key = key
        self.heard = 0
        self.wanted = 0
        self.enough = asyncio.Event()

    def hears(self, count: int) -> None:
        self.heard += count
        if self.heard >= self.wanted:
            self.enough.set()


class Subscriber(asyncio.Protocol):
    """As thin as can be: events are counted by their name, nothing is parsed once it is subscribed."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd = crowd
        self._number = number
        self._rest = b""
        self.subscribed = asyncio.get_running_loop().create_future()
        self._asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        asked = f"GET /app/{self._crowd.key.key}?protocol=7&client=js&version=8.6.0 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        asked += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        self._transport.write(f"{asked}Sec-WebSocket-Key: {'A' * 22}==\r\n\r\n".encode())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.subscribed.done():
            self.subscribed.set_exception(ConnectionError("a subscriber was turned away"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self.subscribed.done():
            self._begin(data)
            return
        if count := data.count(EVENT):
            self._crowd.hears(count)
            data = data[data.rindex(EVENT) + LENGTH :]
        self._rest = data[-LENGTH:]

    def _begin(self, data: bytes) -> None:
        self._rest = data
        if not self._asked and (found := SOCKET_ID.search(data)):
            self._asked = True
            self._subscribe(found[1].decode())
        if data.count(b"subscription_succeeded") >= 2:
            self._rest = b""
            self.subscribed.set_result(None)

    def _subscribe(self, socket_id: str) -> None:
        user = json.dumps({"user_id": f"u{self._number}", "user_info": {"name": f"Agent {self._number}"}})
        for channel, data in ((CHANNEL, ""), (f"presence-room-{self._number // ROOM}", user)):
            said = {"channel": channel, "auth": sign(self._crowd.key, socket_id, channel, data)}
            if data:
                said["channel_data"] = data
            self._transport.write(masked(json.dumps({"event": "pusher:subscribe", "data": said}).encode()))


def masked(payload: bytes) -> bytes:
    """With a mask of zeros, which changes nothing."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    return head + bytes(4) + payload


async def main(port: int, key: str, secret: str, sockets: int, begin: int, tls: bool) -> None:
    loop = asyncio.get_running_loop()
    secure = unchecked() if tls else None
    crowd = Crowd(RealtimeKey(key, secret))
    subscribers = []
    for first in range(begin, begin + sockets, AT_ONCE):
        group = []
        for number in range(first, min(first + AT_ONCE, begin + sockets)):
            source = (f"127.0.0.{2 + number // FROM_ONE_ADDRESS}", 0)
            made = partial(Subscriber, crowd, number)
            group.append((await loop.create_connection(made, "127.0.0.1", port, ssl=secure, local_addr=source))[1])
        await asyncio.wait_for(asyncio.gather(*(one.subscribed for one in group)), 60)
        subscribers += group
    say(f"ready {len(subscribers)}")
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        crowd.wanted = int(line)
        crowd.enough.clear()
        crowd.hears(0)
        await crowd.enough.wait()
        say("done")


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), len(sys.argv) > 6))
