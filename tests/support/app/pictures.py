"""Takes pictures of every screen of the built app: `python -m tests.support.app.pictures OUT [part of a name ...]`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, Request, ViewportSize, async_playwright
from tests.support.app import pictures_calls as app_pictures_calls
from tests.support.app import pictures_settings, scene
from tests.support.app import scene_calls as app_scene_calls
from tests.support.app.browser import launched
from tests.support.app.moment import still_pictures
from tests.support.app.scene_installation import OPERATOR, InstallationScene
from tests.support.app.scene_people import PeopleScene
from tests.support.app.scene_policy import policy
from tests.support.app.scene_privacy import KEPT, RETENTION, self_audits
from tests.support.app.scene_settings import SettingsScene
from tests.support.app.stage import ORIGIN, Stage, keep_signed_in
from tests.support.wait import PATIENCE_S

Act = Callable[[Page, Stage], Awaitable[None]]
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "tablet": {"width": 820, "height": 1180},
    "lap": {"width": 1440, "height": 900},
}

TV: ViewportSize = {"width": 1920, "height": 1080}
"""Of the wall alone: no other screen is made for it."""

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = ("light", "dark")
A_WHILE = """document.fonts.ready.then(
    () => new Promise((resume) => setTimeout(() => requestAnimationFrame(() => resume(true)), 100))
)"""
"""In the page: until it has its letters and has been drawn again."""


def not_accepted(stage: Stage) -> None:
    stage.policy = policy(due=True)


async def nothing(page: Page, stage: Stage) -> None:
    return None


async def ring(page: Page, stage: Stage) -> None:
    await app_pictures_calls.followed(stage)
    stage.live = scene.live(seq=11, call=scene.call("offered"))  # also for who asks before being told
    stage.tell("call", {**scene.call("offered"), "seq": 11})
    await app_pictures_calls.phone_ready(page)
    stage.invite("call_live")
    await page.wait_for_selector("[data-testid=answer]:not([disabled])")


async def talk(page: Page, stage: Stage, state: str = "connected") -> None:
    await ring(page, stage)
    await page.click("[data-testid=answer]")
    await page.wait_for_selector("[data-testid=in-call]")
    stage.tell("session", {**scene.session("on_call", call_id="call_live", since=scene.ago(seconds=252)), "seq": 12})
    stage.tell("call", {**scene.call(state), "seq": 13})
    stage.live = scene.live(
        seq=14,
        call=scene.call(state),
        session=scene.session("on_call", call_id="call_live", since=scene.ago(seconds=252)),
    )
    await page.wait_for_selector("[data-state=talking], [data-state=held]")


async def hold(page: Page, stage: Stage) -> None:
    await talk(page, stage, "held")


async def keypad(page: Page, stage: Stage) -> None:
    await talk(page, stage)
    await page.click("[data-testid=keypad]")
    for key in "1203":
        await page.click(f"[data-testid=key-{key}]")


async def aside(page: Page, stage: Stage) -> None:
    await talk(page, stage)
    if await page.locator("[aria-label='Hide the call screen']").is_visible():
        await page.click("[aria-label='Hide the call screen']")
    await page.evaluate("location.hash = '#/history'")


async def wrap_up(page: Page, stage: Stage) -> None:
    await app_pictures_calls.followed(stage)
    wrapped = scene.session(
        "wrap_up", call_id="call_a", since=scene.ago(seconds=12), wrap_up_until=scene.ahead(seconds=19)
    )
    stage.live = scene.live(seq=12, session=wrapped)
    stage.tell("session", {**wrapped, "seq": 11})
    await page.wait_for_selector("[data-testid=wrap-up]")


async def denied(page: Page, stage: Stage) -> None:
    await page.evaluate("navigator.permissions.query = async () => ({state: 'denied'})")
    await page.click("[data-testid=state-available]")
    await page.wait_for_selector("[data-testid=mic-denied]")


async def reason(page: Page, stage: Stage) -> None:
    await page.evaluate("navigator.permissions.query = async () => ({state: 'prompt'})")
    await page.click("[data-testid=state-available]")
    await page.wait_for_selector("[data-testid=mic-reason]")


async def pause_menu(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=pause-reasons]")
    await page.wait_for_selector("[data-testid=pause-lunch]")


async def wrong(page: Page, stage: Stage) -> None:
    stage.fail["/v1/auth/login"] = (
        401,
        {"code": "invalid_credentials", "status": 401, "title": "Not signed in", "detail": "no"},
    )
    await page.fill("[data-testid=sign-in-email]", "saraa@northwind.example")
    await page.fill("[data-testid=sign-in-password]", "wrong")
    await page.click("[data-testid=sign-in-submit]")
    await page.wait_for_selector("[data-testid=sign-in-problem]")


async def playing(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=player-play]")
    await page.wait_for_timeout(2500)


async def away(page: Page, stage: Stage) -> None:
    await app_pictures_calls.followed(stage)
    await stage.cut_realtime()
    await page.wait_for_selector("[data-testid=banner]", timeout=15_000)


async def search(page: Page, stage: Stage) -> None:
    await page.fill("[data-testid=search]", "өнөр")
    await page.wait_for_timeout(900)


async def bottom(page: Page, stage: Stage) -> None:
    await page.wait_for_timeout(700)
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")


def offline(stage: Stage) -> None:
    stage.live = scene.live(
        session={**scene.session("offline"), "day": []}, today={"answered": 0, "handle_s": None, "service_level": None}
    )


def empty(stage: Stage) -> None:
    offline(stage)
    stage.rows = []
    stage.live |= {"queues": [], "agents": []}


def no_asterisk(stage: Stage) -> None:
    stage.live = scene.live(system={"asterisk": "away", "mongodb": "ok"})


def keep(stage: Stage) -> None:
    return None


def supervisor(stage: Stage) -> None:
    stage.me = {
        **scene.ME,
        "user": {"id": "usr_d", "name": "Дулмаа Мөнх", "email": "dulmaa@northwind.example", "role": "supervisor"},
        **scene.allowed("supervisor"),
    }
    stage.live = scene.live(calls=app_scene_calls.CALLS)


def administrator(stage: Stage) -> None:
    stage.me = {**scene.ME, **scene.allowed("administrator")}


def operator(stage: Stage) -> None:
    stage.me = OPERATOR
    stage.more = (*stage.more, InstallationScene())


async def installation_runbook(page: Page, stage: Stage) -> None:
    await page.locator("[data-testid=installation-runbook]").first.click()
    await page.wait_for_selector("[data-testid=runbook-text]")


def branded(stage: Stage) -> None:
    administrator(stage)
    stage.branding.set("#ffb000", logo=True, dark_logo=True, help_contact="it@northwind.example")


async def flow_step(page: Page, stage: Stage) -> None:
    await page.locator("[data-step=menu], [data-testid=flow-row-step][data-id=menu]").click()
    await page.wait_for_selector("[data-testid=flow-step]")


async def flow_test(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=flow-test-open]")
    await page.click("[data-testid=flow-test-start]")
    await page.click("[data-testid=flow-test-key-1]")
    await page.wait_for_selector("[data-testid=flow-test-answered]")


async def flow_versions(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=flow-history-open]")
    await page.click("[data-testid=flow-version-changes]")
    await page.wait_for_selector("[data-testid=flow-change]")


def officer(stage: Stage) -> None:
    stage.me = {**scene.ME, **scene.allowed("privacy_officer"), "role_name": "Privacy officer"}


def audit_due(stage: Stage) -> None:
    officer(stage)
    stage.privacy.self_audits = self_audits(days=97, due=True)


def well_informed(stage: Stage) -> None:
    accepted = {"id": "pac_1", "version": "2026-12-01", "language": "en", "hash": "h", "at": scene.ago(days=40)}
    stage.policy = {**policy(due=False), "kept": KEPT, "accepted": [accepted]}


def overdue(stage: Stage) -> None:
    officer(stage)
    stage.privacy.retention = {**RETENTION, "overdue": {"call_records": 4}, "alarms": ["time_disputed", "overdue"]}


async def erased(page: Page, stage: Stage) -> None:
    await page.fill("[data-testid=erase-word]", "erase")
    await page.click("[data-testid=erase-go]")
    await page.wait_for_selector("[data-testid=erase-done]")


async def refusing(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=step-refuse]")
    await page.wait_for_selector("[data-testid=step-take]")


async def new_webhook(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=webhook-new]")
    await page.wait_for_selector("[data-testid=webhook-save]")


# name: (address, signed in, how the world stands, what happens)
SCREENS: dict[str, tuple[str, bool, Callable[[Stage], None], Act]] = {
    "sign-in": ("#/", False, keep, nothing),
    "sign-in-wrong": ("#/", False, keep, wrong),
    "setup": ("#/setup/abc", False, keep, nothing),
    "home": ("#/", True, keep, nothing),
    "home-offline": ("#/", True, offline, nothing),
    "home-empty": ("#/", True, empty, nothing),
    "home-pause-menu": ("#/", True, keep, pause_menu),
    "home-mic-reason": ("#/", True, offline, reason),
    "home-mic-denied": ("#/", True, offline, denied),
    "home-no-asterisk": ("#/", True, no_asterisk, nothing),
    "home-away": ("#/", True, keep, away),
    "ringing": ("#/", True, keep, ring),
    "in-call": ("#/", True, keep, talk),
    "in-call-hold": ("#/", True, keep, hold),
    "in-call-keypad": ("#/", True, keep, keypad),
    "in-call-aside": ("#/", True, keep, aside),
    "wrap-up": ("#/", True, keep, wrap_up),
    "history": ("#/history", True, keep, nothing),
    "history-search": ("#/history", True, keep, search),
    "detail": ("#/history/call_c", True, keep, nothing),
    "detail-playing": ("#/history/call_c", True, keep, playing),
    "detail-bottom": ("#/history/call_c", True, keep, bottom),
    "detail-left": ("#/history/call_b", True, keep, nothing),
    "detail-missing": ("#/history/call_zzz", True, keep, nothing),
    "live": ("#/live", True, supervisor, nothing),
    "live-bottom": ("#/live", True, supervisor, bottom),
    "live-empty": ("#/live", True, empty, nothing),
    "me": ("#/me", True, keep, nothing),
    "notifications": ("#/notifications", True, keep, nothing),
    "notification-preferences": ("#/notifications/preferences", True, keep, nothing),
    "branding": ("#/branding", True, branded, nothing),
    "branding-default": ("#/branding", True, administrator, nothing),
    "webhooks": ("#/webhooks", True, administrator, nothing),
    "webhooks-new": ("#/webhooks", True, administrator, new_webhook),
    "webhooks-failing": ("#/webhooks/whk_wall", True, administrator, nothing),
    "flows": ("#/flows", True, administrator, nothing),
    "flow-new": ("#/flows/new", True, administrator, nothing),
    "flow": ("#/flows/flw_main", True, administrator, nothing),
    "flow-step": ("#/flows/flw_main", True, administrator, flow_step),
    "flow-test": ("#/flows/flw_main", True, administrator, flow_test),
    "flow-versions": ("#/flows/flw_main", True, administrator, flow_versions),
    "incidents": ("#/incidents", True, officer, nothing),
    "incident": ("#/incidents/inc_laptop", True, officer, nothing),
    "incident-new": ("#/incidents/new", True, officer, nothing),
    "disclosures": ("#/disclosures", True, officer, nothing),
    "disclosure": ("#/disclosures/dcl_court", True, officer, nothing),
    "policy": ("#/", True, not_accepted, nothing),
    "privacy": ("#/privacy", True, audit_due, nothing),
    "privacy-requests": ("#/privacy-requests", True, officer, nothing),
    "privacy-request": ("#/privacy-requests/prq_late", True, officer, refusing),
    "privacy-request-new": ("#/privacy-requests/new", True, officer, nothing),
    "privacy-files": ("#/caller-files", True, officer, nothing),
    "privacy-file": ("#/caller-files/ctc_1", True, officer, nothing),
    "privacy-imports": ("#/caller-imports", True, officer, nothing),
    "privacy-import": ("#/caller-imports/cim_1", True, officer, nothing),
    "privacy-import-failed": ("#/caller-imports/cim_2", True, officer, nothing),
    "privacy-erase": ("#/erase/ctc_1", True, officer, nothing),
    "privacy-erased": ("#/erase/ctc_1", True, officer, erased),
    "privacy-holds": ("#/legal-holds", True, officer, nothing),
    "privacy-hold": ("#/legal-holds/hld_2", True, officer, nothing),
    "privacy-hold-new": ("#/legal-holds/new", True, officer, nothing),
    "privacy-transfers": ("#/data-transfers", True, officer, nothing),
    "privacy-processors": ("#/processors", True, officer, nothing),
    "privacy-retention": ("#/retention", True, officer, nothing),
    "privacy-retention-late": ("#/retention", True, overdue, nothing),
    "privacy-policy": ("#/policy", True, administrator, nothing),
    "my-data": ("#/my-data", True, well_informed, nothing),
    "privacy-audit": ("#/self-audit", True, audit_due, nothing),
    "contacts": ("#/contacts", True, keep, nothing),
    "contact": ("#/contacts/per_1", True, keep, nothing),
    "people": ("#/people", True, administrator, nothing),
    "hours": ("#/hours", True, administrator, nothing),
    "audit": ("#/audit", True, administrator, nothing),
    "installation": ("#/installation", True, operator, nothing),
    "installation-runbook": ("#/installation", True, operator, installation_runbook),
    **app_pictures_calls.SCREENS,
    **pictures_settings.SCREENS,
}


INSIDE = "[data-testid=tab-me], [data-testid=policy], [data-testid=wall]"


@dataclass
class Shown:
    """A screen in a page, in which time stands still at the scenes' moment."""

    page: Page
    waiting: set[Request] = field(default_factory=set)
    """What the page asked for and has not been answered."""
    problems: list[str] = field(default_factory=list)
    _still: bool = False

    async def picture(self) -> bytes:
        """PNG, when nothing is asked for and, the first time, nothing changes any more."""
        last = b"" if self._still else await self._taken()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self.page.evaluate(A_WHILE)
                now = await self._taken()
                if not self.waiting and (self._still or now == last):
                    self._still = True
                    return now
                last = now

    async def _taken(self) -> bytes:
        return await self.page.screenshot(animations="disabled", caret="hide")


