"""The notification centre and its preferences: the app in a real browser, the server played by a stage."""

from __future__ import annotations

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_notifications import notification
from tests.support.app.stage import problem
from tests.support.wait import PATIENCE_S, wait_until

MINE, PREFERENCES = "/v1/me/notifications", "/v1/me/notification-preferences"
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


async def sent(app: App) -> list[dict[str, object]]:
    return [body for method, path, body in app.stage.asked if (method, path) == ("PUT", PREFERENCES)]


async def test_what_is_unread_is_counted_and_read_with_one_tap(app: App) -> None:
    await app.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await app.open()
    assert (await app["notification-count"].inner_text()).startswith("3")
    await app["tab-notifications"].click()
    rows = app["notification"]
    await rows.nth(3).wait_for()
    assert await rows.nth(0).get_by_text("Olga Berg gave you a task").count() == 1
    assert await rows.nth(2).get_by_text("Somebody signed in on a new device").count() == 1
    assert [await rows.nth(one).get_attribute("data-read") for one in range(4)] == ["false", "false", "false", "true"]
    assert await barriers(app.page) == []
    await rows.nth(2).click()
    await app.page.wait_for_url("**/#/security")
    await wait_until(lambda: app.stage.was_asked("PUT", f"{MINE}/ntf_3/read"), PATIENCE_S)
    assert app.stage.was_asked("PUT", f"{MINE}/ntf_3/read") == 1
    await app["tab-notifications"].click()
    await app["notifications-unread"].get_by_text("2 notifications unread").wait_for()
    await app["notifications-read-all"].click()
    await app["notifications-unread"].get_by_text("All read").wait_for()
    assert await app["notification-count"].count() == 0


async def test_a_new_one_and_one_that_was_read_elsewhere_are_seen_at_once(app: App) -> None:
    await app.open("#/notifications")
    await app.follows()
    await app["notification"].nth(3).wait_for()
    app.stage.notifications.rows.insert(0, notification(0, "task_due", "Task due", task_id="tsk_9"))
    app.stage.tell("notification", {"id": "ntf_0", "kind": "task_due", "state": "new", "seq": 30})
    await app["notification"].nth(4).wait_for()
    await app["notifications-unread"].get_by_text("4 notifications unread").wait_for()
    app.stage.notifications.answer("POST", f"{MINE}/read", None)
    app.stage.tell("notification", {"id": None, "state": "read", "seq": 30})
    await app["notifications-unread"].get_by_text("All read").wait_for()


async def test_a_page_of_the_server_opens_beside_the_app_whose_calls_go_on(app: App) -> None:
    app.stage.notifications.rows = [
        notification(1, "updates", "Updates of Call24", event="0.2.0", link="/changelog/0.2.0"),
        notification(2, "policy_change", "Privacy policy", link="/policy/abc/2099-01-01/changes"),
    ]
    await app.open("#/notifications")
    await app.page.evaluate("window.mine = 'a call'")
    for row in (0, 1):
        link = app["notification"].nth(row)
        await link.wait_for()
        async with app.page.context.expect_page(timeout=PATIENCE_S * 1000) as opened:
            await link.click()
        page = await opened.value
        assert await page.evaluate("window.opener") is None
        await page.close()
        await wait_until(lambda row=row: app.stage.was_asked("PUT", f"{MINE}/ntf_{row + 1}/read"), PATIENCE_S)
    assert await app.page.evaluate("window.mine") == "a call" and app.page.url.endswith("/#/notifications")


@pytest.mark.long("test_what_is_unread_is_counted_and_read_with_one_tap")
async def test_without_any_the_page_says_what_will_stand_there_and_trouble_is_told(app: App) -> None:
    app.stage.notifications.rows = []
    await app.open("#/notifications")
    await app.page.get_by_text("Nothing yet").wait_for()
    app.stage.fail[MINE] = (503, problem(503, "unavailable"))
    await app.page.reload()
    await app["notifications-problem"].wait_for()


@pytest.mark.parametrize(
    "size",
    [
        pytest.param("lap", marks=pytest.mark.long("test_a_kind_is_switched_by_channel_and_what_must_be_sent_is_not")),
        "phone",
    ],
)
async def test_a_kind_is_switched_by_channel_and_what_must_be_sent_is_not(app: App, size: str) -> None:
    await app.page.set_viewport_size(PHONE if size == "phone" else LAPTOP)  # type: ignore[arg-type]
    await app.open("#/notifications/preferences")
    box = app["notify-task_assigned-email"]
    await box.wait_for()
    assert await box.is_checked()
    await box.click()
    await app["notify-saved"].wait_for()
    [body] = await sent(app)
    chosen = {one["channel"]: one["on"] for one in body["choices"] if one["kind"] == "task_assigned"}  # type: ignore[attr-defined]
    assert chosen == {"app": True, "push": True, "email": False}
    assert not await box.is_checked()
    for fixed in ("security-email", "security-app", "incoming_call-app"):
        assert await app[f"notify-{fixed}"].is_disabled() and await app[f"notify-{fixed}"].is_checked()
    assert await app["notify-incoming_call-email"].count() == 0
    assert await barriers(app.page) == []
    overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await app.page.evaluate(overflow)


