"""The call's state table: total, and right in every order of signals; the classic races by name."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from tests.support.calls.world import (
    ANN,
    BEGINNINGS,
    BOB,
    CALLER_LEG,
    QUEUE,
    SUPERVISOR,
    TENANT,
    CallWorld,
    Script,
    play,
    scripts,
    settings,
    worlds,
)
from tests.support.clock import START
from tests.support.properties import thorough

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.classification import SignalKind
from call24.calls.evolution import begin, evolve
from call24.calls.machine import IGNORED, TABLE
from call24.calls.model import CallState, EndedBy, OfferOutcome
from call24.calls.step import ELSEWHERE
from call24.calls.timers import offer_timer
from call24.engine.recovery import legs_of
from call24.kit.ids import LegId

# --- the table ---


@pytest.mark.parametrize("state", CallState)
def test_every_cell_of_a_state_is_a_transition_or_ignored_with_a_reason_but_not_both(state: CallState) -> None:
    for kind in SignalKind:
        assert ((state, kind) in TABLE) != ((state, kind) in IGNORED), (state, kind)
        assert (state, kind) in TABLE or IGNORED[state, kind].strip(), (state, kind)
    assert {cell[0] for cell in TABLE} | {cell[0] for cell in IGNORED} <= set(CallState)


@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.NEW])
def test_every_state_but_new_can_be_reached_and_can_reach_the_end(state: CallState) -> None:
    """NEW exists only while a call is being made."""
    world = BEGINNINGS[state]()
    assert world.call.state is state
    end(world)
    assert world.call.state is CallState.ENDED


def end(world: CallWorld) -> None:
    """The customer leaves; where there is none (any more), a supervisor ends the call."""
    if world.call.caller_leg is not None and world.call.caller_leg not in world.gone:
        world.caller_leaves()
    else:
        world.send(s.EndRequested(at=world.now, user_id=SUPERVISOR, reason="stuck"))


# --- every order of signals ---


@thorough
@given(worlds())
def test_whatever_happens_a_call_ends_when_its_caller_leaves(world: CallWorld) -> None:
    end(world)
    assert world.call.ended
    assert len(world.written(e.CallEnded)) == 1


@thorough
@given(worlds(), scripts)
def test_nothing_is_written_down_after_the_end(world: CallWorld, script: Script) -> None:
    end(world)
    count = len(world.lines)
    assert isinstance(world.lines[-1][1], e.CallEnded)
    play(world, script)
    assert len(world.lines) == count


@thorough
@given(worlds())
def test_what_was_written_down_gives_the_same_call(world: CallWorld) -> None:
    at, arrived = world.lines[0]
    assert isinstance(arrived, e.Beginning)
    call = begin(TENANT, arrived, at)
    for at, event in world.lines[1:]:
        call = evolve(call, event, at)
    assert call == world.call


@thorough
@given(worlds())
def test_the_times_written_down_never_go_back(world: CallWorld) -> None:
    times = [at for at, _ in world.lines]
    assert times == sorted(times)


@thorough
@given(worlds())
def test_commands_are_only_for_legs_of_this_call(world: CallWorld) -> None:
    ours = {CALLER_LEG, *world.rung}
    ours |= {command.snoop_leg for command in world.commands(c.SnoopLeg)}  # type: ignore[union-attr]
    for _, step in world.steps:
        for command in step.commands:
            legs = getattr(command, "legs", None) or [getattr(command, "leg", CALLER_LEG)]
            assert set(legs) <= ours, command


@thorough
@given(worlds())
def test_every_agent_who_was_chosen_is_given_back_exactly_once(world: CallWorld) -> None:
    end(world)
    assert Counter(offer for offer, _ in world.released) == Counter(world.given.keys())
    talked = [offer for offer, outcome in world.released if outcome == OfferOutcome.TALKED]
    assert set(talked) == set(world.taken)


@thorough
@given(worlds())
def test_while_a_call_goes_on_it_holds_only_the_agent_it_rings_or_talks_to(world: CallWorld) -> None:
    held = set(world.given) - {offer for offer, _ in world.released}
    assert held == {offer_id for offer_id in world.given if world.call.holds(offer_id) and not world.call.ended}


@thorough
@given(worlds())
def test_no_phone_rings_or_stays_up_after_the_end(world: CallWorld) -> None:
    end(world)
    for leg, rung_at in world.rung.items():
        assert leg in world.gone or world.hung_up.get(leg, -1) >= rung_at, leg
    for leg in world.rung:  # each that had not heard of its hang-up yet answers all the same
        if leg not in world.gone and leg not in legs_of(world.call):
            world.answers(leg)
            assert world.hung_up[leg] == len(world.steps), leg


@thorough
@given(worlds())
def test_a_phone_that_is_no_part_of_the_call_any_more_is_not_left_ringing(world: CallWorld) -> None:
    call = world.call
    still = set(legs_of(call))
    for leg in set(world.rung) - world.gone - still:
        assert leg in world.hung_up, leg


@thorough
@given(worlds())
def test_a_waiting_call_stands_in_the_queue_and_no_other_does(world: CallWorld) -> None:
    if world.call.state in (CallState.WAITING, CallState.ENDED, CallState.VOICEMAIL):
        assert world.in_queue == (world.call.state is CallState.WAITING)


@thorough
@given(worlds())
def test_the_place_in_the_queue_counts_from_when_the_caller_joined_it(world: CallWorld) -> None:
    for _, step in world.steps:
        for request in step.commands:
            if isinstance(request, c.RequestAgent):
                assert request.call.since == step.call.queued_at


@thorough
@given(settings, scripts)
def test_an_offer_always_has_its_timer_and_no_other_offer_has(how: dict[str, object], script: Script) -> None:
    world = CallWorld(**how).offer()
    for move in script:
        play(world, [move])
        timers = {name for name in world.timers if name.startswith("offer:")}
        rung = list(world.call.offers)
        if world.call.consult_party is not None and world.call.consult_party.offer is not None:
            rung.append(world.call.consult_party.offer)
        assert timers == {offer_timer(offer.offer_id) for offer in rung}


# --- the walk of a call ---


def test_the_desk_looks_for_an_agent_while_the_network_answers_the_caller() -> None:
    world = CallWorld(greeting=None)
    step = world.send(s.CallerArrived(at=world.now))
    kinds = [type(command) for command in step.commands]
    assert kinds == [c.RequestAgent, c.AnswerLeg, c.TakeLeg, c.StartTimer, c.StartMusic]


def test_a_call_is_greeted_queued_offered_connected_recorded_and_ended() -> None:
    world = CallWorld().talk()
    assert world.call.state is CallState.CONNECTED
    assert world.call.agent_id == ANN
    kinds = [type(command) for _, step in world.steps for command in step.commands]
    assert kinds == [
        c.AnswerLeg, c.TakeLeg, c.PlaySound,
        c.RequestAgent, c.StartTimer, c.StartMusic,
        c.RingAgent, c.StartTimer,
        c.StopTimer, c.StopTimer, c.AgentTaken, c.StopMusic, c.RecordLeg, c.ConnectLegs,
        c.CustomerReached,
    ]  # fmt: skip
    step = world.after(60).caller_leaves()
    assert step.events == (e.CallEnded(ended_by=EndedBy.CALLER, cause=16),)
    assert [type(command) for command in step.commands] == [c.HangUpLeg, c.HangUpLeg, c.DropBridge, c.ReleaseAgent]


def test_hold_takes_the_caller_out_and_resume_brings_it_back() -> None:
    world = CallWorld().talk()
    held = world.after(5).send(s.HoldRequested(at=world.now, agent_id=ANN))
    assert held.commands == (
        c.PartLeg(bridge_id=world.call.bridge_id, leg=CALLER_LEG),
        c.StartMusic(leg=CALLER_LEG),
    )
    resumed = world.after(5).send(s.ResumeRequested(at=world.now, agent_id=ANN))
    assert [type(command) for command in resumed.commands] == [c.StopMusic, c.ConnectLegs]
    assert world.call.state is CallState.CONNECTED


def test_only_the_agent_on_the_call_can_hold_hang_up_or_reattach_it() -> None:
    world = CallWorld().talk()
    for request in (s.HoldRequested, s.HangUpRequested, s.DeclineRequested):
        assert world.send(request(at=world.now, agent_id=BOB)).ignored
    assert world.reattach(BOB).ignored


def test_without_anybody_signed_in_the_caller_leaves_a_message() -> None:
    world = CallWorld().wait()
    world.nobody_there()
    assert world.call.state is CallState.VOICEMAIL
    world.after(4).sound_ends()
    message = world.call.message_id
    assert message is not None
    step = world.after(12).send(s.MessageEnded(at=world.now, leg=CALLER_LEG, recording_id=message))
    assert step.events == (e.CallEnded(ended_by=EndedBy.SYSTEM, cause=16),)


def test_without_voicemail_a_call_for_nobody_is_ended() -> None:
    world = CallWorld(voicemail=False).wait()
    step = world.nobody_there()
    assert step.events[-1] == e.CallEnded(ended_by=EndedBy.SYSTEM, cause=16, reason="nobody")
    assert c.HangUpLeg(leg=CALLER_LEG) in step.commands


def test_no_name_and_no_number_is_written_down() -> None:
    fields = {name for kind in e.CallEvent.__subclasses__() for name in kind.__struct_fields__}
    assert not {name for name in fields if "name" in name or "phone" in name or name in ("caller", "number", "dialled")}


# --- the classic races ---


def test_agent_answers_just_after_the_caller_hung_up() -> None:
    world = CallWorld().offer()
    (leg,) = world.offer_legs
    world.caller_leaves()
    step = world.answers(leg)
    assert step.commands == (c.HangUpLeg(leg=leg, cause=ELSEWHERE),)
    assert step.events == ()
    assert world.released == [("off_1", "withdrawn")]


def test_two_devices_answer_at_once_and_the_first_gets_the_caller() -> None:
    world = CallWorld().offer(devices=2)
    first, second = world.offer_legs
    connected = world.answers(first)
    assert c.HangUpLeg(leg=second, cause=ELSEWHERE) in connected.commands
    late = world.answers(second)
    assert late.commands == (c.HangUpLeg(leg=second, cause=ELSEWHERE),)
    assert world.call.agent_leg == first
    assert world.ends(second).ignored
    assert world.call.state is CallState.CONNECTED


def test_decline_on_one_device_crosses_with_the_answer_on_another() -> None:
    world = CallWorld().offer(devices=2)
    first, _ = world.offer_legs
    world.answers(first)
    assert world.send(s.DeclineRequested(at=world.now, agent_id=ANN)).ignored
    assert world.call.state is CallState.CONNECTED


def test_an_answer_crosses_with_the_decline_that_came_first() -> None:
    world = CallWorld().offer()
    (leg,) = world.offer_legs
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert world.call.state is CallState.WAITING
    assert world.answers(leg).commands == (c.HangUpLeg(leg=leg, cause=ELSEWHERE),)
    assert world.released == [("off_1", "declined")]


def test_the_offer_timer_crosses_with_the_answer() -> None:
    world = CallWorld().offer()
    timer = world.offer_timer
    world.answers(world.offer_legs[0])
    assert world.timer_fires(timer).ignored
    assert world.call.state is CallState.CONNECTED


def test_an_answer_just_after_the_offer_timer_is_hung_up() -> None:
    world = CallWorld().offer()
    (leg,) = world.offer_legs
    world.after(20).timer_fires(world.offer_timer)
    assert world.released == [("off_1", "ring_no_answer")]
    assert world.answers(leg).commands == (c.HangUpLeg(leg=leg, cause=ELSEWHERE),)


def test_the_timer_of_an_earlier_offer_does_not_end_the_next_one() -> None:
    world = CallWorld().offer()
    timer = world.offer_timer
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    world.after(1).choose(BOB)
    assert world.timer_fires(timer).ignored
    assert world.running.agent_id == BOB


def test_a_phone_that_is_not_registered_costs_the_caller_nothing() -> None:
    world = CallWorld().offer()
    queued_at = world.call.queued_at
    step = world.ends(world.offer_legs[0], cause=20)
    assert world.released == [("off_1", "unreachable")]
    [again] = [command.call for command in step.commands if isinstance(command, c.RequestAgent)]
    assert (again.queue_id, again.since, again.tried) == (QUEUE, queued_at, ()), (
        "it has not heard of the call: it may have it once its phone is back"
    )


def test_an_agent_without_any_device_is_unreachable_at_once() -> None:
    world = CallWorld().wait()
    step = world.choose(ANN, devices=0)
    assert world.call.state is CallState.WAITING
    assert world.released == [("off_1", "unreachable")]
    assert [type(event) for event in step.events] == [e.CallOffered, e.OfferEnded]


def test_one_of_two_devices_that_is_not_registered_lets_the_other_ring_on() -> None:
    world = CallWorld().offer(devices=2)
    first, second = world.offer_legs
    world.ends(first, cause=20)
    assert world.offer_legs == [second]
    world.answers(second)
    assert world.call.agent_leg == second


def test_busy_on_one_device_is_the_agents_word_for_all_of_them() -> None:
    world = CallWorld().offer(devices=2)
    first, second = world.offer_legs
    step = world.ends(first, cause=17)
    assert world.released == [("off_1", "declined")]
    hung_up = [command.leg for command in step.commands if isinstance(command, c.HangUpLeg)]
    assert hung_up == [second]


def test_max_wait_while_an_agent_rings_is_looked_at_when_that_ends() -> None:
    world = CallWorld(max_wait_s=30).wait()
    world.after(15).choose()
    assert world.after(15).timer_fires("max_wait").ignored
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert world.call.state is CallState.VOICEMAIL
    assert not world.in_queue
    assert world.written(e.SentToVoicemail) == [e.SentToVoicemail(reason="max_wait")]


def test_an_answer_after_max_wait_still_gets_the_caller() -> None:
    world = CallWorld(max_wait_s=30).wait()
    world.after(15).choose()
    world.after(20).timer_fires("max_wait")
    world.answers(world.offer_legs[0])
    assert world.call.state is CallState.CONNECTED


def test_the_desk_chooses_just_after_the_caller_left() -> None:
    world = CallWorld().wait()
    world.caller_leaves()
    assert world.choose().commands == (
        c.ReleaseAgent(agent_id=ANN, offer_id=next(iter(world.given)), outcome="withdrawn"),
    )


def test_a_late_end_of_the_greeting_does_not_cut_the_voicemail_prompt_short() -> None:
    world = CallWorld().wait()
    world.nobody_there()
    assert world.sound_ends("greeting").ignored
    assert world.call.message_id is None


def test_the_end_of_the_greeting_after_the_caller_left_changes_nothing() -> None:
    world = CallWorld()
    world.arrive()
    world.caller_leaves()
    assert world.sound_ends("greeting").ignored


def test_a_second_end_of_the_voicemail_prompt_does_not_begin_a_second_message() -> None:
    world = CallWorld().wait()
    world.nobody_there()
    world.sound_ends()
    assert world.sound_ends().commands == ()
    assert len(world.written(e.MessageStarted)) == 1


def test_the_callers_hang_up_crosses_with_the_agents() -> None:
    world = CallWorld().talk()
    world.send(s.HangUpRequested(at=world.now, agent_id=ANN))
    assert world.caller_leaves().ignored
    assert world.written(e.CallEnded) == [e.CallEnded(ended_by=EndedBy.AGENT, cause=16)]


# --- re-attaching after a reload ---


def reloaded() -> tuple[CallWorld, LegId, LegId]:
    """A call whose agent's page was loaded anew: the world, the old leg, the new one."""
    world = CallWorld().talk()
    old = world.call.agent_leg
    world.after(5).reattach()
    assert old is not None
    assert world.call.reattach is not None
    return world, old, world.call.reattach.leg


