"""Call-backs with real calls: asked for by a key, an agent is rung first, then the customer, who hears the agent."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, LINE_HZ, Agent
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear, said
from tests.support.wait import wait_until

from call24.testphones.carrier import Line, LineCall
from call24.testphones.customer import CustomerCall
from call24.testphones.rtp import Tone


async def closed_for_now(org: Organisation, name: str = "Anna") -> Agent:
    """An agent who is there, so that there is hope, but on a pause."""
    agent = await org.agent(name)
    await agent.be("paused", "lunch")
    return agent


async def callbacks(org: Organisation) -> list[dict[str, Any]]:
    return list((await org.http.get("/v1/callbacks")).json()["items"])


async def asks(org: Organisation, number: str) -> CustomerCall:
    """Who has this number waits and presses 1; the call goes on."""
    before = {item["id"] for item in await callbacks(org)}
    call = await org.customer(number).dial(org.number, Tone(CALLER_HZ))
    await call.answered(5)
    await wait_until(org.waiting)

    async def promised() -> bool:
        return {item["id"] for item in await callbacks(org)} != before

    call.press("1")
    await wait_until(promised)
    return call


async def rung(line: Line, agent: Agent) -> LineCall:
    """The agent takes the call-back, and the customer is rung."""
    offer = await agent.rings(12)
    assert offer.purpose == "callback"
    await offer.answer(AGENT_HZ)
    return await line.rings()


async def the_record(org: Organisation) -> dict[str, Any]:
    async def done() -> list[dict[str, Any]]:
        return [x for x in await org.records() if x["direction"] == "callback" and x["ended_at"]]

    [record] = await wait_until(done)
    return await org.detail(record["id"])


async def test_a_caller_asks_by_a_key_and_hears_the_agent_who_calls_back(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line()
        call = await acme.customer(line.number).dial(acme.number, Tone(CALLER_HZ))
        await wait_until(lambda: said(call, "callback-offer") > 0.8, 10)
        call.press("1")
        end = await call.ended(8)
        assert end.by == "them"
        assert said(call, "callback-promised") > 0.8
        [promise] = await callbacks(acme)
        assert (promise["number"], promise["state"], promise["attempts"]) == (line.number, "waiting", 0)
        await anna.be("available")
        offer = await anna.rings(12)
        assert (offer.purpose, offer.call_id, offer.caller[0]) == ("callback", promise["id"], line.number)
        assert line.calls == [], "the customer is rung only when the agent is on the line"
        await offer.answer(AGENT_HZ)
        outside = await line.rings()
        assert outside.caller[0] == acme.number
        outside.answer(LINE_HZ)
        await hear({offer: LINE_HZ, outside: AGENT_HZ})
        why = (await acme.http.get(f"/v1/calls/{promise['id']}/why")).json()
        assert [(x["code"], x["chosen"]) for x in why["offers"][0]["candidates"]] == [("idle_longest", True)]
        outside.hang_up()
        record = await the_record(acme)
        assert (record["outcome"], record["agent"]["id"]) == ("answered", anna.user_id)
        [origin] = [x for x in await acme.records() if x["direction"] == "inbound"]
        assert (record["origin_call_id"], origin["outcome"]) == (origin["id"], "callback")
        assert await callbacks(acme) == []
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_the_promise_holds_although_the_caller_hangs_up_while_it_is_told")
async def test_the_promise_holds_although_the_caller_hangs_up_while_it_is_told(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line()
        call = await asks(acme, line.number)
        assert call.end is None
        call.hang_up()
        await anna.be("available")
        outside = await rung(line, anna)
        outside.answer(LINE_HZ)
        await hear({outside: AGENT_HZ})
        outside.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_it_keeps_the_place_of_its_caller_against_those_who_came_later")
async def test_it_keeps_its_place_against_who_came_later(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line()
        asked = await acme.customer(line.number).dial(acme.number, Tone(CALLER_HZ))
        await asked.answered(5)
        await wait_until(acme.waiting)
        later = await acme.dial()
        await later.answered(5)
        asked.press("1")
        promised_at = (await asked.ended(10)).at
        since = datetime.fromisoformat((await callbacks(acme))[0]["since"]).timestamp()
        assert since < later.dialled_at
        # It is due by now, and so is the caller who waits on the line.
        await wait_until(lambda: time.time() > promised_at + 6, 8)
        await anna.be("available")
        outside = await rung(line, anna)
        outside.answer(LINE_HZ)
        await hear({outside: AGENT_HZ}, {later: AGENT_HZ}, leak=0.6)
        outside.hang_up()
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({later: AGENT_HZ})
        later.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callback_caps.py::test_a_number_is_promised_three_a_day_whatever_became_of_them")
async def test_a_number_is_promised_three_call_backs_a_day_and_who_calls_as_it_once_more_waits_on(
    system: System,
) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        await closed_for_now(acme)
        line = await acme.line()
        for _ in range(3):
            (await asks(acme, line.number)).hang_up()
            [promise] = await callbacks(acme)
            assert (await acme.http.delete(f"/v1/callbacks/{promise['id']}")).status_code == 202
            await wait_until(lambda: _none(acme))
        call = await acme.customer(line.number).dial(acme.number, Tone(CALLER_HZ))
        await call.answered(5)
        await wait_until(acme.waiting)
        call.press("1")
        other = await asks(acme, (await acme.line()).number)
        [promise] = await callbacks(acme)
        assert promise["number"] != line.number
        assert call.end is None and said(call, "callback-promised") < 0.5
        for each in (call, other):
            each.hang_up()
        assert (await acme.http.delete(f"/v1/callbacks/{promise['id']}")).status_code == 202
        await acme.nothing_left()


async def _none(org: Organisation) -> bool:
    return await callbacks(org) == []


@pytest.mark.long("unit/engine/test_callbacks.py::test_who_rings_in_and_is_answered_is_not_called_back_any_more")
async def test_there_is_one_for_a_number_and_an_answered_call_settles_it(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line()
        (await asks(acme, line.number)).hang_up()
        again = await acme.customer(line.number).dial(acme.number, Tone(CALLER_HZ))
        await again.answered(5)
        again.press("1")
        # Asked again, it is promised again, and it is still one.
        assert (await again.ended(10)).by == "them"
        assert len(await callbacks(acme)) == 1
        await anna.be("available")
        outside = await rung(line, anna)
        await anna.be("paused", "lunch")
        outside.decline(486, "Busy Here")
        await anna.becomes("paused")
        third = await acme.customer(line.number).dial(acme.number, Tone(CALLER_HZ))
        await third.answered(5)
        await anna.be("available")
        offer = await anna.rings()
        assert offer.purpose == "offer"
        await offer.answer(AGENT_HZ)
        await hear({third: AGENT_HZ})
        assert await callbacks(acme) == []
        third.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_who_is_not_reached_is_tried_again_later_and_then_given_up")
@pytest.mark.parametrize("manner", ["busy", "ring"])
async def test_who_is_not_reached_is_tried_again_later(system: System, manner: Any) -> None:
    settings = {"callback_attempts": 2, "callback_retry_s": 60, "callback_ring_s": 10}
    async with system.organisation("Acme", callback=True, **settings) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line(manner)
        (await asks(acme, line.number)).hang_up()
        anna.answers_by_itself(AGENT_HZ, all_calls=True)
        await anna.be("available")
        offer = await anna.rings(12)
        if manner == "ring":
            outside = await line.rings()
            assert (await outside.ended(14)).status == 487
        ended = await offer.ended(8)
        assert ended.by == "them"
        await anna.becomes("available")
        [promise] = await callbacks(acme)
        assert (promise["state"], promise["attempts"]) == ("waiting", 1)
        due = datetime.fromisoformat(promise["not_before"]).timestamp()
        assert due - ended.at == pytest.approx(60, abs=2)
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_who_is_not_reached_is_tried_again_later_and_then_given_up")
async def test_after_the_last_attempt_it_becomes_a_task(system: System) -> None:
    async with system.organisation("Acme", callback=True, callback_attempts=1) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line("busy")
        (await asks(acme, line.number)).hang_up()
        [promise] = await callbacks(acme)
        anna.answers_by_itself(AGENT_HZ, all_calls=True)
        await anna.be("available")
        await (await anna.rings(12)).ended(8)
        record = await the_record(acme)
        assert (record["id"], record["outcome"]) == (promise["id"], "not_reached")
        assert await callbacks(acme) == []

        async def task() -> Any:
            return (await acme.http.get("/v1/tasks", params={"kind": "callback_failed"})).json()["items"]

        [item] = await wait_until(task)
        assert (item["call_id"], item["number"], item["state"]) == (promise["id"], line.number, "open")
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_never_more_customers_are_rung_than_agents_are_free")
async def test_never_more_customers_are_rung_than_agents_are_free(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        crew = [await closed_for_now(acme, name) for name in ("Anna", "Bert")]
        lines = [await acme.line() for _ in range(4)]
        for line in lines:
            (await asks(acme, line.number)).hang_up()
        assert len(await callbacks(acme)) == 4
        for agent in crew:
            agent.answers_by_itself(AGENT_HZ, all_calls=True)
            await agent.be("available")

        def rings_now() -> list[LineCall]:
            return [call for line in lines for call in line.calls if call.answered_at is None and call.end is None]

        most = 0
        for index in range(4):
            await wait_until(lambda left=4 - index: len(rings_now()) == min(2, left), 12)  # type: ignore[misc]
            most = max(most, len(rings_now()))
            call = rings_now()[0]
            call.answer(LINE_HZ)
            await hear({call: AGENT_HZ})
            most = max(most, len(rings_now()))
            call.hang_up()
        assert most == 2
        assert [len(line.calls) for line in lines] == [1] * 4

        async def none_left() -> bool:
            return await callbacks(acme) == []

        await wait_until(none_left)
        await acme.nothing_left()


@pytest.mark.long(
    "unit/engine/test_callbacks.py::test_an_agent_who_hangs_up_while_the_customer_is_rung_does_not_use_up_an_attempt"
)
async def test_an_agent_who_hangs_up_while_the_customer_is_rung_leaves_it_to_the_next(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line()
        (await asks(acme, line.number)).hang_up()
        await anna.be("available")
        offer = await anna.rings(12)
        await offer.answer(AGENT_HZ)
        outside = await line.rings()
        bert = await acme.agent("Bert")
        await bert.be("available")
        await anna.be("paused", "lunch")
        offer.hang_up()
        assert (await outside.ended(3)).status == 487
        outside = await rung(line, bert)
        [promise] = await callbacks(acme)
        assert (promise["attempts"], promise["agent_id"]) == (0, bert.user_id)
        outside.answer(LINE_HZ)
        await hear({outside: AGENT_HZ})
        outside.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/engine/test_callbacks.py::test_a_caller_who_shows_no_number_or_one_that_we_may_not_ring_cannot_ask_and_waits_on"
)
async def test_a_caller_who_shows_no_number_cannot_ask(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        call = await acme.customer("anonymous").dial(acme.number, Tone(CALLER_HZ))
        await call.answered(5)
        await wait_until(acme.waiting)
        call.press("1")
        await wait_until(lambda: call.ear.packets > 200)
        assert said(call, "callback-offer") < 0.5
        assert await callbacks(acme) == []
        await anna.be("available")
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({call: AGENT_HZ})
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_one_that_is_removed_is_over_whatever_it_does")
async def test_one_that_is_taken_off_the_list_is_over_also_while_the_customer_is_rung(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line, other = await acme.line(), await acme.line()
        for each in (line, other):
            (await asks(acme, each.number)).hang_up()
        first, second = await callbacks(acme)
        assert (await acme.http.delete(f"/v1/callbacks/{second['id']}")).status_code == 202
        await anna.be("available")
        outside = await rung(line, anna)
        assert (await acme.http.delete(f"/v1/callbacks/{first['id']}")).status_code == 202
        assert (await outside.ended(3)).status == 487
        await anna.becomes("available")
        assert await callbacks(acme) == []
        assert (await acme.http.delete(f"/v1/callbacks/{first['id']}")).status_code == 404
        assert other.calls == []
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_callbacks.py::test_after_a_kill_it_is_where_it_was")
async def test_it_survives_a_kill_of_the_server(doomed: System) -> None:
    async with doomed.organisation("Acme", callback=True) as acme:
        anna = await closed_for_now(acme)
        line = await acme.line()
        (await asks(acme, line.number)).hang_up()
        [before] = await callbacks(acme)
        await doomed.restarted("server", doomed.kill("server"))
        [after] = await callbacks(acme)
        assert (after["id"], after["since"], after["number"]) == (before["id"], before["since"], line.number)
        await anna.be("available")
        outside = await rung(line, anna)
        outside.answer(LINE_HZ)
        await hear({outside: AGENT_HZ})
        outside.hang_up()
        await acme.nothing_left()
