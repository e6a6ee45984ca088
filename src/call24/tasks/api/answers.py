"""What the API answers about tasks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import QueueRef, UserRef
from call24.kit.answers import Instant
from call24.tasks.bulk import FILTERED_MAX
from call24.tasks.history_model import Done
from call24.tasks.list_rules import Order
from call24.tasks.model import Kind, Priority, State
from call24.tasks.rules import CHECKLIST_MAX, MENTIONS_MAX

Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class ChecklistItemAnswer(TypedDict):
    """One line of a task's checklist."""

    text: str
    done: bool


class TaskAnswer(TypedDict):
    """Something to do about a call, or that somebody or a rule wrote down."""

    id: str
    kind: Annotated[
        Kind,
        Field(
            description="What left it to do; request: the caller left it in the IVR; manual: somebody wrote it down; "
            "callback: a user promised to call back; recurring: a rule made it"
        ),
    ]
    title: Annotated[str | None, Field(description="Of what a user or a rule wrote; else null")]
    text: str
    priority: Priority
    checklist: Annotated[list[ChecklistItemAnswer], Field(max_length=CHECKLIST_MAX)]
    state: State
    version: Annotated[int, Field(description="Counts the changes")]
    at: Annotated[Instant, Field(description="When it was created")]
    created_by: Annotated[UserRef | None, Field(description="null: a call or a rule made it")]
    updated_at: Annotated[Instant | None, Field(description="Of the last change; null: there was none")]
    due_at: Instant | None
    remind_at: Annotated[Instant | None, Field(description="When its assignee will be reminded")]
    reminded_at: Annotated[Instant | None, Field(description="When the last reminder was sent")]
    overdue: Annotated[bool, Field(description="Neither done nor dropped, and `due_at` is past")]
    call_id: Annotated[str | None, Field(description="The call that it is about; null: none, or it is deleted")]
    queue: QueueRef | None
    contact_id: str | None
    person_id: Annotated[str | None, Field(description="Of the address book")]
    series_id: Annotated[str | None, Field(description="The recurring task that made it")]
    name: Annotated[str | None, Field(description="The contact's name")]
    number: Annotated[str | None, Field(description="The contact's number")]
    recording_id: Annotated[str | None, Field(description="The message that was left")]
    duration_s: Annotated[float | None, Field(description="Seconds of that message; null: there is none to hear")]
    offered_to: Annotated[UserRef | None, Field(description="Who is asked to take it now; null: nobody")]
    offer_until: Annotated[Instant | None, Field(description="Until when they may accept")]
    assignee_id: str | None
    assignee: Annotated[UserRef | None, Field(description="null: assigned to nobody")]
    done_at: Annotated[Instant | None, Field(description="When it was done or dropped")]
    done_by: Annotated[
        UserRef | None, Field(description="Who did or dropped it; null: nobody yet, or the account is deleted")
    ]
    restricted: Annotated[bool, Field(description="The caller's data is kept and not used: nothing of it is shown")]
    done_call_id: Annotated[
        str | None, Field(description="The later call with the customer by which it was done; null: by hand, or open")
    ]


class TaskOfferAnswer(TypedDict):
    """A task that you are asked to take."""

    task: TaskAnswer
    offered_at: Instant
    until: Annotated[Instant, Field(description="Until when you may accept")]
    left_s: Annotated[float, Field(description="Seconds until then, by the server's clock")]


class TaskOfferPage(TypedDict):
    """What you are asked to take now: one task, or none."""

    items: list[TaskOfferAnswer]
    next: Following


class TaskPage(TypedDict):
    """A page of tasks, in the order that was asked for."""

    items: list[TaskAnswer]
    next: Following


class TaskCount(TypedDict):
    """How many tasks match."""

    count: Annotated[int, Field(le=FILTERED_MAX)]
    more: Annotated[bool, Field(description="There are more than that")]


class TaskFieldChange(TypedDict):
    """One field of a change. Of a link (call, contact, person) both are null: that it was set is all that is kept."""

    field: str
    before: str | None
    after: str | None


class TaskHistoryEntry(TypedDict):
    """What was done with a task."""

    version: Annotated[int, Field(description="Of the task, that this made")]
    what: Annotated[
        Done,
        Field(
            description="settled: a later call with the customer did it; undone: a change of many tasks was undone; "
            "reminded: its assignee was notified; offered, accepted, declined: to and by an agent; "
            "unanswered: nobody accepted in time; withdrawn: the agent had a call, paused or left"
        ),
    ]
    at: Instant
    by: Annotated[UserRef | None, Field(description="null: a program did, such as a rule")]
    changes: Annotated[list[TaskFieldChange], Field(max_length=20)]


class TaskHistoryPage(TypedDict):
    """A page of a task's history, the newest first."""

    items: list[TaskHistoryEntry]
    next: Following


class TaskCommentAnswer(TypedDict):
    """A comment on a task."""

    id: str
    by: Annotated[UserRef | None, Field(description="null: the account is deleted, or it came by e-mail")]
    by_email: Annotated[bool, Field(description="Whether somebody wrote it by e-mail; the text begins with the sender")]
    text: str
    mentions: Annotated[list[UserRef], Field(max_length=MENTIONS_MAX)]
    at: Instant


class TaskCommentPage(TypedDict):
    """A page of comments, the oldest first."""

    items: list[TaskCommentAnswer]
    next: Following


class BulkAnswer(TypedDict):
    """A change of many tasks."""

    id: str
    fields: Annotated[list[str], Field(description="What was changed", max_length=10)]
    count: Annotated[int, Field(description="How many tasks were chosen")]
    at: Instant
    undone_at: Instant | None
    until: Annotated[Instant, Field(description="Until when it can be undone")]


class BulkOutcome(TypedDict):
    """What came of a change of many tasks."""

    bulk_change: BulkAnswer
    changed: int
    same: Annotated[int, Field(description="They were so already")]
    refused: Annotated[list[str], Field(description="Tasks that cannot become this", max_length=FILTERED_MAX)]


class BulkPage(TypedDict):
    """A page of your own changes of many tasks, the newest first."""

    items: list[BulkAnswer]
    next: Following


class BulkUndone(TypedDict):
    """What was undone."""

    undone: Annotated[int, Field(description="Tasks that are as they were")]


class SavedFilterAnswer(TypedDict):
    """A filter of the task list, with its parameters."""

    id: str
    name: str
    queue: str | None
    assignee: str | None
    unassigned: bool
    state: State | None
    closed: bool | None
    kind: Kind | None
    priority: Priority | None
    overdue: bool
    q: str
    sort: Order
    created_at: Instant


class SavedFilterPage(TypedDict):
    """A page of your saved filters, the oldest first."""

    items: list[SavedFilterAnswer]
    next: Following


class TaskSeriesAnswer(TypedDict):
    """A recurring task."""

    id: str
    rule: str
    starts: Annotated[str, Field(description="The first time, in the organisation's time zone")]
    due_after_s: int
    title: str
    text: str
    priority: Priority
    checklist: Annotated[list[str], Field(max_length=CHECKLIST_MAX)]
    queue: QueueRef | None
    assignee: UserRef | None
    next_at: Annotated[
        Instant | None, Field(description="When the next task is made; null: the rule has ended, or it is paused")
    ]
    paused: Annotated[bool, Field(description="No task is made until it is resumed")]
    made: Annotated[int, Field(description="How many tasks were made")]
    created_at: Instant
    created_by: UserRef | None


class TaskSeriesPage(TypedDict):
    """A page of recurring tasks, the oldest first."""

    items: list[TaskSeriesAnswer]
    next: Following
