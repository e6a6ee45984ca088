"""The three reports on a book: multiget, query and sync-collection. Source: RFC 6352, 8; RFC 6578, 3."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote, unquote, urlsplit

import msgspec

from call24.carddav import turns
from call24.carddav.filters import Test, test_of
from call24.carddav.properties import Resource, not_there, response
from call24.carddav.refusals import OtherVersion, TokenExpired, TooManyMatches
from call24.carddav.service import PIECE, CardBooks, Found, Piece
from call24.carddav.sync_tokens import Expired
from call24.carddav.xml_documents import Element, Name, c, d, tag, text
from call24.kit.errors import BadRequest
from call24.kit.ids import TenantId, UserId

T = TypeVar("T")
HREFS_MAX = 2_000
SEARCHED_MAX = 5_000
"""Cards that a query looks at: some 3 s of a processor."""


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Where a report is asked: `href` is the book's address, encoded; `writes`: whether the user may change it."""

    tenant_id: TenantId
    user_id: UserId
    whose: UserId | None
    href: str
    writes: bool

    def card(self, name: str, etag: str) -> Resource:
        return Resource(kind="card", href=self.href + quoted(name), user=self.user_id, etag=etag, writes=self.writes)


def quoted(name: str) -> str:
    return quote(name, safe="")


def names_of(asked: Element) -> tuple[tuple[Name, ...], str]:
    """The properties that a report is asked for, and of which version the cards are to be. Raises: OtherVersion."""
    prop = asked.child(d("prop"))
    if prop is None:
        return (d("getetag"), c("address-data")), "3.0"
    data = prop.child(c("address-data"))
    version = data.attributes.get("version", "3.0") if data is not None else "3.0"
    kind = data.attributes.get("content-type", "text/vcard") if data is not None else "text/vcard"
    if version not in ("3.0", "4.0") or kind.lower() != "text/vcard":
        raise OtherVersion("Cards are text/vcard of version 3.0 or 4.0")
    return tuple(dict.fromkeys(one.name for one in prop.children))[:100], version


def told(books: CardBooks, book: Book, found: Found, names: Sequence[Name], version: str, *, minimal: bool) -> str:
    resource = book.card(found.ref.name, found.ref.etag)
    more = {c("address-data"): text(books.text(found, version))} if c("address-data") in names else {}
    return response(resource, names, more=more, minimal=minimal)


async def multiget(books: CardBooks, book: Book, asked: Element, *, minimal: bool) -> AsyncIterator[str]:
    """Raises: BadRequest, OtherVersion."""
    hrefs = [one.text.strip() for one in asked.all(d("href"))]
    if len(hrefs) > HREFS_MAX:
        raise BadRequest(f"At most {HREFS_MAX:,} cards at once")
    names, version = names_of(asked)
    return _multiget(books, book, hrefs, names, version, minimal=minimal)


async def _multiget(
    books: CardBooks, book: Book, hrefs: Sequence[str], names: Sequence[Name], version: str, *, minimal: bool
) -> AsyncIterator[str]:
    for some in _batches(dict.fromkeys(hrefs), turns.READ):
        named = {href: name_in(book, href) for href in some}
        found = await books.many(book.tenant_id, book.whose, {name for name in named.values() if name})
        for few in _batches(named.items(), turns.MADE):
            yield "".join(
                told(books, book, found[name], names, version, minimal=minimal) if name in found else not_there(href)
                for href, name in few
            )


def name_in(book: Book, href: str) -> str:
    """The card's name; empty where it is no card of this book. Some clients send whole addresses."""
    path = urlsplit(href).path
    inside, name = unquote(path.rpartition("/")[0] + "/"), unquote(path.rpartition("/")[2])
    return name if inside == unquote(book.href) else ""


async def query(books: CardBooks, book: Book, asked: Element, *, minimal: bool) -> AsyncIterator[str]:
    """Raises: OtherVersion, TooManyMatches, UnknownFilter, BadRequest."""
    names, version = names_of(asked)
    test = test_of(asked.child(c("filter")))
    most = min(_limit(asked.child(c("limit")), c("nresults")) or PIECE, PIECE)
    if await books.size(book.tenant_id, book.whose) > SEARCHED_MAX:
        raise TooManyMatches(f"The book has more than {SEARCHED_MAX:,} cards: synchronise it")
    return _query(books, book, test, most, names, version, minimal=minimal)


async def _query(
    books: CardBooks, book: Book, test: Test, most: int, names: Sequence[Name], version: str, *, minimal: bool
) -> AsyncIterator[str]:
    left = most
    async for refs in books.refs(book.tenant_id, book.whose):
        for some in _batches([one.name for one in refs], turns.READ):
            there = await books.many(book.tenant_id, book.whose, some)
            for few in _batches(there.values(), turns.MADE):
                found = [one for one in few if test(books.lines(one, version))]
                yield "".join(told(books, book, one, names, version, minimal=minimal) for one in found[:left])
                left -= len(found)
                if left < 0:
                    yield not_there(book.href, "507 Insufficient Storage")
                    return


async def sync(books: CardBooks, book: Book, asked: Element, *, minimal: bool) -> AsyncIterator[str]:
    """Raises: TokenExpired, OtherVersion, BadRequest, NotFound, Unavailable."""
    token = asked.child(d("sync-token"))
    names, version = names_of(asked)
    if asked.child(d("prop")) is None:
        names = (d("getetag"),)
    try:
        piece = await books.changes(
            book.tenant_id,
            book.whose,
            token.text.strip() if token is not None else "",
            _limit(asked.child(d("limit")), d("nresults")),
        )
    except Expired:
        raise TokenExpired("The token is too old: synchronise the whole book again") from None
    return _sync(books, book, piece, names, version, minimal=minimal)


async def _sync(
    books: CardBooks, book: Book, piece: Piece, names: Sequence[Name], version: str, *, minimal: bool
) -> AsyncIterator[str]:
    yield "".join(not_there(book.href + quoted(name)) for name in piece.gone)
    for some in _batches(piece.changed, turns.READ):
        whole = {}
        if c("address-data") in names:
            whole = await books.many(book.tenant_id, book.whose, [one.name for one in some])
        for few in _batches(some, turns.MADE):
            yield "".join(
                told(books, book, whole[ref.name], names, version, minimal=minimal)
                if ref.name in whole
                else response(book.card(ref.name, ref.etag), names, minimal=minimal)
                for ref in few
            )
    if piece.more:
        yield not_there(book.href, "507 Insufficient Storage")
    yield tag(d("sync-token"), text(piece.token))


def _limit(asked: Element | None, name: Name) -> int:
    """0: none. Raises: BadRequest."""
    found = asked.child(name) if asked is not None else None
    if found is None:
        return 0
    digits = found.text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) > 0):
        raise BadRequest("nresults is a number from 1 on")
    return int(digits)


def _batches(of: Iterable[T], size: int) -> Iterator[list[T]]:
    every = list(of)
    return (every[n : n + size] for n in range(0, len(every), size))
