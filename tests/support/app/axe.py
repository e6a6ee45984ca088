"""What axe-core finds on a page: rules of WCAG 2.2 A and AA, and its own best practices."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page
from tests.support.product.stack import CHECKOUT

_PROGRAM = CHECKOUT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_STILL = """() => Promise.allSettled(document.getAnimations()
    .filter(one => Number.isFinite(one.effect?.getComputedTiming().endTime)).map(one => one.finished))"""
"""What fades in has less contrast until it is there; what moves for ever is not waited for."""

_RUN = """rules => axe.run(document, {
    runOnly: rules, resultTypes: ['violations'], preload: {assets: ['media'], timeout: 10000}
}).then(({passes, violations}) => ({passed: passes.length, violations}))"""
"""Style sheets are not read again: no rule among these asks for them."""


async def barriers(page: Page) -> list[str]:
    """Each as `rule: element: what is wrong`; none is how it should be. Looked for when the page stands still."""
    await page.evaluate(_STILL)
    if await page.evaluate("typeof axe === 'undefined'"):
        await page.evaluate(_PROGRAM.read_text())
    found: dict[str, Any] = await page.evaluate(_RUN, _RULES)
    assert found["passed"], "axe looked at something"
    return [
        f"{each['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
