"""HEIC in the program that draws avatars and thumbnails: what is drawn, what is refused, and what it may do."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from tests.support.photographs import CAMERA, PLACE, heic, photograph

import call24
from call24.identity.avatars import program
from call24.kit.python import MODULE

MISREAD = "It could not be read: send PNG, JPEG, WebP, GIF or HEIC."


@pytest.mark.parametrize("name", ["sideways", "tiles"])
@pytest.mark.parametrize(("shape", "size"), [("thumbnail", (213, 320)), ("avatar", (256, 256))])
async def test_heic_is_drawn_upright_and_without_its_metadata(
    name: str, shape: Literal["avatar", "thumbnail"], size: tuple[int, int]
) -> None:
    data = heic(name)
    assert PLACE.encode() in data and CAMERA.encode() in data
    ended, webp = await program.run(shape, data)
    assert ended == 0, webp
    with Image.open(io.BytesIO(webp)) as picture:
        assert (picture.format, picture.size) == ("WEBP", size)
        assert not picture.getexif() and "icc_profile" not in picture.info and "xmp" not in picture.info
        above = picture.convert("RGB").getpixel((100, 20))
        below = picture.convert("RGB").getpixel((100, size[1] - 20))
    assert isinstance(above, tuple) and isinstance(below, tuple)
    assert above[0] > 200 > 60 > above[2] and below[2] > 200 > 60 > below[0], (above, below)
    assert PLACE.encode() not in webp and CAMERA.encode() not in webp


def declared(width: int, height: int) -> bytes:
    """A picture of 600 by 400 that says another size."""
    data = heic()
    at = data.index(b"ispe") + 8
    return data[:at] + width.to_bytes(4) + height.to_bytes(4) + data[at + 8 :]


def avif() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(made, "AVIF")
    found = made.getvalue()
    return found[:8] + b"mif1" + found[12:]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "72 million pixels": (lambda: declared(9000, 8000), "It has too many pixels: 64 million at most."),
    "a size that no picture has": (lambda: declared(1 << 31, 1 << 31), MISREAD),
    "smaller than what is in it": (lambda: declared(40, 40), MISREAD),
    "33 images": (lambda: heic("many"), "It has too many images: 32 at most."),
    "a sequence": (lambda: heic("sequence"), MISREAD),
    "cut off": (lambda: heic()[:-400], MISREAD),
    "its beginning alone": (lambda: heic()[:40], MISREAD),
    "AVIF in the same box": (avif, MISREAD),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_no_picture_or_too_much_of_one_is_refused(what: str) -> None:
    make, why = REFUSED[what]
    assert await program.run("thumbnail", make()) == (3, why.encode())


@pytest.mark.parametrize(("data", "loaded", "opened"), [(photograph(), "False", "opened"), (heic(), "True", "refused")])
def test_libheif_is_loaded_for_heic_alone_and_opens_nothing(data: bytes, loaded: str, opened: str) -> None:
    told = """
import socket, sys
from call24.identity.avatars import draw
drawn = draw.thumbnail
def thumbnail(data):
    webp = drawn(data)
    try:
        socket.socket().close(), open(sys.executable).close()
        return b"opened"
    except OSError:
        return b"refused"
draw.SHAPES = {"thumbnail": thumbnail}
sys.argv = ["draw", "thumbnail"]
assert draw.main() == 0
sys.stdout.flush()
print("", "pi_heif" in sys.modules)
"""
    done = subprocess.run([MODULE[0], "-P", "-c", told], input=data, capture_output=True, check=True)
    assert done.stdout.decode().split() == [opened, loaded]


def test_no_other_program_loads_it() -> None:
    source = Path(call24.__file__).parent
    found = {str(path.relative_to(source)) for path in source.rglob("*.py") if "pi_heif" in path.read_text()}
    assert found == {"identity/avatars/draw.py"}
