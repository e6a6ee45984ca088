"""Phones and address books in the app: what a device is given, and its password, shown once and revoked."""

from __future__ import annotations

from typing import Literal

import pytest
from tests.support.app.axe import barriers
from tests.support.app.driver import App


async def test_an_app_password_is_made_shown_once_and_revoked(app: App) -> None:
    await app.open("#/me")
    await app["open-address-books"].click()
    assert await app["book-address"].inner_text() == "https://call24.test/"
    assert await app["book-user"].inner_text() == "sarah@northwind.example"
    await app["steps-Android with DAVx⁵"].click()
    await app.page.get_by_text("Login with URL and user name").wait_for()
    await app["app-password-new"].click()
    await app["app-password-name"].fill("My iPhone")
    await app["app-password-make"].click()
    shown = await app["token-shown"].inner_text()
    assert shown == "k3vt-9wqe-m2xa-7hdn-pb4s-yc8r"
    await app["token-done"].click()
    assert ("POST", "/v1/me/app-passwords", {"name": "My iPhone"}) in app.stage.asked
    await app["app-password-row"].filter(has_text="My iPhone").click()
    assert shown not in await app.page.content()
    await app["app-password-revoke"].click()
    await app["app-password-row"].filter(has_text="My iPhone").wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/me/app-passwords/apw_3") == 1


@pytest.mark.parametrize(
    ("width", "mode"),
    [
        (390, "light"),
        pytest.param(1440, "dark", marks=pytest.mark.long("test_axe_finds_no_barrier")),
    ],
)
async def test_axe_finds_no_barrier(app: App, width: int, mode: Literal["light", "dark"]) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    await app.open("#/address-books")
    await app["app-password-row"].first.wait_for()
    assert await barriers(app.page) == []
    await app["app-password-new"].click()
    await app["app-password-sheet"].wait_for()
    assert await barriers(app.page) == []
