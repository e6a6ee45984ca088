"""The agent of a cell: with a phone in Python, or with the app in a real Chromium that can be killed."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Protocol

from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from tests.matrix.legs import BrowserLeg, Leg, LocalLeg
from tests.support.app.browser import FLAGS, go_available, sign_in_as, write_tone
from tests.support.product.people import AGENT_HZ, Agent
from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.testphones.offered_call import OfferedCall

SEEN_S = 15.0
KEPT_S = 30.0
TOKEN = "call24.token"


class Desk(Protocol):
    """What a cell needs of its agent, however the agent works."""

    agent: Agent
    among_others: bool
    """Whether its tone can be told when two are heard: a browser takes a steady tone for noise and makes it softer."""

    async def rings(self, timeout_s: float) -> None: ...

    async def answer(self) -> Leg: ...

    async def call_id(self) -> str:
        """Of the call that was answered last."""

    async def is_back(self) -> None:
        """After the fault: opens what was lost."""


class PhoneDesk:
    among_others = True

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self._offer: OfferedCall | None = None
        self._call_id = ""

    async def rings(self, timeout_s: float) -> None:
        if self._offer is None or self._offer.end is not None:
            self._offer = await self.agent.rings(timeout_s)

    async def answer(self) -> Leg:
        await self.rings(10)
        assert self._offer is not None
        offer, self._offer = self._offer, None
        self._call_id = offer.call_id or ""
        await offer.answer(AGENT_HZ)
        return LocalLeg(offer)

    async def call_id(self) -> str:
        return self._call_id

    async def is_back(self) -> None:
        phone = self.agent.phone
        assert phone is not None
        if phone.link_lost.is_set():
            await phone.register()


class BrowserDesk:
    """A browser with a profile on disk, which is the same device when it is opened again."""

    among_others = False

    def __init__(self, agent: Agent, org: Organisation, folder: Path) -> None:
        self.agent = agent
        self._org, self._folder = org, folder
        self._stack = contextlib.AsyncExitStack()
        self._playwright: Playwright | None = None
        self._context: BrowserContext | None = None
        self.page: Page | None = None
        self._leg: BrowserLeg | None = None

    async def open(self) -> None:
        if self._playwright is None:
            self._playwright = await self._stack.enter_async_context(async_playwright())
            write_tone(self._folder / "microphone.wav", AGENT_HZ)
        self._context = await self._playwright.chromium.launch_persistent_context(
            str(self._folder / "profile"),
            executable_path=shutil.which("chromium"),
            args=[*FLAGS, f"--use-file-for-fake-audio-capture={self._folder / 'microphone.wav'}"],
            ignore_https_errors=True,
            permissions=["microphone"],
            viewport={"width": 390, "height": 844},
        )
        # A steady tone is what noise suppression takes away.
        await self._context.add_init_script("localStorage.setItem('call24.sound', 'raw')")
        self.page = self._context.pages[0] if self._context.pages else await self._context.new_page()

    async def sign_in(self) -> None:
        assert self.page is not None
        await sign_in_as(self.page, self._org.system, self.agent)
        await go_available(self.page)

    async def is_kept(self) -> None:
        """Who signed in stands on disk: Chromium writes it there some seconds later, and a kill before that signs out.

        Then the app that is opened again is another device, which does not join by itself.
        """
        assert self.page is not None
        token = (await self.page.evaluate(f"() => localStorage.getItem('{TOKEN}')")).encode()
        stored = self._folder / "profile" / "Default" / "Local Storage" / "leveldb"

        def written() -> bool:
            return any(token in file.read_bytes() for file in stored.glob("*.l[od][gb]"))

        await wait_until(written, KEPT_S)

    @property
    def pid(self) -> int:
        """Of the browser's first process."""
        mark = f"--user-data-dir={self._folder / 'profile'}".encode()
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
                if mark in words and not any(word.startswith(b"--type=") for word in words):
                    return int(entry.name)
        raise AssertionError("the browser does not run")

    def _is_gone(self) -> bool:
        try:
            return self.pid == 0
        except AssertionError:
            return True

    async def rings(self, timeout_s: float) -> None:
        assert self.page is not None
        await self.page.get_by_test_id("answer").wait_for(timeout=timeout_s * 1000)

    async def answer(self) -> Leg:
        assert self.page is not None
        await self.page.get_by_test_id("answer").click(timeout=30_000)
        await self.page.get_by_test_id("in-call").wait_for(timeout=SEEN_S * 1000)
        self._leg = BrowserLeg(self.page)
        return self._leg

    async def call_id(self) -> str:
        return str((await self.agent.call_is("connected"))["id"])

    async def is_back(self) -> None:
        """Opened again, once what was killed is gone: that takes a moment."""
        await wait_until(self._is_gone, SEEN_S)
        for lock in (self._folder / "profile").glob("Singleton*"):
            lock.unlink()
        await self.open()
        assert self.page is not None
        await self.page.goto(self._org.system.base_url)
        seen = self.page.get_by_test_id("session-state").or_(self.page.get_by_test_id("sign-in-email"))
        await seen.first.wait_for(state="attached", timeout=SEEN_S * 1000)
        if await self.page.get_by_test_id("sign-in-email").count():
            await sign_in_as(self.page, self._org.system, self.agent)
        if self._leg is not None:
            self._leg.page = self.page

    async def close(self) -> None:
        if self._context is not None:
            with contextlib.suppress(Exception):  # a killed one has nothing to close
                await self._context.close()
        await self._stack.aclose()
