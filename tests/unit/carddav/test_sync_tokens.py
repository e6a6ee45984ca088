"""Sync tokens: a place in a book, and a clear end where it can no longer be followed."""

from __future__ import annotations

import msgspec
import pytest

from call24.carddav.sync_tokens import Expired, Place, place_of, token_of
from call24.kit.ids import TenantId
from call24.people.book_model import Book

BOOK = Book(id="ten_1", tenant_id=TenantId("ten_1"), epoch="0a1b2c3d", seq=40, oldest=10)
CHANGES = Place(what="changes", seq=12, after="per_1")


def test_a_token_says_where_it_was_given_out() -> None:
    assert place_of(BOOK, token_of(BOOK, CHANGES)) == CHANGES
    whole = Place(what="whole", until=40, after="per_1")
    assert place_of(BOOK, token_of(BOOK, whole)) == whole
    assert token_of(BOOK, CHANGES).startswith("urn:")


def test_no_token_is_the_whole_book_as_it_is_now() -> None:
    assert place_of(BOOK, "") == Place(what="whole", until=40)


@pytest.mark.parametrize(
    "token",
    [
        token_of(BOOK, Place(what="changes", seq=9)),  # what was deleted since is forgotten
        token_of(BOOK, Place(what="changes", seq=41)),  # from before a backup was restored
        token_of(msgspec.structs.replace(BOOK, epoch="ffffffff"), CHANGES),
        "urn:call24:sync:",
        "http://elsewhere.example/7",
        token_of(BOOK, CHANGES) + "\n",
    ],
)
def test_a_token_that_cannot_be_followed_has_expired(token: str) -> None:
    with pytest.raises(Expired):
        place_of(BOOK, token)
