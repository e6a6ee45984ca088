"""How many agents have the app open while calls come in, and how many idle realtime sockets one server keeps.

An app is a socket over TLS that hears what the app subscribes to, its user's channel and the organisation's, each
authorised by the server; a thin process (bench/realtime_listeners.py) plays all of them. Calls go to the agents'
phones, which SIPp plays. What an agent hears is counted against the journal: none may be missing at any socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Any

import httpx
from tests.support.product.system import System, running_system
from tests.support.realtime.line import event, signed
from tests.support.realtime.pusher_clients import Peer as Application

from bench.call_rate import LIMIT_MS, TALK_S
from bench.callers import Load, ring
from bench.capacity_calls import memory, said
from bench.event_latency import Heard, heard_by, journal_lines, listeners
from bench.figure import percentile
from bench.meter import Meter
from bench.plain_phones import PlainPhones, plain_phones
from bench.processes import cpu_s, pids
from bench.realtime_crowd import CHANNEL
from bench.realtime_peers import Crowd, Peer, crowd
from bench.rig import Rig, rig
from bench.staircase import Step, judged, next_load
from bench.wiretap import Wiretap

APPS = (25, 50, 100, 150, 200, 300, 400, 600, 800, 1200)
QUICK_APPS = (5, 10)
CALLS_S = 4.0
LASTS_S, QUICK_LASTS_S = 12.0, 3.0
SOCKETS = (500, 1000, 2000, 3000, 4000, 5000)
"""One organisation has half of the 10,000 sockets of a server."""
QUICK_SOCKETS = (50, 100)
IDLE_S, QUICK_IDLE_S = 8.0, 1.0
EVENTS = 20
DATA = {"queue_id": "que_01jd8kz9w4f0d1q5t7b3m2n6xy", "waiting": 3, "longest_s": 42, "name": "Support", "seq": 4711}


def apps(*, quick: bool, most: int) -> dict[str, Any]:
    loads = QUICK_APPS if quick else tuple(load for load in APPS if load <= most)
    with running_system() as system:
        return asyncio.run(_apps(system, loads, QUICK_LASTS_S if quick else LASTS_S))


async def _apps(system: System, loads: tuple[int, ...], lasts_s: float) -> dict[str, Any]:
    before = memory(system)
    async with rig(system, loads[-1]) as made, plain_phones(made) as phones:
        await made.available()
        with_agents = memory(system)
        await ring(made.sip_port, made.org.number, Load(round(CALLS_S * 3), CALLS_S, TALK_S, sound=False))
        steps: list[Step] = []
        while (count := next_load(loads, steps)) is not None:
            steps.append(await _app_step(made, phones, count, lasts_s))
            said("apps", steps[-1])
    told = {"agents": loads[-1], "calls_per_second": CALLS_S, "talk_s": TALK_S, "limit_ms": LIMIT_MS}
    return {**told, "memory_mb": {"before": before, "with_agents": with_agents}, "steps": steps}


async def _app_step(made: Rig, phones: PlainPhones, count: int, lasts_s: float) -> Step:
    with contextlib.suppress(AssertionError):
        await made.settled(60)
    key = (await made.org.http.get("/v1/realtime")).json()["key"]
    bearers = [http.headers["Authorization"].split()[1] for http in made.agents[:count]]
    calls, well_before = round(CALLS_S * lasts_s), phones.well()
    began = time.monotonic()
    async with listeners({"port": made.system.settings.http_port, "key": key, "bearers": bearers}) as apps_open:
        opened_s = time.monotonic() - began
        with Wiretap(made.sip_port).listening() as tap:
            meter = Meter(made.used_s, [phones.pid, apps_open.pid])
            seen = await ring(made.sip_port, made.org.number, Load(calls, CALLS_S, TALK_S, sound=False))
            cpu = meter.end()
            await asyncio.sleep(1.5)
        heard, used_mb = await heard_by(apps_open), memory(made.system)
    late = events_of(heard, journal_lines(made.system, made.org), count)
    agent_ms = tap.delays().agent
    return judged({
        "load": count, "calls": calls, "failed": calls - min(seen.well, phones.well() - well_before, len(agent_ms)),
        "setup_p95_ms": round(percentile(agent_ms or [1e6], 0.95), 1), **late, "opened_s": round(opened_s, 2),
        "cpu": cpu, "cpu_share": cpu["cpu_share"], "memory_mb": used_mb, "load_average": round(os.getloadavg()[0], 1),
    })  # fmt: skip


def events_of(heard: Heard, lines: dict[int, float], sockets: int) -> dict[str, Any]:
    """How late each event was at each socket since its journal line's instant, in ms, and at how many it never was."""
    arrived = arrivals(heard)
    late = [(at - lines[seq]) * 1000 for seq, each in arrived.items() for at in sorted(each)[:sockets]]
    return {
        "events": len(arrived),
        "deliveries": len(late),
        "events_lost": never(arrived, sockets),
        "event_p50_ms": round(percentile(late or [1e6], 0.5), 1),
        "event_p95_ms": round(percentile(late or [1e6], 0.95), 1),
    }


