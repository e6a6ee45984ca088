"""The browsers that tests share: one that dies takes no other test along, and none outlives the tests."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error
from tests.support.app import browsers as module
from tests.support.app.browsers import Browsers
from tests.support.wait import PATIENCE_S, wait_until

TONE_HZ = 618.0


def processes(browsers: Browsers) -> set[int]:
    """Of those that hear a tone, by the folder with it, which no other has."""
    folder = os.fsencode(browsers._sounds.name)
    return {int(place.name) for place in Path("/proc").glob("[0-9]*") if folder in read(place, "cmdline")}


def driver(browsers: Browsers) -> int:
    """Whose child the browser is."""
    mine = processes(browsers)
    parents = {int(stat.rpartition(b")")[2].split()[1]) for pid in mine if (stat := read(Path(f"/proc/{pid}"), "stat"))}
    [driver] = parents - mine
    return driver


def read(place: Path, name: str) -> bytes:
    """Nothing of a process that has ended."""
    with suppress(OSError):
        return (place / name).read_bytes()
    return b""


async def has_a_page(browser: Browser) -> bool:
    page = await (await browser.new_context()).new_page()
    return bool(await page.evaluate("1 + 1") == 2)


async def test_a_browser_that_died_is_started_anew_for_who_asks_next_and_none_is_left_at_the_end() -> None:
    browsers = Browsers()
    try:
        first, other = await browsers.hearing(TONE_HZ), await browsers.with_flags()
        assert processes(browsers)
        assert await browsers.hearing(TONE_HZ) is first
        with suppress(Error):
            await (await first.new_browser_cdp_session()).send("Browser.crash")
        second = await browsers.hearing(TONE_HZ)
        assert second is not first and await has_a_page(second)
        assert await browsers.with_flags() is other, "another is not concerned"
        assert await browsers.emptied() == 1 and second.contexts == [], "what a test left open is closed"
        assert await browsers.hearing(TONE_HZ) is second and await browsers.emptied() == 0
        assert processes(browsers)
    finally:
        await browsers.closed()
    await wait_until(lambda: not processes(browsers), PATIENCE_S)


@pytest.mark.long("test_a_browser_that_died_is_started_anew_for_who_asks_next_and_none_is_left_at_the_end")
async def test_a_driver_that_died_is_started_anew_with_its_browsers() -> None:
    browsers = Browsers()
    try:
        first = await browsers.hearing(TONE_HZ)
        assert await has_a_page(first)
        os.kill(driver(browsers), signal.SIGKILL)
        await browsers.emptied()
        second = await browsers.hearing(TONE_HZ)
        assert second is not first and await has_a_page(second)
    finally:
        await browsers.closed()
    await wait_until(lambda: not processes(browsers), PATIENCE_S)


@pytest.mark.long("test_a_browser_that_died_is_started_anew_for_who_asks_next_and_none_is_left_at_the_end")
async def test_a_browser_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    browsers = Browsers()
    try:
        first = await browsers.hearing(TONE_HZ)
        assert await has_a_page(first)
        for pid in processes(browsers):
            os.kill(pid, signal.SIGSTOP)
        monkeypatch.setattr(module, "ANSWERS_S", 0.5)
        await browsers.emptied()
        monkeypatch.undo()
        assert list(browsers._started.values()) == []
        second = await browsers.hearing(TONE_HZ)
        assert second is not first and await has_a_page(second)
    finally:
        await browsers.closed()
    await wait_until(lambda: not processes(browsers), PATIENCE_S)
