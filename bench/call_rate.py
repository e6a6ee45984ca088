"""How many calls a second can be set up before the slowest of a hundred waits longer than 300 ms: Call24's queue
against Asterisk's own Queue(), with the same 200 agents, who answer and are free at once. SIPp plays all of them.

The highest rate is searched by halving, both systems in turn at each step. A step is held when all calls reach an
agent and p99 of INVITE -> the agent's answer, and of INVITE -> 200, stay within 300 ms. Each step says how much of the
machine was idle, so that one sees whether the load generators had room.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import sys
from typing import Any

from tests.support.product.system import running_system

from bench.callers import Load, ring
from bench.figure import Figure, percentile
from bench.meter import Meter
from bench.plain_phones import PlainPhones, plain_phones
from bench.rig import AGENTS, Rig, rig
from bench.wiretap import Wiretap

RATES = tuple(round(10 * 10 ** (step / 20)) for step in range(31))
"""From 10 to 316 a second, each an eighth more than the one before: five steps find the highest."""
STEP_S = 5.0
TALK_S = 0.5
LIMIT_MS = 300.0
TARGET = 0.8
RAMPS = 5

Step = dict[str, Any]


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, 1 if quick else RAMPS))
    most = {side: statistics.median(highest(ramp[side]) for ramp in raw["ramps"]) for side in ("ours", "peer")}
    held = most["ours"] >= TARGET * most["peer"]
    figure = Figure("call set-ups per second", most["ours"], "/s", ">= 0.80", held, most["peer"])
    return [figure], raw


def highest(steps: list[Step]) -> float:
    """The highest rate that was held; none above one that was not has been tried."""
    return max((step["rate"] for step in steps if step["held"]), default=0.0)


def next_rate(steps: list[Step]) -> float | None:
    """What to try after these: halfway between the highest that was held and the lowest that was not."""
    failed = min((step["rate"] for step in steps if not step["held"]), default=RATES[-1] + 1)
    open_yet = [rate for rate in RATES if highest(steps) < rate < failed]
    return open_yet[len(open_yet) // 2] if open_yet else None


async def _measure(system: Any, ramps: int) -> dict[str, Any]:
    async with rig(system) as made, plain_phones(made) as phones:
        await made.available()
        for side in ("ours", "peer"):
            await ring(made.sip_port, made.number(side), Load(60, 10, TALK_S, sound=False))
        found: list[dict[str, list[Step]]] = []
        for number in range(ramps):
            found.append(await _ramp(made, phones))
            highests = {side: highest(steps) for side, steps in found[-1].items()}
            print(f"search {number + 1} of {ramps}: {highests}", file=sys.stderr, flush=True)
    return {"agents": AGENTS, "limit_ms": LIMIT_MS, "load_average": os.getloadavg(), "ramps": found}


async def _ramp(made: Rig, phones: PlainPhones) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {"ours": [], "peer": []}
    while any(next_rate(steps) is not None for steps in found.values()):
        for side, steps in found.items():
            if (rate := next_rate(steps)) is not None:
                made_here = await step(made, phones, side, rate, STEP_S)
                del made_here["delays"]  # added-delay keeps those; here they would be a hundred thousand numbers
                steps.append(made_here)
    return found


async def step(made: Rig, phones: PlainPhones, side: str, rate: float, lasts_s: float) -> Step:
    """One rate for a while, on one side; what it was like."""
    with contextlib.suppress(AssertionError):  # what a step too many left behind is seen in the figures of the next
        await made.settled(60)
    calls, before = round(rate * lasts_s), phones.well()
    with Wiretap(made.sip_port).listening() as tap:
        meter = Meter(made.used_s, [phones.pid])
        seen = await ring(made.sip_port, made.number(side), Load(calls, rate, TALK_S, sound=False))
        cpu = meter.end()
        await asyncio.sleep(1.5)
    delays = tap.delays()
    reached = phones.well() - before
    p99 = {"answer": percentile(delays.answer or [1e6], 0.99), "agent": percentile(delays.agent or [1e6], 0.99)}
    held = min(seen.well, reached, len(delays.agent)) >= 0.99 * calls and max(p99.values()) <= LIMIT_MS
    idle = round(cpu["idle"] / (os.cpu_count() or 1), 2)
    told = {"rate": rate, "calls": calls, "well": seen.well, "reached": reached, "held": held, "idle": idle, "cpu": cpu}
    return {**told, **{f"p99_{name}_ms": round(value, 2) for name, value in p99.items()}, "delays": delays.__dict__}
