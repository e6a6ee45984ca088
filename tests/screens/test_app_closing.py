"""Closing the organisation, and keeping it: the app in a real browser, the server played by a stage."""

from __future__ import annotations

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App

AT = "/v1/organisation/closing"


async def test_an_owner_sees_what_goes_types_the_name_closes_and_keeps_it(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/administration")
    await app["open-close"].click()
    plan = app["closing-plan"]
    for text in ("Call records", "612", "Everything else", "40"):
        await plan.get_by_text(text, exact=True).wait_for()
    assert await app["closing-banner"].count() == 0
    await app["closing-name"].fill("another name")
    assert await app["closing-go"].is_disabled()
    await app["closing-name"].fill(scene.CLOSING_PLAN["name"])
    await app["closing-go"].click()
    await app["closing-state"].get_by_text("rcp_1").wait_for()
    assert ("POST", AT, {"name": scene.CLOSING_PLAN["name"]}) in app.stage.asked
    assert await app["closing-name"].count() == 0
    assert await barriers(app.page) == []
    await app["tab-me"].click()
    await app["closing-banner"].wait_for()
    await app["closing-keep"].click()
    await app["closing-banner"].wait_for(state="detached")
    assert app.stage.was_asked("DELETE", AT) == 1


@pytest.mark.long("test_an_owner_sees_what_goes_types_the_name_closes_and_keeps_it")
async def test_an_agent_is_told_that_the_organisation_is_being_closed_and_cannot_keep_it(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("agent")}
    app.stage.closing = scene.closing(ends_at="2026-12-08T20:00:00.000Z")
    await app.open("#/me")
    await app["closing-banner"].get_by_text("being closed").wait_for()
    assert await app["closing-keep"].count() == 0 and await app["open-administration"].count() == 0
