"""A test with rows does them all, and says which failed."""

from __future__ import annotations

import inspect

import pytest
from tests.support.for_each import for_each


async def test_each_row_is_done_and_a_failure_names_its_row() -> None:
    done = []

    @for_each(("number", "word"), [(1, "one"), (2, "two"), (3, "three")])
    async def rows(shared: list[int], number: int, word: str) -> None:
        shared.append(number)
        assert word != "two"

    assert list(inspect.signature(rows).parameters) == ["shared"]
    with pytest.raises(AssertionError) as failure:
        await rows(shared=done)
    assert done == [1, 2]
    assert failure.value.__notes__ == ["with {'number': 2, 'word': 'two'}"]


@for_each("number", [1, 2])
@for_each("word", ["a", "b"])
async def test_rows_of_two_kinds_are_done_with_each_other(
    number: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixture is asked for once, and given to all."""
    pairs: set[tuple[int, str]] = vars(pytest).get("pairs_done", set())
    monkeypatch.setattr(pytest, "pairs_done", pairs | {(number, word)}, raising=False)
    assert len(vars(pytest)["pairs_done"]) == (number - 1) * 2 + "ab".index(word) + 1