async def test_quiet_hours_have_times_and_exceptions(app: App) -> None:
    await app.open("#/notifications/preferences")
    await app["quiet"].wait_for(state="attached")
    await app.page.get_by_text("No push; e-mails wait").click()
    await app["quiet-from"].wait_for()
    assert (await app["quiet-from"].input_value(), await app["quiet-until"].input_value()) == ("22:00", "07:00")
    await app["quiet-until"].fill("06:30")
    await app["quiet-until"].dispatch_event("change")
    await wait_until(lambda: app.stage.notifications.quiet == ("22:00", "06:30"), PATIENCE_S)
    await app["quiet-but-voicemail"].locator("xpath=..").click()
    await wait_until(lambda: app.stage.notifications.in_quiet == {"incoming_call", "security", "voicemail"}, PATIENCE_S)
    assert await barriers(app.page) == []


@pytest.mark.long("test_quiet_hours_have_times_and_exceptions")
async def test_an_address_that_refuses_e_mails_is_told_and_the_language_is_chosen(app: App) -> None:
    app.stage.notifications.trouble = {"status": "550 5.1.1", "count": 3, "at": scene.ago(seconds=3600)}
    await app.open("#/notifications/preferences")
    await app["email-trouble"].get_by_text("550 5.1.1").wait_for()
    await app["language-mn"].click()
    await wait_until(lambda: app.stage.notifications.language == "mn", PATIENCE_S)


ASKING = """
window.asked = 0
class Fake {
  static permission = 'default'
  static async requestPermission() { window.asked += 1; Fake.permission = 'granted'; return 'granted' }
}
window.Notification = Fake
"""


async def test_the_browser_asks_only_after_the_reason_was_read_and_at_the_moment_of_use(app: App) -> None:
    await app.page.add_init_script(ASKING)
    app.stage.live = scene.live(session=scene.session("offline"))
    await app.open()
    await app["session-state"].wait_for(state="attached")
    assert await app["ask-notifications"].count() == 0, "nobody waits for calls here"
    app.stage.live = scene.live(session=scene.session("available"))
    await app.page.reload()
    await app["ask-notifications"].get_by_text("it shows no name and no number").wait_for()
    assert await app.page.evaluate("window.asked") == 0
    await app["ask-notifications-yes"].click()
    await app["ask-notifications"].wait_for(state="detached")
    assert await app.page.evaluate("window.asked") == 1


@pytest.mark.long("test_the_browser_asks_only_after_the_reason_was_read_and_at_the_moment_of_use")
async def test_who_puts_the_question_off_is_not_asked_again_on_the_page(app: App) -> None:
    await app.page.add_init_script(ASKING)
    await app.open()
    await app["ask-notifications-later"].click()
    await app["ask-notifications"].wait_for(state="detached")
    assert await app.page.evaluate("window.asked") == 0


PUSHING = """
const made = {
  options: { applicationServerKey: null },
  toJSON: () => ({ endpoint: 'https://web.push.apple.com/QGuQ', keys: { p256dh: 'BCVx', auth: 'BTBZ' } }),
  unsubscribe: async () => { had = null; return true },
}
let had = null
const pushManager = { getSubscription: async () => had, subscribe: async () => (had = made) }
const worker = { pushManager, getNotifications: async () => [], showNotification: async () => undefined }
const container = new EventTarget()
const here = async () => worker
Object.assign(container, { ready: here(), getRegistration: here, register: here, getRegistrations: async () => [] })
Object.defineProperty(navigator, 'serviceWorker', { value: container })
window.clicked = (said) => container.dispatchEvent(new MessageEvent('message', { data: said }))
"""
MINE_HERE, MY_BROWSERS = "/v1/me/device/push-subscription", "/v1/me/push-subscriptions"


async def test_this_device_is_pushed_to_once_the_user_turned_it_on_and_names_callers_only_if_they_want_it(
    app: App,
) -> None:
    await app.page.add_init_script(ASKING + PUSHING)
    await app.open("#/notifications/preferences")
    await app.page.locator("[data-testid=push][data-state=off]").wait_for()
    assert await app.page.evaluate("window.asked") == app.stage.was_asked("PUT", MINE_HERE) == 0
    assert await barriers(app.page) == []
    await app["push-on"].click()
    await app.page.locator("[data-testid=push][data-state=on]").wait_for()
    await app.page.get_by_text("Show who calls").click()
    await wait_until(lambda: app.stage.was_asked("PUT", MINE_HERE) == 2, PATIENCE_S)
    keys = {"endpoint": "https://web.push.apple.com/QGuQ", "p256dh": "BCVx", "auth": "BTBZ"}
    wishes = [body for method, path, body in app.stage.asked if (method, path) == ("PUT", MINE_HERE)]
    assert wishes == [{**keys, "shows_caller": shows, "language": "en"} for shows in (False, True)]
    await app["push-test"].click()
    await app.page.get_by_text("It arrives within seconds").wait_for()
    assert await barriers(app.page) == []
    await app["push-off"].click()
    await app.page.locator("[data-testid=push][data-state=off]").wait_for()
    asked = [
        app.stage.was_asked("POST", f"{MY_BROWSERS}/dev_1/test"),
        app.stage.was_asked("DELETE", f"{MY_BROWSERS}/dev_1"),
    ]
    assert asked == [1, 1] and await app.page.evaluate("window.asked") == 1


async def test_a_click_on_what_was_pushed_leads_the_open_app_there(app: App) -> None:
    await app.page.add_init_script(ASKING + PUSHING)
    await app.open()
    await app.page.evaluate("clicked({ call24: 'show', place: '#/notifications' })")
    await app["notifications-unread"].wait_for()
    await app.page.evaluate("clicked({ call24: 'show', place: 'https://elsewhere.example/' })")
    assert app.page.url.endswith("/#/notifications")
