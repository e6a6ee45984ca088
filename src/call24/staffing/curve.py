"""A queue with several team sizes: how the service level and the wait change, as simulated and by Erlang C.

`python -m call24.staffing.curve` reads a question as JSON from standard input and writes the curve. It is a program of
its own because it computes for seconds; program.py runs it.
"""

from __future__ import annotations

import math
import os
import resource
import sys
from collections.abc import Callable, Container

import msgspec

from call24.staffing.erlang import erlang_c
from call24.staffing.model import Curve, CurvePoint, CurveQuestion, Estimated, Formula, Load, StaffingAnswer
from call24.staffing.simulation import simulate

ERLANGS_MAX = 150
"""A larger team takes longer to simulate than somebody waits for; `./call24 simulate` has the time."""
SIZES_MAX, SIZES_MIN = 13, 6
_CALLS_MIN, _CALLS_MAX, _CALLS_IN_ALL = 6_000, 18_000, 110_000
_CALLS_PER_ERLANG = 120
"""A day begins with an empty queue: the first twentieth of each half is left out, and must outlast some calls."""
_FULL = 0.99
_FEWEST_BEYOND = 5
_FURTHER = 4
"""Sizes that are tried beyond those, while none keeps the goal."""
_SETTLED = 0.95
"""Callers who never hang up: under a greater load the queue settles more slowly than these calls come."""
_CPU_S = 60

Simulate = Callable[[Load], StaffingAnswer]


def curve(question: CurveQuestion, simulated: Simulate = simulate) -> Curve:
    """Blocking, for some seconds."""
    calls = min(_CALLS_MAX, max(_CALLS_MIN, int(question.erlangs * _CALLS_PER_ERLANG)))
    low, high = _reach(question)
    step = math.ceil((high - low + 1) / max(SIZES_MIN, min(SIZES_MAX, _CALLS_IN_ALL // calls)))
    points: dict[int, CurvePoint] = {}

    def keeps(agents: int) -> bool:
        if agents not in points:
            points[agents] = _point(question, agents, simulated(_load(question, agents, calls)))
        return (points[agents].service_level.value or 0) >= question.goal

    sizes = sorted({*range(low, high + 1, step), high})
    kept = min((agents for agents in sizes if keeps(agents)), default=None)
    if kept is None:
        further = (high + step * n for n in range(1, _FURTHER + 1))
        kept = next((agents for agents in further if keeps(agents)), None)
    smallest = None if kept is None else _smallest(kept, _least(question), step, points, keeps)
    by_formula = (
        agents
        for agents in range(low, high + 1)
        if (_formula(question, agents) or _NONE).service_level >= question.goal
    )
    return Curve(
        points=tuple(points[agents] for agents in sorted(points)),
        smallest=smallest,
        smallest_erlang_c=next(by_formula, None),
        calls=calls,
    )


_NONE = Formula(service_level=0.0, average_speed_of_answer_s=math.inf)


def _smallest(kept: int, least: int, step: int, tried: Container[int], keeps: Callable[[int], bool]) -> int:
    """From the smallest of the sizes tried that keeps the goal, downwards in wider and wider steps until one fails."""
    below = next((agents for agents in range(kept - 1, least - 1, -1) if agents in tried), None)
    while below is None or keeps(below):
        if (below or kept) == least:
            return least
        kept, below, step = below or kept, max(least, (below or kept) - step), step * 2
    return _between(below, kept, keeps)


def _least(question: CurveQuestion) -> int:
    """The smallest team whose queue does not grow for ever."""
    return math.floor(question.erlangs) + 1 if question.patience_s is None else 1


def _between(low: int, high: int, keeps: Callable[[int], bool]) -> int:
    """The smallest that keeps the goal, where ``high`` does and ``low`` does not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return high


def _reach(question: CurveQuestion) -> tuple[int, int]:
    """The smallest team worth drawing, and the largest: with it nearly all are answered in time."""
    whole = math.floor(question.erlangs)
    low = whole + 1 if question.patience_s is None else max(1, math.floor(0.75 * question.erlangs))
    high = max(low, whole + 1)
    while (_formula(question, high) or _NONE).service_level < max(_FULL, question.goal):
        high += 1
    return low, max(high, low + _FEWEST_BEYOND)


def _formula(question: CurveQuestion, agents: int) -> Formula | None:
    return erlang_c(agents, question.arrivals_per_hour, question.handle_s + question.wrap_up_s, question.target_s)


def _load(question: CurveQuestion, agents: int, calls: int) -> Load:
    return Load(
        agents=agents,
        arrivals_per_hour=question.arrivals_per_hour,
        handle_s=question.handle_s,
        wrap_up_s=question.wrap_up_s,
        patience_s=question.patience_s,
        target_s=question.target_s,
        calls=calls,
    )


def _point(question: CurveQuestion, agents: int, answer: StaffingAnswer) -> CurvePoint:
    settled = question.patience_s is not None or question.erlangs <= _SETTLED * agents
    said = _as_it_is if settled else _without_interval
    return CurvePoint(
        agents=agents,
        service_level=said(answer.service_level),
        average_speed_of_answer_s=said(answer.average_speed_of_answer_s),
        abandoned=said(answer.abandoned),
        occupancy=said(answer.occupancy),
        erlang_c=_formula(question, agents),
    )


def _as_it_is(figure: Estimated) -> Estimated:
    return figure


def _without_interval(figure: Estimated) -> Estimated:
    return Estimated(value=figure.value, low=None, high=None)


def main() -> int:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=CurveQuestion)
    sys.stdout.buffer.write(msgspec.json.encode(curve(question)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
