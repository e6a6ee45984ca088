"""A real headless Chromium in which an agent looks at the app's live screen: when its page was told of a change of an
agent, and when the row was drawn."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from playwright.async_api import Page, async_playwright
from tests.support.app.browser import launched, sign_in_as
from tests.support.product.people import Agent
from tests.support.product.system import System

LOOK_S = 30.0
NOTES = """
(() => {
  const now = () => performance.timeOrigin + performance.now()
  const told = [], drawn = []
  window.notes = { told, drawn }
  window.WebSocket = class extends WebSocket {
    constructor(...words) {
      super(...words)
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('"event":"agent"')) return
        const { id, seq } = JSON.parse(JSON.parse(data).data)
        told.push([now(), id, seq])
      })
    }
  }
  new MutationObserver((changes) => {
    const rows = changes.map(({ target }) => target.dataset.agent).filter(Boolean)
    // What was changed is on the screen once a frame was made of it: the task after the next frame's callbacks.
    if (rows.length) requestAnimationFrame(() => setTimeout(() => rows.forEach((id) => drawn.push([now(), id]))))
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] })
})()
"""


@dataclass
class Noted:
    """By agent: wall-clock seconds; of what the page was `told` each with the number of the journal's line."""

    told: dict[str, list[tuple[float, int]]]
    drawn: dict[str, list[float]]


@contextlib.asynccontextmanager
async def looking_on(system: System, email: str, agents: int) -> AsyncIterator[Page]:
    """Once all rows are there."""
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        try:
            context = await browser.new_context(
                ignore_https_errors=True, permissions=["microphone"], viewport={"width": 1440, "height": 900}
            )
            page = await context.new_page()
            await page.add_init_script(NOTES)
            await sign_in_as(page, system, cast(Agent, SimpleNamespace(email=email)))
            await page.goto(f"{system.base_url}/#/live")
            await page.get_by_test_id("agent-row").nth(agents - 1).wait_for(timeout=LOOK_S * 1000)
            yield page
        finally:
            await browser.close()


async def noted(page: Page) -> Noted:
    notes: dict[str, list[list[Any]]] = await page.evaluate("window.notes")
    found = Noted({}, {})
    for at, id, seq in notes["told"]:
        found.told.setdefault(id, []).append((at / 1000, seq))
    for at, id in notes["drawn"]:
        found.drawn.setdefault(id, []).append(at / 1000)
    return found
