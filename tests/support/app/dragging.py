"""Drags with the mouse, as a person does: press, move, and let go once the page says what a drop would do."""

from __future__ import annotations

from playwright.async_api import Locator, Page


async def drag(
    page: Page, what: Locator, onto: Locator | None = None, *, by: tuple[float, float] = (0, 0), then: Locator
) -> None:
    """From the middle of one to the middle of another, or, without one, as far as `by`; let go once `then` is there."""
    await what.scroll_into_view_if_needed()
    x, y = await _middle(what)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 8, y + 8)
    to_x, to_y = (x + by[0], y + by[1]) if onto is None else await _middle(onto)
    await page.mouse.move(to_x, to_y, steps=5)
    await then.wait_for()
    await page.mouse.up()


async def _middle(what: Locator) -> tuple[float, float]:
    box = await what.bounding_box()
    assert box is not None, "it cannot be seen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
