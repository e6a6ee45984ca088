"""What people ask of the engine: who is refused and with which code; own calls, supervision, call-backs end to end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from tests.support.calls.contact_centre import NUMBER, OTHER, OTHER_NUMBER, TENANT, Centre, open_centre, phone
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.call_records.call_record import Outcome
from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.model import Call, CallState, Direction, QueueRules
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, Refused, Unavailable
from call24.kit.ids import CallId, DeviceId, LegId, QueueId, TrunkId, UserId, new_id

ANN, BOB, CY, SUE = (UserId(f"usr_{name}") for name in ("ann", "bob", "cy", "sue"))
CUSTOMER = "+441632960001"


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    """Three agents and a supervisor with a phone each; there is a trunk."""
    async with open_centre("ann", "bob", "cy") as centre:
        centre.plan.ways_out = (TrunkId("trk_1"),)
        centre.directory.owned[SUE] = (phone(SUE),)
        yield centre


async def talking(centre: Centre, agent_id: UserId = ANN, caller: str = "+447700900123") -> Call:
    await centre.available(agent_id)
    leg = await centre.dial(caller=caller)
    await centre.answer(agent_id)
    return centre.call(leg)


async def refused(kind: type[Call24Error], ask: Awaitable[object]) -> str:
    with pytest.raises(kind) as caught:
        await ask
    return caught.value.code


async def now(ask: Callable[[], object]) -> None:
    ask()


async def listening(centre: Centre, call: Call, mode: str = "listen") -> None:
    centre.requests.monitor(TENANT, SUE, call.id, mode, "coaching")
    await settle()


# --- placing calls ---


@pytest.mark.parametrize(
    ("to", "kind", "code"),
    [
        ({}, Invalid, "invalid"),
        ({"number": CUSTOMER, "colleague_id": BOB}, Invalid, "invalid"),
        ({"number": "12"}, Invalid, "invalid"),
        ({"colleague_id": ANN}, Invalid, "invalid"),
        ({"colleague_id": UserId("usr_nobody")}, NotFound, "not_found"),
        ({"number": CUSTOMER, "device_id": DeviceId("dev_of_another")}, Conflict, "no_phone"),
        ({"number": "+99900000000"}, Refused, "destination_denied"),
    ],
)
async def test_a_call_that_cannot_be_placed_is_refused_before_anything_rings(
    centre: Centre, to: dict[str, Any], kind: type[Call24Error], code: str
) -> None:
    centre.fence.denied.add("+99900000000")
    assert await refused(kind, centre.requests.place(TENANT, ANN, **to)) == code
    assert centre.network.lines == {}
    assert centre.journal.lines == []


async def test_without_a_number_to_show_nobody_is_called(centre: Centre) -> None:
    centre.directory.number = None
    assert await refused(Conflict, centre.requests.place(TENANT, ANN, number=CUSTOMER)) == "no_number_to_show"


async def test_without_a_phone_nobody_can_call(centre: Centre) -> None:
    centre.directory.owned[ANN] = ()
    assert await refused(Conflict, centre.requests.place(TENANT, ANN, number=CUSTOMER)) == "no_phone"


async def test_with_a_phone_that_is_not_registered_nobody_can_call_and_nothing_is_begun(centre: Centre) -> None:
    centre.network.unregistered.add(phone(ANN))
    assert await refused(Conflict, centre.requests.place(TENANT, ANN, number=CUSTOMER)) == "phone_not_registered"
    assert centre.journal.lines == []


async def test_a_colleague_who_is_offline_busy_or_without_a_phone_is_not_called(centre: Centre) -> None:
    ask = partial(centre.requests.place, TENANT, BOB, colleague_id=ANN)
    assert await refused(Conflict, ask()) == "colleague_offline"
    await centre.available(ANN)
    centre.network.unregistered.add(phone(ANN))
    assert await refused(Conflict, ask()) == "colleague_no_phone"
    centre.network.unregistered.clear()
    await talking(centre)
    assert await refused(Conflict, ask()) == "colleague_busy"


async def test_who_has_a_call_in_hand_or_is_rung_cannot_place_another(centre: Centre) -> None:
    await talking(centre)
    assert await refused(Conflict, centre.requests.place(TENANT, ANN, number=CUSTOMER)) == "agent_busy"
    await centre.available(BOB)
    waiting = await centre.dial(caller="+447700900124")
    assert centre.ringing(BOB) == [BOB]
    assert await refused(Conflict, centre.requests.place(TENANT, BOB, number=CUSTOMER)) == "agent_busy"
    await centre.hang_up(waiting)


async def test_who_owes_a_disposition_says_it_before_the_next_call() -> None:
    async with open_centre("ann", disposition="required") as centre:
        await centre.available(ANN)
        caller = await centre.dial()
        await centre.answer(ANN)
        await centre.hang_up(caller)
        code = await refused(Conflict, centre.requests.place(TENANT, ANN, number=CUSTOMER))
        assert code == "disposition_required"


async def test_a_placed_call_rings_the_chosen_phone_then_the_customer_who_sees_our_number(centre: Centre) -> None:
    laptop = DeviceId("dev_laptop")
    centre.directory.owned[ANN] = (phone(ANN), laptop)
    call_id = await centre.requests.place(TENANT, ANN, number=CUSTOMER, device_id=laptop)
    await settle()
    assert centre.network.ringing(phone(ANN)) is None
    leg = centre.network.ringing_outside(CUSTOMER)
    assert leg is not None
    dialled = centre.network.lines[leg].dialled
    assert dialled is not None and dialled.shown == centre.directory.number
    centre.network.answer(leg)
    await settle()
    call = centre.engine.call(call_id)
    assert call is not None and call.state is CallState.CONNECTED
    assert centre.states(ANN) == ["on_call"]
    await centre.run(30)
    await centre.hang_up(leg)
    [record] = centre.records()
    assert (record.outcome, record.talk_s, centre.states(ANN)) == (Outcome.ANSWERED, 30, ["wrap_up"])


async def test_what_the_fence_denies_at_the_last_moment_ends_the_call_and_says_so(centre: Centre) -> None:
    await centre.available(ANN)
    placed = centre.requests.place(TENANT, ANN, number=CUSTOMER)
    await placed  # the phone is still to answer
    centre.fence.denied.add(CUSTOMER)
    await settle()
    [ended] = [entry for entry in centre.journal.lines if entry.type == "CallEnded"]
    assert ended.body["reason"] == "not_allowed"
    assert centre.states(ANN) == ["available"]


async def test_a_break_from_which_a_call_failed_is_a_break_again(centre: Centre) -> None:
    await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    centre.network.refusals[CUSTOMER] = 17
    await centre.requests.place(TENANT, ANN, number=CUSTOMER)
    await settle()
    session = centre.session(ANN)
    assert (session.state, session.reason) == ("paused", "lunch")
    assert centre.network.lines == {}


async def test_over_the_next_trunk_where_the_first_is_in_trouble(centre: Centre) -> None:
    centre.plan.ways_out = (TrunkId("trk_1"), TrunkId("trk_2"))
    centre.network.refusals["trk_1"] = 38
    await centre.requests.place(TENANT, ANN, number=CUSTOMER)
    await settle()
    leg = centre.network.ringing_outside(CUSTOMER)
    assert leg is not None
    dialled = centre.network.lines[leg].dialled
    assert dialled is not None and dialled.trunk_id == "trk_2"
    assert len(centre.fence.out) == 1, "what did not get out does not count"
    await centre.hang_up(leg, 17)
    assert centre.fence.out == set()


async def test_a_colleague_is_called_and_both_are_what_they_were_afterwards(centre: Centre) -> None:
    await centre.available(BOB)
    await centre.requests.place(TENANT, ANN, colleague_id=BOB)
    await settle()
    leg = await centre.answer(BOB)
    [ann] = centre.network.talking(leg)
    assert centre.states(ANN, BOB) == ["on_call", "on_call"]
    await centre.hang_up(ann)
    assert centre.states(ANN, BOB) == ["offline", "available"]
    assert centre.network.lines == {}


async def test_a_colleague_who_is_offered_a_caller_at_this_moment_keeps_it(centre: Centre) -> None:
    await centre.available(BOB)
    caller = await centre.dial()
    code = await refused(Conflict, centre.requests.place(TENANT, ANN, colleague_id=BOB))
    assert code == "colleague_busy"
    assert centre.states(ANN, BOB) == ["offline", "offered"]
    await centre.answer(BOB)
    assert centre.call(caller).agent_id == BOB
    await centre.hang_up(caller)


# --- about calls in hand ---


async def test_a_call_of_somebody_else_of_another_organisation_or_of_nobody_is_not_found(centre: Centre) -> None:
    call = await talking(centre)
    hold = s.HoldRequested(at=centre.clock.now(), agent_id=BOB)
    requests = centre.requests
    for tenant_id, call_id in ((TENANT, call.id), (OTHER, call.id), (TENANT, CallId("call_none"))):
        code = await refused(NotFound, now(lambda t=tenant_id, x=call_id: requests.request(t, BOB, x, hold)))  # type: ignore[misc]
        assert code == "not_found"


async def test_whom_one_consults_is_asked_for_only_if_free_and_the_customer_stays(centre: Centre) -> None:
    call = await talking(centre)
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    after = centre.engine.call(call.id)
    assert after is not None and (after.state, after.consult_party) == (CallState.HELD, None)
    assert centre.states(BOB) == ["offline"]


async def test_a_colleague_who_is_consulted_and_given_the_call_has_its_own_wrap_up(centre: Centre) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    bob = await centre.answer(BOB)
    await centre.request(ANN, s.CompleteRequested)
    assert centre.states(ANN, BOB) == ["wrap_up", "on_call"]
    assert call.caller_leg is not None
    assert centre.network.talking(call.caller_leg) == {bob}
    await centre.hang_up(call.caller_leg)
    assert centre.states(BOB) == ["wrap_up"]


async def test_the_third_leaves_a_conference_and_the_other_two_talk_on(centre: Centre) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    bob = await centre.answer(BOB)
    await centre.request(ANN, s.ConferenceRequested)
    ann = centre.call_of(ANN).agent_leg  # type: ignore[union-attr]
    assert call.caller_leg is not None and ann is not None
    assert centre.network.talking(call.caller_leg) == {ann, bob}
    await centre.request(BOB, s.HangUpRequested)
    assert bob not in centre.network.lines
    assert centre.states(ANN, BOB) == ["on_call", "available"]
    assert centre.network.talking(call.caller_leg) == {ann}


async def test_a_caller_who_is_transferred_to_a_queue_is_taken_there(centre: Centre) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    billing = QueueId("que_billing")
    centre.plan.queues[billing] = QueueRules(queue_id=billing)
    centre.directory.members[TENANT] |= {billing: (BOB,)}
    await centre.request(ANN, s.TransferRequested, to=s.TransferTarget(queue_id=billing))
    assert centre.states(ANN) == ["wrap_up"] and centre.ringing(ANN, BOB, CY) == [BOB]
    bob = await centre.answer(BOB)
    assert call.caller_leg is not None
    assert centre.network.talking(call.caller_leg) == {bob}
    await centre.hang_up(call.caller_leg)
    assert [visit.queue_id for visit in centre.record(call.caller_leg).queues][-1] == billing


async def test_an_agent_who_leaves_in_the_instant_of_consulting_is_followed_by_the_colleague(centre: Centre) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    at = centre.clock.now()
    consult = s.ConsultRequested(at=at, agent_id=ANN, to=s.TransferTarget(agent_id=BOB))
    centre.requests.request(TENANT, ANN, call.id, consult)
    centre.requests.request(TENANT, ANN, call.id, s.HangUpRequested(at=at, agent_id=ANN))
    await settle()
    assert centre.ringing(BOB) == [BOB]
    bob = await centre.answer(BOB)
    assert call.caller_leg is not None
    assert centre.network.talking(call.caller_leg) == {bob}


async def test_a_caller_who_leaves_in_the_instant_of_consulting_leaves_no_colleague_offered(centre: Centre) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    consult = s.ConsultRequested(at=centre.clock.now(), agent_id=ANN, to=s.TransferTarget(agent_id=BOB))
    centre.requests.request(TENANT, ANN, call.id, consult)
    assert call.caller_leg is not None
    centre.network.hang_up(call.caller_leg)
    await settle()
    assert centre.states(BOB) == ["available"]
    assert centre.network.lines == {}


# --- supervision ---


async def test_only_a_conversation_can_be_heard_and_not_ones_own(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    call, requests = centre.call(caller), centre.requests

    def ask(who: UserId, call_id: CallId, tenant_id: Any = TENANT) -> Awaitable[None]:
        return now(lambda: requests.monitor(tenant_id, who, call_id, "listen", "quality"))

    assert await refused(Conflict, ask(SUE, call.id)) == "not_connected"
    await centre.answer(ANN)
    assert await refused(Conflict, ask(ANN, call.id)) == "own_call"
    assert await refused(NotFound, ask(SUE, CallId("call_none"))) == "not_found"
    assert await refused(NotFound, ask(SUE, call.id, OTHER)) == "not_found"
    centre.directory.owned[SUE] = ()
    assert await refused(Conflict, ask(SUE, call.id)) == "no_phone"


async def test_a_supervisor_hears_one_call_at_a_time_and_none_with_another_in_hand(centre: Centre) -> None:
    first, second = await talking(centre), await talking(centre, BOB, "+447700900124")
    await listening(centre, first)
    ask = centre.requests.monitor
    code = await refused(Conflict, now(lambda: ask(TENANT, SUE, second.id, "listen", "quality")))
    assert code == "agent_busy"
    code = await refused(Conflict, now(lambda: ask(TENANT, ANN, second.id, "listen", "quality")))
    assert code == "agent_busy"
    assert await refused(NotFound, now(lambda: centre.requests.monitor_end(TENANT, SUE, second.id))) == "not_found"


async def test_to_take_a_call_over_one_listens_first_and_its_agent_is_with_the_customer(centre: Centre) -> None:
    call = await talking(centre)
    take_over = centre.requests.take_over
    code = await refused(Conflict, now(lambda: take_over(TENANT, SUE, call.id, "complaint")))
    assert code == "not_listening"
    await listening(centre, call)
    await centre.available(BOB)
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    code = await refused(Conflict, now(lambda: take_over(TENANT, SUE, call.id, "complaint")))
    assert code == "consulting"


async def test_who_took_a_call_over_has_it_in_hand_and_is_afterwards_what_it_was(centre: Centre) -> None:
    call = await talking(centre)
    await listening(centre, call)
    centre.requests.take_over(TENANT, SUE, call.id, "complaint")
    await settle()
    assert centre.states(ANN, SUE) == ["wrap_up", "on_call"]
    assert call.caller_leg is not None
    await centre.hang_up(call.caller_leg)
    await centre.run(10)
    assert centre.states(SUE) == ["offline"]


async def test_a_supervisor_in_wrap_up_who_takes_a_call_over_gets_no_other_when_the_wrap_up_is_over(
    centre: Centre,
) -> None:
    """The wrap-up went on under the call, and ended in being available."""
    (queue,) = centre.directory.members[TENANT]
    centre.directory.members[TENANT] = {queue: (ANN, SUE)}
    own = await talking(centre, SUE)
    call = await talking(centre, ANN, "+447700900124")
    assert own.caller_leg is not None and call.caller_leg is not None
    await centre.hang_up(own.caller_leg)
    assert centre.states(SUE) == ["wrap_up"]
    await listening(centre, call)
    centre.requests.take_over(TENANT, SUE, call.id, "complaint")
    await centre.run(30)
    assert centre.states(SUE) == ["on_call"]
    await centre.hang_up(call.caller_leg)


async def test_who_is_rung_for_another_call_meanwhile_cannot_take_one_over(centre: Centre) -> None:
    """It had two calls."""
    (queue,) = centre.directory.members[TENANT]
    centre.directory.members[TENANT] = {queue: (ANN, SUE)}
    call = await talking(centre)
    await listening(centre, call)
    await centre.available(SUE)
    laptop = DeviceId("dev_laptop")
    centre.directory.owned[SUE] = (laptop,)
    other = await centre.dial(caller="+447700900124")
    assert centre.states(SUE) == ["offered"]
    code = await refused(Conflict, now(lambda: centre.requests.take_over(TENANT, SUE, call.id, "complaint")))
    assert code == "agent_busy"
    await centre.hang_up(other)


async def test_a_supervisor_ends_a_call_and_only_one_of_its_organisation(centre: Centre) -> None:
    call = await talking(centre)
    assert await refused(NotFound, now(lambda: centre.requests.end(OTHER, SUE, call.id, "stuck"))) == "not_found"
    centre.requests.end(TENANT, SUE, call.id, "stuck")
    await settle()
    assert centre.network.lines == {}
    assert await refused(NotFound, now(lambda: centre.requests.end(TENANT, SUE, call.id, "stuck"))) == "not_found"


async def test_a_supervisor_ends_an_offer_and_the_caller_goes_to_the_next(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    caller = await centre.dial()
    code = await refused(Conflict, now(lambda: centre.requests.end_offer(TENANT, SUE, BOB)))
    assert code == "not_offered"
    centre.requests.end_offer(TENANT, SUE, ANN)
    await settle()
    assert centre.states(ANN, BOB) == ["available", "offered"]
    await centre.hang_up(caller)


async def test_a_supervisor_ends_the_ringing_of_a_colleague_who_is_consulted_and_that_is_no_decline(
    centre: Centre,
) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    centre.requests.end_offer(TENANT, SUE, BOB)
    await settle()
    [released] = [x for x in centre.journal.lines if x.type == "ConsultEnded"]
    assert released.body["reason"] == "withdrawn"
    assert centre.states(BOB) == ["available"]
    assert centre.engine.call(call.id).state is CallState.HELD  # type: ignore[union-attr]


# --- call-backs ---


@pytest.fixture
async def calling_back() -> AsyncIterator[Centre]:
    async with open_centre("ann", "bob", callback=True) as centre:
        centre.plan.ways_out = (TrunkId("trk_1"),)
        yield centre


def callbacks(centre: Centre) -> list[Call]:
    return [call for call in centre.engine.live_calls(TENANT) if call.direction is Direction.CALLBACK]


async def asks_for_one(centre: Centre, caller: str = CUSTOMER) -> None:
    leg = await centre.dial(caller=caller)
    centre.network.press(leg, "1")
    await settle()
    await centre.hang_up(leg)


async def paused(centre: Centre, *members: UserId) -> None:
    """Signed in, so that callers wait, but not free."""
    for member in members:
        await centre.engine.wish(TENANT, member, agents.PauseWished(at=centre.clock.now(), reason="lunch"))


async def test_a_number_is_called_back_once_however_often_it_asks(calling_back: Centre) -> None:
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await asks_for_one(calling_back)
    await asks_for_one(calling_back, "+441632960009")
    assert [call.contact_id for call in callbacks(calling_back)] == ["ctc_441632960001", "ctc_441632960009"]


async def test_never_more_call_backs_are_dialled_than_there_are_agents_on_the_line(calling_back: Centre) -> None:
    await paused(calling_back, ANN)
    for number in range(4):
        await asks_for_one(calling_back, f"+44163296001{number}")
    await calling_back.run(20)
    assert calling_back.network.lines == {}
    await calling_back.available(ANN)
    assert [line.device_id for line in calling_back.network.lines.values()] == [phone(ANN)]
    await calling_back.answer(ANN)
    dialled = [line for line in calling_back.network.lines.values() if line.dialled is not None]
    assert len(dialled) == 1
    assert len([call for call in callbacks(calling_back) if call.state is CallState.WAITING]) == 3


async def test_who_rings_again_and_is_answered_is_not_called_back(calling_back: Centre) -> None:
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await calling_back.available(ANN)
    leg = await calling_back.dial(caller=CUSTOMER)
    await calling_back.answer(ANN)
    assert callbacks(calling_back) == []
    await calling_back.hang_up(leg)


async def test_a_call_back_for_which_an_agent_is_rung_already_ends_when_its_customer_is_reached_otherwise(
    calling_back: Centre,
) -> None:
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await calling_back.run(20)
    leg = await calling_back.dial(caller=CUSTOMER)
    await calling_back.available(ANN, BOB)  # one is rung for the call-back, which is older, the other for the caller
    assert calling_back.ringing(ANN, BOB) == [ANN, BOB]
    await calling_back.answer(BOB)
    assert callbacks(calling_back) == []
    assert calling_back.states(ANN, BOB) == ["available", "on_call"]
    await calling_back.hang_up(leg)


async def test_a_call_back_waits_through_a_night_without_agents_and_is_offered_in_the_morning(
    calling_back: Centre,
) -> None:
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await calling_back.engine.wish(TENANT, ANN, agents.OfflineWished(at=calling_back.clock.now()))
    await calling_back.run(3 * 3600)
    await calling_back.available(BOB)
    assert calling_back.ringing(BOB) == [BOB]
    await calling_back.request(BOB, s.DeclineRequested)


async def test_a_called_back_customer_who_waits_again_can_ask_to_be_called_back_again(calling_back: Centre) -> None:
    """It was promised, and nobody ever called."""
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await calling_back.run(20)
    await calling_back.available(ANN)
    await calling_back.answer(ANN)
    leg = calling_back.network.ringing_outside(CUSTOMER)
    assert leg is not None
    calling_back.network.answer(leg)
    await settle()
    (queue,) = calling_back.directory.members[TENANT]
    await paused(calling_back, BOB)
    await calling_back.request(ANN, s.TransferRequested, to=s.TransferTarget(queue_id=queue))
    calling_back.network.press(leg, "1")
    await settle()
    await calling_back.hang_up(leg)
    [again] = callbacks(calling_back)
    assert (again.contact_id, again.state) == ("ctc_441632960001", CallState.WAITING)


async def test_a_call_back_survives_a_restart_in_its_place_and_is_not_doubled(calling_back: Centre) -> None:
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    [before] = callbacks(calling_back)
    await calling_back.kill()
    await calling_back.run(5)
    await calling_back.restart()
    [after] = callbacks(calling_back)
    assert (after.id, after.queued_at) == (before.id, before.queued_at)
    await asks_for_one(calling_back)
    assert len(callbacks(calling_back)) == 1


async def test_a_promise_made_right_before_a_kill_is_kept(calling_back: Centre) -> None:
    await paused(calling_back, ANN)
    leg = await calling_back.dial(caller=CUSTOMER)
    calling_back.journal.subscribe(lambda entry: calling_back.freeze() if entry.type == "CallClosing" else None)
    calling_back.network.press(leg, "1")
    await settle()
    await calling_back.kill()
    await calling_back.restart()
    assert len(callbacks(calling_back)) == 1


# --- muted ---


async def test_who_is_muted_stays_so_when_its_page_is_loaded_anew_and_over_a_restart(centre: Centre) -> None:
    """The customer heard what was said to a colleague in the room."""
    call = await talking(centre)
    await centre.request(ANN, s.MuteRequested, on=True)
    new = LegId(new_id("leg"))
    await centre.request(ANN, s.ReattachRequested, device_id=phone(ANN), leg=new)
    assert centre.network.lines[new].muted
    centre.network.lines[new].muted = False  # as if the command had been lost with us
    await centre.kill()
    await centre.restart()
    assert centre.network.lines[new].muted
    await centre.request(ANN, s.MuteRequested, on=False)
    assert not centre.network.lines[new].muted
    assert [type(x) for x in centre.network.done].count(c.UnmuteLeg) >= 1
    assert call.caller_leg is not None
    await centre.hang_up(call.caller_leg)


async def test_two_organisations_do_not_hear_or_end_each_others_calls(centre: Centre) -> None:
    (bob_b,) = centre.organisation(OTHER, OTHER_NUMBER, "bob_b")
    await centre.available(bob_b, tenant_id=OTHER)
    theirs = centre.call(await centre.dial(OTHER_NUMBER))
    await centre.answer(bob_b)
    ours = centre.call(await centre.dial(NUMBER))
    requests = centre.requests
    for ask in (
        lambda: requests.monitor(TENANT, SUE, theirs.id, "listen", "quality"),
        lambda: requests.take_over(TENANT, SUE, theirs.id, "complaint"),
        lambda: requests.monitor_end(TENANT, SUE, theirs.id),
        lambda: requests.end(TENANT, SUE, theirs.id, "stuck"),
        lambda: requests.end(OTHER, bob_b, ours.id, "stuck"),
    ):
        assert await refused(NotFound, now(ask)) == "not_found"


async def test_with_its_organisation_go_its_call_backs_that_wait(calling_back: Centre) -> None:
    """They had no leg whose end could have ended them, and went on for hours."""
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await calling_back.engine.close_tenant(TENANT)
    assert calling_back.engine.live_calls(TENANT) == []
    [record] = [x for x in calling_back.records() if x.direction == "callback"]
    assert record.ended_at is not None


async def test_a_customer_whom_an_agent_has_called_by_itself_is_not_called_back_too(calling_back: Centre) -> None:
    """Not before it has answered, though: an attempt of an agent is no call-back."""
    await paused(calling_back, ANN)
    await asks_for_one(calling_back)
    await calling_back.requests.place(TENANT, ANN, number=CUSTOMER)
    await settle()
    assert len(callbacks(calling_back)) == 1
    leg = calling_back.network.ringing_outside(CUSTOMER)
    assert leg is not None
    calling_back.network.answer(leg)
    await settle()
    assert callbacks(calling_back) == []
    await calling_back.hang_up(leg)


# --- while Asterisk is out of reach ---


async def test_while_no_phone_can_ring_no_call_is_placed_and_nobody_listens(centre: Centre) -> None:
    """It rang when Asterisk was back, long after anybody wanted it."""
    call = await talking(centre)
    centre.network.go_away()
    assert await refused(Unavailable, centre.requests.place(TENANT, BOB, number=CUSTOMER)) == "network_away"
    monitor = centre.requests.monitor
    code = await refused(Unavailable, now(lambda: monitor(TENANT, SUE, call.id, "listen", "quality")))
    assert code == "network_away"
    assert centre.states(BOB) == ["offline"]
    centre.network.come_back()


async def test_a_colleague_whose_phone_cannot_ring_misses_nothing(centre: Centre) -> None:
    call = await talking(centre)
    await centre.available(BOB)
    centre.network.go_away()
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(agent_id=BOB))
    assert centre.states(BOB) == ["available"]
    centre.network.come_back()
    await settle()
    after = centre.engine.call(call.id)
    assert after is not None and after.state is CallState.HELD
    assert centre.network.lines[call.caller_leg].music  # type: ignore[index]
