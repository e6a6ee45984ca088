"""The engine calls an agent's mobile number: toll-fraud limits count it, and a restarted server finds it again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.support.calls.contact_centre import NUMBER, Centre, open_centre, phone
from tests.support.clock import settle

from call24.agents.model import AgentState
from call24.calls import commands as c
from call24.calls.model import MOBILE, CallState
from call24.engine.quota import cost
from call24.kit.ids import LegId, TrunkId, UserId

ANN = UserId("usr_ann")
HERS = "+447911123456"
CALLER = "+447700900123"


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    """Ann's phone sleeps; her mobile number is proven."""
    async with open_centre("ann") as centre:
        centre.directory.mobiles[ANN] = HERS
        centre.plan.ways_out = (TrunkId("trk_1"),)
        centre.network.unregistered.add(phone(ANN))
        await centre.available(ANN)
        yield centre


def rings(centre: Centre) -> LegId:
    leg = centre.network.ringing_outside(HERS)
    assert leg is not None, "the mobile number does not ring"
    return leg


def dialled(centre: Centre) -> list[c.DialOutside]:
    return [command for command in centre.network.done if isinstance(command, c.DialOutside)]


async def answered(centre: Centre) -> tuple[LegId, LegId]:
    caller = await centre.dial()
    await centre.run(6)
    leg = rings(centre)
    centre.network.answer(leg)
    await settle()
    return caller, leg


async def press(centre: Centre, leg: LegId, digit: str = "1") -> None:
    centre.network.press(leg, digit)
    await settle()


def written(centre: Centre, kind: str) -> list[dict[str, object]]:
    return [dict(line.body) for line in centre.journal.lines if line.type == kind]


async def test_a_locked_phone_is_called_with_the_organisations_number_and_takes_the_call(centre: Centre) -> None:
    caller, leg = await answered(centre)
    [dial] = dialled(centre)
    assert (dial.number, dial.shown, dial.user_id) == (HERS, centre.directory.number, ANN)
    assert dial.shown != CALLER and leg in centre.fence.out
    assert leg in centre.fence.forwarded, "a caller's call, not the agent's"
    digits = [f"digit-{digit}" for digit in CALLER[1:]]
    assert centre.network.lines[leg].heard == ["mobile-call-from", *digits, "mobile-press-1"]
    assert centre.network.talking(caller) == set()
    await press(centre, leg)
    assert centre.network.talking(caller) == {leg}
    assert centre.session(ANN).state is AgentState.ON_CALL
    assert cost(centre.call(caller)) == 2, "the caller's line, and the mobile number's"
    await centre.hang_up(leg)
    assert (centre.call(caller).state, centre.session(ANN).state) == (CallState.ENDED, AgentState.WRAP_UP)
    assert centre.fence.out == set()


async def test_nothing_that_is_written_down_names_the_mobile_number(centre: Centre) -> None:
    _, leg = await answered(centre)
    await press(centre, leg)
    assert not [line for line in centre.journal.lines if HERS.strip("+") in str(line.body)]


async def test_a_caller_who_withholds_the_number_is_announced_so(centre: Centre) -> None:
    await centre.dial(NUMBER, "")
    await centre.run(6)
    leg = rings(centre)
    centre.network.answer(leg)
    await settle()
    assert centre.network.lines[leg].heard == ["mobile-call-withheld", "mobile-press-1"]


async def test_a_mailbox_never_has_the_call_and_the_caller_waits_on(centre: Centre) -> None:
    caller, leg = await answered(centre)
    await centre.run(60)
    assert leg not in centre.network.lines and centre.call(caller).state is CallState.WAITING
    assert [body["reason"] for body in written(centre, "OfferMobileDeclined")] == ["no_key"]


async def test_a_limit_that_refuses_is_written_down_and_nothing_is_dialled(centre: Centre) -> None:
    centre.fence.denied.add(HERS)
    await centre.dial()
    await centre.run(7)
    assert dialled(centre) == []
    assert [body["reason"] for body in written(centre, "OfferMobileDeclined")] == ["destination_denied"]


