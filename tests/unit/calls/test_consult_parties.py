"""A consult party, move by move: transfers and their recall, consultation, conference, and who hears whom then."""

from __future__ import annotations

import pytest
from tests.fakes.plan import FLOW
from tests.support.calls.network import followed
from tests.support.calls.world import (
    ANN,
    BOB,
    CALLER_LEG,
    CY,
    ELSEWHERE,
    QUEUE,
    SUPERVISOR,
    TRUNKS,
    CallWorld,
    dialled_out,
    internal_call,
)

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState, EndedBy, ToAgent
from call24.calls.timers import offer_timer
from call24.kit.ids import FlowId, LegId, QueueId
from call24.queues.model import ToQueue

RUNG_BY_ANN = s.TransferTarget(agent_id=BOB)


def consult_party_of(world: CallWorld) -> LegId:
    assert world.call.consult_party is not None and world.call.consult_party.leg is not None
    return world.call.consult_party.leg


def ended(world: CallWorld) -> e.CallEnded:
    [event] = world.written(e.CallEnded)
    assert isinstance(event, e.CallEnded)
    return event


# --- blind transfer ---


def transferred(to: s.TransferTarget) -> CallWorld:
    world = CallWorld().talk()
    world.after(5).ask(s.TransferRequested, to=to)
    return world


@pytest.mark.parametrize(
    ("to", "state"),
    [
        (s.TransferTarget(agent_id=BOB), CallState.WAITING),
        (s.TransferTarget(queue_id=QUEUE), CallState.WAITING),
        (s.TransferTarget(flow_id=FLOW.flow_id), CallState.FLOW),
        (s.TransferTarget(contact_id=ELSEWHERE), CallState.FORWARDING),
        (s.TransferTarget(queue_id=QueueId("que_gone")), CallState.VOICEMAIL),
        (s.TransferTarget(), CallState.VOICEMAIL),
    ],
)
def test_a_blind_transfer_frees_the_agent_at_once_with_its_wrap_up(to: s.TransferTarget, state: CallState) -> None:
    world = transferred(to)
    assert world.call.state is state
    assert world.call.agent_id is None
    [release] = world.commands(c.ReleaseAgent)
    assert (release.outcome, release.wrap_up_s) == ("talked", 10)  # type: ignore[union-attr]
    assert set(followed(world).network.lines) >= {CALLER_LEG}


def test_a_transfer_to_a_flow_that_is_not_published_leaves_the_customer_with_its_agent() -> None:
    world = transferred(s.TransferTarget(flow_id=FlowId("flw_none")))
    assert world.call.state is CallState.CONNECTED
    assert followed(world).near(CALLER_LEG) == {world.call.agent_leg}


def test_a_transfer_out_of_hold_ends_the_music_before_the_flow_speaks() -> None:
    world = CallWorld().hold()
    world.after(5).ask(s.TransferRequested, to=s.TransferTarget(flow_id=FLOW.flow_id))
    customer = followed(world).line(CALLER_LEG)
    assert not customer.music
    assert customer.playing


def test_only_whom_the_transfer_names_is_asked_for() -> None:
    world = transferred(RUNG_BY_ANN)
    request = world.commands(c.RequestAgent)[-1]
    assert (request.call.agents, request.call.queue_id, request.first) == ((BOB,), None, True)  # type: ignore[union-attr]


def test_a_transferred_caller_stands_at_the_end_of_the_other_queue_and_may_be_refused_nobody_it_declined_before() -> (
    None
):
    world = CallWorld().offer(ANN)
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    world.choose(BOB)
    world.after(2).answers(world.offer_legs[0])
    world.after(60).ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    request = world.commands(c.RequestAgent)[-1]
    assert (request.call.since, request.call.tried) == (world.now, ())  # type: ignore[union-attr]


def test_nobody_takes_a_transferred_caller_and_it_comes_back_then_to_the_queue() -> None:
    world = transferred(RUNG_BY_ANN)
    world.after(25).timer_fires("max_wait")
    assert world.call.wait is not None
    assert world.call.wait.agents == (ANN,)
    world.after(30).timer_fires("max_wait")
    assert world.call.wait is not None
    assert (world.call.wait.agents, world.call.queue_id) == ((), QUEUE)
    followed(world)


def test_an_outside_number_that_does_not_answer_gives_the_caller_back() -> None:
    world = transferred(s.TransferTarget(contact_id=ELSEWHERE))
    assert world.call.dial is not None
    world.after(40).ends(world.call.dial.leg, 19)
    assert world.call.state is CallState.WAITING
    assert world.call.wait is not None
    assert world.call.wait.agents == (ANN,)
    followed(world)


