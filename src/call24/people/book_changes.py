"""What changed in an address book, counted: clients that keep a copy ask what is new since they last did.

It is written in the transaction of the change itself, by everybody who writes people. Only books that a client has
ever asked for are counted (`begin`). What was deleted is remembered for 30 days.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.people.book_model import Book, BookChange
from call24.people.model import Person

REMEMBERED = timedelta(days=30)
"""What was deleted: as long as it can be undone."""
_DUE_AT_ONCE = 1000

Forgotten = Callable[[Writing, Sequence[str]], Awaitable[None]]

INDEXES = (
    Index(Book, ("private_to",)),
    Index(BookChange, ("private_to", "seq", "id")),
    Index(BookChange, ("delete_at",), across=True),
)


def book_id(tenant_id: TenantId, private_to: UserId | None) -> str:
    return private_to or tenant_id


async def note(writing: Writing, people: Sequence[Person], *, gone: bool = False) -> None:
    """These were changed, or deleted, in this transaction. Raises: Unavailable."""
    for whose in dict.fromkeys(one.private_to for one in people):
        await note_ids(writing, whose, [one.id for one in people if one.private_to == whose], gone=gone)


async def note_ids(writing: Writing, private_to: UserId | None, ids: Sequence[str], *, gone: bool = False) -> None:
    """The same, of entries of one book by their ids. Raises: Unavailable."""
    tenant_id = writing.scope.tenant_id
    books = writing.collection(Book)
    book = await books.find_one({"id": book_id(tenant_id, private_to)})
    if book is None:
        return  # nobody has a copy
    seq = await books.count_up(book, "seq", 1)
    until = writing.at + REMEMBERED if gone else None
    await writing.collection(BookChange).replace_many(
        [
            BookChange(
                id=id,
                tenant_id=tenant_id,
                private_to=private_to,
                seq=seq,
                gone=gone,
                at=writing.at,
                delete_at=until,
            )
            for id in ids
        ]
    )


async def _nothing_else(writing: Writing, ids: Sequence[str]) -> None:
    return None


class BookChanges:
    """`forgotten`: within the transaction in which deleted entries are forgotten; set by who keeps more of them."""

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self.forgotten: Forgotten = _nothing_else
        self._due = mongo.platform(BookChange, why="deletions are remembered for 30 days, in every organisation")

    async def begin(self, tenant_id: TenantId, private_to: UserId | None) -> None:
        """From now on changes of this book are counted. Repeating it is harmless. Raises: Unavailable."""
        books, id = self._mongo.tenant(tenant_id).collection(Book), book_id(tenant_id, private_to)
        if await books.find_one({"id": id}) is None:
            book = Book(id=id, tenant_id=tenant_id, private_to=private_to, epoch=secrets.token_hex(4))
            try:
                await books.insert(book)
            except Conflict:
                return  # somebody else began it at once

    async def book(self, tenant_id: TenantId, private_to: UserId | None) -> Book:
        """Raises: NotFound where it was not begun, Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(Book).get(book_id(tenant_id, private_to))

    async def since(self, book: Book, seq: int, after: str, until: int, limit: int) -> list[BookChange]:
        """What changed after this place, in the order of changes, up to number `until`. Raises: Unavailable."""
        rest = [{"seq": seq, "_id": {"$gt": after}}] if after else []  # of a change that was told in part
        place = {"$or": [{"seq": {"$gt": seq}}, *rest]}
        rule = {"private_to": book.private_to, "$and": [{"seq": {"$lte": until}}, place]}
        changes = self._mongo.tenant(book.tenant_id).collection(BookChange)
        return await changes.find(rule, sort=[("seq", 1), ("id", 1)], limit=limit)

    async def erase_due(self, now: datetime) -> int:
        """Forgets who was deleted 30 days ago: clients that know of nothing since begin again. Raises: Unavailable."""
        due = await self._due.find({"delete_at": {"$lte": now}}, limit=_DUE_AT_ONCE)
        for tenant_id, whose in dict.fromkeys((one.tenant_id, one.private_to) for one in due):
            theirs = [one for one in due if (one.tenant_id, one.private_to) == (tenant_id, whose)]
            await self._forget(tenant_id, whose, theirs)
        return len(due)

    async def _forget(self, tenant_id: TenantId, private_to: UserId | None, gone: Sequence[BookChange]) -> None:
        async def work(writing: Writing) -> None:
            books, id = writing.collection(Book), book_id(tenant_id, private_to)
            book = await books.find_one({"id": id})
            if book is not None:
                newest = max(one.seq for one in gone)
                await books.replace(msgspec.structs.replace(book, oldest=max(book.oldest, newest)))
            for one in gone:  # who came back meanwhile has another number
                if await writing.collection(BookChange).delete_many({"id": one.id, "seq": one.seq}):
                    await self.forgotten(writing, [one.id])

        await self._changes.commit(tenant_id, work)