async def test_the_organisations_own_number_is_not_dialled(centre: Centre) -> None:
    centre.directory.numbers.add(HERS)
    await centre.dial()
    await centre.run(7)
    assert dialled(centre) == []
    assert [body["reason"] for body in written(centre, "OfferMobileDeclined")] == ["not_allowed"]


async def test_no_line_is_free_for_it(centre: Centre) -> None:
    centre.engine.quota._limit = lambda tenant_id: 1
    await centre.dial()
    await centre.run(7)
    assert [body["reason"] for body in written(centre, "OfferMobileDeclined")] == ["no_line_free"]


async def test_a_caller_who_hangs_up_ends_the_mobile_call_at_once(centre: Centre) -> None:
    caller, leg = await answered(centre)
    await centre.hang_up(caller)
    assert leg not in centre.network.lines and centre.fence.out == set()
    assert centre.session(ANN).state is AgentState.AVAILABLE


async def test_an_agent_without_a_number_is_waited_for_as_before(centre: Centre) -> None:
    centre.directory.mobiles.clear()
    await centre.dial()
    await centre.run(7)
    assert dialled(centre) == [] and centre.session(ANN).phone_awaited_until is not None


async def test_a_phone_that_registers_while_the_mobile_number_rings_is_rung(centre: Centre) -> None:
    caller = await centre.dial()
    await centre.run(7)
    session = centre.session(ANN)
    assert centre.engine.lacks_phone(session)
    centre.network.unregistered.clear()
    centre.engine.phone_registered(session)
    await settle()
    mobile = rings(centre)
    leg = await centre.answer(ANN)
    assert centre.network.talking(caller) == {leg} and mobile not in centre.network.lines
    assert not centre.engine.lacks_phone(centre.session(ANN))


# --- kill -9 ---


async def test_a_server_killed_while_it_rings_finds_it_and_the_key_takes_the_call(centre: Centre) -> None:
    caller = await centre.dial()
    await centre.run(6)
    leg = rings(centre)
    await centre.kill()
    centre.fence.out.clear()
    await centre.restart()
    assert leg in centre.network.lines and leg in centre.fence.out, "it counts again"
    centre.network.answer(leg)
    await settle()
    await press(centre, leg)
    assert centre.network.talking(caller) == {leg}


async def test_a_mobile_phone_that_answers_while_the_server_is_down_is_asked_afterwards(centre: Centre) -> None:
    caller = await centre.dial()
    await centre.run(6)
    leg = rings(centre)
    await centre.kill()
    centre.network.answer(leg)
    await centre.restart()
    assert centre.network.lines[leg].heard[-1] == "mobile-press-1"
    await press(centre, leg)
    assert centre.network.talking(caller) == {leg}


async def test_a_key_pressed_while_the_server_is_down_is_asked_for_again(centre: Centre) -> None:
    caller, leg = await answered(centre)
    await centre.kill()
    await press(centre, leg)
    await centre.restart()
    assert centre.network.talking(caller) == set()
    await press(centre, leg)
    assert centre.network.talking(caller) == {leg}


async def test_a_mobile_phone_that_hangs_up_while_the_server_is_down_is_not_dialled_again(centre: Centre) -> None:
    caller, leg = await answered(centre)
    await centre.kill()
    centre.network.hang_up(leg)
    await centre.restart()
    assert [body["reason"] for body in written(centre, "OfferMobileDeclined")] == ["hung_up"], "found missing at once"
    await centre.run(20)
    assert len(dialled(centre)) == 1 and centre.call(caller).state is CallState.WAITING


async def test_a_conversation_on_the_mobile_phone_goes_on_after_a_kill(centre: Centre) -> None:
    caller, leg = await answered(centre)
    await press(centre, leg)
    await centre.kill()
    centre.fence.out.clear()
    centre.fence.forwarded.clear()
    await centre.restart()
    await centre.run(30)
    assert leg in centre.fence.forwarded
    assert centre.network.talking(caller) == {leg} and leg in centre.fence.out
    call = centre.call(caller)
    assert (call.device_id, call.state) == (MOBILE, CallState.CONNECTED)
    await centre.hang_up(leg)
    assert centre.call(caller).state is CallState.ENDED and centre.fence.out == set()
