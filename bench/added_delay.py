"""What Call24 adds to the time from a caller's INVITE to its 200, and to the answer of the agent's phone, beside
Asterisk's own Queue() with the same phones: at half of the lower of both highest rates (of call-rate, if it was run).
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from tests.support.product.system import running_system

from bench.call_rate import step
from bench.figure import Figure, percentile
from bench.plain_phones import plain_phones
from bench.rig import AGENTS, rig

RUNS, RUN_S = 6, 10.0
HIGHEST = 20.0
"""Where call-rate has left no result."""
P50_MS, P99_MS, OUTLIER_MS = 5.0, 25.0, 150.0
EDGES = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 250, 300, 500, 1000)


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, 2 if quick else RUNS))
    return [figure for name in ("answer", "agent") for figure in _figures(name, raw["ms"])], raw


def _figures(name: str, ms: dict[str, dict[str, list[float]]]) -> list[Figure]:
    what = {"answer": "INVITE -> 200", "agent": "INVITE -> agent's answer"}[name]
    ours, peer = ms["ours"][name], ms["peer"][name]
    found = []
    for share, limit in ((0.5, P50_MS), (0.99, P99_MS)):
        mine, theirs = percentile(ours, share), percentile(peer, share)
        target = f"peer + {limit:g} ms"
        found.append(Figure(f"{what}, p{share * 100:g}", mine, "ms", target, mine - theirs <= limit, theirs))
    late = sum(value > OUTLIER_MS for value in ours)
    found.append(Figure(f"{what}, later than {OUTLIER_MS:g} ms", late, "", "none", late == 0, None))
    return found


def histogram(values: list[float]) -> dict[str, int]:
    """How many up to each edge (ms), and beyond the last."""
    found = {f"<= {edge}": 0 for edge in EDGES} | {"more": 0}
    for value in values:
        edge = next((edge for edge in EDGES if value <= edge), None)
        found["more" if edge is None else f"<= {edge}"] += 1
    return found


def half_rate(kept: Path = Path("bench/results/call-rate.json")) -> float:
    if not kept.exists():
        return HIGHEST / 2
    figure = json.loads(kept.read_text())["figures"][0]
    return max(1.0, min(figure["ours"], figure["peer"]) / 2)


async def _measure(system: Any, runs: int) -> dict[str, Any]:
    rate = half_rate()
    ms: dict[str, dict[str, list[float]]] = {side: {"answer": [], "agent": []} for side in ("ours", "peer")}
    async with rig(system) as made, plain_phones(made) as phones:
        await made.available()
        for number in range(runs):
            for side, found in ms.items():
                run = await step(made, phones, side, rate, RUN_S)
                if number:  # the first pair warms both up
                    for name, values in run["delays"].items():
                        found[name] += [round(value, 3) for value in values]
    drawn = {side: {name: histogram(values) for name, values in found.items()} for side, found in ms.items()}
    return {"agents": AGENTS, "rate": rate, "load_average": os.getloadavg(), "histogram": drawn, "ms": ms}
