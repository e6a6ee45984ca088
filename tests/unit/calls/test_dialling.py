"""Outside numbers are dialled: over the trunks in their order, for an agent who is on the line; and call-backs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.calls.network import followed
from tests.support.calls.world import (
    ANN,
    BOB,
    CONTACT,
    ELSEWHERE,
    QUEUE,
    SUPERVISOR,
    TRUNKS,
    CallWorld,
    dialled_out,
    internal_call,
    promised,
)
from tests.support.clock import START

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.dialling import FENCED
from call24.calls.model import CallState, EndedBy
from call24.kit.ids import HoursId, LegId, UserId

HOURS = HoursId("hrs_1")


def dialled(world: CallWorld) -> LegId:
    assert world.call.dial is not None
    return world.call.dial.leg


def ended(world: CallWorld) -> e.CallEnded:
    [event] = world.written(e.CallEnded)
    assert isinstance(event, e.CallEnded)
    return event


def users_of(world: CallWorld) -> list[UserId | None]:
    return [command.user_id for command in world.commands(c.DialOutside)]  # type: ignore[union-attr]


# --- an agent calls somebody ---


def test_the_agents_own_phone_answers_by_itself_and_then_the_customer_is_rung() -> None:
    world = dialled_out()
    [ring] = world.commands(c.RingAgent)
    assert (ring.auto_answer, ring.purpose) == (True, "own_call")  # type: ignore[union-attr]
    follower = followed(world)
    assert follower.line(world.call.agent_leg).tone
    assert dialled(world) in follower.network.lines


def test_an_agents_phone_that_is_not_there_ends_it_before_the_customer_is_rung() -> None:
    world = dialled_out()
    world = CallWorld(None, world.lines[0][1])  # type: ignore[arg-type]
    world.choose(ANN)
    world.ends(world.offer_legs[0], 20)
    assert ended(world).reason == "own_phone"
    assert world.commands(c.DialOutside) == []


def test_declined_on_one_of_the_agents_own_two_phones_it_is_over_for_both() -> None:
    world = CallWorld(None, dialled_out().lines[0][1])  # type: ignore[arg-type]
    world.choose(ANN, devices=2)
    first, second = world.offer_legs
    world.ends(first, 21)
    assert world.call.ended
    assert second in world.hung_up


def test_the_customer_answers_and_both_talk_and_it_is_recorded() -> None:
    world = dialled_out()
    leg = dialled(world)
    world.after(5).answers(leg)
    follower = followed(world)
    assert follower.near(leg) == {world.call.agent_leg}
    assert not follower.line(world.call.agent_leg).tone
    assert follower.line(leg).recording


def test_a_customer_taken_without_sound_before_the_answer_was_told_says_so() -> None:
    world = dialled_out()
    for _ in TRUNKS:
        world.send(s.LegEnded(at=world.now, leg=dialled(world), cause=127, why="no_media"))
    assert (ended(world).ended_by, ended(world).reason) == (EndedBy.SYSTEM, "no_media")


@pytest.mark.parametrize("cause", [3, 20, 34, 38, 41, 0])
def test_trouble_with_a_trunk_is_tried_over_the_next_one(cause: int) -> None:
    world = dialled_out()
    first = dialled(world)
    world.ends(first, cause)
    assert [x.trunk_id for x in world.commands(c.DialOutside)] == list(TRUNKS)  # type: ignore[union-attr]
    assert [x.further for x in world.commands(c.DialOutside)] == [False, True]  # type: ignore[union-attr]
    assert f"dial:{first}" not in world.timers
    followed(world)
    world.ends(dialled(world), cause)
    assert world.call.ended


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (17, "busy"),
        (21, "declined"),
        (19, "no_answer"),
        (16, "no_answer"),
        (1, "no_such_number"),
        (23, "redirected"),
        (FENCED, "not_allowed"),
    ],
)
def test_what_speaks_of_the_number_ends_it_and_says_why(cause: int, reason: str) -> None:
    world = dialled_out()
    world.ends(dialled(world), cause)
    assert (ended(world).ended_by, ended(world).reason) == (EndedBy.SYSTEM, reason)
    assert len(world.commands(c.DialOutside)) == 1
    assert world.released == [("off_1", "talked")]
    assert world.commands(c.ReleaseAgent)[0].wrap_up_s == 0  # type: ignore[union-attr]
    assert followed(world).network.lines == {}


def test_without_a_trunk_the_agent_is_told_so_at_once() -> None:
    world = CallWorld(None, dialled_out().lines[0][1])  # type: ignore[arg-type]
    world.plan.ways_out = ()
    world.choose(ANN)
    world.answers(world.offer_legs[0])
    assert ended(world).reason == "no_trunk"
    followed(world)


def test_a_customer_who_does_not_answer_in_time_is_hung_up() -> None:
    world = dialled_out()
    leg = dialled(world)
    world.after(65).timer_fires(f"dial:{leg}")
    assert leg in world.hung_up
    world.ends(leg, 19)
    assert ended(world).reason == "no_answer"


def test_an_agent_who_gives_up_while_it_rings_leaves_nobody_to_answer_to_silence() -> None:
    for by_request in (True, False):
        world = dialled_out()
        leg = dialled(world)
        if by_request:
            world.ask(s.HangUpRequested)
        else:
            world.ends(world.call.agent_leg)  # type: ignore[arg-type]
        assert leg in world.hung_up
        assert ended(world).reason == "cancelled"
        assert [type(x) for x in world.answers(leg).commands] == [c.HangUpLeg]


def test_an_agents_page_that_is_loaded_anew_while_the_customer_is_rung_changes_nothing() -> None:
    world = dialled_out()
    assert world.reattach().ignored
    assert world.call.state is CallState.DIALLING


# --- for whom it is dialled: the fence counts per user ---


def test_each_number_is_dialled_for_the_agent_who_wants_it_over_each_trunk() -> None:
    world = dialled_out()
    world.ends(dialled(world), 38)
    assert users_of(world) == [ANN, ANN]


def test_also_a_transfer_to_the_outside_counts_for_the_agent_who_is_out_already() -> None:
    """It counted for nobody."""
    world = CallWorld().outside()
    world.ends(dialled(world), 38)
    assert users_of(world) == [ANN, ANN]


def test_a_consulted_number_counts_for_the_agent_also_once_it_is_left_with_the_customer() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    world.ask(s.CompleteRequested)
    world.ends(dialled(world), 38)
    assert users_of(world) == [ANN, ANN]


# --- call-backs ---


def rung_back(**settings: object) -> CallWorld:
    """A call-back that an agent has taken; the customer is rung."""
    world = promised(**settings)
    world.after(10).choose(ANN)
    world.after(2).answers(world.offer_legs[0])
    return world


def test_a_call_back_keeps_the_place_and_waits_a_moment_before_its_first_try() -> None:
    world = promised()
    [request] = world.commands(c.RequestAgent)
    assert request.call.since == START - timedelta(seconds=60)  # type: ignore[union-attr]
    assert request.call.not_before == START + timedelta(seconds=8)  # type: ignore[union-attr]
    assert world.timers == {"expiry": 14400}


def test_no_customer_is_rung_before_an_agent_is_on_the_line() -> None:
    world = promised()
    world.after(10).choose(ANN)
    assert world.commands(c.DialOutside) == []
    assert world.commands(c.RingAgent)[-1].purpose == "callback"  # type: ignore[union-attr]
    world.answers(world.offer_legs[0])
    assert [x.contact_id for x in world.commands(c.DialOutside)] == [CONTACT]  # type: ignore[union-attr]


def test_a_customer_who_is_not_reached_is_tried_again_later_and_the_agent_is_free() -> None:
    world = rung_back(callback_retry_s=300)
    world.after(20).ends(dialled(world), 19)
    assert (world.call.state, world.call.attempts) == (CallState.WAITING, 1)
    assert world.released == [("off_1", "talked")]
    assert world.commands(c.RequestAgent)[-1].call.not_before == world.now + timedelta(seconds=300)  # type: ignore[union-attr]
    assert world.timers.keys() == {"expiry"}
    assert followed(world).network.lines == {}


def test_after_the_last_attempt_it_is_over() -> None:
    world = promised(callback_attempts=2)
    for _ in range(2):
        world.after(400).choose(ANN)
        world.answers(world.offer_legs[0])
        world.ends(dialled(world), 17)
    assert ended(world).reason == "not_reached"


def test_an_agent_who_leaves_while_the_customer_is_rung_costs_no_attempt() -> None:
    world = rung_back()
    leg = dialled(world)
    world.ask(s.HangUpRequested)
    assert (world.call.state, world.call.attempts) == (CallState.WAITING, 0)
    assert leg in world.hung_up
    assert world.timers.keys() == {"expiry"}


def test_an_agent_who_declines_a_call_back_leaves_it_in_its_place() -> None:
    world = promised()
    world.after(10).choose(ANN)
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert world.call.state is CallState.WAITING
    assert world.commands(c.RequestAgent)[-1].call.tried == (ANN,)  # type: ignore[union-attr]
    assert "expiry" in world.timers


def test_it_is_not_tried_while_the_queue_is_closed() -> None:
    world = promised(hours_id=HOURS)
    opens = START + timedelta(hours=14)
    world.plan.closed, world.plan.opens = {HOURS}, opens
    world.recover()
    assert world.commands(c.RequestAgent)[-1].call.not_before == opens  # type: ignore[union-attr]


def test_it_expires_while_it_waits_and_not_while_an_agent_is_rung_for_it() -> None:
    world = promised(callback_expires_s=60)
    world.after(59).choose(ANN)
    assert world.after(1).timer_fires("expiry").ignored
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert ended(world).reason == "expired"


def test_a_customer_who_was_reached_otherwise_is_not_called_back_also_where_an_agent_is_rung_for_it_already() -> None:
    """Only a waiting one was taken off."""
    reached = s.EndRequested(at=START, user_id=None, reason="reached")
    offered = promised()
    offered.after(10).choose(ANN)
    for world in (promised(), offered, rung_back()):
        world.send(reached)
        assert ended(world).reason == "reached"
        assert followed(world).network.lines == {}


def test_a_call_back_whose_customer_is_on_the_line_goes_on_whoever_else_was_reached() -> None:
    world = rung_back()
    world.answers(dialled(world))
    world.send(s.EndRequested(at=world.now, user_id=None, reason="reached"))
    assert world.call.state is CallState.CONNECTED


def test_a_called_back_customer_who_is_transferred_waits_like_any_caller_and_survives_a_restart() -> None:
    """It was taken for a call-back without a customer, and one whom an agent had called was hung up on."""
    for world in (rung_back(), dialled_out()):
        world.answers(dialled(world))
        world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
        step = world.after(5).recover()
        assert world.call.state is CallState.WAITING
        kinds = {type(command) for command in step.commands}
        assert {c.RequestAgent, c.StartMusic, c.TakeLeg} <= kinds
        followed(world)
        world.choose(BOB)
        assert world.commands(c.RingAgent)[-1].purpose == "offer"  # type: ignore[union-attr]
        world.answers(world.offer_legs[0])
        assert followed(world).near(world.caller) == {world.call.agent_leg}


def test_a_restart_while_the_customer_is_rung_goes_on_ringing_it() -> None:
    world = rung_back()
    step = world.recover()
    assert {c.AgentTaken, c.StartTone, c.StartTimer} == {type(command) for command in step.commands}


# --- ended by a supervisor ---


@pytest.mark.parametrize("make", [dialled_out, promised, rung_back, internal_call])
def test_a_supervisor_ends_it_whatever_it_waits_for(make: object) -> None:
    world: CallWorld = make()  # type: ignore[operator]
    world.send(s.EndRequested(at=world.now, user_id=SUPERVISOR, reason="stuck"))
    assert (ended(world).reason, ended(world).user_id) == ("stuck", SUPERVISOR)
    assert not world.in_queue
    assert followed(world).network.lines == {}


def test_a_restart_while_the_customer_is_told_of_the_recording_tells_it_again() -> None:
    world = dialled_out(record_announcement=True)
    world.answers(dialled(world))
    assert c.StartTone(leg=world.call.agent_leg) in world.recover().commands  # type: ignore[arg-type]
    assert world.call.state is CallState.DIALLING
    assert [x.sounds for x in world.commands(c.PlaySound)] == [("recorded",), ("recorded",)]  # type: ignore[union-attr]
    world.sound_ends()
    assert followed(world).near(world.caller) == {world.call.agent_leg}