def arrivals(heard: Heard) -> dict[int, list[float]]:
    """When sockets heard of each journal line that any of them was told of."""
    found: dict[int, list[float]] = {}
    for told in heard.values():
        for at, seq in told:
            found.setdefault(seq, []).append(at)
    return found


def never(arrived: dict[int, list[float]], sockets: int) -> int:
    """Deliveries that did not come."""
    return sum(max(0, sockets - len(each)) for each in arrived.values())


def sockets(*, quick: bool, most: int) -> dict[str, Any]:
    loads = QUICK_SOCKETS if quick else tuple(load for load in SOCKETS if load <= most)
    with running_system() as system:
        return asyncio.run(_sockets(system, loads, QUICK_IDLE_S if quick else IDLE_S))


async def _sockets(system: System, loads: tuple[int, ...], idle_s: float) -> dict[str, Any]:
    async with system.organisation("Bench") as org:
        wish = {"name": "Bench", "connections_max": loads[-1] + 100}
        made = await org.post("/v1/applications", wish)
    port = system.settings.http_port
    app = Application("call24", port, made["app_id"], made["key"], made["secret"])
    peer = Peer("server", port, pids(system)["server"], app.key, app.secret, tls=True)
    at_rest_kb = peer.rss_kb()
    steps: list[Step] = []
    while (count := next_load(loads, steps)) is not None:
        steps.append(await asyncio.to_thread(_socket_step, system, peer, app, count, (at_rest_kb, idle_s)))
        said("idle", steps[-1])
    return {"at_rest_mb": round(at_rest_kb / 1024, 1), "steps": steps}


def _socket_step(system: System, peer: Peer, app: Application, count: int, rest: tuple[int, float]) -> Step:
    """`rest`: the server's memory in KB without sockets, and how long they do nothing."""
    (at_rest_kb, idle_s), began = rest, time.monotonic()
    with crowd(peer, count) as hearers, httpx.Client(verify=False, timeout=30) as http:
        opened_s = time.monotonic() - began
        meter = Meter(lambda: {name: cpu_s(pid) for name, pid in pids(system).items()}, [hearers.pid])
        time.sleep(idle_s)
        cpu, grown_kb = meter.end(), peer.rss_kb() - at_rest_kb
        late_ms = [_to_all(http, app, hearers, count, number) for number in range(1, EVENTS + 1)]
    return judged({
        "load": count, "opened_s": round(opened_s, 2), "kib_each": round(grown_kb / count, 2),
        "event_p95_ms": round(percentile(late_ms, 0.95), 1), "event_p50_ms": round(percentile(late_ms, 0.5), 1),
        "cpu": cpu, "cpu_share": cpu["cpu_share"], "load_average": round(os.getloadavg()[0], 1),
    })  # fmt: skip


def _to_all(http: httpx.Client, app: Application, hearers: Crowd, sockets: int, number: int) -> float:
    """Milliseconds from the request that publishes an event until all sockets have it."""
    content = event(CHANNEL, DATA, "bench")
    hearers.will_hear(sockets * number)
    began = time.monotonic()
    answer = http.post(f"https://127.0.0.1:{app.port}{signed(app, '/events', content)}", content=content)
    assert answer.status_code == 200, answer.text
    hearers.has_heard()
    return (time.monotonic() - began) * 1000
