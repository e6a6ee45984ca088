"""After a lost connection or a kill -9: every call is taken over or ended, no line and no agent is left over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.telephony import FakeTelephony
from tests.support.calls.contact_centre import NUMBER, TENANT, Centre, open_centre, phone
from tests.support.calls.network import Follower, beginning_of
from tests.support.calls.world import CALLER_LEG, CallWorld, worlds
from tests.support.clock import settle
from tests.support.properties import thorough

from call24.agents import machine as agents
from call24.call_records.call_record import Outcome
from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.model import CallState
from call24.engine.recovery import legs_of, reconcile
from call24.kit.ids import CallId, LegId, OfferId, UserId, new_id

ANN, BOB = UserId("usr_ann"), UserId("usr_bob")


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with open_centre("ann", "bob") as centre:
        yield centre


async def greeting(centre: Centre) -> LegId:
    await centre.available(ANN)
    return await centre.dial()


async def waiting(centre: Centre) -> LegId:
    await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    return await centre.dial()


async def offered(centre: Centre) -> LegId:
    await centre.available(ANN)
    return await centre.dial()


async def connected(centre: Centre) -> LegId:
    caller = await offered(centre)
    await centre.run(4)
    await centre.answer(ANN)
    return caller


async def held(centre: Centre) -> LegId:
    caller = await connected(centre)
    await centre.request(ANN, s.HoldRequested)
    return caller


async def prompted(centre: Centre) -> LegId:
    return await centre.dial()


async def leaving_a_message(centre: Centre) -> LegId:
    caller = await centre.dial()
    await centre.run(3)
    return caller


STATES: dict[str, Callable[[Centre], Any]] = {
    "waiting": waiting,
    "offered": offered,
    "connected": connected,
    "held": held,
    "voicemail prompt": prompted,
    "voicemail message": leaving_a_message,
}
in_every_state = pytest.mark.parametrize("state", STATES)


async def killed_and_back(centre: Centre, seconds: float = 2) -> None:
    await centre.kill()
    await centre.run(seconds)
    await centre.restart()


# --- kill -9 of Call24 ---


@in_every_state
async def test_after_a_kill_everybody_is_where_they_were(centre: Centre, state: str) -> None:
    caller = await STATES[state](centre)
    before = centre.call(caller)
    heard = centre.network.talking(caller)
    session = centre.session(ANN)
    await killed_and_back(centre)
    after = centre.call(caller)
    assert after.state is before.state
    assert after.agent_id == before.agent_id
    assert centre.network.talking(caller) == heard
    assert session.state == "offline" or centre.session(ANN) == session
    assert centre.network.lines[caller].music == (after.state in (CallState.WAITING, CallState.OFFERED, CallState.HELD))
    await centre.hang_up(caller)
    assert centre.network.lines == {}
    assert len(centre.records()) == 1


async def test_after_a_kill_during_the_greeting_the_caller_still_gets_to_an_agent() -> None:
    async with open_centre("ann", greeting="greeting") as centre:
        caller = await greeting(centre)
        await killed_and_back(centre, 1)
        assert centre.call(caller).state is CallState.FLOW
        await centre.run(3)
        assert centre.ringing(ANN) == [ANN]
        await centre.answer(ANN)
        await centre.hang_up(caller)
        assert centre.record(caller).outcome is Outcome.ANSWERED


@in_every_state
async def test_a_caller_who_left_meanwhile_ends_the_call(centre: Centre, state: str) -> None:
    caller = await STATES[state](centre)
    await centre.kill()
    centre.network.hang_up(caller)
    await centre.run(2)
    await centre.restart()
    record = centre.record(caller)
    assert record.ended_at is not None
    assert record.found_missing
    assert centre.network.lines == {}
    await centre.run(10)
    assert centre.session(ANN).call_id is None


@pytest.mark.parametrize("state", ["connected", "held"])
async def test_an_agent_who_hung_up_meanwhile_ends_the_call(centre: Centre, state: str) -> None:
    caller = await STATES[state](centre)
    (agent_leg,) = set(centre.network.lines) - {caller}
    await centre.kill()
    centre.network.hang_up(agent_leg)
    await centre.run(2)
    await centre.restart()
    record = centre.record(caller)
    assert (record.ended_by, record.found_missing, record.outcome) == ("agent", True, Outcome.ANSWERED)
    assert centre.network.lines == {}
    assert centre.states(ANN) == ["wrap_up"]


@pytest.mark.parametrize("state", ["connected", "held"])
async def test_when_both_are_gone_nobody_is_said_to_have_hung_up(centre: Centre, state: str) -> None:
    caller = await STATES[state](centre)
    await centre.kill()
    for leg in list(centre.network.lines):
        centre.network.hang_up(leg)
    await centre.restart()
    assert (centre.record(caller).ended_by, centre.record(caller).found_missing) == ("system", True)


async def test_an_agent_who_answered_meanwhile_gets_the_caller(centre: Centre) -> None:
    caller = await offered(centre)
    await centre.kill()
    agent_leg = centre.network.ringing(phone(ANN))
    assert agent_leg is not None
    centre.network.answer(agent_leg)
    await centre.run(2)
    await centre.restart()
    assert centre.call(caller).state is CallState.CONNECTED
    assert centre.network.talking(caller) == {agent_leg}
    assert centre.states(ANN) == ["on_call"]
    await centre.hang_up(caller)


async def test_an_agent_whose_phone_stopped_ringing_meanwhile_is_rung_again_for_the_same_offer(centre: Centre) -> None:
    """It may have been answered: Asterisk hangs up a phone that answers while there is no server."""
    caller = await offered(centre)
    await centre.kill()
    agent_leg = centre.network.ringing(phone(ANN))
    assert agent_leg is not None
    centre.network.hang_up(agent_leg, cause=0)
    await centre.restart()
    assert centre.ringing(ANN) == [ANN]
    await centre.answer(ANN)
    assert centre.network.talking(caller) == {agent_leg}
    assert [offer.outcome for offer in centre.record(caller).offers] == ["answered"]
    await centre.hang_up(caller)


async def test_who_is_rung_again_and_does_not_answer_has_missed_it_once(centre: Centre) -> None:
    caller = await offered(centre)
    await centre.kill()
    agent_leg = centre.network.ringing(phone(ANN))
    assert agent_leg is not None
    centre.network.hang_up(agent_leg, cause=19)
    await centre.restart()
    await centre.run(21)
    assert centre.record(caller).offers[0].outcome == "ring_no_answer"
    await centre.run(6)
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)


async def test_five_calls_survive_a_kill_with_their_times(centre: Centre) -> None:
    members = centre.organisation(TENANT, NUMBER, "a1", "a2", "a3", "a4", "a5")
    await centre.available(*members)
    callers = [await centre.dial(caller=f"+44770090010{number}") for number in range(5)]
    for member in members:
        await centre.answer(member)
    await centre.run(30)
    talking = {caller: centre.network.talking(caller) for caller in callers}
    await killed_and_back(centre)
    assert {caller: centre.network.talking(caller) for caller in callers} == talking
    assert centre.states(*members) == ["on_call"] * 5
    await centre.run(28)
    for caller in callers:
        await centre.hang_up(caller)
    assert [record.talk_s for record in centre.records()] == [60] * 5
    assert centre.network.lines == {}
    await centre.run(10)
    assert centre.states(*members) == ["available"] * 5


async def test_a_wrap_up_goes_on_over_a_kill_and_ends_in_time(centre: Centre) -> None:
    caller = await connected(centre)
    await centre.hang_up(caller)
    await centre.run(4)
    await killed_and_back(centre, 2)
    assert centre.states(ANN) == ["wrap_up"]
    await centre.run(3.9)
    assert centre.states(ANN) == ["wrap_up"]
    await centre.run(0.2)
    assert centre.states(ANN) == ["available"]


async def test_a_wrap_up_that_ended_while_call24_was_away_ends_at_the_start(centre: Centre) -> None:
    caller = await connected(centre)
    await centre.hang_up(caller)
    await killed_and_back(centre, 60)
    await centre.run(0)
    assert centre.states(ANN) == ["available"]


async def test_a_line_of_a_call_that_nobody_knows_is_hung_up(centre: Centre) -> None:
    stranger = LegId(new_id("leg"))
    line = centre.network.lines
    caller = centre.network.dial()
    centre.network.lines[stranger] = type(line[caller])(
        stranger, up=True, call_id=CallId("call_lost"), tenant_id=TENANT
    )
    await settle()
    await killed_and_back(centre)
    assert stranger not in centre.network.lines
    assert caller in centre.network.lines
    await centre.hang_up(caller)


async def test_a_bridge_of_a_call_that_had_ended_just_before_the_kill_is_dropped(centre: Centre) -> None:
    await connected(centre)
    [used] = centre.network.bridges
    centre.network.bridges["brg-call_of_before"] = set()
    await centre.kill()
    await centre.restart()
    assert set(centre.network.bridges) == {used}


async def test_a_caller_who_came_while_call24_was_away_becomes_a_call(centre: Centre) -> None:
    await centre.available(ANN)
    await centre.kill()
    caller = centre.network.dial()
    await centre.run(3)
    await centre.restart()
    assert centre.call(caller).state is CallState.OFFERED
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)
    assert len(centre.records()) == 1


# --- a kill between an event and its commands, or between two rooms' events ---


async def test_no_kill_at_any_moment_leaves_an_agent_or_a_line_behind() -> None:
    """The same story, killed after each single line of the journal in turn."""
    lines = 1
    while await _killed_after(lines):
        lines += 1
    assert lines > 20


async def _killed_after(count: int) -> bool:
    """Play a story in which Call24 dies once ``count`` lines are written. False: the story is shorter."""
    async with open_centre("ann", "bob", max_wait_s=120) as centre:
        killed = asyncio.Event()

        telling = True

        def maybe_kill(entry: object) -> None:
            if telling and len(centre.journal.lines) == count:
                killed.set()
                centre.freeze()  # before any command of this step is done

        centre.journal.subscribe(maybe_kill)
        for step in _story(centre):
            running = asyncio.ensure_future(step())
            died = asyncio.ensure_future(killed.wait())
            await asyncio.wait({running, died}, return_when=asyncio.FIRST_COMPLETED)
            died.cancel()
            if killed.is_set():
                running.cancel()  # whoever asked gets no answer any more
                await centre.kill()
                await centre.run(1)
                await centre.restart()
                break
            await running
        telling = False
        await centre.run(300)
        for leg in [line.leg for line in centre.network.lines.values() if line.device_id is None]:
            await centre.hang_up(leg)
        await centre.run(300)
        assert centre.network.lines == {}, "lines are left over"
        stuck = [member for member in (ANN, BOB) if centre.session(member).call_id is not None]
        assert not stuck, f"after {count} lines ({centre.journal.lines[count - 1].type}) somebody is stuck"
        assert all(record.ended_at is not None for record in centre.records())
        return killed.is_set()


def _story(centre: Centre) -> list[Callable[[], Any]]:
    async def decline() -> None:
        await centre.request(ANN, s.DeclineRequested)

    async def hold() -> None:
        await centre.request(BOB, s.HoldRequested)

    async def resume() -> None:
        await centre.request(BOB, s.ResumeRequested)

    async def reload() -> None:
        await centre.request(BOB, s.ReattachRequested, device_id=phone(BOB), leg=LegId(new_id("leg")))

    async def hang_up() -> None:
        await centre.request(BOB, s.HangUpRequested)

    return [
        lambda: centre.available(ANN, BOB),
        centre.dial,
        decline,
        lambda: centre.answer(BOB),
        lambda: centre.run(10),
        hold,
        resume,
        reload,
        lambda: centre.run(10),
        hang_up,
        lambda: centre.run(15),
        centre.dial,
        lambda: centre.run(25),
    ]


async def test_an_agent_marked_as_offered_whose_call_never_heard_of_it_is_free_again(centre: Centre) -> None:
    """The desk wrote its line, and Call24 died before the call could write its own."""
    caller = await waiting(centre)
    await centre.available(BOB)
    call = centre.call(caller)
    await centre.hang_up(caller)
    await centre.run(120)
    assert centre.states(BOB) == ["available"]
    desk = centre.engine.desk(TENANT)
    await desk.ask(BOB, agents.OfferMade(at=centre.clock.now(), call_id=call.id, offer_id=OfferId("off_x")))
    assert centre.states(BOB) == ["offered"]
    await killed_and_back(centre)
    assert centre.states(BOB) == ["available"]


# --- the connection to Asterisk is lost, Call24 lives on ---


async def test_after_a_lost_connection_nothing_changes(centre: Centre) -> None:
    caller = await connected(centre)
    heard = centre.network.talking(caller)
    before = len(centre.journal.lines)
    centre.network.go_away()
    await centre.run(30)
    centre.network.come_back()
    await settle()
    assert centre.network.talking(caller) == heard
    assert len(centre.journal.lines) == before
    await centre.hang_up(caller)


async def test_a_hang_up_asked_for_while_asterisk_is_out_of_reach_is_done_when_it_is_back(centre: Centre) -> None:
    caller = await connected(centre)
    centre.network.go_away()
    await centre.request(ANN, s.HangUpRequested)
    assert caller in centre.network.lines
    centre.network.come_back()
    await settle()
    assert centre.network.lines == {}


async def test_a_decline_while_asterisk_is_out_of_reach_silences_the_phone_when_it_is_back(centre: Centre) -> None:
    caller = await offered(centre)
    declined = centre.network.ringing(phone(ANN))
    centre.network.go_away()
    await centre.request(ANN, s.DeclineRequested)
    await centre.run(2)
    centre.network.come_back()
    await settle()
    assert declined not in centre.network.lines
    await centre.run(6)
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)


async def test_while_asterisk_is_out_of_reach_no_agent_is_offered_what_cannot_ring(centre: Centre) -> None:
    caller = await waiting(centre)
    centre.network.go_away()
    await centre.available(ANN, BOB)
    await centre.run(60)
    assert centre.states(ANN, BOB) == ["available", "available"]
    centre.network.come_back()
    await settle()
    assert centre.ringing(ANN, BOB) == [ANN]
    await centre.hang_up(caller)
    assert [offer.agent_id for offer in centre.record(caller).offers] == [ANN]


async def test_a_phone_that_was_not_rung_before_the_kill_is_rung_after_it(centre: Centre) -> None:
    await centre.available(ANN)
    centre.journal.subscribe(lambda entry: centre.freeze() if entry.type == "CallOffered" else None)
    caller = await centre.dial()
    assert centre.ringing(ANN) == []
    await killed_and_back(centre)
    assert centre.ringing(ANN) == [ANN]
    assert centre.states(ANN) == ["offered"]
    await centre.answer(ANN)
    await centre.hang_up(caller)
    assert [offer.outcome for offer in centre.record(caller).offers] == ["answered"]


async def test_a_phone_that_stops_ringing_right_after_it_was_listed_is_not_rung_again(centre: Centre) -> None:
    caller = await offered(centre)
    leg = centre.network.ringing(phone(ANN))
    assert leg is not None
    centre.network.go_away()
    centre.network.come_back()
    centre.network.hang_up(leg, cause=17)
    await settle()
    assert centre.ringing(ANN) == []
    assert centre.record(caller).offers[0].outcome == "declined"
    await centre.hang_up(caller)


async def test_an_answer_while_asterisk_is_out_of_reach_is_found_when_it_is_back(centre: Centre) -> None:
    caller = await offered(centre)
    agent_leg = centre.network.ringing(phone(ANN))
    assert agent_leg is not None
    centre.network.go_away()
    centre.network.answer(agent_leg)
    centre.network.come_back()
    await settle()
    assert centre.network.talking(caller) == {agent_leg}
    await centre.hang_up(caller)


@in_every_state
async def test_when_asterisk_dies_every_call_gets_its_end_and_every_agent_is_free(centre: Centre, state: str) -> None:
    caller = await STATES[state](centre)
    await centre.run(1)
    centre.network.crash()
    await centre.run(5)
    centre.network.come_back()
    await settle()
    record = centre.record(caller)
    assert record.ended_at is not None
    assert record.found_missing
    assert record.ended_by == "system", "the caller did not give up: the line was lost"
    await centre.run(10)
    assert centre.session(ANN).call_id is None
    assert centre.session(ANN).reason != "unreachable"


async def test_a_caller_who_hangs_up_right_after_it_was_listed_leaves_no_ghost(centre: Centre) -> None:
    await centre.available(ANN)
    await centre.kill()
    caller = centre.network.dial()
    await centre.restart()
    centre.network.go_away()
    late = centre.network.dial(caller="+447700900124")
    centre.network.come_back()
    for leg in (caller, late):
        centre.network.hang_up(leg)
    await settle()
    assert centre.network.lines == {}
    assert centre.record(late).outcome is Outcome.ABANDONED
    assert centre.states(ANN) == ["available"]


async def test_what_the_network_says_before_all_calls_are_taken_over_is_heard_afterwards(centre: Centre) -> None:
    caller = await connected(centre)
    await centre.kill()
    centre.network.dead = centre.journal.dead = False
    centre.engine = centre._built()
    late = centre.network.dial(caller="+447700900124")
    centre.network.come_back()
    centre.network.hang_up(late)
    await centre.start(connect=False)
    assert centre.call(caller).state is CallState.CONNECTED
    assert centre.record(late).outcome is Outcome.ABANDONED
    assert len(centre.records()) == 2
    await centre.hang_up(caller)


async def test_a_caller_who_comes_while_the_agents_hands_are_bound_by_a_lost_connection_waits(centre: Centre) -> None:
    first = await offered(centre)
    centre.network.go_away()
    second = centre.network.dial(caller="+447700900124")
    centre.network.come_back()
    await settle()
    assert centre.call(first).state is CallState.OFFERED
    assert centre.call(second).state is CallState.WAITING
    for caller in (first, second):
        await centre.hang_up(caller)


# --- any call, any commands lost ---


@thorough
@given(worlds(), st.integers(0, 12))
def test_recovery_repairs_what_the_lost_commands_of_the_last_step_left_undone(world: CallWorld, done: int) -> None:
    """Killed after the first ``done`` commands of the last step: afterwards all is as the call believes it to be."""
    follower = beginning_of(world)
    for signal, step in world.steps[:-1]:
        follower.follow(signal, step)
    for signal, step in world.steps[-1:]:
        follower.follow(signal, step, done)
    _answered_as_in(follower.network, world)
    follower.timers_lost()
    for _ in range(3):  # what ends an offer may begin the next step, like a leg found missing
        _recover(follower, world)
    assert follower.differences(world.call) == []
    assert world.call.ended or follower.lost_timers(world.call) == []


def _answered_as_in(network: FakeTelephony, world: CallWorld) -> None:
    """Whose answer made the step that was not done any more."""
    call = world.call
    up = {call.agent_leg, call.caller_leg, call.consult_party.leg if call.consult_party else None}
    up |= {monitor.leg for monitor in call.monitors}
    for leg in up & set(network.lines):
        network.lines[leg].up = True  # type: ignore[index]


def _recover(follower: Follower, world: CallWorld) -> None:
    legs = tuple(follower.network._listed(line) for line in follower.network.lines.values())
    for signal in reconcile(world.call, s.PbxBack(at=world.now, legs=legs), world.now) if not world.call.ended else ():
        follower.follow(signal, world.send(signal))
    wanted = set() if world.call.ended else set(legs_of(world.call))
    for leg in set(follower.network.lines) - wanted:  # as the engine does with what is nobody's
        follower.network._do(c.HangUpLeg(leg=leg))


def test_reconcile_tells_a_call_first_what_ended_and_then_to_go_on() -> None:
    world = CallWorld().offer(devices=2)
    first, second = world.offer_legs
    there = s.LiveLeg(leg=CALLER_LEG, call_id=None, tenant_id=None, up=True, ringing=False)
    up = s.LiveLeg(leg=second, call_id=world.call.id, tenant_id=TENANT, up=True, ringing=False)
    back = s.PbxBack(at=world.now, legs=(there, up))
    answered, go_on = s.LegAnswered(at=world.now, leg=second), s.Recovered(at=world.now)
    assert reconcile(world.call, back, world.now) == [answered, msgspec.structs.replace(go_on, unrung=(first,))]
    world.rings(first)
    assert reconcile(world.call, back, world.now) == [answered, msgspec.structs.replace(go_on, unrung=(first,))]
