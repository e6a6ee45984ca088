"""Whom a task is offered to, and when an offer is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.support.clock import START

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import QueueId, TaskId, TenantId, UserId
from call24.queues.model import Queue
from call24.routing.model import Member, Team
from call24.task_offers.rules import free, over, rested, to_ask
from call24.tasks.model import Task
from call24.tenants.skills import SkillNeed

TENANT, HELP, SALES = TenantId("ten_a"), QueueId("que_help"), QueueId("que_sales")
ANN, SUE, TOM = UserId("usr_ann"), UserId("usr_sue"), UserId("usr_tom")


def queue(id: QueueId = HELP, members: tuple[UserId, ...] = (ANN, SUE), **more: Any) -> Queue:
    return Queue(
        id=id,
        tenant_id=TENANT,
        name=id,
        name_key=id,
        members=members,
        created_at=START,
        **{"offers_tasks": True, **more},
    )


def session(agent_id: UserId, idle_s: float = 0, state: AgentState = AgentState.AVAILABLE) -> AgentSession:
    since = START - timedelta(seconds=idle_s)
    return AgentSession(agent_id=agent_id, tenant_id=TENANT, state=state, since=since, idle_since=since)


def task(name: str, *, queue_id: QueueId = HELP, age_s: float = 0, **more: Any) -> Task:
    created = START - timedelta(seconds=age_s)
    return Task(
        id=TaskId(f"tsk_{name}"), tenant_id=TENANT, kind="manual", queue_id=queue_id, created_at=created, **more
    )


def asked(
    tasks: list[Task],
    queues: list[Queue],
    sessions: list[AgentSession],
    *,
    kept_out: set[UserId] | None = None,
    in_hand: dict[UserId, int] | None = None,
    skills: dict[UserId, dict[str, int]] | None = None,
) -> list[tuple[str, UserId]]:
    teams = {
        one.id: Team(
            queue_id=one.id,
            strategy=one.strategy,
            members=tuple(Member(agent_id=id, skills=(skills or {}).get(id, {})) for id in one.members),
        )
        for one in queues
    }
    found = to_ask(
        tasks,
        {one.id: one for one in queues},
        teams,
        {one.agent_id: one for one in sessions},
        kept_out=kept_out or set(),
        in_hand=in_hand or {},
        now=START,
    )
    return [(one.task.id.removeprefix("tsk_"), one.agent_id) for one in found]


def test_the_oldest_task_goes_to_who_has_been_idle_the_longest_and_each_agent_has_one() -> None:
    tasks = [task("new"), task("old", age_s=60), task("middle", age_s=30)]
    assert asked(tasks, [queue()], [session(ANN, 5), session(SUE, 50)]) == [("old", SUE), ("middle", ANN)]


def test_urgent_ones_and_those_of_a_queue_with_a_higher_priority_go_first() -> None:
    tasks = [
        task("old", age_s=60),
        task("urgent", priority="urgent"),
        task("vip", queue_id=SALES, priority="low"),
    ]
    queues = [queue(), queue(SALES, priority=1)]
    assert asked(tasks, queues, [session(ANN)]) == [("vip", ANN)]
    assert asked(tasks[:2], queues, [session(ANN)]) == [("urgent", ANN)]


@pytest.mark.parametrize("state", [state for state in AgentState if state is not AgentState.AVAILABLE])
def test_who_has_a_call_or_pauses_is_asked_nothing(state: AgentState) -> None:
    assert asked([task("one")], [queue()], [session(ANN, 50, state), session(SUE)]) == [("one", SUE)]
    assert asked([task("one")], [queue()], [session(ANN, 50, state)]) == []


def test_who_is_asked_already_or_has_enough_in_hand_is_asked_nothing() -> None:
    both = [session(ANN, 50), session(SUE)]
    assert asked([task("one")], [queue()], both, kept_out={ANN}) == [("one", SUE)]
    assert asked([task("one")], [queue()], both, in_hand={ANN: 1}) == [("one", SUE)]
    assert asked([task("one")], [queue(tasks_at_once=2)], both, in_hand={ANN: 1}) == [("one", ANN)]


def test_who_did_not_take_it_is_not_asked_again_only_because_nobody_else_is_free() -> None:
    declined = task("one", tried=(ANN,), tried_at=START - timedelta(seconds=599))
    assert asked([declined], [queue()], [session(ANN, 50), session(SUE)]) == [("one", SUE)]
    assert asked([declined], [queue()], [session(ANN, 50)]) == []
    long_ago = msgspec.structs.replace(declined, tried_at=START - timedelta(seconds=600))
    assert asked([long_ago], [queue()], [session(ANN, 50)]) == [("one", ANN)]


def test_skills_are_asked_as_of_a_call() -> None:
    needs = queue(skills=(SkillNeed(name="dutch", level=3),))
    skilled = {SUE: {"dutch": 3}}
    assert asked([task("one")], [needs], [session(ANN, 50), session(SUE)], skills=skilled) == [("one", SUE)]


def test_where_calls_ring_all_one_is_asked() -> None:
    all_ring = queue(strategy="ring_all")
    assert asked([task("one")], [all_ring], [session(ANN, 5), session(SUE, 50)]) == [("one", SUE)]


def test_a_task_of_a_queue_that_offers_none_is_left() -> None:
    assert asked([task("one", queue_id=SALES)], [queue()], [session(ANN)]) == []


def test_who_was_asked_last_has_not_been_idle_since_before() -> None:
    sessions = {ANN: session(ANN, 50), SUE: session(SUE, 5)}
    seen = rested(sessions, {ANN: START})
    assert asked([task("one")], [queue()], list(seen.values())) == [("one", SUE)]
    assert sessions[ANN].idle_since < START, "calls are given as before"


def test_only_members_who_could_be_given_a_call_are_free() -> None:
    sessions = [session(ANN), session(SUE, state=AgentState.PAUSED), session(TOM)]
    assert free([queue()], {one.agent_id: one for one in sessions}) == {ANN}


def test_an_offer_goes_on_while_its_agent_is_free_and_in_time() -> None:
    offer = task("one", offered_to=ANN, offer_until=START + timedelta(seconds=1))
    assert over(offer, queue(), session(ANN), START) is None
    assert over(offer, queue(), session(ANN), START + timedelta(seconds=1)) == "unanswered"


@pytest.mark.parametrize(
    ("of", "by"),
    [
        (None, session(ANN)),
        (queue(offers_tasks=False), session(ANN)),
        (queue(members=(SUE,)), session(ANN)),
        (queue(), None),
        *[(queue(), session(ANN, 0, state)) for state in AgentState if state is not AgentState.AVAILABLE],
    ],
    ids=str,
)
def test_an_offer_is_withdrawn_where_agent_or_queue_are_no_more(of: Queue | None, by: AgentSession | None) -> None:
    offer = task("one", offered_to=ANN, offer_until=START + timedelta(seconds=60))
    assert over(offer, of, by, START) == "withdrawn"
