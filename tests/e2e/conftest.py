"""The app in a real browser, with a stage as its server."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import async_playwright
from tests.support.app.browser import FLAGS, violations_of
from tests.support.app.driver import App
from tests.support.app.stage import Stage


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, permissions=["microphone"], service_workers="block"
        )
        stage = Stage()
        await stage.set(context)
        page = await context.new_page()
        page.set_default_timeout(8_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        forbidden = violations_of(page)
        yield App(page, stage)
        await browser.close()
        assert (errors, forbidden) == ([], [])
