"""How many agents: from the figures of a queue to the curve, a team of it, and the table."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.stage import problem


async def test_the_figures_of_a_queue_become_a_curve_whose_teams_are_looked_at(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("supervisor")}
    await app.open("#/reports")
    await app["open-staffing"].click()
    await app["staffing-queue"].select_option("que_support")
    await expect(app["staffing-from"]).to_contain_text("11:00: 31 calls on an average day")
    await expect(app["staffing-calls"]).to_have_value("31")
    await app["staffing-patience"].fill("")
    await app["staffing-ask"].click()
    await expect(app["staffing-answer"]).to_contain_text("13 agents answer 80 % of the calls within 20 s")
    [asked] = app.stage.staffing.asked
    assert asked == {"arrivals_per_hour": 31, "handle_s": 240, "wrap_up_s": 30, "target_s": 20, "goal": 0.8}
    await expect(app["staffing-agents"]).to_have_text("13 agents")
    await app["staffing-fewer"].click()
    await expect(app["staffing-agents"]).to_have_text("12 agents")
    current = app["staffing-table"].locator("tr[aria-current=true]")
    await expect(current.get_by_role("rowheader")).to_have_text("12")
    assert await barriers(app.page) == []


@pytest.mark.long("test_the_figures_of_a_queue_become_a_curve_whose_teams_are_looked_at")
async def test_what_stands_against_a_curve_is_said(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("supervisor")}
    app.stage.fail["/v1/staffing"] = (429, problem(429, "too_many_attempts"))
    await app.open("#/staffing")
    await app["staffing-ask"].click()
    await app["staffing-problem"].get_by_text("Another curve is being computed").wait_for()
