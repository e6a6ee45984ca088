"""Connected agents' sockets in one process, as thin as can be: who hears of which agent, and when.

Reads one line of JSON (port, key, and bearers); says `ready`, then for each line that comes one line of JSON: for each
agent's id the monotonic instants at which sockets heard an `agent` event of it since the line before, each with the
number of the journal's line that it tells of.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from functools import partial
from typing import Any, cast

import httpx
import uvloop
from tests.support.realtime.line import unchecked

from bench.realtime_crowd import FROM_ONE_ADDRESS, SOCKET_ID, masked, say

AT_ONCE = 8
PING_S = 30.0
PING = b'{"event":"pusher:ping","data":{}}'
EVENT = b'"event":"agent"'
AGENT = re.compile(
    EVENT + rb',"channel":"[^"]*","data":"\{\\"id\\":\\"(usr_[a-z0-9]+)\\".*?\\"seq\\":([0-9]+)\}","seq"'
)

Heard = dict[str, list[tuple[float, int]]]


class Listener(asyncio.Protocol):
    def __init__(self, key: str, heard: Heard) -> None:
        self._key = key
        self._heard = heard
        self._rest = b""
        self.socket_id: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        asked = f"GET /app/{self._key}?protocol=7 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        asked += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        self._transport.write(f"{asked}Sec-WebSocket-Key: {'A' * 22}==\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        data = self._rest + data
        if not self.subscribed.done():
            self._rest = data
            self._begin(data)
            return
        end = 0
        for found in AGENT.finditer(data):
            self._heard.setdefault(found[1].decode(), []).append((now, int(found[2])))
            end = found.end()
        begun = data.rfind(EVENT, end)
        self._rest = data[begun if begun >= 0 else max(end, len(data) - len(EVENT)) :]

    def _begin(self, data: bytes) -> None:
        if not self.socket_id.done() and (found := SOCKET_ID.search(data)):
            self.socket_id.set_result(found[1].decode())
        if data.count(b"subscription_succeeded") >= 2:
            self._rest = b""
            self.subscribed.set_result(None)

    def subscribe(self, channel: str, auth: str) -> None:
        said = {"event": "pusher:subscribe", "data": {"channel": channel, "auth": auth}}
        self._transport.write(masked(json.dumps(said).encode()))

    def ping(self) -> None:
        self._transport.write(masked(PING))


async def connected(
    http: httpx.AsyncClient, gate: asyncio.Semaphore, told: dict[str, Any], number: int, heard: Heard
) -> Listener:
    """As an agent's app does it: its own channel, and the organisation's."""
    async with gate:
        made = partial(Listener, told["key"], heard)
        _, listener = await asyncio.get_running_loop().create_connection(
            made,
            "127.0.0.1",
            told["port"],
            ssl=unchecked(),
            local_addr=(f"127.0.0.{2 + number // FROM_ONE_ADDRESS}", 0),
        )
        socket_id = await asyncio.wait_for(listener.socket_id, 30)
        headers = {"Authorization": f"Bearer {told['bearers'][number]}"}
        realtime = (await http.get("/v1/realtime", headers=headers)).json()
        for channel in realtime["channels"].values():
            asked = {"socket_id": socket_id, "channel_name": channel}
            answer = await http.post("/broadcasting/auth", json=asked, headers=headers)
            listener.subscribe(channel, answer.json()["auth"])
        await asyncio.wait_for(listener.subscribed, 30)
        return listener


async def _stay(listeners: list[Listener]) -> None:
    """A client that says nothing for long is taken for gone."""
    while True:
        await asyncio.sleep(PING_S)
        for listener in listeners:
            listener.ping()


async def main() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    told = json.loads(await reader.readline())
    heard: Heard = {}
    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(base_url=f"https://127.0.0.1:{told['port']}", verify=False, timeout=60) as http:
        apps = await asyncio.gather(
            *(connected(http, gate, told, number, heard) for number in range(len(told["bearers"])))
        )
    staying = asyncio.create_task(_stay(apps))
    say("ready")
    while await reader.readline():
        say(json.dumps(heard))
        heard.clear()
    staying.cancel()


if __name__ == "__main__":
    uvloop.run(main())