def test_reload_swaps_the_new_leg_in_and_the_old_one_out() -> None:
    world, old, new = reloaded()
    assert world.commands(c.RingAgent)[-1].auto_answer  # type: ignore[union-attr]
    step = world.after(1).answers(new)
    assert step.commands == (
        c.StopTimer(name=f"reattach:{new}"),
        c.ConnectLegs(bridge_id=world.call.bridge_id, legs=(new,)),
        c.HangUpLeg(leg=old),
    )
    assert world.ends(old).ignored
    assert world.call.state is CallState.CONNECTED


def test_reload_crosses_with_the_end_of_the_old_leg() -> None:
    world, old, new = reloaded()
    world.ends(old)
    assert world.call.state is CallState.CONNECTED
    step = world.after(1).answers(new)
    assert step.commands == (
        c.StopTimer(name=f"reattach:{new}"),
        c.ConnectLegs(bridge_id=world.call.bridge_id, legs=(new,)),
    )
    assert world.call.agent_leg == new


def test_a_new_leg_of_which_nothing_is_heard_is_given_up_and_the_old_one_talks_on() -> None:
    """Its request was lost: no phone rings, and no leg's end is told."""
    world, old, new = reloaded()
    assert world.timers[f"reattach:{new}"] == 20
    world.after(20).timer_fires(f"reattach:{new}")
    assert (world.call.state, world.call.agent_leg, world.call.reattach) == (CallState.CONNECTED, old, None)
    assert new in world.hung_up
    world.reattach()
    assert world.call.reattach is not None
    world.answers(world.call.reattach.leg)
    assert world.call.agent_leg not in (old, new)


