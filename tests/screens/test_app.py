"""How the app behaves when things come in an odd order, or not at all: a real browser, the server played by a stage."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import urlparse

import pytest
from playwright.async_api import Locator, Route, expect
from tests.support.app import qr, scene
from tests.support.app.driver import App
from tests.support.app.stage import ORIGIN, keep_signed_in, problem
from tests.support.wait import PATIENCE_S, wait_until


async def test_the_phone_rings_first_and_the_card_comes_later(app: App) -> None:
    await app.open()
    await app.phone_ready()
    await app.follows()
    app.stage.invite("call_live")
    await app["ringing-name"].get_by_text("Number withheld").wait_for()
    assert await app["answer"].is_enabled()
    app.stage.tell("call", {**scene.call("offered"), "seq": 11})
    await app["ringing-name"].get_by_text("Өнөрбаяр Төмөр").wait_for()
    assert await app["ringing"].count() == 1


@pytest.mark.long("test_the_phone_rings_first_and_the_card_comes_later")
async def test_the_card_comes_first_and_the_answer_waits_for_the_phone(app: App) -> None:
    await app.open()
    await app.phone_ready()
    await app.follows()
    app.stage.tell("call", {**scene.call("offered"), "seq": 11})
    await app["ringing-name"].get_by_text("Өнөрбаяр Төмөр").wait_for()
    assert await app["answer"].is_disabled()
    app.stage.invite("call_live")
    await app["answer"].click()
    await app["in-call"].wait_for()


async def test_a_declined_call_is_gone_at_once_and_rings_again_when_offered_again(app: App) -> None:
    await app.open()
    await app.phone_ready()
    await app.follows()
    app.stage.tell("call", {**scene.call("offered"), "seq": 11})
    app.stage.invite("call_live")
    await app["decline"].click()
    await app["ringing"].wait_for(state="detached")
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/decline") == 1, PATIENCE_S)
    app.stage.tell("call", {"id": "call_live", "state": "ended", "seq": 12})
    app.stage.tell("call", {**scene.call("offered", offer_id="off_2"), "seq": 13})
    await app["ringing"].wait_for()


async def test_a_reload_in_a_call_takes_it_up_again(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app.page.reload()
    await app.page.locator("[data-testid=in-call][data-state=talking]").wait_for()
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/reattach") == 1, PATIENCE_S)
    await app.page.locator("[data-testid=mute]:not([disabled])").wait_for()
    assert await app["ringing"].count() == 0


@pytest.mark.long("test_a_reload_in_a_call_takes_it_up_again")
async def test_a_browser_that_lost_what_it_stored_takes_up_the_call_that_the_server_knows_on_it(app: App) -> None:
    """Killed, it comes back without what it stored in its last seconds."""
    app.stage.live = scene.live(call=scene.call("held", device_id="dev_1"), session=scene.session("on_call"))
    await keep_signed_in(app.page)
    await app.page.goto(ORIGIN)
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/reattach") == 1, PATIENCE_S)
    assert await app.page.get_by_text("This call is on another device of yours").count() == 0


async def test_a_call_taken_on_another_device_is_not_pulled_away_from_it(app: App) -> None:
    app.stage.live = scene.live(call=scene.call("connected", device_id="dev_2"), session=scene.session("on_call"))
    await keep_signed_in(app.page)
    await app.page.goto(ORIGIN)
    await app.page.get_by_text("This call is on another device of yours").wait_for()
    await app.phone_ready()
    assert app.stage.was_asked("POST", "/v1/calls/call_live/reattach") == 0
    await app.page.get_by_role("button", name="Continue here").click()
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/reattach") == 1, PATIENCE_S)


async def test_the_caller_hangs_up_while_the_realtime_link_is_away(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app.stage.cut_realtime()
    app.stage.live = scene.live(seq=30)
    app.stage.hang_up()
    await app["in-call"].wait_for(state="detached")
    await app["tab-calls"].wait_for()


async def test_what_happened_while_the_link_was_away_is_there_after_it_returns(app: App) -> None:
    await app.open()
    await app.follows()
    await app.stage.cut_realtime()
    await app["banner"].get_by_text("No live connection").wait_for()
    nobody = [{**queue, "waiting": 0, "longest_since": None} for queue in scene.QUEUES]
    app.stage.live = scene.live(seq=40, queues=nobody)
    app.stage.realtime_up = True
    await app["banner"].wait_for(state="detached")
    assert await app["waiting-count"].inner_text() == "0"


async def test_the_app_says_that_asterisk_is_away_and_when_it_is_back(app: App) -> None:
    await app.open()
    await app.follows()
    assert await app["banner"].count() == 0
    app.stage.tell("system", {"asterisk": "away", "seq": 30})
    await app["banner"].get_by_text("The telephone system is not available").wait_for()
    app.stage.tell("system", {"asterisk": "ok", "seq": 31})
    await app["banner"].wait_for(state="detached")


async def test_who_may_not_see_calls_is_not_connected(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("privacy_officer")}
    await app.page.clock.install()
    await app.open("#/me")
    await app["device-state"].filter(has_text="Microphone").wait_for()
    await app.page.clock.run_for(5_000)  # twice the time after which the app asks again
    await app.page.reload()  # what was asked until then has come
    await app["tab-me"].wait_for()
    assert [app.stage.was_asked("GET", path) for path in ("/v1/live", "/v1/realtime")] == [0, 0]
    assert await app["banner"].count() == 0


async def test_a_blocked_microphone_is_explained_and_changes_no_state(app: App) -> None:
    app.stage.live = scene.live(session=scene.session("offline"))
    await app.open()
    await app.page.evaluate("navigator.permissions.query = () => Promise.resolve({state: 'denied'})")
    await app["state-available"].click()
    await app["mic-denied"].wait_for()
    assert await app.page.evaluate("__call24.phone().state") == "off"
    assert app.stage.was_asked("PUT", "/v1/session") == 0


async def test_the_microphone_is_asked_for_with_the_reason_first(app: App) -> None:
    app.stage.live = scene.live(session=scene.session("offline"))
    await app.open()
    await app.page.evaluate("navigator.permissions.query = () => Promise.resolve({state: 'prompt'})")
    await app["state-available"].click()
    await app["mic-reason"].wait_for()
    await app["mic-continue"].click()
    await app.page.locator("[data-testid=session-state][data-state=available]").wait_for(state="attached")


@pytest.mark.parametrize(
    ("status", "code", "title"),
    [
        (401, "invalid_credentials", "This e-mail and password do not match"),
        pytest.param(
            429,
            "too_many_attempts",
            "Too many attempts",
            marks=pytest.mark.long("test_signing_in_says_what_is_wrong"),
        ),
        (0, "away", "Call24 cannot be reached"),
    ],
)
async def test_signing_in_says_what_is_wrong(app: App, status: int, code: str, title: str) -> None:
    app.stage.fail["/v1/auth/login"] = (status, problem(status, code))
    await app.open(signed_in=False)
    await app["sign-in-email"].fill("saraa@northwind.example")
    await app["sign-in-password"].fill("wrong")
    await app["sign-in-submit"].click()
    await app["sign-in-problem"].get_by_text(title).wait_for()


async def test_signing_out_leaves_nothing_behind(app: App) -> None:
    await app.open("#/me")
    await app.page.evaluate("caches.open('call24-shell-test')")
    await app["theme-dark"].click()
    await app["sign-out"].click()
    await app["sign-in-email"].wait_for()
    assert app.stage.was_asked("POST", "/v1/auth/logout") == 1
    left = await app.page.evaluate("caches.keys().then((keys) => [Object.keys(localStorage).length, keys.length])")
    assert left == [0, 0]


async def test_a_phone_finds_the_server_by_the_code_that_its_camera_reads(app: App) -> None:
    await app.open("#/me")
    code = app["phone-code"].locator("svg")

    async def read() -> str:
        box, path = await code.get_attribute("viewBox"), await code.locator("path").get_attribute("d")
        assert box is not None and path is not None
        return qr.read(path, int(box.split()[2]))

    assert await read() == f"{ORIGIN}/" == await app["phone-address"].inner_text()
    await app["phone-way-app"].click()
    await expect(code).to_have_attribute("aria-label", re.compile("call24://"))
    assert await read() == "call24://server?address=https%3A%2F%2Fcall24.test"


async def test_somebody_else_who_signs_in_gets_a_new_page(app: App) -> None:
    await app.open("#/me")
    await app.page.evaluate("window.before = true")
    await app["sign-out"].click()
    app.stage.me = {**app.stage.me, "user": {**app.stage.me["user"], "id": "usr_other", "name": "Otgon Other"}}
    await app["sign-in-email"].fill("otgon@northwind.example")
    await app["sign-in-password"].fill("correct horse")
    assert await app.page.evaluate("window.before") is True
    await app["sign-in-submit"].click()
    await app["tab-me"].wait_for()
    assert await app.page.evaluate("window.before") is None


async def test_a_token_that_the_server_no_longer_takes_leads_to_the_sign_in(app: App) -> None:
    app.stage.fail["/v1/me"] = (401, problem(401, "unauthenticated"))
    await keep_signed_in(app.page)
    await app.page.goto(ORIGIN)
    await app["sign-in-problem"].get_by_text("You were signed out").wait_for()
    assert await app.page.evaluate("localStorage.length") == 0


async def test_a_call_is_found_in_the_history_and_its_recording_plays_with_a_lane_for_each_side(app: App) -> None:
    await app.open("#/history")
    await app["history-row"].nth(1).wait_for()
    await app["search"].fill("nobody of this name")
    await app["history-row"].first.wait_for(state="detached")
    await app["search"].fill("өнөр")
    await app["history-row"].click()
    await app["player-play"].click()
    await wait_until(lambda: _seconds(app["player-at"], 1), PATIENCE_S)
    assert await app["player-length"].inner_text() == "1:00"


async def _seconds(shown: Locator, least: int) -> bool:
    minutes, seconds = (await shown.inner_text()).split(":")
    return int(minutes) * 60 + int(seconds) >= least


async def test_a_page_that_could_not_be_fetched_is_fetched_again_in_place(app: App) -> None:
    """Under another address: the browser may keep the failure. The menu beside it stays what it was."""
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    asked: list[str] = []

    async def lost(route: Route) -> None:
        asked.append(urlparse(route.request.url).query)
        if asked[-1] == "again=2":
            await route.fallback()
        else:
            await route.abort("connectionrefused")

    await app.page.context.route(re.compile(r"/assets/Trunks-"), lost)
    await app.open("#/administration")
    menu = app.page.get_by_role("navigation", name="Administration")
    await menu.evaluate("nav => { nav.kept = true }")
    await app["section-trunks"].click()
    for query in ("again=1", "again=2"):
        await app["not-loaded-again"].click()
        await wait_until(partial(asked.__contains__, query), PATIENCE_S)
    await app.page.get_by_role("heading", level=1, name="Trunks").wait_for()
    assert await app["not-loaded"].count() == 0 and await menu.evaluate("nav => nav.kept")
