"""Several processes that hold sockets: what is published anywhere is heard everywhere, once and in order, and all that
is counted is counted over all of them. The clients are Pusher's own, each at a server of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.database.relay import relay_to
from tests.support.http.api import Api
from tests.support.realtime.nodes import NodeHere, node_of, owning
from tests.support.realtime.pusher_clients import NodeClients, Peer, node_clients
from tests.support.realtime.pusher_server import Served, pusher_server
from tests.support.wait import wait_until

from call24.identity.channel_auth import tenant_channel
from call24.kit.mongo import Mongo
from call24.realtime.cluster import coordinator, node_session


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life come more often, and are missed sooner."""
    monkeypatch.setattr(coordinator, "LOOK_S", 0.1)
    for module in (coordinator, node_session):
        monkeypatch.setattr(module, "BEAT_S", 0.1)


@pytest.fixture
async def served(api: Api) -> AsyncIterator[Served]:
    async with pusher_server(api) as served, owning(served):
        yield served


@asynccontextmanager
async def clients_of(
    served: Served, peer: Peer, nodes: int = 2
) -> AsyncIterator[tuple[list[NodeHere], list[NodeClients]]]:
    """Nodes, and clients: the first at the main process, the others at a node each."""
    async with AsyncExitStack() as stack:
        there = [await stack.enter_async_context(node_of(served)) for _ in range(nodes)]
        places = [peer, *(node.at(peer) for node in there)]
        yield there, [await stack.enter_async_context(node_clients(place)) for place in places]


def numbers(node: NodeClients, as_: str, event: str = "n") -> list[int]:
    return [one["body"]["n"] for one in node.all(as_, "event", event=event)]


async def test_what_is_published_anywhere_is_heard_everywhere_once_and_in_order(served: Served) -> None:
    peer = await served.peer(client_events=True)
    async with clients_of(served, peer) as (_, everywhere):
        for place, node in enumerate(everywhere):
            await node.connected("ann", user=f"ann{place}")
            for channel in ("news", "presence-a"):
                await node.subscribed("ann", channel)
        for number in range(60):
            assert (await everywhere[number % 3].server("trigger", "news", "n", {"n": number}))["status"] == 200
        for node in everywhere:
            await node.says("ann", "event", times=60, event="n")
            assert numbers(node, "ann") == list(range(60))
        for place, node in enumerate(everywhere):
            node.tell("whisper", "ann", channel="presence-a", event="client-typing", data={"n": place})
        for place, node in enumerate(everywhere):
            await node.says("ann", "event", times=2, event="client-typing")
            heard = {(one["by"], one["body"]["n"]) for one in node.all("ann", "event", event="client-typing")}
            assert heard == {(f"ann{other}", other) for other in range(3) if other != place}


async def test_who_is_there_is_counted_over_all_and_told_once(served: Served) -> None:
    kinds = ["channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event", "cache_miss"]
    peer = await served.peer(
        subscription_counts=True, client_events=True, webhooks=[{"url": "http://127.0.0.1/hook", "events": kinds}]
    )
    async with clients_of(served, peer) as (_, everywhere):
        for place, node in enumerate(everywhere):
            await node.connected("ann", user=f"ann{place}", watchlist=["ann1"])
            node.tell("signin", "ann")
            told = await node.subscribed("ann", "presence-a")
            assert sorted(one["id"] for one in told["members"]) == [f"ann{other}" for other in range(place + 1)]
            await node.subscribed("ann", "news")
        for node in everywhere:
            await node.says("ann", "count", channel="news", count=3)
            await node.says("ann", "watched", event="online", users=["ann1"])
        for node in everywhere:  # asked at any of them
            users = await node.server("get", {"path": "/channels/presence-a/users"})
            assert sorted(one["id"] for one in json.loads(users["body"])["users"]) == ["ann0", "ann1", "ann2"]
            found = await node.server("get", {"path": "/channels/news", "params": {"info": "subscription_count"}})
            assert json.loads(found["body"]) == {"occupied": True, "subscription_count": 3}
        ended = await everywhere[2].server("post", {"path": "/users/ann1/terminate_connections", "body": {}})
        assert ended["status"] == 200
        await everywhere[1].says("ann", "error", code=4009)
        for node in (everywhere[0], everywhere[2]):
            assert (await node.says("ann", "left"))["member"]["id"] == "ann1"
            await node.says("ann", "watched", event="offline", users=["ann1"])
        for node in everywhere:
            node.tell("disconnect", "ann")
        await wait_until(lambda: sum(body.count(b"channel_vacated") for _, body, _ in served.hooks) == 2, timeout_s=20)
    events = [event for _, body, _ in served.hooks for event in json.loads(body)["events"]]
    told = [(event["name"], event["channel"], event.get("user_id")) for event in events]
    assert len(told) == len(set(told)) == 10, "each once, wherever it happened"


