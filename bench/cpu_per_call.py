"""CPU that the servers spend on a queued call with an answer, some talk and a hang-up: Call24's queue against
Asterisk's own Queue(), with the same 200 agents and their WebRTC phones. Blocks of calls in turn (A B A B ...).

Callers and phones are processes of their own, which are not counted. The figures hold all that Asterisk and the server
use while a block lasts; what of it they use at rest, with the phones registered, is shown apart.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, NamedTuple

from tests.support.product.system import running_system

from bench.callers import Load, ring
from bench.figure import Figure
from bench.rig import AGENTS, Rig, rig, webrtc_phones

TARGET = 0.8
IDLE_S = 10.0
SETTLE_S = 2.5
SIDES = ("ours", "peer")
LOADS = {"1 s": (5, Load(calls=120, rate=6, talk_s=1)), "20 s": (5, Load(calls=40, rate=4, talk_s=20))}
QUICK = {"1 s": (2, Load(calls=48, rate=6, talk_s=1))}

Used = dict[str, float]


class Mean(NamedTuple):
    """Milliseconds per call."""

    all: float
    call24: float
    asterisk: float
    mongod: float


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, QUICK if quick else LOADS))
    figures = [figure for talk, blocks in raw["blocks"].items() for figure in _figures(talk, blocks, raw["idle"])]
    return figures, raw


def _figures(talk: str, blocks: dict[str, list[Used]], idle: Used) -> list[Figure]:
    ours, peer = _mean(blocks["ours"], {}), _mean(blocks["peer"], {})
    busy, peer_busy = _mean(blocks["ours"], idle), _mean(blocks["peer"], idle)
    ratio = peer.asterisk / ours.all
    what = f"{talk} of talk"
    return [
        Figure(f"{what}: Asterisk + Call24", ours.all, "ms", ">= 0.80", ratio >= TARGET, peer.asterisk, turned=True),
        Figure("  without what they use at rest", busy.all, "ms", "-", True, peer_busy.asterisk, turned=True),
        Figure("  of it Asterisk", busy.asterisk, "ms", "-", True, peer_busy.asterisk, turned=True),
        Figure("  of it Call24", busy.call24, "ms", "-"),
        Figure("  MongoDB besides", busy.mongod, "ms", "-"),
    ]


def _mean(blocks: list[Used], idle: Used) -> Mean:
    calls, lasted_s = sum(block["calls"] for block in blocks), sum(block["lasted_s"] for block in blocks)

    def per_call(name: str) -> float:
        return (sum(block[name] for block in blocks) - idle.get(name, 0.0) * lasted_s) * 1000 / calls

    call24 = per_call("server") + per_call("sip_edge") + per_call("parent")
    return Mean(per_call("asterisk") + call24, call24, per_call("asterisk"), per_call("mongod"))


async def _measure(system: Any, loads: dict[str, tuple[int, Load]]) -> dict[str, Any]:
    async with rig(system) as made, webrtc_phones(made):
        await made.available()
        await made.settled()
        idle = await _idle(made)
        for side in SIDES:
            await _block(made, side, next(iter(loads.values()))[1])  # warms it up
        blocks: dict[str, dict[str, list[Used]]] = {talk: {side: [] for side in SIDES} for talk in loads}
        for talk, (rounds, load) in loads.items():
            for _ in range(rounds):
                for side in SIDES:
                    blocks[talk][side].append(await _block(made, side, load))
        told = {talk: {"rate": load.rate, "talk_s": load.talk_s} for talk, (_, load) in loads.items()}
        return {"agents": AGENTS, "loads": told, "load_average": os.getloadavg(), "idle": idle, "blocks": blocks}


async def _idle(made: Rig) -> Used:
    """Seconds of CPU in a second at rest, by process."""
    before = made.used_s()
    await asyncio.sleep(IDLE_S)
    after = made.used_s()
    return {name: round((after[name] - before[name]) / IDLE_S, 4) for name in before}


async def _block(made: Rig, side: str, load: Load) -> Used:
    """Seconds of CPU by process, and how many calls it was for."""
    loop = asyncio.get_running_loop()
    began, before = loop.time(), made.used_s()
    seen = await ring(made.sip_port, made.number(side), load)
    await asyncio.sleep(SETTLE_S)  # records and sessions are written; asking for them would be measured too
    lasted_s, after = loop.time() - began, made.used_s()
    assert seen.well >= 0.98 * load.calls, (side, seen.well, seen.failed)
    await made.settled()
    used = {name: round(after[name] - before[name], 3) for name in before}
    return {**used, "calls": seen.well, "failed": seen.failed, "lasted_s": round(lasted_s, 2)}
