"""Dispositions and pause reasons in a real browser, on the real server: by who decides them, as agents see them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import Organisation, System


async def stored(acme: Organisation, kind: str) -> list[dict[str, Any]]:
    return list((await acme.http.get(f"/v1/{kind}")).json()["items"])


async def add(seat: Seat, name: str) -> None:
    await seat["code-new"].click()
    await seat["code-name"].fill(name)
    await seat["code-save"].click()
    await seat["code-sheet"].wait_for(state="detached")


async def test_dispositions_are_added_ordered_renamed_retired_and_brought_back(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme", disposition="required") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-dispositions"].click()
            await laptop.page.get_by_text("No dispositions yet").wait_for()
            assert await barriers(laptop.page) == []
            for name in ("Order", "Complaint", "Wrong number"):
                await add(laptop, name)
            await laptop["code-new"].click()
            await laptop["code-name"].fill("order")
            await laptop["code-save"].click()
            await laptop["code-sheet"].get_by_text("This name is already in use.").wait_for()
            await laptop["code-name"].fill("Ask again")
            await laptop["code-call_back"].check(force=True)
            assert await barriers(laptop.page) == []
            await laptop["code-save"].click()
            await expect(laptop["code-row"]).to_have_count(4)
            await laptop["code-row"].filter(has_text="Wrong number").get_by_test_id("code-up").click()
            await expect(laptop["code-row"].nth(1)).to_contain_text("Wrong number")
            await laptop["code-row"].nth(2).get_by_test_id("code-edit").click()
            await laptop["code-name"].fill("Complaint or claim")
            await laptop["code-save"].click()
            await laptop["code-row"].filter(has_text="Complaint or claim").wait_for()
            await laptop["code-row"].first.get_by_test_id("code-edit").click()
            await laptop["code-retire"].click()
            await expect(laptop["code-retired"]).to_contain_text("Order")
            await expect(laptop["code-agents"]).to_contain_text("Support: one must be chosen, from all.")
            assert await barriers(laptop.page) == []
            await laptop.picture("dispositions-laptop")
            shown = [(one["name"], one["active"], one["call_back"]) for one in await stored(acme, "dispositions")]
            assert [one for one in shown if one[1]] == [
                ("Wrong number", True, False),
                ("Complaint or claim", True, False),
                ("Ask again", True, True),
            ]
            assert ("Order", False, False) in shown
            await laptop["code-back"].click()
            await expect(laptop["code-row"].last).to_contain_text("Order")
            assert await laptop["code-retired"].count() == 0


@pytest.mark.long("test_dispositions_are_added_ordered_renamed_retired_and_brought_back")
async def test_a_pause_reason_with_a_limit_comes_before_those_that_everybody_has(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        bat = await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, bea, PHONE) as phone:
            await phone.go("#/pause-reasons")
            await phone["code-agents"].get_by_text("In this order: Break, Lunch").wait_for()
            await phone["code-new"].click()
            await phone["code-name"].fill("Lunch")
            await phone["code-save"].click()
            await phone["code-sheet"].get_by_text("there is a built-in reason with this name").wait_for()
            await phone["code-limit"].fill("soon")
            await phone["code-save"].click()
            await phone["code-sheet"].get_by_text("Enter 1 to 1440 minutes").wait_for()
            await phone["code-limit"].fill("45")
            assert await barriers(phone.page) == []
            await phone.picture("pause-reason-phone")
            await phone["code-save"].click()
            await expect(phone["code-row"]).to_contain_text("at most 45 min")
            await phone["code-agents"].get_by_text("In this order: Lunch, Break, Training").wait_for()
            assert await barriers(phone.page) == []
            await phone.picture("pause-reasons-phone")
        [lunch] = await stored(acme, "pause-reasons")
        assert (lunch["name"], lunch["limit_s"], lunch["active"]) == ("Lunch", 2700, True)
        assert (await bat.http.post("/v1/pause-reasons", json={"name": "Mine"})).status_code == 403
        async with signed_in(browser, system, bat, PHONE) as agent:
            await agent.go("#/me")
            await agent["open-security"].wait_for()
            assert await agent["open-administration"].count() == 0
            await agent.go("#/pause-reasons")
            await agent["not-allowed"].wait_for()
