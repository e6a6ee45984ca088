"""Who is asked to take which task, and which offers are over. Pure.

Who is asked is decided by the same function as who gets a call (routing/rules.py): a task is put to it as a call that
waits, with the queue's strategy, skills and priority. What differs is who takes part: whom a task may be offered to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, TaskId, UserId
from call24.queues.model import Queue
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Team
from call24.routing.rules import decide
from call24.tasks.history_model import Offering
from call24.tasks.model import Priority, Task
from call24.tasks.offer_rules import tried

RANK: Mapping[Priority, int] = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
"""Within a priority of the queue."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A task, and the agent who is to be asked to take it."""

    task: Task
    agent_id: UserId
    seconds: int


def over(task: Task, queue: Queue | None, session: AgentSession | None, now: datetime) -> Offering | None:
    """How an offer is over; None: it goes on. ``queue``: the task's, where there is one."""
    agent_id = task.offered_to
    if queue is None or not queue.offers_tasks or agent_id not in queue.members:
        return "withdrawn"
    if session is None or session.state is not AgentState.AVAILABLE:
        return "withdrawn"
    return "unanswered" if task.offer_until is None or task.offer_until <= now else None


def to_ask(
    tasks: Iterable[Task],
    queues: Mapping[QueueId, Queue],
    teams: Mapping[QueueId, Team],
    sessions: Mapping[UserId, AgentSession],
    *,
    kept_out: Collection[UserId],
    in_hand: Mapping[UserId, int],
    now: datetime,
) -> list[Asked]:
    """Each agent at most once. ``kept_out``: who is asked already, or does not answer; ``in_hand``: tasks in progress.

    Who has a call, is offered one, wraps up or pauses is not free, and so is asked nothing.
    """
    by_call: dict[CallId, Task] = {}
    waiting = []
    for task in tasks:
        if (queue := _queue_of(task, queues)) is not None:
            waiting.append(call := _as_call(task, queue, now))
            by_call[call.call_id] = task
    asked_teams = {id: _team(teams[id], queue, kept_out, in_hand) for id, queue in queues.items() if id in teams}
    made = []
    for match in decide(waiting, asked_teams, sessions, now).matches:
        task = by_call[match.call_id]
        queue = _queue_of(task, queues)
        assert queue is not None, "it was put to the decision with its queue"
        made.append(Asked(task=task, agent_id=match.agent_ids[0], seconds=queue.task_offer_s))
    return made


def rested(
    sessions: Mapping[UserId, AgentSession], last_asked: Mapping[UserId, datetime]
) -> dict[UserId, AgentSession]:
    """As the decision is to see them: who was asked to take a task has not been idle since before that."""
    return {
        id: session
        if (at := last_asked.get(id)) is None
        else msgspec.structs.replace(
            session,
            idle_since=max(session.idle_since, at),
            last_offered_at=at if session.last_offered_at is None else max(session.last_offered_at, at),
        )
        for id, session in sessions.items()
    }


def free(queues: Iterable[Queue], sessions: Mapping[UserId, AgentSession]) -> set[UserId]:
    """Members who could be asked."""
    members = {member for queue in queues for member in queue.members}
    return {id for id in members if (session := sessions.get(id)) is not None and session.free}


def _queue_of(task: Task, queues: Mapping[QueueId, Queue]) -> Queue | None:
    return None if task.queue_id is None else queues.get(task.queue_id)


def _as_call(task: Task, queue: Queue, now: datetime) -> WaitingCall:
    """``tried_at`` is now: nobody is asked a second time only because nobody else is free."""
    asked = tried(task, now)
    return WaitingCall(
        call_id=_as_call_id(task.id),
        queue_id=queue.id,
        since=task.created_at,
        priority=queue.priority * len(RANK) + RANK[task.priority],
        skills=queue.skills,
        tried=asked,
        tried_at=now if asked else None,
        patient=True,
    )


def _as_call_id(task_id: TaskId) -> CallId:
    return CallId(task_id)


def _team(team: Team, queue: Queue, kept_out: Collection[UserId], in_hand: Mapping[UserId, int]) -> Team:
    """One at a time is asked, also where calls ring all."""
    members: Sequence[UserId] = [
        member.agent_id
        for member in team.members
        if member.agent_id not in kept_out and in_hand.get(member.agent_id, 0) < queue.tasks_at_once
    ]
    there = set(members)
    return Team(
        queue_id=team.queue_id,
        strategy="longest_idle" if team.strategy == "ring_all" else team.strategy,
        members=tuple(member for member in team.members if member.agent_id in there),
    )
