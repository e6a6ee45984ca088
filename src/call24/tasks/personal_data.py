"""What this room holds of persons: whose task it is, and what they wrote of it; of calls: what a task says of its call;
of organisations: what is in memory.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import CallerTrace, ChangedByRoom, KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.tasks.comments import TaskComments
from call24.tasks.filters import SavedFilter, SavedParts
from call24.tasks.history_model import BulkChange, TaskComment, TaskEntry
from call24.tasks.model import Task
from call24.tasks.offers import TaskOffers
from call24.tasks.series import TaskSeriesService
from call24.tasks.series_model import TaskSeries
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


class CommentOf(msgspec.Struct, frozen=True, kw_only=True):
    """Its text may speak of a customer."""

    id: str
    task_id: str
    at: datetime


class SeriesOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    created_at: datetime


class FilterOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    parts: SavedParts
    created_at: datetime


_TEAM = "who did what with the team's tasks, and is a former colleague now"

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
        Trace(
            struct=Task,
            fields=("offered_to", "tried"),
            erase=ChangedByRoom("the offer is withdrawn, and who was asked is forgotten"),
            untold="of the moment: who took a task is in `tasks`",
        ),
        Trace(
            struct=Task,
            fields=("created_by",),
            erase=KeptById("who wrote it down for the team"),
            file="tasks_written",
            part=TaskOf,
        ),
        Trace(
            struct=TaskEntry,
            fields=("by",),
            erase=KeptById(_TEAM),
            untold="what it says is in `tasks`, and may speak of a customer",
        ),
        Trace(
            struct=TaskComment,
            fields=("by",),
            erase=ChangedByRoom("the team keeps what it says, and not who said it"),
            file="task_comments",
            part=CommentOf,
            order="at",
        ),
        Trace(
            struct=TaskComment,
            fields=("mentions",),
            erase=KeptById("whom a colleague named"),
            untold="what it says is another's",
        ),
        Trace(struct=BulkChange, fields=("by",), erase=KeptById(_TEAM), untold="what it did is in `task_history`"),
        Trace(
            struct=TaskSeries,
            fields=("assignee",),
            erase=ChangedByRoom("it loses its assignee"),
            file="task_series",
            part=SeriesOf,
        ),
        Trace(
            struct=TaskSeries,
            fields=("created_by",),
            erase=KeptById("who wrote it down for the team"),
            untold="what it says is the team's",
        ),
        Trace(struct=SavedFilter, fields=("user_id",), file="task_filters", part=FilterOf, order="created_at"),
    ),
    callers=(
        CallerTrace(struct=Task, contact="contact_id"),
        CallerTrace(struct=TaskComment, contact="contact_id"),
        CallerTrace(struct=TaskEntry, contact="contact_id", untold="what `tasks` said before"),
    ),
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
        Keeper(of=TaskOffers, forget_person=TaskOffers.forget_user),
        Keeper(of=TaskComments, forget_person=TaskComments.forget_user),
        Keeper(of=TaskSeriesService, forget_person=TaskSeriesService.forget_user),
    ),
)
