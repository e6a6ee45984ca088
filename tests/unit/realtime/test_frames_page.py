"""The page that compares Call24 with soketi is made of the recordings as they are now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_page_is_up_to_date_and_every_difference_has_its_reason() -> None:
    spec = importlib.util.spec_from_file_location("build_frames", CHECKOUT / "docs" / "build_frames.py")
    assert spec is not None and spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    assert builder.PAGE.read_text() == builder.page(), "run .venv/bin/python docs/build_frames.py"
