"""Changes of many tasks at once, and undoing them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import AwareDatetime, Field

from call24.http.access import SERIALISED, Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import BulkChangeId, TaskId
from call24.kit.instants import iso
from call24.tasks.api.answers import BulkAnswer, BulkOutcome, BulkPage, BulkUndone
from call24.tasks.api.checks import ChecksDep, Id, TaskChecks
from call24.tasks.api.shown import AnswersDep
from call24.tasks.api.tasks import FIELDS, Cursor, Limit, TaskQuestion, task_filter
from call24.tasks.bulk import FILTERED_MAX, IDS_MAX
from call24.tasks.dependencies import BulkDep, TasksDep
from call24.tasks.history_model import BulkChange
from call24.tasks.model import Priority, State

router = Router(prefix="/v1/task-bulk-changes", tags=["tasks"])

Writer = Annotated[Principal, Depends(allowed("tasks.write"))]


class BulkFields(Body):
    """What all of them become. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody."""

    state: State | None = None
    priority: Priority | None = None
    assignee_id: Id | None = None
    queue_id: Id | None = None
    due_at: AwareDatetime | None = Field(None, strict=False)


class NewBulkChange(Body):
    """Either `ids`, at most 500, or `filter` with the `count` that `POST /v1/tasks/count` answered, at most 2,000."""

    change: BulkFields
    ids: list[Id] = Field([], max_length=IDS_MAX)
    filter: TaskQuestion | None = None
    count: int | None = Field(None, ge=1, le=FILTERED_MAX)


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="tasks_change_many")
async def change_many(
    body: NewBulkChange,
    principal: Writer,
    tasks: TasksDep,
    bulk: BulkDep,
    checks: ChecksDep,
    answers: AnswersDep,
) -> BulkOutcome:
    """Changes many tasks. For 30 days it can be undone.

    By a filter, the number that was shown to the user is said with it: where another number matches by now, the answer
    is 409 `count_changed`, and nothing is changed. `refused`: tasks that cannot become this, such as a done one that
    cannot be dropped, that somebody changed in this moment, or that are not there for you. Where none of `ids` is there
    for you, the answer is 422.
    """
    asked, unseen = _fields(body.change, checks), list[TaskId]()
    if (body.filter is None) == (not body.ids):
        raise Invalid(errors=[("ids", "either ids or a filter")])
    if body.filter is not None:
        wanted = task_filter(body.filter, checks, answers)
        ids = await tasks.ids(principal.tenant_id, wanted, FILTERED_MAX + 1)
        if len(ids) != body.count:
            raise Conflict(f"{len(ids)} tasks match now, not {body.count}", code="count_changed")
    else:
        queues = checks.queues
        named = dict.fromkeys(TaskId(one) for one in body.ids)
        seen = {task.id for task in await tasks.some(principal.tenant_id, list(named)) if checks.sees(task, queues)}
        if not seen:
            raise Invalid(errors=[("ids", "ids of tasks that you see")])
        ids, unseen = [one for one in named if one in seen], [one for one in named if one not in seen]
    done = await bulk.change(principal.tenant_id, ids, asked, principal.user_id)
    return {
        "bulk_change": _bulk(done.bulk),
        "changed": done.changed,
        "same": done.same,
        "refused": [*done.refused, *unseen],
    }


@router.get("", operation_id="tasks_list_bulk_changes")
async def list_bulk_changes(principal: Writer, bulk: BulkDep, limit: Limit = 25, cursor: Cursor = None) -> BulkPage:
    """Lists your own changes of many tasks in the last 30 days, the newest first."""
    found, following = await bulk.page(principal.tenant_id, principal.user_id, limit=limit, cursor=cursor)
    return {"items": [_bulk(one) for one in found], "next": following}


@router.post("/{bulk_id}/undo", operation_id="tasks_undo_bulk_change")
async def undo(bulk_id: str, principal: Writer, bulk: BulkDep) -> BulkUndone:
    """Undoes a change of many tasks, within 30 days. What was changed again since stays as it is.

    409 `already_undone`. A change that was cut off, as by a power cut, is undone as far as it came.
    """
    return {"undone": await bulk.undo(principal.tenant_id, BulkChangeId(bulk_id), principal.user_id)}


def _fields(body: BulkFields, checks: TaskChecks) -> dict[str, Any]:
    """Raises: Invalid."""
    given = body.model_fields_set
    asked: dict[str, Any] = {
        name: value for name in ("state", "priority") if (value := getattr(body, name)) is not None
    }
    if "assignee_id" in given:
        asked["assignee"] = checks.user(body.assignee_id)
    if "queue_id" in given:
        asked["queue_id"] = checks.queue(body.queue_id)
    if "due_at" in given:
        asked["due_at"] = checks.time(body.due_at, "due_at")
    return asked


def _bulk(one: BulkChange) -> BulkAnswer:
    return {
        "id": one.id,
        "fields": [FIELDS.get(name, name) for name in one.fields],
        "count": one.count,
        "at": iso(one.at),
        "undone_at": iso(one.undone_at),
        "until": iso(one.delete_at),
    }
