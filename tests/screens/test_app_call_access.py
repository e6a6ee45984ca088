"""A call by the keyboard, with large text and on a narrow screen, and what it says when something is away."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.driver import App

BEYOND = """() => [...document.querySelectorAll('body *')].filter(one => {
    if (!one.checkVisibility() || one.closest('[aria-hidden=true], .sr-only')) return false
    const box = one.getBoundingClientRect()
    if (box.width === 0 || box.right <= innerWidth + 1) return false
    for (let at = one.parentElement; at !== null; at = at.parentElement) {
        const kept = ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX)
        if (kept && at.getBoundingClientRect().right <= innerWidth + 1 && at !== document.body) return false
    }
    return true
}).filter((one, n, all) => !all.some(other => other !== one && one.contains(other)))
  .map(one => one.outerHTML.slice(0, 160))"""
"""Elements that one would have to scroll the page, or the call, sideways for."""


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
    await expect(app["ringing"]).to_be_focused()  # the next key presses nothing
    await expect(app["announced"]).to_contain_text("Incoming call: ")
    await app.page.get_by_role("button", name="Decline").focus()
    await app.page.keyboard.press("Enter")
    await app["ringing"].wait_for(state="detached")
    await expect(app["new-call"]).to_be_focused()


async def test_a_sheet_that_a_ringing_call_covers_keeps_nobody_from_its_buttons(app: App) -> None:
    await app.open("#/history")
    await app.phone_ready()
    await app.follows()
    await app["history-filter"].click()
    await expect(app["history-filters"]).to_be_visible()
    app.stage.invite("call_live")
    await expect(app["answer"]).to_be_enabled()
    await app.page.get_by_role("button", name="Decline").click()
    await app["ringing"].wait_for(state="detached")
    await expect(app["history-filters"]).to_be_visible()


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


async def test_nothing_of_a_call_or_a_list_lies_beyond_a_narrow_screen_or_with_large_text(app: App) -> None:
    await app.open()
    beyond: list[str] = []
    for place in ("#/", "#/history", "#/work", "#/contacts", "#/notifications", "#/live"):
        await app.page.evaluate("place => { location.hash = place }", place)
        await app.page.get_by_role("heading", level=1).first.wait_for()
        beyond += await _beyond(app, place)
    await app.phone_ready()
    app.stage.live = scene.live(seq=11, call=scene.call("offered"))
    app.stage.tell("call", {**scene.call("offered"), "seq": 11})
    app.stage.invite("call_live")
    await expect(app["answer"]).to_be_enabled()
    beyond += await _beyond(app, "ringing")
    await app["answer"].click()
    app.stage.live = scene.live(seq=20, call=scene.call("connected"), session=scene.session("on_call"))
    app.stage.tell("call", {**scene.call("connected"), "seq": 20})
    await app.page.locator("[data-testid=in-call][data-state=talking]").wait_for()
    beyond += await _beyond(app, "in the call")
    await app.page.evaluate("location.hash = '#/'")
    await _over(app, scene.session("wrap_up", call_id="call_live", wrap_up_until=scene.ahead(seconds=90)))
    await app["wrap-up"].wait_for()
    beyond += await _beyond(app, "wrap-up")
    assert beyond == [], "\n".join(beyond)


async def _beyond(app: App, what: str) -> list[str]:
    found: list[str] = []
    for width, text in ((320, ""), (390, "200%")):
        await app.page.set_viewport_size({"width": width, "height": 844})
        await app.page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
        found += [f"{what} at {width} {text}: {one}" for one in await app.page.evaluate(BEYOND)]
    await app.page.evaluate("document.documentElement.style.fontSize = ''")
    return found


async def _over(app: App, session: dict[str, Any]) -> None:
    """The call has ended."""
    app.stage.live = scene.live(seq=30, session=session)
    app.stage.tell("session", {**session, "seq": 29})
    app.stage.tell("call", {"id": "call_live", "state": "ended", "seq": 30})
    app.stage.hang_up()
    await app["in-call"].wait_for(state="detached")


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
    await app.follows()
    await expect(app["pause-why"]).to_contain_text("because you missed calls in a row. Choose Available")
    app.stage.tell("session", {**scene.session("paused", reason="lunch"), "seq": 40})
    await app["pause-why"].wait_for(state="detached")
