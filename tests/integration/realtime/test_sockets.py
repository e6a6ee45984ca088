"""Realtime over real sockets: many subscribers, one that takes nothing, and the end of a session."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.support.http.serving import serving
from tests.support.realtime.hub import session
from tests.support.wait import wait_until

from call24.identity.channel_auth import ChannelGrants, sign, tenant_channel
from call24.identity.model import Principal
from call24.kit.clock import SystemClock
from call24.kit.secrets import AppKey
from call24.realtime import Hub, keepalive
from call24.realtime.keepalive import GIVE_UP_MS

CROWD = Path(__file__).with_name("realtime_crowd.py")
KEY = AppKey(b"k" * 32).realtime()


@dataclass
class Served:
    port: int
    hub: Hub
    auth: ChannelGrants
    who: Principal

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/app/{KEY.key}?protocol=7"

    @property
    def channel(self) -> str:
        return tenant_channel(self.who.tenant_id)

    def signed(self, socket_id: str) -> list[str]:
        self.auth.authorised(socket_id, self.who)
        return [self.channel, sign(KEY, socket_id, self.channel)]

    async def subscribe(self, client: websockets.ClientConnection) -> None:
        socket_id = json.loads(json.loads(await client.recv())["data"])["socket_id"]
        channel, auth = self.signed(socket_id)
        await client.send(json.dumps({"event": "pusher:subscribe", "data": {"channel": channel, "auth": auth}}))
        assert json.loads(await client.recv())["event"] == "pusher_internal:subscription_succeeded"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    clock = SystemClock()
    auth = ChannelGrants(KEY, clock)
    hub = Hub(auth, clock)
    here = Served(0, hub, auth, session())

    async def give(request: Request) -> JSONResponse:
        return JSONResponse(here.signed(request.path_params["socket_id"]))

    app = Starlette(routes=[Route("/sign/{socket_id}", give)])
    async with serving(app, hub) as here.port:
        yield here


async def test_a_thousand_events_reach_three_hundred_sockets_in_order(
    served: Served, record_property: Callable[[str, object], None]
) -> None:
    sockets, messages = 300, 1000
    crowd = await asyncio.create_subprocess_exec(
        *(sys.executable, str(CROWD), str(served.port), KEY.key, str(sockets), str(messages)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert crowd.stdout is not None
    assert (await crowd.stdout.readline()).strip() == b"ready"
    began, longest = time.monotonic(), 0.0
    for number in range(messages):
        before = time.thread_time()  # not the clock's: who waits for a core is not slow
        assert served.hub.publish(served.channel, "queue", {"n": number, "waiting": 3, "name": "Support"}) == sockets
        longest = max(longest, time.thread_time() - before)
        await asyncio.sleep(0)  # as a publisher does that reads the journal line by line
        if number % 100 == 0:  # a crowd that the machine gives no time is not too slow
            await wait_until(
                lambda: not any(one.wire.get_write_buffer_size() for one in served.hub._sockets.values()), timeout_s=30
            )
    said = (await crowd.stdout.readline()).strip()
    took = time.monotonic() - began
    record_property("deliveries_per_s", round(sockets * messages / took))
    assert said == b"done"
    assert await crowd.wait() == 0
    assert served.hub.counters.too_slow == 0
    assert longest < 0.25


async def test_a_client_that_reads_nothing_is_cut_off_and_the_others_hear_everything(served: Served) -> None:
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plug.connect(("127.0.0.1", served.port))
    async with (
        websockets.connect(served.address, sock=plug, compression=None, max_queue=1, close_timeout=0.1) as slow,
        websockets.connect(served.address, compression=None) as quick,
    ):
        await served.subscribe(slow)
        await served.subscribe(quick)
        big = "x" * 20_000
        for number in range(600):
            assert served.hub.publish(served.channel, "queue", {"n": number, "text": big}) >= 1
            assert json.loads(json.loads(await quick.recv())["data"])["n"] == number
        assert served.hub.counters.too_slow == 1
        await wait_until(lambda: served.hub.sockets == 1)


async def test_the_end_of_a_session_ends_its_sockets_within_a_second(served: Served) -> None:
    async with websockets.connect(served.address) as client:
        await served.subscribe(client)
        began = time.monotonic()
        served.hub.revoke(served.who.token_id)
        error = json.loads(await client.recv())
        assert error["event"] == "pusher:error"
        with pytest.raises(websockets.ConnectionClosed):
            await client.recv()
        assert time.monotonic() - began < 1
        assert client.close_code == 4009


async def test_a_page_of_another_host_is_refused_at_the_door(served: Served) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(served.address, origin=websockets.Origin("https://evil.example"))
    assert refused.value.response.status_code == 403
    async with websockets.connect(served.address, origin=websockets.Origin(f"http://127.0.0.1:{served.port}")) as ours:
        await served.subscribe(ours)


async def test_the_reply_to_garbage_is_a_clean_end(served: Served) -> None:
    async with websockets.connect(served.address) as client:
        await client.recv()
        await client.send("x" * 100_000)
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                await client.recv()
        assert client.close_code == 1009
    await wait_until(lambda: served.hub.sockets == 0)


async def test_a_server_that_ends_tells_its_clients_to_come_back_at_once() -> None:
    clock = SystemClock()
    hub = Hub(ChannelGrants(KEY, clock), clock)
    async with serving(Starlette(), hub) as port:
        client = await websockets.connect(f"ws://127.0.0.1:{port}/app/{KEY.key}?protocol=7")
        await client.recv()
    assert json.loads(await client.recv())["data"]["code"] == 4200
    await client.wait_closed()
    assert client.close_code == 4200


async def test_a_socket_that_nobody_acknowledges_is_given_up_by_the_kernel(served: Served) -> None:
    async with websockets.connect(served.address) as client:
        await client.recv()
        wire: Any = next(iter(served.hub._sockets.values())).wire
        end = wire.get_extra_info("socket")
        assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == GIVE_UP_MS


async def test_a_socket_that_cannot_be_opened_whole_leaves_no_place_taken(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_left(_connection: object, _transport: object) -> None:
        raise RuntimeError("of the test")

    with monkeypatch.context() as broken:
        broken.setattr(served.hub.heartbeat, "add", nothing_left)
        for _ in range(3):
            with pytest.raises((websockets.WebSocketException, OSError)):
                async with asyncio.timeout(5):
                    async with websockets.connect(served.address) as client:
                        while True:
                            await client.recv()
    await wait_until(lambda: served.hub.sockets == 0, 5)
    async with websockets.connect(served.address) as client:
        await served.subscribe(client)


async def test_without_a_descriptor_more_a_socket_is_served_all_the_same(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_left(_fd: int) -> int:
        raise OSError(errno.EMFILE, "of the test")

    monkeypatch.setattr(keepalive.os, "dup", nothing_left)
    async with websockets.connect(served.address) as client:
        await served.subscribe(client)
