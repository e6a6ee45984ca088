"""Lists of administration: how many they have, and looking through them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_connections import QUEUE_SETTINGS


async def test_a_list_is_looked_through_and_the_address_keeps_what_was_looked_for(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("administrator")}
    names = ("Support", "Sales", "Борлуулалт", "Support, evening", "Claims")
    app.stage.connections.queues[:] = [
        {**QUEUE_SETTINGS, "id": f"que_{n}", "name": name} for n, name in enumerate(names)
    ]
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.open("#/queues")
    await expect(app["list-total"]).to_contain_text("5")
    await app.page.keyboard.press("/")
    await expect(app["list-search"]).to_be_focused()
    await app.page.keyboard.type("SUP")
    await expect(app["queue-row"]).to_contain_text(["Support", "Support, evening"])
    await expect(app["list-shown"]).to_have_text("2 of 5")
    await app["queue-row"].last.click()
    await expect(app.page.get_by_role("heading", name="Support, evening")).to_be_visible()
    await expect(app["queue-row"]).to_have_count(2)
    assert app.page.url.endswith("#/queues/que_3?q=SUP")
    await app.page.reload()
    await expect(app["list-search"]).to_have_value("SUP")
    await expect(app["queue-row"]).to_have_count(2)
    await app["list-search"].fill("өвөл")
    await expect(app["list-none"]).to_contain_text("Nothing matches “өвөл”")
    assert await barriers(app.page) == []
    await app["list-clear"].click()
    await expect(app["queue-row"]).to_have_count(5)
    await expect(app["list-search"]).to_be_focused()
    await expect(app.page).to_have_url(f"{app.page.url.split('?', 1)[0]}")


@pytest.mark.long("test_a_list_is_looked_through_and_the_address_keeps_what_was_looked_for")
async def test_the_slash_searches_nothing_where_letter_keys_are_off(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("administrator")}
    await app.page.add_init_script("localStorage.setItem('call24.letter-keys', 'off')")
    await app.open("#/administration")
    await app["list-search"].wait_for()
    await app.page.keyboard.press("/")
    await expect(app["list-search"]).not_to_be_focused()
