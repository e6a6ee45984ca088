"""Photographs as telephones take them: lying on their side, and saying where and with what they were taken."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw

PLACE = "51.5007 N, 0.1246 W"
CAMERA = "Pocket Camera 9"
_ORIENTATION, _DESCRIPTION, _MAKE, _GPS = 0x0112, 0x010E, 0x010F, 0x8825


def photograph(format: str = "JPEG", size: tuple[int, int] = (600, 400), *, noise: bool = False) -> bytes:
    """Red on the left and blue on the right as it is stored; red above and blue below as it is to be seen.

    `noise`: grains all over it, which make the file as large as a telephone's.
    """
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    if noise:
        picture = Image.blend(picture, Image.effect_noise(size, 90).convert("RGB"), 0.4)
    said = Image.Exif()
    said[_ORIENTATION], said[_DESCRIPTION], said[_MAKE] = 6, PLACE, CAMERA
    said[_GPS] = {1: "N", 2: (51.0, 30.0, 2.5), 3: "W", 4: (0.0, 7.0, 28.6)}
    made = io.BytesIO()
    picture.save(made, format, exif=said, quality=95)
    found = made.getvalue()
    assert PLACE.encode() in found and CAMERA.encode() in found
    return found


PICTURES = Path(__file__).parent / "pictures"


def heic(name: str = "sideways") -> bytes:
    """The same as `photograph()`, or what pictures/README.md says."""
    return (PICTURES / f"{name}.heic").read_bytes()


Corner = tuple[float, float]


def sheet(corners: Sequence[Corner], colour: str = "red", size: tuple[int, int] = (1200, 1600)) -> bytes:
    """A JPEG of a sheet of paper on a dark table, seen from the side; a disc is in the upper left of the sheet, and a
    shade lies over its right. `corners`: of the sheet as it is to be seen, from the upper left on, clockwise, as parts
    of `size`. The file lies on its side, and says where it was taken.
    """
    page = Image.new("RGB", (600, 800), "white")
    drawing = ImageDraw.Draw(page)
    drawing.ellipse((90, 120, 210, 240), fill=colour)
    for line in range(450, 750, 40):
        drawing.rectangle((60, line, 540, line + 12), fill="black")
    page = ImageChops.multiply(
        page, Image.linear_gradient("L").rotate(90).resize(page.size).point(_shade).convert("RGB")
    )
    at = [(x * size[0], y * size[1]) for x, y in corners]
    way = _way(at, [(0, 0), (600, 0), (600, 800), (0, 800)])
    seen = page.transform(size, Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(size, Image.Transform.PERSPECTIVE, way)
    table = Image.new("RGB", size, (58, 52, 46))
    table.paste(seen, mask=mask)
    said = Image.Exif()
    said[_ORIENTATION], said[_DESCRIPTION], said[_MAKE] = 6, PLACE, CAMERA
    made = io.BytesIO()
    table.rotate(90, expand=True).save(made, "JPEG", exif=said, quality=92)
    return made.getvalue()


def _shade(value: int) -> int:
    return 255 - value // 3


def _way(seen: Sequence[Corner], page: Sequence[Corner]) -> list[float]:
    """The eight numbers by which Pillow finds of a place in the photograph its place on the page."""
    rows, ends = [], []
    for (x, y), (u, v) in zip(seen, page, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        ends += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows, float), np.array(ends, float))]


def moving() -> bytes:
    """A GIF of two frames: green, then white."""
    made = io.BytesIO()
    frames = [Image.new("RGB", (500, 500), colour) for colour in ("green", "white")]
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:], comment=PLACE.encode())
    assert PLACE.encode() in made.getvalue()
    return made.getvalue()


def many_pixels(side: int = 8100) -> bytes:
    """A few kilobytes of PNG that are 65 million pixels."""
    made = io.BytesIO()
    Image.new("1", (side, side)).save(made, "PNG")
    return made.getvalue()