def test_without_a_way_out_a_transfer_to_a_number_gives_the_caller_back_at_once() -> None:
    world = CallWorld().talk()
    world.plan.ways_out = ()
    world.ask(s.TransferRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    assert world.call.wait is not None
    assert world.call.wait.agents == (ANN,)


def test_an_outside_party_that_hangs_up_ends_the_call() -> None:
    world = CallWorld().forwarded()
    assert followed(world).near(CALLER_LEG) == {consult_party_of(world)}
    world.after(30).ends(consult_party_of(world))
    assert ended(world).ended_by is EndedBy.CONSULT_PARTY
    followed(world)


# --- consultation ---


def test_while_the_colleague_rings_the_agent_hears_ringing_and_the_customer_music() -> None:
    world = CallWorld().consult()
    follower = followed(world)
    assert follower.line(world.call.agent_leg).tone
    assert follower.line(CALLER_LEG).music


def test_agent_and_colleague_talk_and_the_customer_does_not_hear_them() -> None:
    world = CallWorld().together()
    follower = followed(world)
    assert follower.near(consult_party_of(world)) == {world.call.agent_leg}
    assert follower.near(CALLER_LEG) == set()


@pytest.mark.parametrize("cause", [17, 21])
def test_a_colleague_who_declines_leaves_the_customer_on_hold_with_its_agent(cause: int) -> None:
    world = CallWorld().consult(devices=2)
    world.ends(world.consult_party_legs[0], cause)
    assert (world.call.state, world.call.consult_party) == (CallState.HELD, None)
    assert world.released == [("off_2", "declined")]
    followed(world)


def test_one_of_the_colleagues_two_phones_that_is_not_there_lets_the_other_ring_on() -> None:
    world = CallWorld().consult(devices=2)
    first, second = world.consult_party_legs
    world.ends(first, 20)
    assert world.consult_party_legs == [second]
    world.answers(second)
    assert consult_party_of(world) == second
    followed(world)


def test_a_colleague_who_does_not_answer_in_time_is_not_rung_any_more() -> None:
    world = CallWorld().consult()
    [leg] = world.consult_party_legs
    world.after(25).timer_fires(offer_timer(world.call.consult_party.offer.offer_id))  # type: ignore[union-attr]
    assert leg in world.hung_up
    assert world.released == [("off_2", "ring_no_answer")]
    assert world.call.state is CallState.HELD


def test_a_colleague_with_something_else_in_hand_is_not_rung_and_the_agent_told_why() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=RUNG_BY_ANN)
    step = world.send(s.ColleagueBusy(at=world.now, agent_id=BOB, reason="on_call"))
    assert step.events == (e.ConsultEnded(reason="on_call", colleague_id=BOB),)
    assert world.call.state is CallState.HELD
    followed(world)


def test_the_desks_answer_after_the_consultation_was_cancelled_gives_the_colleague_back() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=RUNG_BY_ANN)
    world.ask(s.CancelRequested)
    step = world.reserve(BOB)
    assert [type(command) for command in step.commands] == [c.ReleaseAgent]


def test_the_desks_answer_after_the_customer_left_gives_the_colleague_back() -> None:
    """It kept the colleague offered for ever: the ended call still seemed to expect it."""
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=RUNG_BY_ANN)
    world.caller_leaves()
    step = world.reserve(BOB)
    assert [type(command) for command in step.commands] == [c.ReleaseAgent]
    assert step.events == ()


def test_a_colleague_whose_phone_answers_as_the_customer_leaves_is_hung_up() -> None:
    world = CallWorld().consult()
    [leg] = world.consult_party_legs
    world.caller_leaves()
    assert world.released[-1] == ("off_1", "talked") and ("off_2", "withdrawn") in world.released
    assert [type(command) for command in world.answers(leg).commands] == [c.HangUpLeg]


def test_swap_puts_the_other_one_aside_with_music_and_back() -> None:
    world = CallWorld().together()
    colleague = consult_party_of(world)
    world.ask(s.SwapRequested)
    follower = followed(world)
    assert follower.near(CALLER_LEG) == {world.call.agent_leg}
    assert follower.line(colleague).music
    world.ask(s.SwapRequested)
    follower = followed(world)
    assert follower.near(colleague) == {world.call.agent_leg}
    assert follower.line(CALLER_LEG).music


