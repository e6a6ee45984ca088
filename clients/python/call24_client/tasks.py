"""Tasks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class BulkAnswer(TypedDict):
    """A change of many tasks."""

    id: str
    fields: list[str]
    count: int
    at: str
    undone_at: str | None
    until: str


class BulkOutcome(TypedDict):
    """What came of a change of many tasks."""

    bulk_change: BulkAnswer
    changed: int
    same: int
    refused: list[str]


class BulkFields(TypedDict):
    """What all of them become. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody."""

    state: NotRequired[Literal["open", "in_progress", "waiting", "done", "dropped"] | None]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    assignee_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    due_at: NotRequired[str | None]


class TaskQuestion(TypedDict):
    """Which tasks, as `GET /v1/tasks` is asked; `q`: words of title, text and checklist, of which the last may be a
    beginning.
    """

    queue: NotRequired[str | None]
    assignee: NotRequired[str | None]
    unassigned: NotRequired[bool]
    state: NotRequired[Literal["open", "in_progress", "waiting", "done", "dropped"] | None]
    closed: NotRequired[bool | None]
    kind: NotRequired[
        Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
        | None
    ]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    contact: NotRequired[str | None]
    person: NotRequired[str | None]
    series: NotRequired[str | None]
    overdue: NotRequired[bool]
    q: NotRequired[str]


class NewBulkChange(TypedDict):
    """Either `ids`, at most 500, or `filter` with the `count` that `POST /v1/tasks/count` answered, at most 2,000."""

    change: BulkFields
    ids: NotRequired[list[str]]
    filter: NotRequired[TaskQuestion | None]
    count: NotRequired[int | None]


class BulkPage(TypedDict):
    """A page of your own changes of many tasks, the newest first."""

    items: list[BulkAnswer]
    next: str | None


class BulkUndone(TypedDict):
    """What was undone."""

    undone: int


class TaskAddressAnswer(TypedDict):
    """An address whose e-mails become tasks."""

    id: str
    name: str
    address: str | None
    queue_id: str | None
    enabled: bool
    created_at: str
    rotated_at: str | None


class TaskAddressList(TypedDict):
    """All addresses of the organisation, the oldest first."""

    items: list[TaskAddressAnswer]
    received: bool


class NewTaskAddress(TypedDict):
    """A new address. `name`: what it is for; `queue_id`: where its tasks go, null: to no queue."""

    name: NotRequired[str]
    queue_id: NotRequired[str | None]


class TaskAddressChange(TypedDict):
    """Settings of an address. Fields that are left out stay as they are. `enabled`: whether it takes e-mails."""

    name: NotRequired[str]
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]


class SavedFilterAnswer(TypedDict):
    """A filter of the task list, with its parameters."""

    id: str
    name: str
    queue: str | None
    assignee: str | None
    unassigned: bool
    state: Literal["open", "in_progress", "waiting", "done", "dropped"] | None
    closed: bool | None
    kind: (
        Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
        | None
    )
    priority: Literal["low", "normal", "high", "urgent"] | None
    overdue: bool
    q: str
    sort: Literal["newest", "due", "priority", "changed"]
    created_at: str


class SavedFilterPage(TypedDict):
    """A page of your saved filters, the oldest first."""

    items: list[SavedFilterAnswer]
    next: str | None


class NewSavedFilter(TypedDict):
    """A filter under a name. The other fields are asked of `GET /v1/tasks`; `assignee` `me` is you."""

    name: str
    queue: NotRequired[str | None]
    assignee: NotRequired[str | None]
    unassigned: NotRequired[bool]
    state: NotRequired[Literal["open", "in_progress", "waiting", "done", "dropped"] | None]
    closed: NotRequired[bool | None]
    kind: NotRequired[
        Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
        | None
    ]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    overdue: NotRequired[bool]
    q: NotRequired[str]
    sort: NotRequired[Literal["newest", "due", "priority", "changed"]]


class TaskExportAnswer(TypedDict):
    """An export of tasks to a file."""

    id: str
    format: Literal["csv", "jsonl"]
    filters: dict[str, str]
    q: str
    state: Literal["running", "done", "failed", "cancelled"]
    tasks_done: int
    tasks: int | None
    percent: int
    trouble: str | None
    created_at: str
    delete_at: str


class NewTaskExport(TypedDict):
    """Which tasks, asked for as in a search, and how. `jsonl`: one JSON object in each line."""

    queue: NotRequired[str | None]
    assignee: NotRequired[str | None]
    unassigned: NotRequired[bool]
    state: NotRequired[Literal["open", "in_progress", "waiting", "done", "dropped"] | None]
    closed: NotRequired[bool | None]
    kind: NotRequired[
        Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
        | None
    ]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    contact: NotRequired[str | None]
    person: NotRequired[str | None]
    series: NotRequired[str | None]
    overdue: NotRequired[bool]
    q: NotRequired[str]
    format: NotRequired[Literal["csv", "jsonl"]]


class TaskExportPage(TypedDict):
    """One page of your exports of tasks, newest first."""

    items: list[TaskExportAnswer]
    next: str | None


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: str
    name: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class TaskSeriesAnswer(TypedDict):
    """A recurring task."""

    id: str
    rule: str
    starts: str
    due_after_s: int
    title: str
    text: str
    priority: Literal["low", "normal", "high", "urgent"]
    checklist: list[str]
    queue: QueueRef | None
    assignee: UserRef | None
    next_at: str | None
    paused: bool
    made: int
    created_at: str
    created_by: UserRef | None


class TaskSeriesPage(TypedDict):
    """A page of recurring tasks, the oldest first."""

    items: list[TaskSeriesAnswer]
    next: str | None


class NewTaskSeries(TypedDict):
    """A recurring task. `rule`: of RFC 5545, by days, weeks, months or years (`FREQ=WEEKLY;BYDAY=MO`). `starts`: the
    first time, in the organisation's time zone and without offset (`2026-11-30T09:00`): nine o'clock stays nine
    o'clock when the clocks change. `due_after_s`: seconds from when a task is made until it is due.
    """

    rule: str
    starts: str
    due_after_s: NotRequired[int]
    title: str
    text: NotRequired[str]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"]]
    checklist: NotRequired[list[str]]
    queue_id: NotRequired[str | None]
    assignee_id: NotRequired[str | None]


class TaskSeriesChange(TypedDict):
    """Fields that are left out stay as they are. `assignee_id` null: for nobody; `queue_id` null: in no queue.
    `paused`: no task is made; once it is false again, the next is made at the first time that is still to come.
    """

    rule: NotRequired[str | None]
    starts: NotRequired[str | None]
    due_after_s: NotRequired[int | None]
    title: NotRequired[str | None]
    text: NotRequired[str | None]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    checklist: NotRequired[list[str] | None]
    queue_id: NotRequired[str | None]
    assignee_id: NotRequired[str | None]
    paused: NotRequired[bool | None]


class ChecklistItemAnswer(TypedDict):
    """One line of a task's checklist."""

    text: str
    done: bool


