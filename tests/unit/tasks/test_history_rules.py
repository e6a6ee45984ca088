"""What a change of a task was, and undoing it without losing what came after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from call24.kit.ids import ContactId, PersonId, QueueId, TaskId, TenantId, UserId
from call24.tasks.history_rules import noted, told, undone, value
from call24.tasks.model import ChecklistItem, Task

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
ANN, BOB = UserId("usr_ann"), UserId("usr_bob")
BEFORE = Task(
    id=TaskId("tsk_1"),
    tenant_id=TenantId("ten_acme"),
    kind="manual",
    title="Ring Jo",
    checklist=(ChecklistItem(text="Bill"), ChecklistItem(text="[x] in it", done=True)),
    created_at=AT,
)


def changed(task: Task, **fields: Any) -> Task:
    return msgspec.structs.replace(task, **fields, version=task.version + 1)


def test_an_entry_has_each_field_as_it_was_and_as_it_is() -> None:
    after = changed(BEFORE, title="Write to Jo", assignee=ANN, due_at=AT)
    entry = noted(BEFORE, after, "changed", BOB, AT)
    assert [(one.field, one.before, one.after) for one in entry.changes] == [
        ("title", "Ring Jo", "Write to Jo"),
        ("assignee", None, "usr_ann"),
        ("due_at", None, "2026-11-30T09:00:00+00:00"),
    ]
    assert (entry.version, entry.by, entry.task_id) == (2, "usr_bob", "tsk_1")


def test_of_a_link_that_it_was_set_is_noted_and_no_id() -> None:
    after = changed(BEFORE, contact_id=ContactId("ctc_jo"), person_id=PersonId("per_jo"))
    changes = noted(BEFORE, after, "changed", BOB, AT).changes
    assert [(one.field, one.before, one.after) for one in changes] == [
        ("contact_id", None, None), ("person_id", None, None),
    ]  # fmt: skip


def test_the_same_version_has_the_same_entry() -> None:
    after = changed(BEFORE, priority="high")
    assert noted(BEFORE, after, "changed", BOB, AT).id == noted(BEFORE, after, "changed", ANN, AT).id
    assert (
        noted(BEFORE, changed(after, priority="low"), "changed", BOB, AT).id
        != noted(BEFORE, after, "changed", BOB, AT).id
    )


@pytest.mark.parametrize(
    ("field", "it"),
    [
        ("title", None),
        ("title", "Ring Jo"),
        ("due_at", AT),
        ("checklist", BEFORE.checklist),
        ("checklist", ()),
        ("assignee", ANN),
        ("priority", "urgent"),
    ],
)
def test_what_is_told_can_be_read_back(field: str, it: object) -> None:
    assert value(field, told(field, it)) == it


def test_undoing_gives_back_what_it_was() -> None:
    after = changed(BEFORE, state="done", done_at=AT, done_by=ANN, priority="low")
    back = undone(after, noted(BEFORE, after, "changed", ANN, AT))
    assert back is not None
    assert msgspec.structs.replace(back, version=1) == BEFORE


def test_what_was_changed_since_stays_as_it_is() -> None:
    after = changed(BEFORE, priority="low", queue_id=QueueId("que_help"))
    later = changed(after, priority="urgent")
    back = undone(later, noted(BEFORE, after, "changed", ANN, AT))
    assert back is not None and (back.priority, back.queue_id) == ("urgent", None)
    again = changed(later, queue_id=QueueId("que_sales"))
    assert undone(again, noted(BEFORE, after, "changed", ANN, AT)) is None


def test_a_state_that_is_undone_takes_with_it_who_did_it() -> None:
    done = changed(BEFORE, state="done", done_at=AT, done_by=BOB)
    opened = changed(done, state="open", done_at=None, done_by=None)
    back = undone(opened, noted(done, opened, "changed", ANN, AT))
    assert back is not None and (back.state, back.done_at, back.done_by) == ("done", AT, BOB)
    moved_since = changed(opened, state="waiting")
    assert undone(moved_since, noted(done, opened, "changed", ANN, AT)) is None
