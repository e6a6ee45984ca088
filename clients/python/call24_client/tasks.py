"""Tasks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: str
    name: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class TaskAnswer(TypedDict):
    """Something to do about a call, or that somebody wrote down."""

    id: str
    kind: Literal["voicemail", "missed_call", "callback_failed", "manual"]
    title: str | None
    state: Literal["open", "done"]
    version: int
    at: str
    due_at: str | None
    overdue: bool
    call_id: str | None
    queue: QueueRef | None
    contact_id: str | None
    name: str | None
    number: str | None
    recording_id: str | None
    duration_s: float | None
    assignee_id: str | None
    assignee: UserRef | None
    done_at: str | None
    done_by: UserRef | None
    restricted: bool
    done_call_id: str | None


class TaskPage(TypedDict):
    """A page of tasks, the newest first."""

    items: list[TaskAnswer]
    next: str | None


class NewTask(TypedDict):
    """A new task. `call_id`: the call that it is about; the task takes over its caller, and the day on which the
    call is deleted.
    """

    title: str
    queue_id: NotRequired[str | None]
    call_id: NotRequired[str | None]
    assignee_id: NotRequired[str | None]
    due_at: NotRequired[str | None]


class TaskChange(TypedDict):
    """A change of a task. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody.
    `version`: the one that you read; where it is no longer the current one, the answer is 409 `task_changed`.
    """

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
) -> Request[TaskPage]:
    """Lists tasks, the newest first. Agents see the tasks of their queues and those assigned to them. `assignee` is
    a user's id, or `me`.
    """
    return Request(
        "GET",
        "/v1/tasks",
        query={"limit": limit, "cursor": cursor, "queue": queue, "assignee": assignee, "state": state, "kind": kind},
    )


def add_task(body: NewTask, *, idempotency_key: str | None = None) -> Request[TaskAnswer]:
    """Creates a task. Without `queue_id` and `assignee_id` it is assigned to you."""
    return Request("POST", "/v1/tasks", body=body, headers={"Idempotency-Key": idempotency_key})


def read_task(task_id: str) -> Request[TaskAnswer]:
    """Retrieves a task. Agents see those of their queues and those assigned to them."""
    return Request("GET", f"/v1/tasks/{part(task_id)}")


def change_task(task_id: str, body: TaskChange, *, if_match: str | None = None) -> Request[TaskAnswer]:
    """Updates a task: assigns it, completes it, or opens it again. 409 `task_changed` where somebody else has
    changed it since `version`.
    """
    return Request("PATCH", f"/v1/tasks/{part(task_id)}", body=body, headers={"If-Match": if_match})
