"""What letters lead to, and where one is signed in: the app in a real browser, the server played by a stage."""

from __future__ import annotations

import pytest
from tests.support.app import scene
from tests.support.app.driver import App
from tests.support.app.stage import problem
from tests.support.wait import PATIENCE_S, wait_until

PASSWORD = "a few good words"


async def test_who_is_invited_chooses_a_password_and_is_in(app: App) -> None:
    await app.open("#/invitation/a-secret", signed_in=False)
    await app.page.get_by_text(f"Join {scene.INVITATION['organisation']}").wait_for()
    born = app["invitation-born"]
    assert (await born.input_value(), await born.get_attribute("min"), await born.get_attribute("max")) == (
        "",
        None,
        None,
    )
    await born.fill("1987-03-09")
    await app["invitation-next"].click()
    assert await app["invitation-name"].input_value() == scene.INVITATION["name"]
    await app["invitation-password"].fill(PASSWORD)
    await app["invitation-submit"].click()
    await app["tab-me"].wait_for()
    [body] = [body for _, path, body in app.stage.asked if path == "/v1/invitations/accept"]
    assert (body["token"], body["password"], body["birth_date"]) == ("a-secret", PASSWORD, "1987-03-09")
    assert body["device"]["identifier"] and body["device"]["app_version"]
    assert "a-secret" not in app.page.url


async def test_who_may_not_have_an_account_is_told_neutrally_and_asked_nothing_else(app: App) -> None:
    app.stage.fail["/v1/age-screen"] = (403, problem(403, "not_eligible"))
    await app.open("#/invitation/a-secret", signed_in=False)
    await app["invitation-born"].fill("2015-06-07")
    await app["invitation-next"].click()
    await app["invitation-refused"].wait_for()
    assert await app["invitation-born"].count() == 0 and await app["invitation-password"].count() == 0
    text = (await app.page.inner_text("body")).lower()
    assert not any(hint in text for hint in ("age", "old", "young", "13", "2015")), text
    kept = await app.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "2015" not in kept


@pytest.mark.long("test_who_is_invited_chooses_a_password_and_is_in")
async def test_an_invitation_that_is_over_says_what_to_do(app: App) -> None:
    app.stage.fail["/v1/invitations/look"] = (404, problem(404, "not_found"))
    await app.open("#/invitation/a-secret", signed_in=False)
    await app["invitation-problem"].get_by_text("no longer valid").wait_for()
    assert await app["invitation-submit"].count() == 0


async def test_a_lost_password_is_asked_for_and_replaced(app: App) -> None:
    await app.open(signed_in=False)
    await app["lost-password"].click()
    await app["lost-email"].fill(" saraa@northwind.example ")
    await app["lost-submit"].click()
    await app["lost-asked"].get_by_text("If there is an account").wait_for()
    assert ("POST", "/v1/auth/reset", {"email": "saraa@northwind.example"}) in app.stage.asked
    await app.page.goto(app.page.url.partition("#")[0] + "#/reset/a-secret")
    await app["reset-password"].fill(PASSWORD)
    await app["reset-submit"].click()
    await app["reset-done"].wait_for()
    wish = {"token": "a-secret", "password": PASSWORD}
    assert ("POST", "/v1/auth/reset/complete", wish) in app.stage.asked


@pytest.mark.long("test_a_lost_password_is_asked_for_and_replaced")
async def test_where_no_e_mail_is_sent_a_lost_password_leads_to_who_can_help(app: App) -> None:
    app.stage.fail["/v1/auth/reset"] = (202, {"sends": False})
    await app.open(signed_in=False)
    await app["lost-password"].click()
    await app["lost-email"].fill("saraa@northwind.example")
    await app["lost-submit"].click()
    await app["lost-no-mail"].get_by_text("Ask the owner or an administrator").wait_for()
    assert await app.page.get_by_text("on its way").count() == 0


async def test_the_password_is_changed_in_the_app(app: App) -> None:
    await app.open("#/security")
    await app["password-change"].click()
    await app["password-current"].fill("the one of before")
    await app["password-new"].fill(PASSWORD)
    app.stage.fail["/v1/me/password"] = (403, problem(403, "wrong_password"))
    await app["password-save"].click()
    await app["password-problem"].get_by_text("The password is wrong").wait_for()
    del app.stage.fail["/v1/me/password"]
    await app["password-current"].fill("the one of before")
    await app["password-save"].click()
    await app["password-changed"].wait_for()
    wish = {"current_password": "the one of before", "password": PASSWORD, "keep_tokens": False}
    assert ("PUT", "/v1/me/password", wish) in app.stage.asked


async def test_an_address_is_confirmed_by_a_press_and_not_by_opening_the_page(app: App) -> None:
    await app.open("#/email/a-secret", signed_in=False)
    await app["email-confirm"].wait_for()
    assert app.stage.was_asked("POST", "/v1/auth/email/confirm") == 0
    await app["email-confirm"].click()
    await app["email-done"].get_by_text("new@northwind.example").wait_for()


async def test_the_user_sees_where_it_is_signed_in_and_signs_out_there(app: App) -> None:
    await app.open("#/me")
    await wait_until(lambda: app["session-row"].count(), PATIENCE_S)
    assert await app["session-row"].count() == 2
    await app["session-row"].filter(has_text="Chrome on Windows").get_by_text("203.0.113.9").wait_for()
    await app["end-session"].click()
    await app["session-row"].filter(has_text="Chrome on Windows").wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/me/sessions/18") == 1
    assert await app["end-session"].count() == 0


async def test_all_other_sessions_are_ended_at_once(app: App) -> None:
    app.stage.sessions = [*scene.SESSIONS, {**scene.SESSIONS[1], "id": "19", "name": "Safari on macOS"}]
    await app.open("#/me")
    await app["end-other-sessions"].get_by_text("Sign out on 2 other devices").click()
    await app["end-session"].first.wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/me/sessions") == 1
    assert await app["session-row"].count() == 1 and await app["end-other-sessions"].count() == 0
