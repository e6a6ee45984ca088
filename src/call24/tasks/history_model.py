"""What was done with a task: each change as it was and as it is; comments; and changes of many tasks at once. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    OnItsDay,
    Unset,
    WithParent,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import BulkChangeId, ContactId, TaskCommentId, TaskEntryId, TaskId, TenantId, UserId

Offering = Literal["offered", "accepted", "declined", "unanswered", "withdrawn"]
"""`unanswered`: not in time; `withdrawn`: the agent had a call, paused or left, or the queue offers tasks no more."""
Done = Literal[
    "created", "changed", "undone", "settled", "reminded", "offered", "accepted", "declined", "unanswered", "withdrawn"
]
"""`settled`: a later call did it; `undone`: a change of many was undone; the others are of an `Offering`."""

_OF_TASK = WithParent("tasks", by="task_id")
_CALLER = of_caller(Category.ID, "erasing it with the caller whom the task is about", erase=Unset())


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """``before``, ``after``: as history_rules.py writes them; both None of a link, whose ids only the task has."""

    field: Annotated[str, STATE]
    before: Annotated[str | None, of_caller(Category.TEXT, "what a task said before, and who was to do it")] = None
    after: Annotated[str | None, of_caller(Category.TEXT, "what a task said then, and who was to do it")] = None


@document("task_history", tenant=True, kept=_OF_TASK)
class TaskEntry(msgspec.Struct, frozen=True, kw_only=True):
    """``version``: of the task, that this made. ``by`` None: a program, or a call. Its id is of task and version, so
    that a change that is stored twice is noted once."""

    id: Annotated[TaskEntryId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    task_id: Annotated[TaskId, REFERENCE]
    contact_id: Annotated[ContactId | None, _CALLER] = None
    version: Annotated[int, STATE]
    what: Annotated[Done, STATE]
    at: Annotated[datetime, TIME]
    by: Annotated[UserId | None, of_user(Category.ID, "who changed a task")] = None
    changes: Annotated[tuple[FieldChange, ...], STATE] = ()
    bulk_id: Annotated[BulkChangeId | None, REFERENCE] = None


@document("task_comments", tenant=True, kept=_OF_TASK)
class TaskComment(msgspec.Struct, frozen=True, kw_only=True):
    """``mentions``: users who are named in the text; ``by`` None: of a deleted account, or it came ``by_email``."""

    id: Annotated[TaskCommentId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    task_id: Annotated[TaskId, REFERENCE]
    contact_id: Annotated[ContactId | None, _CALLER] = None
    by: Annotated[UserId | None, PERSON]
    by_email: Annotated[bool, STATE] = False
    text: Annotated[str, of_caller(Category.TEXT, "what users tell each other about a task")]
    mentions: Annotated[tuple[UserId, ...], of_user(Category.ID, "telling the users who are named")] = ()
    at: Annotated[datetime, TIME]


@document("task_bulk_changes", tenant=True, kept=OnItsDay(period="30 days after it was done"))
class BulkChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of many tasks by one user. What it changed is in `task_history`, by ``bulk_id``: complete also where the
    process was killed on its way. ``count``: how many were chosen."""

    id: Annotated[BulkChangeId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    by: Annotated[UserId, PERSON]
    fields: Annotated[tuple[str, ...], STATE]
    count: Annotated[int, MEASURE]
    at: Annotated[datetime, TIME]
    undone_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]
