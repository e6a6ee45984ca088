"""Recurring tasks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field

from call24.call_records.labels import named
from call24.http.access import SERIALISED, Body, allowed
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import TaskSeriesId
from call24.kit.instants import iso
from call24.tasks.api.answers import TaskSeriesAnswer, TaskSeriesPage
from call24.tasks.api.checks import ChecksDep, Id, TaskChecks
from call24.tasks.api.shown import AnswersDep, TaskAnswers
from call24.tasks.dependencies import SeriesDep
from call24.tasks.model import Priority
from call24.tasks.series_model import TaskSeries

router = Router(prefix="/v1/task-series", tags=["tasks"])

Reader = Annotated[Principal, Depends(allowed("tasks.read"))]
Writer = Annotated[Principal, Depends(allowed("tasks.write"))]
Line = Annotated[str, Field(max_length=400)]


class NewTaskSeries(Body):
    """A recurring task. `rule`: of RFC 5545, by days, weeks, months or years (`FREQ=WEEKLY;BYDAY=MO`). `starts`: the
    first time, in the organisation's time zone and without offset (`2026-11-30T09:00`): nine o'clock stays nine
    o'clock when the clocks change. `due_after_s`: seconds from when a task is made until it is due.
    """

    rule: str = Field(max_length=400)
    starts: str = Field(max_length=40)
    due_after_s: int = Field(24 * 3600, ge=0)
    title: str = Field(max_length=400)
    text: str = Field("", max_length=8000)
    priority: Priority = "normal"
    checklist: list[Line] = Field([], max_length=50)
    queue_id: Id | None = None
    assignee_id: Id | None = None


class TaskSeriesChange(Body):
    """Fields that are left out stay as they are. `assignee_id` null: for nobody; `queue_id` null: in no queue.

    `paused`: no task is made; once it is false again, the next is made at the first time that is still to come.
    """

    rule: str | None = Field(None, max_length=400)
    starts: str | None = Field(None, max_length=40)
    due_after_s: int | None = Field(None, ge=0)
    title: str | None = Field(None, max_length=400)
    text: str | None = Field(None, max_length=8000)
    priority: Priority | None = None
    checklist: list[Line] | None = Field(None, max_length=50)
    queue_id: Id | None = None
    assignee_id: Id | None = None
    paused: bool | None = None


@router.get("", operation_id="tasks_list_series")
async def list_series(
    principal: Reader, series: SeriesDep, checks: ChecksDep, answers: AnswersDep, asked: AskedDep
) -> TaskSeriesPage:
    """Lists recurring tasks, the oldest first. Agents see those of their queues and those assigned to them."""
    found = [one for one in await series.all(principal.tenant_id) if _sees(one, checks)]
    return asked.page(found, lambda one: _series(one, answers), lambda one: (ms(one.created_at), one.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="tasks_add_series")
async def add(
    body: NewTaskSeries, principal: Writer, series: SeriesDep, checks: ChecksDep, answers: AnswersDep
) -> TaskSeriesAnswer:
    """Creates a recurring task: at each of its times a task is made, once.

    Without `queue_id` and `assignee_id` they are assigned to you.

    Of times that pass while the server is off, a task is made for the last. An organisation has at most 500; one more
    is a 409 `too_many`.
    """
    queue_id, assignee = checks.queue(body.queue_id), checks.user(body.assignee_id)
    made = await series.add(
        principal.tenant_id,
        principal.user_id,
        rule=body.rule,
        starts=body.starts,
        due_after_s=body.due_after_s,
        title=body.title,
        text=body.text,
        priority=body.priority,
        checklist=tuple(body.checklist),
        queue_id=queue_id,
        assignee=principal.user_id if queue_id is None and assignee is None else assignee,
    )
    return _series(made, answers)


@router.get("/{series_id}", operation_id="tasks_read_series")
async def read(
    series_id: str, principal: Reader, series: SeriesDep, checks: ChecksDep, answers: AnswersDep
) -> TaskSeriesAnswer:
    """Retrieves a recurring task."""
    return _series(await _get(series_id, series, checks), answers)


@router.patch("/{series_id}", dependencies=SERIALISED, operation_id="tasks_change_series")
async def change(
    series_id: str,
    body: TaskSeriesChange,
    principal: Writer,
    series: SeriesDep,
    checks: ChecksDep,
    answers: AnswersDep,
) -> TaskSeriesAnswer:
    """Changes a recurring task for the times to come. Tasks that were made stay as they are.

    With another `rule` or `starts` the next task is made at the first time of the new rule that is still to come.
    """
    found = await _get(series_id, series, checks)
    asked: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name in body.model_fields_set - {"queue_id", "assignee_id"}
        if (value := getattr(body, name)) is not None
    }
    if "queue_id" in body.model_fields_set:
        asked["queue_id"] = checks.queue(body.queue_id)
    if "assignee_id" in body.model_fields_set:
        asked["assignee"] = checks.user(body.assignee_id)
    return _series(await series.change(found, asked), answers)


@router.delete("/{series_id}", status_code=204, operation_id="tasks_remove_series")
async def remove(series_id: str, principal: Writer, series: SeriesDep, checks: ChecksDep) -> None:
    """Deletes a recurring task: no further task is made. Those that were made stay."""
    found = await _get(series_id, series, checks)
    await series.remove(principal.tenant_id, found.id)


async def _get(series_id: str, series: SeriesDep, checks: TaskChecks) -> TaskSeries:
    """Raises: NotFound, also for one that this user does not see."""
    found = await series.get(checks.principal.tenant_id, TaskSeriesId(series_id))
    if not _sees(found, checks):
        raise NotFound
    return found


def _sees(one: TaskSeries, checks: TaskChecks) -> bool:
    queues, user_id = checks.queues, checks.principal.user_id
    return queues is None or one.queue_id in queues or user_id in (one.assignee, one.created_by)


def _series(one: TaskSeries, answers: TaskAnswers) -> TaskSeriesAnswer:
    views = answers.views
    return {
        "id": one.id,
        "rule": one.rule,
        "starts": one.starts,
        "due_after_s": one.due_after_s,
        "title": one.title,
        "text": one.text,
        "priority": one.priority,
        "checklist": list(one.checklist),
        "queue": {"id": one.queue_id, "name": views.queue_name(one.queue_id)} if one.queue_id else None,
        "assignee": named(one.assignee, views.name),
        "next_at": iso(one.next_at),
        "paused": one.paused,
        "made": one.made,
        "created_at": iso(one.created_at),
        "created_by": named(one.created_by, views.name),
    }
