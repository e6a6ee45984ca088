"""Days of a contact centre, each with troubles of its own; and that the days are what they claim to be.

200 of them in each run; CALL24_SIMULATED_DAYS asks for more.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.simulation import faults
from tests.simulation.day import Day, Report
from tests.simulation.faults import NONE, Faults
from tests.simulation.found import OPEN, SEEDS
from tests.simulation.link import COMMON
from tests.simulation.many import quiet, run_all
from tests.simulation.world import DAY_S, START

from call24.kit.ids import TenantId

CHECKOUT = Path(__file__).resolve().parents[2]
DAYS = int(os.environ.get("CALL24_SIMULATED_DAYS", "200"))
SELVES = 8
PAIRS = 30
OURS, THEIRS = TenantId("ten_a"), TenantId("ten_b")


def told(report: Report) -> str:
    return f"seed {report.seed}: {report.broken}\n    .venv/bin/python -m tests.simulation {report.seed}"


def test_nothing_is_lost_left_over_or_forgotten_on_any_day() -> None:
    seeds = [*SEEDS, *(seed for seed in range(DAYS) if seed not in SEEDS | OPEN)]
    broken = [told(report) for report in run_all(seeds) if report.broken]
    assert not broken, "\n".join(broken)


def test_a_seed_is_the_same_day_in_every_process() -> None:
    words = [sys.executable, "-m", "tests.simulation", "--digests", "0", str(SELVES)]
    told = [
        subprocess.run(
            words, cwd=CHECKOUT, env={**os.environ, "PYTHONHASHSEED": which}, capture_output=True, text=True, check=True
        ).stdout
        for which in ("1", "2")
    ]
    assert len(told[0].splitlines()) == SELVES
    assert told[0] == told[1]


def test_days_are_not_all_alike() -> None:
    with quiet():
        assert len({Day(seed).run().digest for seed in range(4)}) == 4


def test_what_goes_wrong_with_one_organisation_does_not_reach_the_other() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context) as pool:
        for seed, (alone, beside) in enumerate(pool.map(_both, range(PAIRS))):
            assert len(alone) > 50
            assert alone == beside, f"seed {seed}"


def _both(seed: int) -> tuple[list[str], list[str]]:
    bad = faults.chosen(Day(seed, only="b").world.random("bad"), all_share=False)
    # What is asked for both at once takes as long whether the other is asked about or not.
    calm = {OURS: NONE, COMMON: Faults(varied=False), THEIRS: NONE}
    with quiet():
        return _journal(Day(seed, only="a", troubles=calm)), _journal(Day(seed, troubles={**calm, THEIRS: bad}))


def _journal(day: Day) -> list[str]:
    """Our lines, with ids as the order in which they first appear: those of both come from one stream."""
    assert day.run().broken is None
    seen: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return seen.setdefault(found.group(), f"id{len(seen)}")

    closing = START + timedelta(seconds=DAY_S)
    lines = [line for line in day.store.lines if line.tenant_id == OURS and line.at < closing]
    texts = [f"{line.at} {msgspec.json.encode(line.body).decode()}" for line in lines]
    return [re.sub(r"[0-9a-z]{26}m?", numbered, text) for text in texts]


@pytest.mark.parametrize("seed", [3])
def test_a_day_says_what_happened_in_it(seed: int) -> None:
    with quiet():
        report = Day(seed, traced=True).run()
    assert report.calls > 10
    assert report.requests > 300
    assert any("StasisStart" in line for line in report.trace)
