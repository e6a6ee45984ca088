"""The ARI client against a server that misbehaves in ways that a real Asterisk shows seldom, and at the worst time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import encode_basic_auth, web
from tests.support.wait import wait_until

from call24.asterisk import AriClient
from call24.asterisk.client import Event


class MoodyAri:
    """``deaf``: as many connections as that get no events, though requests work."""

    def __init__(self, *, deaf: int = 0) -> None:
        self.deaf = deaf
        self.sockets: list[web.WebSocketResponse] = []
        self.authorised: list[bool] = []
        self.url = ""

    async def events(self, request: web.Request) -> web.WebSocketResponse:
        self.authorised.append(request.headers.get("Authorization") == encode_basic_auth("call24", "pw"))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for _ in socket:
            pass
        return socket

    async def cause(self, request: web.Request) -> web.Response:
        if len(self.sockets) > self.deaf:
            await self.tell(type="ChannelUserevent", eventname=request.match_info["name"], userevent={})
        return web.Response(status=204)

    async def tell(self, **event: object) -> None:
        await self.sockets[-1].send_str(json.dumps(event))


class Notes:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.usable = True

    async def connected(self) -> bool:
        self.said.append("connected")
        return self.usable

    def disconnected(self) -> None:
        self.said.append("disconnected")

    def heard(self, event: Event) -> None:
        self.said.append(event["type"])

    async def probe(self) -> bool:
        return True

    def replaced(self) -> None:
        self.said.append("replaced")


@pytest.fixture
async def ari() -> AsyncIterator[MoodyAri]:
    moody = MoodyAri()

    async def fine(_: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/ari/events", moody.events)
    app.router.add_put("/ari/applications/call24/eventFilter", fine)
    app.router.add_post("/ari/events/user/{name}", moody.cause)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    moody.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ari"
    yield moody
    await runner.cleanup()


@pytest.fixture
async def notes(ari: MoodyAri) -> AsyncIterator[Notes]:
    """A running client's listener."""
    notes = Notes()
    client = AriClient(ari.url, "call24", "pw", app="call24", events=("StasisStart",))
    running = asyncio.create_task(client.run(notes))
    yield notes
    running.cancel()
    await asyncio.wait({running})
    await client.close()


async def test_events_are_given_out_and_our_own_echoes_are_not(ari: MoodyAri, notes: Notes) -> None:
    await wait_until(lambda: notes.said)
    await ari.tell(type="StasisStart")
    await wait_until(lambda: len(notes.said) == 2)
    assert notes.said == ["connected", "StasisStart"]
    assert ari.authorised == [True]


async def test_a_connection_that_gets_no_events_is_given_up_for_a_new_one(ari: MoodyAri, notes: Notes) -> None:
    ari.deaf = 1
    await wait_until(lambda: notes.said == ["connected", "disconnected", "connected"])
    await ari.tell(type="StasisStart")
    await wait_until(lambda: notes.said[3:] == ["StasisStart"])


async def test_a_connection_that_breaks_is_made_again(ari: MoodyAri, notes: Notes) -> None:
    await wait_until(lambda: notes.said)
    await ari.sockets[-1].close()
    await wait_until(lambda: notes.said == ["connected", "disconnected", "connected"])


async def test_what_is_not_json_or_no_object_is_passed_over(ari: MoodyAri, notes: Notes) -> None:
    await wait_until(lambda: notes.said)
    for rubbish in ("", "{", "[]", "1", "null"):
        await ari.sockets[-1].send_str(rubbish)
    await ari.tell(type="StasisStart")
    await wait_until(lambda: notes.said[1:] == ["StasisStart"])


async def test_a_client_that_was_replaced_does_not_come_back(ari: MoodyAri, notes: Notes) -> None:
    await wait_until(lambda: notes.said)
    await ari.tell(type="ApplicationReplaced")
    await wait_until(lambda: notes.said == ["connected", "replaced"])
    assert len(ari.sockets) == 1


async def test_while_nobody_is_there_requests_say_so_and_the_client_keeps_trying() -> None:
    notes = Notes()
    client = AriClient("http://127.0.0.1:1/ari", "call24", "pw", app="call24", events=())
    running = asyncio.create_task(client.run(notes))
    await wait_until(lambda: len(notes.said) >= 3)
    assert set(notes.said) == {"disconnected"}
    reply = await client.request("GET", "/channels")
    assert (reply.ok, reply.away, reply.gone) == (False, True, False)
    running.cancel()
    await asyncio.wait({running})
    await client.close()
