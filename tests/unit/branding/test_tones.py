"""Whatever colour an organisation has, what is drawn in it can be read: in the app, on public pages and in e-mails."""

from __future__ import annotations

import itertools

import pytest

from call24.branding.tones import Tones, contrast, is_colour, tones

CARD, SUNK, EMAIL_PAPER = "#ffffff", "#f0f3f6", "#f5f6f9"
DARK_CARD, DARK_RAISED, EMAIL_DARK = "#171c25", "#282e3a", "#1c2130"
INK3, INK3_DARK = "#6a7079", "#8c929d"
"""The lightest grey text of the app in light, and the darkest in dark (`--color-ink3`)."""
SWEEP = [
    "#" + "".join(f"{part:02x}" for part in parts) for parts in itertools.product((0, 51, 102, 153, 204, 255), repeat=3)
]


def test_every_colour_becomes_tones_that_can_be_read() -> None:
    for colour in SWEEP:
        made = tones(colour)
        for surface in (CARD, SUNK, EMAIL_PAPER, made.soft_light):
            assert contrast(made.text_light, surface) >= 4.5, (colour, made.text_light, surface)
        for surface in (DARK_CARD, DARK_RAISED, EMAIL_DARK, made.soft_dark):
            assert contrast(made.text_dark, surface) >= 4.5, (colour, made.text_dark, surface)
        for fill in (made.fill_light, made.fill_dark):
            assert contrast("#ffffff", fill) >= 4.5, (colour, fill)
        assert contrast(made.fill_dark, DARK_CARD) >= 3, (colour, made.fill_dark)
        assert contrast(INK3, made.soft_light) >= 4.0 and contrast(INK3_DARK, made.soft_dark) >= 4.0, colour
        assert all(is_colour(tone) for tone in (made.text_light, made.soft_light, made.soft_dark, made.fill_dark))


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    made = tones("#0a6b4a")
    assert (made.text_light, made.fill_light) == ("#0a6b4a", "#0a6b4a")
    assert tones("#8aa8f7").text_dark == "#8aa8f7"


def test_one_that_cannot_comes_as_near_as_it_may() -> None:
    yellow = tones("#ffd400")
    assert yellow.text_dark == "#ffd400", "on dark surfaces it can be read"
    assert 4.5 <= contrast(yellow.fill_light, "#ffffff") < 4.8, "no darker than it has to be"
    red, green, blue = (int(yellow.fill_light[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue == 0, "still a yellow"
    assert isinstance(tones("#000000"), Tones) and tones("#000000").text_light == "#000000"


def test_contrast_is_as_the_standard_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("text", ["", "#fff", "#GGGGGG", "0a6b4a", "#0A6B4A", "#0a6b4a ", "red", "#0a6b4a;x"])
def test_what_is_no_colour_is_known(text: str) -> None:
    assert not is_colour(text)
