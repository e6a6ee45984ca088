"""Administration as a place, in a real browser on the real server: whose it is, what is in it, and the way about it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System

OF_AN_OWNER = [
    "start",
    "numbers",
    "trunks",
    "queues",
    "hours",
    "flows",
    "prompts",
    "dispositions",
    "pause-reasons",
    "calling-limits",
    "people",
    "roles",
    "provider",
    "task-addresses",
    "webhooks",
    "applications",
    "crm",
    "tokens",
    "branding",
    "audit",
    "close",
]
OF_A_SUPERVISOR = [
    "numbers",
    "trunks",
    "queues",
    "hours",
    "flows",
    "prompts",
    "calling-limits",
    "people",
    "applications",
    "tokens",
]


async def listed(seat: Seat, kind: str) -> list[str]:
    """The sections in the order in which they are shown; `kind`: section (beside the page) or open (on their page)."""
    found = (
        await seat.page.get_by_test_id(f"{kind}-numbers")
        .locator("xpath=ancestor::*[self::nav or self::main][1]")
        .locator(f"[data-testid^={kind}-]")
        .evaluate_all("all => all.map(one => one.dataset.testid)")
    )
    return [str(one).removeprefix(f"{kind}-") for one in found]


async def test_on_a_laptop_the_sections_stay_beside_the_page_that_is_open(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        owner = await acme.agent("Oyun", "owner", phone=False)
        async with signed_in(browser, system, owner, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-numbers"].wait_for()
            assert await listed(laptop, "section") == await listed(laptop, "open") == OF_AN_OWNER
            await laptop["open-queues"].get_by_text("Where callers wait, and who is rung").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("administration-laptop")
            beside = laptop.page.get_by_role("navigation", name="Administration")
            await beside.evaluate("nav => { nav.kept = true }")
            for name, title in (
                ("queues", "Queues"),
                ("webhooks", "Webhooks"),
                ("people", "People"),
                ("audit", "Audit log"),
            ):
                await laptop[f"section-{name}"].click()
                await laptop.page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
                await expect(laptop[f"section-{name}"]).to_have_attribute("aria-current", "page")
                await expect(laptop[f"section-{name}"]).to_be_focused()
                assert await beside.evaluate("nav => nav.kept"), "it is the same list, not another"
                await expect(laptop["tab-administration"]).to_have_attribute("aria-current", "page")
                await expect(laptop.page.locator("main").get_by_role("link", name="Administration")).to_have_count(1)
                assert await barriers(laptop.page) == [], name
            await laptop["section-queues"].click()
            await laptop["queue-row"].first.wait_for()
            await expect(laptop["count-queues"]).to_have_text(str(await laptop["queue-row"].count()))
            await laptop["queue-row"].first.click()
            await laptop["queue-name"].wait_for()
            await expect(laptop["queue-row"].first).to_have_attribute("aria-current", "page")
            await expect(laptop["queue-row"].first).to_be_visible()
            assert await barriers(laptop.page) == []
            await laptop.picture("administration-queue-laptop")
            await closed_and_kept(laptop)
            await laptop["tab-me"].click()
            await laptop["open-security"].wait_for()
            await expect(laptop["open-administration"]).to_be_hidden()


async def closed_and_kept(owner: Seat) -> None:
    """The organisation goes in some days, and an owner keeps it."""
    await owner["section-close"].click()
    await expect(owner["closing-go"]).to_be_disabled()
    name = (await owner.page.get_by_text("Type the name: ").inner_text()).removeprefix("Type the name: ")
    await owner["closing-name"].fill(name)
    await owner["closing-go"].click()
    await owner["closing-state"].get_by_text("rcp_").wait_for()
    await owner["closing-banner"].wait_for()
    await owner["closing-keep-here"].click()
    await owner["closing-state"].wait_for(state="detached")
    await owner["closing-banner"].wait_for(state="detached")


@pytest.mark.long("test_on_a_laptop_the_sections_stay_beside_the_page_that_is_open")
async def test_on_a_phone_they_are_a_page_and_back_goes_there(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        sue = await acme.agent("Sue", "supervisor", phone=False)
        async with signed_in(browser, system, sue, PHONE, color_scheme="dark") as phone:
            await phone["tab-me"].click()
            await phone["open-administration"].click()
            await phone["open-numbers"].wait_for()
            assert await listed(phone, "open") == OF_A_SUPERVISOR
            await expect(phone["section-numbers"]).to_be_hidden()
            assert await barriers(phone.page) == []
            await phone.picture("administration-phone-dark")
            await phone["open-queues"].click()
            await phone["queue-row"].click()
            await phone["read-only"].wait_for()
            await expect(phone["queue-row"]).to_be_hidden()
            await phone.page.get_by_role("link", name="Queues", exact=True).click()
            await phone["queue-row"].wait_for()
            await phone.page.get_by_role("link", name="Administration", exact=True).click()
            await phone["open-trunks"].wait_for()
            await phone.go("#/provider")
            await phone["not-allowed"].wait_for()


async def test_who_may_open_no_section_has_no_administration(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, bat, LAPTOP) as laptop:
            await laptop["tab-me"].click()
            await laptop["open-tokens"].wait_for()
            assert await laptop["tab-administration"].count() == await laptop["open-administration"].count() == 0
            await laptop.go("#/administration")
            await laptop["not-allowed"].wait_for()
            await laptop.go("#/tokens")
            await laptop["token-new"].wait_for()
            await expect(laptop["tab-me"]).to_have_attribute("aria-current", "page")
            for nowhere in ("#/nonsense", "#/administration/nonsense"):
                await laptop.go(nowhere)
                await laptop["no-page"].wait_for()
                await expect(laptop.page.locator("nav [aria-current=page]")).to_have_count(0)
                assert await barriers(laptop.page) == []
                await laptop.picture("no-page-laptop")
                await laptop["no-page"].get_by_role("link", name="Go to Calls").click()
                await expect(laptop["tab-calls"]).to_have_attribute("aria-current", "page")
