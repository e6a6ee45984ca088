"""The app in another language than the one that its source is written in, as a browser of that language gets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, expect
from tests.support.app import pictures, scene
from tests.support.app.cut import cut_off
from tests.support.app.driver import App
from tests.support.app.stage import ORIGIN, Stage, keep_signed_in
from tests.support.app.untranslated import english
from tests.support.wait import PATIENCE_S, wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADMINISTRATORS = (
    *("people", "roles", "queues", "numbers", "trunks", "hours", "prompts", "calling-limits", "crm"),
    *("applications", "provider", "audit", "start", "work", "contacts", "contacts/new", "contacts/import", "dial"),
    *("contacts/export", "contacts/deleted", "work/new", "security", "address-books", "numbers/new"),
    *("trunks/new", "hours/new", "roles/new", "crm/new", "webhooks/whk_wall", "policy", "installation"),
)
OFFICERS = (
    *("restrictions", "data-transfers", "incidents/inc_laptop", "disclosures/dcl_court", "caller-imports/cim_1"),
    *("legal-holds/hld_2", "processors"),
)
Seen = tuple[Callable[[Stage], None], Sequence[str]]
PAGES: tuple[Seen, ...] = (
    *((pictures.operator, part) for part in (ADMINISTRATORS[::2], ADMINISTRATORS[1::2])),
    (pictures.officer, OFFICERS),
    (pictures.audit_due, ("privacy", "self-audit")),
    (pictures.keep, ("", "history", "history/call_c", "me", "notifications", "notifications/preferences")),
)
"""Addresses, and who sees them that may open them."""
NOWHERE = "nowhere"
"""The address of no page: the app says so."""

QUOTED = {
    "address-books": "Settings Apps Contacts Accounts Add Account Other Next Organisation Private",
    "contacts/import": "Contacts",
    "contacts/export": "Contacts",
    "provider": "Client Issuer redirect URI Back-channel channel logout secret Keycloak Entra Connect Back",
    "installation": "operator doctor Python PBX",
    "me": "PNG JPEG WebP HEIC CRM tel web",
    "trunk": "From",
    "queues-none": "winter",
}
"""What other programs and formats call the things that a page speaks of, and words of commands."""

STILL_CUT = {"ажилтан чөлөөлөгдөхийг хүлээнэ", "сек"}
"""Texts of the app that do not fit on a phone yet: a way of a flow's step in the diagram, the unit of a figure."""

SCENES = ("sign-in-wrong", "setup", "in-call", "wrap-up", "live", "flow-step", "my-data", "work-task")
"""Of support/app/pictures.py, which has a picture of each."""
MORE_SCENES = (
    *("home-mic-reason", "home-away", "in-call-keypad", "flow-versions", "privacy-request", "ring-transfer"),
    *("hand-consult-rings", "wrap-required", "work-many", "trunk", "number-new", "queues-none", "flow-test", "policy"),
    *("privacy-erased", "privacy-retention-late", "queue", "what-if-answer", "administration", "staffing-answer"),
)

DRAWN = """() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => told(
    [...document.querySelectorAll('main')].every((main) => main.childElementCount > 0)
    && document.querySelector('main [aria-busy=true]') === null
)))))"""
AT_ONCE = 3


async def mongolian(browser: Browser, stage: Stage) -> BrowserContext:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="mn-MN",
        permissions=["microphone"],
        reduced_motion="reduce",
        service_workers="block",
    )
    await stage.set(context)
    return context


class Loaded:
    """Counts a page's requests, to know when all that it shows has come."""

    def __init__(self, page: Page) -> None:
        self._page, self._begun, self._over = page, 0, 0
        page.on("request", self._begins)
        page.on("requestfinished", self._ends)
        page.on("requestfailed", self._ends)

    def _begins(self, _: Request) -> None:
        self._begun += 1

    def _ends(self, _: Request) -> None:
        self._over += 1

    async def wait(self) -> None:
        """Until nothing is asked for, not even by what was drawn last, and no part of the page says that it waits."""

        async def settled() -> bool:
            begun = self._begun
            return bool(await self._page.evaluate(DRAWN)) and begun == self._begun == self._over

        await wait_until(settled, PATIENCE_S)


