"""Names as a search compares them: without accents, in Latin letters, near to one another though one is mistyped."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator

NEAR_LEAST = 4
"""Letters of a word that is found though one is wrong; a shorter one may be any other then."""
NEAR_MOST = 12
"""Letters of a word that are compared so; what comes after is left out."""
_LATIN = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "io", "ж": "j", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ү": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "e", "ґ": "g",
})  # fmt: skip
"""Russian, Mongolian and Ukrainian letters, folded: what their usual romanisations have in common."""
_SPELLINGS = (("shch", "sh"), ("kh", "h"), ("zh", "j"), ("dj", "j"), ("y", "i"), ("ii", "i"))
"""Of one sound in Latin, in this order."""
_LETTERS = frozenset(string.ascii_lowercase + string.digits) - {"y"}
"""What folded words are made of, but for those in a script that is not read as Latin."""
_WHOLE = "="
"""Before a word that is kept as it is: a letter may be wrong in what is asked for."""


def folded(text: str) -> str:
    """Letters without accents and in Latin, so that one finds `Батаа` by `bataa` and the other way round."""
    if text.isascii():  # most words, and nothing of them has an accent
        bare = text.lower()
    else:
        latin = unicodedata.normalize("NFKC", text).casefold().translate(_LATIN)
        bare = "".join(char for char in unicodedata.normalize("NFD", latin) if not unicodedata.combining(char))
    for spelling, sound in _SPELLINGS:
        bare = bare.replace(spelling, sound)
    return bare


def near(word: str) -> frozenset[str]:
    """What a folded word is kept by, so that `near_to` finds it though one letter is wrong; nothing of a short word.

    A word of known letters is kept as it is. Of others there are too many that could be the wrong one: they are kept
    with all that is left of them without one letter, as all words were in earlier versions.
    """
    if len(word) < NEAR_LEAST:
        return frozenset()
    begun = word[:NEAR_MOST]
    return frozenset({_WHOLE + begun}) if _LETTERS.issuperset(begun) else _without_one(begun)


def near_to(word: str) -> frozenset[str]:
    """What a folded word that is asked for has in common with `near` of each that differs from it by one letter.

    That letter is wrong, missing, too much, or at another place of the word.
    """
    if len(word) < NEAR_LEAST:
        return frozenset()
    whole = {_WHOLE + other[:NEAR_MOST] for other in _differing(word[: NEAR_MOST + 1])}
    return frozenset(whole) | _without_one(word[:NEAR_MOST])


def _without_one(word: str) -> frozenset[str]:
    """Two words with one of these in common differ by a letter.

    Source: the deletion neighbourhood of T. Mor and A. Fraenkel, 1982.
    """
    return frozenset({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


def _differing(word: str) -> Iterator[str]:
    """Itself, and each word of known letters that differs by one."""
    yield word
    for n in range(len(word) + 1):
        yield from (word[:n] + letter + word[n:] for letter in _LETTERS)
    for n, moved in enumerate(word):
        less = word[:n] + word[n + 1 :]
        yield less
        yield from (word[:n] + letter + word[n + 1 :] for letter in _LETTERS)
        yield from (less[:to] + moved + less[to:] for to in range(len(word)))