class TaskAnswer(TypedDict):
    """Something to do about a call, or that somebody or a rule wrote down."""

    id: str
    kind: Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
    title: str | None
    text: str
    priority: Literal["low", "normal", "high", "urgent"]
    checklist: list[ChecklistItemAnswer]
    state: Literal["open", "in_progress", "waiting", "done", "dropped"]
    version: int
    at: str
    created_by: UserRef | None
    updated_at: str | None
    due_at: str | None
    remind_at: str | None
    reminded_at: str | None
    overdue: bool
    call_id: str | None
    queue: QueueRef | None
    contact_id: str | None
    person_id: str | None
    series_id: str | None
    name: str | None
    number: str | None
    recording_id: str | None
    duration_s: float | None
    offered_to: UserRef | None
    offer_until: str | None
    assignee_id: str | None
    assignee: UserRef | None
    done_at: str | None
    done_by: UserRef | None
    restricted: bool
    done_call_id: str | None


class TaskPage(TypedDict):
    """A page of tasks, in the order that was asked for."""

    items: list[TaskAnswer]
    next: str | None


class NewChecklistItem(TypedDict):
    """One line of a checklist."""

    text: str
    done: NotRequired[bool]


class NewTask(TypedDict):
    """A new task. `call_id`: the call that it is about; the task takes over its caller, and the day on which the
    call is deleted. `person_id`: of the address book; the task takes over the first number. `contact_id`: with
    the permission `calls.read_all` alone. `kind` callback: you promised to call back. `remind_at`: you, or
    whoever it is assigned to then, is notified.
    """

    title: str
    text: NotRequired[str]
    kind: NotRequired[Literal["manual", "callback"]]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"]]
    queue_id: NotRequired[str | None]
    call_id: NotRequired[str | None]
    contact_id: NotRequired[str | None]
    person_id: NotRequired[str | None]
    assignee_id: NotRequired[str | None]
    due_at: NotRequired[str | None]
    remind_at: NotRequired[str | None]
    checklist: NotRequired[list[NewChecklistItem]]