def test_a_customer_whose_agents_old_leg_is_gone_and_whose_new_one_does_not_come_is_not_left_alone() -> None:
    world, old, new = reloaded()
    world.ends(old)
    world.after(20).timer_fires(f"reattach:{new}")
    [ended] = world.written(e.CallEnded)
    assert (ended.ended_by, world.call.ended) == (EndedBy.SYSTEM, True)  # type: ignore[union-attr]
    assert CALLER_LEG in world.hung_up


def test_a_restarted_server_gives_a_new_leg_its_deadline_again() -> None:
    world, _, new = reloaded()
    world.timers.clear()
    world.recover()
    assert world.timers[f"reattach:{new}"] == 20


def test_a_message_of_whose_end_nothing_is_heard_is_over_in_time() -> None:
    """A request to record that is lost, or the end of it: the caller would speak to nobody for ever."""
    world = CallWorld().voicemail()
    world.sound_ends()
    assert world.call.message_id is not None
    longest = world.call.rules.message_max_s
    assert world.timers["message"] == longest + 30
    world.after(longest + 30).timer_fires("message")
    [ended] = world.written(e.CallEnded)
    assert ended.ended_by is EndedBy.SYSTEM  # type: ignore[union-attr]
    assert CALLER_LEG in world.hung_up


