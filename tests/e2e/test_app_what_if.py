"""A past day with other settings of a queue, in a real browser, on the real server."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System


@pytest.mark.long(
    "screens/test_app_what_if.py::test_only_what_was_changed_is_asked_and_as_the_queue_is_now_takes_it_back"
)
async def test_a_day_is_replayed_on_a_phone_and_on_a_laptop_and_leads_to_its_calls(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme", strategy="longest_idle") as acme:
        anna, bat = await acme.crew("Anna", "Bat")
        boss = await acme.agent("Boss", "supervisor", phone=False, member=False)
        (await acme.talk(anna)).call.hang_up()
        [record] = await acme.ended()
        zone = ZoneInfo((await acme.http.get("/v1/organisation")).json()["timezone"])
        day = datetime.fromisoformat(record["at"]).astimezone(zone).date().isoformat()
        async with signed_in(browser, system, boss, PHONE) as phone:
            await phone["tab-live"].click()
            await phone["open-reports"].click()
            await phone["open-what-if"].click()
            await expect(phone["what-if-ask"]).to_be_disabled()
            await phone["what-if-day"].fill(day)
            await phone["what-if-strategy"].select_option("ring_all")
            await phone["what-if-ask"].click()
            await expect(phone["what-if-answer"]).to_have_attribute("data-differ", "1")
            agents = phone["what-if-agent"]
            told = {
                await one.inner_text(): (await one.get_attribute("data-now"), await one.get_attribute("data-then"))
                for one in await agents.all()
            }
            assert sorted((name.split()[1], *counts) for name, counts in told.items()) == [
                ("Anna", "1", "1"),
                ("Bat", "0", "1"),
            ]
            assert await barriers(phone.page) == []
            await phone.picture("what-if-phone")
            await phone["what-if-offer"].click()
            await expect(phone.page).to_have_url(f"{system.base_url}/#/history/{record['id']}")
        async with signed_in(browser, system, boss, LAPTOP, color_scheme="dark") as laptop:
            await laptop.go("#/what-if")
            await laptop["what-if-day"].fill(day)
            await laptop["what-if-members"].locator("summary").click()
            await laptop[f"choose-{anna.user_id}"].uncheck()
            await laptop["what-if-max_wait_s"].fill("9999")
            await laptop["what-if-ask"].click()
            await laptop["what-if-problem"].get_by_text("This cannot be replayed").wait_for()
            await laptop.page.locator("label", has_text="Longest wait").get_by_text("0 to 7200").wait_for()
            await laptop["what-if-max_wait_s"].fill("300")
            await laptop["what-if-ask"].click()
            await expect(laptop["what-if-share-others"]).to_contain_text("1")
            await expect(laptop["what-if-offer"]).to_contain_text("Bat")
            await laptop["what-if-real"].get_by_text("Average speed of answer").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("what-if-laptop-dark")
        queue = (await acme.http.get(f"/v1/queues/{acme.queue_id}")).json()
        assert (queue["strategy"], queue["members"]) == ("longest_idle", [anna.user_id, bat.user_id])
        await acme.nothing_left()
