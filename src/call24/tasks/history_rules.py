"""What a change of a task was, field by field, and undoing it. Pure.

Undoing loses nothing: a field that was changed again since stays as it is now; the others are as they were before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from call24.kit.ids import BulkChangeId, TaskEntryId, UserId, derived_id
from call24.tasks.history_model import Done, FieldChange, TaskEntry
from call24.tasks.model import ChecklistItem, Task

TRACKED = ("title", "text", "priority", "state", "assignee", "queue_id", "due_at", "remind_at", "checklist")
"""Fields whose values are noted, and come back when a change is undone."""
SILENT = ("done_at", "done_by")
"""What goes with a state: noted, and not told."""
OFFERED = ("offered_to",)
"""Noted and told, and not undone: an offer is over when it is."""
LINKS = ("contact_id", "person_id", "call_id")
"""That they were set is noted, and no id: the task alone says whom it is about, for as long as it may."""

_TIMES = frozenset({"due_at", "remind_at", "done_at"})
_DONE, _NOT_DONE = "[x] ", "[ ] "


def noted(
    before: Task | None,
    after: Task,
    what: Done,
    by: UserId | None,
    at: datetime,
    bulk_id: BulkChangeId | None = None,
) -> TaskEntry:
    """``before`` None: it is new, and its first words are what it says now until somebody changes them."""
    return TaskEntry(
        id=TaskEntryId(derived_id("tse", after.tenant_id, after.id, str(after.version))),
        tenant_id=after.tenant_id,
        task_id=after.id,
        contact_id=after.contact_id,
        version=after.version,
        what=what,
        at=at,
        by=by,
        changes=differences(before, after) if before is not None else (),
        bulk_id=bulk_id,
    )


def differences(before: Task, after: Task) -> tuple[FieldChange, ...]:
    values = [
        FieldChange(field=name, before=told(name, getattr(before, name)), after=told(name, getattr(after, name)))
        for name in (*TRACKED, *SILENT, *OFFERED)
        if getattr(before, name) != getattr(after, name)
    ]
    links = [FieldChange(field=name) for name in LINKS if getattr(before, name) != getattr(after, name)]
    return (*values, *links)


def told(field: str, value: Any) -> str | None:
    """A value as an entry has it: an instant in ISO 8601, a checklist line by line."""
    if value is None:
        return None
    if field in _TIMES:
        return str(value.isoformat())
    if field == "checklist":
        return "\n".join((_DONE if item.done else _NOT_DONE) + item.text for item in value)
    return str(value)


def value(field: str, told: str | None) -> Any:
    """What ``told`` was made of."""
    if told is None:
        return None
    if field in _TIMES:
        return datetime.fromisoformat(told)
    if field == "checklist":
        lines = [line for line in told.split("\n") if line]
        return tuple(ChecklistItem(text=line[len(_DONE) :], done=line.startswith(_DONE)) for line in lines)
    return told


def reverted(task: Task, changes: Iterable[FieldChange]) -> Mapping[str, Any]:
    """The fields that are as the change left them, as they were before it. None where all were changed again."""
    by_field = {one.field: one for one in changes if one.field in (*TRACKED, *SILENT)}
    same = {name for name, one in by_field.items() if told(name, getattr(task, name)) == one.after}
    if "state" not in same:
        same -= set(SILENT)
    return {name: value(name, by_field[name].before) for name in same}


def undone(task: Task, entry: TaskEntry) -> Task | None:
    """The task without this change; None where nothing of it is left to undo. Its version is the caller's to count."""
    back = reverted(task, entry.changes)
    if not back:
        return None
    if "state" in back and task.state != back["state"]:
        back = {"done_at": None, "done_by": None, "done_call_id": None, **back}
    return msgspec.structs.replace(task, **back)
