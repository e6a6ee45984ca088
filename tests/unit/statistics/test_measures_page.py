"""The page of measures says what the measures say."""

from __future__ import annotations

from pathlib import Path

from call24.statistics.measures_page import PAGE, page

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_page_of_measures_is_up_to_date() -> None:
    shown = (CHECKOUT / PAGE).read_text()
    assert page() == shown, "run: python -m call24.statistics.measures_page"
