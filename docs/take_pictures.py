"""Takes the pictures in docs/pictures from a running system: `.venv/bin/python docs/take_pictures.py`.

Needs what `./call24 test` installs. It starts an installation of its own and removes it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from playwright.async_api import Page, async_playwright  # noqa: E402
from tests.support.app.browser import browser_page, go_available, sign_in_as  # noqa: E402
from tests.support.product.system import Agent, Organisation, running_system  # noqa: E402
from tests.support.wait import wait_until  # noqa: E402

PICTURES = CHECKOUT / "docs" / "pictures"
EARLIER = (("Daniel Reyes", "+12025550143", 4.0), ("Callum Fraser", "+61491570156", 7.0), ("", "+442079460958", 3.0))


async def main() -> None:
    with running_system() as system, tempfile.TemporaryDirectory() as folder:
        async with system.organisation("Northwind Support", wrap_up_s=2) as northwind, async_playwright() as playwright:
            agent = await northwind.agent("Saraa Bold", phone=False)
            for name in ("Anna Kovács", "Өнөрбаяр Төмөр"):
                await (await northwind.agent(name, phone=False)).be("paused", "lunch")
            async with browser_page(playwright, Path(folder), 440, phone=False) as page:
                await sign_in_as(page, system, agent)
                await go_available(page)
                for name, number, seconds in EARLIER:
                    await talk(northwind, page, name, number, seconds)
                    await wait_until(lambda: is_in(agent, "available"), 15)
                await take(northwind, page)


async def take(northwind: Organisation, page: Page) -> None:
    call = await northwind.customer("+442079460114", "Grace Holloway").dial(northwind.number)
    await page.get_by_test_id("answer").wait_for(timeout=20_000)
    await page.screenshot(path=PICTURES / "ringing.png")
    await page.get_by_test_id("answer").click()
    await page.get_by_test_id("in-call").wait_for(timeout=10_000)
    await asyncio.sleep(12)
    await page.screenshot(path=PICTURES / "in-call.png")
    call.hang_up()


async def talk(northwind: Organisation, page: Page, name: str, number: str, seconds: float) -> None:
    call = await northwind.customer(number, name).dial(northwind.number)
    await page.get_by_test_id("answer").click(timeout=20_000)
    await page.get_by_test_id("in-call").wait_for(timeout=10_000)
    await asyncio.sleep(seconds)
    call.hang_up()


async def is_in(agent: Agent, state: str) -> bool:
    return await agent.state() == state


if __name__ == "__main__":
    asyncio.run(main())
