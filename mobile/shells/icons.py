"""Draws the app's icons and start screens in all sizes from one drawing, web/public/icon.svg.

The drawing has rectangles only. Anything else in it is refused, so that no icon is drawn without it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

SVG = "{http://www.w3.org/2000/svg}"
FINER, FINER_MAX_PIXELS = 4, 2048
"""Drawn so many times larger, and made smaller: smooth edges. Large ones are not drawn larger than needed for that."""
SAFE = 66 / 108
"""Part of an adaptive icon that every launcher shows. Source: developer.android.com, Adaptive icons."""
ROUND = 1.0
START_SCREEN = 0.18
"""How much of a start screen's width the mark takes."""


@dataclass(frozen=True)
class Rectangle:
    """In units of the drawing; `opacity` 0 to 1."""

    x: float
    y: float
    width: float
    height: float
    rx: float
    fill: str
    opacity: float


@dataclass(frozen=True)
class Drawing:
    """`ground`: the rectangle that fills the square; `mark`: what is drawn on it."""

    size: float
    ground: Rectangle
    mark: tuple[Rectangle, ...]

    @classmethod
    def read(cls, file: Path) -> Drawing:
        """Raises: ValueError for what is not a rectangle, or for a drawing that does not start with its ground."""
        root = ET.fromstring(file.read_text())
        _, _, width, height = (float(one) for one in root.get("viewBox", "").split())
        first, *others = _rectangles(root, "#000", 1.0)
        if (first.x, first.y, first.width, first.height) != (0, 0, width, height):
            raise ValueError(f"{file.name} does not start with a rectangle that fills it")
        return cls(width, first, tuple(others))

    def icon(self, pixels: int, corner: float | None = None) -> Image.Image:
        """`corner`: 0 fills the square, 1 makes a circle; None as it is drawn."""
        radius = self.ground.rx if corner is None else corner * self.size / 2
        ground = Rectangle(0, 0, self.size, self.size, radius, self.ground.fill, self.ground.opacity)
        return self._drawn(pixels, (ground, *self.mark))

    def foreground(self, pixels: int) -> Image.Image:
        """The mark alone, as large as it may be where launchers cut the icon."""
        inner = round(pixels * SAFE)
        return _centred(self._drawn(inner, self.mark), pixels, "#00000000")

    def start_screen(self, pixels: int) -> Image.Image:
        """A square without transparency: phones of all shapes cut it."""
        inner = round(pixels * START_SCREEN)
        return _centred(self._drawn(inner, self.mark), pixels, self.ground.fill).convert("RGB")

    def _drawn(self, pixels: int, rectangles: tuple[Rectangle, ...]) -> Image.Image:
        finer = min(FINER, max(1, FINER_MAX_PIXELS // pixels))
        scale = pixels * finer / self.size
        whole = Image.new("RGBA", (pixels * finer, pixels * finer), "#00000000")
        for one in rectangles:
            layer = Image.new("RGBA", whole.size, "#00000000")
            # Pillow counts the last pixel in, SVG does not.
            box = (one.x * scale, one.y * scale, (one.x + one.width) * scale - 1, (one.y + one.height) * scale - 1)
            ImageDraw.Draw(layer).rounded_rectangle(box, one.rx * scale, fill=_rgba(one))
            whole = Image.alpha_composite(whole, layer)
        return whole.resize((pixels, pixels), Image.Resampling.LANCZOS)


def _rectangles(node: ET.Element, fill: str, opacity: float) -> list[Rectangle]:
    found: list[Rectangle] = []
    for one in node:
        inner = one.get("fill", fill)
        seen = opacity * float(one.get("opacity", "1"))
        if one.tag == f"{SVG}g":
            found += _rectangles(one, inner, seen)
        elif one.tag == f"{SVG}rect":
            x, y, width, height, rx = (float(one.get(name, "0")) for name in ("x", "y", "width", "height", "rx"))
            found.append(Rectangle(x, y, width, height, rx, inner, seen))
        else:
            raise ValueError(f"cannot draw {one.tag.removeprefix(SVG)}: only rectangles and groups of them")
    return found


def _rgba(one: Rectangle) -> tuple[int, int, int, int]:
    digits = one.fill.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue, round(255 * one.opacity)


def _centred(image: Image.Image, pixels: int, ground: str) -> Image.Image:
    whole = Image.new("RGBA", (pixels, pixels), ground)
    whole.alpha_composite(image, ((pixels - image.width) // 2, (pixels - image.height) // 2))
    return whole
