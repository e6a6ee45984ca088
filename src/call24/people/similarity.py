"""How alike two words are: as they are written, and as they sound. Pure; words come folded (rules.py)."""

from __future__ import annotations

from collections.abc import Sequence

_SOUNDS = {
    **dict.fromkeys("bpfvw", "b"),
    **dict.fromkeys("ckqgxh", "k"),
    **dict.fromkeys("szj", "s"),
    **dict.fromkeys("dt", "t"),
    **dict.fromkeys("mn", "n"),
    "l": "l",
    "r": "r",
}
"""Consonants that are mistaken for one another; vowels are left out."""
_BEGINNING = 4
"""Letters at which a common beginning counts more (Winkler)."""


def alike(one: str, other: str) -> float:
    """Jaro-Winkler, 0 to 1. Source: W. E. Winkler, String Comparator Metrics, 1990."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    jaro = _jaro(one, other)
    common = 0
    for a, b in zip(one[:_BEGINNING], other[:_BEGINNING], strict=False):
        if a != b:
            break
        common += 1
    return jaro + common * 0.1 * (1 - jaro)


def _jaro(one: str, other: str) -> float:
    reach = max(len(one), len(other)) // 2 - 1
    taken, matched = [False] * len(other), []
    for n, char in enumerate(one):
        for m in range(max(0, n - reach), min(len(other), n + reach + 1)):
            if not taken[m] and other[m] == char:
                taken[m] = True
                matched.append(char)
                break
    if not matched:
        return 0.0
    theirs = [other[m] for m in range(len(other)) if taken[m]]
    moved = sum(a != b for a, b in zip(matched, theirs, strict=True)) / 2
    count = len(matched)
    return (count / len(one) + count / len(other) + (count - moved) / count) / 3


def slip(one: str, other: str) -> bool:
    """Whether one slip of a finger lies between: a character more, less, another, or two that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    first = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[first:], other[first:]
    swapped = len(a) > 1 and len(b) > 1 and (a[0], a[1]) == (b[1], b[0]) and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def sound(word: str) -> str:
    """What is left of a word when it is heard: its first sound and its consonants, each once in a row."""
    heard = ""
    for n, char in enumerate(word):
        here = _SOUNDS.get(char, "a" if n == 0 and char.isalpha() else "")
        if here and not heard.endswith(here):
            heard += here
    return heard


def aligned(ones: Sequence[str], others: Sequence[str]) -> float:
    """How alike two lists of words are, whatever their order: each of the shorter list with the best of the other."""
    few, many = sorted((ones, others), key=len)
    if not few:
        return 0.0
    left, total = list(many), 0.0
    for word in few:
        likeness = [alike(word, one) for one in left]
        total += max(likeness)
        del left[likeness.index(max(likeness))]
    return total / len(few)
