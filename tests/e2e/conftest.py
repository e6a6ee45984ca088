"""The app in a real browser, with a stage as its server, or with the real one.

One browser for all tests with a stage, since starting it takes as long as many of them: each test has a context of its
own, which shares nothing with another. What is bound to an event loop stays in one, so these tests run in the
session's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from tests.support.app.browser import launched, violations_of
from tests.support.app.driver import App
from tests.support.app.stage import Stage

expect.set_options(timeout=20_000)  # as long as the pages wait: on a busy machine what is expected comes after 5 s


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "app" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def app(chromium: Browser) -> AsyncIterator[App]:
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, permissions=["microphone"], service_workers="block"
    )
    stage = Stage()
    await stage.set(context)
    page = await context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    forbidden = violations_of(page)
    yield App(page, stage)
    await context.close()
    assert (errors, forbidden) == ([], [])


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """One of a test's own, for the real server."""
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        yield browser
        await browser.close()
