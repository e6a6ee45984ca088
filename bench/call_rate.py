"""How many calls a second can be set up before the slowest of a hundred waits longer than 300 ms: Call24's queue
against Asterisk's own Queue(), with the same 200 agents, who answer and are free at once. SIPp plays all of them.

The rate is raised in steps, both systems in turn at each step. A step is held when all calls reach an agent and p99 of
INVITE -> the agent's answer, and of INVITE -> 200, stay within 300 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
from typing import Any

from tests.support.system import running_system

from bench.callers import Load, ring
from bench.figure import Figure, percentile
from bench.plain_phones import PlainPhones, plain_phones
from bench.rig import AGENTS, Rig, rig
from bench.wiretap import Wiretap

RATES = (4, 8, 12, 16, 20, 25, 30, 40, 50, 65, 80, 100, 120, 150, 180)
STEP_S = 6.0
TALK_S = 0.5
LIMIT_MS = 300.0
TARGET = 0.8
RAMPS = 5

Step = dict[str, Any]


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, 1 if quick else RAMPS, RATES[::3] if quick else RATES))
    most = {side: statistics.median(highest(ramp[side]) for ramp in raw["ramps"]) for side in ("ours", "peer")}
    held = most["ours"] >= TARGET * most["peer"]
    figure = Figure("call set-ups per second", most["ours"], "/s", ">= 0.80", held, most["peer"])
    return [figure], raw


def highest(steps: list[Step]) -> float:
    """The highest rate up to which every step was held."""
    most = 0.0
    for step in steps:
        if not step["held"]:
            break
        most = step["rate"]
    return most


async def _measure(system: Any, ramps: int, rates: tuple[int, ...]) -> dict[str, Any]:
    async with rig(system) as made, plain_phones(made) as phones:
        await made.available()
        await ring(made.sip_port, made.number("ours"), Load(20, 4, TALK_S, sound=False))
        found = [await _ramp(made, phones, rates) for _ in range(ramps)]
    return {"agents": AGENTS, "limit_ms": LIMIT_MS, "load_average": os.getloadavg(), "ramps": found}


async def _ramp(made: Rig, phones: PlainPhones, rates: tuple[int, ...]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {"ours": [], "peer": []}
    for rate in rates:
        for side, steps in found.items():
            if not steps or steps[-1]["held"]:
                steps.append(await step(made, phones, side, rate, STEP_S))
    return found


async def step(made: Rig, phones: PlainPhones, side: str, rate: float, lasts_s: float) -> Step:
    """One rate for a while, on one side; what it was like."""
    with contextlib.suppress(AssertionError):  # what a step too many left behind is seen in the figures of the next
        await made.settled(60)
    calls, before = round(rate * lasts_s), phones.well()
    with Wiretap(made.sip_port).listening() as tap:
        seen = await ring(made.sip_port, made.number(side), Load(calls, rate, TALK_S, sound=False))
        await asyncio.sleep(1.5)
    delays = tap.delays()
    reached = phones.well() - before
    p99 = {"answer": percentile(delays.answer or [1e6], 0.99), "agent": percentile(delays.agent or [1e6], 0.99)}
    held = min(seen.well, reached, len(delays.agent)) >= 0.99 * calls and max(p99.values()) <= LIMIT_MS
    told = {"rate": rate, "calls": calls, "well": seen.well, "reached": reached, "held": held}
    return {**told, **{f"p99_{name}_ms": round(value, 2) for name, value in p99.items()}, "delays": delays.__dict__}
