"""Draws the PNG icons from public/icon.svg: `python web/dev/icons.py`. Run it again when the SVG changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

PUBLIC = Path(__file__).parent.parent / "public"
# name: (size in pixels, whether the ground fills the square: some systems cut their own shape)
ICONS = {
    "icon-180.png": (180, True),
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-maskable-512.png": (512, True),
}


async def main() -> None:
    svg = (PUBLIC / "icon.svg").read_text()
    async with async_playwright() as p:
        browser = await p.chromium.launch(
            executable_path="/usr/bin/chromium", headless=True, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (size, full) in ICONS.items():
            page = await browser.new_page(viewport={"width": size, "height": size})
            drawing = svg.replace('rx="16"', 'rx="0"') if full else svg
            await page.set_content(
                f"<style>body{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{drawing}"
            )
            await page.screenshot(path=PUBLIC / name, omit_background=True)
            await page.close()
        await browser.close()


asyncio.run(main())
