"""Conferences: all three hear each other; whoever goes leaves the other two together."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ, Agent
from tests.support.product.system import Organisation, System, Talk
from tests.support.telephony.hearing import hear

from call24.testphones.offered_call import OfferedCall


async def three(org: Organisation) -> tuple[Agent, Agent, Talk, OfferedCall]:
    """Anna, Bert and a customer in one conversation."""
    [anna] = await org.crew("Anna")
    talk = await org.talk(anna)
    bert = await org.agent("Bert")
    await bert.be("available")
    await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
    offer = await bert.rings()
    await offer.answer(COLLEAGUE_HZ)
    await hear({talk.offer: COLLEAGUE_HZ, offer: AGENT_HZ})
    await anna.does(talk.call_id, "conference")
    await hear(
        {
            talk.call: (AGENT_HZ, COLLEAGUE_HZ),
            talk.offer: (CALLER_HZ, COLLEAGUE_HZ),
            offer: (CALLER_HZ, AGENT_HZ),
        }
    )
    return anna, bert, talk, offer


async def test_all_three_hear_each_other_and_the_agent_can_leave(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk, offer = await three(acme)
        assert await anna.refused(talk.call_id, "hold") == "in_conference"
        assert await bert.refused(talk.call_id, "drop") == "not_yours"
        await anna.does(talk.call_id, "hangup")
        await talk.offer.ended(2)
        await anna.becomes("available")
        await hear({talk.call: COLLEAGUE_HZ, offer: CALLER_HZ}, {talk.call: AGENT_HZ, offer: AGENT_HZ})
        assert (await bert.call_is("connected"))["id"] == talk.call_id
        talk.call.hang_up()
        await offer.ended(2)
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_requests.py::test_the_third_leaves_a_conference_and_the_other_two_talk_on")
async def test_the_third_is_dropped(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk, offer = await three(acme)
        await anna.does(talk.call_id, "drop")
        await offer.ended(2)
        await bert.becomes("available")
        await hear({talk.call: AGENT_HZ, talk.offer: CALLER_HZ}, {talk.call: COLLEAGUE_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_requests.py::test_the_third_leaves_a_conference_and_the_other_two_talk_on")
async def test_the_third_leaves_by_itself(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, bert, talk, _ = await three(acme)
        await bert.does(talk.call_id, "hangup")
        await bert.becomes("available")
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("test_all_three_hear_each_other_and_the_agent_can_leave")
async def test_the_customer_leaves_and_it_is_over_for_both(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, _, talk, offer = await three(acme)
        talk.call.hang_up()
        await talk.offer.ended(2)
        await offer.ended(2)
        await acme.nothing_left()


@pytest.mark.long("test_all_three_hear_each_other_and_the_agent_can_leave")
async def test_with_somebody_outside(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        line = await acme.line("answer", LINE_HZ)
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "consult", to={"number": line.number})
        outside = await line.rings()
        await hear({talk.offer: LINE_HZ})
        await anna.does(talk.call_id, "conference")
        await hear({talk.call: (AGENT_HZ, LINE_HZ), talk.offer: (CALLER_HZ, LINE_HZ), outside: (CALLER_HZ, AGENT_HZ)})
        outside.hang_up()
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()
