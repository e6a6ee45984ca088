"""Where a client's copy of a book stands, as a token that it gives back (RFC 6578). Pure.

The whole of a book and what changed since are answered in pieces: a token of a piece says where the next one begins.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from call24.people.book_model import Book

_PREFIX = "urn:call24:sync:"
_TOKEN = re.compile(r"([0-9a-f]{8}):(w|c):([0-9]{1,15}):([0-9]{1,15}):([a-z0-9_]{0,40})")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`what`: `whole`, the book as it is, by ids; `changes` since `seq`. `after`: the id of the last that was told.

    `until`: the book's count when its whole was begun, from which changes are told afterwards.
    """

    what: Literal["whole", "changes"]
    seq: int = 0
    until: int = 0
    after: str = ""


class Expired(Exception):
    """The client has to begin again."""


def token_of(book: Book, place: Place) -> str:
    return f"{_PREFIX}{book.epoch}:{place.what[0]}:{place.seq}:{place.until}:{place.after}"


def place_of(book: Book, token: str) -> Place:
    """Empty: the whole. Raises: Expired where it is of another book, or what was deleted since is forgotten."""
    if not token:
        return Place(what="whole", until=book.seq)
    found = _TOKEN.fullmatch(token.removeprefix(_PREFIX)) if token.startswith(_PREFIX) else None
    if found is None or found[1] != book.epoch:
        raise Expired
    what: Literal["whole", "changes"] = "whole" if found[2] == "w" else "changes"
    place = Place(what=what, seq=int(found[3]), until=int(found[4]), after=found[5])
    known = place.until if what == "whole" else place.seq
    if not book.oldest <= known <= book.seq:
        raise Expired
    return place
