"""A realtime hub with sessions to subscribe by, and a client of its sockets in the test's own process."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.support.clock import StillClock
from tests.support.wait import wait_until
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from call24.identity.channel_auth import ChannelGrants, sign, sign_user, tenant_channel, user_channel
from call24.identity.model import Principal
from call24.identity.permissions import of_built_in
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId, new_id
from call24.kit.secrets import AppKey, RealtimeKey
from call24.pusher_apps.model import AppTerms
from call24.realtime import Hub, sockets
from call24.realtime.socket import Socket


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


def application(number: str = "1000000001", **settings: Any) -> AppTerms:
    """An organisation's own."""
    return AppTerms(
        number=number,
        key=f"key-{number}",
        secret=f"secret of {number}",
        tenant_id=TenantId(new_id("ten")),
        **{"client_events": True, **settings},
    )


class Client:
    """One websocket without a network: the other end of a transport, played by the package websockets.

    `stopped` makes it take nothing.
    """

    def __init__(self, peer: str = "192.0.2.1") -> None:
        self.frames: list[dict[str, Any]] = []
        self.accepted = False
        self.close_code: int | None = None
        self.status: int | None = None
        self.stopped = False
        self.socket_id = ""
        self.terms: AppTerms | None = None
        self.pongs = 0
        self.written: list[bytes] = []
        self._from = peer
        self._socket: Socket | None = None
        self._peer = ClientProtocol(parse_uri("ws://call24.test:8024/"))
        self._waiting = b""
        self._closing = False

    def connect(self, socket: Socket, target: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        self._socket = socket
        socket.connection_made(self)  # type: ignore[arg-type]  # all of a transport that is asked for
        request = self._peer.connect()
        request.path = target
        for name, value in headers:
            with suppress(KeyError):
                del request.headers[name]
            request.headers[name] = value
        self._peer.send_request(request)
        self._flush()

    # what the server's end asks of its transport

    def write(self, data: bytes) -> None:
        self._waiting += data
        self.written.append(data)
        if not self.stopped:
            data, self._waiting = self._waiting, b""
            self._peer.receive_data(data)
            self._take()
            asyncio.get_running_loop().call_soon(self._flush)

    def get_write_buffer_size(self) -> int:
        return len(self._waiting)

    def get_extra_info(self, name: str) -> Any:
        return (self._from, 4711) if name == "peername" else None

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self.cut)

    abort = close

    def cut(self) -> None:
        """As when the network falls away."""
        self._closing = True
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.connection_lost(None)

    @property
    def over(self) -> bool:
        return self._socket is None

    def _take(self) -> None:
        for event in self._peer.events_received():
            if isinstance(event, Response):
                self.status, self.accepted = event.status_code, event.status_code == 101
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                frame = json.loads(event.data)
                if isinstance(frame.get("data"), str):
                    with suppress(ValueError):
                        frame["data"] = json.loads(frame["data"])
                self.frames.append(frame)
            elif isinstance(event, Frame) and event.opcode is Opcode.PONG:
                self.pongs += 1
        if self._peer.close_rcvd is not None:
            self.close_code = self._peer.close_rcvd.code

    def _flush(self) -> None:
        """What it has to say, a piece at a time; nothing once the server's end is closed."""
        for data in self._peer.data_to_send():
            if data and self._socket is not None and not self._closing:
                self._socket.data_received(data)

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
        self._peer.send_close(1001)
        self._flush()

    async def settled(self) -> None:
        """All that was said has been answered."""
        count = len(self.named("pusher:pong"))
        self.say("pusher:ping")
        await self.hears("pusher:pong", count + 1)

    def say(self, event: str, data: Any = None) -> None:
        self.say_text(json.dumps({"event": event, "data": data if data is not None else {}}))

    def say_text(self, text: str) -> None:
        with suppress(InvalidState):  # it may be closed by now
            self._peer.send_text(text.encode())
            asyncio.get_running_loop().call_soon(self._flush)

    def say_raw(self, text: bytes) -> None:
        self._peer.send_text(text)
        self._flush()

    def ping(self) -> None:
        with suppress(InvalidState):
            self._peer.send_ping(secrets.token_bytes(4))
            self._flush()

    @property
    def socket(self) -> Socket:
        assert self._socket is not None
        return self._socket

    def say_bytes(self, data: bytes) -> None:
        self._peer.send_binary(data)
        self._flush()

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
        self.auth = ChannelGrants(self.key, self.clock)
        self.applications: dict[str, AppTerms] = {}
        self.told: list[dict[str, Any]] = []
        self.hub = Hub(
            self.auth,
            self.clock,
            known=self.applications.get,
            tell=lambda terms, event: self.told.append({"app": terms.number, **event}),
            **limits,
        )
        self.clients: list[Client] = []

    async def open(
        self, query: str = "protocol=7", path: str = "", headers: Any = (), peer: str = "192.0.2.1", **more: Any
    ) -> Client:
        """A socket that has connected, or was refused."""
        client = Client(peer)
        client.connect(sockets(self.hub, **more)(), f"{path or f'/app/{self.key.key}'}?{query}", headers)
        self.clients.append(client)
        await wait_until(lambda: client.frames or not client.accepted or client.over)
        if client.frames and client.frames[0]["event"] == "pusher:connection_established":
            client.socket_id = client.frames[0]["data"]["socket_id"]
        return client

    def add(self, terms: AppTerms) -> AppTerms:
        self.applications[terms.key] = terms
        return terms

    async def open_at(self, terms: AppTerms, **more: Any) -> Client:
        client = await self.open(path=f"/app/{terms.key}", **more)
        client.terms = terms
        return client

    async def joined(self, terms: AppTerms, channel: str, user_id: str = "", **more: Any) -> Client:
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
        for channel in (user_channel(who.user_id, who.tenant_id), tenant_channel(who.tenant_id)):
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
    try:
        yield here
    finally:
        for client in here.clients:
            client.cut()
