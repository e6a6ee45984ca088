"""A load that rises until a pass line is missed: what to try next, and whether a step passed.

Knows no load and no clock: a step is a dict with what was measured under one load.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SETUP_P95_MS = 300.0
FAILED_SHARE = 0.001
CPU_SHARE = 0.8
"""Of the CPU that the load generator and the bench itself leave to the servers."""
EVENT_P95_MS = 300.0

Step = dict[str, Any]


def missed(step: Step) -> list[str]:
    """Why a step did not pass, in words; empty: it passed. What a step has not measured is not judged.

    `setup_p95_ms`; `failed` of `calls`; `rtp_lost`, packets; `cpu_share`, 0..1; `event_p95_ms`; `events_lost`;
    `carried`: the share of the wanted load that was really there.
    """
    found = []
    if (late := step.get("setup_p95_ms")) is not None and late > SETUP_P95_MS:
        found.append(f"set-up p95 {late:.0f} ms")
    if step.get("failed", 0) and step["failed"] >= FAILED_SHARE * step["calls"]:
        found.append(f"{step['failed']} of {step['calls']} calls failed")
    if step.get("rtp_lost", 0):
        found.append(f"{step['rtp_lost']} RTP packets lost")
    if (share := step.get("cpu_share")) is not None and share >= CPU_SHARE:
        found.append(f"servers used {share:.0%} of the CPU")
    if (late := step.get("event_p95_ms")) is not None and late > EVENT_P95_MS:
        found.append(f"event p95 {late:.0f} ms")
    if step.get("events_lost", 0):
        found.append(f"{step['events_lost']} events lost")
    if step.get("carried", 1.0) < 0.95:
        found.append(f"only {step['carried']:.0%} of the load was there")
    return found


def judged(step: Step) -> Step:
    """The step with its verdict."""
    why = missed(step)
    return {**step, "passed": not why, "missed": why}


def highest(steps: Sequence[Step]) -> Step | None:
    """The highest step that passed below all that missed; None: the lowest that was tried missed."""
    lowest_missed = min((step["load"] for step in steps if not step["passed"]), default=float("inf"))
    passed = [step for step in steps if step["passed"] and step["load"] < lowest_missed]
    return max(passed, key=lambda step: float(step["load"]), default=None)


def next_load(loads: Sequence[int], steps: Sequence[Step], stride: int = 2) -> int | None:
    """What to try after these: `stride` loads up while all passed, then halfway between; None: it is found."""
    best = highest(steps)
    low = loads.index(best["load"]) if best else -1
    high = min((loads.index(step["load"]) for step in steps if not step["passed"]), default=None)
    if high is None:
        return loads[min(low + stride, len(loads) - 1)] if low < len(loads) - 1 else None
    return loads[(low + high) // 2] if high - low > 1 else None
