"""How many recorded calls from a queue talk at the same time: Call24's queue that records, and Asterisk's own Queue()
with MixMonitor(), at the same phones, with the same load generator, by turns at each step.

Agents have WebRTC phones (DTLS-SRTP); callers come from a trunk over plain RTP. Set-up is from the caller's INVITE to
ringing at the agent's phone. Packets are counted at both ends by RTP's sequence numbers, and from end to end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from tests.support.product.system import System, running_system

from bench.capacity_generator import NUMBERS, Load
from bench.figure import percentile
from bench.meter import Meter
from bench.processes import pids, rss_mb
from bench.rig import Rig, rig
from bench.staircase import Step, judged, next_load

LOADS = (10, 20, 30, 40, 50, 60, 70, 80, 95, 110, 130, 150, 175, 200, 240, 280, 330, 390)
QUICK_LOADS = (4, 8)
SPARE = 1.15
"""Agents for each call: one that has just hung up is not free at once."""
RATE = 8.0
TALK_S = 30.0
STEADY_S, QUICK_STEADY_S = 20.0, 4.0
GENERATORS = max(1, (os.cpu_count() or 1) // 2)
SIDES = ("ours", "peer")
PEER_NUMBER = "*558"
PORTS_PER_CALL = 5
"""Call24 takes no more calls than one for each five ports for RTP."""
OWN_PORTS_CALLS = 150
"""An installation of a bench has 800 ports for RTP, unless CALL24_BENCH_RTP_PORTS says where more begin."""

Generators = list[asyncio.subprocess.Process]


def measure(*, quick: bool, most: int) -> dict[str, Any]:
    """`most`: the most calls that are tried at a time."""
    first = os.environ.get("CALL24_BENCH_RTP_PORTS")
    most = most if first else min(most, OWN_PORTS_CALLS)
    loads = QUICK_LOADS if quick else tuple(load for load in LOADS if load <= most)
    more = {"rtp_ports": (int(first), int(first) + PORTS_PER_CALL * (loads[-1] + 50))} if first else {}
    with running_system(**more) as system:
        return asyncio.run(_measure(system, loads, QUICK_STEADY_S if quick else STEADY_S))


async def _measure(system: System, loads: tuple[int, ...], steady_s: float) -> dict[str, Any]:
    agents = round(loads[-1] * SPARE) + 2
    before = memory(system)
    async with rig(system, agents, record="always") as made, _generators(made) as generators:
        made.console.add_extension(PEER_NUMBER, "Answer,,i", "MixMonitor,${UNIQUEID}.wav", "Queue,bench")
        await made.available()
        with_agents = memory(system)
        for side in SIDES:
            await _step(made, generators, side, loads[0], 2.0)  # warms it up
        found: dict[str, list[Step]] = {side: [] for side in SIDES}
        while any(next_load(loads, steps) is not None for steps in found.values()):
            for side, steps in found.items():
                if (calls := next_load(loads, steps)) is not None:
                    steps.append(await _step(made, generators, side, calls, steady_s))
                    said(side, steps[-1])
    told = {"agents": agents, "steady_s": steady_s, "talk_s": TALK_S, "generators": GENERATORS}
    return {**told, "memory_mb": {"before": before, "with_agents": with_agents}, "steps": found}


def said(side: str, step: Step) -> None:
    verdict = "passed" if step["passed"] else ", ".join(step["missed"])
    late = step.get("setup_p95_ms", step.get("event_p95_ms"))
    words = f"{side:<5} {step['load']:>5}: p95 {late} ms, servers {step['cpu']['servers']} cores, "
    words += f"generator {step['cpu']['generator']}, elsewhere {step['cpu']['elsewhere']}: {verdict}"
    print(words, file=sys.stderr, flush=True)


def memory(system: System) -> dict[str, float]:
    return {name: round(rss_mb(pid), 1) for name, pid in pids(system).items()}


@contextlib.asynccontextmanager
async def _generators(made: Rig) -> AsyncIterator[Generators]:
    """Processes with all agents' phones between them."""
    pipe, running = asyncio.subprocess.PIPE, Generators()
    try:
        for number in range(GENERATORS):
            words = (sys.executable, "-m", "bench.capacity_generator", str(number * NUMBERS))
            running.append(await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, limit=2**26))
            _tell(running[-1], {"phones": made.phones[number::GENERATORS]})
        for process in running:
            said = await _heard(process, 180)
            assert said == b"ready\n", said
        yield running
    finally:
        for process in running:
            assert process.stdin is not None
            process.stdin.close()
        for process in running:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 15)
            if process.returncode is None:
                process.kill()
                await process.wait()


