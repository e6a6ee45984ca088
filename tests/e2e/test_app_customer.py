"""Who is on the phone, beside the call: a customer rings over SIP, an agent answers in Chromium on a laptop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from tests.support.app.axe import barriers
from tests.support.app.browser import browser_page, go_available, sign_in_as
from tests.support.product.system import System

from call24.testphones.rtp import Tone

AGENT_HZ, CALLER_HZ = 850, 1000
KNOWN, OFFICE, STRANGER = "+442079460123", "+442079460124", "+442079460125"


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with async_playwright() as playwright, browser_page(playwright, tmp_path, AGENT_HZ, phone=False) as page:
        yield page


async def test_who_calls_is_shown_with_what_there_was_while_it_rings_in_the_call_and_in_wrap_up(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        anna = await acme.agent("Anna", phone=False)
        ben = await acme.post(
            "/v1/people",
            {
                "given": "Ben",
                "family": "Bat",
                "company": "Northern Lights",
                "notes": "Prefers calls before noon.",
                "tags": ["gold"],
                "numbers": [{"number": KNOWN}, {"number": OFFICE, "label": "office"}],
                "emails": [{"address": "ben@example.com"}],
            },
        )
        [queue] = (await acme.http.get("/v1/queues")).json()["items"]
        await acme.post("/v1/tasks", {"title": "Send the contract", "person_id": ben["id"], "queue_id": queue["id"]})
        await sign_in_as(page, system, anna)
        await go_available(page)
        call = await acme.customer(KNOWN, "").dial(acme.number, Tone(CALLER_HZ))
        await page.get_by_test_id("answer").wait_for(timeout=20_000)
        pane = page.get_by_test_id("customer")
        await expect(pane.get_by_test_id("customer-name")).to_have_text("Northern Lights")
        await expect(pane.get_by_test_id("customer-notes")).to_have_text("Prefers calls before noon.")
        await expect(pane.get_by_test_id("contact-task")).to_contain_text("Send the contract")
        about = pane.get_by_test_id("customer-about")
        await expect(about).to_contain_text("+44 20 7946 0124")
        await expect(about).to_contain_text("ben@example.com")
        assert await barriers(page) == []
        await page.get_by_test_id("answer").click()
        await page.get_by_test_id("in-call").wait_for()
        await expect(page.get_by_test_id("call-state")).to_have_text("Talking")
        await expect(pane.get_by_test_id("activity-entry").filter(has_text="Ben")).not_to_have_count(0)

        await pane.get_by_test_id("contact-task-new").click()
        await page.get_by_test_id("task-title").fill("Call about the invoice")
        await page.get_by_test_id("task-save").click()
        await expect(pane.get_by_test_id("contact-task")).to_have_count(2)
        call.hang_up()
        await page.get_by_test_id("wrap-up").wait_for()
        await expect(pane.get_by_test_id("contact-task")).to_have_count(2)
        await expect(pane.get_by_test_id("activity-entry").filter(has_text="answered")).not_to_have_count(0)
        tasks = (await acme.http.get("/v1/tasks")).json()["items"]
        [made] = [one for one in tasks if one["title"] == "Call about the invoice"]
        assert made["person_id"] == ben["id"]
        await pane.get_by_test_id("customer-open").click()
        await expect(page.get_by_test_id("contact-name")).to_have_text("Ben Bat")


async def test_a_caller_whom_nobody_wrote_down_is_shown_by_their_number_and_an_earlier_call(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        await sign_in_as(page, system, anna)
        await go_available(page)
        pane = page.get_by_test_id("customer")
        for so_far in (0, 1):
            call = await acme.customer(STRANGER, "").dial(acme.number, Tone(CALLER_HZ))
            await page.get_by_test_id("answer").wait_for(timeout=20_000)
            await expect(pane.get_by_test_id("customer-name")).to_have_text("+44 20 7946 0125")
            await expect(pane.get_by_test_id("customer-open")).to_have_count(0)
            earlier = pane.get_by_test_id("activity-entry").filter(has_text="answered")
            await expect(earlier).to_have_count(so_far)
            await page.get_by_test_id("answer").click()
            await expect(page.get_by_test_id("call-state")).to_have_text("Talking")
            await page.get_by_test_id("hang-up").click()
            await call.ended(5)
            await acme.ended(so_far + 1)
            await go_available(page)
        await expect(pane).to_have_count(0)
