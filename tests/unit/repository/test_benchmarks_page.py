"""The page of benchmarks is made from the raw figures as they are kept; each bench that is named is there."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import bson
import msgspec
import pytest
from bench.__main__ import MEASURED, NAMES
from bench.added_delay import histogram
from bench.call_rate import RATES, highest, next_rate
from bench.erlang_c import figures_of
from bench.figure import Figure, percentile
from bench.history_growth import exponent
from bench.history_records import template
from bench.history_stock import Template
from bench.soak import slope
from bson.codec_options import CodecOptions

from call24.call_records.history_row import FiledRow, row_of, unpacked
from call24.call_records.model import CallRecord

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_benchmarks", CHECKOUT / "docs" / "build_benchmarks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_benchmarks_is_up_to_date(builder: ModuleType) -> None:
    kept, made = (builder.without_marks(page) for page in (builder.PAGE.read_text(), builder.page()))
    assert kept == made, "run .venv/bin/python docs/build_benchmarks.py"


def test_figures_older_than_the_code_that_they_measure_are_marked(builder: ModuleType) -> None:
    """What is measured now is older than nothing; what was measured before all code is older than all of it."""
    assert builder._since("2037-01-01T00:00:00+00:00", "fanout") == ""
    assert re.fullmatch(
        r" \*\*Older than the code: [1-9]\d* commits changed it since\.\*\*",
        builder._since("2001-01-01T00:00:00+00:00", "fanout"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_a_bench_measures_is_there(name: str) -> None:
    assert all((CHECKOUT / "src" / "call24" / folder).is_dir() for folder in MEASURED[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_bench_that_is_named_can_be_run(name: str) -> None:
    measure = importlib.import_module(f"bench.{name.replace('-', '_')}").measure
    assert "quick" in inspect.signature(measure).parameters, "each has a short form"


def test_a_ratio_of_costs_says_how_much_cheaper_we_are() -> None:
    assert Figure("cost", 50.0, "ms", ">= 0.80", peer=25.0, turned=True).ratio == 0.5
    assert Figure("speed", 50.0, "/s", ">= 0.80", peer=25.0).ratio == 2.0


def test_a_percentile_is_the_nearest_rank() -> None:
    assert [percentile(range(1, 101), share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]


@pytest.mark.parametrize("most", [0, 10, 35, 100, 400])
def test_the_highest_rate_is_found_in_five_steps_whatever_it_is(most: int) -> None:
    steps: list[dict[str, Any]] = []
    while (rate := next_rate(steps)) is not None:
        steps.append({"rate": rate, "held": rate <= most})
    assert len(steps) <= 5
    assert highest(steps) == max((rate for rate in RATES if rate <= most), default=0)


def test_growth_is_read_off_the_second_half_alone() -> None:
    warming_up = [{"at_s": at, "mb": at} for at in range(0, 3600, 60)]
    flat = [{"at_s": at, "mb": 3600} for at in range(3600, 7200, 60)]
    leaking = [{"at_s": at, "mb": 3600 + at / 360} for at in range(3600, 7200, 60)]
    assert slope([*warming_up, *flat], "mb") == pytest.approx(0)
    assert slope([*warming_up, *leaking], "mb") == pytest.approx(10)


def test_every_delay_is_in_one_place_of_the_histogram() -> None:
    found = histogram([0.4, 1.0, 1.2, 199.0, 5000.0])
    assert {edge: count for edge, count in found.items() if count} == {"<= 1": 2, "<= 2": 1, "<= 200": 1, "more": 1}


def test_the_exponent_of_growth_is_one_in_proportion_and_zero_without_growth() -> None:
    assert exponent((100, 1000, 10_000), [5.0, 5.0, 5.0]) == 0
    assert exponent((100, 1000, 10_000), [1.0, 10.0, 100.0]) == 1
    assert exponent((100, 1000, 10_000), [4.0, 4.0, 8.0]) == 0.151


def test_a_record_of_the_stock_is_the_model_s_moved_in_time_with_another_id_and_caller() -> None:
    record = template(random.Random(1), 7, datetime(2026, 1, 1, tzinfo=UTC))
    raw = Template(record).moved(5000, f"call_{8:026}", f"ctc_{3:026}")
    decoded = bson.decode(raw, CodecOptions(tz_aware=True, tzinfo=UTC))
    moved = msgspec.convert({"id": decoded.pop("_id"), **decoded}, CallRecord)
    assert (moved.id, moved.contact_id) == (f"call_{8:026}", f"ctc_{3:026}")
    by = timedelta(seconds=5)
    for name in ("arrived_at", "queued_at", "ended_at", "delete_at"):
        assert getattr(moved, name) == getattr(record, name) + by
    assert [each.at for each in moved.offers] == [each.at + by for each in record.offers]
    assert [each.joined_at for each in moved.queues] == [each.joined_at + by for each in record.queues]
    assert moved.talk_s == record.talk_s and moved.line == record.line
    assert moved.row is not None and moved.found_in == record.found_in
    assert unpacked(FiledRow(id=moved.id, arrived_at=moved.arrived_at, row=moved.row)) == row_of(moved)


def test_the_simulated_figures_hold_with_the_formula_inside_near_enough_and_in_time() -> None:
    def held(waits: float, level: float, asa: float, took_s: float) -> list[bool]:
        told = {"wait_probability": waits, "service_level": level, "average_speed_of_answer_s": asa}
        answer = {name: {"value": x, "low": x * 0.95, "high": x * 1.05} for name, x in told.items()}
        return [figure.passed for figure in figures_of(answer, took_s)]

    assert held(0.217, 0.92, 4.3, 119) == [True] * 5
    assert held(0.217, 0.92, 4.3, 121) == [False, True, True, True, True]
    assert held(0.24, 0.92, 4.3, 60) == [True, False, False, True, True]
    assert held(0.217, 0.86, 5.3, 60) == [True, True, True, False, False]
