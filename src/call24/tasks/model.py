"""A work item: what somebody of the team should do about a call, or about something a person wrote down."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
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
from call24.kit.ids import CallId, ContactId, PersonId, QueueId, RecordingId, TaskId, TaskSeriesId, TenantId, UserId

Kind = Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
"""`request`: the caller left it in the IVR; `callback`: a user promised to call back; `recurring`: made by a rule
(series_model.py); `email`: somebody wrote to an address for tasks."""
State = Literal["open", "in_progress", "waiting", "done", "dropped"]
Priority = Literal["low", "normal", "high", "urgent"]

ACTIVE: tuple[State, ...] = ("open", "in_progress", "waiting")
"""What is still to be done."""
CLOSED: tuple[State, ...] = ("done", "dropped")

_CALLER = of_caller(
    Category.ID,
    "whom to call back",
    kept=OnItsDay(period="with its call; of an open task until it is done", by="room"),
    erase=Unset(),
)
_WORKER = of_user(Category.ID, "who is to do it, and who did")
_OFFERED = of_user(Category.ID, "whom it is offered to, and who did not take it")
TEXT = of_caller(
    Category.TEXT,
    "what is to be done, in the words of who wrote it down",
    kept=WithOrganisation("free text, in which nobody is looked for"),
)
_WORDS = of_caller(
    Category.TEXT,
    "finding a task by a word of it",
    kept=WithOrganisation("free text, in which nobody is looked for"),
    untold="the words of `title` and `text`",
)


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    text: Annotated[str, TEXT]
    done: Annotated[bool, STATE] = False


@document("tasks", tenant=True)
class Task(msgspec.Struct, frozen=True, kw_only=True):
    """``title``, ``text``: of what a user or a rule wrote. ``recording_id``: the message that was left.
    ``done_call_id``: the later call by which it was done by itself; ``done_at``, ``done_by``: of a dropped one too.
    ``version`` counts changes, so that nobody overwrites what they have not seen. ``remind_at``: when its assignee is
    to be reminded; ``reminded_at``: when that was done. ``words``: what searches go by (rules.py).
    ``person_id``: the entry of the address book, and ``contact_id`` one of its numbers then. Both are set once: the
    words of a task are about one caller, and go with them.
    ``offered_to``: who is asked to take it now, from ``offered_at`` until ``offer_until`` (offer_rules.py). ``tried``:
    who was asked and did not take it, the last at ``tried_at``.
    A task outlives its call: on the call's ``delete_at`` what points at it is dropped, and whom it was about once the
    task is closed too; ``delete_at`` is None then, and where there never was a call."""

    id: Annotated[TaskId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    kind: Annotated[Kind, STATE]
    title: Annotated[str | None, TEXT] = None
    text: Annotated[str, TEXT] = ""
    priority: Annotated[Priority, STATE] = "normal"
    checklist: Annotated[tuple[ChecklistItem, ...], STATE] = ()
    call_id: Annotated[CallId | None, REFERENCE] = None
    contact_id: Annotated[ContactId | None, _CALLER] = None
    person_id: Annotated[PersonId | None, REFERENCE] = None
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    recording_id: Annotated[RecordingId | None, REFERENCE] = None
    series_id: Annotated[TaskSeriesId | None, REFERENCE] = None
    state: Annotated[State, STATE] = "open"
    assignee: Annotated[UserId | None, _WORKER] = None
    version: Annotated[int, STATE] = 1
    created_at: Annotated[datetime, TIME]
    created_by: Annotated[UserId | None, PERSON] = None
    updated_at: Annotated[datetime | None, TIME] = None
    commented_at: Annotated[datetime | None, TIME] = None
    due_at: Annotated[datetime | None, TIME] = None
    remind_at: Annotated[datetime | None, TIME] = None
    reminded_at: Annotated[datetime | None, TIME] = None
    done_at: Annotated[datetime | None, TIME] = None
    done_by: Annotated[UserId | None, _WORKER] = None
    done_call_id: Annotated[CallId | None, REFERENCE] = None
    offered_to: Annotated[UserId | None, _OFFERED] = None
    offered_at: Annotated[datetime | None, TIME] = None
    offer_until: Annotated[datetime | None, TIME] = None
    tried: Annotated[tuple[UserId, ...], _OFFERED] = ()
    tried_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime | None, TIME] = None
    words: Annotated[tuple[str, ...], _WORDS] = ()

    @property
    def active(self) -> bool:
        return self.state in ACTIVE
