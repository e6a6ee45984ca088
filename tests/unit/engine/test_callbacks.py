"""Call-backs in a contact centre in memory: promised once, kept in line, dialled only with an agent on the line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.fakes.plan import FLOW, flow_of
from tests.support.calls.contact_centre import TENANT, Centre, open_centre, phone
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.call_records.call_record import CallRecord, Outcome
from call24.calls import signals as s
from call24.calls.model import Call, CallState, Direction
from call24.flows.model import HangUp, OfferCallback
from call24.kit.ids import HoursId, LegId, QueueId, TrunkId, UserId

ANN, BOB, CY = UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy")
GRACE, HEIDI = "+447700900123", "+447700900456"
DEAR, OURS = "+449098790123", "+441514960024"
BUSY, NO_ANSWER = 17, 19
RETRY_S, EXPIRES_S, RING_S = 300, 14400, 30


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    """Three agents; Ann and Bob are there, on a pause. No recording, no wrap-up."""
    async with open_centre("ann", "bob", "cy", **SETTINGS) as centre:
        centre.plan.ways_out = (TrunkId("trk_1"),)
        await paused(centre, ANN, BOB)
        yield centre


SETTINGS = {"callback": True, "wrap_up_s": 0, "record": "never"}


async def paused(centre: Centre, *members: UserId) -> None:
    for member in members:
        await centre.engine.wish(TENANT, member, agents.AvailableWished(at=centre.clock.now()))
        await centre.engine.wish(TENANT, member, agents.PauseWished(at=centre.clock.now(), reason="lunch"))


async def asks(centre: Centre, caller: str = GRACE) -> LegId:
    """A caller waits, presses 1 and is told that it will be called back; it is still on the line."""
    leg = await centre.dial(caller=caller)
    centre.network.press(leg, "1")
    await settle()
    return leg


async def promised(centre: Centre, caller: str = GRACE) -> Call:
    await asks(centre, caller)
    await centre.run(10)
    return callbacks(centre)[-1]


def callbacks(centre: Centre) -> list[Call]:
    """Those that are open, in the order in which they were promised."""
    return [call for call in centre.engine.live_calls(TENANT) if call.direction is Direction.CALLBACK]


def outcomes(centre: Centre) -> list[Outcome]:
    return [record.outcome for record in centre.records() if record.direction == Direction.CALLBACK]


def the_record(centre: Centre) -> CallRecord:
    [record] = [record for record in centre.records() if record.direction == Direction.CALLBACK]
    return record


async def fails(centre: Centre, caller: str = GRACE, cause: int = BUSY) -> None:
    leg = centre.network.ringing_outside(caller)
    assert leg is not None, "the customer is not rung"
    await centre.hang_up(leg, cause)


# --- asked for ---


async def test_who_presses_one_is_told_so_and_called_back_by_the_next_free_agent(centre: Centre) -> None:
    leg = await asks(centre)
    assert centre.network.lines[leg].heard[-1] == "callback-promised"
    await centre.run(3)
    assert leg not in centre.network.lines
    assert centre.record(leg).outcome is Outcome.CALLBACK
    await centre.available(ANN)
    await centre.run(10)
    ring = centre.network.lines[centre.network.ringing(phone(ANN)) or leg].ring
    assert ring is not None
    assert (ring.purpose, ring.auto_answer, ring.caller_number) == ("callback", False, GRACE)
    assert centre.network.ringing_outside(GRACE) is None
    agent_leg = await centre.answer(ANN)
    customer = centre.network.ringing_outside(GRACE)
    assert customer is not None
    assert centre.network.lines[agent_leg].tone
    await centre.run(5)
    centre.network.answer(customer)
    await settle()
    assert centre.network.talking(customer) == {agent_leg}
    await centre.run(20)
    await centre.hang_up(customer)
    record = the_record(centre)
    assert (record.outcome, record.agent_id, record.talk_s) == (Outcome.ANSWERED, ANN, 20)
    assert centre.network.lines == {} and callbacks(centre) == []


async def test_the_promise_holds_although_the_caller_hangs_up_while_it_is_told(centre: Centre) -> None:
    leg = await asks(centre)
    await centre.hang_up(leg)
    assert centre.record(leg).outcome is Outcome.CALLBACK
    assert [call.state for call in callbacks(centre)] == [CallState.WAITING]
    await centre.available(ANN)
    await centre.run(10)
    assert centre.ringing(ANN) == [ANN]


async def test_the_caller_is_not_rung_while_it_is_still_told_so(centre: Centre) -> None:
    centre.network.sound_s = 7
    leg = await asks(centre)
    await centre.available(ANN)
    await centre.run(5)
    assert leg in centre.network.lines
    assert centre.ringing(ANN) == []
    await centre.run(5)
    assert centre.ringing(ANN) == [ANN]


@pytest.mark.parametrize("shown", ["", DEAR, OURS])
async def test_a_caller_who_shows_no_number_or_one_that_we_may_not_ring_cannot_ask_and_waits_on(
    centre: Centre, shown: str
) -> None:
    """A caller names itself: nobody makes us ring a dear number, or ourselves, nor has an agent frozen for it."""
    centre.fence.denied.add(DEAR)
    centre.directory.numbers.add(OURS)
    leg = await centre.dial(caller=shown)
    centre.network.press(leg, "1")
    await centre.run(60)
    assert "callback-offer" not in centre.network.lines[leg].heard
    assert centre.call(leg).state is CallState.WAITING
    assert callbacks(centre) == []
    await centre.hang_up(leg)


async def test_where_the_queue_does_not_call_back_the_key_means_nothing() -> None:
    async with open_centre("ann") as centre:
        await paused(centre, ANN)
        leg = await asks(centre)
        assert centre.call(leg).state is CallState.WAITING
        await centre.hang_up(leg)


@pytest.mark.parametrize("where", ["in the flow", "in line"])
async def test_what_a_deleted_queue_could_not_keep_is_not_promised(centre: Centre, where: str) -> None:
    """A call that began before goes on with the flow and the queue as they were."""
    if where == "in the flow":
        offer = OfferCallback(queue_id=QueueId("que_gone"), digit="1", declined="bye")
        centre.plan.flows[FLOW] = flow_of("offer", {"offer": offer, "bye": HangUp(prompt="sorry")})
    leg = await centre.dial(caller=GRACE)
    if where == "in line":
        centre.plan.queues.clear()
    centre.network.press(leg, "1")
    await settle()
    assert "callback-promised" not in centre.network.lines[leg].heard
    assert callbacks(centre) == []
    await centre.hang_up(leg)


# --- one for each number ---


async def test_who_asks_twice_is_promised_once(centre: Centre) -> None:
    first = await promised(centre)
    await centre.run(60)
    await promised(centre)
    await promised(centre, HEIDI)
    assert [call.id for call in callbacks(centre)][:1] == [first.id]
    assert len(callbacks(centre)) == 2


async def test_who_rings_in_and_is_answered_is_not_called_back_any_more(centre: Centre) -> None:
    await promised(centre)
    await centre.available(ANN)
    await centre.answer(ANN)
    await fails(centre)
    again = await centre.dial(caller=GRACE)
    await centre.hang_up(again)
    assert len(callbacks(centre)) == 1, "who was not answered still wants it"
    again = await centre.dial(caller=GRACE)
    agent_leg = await centre.answer(ANN)
    assert centre.network.talking(again) == {agent_leg}
    assert callbacks(centre) == []
    await centre.hang_up(again)
    await centre.run(RETRY_S)
    assert centre.ringing(ANN, BOB) == []


# --- its place ---


async def test_it_keeps_the_place_of_its_caller_against_those_who_came_later(centre: Centre) -> None:
    first = await centre.dial(caller=GRACE)
    await centre.run(30)
    later = await centre.dial(caller=HEIDI)
    await centre.run(10)
    centre.network.press(first, "1")
    await centre.run(10)
    await centre.available(ANN)
    call = centre.call_of(ANN)
    assert call is not None and call.direction is Direction.CALLBACK
    assert call.queued_at is not None and call.queued_at < centre.call(later).arrived_at
    await centre.hang_up(later)


async def test_a_missed_offer_does_not_cost_its_place(centre: Centre) -> None:
    call = await promised(centre)
    later = await centre.dial(caller=HEIDI)
    await centre.available(ANN)
    await centre.request(ANN, s.DeclineRequested)
    await paused(centre, ANN)
    await centre.available(BOB)
    assert (offered := centre.call_of(BOB)) is not None and offered.id == call.id
    await centre.hang_up(later)


async def test_it_waits_also_while_nobody_at_all_is_signed_in(centre: Centre) -> None:
    call = await promised(centre)
    for member in (ANN, BOB):
        await centre.engine.wish(TENANT, member, agents.OfflineWished(at=centre.clock.now()))
    await centre.run(3600)
    assert [each.id for each in callbacks(centre)] == [call.id]
    await centre.available(CY)
    assert centre.ringing(CY) == [CY]


# --- attempts ---


async def test_never_more_customers_are_rung_than_agents_are_free(centre: Centre) -> None:
    numbers = [f"+4477009001{index:02d}" for index in range(10)]
    for number in numbers:
        await asks(centre, number)
        await centre.run(1)
    await centre.run(10)
    await centre.available(ANN, BOB)
    rung: list[str] = []
    for _ in numbers:
        for member in centre.ringing(ANN, BOB):
            await centre.answer(member)
        ringing = [number for number in numbers if centre.network.ringing_outside(number)]
        assert len(ringing) <= 2
        if not ringing:
            break
        rung.append(ringing[0])
        customer = centre.network.ringing_outside(ringing[0])
        assert customer is not None
        centre.network.answer(customer)
        await settle()
        await centre.hang_up(customer)
    assert rung == numbers
    assert outcomes(centre) == [Outcome.ANSWERED] * 10


@pytest.mark.parametrize("cause", [BUSY, NO_ANSWER])
async def test_who_is_not_reached_is_tried_again_later_and_then_given_up(centre: Centre, cause: int) -> None:
    call = await promised(centre)
    await centre.available(ANN)
    for attempt in (1, 2, 3):
        assert centre.ringing(ANN) == [ANN], f"attempt {attempt}"
        await centre.answer(ANN)
        if cause == BUSY:
            await fails(centre)
        else:
            await centre.run(RING_S + 1)
        assert centre.ringing(ANN) == []
        assert centre.states(ANN) == ["available"]
        if attempt < 3:
            assert [each.attempts for each in callbacks(centre)] == [attempt]
            await centre.run(RETRY_S - 2)
            assert centre.ringing(ANN) == []
            await centre.run(3)
    assert callbacks(centre) == []
    record = the_record(centre)
    assert (record.id, record.outcome) == (call.id, Outcome.NOT_REACHED)
    assert centre.network.lines == {}


async def test_an_agent_who_hangs_up_while_the_customer_is_rung_does_not_use_up_an_attempt(centre: Centre) -> None:
    await promised(centre)
    await centre.available(ANN)
    agent_leg = await centre.answer(ANN)
    assert centre.network.ringing_outside(GRACE)
    await paused(centre, ANN)
    await centre.hang_up(agent_leg)
    assert centre.network.lines == {}
    assert [(call.state, call.attempts) for call in callbacks(centre)] == [(CallState.WAITING, 0)]
    await centre.available(BOB)
    agent_leg = await centre.answer(BOB)
    customer = centre.network.ringing_outside(GRACE)
    assert customer is not None
    centre.network.answer(customer)
    await settle()
    assert centre.network.talking(customer) == {agent_leg}
    await centre.hang_up(customer)


async def test_agents_who_do_not_take_it_do_not_use_up_an_attempt(centre: Centre) -> None:
    await promised(centre)
    await centre.available(ANN)
    for _ in range(5):
        await centre.request(ANN, s.DeclineRequested)
        await centre.run(6)
    assert [call.attempts for call in callbacks(centre)] == [0]
    await centre.answer(ANN)
    assert centre.network.ringing_outside(GRACE)


async def test_one_that_nobody_takes_in_time_expires(centre: Centre) -> None:
    call = await promised(centre)
    await centre.run(EXPIRES_S - 11)
    assert [each.id for each in callbacks(centre)] == [call.id]
    await centre.run(2)
    assert callbacks(centre) == [] and outcomes(centre) == [Outcome.EXPIRED]
    await centre.available(ANN)
    assert centre.ringing(ANN) == []


async def test_one_that_was_tried_in_vain_expires_too(centre: Centre) -> None:
    await promised(centre)
    await centre.available(ANN)
    await centre.answer(ANN)
    await fails(centre)
    await paused(centre, ANN)
    await centre.run(EXPIRES_S)
    assert callbacks(centre) == [] and outcomes(centre) == [Outcome.EXPIRED]


async def test_one_that_runs_out_of_time_while_it_rings_ends_with_the_offer(centre: Centre) -> None:
    await promised(centre)
    await centre.run(EXPIRES_S - 15)
    await centre.available(ANN)
    assert centre.ringing(ANN) == [ANN]
    await centre.run(10)
    assert len(callbacks(centre)) == 1
    await centre.request(ANN, s.DeclineRequested)
    assert callbacks(centre) == [] and outcomes(centre) == [Outcome.EXPIRED]
    assert centre.states(ANN) == ["available"]


async def test_while_the_queue_is_closed_nobody_is_called_back() -> None:
    hours = HoursId("hrs_office")
    async with open_centre("ann", hours_id=hours, **SETTINGS) as centre:
        centre.plan.ways_out = (TrunkId("trk_1"),)
        await paused(centre, ANN)
        await asks(centre)
        # It closes for an hour while the caller is still told so.
        centre.plan.closed.add(hours)
        centre.plan.opens = centre.clock.now() + timedelta(hours=1)
        await centre.kill()
        await centre.restart()
        await centre.available(ANN)
        await centre.run(3600 - 10)
        assert centre.ringing(ANN) == [] and len(callbacks(centre)) == 1
        await centre.run(10)
        assert centre.ringing(ANN) == [ANN]


async def test_a_retry_that_falls_into_the_night_is_made_when_the_queue_opens() -> None:
    hours = HoursId("hrs_office")
    async with open_centre("ann", hours_id=hours, **SETTINGS) as centre:
        centre.plan.ways_out = (TrunkId("trk_1"),)
        await paused(centre, ANN)
        await promised(centre)
        await centre.available(ANN)
        await centre.answer(ANN)
        centre.plan.closed.add(hours)
        centre.plan.opens = centre.clock.now() + timedelta(hours=1)
        await fails(centre)
        assert [call.not_before for call in callbacks(centre)] == [centre.plan.opens]
        await centre.run(3590)
        assert centre.ringing(ANN) == []
        await centre.run(11)
        assert centre.ringing(ANN) == [ANN]


async def test_where_no_trunk_leads_out_it_is_tried_again_and_then_given_up(centre: Centre) -> None:
    centre.plan.ways_out = ()
    await promised(centre)
    await centre.available(ANN)
    for _ in range(3):
        await centre.answer(ANN)
        await centre.run(RETRY_S + 1)
    assert outcomes(centre) == [Outcome.NOT_REACHED]
    assert centre.states(ANN) == ["available"]


async def test_a_number_that_the_fence_forbids_is_not_dialled(centre: Centre) -> None:
    await promised(centre)
    centre.fence.denied.add(GRACE)
    await centre.available(ANN)
    await centre.answer(ANN)
    assert centre.network.ringing_outside(GRACE) is None
    assert centre.states(ANN) == ["available"]
    assert [call.attempts for call in callbacks(centre)] == [1]


# --- removed, and a kill of the server ---


@pytest.mark.parametrize("state", ["waiting", "offered", "dialling"])
async def test_one_that_is_removed_is_over_whatever_it_does(centre: Centre, state: str) -> None:
    call = await promised(centre)
    if state != "waiting":
        await centre.available(ANN)
    if state == "dialling":
        await centre.answer(ANN)
    assert [each.state for each in callbacks(centre)] == [state]
    centre.requests.end(TENANT, BOB, call.id, "removed")
    await centre.run(1)
    assert callbacks(centre) == [] and centre.network.lines == {}
    assert centre.states(ANN) == ["available" if state != "waiting" else "paused"]
    await centre.run(EXPIRES_S)
    assert centre.ringing(ANN) == []


@pytest.mark.parametrize("state", ["told", "waiting", "offered", "dialling", "tried"])
async def test_after_a_kill_it_is_where_it_was(centre: Centre, state: str) -> None:
    if state == "told":
        await asks(centre)
    else:
        await promised(centre)
    if state in ("offered", "dialling", "tried"):
        await centre.available(ANN)
    if state in ("dialling", "tried"):
        await centre.answer(ANN)
    if state == "tried":
        await fails(centre)
    [before] = callbacks(centre)
    await centre.kill()
    await centre.restart()
    [after] = callbacks(centre)
    assert (after.id, after.state, after.attempts) == (before.id, before.state, before.attempts)
    if state in ("told", "waiting"):
        await centre.available(ANN)
    await centre.run(10 if state != "tried" else RETRY_S + 1)
    if state != "dialling":
        await centre.answer(ANN)
    customer = centre.network.ringing_outside(GRACE)
    assert customer is not None
    centre.network.answer(customer)
    await settle()
    assert len(centre.network.talking(customer)) == 1
    await centre.hang_up(customer)
    assert outcomes(centre) == [Outcome.ANSWERED]


async def test_after_a_kill_it_still_expires(centre: Centre) -> None:
    await promised(centre)
    await centre.available(ANN)
    assert centre.ringing(ANN) == [ANN]
    await centre.kill()
    await centre.restart()
    await centre.request(ANN, s.DeclineRequested)
    await paused(centre, ANN)
    await centre.run(EXPIRES_S)
    assert callbacks(centre) == [] and outcomes(centre) == [Outcome.EXPIRED]


async def test_a_kill_right_after_the_key_does_not_lose_the_promise(centre: Centre) -> None:
    """The caller's own line says that it was promised; the call-back's is written a moment later."""
    leg = await centre.dial(caller=GRACE)
    kept = centre.journal.append

    async def last_line(tenant_id, fresh):  # type: ignore[no-untyped-def]
        await kept(tenant_id, fresh)
        if any(type(line.event).__name__ == "CallbackAccepted" for line in fresh):
            centre.freeze()

    centre.journal.append = last_line  # type: ignore[method-assign]
    centre.network.press(leg, "1")
    await settle()
    centre.journal.append = kept  # type: ignore[method-assign]
    await centre.kill()
    await centre.restart()
    assert len(callbacks(centre)) == 1
    await centre.run(20)
    assert len(callbacks(centre)) == 1
