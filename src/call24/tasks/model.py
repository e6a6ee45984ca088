"""A work item: what somebody of the team should do about a call, or about something a person wrote down."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    OnItsDay,
    Unset,
    WithOrganisation,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import CallId, ContactId, QueueId, RecordingId, TaskId, TenantId, UserId

Kind = Literal["voicemail", "missed_call", "callback_failed", "manual"]
State = Literal["open", "done"]

_CALLER = of_caller(
    Category.ID,
    "whom to call back",
    kept=OnItsDay(period="with its call; of an open task until it is done", by="room"),
    erase=Unset(),
)
_WORKER = of_user(Category.ID, "who is to do it, and who did")
_TITLE = of_caller(
    Category.TEXT,
    "what is to be done, in the words of who wrote it down",
    kept=WithOrganisation("free text, in which nobody is looked for"),
)


@document("tasks", tenant=True)
class Task(msgspec.Struct, frozen=True, kw_only=True):
    """``title`` only of a manual one. ``recording_id``: the message that was left. ``done_call_id``: the later call by
    which it was done by itself. ``version`` counts changes, so that nobody overwrites what they have not seen.
    A task outlives its call: on the call's ``delete_at`` what points at it is dropped, and whom it was about once the
    task is done too; ``delete_at`` is None then, and where there never was a call."""

    id: Annotated[TaskId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    kind: Annotated[Kind, STATE]
    title: Annotated[str | None, _TITLE] = None
    call_id: Annotated[CallId | None, REFERENCE] = None
    contact_id: Annotated[ContactId | None, _CALLER] = None
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    recording_id: Annotated[RecordingId | None, REFERENCE] = None
    state: Annotated[State, STATE] = "open"
    assignee: Annotated[UserId | None, _WORKER] = None
    version: Annotated[int, STATE] = 1
    created_at: Annotated[datetime, TIME]
    due_at: Annotated[datetime | None, TIME] = None
    done_at: Annotated[datetime | None, TIME] = None
    done_by: Annotated[UserId | None, _WORKER] = None
    done_call_id: Annotated[CallId | None, REFERENCE] = None
    delete_at: Annotated[datetime | None, TIME] = None
