"""Calls through the whole system: real SIP and WebRTC at both ends, real Asterisk and MongoDB, the public API."""

from __future__ import annotations

import time

import pytest
from tests.support.product.system import Agent, Organisation, System
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.rtp import Tone

AUDIBLE_DBFS = -45


def hears_something(call: CustomerCall, since: float) -> bool:
    """Half a second of it, and loud enough."""
    return len(call.ear.samples(since)) > 4000 and call.ear.level_dbfs(since) > AUDIBLE_DBFS


async def crew(org: Organisation, *names: str) -> list[Agent]:
    """Agents who are available, the first for the longest."""
    agents = [await org.agent(name) for name in names]
    for agent in agents:
        await agent.be("available")
    return agents


async def test_an_agent_answers_and_both_hear_each_other(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        call = await acme.customer("+442079460123", "Grace").dial(acme.number, Tone(1000))
        offer = await anna.rings()
        await offer.answer(850)
        await wait_until(lambda: call.heard(850) and offer.heard(1000))
        live = await anna.live()
        assert (live["call"]["card"]["number"], live["call"]["card"]["name"]) == ("+442079460123", "Grace")
        assert live["session"]["state"] == "on_call"
        assert offer.caller == ("+442079460123", "Grace")
        call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["agent"]["id"]) == ("answered", anna.user_id)
        assert (record["number"], record["name"]) == ("+442079460123", "Grace")
        await anna.becomes("available")


@pytest.mark.parametrize(
    "way",
    [
        "caller",
        "agent's app",
        pytest.param("agent's phone", marks=pytest.mark.long("test_either_side_can_hang_up_and_the_other_is_told")),
    ],
)
async def test_either_side_can_hang_up_and_the_other_is_told(system: System, way: str) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        talk = await acme.talk(anna)
        before = time.time()
        match way:
            case "agent's phone":
                talk.offer.hang_up()
            case "agent's app":
                assert await anna.act(talk.call_id, "hangup") == 202
            case "caller":
                talk.call.hang_up()
        ends = [await talk.call.ended(2), await talk.offer.ended(2)]
        assert all(end.at - before < 0.5 for end in ends)
        [record] = await acme.ended()
        assert record["ended_by"] == ("caller" if way == "caller" else "agent")
        assert (record["cause"], record["found_missing"]) == (16, False)
        assert talk.offer.answered_at
        assert abs(record["talk_s"] - (talk.call.end.at - talk.offer.answered_at)) < 0.1
        await anna.becomes("available")


async def test_the_caller_is_greeted_and_hears_music_until_somebody_is_free(system: System) -> None:
    async with system.organisation("Acme", greeting="greeting") as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        call = await acme.dial()
        began = await call.answered(3)
        await wait_until(lambda: hears_something(call, began))
        assert await acme.waiting() == 0
        await wait_until(acme.waiting, 15)
        queued = time.time()
        await wait_until(lambda: hears_something(call, queued))
        await anna.be("available")
        offer = await anna.rings()
        ringing = time.time()
        await wait_until(lambda: hears_something(call, ringing))
        await offer.answer(850)
        # The music has tones of its own: it is over when hardly anything else than the agent is heard.
        await wait_until(lambda: call.ear.share(850, time.time() - 0.3) > 0.9)
        offer.hang_up()
        [record] = await acme.ended()
        assert [piece["kind"] for piece in record["line"]] == ["menu", "wait", "ring", "talk"]
        assert record["menu_s"] + record["wait_s"] > queued - began - 0.5


