"""Branding: a colour is chosen and shown readable before it is saved, a logo is set, the app follows, all is reset."""

from __future__ import annotations

from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_branding import drawn

from call24.branding.tones import contrast

BRAND = "getComputedStyle(document.documentElement).getPropertyValue('--color-brand')"


async def test_a_colour_and_a_logo_are_set_and_the_app_follows(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("administrator")}
    await app.open("#/branding")
    own = await app.page.evaluate(BRAND)
    await app["brand-accent"].fill("FFD400")
    await expect(app["brand-adjusted"]).to_contain_text("would be hard to read")
    light = app["preview-light"]
    await expect(light).to_have_css("--color-brand", "light-dark(#836d00, #ffd400)")
    assert contrast("#836d00", "#ffffff") > 4.5
    assert await app.page.evaluate(BRAND) == own, "nothing is saved yet"
    assert await barriers(app.page) == []
    await app["brand-help"].fill("it@northwind.example")
    await app["branding-save"].click()
    await expect(app["branding-save"]).to_have_count(0)
    assert ("PUT", "/v1/branding", {"accent": "#ffd400", "help_contact": "it@northwind.example"}) in app.stage.asked
    assert await app.page.evaluate(BRAND) == "light-dark(#836d00, #ffd400)"
    app.stage.branding.refused = "It is too small: at least 16 by 16 pixels."
    logo = {"name": "logo.png", "mimeType": "image/png", "buffer": drawn((24, 32, 52))}
    await app["logo-file"].set_input_files(logo)  # type: ignore[arg-type]
    await expect(app["logo-wrong"]).to_contain_text("It is too small")
    await app["logo-file"].set_input_files(logo)  # type: ignore[arg-type]
    await expect(app["logo-shown"]).to_be_visible()
    await expect(app["logo-wrong"]).to_have_count(0)
    await expect(app["brand-logo"]).to_have_count(1)
    assert await barriers(app.page) == []
    await app["branding-reset"].click()
    await app["reset-now"].click()
    await expect(app["brand-accent"]).to_have_value("")
    await expect(app["brand-logo"]).to_have_count(0)
    assert await app.page.evaluate(BRAND) == own


async def test_an_app_that_is_open_follows_and_says_whom_to_ask(app: App) -> None:
    await app.open("#/me")
    await app.follows()
    await expect(app["help-contact"]).to_have_count(0)
    app.stage.branding.set("#0a6b4a", help_contact="+442079460123")
    app.stage.tell("branding", {"version": app.stage.branding.shown["version"], "seq": 11})
    await expect(app["help-contact"].locator("a")).to_have_attribute("href", "tel:+442079460123")
    assert (await app.page.evaluate(BRAND)).startswith("light-dark(#0a6b4a")
