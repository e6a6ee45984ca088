"""The curve of team sizes: which are tried, the smallest that keeps the goal, and the formula beside it."""

from __future__ import annotations

import msgspec
import pytest
from tests.support.routing.erlang import erlang_c as expected

from call24.staffing import curve as made
from call24.staffing.curve import ERLANGS_MAX, Simulate, curve
from call24.staffing.erlang import erlang_c
from call24.staffing.model import CurveQuestion, Estimated, Load, StaffingAnswer

ASKED = CurveQuestion(
    arrivals_per_hour=120, handle_s=240, wrap_up_s=60, patience_s=None, target_s=20, goal=0.8
)  # ten agents' work


def sure(value: float) -> Estimated:
    return Estimated(value=value, low=value, high=value)


def answered(load: Load, level: float) -> StaffingAnswer:
    nothing = dict.fromkeys(("wait_p50_s", "wait_p95_s", "longest_wait_s", "counted_calls", "warm_up_calls"), 0)
    return StaffingAnswer(
        load=load,
        service_level=sure(level),
        **{name: sure(0.5) for name in ("wait_probability", "average_speed_of_answer_s", "abandoned", "occupancy")},
        **nothing,
    )


def from_size(smallest: int, tried: list[int]) -> Simulate:
    def simulate(load: Load) -> StaffingAnswer:
        tried.append(load.agents)
        return answered(load, 0.9 if load.agents >= smallest else 0.1)

    return simulate


def test_the_formula_is_erlangs() -> None:
    for agents, arrivals, handle_s, target_s in ((10, 144, 200, 20), (100, 1620, 200, 20), (2, 20, 100, 0)):
        ours, theirs = erlang_c(agents, arrivals, handle_s, target_s), expected(agents, arrivals, handle_s, target_s)
        assert ours is not None
        assert ours.service_level == pytest.approx(theirs.service_level, abs=1e-12)
        assert ours.average_speed_of_answer_s == pytest.approx(theirs.speed_of_answer_s, abs=1e-9)
    assert erlang_c(8, 144, 200, 20) is None, "8 agents' work for 8 agents: the queue grows"


def test_callers_who_never_hang_up_are_tried_from_the_first_team_that_can_keep_up() -> None:
    tried: list[int] = []
    found = curve(ASKED, from_size(13, tried))
    assert tried[0] == 11 and found.points[0].agents == 11
    assert found.smallest == 13 and found.smallest_erlang_c == 14
    assert [point.agents for point in found.points] == sorted({point.agents for point in found.points})
    assert all(point.erlang_c is not None for point in found.points)


def test_callers_who_hang_up_are_tried_with_fewer_agents_than_the_work_and_the_formula_has_no_answer_there() -> None:
    tried: list[int] = []
    found = curve(msgspec.structs.replace(ASKED, patience_s=120), from_size(12, tried))
    assert found.points[0].agents < 10 and found.points[0].erlang_c is None
    assert found.points[-1].erlang_c is not None and found.smallest == 12


def test_a_large_team_is_tried_in_steps_and_the_smallest_is_found_between_them() -> None:
    tried: list[int] = []
    large = msgspec.structs.replace(ASKED, arrivals_per_hour=1200, patience_s=180)
    found = curve(large, from_size(101, tried))
    assert found.smallest == 101
    assert {100, 101} <= {point.agents for point in found.points}
    assert len(tried) == len(set(tried)) <= made.SIZES_MAX + 4
    assert len(tried) * found.calls < 250_000, "it is waited for"


def test_a_goal_that_no_team_keeps_is_said_to_be_kept_by_none() -> None:
    assert curve(ASKED, from_size(10_000, [])).smallest is None


def test_the_smallest_call_load_still_has_a_curve() -> None:
    tiny = msgspec.structs.replace(ASKED, arrivals_per_hour=1, handle_s=1, wrap_up_s=0)
    found = curve(tiny, from_size(1, []))
    assert found.smallest == 1 == found.smallest_erlang_c and len(found.points) >= 6


def test_the_largest_load_is_simulated_in_this_process_alone() -> None:
    most = msgspec.structs.replace(ASKED, arrivals_per_hour=ERLANGS_MAX * 12)
    assert most.erlangs == ERLANGS_MAX
    assert curve(most, from_size(160, [])).calls < 20_000, "from there on a second process would be started"


def test_the_smallest_team_is_looked_for_below_those_that_are_drawn_until_one_fails() -> None:
    patient = msgspec.structs.replace(ASKED, arrivals_per_hour=1200, patience_s=60)
    assert curve(patient, from_size(31, [])).smallest == 31, "it is drawn from 75 on"
    assert curve(patient, from_size(1, [])).smallest == 1
    assert curve(ASKED, from_size(1, [])).smallest == 11, "with ten the queue grows for ever"


def test_the_largest_team_is_tried_too_and_some_beyond_it_while_none_keeps_the_goal() -> None:
    tried: list[int] = []
    large = msgspec.structs.replace(ASKED, arrivals_per_hour=1200, patience_s=180)
    curve(large, from_size(80, tried))
    high = max(tried)
    assert curve(large, from_size(high, [])).smallest == high
    found = curve(large, from_size(high + 1, []))
    assert found.smallest == high + 1
    tried.clear()
    assert curve(large, from_size(10_000, tried)).smallest is None
    assert len([agents for agents in tried if agents > high]) == 4


def test_what_has_not_settled_has_no_interval() -> None:
    near = msgspec.structs.replace(ASKED, arrivals_per_hour=236)  # 19.67 agents' work: 0.98 of 20, 0.94 of 21
    [first, second, *_] = curve(near, from_size(21, [])).points
    assert (first.agents, first.service_level.value, first.service_level.low) == (20, 0.1, None)
    assert first.occupancy.high is None
    assert (second.agents, second.service_level.low) == (21, 0.9)
    hanging_up = curve(msgspec.structs.replace(near, patience_s=60), from_size(21, []))
    assert all(point.service_level.low is not None for point in hanging_up.points)