def test_reload_crosses_with_the_callers_hang_up() -> None:
    world, old, new = reloaded()
    step = world.caller_leaves()
    hung_up = {command.leg for command in step.commands if isinstance(command, c.HangUpLeg)}
    assert hung_up == {CALLER_LEG, old, new}
    assert world.answers(new).commands == (c.HangUpLeg(leg=new, cause=ELSEWHERE),)


def test_reload_that_fails_leaves_the_old_leg_in_the_call() -> None:
    world, old, new = reloaded()
    world.ends(new, cause=20)
    assert world.call.state is CallState.CONNECTED
    assert world.call.agent_leg == old
    world.ends(old)
    assert world.written(e.CallEnded) == [e.CallEnded(ended_by=EndedBy.AGENT, cause=16)]


def test_reload_that_fails_after_the_old_leg_is_gone_ends_the_call() -> None:
    world, old, new = reloaded()
    world.ends(old)
    world.ends(new, cause=20)
    assert world.written(e.CallEnded) == [e.CallEnded(ended_by=EndedBy.SYSTEM, cause=20)]


def test_a_second_reload_gives_up_the_first_ones_leg() -> None:
    world, old, first = reloaded()
    step = world.after(1).reattach()
    assert step.commands[0] == c.HangUpLeg(leg=first)
    assert world.answers(first).commands == (c.HangUpLeg(leg=first, cause=ELSEWHERE),)
    second = world.call.reattach
    assert second is not None
    world.answers(second.leg)
    assert world.call.agent_leg == second.leg
    assert world.hung_up.keys() >= {old, first}


