"""What a node carries and costs beside the main process alone: deliveries to many sockets, all over TLS, published over
the main process's HTTP API one after the other; and how soon a socket at a node is closed when its session ends.
"""

from __future__ import annotations

import asyncio
import time

import httpx
from tests.support.product.people import sign_in
from tests.support.realtime.line import Line, Lost, event, signed, unchecked
from tests.support.realtime.processes import Processes
from tests.support.realtime.pusher_clients import Peer

from bench.figure import Figure
from bench.processes import cpu_s
from bench.realtime_crowd import CHANNEL
from bench.realtime_peers import Crowd, crowd
from bench.realtime_peers import Peer as Server

SOCKETS, QUICK_SOCKETS = 1_000, 200
EVENTS, QUICK_EVENTS = 200, 40
WARM = 10
ROUNDS = 3
TIMES, QUICK_TIMES = 20, 5
TARGET_S = 1.0
DATA = {"queue_id": "que_01jd8kz9w4f0d1q5t7b3m2n6xy", "waiting": 3, "longest_s": 42, "name": "Support", "seq": 4711}

Cost = dict[str, float]
"""Milliseconds of CPU for an event, by process; `deliveries`: for each second of CPU of the process with the sockets;
`seconds`: from the first request to the last delivery."""


async def alone(here: Processes, peer: Peer, quick: bool) -> Cost:
    assert here.main is not None
    return await asyncio.to_thread(_cost, peer, here.settings.http_port, {"main": here.main.pid}, "main", quick)


async def beside(here: Processes, peer: Peer, port: int, quick: bool) -> Cost:
    assert here.main is not None
    pids = {"main": here.main.pid, "node": here.nodes[port].pid}
    return await asyncio.to_thread(_cost, peer, port, pids, "node", quick)


def _cost(peer: Peer, port: int, pids: dict[str, int], holder: str, quick: bool) -> Cost:
    """Of all rounds together. The sockets are at `port`, of the process named `holder`."""
    sockets, events, rounds = (QUICK_SOCKETS, QUICK_EVENTS, 1) if quick else (SOCKETS, EVENTS, ROUNDS)
    server = Server(holder, port, pids[holder], peer.key, peer.secret, tls=True)
    spent, took_s, heard = dict.fromkeys(pids, 0.0), 0.0, 0
    with crowd(server, sockets) as hearers, httpx.Client(verify=False, timeout=30) as http:
        _publish(http, peer, hearers, WARM, sockets * WARM)
        for number in range(rounds):
            before, began = {name: cpu_s(pid) for name, pid in pids.items()}, time.monotonic()
            _publish(http, peer, hearers, events, sockets * (WARM + events * (number + 1)))
            took_s += time.monotonic() - began
            spent = {name: spent[name] + cpu_s(pid) - before[name] for name, pid in pids.items()}
            heard += sockets * events
    cost = {name: round(cpu * 1000 / events / rounds, 3) for name, cpu in spent.items()}
    return {**cost, "deliveries": round(heard / spent[holder]), "seconds": round(took_s, 2), "sockets": sockets}


def _publish(http: httpx.Client, peer: Peer, hearers: Crowd, events: int, heard: int) -> None:
    """Until all of it was heard, `heard` in all."""
    content = event(CHANNEL, DATA, "bench")
    hearers.will_hear(heard)
    for _ in range(events):
        answer = http.post(f"https://127.0.0.1:{peer.port}{signed(peer, '/events', content)}", content=content)
        assert answer.status_code == 200, answer.text
    hearers.has_heard()


async def put_out(here: Processes, port: int, quick: bool) -> list[float]:
    """Seconds from the request that ends a session, at the main process, to its socket at the node being closed."""
    return [await _put_out(here, port) for _ in range(QUICK_TIMES if quick else TIMES)]


async def _put_out(here: Processes, port: int) -> float:
    async with here.http(here.settings.http_port) as main, here.http(port) as node:
        bearer = {"Authorization": f"Bearer {await sign_in(main, 'olga@example.test')}"}
        found = (await node.get("/v1/realtime", headers=bearer)).json()
        line = await Line.opened(port, found["key"], unchecked())
        channel = found["channels"]["tenant"]
        asked = {"socket_id": line.socket_id, "channel_name": channel}
        auth = (await node.post("/broadcasting/auth", json=asked, headers=bearer)).json()["auth"]
        line.say("pusher:subscribe", {"channel": channel, "auth": auth})
        told = await asyncio.wait_for(line.hears(), 15)
        assert told["event"] == "pusher_internal:subscription_succeeded", told
        began = time.monotonic()
        ending = asyncio.create_task(main.post("/v1/auth/logout", headers=bearer))
        try:
            async with asyncio.timeout(30):
                while True:
                    await line.hears()
        except Lost as lost:
            assert lost.code == 4009, lost.code
            return round(time.monotonic() - began, 4)
        finally:
            assert (await ending).status_code == 204
            line.close()


def figures(alone: Cost, beside: Cost, closed: list[float]) -> list[Figure]:
    carried = f"deliveries per second of CPU at a node, {alone['sockets']:g} sockets"
    spent = "CPU of the main process for an event to them"
    return [
        Figure(carried, beside["deliveries"], "/s", "-", peer=alone["deliveries"]),
        Figure(spent, beside["main"], "ms", "-", peer=alone["main"], turned=True),
        Figure("session ended -> its socket at a node closed", max(closed), "s", "<= 1 s", max(closed) <= TARGET_S),
    ]
