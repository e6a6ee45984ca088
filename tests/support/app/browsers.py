"""Chromium for all tests of a process: one driver, and one browser for each set of flags, started when first asked for.

Starting them takes as long as many a test. What is apart are the contexts, each with cookies, storage, permissions and
service workers of its own. A driver and its browsers are bound to an event loop, so these tests run in the session's:
a fixture that asks for `browsers` and is asynchronous says `pytest_asyncio.fixture(loop_scope="session")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, Playwright, async_playwright, expect
from tests.support.app.browser import launched, violations_of, write_tone
from tests.support.wait import PATIENCE_S

ANSWERS_S = 10.0

expect.set_options(timeout=1_000 * PATIENCE_S)


class Browsers:
    """Only within the event loop that it was made in. `closed` leaves no process behind."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._started: dict[tuple[str, ...], Browser] = {}
        self._sounds = tempfile.TemporaryDirectory(prefix="c24-sounds-")

    async def with_flags(self, *flags: str) -> Browser:
        """One that answers: the one of earlier tests, or another if that died or hangs."""
        browser = self._started.get(flags)
        if browser is None or not await _answers(browser):
            browser = self._started[flags] = await self._launched(*flags)
        return browser

    async def hearing(self, tone_hz: float) -> Browser:
        """One whose microphone hears a tone."""
        tone = Path(self._sounds.name) / f"{tone_hz:g}.wav"
        if not tone.exists():
            write_tone(tone, tone_hz)
        return await self.with_flags(f"--use-file-for-fake-audio-capture={tone}")

    async def _launched(self, *flags: str) -> Browser:
        if self._playwright is not None:
            try:
                return await launched(self._playwright, *flags)
            except Error:  # of a driver that is gone; if it was not, the next one says the same
                await self._playwright.stop()
        self._playwright = await async_playwright().start()
        return await launched(self._playwright, *flags)

    async def emptied(self) -> int:
        """Closes the contexts that a test left open, and every browser that does not close them: who asks for it next
        gets another. How many contexts there were.
        """
        left = 0
        for flags, browser in list(self._started.items()):
            left += len(browser.contexts)
            try:
                for context in list(browser.contexts):
                    async with asyncio.timeout(ANSWERS_S):
                        await context.close()
            except (Error, TimeoutError):
                del self._started[flags]
                await _shut(browser)
        return left

    async def closed(self) -> None:
        if self._playwright is not None:
            for browser in self._started.values():
                await _shut(browser)
            await self._playwright.stop()
        self._sounds.cleanup()


async def _shut(browser: Browser) -> None:
    """Or left to its driver, which ends it at its own end."""
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(ANSWERS_S):
            await browser.close()


async def _answers(browser: Browser) -> bool:
    """Whether a context can be made, which takes some milliseconds: that it died is heard late if nobody listens."""
    try:
        async with asyncio.timeout(ANSWERS_S):
            await (await browser.new_context()).close()
    except (Error, TimeoutError):
        return False
    return True


@contextlib.asynccontextmanager
async def browser_page(browsers: Browsers, tone_hz: float, *, phone: bool = True) -> AsyncIterator[Page]:
    """A page whose microphone hears `tone_hz`; phone-sized, or as on a laptop. Nothing in it may be forbidden."""
    browser = await browsers.hearing(tone_hz)
    context = await browser.new_context(
        ignore_https_errors=True,
        permissions=["microphone"],
        viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
    )
    page = await context.new_page()
    forbidden = violations_of(page)
    yield page
    await context.close()
    assert forbidden == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def started_browsers() -> AsyncIterator[Browsers]:
    browsers = Browsers()
    yield browsers
    await browsers.closed()


@pytest_asyncio.fixture(loop_scope="session")
async def browsers(started_browsers: Browsers, request: pytest.FixtureRequest) -> AsyncIterator[Browsers]:
    """The session's, without a page of another test. A test that passes has closed its own."""
    failed = request.session.testsfailed
    yield started_browsers
    left = await started_browsers.emptied()
    assert left == 0 or request.session.testsfailed > failed, f"contexts left open: {left}"


@pytest_asyncio.fixture(loop_scope="session")
async def browser(browsers: Browsers) -> Browser:
    return await browsers.with_flags()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser runs in the session's event loop."""
    for item in items:
        if isinstance(item, pytest.Function) and "browsers" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