def test_reload_while_the_caller_is_on_hold_leaves_it_on_hold() -> None:
    world = CallWorld().talk()
    world.send(s.HoldRequested(at=world.now, agent_id=ANN))
    world.reattach()
    assert world.call.reattach is not None
    new = world.call.reattach.leg
    step = world.answers(new)
    assert c.ConnectLegs(bridge_id=world.call.bridge_id, legs=(new,)) in step.commands
    assert world.call.state is CallState.HELD


# --- after a restart ---


def test_a_recovered_waiting_call_keeps_its_place_and_the_rest_of_its_time() -> None:
    world = CallWorld().offer()
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    step = world.after(98).recover()
    assert c.StartTimer(name="max_wait", seconds=500) in step.commands
    [again] = [command.call for command in step.commands if isinstance(command, c.RequestAgent)]
    assert (again.queue_id, again.since, again.tried) == (QUEUE, world.call.queued_at, (ANN,))


def test_a_phone_found_missing_that_had_rung_did_not_answer_rather_than_was_away() -> None:
    world = CallWorld().offer()
    (leg,) = world.offer_legs
    world.rings(leg)
    world.ends(leg, cause=0)
    assert world.released == [("off_1", "ring_no_answer")]


def test_both_sides_found_missing_means_that_nobody_knows_who_ended_the_call() -> None:
    world = CallWorld().talk()
    world.ends(CALLER_LEG, cause=0, lost=True)
    assert world.written(e.CallEnded) == [e.CallEnded(ended_by=EndedBy.SYSTEM, cause=0, found_missing=True)]


def test_the_call_began_when_it_arrived() -> None:
    world = CallWorld().talk()
    assert world.call.arrived_at == START
    assert world.call.queued_at == next(at for at, event in world.lines if isinstance(event, e.CallQueued))
    assert msgspec.structs.asdict(world.call)["connected_at"] == world.now
