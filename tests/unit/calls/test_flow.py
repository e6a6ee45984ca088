"""A caller's way through flow and queue, move by move: menus, hours, ways out, messages, being called back."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from tests.fakes.plan import FLOW, FakePlan, flow_of, one_queue
from tests.support.calls.network import followed
from tests.support.calls.world import (
    AGENTS,
    ANN,
    BOB,
    CALLER_LEG,
    CONTACT,
    CY,
    QUEUE,
    CallWorld,
    arrival,
)
from tests.support.clock import START

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState, FlowRef
from call24.calls.step import place_id, prompt_id
from call24.calls.timers import menu_timer
from call24.flows.model import (
    Announce,
    Forward,
    HangUp,
    Menu,
    Node,
    OfferCallback,
    OpenHours,
    Ring,
    SetNode,
    ToQueueNode,
    Voicemail,
)
from call24.kit.ids import FlowId, HoursId, QueueId
from call24.queues.model import Exits, ToFlow, ToHangUp, ToQueue
from call24.tenants.skills import SkillNeed

OTHER = QueueId("que_other")
HOURS = HoursId("hrs_1")
GERMAN, SALES = SkillNeed(name="german"), SkillNeed(name="sales")


def world_of(nodes: dict[str, Node], **settings: object) -> CallWorld:
    """A number whose flow begins at ``start``; it has two queues."""
    plan = one_queue(QUEUE, **settings)  # type: ignore[arg-type]
    plan.queues |= one_queue(OTHER).queues
    plan.flows = {FLOW: flow_of("start", nodes)}
    world = CallWorld(plan)
    world.arrive()
    return world


def menu(**more: object) -> CallWorld:
    nodes: dict[str, Node] = {
        "start": msgspec.structs.replace(
            Menu(prompt="main", choices={"1": "sales", "9": "start"}, on_timeout="bye", on_invalid="message"), **more
        ),
        "sales": ToQueueNode(queue_id=QUEUE),
        "message": Voicemail(prompt="leave-one"),
        "bye": HangUp(prompt="goodbye"),
    }
    return world_of(nodes)


def said(world: CallWorld) -> tuple[str, ...]:
    return world.commands(c.PlaySound)[-1].sounds  # type: ignore[union-attr, no-any-return]


# --- menus ---


def test_a_key_goes_where_the_menu_says() -> None:
    world = menu()
    world.sound_ends()
    world.press("1")
    assert (world.call.state, world.call.queue_id) == (CallState.WAITING, QUEUE)
    followed(world)


def test_who_knows_the_menu_need_not_hear_it_to_its_end() -> None:
    world = menu()
    step = world.press("1")
    assert isinstance(step.commands[0], c.StopSound)
    assert world.call.state is CallState.WAITING


def test_a_menu_waits_for_a_key_only_once_it_was_said() -> None:
    world = menu(timeout_s=7)
    assert world.timers == {}
    world.sound_ends()
    assert world.timers == {menu_timer(world.call): 7}


def test_a_wrong_key_says_so_and_the_menu_again() -> None:
    world = menu(invalid_prompt="not-that")
    world.press("5")
    assert said(world) == ("not-that", "main")
    assert world.call.node_id == "start"


@pytest.mark.parametrize(("wrong", "state"), [(False, CallState.CLOSING), (True, CallState.VOICEMAIL)])
def test_after_so_many_tries_it_goes_on_by_itself(wrong: bool, state: CallState) -> None:
    world = menu(tries=3)
    for _ in range(3):
        assert world.call.state is CallState.FLOW
        world.after(3).sound_ends()
        if wrong:
            world.press("5")
        else:
            world.after(5).timer_fires(menu_timer(world.call))
    assert world.call.state is state
    answers = [event.answer for event in world.written(e.MenuAnswered)]  # type: ignore[union-attr]
    assert answers == ["invalid" if wrong else "timeout"]


def test_the_timer_of_an_earlier_try_is_a_stray() -> None:
    world = menu()
    world.sound_ends()
    timer = menu_timer(world.call)
    world.press("5")
    assert world.timer_fires(timer).ignored


def test_coming_back_to_a_menu_begins_its_tries_anew() -> None:
    world = menu(tries=2)
    world.press("5")
    world.after(5).press("9")
    world.after(5).press("5")
    assert (world.call.state, world.call.tries) == (CallState.FLOW, 1)


# --- hours, priority, skills ---


@pytest.mark.parametrize("is_open", [True, False])
def test_hours_decide_where_the_caller_goes(is_open: bool) -> None:
    plan = one_queue(QUEUE)
    plan.closed = set() if is_open else {HOURS}
    nodes: dict[str, Node] = {
        "start": OpenHours(hours_id=HOURS, open="queue", closed="bye"),
        "queue": ToQueueNode(queue_id=QUEUE),
        "bye": HangUp(),
    }
    plan.flows = {FLOW: flow_of("start", nodes)}
    world = CallWorld(plan)
    world.arrive()
    assert world.call.state is (CallState.WAITING if is_open else CallState.ENDED)


def test_priority_and_skills_that_the_flow_sets_are_asked_with_those_of_the_queue() -> None:
    nodes: dict[str, Node] = {
        "start": SetNode(priority=7, skills=(GERMAN,), next="queue"),
        "queue": ToQueueNode(queue_id=QUEUE),
    }
    world = world_of(nodes, skills=(SALES,), priority=3)
    [request] = world.commands(c.RequestAgent)
    assert (request.call.priority, request.call.skills) == (7, (GERMAN, SALES))  # type: ignore[union-attr]
    [queued] = world.written(e.CallQueued)
    assert queued.skills == (GERMAN, SALES)  # type: ignore[union-attr]


def test_a_queues_skills_are_asked_in_that_queue_alone() -> None:
    """A transferred caller took them along, and nobody of the next queue could have it."""
    nodes: dict[str, Node] = {
        "start": SetNode(priority=7, skills=(GERMAN,), next="queue"),
        "queue": ToQueueNode(queue_id=QUEUE),
    }
    world = world_of(nodes, skills=(SALES,))
    world.choose(ANN)
    world.answers(world.offer_legs[0])
    world.ask(s.TransferRequested, to=s.TransferTarget(queue_id=OTHER))
    request = world.commands(c.RequestAgent)[-1]
    assert (request.call.queue_id, request.call.priority, request.call.skills) == (OTHER, 7, (GERMAN,))  # type: ignore[union-attr]


def test_the_same_skill_set_again_is_asked_once() -> None:
    nodes: dict[str, Node] = {
        "start": Menu(prompt="main", choices={"1": "set", "2": "queue"}, on_timeout="queue", on_invalid="queue"),
        "set": SetNode(skills=(GERMAN,), next="start"),
        "queue": ToQueueNode(queue_id=QUEUE),
    }
    world = world_of(nodes)
    for key in "112":
        world.after(5).press(key)
    assert world.call.skills == (GERMAN,)


# --- into a queue and out of it ---


WAYS_OUT = {"max_wait": "max_wait", "nobody": "nobody", "full": "full"}


def left_by(world: CallWorld, reason: str) -> None:
    match reason:
        case "max_wait":
            world.after(600).timer_fires("max_wait")
        case "nobody":
            world.nobody_there()
        case "full":
            world.in_queue = False
            world.send(s.QueueFull(at=world.now))


@pytest.mark.parametrize("reason", WAYS_OUT)
def test_each_reason_to_leave_a_queue_has_its_own_way(reason: str) -> None:
    world = CallWorld(exits=Exits(**{reason: ToHangUp(prompt="sorry")})).wait()
    left_by(world, reason)
    assert world.call.state is CallState.CLOSING
    assert said(world) == ("sorry",)
    assert not world.in_queue
    assert world.timers == {}
    followed(world)
    world.sound_ends()
    assert world.call.ended


@pytest.mark.parametrize("reason", WAYS_OUT)
def test_where_the_flow_has_a_way_for_it_that_one_goes_first(reason: str) -> None:
    nodes: dict[str, Node] = {
        "start": ToQueueNode(queue_id=QUEUE, exits={reason: "forward"}),  # type: ignore[dict-item]
        "forward": Forward(number="+441632960000", failed="bye"),
        "bye": HangUp(),
    }
    world = world_of(nodes)
    left_by(world, reason)
    assert world.call.state is CallState.FORWARDING
    followed(world)


def test_a_closed_queue_is_not_joined_at_all() -> None:
    world = CallWorld(greeting=None, hours_id=HOURS, exits=Exits(closed=ToQueue(queue_id=OTHER)))
    world.plan.closed = {HOURS}
    world.plan.queues |= one_queue(OTHER).queues
    world.arrive()
    assert [event.queue_id for event in world.written(e.CallQueued)] == [OTHER]  # type: ignore[union-attr]


def test_a_way_out_may_be_another_flow() -> None:
    other = FlowRef(flow_id=FlowId("flw_2"), version=4)
    world = CallWorld(exits=Exits(nobody=ToFlow(flow_id=other.flow_id)))
    world.plan.flows[other] = msgspec.structs.replace(
        flow_of("hello", {"hello": Announce(prompt="hello", next="bye"), "bye": HangUp()}),
        flow_id=other.flow_id,
        version=4,
    )
    world.wait().nobody_there()
    assert (world.call.flow, said(world)) == (other, ("hello",))
    followed(world)


def test_queues_that_are_closed_in_a_circle_end_in_voicemail() -> None:
    world = CallWorld(greeting=None, hours_id=HOURS, exits=Exits(closed=ToQueue(queue_id=OTHER)))
    world.plan.closed = {HOURS}
    rules = world.plan.queues[QUEUE]
    back = msgspec.structs.replace(rules, queue_id=OTHER, exits=Exits(closed=ToQueue(queue_id=QUEUE)))
    world.plan.queues[OTHER] = back
    world.arrive()
    assert world.call.state is CallState.VOICEMAIL


def test_the_agent_of_the_last_talk_is_asked_for_and_only_for_a_while() -> None:
    world = CallWorld(sticky_wait_s=20)
    world.plan.regulars = {CONTACT: CY}
    world.wait()
    [request] = world.commands(c.RequestAgent)
    assert request.call.sticky == CY  # type: ignore[union-attr]
    assert request.call.sticky_until == world.now + timedelta(seconds=20)  # type: ignore[union-attr]


def test_who_rings_again_in_time_has_its_place_back_and_its_whole_wait() -> None:
    world = CallWorld(max_wait_s=60)
    world.plan.places = {CONTACT: START - timedelta(seconds=300)}
    world.wait()
    [request] = world.commands(c.RequestAgent)
    assert request.call.since == START - timedelta(seconds=300)  # type: ignore[union-attr]
    assert world.timers["max_wait"] == 60
    world.choose()
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert world.call.state is CallState.WAITING


def test_a_flow_that_was_published_anew_does_not_change_a_call_that_runs() -> None:
    world = menu()
    world.plan.flows[FlowRef(flow_id=FLOW.flow_id, version=2)] = flow_of("start", {"start": HangUp()})
    world.press("1")
    assert (world.call.flow, world.call.state) == (FLOW, CallState.WAITING)


def test_a_number_whose_flow_is_gone_takes_a_message() -> None:
    world = CallWorld(FakePlan())
    world.arrive()
    assert world.call.state is CallState.VOICEMAIL


# --- rung directly ---


def rung(*agents: object) -> CallWorld:
    nodes: dict[str, Node] = {
        "start": Ring(agents=AGENTS, ring_s=20, no_answer="message"),
        "message": Voicemail(),
    }
    world = world_of(nodes)
    world.choose(*(agents or AGENTS))  # type: ignore[arg-type]
    return world


def test_all_of_a_group_ring_and_the_first_to_answer_has_the_caller() -> None:
    world = rung()
    first, second, third = world.offer_legs
    world.after(2).answers(second)
    assert world.call.agent_id == BOB
    assert {first, third} <= set(world.hung_up)
    assert sorted(world.released) == [("off_1", "withdrawn"), ("off_3", "withdrawn")]
    assert followed(world).near(CALLER_LEG) == {second}


def test_one_of_a_group_who_declines_leaves_the_others_ringing() -> None:
    world = rung()
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert [offer.agent_id for offer in world.call.offers] == [BOB, CY]
    followed(world)


def test_when_all_of_a_group_have_declined_the_flow_goes_on_at_once() -> None:
    world = rung()
    for agent_id in AGENTS:
        world.send(s.DeclineRequested(at=world.now, agent_id=agent_id))
    assert world.call.state is CallState.VOICEMAIL
    assert world.written(e.QueueLeft) == [e.QueueLeft(queue_id=None, reason="no_answer")]


def test_who_was_busy_is_rung_later_but_not_longer_than_the_flow_says() -> None:
    world = rung(ANN)
    world.after(5).send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert world.call.state is CallState.WAITING
    world.after(15).timer_fires("max_wait")
    assert world.call.state is CallState.VOICEMAIL


# --- what the waiting hear ---


def test_a_waiting_caller_is_told_its_place_between_music_and_again_later() -> None:
    world = CallWorld(announce_position=True, announce_every_s=30).wait()
    world.after(2).timer_fires("place")
    assert isinstance(world.steps[-1][1].commands[0], c.TellPlace)
    world.send(s.PlaceTold(at=world.now, position=3))
    assert said(world) == ("position-3",)
    assert not followed(world).line(CALLER_LEG).music
    world.after(3).sound_ends(place_id(world.call))
    assert followed(world).line(CALLER_LEG).music
    assert world.timers["place"] == 30


def test_nobody_is_told_a_place_where_the_queue_does_not_want_it_nor_while_certain_agents_are_meant() -> None:
    for world in (CallWorld().wait(), rung()):
        world.send(s.PlaceTold(at=world.now, position=3))
        world.sound_ends(place_id(world.call))
        assert "place" not in world.timers
        followed(world)


def test_the_place_is_cut_short_by_an_answer() -> None:
    world = CallWorld(announce_position=True).wait()
    world.after(2).timer_fires("place")
    world.send(s.PlaceTold(at=world.now, position=1))
    world.choose()
    world.answers(world.offer_legs[0])
    follower = followed(world)
    assert follower.line(CALLER_LEG).playing is None
    assert "place" not in world.timers


# --- called back instead ---


def test_who_presses_one_in_a_queue_that_calls_back_is_promised_it_with_its_place() -> None:
    world = CallWorld(callback=True).wait()
    joined = world.call.queued_at
    world.after(45).press("1")
    assert world.call.state is CallState.CLOSING
    assert said(world) == ("callback-promised",)
    assert world.commands(c.PromiseCallback) == [c.PromiseCallback(queue_id=QUEUE, since=joined)]  # type: ignore[arg-type]
    world.sound_ends()
    assert world.call.ended


@pytest.mark.parametrize("digit", ["2", "#"])
def test_no_other_key_takes_a_caller_out_of_the_queue(digit: str) -> None:
    world = CallWorld(callback=True).wait()
    world.press(digit)
    assert world.call.state is CallState.WAITING


def test_without_a_number_there_is_nobody_to_call_back() -> None:
    plan = one_queue(QUEUE, callback=True)
    world = CallWorld(plan, msgspec.structs.replace(arrival(), contact_id=None)).wait()
    world.press("1")
    assert world.call.state is CallState.WAITING


@pytest.mark.parametrize(
    ("key", "state"), [("1", CallState.CLOSING), ("2", CallState.VOICEMAIL), (None, CallState.VOICEMAIL)]
)
def test_a_flow_offers_a_call_back_which_is_taken_or_not(key: str | None, state: CallState) -> None:
    nodes: dict[str, Node] = {
        "start": OfferCallback(queue_id=QUEUE, prompt="call-you-back", declined="message"),
        "message": Voicemail(),
    }
    world = world_of(nodes)
    world.sound_ends()
    if key is None:
        world.after(5).timer_fires(menu_timer(world.call))
    else:
        world.press(key)
    assert world.call.state is state
    assert len(world.commands(c.PromiseCallback)) == (key == "1")


def test_a_caller_who_hangs_up_during_the_promise_is_called_back_all_the_same() -> None:
    world = CallWorld().close()
    world.caller_leaves()
    assert world.call.ended
    assert len(world.commands(c.PromiseCallback)) == 1


# --- messages, outside numbers ---


def test_a_flows_own_words_before_a_message_are_said_again_after_a_restart() -> None:
    """The usual ones were said instead."""
    world = menu()
    for _ in range(3):
        world.after(1).press("5")
    assert said(world) == ("leave-one",)
    world.recover()
    assert said(world) == ("leave-one",)


def test_a_message_is_as_long_as_the_organisation_allows_and_ends_the_call() -> None:
    world = CallWorld().voicemail()
    world.sound_ends()
    [record] = world.commands(c.RecordMessage)
    assert (record.max_s, record.silence_s) == (180, 6)  # type: ignore[union-attr]
    world.send(s.MessageEnded(at=world.now, leg=CALLER_LEG, recording_id=record.recording_id))  # type: ignore[union-attr]
    assert world.call.ended


def test_a_flow_forwards_to_a_number_and_goes_on_where_nobody_answers() -> None:
    nodes: dict[str, Node] = {
        "start": Forward(number="+441632960000", ring_s=20, failed="message"),
        "message": Voicemail(),
    }
    world = world_of(nodes)
    [dialled] = world.commands(c.DialOutside)
    assert (dialled.contact_id, dialled.user_id, dialled.ring_s) == (None, None, 20)  # type: ignore[union-attr]
    assert followed(world).line(CALLER_LEG).music
    world.after(20).ends(dialled.leg, 19)  # type: ignore[union-attr]
    assert world.call.state is CallState.VOICEMAIL
    followed(world)


# --- late timers, restarts ---


def test_the_timer_of_the_line_before_does_not_cut_the_next_one_short() -> None:
    """It was told in the instant in which the caller went on to another queue, and sent it to voicemail."""
    world = CallWorld(max_wait_s=60, exits=Exits(full=ToQueue(queue_id=OTHER)))
    world.plan.queues |= one_queue(OTHER, max_wait_s=300).queues
    world.wait()
    world.after(60).send(s.QueueFull(at=world.now))
    assert world.call.queue_id == OTHER
    world.timer_fires("max_wait")
    assert world.call.state is CallState.WAITING
    assert world.timers["max_wait"] == 300
    world.after(300).timer_fires("max_wait")
    assert world.call.state is CallState.VOICEMAIL


def test_a_notice_of_the_recording_that_a_restart_cut_short_is_said_again_before_the_queue() -> None:
    """Who had heard but a syllable of it was recorded."""
    world = CallWorld(greeting=None, record_announcement=True)
    world.arrive()
    before = prompt_id(world.call)
    world.recover()
    assert said(world) == ("recorded",)
    assert world.sound_ends(before).ignored
    assert world.call.state is CallState.FLOW
    world.sound_ends()
    assert world.call.state is CallState.WAITING
    followed(world)


def greeted(**settings: object) -> CallWorld:
    nodes: dict[str, Node] = {"start": Announce(prompt="hello", next="queue"), "queue": ToQueueNode(queue_id=QUEUE)}
    return world_of(nodes, ring_during_greeting=True, **settings)


def test_where_the_queue_wants_it_agents_are_rung_during_the_greeting_and_the_answer_cuts_it() -> None:
    world = greeted()
    commands = world.steps[-1][1].commands
    assert world.call.state is CallState.WAITING
    assert any(isinstance(command, c.RequestAgent) for command in commands)
    assert [x.sounds for x in commands if isinstance(x, c.PlaySound)] == [("hello",)]
    assert not any(isinstance(command, c.StartMusic) for command in commands)
    greeting = place_id(world.call)
    world.choose(ANN)
    answered = world.answers(world.offer_legs[0])
    assert c.StopSound(leg=CALLER_LEG, playback_id=greeting) in answered.commands


def test_after_a_greeting_that_nobody_cut_there_is_music() -> None:
    world = greeted()
    ended = world.send(s.SoundEnded(at=world.now, leg=CALLER_LEG, playback_id=place_id(world.call)))
    assert any(isinstance(command, c.StartMusic) for command in ended.commands)


def test_that_a_call_is_recorded_is_heard_whole_before_anybody_is_rung() -> None:
    world = greeted(record="always", record_announcement=True)
    assert world.call.state is CallState.FLOW
    assert not any(isinstance(command, c.RequestAgent) for command in world.steps[-1][1].commands)