def test_on_hold_after_a_swap_both_hear_music_and_each_can_be_taken_back() -> None:
    world = CallWorld().together()
    world.ask(s.SwapRequested)
    world.ask(s.HoldRequested)
    follower = followed(world)
    assert follower.line(CALLER_LEG).music and follower.line(consult_party_of(world)).music
    world.ask(s.SwapRequested)
    assert followed(world).near(consult_party_of(world)) == {world.call.agent_leg}


def test_cancel_frees_the_colleague_and_brings_the_customer_back_at_once() -> None:
    world = CallWorld().together()
    colleague = consult_party_of(world)
    world.ask(s.CancelRequested)
    follower = followed(world)
    assert follower.near(CALLER_LEG) == {world.call.agent_leg}
    assert colleague not in follower.network.lines
    assert world.released == [("off_2", "talked")]


def test_complete_leaves_the_customer_with_the_colleague_who_is_its_agent_then() -> None:
    world = CallWorld().together()
    colleague = consult_party_of(world)
    world.ask(s.CompleteRequested)
    assert (world.call.state, world.call.agent_id, world.call.consult_party) == (CallState.CONNECTED, BOB, None)
    assert followed(world).near(CALLER_LEG) == {colleague}
    world.after(9).caller_leaves()
    assert world.released == [("off_1", "talked"), ("off_2", "talked")]
    assert [x.wrap_up_s for x in world.commands(c.ReleaseAgent)] == [10, 10]  # type: ignore[union-attr]


def test_completed_with_an_outside_party_no_agent_is_on_the_call() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    assert world.call.consult_party is not None and world.call.consult_party.dial is not None
    world.after(3).answers(world.call.consult_party.dial.leg)
    world.ask(s.CompleteRequested)
    assert (world.call.state, world.call.agent_id) == (CallState.FORWARDED, None)
    assert followed(world).near(CALLER_LEG) == {consult_party_of(world)}


@pytest.mark.parametrize("how", [s.CompleteRequested, s.HangUpRequested])
def test_semi_attended_the_customer_goes_to_the_colleague_who_still_rings(how: type[s.AgentRequest]) -> None:
    world = CallWorld().consult()
    [leg] = world.consult_party_legs
    world.ask(how)
    assert world.call.state is CallState.OFFERED
    assert followed(world).line(CALLER_LEG).music
    world.after(3).answers(leg)
    assert (world.call.state, world.call.agent_id) == (CallState.CONNECTED, BOB)
    assert followed(world).near(CALLER_LEG) == {leg}


def test_semi_attended_and_declined_the_customer_comes_back_to_the_agent() -> None:
    world = CallWorld().consult()
    world.ask(s.CompleteRequested)
    world.send(s.DeclineRequested(at=world.now, agent_id=BOB))
    assert world.call.wait is not None
    assert (world.call.wait.agents, world.call.wait.if_not) == ((ANN,), ToQueue(queue_id=QUEUE))
    followed(world)


def test_semi_attended_to_a_number_that_rings_is_a_forwarding_that_comes_back() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    world.ask(s.CompleteRequested)
    assert world.call.state is CallState.FORWARDING
    assert world.call.dial is not None
    assert world.call.dial.if_not == ToAgent(agent_id=ANN, queue_id=QUEUE)
    followed(world)


def test_an_agent_who_leaves_before_the_desk_has_said_a_word_has_asked_for_the_colleague_all_the_same() -> None:
    """It cut the customer off."""
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=RUNG_BY_ANN)
    world.ask(s.HangUpRequested)
    assert world.call.state is CallState.WAITING
    assert world.commands(c.RequestAgent)[-1].call.agents == (BOB,)  # type: ignore[union-attr]
    assert [type(command) for command in world.reserve(BOB).commands] == [c.ReleaseAgent]
    followed(world)


def test_a_consultation_cannot_be_completed_before_the_desk_has_said_a_word() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=RUNG_BY_ANN)
    world.ask(s.CompleteRequested)
    assert (world.call.state, world.call.agent_id) == (CallState.CONSULTING, ANN)


@pytest.mark.parametrize("by_request", [True, False])
@pytest.mark.parametrize("hold", [True, False])
def test_an_agent_who_is_gone_leaves_its_customer_with_the_consult_party_who_waits(
    by_request: bool, hold: bool
) -> None:
    """Both were cut off."""
    world = CallWorld().together()
    colleague, agent_leg = consult_party_of(world), world.call.agent_leg
    world.ask(s.SwapRequested)
    if hold:
        world.ask(s.HoldRequested)
    if by_request:
        world.ask(s.HangUpRequested)
    else:
        world.ends(agent_leg)  # type: ignore[arg-type]
    assert (world.call.state, world.call.agent_id) == (CallState.CONNECTED, BOB)
    assert followed(world).near(CALLER_LEG) == {colleague}


