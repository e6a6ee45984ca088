"""What files tell the activity log: what was attached to a person, a task or a call that the viewer sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from call24.call_records.activity import CallActivity
from call24.files.model import StoredFile
from call24.kit.activity import (
    NOTHING,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    ActivitySubject,
    Opens,
    OpensKind,
    Place,
    Told,
    read_down,
)
from call24.kit.mongo import Mongo
from call24.tasks.activity import TaskActivity

_AT = "created_at"


class FileActivity:
    def __init__(self, mongo: Mongo, calls: CallActivity, tasks: TaskActivity) -> None:
        self._mongo = mongo
        self._calls = calls
        self._tasks = tasks

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        rule = _of(question.subject)
        if rule is None:
            return NOTHING
        files = self._mongo.tenant(question.viewer.tenant_id).collection(StoredFile)
        whole: dict[str, Any] = {"state": {"$ne": "uploading"}, "deleted_at": None}

        async def read(further: Mapping[str, Any], limit: int) -> list[StoredFile]:
            return await files.find({"$and": [rule, whole, further]}, sort=[(_AT, -1), ("id", -1)], limit=limit)

        return await read_down(question, read, _place, partial(self._shown, question), _AT)

    async def _shown(self, question: ActivityQuestion, found: Sequence[StoredFile]) -> list[ActivityEntry]:
        viewer = question.viewer
        calls = await self._calls.visible(viewer, {one.call_id for one in found if one.call_id is not None})
        tasks = await self._tasks.visible(viewer, {one.task_id for one in found if one.task_id is not None})
        seen = {
            "call": lambda one: one.call_id in calls,
            "task": lambda one: one.task_id in tasks,
            "person": lambda one: "people.read" in viewer.permissions,
        }
        return [_entry(one) for one in found if seen[one.about](one) and _is_of(one, question.subject)]


def _of(subject: ActivitySubject) -> dict[str, Any] | None:
    if subject.task_id is not None:
        return {"task_id": subject.task_id}
    numbers = {"contact_ids": {"$in": list(subject.contact_ids)}}
    if subject.person_id is not None:
        return {"$or": [{"person_id": subject.person_id}, *([numbers] if subject.contact_ids else [])]}
    return numbers if subject.contact_ids else None


def _is_of(one: StoredFile, subject: ActivitySubject) -> bool:
    """A number may be several people's: a file of one of them is not in the other's log."""
    return subject.person_id is None or one.person_id in (None, subject.person_id)


def _place(one: StoredFile) -> Place:
    return one.created_at, one.id


def _entry(one: StoredFile) -> ActivityEntry:
    kind: OpensKind = one.about
    return ActivityEntry(
        id=one.id,
        kind="file",
        what="attached",
        at=one.created_at,
        by=one.uploaded_by,
        title=one.name,
        detail=one.type or None,
        opens=Opens(kind=kind, id=one.person_id or "")
        if one.about == "person"
        else Opens(kind=kind, id=(one.task_id if one.about == "task" else one.call_id) or ""),
        concerns=one.contact_ids,
        of_person=one.person_id,
    )


ACTIVITY = (ActivitySource(name="files", permission="files.read", of=FileActivity, tell=FileActivity.tell),)
