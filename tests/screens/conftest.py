"""The app in a real browser, without a server of its own: with a stage as its server, or the API in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from tests.support.app.browser import violations_of
from tests.support.app.browsers import (  # noqa: F401
    browser,
    browsers,
    pytest_collection_modifyitems,
    started_browsers,
)
from tests.support.app.driver import App
from tests.support.app.stage import Stage
from tests.support.database.database import fresh_database
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, api_of_a_test
from tests.support.wait import PATIENCE_S

from call24.kit.mongo import Mongo


@pytest_asyncio.fixture(loop_scope="session")
async def app(browser: Browser) -> AsyncIterator[App]:  # noqa: F811
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, permissions=["microphone"], service_workers="block"
    )
    stage = Stage()
    await stage.set(context)
    page = await context.new_page()
    page.set_default_timeout(1_000 * PATIENCE_S)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    forbidden = violations_of(page)
    yield App(page, stage)
    await context.close()
    assert (errors, forbidden) == ([], [])


@pytest_asyncio.fixture(loop_scope="session")
async def mongo(mongod: RunningMongod) -> AsyncIterator[Mongo]:
    """As everywhere, in the event loop of the browser."""
    async with fresh_database(mongod) as mongo:
        yield mongo


@pytest_asyncio.fixture(loop_scope="session")
async def api(operations: None, mongo: Mongo, request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    async with api_of_a_test(mongo, request) as api:
        yield api
