"""The audit log in a real browser, with a stage as the server."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

from playwright.async_api import expect
from tests.support.app import scene as app_scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.wait import PATIENCE_S, wait_until


def auditor(app: App) -> None:
    app.stage.me = {**app.stage.me, **app_scene.allowed("auditor")}


async def test_an_auditor_searches_pages_checks_and_saves(app: App) -> None:
    auditor(app)
    asked: list[dict[str, list[str]]] = []
    app.page.on("request", lambda one: asked.append(parse_qs(urlparse(one.url).query)) if "audit?" in one.url else None)
    await app.open("#/administration")
    await app["open-audit"].click()
    changed = app["audit-line"].filter(has_text="Saraa changed the queue Sales: longest wait 5 min → 10 min")
    await changed.wait_for()
    refused = app["audit-line"].filter(has_text="Saraa tried to remove the second factors of Bat")
    await refused.get_by_text("refused").wait_for()
    await expect(changed.get_by_test_id("audit-request")).to_be_hidden()
    await changed.locator("summary").click()
    await expect(changed.get_by_test_id("audit-request")).to_have_text("PATCH /v1/queues/{queue_id}")
    assert await barriers(app.page) == []
    await app["audit-actor"].select_option("Bat")
    await app["audit-from"].fill("2026-11-23")
    await changed.get_by_role("button", name="que_sales").click()
    await wait_until(lambda: asked[-1].get("object_id") == ["que_sales"], PATIENCE_S)
    assert asked[-1]["actor_id"] == ["usr_bat"] and asked[-1]["from"][0].endswith("Z")
    await app["audit-more"].click()
    await wait_until(lambda: asked[-1].get("cursor") == ["2"], PATIENCE_S)
    await app["audit-check"].click()
    await app["audit-state"].get_by_text("all 3 lines are as they were written").wait_for()
    async with app.page.expect_download() as saving:
        await app["audit-save"].click()
    assert (await saving.value).suggested_filename == "call24-audit.csv"
    await app["audit-clear"].click()
    await wait_until(lambda: set(asked[-1]) == {"limit"}, PATIENCE_S)


async def test_who_may_not_read_it_is_not_shown_the_way(app: App) -> None:
    await app.open("#/me")
    await app["session-row"].first.wait_for()
    assert await app["open-administration"].count() == 0
    app.stage.me = {**app.stage.me, **app_scene.allowed("supervisor")}
    await app.page.goto(app.page.url.partition("#")[0] + "#/administration")
    await app.page.reload()
    await app["open-queues"].wait_for()
    assert await app["open-audit"].count() == 0
