"""Each screen looks as it was accepted: nothing moved, missing, cut off or in another colour (ADR 182)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser, FloatRect
from tests.support.app import looks
from tests.support.product.stack import CHECKOUT

SAMPLE = ("home", "in-call", "live", "queue")
PHONE, LAPTOP = ("phone", "light"), ("lap", "dark")


def test_each_screen_of_the_page_of_screens_has_an_accepted_look() -> None:
    """docs/screens.md, and what each run compares; others have one as soon as one is accepted."""
    shown = set(re.findall(r"screens/([a-z-]+)\.lap\.light", (CHECKOUT / "docs" / "screens.md").read_text()))
    assert len(shown) > 20 and shown | set(SAMPLE) <= set(looks.accepted()) <= set(looks.names()), f"run {looks.ACCEPT}"
    there = {file for folder in looks.FOLDER.iterdir() for file in folder.iterdir()}
    assert there == {looks.place(name, which) for name in looks.accepted() for which in looks.each()}


async def test_some_screens_look_on_a_phone_and_on_a_laptop_as_accepted(browser: Browser) -> None:
    found = []
    for name in SAMPLE:
        now = await looks.taken(browser, name, (PHONE, LAPTOP))
        found += [looks.complaint(name, which, looks.kept(name, which), now[which]) for which in now]
    assert not any(found), "\n".join(one for one in found if one)


@pytest.mark.long("test_some_screens_look_on_a_phone_and_on_a_laptop_as_accepted")
@pytest.mark.parametrize("name", looks.accepted())
async def test_each_screen_looks_as_accepted_at_each_size_light_and_dark(browser: Browser, name: str) -> None:
    now = await looks.taken(browser, name)
    found = [looks.complaint(name, which, looks.kept(name, which), now[which]) for which in now]
    assert not any(found), "\n".join(one for one in found if one)


CHANGES = (
    ("a button is moved by 12 pixels", "[data-testid=new-call]", "one.style.transform = 'translateX(-12px)'"),
    ("an icon is missing", "[data-testid=tab-contacts] svg", "one.style.visibility = 'hidden'"),
    ("a heading is cut off", "h1", "one.style.cssText = 'max-width: 60px; overflow: hidden; white-space: nowrap'"),
    (
        "something lies over another",
        "[data-testid=waiting-count]",
        "one.parentElement.style.transform = 'translateY(40px)'",
    ),
    (
        "a colour is another",
        "[data-testid=tab-calls]",
        "document.documentElement.style.setProperty('--color-brand', '#0a6b4a')",
    ),
)


async def test_what_moved_is_missing_is_cut_off_or_recoloured_is_noticed_where_it_is(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(looks, "OUT", tmp_path)
    async with looks.pictures.opened(browser, "home", *PHONE) as shown:
        accepted = seen(await shown.picture())
        for what, selector, change in CHANGES:
            element = shown.page.locator(selector).first
            before = await element.evaluate("one => [one.style.cssText, document.documentElement.style.cssText]")
            place = await element.bounding_box()
            assert place is not None, what
            await element.evaluate(f"one => {{ {change} }}")
            png = await shown.picture()
            assert any(touches(box, place) for box in looks.differences(accepted, seen(png))), what
            said = looks.complaint("home", PHONE, accepted, png)
            assert (
                said is not None and str(tmp_path / "home.phone.light.png") in said and f"{looks.ACCEPT} home" in said
            )
            assert (tmp_path / "home.phone.light.png").exists()
            await element.evaluate(PUT_BACK, before)
            assert looks.complaint("home", PHONE, accepted, await shown.picture()) is None, what


def seen(png: bytes) -> Image.Image:
    return looks.unpacked(looks.packed(looks.small(png)))


PUT_BACK = """(one, [own, all]) => {
    one.style.cssText = own
    one.parentElement.style.transform = ''
    document.documentElement.style.cssText = all
}"""


def touches(box: looks.Box, place: FloatRect) -> bool:
    left, top, right, bottom = box
    across = left < place["x"] + place["width"] and place["x"] < right
    return across and top < place["y"] + place["height"] and place["y"] < bottom


def test_text_that_another_machine_draws_a_little_otherwise_is_no_difference() -> None:
    """Letters half a pixel away; twelve pixels away they are another text."""
    here, beside, away = lettered(0), lettered(3), lettered(60)
    assert here.tobytes() != beside.tobytes() and looks.differences(here, beside) == []
    assert looks.differences(here, away) != []


def lettered(fifths: int) -> Image.Image:
    """As it is kept of a page with some lines of text, which is so many fifths of a pixel off."""
    large = Image.new("RGB", (5 * 1440, 5 * 300), "white")
    pen = ImageDraw.Draw(large)
    for line in range(6):
        at = (200 + fifths, 200 + 200 * line + fifths)
        pen.text(at, "Northwind Support, 14 answered, 5:08 handle time " * 2, fill="#1a1f2b", font_size=75)
    return looks.unpacked(looks.packed(large.resize((1440, 300), Image.Resampling.BOX).reduce(looks.SCALE)))
