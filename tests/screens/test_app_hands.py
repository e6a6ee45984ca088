"""Links with phone numbers, a headset's buttons, the system's media controls and the icon's badge: the app in a real
browser, on a stage. No headset is plugged in here: the browser's WebHID is played.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import expect
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.stage import ORIGIN, keep_signed_in
from tests.support.wait import PATIENCE_S, wait_until

CALLED = "+97699110718"
REGISTRY = """
    window.registered = []
    window.unregistered = []
    navigator.registerProtocolHandler = (scheme, url) => {
        if (window.blocked) throw new DOMException('', 'SecurityError')
        window.registered.push([scheme, url])
    }
    navigator.unregisterProtocolHandler = (scheme, url) => void window.unregistered.push([scheme, url])
"""


def opened(handler: str, address: str) -> str:
    """The page that a browser opens for a link. Source: HTML, 8.10.1.1: `%s` becomes the address, percent-encoded."""
    return handler.replace("%s", quote(address, safe="-_.!~*'()"))


async def dialled(app: App) -> str:
    return str(await app["dial-number"].input_value())


async def test_the_browser_is_asked_to_open_phone_links_here_when_a_button_is_pressed_and_not_before(app: App) -> None:
    await app.page.add_init_script(REGISTRY)
    await app.open("#/me")
    await app["phone-links"].wait_for()
    assert await app.page.evaluate("registered") == []
    await app["phone-links-on"].click()
    await expect(app["phone-links"]).to_have_attribute("data-state", "asked")
    handlers: list[list[str]] = await app.page.evaluate("registered")
    assert handlers == [["tel", f"{ORIGIN}/#/dial/%s"], ["web+call24", f"{ORIGIN}/#/dial/%s"]]
    assert await barriers(app.page) == []
    await app["phone-links-off"].click()
    await expect(app["phone-links"]).to_have_attribute("data-state", "stopped")
    assert await app.page.evaluate("unregistered") == handlers

    await app.page.goto(opened(handlers[0][1], "tel:+976-9911-0718"))
    await app["dial-call"].wait_for()
    await wait_until(lambda: _dialled(app, CALLED), PATIENCE_S)
    assert app.page.url == f"{ORIGIN}/#/dial"
    assert app.stage.was_asked("POST", "/v1/calls") == 0
    # The same link again, after the number was taken out.
    await app["dial-number"].fill("")
    await app.page.evaluate("place => { location.href = place }", opened(handlers[1][1], f"web+call24:{CALLED}"))
    await wait_until(lambda: _dialled(app, CALLED), PATIENCE_S)
    await app["dial-call"].click()
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls") == 1, PATIENCE_S)


async def _dialled(app: App, number: str) -> bool:
    return await dialled(app) == number


async def test_a_browser_that_refuses_or_cannot_open_phone_links_is_told_of_and_all_else_works(app: App) -> None:
    await app.page.add_init_script(REGISTRY + "window.blocked = true")
    await app.open("#/me")
    await app["phone-links-on"].click()
    await expect(app["phone-links"]).to_have_attribute("data-state", "refused")
    await expect(app["phone-links"]).to_contain_text("Protocol handlers")
    await app["tab-calls"].click()
    await app["new-call"].wait_for()
    await app.page.add_init_script("navigator.registerProtocolHandler = undefined")
    await app.page.goto(f"{ORIGIN}/?again#/me")
    await expect(app["phone-links"]).to_have_attribute("data-state", "missing")
    assert await app["phone-links-on"].count() == 0


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("tel:*21*%2B900123456%23", "a code of the phone network"),
        ("web+call24:sip:bolor@northwind.example", "a SIP address"),
    ],
)
async def test_a_link_with_something_else_puts_nothing_into_the_dial_pad(app: App, address: str, says: str) -> None:
    await app.open("#/dial")
    await app["dial-number"].fill("7012")
    await app.page.evaluate("place => { location.hash = place }", f"#/dial/{quote(address, safe='')}")
    await expect(app["dial-link-refused"]).to_contain_text(says)
    assert await dialled(app) == "7012"
    await app["dial-number"].fill("70123")
    await app["dial-link-refused"].wait_for(state="detached")
    assert app.stage.was_asked("POST", "/v1/calls") == 0


async def test_a_link_that_was_opened_before_the_sign_in_is_in_the_dial_pad_after_it(app: App) -> None:
    await app.open(f"#/dial/{quote('tel:' + CALLED, safe='')}", signed_in=False)
    await app["sign-in-email"].fill("saraa@northwind.example")
    await app["sign-in-password"].fill("correct horse")
    await app["sign-in-submit"].click()
    await app["dial-number"].wait_for()
    await wait_until(lambda: _dialled(app, CALLED), PATIENCE_S)


async def test_a_link_is_kept_over_a_visit_to_the_organisations_own_sign_in(app: App) -> None:
    await app.open(f"#/dial/{quote('tel:' + CALLED, safe='')}", signed_in=False)
    await app["organisation-sign-in"].click()
    await app["organisation-name"].fill("northwind")
    await app["organisation-go"].click()
    await app["dial-number"].wait_for()
    await wait_until(lambda: _dialled(app, CALLED), PATIENCE_S)
    assert await app.page.evaluate("sessionStorage.length") == 0


async def test_a_link_that_is_opened_in_a_call_waits_in_the_dial_pad_and_the_call_goes_on(app: App) -> None:
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.open()
    await app.answer_a_call()
    await app.page.evaluate("place => { location.hash = place }", f"#/dial/{quote('tel:' + CALLED, safe='')}")
    await app["dial-in-call"].wait_for()
    assert await dialled(app) == CALLED
    assert await app["dial-call"].is_disabled()
    assert await app.page.evaluate("__call24.phone().call") == "call_live"
    assert app.stage.was_asked("POST", "/v1/calls") == 0


async def test_a_tab_beside_the_one_that_has_the_phone_can_place_a_call_too(app: App) -> None:
    await app.open()
    await app.phone_ready()
    beside = await app.page.context.new_page()
    await keep_signed_in(beside)
    await beside.goto(f"{ORIGIN}/#/dial/{quote('tel:' + CALLED, safe='')}")
    await wait_until(lambda: beside.evaluate("globalThis.__call24?.phone().state === 'elsewhere'"), PATIENCE_S)
    await beside.get_by_test_id("dial-call").click()
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls") == 1, PATIENCE_S)
    await beside.close()


# --- a headset ---

HEADSET = """
    const BIT = {reportSize: 1, isAbsolute: true}
    class Device extends EventTarget {
        productName = 'Test headset'
        opened = false
        collections = [{
            usagePage: 0x0b, usage: 5, children: [],
            inputReports: [{reportId: 1, items: [{...BIT, usages: [0x0b0020, 0x0b002f], reportCount: 2}]}],
            outputReports: [{reportId: 2, items: [{...BIT, usages: [0x080009, 0x080017, 0x080018], reportCount: 3}]}],
        }]
        async open() { this.opened = true }
        async close() { this.opened = false }
        async forget() { window.allowed = [] }
        async sendReport(id, bytes) { window.lights.push([id, ...bytes]) }
        report(byte) {
            const data = new DataView(Uint8Array.of(byte).buffer)
            this.dispatchEvent(Object.assign(new Event('inputreport'), {reportId: 1, data}))
        }
    }
    window.lights = []
    window.allowed = []
    window.asked = 0
    window.headset = new Device()
    const hid = new EventTarget()
    hid.getDevices = async () => window.allowed
    hid.requestDevice = async ({filters}) => {
        window.asked += 1
        if (filters[0].usagePage !== 0x0b) throw new Error('not asked for telephony')
        if (window.dismissed) return []
        window.allowed = [window.headset]
        return window.allowed
    }
    Object.defineProperty(navigator, 'hid', {value: hid})
