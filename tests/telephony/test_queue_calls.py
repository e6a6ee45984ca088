"""Queues with real calls: who is rung, in what order, what those who wait are told, and how they leave the line."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, Agent
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear, music, said
from tests.support.wait import wait_until

from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.offered_call import OfferedCall
from call24.testphones.rtp import Tone

OWN_HZ, FLOW_HZ = 800, 2450


async def waits(org: Organisation, customer: Customer | None = None, number: str = "") -> CustomerCall:
    """A customer who is in the line."""
    before = await org.waiting()
    call = await (customer or org.customer()).dial(number or org.number, Tone(CALLER_HZ))
    await call.answered(5)

    async def joined() -> bool:
        return await org.waiting() > before

    await wait_until(joined)
    return call


async def why(org: Organisation, offer: OfferedCall) -> list[dict[str, str]]:
    """The reason for and against everybody, by name, for each time that somebody was looked for."""
    answer = await org.http.get(f"/v1/calls/{offer.call_id}/why")
    assert answer.status_code == 200, answer.text
    made = [offer["candidates"] for offer in answer.json()["offers"] if offer["candidates"]]
    return [{x["agent"]["name"]: x["code"] for x in candidates} for candidates in made]


async def talked(agent: Agent, customer: Customer, *, then: Agent | None = None) -> None:
    """The agent takes the customer's call; ``then`` becomes free before it ends, and so is idle longer."""
    call = await customer.dial(agent.org.number, Tone(CALLER_HZ))
    await (await agent.rings()).answer(AGENT_HZ)
    await hear({call: AGENT_HZ})
    if then is not None:
        await then.be("available")
    call.hang_up()
    await agent.becomes("available")


# --- who is rung ---


async def test_all_ring_and_the_first_to_answer_has_the_caller(system: System) -> None:
    async with system.organisation("Acme", strategy="ring_all") as acme:
        anna, bert, cleo = await acme.crew("Anna", "Bert", "Cleo")
        call = await acme.dial()
        losers, winner = [await anna.rings(), await cleo.rings()], await bert.rings()
        await winner.answer(COLLEAGUE_HZ)
        assert [(await offer.ended(2)).status for offer in losers] == [487, 487]
        await hear({call: COLLEAGUE_HZ, winner: CALLER_HZ})
        assert [await agent.state() for agent in (anna, bert, cleo)] == ["available", "on_call", "available"]
        assert await why(acme, winner) == [{"Anna": "ring_all", "Bert": "ring_all", "Cleo": "ring_all"}]
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_queues.py::test_round_robin_goes_round_whoever_is_idle_the_longest")
async def test_round_robin_goes_round(system: System) -> None:
    async with system.organisation("Acme", strategy="round_robin") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        for agent in (anna, bert, anna, bert):
            call = await acme.dial()
            offer = await agent.rings()
            call.hang_up()
            await offer.ended(3)
            await agent.becomes("available")
        # Both had an offer before; nobody has talked, so that idle times say nothing of whose turn it was.
        assert await why(acme, offer) == [{"Anna": "offered_later", "Bert": "its_turn"}]
        await acme.nothing_left()


