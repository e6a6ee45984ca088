"""Real processes: a node is killed amid a stream of events and comes back; a session that ends is put out at a node."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.support.mongod import RunningMongod
from tests.support.pusher_clients import NodeClients, Peer, node_clients
from tests.support.realtime_processes import Processes, processes

EVENTS = 120


async def publish(here: NodeClients, first: int, last: int) -> None:
    for number in range(first, last):
        assert (await here.server("trigger", "news", "n", {"n": number}))["status"] == 200


def heard(client: NodeClients) -> list[int]:
    return [one["body"]["n"] for one in client.all("ann", "event", event="n")]


async def follow(client: NodeClients) -> None:
    await client.connected("ann")
    client.tell("follow", "ann", channel="news")
    await client.says("ann", "event", event="call24:resumed")


async def test_a_node_is_killed_in_a_stream_of_events_and_comes_back(mongod: RunningMongod, tmp_path: Path) -> None:
    with processes(tmp_path, mongod) as here:
        await here.start_main()
        bearer = await here.owner()
        one, other = await here.start_node(), await here.start_node()
        peer = await here.peer(bearer, here.settings.http_port)
        async with (
            node_clients(peer) as main,
            node_clients(dataclasses.replace(peer, port=one)) as killed,
            node_clients(dataclasses.replace(peer, port=other)) as spared,
        ):
            for client in (main, killed, spared):
                await follow(client)
            await publish(spared, 0, 40)
            await killed.says("ann", "event", times=40, event="n")
            here.kill_node(one)
            await publish(spared, 40, 80)
            await here.start_node(one)
            await killed.says("ann", "event", times=2, event="call24:resumed")
            await publish(main, 80, EVENTS)
            for client in (main, killed, spared):
                await client.says("ann", "event", times=EVENTS, event="n")
                assert heard(client) == list(range(EVENTS)), here.log()
                assert not client.all("ann", "event", event="call24:reload")
            await session_ends(here, bearer, one)


async def session_ends(here: Processes, bearer: str, port: int) -> None:
    """A session that is signed in at a node, by its signature, ends at the main process."""
    async with here.http(port, bearer) as http:
        found = (await http.get("/v1/realtime")).json()
    house = Peer("call24", port, "1", found["key"], "secret", authority=here.authority)
    async with node_clients(house) as app:
        await app.connected("ann", bearer=bearer)
        await app.subscribed("ann", found["channels"]["tenant"])
        async with here.http(here.settings.http_port, bearer) as http:
            assert (await http.post("/v1/auth/logout")).status_code == 204
        await app.says("ann", "error", code=4009)