async def test_members_of_a_node_that_is_gone_leave_when_its_lease_is_over_and_its_sockets_come_back(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "LEASE_S", 1.0)
    peer = await served.peer()
    async with clients_of(served, peer, nodes=1) as (there, (main, node)):
        for place, client in (("main", main), ("node", node)):
            await client.connected("ann", user=place)
            await client.subscribed("ann", "presence-a")
        await main.says("ann", "joined")
        there[0].living.cancel()
        assert (await main.says("ann", "left"))["member"]["id"] == "node"
        assert served.owner.nodes == 0


async def test_a_node_that_comes_back_hears_what_it_missed_in_order(served: Served) -> None:
    peer = await served.peer()
    async with node_clients(peer) as main, AsyncExitStack() as second:
        first = await second.enter_async_context(node_of(served))
        async with node_clients(first.at(peer)) as node:
            await node.connected("ann")
            node.tell("follow", "ann", channel="news")
            await node.says("ann", "event", event="call24:resumed")
            for number in range(10):
                await main.server("trigger", "news", "n", {"n": number})
            await node.says("ann", "event", times=10, event="n")
            await served.owner._store.take_down(first.edge.lives._run)  # as when its lease is over
            for number in range(10, 20):
                await main.server("trigger", "news", "n", {"n": number})
            await node.says("ann", "event", times=2, event="call24:resumed")
            for number in range(20, 30):
                await main.server("trigger", "news", "n", {"n": number})
            await node.says("ann", "event", times=30, event="n")
            assert numbers(node, "ann") == list(range(30))
            assert not node.all("ann", "event", event="call24:reload")


@pytest.mark.long("test_a_node_that_comes_back_hears_what_it_missed_in_order")
async def test_a_node_that_loses_mongodb_for_a_moment_goes_on_where_it_was(
    served: Served, mongod: RunningMongod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "LEASE_S", 60.0)
    peer = await served.peer()
    async with relay_to(mongod.port) as relay:
        own = Mongo(mongod.uri.replace(f":{mongod.port}/", f":{relay.port}/"), NAME)
        async with node_of(served, own) as one, node_clients(peer) as main, node_clients(one.at(peer)) as node:
            life_before = one.edge.lives._run
            await node.connected("ann")
            node.tell("follow", "ann", channel="news")
            await node.says("ann", "event", event="call24:resumed")
            for number in range(10):
                await main.server("trigger", "news", "n", {"n": number})
            relay.cut()
            relay.drop()
            for number in range(10, 40):
                await main.server("trigger", "news", "n", {"n": number})
            relay.heal()
            await node.says("ann", "event", times=40, event="n")
            assert numbers(node, "ann") == list(range(40))
            assert len(node.all("ann", "event", event="call24:resumed")) == 1
            assert one.edge.lives._run == life_before
        await own.close()