@pytest.mark.long(
    "unit/engine/test_queues.py::test_the_one_with_the_fewest_calls_is_rung_although_another_is_idle_longer"
)
async def test_the_one_with_the_fewest_calls_is_rung_although_another_is_idle_longer(system: System) -> None:
    async with system.organisation("Acme", strategy="least_calls") as acme:
        [anna] = await acme.crew("Anna")
        await talked(anna, acme.customer())
        bert = await acme.agent("Bert")
        await bert.be("available")
        call = await acme.dial()
        offer = await bert.rings()
        assert await why(acme, offer) == [{"Anna": "more_calls", "Bert": "fewest_calls"}]
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_queues.py::test_a_skill_is_asked_until_the_caller_has_waited_long_enough")
async def test_a_skill_is_asked_until_the_caller_has_waited_long_enough(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        answer = await acme.http.put(f"/v1/users/{bert.user_id}/skills", json={"skills": {"french": 4}})
        assert answer.status_code == 200, answer.text
        await bert.be("paused", "lunch")
        await acme.change_queue(skills=[{"name": "french", "level": 2, "relax_after_s": 3}])
        call = await acme.dial()
        began = await call.answered(3)
        offer = await anna.rings()
        assert 2.8 < offer.rang_at - began < 4.5
        assert await why(acme, offer) == [{"Anna": "skill_relaxed", "Bert": "paused"}]
        call.hang_up()
        await anna.becomes("available")
        await bert.be("available")
        call = await acme.dial()
        offer = await bert.rings()
        assert await why(acme, offer) == [{"Anna": "no_skill", "Bert": "idle_longest"}]
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("test_who_was_given_to_a_more_urgent_caller_is_told_so")
async def test_a_later_caller_of_a_more_important_queue_comes_first(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        vip = await acme.queue("VIP", [anna], priority=10)
        number = (await acme.add_number(queue_id=vip, greeting=None))["number"]
        first = await waits(acme)
        later = await acme.customer().dial(number, Tone(CALLER_HZ))
        await music(later)
        await anna.be("available")
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({later: AGENT_HZ}, {first: AGENT_HZ}, leak=0.6)
        later.hang_up()
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({first: AGENT_HZ})
        first.hang_up()
        await acme.nothing_left()


async def test_who_was_given_to_a_more_urgent_caller_is_told_so(system: System) -> None:
    async with system.organisation("Acme") as acme:
        cleo = await acme.agent("Cleo")
        await cleo.be("paused", "lunch")
        anna, bert = [await acme.agent(name, member=False) for name in ("Anna", "Bert")]
        for agent in (anna, bert):
            await agent.be("available")
        nodes = {
            "vip": {"type": "set", "priority": 50, "next": "queue"},
            "queue": {"type": "queue", "queue_id": acme.queue_id},
        }
        number = (await acme.add_number(flow_id=await acme.flow("vip", nodes)))["number"]
        first = await waits(acme)
        urgent = await waits(acme, number=number)
        # Both become members in one instant: one decision for both callers.
        await acme.change_queue(members=[cleo.user_id, anna.user_id, bert.user_id])
        offer = await bert.rings()
        await anna.rings()
        assert await why(acme, offer) == [{"Anna": "lower_priority", "Bert": "idle_longest", "Cleo": "paused"}]
        await offer.answer(AGENT_HZ)
        await hear({first: AGENT_HZ})
        first.hang_up()
        urgent.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_queues.py::test_who_misses_calls_in_a_row_is_paused_and_comes_back_by_itself")
async def test_who_misses_calls_in_a_row_is_paused_and_comes_back_by_itself(system: System) -> None:
    async with system.organisation("Acme", offer_s=5, auto_pause_after=2) as acme:
        anna = await acme.agent("Anna")
        bert = await acme.agent("Bert")
        await bert.be("paused", "lunch")
        await anna.be("available")
        call = await acme.dial()
        await (await anna.rings()).ended(7)
        await anna.becomes("available", 2)
        await (await anna.rings(7)).ended(7)
        assert (await anna.becomes("paused"))["reason"] == "missed_calls"
        assert await acme.waiting() == 1
        await anna.be("available")
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({call: AGENT_HZ})
        call.hang_up()
        [record] = await acme.ended()
        assert [x["outcome"] for x in record["offers"]] == ["ring_no_answer", "ring_no_answer", "answered"]
        await acme.nothing_left()


# --- the agent of the last talk, and a place that is kept ---


async def test_a_caller_gets_the_agent_of_its_last_talk_although_another_is_idle_longer(system: System) -> None:
    async with system.organisation("Acme", sticky_days=1, sticky_wait_s=10) as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        await anna.be("paused", "lunch")
        grace = acme.customer()
        await talked(bert, grace, then=anna)
        call = await grace.dial(acme.number, Tone(CALLER_HZ))
        offer = await bert.rings()
        assert await why(acme, offer) == [{"Anna": "waits_for_sticky", "Bert": "sticky"}]
        call.hang_up()
        await bert.becomes("available")
        stranger = await acme.dial()
        offer = await anna.rings()
        assert await why(acme, offer) == [{"Anna": "idle_longest", "Bert": "idle_shorter"}]
        stranger.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_queues.py::test_the_caller_waits_for_its_agent_and_then_gets_anybody")
async def test_a_caller_whose_agent_is_busy_waits_for_it_a_while_and_then_gets_anybody(system: System) -> None:
    async with system.organisation("Acme", sticky_days=1, sticky_wait_s=3) as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        await anna.be("paused", "lunch")
        grace = acme.customer()
        await talked(bert, grace)
        busy = await acme.talk(bert)
        await anna.be("available")
        call = await grace.dial(acme.number, Tone(CALLER_HZ))
        began = await call.answered(3)
        offer = await anna.rings()
        assert 2.8 < offer.rang_at - began < 4.5
        await offer.answer(COLLEAGUE_HZ)
        await hear({call: COLLEAGUE_HZ})
        call.hang_up()
        busy.call.hang_up()
        await acme.nothing_left()


async def lost(call: CustomerCall) -> float:
    """The caller rings off, and that is known."""
    call.hang_up()
    await call.ended(3)
    return time.time()


@pytest.mark.long("unit/engine/test_queues.py::test_who_gets_its_place_back_is_before_another_who_waited")
async def test_who_rings_off_and_again_in_time_gets_its_place_back_once(system: System) -> None:
    async with system.organisation("Acme", keep_place_s=60) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        grace = acme.customer()
        first = await waits(acme, grace)
        other = await waits(acme)
        await lost(first)
        await acme.ended()
        again = await waits(acme, grace)
        twice = await waits(acme, grace)
        await anna.be("available")
        for call in (again, other, twice):
            await (await anna.rings()).answer(AGENT_HZ)
            await hear({call: AGENT_HZ})
            call.hang_up()
        records = await acme.ended(4)
        assert [record["queues"][0]["kept_place"] for record in records] == [False, False, True, False]
        await acme.nothing_left()


@pytest.mark.long("integration/queues/test_queues_and_hours.py::test_a_place_is_kept_for_as_long_as_the_queue_says")
async def test_who_rings_again_too_late_stands_at_the_end(system: System) -> None:
    async with system.organisation("Acme", keep_place_s=1) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        grace = acme.customer()
        first = await waits(acme, grace)
        other = await waits(acme)
        left = await lost(first)
        await wait_until(lambda: time.time() > left + 1.2)
        again = await waits(acme, grace)
        await anna.be("available")
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({other: AGENT_HZ}, {again: AGENT_HZ}, leak=0.6)
        other.hang_up()
        again.hang_up()
        await acme.nothing_left()


# --- what a waiting caller is told ---


@pytest.mark.long("unit/engine/test_queues.py::test_a_caller_is_told_its_place_which_changes_as_the_line_moves")
async def test_the_place_is_told_and_told_anew_as_the_line_moves_and_music_plays_between(system: System) -> None:
    async with system.organisation("Acme", announce_position=True, announce_every_s=15) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        first = await waits(acme)
        second = await waits(acme)
        await wait_until(lambda: said(first, "position-1") > 0.8 and said(second, "position-2") > 0.8, 8)
        assert said(second, "position-1") < 0.5
        await music(second, CALLER_HZ)
        first.hang_up()
        told = time.time()
        await wait_until(lambda: said(second, "position-1", told) > 0.8, 20)
        await music(second, CALLER_HZ)
        await anna.be("available")
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({second: AGENT_HZ})
        second.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_queues.py::test_the_expected_wait_is_told_once_enough_is_known")
async def test_the_expected_wait_is_told_once_enough_is_known(system: System) -> None:
    async with system.organisation("Acme", announce_wait=True) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        last = [await waits(acme) for _ in range(8)][-1]
        await wait_until(lambda: time.time() - (last.answered_at or 0) > 1.2)
        await anna.be("available")
        # Each is done within a moment, so that the next ones will wait less than a minute.
        for _ in range(8):
            offer = await anna.rings(5)
            await offer.answer(AGENT_HZ)
            offer.hang_up()
        await acme.talk(anna)
        call = await waits(acme)
        await wait_until(lambda: said(call, "wait-under-minute") > 0.8, 12)
        await music(call, CALLER_HZ)
        for customer in acme.customers:
            customer.close()
        await acme.nothing_left()


# --- the ways out ---


@pytest.mark.long("unit/engine/test_queues.py::test_the_flow_may_know_another_way_for_a_reason")
@pytest.mark.parametrize("reason", ["full", "closed", "max_wait", "nobody"])
async def test_each_reason_has_a_way_out_and_the_flow_may_know_another(system: System, reason: str) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        own, other = await acme.prompt("Own", OWN_HZ, 0.8), await acme.prompt("Flow's", FLOW_HZ, 0.8)
        await acme.change_queue(exits={reason: {"to": "hang_up", "prompt": own}})
        nodes = {
            "queue": {"type": "queue", "queue_id": acme.queue_id, "exits": {reason: "bye"}},
            "bye": {"type": "hang_up", "prompt": other},
        }
        number = (await acme.add_number(flow_id=await acme.flow("queue", nodes)))["number"]
        if reason != "nobody":
            await anna.be("paused", "lunch")
        match reason:
            case "max_wait":
                await acme.change_queue(max_wait_s=1)
            case "full":
                await acme.change_queue(max_waiting=1)
                await waits(acme)
            case "closed":
                hours = await acme.post("/v1/hours", {"name": "Never", "weekly": []})
                await acme.change_queue(hours_id=hours["id"])
        for called, hz in ((acme.number, OWN_HZ), (number, FLOW_HZ)):
            call = await acme.customer().dial(called, Tone(CALLER_HZ))
            await hear({call: hz})
            assert (await call.ended(5)).by == "them"
        records = await acme.ended(2)
        assert [record["outcome"] for record in records] == ["turned_away"] * 2
        left = [[visit["left"] for visit in record["queues"]] for record in records]
        assert left == [[] if reason == "closed" else [reason]] * 2


@pytest.mark.long("unit/engine/test_queues.py::test_a_chain_of_queues_is_gone_through_to_somebody_who_is_there")
async def test_a_chain_of_queues_leads_to_somebody_who_is_there(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        closed = await acme.post("/v1/hours", {"name": "Never", "weekly": []})
        exits = {"to": "queue", "queue_id": acme.queue_id}
        last = await acme.queue("Nobody there", exits={"nobody": exits})
        chain = {"closed": {"to": "queue", "queue_id": last}}
        first = await acme.queue("Closed", hours_id=closed["id"], exits=chain)
        call = await acme.customer().dial((await acme.add_number(queue_id=first))["number"], Tone(CALLER_HZ))
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({call: AGENT_HZ, offer: CALLER_HZ})
        call.hang_up()
        [record] = await acme.ended()
        assert [visit["queue"]["name"] for visit in record["queues"]] == ["Nobody there", "Support"]
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_queues.py::test_a_circle_of_closed_queues_ends_in_voicemail")
@pytest.mark.parametrize("reason", ["closed", "nobody"])
async def test_a_circle_of_queues_ends_in_voicemail(system: System, reason: str) -> None:
    """Of queues alone it is refused; through a flow it can be made."""
    async with system.organisation("Acme") as acme:
        settings: dict[str, Any] = {}
        if reason == "closed":
            settings["hours_id"] = (await acme.post("/v1/hours", {"name": "Never", "weekly": []}))["id"]
        flow = await acme.flow("queue", {"queue": {"type": "queue", "queue_id": acme.queue_id}})
        second = await acme.queue("Second", exits={reason: {"to": "flow", "flow_id": flow}}, **settings)
        circle = {"exits": {reason: {"to": "queue", "queue_id": acme.queue_id}}}
        assert (await acme.http.patch(f"/v1/queues/{acme.queue_id}", json=circle)).status_code == 422
        await acme.change_queue(exits={reason: {"to": "queue", "queue_id": second}}, **settings)
        call = await acme.dial()
        spool = system.settings.recording_spool / acme.tenant_id
        await wait_until(lambda: list(spool.glob("*.wav")), 15)
        call.hang_up()
        [record] = await acme.ended()
        assert record["outcome"] == "voicemail"
