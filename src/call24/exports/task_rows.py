"""Which tasks an export has, as its document keeps it, and a task as a row. Pure.

A row has what the list shows to whom asked. Instants are in UTC (RFC 3339), checklists as lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from call24.contacts.model import Contact
from call24.exports.exporter import NameOf
from call24.exports.model import Export
from call24.kit.ids import ContactId, PersonId, QueueId, TaskSeriesId, UserId
from call24.kit.instants import iso
from call24.tasks.list_rules import TaskFilter
from call24.tasks.model import Kind, Priority, State, Task

COLUMNS = (
    "id",
    "kind",
    "title",
    "text",
    "checklist",
    "priority",
    "state",
    "created_at",
    "created_by",
    "updated_at",
    "due_at",
    "remind_at",
    "done_at",
    "done_by",
    "queue_id",
    "queue",
    "assignee_id",
    "assignee",
    "number",
    "name",
    "contact_id",
    "person_id",
    "call_id",
    "series_id",
)
QUEUES = "queues"
"""Among the filters: the ids of the queues that whom asked sees, where they do not see all."""
_SAID = ("unassigned", "overdue")
_NAMES = {
    "queue": "queue_id",
    "assignee": "assignee",
    "state": "state",
    "kind": "kind",
    "priority": "priority",
    "contact": "contact_id",
    "person": "person_id",
    "series": "series_id",
}
"""As the API names them, and `TaskFilter`."""


def filters_of(wanted: TaskFilter) -> dict[str, str]:
    """What is kept of it, but for the words and the user."""
    kept = {name: str(value) for name, field in _NAMES.items() if (value := getattr(wanted, field)) is not None}
    kept |= {name: "yes" for name in _SAID if getattr(wanted, name)}
    if wanted.closed is not None:
        kept["closed"] = "yes" if wanted.closed else "no"
    return kept if wanted.queues is None else {**kept, QUEUES: " ".join(wanted.queues)}


def asked_in(export: Export) -> TaskFilter:
    """What `filters_of` was given. Overdue is what was so when it was asked for."""
    kept = export.filters
    return TaskFilter(
        queues=[QueueId(id) for id in kept[QUEUES].split()] if QUEUES in kept else None,
        user_id=UserId(export.asked_by or ""),
        queue_id=cast(QueueId | None, kept.get("queue")),
        assignee=cast(UserId | None, kept.get("assignee")),
        unassigned="unassigned" in kept,
        state=cast(State | None, kept.get("state")),
        closed={"yes": True, "no": False}.get(kept.get("closed", "")),
        kind=cast(Kind | None, kept.get("kind")),
        priority=cast(Priority | None, kept.get("priority")),
        contact_id=cast(ContactId | None, kept.get("contact")),
        person_id=cast(PersonId | None, kept.get("person")),
        series_id=cast(TaskSeriesId | None, kept.get("series")),
        overdue="overdue" in kept,
        now=export.created_at,
        q=export.search,
    )


def row_of_task(task: Task, contact: Contact | None, name_of: NameOf, *, known: bool) -> dict[str, Any]:
    """Under ``COLUMNS``. ``known`` False: nothing of whom it is about."""

    def name(what: str, id: str | None) -> str | None:
        return name_of(what, id) if id is not None else None

    return {
        "id": task.id,
        "kind": task.kind,
        "title": task.title,
        "text": task.text,
        "checklist": [{"text": item.text, "done": item.done} for item in task.checklist],
        "priority": task.priority,
        "state": task.state,
        "created_at": iso(task.created_at),
        "created_by": name("agent", task.created_by),
        "updated_at": iso(task.updated_at),
        "due_at": iso(task.due_at),
        "remind_at": iso(task.remind_at),
        "done_at": iso(task.done_at),
        "done_by": name("agent", task.done_by),
        "queue_id": task.queue_id,
        "queue": name("queue", task.queue_id),
        "assignee_id": task.assignee,
        "assignee": name("agent", task.assignee),
        "number": contact.number if contact is not None and known else None,
        "name": contact.shown_name if contact is not None and known else None,
        "contact_id": task.contact_id if known else None,
        "person_id": task.person_id if known else None,
        "call_id": task.call_id if known else None,
        "series_id": task.series_id,
    }


def as_lines(checklist: list[Mapping[str, Any]]) -> str:
    """For one cell: `[x] done` and `[ ] not done`, as a task's history has them."""
    return "\n".join(f"[{'x' if item['done'] else ' '}] {item['text']}" for item in checklist)
