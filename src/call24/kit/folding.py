"""Names as a search compares them: without accents, in Latin letters, near to one another though one is mistyped."""

from __future__ import annotations

import unicodedata

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
    """A folded word, and what is left of it without one of its letters; none of a word that is too short.

    Two words with one of these in common differ by a letter that is wrong, missing, too much, or has changed places
    with the next. Source: the deletion neighbourhood of T. Mor and A. Fraenkel, 1982.
    """
    if len(word) < NEAR_LEAST:
        return frozenset()
    begun = word[:NEAR_MOST]
    return frozenset({begun, *(begun[:n] + begun[n + 1 :] for n in range(len(begun)))})
