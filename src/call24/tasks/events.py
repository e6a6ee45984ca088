"""What other rooms, and webhooks, are told of tasks. By ids and states alone: the title is in the document."""

from __future__ import annotations

from typing import Any, cast, get_args

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import CallId, ContactId, QueueId, TaskCommentId, TaskId, UserId
from call24.tasks.history_model import Done, Offering
from call24.tasks.model import Kind, State, Task


class TaskChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` 1: it is new."""

    task_id: TaskId
    kind: Kind
    state: State
    version: int
    queue_id: QueueId | None
    call_id: CallId | None
    contact_id: ContactId | None
    assignee_id: UserId | None
    done_by: UserId | None


TASK_CHANGED = EventType(
    name="task.changed",
    room="tasks",
    body=TaskChanged,
    says="A task is new, was given to somebody, was done or opened again.",
    outside=True,
)


class TaskAssigned(msgspec.Struct, frozen=True, kw_only=True):
    """``by``: another user than the assignee; None: a program did."""

    task_id: TaskId
    kind: Kind
    queue_id: QueueId | None
    assignee_id: UserId
    by: UserId | None


TASK_ASSIGNED = EventType(
    name="task.assigned",
    room="tasks",
    body=TaskAssigned,
    says="A user was given a task by another.",
)


class TaskMentioned(msgspec.Struct, frozen=True, kw_only=True):
    """``user_id``: who is named in the comment; ``by``: who wrote it."""

    task_id: TaskId
    comment_id: TaskCommentId
    kind: Kind
    queue_id: QueueId | None
    user_id: UserId
    by: UserId


class TaskAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """``assignee_id``: whose task it is; ``done_by``: who had closed it, before the answer opened it again."""

    task_id: TaskId
    comment_id: TaskCommentId
    queue_id: QueueId | None
    assignee_id: UserId | None
    done_by: UserId | None


class TaskReminded(msgspec.Struct, frozen=True, kw_only=True):
    """``assignee_id`` None: whoever of the queue takes it."""

    task_id: TaskId
    kind: Kind
    queue_id: QueueId | None
    assignee_id: UserId | None


class TaskCommented(msgspec.Struct, frozen=True, kw_only=True):
    """A comment is new, or was deleted."""

    task_id: TaskId
    comment_id: TaskCommentId


class TaskOfferChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``what``: as in the task's history; where it was taken, moved or done by hand it is `withdrawn`."""

    task_id: TaskId
    queue_id: QueueId | None
    agent_id: UserId
    what: Offering


TASK_MENTIONED = EventType(
    name="task.mentioned",
    room="tasks",
    body=TaskMentioned,
    says="A user is named in a comment on a task, by another.",
)
TASK_ANSWERED = EventType(
    name="task.answered",
    room="tasks",
    body=TaskAnswered,
    says="An e-mail answered in a task: its comment is there.",
)
TASK_REMINDED = EventType(
    name="task.reminded",
    room="tasks",
    body=TaskReminded,
    says="The time has come at which somebody wants to be reminded of a task.",
)
TASK_COMMENTED = EventType(
    name="task.commented",
    room="tasks",
    body=TaskCommented,
    says="A comment on a task is new, or was deleted.",
)
TASK_OFFER_CHANGED = EventType(
    name="task.offer_changed",
    room="tasks",
    body=TaskOfferChanged,
    says="A task was offered to an agent, or such an offer is over.",
)
EVENTS: tuple[EventType[Any], ...] = (
    TASK_CHANGED,
    TASK_ASSIGNED,
    TASK_MENTIONED,
    TASK_ANSWERED,
    TASK_REMINDED,
    TASK_COMMENTED,
    TASK_OFFER_CHANGED,
)


def reminded(task: Task) -> TaskReminded:
    return TaskReminded(task_id=task.id, kind=task.kind, queue_id=task.queue_id, assignee_id=task.assignee)


def answered(before: Task, comment_id: TaskCommentId) -> TaskAnswered:
    """``before``: the task as the answer found it."""
    return TaskAnswered(
        task_id=before.id,
        comment_id=comment_id,
        queue_id=before.queue_id,
        assignee_id=before.assignee,
        done_by=before.done_by,
    )


def assigned(task: Task, by: UserId | None) -> TaskAssigned | None:
    """None where nobody else gave it to its assignee."""
    if task.assignee is None or task.assignee == by:
        return None
    return TaskAssigned(task_id=task.id, kind=task.kind, queue_id=task.queue_id, assignee_id=task.assignee, by=by)


def offer_changed(before: Task, after: Task, what: Done) -> TaskOfferChanged | None:
    """None where it is offered to whom it was."""
    agent_id = after.offered_to or before.offered_to
    if before.offered_to == after.offered_to or agent_id is None:
        return None
    how: Offering = "withdrawn"
    if what in get_args(Offering):
        how = cast(Offering, what)
    return TaskOfferChanged(task_id=after.id, queue_id=after.queue_id, agent_id=agent_id, what=how)


def changed(task: Task) -> TaskChanged:
    return TaskChanged(
        task_id=task.id,
        kind=task.kind,
        state=task.state,
        version=task.version,
        queue_id=task.queue_id,
        call_id=task.call_id,
        contact_id=task.contact_id,
        assignee_id=task.assignee,
        done_by=task.done_by,
    )