class TaskSearch(TypedDict):
    """Which tasks, in which order, and where the page begins."""

    queue: NotRequired[str | None]
    assignee: NotRequired[str | None]
    unassigned: NotRequired[bool]
    state: NotRequired[Literal["open", "in_progress", "waiting", "done", "dropped"] | None]
    closed: NotRequired[bool | None]
    kind: NotRequired[
        Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
        | None
    ]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    contact: NotRequired[str | None]
    person: NotRequired[str | None]
    series: NotRequired[str | None]
    overdue: NotRequired[bool]
    q: NotRequired[str]
    sort: NotRequired[Literal["newest", "due", "priority", "changed"]]
    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class TaskCount(TypedDict):
    """How many tasks match."""

    count: int
    more: bool


class TaskChange(TypedDict):
    """A change of a task. Fields that are left out stay as they are. `assignee_id` null: assigned to nobody.
    `version`: the one that you read; where it is no longer the current one, the answer is 409 `task_changed`.
    Caller and person can be set where there is none; of another caller, add another task.
    """

    title: NotRequired[str | None]
    text: NotRequired[str | None]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    state: NotRequired[Literal["open", "in_progress", "waiting", "done", "dropped"] | None]
    assignee_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    person_id: NotRequired[str | None]
    contact_id: NotRequired[str | None]
    due_at: NotRequired[str | None]
    remind_at: NotRequired[str | None]
    checklist: NotRequired[list[NewChecklistItem] | None]
    version: NotRequired[int | None]


class TaskFieldChange(TypedDict):
    """One field of a change. Of a link (call, contact, person) both are null: that it was set is all that is kept."""

    field: str
    before: str | None
    after: str | None


class TaskHistoryEntry(TypedDict):
    """What was done with a task."""

    version: int
    what: Literal[
        "created",
        "changed",
        "undone",
        "settled",
        "reminded",
        "offered",
        "accepted",
        "declined",
        "unanswered",
        "withdrawn",
    ]
    at: str
    by: UserRef | None
    changes: list[TaskFieldChange]


class TaskHistoryPage(TypedDict):
    """A page of a task's history, the newest first."""

    items: list[TaskHistoryEntry]
    next: str | None


class TaskCommentAnswer(TypedDict):
    """A comment on a task."""

    id: str
    by: UserRef | None
    by_email: bool
    text: str
    mentions: list[UserRef]
    at: str


class TaskCommentPage(TypedDict):
    """A page of comments, the oldest first."""

    items: list[TaskCommentAnswer]
    next: str | None


class NewTaskComment(TypedDict):
    """A comment. `mentions`: users whom the text names, and who see the task; each is notified."""

    text: str
    mentions: NotRequired[list[str]]


class TaskOfferAnswer(TypedDict):
    """A task that you are asked to take."""

    task: TaskAnswer
    offered_at: str
    until: str
    left_s: float


class TaskOfferPage(TypedDict):
    """What you are asked to take now: one task, or none."""

    items: list[TaskOfferAnswer]
    next: str | None


class ActivityChangeAnswer(TypedDict):
    """A field that was changed. Instants are in ISO 8601, users and queues by their ids."""

    field: str
    before: str | None
    after: str | None


class ActivityOpens(TypedDict):
    """What an entry is about, by its id."""

    kind: Literal["call", "task", "person", "contact", "file", "crm_connection", "privacy_request"]
    id: str


class ActivityEntryAnswer(TypedDict):
    """Something that happened."""

    id: str
    kind: Literal[
        "call",
        "note",
        "task",
        "comment",
        "person",
        "correction",
        "consent",
        "privacy_request",
        "file",
        "crm",
        "notification",
    ]
    what: str
    at: str
    by: UserRef | None
    title: str | None
    detail: str | None
    text: str | None
    changes: list[ActivityChangeAnswer]
    duration_s: float | None
    opens: ActivityOpens | None


