"""Offering a task to one agent after another: what the task is then, and which may be offered. Pure.

An offer is a state of the task, so that who takes it is decided by the task's version: of two who accept, or of an
agent who accepts and a supervisor who assigns it, one is refused. Who is asked next is the matching's
(task_offers/rules.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.kit.errors import Conflict
from call24.kit.ids import QueueId, UserId
from call24.tasks.history_model import Offering
from call24.tasks.model import Task

TRY_AGAIN_AFTER = timedelta(minutes=10)
"""Who declined a task, or did not answer, is asked again once nobody was asked in vain for so long."""
TRIED_MAX = 200
"""Who did not take it, of whom so many are remembered: the last."""

_NO_OFFER: dict[str, Any] = {"offered_to": None, "offered_at": None, "offer_until": None}
_UNTRIED: dict[str, Any] = {"tried": (), "tried_at": None}


def offerable(task: Task) -> bool:
    """Whether somebody may be asked to take it: it is open, in a queue, and nobody's."""
    return task.state == "open" and task.assignee is None and task.queue_id is not None


def tried(task: Task, now: datetime) -> tuple[UserId, ...]:
    """Who is not to be asked again yet."""
    if task.tried_at is None or now - task.tried_at >= TRY_AGAIN_AFTER:
        return ()
    return task.tried


def offered(task: Task, agent_id: UserId, at: datetime, until: datetime) -> Task:
    """Raises: Conflict where it cannot be offered."""
    if not offerable(task) or task.offered_to is not None:
        raise Conflict("It is offered to somebody, or taken", code="task_changed")
    return msgspec.structs.replace(
        task, offered_to=agent_id, offered_at=at, offer_until=until, tried=tried(task, at), tried_at=task.tried_at
    )


def not_taken(task: Task, how: Offering, at: datetime) -> Task:
    """The offer is over. An agent whose offer was withdrawn is not counted as asked."""
    if how == "withdrawn" or task.offered_to is None:
        return msgspec.structs.replace(task, **_NO_OFFER)
    others = [one for one in task.tried if one != task.offered_to]
    asked = (*others, task.offered_to)[-TRIED_MAX:]
    return msgspec.structs.replace(task, **{**_NO_OFFER, "tried": asked, "tried_at": at})


def accepted(task: Task) -> Task:
    """By who is asked."""
    return msgspec.structs.replace(task, assignee=task.offered_to, state="in_progress", **_NO_OFFER, **_UNTRIED)


def without_needless_offer(task: Task) -> Task:
    """Taken, moved or done by hand: nobody is asked any more, and nobody counts as asked."""
    if offerable(task) or (task.offered_to is None and not task.tried):
        return task
    return msgspec.structs.replace(task, **_NO_OFFER, **_UNTRIED)


def check_offered(task: Task, user_id: UserId, now: datetime) -> None:
    """Raises: Conflict (code task_offer_over) where this user is not asked, or no more."""
    if task.offered_to != user_id or task.offer_until is None or task.offer_until <= now:
        raise Conflict(
            "This task is not offered to you any more: it was withdrawn, or given to somebody else",
            code="task_offer_over",
        )


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that is going on."""

    task: Task
    queue_id: QueueId
    agent_id: UserId
    until: datetime


def offer_of(task: Task) -> Offer | None:
    if task.offered_to is None or task.offer_until is None or task.queue_id is None:
        return None
    return Offer(task=task, queue_id=task.queue_id, agent_id=task.offered_to, until=task.offer_until)
