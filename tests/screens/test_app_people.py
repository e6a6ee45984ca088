"""Inviting people, and tokens for programs, in the app."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_accounts import LINK
from tests.support.http.api import Api
from tests.support.wait import PATIENCE_S, wait_until


async def test_somebody_is_invited_and_the_link_passed_on_sent_again_and_withdrawn(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/administration")
    await app["open-people"].click()
    await app["invite"].click()
    await app["invite-email"].fill("new@northwind.example")
    await app["invite-name"].fill("Nara")
    await app["invite-role"].select_option("supervisor")
    await app["invite-send"].click()
    await app["invitation-link"].get_by_text(LINK).wait_for()
    wish = {"email": "new@northwind.example", "name": "Nara", "role": "supervisor"}
    assert ("POST", "/v1/invitations", wish) in app.stage.asked
    await app["invitation-row"].filter(has_text="Mark").get_by_test_id("invitation-resend").click()
    await app["invitation-sent"].get_by_text("Mark Webb is invited").wait_for()
    assert app.stage.was_asked("POST", "/v1/invitations/inv_mark/resend") == 1
    await app["invitation-row"].filter(has_text="Оюунаа").get_by_test_id("invitation-withdraw").click()
    await app["invitation-row"].filter(has_text="Оюунаа").wait_for(state="detached")
    await app["mfa-required"].locator("xpath=..").click()
    await wait_until(lambda: ("PATCH", "/v1/organisation", {"mfa_required": True}) in app.stage.asked, PATIENCE_S)


async def test_a_person_is_deleted_once_it_was_said_what_goes_and_why(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/people")
    await app["person-row"].filter(has_text="bat@northwind.example").get_by_role("button").click()
    await app["person-delete"].click()
    await app["person-sheet"].get_by_text("as those of “a former colleague”").wait_for()
    assert await app["person-delete-now"].is_disabled()
    await app["reason-left"].click()
    await app["person-delete-now"].click()
    await app["person-row"].filter(has_text="bat@northwind.example").wait_for(state="detached")
    assert ("POST", "/v1/users/usr_bat/delete", {"reason": "left"}) in app.stage.asked


async def test_an_administrator_is_offered_nothing_for_an_owner_who_may_do_more(app: App, api: Api) -> None:
    """Which roles are not beyond one's own is for the real server to say."""
    org = await api.organisation()
    await org.join("administrator")
    wish = {"name": "Key keeper", "permissions": ["recordings.keys", "live.read"]}
    keys = (await org.call("owner", "POST", "/v1/roles", json=wish)).json()["id"]

    async def served(method: str, path: str, _body: Any) -> tuple[int, Any]:
        answer = await org.call("administrator", method, path)
        return answer.status_code, answer.json()

    app.stage.served, app.stage.served_at = served, ("/v1/roles?", "/v1/permissions?")
    app.stage.me = {**scene.ME, **scene.allowed("administrator")}
    app.stage.accounts.users[1].update(role="owner", mfa=True)
    await app.open("#/people")
    await app["person-row"].filter(has_text="bat@northwind.example").get_by_role("button").click()
    await app["person-beyond"].wait_for()
    for action in ("person-role", "person-disable", "person-factors"):
        assert await app[action].count() == 0
    await app.page.keyboard.press("Escape")
    await app["person-row"].filter(has_text="anna@northwind.example").get_by_role("button").click()
    for action in ("person-role", "person-disable", "person-factors"):
        await app[action].wait_for()
    await app.page.evaluate(f"location.hash = '#/roles/{keys}'")
    await app["role-beyond"].get_by_text("replace the keys that encrypt recordings").wait_for()
    assert await app["role-name"].count() == await app["role-delete"].count() == 0


async def test_who_has_lost_a_password_is_given_a_link_that_is_shown_once(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/people")
    await app["person-row"].filter(has_text="bat@northwind.example").get_by_role("button").click()
    await app["person-reset"].click()
    assert await app["invitation-link"].inner_text() == "https://call24.test/#/reset/fresh-secret"
    await app["person-sheet"].get_by_text("This installation sends no e-mail").wait_for()
    assert ("POST", "/v1/users/usr_bat/reset", None) in app.stage.asked
    await app["person-sheet"].get_by_role("button", name="Done").click()
    assert await app["invitation-link"].count() == 0


async def test_a_token_is_made_shown_once_and_revoked(app: App) -> None:
    await app.open("#/me")
    await app["open-tokens"].click()
    await app["token-new"].click()
    await app["token-name"].fill("Wallboard")
    await app["ability-live.read"].check()
    await app["token-make"].click()
    shown = await app["token-shown"].inner_text()
    await app["token-done"].click()
    wish = {"name": "Wallboard", "abilities": ["live.read"], "expires_in_days": 90}
    assert ("POST", "/v1/tokens", wish) in app.stage.asked
    await app["token-row"].filter(has_text="Wallboard").click()
    assert shown not in await app.page.content()
    await app["token-revoke"].click()
    await app["token-row"].filter(has_text="Wallboard").wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/tokens/23") == 1


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
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/people")
    await app["person-row"].first.wait_for()
    assert await barriers(app.page) == []
    await app["invite"].click()
    await app["invite-sheet"].wait_for()
    assert await barriers(app.page) == []
    await app.page.goto(app.page.url.partition("#")[0] + "#/tokens")
    await app["token-new"].click()
    await app["token-sheet"].wait_for()
    assert await barriers(app.page) == []


async def test_the_queues_of_a_person_are_chosen_where_the_person_is_and_colleagues_stay_in_them(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    support, sales = app.stage.connections.queues
    app.stage.connections.queues = [{**support, "members": ["usr_bat", "usr_anna"]}, {**sales, "members": ["usr_anna"]}]
    await app.open("#/people")
    await app["person-row"].filter(has_text="bat@northwind.example").get_by_role("button").click()
    assert await app["person-queue-que_support"].is_checked()
    assert await app["person-queues-save"].count() == 0
    await app["person-queue-que_support"].uncheck()
    await app["person-queue-que_sales"].check()
    assert await barriers(app.page) == []
    await app["person-queues-save"].click()
    await app["person-queues-saved"].wait_for()
    assert ("PATCH", "/v1/queues/que_sales", {"members": ["usr_anna", "usr_bat"]}) in app.stage.asked
    assert ("PATCH", "/v1/queues/que_support", {"members": ["usr_anna"]}) in app.stage.asked
    assert await app["person-queue-que_sales"].is_checked()
    assert not await app["person-queue-que_support"].is_checked()
