"""The limits of outgoing calls in a real browser, on the real server: used, frozen, lifted, changed, and checked."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System

HOME, PREMIUM, ABROAD = "+442079460123", "+449098790123", "+33145678901"
CAPS = {"calls_at_once": 5, "calls_per_minute": 30, "minutes_per_day": 60, "freeze_after": 2}


async def rules(acme: Organisation, **change: Any) -> dict[str, Any]:
    """As they are, or as they become."""
    if change:
        body = {"countries": ["GB"], "user": CAPS, "organisation": {**CAPS, "minutes_per_day": 600}, **change}
        answer = await acme.http.put("/v1/fence", json=body)
        assert answer.status_code == 200, answer.text
    return dict((await acme.http.get("/v1/fence")).json())


async def tries(agent: Agent, number: str) -> str:
    answer = await agent.http.post("/v1/calls", json={"to": {"number": number}})
    assert answer.status_code == 403, answer.text
    return str(answer.json()["code"])


@pytest.mark.long(
    "integration/toll_fraud/test_fence_http.py::test_a_freeze_is_stored_written_down_and_told_and_an_owner_lifts_it"
)
async def test_a_freeze_is_seen_and_lifted_and_a_number_is_checked(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        owner = await acme.agent("Olga", "owner", phone=False)
        bat, sue = await acme.agent("Bat"), await acme.agent("Sue", "supervisor", phone=False)
        await rules(acme, denied_prefixes=["+442079"])
        assert [await tries(bat, PREMIUM), await tries(bat, ABROAD), await tries(bat, "+4930123456")] == [
            "premium_denied", "destination_denied", "frozen",
        ]  # fmt: skip
        async with signed_in(browser, system, sue, PHONE, color_scheme="dark") as phone:
            await phone.go("#/calling-limits")
            await phone["freeze"].get_by_text("Outgoing calls of Bat are frozen").wait_for()
            await phone["read-only"].wait_for()
            assert await phone["freeze-lift"].count() == await phone["rules-save"].count() == 0
            await expect(phone["rule-user.minutes_per_day"]).to_have_text("60")
            assert await phone.page.locator("main fieldset input, main select").count() == 0
            assert await barriers(phone.page) == []
            await phone.picture("limits-frozen-phone")
        async with signed_in(browser, system, owner, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-calling-limits"].click()
            freeze = laptop["freeze"].get_by_text("Calls were refused again and again.")
            await freeze.wait_for()
            await expect(laptop["usage-user"]).to_contain_text("3 refused")
            await expect(laptop["usage-organisation"]).to_contain_text("0 min of 600 min")
            assert await barriers(laptop.page) == []
            await laptop.picture("limits-frozen-laptop")
            await laptop["freeze-lift"].click()
            await laptop["unfreeze-sheet"].get_by_text("change the password").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["unfreeze-now"].click()
            await freeze.wait_for(state="detached")
            assert (await rules(acme))["frozen"] == []

            for number, said in (
                (HOME, "Your organisation does not allow this country or number"),
                (ABROAD, "France"),
                (PREMIUM, "a premium-rate number"),
                ("999", "Call24 does not place emergency calls"),
                ("12", "This is not a valid phone number"),
            ):
                await laptop["check-number"].fill(number)
                await laptop["check-now"].click()
                await laptop["check-denied"].get_by_text(said).first.wait_for()
            await laptop["check-number"].fill("0121 496 0123")
            await laptop["check-now"].click()
            await laptop["check-allowed"].get_by_text("an ordinary number, United Kingdom").wait_for()
            assert await barriers(laptop.page) == []


async def test_an_owner_changes_the_rules_and_what_is_wrong_is_said_at_its_field(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        owner = await acme.agent("Olga", "owner", phone=False)
        before = await rules(acme, allowed_prefixes=["+44909879"])
        async with signed_in(browser, system, owner, LAPTOP) as laptop:
            await laptop.go("#/calling-limits")
            await expect(laptop["rule-allowed_prefixes"]).to_have_value("+44909879")
            assert await laptop["rules-save"].count() == 0
            await laptop["rule-add-country"].select_option("FR")
            await expect(laptop["rule-add-country"]).to_have_value("")
            await laptop["rule-denied_prefixes"].fill("+44 70\n+44 76")
            await laptop["rule-allowed_prefixes"].fill("+44")
            await laptop["rule-user.minutes_per_day"].fill("90")
            await laptop.page.get_by_text(
                "Not saved yet: countries, allowed prefixes, blocked prefixes, limits of a person"
            ).wait_for()
            await laptop["rules-save"].click()
            await laptop.page.get_by_text("is a whole country, with its premium-rate numbers").wait_for()
            assert await rules(acme) == before
            assert await barriers(laptop.page) == []
            await laptop.picture("limits-wrong-laptop")
            await laptop["rule-allowed_prefixes"].fill("")
            await laptop["rules-save"].click()
            await laptop["rules-saved"].wait_for()
            after = await rules(acme)
            assert after == {
                **before,
                "countries": ["GB", "FR"],
                "allowed_prefixes": [],
                "denied_prefixes": ["+4470", "+4476"],
                "user": {**CAPS, "minutes_per_day": 90},
            }
            await laptop.page.locator("[data-testid=rule-country][data-code=GB]").get_by_role("button").click()
            await laptop["rules-discard"].click()
            await expect(laptop["rule-country"]).to_have_count(2)
            await laptop["check-number"].fill(ABROAD)
            await laptop["check-now"].click()
            await laptop["check-allowed"].get_by_text("France").wait_for()
            bat = await acme.agent("Bat", phone=False)
            assert {await tries(bat, PREMIUM) for _ in range(2)} == {"premium_denied"}
            await laptop.page.reload()
            await laptop["freeze"].get_by_text("Outgoing calls of Bat are frozen").wait_for()
            await laptop["freeze-lift"].click()
            await laptop["unfreeze-now"].click()
            await laptop["freeze"].wait_for(state="detached")
            assert await tries(bat, PREMIUM) == "premium_denied", "no longer frozen"


@pytest.mark.long("e2e/test_app_administration.py::test_who_may_open_no_section_has_no_administration")
async def test_an_agent_does_not_see_them(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone.go("#/calling-limits")
            await phone["not-allowed"].wait_for()
