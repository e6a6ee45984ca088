"""Routing that is kept between decisions says what the specification says, whatever happens in between."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from tests.support.routing.situations import HELP, NOW, session, sessions, team, waiting
from tests.support.routing.walk import Walk

from call24.agents.model import AgentState
from call24.kit.ids import UserId
from call24.queues.model import Strategy
from call24.queues.waiting_call import WaitingCall
from call24.routing import standing
from call24.routing.model import Match
from call24.routing.router import CallRouter
from call24.routing.standing import ALL_UP_TO, NEXT_BEST

MANY = [UserId(f"usr_{number:03}") for number in range(60)]


@pytest.mark.parametrize("block", range(3))
def test_on_any_walk_matches_hopeless_calls_the_next_look_and_all_reasons_are_the_specifications(block: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(block * 100, (block + 1) * 100):
        walk = Walk(seed)
        for _ in range(40):
            walk.step()
            mine, _ = walk.compare()
            seen.update(candidate.reason for match in mine.matches for candidate in match.candidates)
            seen.update(hopeless=len(mine.hopeless), again=mine.look_again_at is not None)
    assert {"sticky", "second_try", "declined_before", "skill_relaxed", "most_skilled"} <= set(seen)
    assert {"just_taken", "lower_priority", "waits_for_sticky", "hopeless", "again", "rung_directly"} <= set(seen)


@pytest.mark.parametrize("block", range(2))
def test_so_it_is_for_teams_too_large_for_every_reason(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "ALL_UP_TO", 3)
    monkeypatch.setattr(standing, "NEXT_BEST", 1)
    counted: Counter[str] = Counter()
    for seed in range(1000 + block * 100, 1000 + (block + 1) * 100):
        walk = Walk(seed, agents=9)
        for _ in range(40):
            walk.step()
            for match in walk.compare()[0].matches:
                counted.update(match.others)
                assert len(match.candidates) <= max(3, len(match.agent_ids)) + 2
    assert {"idle_shorter", "no_skill", "offline", "paused", "waits_for_sticky"} <= set(counted)
    assert {"just_taken", "lower_priority", "declined_before", "offered_later", "less_skilled"} <= set(counted)


def chosen_of(call: WaitingCall, *, free: int, strategy: Strategy = "longest_idle") -> Match:
    """A team of sixty, of whom the first ``free`` are free, the first idle the longest; the others are on calls."""
    router = CallRouter()
    for place, agent in enumerate(MANY):
        state = AgentState.AVAILABLE if place < free else AgentState.ON_CALL
        router.moved(session(agent, state, idle_s=1000 - place, taken=place))
    router.configure(team(*MANY, strategy=strategy))
    router.join(call)
    (match,) = router.decide(NOW).matches
    return match


def test_of_a_large_team_the_next_best_are_named_and_the_others_counted() -> None:
    match = chosen_of(waiting(1), free=30)
    assert [candidate.agent_id for candidate in match.candidates] == MANY[: NEXT_BEST + 1]
    assert [candidate.reason for candidate in match.candidates] == ["idle_longest"] + ["idle_shorter"] * NEXT_BEST
    assert match.others == {"idle_shorter": 24, "on_call": 30}


def test_who_was_asked_before_and_the_agent_of_the_last_talk_are_named_too() -> None:
    call = waiting(1, tried=(MANY[0], MANY[7]), tried_at=NOW, sticky=MANY[50], sticky_until=NOW)
    codes = {candidate.agent_id: candidate.reason for candidate in chosen_of(call, free=30).candidates}
    assert (codes[MANY[0]], codes[MANY[7]], codes[MANY[50]]) == ("declined_before", "declined_before", "on_call")
    assert codes[MANY[1]] == "idle_longest"


def test_however_many_were_asked_before_the_reasons_stay_few() -> None:
    match = chosen_of(waiting(1, tried=tuple(MANY[:40]), tried_at=NOW), free=50)
    assert len(match.candidates) <= ALL_UP_TO
    assert match.others["declined_before"] + sum(r.reason == "declined_before" for r in match.candidates) == 40
    assert sum(match.others.values()) + len(match.candidates) == len(MANY)


def test_all_who_are_rung_at_once_are_named() -> None:
    match = chosen_of(waiting(1), free=45, strategy="ring_all")
    assert {candidate.agent_id for candidate in match.candidates if candidate.chosen} == set(MANY[:45])
    assert match.others == {"on_call": 15 - NEXT_BEST} or match.others == {"on_call": 15}


def test_who_was_chosen_and_then_not_offered_the_call_is_free_for_the_next_decision() -> None:
    router = CallRouter(sessions(session(MANY[0])).values())
    router.configure(team(MANY[0]))
    router.join(waiting(1))
    first = router.decide(NOW).matches
    assert router.decide(NOW + timedelta(seconds=1)).matches[0].agent_ids == first[0].agent_ids == (MANY[0],)


def test_working_agents_are_counted_without_looking_at_each() -> None:
    router = CallRouter(sessions(session(MANY[0]), session(MANY[1], AgentState.PAUSED)).values())
    router.configure(team(*MANY))
    assert (router.working(HELP), router.working(None)) == (1, 0)
    router.moved(session(MANY[1], AgentState.WRAP_UP))
    assert router.working(HELP) == 2
    router.configure(team(MANY[1]))
    assert router.working(HELP) == 1
    router.configure({})
    assert router.working(HELP) == 0