"""
HOOK, MUTE = 0b01, 0b10
LIT_MUTE, LIT_OFF_HOOK, LIT_RING = 0b001, 0b010, 0b100


async def lit(app: App, lights: int) -> None:
    await wait_until(lambda: app.page.evaluate(f"lights.at(-1)?.join() === '2,{lights}'"), PATIENCE_S)


async def quiet(app: App) -> None:
    """Until what a headset says is no answer to its lights any more."""
    at: Any = await app.page.evaluate("performance.now()")
    await wait_until(lambda: app.page.evaluate(f"performance.now() > {at} + 400"), PATIENCE_S)


async def test_a_headset_answers_mutes_and_hangs_up_and_its_lights_show_the_call(app: App) -> None:
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.page.add_init_script(HEADSET)
    await app.open("#/sound")
    await app.phone_ready()
    await app.follows()
    assert await app.page.evaluate("asked") == 0
    await app.page.evaluate("window.dismissed = true")
    await app["headset-choose"].click()
    await expect(app["headset"]).to_have_attribute("data-state", "none")
    await app.page.evaluate("window.dismissed = false")
    await app["headset-choose"].click()
    await expect(app["headset"]).to_have_attribute("data-state", "connected")
    assert await barriers(app.page) == []
    await wait_until(lambda: app.page.evaluate("headset.opened"), PATIENCE_S)

    app.stage.invite("call_live")
    await lit(app, LIT_RING)
    await app.page.evaluate(f"headset.report({HOOK})")
    await app["in-call"].wait_for()
    await lit(app, LIT_OFF_HOOK)
    await quiet(app)
    await app.page.evaluate(f"headset.report({HOOK | MUTE})")
    await lit(app, LIT_OFF_HOOK | LIT_MUTE)
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/mute") == 1, PATIENCE_S)
    await quiet(app)
    await app.page.evaluate("headset.report(0)")
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/hangup") == 1, PATIENCE_S)
    app.stage.hang_up()
    await lit(app, 0)
    await app["headset-forget"].click()
    await expect(app["headset"]).to_have_attribute("data-state", "none")
    assert await app.page.evaluate("headset.opened") is False


# --- what the system shows ---

SESSION = """
    window.acts = {}
    navigator.mediaSession.setActionHandler = (action, work) => { window.acts[action] = work }
    navigator.mediaSession.setMicrophoneActive = (on) => { window.speaks = on }
    navigator.setAppBadge = async (count) => { window.badge = count }
    navigator.clearAppBadge = async () => { window.badge = 0 }
