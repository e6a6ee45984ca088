"""Who takes which call, in every situation: fair to callers, fair to agents, and every reason written down."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.support.properties import thorough
from tests.support.routing.situations import (
    NOW,
    Situation,
    Teams,
    awaits,
    barred,
    candidates,
    given_to,
    lacks,
    may_have,
    session,
    situations,
    strategy_of,
)

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.routing.rules import (
    AGAINST,
    FOR,
    Member,
    Team,
    decide,
)


def by_id(situation: Situation) -> dict[CallId, WaitingCall]:
    return {call.call_id: call for call in situation[0]}


def in_order(situation: Situation) -> list[WaitingCall]:
    return sorted(situation[0], key=lambda call: (-call.priority, call.since, call.call_id))


def measure(strategy: str, one: AgentSession) -> tuple[object, ...]:
    """What the strategy goes by, the least first; then the longest idle, then the id."""
    first: dict[str, tuple[object, ...]] = {
        "round_robin": (one.last_offered_at is not None, one.last_offered_at or NOW),
        "least_calls": (one.taken,),
    }
    return (*first.get(strategy, ()), one.idle_since, one.agent_id)


def level(call: WaitingCall, teams: Teams, agent_id: UserId) -> int:
    one = candidates(call, teams)[agent_id]
    return 0 if call.agents else sum(one.skills.get(need.name, 0) for need in call.skills)


@thorough
@given(situations())
def test_no_agent_gets_two_calls_and_no_call_is_answered_twice(situation: Situation) -> None:
    decision = decide(*situation, NOW)
    agents = [agent for match in decision.matches for agent in match.agent_ids]
    calls = [match.call_id for match in decision.matches] + list(decision.hopeless)
    assert len(set(agents)) == len(agents)
    assert len(set(calls)) == len(calls)
    assert all(match.agent_ids for match in decision.matches)


@thorough
@given(situations())
def test_only_free_candidates_with_the_skills_that_still_count_get_a_call(situation: Situation) -> None:
    _, teams, theirs = situation
    calls = by_id(situation)
    for match in decide(*situation, NOW).matches:
        call = calls[match.call_id]
        for agent in match.agent_ids:
            assert theirs[agent].state is AgentState.AVAILABLE
            assert not lacks(call, candidates(call, teams)[agent], NOW)


@thorough
@given(situations())
def test_nobody_passes_an_older_or_more_urgent_caller_except_to_an_agent_who_may_not_have_that_one(
    s: Situation,
) -> None:
    decision = decide(*s, NOW)
    given = given_to(decision)
    ordered = in_order(s)
    for place, first in enumerate(ordered):
        if first.call_id in given or first.call_id in decision.hopeless:
            continue
        for later in ordered[place + 1 :]:
            for agent in given.get(later.call_id, ()):
                assert not may_have(first, agent, s)


@thorough
@given(situations())
def test_an_agent_is_left_idle_only_by_callers_it_may_not_have(situation: Situation) -> None:
    calls, _, theirs = situation
    decision = decide(*situation, NOW)
    given = given_to(decision)
    busy = {agent for agents in given.values() for agent in agents}
    idle = {agent for agent, one in theirs.items() if one.state is AgentState.AVAILABLE} - busy
    for call in calls:
        if call.call_id not in given and call.call_id not in decision.hopeless:
            assert not any(may_have(call, agent, situation) for agent in idle)


@thorough
@given(situations())
def test_of_those_who_may_have_it_the_strategy_picks_the_better_skilled_first(situation: Situation) -> None:
    _, teams, theirs = situation
    calls = by_id(situation)
    taken: set[UserId] = set()
    for match in decide(*situation, NOW).matches:
        call = calls[match.call_id]
        strategy = strategy_of(call, teams)
        free = {a: one for a, one in theirs.items() if one.state is AgentState.AVAILABLE and a not in taken}
        able = [one for a, one in free.items() if may_have(call, a, situation)]
        able = [one for one in able if one.agent_id not in call.tried] or able
        levels = {
            a: sum(one.skills.get(need.name, 0) for need in call.skills) for a, one in candidates(call, teams).items()
        }
        best = min(able, key=lambda one: (0 if call.agents else -levels[one.agent_id], *measure(strategy, one)))
        if strategy == "ring_all":
            assert set(match.agent_ids) == {one.agent_id for one in able}
        else:
            assert match.agent_ids == (best.agent_id,)
        taken |= set(match.agent_ids)


@thorough
@given(situations())
def test_a_second_try_comes_after_five_seconds_and_only_if_nobody_else_is_free(situation: Situation) -> None:
    _, teams, theirs = situation
    calls = by_id(situation)
    taken: set[UserId] = set()
    for match in decide(*situation, NOW).matches:
        call = calls[match.call_id]
        if set(match.agent_ids) & set(call.tried):
            assert not any(barred(call, agent) for agent in match.agent_ids)
            others = set(candidates(call, teams)) - set(call.tried) - taken
            assert not any(
                agent in theirs and theirs[agent].state is AgentState.AVAILABLE and may_have(call, agent, situation)
                for agent in others
            )
        taken |= set(match.agent_ids)


@thorough
@given(situations())
def test_a_call_is_hopeless_exactly_when_nobody_is_there_who_could_ever_take_it(situation: Situation) -> None:
    calls, teams, theirs = situation
    hopeless = set(decide(*situation, NOW).hopeless)
    for call in calls:
        there = [one for a, one in candidates(call, teams).items() if a in theirs and theirs[a].there]
        due = call.not_before is None or call.not_before <= NOW
        assert (call.call_id in hopeless) == (due and all(lacks(call, one, None) for one in there))


@thorough
@given(situations())
def test_a_call_that_is_for_one_agent_goes_to_nobody_else(situation: Situation) -> None:
    _, teams, theirs = situation
    calls = by_id(situation)
    for match in decide(*situation, NOW).matches:
        agent = awaits(calls[match.call_id], teams, theirs)
        if agent is not None:
            assert match.agent_ids == (agent,)
            assert [candidate.reason for candidate in match.candidates if candidate.chosen] == ["sticky"]


@thorough
@given(situations())
def test_every_candidate_has_its_reason_and_those_rung_are_the_chosen(situation: Situation) -> None:
    _, teams, theirs = situation
    calls = by_id(situation)
    for match in decide(*situation, NOW).matches:
        call = calls[match.call_id]
        members = candidates(call, teams)
        assert [candidate.agent_id for candidate in match.candidates] == list(members)
        assert {candidate.agent_id for candidate in match.candidates if candidate.chosen} == set(match.agent_ids)
        for candidate in match.candidates:
            one = theirs.get(candidate.agent_id)
            state = one.state if one else AgentState.OFFLINE
            assert candidate.reason in (FOR if candidate.chosen else AGAINST)
            assert (candidate.idle_s is not None) == (state is AgentState.AVAILABLE)
            no_skill = state is not AgentState.OFFLINE and lacks(call, members[candidate.agent_id], NOW)
            assert (candidate.reason == "no_skill") == no_skill
            if state is not AgentState.AVAILABLE and not no_skill:
                assert candidate.reason == state


@thorough
@given(situations())
def test_the_reason_against_is_true(situation: Situation) -> None:
    named = by_id(situation)
    given = given_to(decide(*situation, NOW))
    got = {agent: named[call] for call, agents in given.items() for agent in agents}
    for match in decide(*situation, NOW).matches:
        call = named[match.call_id]
        for candidate in match.candidates:
            holder = got.get(candidate.agent_id)
            match candidate.reason:
                case "lower_priority":
                    assert holder is not None and holder.priority > call.priority
                case "just_taken":
                    assert holder is not None and holder.priority == call.priority and holder.since <= call.since
                case "declined_before":
                    assert candidate.agent_id in call.tried
                case "waits_for_sticky":
                    assert (call.sticky,) == given[call.call_id]
                case "skill_relaxed":
                    assert any(need.relax_after_s is not None for need in call.skills)


@thorough
@given(situations())
def test_when_time_alone_may_help_it_says_when_to_look_again(situation: Situation) -> None:
    calls, teams, theirs = situation
    decision = decide(*situation, NOW)
    done = {*given_to(decision), *decision.hopeless}
    left = [call for call in calls if call.call_id not in done]
    gone = {agent for agents in given_to(decision).values() for agent in agents}
    after = theirs | {agent: session(agent, AgentState.OFFERED) for agent in gone}

    def nothing(at: datetime) -> bool:
        later = decide(left, teams, after, at)
        return not later.matches and not later.hopeless

    later = decision.look_again_at
    for seconds in (0, 1, 2, 3, 3.999, 4, 5, 56, 57, 60, 3600):
        at = NOW + timedelta(seconds=seconds)
        if later is None or at < later:
            assert nothing(at)
    if later is not None:
        assert later > NOW
        assert nothing(later - timedelta(milliseconds=1))


@thorough
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_listed_does_not_matter(situation: Situation, random: Random) -> None:
    calls, teams, theirs = situation
    shuffled = random.sample(calls, len(calls))
    others = {
        queue: Team(
            queue_id=queue, strategy=team.strategy, members=tuple(random.sample(team.members, len(team.members)))
        )
        for queue, team in teams.items()
    }
    assert given_to(decide(shuffled, others, theirs, NOW)) == given_to(decide(*situation, NOW))


def test_five_hundred_callers_and_ten_thousand_agents_take_well_under_a_second() -> None:
    agents = [UserId(f"usr_{number:05}") for number in range(10_000)]
    theirs = {agent: session(agent, idle_s=place % 977) for place, agent in enumerate(agents)}
    teams = {}
    for place in range(10):
        queue = QueueId(f"que_{place}")
        members = tuple(Member(agent_id=agent) for agent in agents[place * 1000 : (place + 1) * 1000])
        teams[queue] = Team(queue_id=queue, members=members)
    calls = [
        WaitingCall(call_id=CallId(f"call_{n}"), queue_id=QueueId(f"que_{n % 10}"), since=NOW - timedelta(seconds=n))
        for n in range(500)
    ]
    began = time.process_time()
    decision = decide(calls, teams, theirs, NOW)
    assert time.process_time() - began < 1.0
    assert len(decision.matches) == 500
    assert all(len(match.candidates) == 1000 for match in decision.matches)
