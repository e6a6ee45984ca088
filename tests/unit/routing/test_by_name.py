"""Who takes which call, case by case: strategies, skills, the agent of the last talk, call-backs, direct ringing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.routing.situations import (
    ANN,
    BOB,
    CY,
    DEE,
    EVERYBODY,
    NOW,
    SALES,
    codes,
    given_to,
    member,
    only,
    session,
    sessions,
    team,
    waiting,
)

from call24.agents.model import UNREACHABLE, VANISHED, AgentState, Next
from call24.kit.ids import CallId
from call24.queues.model import Strategy
from call24.routing.rules import decide
from call24.tenants.skills import SkillNeed

CALL_1, CALL_2 = CallId("call_1"), CallId("call_2")
GERMAN = SkillNeed(name="german", level=5)
GERMAN_FOR_A_MINUTE = SkillNeed(name="german", level=5, relax_after_s=60)


def ago(seconds: float) -> timedelta:
    return timedelta(seconds=-seconds)


# --- who waits longest, who is idle longest ---


def test_three_callers_and_three_agents_are_matched_by_waiting_and_by_idleness() -> None:
    calls = [waiting(1, waited_s=5), waiting(2, waited_s=30), waiting(3, waited_s=20)]
    theirs = sessions(session(ANN, idle_s=10), session(BOB, idle_s=90), session(CY, idle_s=50))
    given = given_to(decide(calls, EVERYBODY, theirs, NOW))
    assert given == {CallId("call_2"): (BOB,), CallId("call_3"): (CY,), CallId("call_1"): (ANN,)}


def test_the_agent_idle_the_longest_is_not_the_first_by_name() -> None:
    theirs = sessions(session(ANN, idle_s=1), session(DEE, idle_s=2))
    assert only(decide([waiting(1)], EVERYBODY, theirs, NOW)).agent_ids == (DEE,)


def test_a_paused_agent_is_reason_to_wait_and_an_unreachable_one_is_not() -> None:
    lunch = sessions(session(ANN, AgentState.PAUSED, reason="lunch"))
    assert decide([waiting(1)], EVERYBODY, lunch, NOW).hopeless == ()
    away = sessions(session(ANN, AgentState.PAUSED, reason=UNREACHABLE))
    assert decide([waiting(1)], EVERYBODY, away, NOW).hopeless == (CALL_1,)


def test_callers_wait_for_an_agent_whose_phone_is_awaited_and_are_not_offered_to_it() -> None:
    away = sessions(session(ANN, phone_awaited_until=NOW))
    decision = decide([waiting(1)], EVERYBODY, away, NOW)
    assert (decision.hopeless, decision.matches) == ((), ())
    both = sessions(session(ANN, idle_s=90, phone_awaited_until=NOW), session(BOB))
    match = only(decide([waiting(1)], team(ANN, BOB), both, NOW))
    assert codes(match) == {ANN: "no_phone", BOB: "idle_longest"}


# --- strategies ---


def test_round_robin_goes_to_whom_nothing_was_offered_for_longest_however_idle() -> None:
    theirs = sessions(
        session(ANN, idle_s=90, last_offered_at=NOW + ago(10)),
        session(BOB, idle_s=1, last_offered_at=NOW + ago(80)),
        session(CY, idle_s=50, last_offered_at=NOW + ago(20)),
    )
    match = only(decide([waiting(1)], team(ANN, BOB, CY, strategy="round_robin"), theirs, NOW))
    assert codes(match) == {ANN: "offered_later", BOB: "its_turn", CY: "offered_later"}


def test_round_robin_begins_with_those_who_had_no_offer_yet() -> None:
    theirs = sessions(session(ANN, last_offered_at=NOW + ago(900)), session(BOB, idle_s=2), session(CY, idle_s=1))
    match = only(decide([waiting(1)], team(ANN, BOB, CY, strategy="round_robin"), theirs, NOW))
    assert codes(match) == {ANN: "offered_later", BOB: "its_turn", CY: "idle_shorter"}


def test_least_calls_goes_to_who_took_the_fewest_and_among_equals_to_the_longest_idle() -> None:
    theirs = sessions(session(ANN, idle_s=90, taken=4), session(BOB, idle_s=5, taken=1), session(CY, idle_s=9, taken=1))
    match = only(decide([waiting(1)], team(ANN, BOB, CY, strategy="least_calls"), theirs, NOW))
    assert codes(match) == {ANN: "more_calls", BOB: "idle_shorter", CY: "fewest_calls"}


def test_ring_all_rings_all_who_are_free_at_once_and_a_second_caller_gets_none_of_them() -> None:
    theirs = sessions(session(ANN), session(BOB), session(CY, AgentState.ON_CALL))
    calls = [waiting(1, waited_s=20), waiting(2, waited_s=10)]
    decision = decide(calls, team(ANN, BOB, CY, strategy="ring_all"), theirs, NOW)
    match = only(decision)
    assert (match.call_id, set(match.agent_ids)) == (CALL_1, {ANN, BOB})
    assert codes(match) == {ANN: "ring_all", BOB: "ring_all", CY: "on_call"}
    assert decision.hopeless == ()


def test_after_nobody_answered_all_are_rung_again_five_seconds_later() -> None:
    theirs = sessions(session(ANN), session(BOB))
    call = waiting(1, tried=(ANN, BOB), tried_at=NOW)
    teams = team(ANN, BOB, strategy="ring_all")
    decision = decide([call], teams, theirs, NOW)
    assert (decision.matches, decision.look_again_at) == ((), NOW + timedelta(seconds=5))
    again = only(decide([call], teams, theirs, NOW + timedelta(seconds=5)))
    assert codes(again) == {ANN: "second_try", BOB: "second_try"}


# --- across queues ---


def test_an_agent_of_two_queues_gets_the_caller_who_waits_longest_in_either() -> None:
    teams = team(ANN) | team(ANN, queue=SALES)
    calls = [waiting(1, waited_s=5), waiting(2, waited_s=9, queue=SALES)]
    assert given_to(decide(calls, teams, sessions(session(ANN)), NOW)) == {CALL_2: (ANN,)}
    both = team(ANN, BOB) | team(ANN, queue=SALES)
    first, second = decide(calls, both, sessions(session(ANN, idle_s=9), session(BOB)), NOW).matches
    assert first.agent_ids == (ANN,)
    assert codes(second) == {ANN: "just_taken", BOB: "idle_longest"}


def test_a_higher_priority_goes_before_a_longer_wait_and_the_other_one_is_told_so() -> None:
    teams = team(ANN, BOB) | team(ANN, queue=SALES)
    calls = [waiting(1, waited_s=500), waiting(2, waited_s=1, queue=SALES, priority=5)]
    first, second = decide(calls, teams, sessions(session(ANN, idle_s=9), session(BOB, idle_s=5)), NOW).matches
    assert (first.call_id, first.agent_ids) == (CALL_2, (ANN,))
    assert codes(second) == {ANN: "lower_priority", BOB: "idle_longest"}


def test_who_was_taken_for_a_more_urgent_call_is_so_for_every_later_call_of_a_lower_priority() -> None:
    teams = team(ANN, BOB) | team(ANN, queue=SALES)
    urgent = waiting(1, queue=SALES, priority=5)
    refused = waiting(2, waited_s=5, priority=5, tried=(BOB,), tried_at=NOW)
    calls = [urgent, refused, waiting(3)]
    _, last = decide(calls, teams, sessions(session(ANN), session(BOB)), NOW).matches
    assert codes(last) == {ANN: "lower_priority", BOB: "idle_longest"}


# --- who refused ---


def test_a_refused_caller_goes_to_the_next_agent() -> None:
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=1))
    call = waiting(1, tried=(ANN,), tried_at=NOW)
    match = only(decide([call], EVERYBODY, theirs, NOW))
    assert codes(match) == {ANN: "declined_before", BOB: "idle_longest", CY: "offline", DEE: "offline"}


def test_a_refused_caller_waits_five_seconds_for_the_same_agent() -> None:
    theirs = sessions(session(ANN))
    call = waiting(1, tried=(ANN,), tried_at=NOW + ago(2))
    decision = decide([call], EVERYBODY, theirs, NOW)
    assert decision.matches == ()
    assert decision.look_again_at == NOW + timedelta(seconds=3)
    match = only(decide([call], EVERYBODY, theirs, NOW + timedelta(seconds=3)))
    assert [candidate.reason for candidate in match.candidates if candidate.chosen] == ["second_try"]


def test_a_refused_caller_does_not_wait_for_a_clock_that_was_set_back() -> None:
    call = waiting(1, tried=(ANN,), tried_at=NOW + timedelta(seconds=70))
    match = only(decide([call], EVERYBODY, sessions(session(ANN)), NOW))
    assert [candidate.reason for candidate in match.candidates if candidate.chosen] == ["second_try"]


# --- skills ---


def test_a_skill_keeps_a_call_from_who_lacks_it_or_has_too_little_of_it() -> None:
    teams = team(ANN, member(BOB, german=4), member(CY, german=5))
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=80), session(CY, idle_s=1))
    match = only(decide([waiting(1, skills=(GERMAN,))], teams, theirs, NOW))
    assert codes(match) == {ANN: "no_skill", BOB: "no_skill", CY: "idle_longest"}


def test_a_skill_that_never_relaxes_and_nobody_there_has_is_hopeless() -> None:
    teams = team(ANN, member(BOB, german=9))
    call = waiting(1, waited_s=9999, skills=(GERMAN,))
    assert decide([call], teams, sessions(session(ANN)), NOW).hopeless == (CALL_1,)
    busy = sessions(session(ANN), session(BOB, AgentState.ON_CALL))
    assert decide([call], teams, busy, NOW).hopeless == ()


def test_a_skill_relaxes_with_waiting_and_it_says_when() -> None:
    theirs = sessions(session(ANN))
    call = waiting(1, waited_s=40, skills=(GERMAN_FOR_A_MINUTE,))
    decision = decide([call], team(ANN), theirs, NOW)
    assert (decision.matches, decision.hopeless) == ((), ())
    assert decision.look_again_at == NOW + timedelta(seconds=20)
    match = only(decide([call], team(ANN), theirs, NOW + timedelta(seconds=20)))
    assert codes(match) == {ANN: "skill_relaxed"}


def test_a_skill_relaxes_for_each_caller_by_itself() -> None:
    theirs = sessions(session(ANN), session(BOB, idle_s=1))
    early = waiting(1, waited_s=61, skills=(GERMAN_FOR_A_MINUTE,))
    late = waiting(2, waited_s=59, skills=(GERMAN_FOR_A_MINUTE,))
    decision = decide([early, late], team(ANN, BOB), theirs, NOW)
    assert given_to(decision) == {CALL_1: (ANN,)}
    assert decision.look_again_at == NOW + timedelta(seconds=1)


def test_a_relaxing_skill_is_no_reason_to_look_again_when_nobody_else_is_free() -> None:
    calls = [waiting(1, waited_s=90), waiting(2, waited_s=40, skills=(GERMAN_FOR_A_MINUTE,))]
    decision = decide(calls, team(ANN), sessions(session(ANN)), NOW)
    assert (given_to(decision), decision.look_again_at) == ({CALL_1: (ANN,)}, None)


def test_who_has_the_relaxed_skill_still_goes_first() -> None:
    teams = team(ANN, member(BOB, german=5))
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=1))
    match = only(decide([waiting(1, waited_s=61, skills=(GERMAN_FOR_A_MINUTE,))], teams, theirs, NOW))
    assert codes(match) == {ANN: "less_skilled", BOB: "most_skilled"}


def test_of_two_who_are_able_the_higher_level_goes_first_and_among_equals_the_strategy_decides() -> None:
    teams = team(member(ANN, german=5), member(BOB, german=8), member(CY, german=8))
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=5), session(CY, idle_s=9))
    match = only(decide([waiting(1, skills=(GERMAN,))], teams, theirs, NOW))
    assert codes(match) == {ANN: "less_skilled", BOB: "idle_shorter", CY: "most_skilled"}


def test_a_call_that_asks_nothing_goes_by_the_strategy_whatever_the_skills() -> None:
    teams = team(ANN, member(BOB, german=9))
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=1))
    assert only(decide([waiting(1)], teams, theirs, NOW)).agent_ids == (ANN,)


def test_a_younger_caller_passes_one_who_asks_a_skill_that_the_free_agent_lacks() -> None:
    teams = team(ANN, member(BOB, german=5))
    theirs = sessions(session(ANN), session(BOB, AgentState.ON_CALL))
    calls = [waiting(1, waited_s=50, skills=(GERMAN,)), waiting(2, waited_s=1)]
    decision = decide(calls, teams, theirs, NOW)
    assert given_to(decision) == {CALL_2: (ANN,)}
    assert decision.hopeless == ()


# --- the agent of the last talk ---


def test_a_caller_is_given_the_agent_of_the_last_talk_before_one_who_is_idle_longer() -> None:
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=1))
    call = waiting(1, sticky=BOB, sticky_until=NOW + timedelta(seconds=20))
    match = only(decide([call], team(ANN, BOB), theirs, NOW))
    assert codes(match) == {ANN: "waits_for_sticky", BOB: "sticky"}


@pytest.mark.parametrize("state", [AgentState.ON_CALL, AgentState.OFFERED, AgentState.WRAP_UP])
def test_a_caller_waits_for_a_busy_agent_of_the_last_talk_until_the_time_is_up(state: AgentState) -> None:
    theirs = sessions(session(ANN), session(BOB, state))
    call = waiting(1, sticky=BOB, sticky_until=NOW + timedelta(seconds=20))
    decision = decide([call], team(ANN, BOB), theirs, NOW)
    assert (decision.matches, decision.look_again_at) == ((), NOW + timedelta(seconds=20))
    match = only(decide([call], team(ANN, BOB), theirs, NOW + timedelta(seconds=20)))
    assert match.agent_ids == (ANN,)


@pytest.mark.parametrize("state", [AgentState.OFFLINE, AgentState.PAUSED])
def test_nobody_waits_for_an_agent_who_does_not_work(state: AgentState) -> None:
    theirs = sessions(session(ANN), session(BOB, state, reason="lunch"))
    call = waiting(1, sticky=BOB, sticky_until=NOW + timedelta(seconds=20))
    assert only(decide([call], team(ANN, BOB), theirs, NOW)).agent_ids == (ANN,)


def test_nobody_waits_for_a_busy_agent_who_has_vanished() -> None:
    leaving = Next(state=AgentState.PAUSED, reason=VANISHED)
    theirs = sessions(session(ANN), session(BOB, AgentState.ON_CALL, next=leaving))
    call = waiting(1, sticky=BOB, sticky_until=NOW + timedelta(seconds=20))
    assert only(decide([call], team(ANN, BOB), theirs, NOW)).agent_ids == (ANN,)


def test_nobody_waits_for_an_agent_who_refused_left_the_queue_or_lacks_the_skill() -> None:
    theirs = sessions(session(ANN), session(BOB))
    until = NOW + timedelta(seconds=20)
    refused = waiting(1, sticky=BOB, sticky_until=until, tried=(BOB,), tried_at=NOW)
    left = waiting(1, sticky=CY, sticky_until=until)
    unskilled = waiting(1, sticky=BOB, sticky_until=until, skills=(GERMAN,))
    teams = team(member(ANN, german=5), BOB)
    assert only(decide([refused], teams, theirs, NOW)).agent_ids == (ANN,)
    assert only(decide([left], teams, theirs | sessions(session(CY)), NOW)).agent_ids != (CY,)
    assert only(decide([unskilled], teams, theirs, NOW)).agent_ids == (ANN,)


# --- call-backs and direct ringing ---


def test_a_call_back_keeps_its_place_and_is_offered_to_nobody_before_its_time() -> None:
    later = NOW + timedelta(minutes=5)
    call_back = waiting(1, waited_s=900, not_before=later)
    decision = decide([call_back, waiting(2)], team(ANN), sessions(session(ANN)), NOW)
    assert (given_to(decision), decision.look_again_at) == ({CALL_2: (ANN,)}, later)
    assert given_to(decide([call_back, waiting(2)], team(ANN), sessions(session(ANN)), later)) == {CALL_1: (ANN,)}


def test_a_call_back_is_hopeless_only_once_it_is_due() -> None:
    call_back = waiting(1, not_before=NOW + timedelta(seconds=9))
    assert decide([call_back], team(ANN), {}, NOW).hopeless == ()
    assert decide([call_back], team(ANN), {}, NOW + timedelta(seconds=9)).hopeless == (CALL_1,)


def test_a_direct_call_rings_exactly_those_named_one_or_all_whatever_their_skills() -> None:
    theirs = sessions(session(ANN, idle_s=9), session(BOB, idle_s=90), session(CY, idle_s=99))
    one = waiting(1, queue=None, agents=(ANN, BOB), skills=(GERMAN,))
    assert codes(only(decide([one], EVERYBODY, theirs, NOW))) == {ANN: "idle_shorter", BOB: "rung_directly"}
    everyone = waiting(1, queue=None, agents=(ANN, BOB, DEE), ring_all=True)
    match = only(decide([everyone], EVERYBODY, theirs, NOW))
    assert codes(match) == {ANN: "rung_directly", BOB: "rung_directly", DEE: "offline"}


def test_a_direct_call_waits_for_a_busy_agent_and_is_hopeless_without_any() -> None:
    call = waiting(1, queue=None, agents=(ANN,))
    busy = sessions(session(ANN, AgentState.ON_CALL), session(BOB))
    decision = decide([call], EVERYBODY, busy, NOW)
    assert (decision.matches, decision.hopeless) == ((), ())
    assert decide([call], EVERYBODY, sessions(session(BOB)), NOW).hopeless == (CALL_1,)


def test_calls_for_agents_and_for_queues_stand_in_one_line() -> None:
    calls = [waiting(1, waited_s=5, queue=None, agents=(ANN,)), waiting(2, waited_s=9)]
    assert given_to(decide(calls, team(ANN), sessions(session(ANN)), NOW)) == {CALL_2: (ANN,)}


@pytest.mark.parametrize("strategy", ["longest_idle", "round_robin", "least_calls", "ring_all"])
def test_every_strategy_says_that_a_member_is_not_signed_in(strategy: Strategy) -> None:
    match = only(decide([waiting(1)], team(ANN, BOB, strategy=strategy), sessions(session(ANN)), NOW))
    assert codes(match)[BOB] == "offline"
