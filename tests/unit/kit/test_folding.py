"""Which words are near to one another though one is mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.kit.folding import NEAR_LEAST, NEAR_MOST, folded, near, near_to

WORDS = st.text("abcdefghijklmnop7ωλ", min_size=NEAR_LEAST, max_size=NEAR_MOST + 3)


def kept_earlier(word: str) -> set[str]:
    """As earlier versions kept a word; people who were not changed since have it so."""
    begun = word[:12]
    return {begun, *(begun[:n] + begun[n + 1 :] for n in range(len(begun)))}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Батболд", "batbold"),
        ("Batbold", "батбод"),
        ("Enkhbayar", "enhbayr"),
        ("Петрова", "petrowa"),
        ("Smith", "simth"),
        ("Müller", "mullar"),
        ("Παπαδόπουλος", "παπαδοπολος"),
        ("Søren", "soren"),
        ("Mohamed2", "mohamad2"),
        ("Batbayar", "bataybar"),
    ],
)
def test_a_mistyped_name_is_near_in_either_script(written: str, asked: str) -> None:
    assert near(folded(written)) & near_to(folded(asked))


@pytest.mark.parametrize(
    ("written", "asked"),
    [("Smith", "Jones"), ("Anna", "Olga"), ("Bat", "Bad"), ("Ivanov", "Petrov"), ("Batbold", "Bitbald")],
)
def test_another_name_is_not_and_neither_is_a_short_one(written: str, asked: str) -> None:
    for kept in (near(folded(written)), kept_earlier(folded(written)) if len(written) > 3 else set()):
        assert not kept & near_to(folded(asked))


@given(word=WORDS, data=st.data())
def test_one_letter_that_is_wrong_missing_or_too_much_or_two_that_changed_places_are_forgiven(
    word: str, data: st.DataObject
) -> None:
    at, letter = data.draw(st.integers(0, len(word) - 1)), data.draw(st.sampled_from("abcxz7ωд"))
    wrong = word[:at] + letter + word[at + 1 :]
    more = word[:at] + letter + word[at:]
    less = word[:at] + word[at + 1 :]
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for mistyped in (wrong, more, swapped, *([less] if len(less) >= NEAR_LEAST else [])):
        assert near(word) & near_to(mistyped), mistyped
        assert len(word) > NEAR_MOST or kept_earlier(word) & near_to(mistyped), mistyped


def test_a_word_of_known_letters_is_one_key_of_the_index() -> None:
    assert len(near("enkhbold")) == 1 and len(near("παπας")) == 6 and not near("bat")
