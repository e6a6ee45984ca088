"""The address books as CardDAV clients see them: cards at addresses, which are people of the address book underneath.

A person is written by `People`, with its rules, its history and its events; beside them the card is kept as the client
wrote it, in the same transaction. Whether somebody may read or write is decided at the edge. It knows no XML.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from call24.address_book_files.vcards import Property, escaped
from call24.carddav import card_people, sync_tokens
from call24.carddav.card_lines import UID_MAX, CardLines, line_of, parsed, read, text_of
from call24.carddav.model import Card
from call24.carddav.refusals import NoRoom, NotACard, NotMet, TooLong, UidTaken
from call24.carddav.sync_tokens import Place
from call24.carddav.versions import as_version
from call24.changes.service import Changes, Writing
from call24.contacts.model import Contact
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, Refused
from call24.kit.ids import ContactId, PersonId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo
from call24.people.book_changes import BookChanges, note_ids
from call24.people.book_model import Book
from call24.people.model import Person
from call24.people.rules import FIELDS_MAX
from call24.people.service import People

CARD_MAX = 200 * 1024
"""Bytes of a card, with its picture."""
BIG, BIG_MAX = 10_000, 5_000
"""Cards of an organisation that are longer than so many characters, as those with pictures are."""
GROUPS_MAX = 200
"""Of one book."""
PIECE = 1_000
"""Cards that are told at once of a book, or of what changed in it."""
NAME_MAX = 200
_ENDING = ".vcf"

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
    """`person` is None for a group; `card` where no client ever wrote it."""

    ref: Ref
    person: Person | None = None
    card: Card | None = None

    @property
    def uid(self) -> str:
        if self.card is not None:
            return self.card.uid
        assert self.person is not None
        return self.person.id


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
        clock: Clock,
        changes: Changes,
        people: People,
        books: BookChanges,
        region: Callable[[TenantId], str | None],
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._people = people
        self._books = books
        self._region = region

    # --- reading ---

    async def book(self, tenant_id: TenantId, whose: UserId | None) -> Book:
        """Raises: NotFound, Unavailable."""
        return await self._books.book(tenant_id, whose)

    async def refs(self, tenant_id: TenantId, whose: UserId | None) -> AsyncIterator[list[Ref]]:
        """All cards of a book, groups first, some at a time. Raises: Unavailable."""
        yield await self._groups(tenant_id, whose)
        after = ""
        while people := await self._parts(tenant_id, whose, after, PIECE):
            yield await self._refs(tenant_id, people)
            after = people[-1].id

    async def many(self, tenant_id: TenantId, whose: UserId | None, names: Collection[str]) -> dict[str, Found]:
        """Those of these that are there and may be shown, by name. Raises: Unavailable."""
        scope = self._mongo.tenant(tenant_id)
        cards = await scope.collection(Card).find({"private_to": whose, "name": {"$in": list(names)}, "gone": False})
        found = {one.name: Found(ref=_group_ref(one), card=one) for one in cards if one.group}
        named = {one.id: one for one in cards if not one.group}
        plain = {name.removesuffix(_ENDING) for name in names if name.startswith("per_") and name.endswith(_ENDING)}
        otherwise = await scope.collection(Card).find_parts(CardPart, {"id": {"$in": list(plain - set(named))}})
        ids = (plain - {one.id for one in otherwise}) | set(named)
        for person in await scope.collection(Person).find({"private_to": whose, "id": {"$in": list(ids)}}):
            if (free := self._people.shown(person)) is not None:
                card = named.get(person.id)
                name = card.name if card is not None else f"{person.id}{_ENDING}"
                ref = Ref(name, self._etag(person, card.revision if card is not None else 0))
                found[name] = Found(ref=ref, person=free, card=card)
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
        kept = _kept(found.card)
        if found.person is not None:
            return card_people.shown(found.person, kept, found.uid, version, self._region(found.person.tenant_id))
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
        gone = dict.fromkeys(names.get(id, f"{id}{_ENDING}") for id in ids)
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
            name, revision = (card.name, card.revision) if card is not None else (f"{one.id}{_ENDING}", 0)
            refs.append(Ref(name, self._etag(one, revision)))
        return refs

    def _etag(self, person: Person | PersonPart, revision: int) -> str:
        """Another one for each person at an address, each change of them, and each number that is shown no more."""
        hidden = self._people.hidden(person.tenant_id, person.contact_ids)
        less = f"-{hashlib.sha256(' '.join(sorted(hidden)).encode()).hexdigest()[:8]}" if hidden else ""
        return f'"{person.id[-8:]}-{person.version}-{revision}{less}"'

    # --- writing ---

    async def put(
        self,
        tenant_id: TenantId,
        by: UserId,
        whose: UserId | None,
        name: str,
        body: bytes,
        *,
        if_match: str = "",
        if_none_match: str = "",
    ) -> tuple[Found | None, str]:
        """What was there before, and the id of the entry. What was written already is not written again: a client that
        heard no answer repeats it.

        Raises: NotACard, OtherVersion, TooLong, NotMet, UidTaken, NoRoom, Refused (data_restricted), Invalid,
        Conflict (codes too_many, legal_hold), Unavailable.
        """
        if len(body) > CARD_MAX:
            raise TooLong(f"A card has at most {CARD_MAX // 1024} KB")
        card = read(body)
        there = await self._there(tenant_id, whose, name)
        if (there is not None or if_match) and not _is_met(there, if_match, if_none_match):
            if there is not None and there.card is not None and _texts(card) == there.card.lines:
                return there, _id_of(there)
            raise NotMet("Read the card again, then change it")
        uid = (card.text("UID") or name.removesuffix(_ENDING))[:UID_MAX]
        await self._check_uid(tenant_id, whose, name, uid, there)
        await self._check_room(tenant_id, there, card)
        if card.is_group or (there is not None and there.person is None):
            return there, await self._put_group(tenant_id, whose, name, uid, card, there)
        try:
            if there is None:
                return None, await self._add(tenant_id, by, whose, name, uid, card)
            return there, await self._change(by, there, name, uid, card)
        except Conflict as error:
            if error.code in ("person_changed", "conflict"):
                raise NotMet("Somebody else changed it at the same time") from None
            raise

    async def _there(self, tenant_id: TenantId, whose: UserId | None, name: str) -> Found | None:
        """Raises: Refused where their data is restricted."""
        found = (await self.many(tenant_id, whose, [name])).get(name)
        if found is None:
            card = await self._mongo.tenant(tenant_id).collection(Card).find_one({"private_to": whose, "name": name})
            id = card.id if card is not None else name.removesuffix(_ENDING)
            people = self._mongo.tenant(tenant_id).collection(Person)
            if await people.find_one({"id": id, "private_to": whose}) is not None:
                raise Refused("The person's data is restricted", code="data_restricted")
        return found

    async def _check_uid(
        self, tenant_id: TenantId, whose: UserId | None, name: str, uid: str, there: Found | None
    ) -> None:
        """Raises: UidTaken."""
        if there is not None:
            if there.uid != uid:
                raise UidTaken("Another card has this UID: change that one", name=name)
            return
        scope = self._mongo.tenant(tenant_id)
        card = await scope.collection(Card).find_one({"private_to": whose, "uid": uid, "gone": False})
        people = scope.collection(Person)
        if card is not None and card.name != name:
            if card.group or await people.find_one({"id": card.id, "private_to": whose}) is not None:
                raise UidTaken("Another card has this UID: change that one", name=card.name)
        elif card is None and await people.find_one({"id": uid, "private_to": whose}) is not None:
            raise UidTaken("Another card has this UID: change that one", name=f"{uid}{_ENDING}")

    async def _check_room(self, tenant_id: TenantId, there: Found | None, card: CardLines) -> None:
        """Raises: NoRoom."""
        was = there.card.size if there is not None and there.card is not None else 0
        if _size(card) > BIG >= was:
            cards = self._mongo.tenant(tenant_id).collection(Card)
            if await cards.count({"size": {"$gt": BIG}}) >= BIG_MAX:
                raise NoRoom(f"An organisation has at most {BIG_MAX:,} cards with pictures: leave the picture out")

    async def _add(
        self, tenant_id: TenantId, by: UserId, whose: UserId | None, name: str, uid: str, card: CardLines
    ) -> str:
        asked = card_people.asked_of(card, self._region(tenant_id))
        person = await self._people.new(tenant_id, by, asked, private=whose is not None)
        made = self._card(person, name, uid, card, 1)

        async def work(writing: Writing) -> list[Contact]:
            contacts = await self._people.write_new(writing, person)
            cards = writing.collection(Card)  # of who is there no more
            await cards.delete_many({"private_to": whose, "$or": [{"name": name}, {"uid": uid}]})
            await cards.insert(made)
            return contacts

        await self._people.commit(tenant_id, work)
        return person.id

    async def _change(self, by: UserId, there: Found, name: str, uid: str, card: CardLines) -> str:
        assert there.person is not None
        person, earlier = there.person, _kept(there.card)
        whole, more = card_people.kept_of(card, person, earlier)
        asked = _with(card_people.asked_of(whole, self._region(person.tenant_id)), more)
        change = await self._people.prepared(person, asked, by)
        revision = there.card.revision + 1 if there.card is not None else 1
        made = self._card(change.after, name, uid, whole, revision)

        async def work(writing: Writing) -> list[Contact]:
            contacts = await self._people.write(writing, change)
            await writing.collection(Card).replace(made, upsert=True)
            return contacts

        await self._people.commit(person.tenant_id, work)
        return person.id

    def _card(self, person: Person, name: str, uid: str, card: CardLines, revision: int) -> Card:
        return Card(
            id=person.id,
            tenant_id=person.tenant_id,
            private_to=person.private_to,
            name=name,
            uid=uid,
            version=card.version,
            lines=_texts(card),
            contact_ids=person.contact_ids,
            revision=revision,
            size=_size(card),
            changed_at=self._clock.now(),
        )

    async def _put_group(
        self, tenant_id: TenantId, whose: UserId | None, name: str, uid: str, card: CardLines, there: Found | None
    ) -> str:
        """Its name and members alone are kept: what else it says could be of a person whom nobody finds in it."""
        if there is not None and (there.person is not None or not card.is_group):
            raise NotACard("A group stays a group, and a person a person: delete it and write another")
        cards = self._mongo.tenant(tenant_id).collection(Card)
        if there is None and await cards.count({"private_to": whose, "group": True, "gone": False}) >= GROUPS_MAX:
            raise NoRoom(f"A book has at most {GROUPS_MAX} groups: delete one first")
        before = there.card if there is not None else None
        kept = [one for one in card.lines if one.name in _GROUP_LINES]
        if not any(one.name == "UID" for one in kept):
            kept.append(line_of(Property("UID", escaped(uid))))
        made = Card(
            id=before.id if before is not None else new_id("crd"),
            tenant_id=tenant_id,
            private_to=whose,
            name=name,
            uid=uid,
            version=card.version,
            lines=tuple(one.text for one in kept),
            group=True,
            revision=before.revision + 1 if before is not None else 1,
            size=_size(card),
            changed_at=self._clock.now(),
        )

        async def work(writing: Writing) -> None:
            cards = writing.collection(Card)
            await cards.delete_many({"private_to": whose, "name": name, "id": {"$ne": made.id}})
            await cards.replace(made, upsert=True)
            await note_ids(writing, whose, [made.id])

        await self._changes.commit(tenant_id, work)
        return made.id

    async def delete(
        self, tenant_id: TenantId, by: UserId, whose: UserId | None, name: str, *, if_match: str = ""
    ) -> str:
        """The id of the entry. It can be undone for 30 days, as any deletion of a person.

        Raises: NotFound, NotMet, Conflict (code legal_hold), Unavailable.
        """
        found = await self.one(tenant_id, whose, name)
        if not _is_met(found, if_match, ""):
            raise NotMet("Read the card again, then delete it")
        if found.person is not None:
            await self._people.delete(found.person, by)
            return found.person.id
        assert found.card is not None
        gone = msgspec.structs.replace(found.card, gone=True, lines=(), size=0, uid=found.card.id)

        async def work(writing: Writing) -> None:
            await writing.collection(Card).replace(gone)
            await note_ids(writing, whose, [gone.id], gone=True)

        await self._changes.commit(tenant_id, work)
        return gone.id

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


_EMPTY: Mapping[str, Any] = {"lines": (), "contact_ids": (), "size": 0}
_GROUP_LINES = frozenset(
    {"FN", "N", "UID", "REV", "PRODID", "KIND", "MEMBER", "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"}
)


def of_number(cards: Sequence[Card], contact_id: str) -> Sequence[Card]:
    """What the caller of this number may be told: of a number that several have, the cards are of others too."""
    return cards if len(cards) <= 1 else ()


def _kept(card: Card | None) -> CardLines | None:
    return parsed(card.lines, card.version) if card is not None and card.lines else None


def _texts(card: CardLines) -> tuple[str, ...]:
    return tuple(one.text for one in card.lines)


def _size(card: CardLines) -> int:
    return sum(len(one.text) for one in card.lines)


def _group_ref(card: Card | CardPart) -> Ref:
    return Ref(card.name, f'"{card.id[-8:]}-{card.revision}"')


def _id_of(found: Found) -> str:
    return found.person.id if found.person is not None else found.card.id if found.card is not None else ""


def _is_met(found: Found | None, if_match: str, if_none_match: str) -> bool:
    """Source: RFC 9110, 13.1.1 and 13.1.2."""
    if if_match:
        return found is not None and _names(if_match, found.ref.etag)
    return not if_none_match or found is None or not _names(if_none_match, found.ref.etag)


def _names(condition: str, etag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in condition.split(",")]
    return "*" in tags or etag in tags


def _with(asked: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    taken = {one["name"] for one in asked["fields"]}
    fields = [*asked["fields"], *(one for one in more.get("fields", ()) if one["name"] not in taken)]
    return {**asked, **more, "fields": fields[:FIELDS_MAX]}
