"""Photographs as telephones take them: lying on their side, and saying where and with what they were taken."""

from __future__ import annotations

import io

from PIL import Image

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
