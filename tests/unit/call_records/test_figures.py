"""Figures over call records: the service level of a queue, and an agent's handle times."""

from __future__ import annotations

from tests.support.calls import told as t
from tests.support.clock import START

from call24.agents import events as a
from call24.call_records.call_record import fold
from call24.call_records.figures import handle_times, service_level, visits_to
from call24.calls import events as e
from call24.calls.model import EndedBy
from call24.kit.ids import CallId


def level(*calls: t.Told, limit_s: float = 20) -> float | None:
    return service_level(visits_to([fold(call.entries) for call in calls], t.HELP), limit_s)


def waited(seconds: float, *, menu_s: float = 0) -> t.Told:
    return t.Told().arrives().after(menu_s).joins().after(seconds)


def answered(seconds: float, **more: float) -> t.Told:
    return waited(seconds, **more).offered_to().answered_by().after(60).ends()


def test_in_time_of_all_who_were_answered_or_left_too_late() -> None:
    assert level(answered(20), answered(20.001)) == 0.5
    assert level(answered(5), waited(21).ends()) == 0.5
    assert level(answered(5), waited(19).ends()) == 1.0, "who left soon counts neither way"
    assert level() is None and level(waited(3).ends()) is None


def test_it_counts_from_joining_the_queue_ring_included() -> None:
    assert level(answered(20, menu_s=300)) == 1.0
    rung = waited(15).offered_to().after(6).answered_by().ends()
    assert level(rung) == 0.0


def test_who_was_sent_away_after_the_limit_was_not_served_in_time() -> None:
    for reason in ("max_wait", "nobody"):
        told = waited(30).say(e.QueueLeft(queue_id=t.HELP, reason=reason), e.SentToVoicemail(reason=reason)).ends()
        assert level(answered(1), told) == 0.5


def test_a_call_back_counts_neither_way() -> None:
    chosen = waited(90).say(e.QueueLeft(queue_id=t.HELP, reason="callback"), e.CallbackAccepted(queue_id=t.HELP))
    called = t.Told(CallId("call_2")).promised().after(900).offered_to().own_phone_up().dials().customer_answers()
    assert level(answered(1), chosen.ends(EndedBy.SYSTEM), called.ends()) == 1.0


def test_each_queue_has_its_own_visits() -> None:
    told = t.Told().talks().say(e.CallTransferred(agent_id=t.ANN, queue_id=t.SALES)).joins(t.SALES).after(50).ends()
    assert level(told) == 1.0
    assert service_level(visits_to([fold(told.entries)], t.SALES), 20) == 0.0


def test_handle_time_is_talk_hold_and_wrap_up_of_that_agent_alone() -> None:
    told = t.Told().talks().after(10).say(e.CallHeld(agent_id=t.ANN)).after(5).passed_to(t.BOB).offered_to(t.BOB)
    told.after(7).answered_by(t.BOB).after(20).ends()
    told.agent_says(a.AgentWrapUpStarted(agent_id=t.BOB, call_id=t.CALL, until=told.now))
    told.after(4).agent_says(a.AgentWrapUpEnded(agent_id=t.BOB, call_id=t.CALL))
    records = [fold(told.entries)]
    assert handle_times(records, t.ANN, START) == [15]
    assert handle_times(records, t.BOB, START) == [24]
    assert handle_times(records, t.BOB, told.now) == []


def test_who_dialled_in_vain_handled_nothing() -> None:
    told = t.Told().placed().offered_to().own_phone_up().dials().after(40).ends(EndedBy.AGENT)
    assert handle_times([fold(told.entries)], t.ANN, START) == []
