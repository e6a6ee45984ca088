"""What means the same in every state of a call, or in all in which its agent is there: each state in turn."""

from __future__ import annotations

import pytest
from tests.support.calls.network import followed
from tests.support.calls.world import (
    ANN,
    BEGINNINGS,
    BOB,
    CALLER_LEG,
    CY,
    ELSEWHERE,
    SUPERVISOR,
    CallWorld,
    promised,
)

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState, EndedBy, RecordingState
from call24.calls.step import ELSEWHERE as ANSWERED_ELSEWHERE
from call24.kit.ids import LegId

LIVE = [state for state in BEGINNINGS if state is not CallState.ENDED]
in_every_state = pytest.mark.parametrize("state", LIVE)
WITH_AGENT = [CallState.CONNECTED, CallState.HELD, CallState.CONSULTING, CallState.CONFERENCE]
with_an_agent = pytest.mark.parametrize("state", WITH_AGENT)


def reached(state: CallState) -> CallWorld:
    """With its customer's line there."""
    world = BEGINNINGS[state]()
    if state is CallState.FLOW:
        world.arrive()
    return world


def ended(world: CallWorld) -> e.CallEnded:
    [event] = world.written(e.CallEnded)
    assert isinstance(event, e.CallEnded)
    return event


# --- in every state ---


@in_every_state
def test_a_supervisor_can_end_it_and_nothing_is_left_over(state: CallState) -> None:
    world = reached(state)
    world.send(s.EndRequested(at=world.now, user_id=SUPERVISOR, reason="stuck"))
    assert (ended(world).ended_by, ended(world).user_id) == (EndedBy.SYSTEM, SUPERVISOR)
    assert {offer for offer, _ in world.released} == set(world.given)
    assert followed(world).network.lines == {}


@pytest.mark.parametrize("state", [state for state in LIVE if state is not CallState.DIALLING])
def test_the_customer_leaves_and_nothing_is_left_over(state: CallState) -> None:
    world = reached(state)
    world.caller_leaves()
    assert world.call.ended
    assert {offer for offer, _ in world.released} == set(world.given)
    assert followed(world).network.lines == {}


@pytest.mark.parametrize("state", BEGINNINGS)
def test_a_phone_that_answers_and_is_no_part_of_it_is_hung_up(state: CallState) -> None:
    world = BEGINNINGS[state]()
    step = world.answers(LegId("leg_late"))
    assert (step.events, step.commands) == ((), (c.HangUpLeg(leg=LegId("leg_late"), cause=ANSWERED_ELSEWHERE),))


@pytest.mark.parametrize("state", [state for state in BEGINNINGS if state is not CallState.WAITING])
def test_an_agent_whom_the_desk_gives_too_late_is_given_back_at_once(state: CallState) -> None:
    world = BEGINNINGS[state]()
    before = len(world.released)
    step = world.choose(CY)
    assert [(type(x), x.outcome) for x in step.commands] == [(c.ReleaseAgent, "withdrawn")]  # type: ignore[union-attr]
    assert (step.events, len(world.released)) == ((), before + 1)


@pytest.mark.parametrize("state", BEGINNINGS)
def test_a_colleague_whom_the_desk_reserves_too_late_is_given_back_at_once(state: CallState) -> None:
    world = BEGINNINGS[state]()
    step = world.reserve(CY)
    assert [(type(x), x.outcome) for x in step.commands] == [(c.ReleaseAgent, "withdrawn")]  # type: ignore[union-attr]
    assert step.events == ()


@pytest.mark.parametrize("state", [state for state in LIVE if state is not CallState.CLOSING])
def test_after_a_restart_it_is_what_it_was_with_its_timers(state: CallState) -> None:
    world = reached(state)
    follower = followed(world)
    follower.timers_lost()
    signal = s.Recovered(at=world.now)
    follower.follow(signal, world.send(signal))
    assert world.call.state is state
    assert follower.differences(world.call) == []
    assert follower.lost_timers(world.call) == []


def test_after_a_restart_the_last_words_are_not_said_again_and_what_was_promised_is_kept() -> None:
    world = CallWorld().close()
    world.recover()
    assert world.call.ended
    assert len(world.commands(c.PromiseCallback)) == 2  # safe to repeat: there is one for each number


