"""What is asked of the staffing simulator and what it answers. Frozen data; who plays it through is ``play.py``, and
who goes through several team sizes ``curve.py``."""

from __future__ import annotations

from array import array

import msgspec

from call24.queues.model import Strategy

BATCHES = 20
"""Confidence intervals come from the means of so many batches of calls, one after the other."""
LEVEL = 0.95
WARM_UP = 0.05
"""The share of the calls that is left out, because the day begins with an empty queue."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One queue whose agents all take calls. Times in seconds.

    ``spread``: of handle times, relative to their mean (log-normal); None: exponential. ``patience_s``: the mean of the
    exponential time after which a caller gives up; None: never. ``target_s``: answered within this is in time.
    """

    agents: int
    arrivals_per_hour: float
    handle_s: float
    wrap_up_s: float = 0.0
    spread: float | None = None
    patience_s: float | None = None
    target_s: float = 20.0
    strategy: Strategy = "longest_idle"
    calls: int = 200_000
    seed: int = 1

    @property
    def erlangs(self) -> float:
        """How many agents' work the callers ask for."""
        return self.arrivals_per_hour / 3600 * (self.handle_s + self.wrap_up_s)

    @property
    def grows_for_ever(self) -> bool:
        return self.patience_s is None and self.erlangs >= self.agents


class BatchOutcome(msgspec.Struct):
    """What became of the calls of one batch. ``busy_s``: agents' work on them."""

    calls: int = 0
    waited: int = 0
    answered: int = 0
    in_time: int = 0
    late: int = 0
    abandoned: int = 0
    wait_s: float = 0.0
    busy_s: float = 0.0
    began_s: float = 0.0
    ended_s: float = 0.0


class Played(msgspec.Struct):
    """``waits``: of those who were answered, in seconds. ``longest_s``: also of those who gave up."""

    batches: list[BatchOutcome]
    waits: array[float]
    longest_s: float


class Estimated(msgspec.Struct, frozen=True, kw_only=True):
    """A figure and the interval that holds its true value in ``LEVEL`` of all runs. None: nothing to take it from."""

    value: float | None
    low: float | None
    high: float | None


class StaffingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    load: Load
    wait_probability: Estimated
    service_level: Estimated
    average_speed_of_answer_s: Estimated
    abandoned: Estimated
    occupancy: Estimated
    wait_p50_s: float
    wait_p95_s: float
    longest_wait_s: float
    counted_calls: int
    warm_up_calls: int


class CurveQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """How many agents answer ``goal`` (a share) of the calls within ``target_s``. The rest as in ``Load``."""

    arrivals_per_hour: float
    handle_s: float
    wrap_up_s: float
    patience_s: float | None
    target_s: float
    goal: float

    @property
    def erlangs(self) -> float:
        return self.arrivals_per_hour / 3600 * (self.handle_s + self.wrap_up_s)


class Formula(msgspec.Struct, frozen=True, kw_only=True):
    """What Erlang C says of a size."""

    service_level: float
    average_speed_of_answer_s: float


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """``erlang_c`` None: with so few agents the formula's queue grows for ever."""

    agents: int
    service_level: Estimated
    average_speed_of_answer_s: Estimated
    abandoned: Estimated
    occupancy: Estimated
    erlang_c: Formula | None


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """``smallest``: the smallest team that keeps the goal as simulated, ``smallest_erlang_c`` as the formula has it.
    None: none of those that were tried. ``calls``: simulated for each point."""

    points: tuple[CurvePoint, ...]
    smallest: int | None
    smallest_erlang_c: int | None
    calls: int
