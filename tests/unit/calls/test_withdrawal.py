"""A customer stops the recording of the call: by the organisation's key, or at a node of the flow. For good."""

from __future__ import annotations

import msgspec
import pytest
from tests.fakes.plan import FLOW, FakePlan, flow_of, one_queue
from tests.support.calls.network import followed
from tests.support.calls.world import CALLER_LEG, QUEUE, CallWorld, arrival

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallRules, CallState, RecordingState
from call24.calls.preconditions import refusal
from call24.calls.step import stop_id
from call24.calls.timers import menu_timer
from call24.flows.model import HangUp, Menu, Node, ToQueueNode, WithdrawConsent


def world_of(plan: FakePlan | None = None, *, recorded: str = "delete", **settings: object) -> CallWorld:
    """A call in an organisation whose key is 9; ``recorded``: what becomes of what there was."""
    rules = CallRules(stop_key="9", stopped_recording=recorded)  # type: ignore[arg-type]
    return CallWorld(plan, msgspec.structs.replace(arrival(), rules=rules), **settings)


def stopped(world: CallWorld) -> list[tuple[str, str]]:
    return [(one.by, one.recorded) for _, one in world.lines if isinstance(one, e.RecordingStopped)]


def test_the_key_stops_it_and_both_hear_so() -> None:
    world = world_of().talk()
    world.press("9")
    assert stopped(world) == [("key", "delete")]
    assert (world.call.recording, world.call.recording_id) == (RecordingState.OFF, None)
    assert world.commands(c.StopRecording) == [c.StopRecording(leg=CALLER_LEG)]
    [said] = world.commands(c.PlayInBridge)
    assert said.sounds == ("recording-stopped",)  # type: ignore[union-attr]
    assert world.call.state is CallState.CONNECTED


def test_what_was_recorded_before_stays_named_where_it_is_kept() -> None:
    world = world_of(recorded="keep").talk()
    before = world.call.recording_id
    world.press("9")
    assert (stopped(world), world.call.recording_id) == ([("key", "keep")], before)


def test_other_keys_and_a_second_time_change_nothing() -> None:
    world = world_of().talk()
    world.press("8")
    assert stopped(world) == []
    world.press("9")
    world.press("9")
    assert len(stopped(world)) == 1
    assert len(world.commands(c.PlayInBridge)) == 1


def test_without_a_key_of_the_organisation_none_stops_it() -> None:
    world = CallWorld(beginning=msgspec.structs.replace(arrival(), rules=CallRules())).talk()
    for digit in "0123456789*#":
        world.press(digit)
    assert (stopped(world), world.call.recording) == ([], RecordingState.ON)


@pytest.mark.parametrize("recorded", ["delete", "keep"])
def test_nothing_starts_it_again(recorded: str) -> None:
    world = world_of(recorded=recorded, record="on_demand").talk()
    world.press("9")
    for asked in (s.RecordRequested, s.PauseRecordingRequested, s.ResumeRecordingRequested):
        refused = refusal(world.call, asked(at=world.now, agent_id=world.call.agent_id or ""))  # type: ignore[arg-type]
        assert refused is not None and refused.code == "recording_stopped"
        world.ask(asked)
    world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=QUEUE))
    world.plan = one_queue(QUEUE, record="always")
    answered(world).recover()
    assert world.commands(c.RecordLeg) == []
    assert world.commands(c.ResumeRecording) == []


def test_a_restart_stops_it_again_and_starts_nothing() -> None:
    world = world_of().talk()
    world.press("9")
    step = world.recover()
    assert [one for one in step.commands if isinstance(one, c.StopRecording | c.RecordLeg)] == [
        c.StopRecording(leg=CALLER_LEG)
    ]


def test_a_paused_recording_does_not_resume_by_itself() -> None:
    world = world_of().talk()
    world.ask(s.PauseRecordingRequested)
    world.press("9")
    assert "auto_resume" not in world.timers
    assert world.send(s.TimerFired(at=world.now, name="auto_resume")).commands == ()


def test_a_waiting_caller_stops_it_beforehand_and_hears_music_again() -> None:
    world = world_of(greeting=None).wait()
    world.press("9")
    assert world.commands(c.PlaySound)[-1].sounds == ("recording-stopped",)  # type: ignore[union-attr]
    world.sound_ends(stop_id(world.call))
    assert isinstance(world.commands(c.StartMusic)[-1], c.StartMusic)
    assert answered(world).commands(c.RecordLeg) == []
    followed(world)


def test_who_hears_that_it_is_recorded_can_stop_it_there() -> None:
    world = world_of(greeting=None, record_announcement=True)
    world.arrive()
    world.press("9")
    world.after(3).sound_ends()
    assert (world.call.state, stopped(world)) == (CallState.WAITING, [("key", "delete")])


def test_a_customer_on_hold_has_its_music_back() -> None:
    world = world_of().talk()
    world.ask(s.HoldRequested)
    world.press("9")
    assert world.commands(c.PlaySound)[-1].sounds == ("recording-stopped",)  # type: ignore[union-attr]
    step = world.sound_ends(stop_id(world.call))
    assert any(isinstance(one, c.StartMusic) for one in step.commands)


def with_menu(choices: dict[str, str]) -> CallWorld:
    """A menu; node ``no`` withdraws the consent, ``other`` hangs up."""
    nodes: dict[str, Node] = {
        "menu": Menu(prompt="greeting", choices=choices, on_timeout="queue", on_invalid="queue"),
        "no": WithdrawConsent(next="queue"),
        "queue": ToQueueNode(queue_id=QUEUE),
        "other": HangUp(),
    }
    plan = one_queue(QUEUE)
    plan.flows = {FLOW: flow_of("menu", nodes)}
    world = world_of(plan)
    world.arrive()
    return world


def answered(world: CallWorld) -> CallWorld:
    world.choose()
    world.answers(world.call.offers[0].legs[0].leg)
    assert world.call.state is CallState.CONNECTED
    return world


def test_a_node_of_the_flow_stops_it_says_so_and_goes_on() -> None:
    world = with_menu({"2": "no"})
    world.press("2")
    assert stopped(world) == [("flow", "delete")]
    assert world.commands(c.PlaySound)[-1].sounds == ("recording-stopped",)  # type: ignore[union-attr]
    world.sound_ends()
    assert world.call.state is CallState.WAITING
    assert answered(world).commands(c.RecordLeg) == []


def test_a_menus_own_key_comes_before_the_organisations() -> None:
    world = with_menu({"9": "other"})
    world.press("9")
    assert (stopped(world), world.call.ended) == ([], True)


def test_in_a_menu_that_does_not_name_it_the_key_stops_it_and_is_no_wrong_choice() -> None:
    world = with_menu({"2": "other"})
    world.press("9")
    assert (stopped(world), world.call.tries) == ([("key", "delete")], 0)
    world.sound_ends()
    world.timer_fires(menu_timer(world.call))
    assert "invalid" not in [one.why for _, one in world.lines if isinstance(one, e.MenuFailed)]
