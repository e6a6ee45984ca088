"""Agents call: customers over the trunks in their order, colleagues inside; what is shown, refused, busy."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, COLLEAGUE_HZ, LINE_HZ, Agent
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear

PREMIUM = "+449098790001"


async def caller(org: Organisation) -> Agent:
    """An agent whose phone answers by itself what the app asked for."""
    [anna] = await org.crew("Anna")
    anna.answers_by_itself(AGENT_HZ)
    return anna


async def test_a_customer_is_called_and_sees_only_the_organisations_number(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        line = await acme.line()
        call_id = await anna.place(line.number)
        own = await anna.rings()
        assert (own.call_id, own.purpose) == (call_id, "own_call")
        outside = await line.rings()
        assert outside.caller[0] == acme.number
        assert anna.name not in str(outside.header("From")) + str(outside.header("P-Asserted-Identity"))
        await anna.call_is("dialling")
        outside.answer(LINE_HZ)
        await hear({own: LINE_HZ, outside: AGENT_HZ})
        await anna.call_is("connected")
        await anna.does(call_id, "hangup")
        assert (await outside.ended(2)).by == "them"
        await acme.nothing_left()
        [record] = await acme.ended()
        assert (record["number"], record["agent"]["id"]) == (line.number, anna.user_id)
        assert record["talk_s"] > 0


@pytest.mark.long(
    "integration/tenants/test_trunks_http.py::"
    "test_only_own_numbers_are_shown_to_whom_is_called_and_the_oldest_without_a_choice"
)
async def test_a_number_of_another_organisation_is_never_shown(system: System) -> None:
    async with system.organisation("Acme") as acme, system.organisation("Other") as other:
        anna = await caller(acme)
        line = await acme.line()
        wish = {"to": {"number": line.number}, "from": other.number_id}
        answer = await anna.http.post("/v1/calls", json=wish)
        assert answer.status_code in (404, 422)
        second = await acme.add_number(queue_id=acme.queue_id)
        await anna.place(line.number, **{"from": second["id"]})
        assert (await line.rings()).caller[0] == second["number"]
        await anna.does((await anna.rings()).call_id, "hangup")
        await acme.nothing_left()


async def test_a_number_that_no_call_came_in_by_is_not_shown(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        assert (await anna.http.get("/v1/caller-numbers")).json()["items"] == []
        answer = await anna.http.post("/v1/calls", json={"to": {"number": "+442079460958"}})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_number_to_show")
        await acme.prove(acme.number)
        [shown] = (await anna.http.get("/v1/caller-numbers")).json()["items"]
        assert shown["id"] == acme.number_id


async def test_what_the_fence_forbids_does_not_ring(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        carrier = await acme.carrier()
        answer = await anna.http.post("/v1/calls", json={"to": {"number": PREMIUM}})
        assert answer.status_code == 403, answer.text
        talk = await acme.talk(anna)
        for what in ("transfer", "consult"):
            answer = await anna.ask(talk.call_id, what, to={"number": PREMIUM})
            assert answer.status_code == 403, answer.text
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()
        assert carrier.asked == []


@pytest.mark.long("unit/engine/test_requests.py::test_over_the_next_trunk_where_the_first_is_in_trouble")
async def test_where_one_trunk_fails_the_next_one_reaches_the_customer(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        line = await acme.line("fail")
        second = (await acme.another_carrier("Second", order=2)).line(line.number, "answer", LINE_HZ)
        await anna.place(line.number)
        own = await anna.rings()
        outside = await second.rings()
        await hear({own: LINE_HZ, outside: AGENT_HZ})
        assert (await acme.carrier()).asked == [line.number]
        own.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/calls/test_dialling.py::test_what_speaks_of_the_number_ends_it_and_says_why")
async def test_a_busy_line_ends_the_call_and_frees_the_agent(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        line = await acme.line("busy")
        second = await acme.another_carrier("Second", order=2)
        second.line(line.number, "answer", LINE_HZ)
        await anna.place(line.number)
        own = await anna.rings()
        await own.ended(5)
        await anna.becomes("available")
        await acme.nothing_left()
        assert second.asked == []  # busy is the number's, not the trunk's
        [record] = await acme.ended()
        assert record["cause"] == 17


async def test_the_agent_gives_up_while_it_rings(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        line = await acme.line()
        call_id = await anna.place(line.number)
        outside = await line.rings()
        await anna.does(call_id, "hangup")
        assert (await outside.ended(3)).status == 487
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_requests.py::test_who_has_a_call_in_hand_or_is_rung_cannot_place_another")
async def test_who_is_on_a_call_cannot_place_another(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        line = await acme.line()
        talk = await acme.talk(anna)
        answer = await anna.http.post("/v1/calls", json={"to": {"number": line.number}})
        assert (answer.status_code, answer.json()["code"]) == (409, "agent_busy")
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/engine/test_requests.py::test_with_a_phone_that_is_not_registered_nobody_can_call_and_nothing_is_begun"
)
async def test_without_a_registered_phone_no_call_is_begun(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        line = await acme.line()
        assert anna.phone is not None
        await anna.phone.close()
        answer = await anna.http.post("/v1/calls", json={"to": {"number": line.number}})
        assert (answer.status_code, answer.json()["code"]) == (409, "phone_not_registered")
        assert "open the app" in answer.json()["detail"]
        await acme.nothing_left()
        assert await acme.records() == []
        await anna.register()
        await anna.place(line.number)


async def test_a_colleague_is_called_inside(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await caller(acme)
        bert = await acme.agent("Bert")
        await bert.be("available")
        call_id = await anna.place(colleague=bert)
        own = await anna.rings()
        offer = await bert.rings()
        assert (offer.call_id, offer.caller[1]) == (call_id, "Anna")
        await offer.answer(COLLEAGUE_HZ)
        await hear({own: COLLEAGUE_HZ, offer: AGENT_HZ})
        await bert.does(call_id, "hangup")
        await own.ended(2)
        await acme.nothing_left()
        assert (await acme.carrier()).asked == []