def paused_on_the_way_to(state: CallState) -> CallWorld:
    """The recording was paused in an earlier conversation of the call."""
    world = CallWorld().talk()
    world.ask(s.PauseRecordingRequested)
    match state:
        case CallState.WAITING | CallState.OFFERED:
            world.ask(s.TransferRequested, to=s.TransferTarget(agent_id=BOB))
            if state is CallState.OFFERED:
                world.choose(BOB)
        case CallState.VOICEMAIL:
            world.ask(s.TransferRequested, to=s.TransferTarget())
        case CallState.FORWARDING | CallState.FORWARDED:
            world.ask(s.TransferRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
            if state is CallState.FORWARDED:
                world.answers(world.call.dial.leg)  # type: ignore[union-attr]
        case CallState.CONSULTING | CallState.CONFERENCE:
            world.ask(s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
            world.reserve(BOB)
            world.answers(world.consult_party_legs[0])
            if state is CallState.CONFERENCE:
                world.ask(s.ConferenceRequested)
        case CallState.HELD:
            world.ask(s.HoldRequested)
    assert world.call.state is state
    return world


PAUSED_IN = [
    *WITH_AGENT,
    CallState.WAITING,
    CallState.OFFERED,
    CallState.VOICEMAIL,
    CallState.FORWARDING,
    CallState.FORWARDED,
]


@pytest.mark.parametrize("state", PAUSED_IN)
def test_a_pause_of_the_recording_ends_in_time_wherever_the_call_is_then(state: CallState) -> None:
    world = paused_on_the_way_to(state)
    assert followed(world).line(CALLER_LEG).paused
    world.after(120).timer_fires("auto_resume")
    assert world.call.recording is RecordingState.ON
    assert not followed(world).line(CALLER_LEG).paused


@pytest.mark.parametrize("state", PAUSED_IN)
@pytest.mark.parametrize(("what", "left"), [("start", RecordingState.OFF), ("pause", RecordingState.ON)])
def test_what_the_recorder_could_not_do_is_known_wherever_the_call_is_then(
    state: CallState, what: str, left: RecordingState
) -> None:
    world = paused_on_the_way_to(state)
    world.send(s.RecorderTrouble(at=world.now, leg=CALLER_LEG, what=what))
    assert world.call.recording is left
    assert "auto_resume" not in world.timers


# --- wherever the agent is there ---


@with_an_agent
def test_the_agent_can_be_muted_and_heard_again(state: CallState) -> None:
    world = reached(state)
    world.ask(s.MuteRequested, on=True)
    assert followed(world).line(world.call.agent_leg).muted
    assert world.ask(s.MuteRequested, on=True).events == ()
    world.ask(s.MuteRequested, on=False)
    assert not followed(world).line(world.call.agent_leg).muted


@with_an_agent
def test_the_recording_can_be_paused_and_go_on(state: CallState) -> None:
    world = reached(state)
    world.ask(s.PauseRecordingRequested)
    assert followed(world).line(CALLER_LEG).paused
    world.ask(s.ResumeRecordingRequested)
    assert not followed(world).line(CALLER_LEG).paused


@pytest.mark.parametrize("state", [CallState.CONNECTED, CallState.CONSULTING, CallState.CONFERENCE])
def test_keys_go_to_whom_the_agent_talks_to(state: CallState) -> None:
    world = reached(state)
    world.ask(s.DigitsRequested, digits="42#")
    party = world.call.consult_party.leg if world.call.consult_party is not None else None
    heard_by = party if state is CallState.CONSULTING else CALLER_LEG
    assert world.commands(c.SendDigits) == [c.SendDigits(leg=heard_by, digits="42#")]  # type: ignore[arg-type]


@with_an_agent
def test_a_supervisor_joins_and_leaves_and_the_call_is_what_it_was(state: CallState) -> None:
    for leaves_by_itself in (True, False):
        world = reached(state)
        world.monitor("barge")
        leg = world.call.monitors[0].legs[0].leg
        world.answers(leg)
        assert leg in followed(world).network.lines
        if leaves_by_itself:
            world.ends(leg)
        else:
            world.send(s.MonitorEndRequested(at=world.now, user_id=SUPERVISOR))
        assert (world.call.state, world.call.monitors) == (state, ())
        followed(world)


@with_an_agent
def test_an_agents_phone_is_exchanged_and_one_that_fails_changes_nothing(state: CallState) -> None:
    world = reached(state)
    old = world.call.agent_leg
    world.reattach()
    world.ends(world.call.reattach.leg, 20)  # type: ignore[union-attr]
    assert (world.call.state, world.call.agent_leg, world.call.reattach) == (state, old, None)
    world.reattach()
    new = world.call.reattach.leg  # type: ignore[union-attr]
    world.answers(new)
    assert (world.call.state, world.call.agent_leg) == (state, new)
    follower = followed(world)
    assert old not in follower.network.lines


@pytest.mark.parametrize("state", [CallState.HELD, CallState.CONNECTED])
def test_without_a_consult_party_the_customers_call_is_over_with_the_last_phone_of_its_agent(state: CallState) -> None:
    world = reached(state)
    world.reattach()
    world.ends(world.call.agent_leg)  # type: ignore[arg-type]
    assert world.call.state is state
    world.ends(world.call.reattach.leg, 20)  # type: ignore[union-attr]
    assert ended(world).ended_by is EndedBy.SYSTEM
    assert followed(world).network.lines == {}


# --- while a consult party waits aside ---


def aside(on_hold: bool) -> CallWorld:
    """Ann talks to the customer again, or has it on hold; Bob waits with music."""
    world = CallWorld().together()
    world.ask(s.SwapRequested)
    if on_hold:
        world.ask(s.HoldRequested)
    return world


on_hold_or_not = pytest.mark.parametrize("on_hold", [True, False])


@on_hold_or_not
def test_the_customer_can_be_left_with_the_consult_party_who_waits(on_hold: bool) -> None:
    world = aside(on_hold)
    colleague = world.call.consult_party.leg  # type: ignore[union-attr]
    world.ask(s.CompleteRequested)
    assert world.call.agent_id == BOB
    assert followed(world).near(CALLER_LEG) == {colleague}


@on_hold_or_not
def test_the_consult_party_who_waits_can_be_let_go_and_the_customer_stays_where_it_is(on_hold: bool) -> None:
    for kind, who in ((s.CancelRequested, ANN), (s.HangUpRequested, BOB)):
        world = aside(on_hold)
        world.send(kind(at=world.now, agent_id=who))
        assert (world.call.state, world.call.consult_party) == (
            CallState.HELD if on_hold else CallState.CONNECTED,
            None,
        )
        assert world.released == [("off_2", "talked")]
        followed(world)


@on_hold_or_not
def test_the_consult_party_who_waits_can_hang_up(on_hold: bool) -> None:
    world = aside(on_hold)
    world.ends(world.call.consult_party.leg)  # type: ignore[union-attr, arg-type]
    assert world.call.consult_party is None
    followed(world)


@on_hold_or_not
def test_the_consult_party_who_waits_can_be_brought_in(on_hold: bool) -> None:
    world = aside(on_hold)
    world.ask(s.ConferenceRequested)
    assert world.call.state is CallState.CONFERENCE
    followed(world)


@on_hold_or_not
def test_a_transfer_lets_the_consult_party_who_waits_go(on_hold: bool) -> None:
    world = aside(on_hold)
    world.ask(s.TransferRequested, to=s.TransferTarget(agent_id=CY))
    assert world.call.consult_party is None
    assert sorted(world.released) == [("off_1", "talked"), ("off_2", "talked")]
    followed(world)


def test_from_hold_a_colleague_is_asked_while_the_customer_hears_its_music_on() -> None:
    world = CallWorld().hold()
    world.ask(s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    assert world.call.state is CallState.CONSULTING
    followed(world)


def test_no_second_consult_party_is_asked_while_one_waits() -> None:
    world = aside(on_hold=False)
    assert world.ask(s.ConsultRequested, to=s.TransferTarget(agent_id=CY)).commands == ()


# --- the rest ---


def test_where_an_outside_number_rings_that_is_written_down_and_it_is_given_up_in_time() -> None:
    world = CallWorld().outside()
    leg = world.call.dial.leg  # type: ignore[union-attr]
    world.rings(leg)
    assert world.written(e.OutsideRinging) == [e.OutsideRinging(leg=leg)]
    assert world.timer_fires(f"dial:{leg}").commands == (c.HangUpLeg(leg=leg, cause=19),)


def test_a_consult_party_that_rings_is_written_down_once() -> None:
    world = CallWorld().consult(devices=2)
    for leg in world.consult_party_legs:
        world.rings(leg)
    assert len(world.written(e.ConsultRinging)) == 1


def test_a_place_that_is_due_while_an_agent_is_rung_is_told_later() -> None:
    world = CallWorld(announce_position=True, announce_every_s=40).offer()
    step = world.timer_fires("place")
    assert step.commands == (c.StartTimer(name="place", seconds=40),)


def test_a_call_back_that_waited_too_long_is_over() -> None:
    world = promised(callback_expires_s=60)
    world.after(60).timer_fires("expiry")
    assert ended(world).reason == "expired"
    assert not world.in_queue


def test_on_demand_also_a_conference_is_recorded_after_its_notice() -> None:
    world = CallWorld(record="on_demand", record_announcement=True).conference()
    world.ask(s.RecordRequested)
    world.after(3).sound_ends(world.commands(c.PlayInBridge)[-1].playback_id)  # type: ignore[union-attr]
    assert world.call.recording is RecordingState.ON
    followed(world)
