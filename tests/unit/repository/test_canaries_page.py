"""The page of the canary campaign is made from the figures that are kept."""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(CHECKOUT / "docs"))

import build_canaries  # noqa: E402


def test_the_page_is_up_to_date() -> None:
    assert build_canaries.PAGE.read_text() == build_canaries.page(), "run .venv/bin/python docs/build_canaries.py"
