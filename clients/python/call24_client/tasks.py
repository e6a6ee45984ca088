"""Tasks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListTasksAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


class AddTaskAnswerQueue(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class AddTaskAnswer(TypedDict):
    id: str
    kind: NotRequired[str | None]
    title: NotRequired[str | None]
    state: NotRequired[str | None]
    version: NotRequired[float | None]
    at: NotRequired[str | None]
    due_at: NotRequired[Any]
    overdue: NotRequired[bool | None]
    call_id: NotRequired[Any]
    queue: NotRequired[AddTaskAnswerQueue | None]
    contact_id: NotRequired[Any]
    name: NotRequired[Any]
    number: NotRequired[Any]
    recording_id: NotRequired[Any]
    duration_s: NotRequired[Any]
    assignee_id: NotRequired[str | None]
    assignee: NotRequired[AddTaskAnswerQueue | None]
    done_at: NotRequired[Any]
    done_by: NotRequired[Any]
    done_call_id: NotRequired[Any]


class NewTask(TypedDict):
    """`call_id`: the call that it is about; its caller and its day of deletion are taken over."""

    title: str
    queue_id: NotRequired[str | None]
    call_id: NotRequired[str | None]
    assignee_id: NotRequired[str | None]
    due_at: NotRequired[str | None]


class ChangeTaskAnswer(TypedDict):
    id: str
    kind: NotRequired[str | None]
    title: NotRequired[str | None]
    state: NotRequired[str | None]
    version: NotRequired[float | None]
    at: NotRequired[str | None]
    due_at: NotRequired[Any]
    overdue: NotRequired[bool | None]
    call_id: NotRequired[Any]
    queue: NotRequired[Any]
    contact_id: NotRequired[Any]
    name: NotRequired[Any]
    number: NotRequired[Any]
    recording_id: NotRequired[Any]
    duration_s: NotRequired[Any]
    assignee_id: NotRequired[str | None]
    assignee: NotRequired[AddTaskAnswerQueue | None]
    done_at: NotRequired[str | None]
    done_by: NotRequired[AddTaskAnswerQueue | None]
    done_call_id: NotRequired[Any]


class TaskChange(TypedDict):
    """What is not named stays as it is. `version`: the one that was read; another one by now is a conflict."""

    state: NotRequired[Literal["open", "done"] | None]
    assignee_id: NotRequired[str | None]
    version: NotRequired[int | None]


def list_tasks(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    queue: str | None = None,
    assignee: str | None = None,
    state: Literal["open", "done"] | None = None,
    kind: Literal["voicemail", "missed_call", "callback_failed", "manual"] | None = None,
) -> Request[ListTasksAnswer]:
    """Newest first. `assignee`: a user's id, or `me`."""
    return Request(
        "GET",
        "/v1/tasks",
        query={"limit": limit, "cursor": cursor, "queue": queue, "assignee": assignee, "state": state, "kind": kind},
    )


def add_task(body: NewTask, *, idempotency_key: str | None = None) -> Request[AddTaskAnswer]:
    """Something to do that no call has said. Without `queue_id` and `assignee_id` it is the writer's own."""
    return Request("POST", "/v1/tasks", body=body, headers={"Idempotency-Key": idempotency_key})


def change_task(task_id: str, body: TaskChange) -> Request[ChangeTaskAnswer]:
    """Assign it (`null`: to nobody), do it, take it up again."""
    return Request("PATCH", f"/v1/tasks/{part(task_id)}", body=body)
