"""Queues in a contact centre in memory: who is rung, what those who wait are told, and the ways out of the line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.fakes.plan import flow_of
from tests.support.calls.contact_centre import NUMBER, TENANT, Centre, open_centre
from tests.support.calls.world import CallWorld
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.calls import signals as s
from call24.calls.model import CallRules, CallState, FlowRef, QueueRules
from call24.engine.ports import Route
from call24.flows.model import Announce, HangUp, Menu, Node, ToQueueNode
from call24.kit.ids import ContactId, FlowId, HoursId, LegId, NumberId, QueueId, UserId
from call24.queues.model import Exits, ToFlow, ToHangUp, ToQueue, ToVoicemail, Way
from call24.tenants.skills import SkillNeed

ANN, BOB, CY = UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy")
SUPPORT, VIP = QueueId(f"que_{TENANT}"), QueueId("que_vip")
VIP_NUMBER = "+441514960025"
HOURS = HoursId("hrs_office")
GRACE = "+447700900123"
CONTACT = ContactId("ctc_447700900123")


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    """Three agents, nobody signed in yet; no wrap-up."""
    async with open_centre("ann", "bob", "cy", wrap_up_s=0, record="never") as centre:
        yield centre


async def paused(centre: Centre, *members: UserId) -> None:
    """Signed in, so that there is hope, but free for nobody."""
    for member in members:
        await centre.engine.wish(TENANT, member, agents.AvailableWished(at=centre.clock.now()))
        await centre.engine.wish(TENANT, member, agents.PauseWished(at=centre.clock.now(), reason="lunch"))


def change(centre: Centre, queue_id: QueueId = SUPPORT, **settings: Any) -> None:
    """For the calls that join from now on."""
    rules = centre.plan.queues.get(queue_id) or QueueRules(queue_id=queue_id, record="never", wrap_up_s=0)
    centre.plan.queues[queue_id] = msgspec.structs.replace(rules, **settings)


def add_flow(centre: Centre, name: str, start: str, nodes: dict[str, Node], number: str = "") -> FlowId:
    """A published flow, and a number that runs it."""
    flow_id = FlowId(f"flw_{name}")
    ref = FlowRef(flow_id=flow_id, version=1)
    centre.plan.flows[ref] = msgspec.structs.replace(flow_of(start, nodes), flow_id=flow_id)
    if number:
        centre.directory.routes[number] = Route(
            tenant_id=TENANT, number_id=NumberId(f"num_{name}"), flow=ref, rules=CallRules()
        )
    return flow_id


def add_queue(centre: Centre, queue_id: QueueId, number: str, *members: UserId, **settings: Any) -> None:
    change(centre, queue_id, **settings)
    add_flow(centre, queue_id, "queue", {"queue": ToQueueNode(queue_id=queue_id)}, number)
    centre.directory.members[TENANT] |= {queue_id: members}


async def talked(centre: Centre, member: UserId, caller: str = GRACE) -> None:
    """A caller is given to this member, and is done after ten seconds."""
    leg = await centre.dial(caller=caller)
    await centre.answer(member)
    await centre.run(10)
    await centre.hang_up(leg)


def heard(centre: Centre, leg: LegId) -> list[str]:
    return centre.network.lines[leg].heard


# --- who is rung ---


async def test_all_ring_and_the_first_to_answer_silences_the_others(centre: Centre) -> None:
    centre.directory.strategy = "ring_all"
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    assert centre.ringing(ANN, BOB, CY) == [ANN, BOB]
    await centre.run(3)
    leg = await centre.answer(BOB)
    assert centre.ringing(ANN, BOB, CY) == []
    assert centre.network.talking(caller) == {leg}
    assert centre.states(ANN, BOB) == ["available", "on_call"]
    await centre.hang_up(caller)
    assert [(offer.agent_id, offer.outcome) for offer in centre.record(caller).offers] == [
        (ANN, "withdrawn"),
        (BOB, "answered"),
    ]


async def test_where_all_ring_one_who_declines_leaves_the_others_ringing(centre: Centre) -> None:
    centre.directory.strategy = "ring_all"
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    await centre.request(ANN, s.DeclineRequested)
    assert centre.ringing(ANN, BOB) == [BOB]
    assert centre.call(caller).state is CallState.OFFERED
    await centre.answer(BOB)
    await centre.hang_up(caller)


async def test_round_robin_goes_round_whoever_is_idle_the_longest(centre: Centre) -> None:
    centre.directory.strategy = "round_robin"
    await centre.available(ANN, BOB, CY)
    rung = []
    for _ in range(6):
        leg = await centre.dial()
        [member] = centre.ringing(ANN, BOB, CY)
        rung.append(member)
        # Nobody talks, so idle times say nothing of whose turn it is.
        await centre.hang_up(leg)
        await centre.run(1)
    assert rung == [ANN, BOB, CY, ANN, BOB, CY]


async def test_the_one_with_the_fewest_calls_is_rung_although_another_is_idle_longer(centre: Centre) -> None:
    centre.directory.strategy = "least_calls"
    await centre.available(ANN)
    await talked(centre, ANN)
    await talked(centre, ANN)
    await centre.available(BOB)
    await talked(centre, BOB)
    await centre.run(60)
    await talked(centre, BOB)
    await centre.available(CY)
    caller = await centre.dial()
    assert centre.ringing(ANN, BOB, CY) == [CY]
    await centre.hang_up(caller)


async def test_a_skill_is_asked_until_the_caller_has_waited_long_enough(centre: Centre) -> None:
    change(centre, skills=(SkillNeed(name="french", level=3, relax_after_s=30),))
    centre.directory.skills[BOB] = {"french": 5}
    await centre.available(ANN)
    await paused(centre, BOB)
    caller = await centre.dial()
    await centre.run(29)
    assert centre.ringing(ANN) == []
    await centre.run(2)
    assert centre.ringing(ANN) == [ANN]
    await centre.answer(ANN)
    await centre.hang_up(caller)
    [offer] = centre.record(caller).offers
    assert [(x.agent_id, x.reason) for x in offer.candidates if x.chosen] == [(ANN, "skill_relaxed")]


async def test_who_has_the_skill_gets_the_caller_before_one_who_is_idle_longer(centre: Centre) -> None:
    change(centre, skills=(SkillNeed(name="french", level=3, relax_after_s=30),))
    centre.directory.skills |= {ANN: {"french": 2}, BOB: {"french": 3}}
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    assert centre.ringing(ANN, BOB) == [BOB]
    await centre.hang_up(caller)


async def test_a_skill_that_nobody_there_has_and_that_never_relaxes_is_the_way_out(centre: Centre) -> None:
    change(centre, skills=(SkillNeed(name="french"),), exits=Exits(nobody=ToHangUp(prompt="sorry")))
    await centre.available(ANN)
    caller = await centre.dial()
    assert heard(centre, caller) == ["sorry"]


async def test_a_later_caller_of_a_more_important_queue_comes_first(centre: Centre) -> None:
    add_queue(centre, VIP, VIP_NUMBER, ANN, priority=10)
    await paused(centre, ANN)
    first = await centre.dial()
    await centre.run(60)
    second = await centre.dial(VIP_NUMBER, "+447700900456")
    await centre.available(ANN)
    assert centre.call_of(ANN) == centre.call(second)
    await centre.answer(ANN)
    await centre.hang_up(second)
    assert centre.call_of(ANN) == centre.call(first)
    await centre.hang_up(first)


async def test_each_queue_has_its_own_wrap_up(centre: Centre) -> None:
    add_queue(centre, VIP, VIP_NUMBER, ANN, wrap_up_s=600)
    await centre.available(ANN)
    for number, state in ((None, "available"), (VIP_NUMBER, "wrap_up")):
        caller = await (centre.dial(number, "+447700900456") if number else centre.dial())
        await centre.answer(ANN)
        await centre.run(30)
        await centre.hang_up(caller)
        assert centre.states(ANN) == [state], "the one has none, the other ten minutes"


# --- agents who do not answer ---


async def test_who_misses_calls_in_a_row_is_paused_and_comes_back_by_itself(centre: Centre) -> None:
    change(centre, auto_pause_after=2)
    await centre.available(ANN)
    await paused(centre, BOB)
    caller = await centre.dial()
    await centre.run(21)
    assert centre.states(ANN) == ["available"]
    await centre.run(5)
    assert centre.ringing(ANN) == [ANN]
    await centre.run(20)
    assert (centre.states(ANN), centre.session(ANN).reason) == (["paused"], "missed_calls")
    await centre.run(60)
    assert centre.ringing(ANN) == []
    await centre.available(ANN)
    await centre.answer(ANN)
    await centre.hang_up(caller)
    assert centre.states(ANN) == ["available"]


async def test_declined_calls_and_an_answer_between_do_not_pause(centre: Centre) -> None:
    change(centre, auto_pause_after=2)
    await centre.available(ANN)
    caller = await centre.dial()
    await centre.run(26)
    await centre.request(ANN, s.DeclineRequested)
    await centre.run(6)
    await centre.answer(ANN)
    await centre.hang_up(caller)
    caller = await centre.dial()
    await centre.run(21)
    assert centre.states(ANN) == ["available"]
    await centre.hang_up(caller)


# --- the agent of the last talk ---


async def test_the_caller_waits_for_its_agent_and_then_gets_anybody(centre: Centre) -> None:
    change(centre, sticky_wait_s=20)
    centre.plan.regulars[CONTACT] = BOB
    await centre.available(ANN, BOB)
    other = await centre.dial(caller="+447700900456")
    assert centre.ringing(ANN, BOB) == [ANN]
    await centre.answer(ANN)
    await centre.hang_up(other)
    busy = await centre.dial(caller="+447700900456")
    assert centre.ringing(ANN, BOB) == [BOB]
    await centre.answer(BOB)
    grace = await centre.dial(caller=GRACE)
    await centre.run(19)
    assert centre.ringing(ANN) == [], "she is free, but the caller is Bob's"
    await centre.run(2)
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(busy)
    await centre.hang_up(grace)


async def test_the_agent_of_the_last_talk_gets_it_although_another_is_idle_longer(centre: Centre) -> None:
    centre.plan.regulars[CONTACT] = BOB
    await centre.available(ANN, BOB)
    grace = await centre.dial(caller=GRACE)
    assert centre.ringing(ANN, BOB) == [BOB]
    await centre.answer(BOB)
    await centre.hang_up(grace)
    [offer] = centre.record(grace).offers
    reasons = {x.agent_id: x.reason for x in offer.candidates}
    assert (reasons[ANN], reasons[BOB]) == ("waits_for_sticky", "sticky")


# --- a place that is kept ---


async def test_who_gets_its_place_back_is_before_another_who_waited(centre: Centre) -> None:
    await paused(centre, ANN)
    other = await centre.dial(caller="+447700900456")
    await centre.run(10)
    centre.plan.places[CONTACT] = centre.clock.now() - timedelta(seconds=60)
    grace = await centre.dial(caller=GRACE)
    await centre.available(ANN)
    assert centre.call_of(ANN) == centre.call(grace)
    await centre.hang_up(grace)
    await centre.hang_up(other)


async def test_the_longest_wait_counts_anew_for_who_gets_its_place_back(centre: Centre) -> None:
    change(centre, max_wait_s=120)
    await centre.available(ANN)
    centre.plan.places[CONTACT] = centre.clock.now() - timedelta(seconds=110)
    grace = await centre.dial(caller=GRACE)
    await centre.run(15)
    await centre.request(ANN, s.DeclineRequested)
    assert centre.call(grace).state is CallState.WAITING
    await centre.run(104)
    assert centre.call(grace).state is not CallState.VOICEMAIL
    await centre.kill()
    await centre.restart()
    assert centre.call(grace).state is not CallState.VOICEMAIL
    if centre.ringing(ANN):
        await centre.request(ANN, s.DeclineRequested)
    await centre.run(2)
    assert centre.call(grace).state is CallState.VOICEMAIL


# --- what a waiting caller is told ---


async def test_a_caller_is_told_its_place_which_changes_as_the_line_moves(centre: Centre) -> None:
    change(centre, announce_position=True, announce_every_s=45)
    await paused(centre, ANN)
    first = await centre.dial(caller="+447700900456")
    await centre.run(0.5)
    second = await centre.dial(caller=GRACE)
    await centre.run(1)
    assert heard(centre, second) == []
    await centre.run(1.5)
    assert (heard(centre, first), heard(centre, second)) == (["position-1"], ["position-2"])
    assert not centre.network.lines[second].music
    await centre.run(3)
    assert centre.network.lines[second].music, "it goes on when the place has been said"
    await centre.hang_up(first)
    await centre.run(46)
    assert heard(centre, second) == ["position-2", "position-1"]
    await centre.hang_up(second)


async def test_the_expected_wait_is_told_once_enough_is_known(centre: Centre) -> None:
    change(centre, announce_position=True, announce_wait=True)
    await centre.available(ANN)
    for index in range(8):
        leg = await centre.dial()
        waiting = await centre.dial(caller="+447700900456")
        await centre.answer(ANN)
        await centre.run(200 + index)
        await centre.hang_up(leg)
        await centre.answer(ANN)
        await centre.run(200)
        await centre.hang_up(waiting)
    busy = await centre.dial()
    await centre.answer(ANN)
    second = await centre.dial(caller="+447700900456")
    await centre.run(10)
    position, *wait = heard(centre, second)
    assert position == "position-1"
    assert wait[0] in ("wait-between", "wait-under") and wait[-1].startswith("minutes-")
    await centre.hang_up(busy)
    await centre.hang_up(second)


def test_a_place_that_was_asked_for_in_the_moment_an_agent_was_found_is_asked_for_again() -> None:
    """The desk finds an agent in the same instant: its answer comes to a call that rings, or never."""
    world = CallWorld(announce_position=True, announce_every_s=45)
    world.arrive()
    world.sound_ends()
    world.timer_fires("place")
    world.choose(ANN)
    world.send(s.PlaceTold(at=world.now, position=1))
    assert world.timers["place"] == 45
    world.timer_fires("place")
    assert world.timers["place"] == 45


async def test_who_is_answered_while_its_place_is_said_hears_the_agent_at_once(centre: Centre) -> None:
    change(centre, announce_position=True)
    await paused(centre, ANN)
    caller = await centre.dial()
    await centre.run(2.5)
    assert centre.network.lines[caller].playing is not None
    await centre.available(ANN)
    leg = await centre.answer(ANN)
    assert centre.network.lines[caller].playing is None
    assert not centre.network.lines[caller].music
    assert centre.network.talking(caller) == {leg}
    await centre.run(60)
    assert heard(centre, caller) == ["position-1"]
    await centre.hang_up(caller)


# --- the ways out ---

REASONS = ("max_wait", "full", "nobody", "closed")


async def brought_out(centre: Centre, reason: str) -> LegId:
    """A caller who leaves the queue for this reason."""
    if reason != "nobody":
        await paused(centre, ANN)
    if reason == "full":
        centre.directory.limits[SUPPORT] = 1
        await centre.dial(caller="+447700900456")
    if reason == "closed":
        change(centre, hours_id=HOURS)
        centre.plan.closed.add(HOURS)
    if reason == "max_wait":
        change(centre, max_wait_s=30)
    leg = await centre.dial()
    if reason == "max_wait":
        await centre.run(29)
        assert centre.call(leg).state is CallState.WAITING
        await centre.run(2)
    return leg


async def nobody_waits(centre: Centre) -> None:
    for leg in list(centre.network.lines):
        await centre.hang_up(leg)


@pytest.mark.parametrize("reason", REASONS)
async def test_each_reason_has_a_way_out_of_its_own(centre: Centre, reason: str) -> None:
    ways: dict[str, Way] = {each: ToHangUp(prompt=f"prm_{each}") for each in REASONS}
    change(centre, exits=Exits(**ways))
    leg = await brought_out(centre, reason)
    assert heard(centre, leg) == [f"prm_{reason}"]
    await centre.run(4)
    assert leg not in centre.network.lines
    await nobody_waits(centre)


@pytest.mark.parametrize("reason", REASONS)
async def test_the_flow_may_know_another_way_for_a_reason(centre: Centre, reason: str) -> None:
    ways: dict[str, Way] = {each: ToHangUp(prompt=f"prm_{each}") for each in REASONS}
    change(centre, exits=Exits(**ways))
    exits = {each: f"after_{each}" for each in REASONS}
    nodes: dict[str, Node] = {f"after_{each}": HangUp(prompt=f"flow_{each}") for each in REASONS}
    nodes["queue"] = ToQueueNode(queue_id=SUPPORT, exits=exits)  # type: ignore[arg-type]
    add_flow(centre, "exits", "queue", nodes, NUMBER)
    leg = await brought_out(centre, reason)
    assert heard(centre, leg) == [f"flow_{reason}"]
    await nobody_waits(centre)


async def test_a_message_may_have_words_of_its_own(centre: Centre) -> None:
    change(centre, exits=Exits(nobody=ToVoicemail(prompt="prm_sorry")))
    leg = await centre.dial()
    assert heard(centre, leg) == ["prm_sorry"]
    await centre.run(3)
    assert centre.network.lines[leg].message is not None
    await centre.hang_up(leg)


async def test_a_chain_of_queues_is_gone_through_to_somebody_who_is_there(centre: Centre) -> None:
    add_queue(centre, VIP, VIP_NUMBER, ANN, exits=Exits(nobody=ToQueue(queue_id=SUPPORT)))
    centre.directory.members[TENANT][SUPPORT] = (BOB,)
    await centre.available(BOB)
    leg = await centre.dial(VIP_NUMBER)
    assert centre.ringing(BOB) == [BOB]
    await centre.answer(BOB)
    await centre.hang_up(leg)
    assert [visit.queue_id for visit in centre.record(leg).queues] == [VIP, SUPPORT]


@pytest.mark.parametrize("through", ["queues", "a flow"])
async def test_a_circle_of_closed_queues_ends_in_voicemail(centre: Centre, through: str) -> None:
    """Of queues alone the API lets none be made; a flow between them makes one."""
    round_again = add_flow(centre, "round", "queue", {"queue": ToQueueNode(queue_id=SUPPORT)})
    back: Way = ToQueue(queue_id=SUPPORT) if through == "queues" else ToFlow(flow_id=round_again)
    change(centre, hours_id=HOURS, exits=Exits(closed=ToQueue(queue_id=VIP)))
    change(centre, VIP, hours_id=HOURS, exits=Exits(closed=back))
    centre.plan.closed.add(HOURS)
    leg = await centre.dial()
    assert heard(centre, leg) == ["voicemail"]
    assert centre.call(leg).state is CallState.VOICEMAIL
    await centre.hang_up(leg)


async def test_a_circle_of_queues_with_nobody_there_does_not_go_round_for_ever(centre: Centre) -> None:
    """Each lap takes the desk's word, so no single step sees the circle."""
    round_again = add_flow(centre, "round", "queue", {"queue": ToQueueNode(queue_id=SUPPORT)})
    add_queue(centre, VIP, VIP_NUMBER, exits=Exits(nobody=ToFlow(flow_id=round_again)))
    change(centre, exits=Exits(nobody=ToQueue(queue_id=VIP)))
    leg = await centre.dial()
    assert centre.call(leg).state is CallState.VOICEMAIL
    await centre.hang_up(leg)


