"""The built app as a phone on a slow network loads it for the first time, judged by Lighthouse: the sign-in, Home, Live
and History of an organisation with queues, agents and calls, on the composed server.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

from tests.support.app.lighthouse import ACCESSIBILITY, CATEGORIES, PERFORMANCE, PRACTICES, Judged, Place, judged
from tests.support.app.signed_in import session_of
from tests.support.product.system import Agent, Organisation, System, running_system

from bench.figure import Figure, percentile

RUNS, QUICK_RUNS = 3, 1
CALLS, QUICK_CALLS = 12, 1
AGENTS = ("Anna Agent", "Bat Erdene", "Өнөрбаяр Төмөр")
PLACES = {"sign-in": None, "Home": "", "Live": "live", "History": "history"}
SCORE, LCP_S, TASK_MS, SHIFT = 95, 1.8, 100, 0.02


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        runs = asyncio.run(_measure(system, QUICK_RUNS if quick else RUNS, QUICK_CALLS if quick else CALLS))
    by_place = {name: [run for run in runs if run.name == name] for name in PLACES}
    figures = [figure for name, of in by_place.items() for figure in figures_of(name, of)]
    return figures, {"load_average": os.getloadavg(), "runs": [_kept(run) for run in runs]}


def figures_of(name: str, runs: Sequence[Judged]) -> list[Figure]:
    """The middle of the runs. What loads before a screen is shown is the same in each."""
    scores = {category: percentile([run.scores[category] for run in runs], 0.5) for category in CATEGORIES}
    lcp_s = percentile([run.lcp_ms for run in runs], 0.5) / 1000
    task_ms = percentile([run.longest_task_ms for run in runs], 0.5)
    shift = percentile([run.cls for run in runs], 0.5)
    size_kb = percentile([run.before_shown_bytes for run in runs], 0.5) / 1000
    return [
        Figure(f"{name}: performance", scores[PERFORMANCE], "", f">= {SCORE}", scores[PERFORMANCE] >= SCORE),
        Figure("  accessibility", scores[ACCESSIBILITY], "", f">= {SCORE}", scores[ACCESSIBILITY] >= SCORE),
        Figure("  best practices", scores[PRACTICES], "", f">= {SCORE}", scores[PRACTICES] >= SCORE),
        Figure("  largest contentful paint", lcp_s, "s", f"<= {LCP_S} s", lcp_s <= LCP_S),
        Figure("  longest task", task_ms, "ms", f"<= {TASK_MS} ms", task_ms <= TASK_MS),
        Figure("  cumulative layout shift", shift, "", f"<= {SHIFT}", shift <= SHIFT),
        Figure("  loaded before that", size_kb, "KB", "-"),
    ]


async def _measure(system: System, runs: int, calls: int) -> list[Judged]:
    async with system.organisation("Northwind Support") as org:
        agents = [await org.agent(name, phone=name == AGENTS[0]) for name in AGENTS]
        watcher = await org.agent("Sara Supervisor", "supervisor", phone=False)
        await agents[0].be("available")
        for _ in range(calls):
            await _call(org, agents[0])
        await org.ended(calls, 60)
        token = await session_of(watcher)
        places = [
            Place(name, f"{system.base_url}/{'' if path is None else f'#/{path}'}", "" if path is None else token)
            for name, path in PLACES.items()
        ]
        return await judged(places, runs=runs)


async def _call(org: Organisation, agent: Agent) -> None:
    """Answered, and over."""
    talk = await org.talk(agent)
    talk.call.hang_up()
    await talk.offer.ended(10)
    await agent.becomes("available", 20)


def _kept(run: Judged) -> dict[str, Any]:
    """Without the list of files, whose names change with each build."""
    names = ("name", "run", "scores", "fcp_ms", "lcp_ms", "tbt_ms", "speed_index_ms", "cls", "tasks_ms", "short")
    return {
        **{name: run.raw[name] for name in names},
        "bytes": run.before_shown_bytes,
        "benchmark": run.raw["benchmark"],
    }