@asynccontextmanager
async def opened(
    browser: Browser, world: Callable[[Stage], None], address: str, *, inside: bool = True
) -> AsyncIterator[tuple[Page, Stage, Loaded]]:
    stage = Stage()
    world(stage)
    async with await mongolian(browser, stage) as context:
        page = await context.new_page()
        loaded = Loaded(page)
        if inside:
            await keep_signed_in(page)
        await page.goto(f"{ORIGIN}/{address}")
        if inside:
            await page.wait_for_selector("[data-testid=tab-me], [data-testid=policy]", state="attached")
        yield page, stage, loaded


async def left_in_a_scene(browser: Browser, name: str) -> dict[str, list[str]]:
    address, inside, world, act = pictures.SCREENS[name]
    async with opened(browser, world, address, inside=inside) as (page, stage, loaded):
        await act(page, stage)
        await loaded.wait()  # `act` may have opened another page since
        return {name: await unfit(page, stage, name)}


async def unfit(page: Page, stage: Stage, name: str) -> list[str]:
    """Texts in English, and texts of the app for which there is no room."""
    cut = [f"cut off: {text}" for text in await cut_off(page, stage) if text not in STILL_CUT]
    return [*await english(page, stage, QUOTED.get(name, "")), *cut]


async def left_in_pages(browser: Browser, world: Callable[[Stage], None], names: Sequence[str]) -> dict[str, list[str]]:
    """Of one world, each opened from a page that has nothing of it; what it was told itself is its data."""
    found = {}
    async with opened(browser, world, f"#/{NOWHERE}") as (page, stage, loaded):
        nowhere = page.get_by_test_id("no-page")
        await loaded.wait()
        found[NOWHERE] = await english(page, stage)
        told = list(stage.said)
        for name in names:
            stage.said[:] = told
            await page.evaluate("place => { location.hash = place }", f"#/{name}")
            await nowhere.wait_for(state="detached")
            await loaded.wait()
            found[name] = await unfit(page, stage, name)
            await page.evaluate("place => { location.hash = place }", f"#/{NOWHERE}")
            await nowhere.wait_for()
    return found


async def test_no_screen_has_english_on_it_that_is_not_data(browser: Browser) -> None:
    """Every page of its own, and what pages become."""
    left = await left_in(browser, PAGES, SCENES)
    assert left == [], "\n".join(left)


@pytest.mark.long("test_no_screen_has_english_on_it_that_is_not_data")
async def test_nor_have_the_other_things_that_pages_become(browser: Browser) -> None:
    left = await left_in(browser, (), MORE_SCENES)
    assert left == [], "\n".join(left)


async def left_in(browser: Browser, pages: Sequence[Seen], scenes: Sequence[str]) -> list[str]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(asked: Coroutine[Any, Any, dict[str, list[str]]]) -> dict[str, list[str]]:
        async with limit:
            return await asked

    opened = [left_in_pages(browser, world, names) for world, names in pages]
    async with asyncio.TaskGroup() as group:  # ends the others with a failed one
        asked = [
            group.create_task(one(each)) for each in (*opened, *(left_in_a_scene(browser, name) for name in scenes))
        ]
    return [f"{name}: {text}" for found in asked for name, texts in found.result().items() for text in texts]


async def test_what_the_server_says_in_sentences_is_in_the_language_of_the_page(browser: Browser) -> None:
    """Problems of a flow and what happened in a call: the API says them in English."""
    async with opened(browser, pictures.administrator, "#/flows/flw_main") as (page, stage, _):
        await pictures.flow_step(page, stage)
        await expect(page.get_by_test_id("flow-step-problem").first).to_contain_text("4 товчны дараа хаашаа")
        await page.evaluate("location.hash = '#/history/call_c'")
        lines = page.get_by_test_id("timeline").locator("li")
        await expect(lines.first).to_contain_text("Дуудлага орж ирсэн")
        await expect(lines.nth(3)).to_contain_text("Санал болгосон: ")
        await expect(lines.last).to_contain_text("Залгагч тасалсан")


