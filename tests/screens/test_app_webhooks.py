"""Webhooks in the app, for administrators: where messages go, how it fares, and what became of each."""

from __future__ import annotations

from typing import Literal

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_webhooks import SECRET
from tests.support.wait import PATIENCE_S, wait_until


def administrator(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("administrator")}


async def test_a_webhook_is_added_tested_changed_given_a_new_secret_and_deleted(app: App) -> None:
    administrator(app)
    await app.open("#/administration")
    await app["open-webhooks"].click()
    for host, state in (("crm", "Working"), ("wall", "Failing"), ("old", "Ended")):
        await app["webhook-row"].filter(has_text=f"{host}.northwind.example").get_by_text(state).wait_for()
    await app["webhook-new"].click()
    await app["webhook-url"].fill("https://new.northwind.example/in")
    await app["kind-contact.created"].check()
    await app["webhook-save"].click()
    await app["token-shown"].get_by_text(SECRET).wait_for()
    await app["token-done"].click()
    wish = {"url": "https://new.northwind.example/in", "description": "", "country": "", "kinds": ["contact.created"]}
    assert ("POST", "/v1/webhooks", wish) in app.stage.asked
    await app["webhook-row"].filter(has_text="new.northwind.example").click()
    assert SECRET not in await app.page.content()
    await app["webhook-test"].click()
    await app["delivery-row"].filter(has_text="webhook.test").get_by_text("Waiting").wait_for()
    await app["webhook-edit"].click()
    await app["webhook-description"].fill("Shop")
    await app["webhook-save"].click()
    await app["webhook-sheet"].wait_for(state="detached")
    assert ("PATCH", "/v1/webhooks/whk_new", {**wish, "description": "Shop"}) in app.stage.asked
    await app["webhook-secret"].click()
    await app["webhook-sure"].click()
    await app["token-shown"].get_by_text(SECRET).wait_for()
    await app["token-done"].click()
    await app["webhook-secret"].click()
    await app["webhook-sure"].click()
    await app["sure-sheet"].get_by_text("less than 24 hours ago").wait_for()
    await app.page.keyboard.press("Escape")
    await app["sure-sheet"].wait_for(state="detached")
    await app["webhook-delete"].click()
    await app["webhook-sure"].click()
    await app["webhook-row"].first.wait_for()
    assert await app["webhook-row"].filter(has_text="new.northwind.example").count() == 0


async def test_what_was_given_up_is_found_and_sent_again_and_one_is_switched_off(app: App) -> None:
    administrator(app)
    await app.open("#/webhooks/whk_crm")
    await app["delivery-row"].nth(2).wait_for()
    await app["deliveries-dead"].click()
    await app["delivery-row"].nth(1).wait_for(state="detached")
    await app["delivery-again"].click()
    await app["delivery-row"].wait_for(state="detached")
    assert app.stage.was_asked("POST", "/v1/webhooks/whk_crm/deliveries/dlv_c/resend") == 1
    await app["webhook-enabled"].locator("xpath=..").click()
    await wait_until(lambda: ("PATCH", "/v1/webhooks/whk_crm", {"enabled": False}) in app.stage.asked, PATIENCE_S)
    await app["webhook-state"].get_by_text("Off").wait_for()


@pytest.mark.parametrize(
    ("width", "mode"),
    [
        (1440, "dark"),
        pytest.param(390, "light", marks=pytest.mark.long("test_axe_finds_no_barrier")),
    ],
)
async def test_axe_finds_no_barrier(app: App, width: int, mode: Literal["light", "dark"]) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    administrator(app)
    await app.open("#/webhooks")
    await app["webhook-row"].first.wait_for()
    assert await barriers(app.page) == []
    await app["webhook-new"].click()
    await app["webhook-sheet"].wait_for()
    assert await barriers(app.page) == []
    await app.page.goto(app.page.url.partition("#")[0] + "#/webhooks/whk_wall")
    await app["delivery-row"].first.wait_for()
    assert await barriers(app.page) == []


async def test_who_may_not_change_the_organisation_is_not_shown_the_way(app: App) -> None:
    await app.open("#/me")
    await app["session-row"].first.wait_for()
    assert await app["open-administration"].count() == 0
    app.stage.me = {**scene.ME, **scene.allowed("supervisor")}
    await app.page.goto(app.page.url.partition("#")[0] + "#/administration")
    await app.page.reload()
    await app["open-queues"].wait_for()
    assert await app["open-webhooks"].count() == 0