"""


async def test_the_systems_media_controls_end_and_mute_a_call_and_do_not_say_who_calls(app: App) -> None:
    await app.page.add_init_script(SESSION)
    await app.open()
    await app.answer_a_call()
    await wait_until(lambda: app.page.evaluate("acts.hangup instanceof Function"), PATIENCE_S)
    shown = await app.page.evaluate("[navigator.mediaSession.metadata.title, navigator.mediaSession.playbackState]")
    assert shown == ["Call in progress", "playing"]
    assert await app.page.evaluate("speaks") is True
    await app.page.evaluate("acts.togglemicrophone()")
    await wait_until(lambda: app.page.evaluate("speaks === false"), PATIENCE_S)
    await app.page.evaluate("acts.hangup()")
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_live/hangup") == 1, PATIENCE_S)
    app.stage.hang_up()
    await wait_until(lambda: app.page.evaluate("acts.hangup === null"), PATIENCE_S)
    assert await app.page.evaluate("navigator.mediaSession.metadata") is None


async def test_the_icon_shows_how_many_notifications_are_unread_until_they_are_seen_or_nobody_is_signed_in(
    app: App,
) -> None:
    await app.page.add_init_script(SESSION)
    await app.open("#/notifications")
    await app["notification"].first.wait_for()
    unread = int((await app["notifications-unread"].inner_text()).split()[0])
    assert unread > 0
    await wait_until(lambda: app.page.evaluate(f"window.badge === {unread}"), PATIENCE_S)
    await app["notifications-read-all"].click()
    await wait_until(lambda: app.page.evaluate("window.badge === 0"), PATIENCE_S)
