"""The recording of a call, move by move: always, on demand, with its notice, paused, and over transfers."""

from __future__ import annotations

import pytest
from tests.fakes.plan import one_queue
from tests.support.calls.network import followed
from tests.support.calls.world import BOB, CALLER_LEG, QUEUE, CallWorld, dialled_out

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState, RecordingState
from call24.calls.step import notice_id
from call24.kit.ids import QueueId

PRIVATE = QueueId("que_private")


def on_demand(**settings: object) -> CallWorld:
    return CallWorld(record="on_demand", **settings).talk()


def paused(**settings: object) -> CallWorld:
    world = CallWorld(**settings).talk()
    world.after(5).ask(s.PauseRecordingRequested)
    return world


# --- on demand ---


def test_on_demand_nothing_is_recorded_until_it_is_asked_for() -> None:
    world = on_demand()
    assert world.commands(c.RecordLeg) == []
    world.ask(s.RecordRequested)
    assert world.call.recording is RecordingState.ON
    assert followed(world).near(CALLER_LEG) == {world.call.agent_leg}


def test_both_are_told_before_a_recording_on_demand_begins() -> None:
    world = on_demand(record_announcement=True)
    world.ask(s.RecordRequested)
    [notice] = world.commands(c.PlayInBridge)
    assert notice.sounds == ("recorded",)  # type: ignore[union-attr]
    assert world.commands(c.RecordLeg) == []
    world.after(3).sound_ends(notice_id(world.call))
    assert len(world.commands(c.RecordLeg)) == 1


def test_a_notice_that_hold_cut_short_starts_nothing_until_it_is_asked_for_again() -> None:
    world = on_demand(record_announcement=True)
    world.ask(s.RecordRequested)
    world.ask(s.HoldRequested)
    assert world.sound_ends(notice_id(world.call)).ignored
    world.ask(s.ResumeRequested)
    world.ask(s.RecordRequested)
    assert len(world.commands(c.RecordLeg)) == 1


def test_asked_for_twice_there_is_one_recording() -> None:
    world = on_demand()
    world.ask(s.RecordRequested)
    world.ask(s.RecordRequested)
    assert len(world.commands(c.RecordLeg)) == 1


def test_a_queue_that_never_records_does_not_on_demand_either() -> None:
    world = CallWorld(record="never").talk()
    world.ask(s.RecordRequested)
    assert world.commands(c.RecordLeg) == []


# --- announced ---


def test_a_caller_hears_that_it_is_recorded_before_it_joins_the_queue() -> None:
    world = CallWorld(greeting=None, record_announcement=True)
    world.arrive()
    assert world.commands(c.PlaySound)[-1].sounds == ("recorded",)  # type: ignore[union-attr]
    assert not world.in_queue
    world.after(3).sound_ends()
    assert world.call.state is CallState.WAITING
    followed(world)


def test_it_is_said_once_in_a_call_also_if_the_caller_is_passed_on() -> None:
    world = CallWorld(greeting=None, record_announcement=True).talk()
    world.after(9).ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    assert world.call.state is CallState.WAITING
    assert len(world.written(e.RecordingAnnounced)) == 1


def test_a_customer_who_is_called_hears_it_before_it_is_put_through() -> None:
    world = dialled_out(record_announcement=True)
    world.answers(world.call.dial.leg)  # type: ignore[union-attr]
    assert world.call.state is CallState.DIALLING
    assert followed(world).near(world.caller) == set()
    world.after(3).sound_ends()
    assert followed(world).near(world.caller) == {world.call.agent_leg}
    assert followed(world).line(world.caller).recording == world.call.recording_id


# --- paused ---


def test_a_pause_makes_it_silent_and_the_agent_can_end_it() -> None:
    world = paused()
    assert followed(world).line(CALLER_LEG).paused
    world.ask(s.ResumeRecordingRequested)
    assert not followed(world).line(CALLER_LEG).paused
    assert "auto_resume" not in world.timers


def test_a_forgotten_pause_ends_by_itself_after_the_time_of_the_queue() -> None:
    world = paused(auto_resume_s=90)
    assert world.timers["auto_resume"] == 90
    world.after(90).timer_fires("auto_resume")
    assert world.call.recording is RecordingState.ON
    assert world.written(e.RecordingResumed) == [e.RecordingResumed(agent_id=None)]
    followed(world)


def test_where_the_queue_says_so_only_the_agent_ends_a_pause() -> None:
    world = paused(auto_resume_s=0)
    assert "auto_resume" not in world.timers


