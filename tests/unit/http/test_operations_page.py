"""The page of operations says what the routes are, and each operation has a name of its own."""

from __future__ import annotations

from pathlib import Path

from call24.server.operations_page import PAGE, operations, page

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_page_is_up_to_date() -> None:
    assert page() == (CHECKOUT / PAGE).read_text(), "run: python -m call24.server.operations_page"


def test_ids_are_unique_and_words_of_a_programming_language() -> None:
    ids = [operation.id for operation in operations()]
    assert len(ids) > 100
    assert len(set(ids)) == len(ids)
    assert all(id.isidentifier() for id in ids)