async def test_a_session_is_let_in_at_any_process_and_put_out_everywhere(served: Served) -> None:
    peer = await served.peer(client_events=True, member_channels=("private-", "presence-"))
    house = Peer("call24", 0, "1", served.hub.key, "secret")
    acme, tenant = served.acme, tenant_channel(served.acme.tenant.id)
    async with (
        node_of(served) as one,
        node_of(served) as other,
        node_clients(one.at(house)) as app,
        node_clients(other.at(peer)) as shop,
    ):
        await app.connected("agent", bearer=acme.bearers["agent"])
        assert (await app.subscribed("agent", tenant))["channel"] == tenant
        await shop.connected("agent", bearer=acme.bearers["agent"])
        shop.tell("signin", "agent")
        await shop.says("agent", "signed in")
        assert (await shop.subscribed("agent", "presence-a"))["me"]["id"] == acme.users["agent"]
        assert served.hub.publish(tenant, "queue", {"n": 1}) == 1
        assert (await app.says("agent", "event", event="queue"))["body"] == {"n": 1}
        app.tell("subscribe", "agent", channel=f"{tenant}.user.{acme.users['owner']}")
        assert (await app.says("agent", "not subscribed"))["status"] == 403
        assert served.hub.users() == {acme.users["agent"]}
        assert (await acme.call("agent", "POST", "/v1/auth/logout")).status_code == 204
        for node in (app, shop):
            await node.says("agent", "error", code=4009)
            await node.says("agent", "state", state="disconnected")
        assert served.hub.users() == set()


async def test_the_signature_may_be_had_at_another_process_than_the_socket_is_at(served: Served) -> None:
    """A proxy sends each request wherever it likes."""
    peer = await served.peer(member_channels=("presence-",))
    acme, tenant = served.acme, tenant_channel(served.acme.tenant.id)
    house = Peer("call24", 0, "1", served.hub.key, "secret")
    async with node_of(served) as one, node_of(served) as other:
        for auth_port in (other.port, served.port):
            async with node_clients(one.at(house)) as app, node_clients(one.at(peer)) as shop:
                for node in (app, shop):
                    await node.connected("agent", bearer=acme.bearers["agent"], auth_port=auth_port)
                await app.subscribed("agent", tenant)
                await shop.subscribed("agent", "presence-a")


async def test_another_organisations_session_is_refused_at_a_node(served: Served) -> None:
    peer = await served.peer(member_channels=("private-", "presence-"))
    other = await served.api.organisation("Other")
    async with node_of(served) as one, node_clients(one.at(peer)) as node:
        await node.connected("agent", bearer=other.bearers["agent"])
        for channel in ("private-a", "presence-a", tenant_channel(served.acme.tenant.id)):
            node.tell("subscribe", "agent", channel=channel)
            assert (await node.says("agent", "not subscribed", channel=channel))["status"] == 403


async def test_an_application_is_known_and_limited_and_switched_off_at_a_node_too(served: Served) -> None:
    async with node_of(served) as one:
        peer = await served.peer(connections_max=1)  # made after the node began
        await wait_until(lambda: one.edge.namespace(peer.key) is not None)
        async with node_clients(peer) as main, node_clients(one.at(peer)) as node:
            await node.connected("ann", user="ann")
            await node.subscribed("ann", "private-a")
            main.tell("connect", "ben")
            await main.says("ben", "error", code=4004)
            wrong = Peer("call24", one.port, peer.app_id, peer.key, "wrong")
            async with node_clients(wrong) as stranger:
                assert (await stranger.server("trigger", "private-a", "n", {}))["status"] == 401
            place = f"/v1/applications/{served.id_of(peer)}"
            assert (await served.acme.call("owner", "PATCH", place, json={"enabled": False})).status_code == 200
            await node.says("ann", "error", code=4003)
            assert (await node.server("trigger", "private-a", "n", {}))["status"] == 403


async def test_without_nodes_nothing_is_written_and_nothing_followed(served: Served) -> None:
    peer = await served.peer()
    async with node_of(served), node_clients(peer) as main:
        await main.connected("ann")
        await main.subscribed("ann", "news")
    await wait_until(lambda: served.owner.nodes == 0, timeout_s=20)
    assert served.hub._outbox.far is None
    await wait_until(lambda: served.owner._link is None)

    async def sign_is_down() -> bool:
        return await served.owner._store.main() is None

    await wait_until(sign_is_down)


async def test_a_node_with_another_key_is_not_served(served: Served) -> None:
    stranger = node_session.NodeSession(served.owner._store, served.owner._clock, "another", print, print, print)
    async with node_of(served):
        with pytest.raises(node_session.Foreign):
            await asyncio.wait_for(stranger.run(), 20)
    assert not stranger.served
