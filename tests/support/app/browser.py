"""Chromium with a fake microphone that plays a tone, as an agent's phone."""

from __future__ import annotations

import math
import shutil
import struct
import wave
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, Playwright
from tests.support.product.system import PASSWORD, Agent, System

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]


async def launched(playwright: Playwright, *flags: str) -> Browser:
    """Chromium's engine without the browser around it, which would take half as much of a processor again."""
    return await playwright.chromium.launch(
        executable_path=shutil.which("chromium-headless-shell"), args=[*FLAGS, *flags]
    )


def violations_of(page: Page) -> list[str]:
    """What the browser's console will say of things that the content security policy forbids."""
    found: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Permissions policy" in message.text:
            found.append(message.text)

    page.on("console", heard)
    return found


async def sign_in_as(page: Page, system: System, agent: Agent) -> None:
    await page.goto(system.base_url)
    await page.get_by_test_id("sign-in-email").fill(agent.email)
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    state, policy = page.get_by_test_id("session-state").first, page.get_by_test_id("policy-accept")
    await state.or_(policy).first.wait_for(state="attached", timeout=15_000)
    if await policy.count():
        await policy.click()
    await page.get_by_test_id("session-state").first.wait_for(state="attached", timeout=15_000)


async def go_available(page: Page) -> None:
    """As a person does it; done when the server has said so."""
    await page.get_by_test_id("state-available").click()
    shown = page.locator('[data-testid="session-state"][data-state="available"]')
    await shown.first.wait_for(timeout=20_000)


def write_tone(place: Path, hz: float, seconds: float = 10.0, rate: int = 48_000) -> None:
    """A whole number of periods, so that the loop has no click in it."""
    count = int(rate * seconds)
    samples = (int(12_000 * math.sin(2 * math.pi * hz * n / rate)) for n in range(count))
    with wave.open(str(place), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
