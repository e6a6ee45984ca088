"""Tasks: voicemails, missed calls, failed callbacks, and what users wrote down. An agent sees those of its queues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import AwareDatetime, Field

from call24.agents.api.agent_days import in_calendar
from call24.call_records.dependencies import HistoryDep
from call24.call_records.labels import named
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.http.access import Body, allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import CallId, QueueId, TaskId, TenantId, UserId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.recordings.dependencies import RecordingsDep
from call24.recordings.service import Recordings
from call24.tasks.api.answers import TaskAnswer, TaskPage
from call24.tasks.dependencies import TasksDep
from call24.tasks.model import Kind, Task
from call24.tasks.store import TaskFilter

router = Router(prefix="/v1/tasks", tags=["tasks"])

Reader = Annotated[Principal, Depends(allowed("tasks.read"))]
Writer = Annotated[Principal, Depends(allowed("tasks.write"))]
Id = Annotated[str, Field(max_length=40)]
QueryId = Annotated[str | None, Query(max_length=40)]


class NewTask(Body):
    """A new task. `call_id`: the call that it is about; the task takes over its caller, and the day on which the call
    is deleted."""

    title: str = Field(max_length=400)
    queue_id: Id | None = None
    call_id: Id | None = None
    assignee_id: Id | None = None
    due_at: AwareDatetime | None = Field(None, strict=False)


class TaskChange(Body):
    """A change of a task. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody.

    `version`: the one that you read; where it is no longer the current one, the answer is 409 `task_changed`.
    """

    state: Literal["open", "done"] | None = None
    assignee_id: Id | None = None
    version: int | None = Field(None, ge=1)


@router.get("", operation_id="tasks_list_tasks")
async def list_tasks(
    principal: Reader,
    queue_service: QueuesDep,
    task_service: TasksDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    clock: ClockDep,
    views: ViewsDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    queue: QueryId = None,
    assignee: QueryId = None,
    state: Literal["open", "done"] | None = None,
    kind: Kind | None = None,
) -> TaskPage:
    """Lists tasks, the newest first.

    Agents see the tasks of their queues and those assigned to them. `assignee` is a user's id, or `me`.
    """
    wanted = TaskFilter(
        queues=visible_queues(principal, queue_service),
        user_id=principal.user_id,
        queue_id=QueueId(queue) if queue is not None else None,
        assignee=principal.user_id if assignee == "me" else UserId(assignee) if assignee is not None else None,
        state=state,
        kind=kind,
    )
    page = await task_service.page(principal.tenant_id, wanted, limit=limit, cursor=cursor)
    return {
        "items": await _views(contact_service, recording_service, clock, views, principal.tenant_id, page.tasks),
        "next": page.next,
    }


@router.post("", status_code=201, operation_id="tasks_add_task")
async def add_task(
    body: NewTask,
    principal: Writer,
    queue_service: QueuesDep,
    task_service: TasksDep,
    history_service: HistoryDep,
    identity: IdentityDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    clock: ClockDep,
    views: ViewsDep,
) -> TaskAnswer:
    """Creates a task. Without `queue_id` and `assignee_id` it is assigned to you."""
    if body.due_at is not None and not in_calendar(body.due_at):
        raise Invalid(errors=[("due_at", "an instant with its offset, such as 2026-11-24T09:00:00Z")])
    queues = visible_queues(principal, queue_service)
    _check_queue(body.queue_id, principal, queue_service, queues)
    _check_user(body.assignee_id, principal, identity)
    record = None
    if body.call_id is not None:
        record = await history_service.record(principal.tenant_id, CallId(body.call_id), queues, principal.user_id)
    mine = body.queue_id is None and body.assignee_id is None
    task = await task_service.add(
        principal.tenant_id,
        body.title,
        queue_id=QueueId(body.queue_id) if body.queue_id is not None else None,
        call_id=record.id if record is not None else None,
        contact_id=record.contact_id if record is not None else None,
        assignee=principal.user_id if mine else UserId(body.assignee_id) if body.assignee_id is not None else None,
        due_at=body.due_at,
        delete_at=record.delete_at if record is not None else None,
        by=principal.user_id,
    )
    return (await _views(contact_service, recording_service, clock, views, principal.tenant_id, [task]))[0]


@router.get("/{task_id}", operation_id="tasks_read_task")
async def read_task(
    task_id: str,
    principal: Reader,
    task_service: TasksDep,
    queue_service: QueuesDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    clock: ClockDep,
    views: ViewsDep,
) -> TaskAnswer:
    """Retrieves a task. Agents see those of their queues and those assigned to them."""
    task = await task_service.get(principal.tenant_id, TaskId(task_id))
    _check_visible(task, principal, queue_service)
    return (await _views(contact_service, recording_service, clock, views, principal.tenant_id, [task]))[0]


@router.patch("/{task_id}", operation_id="tasks_change_task")
async def change_task(
    task_id: str,
    body: TaskChange,
    principal: Writer,
    task_service: TasksDep,
    queue_service: QueuesDep,
    identity: IdentityDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    clock: ClockDep,
    views: ViewsDep,
) -> TaskAnswer:
    """Updates a task: assigns it, completes it, or opens it again.

    409 `task_changed` where somebody else has changed it since `version`.
    """
    task = await task_service.get(principal.tenant_id, TaskId(task_id))
    _check_visible(task, principal, queue_service)
    if body.version is not None and body.version != task.version:
        raise Conflict("Somebody else has changed it", code="task_changed")
    if "assignee_id" in body.model_fields_set and body.assignee_id != task.assignee:
        _check_user(body.assignee_id, principal, identity)
        task = await task_service.assign(
            task, UserId(body.assignee_id) if body.assignee_id is not None else None, principal.user_id
        )
    if body.state is not None:
        task = await task_service.set_state(task, body.state, principal.user_id)
    return (await _views(contact_service, recording_service, clock, views, principal.tenant_id, [task]))[0]


def _check_visible(task: Task, principal: Principal, queue_service: QueueService) -> None:
    """Raises: NotFound, as for a task that does not exist."""
    queues = visible_queues(principal, queue_service)
    if queues is not None and task.queue_id not in queues and task.assignee != principal.user_id:
        raise NotFound


def _check_queue(
    queue_id: str | None, principal: Principal, queue_service: QueueService, queues: Sequence[QueueId] | None
) -> None:
    """Raises: Invalid for a queue that this user does not see."""
    if queue_id is None:
        return
    queue = queue_service.known(QueueId(queue_id))
    if queue is None or queue.tenant_id != principal.tenant_id or (queues is not None and queue.id not in queues):
        raise Invalid(errors=[("queue_id", "one of your queues")])


def _check_user(user_id: str | None, principal: Principal, identity: IdentityService) -> None:
    user = identity.known_user(UserId(user_id)) if user_id is not None else None
    if user_id is not None and (user is None or user.tenant_id != principal.tenant_id):
        raise Invalid(errors=[("assignee_id", "a user of your organisation")])


async def _views(
    contact_service: ContactService,
    recording_service: Recordings,
    clock: Clock,
    views_service: Views,
    tenant_id: TenantId,
    tasks: Sequence[Task],
) -> list[TaskAnswer]:
    contacts = await contact_service.some(tenant_id, [task.contact_id for task in tasks if task.contact_id])
    calls = [task.call_id for task in tasks if task.recording_id is not None and task.call_id is not None]
    messages = await recording_service.of_calls(tenant_id, calls) if calls else {}
    views: list[TaskAnswer] = []
    for task in tasks:
        contact = contacts.get(task.contact_id) if task.contact_id is not None else None
        message = messages.get(task.call_id) if task.call_id is not None else None
        heard = message is not None and message.id == task.recording_id
        restricted = views_service.restricted(tenant_id, task.contact_id)
        views.append(
            {
                "id": task.id,
                "kind": task.kind,
                "title": None if restricted else task.title,
                "state": task.state,
                "version": task.version,
                "at": iso(task.created_at),
                "due_at": iso(task.due_at),
                "overdue": _overdue(task, clock.now()),
                "call_id": None if restricted else task.call_id,
                "queue": {"id": task.queue_id, "name": views_service.queue_name(task.queue_id)}
                if task.queue_id
                else None,
                "contact_id": None if restricted else task.contact_id,
                "name": contact.shown_name if contact is not None else None,
                "number": contact.number if contact is not None else None,
                "recording_id": None if restricted else task.recording_id,
                "duration_s": message.duration_s if heard and message is not None and not restricted else None,
                "assignee_id": task.assignee,
                "assignee": named(task.assignee, views_service.name),
                "done_at": iso(task.done_at),
                "done_by": named(task.done_by, views_service.name),
                "done_call_id": None if restricted else task.done_call_id,
                "restricted": restricted,
            }
        )
    return views


def _overdue(task: Task, now: datetime) -> bool:
    return task.state == "open" and task.due_at is not None and task.due_at < now
