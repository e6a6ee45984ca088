"""A realtime hub with sessions to subscribe by, and a client of its sockets in the test's own process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.support.clock import StillClock
from tests.support.wait import wait_until

from call24.applications.model import Terms
from call24.identity.channel_auth import ChannelAuth, sign, sign_user, tenant_channel, user_channel
from call24.identity.model import Principal
from call24.identity.permissions import of_built_in
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId, new_id
from call24.kit.secrets import AppKey, RealtimeKey
from call24.realtime import Hub, realtime_app


def session(tenant_id: TenantId | None = None, user_id: UserId | None = None) -> Principal:
    return Principal(
        tenant_id=tenant_id or TenantId(new_id("ten")),
        user_id=user_id or UserId(new_id("usr")),
        role="agent",
        permissions=of_built_in("agent"),
        token_id=TokenId(new_id("tok")),
        device_id=DeviceId(new_id("dev")),
        abilities=("*",),
    )


def application(number: str = "1000000001", **settings: Any) -> Terms:
    """An organisation's own."""
    return Terms(
        number=number,
        key=f"key-{number}",
        secret=f"secret of {number}",
        tenant_id=TenantId(new_id("ten")),
        **{"client_events": True, **settings},
    )


class Client:
    """One websocket, played without a network; `stopped` makes it take nothing."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.frames: list[dict[str, Any]] = []
        self.accepted = False
        self.close_code: int | None = None
        self.status: int | None = None
        self.stopped = False
        self.socket_id = ""
        self.task: asyncio.Task[None] | None = None
        self.terms: Terms | None = None

    async def receive(self) -> dict[str, Any]:
        return await self.inbox.get()

    async def send(self, message: dict[str, Any]) -> None:
        if self.stopped:
            await asyncio.Event().wait()
        match message["type"]:
            case "websocket.accept":
                self.accepted = True
            case "websocket.send":
                frame = json.loads(message["text"])
                if isinstance(frame.get("data"), str):
                    with suppress(ValueError):
                        frame["data"] = json.loads(frame["data"])
                self.frames.append(frame)
            case "websocket.close":
                self.close_code = message["code"]
            case "http.response.start":
                self.status = message["status"]

    def subscribe(self, channel: str, user_id: str = "", info: Any = None, key: RealtimeKey | None = None) -> None:
        """As the application's own server signs it, or with another `key`."""
        assert self.terms is not None
        key = key or RealtimeKey(self.terms.key, self.terms.secret)
        data: dict[str, Any] = {"channel": channel}
        if user_id:
            data["channel_data"] = json.dumps({"user_id": user_id, "user_info": info})
        if channel.startswith(("private-", "presence-")):
            data["auth"] = sign(key, self.socket_id, channel, data.get("channel_data", ""))
        self.say("pusher:subscribe", data)

    def sign_in(self, user_id: str, key: RealtimeKey | None = None) -> None:
        assert self.terms is not None
        user_data = json.dumps({"id": user_id})
        auth = sign_user(key or RealtimeKey(self.terms.key, self.terms.secret), self.socket_id, user_data)
        self.say("pusher:signin", {"auth": auth, "user_data": user_data})

    def whisper(self, channel: str, event: str, data: Any = None) -> None:
        self.say_text(json.dumps({"event": event, "channel": channel, "data": data}))

    def on(self, channel: str, event: str) -> list[dict[str, Any]]:
        return [frame for frame in self.named(event) if frame.get("channel") == channel]

    def leave(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def settled(self) -> None:
        """All that was said has been answered."""
        count = len(self.named("pusher:pong"))
        self.say("pusher:ping")
        await self.hears("pusher:pong", count + 1)

    def say(self, event: str, data: Any = None) -> None:
        self.say_text(json.dumps({"event": event, "data": data if data is not None else {}}))

    def say_text(self, text: str) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "text": text})

    def named(self, event: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["event"] == event]

    async def hears(self, event: str, times: int = 1) -> dict[str, Any]:
        """The latest `event`, once it came so often."""
        await wait_until(lambda: len(self.named(event)) >= times)
        return self.named(event)[-1]


class Realtime:
    def __init__(self, key: RealtimeKey | None = None, **limits: Any) -> None:
        self.clock = StillClock()
        self.key = key or AppKey(b"k" * 32).realtime()
        self.auth = ChannelAuth(self.key, self.clock)
        self.applications: dict[str, Terms] = {}
        self.told: list[dict[str, Any]] = []
        self.hub = Hub(
            self.auth,
            self.clock,
            known=self.applications.get,
            tell=lambda terms, event: self.told.append({"app": terms.number, **event}),
            **limits,
        )
        self.tasks: asyncio.TaskGroup | None = None

    async def open(self, query: str = "protocol=7", path: str = "", headers: Any = (), **more: Any) -> Client:
        """A socket that has connected, or was refused."""
        client = Client()
        scope = {
            "type": "websocket",
            "path": path or f"/app/{self.key.key}",
            "query_string": query.encode(),
            "headers": [(b"host", b"call24.test:8024"), *headers],
        }
        client.inbox.put_nowait({"type": "websocket.connect"})
        assert self.tasks is not None
        app = realtime_app(self.hub, **more)
        task = client.task = self.tasks.create_task(app(scope, client.receive, client.send))  # type: ignore[arg-type]
        await wait_until(lambda: client.frames or task.done())
        if client.frames and client.frames[0]["event"] == "pusher:connection_established":
            client.socket_id = client.frames[0]["data"]["socket_id"]
        return client

    def add(self, terms: Terms) -> Terms:
        self.applications[terms.key] = terms
        return terms

    async def open_at(self, terms: Terms, **more: Any) -> Client:
        client = await self.open(path=f"/app/{terms.key}", **more)
        client.terms = terms
        return client

    async def joined(self, terms: Terms, channel: str, user_id: str = "", **more: Any) -> Client:
        """A socket that its organisation's own server let into `channel`, as `user_id` on a presence channel."""
        client = await self.open_at(terms)
        return await self.join(client, channel, user_id, **more)

    async def join(self, client: Client, channel: str, user_id: str = "", **more: Any) -> Client:
        client.subscribe(channel, user_id, **more)
        await wait_until(lambda: client.on(channel, "pusher_internal:subscription_succeeded"))
        return client

    def authorisation(self, client: Client, who: Principal, channel: str) -> str:
        """What POST /broadcasting/auth gives."""
        self.auth.authorised(client.socket_id, who)
        return sign(self.key, client.socket_id, channel)

    async def subscribe(self, client: Client, who: Principal) -> None:
        """To both channels of the session."""
        for channel in (user_channel(who.user_id), tenant_channel(who.tenant_id)):
            client.say("pusher:subscribe", {"channel": channel, "auth": self.authorisation(client, who, channel)})
        await client.hears("pusher_internal:subscription_succeeded", times=2)

    async def subscribed(self, who: Principal | None = None) -> Client:
        client = await self.open()
        await self.subscribe(client, who or session())
        return client


@asynccontextmanager
async def realtime(**limits: Any) -> AsyncIterator[Realtime]:
    """Ends every socket at the end."""
    here = Realtime(**limits)
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as outer:

        async def sockets() -> None:
            async with asyncio.TaskGroup() as here.tasks:
                here.tasks.create_task(ended.wait())

        running = outer.create_task(sockets())
        await asyncio.sleep(0)
        try:
            yield here
        finally:
            ended.set()
            running.cancel()
