"""Transfers: blind to an agent, a queue, a flow, a number; back to the agent in vain; attended and semi-attended."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ, Agent
from tests.support.product.system import Organisation, System, Talk
from tests.support.telephony.hearing import hear, music

from call24.testphones.offered_call import OfferedCall

PROMPT_HZ = 2100


async def two(org: Organisation) -> tuple[Agent, Agent, Talk]:
    """Anna talks to a customer; Bert is free."""
    [anna] = await org.crew("Anna")
    talk = await org.talk(anna)
    bert = await org.agent("Bert")
    await bert.be("available")
    return anna, bert, talk


async def answered(agent: Agent, hz: int, call_id: str) -> OfferedCall:
    offer = await agent.rings()
    assert offer.call_id == call_id
    await offer.answer(hz)
    return offer


async def test_blind_to_an_agent(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "transfer", to={"agent_id": bert.user_id})
        await talk.offer.ended(2)
        await anna.becomes("available")
        offer = await answered(bert, COLLEAGUE_HZ, talk.call_id)
        await hear({talk.call: COLLEAGUE_HZ, offer: CALLER_HZ})
        assert (await bert.call_is("connected"))["id"] == talk.call_id
        assert await anna.act(talk.call_id, "hold") == 404
        talk.call.hang_up()
        await offer.ended(2)
        await acme.nothing_left()
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["answered", "answered"]


@pytest.mark.long("unit/engine/test_requests.py::test_a_caller_who_is_transferred_to_a_queue_is_taken_there")
async def test_blind_to_a_queue(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        bert = await acme.agent("Bert", member=False)
        await bert.be("available")
        billing = await acme.queue("Billing", [bert])
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "transfer", to={"queue_id": billing})
        offer = await answered(bert, COLLEAGUE_HZ, talk.call_id)
        await hear({talk.call: COLLEAGUE_HZ, offer: CALLER_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_a_transfer_out_of_hold_ends_the_music_before_the_flow_speaks"
)
async def test_blind_to_a_flow(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        prompt = await acme.prompt("Goodbye", PROMPT_HZ)
        flow = await acme.flow("bye", {"bye": {"type": "hang_up", "prompt": prompt}})
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "transfer", to={"flow_id": flow})
        await hear({talk.call: PROMPT_HZ})
        assert (await talk.call.ended(6)).by == "them"
        await acme.nothing_left()


@pytest.mark.long("unit/calls/test_consult_parties.py::test_an_outside_party_that_hangs_up_ends_the_call")
async def test_blind_to_a_number(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        line = await acme.line("answer", LINE_HZ)
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "transfer", to={"number": line.number})
        outside = await line.rings()
        assert outside.caller[0] == acme.number
        await talk.offer.ended(2)
        await hear({talk.call: LINE_HZ, outside: CALLER_HZ})
        outside.hang_up()
        assert (await talk.call.ended(3)).by == "them"
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_nobody_takes_a_transferred_caller_and_it_comes_back_then_to_the_queue"
)
async def test_a_caller_whom_nobody_takes_comes_back_to_the_agent(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "transfer", to={"agent_id": bert.user_id})
        (await bert.rings()).decline()
        again = await answered(anna, AGENT_HZ, talk.call_id)
        await hear({talk.call: AGENT_HZ, again: CALLER_HZ})
        busy = await acme.line("busy")
        await anna.does(talk.call_id, "transfer", to={"number": busy.number})
        again = await answered(anna, AGENT_HZ, talk.call_id)
        await hear({talk.call: AGENT_HZ, again: CALLER_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


async def test_attended_consult_swap_and_complete(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        assert (offer.purpose, offer.call_id) == ("consult", talk.call_id)
        assert await anna.refused(talk.call_id, "swap") == "third_not_answered"
        assert await anna.refused(talk.call_id, "hold") == "consulting"
        await offer.answer(COLLEAGUE_HZ)
        await hear({talk.offer: COLLEAGUE_HZ, offer: AGENT_HZ}, {talk.offer: CALLER_HZ, offer: CALLER_HZ})
        await music(talk.call, AGENT_HZ, COLLEAGUE_HZ)
        await anna.does(talk.call_id, "swap")
        await hear({talk.offer: CALLER_HZ, talk.call: AGENT_HZ}, {talk.offer: COLLEAGUE_HZ, talk.call: COLLEAGUE_HZ})
        await music(offer, AGENT_HZ, CALLER_HZ)
        await anna.does(talk.call_id, "swap")
        await hear({talk.offer: COLLEAGUE_HZ, offer: AGENT_HZ})
        await anna.does(talk.call_id, "complete")
        await talk.offer.ended(2)
        await hear({talk.call: COLLEAGUE_HZ, offer: CALLER_HZ})
        await anna.becomes("available")
        assert (await bert.call_is("connected"))["id"] == talk.call_id
        talk.call.hang_up()
        await offer.ended(2)
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_cancel_frees_the_colleague_and_brings_the_customer_back_at_once"
)
async def test_attended_cancelled_the_customer_is_back_at_once(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await answered(bert, COLLEAGUE_HZ, talk.call_id)
        await hear({talk.offer: COLLEAGUE_HZ})
        await anna.does(talk.call_id, "cancel")
        await offer.ended(2)
        await talk.heard()
        await bert.becomes("available")
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_a_colleague_who_declines_leaves_the_customer_on_hold_with_its_agent"
)
async def test_a_consulted_colleague_who_declines_leaves_the_customer_on_hold(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        await bert.does(talk.call_id, "decline")
        await offer.ended(2)
        await anna.call_is("held")
        await anna.does(talk.call_id, "resume")
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()


async def test_a_colleague_on_a_break_is_rung_by_who_consults_it_and_the_break_goes_on_afterwards(
    system: System,
) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await bert.be("paused", "lunch")
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await answered(bert, COLLEAGUE_HZ, talk.call_id)
        await hear({talk.offer: COLLEAGUE_HZ, offer: AGENT_HZ})
        await anna.does(talk.call_id, "cancel")
        await offer.ended(2)
        assert (await bert.becomes("paused"))["reason"] == "lunch"
        await bert.be("offline")
        await anna.does(talk.call_id, "hold")
        assert await anna.refused(talk.call_id, "consult", to={"agent_id": bert.user_id}) == "colleague_offline"
        await bert.be("paused", "lunch")
        assert bert.phone is not None
        await bert.phone.close()
        assert await anna.refused(talk.call_id, "consult", to={"agent_id": bert.user_id}) == "colleague_no_phone"
        await anna.call_is("held")
        talk.call.hang_up()
        await acme.nothing_left()


async def test_the_customer_of_a_call_is_no_target_in_it(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, _, talk = await two(acme)
        await acme.carrier()
        number = acme.customers[-1].number
        for what in ("consult", "transfer"):
            assert await anna.refused(talk.call_id, what, to={"number": number}) == "customer_in_call"
        assert (await acme.carrier()).asked == []
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()


async def test_an_outside_number_is_consulted_and_given_the_customer(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        line = await acme.line()
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "consult", to={"number": line.number})
        outside = await line.rings()
        outside.answer(LINE_HZ)
        await hear({talk.offer: LINE_HZ, outside: AGENT_HZ}, {outside: CALLER_HZ})
        await anna.does(talk.call_id, "complete")
        await hear({talk.call: LINE_HZ, outside: CALLER_HZ})
        await anna.becomes("available")
        talk.call.hang_up()
        await outside.ended(2)
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_semi_attended_the_customer_goes_to_the_colleague_who_still_rings"
)
async def test_semi_attended_the_customer_waits_for_the_colleague_who_rings(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        await anna.does(talk.call_id, "complete")
        await talk.offer.ended(2)
        await anna.becomes("available")
        await music(talk.call, AGENT_HZ)
        await offer.answer(COLLEAGUE_HZ)
        await hear({talk.call: COLLEAGUE_HZ, offer: CALLER_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_semi_attended_and_declined_the_customer_comes_back_to_the_agent"
)
async def test_semi_attended_in_vain_the_customer_comes_back(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        await anna.does(talk.call_id, "complete")
        await anna.becomes("available")
        offer.decline()
        again = await answered(anna, AGENT_HZ, talk.call_id)
        await hear({talk.call: AGENT_HZ, again: CALLER_HZ})
        talk.call.hang_up()
        await acme.nothing_left()
