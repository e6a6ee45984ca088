"""Takes pictures of every screen: `python web/dev/screens.py OUT [name part ...]`, after `npm run build`. Development only."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import scene
from playwright.async_api import Page, async_playwright
from stage import CHROMIUM, ORIGIN, Stage, sign_in

Act = Callable[[Page, Stage], Awaitable[None]]
SIZES = {"phone": {"width": 390, "height": 844}, "lap": {"width": 1440, "height": 900}}


async def nothing(page: Page, stage: Stage) -> None:
    await page.wait_for_timeout(500)


async def ring(page: Page, stage: Stage) -> None:
    await page.wait_for_timeout(300)
    stage.tell("call", {**scene.call("offered"), "seq": 11})
    await page.wait_for_function("__call24.phone().state === 'ready'")
    stage.invite("call_live")
    await page.wait_for_selector("[data-testid=answer]:not([disabled])")


async def talk(page: Page, stage: Stage, state: str = "connected") -> None:
    await ring(page, stage)
    await page.click("[data-testid=answer]")
    await page.wait_for_selector("[data-testid=in-call]")
    stage.tell("session", {**scene.session("on_call", call_id="call_live", since=scene.ago(seconds=252)), "seq": 12})
    stage.tell("call", {**scene.call(state), "seq": 13})
    stage.live = scene.live(seq=14, call=scene.call(state), session=scene.session("on_call", call_id="call_live", since=scene.ago(seconds=252)))
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
    if await page.locator("[aria-label='Put the call aside']").is_visible():
        await page.click("[aria-label='Put the call aside']")
    await page.evaluate("location.hash = '#/history'")


async def wrap_up(page: Page, stage: Stage) -> None:
    wrapped = scene.session("wrap_up", call_id="call_a", since=scene.ago(seconds=12), wrap_up_until=scene.ahead(seconds=19))
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
    stage.fail["/v1/auth/login"] = (401, {"code": "invalid_credentials", "status": 401, "title": "Not signed in", "detail": "no"})
    await page.fill("[data-testid=sign-in-email]", "saraa@northwind.example")
    await page.fill("[data-testid=sign-in-password]", "wrong")
    await page.click("[data-testid=sign-in-submit]")
    await page.wait_for_selector("[data-testid=sign-in-problem]")


async def playing(page: Page, stage: Stage) -> None:
    await page.click("[data-testid=player-play]")
    await page.wait_for_timeout(2500)


async def away(page: Page, stage: Stage) -> None:
    stage.realtime_up = False
    assert stage.pusher is not None
    await stage.pusher.close()
    await page.wait_for_selector("[data-testid=banner]", timeout=15_000)


async def search(page: Page, stage: Stage) -> None:
    await page.fill("[data-testid=search]", "өнөр")
    await page.wait_for_timeout(900)


async def bottom(page: Page, stage: Stage) -> None:
    await page.wait_for_timeout(700)
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")


def offline(stage: Stage) -> None:
    stage.live = scene.live(session={**scene.session("offline"), "day": []}, today={"answered": 0, "handle_s": None, "service_level": None})


def empty(stage: Stage) -> None:
    offline(stage)
    stage.rows = []
    stage.live |= {"queues": [], "agents": []}


def no_asterisk(stage: Stage) -> None:
    stage.live = scene.live(system={"asterisk": "away", "mongodb": "ok"})


def keep(stage: Stage) -> None:
    return None


def supervisor(stage: Stage) -> None:
    stage.me = {**scene.ME, "user": {"id": "usr_d", "name": "Дулмаа Мөнх", "email": "dulmaa@northwind.example", "role": "supervisor"}}


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
}


async def main(out: Path, parts: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as p:
        browser = await p.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=CHROMIUM)
        for name, (address, inside, world, act) in SCREENS.items():
            for size, viewport in SIZES.items():
                for mode in ("light", "dark"):
                    label = f"{name}.{size}.{mode}"
                    if parts and not any(part in label for part in parts):
                        continue
                    stage = Stage()
                    world(stage)
                    context = await browser.new_context(viewport=viewport, color_scheme=mode, service_workers="block", permissions=["microphone"],
                                                        reduced_motion="reduce", locale="en-GB", timezone_id="Asia/Ulaanbaatar")
                    await stage.set(context)
                    page = await context.new_page()
                    page.on("pageerror", lambda e, label=label: print(label, "page error:", e))
                    page.on("console", lambda m, label=label: m.type == "error" and "401" not in m.text and "404" not in m.text and print(label, "console:", m.text[:300]))
                    if inside:
                        await sign_in(page)
                    await page.goto(f"{ORIGIN}/{address}")
                    if inside:
                        await page.wait_for_function("window.__call24")
                        await page.wait_for_timeout(500)
                    try:
                        await act(page, stage)
                    except Exception as e:  # noqa: BLE001 - a picture of the failure is what helps
                        print(label, "failed:", str(e)[:200])
                    await page.wait_for_timeout(250)
                    await page.screenshot(path=out / f"{label}.png")
                    await context.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
