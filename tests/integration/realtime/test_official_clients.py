"""Pusher's and Laravel's own clients, unchanged, against our server: browsers' (pusher-js, laravel-echo, pysher) and
servers' (pusher for Node and for Python). With CALL24_SOKETI the same tests run against soketi too."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pusher
import pysher
import pytest
from tests.support.http.api import OPERATOR, Api
from tests.support.realtime.pusher_clients import NodeClients, Peer, node_clients
from tests.support.realtime.pusher_server import Served, pusher_server
from tests.support.realtime.soketi import soketi
from tests.support.wait import wait_until

PEERS = ["call24", *(["soketi"] if os.environ.get("CALL24_SOKETI") else [])]


@pytest.fixture
async def served(api: Api) -> AsyncIterator[Served]:
    async with pusher_server(api) as served:
        yield served


@pytest.fixture(params=PEERS)
async def peer(request: pytest.FixtureRequest, api: Api) -> AsyncIterator[Peer]:
    if request.param == "soketi":
        async with soketi(Path(os.environ["CALL24_SOKETI"])) as other:
            yield other
    else:
        async with pusher_server(api) as served:
            yield await served.peer(client_events=True)


@pytest.fixture
async def node(peer: Peer) -> AsyncIterator[NodeClients]:
    async with node_clients(peer) as node:
        yield node


# pusher-js and Node's pusher


@pytest.mark.parametrize(
    "channel",
    [
        "presence-a",
        "private-encrypted-a",
        *(
            pytest.param(name, marks=pytest.mark.long("test_what_nodes_pusher_triggers_pusher_js_hears"))
            for name in ("news", "private-a", "cache-a")
        ),
    ],
)
async def test_what_nodes_pusher_triggers_pusher_js_hears(node: NodeClients, channel: str) -> None:
    await node.connected("ann", user="ann")
    excluded = await node.connected("ben", user="ben")
    for name in ("ann", "ben"):
        await node.subscribed(name, channel)
    body = {"n": 1, "name": 'Zoë "Z" 😀', "none": None}
    assert (await node.server("trigger", channel, "news", body, {"socket_id": excluded}))["status"] == 200
    assert (await node.says("ann", "event", event="news"))["body"] == body
    assert (await node.server("trigger", channel, "more", "text"))["status"] == 200
    assert (await node.says("ben", "event", event="more"))["body"] == "text"
    assert not node.all("ben", "event", event="news")


async def test_who_is_present_is_known_to_pusher_js(node: NodeClients) -> None:
    for name in ("ann", "ben"):
        await node.connected(name, user=name)
    assert (await node.subscribed("ann", "presence-a"))["members"] == [{"id": "ann", "info": {"name": "The ann"}}]
    told = await node.subscribed("ben", "presence-a")
    assert sorted(one["id"] for one in told["members"]) == ["ann", "ben"] and told["me"]["id"] == "ben"
    assert (await node.says("ann", "joined"))["member"] == {"id": "ben", "info": {"name": "The ben"}}
    users = await node.server("get", {"path": "/channels/presence-a/users"})
    assert sorted(one["id"] for one in json.loads(users["body"])["users"]) == ["ann", "ben"]
    node.tell("disconnect", "ben")
    assert (await node.says("ann", "left"))["member"]["id"] == "ben"


async def test_pusher_js_speaks_to_the_others(node: NodeClients) -> None:
    for name in ("ann", "ben"):
        await node.connected(name, user=name)
        await node.subscribed(name, "presence-a")
    node.tell("whisper", "ann", channel="presence-a", event="client-typing", data={"n": 1})
    heard = await node.says("ben", "event", event="client-typing")
    assert (heard["body"], heard["by"]) == ({"n": 1}, "ann")
    assert not node.all("ann", "event", event="client-typing")


async def test_a_cache_channel_tells_its_last_event(node: NodeClients) -> None:
    await node.connected("ann")
    await node.subscribed("ann", "cache-a")
    await node.says("ann", "cache miss")
    await node.server("trigger", "cache-a", "news", {"n": 1})
    await node.says("ann", "event")
    await node.connected("ben")
    await node.subscribed("ben", "cache-a")
    assert (await node.says("ben", "event"))["body"] == {"n": 1}
    assert not node.all("ben", "cache miss")


async def test_a_user_signs_in_is_sent_something_and_is_put_out(node: NodeClients) -> None:
    await node.connected("ann", user="ann")
    node.tell("signin", "ann")
    await node.says("ann", "signed in")

    async def heard() -> bool:
        await node.server("sendToUser", "ann", "hello", {"n": 1})
        return bool(node.all("ann", "to user", event="hello"))

    for _ in range(50):  # that pusher-js has subscribed to its user's channel is not told to anybody
        if await heard():
            break
    assert (await node.says("ann", "to user", event="hello"))["body"] == {"n": 1}
    assert (await node.server("terminateUserConnections", "ann"))["status"] == 200
    await node.says("ann", "state", state="disconnected")


async def test_nodes_pusher_sends_batches_and_asks_about_channels(node: NodeClients) -> None:
    await node.connected("ann", user="ann")
    for channel in ("news", "presence-a"):
        await node.subscribed("ann", channel)
    batch = [{"channel": "news", "name": f"n{number}", "data": {"n": number}} for number in range(3)]
    assert (await node.server("triggerBatch", batch))["status"] == 200
    await node.says("ann", "event", event="n2")
    assert [one["event"] for one in node.all("ann", "event")] == ["n0", "n1", "n2"]
    every = json.loads((await node.server("get", {"path": "/channels"}))["body"])["channels"]
    assert set(every) == {"news", "presence-a"}
    asked = {"path": "/channels/presence-a", "params": {"info": "user_count"}}
    assert json.loads((await node.server("get", asked))["body"]).items() >= {"occupied": True, "user_count": 1}.items()


async def test_a_wrong_secret_is_refused(peer: Peer) -> None:
    async with node_clients(Peer("wrong", peer.port, peer.app_id, peer.key, "wrong")) as node:
        assert (await node.server("trigger", "news", "n", {}))["status"] == 401
        await node.connected("ann")
        node.tell("subscribe", "ann", channel="private-a")
        assert (await node.says("ann", "not subscribed"))["status"] == 401


# Python's pusher, and pysher


def pusher_of(peer: Peer) -> Any:
    return pusher.Pusher(
        app_id=peer.app_id,
        key=peer.key,
        secret=peer.secret,
        host=peer.host,
        port=peer.port,
        ssl=False,
        encryption_master_key_base64=peer.master_key,
    )


@asynccontextmanager
async def pysher_client(peer: Peer, name: str = "py") -> AsyncIterator[Any]:
    options = {"custom_host": peer.host, "port": peer.port, "secure": False, "reconnect_interval": 1}
    client = pysher.Pusher(peer.key, secret=peer.secret, user_data={"user_id": name}, **options)
    client.connection.daemon = True
    client.connect()
    try:
        await wait_until(lambda: client.connection.state == "connected", timeout_s=10)
        yield client
    finally:
        await asyncio.to_thread(client.disconnect, 1)


@pytest.mark.parametrize("name", ["news", "private-a", "presence-a"])
async def test_what_pythons_pusher_triggers_pysher_hears(peer: Peer, name: str) -> None:
    heard: list[str] = []
    async with pysher_client(peer) as client:
        channel = client.subscribe(name)
        channel.bind("news", heard.append)
        channel.bind("pusher_internal:subscription_succeeded", lambda _: heard.append("subscribed"))
        await wait_until(lambda: "subscribed" in heard, timeout_s=10)
        await asyncio.to_thread(pusher_of(peer).trigger, name, "news", {"n": 1})
        await wait_until(lambda: len(heard) == 2, timeout_s=10)
        assert json.loads(heard[1]) == {"n": 1}


async def test_pysher_gives_up_where_there_is_no_such_application(peer: Peer) -> None:
    options = {"custom_host": peer.host, "port": peer.port, "secure": False, "reconnect_interval": 1}
    client = pysher.Pusher("nobody", **options)
    client.connection.daemon = True
    client.connect()
    try:
        await wait_until(lambda: client.connection.disconnect_called, timeout_s=10)
        assert not client.connection.needs_reconnect
    finally:
        client.connection.needs_reconnect = False


async def test_pysher_speaks_to_pusher_js(peer: Peer, node: NodeClients) -> None:
    await node.connected("ann", user="ann")
    await node.subscribed("ann", "presence-a")
    async with pysher_client(peer) as client:
        channel = client.subscribe("presence-a")
        assert (await node.says("ann", "joined"))["member"]["id"] == "py"
        channel.trigger("client-typing", {"n": 1})
        heard = await node.says("ann", "event", event="client-typing")
        assert (heard["body"], heard["by"]) == ({"n": 1}, "py")
    assert (await node.says("ann", "left"))["member"]["id"] == "py"


async def test_pythons_pusher_sends_batches_and_asks_about_channels(peer: Peer, node: NodeClients) -> None:
    await node.connected("ann", user="ann")
    for channel in ("news", "presence-a", "private-encrypted-a"):
        await node.subscribed("ann", channel)
    client = pusher_of(peer)

    async def ask(call: Callable[..., Any], *words: Any) -> Any:
        return await asyncio.to_thread(call, *words)

    await ask(client.trigger_batch, [{"channel": "news", "name": f"n{n}", "data": {"n": n}} for n in range(3)])
    await node.says("ann", "event", event="n2")
    await ask(client.trigger, "private-encrypted-a", "secret", {"n": 3})
    assert (await node.says("ann", "event", event="secret"))["body"] == {"n": 3}
    assert set((await ask(client.channels_info))["channels"]) == {"news", "presence-a", "private-encrypted-a"}
    assert (await ask(client.channel_info, "presence-a", ["user_count"]))["user_count"] == 1
    assert (await ask(client.users_info, "presence-a"))["users"] == [{"id": "ann"}]
    with pytest.raises(pusher.errors.PusherBadStatus, match="404"):  # it asks /users/..., which Pusher has not either
        await ask(client.terminate_user_connections, "ann")


# What only Call24 has: sessions of an organisation at its applications, by /broadcasting; replay


async def test_echo_is_let_in_by_broadcasting_auth_for_whom_the_organisation_opens_its_channels(served: Served) -> None:
    peer = await served.peer(client_events=True, member_channels=("private-orders.", "presence-desk"))
    async with node_clients(peer) as node:
        for role in ("agent", "owner"):
            await node.connected(role, "echo", bearer=served.acme.bearers[role])
            node.tell("private", role, channel="orders.7", event=".shipped")
            await node.says(role, "subscribed", channel="orders.7")
        node.tell("join", "agent", channel="desk")
        assert [one["name"] for one in (await node.says("agent", "here"))["all"]] == ["The agent"]
        node.tell("join", "owner", channel="desk")
        assert (await node.says("agent", "joining"))["one"] == {"name": "The owner"}
        node.tell("echo_whisper", "owner", kind="private", channel="orders.7", data={"n": 1})
        assert (await node.says("agent", "whispered"))["body"] == {"n": 1}
        await node.server("trigger", "private-orders.7", "shipped", {"n": 2})
        assert (await node.says("owner", "heard"))["body"] == {"n": 2}
        node.tell("listen", "agent", channel="open", event=".shipped")
        node.tell("private", "agent", channel="secret", event=".shipped")
        assert (await node.says("agent", "not subscribed"))["status"] == 403
        node.tell("echo_leave", "owner", channel="desk")
        await node.says("agent", "leaving")


async def test_a_session_signs_in_by_broadcasting_user_auth_and_all_of_it_ends_with_the_session(served: Served) -> None:
    peer = await served.peer(member_channels=("private-",))
    async with node_clients(peer) as node:
        await node.connected("agent", bearer=served.acme.bearers["agent"])
        node.tell("signin", "agent")
        await node.says("agent", "signed in")
        await node.subscribed("agent", "private-a")
        assert (await served.acme.call("agent", "POST", "/v1/auth/logout")).status_code == 204
        await node.says("agent", "error", code=4009)
        await node.says("agent", "state", state="disconnected")
        assert (await node.server("trigger", "private-a", "n", {}, {"info": "subscription_count"}))[
            "body"
        ] == json.dumps({"channels": {"private-a": {"subscription_count": 0}}}, separators=(",", ":"))


async def test_another_organisations_session_is_refused_at_an_application(served: Served) -> None:
    peer = await served.peer(member_channels=("private-", "presence-"))
    other = await served.api.organisation("Other")
    async with node_clients(peer) as node:
        await node.connected("agent", bearer=other.bearers["agent"])
        for channel in ("private-a", "presence-a", f"private-tenant.{served.acme.tenant.id}"):
            node.tell("subscribe", "agent", channel=channel)
            assert (await node.says("agent", "not subscribed", channel=channel))["status"] == 403
        node.tell("subscribe", "agent", channel=f"private-tenant.{other.tenant.id}")
        assert (await node.says("agent", "not subscribed", channel=f"private-tenant.{other.tenant.id}"))[
            "status"
        ] == 401


async def test_pusher_js_that_comes_back_hears_what_it_missed_or_that_it_must_reload(served: Served) -> None:
    peer = await served.peer()
    async with node_clients(peer) as node:
        await node.connected("ann")
        node.tell("follow", "ann", channel="news")
        await node.says("ann", "event", event="call24:resumed")
        await node.server("trigger", "news", "n", {"n": 1})
        await node.says("ann", "event", event="call24:position")
        served.cut(peer)
        for number in (2, 3):
            await node.server("trigger", "news", "n", {"n": number})
        await node.says("ann", "event", times=2, event="call24:resumed")
        await node.server("trigger", "news", "n", {"n": 4})
        await node.says("ann", "event", times=4, event="n")
        assert [one["body"]["n"] for one in node.all("ann", "event", event="n")] == [1, 2, 3, 4]
        served.forget(peer, "news")
        served.cut(peer)
        await node.says("ann", "event", event="call24:reload")


async def test_pusher_js_is_told_how_many_subscribe_and_which_users_are_there(served: Served) -> None:
    peer = await served.peer(subscription_counts=True)
    async with node_clients(peer) as node:
        await node.connected("ann", user="ann", watchlist=["ben"])
        node.tell("signin", "ann")
        await node.says("ann", "watched", event="offline", users=["ben"])
        await node.subscribed("ann", "news")
        await node.says("ann", "count", channel="news", count=1)
        await node.connected("ben", user="ben")
        node.tell("signin", "ben")
        await node.says("ann", "watched", event="online", users=["ben"])
        await node.subscribed("ben", "news")
        await node.says("ann", "count", channel="news", count=2)
        node.tell("disconnect", "ben")
        await node.says("ann", "watched", times=2, event="offline", users=["ben"])
        await node.says("ann", "count", times=2, channel="news", count=1)


async def test_webhooks_are_told_and_nodes_and_pythons_pusher_find_them_signed(served: Served) -> None:
    peer = await served.peer(
        webhooks=[{"url": "http://127.0.0.1/hook", "events": ["channel_occupied", "member_added", "channel_vacated"]}]
    )
    async with node_clients(peer) as node:
        await node.connected("ann", user="ann")
        await node.subscribed("ann", "presence-a")
        node.tell("disconnect", "ann")
        await wait_until(lambda: any(b"channel_vacated" in body for _, body, _ in served.hooks), timeout_s=10)
        events: list[Any] = []
        for _, body, headers in served.hooks:
            named = {name.lower(): value for name, value in headers.items()}
            told = await node.webhook(named, body.decode())
            assert told["valid"] is True
            events += told["events"]
            found = pusher_of(peer).validate_webhook(
                headers["X-Pusher-Key"], headers["X-Pusher-Signature"], body.decode()
            )
            assert found["events"] == told["events"]
        assert [event["name"] for event in events] == ["channel_occupied", "member_added", "channel_vacated"]


async def test_a_rotated_secret_signs_and_the_one_before_does_not(served: Served) -> None:
    before = await served.peer()
    async with node_clients(before) as node:
        await node.connected("ann")
        await node.subscribed("ann", "private-a")
        answer = await served.acme.call("owner", "POST", f"/v1/applications/{served.id_of(before)}/secret")
        assert answer.status_code == 200
        assert (await node.server("trigger", "private-a", "n", {}))["status"] == 401
        await node.says("ann", "not subscribed", status=401)
        after = Peer("call24", before.port, before.app_id, before.key, answer.json()["secret"])
        async with node_clients(after) as fresh:
            assert (await fresh.server("trigger", "private-a", "n", {}))["status"] == 200


async def test_the_applications_of_a_disabled_organisation_are_closed_until_it_is_enabled_again(served: Served) -> None:
    peer = await served.peer()
    place, operator = f"/v1/internal/organisations/{served.acme.tenant.id}", {"x-call24-operator": OPERATOR}
    async with node_clients(peer) as node:
        await node.connected("ann")
        await node.subscribed("ann", "private-a")
        assert (await served.api.call("POST", f"{place}/disable", headers=operator)).status_code == 204
        await node.says("ann", "error", code=4003)
        assert (await node.server("trigger", "private-a", "n", {}))["status"] == 403
        assert (await served.api.call("POST", f"{place}/enable", headers=operator)).status_code == 204
        assert (await node.server("trigger", "private-a", "n", {}))["status"] == 200
