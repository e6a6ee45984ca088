"""An uploaded picture becomes a small square one, drawn anew: nothing of the file stays, so neither where it was taken.

`python -m call24.identity.avatars.draw` reads it from standard input and writes WebP, or says in a line what is wrong
and ends with 3. It is a program of its own, with little memory and time: the file comes from outside, and whatever it
does to the decoder ends here. Source: Pillow 13; its decoders of PNG, JPEG and WebP alone are asked.
"""

from __future__ import annotations

import io
import os
import resource
import sys

from PIL import Image, ImageOps

SIDE = 256
PIXELS_MAX = 40_000_000
_SIDE_MIN = 32
_FORMATS = ("PNG", "JPEG", "WEBP")
_MEMORY = 3 << 29
_CPU_S = 20


class UnusablePicture(Exception):
    """The picture cannot be used; the text says why."""


def drawn(data: bytes) -> bytes:
    """Blocking. Raises: Unusable."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            if found.width * found.height > PIXELS_MAX:
                raise UnusablePicture("It has too many pixels: 40 million at most.")
            if min(found.size) < _SIDE_MIN:
                raise UnusablePicture(f"It is too small: at least {_SIDE_MIN} by {_SIDE_MIN} pixels.")
            found.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(found)
    except UnusablePicture:
        raise
    except Image.DecompressionBombError:
        raise UnusablePicture("It has too many pixels: 40 million at most.") from None
    except (OSError, ValueError, SyntaxError, OverflowError):
        raise UnusablePicture("It could not be read: send PNG, JPEG or WebP.") from None
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    whole = upright.convert("RGBA" if see_through else "RGB")
    square = ImageOps.fit(whole, (SIDE, SIDE), Image.Resampling.LANCZOS)
    fresh = Image.new("RGB", square.size, "white")  # pixels alone go over: no profile, text or other thing of the file
    fresh.paste(square, mask=square if see_through else None)
    made = io.BytesIO()
    fresh.save(made, "WEBP", quality=85, method=4)
    return made.getvalue()


def main() -> int:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    try:
        sys.stdout.buffer.write(drawn(sys.stdin.buffer.read()))
    except UnusablePicture as problem:
        sys.stdout.write(str(problem))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
