"""The staffing simulator: it agrees with the formulas where there are any, and says when a question has no answer."""

from __future__ import annotations

import json
from functools import cache

import msgspec
import pytest
from tests.support.documents import CHECKOUT, commands
from tests.support.routing.erlang import erlang_a, erlang_c

from call24.cli.__main__ import main
from call24.staffing import play
from call24.staffing.model import BATCHES, Estimated, Load
from call24.staffing.simulation import simulate, t_quantile

TEN = Load(agents=10, arrivals_per_hour=144, handle_s=200, calls=15_000)
answered = cache(simulate)


def holds(one: Estimated, expected: float) -> bool:
    assert one.low is not None and one.high is not None
    return one.low <= expected <= one.high


def test_erlang_c_is_inside_the_intervals() -> None:
    expected, answer = erlang_c(10, 144, 200, 20), answered(TEN)
    assert holds(answer.wait_probability, expected.waits)
    assert holds(answer.service_level, expected.service_level)
    assert holds(answer.average_speed_of_answer_s, expected.speed_of_answer_s)
    assert abs((answer.wait_probability.value or 0) - expected.waits) <= 0.02
    assert holds(answer.occupancy, 0.8)


def test_erlang_a_is_inside_the_intervals_where_callers_give_up() -> None:
    load = msgspec.structs.replace(TEN, arrivals_per_hour=190, patience_s=120)
    expected, answer = erlang_a(10, 190, 200, 120), answered(load)
    assert holds(answer.wait_probability, expected.waits)
    assert holds(answer.abandoned, expected.abandoned)


@pytest.mark.parametrize(
    "strategy",
    [
        "round_robin",
        pytest.param(
            "least_calls", marks=pytest.mark.long("test_who_gets_the_call_does_not_change_how_long_callers_wait")
        ),
    ],
)
def test_who_gets_the_call_does_not_change_how_long_callers_wait(strategy: str) -> None:
    load = msgspec.structs.replace(TEN, strategy=strategy, calls=5_000)
    like = answered(msgspec.structs.replace(TEN, calls=5_000))
    assert simulate(load).average_speed_of_answer_s.value == pytest.approx(like.average_speed_of_answer_s.value, 0.5)


def test_more_agents_wait_less_and_more_unequal_calls_make_callers_wait_longer() -> None:
    small = msgspec.structs.replace(TEN, calls=5_000)
    asa = answered(small).average_speed_of_answer_s.value or 0
    assert (simulate(msgspec.structs.replace(small, agents=12)).average_speed_of_answer_s.value or 0) < asa
    assert (simulate(msgspec.structs.replace(small, spread=3.0)).average_speed_of_answer_s.value or 0) > asa


def test_wrap_up_is_work() -> None:
    load = msgspec.structs.replace(TEN, handle_s=150, wrap_up_s=50, calls=5_000)
    assert simulate(load).occupancy.value == pytest.approx(0.8, abs=0.03)


def test_the_same_seed_gives_the_same_figures_in_one_process_and_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.staffing.simulation.TWO_PROCESSES_FROM", 100)
    two = simulate(msgspec.structs.replace(TEN, calls=2000))
    monkeypatch.undo()
    assert simulate(msgspec.structs.replace(TEN, calls=2000)) == two
    assert simulate(msgspec.structs.replace(TEN, calls=2000, seed=2)) != two


def test_the_production_routing_gives_each_call_to_an_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = 0
    real = play.CallRouter.decide

    def decide(router: play.CallRouter, now: play.datetime) -> object:
        nonlocal decided
        decided += 1
        return real(router, now)

    monkeypatch.setattr(play.CallRouter, "decide", decide)
    assert simulate(msgspec.structs.replace(TEN, calls=1000)).counted_calls <= 1000 <= decided


@pytest.mark.parametrize(("share", "degrees", "table"), [(0.975, 5, 2.571), (0.975, 19, 2.093), (0.95, 9, 1.833)])
def test_students_t_is_that_of_the_tables(share: float, degrees: int, table: float) -> None:
    assert t_quantile(share, degrees) == pytest.approx(table, rel=0.002)


# --- the command ---

ASKED = ["simulate", "--arrivals-per-hour", "144", "--handle-time", "200", "--calls", "2000"]


def test_the_command_prints_json_with_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--agents", "10", "--patience", "none", "--target", "20", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    for name in ("wait_probability", "service_level", "average_speed_of_answer_s", "abandoned", "occupancy"):
        assert said[name]["low"] <= said[name]["value"] <= said[name]["high"]
    assert said["confidence"] == {"level": 0.95, "method": "batch means", "batches": BATCHES}
    assert said["load"]["seed"] == 1 and said["warm_up_calls"] == 100


def test_the_command_prints_a_table_that_people_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--agents", "10"]) == 0
    said = capsys.readouterr().out
    assert "10 agents, 144 calls an hour, 8.0 agents' work" in said
    assert "answered within 20 s" in said


def test_a_range_shows_the_smallest_team_that_keeps_the_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--agents", "7..13"]) == 0
    said = capsys.readouterr().out
    assert said.count("<- the smallest") == 1
    assert "With fewer than 9 agents the queue grows without limit." in said
    assert main([*ASKED, "--agents", "9..9", "--json"]) == 0


@pytest.mark.long("test_a_range_shows_the_smallest_team_that_keeps_the_target")
@pytest.mark.long("test_the_command_prints_json_with_intervals")
def test_the_documented_question_is_answered_as_the_guide_shows(capsys: pytest.CaptureFixture[str]) -> None:
    command = next(line for line in commands("README.md") if " simulate " in line)
    assert command in commands("docs/guides/staffing.md")
    assert main(command.split()[1:]) == 0
    assert capsys.readouterr().out in (CHECKOUT / "docs" / "guides" / "staffing.md").read_text()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--agents", "8"], "grows without limit. Give at least 9"),
        (["--agents", "0"], "--agents"),
        (["--agents", "-3"], "--agents"),
        (["--agents", "1000000"], "from 1 to 10000"),
        (["--agents", "12..10"], "range such as 90..110"),
        (["--agents", "many"], "not a number"),
        (["--agents", "2.5"], "neither a number"),
        (["--agents", "1..500"], "at most 100 sizes"),
        (["--agents", "10", "--handle-time", "nan"], "--handle-time"),
        (["--agents", "10", "--patience", "-1"], "--patience"),
        (["--agents", "10", "--calls", "10"], "--calls"),
    ],
)
def test_what_has_no_answer_is_said_in_words(flags: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, *flags]) == 2
    assert words in capsys.readouterr().err
