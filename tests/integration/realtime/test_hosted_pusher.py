"""Hosted Pusher as the broadcaster of the house: Pusher's own library, pointed at our own HTTP API."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.http.api import Api
from tests.support.realtime.pusher_clients import Peer, node_clients
from tests.support.realtime.pusher_server import Served, pusher_server
from tests.support.wait import wait_until

from call24.http.middleware.security_headers import content_security_policy
from call24.kit.ids import UserId
from call24.kit.settings import Settings, SettingsError
from call24.realtime.broadcasting import Sockets
from call24.realtime.hosted import WAITING_MAX, HostedPusher, hosted, hosted_at


@pytest.fixture
async def served(api: Api) -> AsyncIterator[Served]:
    async with pusher_server(api) as served:
        yield served


def url_of(peer: Peer) -> str:
    return f"http://{peer.key}:{peer.secret}@{peer.host}:{peer.port}/apps/{peer.app_id}"


@contextlib.asynccontextmanager
async def running(hosted: HostedPusher) -> AsyncIterator[None]:
    task = asyncio.create_task(hosted.run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_the_houses_events_reach_pusher_js_in_order_through_the_other_server(served: Served) -> None:
    peer = await served.peer()
    hosted = HostedPusher(hosted_at(url_of(peer)))
    async with node_clients(peer) as node, running(hosted):
        await node.connected("ann", user="usr_1")
        await node.subscribed("ann", "private-tenant.ten_1.user.usr_1")
        assert hosted.wanted("private-tenant.ten_1.user.usr_1")
        for number in range(25):
            hosted.publish("private-tenant.ten_1.user.usr_1", "call", {"seq": number, "name": 'Zoë "Z"'})
        await node.says("ann", "event", times=25)
        bodies = [one["body"] for one in node.all("ann", "event", event="call")]
        assert bodies == [{"seq": number, "name": 'Zoë "Z"'} for number in range(25)]
        await wait_until(lambda: hosted.counters.sent == 25)


async def test_who_signs_out_is_put_out_there_too(served: Served) -> None:
    peer = await served.peer()
    hosted = HostedPusher(hosted_at(url_of(peer)))
    async with node_clients(peer) as node, running(hosted):
        for name, user in (("ann", "usr_1"), ("ben", "usr_2")):
            await node.connected(name, user=user)
            node.tell("signin", name)
            await node.says(name, "signed in")
            await node.subscribed(name, "private-a")
        hosted.disconnect_user(UserId("usr_1"))
        hosted.publish("private-a", "call", {"n": 1})
        await node.says("ann", "state", state="disconnected")
        assert (await node.says("ben", "event"))["body"] == {"n": 1}
        assert not node.all("ann", "event", event="call")


async def test_what_the_other_side_does_not_take_is_dropped_and_what_waits_is_bounded(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.realtime.hosted.RETRIES_S", (0.01,))
    peer = await served.peer()
    wrong = Peer("wrong", peer.port, peer.app_id, peer.key, "wrong")
    hosted = HostedPusher(hosted_at(url_of(wrong)))
    for number in range(WAITING_MAX + 3):
        hosted.publish("private-a", "call", {"n": number})
    assert hosted.counters.dropped == 3
    async with running(hosted):
        await wait_until(lambda: hosted.counters.dropped >= 13, timeout_s=10)
    assert hosted.counters.sent == 0


def test_the_setting_is_a_file_with_pushers_own_form_of_address(tmp_path: Path) -> None:
    file = tmp_path / "pusher"
    file.write_text("https://key:secret@api-eu.pusher.com/apps/123\n")
    at = hosted(Settings(data=tmp_path, pusher_url_file=file))
    assert at is not None
    assert (at.app_id, at.key.key, at.key.secret, at.host, at.port, at.tls) == (
        *("123", "key", "secret"),
        *("api-eu.pusher.com", 443, True),
    )
    assert at.socket_host == "ws-eu.pusher.com"
    assert "secret" not in repr(at).replace("secret=", "")
    assert hosted(Settings(data=tmp_path)) is None
    for text in ("", "key:secret@host", "https://api-eu.pusher.com/apps/123", "https://k:hush@host/apps/x"):
        file.write_text(text)
        with pytest.raises(SettingsError) as refused:
            hosted(Settings(data=tmp_path, pusher_url_file=file))
        assert "hush" not in str(refused.value)


def test_a_page_may_connect_to_the_other_servers_sockets() -> None:
    assert b"wss://ws-eu.pusher.com:443" in content_security_policy(b"call24.test", b" wss://ws-eu.pusher.com:443")


async def test_apps_are_told_where_the_sockets_are(served: Served) -> None:
    provided = served.api.app.state.provided
    provided.put(Sockets, replace(provided.get(Sockets), realtime_at=("ws-eu.pusher.com", 443)))
    told = (await served.acme.call("agent", "GET", "/v1/realtime")).json()
    assert (told["host"], told["port"]) == ("ws-eu.pusher.com", 443)
