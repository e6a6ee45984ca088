"""What the API answers about tasks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import QueueRef, UserRef
from call24.kit.answers import Instant
from call24.tasks.model import Kind, State


class TaskAnswer(TypedDict):
    """Something to do about a call, or that somebody wrote down."""

    id: str
    kind: Annotated[Kind, Field(description="What left it to do; manual: somebody wrote it down")]
    title: Annotated[str | None, Field(description="Only of a manual one; else null")]
    state: State
    version: Annotated[int, Field(description="Counts the changes")]
    at: Annotated[Instant, Field(description="When it was created")]
    due_at: Instant | None
    overdue: Annotated[bool, Field(description="Open, and `due_at` is past")]
    call_id: Annotated[str | None, Field(description="The call that it is about; null: none, or it is deleted")]
    queue: QueueRef | None
    contact_id: str | None
    name: Annotated[str | None, Field(description="The contact's name")]
    number: Annotated[str | None, Field(description="The contact's number")]
    recording_id: Annotated[str | None, Field(description="The message that was left")]
    duration_s: Annotated[float | None, Field(description="Seconds of that message; null: there is none to hear")]
    assignee_id: str | None
    assignee: Annotated[UserRef | None, Field(description="null: assigned to nobody")]
    done_at: Instant | None
    done_by: Annotated[UserRef | None, Field(description="Who did it; null: it is open, or the account is deleted")]
    restricted: Annotated[bool, Field(description="The caller's data is kept and not used: nothing of it is shown")]
    done_call_id: Annotated[
        str | None, Field(description="The later call with the customer by which it was done; null: by hand, or open")
    ]


class TaskPage(TypedDict):
    """A page of tasks, the newest first."""

    items: list[TaskAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
