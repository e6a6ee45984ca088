"""The note of a call: typed by an agent in Chromium while a customer is on the phone over SIP, saved as it is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from tests.support.app.axe import barriers
from tests.support.app.browser import go_available
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.signed_in import come_back_as
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.rtp import Tone

AGENT_HZ, CALLER_HZ = 850, 1000
NUMBER = "+442079460126"


@pytest_asyncio.fixture(loop_scope="session")
async def laptop(browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ, phone=False) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ) as page:
        yield page


def field(page: Page) -> Locator:
    return page.get_by_test_id("call-note-text").locator("visible=true")


def state(page: Page) -> Locator:
    return page.get_by_test_id("call-note").locator("visible=true")


async def ring(acme: Organisation, page: Page) -> CustomerCall:
    call = await acme.customer(NUMBER, "").dial(acme.number, Tone(CALLER_HZ))
    await page.get_by_test_id("answer").wait_for(timeout=20_000)
    return call


async def live_id(acme: Organisation) -> str:
    [call] = (await acme.http.get("/v1/live")).json()["calls"]
    return str(call["id"])


async def in_a_call(system: System, acme: Organisation, page: Page) -> tuple[CustomerCall, str]:
    """Anna talks to a customer: the call, and its id."""
    await come_back_as(page, system, await acme.agent("Anna", phone=False))
    await go_available(page)
    call = await ring(acme, page)
    await page.get_by_test_id("answer").click()
    await expect(page.get_by_test_id("call-state")).to_have_text("Talking")
    return call, await live_id(acme)


async def note(acme: Organisation, call_id: str) -> dict[str, Any]:
    return dict((await acme.http.get(f"/v1/calls/{call_id}/note")).json())


async def saved(acme: Organisation, call_id: str, text: str) -> None:
    async def there() -> bool:
        return (await note(acme, call_id))["text"] == text

    await wait_until(there, 15)


async def test_it_is_typed_while_it_rings_outlives_a_reload_in_the_call_and_stands_in_wrap_up_and_on_the_calls_page(
    system: System, laptop: Page
) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        anna = await acme.agent("Anna", phone=False)
        await come_back_as(laptop, system, anna)
        await go_available(laptop)
        call = await ring(acme, laptop)
        call_id = await live_id(acme)
        await field(laptop).press_sequentially("Rang twice.")
        await saved(acme, call_id, "Rang twice.")
        await laptop.get_by_test_id("answer").click()
        await expect(laptop.get_by_test_id("call-state")).to_have_text("Talking")
        await expect(state(laptop)).to_have_attribute("data-state", "saved")
        await expect(laptop.get_by_test_id("call-note-state").locator("visible=true")).to_contain_text("Saved · you")
        assert await barriers(laptop) == []

        await field(laptop).press("End")
        await field(laptop).press_sequentially(" Wants the invoice by post")
        await laptop.reload()
        await expect(laptop.get_by_test_id("call-state")).to_have_text("Talking", timeout=20_000)
        await expect(field(laptop)).to_have_value("Rang twice. Wants the invoice by post")
        await saved(acme, call_id, "Rang twice. Wants the invoice by post")
        await expect(state(laptop)).to_have_attribute("data-state", "saved")
        assert await laptop.evaluate("sessionStorage.getItem('call24.notes')") is None

        await field(laptop).press("End")
        await field(laptop).press_sequentially(", to the ")
        call.hang_up()
        await laptop.get_by_test_id("wrap-up").wait_for()
        await laptop.keyboard.type("office")  # the field is still in hand
        await saved(acme, call_id, "Rang twice. Wants the invoice by post, to the office")
        await laptop.get_by_test_id("wrap-up-done").click()
        await laptop.goto(f"{system.base_url}/#/history/{call_id}")
        await expect(field(laptop)).to_have_value("Rang twice. Wants the invoice by post, to the office")
        assert await barriers(laptop) == []
        contact = (await acme.http.get(f"/v1/calls/{call_id}")).json()["contact_id"]
        log = (await acme.http.get(f"/v1/contacts/{contact}/activity")).json()["items"]
        assert [one["text"] for one in log if one["kind"] == "note"] == [
            "Rang twice. Wants the invoice by post, to the office"
        ]
        await laptop.get_by_test_id("caller-activity").click()
        entry = laptop.get_by_test_id("activity-entry").filter(has_text="wrote a note on the call")
        await expect(entry).to_contain_text("to the office")

        await laptop.route("**/v1/calls/*/note", lambda route: route.abort())
        await field(laptop).fill("To the office, by post")
        await expect(state(laptop)).to_have_attribute("data-state", "failed")
        await acme.http.put(f"/v1/calls/{call_id}/note", json={"text": "Another thing"})
        await laptop.unroute("**/v1/calls/*/note")
        other = laptop.get_by_test_id("call-note-other").locator("visible=true")
        await expect(other).to_have_text("Another thing", timeout=15_000)
        assert (await note(acme, call_id))["text"] == "Another thing", "nobody's is written over"
        await laptop.get_by_test_id("call-note-both").locator("visible=true").click()
        await saved(acme, call_id, "Another thing\nTo the office, by post")

        await field(laptop).fill("")
        await field(laptop).blur()
        await saved(acme, call_id, "")
        assert (await note(acme, call_id))["version"] == 0


@pytest.mark.long(
    "test_it_is_typed_while_it_rings_outlives_a_reload_in_the_call_and_stands_in_wrap_up_and_on_the_calls_page"
)
async def test_what_is_typed_while_the_server_is_away_is_kept_and_sent_when_it_is_back(
    system: System, laptop: Page
) -> None:
    async with system.organisation("Acme") as acme:
        call, call_id = await in_a_call(system, acme, laptop)
        await laptop.route("**/v1/calls/*/note", lambda route: route.abort())
        await field(laptop).fill("Said the door is blue")
        await expect(state(laptop)).to_have_attribute("data-state", "failed")
        told = laptop.get_by_test_id("call-note-state").locator("visible=true")
        await expect(told).to_contain_text("Not saved: the server cannot be reached")
        await field(laptop).press_sequentially(" and green")
        assert (await note(acme, call_id))["text"] == ""
        await laptop.unroute("**/v1/calls/*/note")
        await saved(acme, call_id, "Said the door is blue and green")
        await expect(state(laptop)).to_have_attribute("data-state", "saved")
        call.hang_up()


@pytest.mark.long(
    "integration/call_notes/test_call_notes.py::test_nobody_overwrites_what_another_device_wrote_meanwhile"
)
async def test_two_who_write_at_once_lose_nothing_and_choose(system: System, laptop: Page) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        call, call_id = await in_a_call(system, acme, laptop)
        await field(laptop).fill("From the laptop")
        await saved(acme, call_id, "From the laptop")
        await expect(state(laptop)).to_have_attribute("data-state", "saved")

        await acme.http.put(f"/v1/calls/{call_id}/note", json={"text": "From the supervisor"})
        await expect(field(laptop)).to_have_value("From the supervisor")  # nothing was typed: it is shown at once

        await laptop.route("**/v1/calls/*/note", lambda route: route.abort())
        await field(laptop).fill("From the supervisor, and the laptop")
        await expect(state(laptop)).to_have_attribute("data-state", "failed")
        await acme.http.put(f"/v1/calls/{call_id}/note", json={"text": "Another thing"})
        await laptop.unroute("**/v1/calls/*/note")
        other = laptop.get_by_test_id("call-note-other").locator("visible=true")
        await expect(other).to_have_text("Another thing", timeout=15_000)
        assert (await note(acme, call_id))["text"] == "Another thing"
        assert await barriers(laptop) == []
        await laptop.get_by_test_id("call-note-both").locator("visible=true").click()
        await saved(acme, call_id, "Another thing\nFrom the supervisor, and the laptop")
        await expect(state(laptop)).to_have_attribute("data-state", "saved")
        call.hang_up()


@pytest.mark.long(
    "test_it_is_typed_while_it_rings_outlives_a_reload_in_the_call_and_stands_in_wrap_up_and_on_the_calls_page"
)
async def test_on_a_phone_it_is_typed_in_the_call_and_in_the_wrap_up(system: System, phone: Page) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        call, call_id = await in_a_call(system, acme, phone)
        await field(phone).fill("On the phone")
        await saved(acme, call_id, "On the phone")
        assert await barriers(phone) == []
        call.hang_up()
        await phone.get_by_test_id("wrap-up").wait_for()
        await expect(field(phone)).to_have_value("On the phone")
        await field(phone).fill("On the phone, and after it")
        await saved(acme, call_id, "On the phone, and after it")
        assert await barriers(phone) == []
