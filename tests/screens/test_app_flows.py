"""A flow: read, changed as a list and tested on a phone, without sideways scroll; drawn by hand on a laptop."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.dragging import drag
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


async def test_connections_and_steps_are_dragged(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.open("#/flows/flw_main")

    def port(step: str, way: str) -> Locator:
        return app.page.locator(f"[data-testid=flow-port][data-from={step}][data-way='{way}']")

    def card(step: str) -> Locator:
        return app.page.locator(f"[data-card={step}] [data-step]")

    async def sent(count: int) -> Any:
        await wait_until(lambda: app.stage.was_asked("PUT", PATH) == count, PATIENCE_S)
        return [body for method, path, body in app.stage.asked if (method, path) == ("PUT", PATH)][-1]["nodes"]

    await app["flow-news-go-on"].click()
    hint = app["flow-drop-hint"]
    await drag(app.page, port("menu", "choices.2"), card("sales"), then=hint.get_by_text("It leads there already."))
    await drag(app.page, port("menu", "choices.4"), card("sales"), then=hint.get_by_text("Leads to Sales"))
    assert (await sent(1))["menu"]["choices"]["4"] == "sales", "and the drop that is not allowed did nothing"

    # A step is dragged onto a connection; undone with the keyboard; moved there from the panel instead.
    between = app.page.locator("[data-testid=flow-wire-add][data-from=hours][data-way=closed]")
    await drag(app.page, card("hello"), between, then=hint.get_by_text("After Open now?, while it is closed"))
    nodes = await sent(2)
    assert (nodes["hours"]["open"], nodes["hours"]["closed"], nodes["hello"]["next"]) == ("menu", "hello", "night")
    await app.page.keyboard.press("Control+z")
    assert (await sent(3))["hello"]["next"] == "menu"
    await card("hello").click()
    await app["flow-step-move"].click()
    await app["flow-place"].get_by_text("After Open now?, while it is closed").click()
    assert (await sent(4))["hello"]["next"] == "night"

    # Onto empty space: another step, and which.
    await drag(app.page, port("hello", "next"), by=(60, 400), then=hint.get_by_text("Drop here for a new step"))
    await app["flow-picker"].get_by_test_id("flow-new-forward").click()
    nodes = await sent(5)
    assert (nodes["hello"]["next"], nodes["forward"]["failed"]) == ("forward", "night")
    await expect(card("forward")).to_be_focused()
    await app.page.keyboard.press("Delete")
    assert (await sent(6))["hello"]["next"] == "night"
    assert await barriers(app.page) == []