@pytest.mark.parametrize("more", [s.HoldRequested, s.ConsultRequested])
def test_it_stays_silent_over_hold_and_consultation_and_ends_in_time(more: type[s.AgentRequest]) -> None:
    world = paused()
    world.ask(more, **({"to": s.TransferTarget(agent_id=BOB)} if more is s.ConsultRequested else {}))
    assert followed(world).line(CALLER_LEG).paused
    world.after(120).timer_fires("auto_resume")
    assert not followed(world).line(CALLER_LEG).paused


def test_a_transfer_while_it_is_paused_leaves_it_silent_and_the_time_begins_anew_with_the_next_agent() -> None:
    world = paused(auto_resume_s=60)
    world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    assert followed(world).line(CALLER_LEG).paused
    world.after(30).choose(BOB)
    world.after(5).answers(world.offer_legs[0])
    assert followed(world).line(CALLER_LEG).paused
    assert world.timers["auto_resume"] == 60
    assert len(world.commands(c.RecordLeg)) == 1


def test_found_paused_after_a_restart_it_is_silent_and_its_time_runs_also_while_the_caller_waits() -> None:
    """It stayed silent to the end of the call."""
    world = paused()
    world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    world.timers.clear()
    step = world.recover()
    assert c.PauseRecording(leg=CALLER_LEG, recording_id=world.call.recording_id) in step.commands  # type: ignore[arg-type]
    assert world.timers["auto_resume"] == 120


# --- into a queue that never records ---


def passed_on_to_private(world: CallWorld) -> CallWorld:
    world.plan.queues |= one_queue(PRIVATE, record="never").queues
    world.after(9).ask(s.TransferRequested, to=s.TransferTarget(queue_id=PRIVATE))
    world.choose(BOB)
    world.after(2).answers(world.offer_legs[0])
    assert world.call.queue_id == PRIVATE
    return world


def test_a_call_that_comes_to_a_queue_that_never_records_is_silent_from_there_on() -> None:
    """It went on being recorded."""
    world = passed_on_to_private(CallWorld().talk())
    assert world.written(e.RecordingPaused) == [e.RecordingPaused(agent_id=None)]
    assert followed(world).line(CALLER_LEG).paused
    assert "auto_resume" not in world.timers
    world.ask(s.ResumeRecordingRequested)
    assert world.call.recording is RecordingState.PAUSED


def test_a_pause_that_was_to_end_by_itself_does_not_in_a_queue_that_never_records() -> None:
    world = passed_on_to_private(paused())
    assert "auto_resume" not in world.timers
    world.recover()
    assert "auto_resume" not in world.timers


def test_back_in_a_queue_that_records_the_pause_ends_in_time() -> None:
    world = passed_on_to_private(CallWorld().talk())
    world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    world.choose()
    world.answers(world.offer_legs[0])
    world.after(120).timer_fires("auto_resume")
    assert not followed(world).line(CALLER_LEG).paused


# --- a recorder that does not do what it was told ---


def test_a_pause_that_failed_is_none_and_the_agent_hears_so() -> None:
    world = paused()
    world.send(s.RecorderTrouble(at=world.now, leg=CALLER_LEG, what="pause"))
    assert (world.call.recording, world.call.recording_trouble) == (RecordingState.ON, "pause")
    assert "auto_resume" not in world.timers
    world.ask(s.PauseRecordingRequested)
    assert (world.call.recording, world.call.recording_trouble) == (RecordingState.PAUSED, None)


def test_a_call_without_room_for_its_recording_is_not_called_recorded() -> None:
    world = CallWorld().talk()
    world.send(s.RecorderTrouble(at=world.now, leg=CALLER_LEG, what="start"))
    assert (world.call.recording, world.call.recording_trouble) == (RecordingState.OFF, "start")


def test_late_trouble_of_a_pause_that_is_over_changes_nothing() -> None:
    world = paused()
    world.ask(s.ResumeRecordingRequested)
    before = len(world.lines)
    world.send(s.RecorderTrouble(at=world.now, leg=CALLER_LEG, what="pause"))
    assert len(world.lines) == before


def test_a_recording_that_was_not_begun_while_asterisk_was_away_is_also_for_a_caller_who_was_passed_on() -> None:
    world = CallWorld().talk()
    world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    kinds = [type(command) for command in world.recover().commands]
    assert kinds.index(c.RecordLeg) < kinds.index(c.StartMusic)
