"""Passwords that are tried first: the most frequent of those that became known, and those made of words of this place.

It decides nothing about length. Source: NIST SP 800-63B 3.1.1.2 (blocklists); of the list:
password_blocklist.txt.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

WORDS = (
    "call24", "callcentre", "callcenter", "contactcentre", "contactcenter", "asterisk", "mongodb", "telephone",
    "telefon", "owner", "administrator", "admin", "supervisor", "agent", "auditor", "privacyofficer", "password",
    "passwort", "welcome",
)  # fmt: skip
"""Of every installation. To these come the words of the account's own name, address and organisation."""
LEFT_MIN = 6
"""Characters of a password that have to be left without such words."""
_SHORTEST = 4


def is_frequent(password: str) -> bool:
    return password.casefold() in _frequent()


def is_of_this_place(password: str, about: Iterable[str]) -> bool:
    """`about`: name, e-mail address and organisation of whose it is to be, as far as they are known."""
    own = {word for text in about for word in _words(text) if len(word) >= _SHORTEST}
    left = _plain(password)
    for word in sorted({*WORDS, *own}, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < LEFT_MIN


def _words(text: str) -> list[str]:
    """Each by itself, and all of them together."""
    parts = "".join(one if one.isalnum() else " " for one in _plain(text)).split()
    return [*parts, "".join(parts), _plain(text)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _frequent() -> frozenset[str]:
    lines = files("call24.identity").joinpath("password_blocklist.txt").read_text().splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
