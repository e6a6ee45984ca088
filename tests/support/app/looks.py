"""How each screen looks, kept small and compared: `python -m tests.support.app.looks [NAME ...]` accepts new looks.

Kept is a small WebP of each screen at each size, light and dark: a third of the pixels. Two pictures are compared by
squares of 24 pixels. A square differs when its mean colour does, or when some of its points do after both were blurred:
a moved, missing or recoloured thing does that, the edges of letters, which another machine draws a little otherwise, do
not.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from playwright.async_api import Browser, async_playwright
from tests.support.app.browser import launched
from tests.support.app.moment import still_pictures
from tests.support.product.stack import CHECKOUT

pictures: Any = still_pictures()
FOLDER = CHECKOUT / "tests" / "screens" / "looks"
OUT = CHECKOUT / ".call24" / "looks"
"""Where pictures with their differences marked are kept."""
ACCEPT = ".venv/bin/python -m tests.support.app.looks"
SCALE, CELL, QUALITY = 3, 8, 60
FLAT, SHARP, POINTS = 7.0, 26.0, 3
"""What differs: the mean of a square by so many of 255 levels, or so many points of it by so many levels."""
AT_ONCE = 2
MOVING = ("detail-playing", "work-play")
"""Screens on which sound is played: none of their pictures is like another."""

Box = tuple[int, int, int, int]
"""left, top, right, bottom, in CSS pixels."""
Which = tuple[str, str]
"""Size and mode."""


def names() -> list[str]:
    return [name for name in pictures.SCREENS if name not in MOVING]


def accepted() -> list[str]:
    """The screens whose look was accepted."""
    return sorted(folder.name for folder in FOLDER.iterdir())


def each() -> Iterator[Which]:
    for size in pictures.SIZES:
        for mode in pictures.MODES:
            yield size, mode


def small(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as whole:
        return whole.convert("RGB").reduce(SCALE)


def packed(picture: Image.Image) -> bytes:
    """What is kept of it. What that loses is lost by both pictures that are compared."""
    out = io.BytesIO()
    picture.save(out, "webp", quality=QUALITY, method=4)
    return out.getvalue()


def unpacked(kept: bytes) -> Image.Image:
    with Image.open(io.BytesIO(kept)) as picture:
        return picture.convert("RGB")


def place(name: str, which: Which) -> Path:
    return FOLDER / name / f"{'.'.join(which)}.webp"


def keep(name: str, taken: dict[Which, bytes]) -> None:
    for which, png in taken.items():
        place(name, which).parent.mkdir(parents=True, exist_ok=True)
        place(name, which).write_bytes(packed(small(png)))


def kept(name: str, which: Which) -> Image.Image:
    return unpacked(place(name, which).read_bytes())


def differences(accepted: Image.Image, now: Image.Image) -> list[Box]:
    if accepted.size != now.size:
        return [(0, 0, SCALE * now.width, SCALE * now.height)]
    mean = np.abs(_means(_points(accepted) - _points(now))).max(axis=2)
    sharp = np.abs(_points(accepted.filter(BLUR)) - _points(now.filter(BLUR))).max(axis=2, keepdims=True) > SHARP
    differ = (mean > FLAT) | (_means(sharp.astype(np.float64))[:, :, 0] * CELL * CELL >= POINTS)
    return [_pixels(group, now) for group in _groups(differ)]


BLUR = ImageFilter.BoxBlur(1)


def _points(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture, dtype=np.float64)


def _means(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each square; the last ones are filled up with the points at the edge."""
    height, width, depth = points.shape
    filled = np.pad(points, ((0, -height % CELL), (0, -width % CELL), (0, 0)), mode="edge")
    cells: NDArray[np.float64] = filled.reshape(-(-height // CELL), CELL, -(-width // CELL), CELL, depth).mean((1, 3))
    return cells


def _groups(differ: NDArray[np.bool_]) -> Iterator[list[tuple[int, int]]]:
    """Squares that touch each other."""
    left = {(int(row), int(column)) for row, column in np.argwhere(differ)}
    while left:
        group, edge = [], [left.pop()]
        while edge:
            row, column = edge.pop()
            group.append((row, column))
            beside = {(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)} & left
            left -= beside
            edge += beside
        yield group


def _pixels(group: Sequence[tuple[int, int]], of: Image.Image) -> Box:
    rows, columns = [row for row, _ in group], [column for _, column in group]
    side = CELL * SCALE
    right, bottom = min((max(columns) + 1) * side, of.width * SCALE), min((max(rows) + 1) * side, of.height * SCALE)
    return min(columns) * side, min(rows) * side, right, bottom


def marked(accepted: Image.Image, png: bytes, boxes: Sequence[Box]) -> Image.Image:
    """The accepted look beside the new one, in which what differs is framed."""
    with Image.open(io.BytesIO(png)) as now:
        both = Image.new("RGB", (2 * now.width + 20, now.height), "white")
        both.paste(accepted.resize(now.size), (0, 0))
        both.paste(now.convert("RGB"), (now.width + 20, 0))
        for at in (0, now.width + 20):
            for left, top, right, bottom in boxes:
                ImageDraw.Draw(both).rectangle((at + left, top, at + right, bottom), outline=(255, 0, 80), width=3)
    return both


def complaint(name: str, which: Which, accepted: Image.Image, png: bytes) -> str | None:
    """What differs and where it can be looked at; None if nothing does."""
    boxes = differences(accepted, unpacked(packed(small(png))))
    if not boxes:
        return None
    OUT.mkdir(parents=True, exist_ok=True)
    shown = OUT / f"{name}.{'.'.join(which)}.png"
    marked(accepted, png, boxes).save(shown)
    where = ", ".join(
        f"{right - left}x{bottom - top} at {left},{top}" for left, top, right, bottom in sorted(boxes)[:6]
    )
    return f"{name} ({', '.join(which)}) looks different: {where}. See {shown}; if it is meant: {ACCEPT} {name}"


async def taken(browser: Browser, name: str, wanted: Iterable[Which] = ()) -> dict[Which, bytes]:
    """Pictures of a screen, all or those wanted. It is opened once, on a phone, and the window then grows."""
    found, which = {}, list(wanted or each())
    async with pictures.opened(browser, name, "phone") as shown:
        for size, mode in which:
            await shown.page.set_viewport_size(pictures.SIZES[size])
            await shown.page.emulate_media(color_scheme=mode)
            found[size, mode] = await shown.picture()
        assert shown.problems == [], (name, shown.problems)
    return found


async def accept(wanted: Sequence[str], whole: Path | None = None) -> None:
    """`whole`: a folder for the pictures at their full size too."""
    left = [name for name in names() if not wanted or name in wanted]

    async def some(browser: Browser) -> None:
        while left:
            name = left.pop(0)
            found = await taken(browser, name)
            keep(name, found)
            for (size, mode), png in found.items() if whole else ():
                (whole / f"{name}.{size}.{mode}.png").write_bytes(png)  # type: ignore[operator]

    async with async_playwright() as playwright:
        browser = await launched(playwright)
        await asyncio.gather(*(some(browser) for _ in range(AT_ONCE)))
        await browser.close()
    for gone in (folder for folder in FOLDER.iterdir() if folder.name not in names()):
        shutil.rmtree(gone)


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(names())
    if unknown:
        sys.exit(f"no such screen: {', '.join(sorted(unknown))}")
    asyncio.run(accept(sys.argv[1:]))
