"""What tasks tell the activity log: changes and comments, of one task or of those about a person or a number.

Of tasks that the viewer sees: those of their queues and those assigned to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec

from call24.kit.activity import (
    NOTHING,
    ActivityChange,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    ActivitySubject,
    ActivityViewer,
    Opens,
    Place,
    Told,
    read_down,
    words,
)
from call24.kit.ids import ContactId, PersonId, QueueId, TaskId, UserId
from call24.kit.mongo import Mongo
from call24.tasks.history_model import TaskComment, TaskEntry
from call24.tasks.history_rules import SILENT
from call24.tasks.model import ACTIVE, CLOSED, Kind, Task

TASKS_MAX = 100
"""Tasks of a person or a number, the newest, of which also what was done before they were said to be theirs is told. Of
all others, what was done since. MongoDB merges 200 places in an index; of more it would sort everything there is."""
_NEWEST = [("at", -1), ("id", -1)]

N = TypeVar("N", TaskEntry, TaskComment)


class SeenTask(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the same names of a task."""

    id: TaskId
    kind: Kind
    title: str | None = None
    contact_id: ContactId | None = None
    person_id: PersonId | None = None
    queue_id: QueueId | None = None
    assignee: UserId | None = None


class _Id(msgspec.Struct, frozen=True):
    id: TaskId


class TaskActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell_history(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        return await self._tell(question, TaskEntry, _changed)

    async def tell_comments(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        return await self._tell(question, TaskComment, _commented)

    async def visible(self, viewer: ActivityViewer, ids: Collection[TaskId]) -> dict[TaskId, SeenTask]:
        """Those of these tasks that the viewer sees. Raises: Unavailable."""
        if not ids or "tasks.read" not in viewer.permissions:
            return {}
        tasks = self._mongo.tenant(viewer.tenant_id).collection(Task)
        found = await tasks.find_parts(SeenTask, {"id": {"$in": sorted(set(ids))}})
        return {task.id: task for task in found if _sees(viewer, task)}

    async def _tell(
        self, question: ActivityQuestion, struct: type[N], entry: Callable[[N, SeenTask], ActivityEntry]
    ) -> Told:
        rule = await self._rule(question.viewer, question.subject)
        if rule is None:
            return NOTHING
        noted = self._mongo.tenant(question.viewer.tenant_id).collection(struct)

        async def read(further: Mapping[str, Any], limit: int) -> list[N]:
            return await noted.find({"$and": [rule, further]}, sort=_NEWEST, limit=limit)

        return await read_down(question, read, _place, partial(self._shown, question, entry))

    async def _shown(
        self, question: ActivityQuestion, entry: Callable[[N, SeenTask], ActivityEntry], found: Sequence[N]
    ) -> list[ActivityEntry]:
        tasks = await self.visible(question.viewer, {one.task_id for one in found})
        theirs = {id: task for id, task in tasks.items() if _is_of(task, question.subject)}
        return [entry(one, theirs[one.task_id]) for one in found if one.task_id in theirs]

    async def _rule(self, viewer: ActivityViewer, subject: ActivitySubject) -> dict[str, Any] | None:
        if subject.task_id is not None:
            return {"task_id": subject.task_id}
        whose: list[dict[str, Any]] = []
        if subject.contact_ids:
            whose.append({"contact_id": {"$in": list(subject.contact_ids)}})
        if subject.person_id is not None:
            whose.append({"person_id": subject.person_id})
        if not whose:
            return None
        tasks = self._mongo.tenant(viewer.tenant_id).collection(Task)
        wanted = {"$or": whose, "state": {"$in": [*ACTIVE, *CLOSED]}}
        newest = await tasks.find_parts(_Id, wanted, sort=[("created_at", -1), ("id", -1)], limit=TASKS_MAX)
        ways = [one for one in whose if "contact_id" in one]
        ways += [{"task_id": {"$in": [task.id for task in newest]}}] if newest else []
        return {"$or": ways} if ways else None


def _sees(viewer: ActivityViewer, task: SeenTask) -> bool:
    return viewer.queues is None or task.queue_id in viewer.queues or task.assignee == viewer.user_id


def _is_of(task: SeenTask, subject: ActivitySubject) -> bool:
    """A number may be several people's: a task about one of them is not in the other's log."""
    return subject.person_id is None or task.person_id in (None, subject.person_id)


def _place(one: TaskEntry | TaskComment) -> Place:
    return one.at, one.id


def _changed(one: TaskEntry, task: SeenTask) -> ActivityEntry:
    changes = tuple(
        ActivityChange(field=_FIELDS.get(each.field, each.field), before=words(each.before), after=words(each.after))
        for each in one.changes
        if each.field not in SILENT
    )
    return ActivityEntry(
        id=one.id,
        kind="task",
        what=one.what,
        at=one.at,
        by=one.by,
        title=task.title,
        detail=task.kind,
        changes=changes,
        opens=Opens(kind="task", id=task.id),
        concerns=_whose(task),
        of_person=task.person_id,
    )


def _commented(one: TaskComment, task: SeenTask) -> ActivityEntry:
    return ActivityEntry(
        id=one.id,
        kind="comment",
        what="added",
        at=one.at,
        by=one.by,
        title=task.title,
        detail=task.kind,
        text=one.text,
        opens=Opens(kind="task", id=task.id),
        concerns=_whose(task),
        of_person=task.person_id,
    )


def _whose(task: SeenTask) -> tuple[ContactId, ...]:
    return (task.contact_id,) if task.contact_id is not None else ()


_FIELDS = {"assignee": "assignee_id"}
"""Names in the API, of those that are stored under another."""

ACTIVITY = (
    ActivitySource(name="tasks", permission="tasks.read", of=TaskActivity, tell=TaskActivity.tell_history),
    ActivitySource(name="task comments", permission="tasks.read", of=TaskActivity, tell=TaskActivity.tell_comments),
)