class ActivityPageAnswer(TypedDict):
    """A page of an activity log, the newest first."""

    items: list[ActivityEntryAnswer]
    next: str | None


def change_many(body: NewBulkChange, *, idempotency_key: str | None = None) -> Request[BulkOutcome]:
    """Changes many tasks. For 30 days it can be undone. By a filter, the number that was shown to the user is said
    with it: where another number matches by now, the answer is 409 `count_changed`, and nothing is changed.
    `refused`: tasks that cannot become this, such as a done one that cannot be dropped, that somebody changed in
    this moment, or that are not there for you. Where none of `ids` is there for you, the answer is 422.
    """
    return Request("POST", "/v1/task-bulk-changes", body=body, headers={"Idempotency-Key": idempotency_key})


def list_bulk_changes(*, limit: int | None = None, cursor: str | None = None) -> Request[BulkPage]:
    """Lists your own changes of many tasks in the last 30 days, the newest first."""
    return Request("GET", "/v1/task-bulk-changes", query={"limit": limit, "cursor": cursor})


def undo_bulk_change(bulk_id: str, *, idempotency_key: str | None = None) -> Request[BulkUndone]:
    """Undoes a change of many tasks, within 30 days. What was changed again since stays as it is. 409
    `already_undone`. A change that was cut off, as by a power cut, is undone as far as it came.
    """
    return Request("POST", f"/v1/task-bulk-changes/{part(bulk_id)}/undo", headers={"Idempotency-Key": idempotency_key})


def list_addresses() -> Request[TaskAddressList]:
    """Lists the addresses whose e-mails become tasks."""
    return Request("GET", "/v1/task-addresses")


def add_address(body: NewTaskAddress, *, idempotency_key: str | None = None) -> Request[TaskAddressAnswer]:
    """Makes an address that cannot be guessed. E-mails to it become tasks, and answers become comments. An
    organisation has at most 20; one more is a 409 `too_many`. 409 `mail_not_received`: the operator of this
    installation has not set it up.
    """
    return Request("POST", "/v1/task-addresses", body=body, headers={"Idempotency-Key": idempotency_key})


def read_address(address_id: str) -> Request[TaskAddressAnswer]:
    """Retrieves an address."""
    return Request("GET", f"/v1/task-addresses/{part(address_id)}")


def change_address(
    address_id: str, body: TaskAddressChange, *, if_match: str | None = None
) -> Request[TaskAddressAnswer]:
    """Updates an address. One that is not enabled refuses e-mails."""
    return Request("PATCH", f"/v1/task-addresses/{part(address_id)}", body=body, headers={"If-Match": if_match})