@contextlib.asynccontextmanager
async def opened(
    browser: Browser, name: str, size: str, mode: Mode = "light", locale: str = "en-GB"
) -> AsyncIterator[Shown]:
    """The screen after what happens on it."""
    address, inside, world, act = SCREENS[name]
    stage = Stage()
    stage.more = (PeopleScene(), SettingsScene())
    world(stage)
    context = await browser.new_context(
        viewport=TV if size == "tv" else SIZES[size],
        color_scheme=mode,
        service_workers="block",
        permissions=["microphone"],
        reduced_motion="reduce",
        locale=locale,
        timezone_id="Asia/Ulaanbaatar",
    )
    try:
        await stage.set(context)
        page = await context.new_page()
        page.set_default_timeout(1_000 * PATIENCE_S)
        await page.clock.set_fixed_time(scene.NOW)
        shown = Shown(page)
        page.on("pageerror", lambda error: shown.problems.append(str(error)))
        page.on("request", lambda one: shown.waiting.add(one))
        page.on("requestfinished", lambda one: shown.waiting.discard(one))
        page.on("requestfailed", lambda one: shown.waiting.discard(one))
        if inside:
            await keep_signed_in(page)
        await page.goto(f"{ORIGIN}/{address}")
        if inside:
            await page.wait_for_selector(INSIDE, state="attached")
        await act(page, stage)
        yield shown
    finally:
        await context.close()


async def picture(browser: Browser, out: Path, name: str, size: str, mode: Mode, locale: str = "en-GB") -> None:
    async with opened(browser, name, size, mode, locale) as shown:
        taken = await shown.picture()
        (out / f"{name}.{size}.{mode}.png").write_bytes(taken)
        for problem in shown.problems:
            say(f"{name}.{size}.{mode}: {problem}")


async def main(out: Path, parts: list[str]) -> None:
    async with async_playwright() as p:
        browser = await launched(p)
        for name in SCREENS:
            for size in (*SIZES, *(["tv"] if name == "wall" else [])):
                for mode in MODES:
                    label = f"{name}.{size}.{mode}"
                    if not parts or any(part in label for part in parts):
                        await picture(browser, out, name, size, mode)
        await browser.close()


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(still_pictures().main(folder, sys.argv[2:]))
