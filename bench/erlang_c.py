"""The staffing simulator beside Erlang's formula: a million calls, and what the formula says of the same load.

The peer is exact, so what is promised is how near the simulated figures are, and that they know how sure they are.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from typing import Any

from tests.support.product.stack import CHECKOUT
from tests.support.routing.erlang import erlang_c

from bench.figure import Figure

AGENTS, ARRIVALS, HANDLE_S, TARGET_S = 100, 1620, 200, 20
CALLS, QUICK_CALLS = 1_000_000, 50_000
WORDS = (
    f"simulate --agents {AGENTS} --arrivals-per-hour {ARRIVALS} --handle-time {HANDLE_S} --patience none"
    f" --target {TARGET_S} --json --calls"
)
MOST_S = 120.0
NEAR = 0.02


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    before, words = os.getloadavg(), f"{WORDS} {QUICK_CALLS if quick else CALLS}"
    began, used = time.monotonic(), _children_cpu_s()
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "call24"), *words.split()], cwd=CHECKOUT, stdout=subprocess.PIPE, check=True
    )
    took = time.monotonic() - began
    answer = json.loads(done.stdout)
    raw = {
        "command": f"./call24 {words}",
        "took_s": round(took, 2),
        "cpu_s": round(_children_cpu_s() - used, 2),
        "python": platform.python_version(),
        "load_average_before": before,
        "load_average": os.getloadavg(),
        "answer": answer,
    }
    return figures_of(answer, took), raw


def figures_of(answer: dict[str, Any], took_s: float) -> list[Figure]:
    expected = erlang_c(AGENTS, ARRIVALS, HANDLE_S, TARGET_S)
    waits = answer["wait_probability"]["value"]
    off = abs(waits - expected.waits)
    of_formula = (
        ("wait_probability", "probability of waiting", "", expected.waits),
        ("service_level", f"answered within {TARGET_S} s", "", expected.service_level),
        ("average_speed_of_answer_s", "average speed of answer", "s", expected.speed_of_answer_s),
    )
    return [
        Figure("the whole command", round(took_s, 2), "s", f"<= {MOST_S:g} s", took_s <= MOST_S),
        Figure("probability of waiting, off by", round(off, 5), "", f"<= {NEAR}", off <= NEAR),
        *(_inside(answer[key], what, unit, value) for key, what, unit, value in of_formula),
    ]


def _inside(found: dict[str, float], what: str, unit: str, exact: float) -> Figure:
    low, high = found["low"], found["high"]
    return Figure(
        f"{what}, interval {low:.4g} to {high:.4g}",
        round(found["value"], 5),
        unit,
        "the formula inside",
        low <= exact <= high,
        peer=round(exact, 5),
    )


def _children_cpu_s() -> float:
    """Of those that have ended, and theirs."""
    spent = os.times()
    return spent.children_user + spent.children_system
