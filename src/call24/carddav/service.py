"""The address books as CardDAV clients see them: cards at addresses, which are people of the address book underneath.

Whether somebody may read is decided at the edge; what they write is `writing.py`'s. It knows no XML.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from call24.carddav import card_people, photos, sync_tokens
from call24.carddav.card_lines import CardLines, parsed, text_of
from call24.carddav.model import Card
from call24.carddav.sync_tokens import Place
from call24.carddav.turns import BookTurns
from call24.carddav.versions import as_version
from call24.changes.service import Writing
from call24.kit.errors import NotFound
from call24.kit.ids import ContactId, PersonId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.people.book_changes import BookChanges
from call24.people.book_model import Book
from call24.people.model import Person
from call24.people.pictures import PersonPictures
from call24.people.service import People

GROUPS_MAX = 200
"""Of one book."""
PIECE = 1_000
"""Cards that are told at once of a book, or of what changed in it."""
_REFS = 200
"""Cards whose addresses are read at once."""
ENDING = ".vcf"

INDEXES = (
    Index(Card, ("private_to", "name"), unique=True),
    Index(Card, ("private_to", "uid"), unique=True),
    Index(Card, ("private_to", "group")),
    Index(Card, ("contact_ids",)),
    Index(Card, ("size",)),
)


class PersonPart(msgspec.Struct, frozen=True):
    id: PersonId
    tenant_id: TenantId
    version: int
    contact_ids: tuple[ContactId, ...]
    private_to: UserId | None = None


class CardPart(msgspec.Struct, frozen=True):
    id: str
    name: str
    uid: str
    revision: int
    group: bool = False
    gone: bool = False


class Ref(msgspec.Struct, frozen=True):
    """A card's address in its book, and its ETag, with quotes."""

    name: str
    etag: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`person` is None for a group; `card` where no client ever wrote it. `jpeg`: the person's picture, where the card
    does not say it already.
    """

    ref: Ref
    person: Person | None = None
    card: Card | None = None
    jpeg: bytes | None = None

    @property
    def uid(self) -> str:
        if self.card is not None:
            return self.card.uid
        assert self.person is not None
        return self.person.id


def says_picture(person: Person, card: Card | None) -> bool:
    """Whether the card, as a client wrote it, says the person's picture, or that there is none."""
    return person.picture == (card.picture if card is not None and card.lines else None)


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """`more`: the client asks on with `token`."""

    changed: tuple[Ref, ...]
    gone: tuple[str, ...]
    token: str
    more: bool


