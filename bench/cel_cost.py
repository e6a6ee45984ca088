"""What Asterisk's log of channel events (CEL) costs: CPU of Asterisk for a queued call with it and without it, the log
switched on and off in turn in one running installation. Plain phones, as for call-rate: else a call costs little.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from typing import Any

from tests.support.product.system import running_system

from bench.callers import Load, ring
from bench.figure import Figure
from bench.plain_phones import plain_phones
from bench.rig import AGENTS, Rig, rig

ROUNDS = 5
LOAD = Load(calls=144, rate=12, talk_s=0.5, sound=False)
SETTLE_S = 2.0
SHARE = 0.05
"""Of a call's cost in Asterisk."""


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, 1 if quick else ROUNDS))
    on, off = (statistics.median(raw["ms"][side]) for side in ("on", "off"))
    held = on <= (1 + SHARE) * off
    return [Figure("Asterisk's CPU for a call with its channel log", on, "ms", "<= x 1.05", held, off)], raw


async def _measure(system: Any, rounds: int) -> dict[str, Any]:
    ms: dict[str, list[float]] = {"on": [], "off": []}
    async with rig(system) as made, plain_phones(made):
        await made.available()
        settings = (made.console.etc / "cel.conf").read_text()
        await _block(made)  # warms it up
        for _ in range(rounds):
            for side, found in ms.items():
                enable = "yes" if side == "on" else "no"
                made.console.write("cel.conf", settings.replace("enable=yes", f"enable={enable}"))
                made.console.say("module reload cel")
                found.append(await _block(made))
    return {"agents": AGENTS, "rate": LOAD.rate, "load_average": os.getloadavg(), "ms": ms}


async def _block(made: Rig) -> float:
    """Milliseconds of Asterisk's CPU for a call of Call24's queue."""
    before = made.used_s()["asterisk"]
    seen = await ring(made.sip_port, made.number("ours"), LOAD)
    await asyncio.sleep(SETTLE_S)
    used_s = made.used_s()["asterisk"] - before
    assert seen.well >= 0.98 * LOAD.calls, (seen.well, seen.failed)
    await made.settled()
    return round(used_s * 1000 / seen.well, 3)
