"""The app as the app for phones shows it: with the phone's own call screens and contacts around the page."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_people import PeopleScene
from tests.support.wait import PATIENCE_S, wait_until

PLUGINS = """
const heard = []
globalThis.told = []
globalThis.saved = []
globalThis.left = 0
globalThis.command = (command, callId = 'call_live') => heard.forEach((one) => one({ command, callId }))
globalThis.Capacitor = { Plugins: {
  Call24Telecom: {
    signal: async ({ signal, callId }) => void told.push(signal + (callId === null ? '' : ':' + callId)),
    forgetServer: async () => void (left += 1),
    addListener: async (name, hears) => { heard.push(hears); return { remove: async () => undefined } },
  },
  Contacts: {
    createContact: async ({ contact }) => {
      saved.push(contact)
      if (saved.length === 1) throw new Error('denied')
    },
    pickContact: async () => ({ contact: {} }),
  },
} }
"""
"""What the plugins are on a phone, without a phone: the page's side of them is real."""


async def told(app: App) -> list[str]:
    found: list[str] = await app.page.evaluate("told")
    return found


async def says(app: App, signal: str) -> None:
    async def said() -> bool:
        return signal in await told(app)

    await wait_until(said, PATIENCE_S)


def asked(app: App, path: str) -> Any:
    return lambda: app.stage.was_asked("POST", f"/v1/calls/call_live/{path}") > 0


async def test_a_call_is_answered_muted_held_and_ended_by_the_phones_own_screens(app: App) -> None:
    await app.page.add_init_script(PLUGINS)
    await app.open()
    await app.phone_ready()
    await app.follows()
    await says(app, "duty_on")
    app.stage.invite("call_live")
    await says(app, "offered:call_live")
    await app["answer"].click()
    await says(app, "app_answered:call_live")
    assert "connected:call_live" not in await told(app), "the phone answers, and the page waits for it"
    await app.page.evaluate("command('app_probe')")
    await says(app, "link_alive:call_live")
    await app.page.evaluate("command('app_answer')")
    await says(app, "connected:call_live")
    app.stage.live = scene.live(seq=20, call=scene.call("connected"), session=scene.session("on_call"))
    app.stage.tell("call", {**scene.call("connected"), "seq": 20})
    await app.page.locator("[data-testid=in-call][data-state=talking]").wait_for()
    await app.page.evaluate("command('app_mute')")
    await says(app, "app_muted:call_live")
    await wait_until(asked(app, "mute"), PATIENCE_S)
    await app.page.evaluate("command('app_hold')")
    await wait_until(asked(app, "hold"), PATIENCE_S)
    await app.page.evaluate("command('app_hang_up')")
    await wait_until(asked(app, "hangup"), PATIENCE_S)


async def test_a_contact_is_saved_to_the_phone_after_the_reason_and_the_server_can_be_left(app: App) -> None:
    await app.page.add_init_script(PLUGINS)
    app.stage.me, app.stage.more = {**scene.ME, **scene.allowed("agent")}, (PeopleScene(),)
    await app.open("#/contacts")
    await app["contacts-phone"].wait_for()
    await app.page.get_by_text("Oliver Hughes").click()
    await app["save-to-phone"].click()
    await app["saved-to-phone"].get_by_text("reads nobody else").wait_for()
    assert await app.page.evaluate("saved.length") == 0, "the reason comes before the question of the phone"
    assert await barriers(app.page) == []
    await app["save-to-phone-now"].click()
    await app["saved-to-phone"].get_by_text("did not take the contact").wait_for()
    await app["save-to-phone-now"].click()
    await app["saved-to-phone"].get_by_text("in this phone now").wait_for()
    contact = await app.page.evaluate("saved[1]")
    assert contact["name"] == {"given": "Oliver Hughes"}
    assert contact["phones"] == [{"type": "other", "number": "+442079460114"}]
    await app.page.evaluate("location.hash = '#/me'")
    await app["other-server"].click()

    async def gone() -> bool:
        return bool(await app.page.evaluate("left === 1"))

    await wait_until(gone, PATIENCE_S)


async def test_a_browser_has_none_of_it(app: App) -> None:
    fetched: list[str] = []
    app.page.on("request", lambda request: fetched.append(request.url))
    app.stage.me, app.stage.more = {**scene.ME, **scene.allowed("agent")}, (PeopleScene(),)
    await app.open("#/contacts/per_2")
    await app["contact-name"].wait_for()
    assert await app["save-to-phone"].count() == 0
    await app.page.evaluate("location.hash = '#/me'")
    await app["sign-out"].wait_for()
    assert await app["other-server"].count() == 0
    await app.phone_ready()
    assert [one for one in fetched if "calling" in one] and not [one for one in fetched if "call_screens" in one]
