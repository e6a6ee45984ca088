"""Alerts of queues in a real browser, on the real server: limits set, a caller waits, a supervisor sees it, and the
agent's figures once the call was answered."""

from __future__ import annotations

from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System
from tests.support.wait import wait_until


async def test_limits_are_set_on_a_laptop_and_a_supervisor_sees_the_alert_and_then_the_answered_call_on_a_phone(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False, member=False)
        anna, boss = await acme.agent("Anna"), await acme.agent("Boss", "supervisor", phone=False, member=False)
        await anna.be("paused")
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop.page.goto(f"{laptop.page.url.split('#')[0]}#/queues/{acme.queue_id}")
            await laptop["queue-alert_wait_s"].fill("9")
            await laptop["queue-alert_waiting"].fill("1")
            await laptop["queue-save"].click()
            await laptop.page.get_by_text("10 to 7200").wait_for()
            await laptop["queue-alert_wait_s"].fill("")
            await laptop["queue-save"].click()

            async def stored() -> bool:
                queue = (await acme.http.get(f"/v1/queues/{acme.queue_id}")).json()
                return (queue["alert_wait_s"], queue["alert_waiting"]) == (None, 1)

            await wait_until(stored, 10)
        async with signed_in(browser, system, boss, PHONE) as phone:
            await phone["tab-live"].click()
            await phone["open-alerts"].click()
            await phone.page.get_by_text("No alerts in the last 30 days").wait_for()
            call = await acme.dial()
            await expect(phone["alert-row"]).to_have_count(1, timeout=20_000)  # it is looked for every 5 s
            await expect(phone["alert-row"]).to_contain_text("1 or more callers waiting")
            assert await barriers(phone.page) == []
            await phone.picture("queue-alerts-phone")
            await phone.page.keyboard.press("Escape")
            await expect(phone["queue-alert"]).to_contain_text("1 or more callers waiting")
            assert await barriers(phone.page) == []
            await phone.picture("queue-alert-live-phone")
            figures = phone.page.locator(f"[data-agent={anna.user_id}]").get_by_test_id("agent-figures")
            await expect(figures).to_contain_text("0 handled")
            await anna.be("available")
            await (await anna.rings()).answer(850)
            await anna.call_is("connected")
            call.hang_up()
            await expect(figures).to_contain_text("1 handled", timeout=30_000)  # asked for every 10 s at most
            report = (await acme.http.get("/v1/reports?by=agent")).json()["rows"]
            assert [row["values"]["handled"] for row in report if row["key"] == anna.user_id] == [1]
            await phone["tab-me"].click()
            await phone.page.goto(f"{phone.page.url.split('#')[0]}#/notifications")
            await phone.page.get_by_text("Callers wait too long").click()
            await phone["live"].wait_for()
        await acme.nothing_left()
