"""Which calls leave something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.support.calls import told as t
from tests.support.clock import START

from call24.call_records.call_record import fold
from call24.call_records.follow_ups import finished
from call24.calls import events as e
from call24.calls.model import EndedBy
from call24.kit.errors import Invalid
from call24.kit.ids import CallId, ContactId, QueueId, RecordingId, TenantId
from call24.tasks.model import Task
from call24.tasks.rules import DUE_AFTER, Finished, check_title, request_of, task_id, task_of

MESSAGE = RecordingId("rec_m")


def left_by(told: t.Told) -> Task | None:
    call = finished(fold(told.entries))
    return task_of(call) if call is not None else None


def waiting() -> t.Told:
    return t.Told().arrives().joins()


def message() -> t.Told:
    told = waiting().say(e.QueueLeft(queue_id=t.HELP, reason="nobody"), e.SentToVoicemail(reason="nobody"))
    return told.say(e.MessageStarted(recording_id=MESSAGE)).after(9).ends()


def talked_and_left_a_message() -> t.Told:
    told = t.Told().talks().say(e.CallTransferred(agent_id=t.ANN, queue_id=t.SALES)).joins(t.SALES).after(60)
    told.say(e.QueueLeft(queue_id=t.SALES, reason="max_wait"), e.SentToVoicemail(reason="max_wait"))
    return told.say(e.MessageStarted(recording_id=MESSAGE)).after(9).ends()


def in_vain(reason: str) -> t.Told:
    return t.Told().promised().after(60).ends(EndedBy.SYSTEM, reason=reason)


@pytest.mark.parametrize(
    ("story", "kind"),
    [
        (message, "voicemail"),
        (talked_and_left_a_message, "voicemail"),
        (lambda: waiting().after(5).ends(), "missed_call"),
        (lambda: waiting().after(4.9).ends(), None),
        (lambda: waiting().after(60), None),
        (lambda: t.Told().arrives(None).joins().after(60).ends(), None),
        (lambda: t.Told().talks().ends(), None),
        (lambda: in_vain("not_reached"), "callback_failed"),
        (lambda: in_vain("expired"), "callback_failed"),
        (lambda: in_vain("removed"), None),
        (lambda: t.Told().placed_inside().offered_to().after(30).ends(EndedBy.AGENT), None),
        (lambda: t.Told().placed().offered_to().own_phone_up().dials().after(30).ends(EndedBy.SYSTEM, 19), None),
    ],
)
def test_what_is_left_to_do(story: Callable[[], t.Told], kind: str | None) -> None:
    task = left_by(story())
    assert (task.kind if task is not None else None) == kind


def test_a_task_knows_the_call_the_caller_the_queue_and_until_when() -> None:
    told = message()
    task = left_by(told)
    assert task is not None
    assert (task.call_id, task.contact_id, task.queue_id) == (told.id, t.CONTACT, t.HELP)
    assert (task.recording_id, task.created_at, task.due_at) == (MESSAGE, told.now, told.now + DUE_AFTER)
    assert task.delete_at == fold(told.entries).delete_at


def test_it_is_for_the_queue_in_which_the_caller_was_last() -> None:
    task = left_by(talked_and_left_a_message())
    assert task is not None and task.queue_id == t.SALES


def test_what_was_for_one_agent_alone_is_assigned_to_it() -> None:
    told = t.Told().arrives().waits_for(t.BOB).offered_to(t.BOB).after(6).ends()
    task = left_by(told)
    assert task is not None and (task.kind, task.queue_id, task.assignee) == ("missed_call", None, t.BOB)
    group = left_by(t.Told().arrives().waits_for(t.ANN, t.BOB).offered_to(t.ANN).offered_to(t.BOB).after(6).ends())
    assert group is not None and group.assignee is None
    queued = left_by(t.Told().arrives().joins().offered_to(t.BOB).after(6).ends())
    assert queued is not None and queued.assignee is None


def test_the_same_call_gives_the_same_id_and_another_one_another() -> None:
    assert task_id(CallId("call_1"), "voicemail") == task_id(CallId("call_1"), "voicemail")
    ids = {task_id(CallId(call), kind) for call in ("call_1", "call_2") for kind in ("voicemail", "missed_call")}  # type: ignore[arg-type]
    assert len(ids) == 4
    assert all(len(id) == 30 and id.startswith("tsk_") for id in ids)


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\x00b"])
def test_a_title_is_one_line_of_text(title: str) -> None:
    with pytest.raises(Invalid):
        check_title(title)


def test_a_title_loses_its_extra_space() -> None:
    assert check_title("  Ring\n Mrs  Smith ") == "Ring Mrs Smith"


def requested(**more: Any) -> Finished:
    told: dict[str, Any] = {
        "call_id": CallId("call_1"),
        "tenant_id": TenantId("ten_a"),
        "contact_id": ContactId("con_jo"),
        "queue_id": QueueId("que_last"),
        "requested_in": QueueId("que_write"),
        "pressed": ("2", "7"),
        "ended_at": START,
        "delete_at": START,
    }
    return Finished(**{**told, **more})


def test_what_a_caller_left_in_the_ivr_is_in_that_queue_with_the_keys_and_no_missed_call() -> None:
    task = request_of(requested(missed=True))
    assert task is not None
    assert (task.kind, task.queue_id, task.contact_id, task.text) == (
        "request",
        "que_write",
        "con_jo",
        "Pressed 2, then 7",
    )
    assert (task.call_id, task.delete_at, task.due_at) == ("call_1", START, START + DUE_AFTER)
    assert task_of(requested(missed=True)) is None
    left = task_of(requested(message_id=RecordingId("rec_1")))
    assert left is not None and left.kind == "voicemail", "a message is heard all the same"


@pytest.mark.parametrize("more", [{"requested_in": None}, {"contact_id": None}], ids=str)
def test_who_left_none_or_shows_no_number_leaves_no_request(more: dict[str, Any]) -> None:
    assert request_of(requested(**more)) is None
