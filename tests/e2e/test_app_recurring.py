"""A recurring task is changed, paused and deleted in Chromium, on the real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from tests.support.app.axe import barriers
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.signed_in import come_back_as
from tests.support.product.people import Agent
from tests.support.product.system import System


@pytest_asyncio.fixture(loop_scope="session", params=["phone", "laptop"])
async def page(browsers: Browsers, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    phone = request.param == "phone"
    async with browser_page(browsers, 850, phone=phone) as page:
        yield page


async def series(agent: Agent) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await agent.http.get("/v1/task-series")).json()["items"]
    return items


async def test_a_recurring_task_is_changed_paused_resumed_and_deleted(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        rule = {"rule": "FREQ=WEEKLY;BYDAY=TU,FR", "starts": "2099-01-06T09:00"}
        body = {"title": "Count the till", **rule, "queue_id": acme.queue_id}
        made = (await anna.http.post("/v1/task-series", json=body)).json()
        await come_back_as(page, system, anna)
        await page.goto(f"{system.base_url}/#/work/recurring")
        row = page.get_by_test_id("recurring-row")
        await row.get_by_test_id("recurring-edit").click()
        await expect(page.get_by_test_id("recurring-rule")).to_have_value("own")
        await expect(row).to_contain_text("What you change holds for the next.")
        assert await barriers(page) == []
        await page.get_by_test_id("recurring-title").fill("Count both tills")
        await page.get_by_test_id("recurring-assignee").select_option(label="Anna")
        await page.get_by_test_id("recurring-save").click()
        await expect(row.get_by_test_id("recurring-edit")).to_be_visible()
        await expect(row).to_contain_text("Count both tills")
        [after] = await series(anna)
        assert (after["title"], after["assignee"]["id"]) == ("Count both tills", anna.user_id)
        same = ("rule", "starts", "next_at", "queue")
        assert [after[name] for name in same] == [made[name] for name in same], "what was not changed stays"

        await row.get_by_test_id("recurring-edit").click()
        await page.get_by_test_id("recurring-rule").select_option("daily")
        await page.get_by_test_id("recurring-save").click()
        await expect(row.get_by_test_id("recurring-edit")).to_be_visible()
        await expect(row).to_contain_text("Every day")
        assert (await series(anna))[0]["rule"] == "FREQ=DAILY"

        await row.get_by_test_id("recurring-pause").click()
        await expect(row).to_contain_text("No task is made until it is resumed")
        [paused] = await series(anna)
        assert (paused["paused"], paused["next_at"]) == (True, None)
        assert await barriers(page) == []
        await row.get_by_test_id("recurring-pause").click()
        await expect(row.get_by_test_id("recurring-pause")).to_have_text("Pause")
        [resumed] = await series(anna)
        assert (resumed["paused"], resumed["next_at"] is not None) == (False, True)

        await row.get_by_test_id("recurring-remove").click()
        await expect(page.get_by_test_id("delete-sheet")).to_contain_text("No task was made yet.")
        assert await barriers(page) == []
        await page.get_by_test_id("delete-now").click()
        await expect(row).to_have_count(0)
        assert await series(anna) == []
