"""Processor time of Asterisk per second of a recorded call: MixMonitor on the customer's channel, as Call24 records,
against ARI's recording of the bridge; and the same calls unrecorded. Blocks of calls in turn (A B C A B C ...).

Each call is two G.711 legs that speak, in a mixing bridge. Both ways write uncompressed sound.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import Sequence

from tests.support.product.stack import session_stack
from tests.support.telephony.network import AsteriskNetwork, Stage, Story, asterisk_network

from bench.figure import Figure
from bench.processes import cpu_s
from call24.calls.commands import ConnectLegs, HangUpLeg, RecordLeg
from call24.calls.signals import LegEnded
from call24.kit.ids import RecordingId, new_id

CALLS = int(os.environ.get("CALL24_BENCH_CALLS", "12"))
ROUNDS, QUICK_ROUNDS = 6, 1
BLOCK_S = 8.0
SETTLE_S = 1.0
WAYS = ("none", "mixmonitor", "bridge")


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with session_stack() as stack:
        raw = asyncio.run(_measure(AsteriskNetwork(stack), stack.pid("asterisk"), QUICK_ROUNDS if quick else ROUNDS))
    median = {way: statistics.median(values) for way, values in raw.items()}
    more = {way: median[way] - median["none"] for way in ("mixmonitor", "bridge")}
    figures = [
        Figure("Asterisk per recorded call second", median["mixmonitor"], "ms", "less than peer",
               median["mixmonitor"] <= median["bridge"], median["bridge"]),
        Figure("  of it for recording", more["mixmonitor"], "ms", "-", True, more["bridge"]),
        Figure("recorded calls per core", 1000 / median["mixmonitor"], "", "-", True, 1000 / median["bridge"]),
        Figure("the same calls unrecorded", median["none"], "ms", "-"),
    ]  # fmt: skip
    machine = {"calls": CALLS, "block_s": BLOCK_S, "load_before": _load_before, "load_after": os.getloadavg()}
    return figures, {"ms per call second": raw, **machine}


_load_before = os.getloadavg()


async def _measure(network: AsteriskNetwork, pid: int, rounds: int) -> dict[str, list[float]]:
    raw: dict[str, list[float]] = {way: [] for way in WAYS}
    async with asterisk_network(network.stack) as network:
        for number in range(rounds + 1):
            for way in WAYS:
                used = await _block(network, pid, way)
                if number:  # the first round warms up
                    raw[way].append(used)
    return raw


async def _block(network: AsteriskNetwork, pid: int, way: str) -> float:
    """Milliseconds of CPU per call and second."""
    stage = Stage(network)
    pairs = [await _talk(network, stage, way) for _ in range(CALLS)]
    await asyncio.sleep(SETTLE_S)
    loop = asyncio.get_running_loop()
    began, before = loop.time(), cpu_s(pid)
    await asyncio.sleep(BLOCK_S)
    used, lasted = cpu_s(pid) - before, loop.time() - began
    for pair in pairs:
        for story in pair:
            await stage.perform(HangUpLeg(leg=story.leg))
            await stage.heard.next(LegEnded, leg=story.leg)
        await network.ari.request("DELETE", f"/bridges/bridge_{pair[0].call_id}")
    return round(used * 1000 / CALLS / lasted, 3)


async def _talk(network: AsteriskNetwork, stage: Stage, way: str) -> Sequence[Story]:
    (one, _), (two, _) = await stage.arrival(answer=True), await stage.arrival(answer=True, hz=850)
    bridge = f"bridge_{one.call_id}"
    recording = RecordingId(new_id("rec"))
    if way == "mixmonitor":
        await stage.perform(RecordLeg(leg=one.leg, recording_id=recording, tenant_id=one.tenant_id))
    await stage.perform(ConnectLegs(bridge_id=bridge, legs=(one.leg, two.leg)))
    if way == "bridge":
        name = {"name": f"{one.tenant_id}/{recording}", "format": "sln"}
        reply = await network.ari.request("POST", f"/bridges/{bridge}/record", params=name)
        assert reply.ok, reply
    return one, two
