"""Real processes: a node is killed amid streams of events and comes back; a session that ends is put out at a node."""

from __future__ import annotations

import asyncio
import dataclasses
import resource
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from tests.support.database.mongod import RunningMongod, free_port
from tests.support.product.people import sign_in
from tests.support.realtime.followers import Follower, Publisher, end, faults_of, faults_of_published, told
from tests.support.realtime.processes import Processes, processes
from tests.support.realtime.pusher_clients import NodeClients, Peer, node_clients
from tests.support.wait import wait_until

from call24.server import node

EVENTS = 120
CHANNELS = tuple(f"private-{number}" for number in range(4))
EACH = 60
"""Events of a publisher: of all three on a channel fewer than are kept, however long a node is away."""


@dataclass
class Centre:
    """`nodes`: the ports of two."""

    here: Processes
    bearer: str
    nodes: tuple[int, int]

    @property
    def port(self) -> int:
        return self.here.settings.http_port


@pytest.fixture(scope="module")
def centre(mongod: RunningMongod, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with processes(tmp_path_factory.mktemp("centre"), mongod, forked=True) as here:

        async def started() -> Centre:
            await here.start_main()
            bearer = await here.owner()
            return Centre(here, bearer, (await here.start_node(), await here.start_node()))

        yield asyncio.run(started())


async def publish(here: NodeClients, first: int, last: int) -> None:
    for number in range(first, last):
        assert (await here.server("trigger", "news", "n", {"n": number}))["status"] == 200


def heard(client: NodeClients) -> list[int]:
    return [one["body"]["n"] for one in client.all("ann", "event", event="n")]


async def follow(client: NodeClients) -> None:
    await client.connected("ann")
    client.tell("follow", "ann", channel="news")
    await client.says("ann", "event", event="call24:resumed")


@pytest.mark.long("test_a_node_is_killed_with_open_requests_and_no_channel_of_several_loses_anything")
async def test_a_node_is_killed_in_a_stream_of_events_and_comes_back(centre: Centre) -> None:
    here, (one, other) = centre.here, centre.nodes
    peer = await here.peer(centre.bearer, centre.port)
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


async def test_a_node_is_killed_with_open_requests_and_no_channel_of_several_loses_anything(centre: Centre) -> None:
    here, (one, other) = centre.here, centre.nodes
    peer = await here.peer(centre.bearer, centre.port)
    followers = [
        Follower(peer, [CHANNELS[number % 4], CHANNELS[(number + 1) % 4]], places, faithful=faithful)
        for number, (places, faithful) in enumerate(
            [((centre.port,), True), ((other, one), True), *[((one,), True), ((one, other), False)] * 5]
        )
    ]
    publishers = [
        Publisher(f"p{number}", peer, CHANNELS, places, 0.04)
        for number, places in enumerate([(one, other), (other, one, centre.port), (centre.port,)])
    ]
    async with asyncio.TaskGroup() as group:
        following = [group.create_task(follower.run()) for follower in followers]
        for follower in followers:
            await wait_until(follower.ready.is_set, 20)
        publishing = [group.create_task(publisher.run(EACH)) for publisher in publishers]
        await wait_until(lambda: all(publisher.count >= 10 for publisher in publishers), 20)
        here.hold_node(one)  # what is asked of it from now on stays open
        await wait_until(lambda: all(each.at == one and each.open_s > 0.2 for each in publishers[:2]), 20)
        here.kill_node(one)
        await here.start_node(one)
        await asyncio.gather(*publishing)
        await end(peer, CHANNELS)
        await wait_until(lambda: all(follower.ended for follower in followers), 20)
        for task in following:
            task.cancel()
    numbers = {channel: told(followers, channel) for channel in CHANNELS}
    assert all(len(data) == 1 for found in numbers.values() for data in found.values()), "a number is one event's"
    finals = {channel: max(found) for channel, found in numbers.items()}
    assert faults_of(followers, finals).total() == 0, here.log()
    order = {channel: [min(found[seq]) for seq in sorted(found)] for channel, found in numbers.items()}
    assert faults_of_published(order, {one.name: one.taken for one in publishers}).total() == 0
    assert sum(one.reloads for one in followers) == sum(one.turned_away for one in followers) == 0
    assert all(one.away_s for one in followers[2:]) and all(publisher.unknown for publisher in publishers[:2])


async def test_a_node_is_there_for_nobody_before_it_knows_applications(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would turn their clients away for good, as those of an application that does not exist."""
    read = node.NodeProcess._read
    done: list[str] = []

    async def late(self: node.NodeProcess, whole: bool = True) -> bool:
        for _ in range(20):
            await asyncio.sleep(0)
        done.append("read")
        return await read(self, whole)

    async def serve(_: uvicorn.Server) -> None:
        done.append("serves")

    monkeypatch.setattr(node.NodeProcess, "_read", late)
    monkeypatch.setattr(uvicorn.Server, "serve", serve)
    for name in ("log_to_stderr", "spare_collections"):
        monkeypatch.setattr(node, name, lambda *_: None)
    assert await node.serve(dataclasses.replace(centre.here.settings, http_port=free_port())) == 0
    assert done[:2] == ["read", "serves"]


async def test_a_session_that_ends_at_the_main_process_is_put_out_at_a_node(centre: Centre) -> None:
    here, port = centre.here, centre.nodes[0]
    async with here.http(centre.port) as http:
        bearer = await sign_in(http, "olga@example.test")
    async with here.http(port, bearer) as http:
        found = (await http.get("/v1/realtime")).json()
    house = Peer("call24", port, "1", found["key"], "secret", authority=here.authority)
    async with node_clients(house) as app:
        await app.connected("ann", bearer=bearer)
        await app.subscribed("ann", found["channels"]["tenant"])
        async with here.http(centre.port, bearer) as http:
            assert (await http.post("/v1/auth/logout")).status_code == 204
        await app.says("ann", "error", code=4009)


async def test_strangers_leave_descriptors_and_room_at_the_main_process_and_at_nodes(centre: Centre) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert centre.here.main is not None
    for process, port in ((centre.here.main, centre.port), (centre.here.nodes[centre.nodes[0]], centre.nodes[0])):
        soft, _ = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        assert soft == hard, "as many descriptors as the system gives"
        knocking = await asyncio.to_thread(knocked, port, 1_040)
        async with centre.here.http(port) as http:
            assert (await http.get("/health/live")).status_code == 200
        sent_away = [number for number, one in enumerate(knocking) if is_shut(one)]
        for one in knocking:
            one.close()
        assert 40 <= len(sent_away) <= 45 and max(sent_away) < 100, "the oldest, and as many as there are too many"


def knocked(port: int, count: int) -> list[socket.socket]:
    """Sockets that say nothing, from an address that nobody else has."""
    return [socket.create_connection(("127.0.0.1", port), 10, ("127.0.0.99", 0)) for _ in range(count)]


def is_shut(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
