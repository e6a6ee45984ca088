"""A supervisor saves a report, has it sent, and opens it again: in a real browser, with a stage as the server."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import supervisor
from tests.support.app.scene_saved_reports import KIM, saved
from tests.support.app.stage import problem
from tests.support.wait import PATIENCE_S, wait_until


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_report_is_saved_with_a_schedule_and_opened_again(app: App, width: int) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(reduced_motion="reduce")
    supervisor(app.stage)
    await app.open("#/reports")
    await app["report-table"].wait_for()
    await app["saved-show"].click()
    await app["saved-none"].wait_for()
    await app["span-last-week"].click()
    await app["by"].select_option("day")
    await wait_until(lambda: app.stage.asked_reports[-1].get("by") == "day", PATIENCE_S)
    await app["save"].click()
    await app["save-name"].fill("Week of the queues")
    await app["save-report"].locator("label", has_text="Share with colleagues").click()
    await app["save-report"].locator("label", has_text="Send by e-mail").click()
    await app["save-times"].get_by_text("Monday 9 March, 08:00").wait_for()
    await expect(app["save-times"].locator("li")).to_have_count(3)
    await app["save-report"].locator(f"[data-testid=save-recipient][data-id={KIM['id']}]").check()
    await app["save-report"].get_by_text("Not confirmed is the e-mail address of: Kim.").wait_for()
    assert await barriers(app.page) == []
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await app["save-now"].click()
    await expect(app["saved-name"]).to_have_text("Week of the queues")
    body = next(body for method, path, body in app.stage.asked if (method, path) == ("POST", "/v1/saved-reports"))
    assert (body["period"], body["by"], body["shared"]) == ("last_week", "day", True)
    assert body["schedule"] == {
        "every": "week",
        "hour": 8,
        "weekday": 0,
        "day": 1,
        "recipients": ["usr_dulmaa", "usr_kim"],
    }
    row = app["saved-row"].filter(has_text="Week of the queues")
    await row.get_by_text("Shared by you · Every week, Monday, 08:00").wait_for()
    await row.get_by_test_id("saved-send").click()
    await row.get_by_text("It is on its way to your e-mail address.").wait_for()
    assert await barriers(app.page) == []

    await app["span-today"].click()
    await app.page.goto(app.page.url.split("#")[0] + "#/live")
    await app["open-reports"].click()
    await expect(app["saved-name"]).to_have_text("Reports")
    await app["saved-show"].click()
    await app["saved-row"].get_by_test_id("saved-open").click()
    await expect(app["saved-name"]).to_have_text("Week of the queues")
    await expect(app["span-last-week"]).to_have_attribute("aria-pressed", "true")
    await expect(app["by"]).to_have_value("day")


async def test_what_is_shared_and_stopped_is_said_and_a_refusal_keeps_what_was_typed(app: App) -> None:
    supervisor(app.stage)
    theirs = {"made_by": KIM, "may_change": False, "may_remove": False, "shared": True}
    app.stage.saved_reports.rows = [
        saved(
            "srp_1",
            "Theirs",
            **theirs,
            schedule={"every": "day", "hour": 7, "weekday": 0, "day": 1, "recipients": []},
            stopped="maker_disabled",
        ),
    ]
    await app.open("#/reports/srp_1")
    await expect(app["saved-name"]).to_have_text("Theirs")
    await expect(app["save-change"]).to_have_count(0)
    await app["saved-show"].click()
    row = app["saved-row"]
    await row.get_by_text("Shared by Kim · Every day, 07:00").wait_for()
    await row.get_by_text("Not sent: the account of who saved it is disabled.").wait_for()
    await expect(row.get_by_test_id("saved-remove")).to_have_count(0)
    app.stage.saved_reports.refuses = (409, problem(409, "too_many"))
    await app["save"].click()
    await app["save-name"].fill("Mine")
    await app["save-now"].click()
    await app["save-problem"].wait_for()
    await expect(app["save-name"]).to_have_value("Mine")
    app.stage.saved_reports.refuses = None
    await app["save-now"].click()
    await expect(app["saved-name"]).to_have_text("Mine")
    await app.page.goto(app.page.url.split("#")[0] + "#/reports/srp_gone")
    await app["saved-missing"].get_by_text("This saved report is not there any more").wait_for()
