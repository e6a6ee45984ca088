"""A realtime node is killed (kill -9) and comes back, ten times, while others publish and many follow: what is lost.

A main process and three nodes as processes, over TLS, with MongoDB and without Asterisk. Then what a node costs and
carries beside the main process alone (node_costs.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.support.database.mongod import start_mongod
from tests.support.realtime.followers import Publisher, end, faults_of_published
from tests.support.realtime.processes import Processes, processes
from tests.support.realtime.pusher_clients import Peer
from tests.support.wait import wait_until

from bench import node_costs
from bench.figure import Figure, percentile

NODES = 3
CHANNELS = 20
FOLLOWERS, QUICK_FOLLOWERS = 200, 40
EACH = 2
"""Channels that a follower follows."""
PUBLISHERS = 4
PAUSE_S = 0.04
"""After each event of a publisher."""
KILLS, QUICK_KILLS = 10, 2
BETWEEN_S, DOWN_S = 2.0, 1.0
SEED = 20261127


def measure(quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="c24-nodes-") as name:
        mongod = start_mongod(Path(name) / "mongod")
        try:
            data = Path(name) / "data"
            data.mkdir()
            with processes(data, mongod, connections_per_address=20_000) as here:  # its crowds come from one
                return asyncio.run(_measured(here, quick))
        finally:
            mongod.stop()


async def _measured(here: Processes, quick: bool) -> tuple[list[Figure], dict[str, object]]:
    await here.start_main()
    bearer = await here.owner()
    peer = await here.peer(bearer, here.settings.http_port, connections_max=10_000)
    alone = await node_costs.alone(here, peer, quick)
    nodes = [await here.start_node() for _ in range(NODES)]
    beside = await node_costs.beside(here, peer, nodes[0], quick)
    closed = await node_costs.put_out(here, nodes[0], quick)
    figures, raw = await _killed(here, peer, nodes, quick)
    figures += node_costs.figures(alone, beside, closed)
    return figures, {**raw, "alone": alone, "node": beside, "put_out_s": closed}


async def _killed(here: Processes, peer: Peer, nodes: list[int], quick: bool) -> tuple[list[Figure], dict[str, object]]:
    channels = [f"private-line-{number}" for number in range(CHANNELS)]
    places = [here.settings.http_port, *nodes]
    wish = _followers(channels, places, QUICK_FOLLOWERS if quick else FOLLOWERS)
    publishers = [
        Publisher(f"p{number}", peer, channels[number:] + channels[:number], places[number:] + places[:number], PAUSE_S)
        for number in range(PUBLISHERS)
    ]
    async with _followed(peer, wish) as child:
        began = time.monotonic()
        publishing = [asyncio.create_task(one.run(1_000_000)) for one in publishers]
        open_ones = await _kill(here, nodes, publishers, publishing, QUICK_KILLS if quick else KILLS)
        for one in publishers:
            one.stopped = True
        await asyncio.gather(*publishing)
        took_s = time.monotonic() - began
        await end(peer, channels)
        heard = await _told(child)
    return _figures(publishers, heard, open_ones, took_s, len(wish))


async def _kill(
    here: Processes, nodes: list[int], publishers: list[Publisher], publishing: list[asyncio.Task[None]], kills: int
) -> list[int]:
    """One node after the other, each while a request to it is open; how many were, each time."""
    open_ones = []
    for number in range(kills):
        await asyncio.sleep(BETWEEN_S)
        port = nodes[number % len(nodes)]
        await wait_until(lambda port=port: any(one.at == port for one in publishers))
        open_ones.append(sum(one.at == port for one in publishers))
        here.kill_node(port)
        await asyncio.sleep(DOWN_S)
        await here.start_node(port)
        assert not any(task.done() for task in publishing), here.log()[-2000:]
    await asyncio.sleep(BETWEEN_S)
    return open_ones


def _followers(channels: list[str], places: list[int], count: int) -> list[dict[str, Any]]:
    """Over all channels and places alike. Who begins at the main process stays there; of the others every second comes
    back to its own node only, the rest to any other."""
    dice = random.Random(SEED)
    made = []
    for number in range(count):
        at, rest = places[number % len(places)], places[1:]
        others = [at] if at == places[0] else [at, *(one for one in rest if one != at)]
        faithful = number // len(places) % 2 == 0
        made.append({"channels": dice.sample(channels, EACH), "places": others, "faithful": faithful})
    return made


@contextlib.asynccontextmanager
async def _followed(peer: Peer, wish: list[dict[str, Any]]) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "bench.node_followers")
    child = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, limit=2**28)
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(json.dumps({"peer": dataclasses.asdict(peer), "followers": wish}).encode() + b"\n")
        said = await asyncio.wait_for(child.stdout.readline(), 120)
        assert said == b"ready\n", said
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def _told(child: asyncio.subprocess.Process) -> dict[str, Any]:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(b"end\n")
    heard: dict[str, Any] = json.loads(await asyncio.wait_for(child.stdout.readline(), 60))
    return heard


def _figures(
    publishers: list[Publisher], heard: dict[str, Any], open_ones: list[int], took_s: float, followers: int
) -> tuple[list[Figure], dict[str, object]]:
    taken = {one.name: one.taken for one in publishers}
    faults: Counter[str] = Counter(heard["faults"])
    faults.update(faults_of_published(heard["order"], taken))
    faults.update(reordered=heard["differing"])
    whole = not heard["unended"] and not faults["anew"]
    away = heard["away_s"]
    answered = sum(len(numbers) for one in publishers for numbers in one.taken.values())
    unknown = [(one.name, number) for one in publishers for number in one.unknown]
    there = {data for all_data in heard["order"].values() for data in all_data}
    done = sum(json.dumps([name, number]) in there for name, number in unknown)
    what = f"of {heard['deliveries']} deliveries, a node killed {len(open_ones)} times"
    figures = [
        Figure(f"events lost {what}", faults["lost"], "", "0", whole and faults["lost"] == 0),
        Figure("doubled", faults["doubled"], "", "0", faults["doubled"] == 0),
        Figure("out of order", faults["reordered"], "", "0", faults["reordered"] == 0),
        Figure("told to load again", heard["reloads"], "", "-"),
        Figure("turned away for good", heard["turned_away"], "", "0", heard["turned_away"] == 0),
        Figure("killed -> all that was missed is heard, p50", percentile(away, 0.5), "s", "-"),
        Figure("the same, the slowest", max(away), "s", "-"),
    ]
    return figures, {
        "followers": followers,
        "channels": CHANNELS,
        "published": answered,
        "not_answered": len(unknown),
        "of_these_published": done,
        "open_when_killed": open_ones,
        "seconds": round(took_s, 1),
        "faults": {**faults, "unended": heard["unended"]},
        "returns": len(away),
    }
