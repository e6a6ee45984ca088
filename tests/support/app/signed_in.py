"""The app in a browser at the real server, signed in as somebody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlparse

from playwright.async_api import Browser, Locator, Page
from tests.support.app.browser import violations_of
from tests.support.product.people import PASSWORD, Agent
from tests.support.product.system import Organisation, System

SIZE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


class Seen:
    """A page by its test ids."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._read: list[str] = []
        page.on("request", lambda one: self._read.append(urlparse(one.url).path) if one.method == "GET" else None)

    def asked(self, start: str) -> int:
        """How many times something was read whose path begins so."""
        return sum(path.startswith(start) for path in self._read)

    def __getitem__(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def go(self, place: str) -> None:
        await self.page.evaluate("place => { location.hash = place }", place)

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        await self["sign-in-email"].fill(email)
        await self["sign-in-password"].fill(password)
        await self["sign-in-submit"].click()


@asynccontextmanager
async def opened(browser: Browser, address: str, *, wide: bool = False, script: bool = True) -> AsyncIterator[Seen]:
    """A page of a browser that was never here. It has no error, and nothing in it is forbidden by its policy."""
    context = await browser.new_context(
        ignore_https_errors=True,
        viewport=WIDE if wide else SIZE,  # type: ignore[arg-type]
        service_workers="block",
        java_script_enabled=script,
    )
    page = await context.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    forbidden, seen = violations_of(page), Seen(page)
    await page.goto(address)
    yield seen
    await context.close()
    assert (errors, forbidden) == ([], [])


@asynccontextmanager
async def signed_in(browser: Browser, system: System, who: Agent, *, wide: bool = False) -> AsyncIterator[Seen]:
    """The policy is accepted."""
    async with opened(browser, system.base_url, wide=wide) as seen:
        await seen.sign_in(who.email)
        await seen["tab-me"].or_(seen["policy-accept"]).first.wait_for()
        if await seen["policy-accept"].count():
            await seen["policy-accept"].click()
            await seen["tab-me"].wait_for()
        yield seen


async def officer_of(acme: Organisation) -> Agent:
    return await acme.agent("Petra Privacy", "privacy_officer", phone=False, member=False)
