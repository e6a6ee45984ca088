"""Days of a contact centre, each with troubles of its own; and that the days are what they claim to be.

25 of them in each run, 200 in the campaign of long forms; CALL24_SIMULATED_DAYS asks for more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
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
DAYS = int(os.environ.get("CALL24_SIMULATED_DAYS", "25"))
MANY_DAYS = max(DAYS, 200)
SELVES = 2
PAIRS = 3
MANY_PAIRS = 30
OURS, THEIRS = TenantId("ten_a"), TenantId("ten_b")


def told(report: Report) -> str:
    return f"seed {report.seed}: {report.broken}\n    .venv/bin/python -m tests.simulation {report.seed}"


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param([*SEEDS, *(seed for seed in range(DAYS) if seed not in SEEDS | OPEN)], id="days"),
        pytest.param(
            [seed for seed in range(DAYS, MANY_DAYS) if seed not in SEEDS | OPEN],
            id="more days",
            marks=pytest.mark.long("test_nothing_is_lost_left_over_or_forgotten_on_any_day"),
        ),
    ],
)
def test_nothing_is_lost_left_over_or_forgotten_on_any_day(seeds: list[int]) -> None:
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


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(PAIRS), id="pairs"),
        pytest.param(
            range(PAIRS, MANY_PAIRS),
            id="more pairs",
            marks=pytest.mark.long("test_what_goes_wrong_with_one_organisation_does_not_reach_the_other"),
        ),
    ],
)
def test_what_goes_wrong_with_one_organisation_does_not_reach_the_other(seeds: range) -> None:
    for seed in seeds:
        alone, beside = _both(seed)
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
