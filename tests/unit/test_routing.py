"""Who takes which call: fair to callers, fair to agents, and every reason written down."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import START
from tests.support.properties import thorough

from call24.agents.model import UNREACHABLE, AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, TenantId, UserId
from call24.routing.rules import SECOND_TRY_AFTER, Decision, Match, WaitingCall, decide

HELP, SALES = QueueId("que_help"), QueueId("que_sales")
AGENTS = [UserId(f"usr_{name}") for name in ("ann", "bob", "cy", "dee")]
ANN, BOB, CY, DEE = AGENTS
NOW = START + timedelta(hours=1)
TEAM = {HELP: tuple(AGENTS)}

Members = dict[QueueId, tuple[UserId, ...]]
Sessions = dict[UserId, AgentSession]
Situation = tuple[list[WaitingCall], Members, Sessions]


def session(
    agent_id: UserId, state: AgentState = AgentState.AVAILABLE, idle_s: float = 60, **more: Any
) -> AgentSession:
    since = NOW - timedelta(seconds=idle_s)
    return AgentSession(
        agent_id=agent_id, tenant_id=TenantId("ten_a"), state=state, since=since, idle_since=since, **more
    )


def sessions(*theirs: AgentSession) -> Sessions:
    return {one.agent_id: one for one in theirs}


def waiting(number: int, *, waited_s: float = 10, queue: QueueId = HELP, **more: Any) -> WaitingCall:
    since = NOW - timedelta(seconds=waited_s)
    return WaitingCall(call_id=CallId(f"call_{number}"), queue_id=queue, since=since, **more)


def given_to(decision: Decision) -> dict[CallId, UserId]:
    return {match.call_id: match.agent_id for match in decision.matches}


def barred(call: WaitingCall, agent_id: UserId) -> bool:
    """Whether this agent has refused this call so shortly ago that it does not get it again yet."""
    return agent_id in call.tried and call.tried_at is not None and call.tried_at + SECOND_TRY_AFTER > NOW


@st.composite
def _session(draw: st.DrawFn, agent_id: UserId) -> AgentSession:
    state = draw(st.sampled_from([AgentState.AVAILABLE, AgentState.AVAILABLE, *AgentState]))
    reason = draw(st.sampled_from(("lunch", UNREACHABLE))) if state is AgentState.PAUSED else None
    return session(agent_id, state, idle_s=draw(st.integers(0, 5)), reason=reason)


@st.composite
def _waiting(draw: st.DrawFn, number: int) -> WaitingCall:
    tried = tuple(draw(st.lists(st.sampled_from(AGENTS), unique=True, max_size=3)))
    ago = draw(st.sampled_from((0, 2, 4.999, 5, 9)))
    return waiting(
        number,
        waited_s=draw(st.integers(0, 4)),
        queue=draw(st.sampled_from((HELP, SALES, QueueId("que_gone")))),
        tried=tried,
        tried_at=NOW - timedelta(seconds=ago) if tried else None,
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    team = st.lists(st.sampled_from(AGENTS), unique=True, max_size=4)
    members = {queue: tuple(draw(team)) for queue in (HELP, SALES)}
    theirs = [draw(_session(agent)) for agent in draw(team)]
    calls = [draw(_waiting(number)) for number in range(draw(st.integers(0, 6)))]
    return calls, members, sessions(*theirs)


# --- in every situation ---


@thorough
@given(situations())
def test_no_agent_gets_two_calls_and_no_call_two_agents(situation: Situation) -> None:
    decision = decide(*situation, NOW)
    agents = [match.agent_id for match in decision.matches]
    calls = [match.call_id for match in decision.matches] + list(decision.hopeless)
    assert len(set(agents)) == len(agents)
    assert len(set(calls)) == len(calls)


@thorough
@given(situations())
def test_only_free_members_of_the_queue_get_its_calls(situation: Situation) -> None:
    calls, members, theirs = situation
    queues = {call.call_id: call.queue_id for call in calls}
    for match in decide(*situation, NOW).matches:
        assert match.agent_id in members[queues[match.call_id]]
        assert theirs[match.agent_id].state is AgentState.AVAILABLE


@thorough
@given(situations())
def test_nobody_passes_a_longer_waiting_caller_except_to_an_agent_who_just_refused_that_one(s: Situation) -> None:
    given = given_to(decide(*s, NOW))
    for first in s[0]:
        for second in s[0]:
            passes = second.call_id in given and first.call_id not in given
            if first.queue_id == second.queue_id and first.since < second.since and passes:
                assert barred(first, given[second.call_id])


@thorough
@given(situations())
def test_among_the_free_the_one_idle_the_longest_is_chosen(situation: Situation) -> None:
    calls, members, theirs = situation
    by_id = {call.call_id: call for call in calls}
    taken: set[UserId] = set()
    for match in decide(*situation, NOW).matches:
        call = by_id[match.call_id]
        free = [theirs[a] for a in members[call.queue_id] if a in theirs and a not in taken]
        free = [one for one in free if one.state is AgentState.AVAILABLE]
        fresh = [one for one in free if one.agent_id not in call.tried]
        assert theirs[match.agent_id].idle_since == min(one.idle_since for one in (fresh or free))
        taken.add(match.agent_id)


@thorough
@given(situations())
def test_a_free_agent_is_left_only_by_callers_it_just_refused(situation: Situation) -> None:
    calls, members, theirs = situation
    decision = decide(*situation, NOW)
    given = given_to(decision)
    idle = {a for a, one in theirs.items() if one.state is AgentState.AVAILABLE} - set(given.values())
    for call in calls:
        if call.call_id not in given and call.call_id not in decision.hopeless:
            assert all(barred(call, agent) for agent in idle & set(members.get(call.queue_id, ())))


@thorough
@given(situations())
def test_a_second_try_comes_after_five_seconds_and_only_if_nobody_else_is_free(situation: Situation) -> None:
    calls, members, theirs = situation
    by_id = {call.call_id: call for call in calls}
    taken: set[UserId] = set()
    for match in decide(*situation, NOW).matches:
        call = by_id[match.call_id]
        if match.agent_id in call.tried:
            assert not barred(call, match.agent_id)
            others = set(members[call.queue_id]) - set(call.tried) - taken
            assert not any(a in theirs and theirs[a].state is AgentState.AVAILABLE for a in others)
        taken.add(match.agent_id)


@thorough
@given(situations())
def test_a_call_is_hopeless_exactly_when_no_member_of_its_queue_is_there(situation: Situation) -> None:
    calls, members, theirs = situation
    hopeless = set(decide(*situation, NOW).hopeless)
    for call in calls:
        there = [a for a in members.get(call.queue_id, ()) if a in theirs and theirs[a].there]
        assert (call.call_id in hopeless) == (not there)


@thorough
@given(situations())
def test_every_member_of_the_queue_has_its_reason_and_one_is_chosen(situation: Situation) -> None:
    calls, members, theirs = situation
    by_id = {call.call_id: call for call in calls}
    known = {"idle_longest", "second_try", "idle_shorter", "declined_before", "just_taken", *AgentState} - {"available"}
    for match in decide(*situation, NOW).matches:
        team = members[by_id[match.call_id].queue_id]
        assert [reason.agent_id for reason in match.reasons] == list(team)
        assert [reason.agent_id for reason in match.reasons if reason.chosen] == [match.agent_id]
        for reason in match.reasons:
            assert reason.code in known
            one = theirs.get(reason.agent_id)
            free = one is not None and one.state is AgentState.AVAILABLE
            assert (reason.idle_s is not None) == free
            assert free or reason.code == (one.state if one else AgentState.OFFLINE)


@thorough
@given(situations())
def test_when_time_alone_may_help_it_says_when_to_look_again(situation: Situation) -> None:
    calls, members, theirs = situation
    decision = decide(*situation, NOW)
    done = {*given_to(decision), *decision.hopeless}
    left = [call for call in calls if call.call_id not in done]
    busy = {a: session(a, AgentState.OFFERED) for a in given_to(decision).values()}
    later = decision.look_again_at
    if later is None:
        assert not decide(left, members, theirs | busy, NOW + SECOND_TRY_AFTER).matches
    else:
        assert NOW < later <= NOW + SECOND_TRY_AFTER
        assert not decide(left, members, theirs | busy, later - timedelta(milliseconds=1)).matches


@thorough
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_listed_does_not_matter(situation: Situation, random: Random) -> None:
    calls, members, theirs = situation
    shuffled = random.sample(calls, len(calls))
    others = {queue: tuple(random.sample(team, len(team))) for queue, team in members.items()}
    assert given_to(decide(shuffled, others, theirs, NOW)) == given_to(decide(*situation, NOW))


# --- by name ---


def only(decision: Decision) -> Match:
    (match,) = decision.matches
    return match


def test_three_callers_and_three_agents_are_matched_by_waiting_and_by_idleness() -> None:
    calls = [waiting(1, waited_s=5), waiting(2, waited_s=30), waiting(3, waited_s=20)]
    theirs = sessions(session(ANN, idle_s=10), session(BOB, idle_s=90), session(CY, idle_s=50))
    given = given_to(decide(calls, TEAM, theirs, NOW))
    assert given == {CallId("call_2"): BOB, CallId("call_3"): CY, CallId("call_1"): ANN}


def test_the_agent_idle_the_longest_is_not_the_first_by_name() -> None:
    theirs = sessions(session(ANN, idle_s=1), session(DEE, idle_s=2))
    assert only(decide([waiting(1)], TEAM, theirs, NOW)).agent_id == DEE


def test_a_refused_caller_goes_to_the_next_agent() -> None:
    theirs = sessions(session(ANN, idle_s=90), session(BOB, idle_s=1))
    call = waiting(1, tried=(ANN,), tried_at=NOW)
    match = only(decide([call], TEAM, theirs, NOW))
    assert match.agent_id == BOB
    assert {reason.agent_id: reason.code for reason in match.reasons} == {
        ANN: "declined_before",
        BOB: "idle_longest",
        CY: "offline",
        DEE: "offline",
    }


def test_a_refused_caller_waits_five_seconds_for_the_same_agent() -> None:
    theirs = sessions(session(ANN))
    call = waiting(1, tried=(ANN,), tried_at=NOW - timedelta(seconds=2))
    decision = decide([call], TEAM, theirs, NOW)
    assert decision.matches == ()
    assert decision.look_again_at == NOW + timedelta(seconds=3)
    match = only(decide([call], TEAM, theirs, NOW + timedelta(seconds=3)))
    assert [reason.code for reason in match.reasons if reason.chosen] == ["second_try"]


def test_a_paused_agent_is_reason_to_wait_and_an_unreachable_one_is_not() -> None:
    lunch = sessions(session(ANN, AgentState.PAUSED, reason="lunch"))
    assert decide([waiting(1)], TEAM, lunch, NOW).hopeless == ()
    away = sessions(session(ANN, AgentState.PAUSED, reason=UNREACHABLE))
    assert decide([waiting(1)], TEAM, away, NOW).hopeless == (CallId("call_1"),)


def test_an_agent_of_two_queues_gets_the_caller_who_waits_longest_in_either() -> None:
    members = {HELP: (ANN,), SALES: (ANN,)}
    calls = [waiting(1, waited_s=5), waiting(2, waited_s=9, queue=SALES)]
    assert given_to(decide(calls, members, sessions(session(ANN)), NOW)) == {CallId("call_2"): ANN}
    both = {HELP: (ANN, BOB), SALES: (ANN,)}
    first, second = decide(calls, both, sessions(session(ANN, idle_s=9), session(BOB)), NOW).matches
    assert first.agent_id == ANN
    assert {reason.agent_id: reason.code for reason in second.reasons} == {ANN: "just_taken", BOB: "idle_longest"}
