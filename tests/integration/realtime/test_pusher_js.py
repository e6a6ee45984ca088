"""The real pusher-js against our server: connecting, authorising, hearing, pinging, coming back, being put out."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.serving import serving
from tests.support.wait import wait_until

from call24.identity.channel_auth import ChannelGrants, tenant_channel, user_channel
from call24.identity.model import Device
from call24.installer import web
from call24.installer.paths import WEB
from call24.kit.ids import UserId
from call24.realtime import Hub
from call24.realtime.protocol import Close
from call24.server.http_app import create_app

CLIENT = Path(__file__).parent / "pusher" / "client.cjs"


@dataclass
class Here:
    api: Api
    hub: Hub
    port: int
    acme: Organisation

    def user(self, role: str = "agent", organisation: Organisation | None = None) -> str:
        of = organisation or self.acme
        return user_channel(UserId(of.users[role]), of.tenant.id)

    @property
    def tenant(self) -> str:
        return tenant_channel(self.acme.tenant.id)


class PusherJs:
    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self.said: list[dict[str, Any]] = []

    def tell(self, verb: str, channel: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(f"{verb} {channel}\n".encode())

    async def listen(self) -> None:
        assert self._child.stdout is not None
        async for line in self._child.stdout:
            self.said.append(json.loads(line))

    def all(self, what: str, **more: Any) -> list[dict[str, Any]]:
        return [one for one in self.said if one.items() >= {"what": what, **more}.items()]

    async def says(self, what: str, times: int = 1, **more: Any) -> dict[str, Any]:
        try:
            await wait_until(lambda: len(self.all(what, **more)) >= times, timeout_s=10)
        except AssertionError:
            raise AssertionError(f"pusher-js did not say {what} {more} {times} times, but: {self.said}") from None
        return self.all(what, **more)[-1]


@asynccontextmanager
async def pusher_js(here: Here, role: str = "agent", bearer: str | None = None) -> AsyncIterator[PusherJs]:
    assert web.node() and web.packages_there(), "Node and the app's packages are missing: `./call24 test` brings both"
    child = await asyncio.create_subprocess_exec(
        *(str(web.node()), str(CLIENT), str(WEB), here.hub.key, str(here.port), bearer or here.acme.bearers[role]),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    client = PusherJs(child)
    listening = asyncio.create_task(client.listen())
    try:
        await client.says("state", state="connected")
        yield client
    finally:
        assert child.stdin is not None
        child.stdin.close()
        await child.wait()
        await listening


@pytest.fixture
async def here(api: Api) -> AsyncIterator[Here]:
    auth = ChannelGrants(api.services.realtime, api.clock)
    hub = Hub(auth, api.clock)

    async def signed_out(device: Device) -> None:
        hub.revoke(device.token_id)

    api.services.identity.events.device_signed_out.append(signed_out)
    app = create_app(dataclasses.replace(api.services, socket_authorised=auth.authorised))
    async with serving(app, hub) as port:
        yield Here(api, hub, port, await api.organisation("Acme"))


async def test_pusher_js_subscribes_to_its_own_channels_and_hears_events(here: Here) -> None:
    async with pusher_js(here) as client:
        for channel in (here.user(), here.tenant):
            client.tell("subscribe", channel)
            await client.says("subscribed", channel=channel)
        body = {"seq": 7, "name": 'Zoë "Z" 😀', "none": None}
        assert here.hub.publish(here.user(), "call", body) == 1
        assert here.hub.publish(here.tenant, "queue", {"seq": 8}) == 1
        assert (await client.says("event", channel=here.user(), event="call"))["body"] == body
        assert (await client.says("event", channel=here.tenant, event="queue"))["body"] == {"seq": 8}
        client.tell("unsubscribe", here.tenant)
        await wait_until(lambda: here.hub.subscribers(here.tenant) == 0)


async def test_foreign_channels_are_refused_alike_whether_they_exist_or_not(here: Here) -> None:
    other = await here.api.organisation("Other")
    foreign = [
        here.user("owner"),
        here.user("agent", other),
        tenant_channel(other.tenant.id),
        user_channel(UserId("usr_" + "0" * 26), here.acme.tenant.id),
        user_channel(UserId(other.users["agent"]), here.acme.tenant.id),
        user_channel(UserId(here.acme.users["agent"]), other.tenant.id),
        "private-anything",
    ]
    async with pusher_js(here) as client:
        for channel in foreign:
            client.tell("subscribe", channel)
            assert (await client.says("not subscribed", channel=channel))["status"] == 403
        assert not client.all("subscribed")


async def test_a_bearer_that_is_not_one_gets_no_channel(here: Here) -> None:
    async with pusher_js(here, bearer="nothing") as client:
        client.tell("subscribe", here.user())
        assert (await client.says("not subscribed"))["status"] == 401


async def test_pings_go_both_ways(here: Here) -> None:
    async with pusher_js(here) as client:
        client.tell("subscribe", here.user())
        await client.says("subscribed")
        await client.says("pusher:pong", times=2)
        # The clock of the test stands still, so our own ping comes only when it is moved.
        connection = next(iter(here.hub._sockets.values()))
        here.api.clock.advance(seconds=121)
        await client.says("pusher:ping")
        await client.says("pusher:pong", times=3)
        here.api.clock.advance(seconds=31)
        assert not connection.closing


async def test_pusher_js_comes_back_and_subscribes_anew_after_it_was_too_slow(here: Here) -> None:
    async with pusher_js(here) as client:
        client.tell("subscribe", here.user())
        first = (await client.says("state", state="connected"))["socket_id"]
        await client.says("subscribed")
        next(iter(here.hub._sockets.values())).close(Close.OVER_CAPACITY, "Too slow: connect again")
        await client.says("subscribed", times=2)
        assert (await client.says("state", state="connected"))["socket_id"] != first
        here.hub.publish(here.user(), "session", {"seq": 1})
        await client.says("event", event="session")


async def test_signing_out_puts_pusher_js_out_and_it_stays_out(here: Here) -> None:
    async with pusher_js(here) as client, pusher_js(here, "supervisor") as colleague:
        for one in (client, colleague):
            one.tell("subscribe", here.tenant)
            await one.says("subscribed")
        assert (await here.acme.call("agent", "POST", "/v1/auth/logout")).status_code == 204
        await client.says("error", code=Close.UNAUTHORISED)
        await client.says("state", state="disconnected")
        assert here.hub.publish(here.tenant, "queue", {"seq": 1}) == 1
        await colleague.says("event", event="queue")
        assert not client.all("event")
        assert len(client.all("state", state="connecting")) <= 1


async def test_pusher_js_cannot_publish(here: Here) -> None:
    async with pusher_js(here) as client:
        client.tell("subscribe", here.tenant)
        await client.says("subscribed")
        client.tell("trigger", here.tenant)
        await client.says("error", code=4301)