def _tell(process: asyncio.subprocess.Process, line: object) -> None:
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(line) + b"\n")


async def _heard(process: asyncio.subprocess.Process, timeout_s: float) -> bytes:
    assert process.stdout is not None
    return await asyncio.wait_for(process.stdout.readline(), timeout_s)


async def _step(made: Rig, generators: Generators, side: str, calls: int, steady_s: float) -> Step:
    with contextlib.suppress(AssertionError):  # what a step too many left behind is seen in the figures of the next
        await made.settled(30)
    begins_at = time.time() + 0.5
    steady_at = begins_at + calls / RATE + 2.0
    ends_at = steady_at + steady_s
    dialled = made.number(side) if side == "ours" else PEER_NUMBER
    shares = [calls // len(generators) + (n < calls % len(generators)) for n in range(len(generators))]
    for process, share in zip(generators, shares, strict=True):
        load = Load(sip_port=made.sip_port, dialled=dialled, calls=share, rate=RATE / len(generators), talk_s=TALK_S,
                    begins_at=begins_at, steady_at=steady_at, ends_at=ends_at)  # fmt: skip
        _tell(process, load)
    meter = Meter(made.used_s, [process.pid for process in generators])
    await asyncio.sleep(max(0.0, steady_at - time.time()))
    meter.begin()
    await asyncio.sleep(max(0.0, ends_at - time.time()))
    cpu, used_mb = meter.end(), memory(made.system)
    told = [json.loads(await _heard(process, 60)) for process in generators]
    seen = step_of(told, calls, steady_s)
    return judged({**seen, "cpu": cpu, "cpu_share": cpu["cpu_share"], "memory_mb": used_mb,
                   "load_average": round(os.getloadavg()[0], 1)})  # fmt: skip


def step_of(told: list[dict[str, Any]], calls: int, steady_s: float) -> Step:
    """One step from what all generators saw: a call of one may have rung at another's phone."""
    rang: dict[str, float] = {}
    for one in told:
        for number, at in one["agents"]["rang"]:
            rang.setdefault(number, at)
    dialled = [pair for one in told for pair in one["callers"]["dialled"]]
    setup_ms = [(rang[number] - at) * 1000 for number, at in dialled if number in rang]
    failed = sum((Counter(one["callers"]["failed"]) for one in told), Counter[str]())
    failed["no agent rang"] = len(dialled) - len(setup_ms)
    failed["no sound at the agent"] = sum(one["agents"]["failed"] for one in told)
    rtp = {end: _added([one[end]["rtp"] for one in told]) for end in ("callers", "agents")}
    failed["heard nothing"] = sum(end.get("silent", 0) for end in rtp.values())
    lost = sum(end.get(name, 0) for end in rtp.values() for name in ("lost", "lost_on_the_way", "unreadable"))
    talk_s = sum(one["agents"]["talk_s"] for one in told)
    return {
        "load": calls,
        "calls": len(dialled),
        "failed": min(len(dialled), failed.total()),
        "failures": {why: count for why, count in failed.items() if count},
        "setup_p50_ms": round(percentile(setup_ms or [1e6], 0.5), 1),
        "setup_p95_ms": round(percentile(setup_ms or [1e6], 0.95), 1),
        "setup_max_ms": round(max(setup_ms, default=1e6), 1),
        "answer_p95_ms": round(percentile([x for one in told for x in one["callers"]["answer_ms"]] or [1e6], 0.95), 1),
        "talking": round(talk_s / steady_s, 1),
        "carried": round(talk_s / steady_s / calls, 3),
        "rtp": rtp,
        "rtp_lost": lost,
        "latest_packet_ms": max(one["latest_packet_ms"] for one in told),
    }


def _added(counts: list[dict[str, int]]) -> dict[str, int]:
    return {name: sum(one.get(name, 0) for one in counts) for name in counts[0]}
