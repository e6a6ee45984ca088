"""The queueing formulas that the simulator is held to: Erlang C (callers wait) and Erlang A (callers give up)."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    waits: float
    service_level: float
    speed_of_answer_s: float


def erlang_c(agents: int, arrivals_per_hour: float, handle_s: float, target_s: float) -> Expected:
    """Source: A. K. Erlang, "Solution of some problems in the theory of probabilities" (1917)."""
    load = arrivals_per_hour * handle_s / 3600
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    in_time = 1 - waits * math.exp(-(agents - load) * target_s / handle_s)
    return Expected(waits, in_time, waits * handle_s / (agents - load))


@dataclass(frozen=True)
class ExpectedWithPatience:
    waits: float
    abandoned: float


def erlang_a(agents: int, arrivals_per_hour: float, handle_s: float, patience_s: float) -> ExpectedWithPatience:
    """By the stationary distribution of the birth-death chain, summed until nothing is left.

    Source: C. Palm, "Research on telephone traffic carried by full availability groups" (1957).
    """
    arrivals, serves, gives_up = arrivals_per_hour / 3600, 1 / handle_s, 1 / patience_s
    weights = [1.0]
    while len(weights) <= agents or weights[-1] > 1e-15 * max(weights):
        calls = len(weights)
        weights.append(weights[-1] * arrivals / (min(calls, agents) * serves + max(0, calls - agents) * gives_up))
    total = sum(weights)
    in_line = sum((calls - agents) * weight for calls, weight in enumerate(weights) if calls > agents)
    return ExpectedWithPatience(sum(weights[agents:]) / total, in_line / total * gives_up / arrivals)