def remove_address(address_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes an address. Tasks that it made stay."""
    return Request("DELETE", f"/v1/task-addresses/{part(address_id)}", headers={"If-Match": if_match}, answer="nothing")


def rotate_address(address_id: str, *, idempotency_key: str | None = None) -> Request[TaskAddressAnswer]:
    """Replaces the address by another one. The one before refuses e-mails from then on."""
    return Request(
        "POST", f"/v1/task-addresses/{part(address_id)}/rotate", headers={"Idempotency-Key": idempotency_key}
    )


def list_saved_filters(*, limit: int | None = None, cursor: str | None = None) -> Request[SavedFilterPage]:
    """Lists your saved filters, the oldest first."""
    return Request("GET", "/v1/task-filters", query={"limit": limit, "cursor": cursor})


def save_filter(body: NewSavedFilter, *, idempotency_key: str | None = None) -> Request[SavedFilterAnswer]:
    """Saves a filter. A user has at most 30; one more is a 409 `too_many`."""
    return Request("POST", "/v1/task-filters", body=body, headers={"Idempotency-Key": idempotency_key})


def remove_saved_filter(filter_id: str) -> Request[None]:
    """Deletes a saved filter of your own. No task is changed."""
    return Request("DELETE", f"/v1/task-filters/{part(filter_id)}", answer="nothing")


def begin_export(body: NewTaskExport, *, idempotency_key: str | None = None) -> Request[TaskExportAnswer]:
    """Starts an export of the tasks that you see to a CSV file or to JSON lines, the newest first. Tasks whose
    caller's data is restricted are not in it; where a caller's data is to be deleted within a day, the task is,
    without the caller. Times are in UTC as RFC 3339. A CSV cell that a spreadsheet could take for a formula has
    an apostrophe before it. One export of a user and four of an organisation are written, or wait for it, at
    once. The file is kept for a day, or until a caller is erased.
    """
    return Request("POST", "/v1/task-exports", body=body, headers={"Idempotency-Key": idempotency_key})


def list_exports(*, limit: int | None = None, cursor: str | None = None) -> Request[TaskExportPage]:
    """Lists your exports of tasks, newest first."""
    return Request("GET", "/v1/task-exports", query={"limit": limit, "cursor": cursor})


def read_export(export_id: str) -> Request[TaskExportAnswer]:
    """Returns an export of tasks of your own, and how far it is."""
    return Request("GET", f"/v1/task-exports/{part(export_id)}")


def cancel_export(export_id: str, *, if_match: str | None = None) -> Request[None]:
    """Cancels an export of tasks of your own, or deletes a finished one, with its file."""
    return Request("DELETE", f"/v1/task-exports/{part(export_id)}", headers={"If-Match": if_match}, answer="nothing")


def download_export(export_id: str) -> Request[bytes]:
    """Downloads the file. 409 `export_not_done` while it is being written, or when it failed."""
    return Request("GET", f"/v1/task-exports/{part(export_id)}/file", answer="bytes")


def list_series(*, limit: int | None = None, cursor: str | None = None) -> Request[TaskSeriesPage]:
    """Lists recurring tasks, the oldest first. Agents see those of their queues and those assigned to them."""
    return Request("GET", "/v1/task-series", query={"limit": limit, "cursor": cursor})


def add_series(body: NewTaskSeries, *, idempotency_key: str | None = None) -> Request[TaskSeriesAnswer]:
    """Creates a recurring task: at each of its times a task is made, once. Without `queue_id` and `assignee_id` they
    are assigned to you. Of times that pass while the server is off, a task is made for the last. An organisation
    has at most 500; one more is a 409 `too_many`.
    """
    return Request("POST", "/v1/task-series", body=body, headers={"Idempotency-Key": idempotency_key})


def read_series(series_id: str) -> Request[TaskSeriesAnswer]:
    """Retrieves a recurring task."""
    return Request("GET", f"/v1/task-series/{part(series_id)}")


def change_series(series_id: str, body: TaskSeriesChange, *, if_match: str | None = None) -> Request[TaskSeriesAnswer]:
    """Changes a recurring task for the times to come. Tasks that were made stay as they are. With another `rule` or
    `starts` the next task is made at the first time of the new rule that is still to come.
    """
    return Request("PATCH", f"/v1/task-series/{part(series_id)}", body=body, headers={"If-Match": if_match})


def remove_series(series_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a recurring task: no further task is made. Those that were made stay."""
    return Request("DELETE", f"/v1/task-series/{part(series_id)}", headers={"If-Match": if_match}, answer="nothing")


def list_tasks(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    sort: Literal["newest", "due", "priority", "changed"] | None = None,
    queue: str | None = None,
    assignee: str | None = None,
    unassigned: bool | None = None,
    state: Literal["open", "in_progress", "waiting", "done", "dropped"] | None = None,
    closed: bool | None = None,
    kind: Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
    | None = None,
    priority: Literal["low", "normal", "high", "urgent"] | None = None,
    contact: str | None = None,
    person: str | None = None,
    series: str | None = None,
    overdue: bool | None = None,
) -> Request[TaskPage]:
    """Lists tasks, the newest first. Agents see the tasks of their queues and those assigned to them. `assignee` is
    a user's id, or `me`; `unassigned`: nobody's; `closed`: done and dropped ones, or (false) those that are
    neither; `overdue`: neither, and due before now. `sort`: `due` with the earliest due date first, `priority`
    with urgent ones first, `changed` with the newest change first. To look for words, use `POST
    /v1/tasks/search`.
    """
    return Request(
        "GET",
        "/v1/tasks",
        query={
            "limit": limit,
            "cursor": cursor,
            "sort": sort,
            "queue": queue,
            "assignee": assignee,
            "unassigned": unassigned,
            "state": state,
            "closed": closed,
            "kind": kind,
            "priority": priority,
            "contact": contact,
            "person": person,
            "series": series,
            "overdue": overdue,
        },
    )


def add_task(body: NewTask, *, idempotency_key: str | None = None) -> Request[TaskAnswer]:
    """Creates a task. Without `queue_id` and `assignee_id` it is assigned to you."""
    return Request("POST", "/v1/tasks", body=body, headers={"Idempotency-Key": idempotency_key})


def search(body: TaskSearch) -> Request[TaskPage]:
    """Searches tasks by words of title, text and checklist, and by all that a list can be asked. A POST, since URLs
    are logged on the way and the words may be personal data. All words must be found; accents and script
    (Cyrillic or Latin) do not matter. By words, tasks are not found whose caller's data is kept and not used.
    """
    return Request("POST", "/v1/tasks/search", body=body)


def count(body: TaskQuestion) -> Request[TaskCount]:
    """Counts tasks, asked for as in a search: what a change of all of them would change. Up to 2,000."""
    return Request("POST", "/v1/tasks/count", body=body)


def read_task(task_id: str) -> Request[TaskAnswer]:
    """Retrieves a task. Agents see those of their queues and those assigned to them."""
    return Request("GET", f"/v1/tasks/{part(task_id)}")


def change_task(task_id: str, body: TaskChange, *, if_match: str | None = None) -> Request[TaskAnswer]:
    """Updates a task: writes it otherwise, assigns it, moves it, completes it, or opens it again. 409 `task_changed`
    where somebody else has changed it since `version`; 409 `task_transition` where a task in this state cannot
    become that: what is done or dropped is opened again first.
    """
    return Request("PATCH", f"/v1/tasks/{part(task_id)}", body=body, headers={"If-Match": if_match})


def list_history(task_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[TaskHistoryPage]:
    """Lists what was done with a task, the newest first: each field as it was and as it is then, by whom and when.
    The last 200 changes are kept. Instants are in ISO 8601, users and queues by their ids, a checklist line by
    line (`[x] done`, `[ ] not done`).
    """
    return Request("GET", f"/v1/tasks/{part(task_id)}/history", query={"limit": limit, "cursor": cursor})


def list_comments(task_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[TaskCommentPage]:
    """Lists the comments on a task, the oldest first."""
    return Request("GET", f"/v1/tasks/{part(task_id)}/comments", query={"limit": limit, "cursor": cursor})


def add_comment(
    task_id: str, body: NewTaskComment, *, idempotency_key: str | None = None
) -> Request[TaskCommentAnswer]:
    """Adds a comment. A task has at most 500; one more is a 409 `too_many`."""
    return Request(
        "POST", f"/v1/tasks/{part(task_id)}/comments", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def remove_comment(task_id: str, comment_id: str) -> Request[None]:
    """Deletes a comment of your own."""
    return Request("DELETE", f"/v1/tasks/{part(task_id)}/comments/{part(comment_id)}", answer="nothing")


def list_offers(*, limit: int | None = None, cursor: str | None = None) -> Request[TaskOfferPage]:
    """Lists the tasks that you are asked to take now: one, or none. A queue with `offers_tasks` offers its open
    tasks to free agents, as it does with calls.
    """
    return Request("GET", "/v1/task-offers", query={"limit": limit, "cursor": cursor})


def accept_offer(task_id: str, *, idempotency_key: str | None = None) -> Request[TaskAnswer]:
    """Accepts a task that is offered to you: it is yours, and in progress. 409 `task_offer_over` where its time is
    up, it was withdrawn, or somebody else has it. Accepting again what you accepted changes nothing.
    """
    return Request("POST", f"/v1/tasks/{part(task_id)}/accept", headers={"Idempotency-Key": idempotency_key})


def decline_offer(task_id: str, *, idempotency_key: str | None = None) -> Request[TaskAnswer]:
    """Declines a task that is offered to you: the next free agent is asked. You are not asked again for ten minutes.
    409 `task_offer_over` where it is not offered to you any more.
    """
    return Request("POST", f"/v1/tasks/{part(task_id)}/decline", headers={"Idempotency-Key": idempotency_key})


def list_activity(task_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[ActivityPageAnswer]:
    """Lists what happened with a task, the newest first: its changes and comments, files, and its calls. Agents see
    the logs of the tasks that they see. 403 `data_restricted` where the caller's data is kept and not used.
    """
    return Request("GET", f"/v1/tasks/{part(task_id)}/activity", query={"limit": limit, "cursor": cursor})
