"""A simulated caller goes through a flow as a call would, and says what it heard."""

from __future__ import annotations

import pytest

from call24.flows.model import (
    Announce,
    Forward,
    HangUp,
    LeaveTask,
    Menu,
    Node,
    OfferCallback,
    OpenHours,
    Ring,
    SetNode,
    ToQueueNode,
    Voicemail,
    WithdrawConsent,
)
from call24.flows.simulation import STEPS_MAX, Circumstances, Simulation, simulate
from call24.kit.errors import Invalid
from call24.kit.ids import HoursId, QueueId, UserId

QUEUE, HOURS = QueueId("que_1"), HoursId("hrs_1")
MENU = Menu(
    prompt="ask", choices={"1": "queue", "2": "ring"}, tries=2, on_timeout="bye", on_invalid="mail", invalid_prompt="no"
)
FLOW: dict[str, Node] = {
    "hours": OpenHours(hours_id=HOURS, open="set", closed="mail"),
    "set": SetNode(priority=9, next="stop"),
    "stop": WithdrawConsent(next="hello"),
    "hello": Announce(prompt="greeting", next="menu"),
    "menu": MENU,
    "queue": ToQueueNode(queue_id=QUEUE, exits={"max_wait": "offer"}),
    "offer": OfferCallback(queue_id=QUEUE, digit="5", declined="queue"),
    "ring": Ring(agents=(UserId("usr_1"),), no_answer="out"),
    "out": Forward(number="+442079460123", failed="bye"),
    "mail": Voicemail(),
    "bye": HangUp(prompt="goodbye"),
    "write": LeaveTask(queue_id=QUEUE, prompt="we-write", next="bye"),
}


def called(*answers: str, is_open: bool = True, queue_open: bool = True, start: str = "hours") -> Simulation:
    return simulate(start, FLOW, answers, Circumstances(lambda hours_id: is_open, lambda queue_id: queue_open))


def path(call: Simulation) -> list[str]:
    return [step.node_id for step in call.steps]


def test_it_waits_at_the_first_node_that_needs_an_answer_and_says_what_was_heard() -> None:
    call = called()
    assert path(call) == ["hours", "set", "stop", "hello", "menu"]
    assert [step.way for step in call.steps] == ["open", "next", "next", "next", None]
    assert [step.hears for step in call.steps] == [(), (), ("recording-stopped",), ("greeting",), ("ask",)]
    assert call.end is None and set("0123456789*#") < set(call.expects) and "timeout" in call.expects


def test_out_of_hours_it_goes_the_other_way() -> None:
    call = called(is_open=False)
    assert path(call) == ["hours", "mail"] and call.end == "voicemail"
    assert call.steps[-1].hears == ("voicemail",), "the built-in words"


def test_a_menu_counts_tries_of_both_kinds_and_says_what_was_wrong() -> None:
    again = called("7")
    assert path(again)[-2:] == ["menu", "menu"] and again.steps[-1].hears == ("no", "ask") and again.end is None
    assert called("timeout").steps[-1].hears == ("ask",)
    assert path(called("7", "timeout"))[-1] == "bye" and called("7", "timeout").steps[-2].way == "on_timeout"
    assert path(called("timeout", "7"))[-1] == "mail" and called("timeout", "7").steps[-2].way == "on_invalid"


def test_a_queue_answers_or_is_left_by_the_flows_exit_or_its_own() -> None:
    assert called("1", "answered").end == "answered"
    offer = called("1", "max_wait")
    assert path(offer)[-1] == "offer" and offer.steps[-2].way == "exits.max_wait"
    left = called("1", "full")
    assert (left.end, left.steps[-1].way, left.steps[-1].to) == ("queue_decides", "exits.full", None)
    closed = called("1", queue_open=False)
    assert (closed.end, closed.steps[-1].way, closed.steps[-1].answer) == ("queue_decides", "exits.closed", None)


def test_a_callback_is_taken_with_its_key_and_declined_with_any_other() -> None:
    assert called("1", "max_wait", "5").end == "callback"
    for answer in ("1", "timeout"):
        assert path(called("1", "max_wait", answer))[-2:] == ["offer", "queue"]


def test_people_and_outside_numbers_answer_or_not() -> None:
    assert called("2", "answered").end == "answered"
    assert path(called("2", "no_answer", "failed"))[-3:] == ["ring", "out", "bye"]
    assert called("2", "no_answer", "failed").end == "hung_up"
    assert called("caller_hangs_up").end == "caller_hung_up"


@pytest.mark.parametrize(
    ("answers", "at"), [(("answered",), 0), (("1", "9"), 1), (("1", "answered", "1"), 2), (("no_answer",), 0)]
)
def test_what_cannot_happen_there_is_refused_by_its_place(answers: tuple[str, ...], at: int) -> None:
    with pytest.raises(Invalid) as refused:
        called(*answers)
    assert refused.value.errors[0][0] == f"answers.{at}"


def test_a_draft_that_leads_nowhere_says_so_and_one_that_goes_round_ends() -> None:
    there = Circumstances(lambda hours_id: True, lambda queue_id: True)
    lost = simulate("a", {"a": Announce(prompt="greeting", next="")}, (), there)
    assert (lost.end, [step.node_id for step in lost.steps], lost.steps[-1].hears) == ("nowhere", ["a", ""], ("away",))
    assert simulate("", {}, (), there).end == "nowhere"
    circle: dict[str, Node] = {"a": Announce(prompt="x", next="b"), "b": Announce(prompt="y", next="a")}
    round_and_round = simulate("a", circle, (), there)
    assert (round_and_round.end, len(round_and_round.steps)) == ("endless", STEPS_MAX)


def test_who_leaves_a_task_hears_so_and_goes_on() -> None:
    call = called(start="write")
    assert (path(call), call.end) == (["write", "bye"], "hung_up")
