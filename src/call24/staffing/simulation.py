"""From a load to its figures: two parts, each with its own callers and warm-up, played in two processes when there is
enough to do; then batch means. The same load and seed give the same figures, on however many cores.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import NormalDist, fmean, stdev

from call24.staffing.model import BATCHES, LEVEL, WARM_UP, BatchOutcome, Estimated, Load, Played, StaffingAnswer
from call24.staffing.play import Progress, play

PARTS = 2
TWO_PROCESSES_FROM = 20_000
_OTHERS = multiprocessing.get_context("forkserver")
"""This process itself may have threads, which a fork would leave with their locks held."""
_OTHERS.set_forkserver_preload(["call24.staffing.play"])


def simulate(load: Load, progress: Progress | None = None) -> StaffingAnswer:
    """Raises: ValueError for a load under which the queue would grow for ever."""
    if load.grows_for_ever:
        raise ValueError("the queue grows for ever")
    calls, batches = load.calls // PARTS, BATCHES // PARTS
    if load.calls < TWO_PROCESSES_FROM:
        return _answer(load, [play(load, batches, calls, part) for part in range(PARTS)])
    with ProcessPoolExecutor(PARTS - 1, _OTHERS) as others:
        further = [others.submit(play, load, batches, calls, part) for part in range(1, PARTS)]
        first = play(load, batches, calls, 0, progress)
        return _answer(load, [first, *(one.result() for one in further)])


def _answer(load: Load, parts: Sequence[Played]) -> StaffingAnswer:
    batches = [batch for part in parts for batch in part.batches if batch.calls]
    waits = sorted(wait for part in parts for wait in part.waits)
    return StaffingAnswer(
        load=load,
        wait_probability=_estimated(batches, lambda one: _ratio(one.waited, one.calls)),
        service_level=_estimated(batches, lambda one: _ratio(one.in_time, one.answered + one.late)),
        average_speed_of_answer_s=_estimated(batches, lambda one: _ratio(one.wait_s, one.answered)),
        abandoned=_estimated(batches, lambda one: _ratio(one.abandoned, one.calls)),
        occupancy=_estimated(batches, lambda one: _ratio(one.busy_s, load.agents * (one.ended_s - one.began_s))),
        wait_p50_s=_percentile(waits, 0.50),
        wait_p95_s=_percentile(waits, 0.95),
        longest_wait_s=max(part.longest_s for part in parts),
        counted_calls=sum(batch.calls for batch in batches),
        warm_up_calls=PARTS * int(load.calls // PARTS * WARM_UP),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _percentile(ranked: Sequence[float], share: float) -> float:
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def _estimated(batches: Sequence[BatchOutcome], figure: Callable[[BatchOutcome], float | None]) -> Estimated:
    """The mean over the batches, and its interval by Student's t."""
    values = [value for batch in batches if (value := figure(batch)) is not None]
    if len(values) < 2:
        return Estimated(value=values[0] if values else None, low=None, high=None)
    mean = fmean(values)
    half = t_quantile(0.5 + LEVEL / 2, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Estimated(value=mean, low=mean - half, high=mean + half)


def t_quantile(share: float, degrees: int) -> float:
    """Of Student's t, within 0.2 % from five degrees of freedom on.

    Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
    """
    z = NormalDist().inv_cdf(share)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / degrees + g2 / degrees**2 + g3 / degrees**3 + g4 / degrees**4