def test_the_customer_leaves_during_a_consultation_and_both_agents_are_free() -> None:
    world = CallWorld().together()
    world.caller_leaves()
    assert sorted(world.released) == [("off_1", "talked"), ("off_2", "talked")]
    assert followed(world).network.lines == {}


def test_the_consult_party_leaves_and_the_customer_is_still_on_hold() -> None:
    world = CallWorld().together()
    world.ends(consult_party_of(world))
    assert world.call.state is CallState.HELD
    followed(world)


def test_a_colleague_can_hang_up_by_its_app() -> None:
    world = CallWorld().together()
    leg = consult_party_of(world)
    world.send(s.HangUpRequested(at=world.now, agent_id=BOB))
    assert leg in world.hung_up
    assert world.call.state is CallState.HELD


def test_an_outside_consult_party_is_rung_over_the_next_trunk_where_the_first_is_to_blame() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    world.ends(world.call.consult_party.dial.leg, 38)  # type: ignore[union-attr]
    assert [x.trunk_id for x in world.commands(c.DialOutside)] == list(TRUNKS)  # type: ignore[union-attr]
    world.ends(world.call.consult_party.dial.leg, 17)  # type: ignore[union-attr]
    assert (world.call.state, world.call.consult_party) == (CallState.HELD, None)
    followed(world)


def test_an_outside_consult_party_that_does_not_answer_in_time_is_hung_up() -> None:
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    leg = world.call.consult_party.dial.leg  # type: ignore[union-attr]
    step = world.after(45).timer_fires(f"dial:{leg}")
    assert step.commands == (c.HangUpLeg(leg=leg, cause=19),)


# --- an agent's page is loaded anew meanwhile ---


def reattached(world: CallWorld) -> LegId:
    world.reattach()
    assert world.call.reattach is not None
    leg = world.call.reattach.leg
    world.after(1).answers(leg)
    assert world.call.agent_leg == leg
    return leg


def test_the_new_phone_hears_the_ringing_too_and_then_the_colleague() -> None:
    """It stood in an empty bridge."""
    world = CallWorld().consult()
    [colleague] = world.consult_party_legs
    leg = reattached(world)
    assert followed(world).line(leg).tone
    world.answers(colleague)
    assert followed(world).near(leg) == {colleague}


@pytest.mark.parametrize("conference", [True, False])
def test_the_new_phone_joins_those_whom_the_agent_talks_to(conference: bool) -> None:
    world = CallWorld().conference() if conference else CallWorld().together()
    leg = reattached(world)
    expected = {consult_party_of(world), CALLER_LEG} if conference else {consult_party_of(world)}
    assert followed(world).near(leg) == expected


@pytest.mark.parametrize("conference", [True, False])
def test_a_new_phone_that_fails_after_the_old_one_is_gone_leaves_the_customer_with_the_consult_party(
    conference: bool,
) -> None:
    """The customer was cut off."""
    world = CallWorld().conference() if conference else CallWorld().together()
    colleague, old = consult_party_of(world), world.call.agent_leg
    world.reattach()
    new = world.call.reattach.leg  # type: ignore[union-attr]
    world.ends(old)  # type: ignore[arg-type]
    world.ends(new, 20)
    assert (world.call.state, world.call.agent_id) == (CallState.CONNECTED, BOB)
    assert followed(world).near(CALLER_LEG) == {colleague}


# --- conference ---


def test_in_a_conference_all_three_are_together_and_nobody_has_music() -> None:
    world = CallWorld().conference()
    follower = followed(world)
    assert follower.near(CALLER_LEG) == {world.call.agent_leg, consult_party_of(world)}
    assert not any(line.music for line in follower.network.lines.values())


def test_the_agent_leaves_a_conference_and_the_other_two_go_on() -> None:
    world = CallWorld().conference()
    colleague = consult_party_of(world)
    world.ask(s.HangUpRequested)
    assert (world.call.state, world.call.agent_id) == (CallState.CONNECTED, BOB)
    assert followed(world).near(CALLER_LEG) == {colleague}


def test_the_consult_party_is_dropped_from_a_conference() -> None:
    world = CallWorld().conference()
    world.ask(s.DropRequested)
    assert (world.call.state, world.call.consult_party) == (CallState.CONNECTED, None)
    assert followed(world).near(CALLER_LEG) == {world.call.agent_leg}
    assert world.released == [("off_2", "talked")]


def test_the_consult_party_leaves_a_conference_by_itself() -> None:
    world = CallWorld().conference()
    world.ends(consult_party_of(world))
    assert world.call.state is CallState.CONNECTED
    followed(world)


