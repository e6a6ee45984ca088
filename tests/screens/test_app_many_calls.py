"""The app at the end of a long day: lines of many pieces stay in their place, at every width."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App

WIDTHS = (360, 390, 768, 1280)
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
# What can be pressed is on top of everything else at its own middle.
COVERED = """
    [...document.querySelectorAll('main a, main button')].filter((one) => {
        one.scrollIntoView({block: 'center'})
        const box = one.getBoundingClientRect()
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
        return box.width > 0 && !(one.contains(top) || (top && top.contains(one)))
    }).map((one) => one.outerHTML.slice(0, 120))
"""
LINES = """
    [...document.querySelectorAll('main [role=img]')].map((line) => [
        line.getBoundingClientRect().width,
        (line.lastElementChild ?? line).getBoundingClientRect().right - line.getBoundingClientRect().right,
        line.getAttribute('aria-label').length])
"""


def day_of(calls: int) -> list[dict[str, Any]]:
    """Available, rung, talking, wrapping up, again and again, 96 s a call."""
    cycle = (("available", 96, 76), ("offered", 76, 72), ("on_call", 72, 12), ("wrap_up", 12, 0))
    parts = [
        {"state": state, "from": scene.ago(seconds=later + a), "to": scene.ago(seconds=later + b)}
        for later in range(360 + (calls - 1) * 96, 359, -96)
        for state, a, b in cycle
    ]
    return [*parts, {"state": "available", "from": scene.ago(minutes=6), "to": None}]


def long_day(app: App) -> None:
    app.stage.live = scene.live(
        session=scene.session("available", day=day_of(300)),
        today={"answered": 300, "handle_s": 72, "service_level": 0.98},
    )
    held = [("wait", 9.0), ("ring", 4.0), *[("talk", 20.0), ("hold", 5.0)] * 150]
    held_often = scene.row("a", 8, "Болормаа Дорж", "+97699110718", scene.SUPPORT, "answered", held)
    app.stage.rows = [held_often, *scene.ROWS[1:]]


@pytest.mark.parametrize("address", ["#/", "#/history", "#/live"])
async def test_after_three_hundred_calls_no_page_is_too_wide_and_nothing_covers_anything(
    app: App, address: str
) -> None:
    long_day(app)
    await app.open(address)
    await app.follows()
    await app.page.locator("main [role=img]").first.wait_for()
    for width in WIDTHS:
        await app.page.set_viewport_size({"width": width, "height": 844})
        await app.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await app.page.evaluate(OVERFLOW) <= 0, width
        assert await app.page.evaluate(COVERED) == [], width
        for wide, beyond, spoken in await app.page.evaluate(LINES):
            assert wide <= width
            assert beyond <= 0.5, "the last piece is inside its line"
            assert spoken < 200, "said in sums, not piece by piece"


@pytest.mark.long("test_after_three_hundred_calls_no_page_is_too_wide_and_nothing_covers_anything")
async def test_axe_finds_no_barrier_on_the_first_page_after_three_hundred_calls(app: App) -> None:
    long_day(app)
    await app.open()
    await app["state-available"].or_(app["state-paused"]).first.wait_for()
    assert await barriers(app.page) == []
