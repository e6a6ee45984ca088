"""Cursors of lists in an order of their own."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.kit.errors import Invalid
from call24.kit.paging import CURSOR_MAX, SortKey, cursor_after, page_of, place_after

ROWS = st.lists(st.tuples(st.integers(-3, 3), st.text("aßö😀\x00'", max_size=3), st.uuids().map(str)), max_size=12)


def same(row: tuple[int, str, str]) -> SortKey:
    return row


@given(ROWS, st.integers(1, 5))
def test_all_pages_are_all_rows_once_each_in_their_order(rows: list[tuple[int, str, str]], limit: int) -> None:
    found: list[tuple[int, str, str]] = []
    cursor = None
    for _ in range(len(rows) + 1):
        page, cursor = page_of(rows, same, limit=limit, cursor=cursor)
        assert len(page) == limit or cursor is None
        found += page
        if cursor is None:
            break
    assert found == sorted(rows)


def test_a_row_that_goes_or_comes_meanwhile_moves_no_other() -> None:
    rows = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]
    _, cursor = page_of(rows, tuple, limit=2, cursor=None)
    assert page_of([("0", "0"), *rows[2:]], tuple, limit=2, cursor=cursor) == (rows[2:], None)


def test_the_longest_name_fits() -> None:
    assert len(cursor_after(("😀" * 200, "usr_01k9b3h6f8j2m4n6p8q0r2t401"))) < CURSOR_MAX


@pytest.mark.parametrize(
    "what",
    [
        None,
        {},
        "a",
        1,
        ["a"],
        ["a", 1],
        ["a", "b", "c"],
        ["a", None],
        ["a", True],
        ["a", 1.5],
        ["a", ["b"]],
        ["\ud800", "b"],
    ],
)
def test_what_is_no_cursor_of_such_a_list_is_refused(what: Any) -> None:
    text = base64.urlsafe_b64encode(json.dumps(what).encode()).decode()
    with pytest.raises(Invalid):
        place_after(text, (str, str))


@pytest.mark.parametrize("text", ["", "x", "ü", "=" * 9, "[" * 1900, base64.urlsafe_b64encode(b"[" * 1400).decode()])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        place_after(text, (str, str))
    with pytest.raises(Invalid):
        page_of([], tuple, limit=1, cursor=text)
