"""The engine with a whole contact centre in memory: fair order, no double booking, one record for each call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from tests.fakes.plan import FLOW, flow_of
from tests.support.calls.contact_centre import NUMBER, OTHER, OTHER_NUMBER, TENANT, Centre, open_centre, phone
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.agents.model import AgentState
from call24.call_records.call_record import Outcome
from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.model import CallState
from call24.engine.desk import SessionRequest
from call24.engine.engine import KEEP_ENDED
from call24.engine.recovery import legs_of
from call24.flows.model import Forward, HangUp, Node
from call24.journal.model import Entry, Fresh
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import CallId, DeviceId, LegId, TenantId, TrunkId, UserId, new_id

ANN, BOB, CY = UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy")


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    """Three agents, nobody signed in yet; no greeting, 20 s offers, 10 s wrap-up."""
    async with open_centre("ann", "bob", "cy") as centre:
        yield centre


# --- the desk ---


async def test_what_has_arrived_at_a_desk_is_written_down_at_once_and_only_then_told(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three agents, rung for three callers in one instant: one write of three lines, and no phone rings before."""
    await centre.available(ANN, BOB, CY)
    written: list[list[str]] = []
    disk, append = asyncio.Event(), centre.journal.append

    async def slowly(tenant_id: TenantId, fresh: Sequence[Fresh]) -> tuple[Entry, ...]:
        kinds = [type(line.event).__name__ for line in fresh]
        if "AgentOffered" in kinds:
            written.append(kinds)
            await disk.wait()
        return await append(tenant_id, fresh)

    monkeypatch.setattr(centre.journal, "append", slowly)
    callers = [centre.network.dial() for _ in range(3)]
    await settle()
    assert written == [["AgentOffered"] * 3]
    assert centre.ringing(ANN, BOB, CY) == []
    disk.set()
    await settle()
    assert centre.ringing(ANN, BOB, CY) == [ANN, BOB, CY]
    for caller in callers:
        await centre.hang_up(caller)


# --- one caller ---


async def test_a_caller_is_answered_by_the_agent_idle_the_longest(centre: Centre) -> None:
    await centre.available(BOB, ANN)
    caller = await centre.dial()
    assert centre.ringing(ANN, BOB, CY) == [BOB]
    await centre.run(4)
    agent_leg = await centre.answer(BOB)
    assert centre.network.talking(caller) == {agent_leg}
    assert not centre.network.lines[caller].music
    assert centre.states(ANN, BOB, CY) == ["available", "on_call", "offline"]
    await centre.run(60)
    await centre.hang_up(caller)
    assert centre.network.lines == {}
    record = centre.record(caller)
    assert (record.outcome, record.agent_id, record.ended_by) == (Outcome.ANSWERED, BOB, "caller")
    assert (record.wait_s, record.ring_s, record.talk_s) == (0, 4, 60)
    reasons = [(considered.agent_id, considered.reason) for considered in record.offers[0].candidates]
    assert reasons == [(ANN, "idle_shorter"), (BOB, "idle_longest"), (CY, "offline")]


