"""What this room holds of persons: whose task it is; of calls: what a task says of its call; of organisations:
what is in memory.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import CallerTrace, ChangedByRoom, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.tasks.model import Task
from call24.tasks.service import TaskService


class TaskOf(msgspec.Struct, frozen=True, kw_only=True):
    """Its title may speak of a customer."""

    id: str
    kind: str
    state: str
    call_id: str | None = None
    created_at: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None


HOLDS = Holdings(
    room="tasks",
    traces=(
        Trace(
            struct=Task,
            fields=("assignee", "done_by"),
            erase=ChangedByRoom("open ones lose their assignee"),
            file="tasks",
            part=TaskOf,
        ),
    ),
    callers=(CallerTrace(struct=Task, contact="contact_id"),),
    keepers=(
        Keeper(
            of=TaskService,
            forget_person=TaskService.forget_user,
            forget_organisation=TaskService.forget_tenant,
            stage=Stage.READERS,  # its last records may have had the tasks looked for
            erase_callers=("tasks", TaskService.erase_callers),
            erase_calls=("calls_in_tasks", TaskService.erase),
            erase_due=("callers_in_tasks", TaskService.erase_due),
        ),
    ),
)