@pytest.mark.long("unit/engine/test_engine.py::test_a_caller_is_answered_by_the_agent_idle_the_longest")
async def test_the_agent_who_is_idle_longest_is_rung(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, cleo = await crew(acme, "Anna", "Bert", "Cleo")
        for agent in (anna, bert, cleo, anna):
            talk = await acme.talk(agent)
            talk.call.hang_up()
            await agent.becomes("available")
        first, *_, last = await acme.ended(4)
        [offer] = first["offers"]
        reasons = {x["agent"]["name"]: x["reason"] for x in offer["candidates"]}
        assert reasons["Anna"] == "idle the longest"
        assert reasons["Bert"] == reasons["Cleo"] == "idle for a shorter time"
        [offer] = last["offers"]
        idle = {x["agent"]["name"]: x["idle_s"] for x in offer["candidates"]}
        assert idle["Anna"] > idle["Bert"] > idle["Cleo"]


@pytest.mark.parametrize(
    "way",
    [
        "api",
        pytest.param(
            "sip", marks=pytest.mark.long("test_a_declined_call_goes_to_the_next_agent_and_its_caller_keeps_the_place")
        ),
    ],
)
async def test_a_declined_call_goes_to_the_next_agent_and_its_caller_keeps_the_place(system: System, way: str) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        bert = await acme.agent("Bert")
        first = await acme.dial()
        refused = await anna.rings()
        second = await acme.dial()
        await wait_until(lambda: second.answered_at)
        # Both callers wait, and the next agent comes only after that: whose turn is it?
        await anna.be("paused")
        if way == "sip":
            refused.decline()
        else:
            assert await anna.act(refused.call_id, "decline") == 202
            assert (await refused.ended(2)).status == 487
        await anna.becomes("paused")
        assert await acme.waiting() == 2
        await bert.be("available")
        offer = await bert.rings()
        assert offer.call_id == refused.call_id
        await offer.answer(850)
        await wait_until(lambda: first.heard(850))
        first.hang_up()
        next_offer = await bert.rings()
        assert next_offer.call_id != refused.call_id
        second.hang_up()
        taken, left = await acme.ended(2)
        assert [x["outcome"] for x in taken["offers"]] == ["declined", "answered"]
        assert [x["agent"]["name"] for x in taken["offers"]] == ["Anna", "Bert"]
        assert (left["outcome"], left["ended_by"]) == ("abandoned", "caller")
        assert [x["outcome"] for x in left["offers"]] == ["withdrawn"]


@pytest.mark.long("unit/engine/test_engine.py::test_ring_no_answer_goes_to_the_next_agent_after_twenty_seconds")
async def test_an_agent_who_does_not_answer_loses_the_call_to_the_next(system: System) -> None:
    async with system.organisation("Acme", offer_s=5) as acme:
        anna, bert = await crew(acme, "Anna", "Bert")
        call = await acme.dial()
        unanswered = await anna.rings()
        offer = await bert.rings(8)
        assert offer.call_id == unanswered.call_id
        assert abs(offer.rang_at - unanswered.rang_at - 5) < 0.5
        assert (await unanswered.ended(1)).status == 487
        await offer.answer(850)
        await wait_until(lambda: call.heard(850))
        assert await anna.state() == "available"
        call.hang_up()
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["ring_no_answer", "answered"]
        assert abs(record["offers"][0]["ring_s"] - 5) < 0.3


@pytest.mark.long(
    "unit/engine/test_engine.py::"
    "test_a_phone_that_is_not_registered_is_skipped_and_its_agent_gets_no_more_calls_before_it_is"
)
async def test_an_agent_whose_phone_is_not_there_is_passed_over_until_it_is(system: System) -> None:
    async with system.organisation("Acme") as acme:
        ghost = await acme.agent("Anna", phone=False)
        await ghost.be("available")
        bert = await acme.agent("Bert")
        await bert.be("available")
        call = await acme.dial()
        offer = await bert.rings(3)
        assert offer.rang_at - call.dialled_at < 1
        await offer.answer(850)
        await wait_until(lambda: call.heard(850))
        other = await acme.dial()
        assert await ghost.state() == "available", "nobody asked for a pause"
        await ghost.register()
        await (await ghost.rings(3)).answer(500)
        await wait_until(lambda: other.heard(500))
        call.hang_up()
        other.hang_up()
        records = {record["number"]: record for record in await acme.ended(2)}
        outcomes = sorted([x["outcome"] for x in record["offers"]] for record in records.values())
        assert outcomes == [["answered"], ["unreachable", "answered"]]


@pytest.mark.long(
    "unit/engine/test_engine.py::"
    "test_a_phone_that_is_not_registered_is_skipped_and_its_agent_gets_no_more_calls_before_it_is"
)
async def test_a_caller_waits_for_the_phone_of_an_agent_that_has_just_lost_its_connection(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        assert anna.phone is not None
        await anna.phone.close(unregister=False)
        call = await acme.dial()
        await _told(anna, "AgentPhoneAwaited")
        assert await anna.state() == "available"
        await anna.register()
        await (await anna.rings(2)).answer(850)
        await wait_until(lambda: call.heard(850))
        call.hang_up()
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["unreachable", "answered"]
        await _told(anna, "AgentPhoneReady")


async def _told(agent: Agent, event: str) -> None:
    """The agent's own timeline says so."""

    async def said() -> bool:
        day = (await agent.http.get("/v1/session/timeline")).json()
        return any(moment["event"] == event for moment in day["items"])

    await wait_until(said, 5)


@pytest.mark.long("telephony/test_hand.py::test_on_hold_the_customer_has_music_and_the_agent_is_alone")
async def test_on_hold_the_caller_hears_music_and_neither_hears_the_other(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        talk = await acme.talk(anna)
        assert await anna.act(talk.call_id, "hold") == 202
        held = await wait_until(lambda: held_since(anna))
        await wait_until(lambda: hears_something(talk.call, held))
        assert not talk.call.heard(850, held, for_s=0.1)
        assert not talk.offer.heard(1000, held, for_s=0.1)
        assert await anna.act(talk.call_id, "resume") == 202
        await talk.heard()
        resumed = time.time()
        talk.call.hang_up()
        [record] = await acme.ended()
        assert [piece["kind"] for piece in record["line"]] == ["wait", "ring", "talk", "hold", "talk"]
        assert abs(record["hold_s"] - (resumed - held)) < 0.6


async def held_since(agent: Agent) -> float:
    """A moment at which the call was on hold for the network too, or 0: the state is written down before it is done."""
    call = (await agent.live())["call"]
    return time.time() + 0.1 if call["state"] == "held" else 0.0


@pytest.mark.long("e2e/test_browser_call.py::test_a_reload_during_a_call_attaches_to_it_again")
async def test_a_page_that_is_loaded_anew_gets_its_call_back(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        talk = await acme.talk(anna)
        old = talk.offer
        await anna.register()
        assert await anna.act(talk.call_id, "reattach") == 202
        again = await anna.rings()
        assert (again.answers_itself, again.call_id) == (True, talk.call_id)
        await again.answer(850)
        await old.ended(3)
        talk.offer = again
        await talk.heard()
        assert talk.call.ear.longest_gap(850, talk.offer.answered_at or 0) < 1
        talk.call.hang_up()
        await again.ended(2)
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["answered"]
        assert record["talk_s"] > (again.answered_at or 0) - (old.answered_at or 0)


@pytest.mark.long("unit/engine/test_engine.py::test_an_offer_rings_the_five_devices_that_were_seen_last_and_no_others")
async def test_of_six_devices_the_five_that_were_seen_last_ring(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        others = [await anna.on_another_device() for _ in range(5)]
        call = await acme.dial()
        ringing = [await phone.rings() for phone in others]
        await ringing[0].answer(850)
        await wait_until(lambda: call.heard(850))
        with pytest.raises(TimeoutError):
            await anna.rings(0)
        call.hang_up()
        await acme.ended()


@pytest.mark.long("telephony/test_races.py::test_two_devices_answer_at_once_and_one_has_the_caller")
async def test_all_devices_of_an_agent_ring_and_the_first_to_answer_wins(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await crew(acme, "Anna")
        elsewhere = await anna.on_another_device()
        call = await acme.dial()
        loser, winner = await anna.rings(), await elsewhere.rings()
        assert (loser.call_id, loser.offer_id) == (winner.call_id, winner.offer_id)
        await winner.answer(850)
        end = await loser.ended(1)
        assert (end.by, end.status) == ("them", 487)
        await wait_until(lambda: call.heard(850) and winner.heard(1000))
        call.hang_up()
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["answered"]
