"""Two things happen at the same moment. Whoever wins, nobody is lost, no call stays as a ghost, no agent stuck."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ, Agent
from tests.support.product.system import Organisation, System, Talk
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

from call24.testphones.offered_call import OfferedCall
from call24.testphones.sip_call import CallFailed
from call24.testphones.webrtc_audio import AudioFailed

TIMES = int(os.environ.get("CALL24_TEST_ROUNDS", "2"))


async def tried(answering: Any) -> bool:
    """Whether it was answered: who is cancelled under way is not."""
    try:
        await answering
    except (CallFailed, AudioFailed, TimeoutError):
        return False
    return True


async def consulting(org: Organisation) -> tuple[Agent, Agent, Talk, OfferedCall]:
    """Anna consults Bert about her customer."""
    [anna] = await org.crew("Anna")
    talk = await org.talk(anna)
    bert = await org.agent("Bert")
    await bert.be("available")
    await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
    offer = await bert.rings()
    await offer.answer(COLLEAGUE_HZ)
    await hear({talk.offer: COLLEAGUE_HZ, offer: AGENT_HZ})
    return anna, bert, talk, offer


async def test_an_agent_answers_as_the_caller_hangs_up(system: System) -> None:
    """By turns: the 200 is under way to Asterisk when the caller hangs up, and it is sent after that."""
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        for turn in range(TIMES):
            call = await acme.dial()
            offer = await anna.rings()
            if turn % 2 == 0:
                answering = asyncio.create_task(tried(offer.answer(AGENT_HZ)))
                await wait_until(lambda: offer.answered_at is not None)  # noqa: B023
                call.hang_up()
                await answering
            else:
                call.hang_up()
                await tried(offer.answer(AGENT_HZ))
            await offer.ended(3)
            await anna.becomes("available")
        await acme.nothing_left()
        assert len(await acme.ended(TIMES)) == TIMES


async def test_two_devices_answer_at_once_and_one_has_the_caller(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        elsewhere = await anna.on_another_device()
        call = await acme.dial()
        offers = [await anna.rings(), await elsewhere.rings()]
        tones = (AGENT_HZ, COLLEAGUE_HZ)
        await asyncio.gather(*(tried(offer.answer(hz)) for offer, hz in zip(offers, tones, strict=True)))
        await wait_until(lambda: any(offer.end is not None for offer in offers))
        [winner] = [offer for offer in offers if offer.end is None]
        await hear({winner: CALLER_HZ, call: tones[offers.index(winner)]})
        call.hang_up()
        await winner.ended(3)
        await acme.nothing_left()
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["answered"]


@pytest.mark.long("unit/engine/test_queues.py::test_all_ring_and_the_first_to_answer_silences_the_others")
async def test_two_agents_who_ring_together_answer_at_once_and_one_has_the_caller(system: System) -> None:
    async with system.organisation("Acme", strategy="ring_all") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        call = await acme.dial()
        offers = [await anna.rings(), await bert.rings()]
        tones = (AGENT_HZ, COLLEAGUE_HZ)
        await asyncio.gather(*(tried(offer.answer(hz)) for offer, hz in zip(offers, tones, strict=True)))
        await wait_until(lambda: any(offer.end is not None for offer in offers))
        [winner] = [offer for offer in offers if offer.end is None]
        await hear({winner: CALLER_HZ, call: tones[offers.index(winner)]})
        loser = (anna, bert)[1 - offers.index(winner)]
        await loser.becomes("available")
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_engine.py::test_the_answer_arrives_before_the_request_to_ring_returns")
async def test_a_phone_that_answers_before_the_order_to_ring_it_has_returned(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ, all_calls=True)
        for _ in range(TIMES):
            call = await acme.dial()
            offer = await anna.rings()
            await hear({call: AGENT_HZ, offer: CALLER_HZ})
            call.hang_up()
            await offer.ended(3)
        await acme.nothing_left()


async def test_a_transfer_is_completed_as_its_target_hangs_up(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk, offer = await consulting(acme)

        async def target() -> None:
            offer.hang_up()

        await asyncio.gather(anna.act(talk.call_id, "complete"), target())
        await bert.becomes("available")
        if talk.offer.end is None:  # the target was gone first: the customer is still Anna's
            await anna.call_is("held")
            await anna.does(talk.call_id, "resume")
            await talk.heard()
            talk.call.hang_up()
        await talk.call.ended(3)
        await anna.becomes("available")
        await acme.nothing_left()


@pytest.mark.long("test_the_caller_leaves_as_the_consulted_colleague_answers")
async def test_the_caller_leaves_while_its_agent_consults(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, _, talk, offer = await consulting(acme)
        talk.call.hang_up()
        await talk.offer.ended(3)
        await offer.ended(3)
        await acme.nothing_left()
        [record] = await acme.ended()
        assert record["ended_by"] == "caller"


async def test_the_caller_leaves_as_the_consulted_colleague_answers(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        bert = await acme.agent("Bert")
        await bert.be("available")
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        talk.call.hang_up()
        await tried(offer.answer(COLLEAGUE_HZ))
        await offer.ended(3)
        await talk.offer.ended(3)
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_consult_parties.py::test_an_agent_who_is_gone_leaves_its_customer_with_the_consult_party_who_waits"
)
async def test_the_agent_hangs_up_while_it_consults_and_the_customer_is_not_lost(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, talk, offer = await consulting(acme)
        talk.offer.hang_up()
        await hear({talk.call: COLLEAGUE_HZ, offer: CALLER_HZ})
        await anna.becomes("available")
        assert (await bert.call_is("connected"))["id"] == talk.call_id
        talk.call.hang_up()
        await acme.nothing_left()


async def test_a_call_is_taken_over_as_its_agent_hangs_up(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        sofia = await acme.supervisor()
        talk = await acme.talk(anna)
        await sofia.does(talk.call_id, "monitor", mode="listen", reason="complaint")
        ear = await sofia.rings()
        await hear({ear: (CALLER_HZ, AGENT_HZ)})
        took, _ = await asyncio.gather(
            sofia.act(talk.call_id, "take-over", reason="complaint"), anna.act(talk.call_id, "hangup")
        )
        await talk.offer.ended(3)
        await anna.becomes("available")
        if took == 202 and await still_there(talk):
            await hear({ear: CALLER_HZ, talk.call: SUPERVISOR_HZ})
            talk.call.hang_up()
        await talk.call.ended(3)
        await ear.ended(3)
        await acme.nothing_left()


async def still_there(talk: Talk) -> bool:
    """Whether the customer talks to somebody, after the agent has gone: its end, if it comes, comes at once."""
    try:
        await talk.call.ended(1)
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize(
    "way",
    [
        "both",
        pytest.param("phone", marks=pytest.mark.long("test_whoever_rejects_a_call_never_drops_its_caller")),
        pytest.param("app", marks=pytest.mark.long("test_whoever_rejects_a_call_never_drops_its_caller")),
    ],
)
async def test_whoever_rejects_a_call_never_drops_its_caller(system: System, way: str) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        call = await acme.dial()
        for agent in (anna, bert):
            offer = await agent.rings()
            await agent.be("paused")
            if way != "app":
                offer.decline()
            if way != "phone":
                await agent.act(offer.call_id, "decline")
            await agent.becomes("paused")
        assert call.end is None
        await wait_until(lambda: acme.waiting())
        await anna.be("available")
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({call: AGENT_HZ, offer: CALLER_HZ})
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/calls/test_machine.py::test_the_callers_hang_up_crosses_with_the_agents")
async def test_both_sides_hang_up_at_once(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        for _ in range(TIMES):
            talk = await acme.talk(anna)
            talk.call.hang_up()
            talk.offer.hang_up()
            await anna.act(talk.call_id, "hangup")
            await anna.becomes("available")
        await acme.nothing_left()
        assert len(await acme.ended(TIMES)) == TIMES
