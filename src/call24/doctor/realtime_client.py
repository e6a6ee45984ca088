"""A realtime client as small as the doctor needs: subscribe to private channels, keep what comes, wait for an event.

Source: Pusher Channels protocol 7.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from call24.installer.api_client import Api, trust
from call24.kit.settings import Settings


class RealtimeEvent(NamedTuple):
    """`at`: when it came, in seconds since the epoch."""

    at: float
    channel: str
    name: str
    body: Any


class NoEvent(Exception):
    """What was waited for did not come; the text says what did."""


class RealtimeSocket:
    """One socket of a signed-in user."""

    def __init__(self, settings: Settings, api: Api) -> None:
        self.events: list[RealtimeEvent] = []
        self._settings = settings
        self._api = api
        self._came = asyncio.Condition()
        self._link: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self, timeout_s: float = 5.0) -> list[str]:
        """Connects and subscribes to every channel of the user; returns their names.

        Raises: NoEvent.
        """
        told = await self._api.get("/v1/realtime")
        if not told.ok:
            raise NoEvent(f"GET /v1/realtime: {told.trouble}")
        port = self._settings.http_port
        url = f"{self._api.base.replace('https:', 'wss:')}/app/{told.body['key']}?protocol=7&client=call24-doctor"
        try:
            async with asyncio.timeout(timeout_s):
                self._link = await connect(url, ssl=trust(self._settings))
        except (OSError, WebSocketException, TimeoutError) as error:
            raise NoEvent(f"no websocket on port {port}: {str(error) or 'no answer in time'}") from error
        self._reading = asyncio.create_task(self._read(self._link), name="doctor's realtime socket")
        hello = await self.wait(lambda event: event.name == "pusher:connection_established", timeout_s)
        channels = list(told.body["channels"].values())
        for channel in channels:
            await self._subscribe(channel, hello.body["socket_id"], told.body["auth_endpoint"], timeout_s)
        return channels

    async def wait(self, wanted: Callable[[RealtimeEvent], bool], timeout_s: float) -> RealtimeEvent:
        """The first event that fits, from the beginning of the socket.

        Raises: NoEvent.
        """
        deadline = time.monotonic() + timeout_s
        looked_at = 0
        async with self._came:
            while True:
                for event in self.events[looked_at:]:
                    if wanted(event):
                        return event
                looked_at = len(self.events)
                try:
                    async with asyncio.timeout(max(0.001, deadline - time.monotonic())):
                        await self._came.wait()
                except TimeoutError:
                    came = ", ".join(event.name for event in self.events) or "nothing"
                    raise NoEvent(f"not within {timeout_s:g} s; came: {came}") from None

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait((self._reading,))
        if self._link is not None:
            await self._link.close()

    async def _subscribe(self, channel: str, socket_id: str, endpoint: str, timeout_s: float) -> None:
        proof = await self._api.post(endpoint, {"socket_id": socket_id, "channel_name": channel})
        if not proof.ok:
            raise NoEvent(f"{channel} was not authorised: {proof.trouble}")
        assert self._link is not None
        wish = {"event": "pusher:subscribe", "data": {"channel": channel, "auth": proof.body["auth"]}}
        await self._link.send(json.dumps(wish))
        await self.wait(
            lambda event: event.name == "pusher_internal:subscription_succeeded" and event.channel == channel, timeout_s
        )

    async def _read(self, link: ClientConnection) -> None:
        async for frame in link:
            message = json.loads(frame)
            if message["event"] == "pusher:ping":
                await link.send('{"event":"pusher:pong","data":{}}')
                continue
            body = message.get("data")
            if isinstance(body, str):
                body = json.loads(body or "null")
            async with self._came:
                self.events.append(RealtimeEvent(time.time(), message.get("channel", ""), message["event"], body))
                self._came.notify_all()
