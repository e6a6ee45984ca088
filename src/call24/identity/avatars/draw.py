"""An uploaded picture becomes a small one, drawn again: nothing of the file stays, so neither where it was taken.

`python -m call24.identity.avatars.draw avatar` (or `portrait`, `thumbnail`, `logo`) reads it from standard input and
writes WebP (of a portrait JPEG, which every phone shows), or says in a line what is wrong and ends with 3. It is a
program of its own, with little memory and time: the file comes from outside, and whatever it does to the decoder ends
here.
Source: Pillow 13, and libheif by pi-heif 1.4 for HEIC; no other decoders than those below are asked.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from collections.abc import Callable, Mapping

from PIL import Image, ImageOps

SIDE = 256
PIXELS_MAX = 40_000_000
PORTRAIT_SIDE = 320
PORTRAIT_PIXELS_MAX = 25_000_000
"""Telephones take pictures of 24 million pixels, where nobody asks for more."""
THUMBNAIL_SIDE = 320
THUMBNAIL_PIXELS_MAX = 64_000_000
"""Phones take pictures of 50 million pixels."""
LOGO_WIDTH, LOGO_HEIGHT = 480, 160
LOGO_PIXELS_MAX = 25_000_000
LOGO_BYTES = 48 << 10
"""Of a logo without loss; a larger one is written with some."""
_LOGO_SIDE_MIN, _LOGO_LONGEST = 16, 8
"""Pixels; and how many times as wide as high, or the reverse."""
_SIDE_MIN = 32
_FORMATS = ("PNG", "JPEG", "WEBP")
_HEIC = (b"heic", b"heix", b"mif1")
"""Brands of a still picture. A sequence (hevc, msf1) is a film, and of AVIF libheif has no decoder here."""
IMAGES_MAX = 32
"""Of one HEIC file. Its main one is drawn; telephones write one, in tiles that do not count."""
_MEMORY = 3 << 29
_CPU_S = 20


class UnusablePicture(Exception):
    """The picture cannot be used; the text says why."""


def drawn(data: bytes) -> bytes:
    """A square of `SIDE`. Blocking. Raises: UnusablePicture."""
    whole = _read(data, _FORMATS, _SIDE_MIN, PIXELS_MAX, SIDE)
    return _webp(ImageOps.fit(whole, (SIDE, SIDE), Image.Resampling.LANCZOS))


def portrait(data: bytes) -> bytes:
    """A square of `PORTRAIT_SIDE` at most, as JPEG. Blocking. Raises: UnusablePicture."""
    whole = _read(data, (*_FORMATS, "GIF"), _SIDE_MIN, PORTRAIT_PIXELS_MAX, PORTRAIT_SIDE)
    side = min(PORTRAIT_SIDE, *whole.size)
    made = io.BytesIO()
    _fresh(ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS)).save(made, "JPEG", quality=85, optimize=True)
    return made.getvalue()


def thumbnail(data: bytes) -> bytes:
    """The whole picture (of several, the first), `THUMBNAIL_SIDE` at most on either side. Blocking. Raises:
    UnusablePicture."""
    whole = _read(data, (*_FORMATS, "GIF"), 1, THUMBNAIL_PIXELS_MAX, THUMBNAIL_SIDE)
    whole.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return _webp(whole)


def logo(data: bytes) -> bytes:
    """The whole picture, see-through where it is, `LOGO_WIDTH` by `LOGO_HEIGHT` at most: width and height in two bytes
    each, then WebP. Blocking. Raises: UnusablePicture."""
    whole = _read(data, _FORMATS, _LOGO_SIDE_MIN, LOGO_PIXELS_MAX, LOGO_WIDTH)
    if max(whole.size) > _LOGO_LONGEST * min(whole.size):
        raise UnusablePicture(f"It is too long: at most {_LOGO_LONGEST} times as wide as it is high.")
    whole.thumbnail((LOGO_WIDTH, LOGO_HEIGHT), Image.Resampling.LANCZOS)
    fresh = Image.new(whole.mode, whole.size)
    fresh.paste(whole)
    made = io.BytesIO()
    fresh.save(made, "WEBP", lossless=True, method=4)
    if made.tell() > LOGO_BYTES:
        made = io.BytesIO()
        fresh.save(made, "WEBP", quality=85, method=4)
    return fresh.width.to_bytes(2) + fresh.height.to_bytes(2) + made.getvalue()


def _read(data: bytes, formats: tuple[str, ...], side_min: int, pixels: int, side: int) -> Image.Image:
    """Upright, RGB or RGBA; a JPEG may come smaller, down to twice `side`. Raises: UnusablePicture."""
    heic = is_heic(data)
    try:
        with Image.open(io.BytesIO(data), formats=("HEIF",) if heic else formats) as found:
            _check_size(found, side_min, pixels)
            if heic:
                upright = _heic(found, side)
            else:
                found.draft("RGB", (2 * side, 2 * side))
                upright = ImageOps.exif_transpose(found)
    except UnusablePicture:
        raise
    except Image.DecompressionBombError:
        raise UnusablePicture(f"It has too many pixels: {pixels // 1_000_000} million at most.") from None
    except (OSError, ValueError, SyntaxError, OverflowError, EOFError, RuntimeError):
        if "GIF" in formats:
            raise UnusablePicture("It could not be read: send PNG, JPEG, WebP, GIF or HEIC.") from None
        raise UnusablePicture("It could not be read: send PNG, JPEG, WebP or HEIC.") from None
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    return upright.convert("RGBA" if see_through else "RGB")


def _check_size(found: Image.Image, side_min: int, pixels: int) -> None:
    """Raises: UnusablePicture."""
    if found.width * found.height > pixels:
        raise UnusablePicture(f"It has too many pixels: {pixels // 1_000_000} million at most.")
    if min(found.size) < side_min:
        raise UnusablePicture(f"It is too small: at least {side_min} by {side_min} pixels.")


def _heic(found: Image.Image, side: int) -> Image.Image:
    """The main image, upright as libheif decodes it (Exif's orientation does not count in HEIC), down to twice `side`.
    Raises: UnusablePicture."""
    if getattr(found, "n_frames", 1) > IMAGES_MAX:
        raise UnusablePicture(f"It has too many images: {IMAGES_MAX} at most.")
    found.load()
    return found.reduce(max(1, min(found.size) // (2 * side)))


def is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC


def _ready_for_heic() -> None:
    """Loads libheif, which nothing else needs; from then on this process opens no file and no connection."""
    import pi_heif
    from PIL import JpegImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401  # else loaded while it draws, which is too late

    Image.preinit()
    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _fresh(picture: Image.Image) -> Image.Image:
    """Pixels alone go over: no profile, text or other thing of the file."""
    fresh = Image.new("RGB", picture.size, "white")
    fresh.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return fresh


def _webp(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    _fresh(picture).save(made, "WEBP", quality=85, method=4)
    return made.getvalue()


SHAPES: Mapping[str, Callable[[bytes], bytes]] = {
    "avatar": drawn,
    "portrait": portrait,
    "thumbnail": thumbnail,
    "logo": logo,
}


def _each() -> int:
    """Portraits, one after the other, each with its length in four bytes; so are the answers, after a status."""
    ready = False
    while head := sys.stdin.buffer.read(4):
        data = sys.stdin.buffer.read(int.from_bytes(head))
        if is_heic(data) and not ready:
            _ready_for_heic()
            ready = True
        try:
            status, made = 0, portrait(data)
        except UnusablePicture as problem:
            status, made = 3, str(problem).encode()
        sys.stdout.buffer.write(bytes([status]) + len(made).to_bytes(4) + made)
        sys.stdout.buffer.flush()
    return 0


def main() -> int:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    if sys.argv[1] == "portraits":
        return _each()
    data = sys.stdin.buffer.read()
    if is_heic(data):
        _ready_for_heic()
    try:
        sys.stdout.buffer.write(SHAPES[sys.argv[1]](data))
    except UnusablePicture as problem:
        sys.stdout.write(str(problem))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
