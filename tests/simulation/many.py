"""Many days, on two cores; and what they were, as figures."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.simulation.day import Day, Report

WORKERS = 2
FEW = 100
"""Of so many days, starting the workers would be a good part."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Days are full of trouble that the engine logs; and who is killed leaves coroutines that never ran."""
    logging.disable()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="coroutine .* was never awaited", category=RuntimeWarning)
            yield
    finally:
        logging.disable(logging.NOTSET)


def run_one(seed: int) -> Report:
    with quiet():
        return Day(seed).run()


def run_all(seeds: Sequence[int]) -> list[Report]:
    if len(seeds) < FEW:
        return [run_one(seed) for seed in seeds]
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(run_one, seeds, chunksize=5))


def figures(reports: Sequence[Report], seconds: float) -> dict[str, Any]:
    faults: Counter[str] = Counter()
    for report in reports:
        faults.update(report.faults)
    return {
        "seeds": len(reports),
        "seeds_failed": sum(report.broken is not None for report in reports),
        "failed_seeds": [report.seed for report in reports if report.broken],
        "calls": sum(report.calls for report in reports),
        "lives_of_call24": sum(report.lives for report in reports),
        "requests_to_asterisk": sum(report.requests for report in reports),
        "journal_events": sum(report.lines for report in reports),
        "faults_injected": sum(faults.values()),
        "faults": dict(sorted(faults.items())),
        "seconds": round(seconds, 1),
        "workers": WORKERS,
    }