def test_in_a_conference_there_is_no_hold_no_transfer_and_no_second_consult_party() -> None:
    world = CallWorld().conference()
    assert world.ask(s.HoldRequested).ignored
    assert world.ask(s.TransferRequested, to=s.TransferTarget(agent_id=CY)).ignored
    assert world.ask(s.ConsultRequested, to=s.TransferTarget(agent_id=CY)).ignored


# --- taking over, with a consult party there ---


def taken_over(world: CallWorld) -> LegId:
    world.monitor()
    [monitor] = world.call.monitors
    leg = monitor.legs[0].leg
    world.answers(leg)
    world.send(s.TakeOverRequested(at=world.now, user_id=SUPERVISOR, reason="complaint"))
    assert (world.call.agent_id, world.call.agent_leg) == (SUPERVISOR, leg)
    return leg


def test_who_takes_over_a_conference_is_in_it_with_both() -> None:
    """The consult party was in the bridge, but taken for one who waits aside."""
    world = CallWorld().conference()
    colleague = consult_party_of(world)
    leg = taken_over(world)
    assert world.call.state is CallState.CONFERENCE
    assert followed(world).near(leg) == {CALLER_LEG, colleague}
    world.ask(s.DropRequested)
    assert followed(world).near(leg) == {CALLER_LEG}


def test_who_takes_over_while_a_consult_party_waits_talks_to_the_customer_and_can_swap() -> None:
    world = CallWorld().together()
    colleague = consult_party_of(world)
    world.ask(s.SwapRequested)
    leg = taken_over(world)
    follower = followed(world)
    assert follower.near(leg) == {CALLER_LEG}
    assert follower.line(colleague).music
    world.ask(s.SwapRequested)
    assert followed(world).near(leg) == {colleague}


# --- colleagues among themselves ---


def test_an_internal_call_rings_the_colleague_and_ends_with_either() -> None:
    for who in (ANN, BOB):
        world = internal_call()
        world.reserve(BOB)
        world.answers(world.consult_party_legs[0])
        assert followed(world).near(consult_party_of(world)) == {world.call.agent_leg}
        world.send(s.HangUpRequested(at=world.now, agent_id=who))
        assert ended(world).ended_by is (EndedBy.AGENT if who is ANN else EndedBy.CONSULT_PARTY)
        assert sorted(world.released) == [("off_1", "talked"), ("off_2", "talked")]
        assert {x.wrap_up_s for x in world.commands(c.ReleaseAgent)} == {0}  # type: ignore[union-attr]
        assert followed(world).network.lines == {}


def test_an_internal_call_to_a_colleague_who_is_offered_something_else_is_over_at_once() -> None:
    world = internal_call()
    world.send(s.ColleagueBusy(at=world.now, agent_id=BOB, reason="offered"))
    assert (ended(world).ended_by, ended(world).reason) == (EndedBy.SYSTEM, "offered")
    assert followed(world).network.lines == {}


def test_an_internal_call_has_no_customer_to_swap_to_to_join_or_to_leave_behind() -> None:
    world = internal_call()
    world.reserve(BOB)
    world.answers(world.consult_party_legs[0])
    for kind in (s.SwapRequested, s.ConferenceRequested, s.CompleteRequested):
        world.ask(kind)
        assert world.call.state is CallState.CONSULTING
    world.ask(s.CancelRequested)
    assert ended(world).reason == "cancelled"


def test_a_customer_who_was_called_can_be_transferred_like_any_other() -> None:
    world = dialled_out()
    assert world.call.dial is not None
    world.answers(world.call.dial.leg)
    world.ask(s.TransferRequested, to=RUNG_BY_ANN)
    world.choose(BOB)
    assert world.commands(c.RingAgent)[-1].purpose == "offer"  # type: ignore[union-attr]
    world.answers(world.offer_legs[0])
    assert followed(world).near(world.caller) == {world.call.agent_leg}


@pytest.mark.parametrize(
    ("cause", "reason"), [(17, "busy"), (21, "declined"), (16, "no_answer"), (19, "no_answer"), (57, "not_allowed")]
)
def test_of_an_outside_number_it_is_said_why_it_was_not_reached(cause: int, reason: str) -> None:
    """A busy line had declined, and what the fence denied did not answer."""
    world = CallWorld().talk()
    world.ask(s.ConsultRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
    world.ends(world.call.consult_party.dial.leg, cause)  # type: ignore[union-attr]
    assert world.written(e.ConsultEnded) == [e.ConsultEnded(reason=reason)]
    assert world.call.state is CallState.HELD
