"""The devices of calls in the app, and the tests before the first call, with Chromium's own fake devices."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.wait import PATIENCE_S, wait_until

WATCHED = """
    window.opened = []
    window.sinks = []
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await open(wish)
        window.opened.push(...stream.getAudioTracks())
        return stream
    }
    for (const [name, type] of [['speaker', HTMLMediaElement], ['ringing', AudioContext]]) {
        const set = type.prototype.setSinkId
        type.prototype.setSinkId = function (id) {
            window.sinks.push([name, id])
            return set.call(this, id)
        }
    }
"""
UNPLUGGED = """(id) => {
    const listed = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices)
    navigator.mediaDevices.enumerateDevices = async () => (await listed()).filter((one) => one.deviceId !== id)
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
}"""
TRACKS = "opened.map((one) => [one.getSettings().deviceId, one.readyState, one.enabled])"


async def ids(app: App, role: str) -> list[str]:
    """What can be chosen, without the default."""
    options = app[f"choose-{role}"].locator("option:not([value=''])")
    await options.first.wait_for(state="attached")
    found: list[str] = await options.evaluate_all("(all) => all.map((one) => one.value)")
    return found


async def tracks(app: App) -> list[list[Any]]:
    """Of the microphones that were opened: its id, whether it is live, whether it is heard."""
    found: list[list[Any]] = await app.page.evaluate(TRACKS)
    return found


async def test_a_call_speaks_through_the_microphone_that_was_chosen_and_follows_a_change(app: App) -> None:
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.page.add_init_script(WATCHED)
    await app.open("#/sound")
    first, second = (await ids(app, "microphone"))[:2]
    await app["choose-microphone"].select_option(first)
    await app.answer_a_call()
    assert await tracks(app) == [[first, "live", True]]
    await app["mute"].click()

    await app["choose-microphone"].select_option(second)
    await wait_until(lambda: _are(app, [[first, "ended", False], [second, "live", False]]), PATIENCE_S)

    await app.page.evaluate(UNPLUGGED, second)
    await app["device-lost"].wait_for()
    await app["device-lost-microphone"].wait_for()
    await wait_until(lambda: _last_is(app, ["default", "live", False]), PATIENCE_S)
    app.stage.hang_up()
    await wait_until(lambda: _last_is(app, ["default", "ended", False]), PATIENCE_S)


async def _are(app: App, expected: list[list[Any]]) -> bool:
    return await tracks(app) == expected


async def _last_is(app: App, expected: list[Any]) -> bool:
    return (await tracks(app))[-1] == expected


async def test_the_microphone_is_heard_and_sounds_go_to_what_was_chosen_for_them(app: App) -> None:
    await app.page.add_init_script(WATCHED)
    await app.open("#/sound")
    speaker, ringing = (await ids(app, "speaker"))[0], (await ids(app, "ringing"))[-1]
    await app["choose-speaker"].select_option(speaker)
    await app["choose-ringing"].select_option(ringing)
    await app["test-microphone"].click()
    await app["microphone-heard"].filter(has_text="Your microphone works.").wait_for()
    assert [state for _, state, _ in await tracks(app)] == ["live"]
    await app["test-microphone-stop"].click()
    await app["test-microphone"].wait_for()
    assert [state for _, state, _ in await tracks(app)] == ["ended"]
    await app["test-speaker"].click()
    await app["test-speaker"].filter(has_text="Play a sound").wait_for()
    sinks = await app.page.evaluate("sinks")
    assert ["speaker", speaker] in sinks and ["ringing", ringing] in sinks
    await app.page.reload()
    await ids(app, "speaker")
    assert await app["choose-speaker"].input_value() == speaker


async def test_the_reason_stands_before_the_browsers_question_which_can_be_put_off(app: App) -> None:
    asked = """
        window.asked = 0
        let state = 'prompt'
        navigator.permissions.query = async () => ({state})
        navigator.mediaDevices.getUserMedia = async () => {
            window.asked += 1
            state = 'denied'
            throw new DOMException('', 'NotAllowedError')
        }
    """
    await app.page.add_init_script(asked)
    await app.open("#/sound")
    await app["allow-later"].click()
    await app["allow-again"].click()
    await app["allow-reason"].wait_for()
    assert await app.page.evaluate("asked") == 0
    assert await app["test-microphone"].count() == 0
    await app["allow"].click()
    await app["microphone-blocked"].wait_for()
    assert await app.page.evaluate("asked") == 1


async def test_the_connection_is_tested_without_a_call_and_makes_nobody_available(app: App) -> None:
    app.stage.live = scene.live(session=scene.session("offline"))
    await app.open("#/sound")
    await app["test-connection"].click()
    for step in ("server", "pbx", "audio"):
        await app.page.locator(f"[data-testid=step-{step}][data-state=good]").wait_for()
    assert "ms" in await app["step-pbx"].inner_text()
    assert await app.page.evaluate("__call24.phone().state") == "off"
    assert app.stage.was_asked("PUT", "/v1/session") == 0
    app.stage.fail["/v1/me"] = (503, {"code": "unavailable", "status": 503, "title": "", "detail": ""})
    await app["test-connection"].click()
    await app.page.locator("[data-testid=step-server][data-state=bad]").wait_for()


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
    await app.open("#/sound")
    await app["test-microphone"].click()
    await app["microphone-level"].wait_for()
    assert await barriers(app.page) == []


async def test_the_page_of_a_call_says_how_it_sounded_at_whose_phone_and_what_helps(app: App) -> None:
    leg = {"leg_id": "leg_x", "s": 61.0, "round_trip_ms": 38.0, "jitter_ms": 3.5, "lost_sent": 0.0}
    poor = {**leg, "leg_id": "leg_y", "lost_received": 0.2, "mos": 2.57, "cause": "loss"}
    app.stage.details["quality"] = {"legs": [{**leg, "lost_received": 0.002, "mos": 4.37, "cause": None}, poor]}
    await app.open("#/history/call_c")
    good, bad = app["call-quality-leg"].first, app["call-quality-leg"].last
    await bad.wait_for()
    assert "very good" in await good.inner_text() and "MOS 4.4" in await good.inner_text()
    words = await bad.inner_text()
    assert "poor" in words and "lost 20 %" in words and "Your network loses what the caller says" in words
    assert ("GET", "/v1/calls/call_c/quality", None) in app.stage.asked