async def test_wrap_up_follows_the_call_and_then_the_agent_is_free_again(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    await centre.answer(ANN)
    await centre.run(30)
    await centre.hang_up(caller)
    assert centre.states(ANN) == ["wrap_up"]
    waiting = await centre.dial()
    await centre.run(9)
    assert centre.ringing(ANN) == []
    await centre.run(1)
    assert centre.ringing(ANN) == [ANN]
    assert centre.record(caller).wrap_up_s == 10
    await centre.hang_up(waiting)


async def test_the_agents_hang_up_ends_the_callers_line(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    await centre.answer(ANN)
    await centre.request(ANN, s.HangUpRequested)
    assert centre.network.lines == {}
    assert centre.record(caller).ended_by == "agent"


async def test_hold_and_resume_are_heard_and_counted(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    agent_leg = await centre.answer(ANN)
    await centre.run(10)
    await centre.request(ANN, s.HoldRequested)
    assert centre.network.talking(agent_leg) == set()
    assert centre.network.lines[caller].music
    await centre.run(20)
    await centre.request(ANN, s.ResumeRequested)
    assert centre.network.talking(agent_leg) == {caller}
    await centre.run(5)
    await centre.hang_up(caller)
    record = centre.record(caller)
    assert (record.talk_s, record.hold_s) == (15, 20)


async def test_a_greeting_is_heard_to_its_end_before_an_agent_rings() -> None:
    async with open_centre("ann", greeting="greeting") as centre:
        await centre.available(ANN)
        caller = await centre.dial()
        assert centre.network.lines[caller].playing is not None
        assert centre.ringing(ANN) == []
        await centre.run(3)
        assert centre.ringing(ANN) == [ANN]
        await centre.hang_up(caller)


async def test_the_call_is_recorded_from_the_answer_only_if_the_rules_say_so() -> None:
    for record in (True, False):
        async with open_centre("ann", record="always" if record else "never") as centre:
            await centre.available(ANN)
            caller = await centre.dial()
            assert centre.network.lines[caller].recording is None
            await centre.answer(ANN)
            assert (centre.network.lines[caller].recording is not None) == record
            assert (centre.record(caller).recording_id is not None) == record
            await centre.hang_up(caller)


async def test_a_number_that_nobody_has_is_refused_and_nothing_is_written_down(centre: Centre) -> None:
    await centre.dial("+15550000")
    assert centre.network.done[-1] == c.HangUpLeg(leg=centre.network.done[-1].leg, cause=1)  # type: ignore[union-attr]
    assert centre.network.lines == {}
    assert centre.journal.lines == []


async def test_nobody_signed_in_means_voicemail_and_the_message_ends_the_call(centre: Centre) -> None:
    caller = await centre.dial()
    assert centre.call(caller).state is CallState.VOICEMAIL
    await centre.run(3 + 8)
    assert centre.record(caller).outcome is Outcome.VOICEMAIL
    assert centre.network.lines == {}


async def test_the_last_agent_to_leave_sends_those_who_wait_to_voicemail(centre: Centre) -> None:
    await centre.available(ANN)
    await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    caller = await centre.dial()
    assert centre.call(caller).state is CallState.WAITING
    await centre.engine.wish(TENANT, ANN, agents.OfflineWished(at=centre.clock.now()))
    await settle()
    assert centre.call(caller).state is CallState.VOICEMAIL
    await centre.hang_up(caller)


# --- ten customers, three agents ---


async def test_ten_customers_and_three_agents_first_come_first_served_and_one_record_each(centre: Centre) -> None:
    await centre.available(ANN, BOB, CY)
    callers = []
    for number in range(10):
        callers.append(await centre.dial(caller=f"+4477009001{number:02}"))
        await centre.run(0.2)
    answered = []
    for _ in range(4):
        for member in (ANN, BOB, CY):
            if leg := centre.network.ringing(phone(member)):
                answered.append(centre.network.lines[leg].call_id)
                await centre.answer(member)
        await centre.run(30)
        for caller in callers:
            if centre.call(caller).state is CallState.CONNECTED:
                await centre.hang_up(caller)
        await centre.run(10)
    assert answered == [centre.call(caller).id for caller in callers]
    records = centre.records()
    assert sorted(record.id for record in records) == sorted(centre.call(caller).id for caller in callers)
    assert [record.outcome for record in records] == [Outcome.ANSWERED] * 10
    assert [record.ended_at is not None for record in records] == [True] * 10
    assert centre.states(ANN, BOB, CY) == ["available"] * 3
    assert centre.network.lines == {}


async def test_ten_customers_in_the_same_instant_never_ring_one_agent_twice(centre: Centre) -> None:
    await centre.available(ANN, BOB, CY)
    callers = [centre.network.dial(caller=f"+4477009001{number:02}") for number in range(10)]
    await settle()
    assert centre.ringing(ANN, BOB, CY) == [ANN, BOB, CY]  # ``ringing`` fails on a phone that rings twice
    offered = [caller for caller in callers if centre.call(caller).state is CallState.OFFERED]
    assert len(offered) == 3
    for caller in callers:
        await centre.hang_up(caller)
    assert centre.states(ANN, BOB, CY) == ["available"] * 3
    assert {record.outcome for record in centre.records()} == {Outcome.ABANDONED}
    assert len(centre.records()) == 10


# --- two organisations ---


async def test_two_organisations_with_the_same_names_do_not_touch(centre: Centre) -> None:
    """To the engine names are nothing: only ids tell organisations, queues and agents apart."""
    ann_b, bob_b = centre.organisation(OTHER, OTHER_NUMBER, "ann_b", "bob_b")
    await centre.available(ANN)
    await centre.available(bob_b, tenant_id=OTHER)
    first, second = await centre.dial(NUMBER), await centre.dial(OTHER_NUMBER)
    assert centre.call(first).tenant_id == TENANT
    assert centre.call(second).tenant_id == OTHER
    assert centre.ringing(ANN, BOB, ann_b, bob_b) == [ANN, bob_b]
    considered = {
        entry.tenant_id: {row["agent_id"] for row in entry.body["candidates"]}
        for entry in centre.journal.lines
        if entry.type == "CallOffered"
    }
    assert considered == {TENANT: {ANN, BOB, CY}, OTHER: {ann_b, bob_b}}
    for tenant_id in (TENANT, OTHER):
        numbers = [entry.seq for entry in centre.journal.lines if entry.tenant_id == tenant_id]
        assert numbers == list(range(1, len(numbers) + 1))
    for tenant_id, foreign, call in ((OTHER, bob_b, centre.call(first)), (OTHER, ANN, centre.call(first))):
        with pytest.raises(NotFound):
            decline = s.DeclineRequested(at=centre.clock.now(), agent_id=foreign)
            centre.requests.request(tenant_id, foreign, call.id, decline)
    assert [call.id for call in centre.engine.live_calls(OTHER)] == [centre.call(second).id]
    await centre.hang_up(first)
    await centre.hang_up(second)


async def test_the_agent_of_one_organisation_is_not_taken_by_the_caller_of_another(centre: Centre) -> None:
    centre.organisation(OTHER, OTHER_NUMBER, "ann_b")
    await centre.available(ANN, BOB, CY)
    caller = await centre.dial(OTHER_NUMBER)
    assert centre.ringing(ANN, BOB, CY) == []
    assert centre.call(caller).state is CallState.VOICEMAIL
    await centre.hang_up(caller)


# --- offers that fail ---


async def test_a_declined_caller_rings_the_next_agent_and_keeps_its_place(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    first = await centre.dial()
    await centre.run(2)
    second = await centre.dial(caller="+447700900124")
    assert centre.ringing(ANN, BOB) == [ANN, BOB]
    third = await centre.dial(caller="+447700900125")
    await centre.request(ANN, s.DeclineRequested)
    # ANN is free for the third now, but not for the first, who is the first in line all the same.
    assert [call.call_id for call in centre.engine.desk(TENANT).waiting] == [centre.call(first).id]
    assert centre.call(third).state is CallState.OFFERED
    await centre.hang_up(second)
    await centre.run(0.5)
    assert centre.call(first).offers
    assert centre.record(first).offers[0].outcome == "declined"
    assert centre.call(first).queued_at == centre.record(first).arrived_at
    for caller in (first, third):
        await centre.hang_up(caller)


async def test_a_failed_offer_does_not_let_a_later_caller_pass_even_after_a_greeting() -> None:
    async with open_centre("ann", "bob", greeting="greeting") as centre:
        await centre.available(ANN)
        first = await centre.dial()
        await centre.run(1)
        second = await centre.dial(caller="+447700900124")
        await centre.run(4)
        assert centre.call(first).state is CallState.OFFERED
        await centre.request(ANN, s.DeclineRequested)
        assert centre.call(second).state is CallState.OFFERED  # ANN has just refused the first
        await centre.request(ANN, s.DeclineRequested)
        waiting = [call.call_id for call in centre.engine.desk(TENANT).waiting]
        assert waiting == [centre.call(first).id, centre.call(second).id]
        await centre.available(BOB)
        assert centre.call(first).offers
        for caller in (first, second):
            await centre.hang_up(caller)


async def test_ring_no_answer_goes_to_the_next_agent_after_twenty_seconds(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    await centre.run(19.9)
    assert centre.ringing(ANN, BOB) == [ANN]
    await centre.run(0.1)
    assert centre.ringing(ANN, BOB) == [BOB]
    assert centre.session(ANN).missed == 1
    await centre.answer(BOB)
    await centre.hang_up(caller)
    assert [offer.outcome for offer in centre.record(caller).offers] == ["ring_no_answer", "answered"]
    assert [offer.ring_s for offer in centre.record(caller).offers] == [20, 0]


async def test_alone_an_agent_who_declined_gets_the_caller_again_after_five_seconds(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    await centre.request(ANN, s.DeclineRequested)
    await centre.run(4.9)
    assert centre.ringing(ANN) == []
    await centre.run(0.2)
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)


async def test_a_phone_that_is_not_registered_is_skipped_and_its_agent_gets_no_more_calls_before_it_is(
    centre: Centre,
) -> None:
    await centre.available(ANN, BOB)
    centre.network.unregistered.add(phone(ANN))
    caller = await centre.dial()
    assert centre.ringing(BOB) == [BOB]
    assert centre.states(ANN) == [AgentState.AVAILABLE]
    other = await centre.dial(caller="+447700900124")
    await centre.run(8)
    assert [offer.agent_id for offer in centre.record(other).offers] == []
    centre.network.unregistered.clear()
    await centre.engine.wish(TENANT, ANN, agents.PhoneReady(at=centre.clock.now()))
    await settle()
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)
    await centre.hang_up(other)


async def test_an_agent_without_a_device_is_skipped(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    centre.directory.owned[ANN] = ()
    caller = await centre.dial()
    assert centre.ringing(BOB) == [BOB]
    await centre.hang_up(caller)


async def test_all_devices_of_an_agent_ring_and_the_first_to_answer_silences_the_others(centre: Centre) -> None:
    await centre.available(ANN)
    laptop = DeviceId("dev_laptop")
    centre.directory.owned[ANN] = (phone(ANN), laptop)
    caller = await centre.dial()
    assert centre.network.ringing(laptop)
    agent_leg = await centre.answer(ANN)
    assert centre.network.ringing(laptop) is None
    assert centre.network.talking(caller) == {agent_leg}
    await centre.hang_up(caller)


async def test_an_offer_rings_the_five_devices_that_were_seen_last_and_no_others(centre: Centre) -> None:
    await centre.available(ANN)
    ring = tuple(DeviceId(f"dev_ringing{n}") for n in range(5))
    centre.directory.owned[ANN] = (*ring, phone(ANN), DeviceId("dev_old"))
    caller = await centre.dial()
    assert all(centre.network.ringing(device) for device in ring)
    assert centre.network.ringing(phone(ANN)) is None and centre.network.ringing(DeviceId("dev_old")) is None
    await centre.hang_up(caller)


# --- races with the network ---


async def test_the_answer_arrives_before_the_request_to_ring_returns(centre: Centre) -> None:
    await centre.available(ANN)
    centre.network.at_once.add(phone(ANN))
    centre.network.slow[c.RingAgent] = gate = asyncio.Event()
    caller = await centre.dial()
    gate.set()
    await settle()
    assert centre.call(caller).state is CallState.CONNECTED
    assert len(centre.network.talking(caller)) == 1
    await centre.hang_up(caller)


async def test_an_answer_in_the_same_instant_as_the_callers_hang_up_leaves_no_line(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    agent_leg = centre.network.ringing(phone(ANN))
    assert agent_leg is not None
    centre.network.hang_up(caller)
    centre.network.answer(agent_leg)
    await settle()
    assert centre.network.lines == {}
    assert centre.states(ANN) == ["available"]
    assert centre.record(caller).outcome is Outcome.ABANDONED


async def test_two_devices_that_answer_in_the_same_instant_make_one_conversation(centre: Centre) -> None:
    await centre.available(ANN)
    laptop = DeviceId("dev_laptop")
    centre.directory.owned[ANN] = (phone(ANN), laptop)
    caller = await centre.dial()
    first, second = centre.network.ringing(phone(ANN)), centre.network.ringing(laptop)
    assert first and second
    centre.network.answer(second)
    centre.network.answer(first)
    await settle()
    assert centre.network.talking(caller) == {second}
    assert set(centre.network.lines) == {caller, second}
    await centre.hang_up(caller)


async def test_a_caller_who_hangs_up_while_it_is_being_identified_is_still_written_down(centre: Centre) -> None:
    await centre.available(ANN)
    caller = centre.network.dial()
    centre.network.hang_up(caller)
    await settle()
    assert centre.record(caller).outcome is Outcome.ABANDONED
    assert centre.states(ANN) == ["available"]
    assert centre.network.lines == {}


async def test_the_same_arrival_told_twice_is_one_call(centre: Centre) -> None:
    caller = centre.network.dial()
    arrival = centre.network.lines[caller].arrival
    assert arrival is not None
    centre.engine.on_network(arrival)
    await settle()
    centre.engine.on_network(arrival)
    await settle()
    assert len(centre.records()) == 1
    await centre.hang_up(caller)


async def test_the_desk_gives_back_an_agent_whose_caller_left_meanwhile(centre: Centre) -> None:
    await centre.available(ANN)
    caller = centre.network.dial()
    for _ in range(12):  # somewhere between joining the queue and being offered
        await asyncio.sleep(0)
    centre.network.hang_up(caller)
    await settle()
    assert centre.states(ANN) == ["available"]
    assert centre.network.lines == {}


async def test_a_reload_during_the_call_swaps_the_agents_line(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    old = await centre.answer(ANN)
    await centre.run(10)
    new = LegId(new_id("leg"))
    await centre.request(ANN, s.ReattachRequested, device_id=phone(ANN), leg=new)
    assert old not in centre.network.lines
    assert centre.network.talking(caller) == {new}
    assert centre.states(ANN) == ["on_call"]
    await centre.run(5)
    await centre.hang_up(caller)
    assert centre.record(caller).talk_s == 15
    assert centre.network.lines == {}


# --- who may do what ---


async def test_only_the_agent_of_a_call_can_ask_something_of_it(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    call = centre.call(caller)
    with pytest.raises(NotFound):
        centre.requests.request(TENANT, BOB, call.id, s.DeclineRequested(at=centre.clock.now(), agent_id=BOB))
    with pytest.raises(NotFound):
        centre.requests.request(TENANT, ANN, CallId("call_none"), s.HoldRequested(at=centre.clock.now(), agent_id=ANN))
    await centre.hang_up(caller)
    with pytest.raises(NotFound):
        centre.requests.request(TENANT, ANN, call.id, s.HangUpRequested(at=centre.clock.now(), agent_id=ANN))


async def test_a_call_that_ended_is_forgotten_after_a_while(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    call_id = centre.call(caller).id
    await centre.hang_up(caller)
    await centre.run(59)
    assert centre.engine.call(call_id) is not None
    await centre.run(2)
    assert centre.engine.call(call_id) is None
    assert centre.clock.pending == 0


async def test_members_who_are_added_get_those_who_wait(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    (queue,) = centre.directory.members[TENANT]
    centre.directory.members[TENANT] = {queue: (CY,)}
    await centre.engine.wish(TENANT, CY, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    caller = await centre.dial()
    assert centre.call(caller).state is CallState.WAITING
    centre.directory.members[TENANT] = {queue: (BOB, CY)}
    centre.engine.configuration_changed(TENANT)
    await settle()
    assert centre.ringing(ANN, BOB) == [BOB]
    await centre.hang_up(caller)


async def test_a_pause_wished_while_ringing_comes_after_the_refused_call(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    assert centre.states(ANN) == ["offered"]
    await centre.request(ANN, s.DeclineRequested)
    assert centre.states(ANN) == ["paused"]
    assert centre.ringing(BOB) == [BOB]
    await centre.hang_up(caller)


async def test_waiting_too_long_ends_in_voicemail_also_while_agents_are_busy() -> None:
    async with open_centre("ann", max_wait_s=30) as centre:
        await centre.available(ANN)
        first = await centre.dial()
        await centre.answer(ANN)
        second = await centre.dial(caller="+447700900124")
        await centre.run(30)
        assert centre.call(second).state is CallState.VOICEMAIL
        assert centre.record(second).wait_s == 30
        assert centre.clock.now() - centre.record(second).arrived_at == timedelta(seconds=30)
        await centre.hang_up(first)
        await centre.hang_up(second)


async def test_what_is_wished_before_the_engine_has_started_is_refused_and_then_possible() -> None:
    centre = Centre()
    centre.organisation(TENANT, NUMBER, "ann")
    with pytest.raises(Unavailable):
        await centre.engine.wish(TENANT, ANN, agents.AvailableWished(at=centre.clock.now()))
    await centre.start()
    await centre.available(ANN)
    assert centre.states(ANN) == [AgentState.AVAILABLE]
    await centre.kill()


async def test_a_minute_after_its_end_nothing_is_known_of_a_call_and_its_legs() -> None:
    async with open_centre("ann") as centre:
        await centre.available(ANN)
        over = await centre.dial()
        await centre.answer(ANN)
        await centre.hang_up(over)
        assert not centre.engine._going, "what asks for the calls that go on goes through no others"
        await centre.run(KEEP_ENDED - 1)
        going_on = await centre.dial()
        assert over in centre.engine._legs, "what it reports late is answered"
        await centre.run(2)
        assert set(centre.engine._calls) == {centre.call(going_on).id}
        assert set(centre.engine._legs) == set(legs_of(centre.call(going_on)))
        await centre.hang_up(going_on)


async def test_two_organisations_that_forward_to_each_other_do_not_call_each_other_for_ever() -> None:
    async with open_centre("ann") as centre:
        centre.organisation(OTHER, OTHER_NUMBER, "bob")
        for tenant_id, to in ((TENANT, OTHER_NUMBER), (OTHER, NUMBER)):
            plan = centre.directory.plans[tenant_id]
            plan.ways_out = (TrunkId("trk_1"),)
            nodes: dict[str, Node] = {"out": Forward(number=to, failed="bye"), "bye": HangUp(prompt=None)}
            plan.flows = {FLOW: flow_of("out", nodes)}
        customer = await centre.dial()
        carried: set[LegId] = set()
        for _ in range(20):  # the carrier brings each call that is sent out to the number that it is for
            out = [line for line in centre.network.lines.values() if line.dialled and line.leg not in carried]
            for line in out:
                assert line.dialled is not None
                carried.add(line.leg)
                await centre.dial(line.dialled.number, line.dialled.shown)
            await centre.run(1)
        assert len(carried) == 3
        await centre.hang_up(customer)
        again = await centre.dial(caller="+447700900125")
        await centre.run(1)
        assert any(line.dialled and line.leg not in carried for line in centre.network.lines.values()), (
            "the next caller"
        )
        await centre.hang_up(again)


async def test_a_clock_that_is_set_back_during_a_call_keeps_nobody_in_wrap_up(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    await centre.answer(ANN)
    await centre.run(10)
    right = centre.clock.now
    centre.clock.now = lambda: right() - timedelta(hours=1)  # type: ignore[method-assign]
    await centre.hang_up(caller)
    assert centre.states(ANN) == [AgentState.WRAP_UP]
    assert centre.record(caller).talk_s >= 0
    await centre.run(60)
    assert centre.states(ANN) == [AgentState.AVAILABLE]


async def test_an_organisation_that_was_closed_gets_no_desk_again_by_what_comes_late(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    await centre.answer(ANN)
    task = centre.engine.find(TENANT, centre.call(caller).id)
    assert task is not None
    await centre.engine.close_tenant(TENANT)
    assert centre.network.lines.get(caller) is None and TENANT not in centre.engine._desks
    for leg in task.legs:  # its network speaks late
        centre.engine.on_network(s.LegEnded(at=centre.clock.now(), leg=leg, cause=16))
    centre.engine._tell_desk(TENANT, SessionRequest(ANN, agents.OfflineWished(at=centre.clock.now())))
    await settle()
    with pytest.raises(Unavailable, match="closed"):
        centre.engine.desk(TENANT)
    assert TENANT not in centre.engine._desks and TENANT not in centre.engine._desk_tasks
