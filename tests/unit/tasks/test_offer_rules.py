"""What a task is when it is offered, accepted, declined or taken by hand."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from tests.support.clock import START

from call24.kit.errors import Conflict
from call24.kit.ids import QueueId, TaskId, TenantId, UserId
from call24.tasks.history_rules import noted, undone
from call24.tasks.model import Task
from call24.tasks.offer_rules import TRIED_MAX, accepted, check_offered, not_taken, offerable, offered, tried
from call24.tasks.rules import completed

ANN, SUE = UserId("usr_ann"), UserId("usr_sue")
UNTIL = START + timedelta(seconds=60)
OPEN = Task(
    id=TaskId("tsk_1"),
    tenant_id=TenantId("ten_a"),
    kind="manual",
    title="Ring Jo",
    queue_id=QueueId("que_a"),
    created_at=START,
)
TO_ANN = offered(OPEN, ANN, START, UNTIL)


@pytest.mark.parametrize(
    "changes", [{"assignee": SUE}, {"state": "waiting"}, {"state": "done"}, {"queue_id": None}], ids=str
)
def test_a_task_that_is_somebodys_or_not_open_or_in_no_queue_is_offered_to_nobody(changes: dict[str, object]) -> None:
    task = msgspec.structs.replace(OPEN, **changes)
    assert not offerable(task)
    with pytest.raises(Conflict):
        offered(task, ANN, START, UNTIL)


def test_what_is_offered_to_one_is_offered_to_no_other() -> None:
    with pytest.raises(Conflict):
        offered(TO_ANN, SUE, START, UNTIL)


def test_who_accepts_has_it_in_progress_and_nobody_is_asked_any_more() -> None:
    task = accepted(TO_ANN)
    assert (task.assignee, task.state, task.offered_to, task.offer_until) == (ANN, "in_progress", None, None)


def test_who_declines_or_does_not_answer_is_not_asked_again_for_ten_minutes() -> None:
    once = not_taken(TO_ANN, "declined", START)
    both = not_taken(offered(once, SUE, START, UNTIL), "unanswered", UNTIL)
    assert both.offered_to is None
    assert tried(both, UNTIL + timedelta(seconds=599)) == (ANN, SUE)
    assert tried(both, UNTIL + timedelta(seconds=600)) == ()
    again = offered(both, ANN, UNTIL + timedelta(seconds=600), UNTIL + timedelta(seconds=660))
    assert again.tried == ()


def test_whose_offer_was_withdrawn_may_be_asked_again_at_once() -> None:
    assert tried(not_taken(TO_ANN, "withdrawn", START), START) == ()


def test_of_very_many_who_did_not_take_it_the_last_are_remembered() -> None:
    task = OPEN
    for number in range(TRIED_MAX + 5):
        task = not_taken(offered(task, UserId(f"usr_{number}"), START, UNTIL), "declined", START)
    assert len(task.tried) == TRIED_MAX
    assert task.tried[-1] == f"usr_{TRIED_MAX + 4}"


@pytest.mark.parametrize("changes", [{"assignee": SUE}, {"state": "done"}, {"queue_id": None}], ids=str)
def test_a_change_by_hand_takes_the_offer_back_and_forgets_who_was_asked(changes: dict[str, object]) -> None:
    before = offered(not_taken(TO_ANN, "declined", START), SUE, START, UNTIL)
    task = completed(msgspec.structs.replace(before, **changes))
    assert (task.offered_to, task.offer_until, task.tried) == (None, None, ())


def test_a_change_of_its_words_leaves_the_offer() -> None:
    assert completed(msgspec.structs.replace(TO_ANN, title="Ring Jo today")).offered_to == ANN


def test_only_who_is_asked_may_answer_and_only_in_time() -> None:
    check_offered(TO_ANN, ANN, START)
    for user, at in ((SUE, START), (ANN, UNTIL)):
        with pytest.raises(Conflict) as refused:
            check_offered(TO_ANN, user, at)
        assert refused.value.code == "task_offer_over"


def test_the_history_says_who_was_asked_and_undoing_leaves_that() -> None:
    after = msgspec.structs.replace(TO_ANN, version=2)
    entry = noted(OPEN, after, "offered", None, START)
    assert [(one.field, one.before, one.after) for one in entry.changes] == [("offered_to", None, ANN)]
    assert undone(after, entry) is None
