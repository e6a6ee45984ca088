"""A call by the keyboard, with large text and on a narrow screen, and what it says when something is away."""

from __future__ import annotations

from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.driver import App


async def test_the_first_tab_leads_past_the_navigation(app: App) -> None:
    await app.open()
    await app.page.keyboard.press("Tab")
    skip = app.page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    box = await skip.bounding_box()
    assert box is not None and box["width"] > 100 and box["y"] >= 0
    await app.page.keyboard.press("Enter")
    await expect(app.page.get_by_role("main")).to_be_focused()
    assert "main" not in await app.page.evaluate("location.hash")


async def test_who_rings_gets_the_focus_and_gives_it_back(app: App) -> None:
    await app.open()
    await app.phone_ready()
    await app.follows()
    await app["new-call"].focus()
    app.stage.invite("call_live")
    await expect(app.page.get_by_role("button", name="Answer")).to_be_focused()
    await expect(app["announced"]).to_contain_text("Incoming call: ")
    await app.page.keyboard.press("Shift+Tab")
    await expect(app.page.get_by_role("button", name="Decline")).to_be_focused()
    await app.page.keyboard.press("Enter")
    await app["ringing"].wait_for(state="detached")
    await expect(app["new-call"]).to_be_focused()


async def test_who_types_goes_on_typing_and_hears_who_rings(app: App) -> None:
    await app.page.set_viewport_size({"width": 1280, "height": 800})
    await app.open("#/history")
    await app.phone_ready()
    await app.follows()
    await app["search"].focus()
    app.stage.invite("call_live")
    await expect(app["announced"]).to_contain_text("Incoming call: ")
    await expect(app["answer"]).to_be_enabled()
    await app.page.keyboard.type("ann")
    await expect(app["search"]).to_have_value("ann")
    await expect(app["search"]).to_be_focused()


async def test_a_call_that_covers_the_page_does_not_cover_that_the_link_or_the_network_is_away(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app.stage.cut_realtime()
    banner = app["call-banner"]
    await expect(banner).to_contain_text("calls still ring here")
    await expect(banner).to_be_in_viewport()
    await expect(app["hang-up"]).to_be_in_viewport()
    await app.page.context.set_offline(True)
    await expect(banner).to_contain_text("No network. Calls do not ring here")
    await app.page.context.set_offline(False)
    app.stage.realtime_up = True
    await banner.wait_for(state="detached")
    app.stage.tell("system", {"asterisk": "away", "seq": 30})
    await expect(banner).to_contain_text("The telephone system is not available")


async def test_who_was_paused_is_told_why_and_how_to_come_back(app: App) -> None:
    app.stage.live = scene.live(session=scene.session("paused", reason="missed_calls"))
    await app.open()
    await expect(app["pause-why"]).to_contain_text("because you missed calls in a row. Choose Available")
    app.stage.tell("session", {**scene.session("paused", reason="lunch"), "seq": 40})
    await app["pause-why"].wait_for(state="detached")
