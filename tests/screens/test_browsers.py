"""The browsers that tests share: one that dies takes no other test along, and none outlives the tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser, Error
from tests.support.app.browsers import Browsers
from tests.support.wait import wait_until

TONE_HZ = 618.0
"""No other test's: by the file with it the processes are found."""


def processes() -> Iterator[int]:
    """Of the browser that hears the tone."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"/{TONE_HZ:g}.wav" in place.read_text():
                yield int(place.parent.name)


def driver() -> int:
    """Whose child the browser is."""
    mine = set(processes())
    parents = {int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1]) for pid in mine}
    [driver] = parents - mine
    return driver


async def has_a_page(browser: Browser) -> bool:
    page = await (await browser.new_context()).new_page()
    return bool(await page.evaluate("1 + 1") == 2)


async def test_a_browser_that_died_is_started_anew_for_who_asks_next_and_none_is_left_at_the_end() -> None:
    browsers = Browsers()
    try:
        first, other = await browsers.hearing(TONE_HZ), await browsers.with_flags()
        assert await browsers.hearing(TONE_HZ) is first
        with suppress(Error):
            await (await first.new_browser_cdp_session()).send("Browser.crash")
        second = await browsers.hearing(TONE_HZ)
        assert second is not first and await has_a_page(second)
        assert await browsers.with_flags() is other, "another is not concerned"
        await browsers.emptied()
        assert second.contexts == [], "what a test left open is closed"
    finally:
        assert set(processes())
        await browsers.closed()
    await wait_until(lambda: not set(processes()), 5)


async def test_a_driver_that_died_is_started_anew_with_its_browsers() -> None:
    browsers = Browsers()
    try:
        first = await browsers.hearing(TONE_HZ)
        assert await has_a_page(first)
        os.kill(driver(), signal.SIGKILL)
        await browsers.emptied()
        second = await browsers.hearing(TONE_HZ)
        assert second is not first and await has_a_page(second)
    finally:
        await browsers.closed()
    await wait_until(lambda: not set(processes()), 5)
