"""Tasks: voicemails, missed calls, failed callbacks, and what users wrote down. An agent sees those of its queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import AwareDatetime, Field

from call24.call_records.labels import named
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, PersonId, QueueId, TaskSeriesId, UserId
from call24.kit.instants import iso
from call24.restrictions.service import data_restricted
from call24.tasks.api.answers import TaskAnswer, TaskCount, TaskHistoryPage, TaskPage
from call24.tasks.api.checks import ChecksDep, Id, TaskChecks
from call24.tasks.api.shown import AnswersDep, TaskAnswers
from call24.tasks.bulk import FILTERED_MAX
from call24.tasks.dependencies import TasksDep
from call24.tasks.history_rules import SILENT
from call24.tasks.list_rules import Order
from call24.tasks.model import Kind, Priority, State
from call24.tasks.store import TaskFilter

router = Router(prefix="/v1/tasks", tags=["tasks"])

Reader = Annotated[Principal, Depends(allowed("tasks.read"))]
Writer = Annotated[Principal, Depends(allowed("tasks.write"))]
QueryId = Annotated[str | None, Query(max_length=40)]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]


class NewChecklistItem(Body):
    """One line of a checklist."""

    text: str = Field(max_length=400)
    done: bool = False


Checklist = list[NewChecklistItem]


class NewTask(Body):
    """A new task. `call_id`: the call that it is about; the task takes over its caller, and the day on which the call
    is deleted. `person_id`: of the address book; the task takes over the first number. `contact_id`: with the
    permission `calls.read_all` alone.

    `kind` callback: you promised to call back. `remind_at`: you, or whoever it is assigned to then, is notified.
    """

    title: str = Field(max_length=400)
    text: str = Field("", max_length=8000)
    kind: Literal["manual", "callback"] = "manual"
    priority: Priority = "normal"
    queue_id: Id | None = None
    call_id: Id | None = None
    contact_id: Id | None = None
    person_id: Id | None = None
    assignee_id: Id | None = None
    due_at: AwareDatetime | None = Field(None, strict=False)
    remind_at: AwareDatetime | None = Field(None, strict=False)
    checklist: Checklist = Field([], max_length=50)


class TaskChange(Body):
    """A change of a task. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody.

    `version`: the one that you read; where it is no longer the current one, the answer is 409 `task_changed`. Caller
    and person can be set where there is none; of another caller, add another task.
    """

    title: str | None = Field(None, max_length=400)
    text: str | None = Field(None, max_length=8000)
    priority: Priority | None = None
    state: State | None = None
    assignee_id: Id | None = None
    queue_id: Id | None = None
    person_id: Id | None = None
    contact_id: Id | None = None
    due_at: AwareDatetime | None = Field(None, strict=False)
    remind_at: AwareDatetime | None = Field(None, strict=False)
    checklist: Checklist | None = Field(None, max_length=50)
    version: int | None = Field(None, ge=1)


@dataclass(frozen=True)
class AskedTasks:
    """What a list asks for."""

    queue: QueryId = None
    assignee: QueryId = None
    unassigned: bool = False
    state: State | None = None
    closed: bool | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    contact: QueryId = None
    person: QueryId = None
    series: QueryId = None
    overdue: bool = False


AskedTasksDep = Annotated[AskedTasks, Depends()]


class TaskQuestion(Body):
    """Which tasks, as `GET /v1/tasks` is asked; `q`: words of title, text and checklist, of which the last may be a
    beginning."""

    queue: Id | None = None
    assignee: Id | None = None
    unassigned: bool = False
    state: State | None = None
    closed: bool | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    contact: Id | None = None
    person: Id | None = None
    series: Id | None = None
    overdue: bool = False
    q: str = Field("", max_length=100)


class TaskSearch(TaskQuestion):
    """Which tasks, in which order, and where the page begins."""

    sort: Order = "newest"
    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=200)


def task_filter(asked: AskedTasks | TaskQuestion, checks: TaskChecks, answers: TaskAnswers) -> TaskFilter:
    who = checks.principal
    assignee = who.user_id if asked.assignee == "me" else UserId(asked.assignee) if asked.assignee else None
    return TaskFilter(
        queues=checks.queues,
        user_id=who.user_id,
        queue_id=QueueId(asked.queue) if asked.queue is not None else None,
        assignee=assignee,
        unassigned=asked.unassigned,
        state=asked.state,
        closed=asked.closed,
        kind=asked.kind,
        priority=asked.priority,
        contact_id=ContactId(asked.contact) if asked.contact is not None else None,
        person_id=PersonId(asked.person) if asked.person is not None else None,
        series_id=TaskSeriesId(asked.series) if asked.series is not None else None,
        overdue=asked.overdue,
        now=answers.now(),
        q=asked.q if isinstance(asked, TaskQuestion) else "",
    )


@router.get("", operation_id="tasks_list_tasks")
async def list_tasks(
    principal: Reader,
    tasks: TasksDep,
    checks: ChecksDep,
    answers: AnswersDep,
    asked: AskedTasksDep,
    limit: Limit = 25,
    cursor: Cursor = None,
    sort: Order = "newest",
) -> TaskPage:
    """Lists tasks, the newest first.

    Agents see the tasks of their queues and those assigned to them. `assignee` is a user's id, or `me`; `unassigned`:
    nobody's; `closed`: done and dropped ones, or (false) those that are neither; `overdue`: neither, and due before
    now. `sort`: `due` with the earliest due date first, `priority` with urgent ones first, `changed` with the newest
    change first. To look for words, use `POST /v1/tasks/search`.
    """
    wanted = task_filter(asked, checks, answers)
    page = await tasks.page(principal.tenant_id, wanted, limit=limit, cursor=cursor, order=sort)
    return {"items": await answers.several(principal.tenant_id, page.tasks), "next": page.next}


@router.post("/search", operation_id="tasks_search")
async def search(
    body: TaskSearch, principal: Reader, tasks: TasksDep, checks: ChecksDep, answers: AnswersDep
) -> TaskPage:
    """Searches tasks by words of title, text and checklist, and by all that a list can be asked.

    A POST, since URLs are logged on the way and the words may be personal data. All words must be found; accents and
    script (Cyrillic or Latin) do not matter. By words, tasks are not found whose caller's data is kept and not used.
    """
    wanted = task_filter(body, checks, answers)
    page = await tasks.page(principal.tenant_id, wanted, limit=body.limit, cursor=body.cursor, order=body.sort)
    shown = [task for task in page.tasks if not (wanted.q and answers.restricted(task))]
    return {"items": await answers.several(principal.tenant_id, shown), "next": page.next}


@router.post("/count", operation_id="tasks_count")
async def count(
    body: TaskQuestion, principal: Reader, tasks: TasksDep, checks: ChecksDep, answers: AnswersDep
) -> TaskCount:
    """Counts tasks, asked for as in a search: what a change of all of them would change. Up to 2,000."""
    found = await tasks.count(principal.tenant_id, task_filter(body, checks, answers), FILTERED_MAX + 1)
    return {"count": min(found, FILTERED_MAX), "more": found > FILTERED_MAX}


@router.post("", status_code=201, operation_id="tasks_add_task")
async def add_task(
    body: NewTask, principal: Writer, tasks: TasksDep, checks: ChecksDep, answers: AnswersDep
) -> TaskAnswer:
    """Creates a task. Without `queue_id` and `assignee_id` it is assigned to you."""
    checks.time(body.due_at, "due_at")
    checks.time(body.remind_at, "remind_at")
    queue_id, assignee = checks.queue(body.queue_id), checks.user(body.assignee_id)
    record = await checks.call(body.call_id) if body.call_id is not None else None
    contact_id = record.contact_id if record is not None else None
    person_id = None
    if body.contact_id is not None:
        contact_id = contact_id or await checks.contact(body.contact_id)
    if body.person_id is not None:
        person_id, number = await checks.person(body.person_id)
        contact_id = contact_id or number
    task = await tasks.add(
        principal.tenant_id,
        body.title,
        kind=body.kind,
        text=body.text,
        priority=body.priority,
        checklist=[item.model_dump() for item in body.checklist],
        queue_id=queue_id,
        call_id=record.id if record is not None else None,
        contact_id=contact_id,
        person_id=person_id,
        assignee=principal.user_id if queue_id is None and assignee is None else assignee,
        due_at=body.due_at,
        remind_at=body.remind_at,
        delete_at=record.delete_at if record is not None else None,
        by=principal.user_id,
    )
    return await answers.one(task)


@router.get("/{task_id}", operation_id="tasks_read_task")
async def read_task(task_id: str, principal: Reader, checks: ChecksDep, answers: AnswersDep) -> TaskAnswer:
    """Retrieves a task. Agents see those of their queues and those assigned to them."""
    return await answers.one(await checks.task(task_id))


@router.patch("/{task_id}", operation_id="tasks_change_task")
async def change_task(
    task_id: str,
    body: TaskChange,
    principal: Writer,
    tasks: TasksDep,
    checks: ChecksDep,
    answers: AnswersDep,
) -> TaskAnswer:
    """Updates a task: writes it otherwise, assigns it, moves it, completes it, or opens it again.

    409 `task_changed` where somebody else has changed it since `version`; 409 `task_transition` where a task in this
    state cannot become that: what is done or dropped is opened again first.
    """
    task = await checks.task(task_id)
    if body.version is not None and not await tasks.same_since(task, body.version):
        raise Conflict("Somebody else has changed it", code="task_changed")
    asked = await asked_fields(body, checks)
    if answers.restricted(task) and asked.keys() & {"title", "text", "checklist", "person_id", "contact_id"}:
        raise data_restricted()
    return await answers.one(await tasks.change(task, asked, principal.user_id))


@router.get("/{task_id}/history", operation_id="tasks_list_history")
async def list_history(
    task_id: str,
    principal: Reader,
    tasks: TasksDep,
    checks: ChecksDep,
    answers: AnswersDep,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> TaskHistoryPage:
    """Lists what was done with a task, the newest first: each field as it was and as it is then, by whom and when. The
    last 200 changes are kept.

    Instants are in ISO 8601, users and queues by their ids, a checklist line by line (`[x] done`, `[ ] not done`).
    """
    task = await checks.task(task_id)
    if answers.restricted(task):
        raise data_restricted()
    found = await tasks.history(task, limit=limit, cursor=cursor)
    return {
        "items": [
            {
                "version": entry.version,
                "what": entry.what,
                "at": iso(entry.at),
                "by": named(entry.by, answers.views.name),
                "changes": [
                    {"field": FIELDS.get(one.field, one.field), "before": one.before, "after": one.after}
                    for one in entry.changes
                    if one.field not in SILENT
                ],
            }
            for entry in found.entries
        ],
        "next": found.next,
    }


FIELDS = {"assignee": "assignee_id"}
"""Names in the API, of those that are stored under another."""


async def asked_fields(body: TaskChange, checks: TaskChecks) -> dict[str, Any]:
    """Fields of a task as they are to be. Raises: Invalid, Refused, NotFound."""
    given = body.model_fields_set - {"version"}
    asked: dict[str, Any] = {}
    for name in ("title", "text", "priority", "state", "checklist"):
        if name in given and (value := getattr(body, name)) is not None:
            asked[name] = [item.model_dump() for item in value] if name == "checklist" else value
    for name in ("due_at", "remind_at"):
        if name in given:
            asked[name] = checks.time(getattr(body, name), name)
    if "assignee_id" in given:
        asked["assignee"] = checks.user(body.assignee_id)
    if "queue_id" in given:
        asked["queue_id"] = checks.queue(body.queue_id)
    if body.contact_id is not None:
        asked["contact_id"] = await checks.contact(body.contact_id)
    if body.person_id is not None:
        asked["person_id"], number = await checks.person(body.person_id)
        if number is not None and body.contact_id is None:
            asked["contact_id"] = number
    return asked
