"""The capacity bench: its staircase and pass line, what it counts, the model of machines, and the page made of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bench import capacity_model as model
from bench.__main__ import NAMES
from bench.capacity_calls import step_of
from bench.capacity_realtime import arrivals, events_of, never
from bench.counted_audio import Arrivals, CountedStream
from bench.meter import shares
from bench.staircase import highest, judged, missed, next_load

from call24.testphones.rtp import Silence

CHECKOUT = Path(__file__).resolve().parents[3]
LOADS = (10, 20, 30, 40, 60, 80, 100, 150, 200)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_capacity", CHECKOUT / "docs" / "build_capacity.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the staircase and the pass line ---


@pytest.mark.parametrize("most", [5, 10, 35, 60, 100, 200, 900])
def test_the_highest_load_that_passes_is_found_and_none_far_above_it_is_tried(most: int) -> None:
    steps: list[dict[str, Any]] = []
    while (load := next_load(LOADS, steps)) is not None:
        steps.append({"load": load, "passed": load <= most})
    best = highest(steps)
    assert (best["load"] if best else 0) == max((load for load in LOADS if load <= most), default=0)
    assert len({step["load"] for step in steps}) == len(steps) <= 7, "none is tried twice"
    above = [step["load"] for step in steps if not step["passed"]]
    assert all(LOADS.index(load) - sum(each <= most for each in LOADS) < 2 for load in above)


def test_what_passed_above_a_load_that_missed_does_not_count() -> None:
    steps = [{"load": 10, "passed": True}, {"load": 20, "passed": False}, {"load": 30, "passed": True}]
    assert highest(steps) == steps[0]
    assert highest(steps[1:]) is None
    assert next_load((10, 20, 30), steps) is None


WELL = {"setup_p95_ms": 300.0, "calls": 2000, "failed": 1, "rtp_lost": 0, "cpu_share": 0.79, "carried": 0.95}


def test_a_step_at_the_edge_of_the_pass_line_passes() -> None:
    assert missed(WELL) == []
    assert judged(WELL)["passed"] is True


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ({"setup_p95_ms": 300.1}, "set-up p95 300 ms"),
        ({"failed": 2}, "2 of 2000 calls failed"),
        ({"calls": 40, "failed": 1}, "1 of 40 calls failed"),
        ({"rtp_lost": 1}, "1 RTP packets lost"),
        ({"cpu_share": 0.8}, "servers used 80% of the CPU"),
        ({"carried": 0.94}, "only 94% of the load was there"),
        ({"event_p95_ms": 301.0}, "event p95 301 ms"),
        ({"events_lost": 3}, "3 events lost"),
    ],
)
def test_each_part_of_the_pass_line_is_missed_by_itself(worse: dict[str, Any], why: str) -> None:
    step = judged({**WELL, **worse})
    assert (step["passed"], step["missed"]) == (False, [why])


def test_servers_may_use_a_share_of_what_the_generator_leaves() -> None:
    """20 s on two cores: 16 s of the servers, of 40 - 20 that the generator has left."""
    spent = {"server": 6.0, "asterisk": 10.0, "generator": 20.0, "idle": 1.0, "seconds": 20.0}
    found = shares(spent, 2)
    assert found["cpu_share"] == 0.8
    assert (found["servers"], found["generator"], found["elsewhere"], found["server"]) == (0.8, 1.0, 0.15, 0.3)
    assert shares({**spent, "generator": 45.0}, 2)["cpu_share"] > 1, "a generator that takes all leaves nothing"


# --- what is counted ---


def _lost(*runs: tuple[bytes, list[int]]) -> tuple[int, int]:
    counted = Arrivals()
    for source, numbers in runs:
        for number in numbers:
            counted.take(source, number)
    return counted.received, counted.lost


def test_loss_is_counted_by_sequence_numbers_over_their_end_and_over_sources() -> None:
    assert _lost((b"a", [65534, 65535, 0, 1])) == (4, 0)
    assert _lost((b"a", [65534, 1])) == (2, 2)
    assert _lost((b"a", [1, 2, 4, 3, 5])) == (5, 0), "late is not lost"
    assert _lost((b"a", [1, 2, 5])) == (3, 2)
    assert _lost((b"a", [1, 3]), (b"b", [900, 902])) == (4, 2), "a new source begins anew, what was lost before counts"
    assert _lost() == (0, 0)


async def test_a_packet_that_is_lost_on_the_way_is_counted_at_both_counters_and_one_renumbered_at_one() -> None:
    sent: list[bytes] = []
    speaks, hears = CountedStream(sent.append, Silence()), CountedStream(sent.append, Silence())
    for _ in range(5):
        speaks._tick()
    for packet in (sent[0], sent[1], sent[3], sent[4]):
        hears.receive(packet)
    assert hears.counts() == {
        "sent": 0, "received": 4, "lost": 1, "lost_on_the_way": 1, "heard": 4, "unreadable": 0, "silent": 0,
    }  # fmt: skip
    assert (speaks.counts()["sent"], speaks.counts()["silent"]) == (5, 1), "it has spoken and heard nothing"
    assert {len(packet) for packet in sent} == {172}
    renumbered = CountedStream(sent.append, Silence())
    for place, packet in enumerate((sent[0], sent[2])):
        renumbered.receive(packet[:2] + place.to_bytes(2, "big") + packet[4:])
    assert (renumbered.by_sequence.lost, renumbered.by_number.lost) == (0, 1)
    renumbered.receive(b"\x80\xc8" + sent[0][2:])
    assert renumbered.by_sequence.received == 2, "RTCP is no packet of sound"


def _told(rang: list[tuple[str, float]], dialled: list[tuple[str, float]], **more: Any) -> dict[str, Any]:
    rtp = {"sent": 9, "received": 9, "lost": 0, "lost_on_the_way": 0, "heard": 9, "unreadable": 0, "silent": 0}
    agents = {"rang": rang, "failed": 0, "rtp": {**rtp, **more.get("agents", {})}, "talk_s": 10.0}
    callers = {"dialled": dialled, "answer_ms": [5.0], "failed": more.get("failed", {}), "rtp": rtp}
    return {"agents": agents, "callers": callers, "latest_packet_ms": 1.0}


def test_a_step_lays_together_what_several_generators_saw() -> None:
    one = _told([("2", 10.1)], [("1", 10.0)], agents={"lost": 2, "silent": 1})
    two = _told([("1", 10.2)], [("2", 10.0), ("3", 10.0)])
    step = step_of([one, two], calls=2, steady_s=10.0)
    assert (step["calls"], step["failed"], step["failures"]) == (
        3,
        2,
        {"no agent rang": 1, "heard nothing": 1},
    )
    assert (step["setup_p50_ms"], step["setup_max_ms"]) == (100.0, 200.0)
    assert (step["talking"], step["carried"], step["rtp_lost"]) == (2.0, 1.0, 2)


def test_events_are_counted_at_each_socket_by_their_journal_line() -> None:
    heard = {"usr_a": [(10.1, 1), (10.3, 1), (20.1, 2)], "usr_b": [(30.0, 3), (30.2, 3), (30.2, 3)]}
    assert never(arrivals(heard), 2) == 1
    found = events_of(heard, {1: 10.0, 2: 20.0, 3: 30.0}, 2)
    assert (found["events"], found["deliveries"], found["events_lost"]) == (3, 5, 1)
    assert found["event_p95_ms"] == pytest.approx(300.0)


# --- the model ---


def _calls(*steps: tuple[float, float, float]) -> dict[str, Any]:
    """`steps`: calls that talk, cores of Asterisk and of the server."""
    made = [
        {"passed": True, "talking": talking, "cpu": {"asterisk": asterisk, "server": server, "idle": 1.0}}
        for talking, asterisk, server in steps
    ]
    return {"talk_s": 30.0, "steps": {"ours": made}}


def test_set_up_and_second_are_told_apart_by_calls_of_two_lengths() -> None:
    def blocks(asterisk: float, server: float) -> dict[str, Any]:
        return {"ours": [{"asterisk": asterisk, "server": server, "calls": 100, "lasted_s": 10.0}]}

    raw = {
        "idle": {"asterisk": 0.01, "server": 0.0},
        "loads": {"1 s": {"talk_s": 1}, "20 s": {"talk_s": 20}},
        "blocks": {"1 s": blocks(2.6, 1.7), "20 s": blocks(12.1, 2.1)},
    }
    setup = model.setup_costs(raw)
    assert setup == pytest.approx({"asterisk": 20.0, "server": 16.79, "mongod": 0.0, "others": 0.0}, abs=0.01)
    second = model.second_costs(_calls((10, 0.1, 0.02), (20, 0.18, 0.03)), setup)
    assert second["asterisk"] == pytest.approx(8.0 - 20.0 / 30)
    assert second["server"] == pytest.approx(1.0 - 16.79 / 30, abs=0.01)


def test_a_machine_ends_where_its_cores_do_and_the_engine_where_one_does() -> None:
    setup = {"asterisk": 20.0, "server": 18.0, "mongod": 6.0, "others": 0.0}
    second = {"asterisk": 7.0, "server": 0.2, "mongod": 0.1, "others": 0.0}
    small = model.carried(2, setup, second, 60)
    assert (small.most, small.bound) == (199, "all cores")  # 1,600 ms of 8.03 a call
    big = model.carried(16, setup, second, 60)
    assert (big.calls, big.bound) == (pytest.approx(8 * small.calls), "all cores")
    huge = model.carried(32, setup, second, 60)
    assert (huge.most, huge.bound) == (1600, "engine")  # 800 ms of 0.5 a call
    cpu = {"seconds": 5.0, "server": 0.5, "asterisk": 0.5}
    rate = {"steps": {"ours": [{"load": 50, "passed": True, "calls": 250, "cpu": cpu}]}}
    assert model.setups(2, rate) == (pytest.approx(80), pytest.approx(80))
    assert model.setups(16, rate) == (pytest.approx(640), pytest.approx(80))


def test_agents_of_one_organisation_cost_by_their_square_and_those_of_many_in_proportion() -> None:
    steps = [
        {"passed": True, "load": n, "calls": 40, "events": 160, "deliveries": 160 * n,
         "cpu": {"seconds": 10.0, "server": 0.06 + 16 * n * 10e-6}}
        for n in (100, 200)
    ]  # fmt: skip
    apps = model.apps_of({"steps": steps})
    assert apps == pytest.approx((0.010, 4.0, 15.0))
    alone = model.agents(apps, 0.0, 180, 60, None)
    talking = alone / 240 * (15.0 + 4 * 0.010 * alone)
    assert talking == pytest.approx(800, rel=0.01)
    assert model.agents(apps, 0.0, 180, 60, 50) == int(800 / ((15 + 4 * 0.010 * 50) / 240))


# --- the page ---


def test_the_page_of_capacity_is_up_to_date(builder: ModuleType) -> None:
    assert builder.PAGE.read_text() == builder.page(), "run .venv/bin/python docs/build_capacity.py"


def test_each_idea_is_for_a_bench_and_what_falls_short_has_its_own(
    builder: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(builder.ideas()) <= set(NAMES)
    figure = {"what": "speed", "ours": 3.0, "unit": "ms", "target": "<= 2", "passed": False, "peer": None}
    monkeypatch.setattr(builder, "short", lambda: {"purge": [figure], "fanout": [figure]})
    page = builder.page()
    assert f"**[purge](benchmarks.md#purge)** speed: 3 ms (target <= 2).\n\n{builder.ideas()['purge']}" in page
    assert "**[fanout](benchmarks.md#fanout)** speed: 3 ms (target <= 2).\n\nNo idea yet." in page
    assert builder.ideas()["call-rate"] not in page