async def test_a_flow_whose_version_is_gone_ends_in_voicemail(centre: Centre) -> None:
    add_flow(centre, "gone", "hello", {"hello": Announce(prompt="greeting", next="bye"), "bye": HangUp()}, NUMBER)
    leg = await centre.dial()
    centre.plan.flows.clear()
    await centre.run(4)
    assert heard(centre, leg) == ["greeting", "voicemail"]
    await centre.hang_up(leg)


async def test_a_menu_whose_version_is_gone_ends_in_voicemail(centre: Centre) -> None:
    menu = Menu(prompt="greeting", choices={"1": "bye"}, timeout_s=5, on_timeout="bye", on_invalid="bye")
    add_flow(centre, "gone", "menu", {"menu": menu, "bye": HangUp()}, NUMBER)
    leg = await centre.dial()
    await centre.run(4)
    centre.plan.flows.clear()
    centre.network.press(leg, "1")
    await centre.run(5)
    assert heard(centre, leg) == ["greeting", "voicemail"]
    await centre.hang_up(leg)


async def test_a_menu_that_is_answered_wrongly_too_often_goes_its_way(centre: Centre) -> None:
    nodes: dict[str, Node] = {
        "menu": Menu(prompt="main", choices={"1": "late"}, tries=2, timeout_s=5, on_timeout="late", on_invalid="wrong"),
        "late": HangUp(prompt="late"),
        "wrong": HangUp(prompt="wrong"),
    }
    add_flow(centre, "menu", "menu", nodes, NUMBER)
    leg = await centre.dial()
    for _ in range(2):
        await centre.run(1)
        assert heard(centre, leg)[-1] == "main"
        centre.network.press(leg, "0")
        await settle()
    assert heard(centre, leg) == ["main", "main", "wrong"]
    await centre.run(5)
    assert leg not in centre.network.lines
    assert [(one.node_id, one.answer) for one in centre.record(leg).menu] == [("menu", "invalid")]


