"""A second factor in the app: asked at signing in and before what matters, set up, and made a duty."""

from __future__ import annotations

from typing import Literal

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_accounts import CODES, passkey


async def test_after_the_password_the_code_is_asked_for(app: App) -> None:
    app.stage.accounts.asks = True
    await app.open(signed_in=False)
    await app["sign-in-email"].fill("saraa@northwind.example")
    await app["sign-in-password"].fill("a few good words")
    await app["sign-in-submit"].click()
    await app["proof-code"].fill("000 000")
    await app["proof-submit"].click()
    await app["proof-problem"].get_by_text("The code is wrong").wait_for()
    assert await barriers(app.page) == []
    await app["proof-other"].click()
    await app["proof-code"].fill("abcde-fgh23")
    await app["proof-submit"].click()
    await app["tab-me"].wait_for()
    bodies = [body for _, path, body in app.stage.asked if path == "/v1/auth/login"]
    assert [body.get("code") for body in bodies] == [None, "000000", "abcde-fgh23"]


async def test_what_needs_a_fresh_proof_asks_for_it_and_is_then_done(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    app.stage.accounts.due = {"/v1/invitations/inv_mark"}
    await app.open("#/people")
    withdraw = app["invitation-row"].filter(has_text="Mark").get_by_test_id("invitation-withdraw")
    await withdraw.click()
    await app["step-up"].get_by_label("Close").click()
    await app["people-problem"].get_by_text("Confirm with your second factor").wait_for()
    await withdraw.click()
    await app["step-up-code"].fill("000000")
    await app["step-up-submit"].click()
    await app["step-up-problem"].wait_for()
    await app["step-up-code"].fill("123 456")
    await app["step-up-submit"].click()
    await app["invitation-row"].filter(has_text="Mark").wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/invitations/inv_mark") == 3
    assert await app["step-up"].count() == 0


@pytest.mark.parametrize("given", [True, False])
async def test_a_session_and_a_token_end_with_a_fresh_proof_and_stay_without_one(app: App, given: bool) -> None:
    app.stage.accounts.due = {"/v1/me/sessions/18", "/v1/tokens/21"}
    await app.open("#/me")
    await app["end-session"].click()
    await prove(app, given)
    await app["session-row"].filter(has_text="Chrome on Windows").wait_for(state="detached" if given else "visible")
    if not given:
        await app["sessions-problem"].get_by_text("Confirm with your second factor").wait_for()
    app.stage.accounts.due = {"/v1/tokens/21"}
    await app["open-tokens"].click()
    row = app["token-row"].filter(has_text="Nightly report")
    await row.click()
    await app["token-revoke"].click()
    await prove(app, given)
    await row.wait_for(state="detached" if given else "visible")
    for path in ("/v1/me/sessions/18", "/v1/tokens/21"):
        assert app.stage.was_asked("DELETE", path) == (2 if given else 1)


async def prove(app: App, given: bool) -> None:
    if not given:
        await app["step-up"].get_by_label("Close").click()
        return
    await app["step-up-code"].fill("123 456")
    await app["step-up-submit"].click()


async def test_an_authenticator_is_set_up_where_the_organisation_asks_for_one(app: App) -> None:
    app.stage.me = {**scene.ME, "mfa_setup_due": True}
    await app.open(signed_in=False)
    await app["sign-in-email"].fill("saraa@northwind.example")
    await app["sign-in-password"].fill("a few good words")
    await app["sign-in-submit"].click()
    await app["due-authenticator"].click()
    await app["setup-password"].fill("a few good words")
    await app["setup-begin"].click()
    await app["setup-qr"].get_by_role("img").wait_for()
    assert await barriers(app.page) == []
    await app["setup-code"].fill("123456")
    app.stage.me = scene.ME
    await app["setup-confirm"].click()
    await app["recovery-codes"].wait_for()
    assert await app["recovery-codes"].locator("li").all_inner_texts() == CODES
    async with app.page.expect_download() as saving:
        await app["recovery-save"].click()
    saved = (await (await saving.value).path()).read_text()
    assert all(code in saved for code in CODES)
    assert app.stage.was_asked("GET", "/v1/live") == 0
    await app["recovery-done"].click()
    await app["tab-me"].wait_for()


@pytest.mark.parametrize(
    ("width", "mode"),
    [
        (390, "dark"),
        pytest.param(1440, "light", marks=pytest.mark.long("test_axe_finds_no_barrier")),
    ],
)
async def test_axe_finds_no_barrier(app: App, width: int, mode: Literal["light", "dark"]) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    app.stage.accounts.mfa |= {
        "authenticator": True,
        "recovery_codes_left": 8,
        "passkeys": [passkey("phone", "My phone"), passkey("old", "Old key", suspect=True)],
    }
    await app.open("#/security")
    await app["recovery-renew"].wait_for()
    assert await barriers(app.page) == []
    await app["passkey-row"].first.click()
    await app["passkey-sheet"].wait_for()
    assert await barriers(app.page) == []
    await app["passkey-sheet"].get_by_label("Close").click()
    await app["recovery-renew"].click()
    await app["again-password"].fill("a few good words")
    await app["again-submit"].click()
    await app["recovery-codes"].wait_for()
    assert await barriers(app.page) == []
