"""A missed call becomes a task that is offered: agents accept and decline it in Chromium, on the real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from tests.support.app.axe import barriers
from tests.support.app.browser import go_available
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.signed_in import come_back_as
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

AGENT_HZ = 850
GRACE = "+442079460181"
WAITED = timedelta(seconds=5.5)
"""Longer than a call waits that is not counted as missed."""


@pytest_asyncio.fixture(loop_scope="session")
async def laptop(browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ, phone=False) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def mobile(browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ) as page:
        yield page


async def misses_a_call(acme: Organisation) -> None:
    """Somebody rings, waits in the queue, as the server counts it, and gives up."""
    call = await acme.customer(GRACE, "Grace").dial(acme.number)

    async def since() -> datetime | None:
        [queue] = (await acme.http.get("/v1/live")).json()["queues"]
        return datetime.fromisoformat(queue["longest_since"]) if queue["longest_since"] else None

    joined = await wait_until(since, 20)
    assert joined is not None
    await wait_until(lambda: datetime.now(UTC) - joined > WAITED, 10)
    call.hang_up()


async def task_of(agent: Agent) -> dict[str, Any]:
    found: list[dict[str, Any]] = (await agent.http.get("/v1/tasks")).json()["items"]
    [task] = found
    return task


async def test_on_a_phone_a_missed_call_is_offered_as_a_task_and_accepted(system: System, mobile: Page) -> None:
    async with system.organisation("Acme", offers_tasks=True) as acme:
        anna = await acme.agent("Anna", phone=False)
        await come_back_as(mobile, system, anna)
        await go_available(mobile)
        await misses_a_call(acme)
        card = mobile.get_by_test_id("task-offer")
        await expect(card).to_contain_text("Task for you", timeout=20_000)
        await expect(card).to_contain_text("Grace")
        await expect(card).to_contain_text("Missed call · Support")
        assert await barriers(mobile) == []
        await card.get_by_test_id("task-offer-accept").click()
        await expect(mobile.get_by_test_id("task-detail")).to_be_visible()
        await expect(mobile.get_by_test_id("task-state")).to_have_value("in_progress")
        await expect(mobile.get_by_test_id("activity").get_by_text("Anna accepted the task")).to_be_visible()
        await expect(card).to_have_count(0)
        task = await task_of(anna)
        assert (task["state"], task["assignee_id"]) == ("in_progress", anna.user_id)


@pytest.mark.long("telephony/test_tasks_offered.py::test_a_task_goes_from_one_agent_to_the_next_until_one_accepts_it")
async def test_on_a_laptop_it_is_declined_and_the_next_agent_is_asked(system: System, laptop: Page) -> None:
    async with system.organisation("Acme", offers_tasks=True) as acme:
        anna = await acme.agent("Anna", phone=False)
        await come_back_as(laptop, system, anna)
        await go_available(laptop)
        [bert] = await acme.crew("Bert")
        await acme.post("/v1/tasks", {"title": "Send the price list", "queue_id": acme.queue_id})
        card = laptop.get_by_test_id("task-offer")
        await expect(card).to_contain_text("Send the price list", timeout=20_000)
        await laptop.goto(f"{system.base_url}/#/work")
        await expect(card).to_be_visible()
        assert await barriers(laptop) == []
        await card.get_by_test_id("task-offer-decline").click()
        await expect(card).to_have_count(0)

        async def asked() -> list[Any]:
            items: list[Any] = (await bert.http.get("/v1/task-offers")).json()["items"]
            return items

        [offer] = await wait_until(asked, 10)
        assert offer["task"]["title"] == "Send the price list"
        assert (await bert.http.post(f"/v1/tasks/{offer['task']['id']}/accept")).status_code == 200
        await laptop.get_by_test_id("task-open").first.click()
        log = laptop.get_by_test_id("activity")
        await expect(log.get_by_text("Anna declined the task")).to_be_visible()
        await expect(log.get_by_text("Bert accepted the task")).to_be_visible()


@pytest.mark.long("integration/task_offers/test_task_offers.py::test_with_the_setting_off_offers_are_withdrawn")
async def test_an_offer_that_is_withdrawn_leaves_the_screen_and_says_so_to_who_is_late(
    system: System, laptop: Page
) -> None:
    async with system.organisation("Acme", offers_tasks=True) as acme:
        anna = await acme.agent("Anna", phone=False)
        await come_back_as(laptop, system, anna)
        await go_available(laptop)
        made = await acme.post("/v1/tasks", {"title": "Send the price list", "queue_id": acme.queue_id})
        card = laptop.get_by_test_id("task-offer")
        await expect(card).to_be_visible(timeout=20_000)
        task = (await anna.http.get(f"/v1/tasks/{made['id']}")).json()
        wish = {"assignee_id": None, "state": "waiting", "version": task["version"]}
        assert (await anna.http.patch(f"/v1/tasks/{made['id']}", json=wish)).status_code == 200
        await expect(card).to_have_count(0)
