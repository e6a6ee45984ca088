"""Orders of the task list hold every task once, and cursors go on where a page ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from call24.kit.errors import Invalid
from call24.kit.ids import QueueId, TaskId, TenantId, UserId
from call24.tasks.list_rules import Order, TaskFilter, cursor_behind, merged, parts, place_in, segments
from call24.tasks.model import Priority, Task

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
ANN = UserId("usr_ann")
HELP, SALES = QueueId("que_help"), QueueId("que_sales")


def task(number: int, **fields: Any) -> Task:
    at = AT + timedelta(minutes=number)
    return Task(id=TaskId(f"tsk_{number}"), tenant_id=TenantId("ten_acme"), kind="manual", created_at=at, **fields)


@pytest.mark.parametrize("order", get_args(Order))
def test_a_cursor_leads_to_the_place_behind_its_task(order: Order) -> None:
    for number, segment in enumerate(segments(order)):
        one = task(1, due_at=AT, updated_at=AT)
        place = place_in(order, cursor_behind(order, number, one))
        assert (place.segment, place.at, place.id) == (number, getattr(one, segment.by), "tsk_1")


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = cursor_behind("due", 0, task(1, due_at=AT))
    for order in ("newest", "priority"):
        with pytest.raises(Invalid):
            place_in(order, cursor)  # type: ignore[arg-type]


def test_every_priority_is_in_one_segment() -> None:
    held = [segment.which["priority"] for segment in segments("priority")]
    assert sorted(held) == sorted(get_args(Priority))


def test_parts_are_merged_in_order_and_each_task_is_there_once() -> None:
    [newest] = segments("newest")
    found = merged([[task(3), task(1)], [task(3), task(2)]], newest, 3)
    assert [one.id for one in found] == ["tsk_3", "tsk_2", "tsk_1"]
    early, _ = segments("due")
    due = [task(1, due_at=AT + timedelta(hours=2)), task(2, due_at=AT)]
    assert [one.id for one in merged([due], early, 1)] == ["tsk_2"]


def states(part: dict[str, Any]) -> list[str]:
    return list(part["state"]["$in"])


def asked(**fields: Any) -> list[dict[str, Any]]:
    return parts(TaskFilter(user_id=ANN, **{"queues": None, **fields}))


def test_who_sees_all_is_asked_one_question_and_an_agent_two() -> None:
    assert len(asked()) == 1
    of_queues, own = asked(queues=[HELP])
    assert (of_queues["queue_id"], own["assignee"]) == ({"$in": [HELP]}, ANN)
    [own] = asked(queues=[])
    assert own["assignee"] == ANN


def test_an_agent_who_asks_for_others_sees_those_of_its_queues_alone() -> None:
    [part] = asked(queues=[HELP], assignee=UserId("usr_bob"))
    assert (part["queue_id"], part["assignee"]) == ({"$in": [HELP]}, "usr_bob")
    [part] = asked(queues=[HELP], unassigned=True)
    assert (part["queue_id"], part["assignee"]) == ({"$in": [HELP]}, None)
    assert asked(queues=[HELP], queue_id=SALES, unassigned=True) == []
    of_own = asked(queues=[HELP], queue_id=SALES)
    assert [(one["queue_id"], one["assignee"]) for one in of_own] == [(SALES, ANN)]


def test_states_are_always_named() -> None:
    assert states(asked()[0]) == ["open", "in_progress", "waiting", "done", "dropped"]
    assert states(asked(closed=False)[0]) == ["open", "in_progress", "waiting"]
    assert states(asked(closed=True)[0]) == ["done", "dropped"]
    assert states(asked(state="waiting")[0]) == ["waiting"]
    [overdue] = asked(overdue=True, now=AT)
    assert (states(overdue), overdue["due_at"]) == (["open", "in_progress", "waiting"], {"$lt": AT})
    assert states(asked(overdue=True, now=AT, state="done")[0]) == []


def test_priority_is_asked_as_it_is_stored() -> None:
    assert asked(priority="normal")[0]["priority"] == "normal"
    assert asked(priority="high")[0]["priority"] == "high"


def test_words_are_compared_without_accents_and_the_last_may_be_a_beginning() -> None:
    assert asked(q="Café bil")[0]["$and"] == [{"words": "cafe"}, {"words": {"$regex": "^bil"}}]
    assert asked(q="(.*")[0] == asked()[0], "nothing of it is a word"
