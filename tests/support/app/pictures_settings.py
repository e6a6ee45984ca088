"""Screens of signing in, of one's own account, and of administration that no other list of pictures has."""

from __future__ import annotations

from playwright.async_api import Page
from tests.support.app import scene
from tests.support.app.pictures_calls import Act, World, keep, nothing, owner
from tests.support.app.stage import Stage


def officer(stage: Stage) -> None:
    stage.me = {**scene.ME, **scene.allowed("privacy_officer"), "role_name": "Privacy officer"}


async def tested_connection(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=test-connection]")
    await page.wait_for_selector("[data-testid=step-audio][data-state=good]")
    # How long it took is another time on each machine.
    words = page.locator("[data-testid^=step-] [role=status]")
    await words.evaluate_all("(all) => all.forEach((one) => (one.style.visibility = 'hidden'))")


async def unplugged(page: Page, stage: Stage) -> None:
    await page.evaluate("navigator.permissions.query = async () => ({state: 'prompt'})")
    await page.select_option("[data-testid=choose-speaker]", index=1)
    await page.evaluate(
        "navigator.mediaDevices.enumerateDevices = async () => [{kind: 'audioinput', deviceId: 'a', label: 'Headset'}]"
    )
    await page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await page.wait_for_selector("[data-testid=device-lost-speaker]")
    await page.click("text=Me")
    await page.go_back()
    await page.wait_for_selector("[data-testid=allow-reason]")


SCREENS: dict[str, tuple[str, bool, World, Act]] = {
    "invitation": ("#/invitation/abc", False, keep, nothing),
    "password-lost": ("#/lost", False, keep, nothing),
    "password-new": ("#/reset/abc", False, keep, nothing),
    "organisation-sign-in": ("#/organisation", False, keep, nothing),
    "no-page": ("#/nowhere", True, keep, nothing),
    "not-allowed": ("#/queues", True, keep, nothing),
    "security": ("#/security", True, keep, nothing),
    "tokens": ("#/tokens", True, owner, nothing),
    "address-books": ("#/address-books", True, keep, nothing),
    "sound": ("#/sound", True, keep, tested_connection),
    "sound-unplugged": ("#/sound", True, keep, unplugged),
    "numbers": ("#/numbers", True, owner, nothing),
    "hours-open": ("#/hours/hrs_1", True, owner, nothing),
    "prompts": ("#/prompts", True, owner, nothing),
    "prompt-new": ("#/prompts/new", True, owner, nothing),
    "dispositions": ("#/dispositions", True, owner, nothing),
    "pause-reasons": ("#/pause-reasons", True, owner, nothing),
    "calling-limits": ("#/calling-limits", True, owner, nothing),
    "provider": ("#/provider", True, owner, nothing),
    "task-addresses": ("#/task-addresses", True, owner, nothing),
    "applications": ("#/applications", True, owner, nothing),
    "crm": ("#/crm", True, owner, nothing),
    "crm-new": ("#/crm/new", True, owner, nothing),
    "close": ("#/close", True, owner, nothing),
    "queue-new": ("#/queues/new", True, owner, nothing),
    "restrictions": ("#/restrictions", True, officer, nothing),
    "restriction": ("#/restrictions/rst_1", True, officer, nothing),
    "contact-new": ("#/contacts/new", True, keep, nothing),
}