CUT_OFF = """all => all.filter(one => {
    const words = document.createRange()
    words.selectNodeContents(one.lastChild)
    return words.getBoundingClientRect().width > one.clientWidth
}).map(one => one.textContent)"""


async def test_a_long_date_stands_below_the_title_of_a_task_and_does_not_squeeze_it(browser: Browser) -> None:
    """In a language where dates are long, on a phone."""
    async with opened(browser, pictures.keep, "#/work") as (page, _, loaded):
        await page.get_by_text("хугацаа хэтэрсэн", exact=True).first.wait_for()
        await loaded.wait()
        titles = page.get_by_test_id("task-open")
        widths = await titles.evaluate_all("links => links.map(link => link.getBoundingClientRect().width)")
        assert len(widths) > 2 and min(widths) > 140, widths
        late = page.get_by_test_id("task").filter(has_text="хугацаа хэтэрсэн").first
        title = await late.get_by_test_id("task-open").bounding_box()
        when = await late.get_by_test_id("task-when").bounding_box()
        assert title is not None and when is not None
        assert when["y"] >= title["y"] + title["height"]
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.evaluate("document.documentElement.style.fontSize = '200%'")  # and where text is twice as large
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        for words in (page.get_by_role("navigation").locator("a:visible"), late.get_by_role("button")):
            assert await words.count() > 1
            assert await words.evaluate_all(CUT_OFF) == []


async def test_whoever_cannot_read_the_page_finds_their_language_by_its_own_name(app: App) -> None:
    await app.open(signed_in=False)
    await expect(app["sign-in-submit"]).to_have_text("Sign in")
    await app["language-mn"].click()
    await expect(app["sign-in-submit"]).to_have_text("Нэвтрэх")
    assert await app.page.evaluate("document.documentElement.lang") == "mn"
    await app.page.reload()
    await expect(app["sign-in-submit"]).to_have_text("Нэвтрэх")


async def test_the_language_that_was_chosen_here_outlives_the_sign_out_and_nothing_else_does(app: App) -> None:
    await app.open("#/me")
    await app["theme-dark"].click()
    await app["language-mn"].click()
    await expect(app.page.get_by_role("heading", name="Энэ төхөөрөмж")).to_be_visible()
    await app["sign-out"].click()
    await expect(app["sign-in-submit"]).to_have_text("Нэвтрэх")
    assert await app.page.evaluate("({...localStorage})") == {"call24.language": "mn"}
    later = await app.page.context.new_page()
    await later.goto(ORIGIN)
    await expect(later.get_by_test_id("sign-in-submit")).to_have_text("Нэвтрэх")


async def test_the_browsers_language_is_taken_and_dates_and_counts_are_of_it(browser: Browser) -> None:
    stage = Stage()
    pictures.administrator(stage)
    context = await mongolian(browser, stage)
    page = await context.new_page()
    await keep_signed_in(page)
    await page.goto(f"{ORIGIN}/#/people")
    await expect(page.get_by_role("heading", name="хүн", exact=False).first).to_contain_text(" хүн")
    await page.goto(f"{ORIGIN}/#/history")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Түүх")
    await context.close()


async def test_another_language_waits_for_the_end_of_a_call(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app.page.evaluate("location.hash = '#/me'")
    await app.page.locator("[data-testid=in-call] button").first.click()
    await app["language-mn"].click()
    await expect(app["language-waits"]).to_be_visible()
    await expect(app.page.get_by_role("heading", name="This device")).to_be_visible()
    app.stage.live = scene.live(seq=30)
    app.stage.hang_up()
    await expect(app.page.get_by_role("heading", name="Энэ төхөөрөмж")).to_be_visible()
