"""An organisation's colour, made readable in light and in dark: as text, behind white text, and as a tint. Pure.

Each tone is as near to the colour as the contrast allows. Source: WCAG 2.2, relative luminance and contrast ratio;
success criteria 1.4.3 (4.5 to 1 for text) and 1.4.11 (3 to 1 for what has to be told apart).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

TEXT, SHAPE = 4.5, 3.0
"""Contrast ratios."""
WHITE, BLACK = "#ffffff", "#000000"
LIGHT = (WHITE, "#f0f3f6")
"""What stands behind text in light: cards, and the darkest surface (`--color-sunk` of web/src/app.css)."""
DARK = ("#171c25", "#282e3a")
"""In dark: cards, and the lightest surface (`--color-raised`)."""
_TINT_LIGHT, _TINT_DARK = 0.12, 0.24
_LIGHTEST, _DARKEST = 0.83, 0.028
"""Luminances within which the app's grey text can be read on a tint."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 64


class Tones(msgspec.Struct, frozen=True, kw_only=True):
    """Colours as `#` and six hexadecimal digits. `text_*`: of links and of what is chosen, on every surface and on
    `soft_*`. `fill_*`: of buttons, behind white text."""

    text_light: str
    soft_light: str
    fill_light: str
    text_dark: str
    soft_dark: str
    fill_dark: str


def is_colour(text: str) -> bool:
    """Whether it is `#` and six hexadecimal digits in lower case."""
    return _COLOUR.fullmatch(text) is not None


def tones(colour: str) -> Tones:
    """Of any colour."""
    soft_light = _tint(WHITE, colour, _TINT_LIGHT, lambda tint: _luminance(tint) >= _LIGHTEST)
    soft_dark = _tint(DARK[0], colour, _TINT_DARK, lambda tint: _luminance(tint) <= _DARKEST)
    under_white = _until(colour, BLACK, lambda tone: contrast(tone, WHITE) >= TEXT)
    return Tones(
        text_light=_until(colour, BLACK, lambda tone: _reads(tone, (*LIGHT, soft_light))),
        soft_light=soft_light,
        fill_light=under_white,
        text_dark=_until(colour, WHITE, lambda tone: _reads(tone, (*DARK, soft_dark))),
        soft_dark=soft_dark,
        fill_dark=_until(under_white, WHITE, lambda tone: contrast(tone, DARK[0]) >= SHAPE),
    )


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _reads(tone: str, surfaces: Sequence[str]) -> bool:
    return all(contrast(tone, surface) >= TEXT for surface in surfaces)


def _until(colour: str, towards: str, fits: Callable[[str], bool]) -> str:
    mixes = (_mixed(colour, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((tone for tone in mixes if fits(tone)), towards)


def _tint(surface: str, colour: str, most: float, fits: Callable[[str], bool]) -> str:
    mixes = (_mixed(surface, colour, most * (1 - step / _STEPS)) for step in range(_STEPS + 1))
    return next((tint for tint in mixes if fits(tint)), surface)


def _mixed(colour: str, other: str, share: float) -> str:
    parts = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
