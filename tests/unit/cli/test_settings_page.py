"""The page of settings says what the settings are."""

from __future__ import annotations

import re

from call24.cli.settings_page import PAGE, page
from call24.installer.paths import CHECKOUT

NO_SETTINGS = {"CALL24_LANES_OUT", "CALL24_HANDED_OVER_BY", "CALL24_HANDED_BACK"}
"""Read by the runner of the tests alone (CONTRIBUTING.md), and from one parent process to the next (hand_over.py)."""


def test_the_page_is_up_to_date() -> None:
    assert page() == (CHECKOUT / PAGE).read_text(), "run: python -m call24.cli.settings_page"


def test_every_variable_of_the_environment_that_the_product_reads_is_on_it() -> None:
    sources = "".join(file.read_text() for file in (CHECKOUT / "src" / "call24").rglob("*.py"))
    read = set(re.findall(r"CALL24_[A-Z_]+", sources)) - NO_SETTINGS
    assert read == set(re.findall(r"CALL24_[A-Z_]+", page()))