class CardBooks:
    def __init__(
        self,
        mongo: Mongo,
        people: People,
        books: BookChanges,
        pictures: PersonPictures,
        region: Callable[[TenantId], str | None],
    ) -> None:
        self._mongo = mongo
        self._people = people
        self._books = books
        self._pictures = pictures
        self._region = region
        self.turns = BookTurns()

    # --- reading ---

    async def size(self, tenant_id: TenantId, whose: UserId | None) -> int:
        """How many people are in it. Raises: Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(Person).count({"private_to": whose})

    async def book(self, tenant_id: TenantId, whose: UserId | None) -> Book:
        """Raises: NotFound, Unavailable."""
        return await self._books.book(tenant_id, whose)

    async def refs(self, tenant_id: TenantId, whose: UserId | None) -> AsyncIterator[list[Ref]]:
        """All cards of a book, groups first, some at a time. Raises: Unavailable."""
        yield await self._groups(tenant_id, whose)
        after = ""
        while people := await self._parts(tenant_id, whose, after, _REFS):
            yield await self._refs(tenant_id, people)
            after = people[-1].id

    async def many(self, tenant_id: TenantId, whose: UserId | None, names: Collection[str]) -> dict[str, Found]:
        """Those of these that are there and may be shown, by name. Raises: Unavailable."""
        scope = self._mongo.tenant(tenant_id)
        cards = await scope.collection(Card).find({"private_to": whose, "name": {"$in": list(names)}, "gone": False})
        found = {one.name: Found(ref=_group_ref(one), card=one) for one in cards if one.group}
        named = {one.id: one for one in cards if not one.group}
        plain = {name.removesuffix(ENDING) for name in names if name.startswith("per_") and name.endswith(ENDING)}
        otherwise = await scope.collection(Card).find_parts(CardPart, {"id": {"$in": list(plain - set(named))}})
        ids = (plain - {one.id for one in otherwise}) | set(named)
        people = await scope.collection(Person).find({"private_to": whose, "id": {"$in": list(ids)}})
        unsaid = [one for one in people if not says_picture(one, named.get(one.id))]
        pictures = await self._pictures.some(tenant_id, unsaid)
        for person in people:
            if (free := self._people.shown(person)) is not None:
                card = named.get(person.id)
                name = card.name if card is not None else f"{person.id}{ENDING}"
                ref = Ref(name, self._etag(person, card.revision if card is not None else 0))
                picture = pictures.get(person.picture) if person.picture is not None else None
                jpeg = picture.jpeg if picture is not None else None
                found[name] = Found(ref=ref, person=free, card=card, jpeg=jpeg)
        return found

    async def one(self, tenant_id: TenantId, whose: UserId | None, name: str) -> Found:
        """Raises: NotFound, Unavailable."""
        found = (await self.many(tenant_id, whose, [name])).get(name)
        if found is None:
            raise NotFound
        return found

    def text(self, found: Found, version: str) -> str:
        """The card of version `3.0` or `4.0`."""
        return text_of(self.lines(found, version))

    def lines(self, found: Found, version: str) -> CardLines:
        kept = kept_lines(found.card)
        if found.person is not None:
            made = card_people.shown(found.person, kept, found.uid, version, self._region(found.person.tenant_id))
            return made if says_picture(found.person, found.card) else photos.instead(made, found.jpeg)
        assert kept is not None  # a group is what a client wrote
        return as_version(kept, version)

    async def changes(self, tenant_id: TenantId, whose: UserId | None, token: str, limit: int) -> Piece:
        """What is new since `token`; empty: all. Raises: sync_tokens.Expired, NotFound, Unavailable."""
        book = await self._books.book(tenant_id, whose)
        place, limit = sync_tokens.place_of(book, token), max(1, min(limit or PIECE, PIECE))
        if place.what == "whole":
            return await self._whole(book, place, limit)
        marks = await self._books.since(book, place.seq, place.after, book.seq, limit + 1)
        told, more = marks[:limit], len(marks) > limit
        ids = [one.id for one in told]
        people = (
            await self._mongo.tenant(tenant_id)
            .collection(Person)
            .find_parts(PersonPart, {"private_to": whose, "id": {"$in": ids}})
        )
        cards = await self._mongo.tenant(tenant_id).collection(Card).find_parts(CardPart, {"id": {"$in": ids}})
        changed = await self._refs(tenant_id, people)
        changed += [_group_ref(one) for one in cards if one.group and not one.gone]
        names = {one.id: one.name for one in cards}
        there = {one.name for one in changed}
        gone = dict.fromkeys(names.get(id, f"{id}{ENDING}") for id in ids)
        last = (
            Place(what="changes", seq=told[-1].seq, after=told[-1].id) if more else Place(what="changes", seq=book.seq)
        )
        return Piece(
            changed=tuple(changed),
            gone=tuple(name for name in gone if name not in there),
            token=sync_tokens.token_of(book, last),
            more=more,
        )

    async def _whole(self, book: Book, place: Place, limit: int) -> Piece:
        changed = await self._groups(book.tenant_id, book.private_to) if not place.after else []
        people = await self._parts(book.tenant_id, book.private_to, place.after, limit + 1)
        told, more = people[:limit], len(people) > limit
        next_place = (
            msgspec.structs.replace(place, after=told[-1].id) if more else Place(what="changes", seq=place.until)
        )
        return Piece(
            changed=(*changed, *await self._refs(book.tenant_id, told)),
            gone=(),
            token=sync_tokens.token_of(book, next_place),
            more=more,
        )

    async def _groups(self, tenant_id: TenantId, whose: UserId | None) -> list[Ref]:
        rule = {"private_to": whose, "group": True, "gone": False}
        cards = self._mongo.tenant(tenant_id).collection(Card)
        return [_group_ref(one) for one in await cards.find_parts(CardPart, rule, limit=GROUPS_MAX)]

    async def _parts(self, tenant_id: TenantId, whose: UserId | None, after: str, limit: int) -> list[PersonPart]:
        rule = {"private_to": whose, "id": {"$gt": after}}
        people = self._mongo.tenant(tenant_id).collection(Person)
        return await people.find_parts(PersonPart, rule, sort=[("id", 1)], limit=limit)

    async def _refs(self, tenant_id: TenantId, people: Sequence[PersonPart]) -> list[Ref]:
        """Of those who may be shown."""
        free = [one for one in people if not self._people.restricted(tenant_id, one.id, one.contact_ids)]
        ids = [one.id for one in free]
        found = await self._mongo.tenant(tenant_id).collection(Card).find_parts(CardPart, {"id": {"$in": ids}})
        cards = {one.id: one for one in found}
        refs = []
        for one in free:
            card = cards.get(one.id)
            name, revision = (card.name, card.revision) if card is not None else (f"{one.id}{ENDING}", 0)
            refs.append(Ref(name, self._etag(one, revision)))
        return refs

    def _etag(self, person: Person | PersonPart, revision: int) -> str:
        """Another one for each person at an address, each change of them, and each number that is shown no more."""
        hidden = self._people.hidden(person.tenant_id, person.contact_ids)
        less = f"-{hashlib.sha256(' '.join(sorted(hidden)).encode()).hexdigest()[:8]}" if hidden else ""
        return f'"{person.id[-8:]}-{person.version}-{revision}{less}"'

    # --- going ---

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """Cards that have a number of these callers lose all that a client wrote. Raises: Unavailable."""
        return (
            await self._mongo.tenant(tenant_id)
            .collection(Card)
            .update_where({"contact_ids": {"$in": list(contact_ids)}}, _EMPTY)
        )

    async def gone(self, writing: Writing, ids: Sequence[PersonId]) -> None:
        """These people go for good: of their cards the address alone stays, so that phones are told."""
        cards = writing.collection(Card)
        await cards.update_each({id: {**_EMPTY, "uid": id} for id in ids})

    async def forgotten(self, writing: Writing, ids: Sequence[str]) -> None:
        await writing.collection(Card).delete_many({"id": {"$in": list(ids)}})


_EMPTY: Mapping[str, Any] = {"lines": (), "contact_ids": (), "size": 0, "picture": None}


def of_number(cards: Sequence[Card], contact_id: str) -> Sequence[Card]:
    """What the caller of this number may be told: of a number that several have, the cards are of others too."""
    return cards if len(cards) <= 1 else ()


def kept_lines(card: Card | None) -> CardLines | None:
    return parsed(card.lines, card.version) if card is not None and card.lines else None


def _group_ref(card: Card | CardPart) -> Ref:
    return Ref(card.name, f'"{card.id[-8:]}-{card.revision}"')