async def test_a_circle_whose_announcement_cannot_be_heard_does_not_go_round_for_ever(centre: Centre) -> None:
    centre.network.sound_s = 0.01
    nodes: dict[str, Node] = {
        "hello": Announce(prompt="prm_lost", next="queue"),
        "queue": ToQueueNode(queue_id=SUPPORT),
    }
    round_again = add_flow(centre, "round", "hello", nodes, NUMBER)
    change(centre, hours_id=HOURS, exits=Exits(closed=ToFlow(flow_id=round_again)))
    centre.plan.closed.add(HOURS)
    leg = await centre.dial()
    await centre.run(0.5)
    assert centre.call(leg).state is CallState.VOICEMAIL
    await centre.hang_up(leg)


async def test_who_knows_the_menus_may_press_many_keys_at_once(centre: Centre) -> None:
    nodes: dict[str, Node] = {
        f"menu{index}": Menu(
            prompt="greeting", choices={"1": f"menu{index + 1}"}, timeout_s=5, on_timeout="menu20", on_invalid="menu20"
        )
        for index in range(20)
    }
    add_flow(centre, "deep", "menu0", {**nodes, "menu20": HangUp(prompt="bye")}, NUMBER)
    leg = await centre.dial()
    for _ in range(20):
        centre.network.press(leg, "1")
    await settle()
    assert heard(centre, leg)[-1] == "bye"
    await centre.hang_up(leg)
