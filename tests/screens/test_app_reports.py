"""The reports of a supervisor in a real browser, with a stage as the server."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import expect
from tests.support.app import scene_reports as scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import supervisor
from tests.support.app.stage import problem
from tests.support.wait import PATIENCE_S, wait_until


async def opened(app: App, address: str = "#/reports") -> App:
    supervisor(app.stage)
    await app.open(address)
    return app


async def test_a_supervisor_comes_from_live_and_sees_a_picture_and_the_same_in_figures(app: App) -> None:
    await opened(app, "#/live")
    await app["open-reports"].click()
    await app["report-chart"].wait_for()
    rows = app["report-table"].locator("tbody tr")
    assert await rows.count() == len(scene.HOURS)
    assert await app["report-chart"].locator("rect").count() == 2 * len(scene.HOURS)
    total = await app["report-table"].locator("tfoot td").all_inner_texts()
    assert total[:4] == ["129", "129", "115", "14"]
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # the table alone scrolls


async def test_a_measure_says_what_it_means_when_it_is_tapped(app: App) -> None:
    await opened(app)
    await app["measure-service_level"].click()
    await app["definition"].get_by_text("Share of visits answered within the queue's limit").wait_for()


async def test_the_choice_is_asked_for_and_is_still_there_after_a_reload(app: App) -> None:
    await opened(app)
    await app["report-table"].wait_for()
    await app["span-week"].click()
    await app["by"].select_option("agent")
    await wait_until(lambda: app.stage.asked_reports[-1].get("by") == "agent", PATIENCE_S)
    last = app.stage.asked_reports[-1]
    assert last["from"] < last["to"]
    await app.page.reload()
    await app["report-table"].wait_for()
    assert await app["span-week"].get_attribute("aria-pressed") == "true"
    assert await app["by"].input_value() == "agent"


async def test_a_figure_leads_to_the_calls_that_it_counts_and_the_one_before_stands_below_it(app: App) -> None:
    app.stage.report = scene.compared_report()
    await opened(app)
    await app["compare"].click()
    await app["compared-with"].get_by_text("Compared with Mon 23 Feb, up to 15:40 as today.").wait_for()
    await wait_until(lambda: app.stage.asked_reports[-1].get("compare") == "true", PATIENCE_S)
    await app["chart-former"].wait_for(state="attached")
    cells = app["report-table"].locator("tbody tr").filter(has_text="10:00").locator("td")
    assert (await cells.nth(1).inner_text()).split()[:2] == ["26", "+4"]
    await expect(cells.nth(1)).to_contain_text("4 more than before: 22")
    assert await barriers(app.page) == []
    await app["drill-abandoned"].first.click()
    await app["history-counted"].get_by_text("Abandoned").wait_for()
    await expect(app["history-row"]).to_have_count(3)
    assert app.page.url.endswith("#/history?from=2026-03-02&to=2026-03-02&hour=09&counted=abandoned")
    assert await app["search"].count() == 0
    asked = app.stage.asked_counted[-1]
    assert asked == {"measure": "abandoned", "from": "2026-03-02", "to": "2026-03-02", "hour": "9", "limit": "25"}
    await app.page.locator("[data-testid=history-part][data-part=counted]").click()
    await app["search"].wait_for()
    assert app.page.url.endswith("#/history?from=2026-03-02&to=2026-03-02")


async def test_an_export_shows_how_far_it_is_and_can_be_stopped(app: App) -> None:
    await opened(app)
    app.stage.export = scene.export("running", 3)
    await app["export"].get_by_text("Export CSV").click()
    await app["export"].get_by_text("3 rows").wait_for()
    await app["export"].get_by_text("Cancel").click()
    await wait_until(lambda: app.stage.was_asked("DELETE", "/v1/exports/exp_1") == 1, PATIENCE_S)
    await app["export"].get_by_text("Export CSV").wait_for()


@pytest.mark.long("test_an_export_shows_how_far_it_is_and_can_be_stopped")
async def test_an_export_that_is_done_is_saved(app: App) -> None:
    await opened(app)
    app.stage.export = scene.export("done", 8)
    async with app.page.expect_download() as downloading:
        await app["export"].get_by_text("Export CSV").click()
    assert (await downloading.value).suggested_filename == "call24-report.csv"


async def test_no_calls_and_a_server_that_is_away_are_said_in_words(app: App) -> None:
    app.stage.report = scene.report(empty=True)
    await opened(app)
    await app.page.get_by_text("No calls in these days").wait_for()
    app.stage.fail["/v1/reports"] = (503, problem(503, "unavailable"))
    await app["span-week"].click()
    await app.page.get_by_text("The report could not be loaded").wait_for()
    app.stage.fail.clear()
    app.stage.report = scene.report()
    await app.page.get_by_text("Try again").click()
    await app["report-table"].wait_for()


async def test_what_the_nights_found_is_said_under_the_report_and_an_old_server_leaves_it_out(app: App) -> None:
    app.stage.compared = scene.compared(0)
    await opened(app)
    await app["compared"].get_by_text("on 2026-03-01 all 132 calls agree").wait_for()
    app.stage.compared = scene.compared(2)
    await app.page.reload()
    await app["compared"].get_by_text("2 differences").wait_for()
    app.stage.fail["/v1/reconciliations"] = (503, problem(503, "unavailable"))
    await app.page.reload()
    await app["report-table"].wait_for()
    assert await app["compared"].count() == 0


@pytest.mark.long("test_a_supervisor_comes_from_live_and_sees_a_picture_and_the_same_in_figures")
async def test_totals_of_deleted_calls_stand_below_the_report_and_say_what_they_are(app: App) -> None:
    app.stage.report = scene.report(empty=True)
    app.stage.report_totals = scene.totals()
    await opened(app)
    await app["span-week"].click()
    await app["totals"].get_by_text("The calls of these days are deleted.").wait_for()
    rows = app["totals-table"].locator("tbody th")
    assert await rows.all_inner_texts() == ["2025-12-01", "2025-12-01 to 2025-12-07"]
    assert (await app["totals-table"].locator("tfoot td").all_inner_texts())[:4] == ["53", "53", "47", "6"]
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await barriers(app.page) == []
    await app["span-today"].click()
    await app["totals"].wait_for(state="detached")


@pytest.mark.parametrize(
    ("width", "mode"),
    [
        (390, "light"),
        pytest.param(390, "dark", marks=pytest.mark.long("test_axe_finds_no_barrier")),
        pytest.param(1440, "light", marks=pytest.mark.long("test_axe_finds_no_barrier")),
        pytest.param(1440, "dark", marks=pytest.mark.long("test_axe_finds_no_barrier")),
    ],
)
async def test_axe_finds_no_barrier(app: App, width: int, mode: Literal["light", "dark"]) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    app.stage.export = scene.export("running", 3)
    app.stage.compared = scene.compared(2)
    await opened(app)
    await app["report-chart"].wait_for()
    await app["compared"].wait_for()
    assert await barriers(app.page) == []
    await app["measure-service_level"].click()
    await app["definition"].wait_for()
    await app["export"].get_by_text("Export CSV").click()
    await app["export"].get_by_text("3 rows").wait_for()
    assert await barriers(app.page) == []
    app.stage.fail["/v1/reports"] = (503, problem(503, "unavailable"))
    await app["span-week"].click()
    await app.page.get_by_text("The report could not be loaded").wait_for()
    assert await barriers(app.page) == []
