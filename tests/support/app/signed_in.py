"""The app in a browser at the real server, signed in as somebody.

How one signs in is for tests/e2e/test_browser_call.py and the tests of screens: here the browser has a session already,
as after a reload, which spares each test two screens.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlparse

import httpx
from playwright.async_api import Browser, Locator, Page
from tests.support.app.browser import violations_of
from tests.support.app.stage import keep_signed_in
from tests.support.product.people import PASSWORD, Agent, sign_in
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
async def opened(
    browser: Browser, address: str, *, wide: bool = False, script: bool = True, token: str = ""
) -> AsyncIterator[Seen]:
    """A page of a browser that was never here, or has the session of `token`. It has no error, and nothing in it is
    forbidden by its policy."""
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
    if token:
        await keep_signed_in(page, token)
    await page.goto(address)
    yield seen
    await context.close()
    assert (errors, forbidden) == ([], [])


@asynccontextmanager
async def signed_in(browser: Browser, system: System, who: Agent, *, wide: bool = False) -> AsyncIterator[Seen]:
    async with opened(browser, system.base_url, wide=wide, token=await session_of(who)) as seen:
        await seen["tab-me"].wait_for()
        yield seen


async def come_back_as(page: Page, system: System, who: Agent) -> None:
    """The page of a browser in which they are signed in."""
    await keep_signed_in(page, await session_of(who))
    await page.goto(system.base_url)
    await page.get_by_test_id("session-state").first.wait_for(state="attached", timeout=15_000)


async def session_of(who: Agent) -> str:
    """The token of another session of theirs, on a device of its own; the policy is accepted."""
    async with httpx.AsyncClient(base_url=who.http.base_url, verify=False, timeout=20) as http:
        token = await sign_in(http, who.email)
        http.headers["Authorization"] = f"Bearer {token}"
        current = (await http.get("/v1/me/policy")).json()["current"]
        read = {"version": current["version"], "hash": current["hash"]}
        accepted = await http.post("/v1/me/policy/acceptances", json=read)
        assert accepted.status_code == 201, accepted.text
    return token


async def officer_of(acme: Organisation) -> Agent:
    return await acme.agent("Petra Privacy", "privacy_officer", phone=False, member=False)
