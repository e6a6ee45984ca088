"""An agent's realtime socket in a running system, which keeps all that it is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.product.system import Agent, System
from websockets.asyncio.client import ClientConnection, connect

from call24.doctor.realtime_client import trust


class Listening:
    """A realtime socket that keeps all it is told."""

    def __init__(self, link: ClientConnection) -> None:
        self.link = link
        self.frames: list[dict[str, Any]] = []

    async def next(self, event: str) -> Any:
        """The data of the next frame of this kind."""
        while True:
            frame = json.loads(await self.link.recv())
            self.frames.append(frame)
            if frame["event"] == event:
                return json.loads(frame["data"]) if isinstance(frame.get("data"), str) else frame.get("data")

    async def subscribe(self, channel: str, auth: str) -> None:
        await self.link.send(json.dumps({"event": "pusher:subscribe", "data": {"channel": channel, "auth": auth}}))


@asynccontextmanager
async def listening(system: System, agent: Agent) -> AsyncIterator[tuple[Listening, str]]:
    key = (await agent.http.get("/v1/realtime")).json()["key"]
    url = f"{system.base_url.replace('https', 'wss')}/app/{key}?protocol=7"
    async with connect(url, ssl=trust(system.settings)) as link:
        socket = Listening(link)
        yield socket, (await socket.next("pusher:connection_established"))["socket_id"]
