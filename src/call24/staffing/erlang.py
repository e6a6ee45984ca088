"""Erlang C: how long callers wait who never hang up, by formula. What it assumes, the simulation does not have to."""

from __future__ import annotations

import math

from call24.staffing.model import Formula


def erlang_c(agents: int, arrivals_per_hour: float, handle_s: float, target_s: float) -> Formula | None:
    """``handle_s``: with the wrap-up. None where the queue would grow for ever.

    Source: A. K. Erlang, "Solution of some problems in the theory of probabilities" (1917).
    """
    load = arrivals_per_hour * handle_s / 3600
    if load >= agents:
        return None
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    free = agents - load
    return Formula(
        service_level=1 - waits * math.exp(-free * target_s / handle_s),
        average_speed_of_answer_s=waits * handle_s / free,
    )
