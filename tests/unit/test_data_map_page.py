"""The data map's page says what the models say."""

from __future__ import annotations

from pathlib import Path

from call24.kit.datamap import declared
from call24.privacy.datamap_page import PAGE, load_models, page

CHECKOUT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date() -> None:
    assert page() == (CHECKOUT / PAGE).read_text(), "run: python -m call24.privacy.datamap_page"


def test_everything_that_is_a_persons_says_when_it_goes() -> None:
    load_models()
    for collection, facts in declared().items():
        for path, fact in facts.items():
            assert fact.subject in ("none", "organisation", "user", "caller"), f"{collection}.{path}"
            assert fact.retention and fact.erase and fact.purpose, f"{collection}.{path}"
            if fact.personal:
                assert fact.retention != "as long as the document", f"{collection}.{path} is personal"
