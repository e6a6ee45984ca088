"""A flow on a phone: read and changed as a list, tested, and drawn without sideways scroll."""

from __future__ import annotations

from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_flows import MAIN
from tests.support.wait import PATIENCE_S, wait_until

PATH = "/v1/flows/flw_main"


async def test_a_flow_is_read_changed_and_tested_on_a_phone_as_a_list(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/flows/flw_main")
    await expect(app["flow-row-step"]).to_have_count(len(MAIN))
    steps = await app["flow-row-step"].evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert steps[:3] == ["hours", "hello", "menu"], "as a caller meets them"
    await app["flow-row-step"].nth(1).click()
    await app["flow-set-prompt"].select_option("greeting")
    await app.page.keyboard.press("Escape")
    await wait_until(lambda: app.stage.was_asked("PUT", PATH) == 1, PATIENCE_S)
    [changed] = [body for method, path, body in app.stage.asked if (method, path) == ("PUT", PATH)]
    assert changed["nodes"]["hello"]["prompt"] == "greeting"
    await app["flow-test-open"].click()
    await app["flow-test-then"].click()
    await app["flow-test-at"].fill("2026-11-30T09:00")
    await app["flow-test-start"].click()
    await app["flow-test-key-2"].click()
    await app["flow-test-answered"].click()
    await expect(app["flow-test-end"]).to_have_attribute("data-end", "answered")
    lines = await app["flow-test-line"].evaluate_all("lines => lines.map(line => line.dataset.id)")
    assert lines == ["hours", "hello", "menu", "sales"]
    asked = [body for method, path, body in app.stage.asked if path == f"{PATH}/simulate"]
    here = await app.page.evaluate("new Date('2026-11-30T09:00').getTime()")
    assert {await app.page.evaluate("at => new Date(at).getTime()", one["at"]) for one in asked} == {here}
    assert await barriers(app.page) == []
    await app.page.keyboard.press("Escape")
    await app["flow-view-diagram"].click()
    await app["flow-card"].first.wait_for()
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
