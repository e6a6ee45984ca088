"""Numbers as carriers write them at home: whom was rung is found, and who rings is the right person or nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from tests.support.product.composed import Composed, composed
from tests.support.product.people import Agent
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.rtp import Tone

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

LONDON, OTHER_LONDON, PARIS = "+442079460177", "+442079460178", "+33170189977"
ANNA, BRUNO = "+442079468401", "+441614968401"
"""In London; in Manchester."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack) as house:
        yield house


async def with_number(acme: Organisation, number: str) -> str:
    return str((await acme.add_number(number, queue_id=acme.queue_id, greeting=None))["number"])


async def person(acme: Organisation, given: str, number: str, **more: Any) -> str:
    made = await acme.http.post("/v1/people", json={"given": given, "numbers": [{"number": number}], **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def card(agent: Agent) -> dict[str, Any]:
    """Of the call that rings, or is, at this agent."""

    async def there() -> dict[str, Any] | None:
        call = (await agent.http.get("/v1/live")).json()["call"]
        return dict(call["card"]) if call is not None else None

    found: dict[str, Any] = await wait_until(there, 15)
    return found


async def people(agent: Agent) -> list[tuple[str, str, str]]:
    """Who has the number or may have it, as the card has it with the database asked."""
    found = (await agent.http.get("/v1/live/caller")).json()["people"]
    return [(one["name"], one["number"], one["why"]) for one in found or []]


async def over(agent: Agent, call: CustomerCall) -> None:
    call.hang_up()

    async def free() -> bool:
        return (await agent.http.get("/v1/live")).json()["call"] is None

    await wait_until(free, 15)
    await agent.be("available")


@pytest.mark.long("telephony/test_refused_calls.py::test_a_number_is_understood_as_its_carrier_writes_it_at_home")
async def test_a_number_that_was_dialled_in_national_form_is_rung(house: Composed) -> None:
    """Paris was answered 404: the organisation is in Great Britain."""
    async with house.organisation("Numbers") as acme:
        [bat] = await acme.crew("Bat")
        await bat.be("paused")  # somebody is here, so that callers wait
        for number in ("+442079460176", PARIS):
            await with_number(acme, number)
        for dialled in ("02079460176", "442079460176", "0170189977", "170189977"):
            call = await acme.customer(ANNA).dial(dialled, Tone(1000))
            await wait_until(acme.waiting, 15)
            call.hang_up()
            await wait_until(lambda: nobody_waits(acme), 15)


async def nobody_waits(acme: Organisation) -> bool:
    return await acme.waiting() == 0


async def test_who_rings_is_the_right_person_however_the_carrier_writes_the_number_and_the_card_says_how(
    house: Composed,
) -> None:
    async with house.organisation("Numbers") as acme:
        await with_number(acme, LONDON)
        [bat] = await acme.crew("Bat")
        anna = await person(acme, "Anna", ANNA)
        await person(acme, "Bruno", BRUNO)
        for sent, dialled, read_as in (
            ("02079468401", "02079460177", "national"),
            ("442079468401", "442079460177", "without_plus"),
            ("00442079468401", "02079460177", None),
            ("79468401", LONDON, "local"),
        ):
            await bat.be("available")
            call = await acme.customer(sent).dial(dialled, Tone(1000))
            shown = await card(bat)
            assert (shown["name"], shown["number"], shown["read_as"]) == ("Anna", ANNA, read_as), sent
            assert shown["sent_as"] == (sent if read_as is not None else None)
            assert await people(bat) == [("Anna", ANNA, "number")]
            assert [one["id"] for one in (await card(bat))["people"]] == [anna]
            await over(bat, call)


@pytest.mark.long("integration/people/test_unsure.py::test_who_has_one_of_several_readings_is_shown_and_not_chosen")
async def test_who_may_be_several_is_nobody_and_all_of_them_are_shown(house: Composed) -> None:
    """Without its area code, which is not London's: the ends of numbers in Manchester and in Leeds."""
    async with house.organisation("Numbers") as acme:
        await with_number(acme, OTHER_LONDON)
        [bat] = await acme.crew("Bat")
        await person(acme, "Bruno", BRUNO)
        await person(acme, "Clara", "+441134968401")
        await person(acme, "Anna", ANNA)
        await bat.be("available")
        call = await acme.customer("4968401").dial(OTHER_LONDON, Tone(1000))
        shown = await card(bat)
        assert (shown["contact_id"], shown["name"], shown["number"]) == (None, None, "4968401")
        assert (shown["sent_as"], shown["read_as"]) == ("4968401", None)
        expected = [("Bruno", BRUNO, "ending"), ("Clara", "+441134968401", "ending")]
        assert await people(bat) == expected
        shown = await card(bat)
        assert [(one["name"], one["number"], one["why"]) for one in shown["people"]] == expected
        await over(bat, call)
        [record] = await acme.ended()
        assert record["contact_id"] is None, "nobody's history has it"
