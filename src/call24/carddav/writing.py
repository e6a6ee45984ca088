"""Cards written and deleted by clients: a person of the address book, and beside it the card as it came.

Both are stored in one transaction. Whether somebody may is decided at the edge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from call24.address_book_files.vcards import Property, escaped
from call24.carddav import card_people, photos
from call24.carddav.card_lines import UID_MAX, CardLines, line_of, read
from call24.carddav.model import Card
from call24.carddav.refusals import NoRoom, NotACard, NotMet, TooLong, UidTaken
from call24.carddav.service import ENDING, GROUPS_MAX, CardBooks, Found, kept_lines
from call24.changes.service import Changes, Writing
from call24.contacts.model import Contact
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, Refused
from call24.kit.ids import TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.phone import parse_e164
from call24.people.book_changes import note_ids
from call24.people.model import Person
from call24.people.picture_model import PersonPicture
from call24.people.pictures import PersonPictures, add
from call24.people.rules import FIELDS_MAX
from call24.people.service import People

CARD_MAX = 200 * 1024
"""Bytes of a card, with its picture."""
BIG, BIG_MAX = 10_000, 5_000
"""Cards of an organisation that are longer than so many characters, as those with pictures are."""
NAME_MAX = 200
_GROUP_LINES = frozenset(
    {"FN", "N", "UID", "REV", "PRODID", "KIND", "MEMBER", "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"}
)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: the entry's. `etag`: empty where a client that reads the card again is given other octets than it sent."""

    id: str
    etag: str
    created: bool = False


class CardWriter:
    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        changes: Changes,
        people: People,
        books: CardBooks,
        pictures: PersonPictures,
        region: Callable[[TenantId], str | None],
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._people = people
        self._books = books
        self._pictures = pictures
        self._region = region

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
    ) -> Written:
        """What was written already is not written again: a client that heard no answer repeats it.

        Raises: NotACard, OtherVersion, TooLong, NotMet, UidTaken, NoRoom, Refused (data_restricted), Invalid,
        Conflict (codes too_many, legal_hold), Unavailable.
        """
        if len(body) > CARD_MAX:
            raise TooLong(f"A card has at most {CARD_MAX // 1024} KB")
        card = read(body)
        there = await self._there(tenant_id, whose, name)
        if (there is not None or if_match) and not _is_met(there, if_match, if_none_match):
            if there is not None and there.card is not None and _texts(card) == there.card.lines:
                return Written(id=_id_of(there), etag=self._same(there, card, body))
            raise NotMet("Read the card again, then change it")
        if there is not None and (etag := self._same(there, card, body)):
            return Written(id=_id_of(there), etag=etag)
        uid = (card.text("UID") or name.removesuffix(ENDING))[:UID_MAX]
        await self._check_uid(tenant_id, whose, name, uid, there)
        id = await self._write(tenant_id, by, whose, name, uid, card, there)
        now = (await self._books.many(tenant_id, whose, [name])).get(name)
        etag = self._same(now, card, body) if now is not None else ""
        return Written(id=id, etag=etag, created=there is None)

    async def _write(
        self,
        tenant_id: TenantId,
        by: UserId,
        whose: UserId | None,
        name: str,
        uid: str,
        card: CardLines,
        there: Found | None,
    ) -> str:
        if card.is_group or (there is not None and there.person is None):
            return await self._put_group(tenant_id, whose, name, uid, card, there)
        try:
            if there is None:
                return await self._add(tenant_id, by, whose, name, uid, card)
            return await self._change(by, there, name, uid, card)
        except Conflict as error:
            if error.code in ("person_changed", "conflict"):
                raise NotMet("Somebody else changed it at the same time") from None
            raise

    def _same(self, there: Found, card: CardLines, body: bytes) -> str:
        """The ETag of what is there, if it is read octet for octet as `body`; else empty. Source: RFC 6352, 6.3.2.3."""
        return there.ref.etag if self._books.text(there, card.version).encode() == body else ""

    async def _there(self, tenant_id: TenantId, whose: UserId | None, name: str) -> Found | None:
        """Raises: Refused where their data is restricted."""
        found = (await self._books.many(tenant_id, whose, [name])).get(name)
        if found is None:
            card = await self._mongo.tenant(tenant_id).collection(Card).find_one({"private_to": whose, "name": name})
            id = card.id if card is not None else name.removesuffix(ENDING)
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
            raise UidTaken("Another card has this UID: change that one", name=f"{uid}{ENDING}")

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
        await self._check_room(tenant_id, None, card)
        asked = card_people.asked_of(card, self._region(tenant_id))
        picture = await self._drawn(tenant_id, whose, asked, photos.said(card))
        person = await self._people.new(tenant_id, by, asked, private=whose is not None)
        made = self._card(person, name, uid, card, 1)

        async def work(writing: Writing) -> list[Contact]:
            await add(writing, picture)
            contacts = await self._people.write_new(writing, person)
            cards = writing.collection(Card)  # of who is there no more
            await cards.delete_many({"private_to": whose, "$or": [{"name": name}, {"uid": uid}]})
            await cards.insert(made)
            return contacts

        await self._people.commit(tenant_id, work)
        return person.id

    async def _change(self, by: UserId, there: Found, name: str, uid: str, card: CardLines) -> str:
        assert there.person is not None
        person, earlier = there.person, kept_lines(there.card)
        whole, more = card_people.kept_of(card, person, earlier)
        region = self._region(person.tenant_id)
        asked = _as_typed(_with(card_people.asked_of(whole, region), more), person, region)
        photo, shown = photos.said(card), photos.said(self._books.lines(there, card.version))
        if photo == shown and there.jpeg is not None:  # as it was given: no second copy of it is kept
            whole = photos.without(whole)
        await self._check_room(person.tenant_id, there, whole)
        picture = None
        if photo != shown:
            picture = await self._drawn(person.tenant_id, person.private_to, asked, photo)
        change = await self._people.prepared(person, asked, by)
        revision = there.card.revision + 1 if there.card is not None else 1
        made = self._card(change.after, name, uid, whole, revision)

        async def work(writing: Writing) -> list[Contact]:
            await add(writing, picture)
            contacts = await self._people.write(writing, change)
            await writing.collection(Card).replace(made, upsert=True)
            return contacts

        await self._people.commit(person.tenant_id, work)
        return person.id

    async def _drawn(
        self, tenant_id: TenantId, whose: UserId | None, asked: dict[str, Any], photo: bytes | str | None
    ) -> PersonPicture | None:
        """What the person is asked to have. None where it cannot be drawn, as an address: it stays in the card alone.
        So it does where there are too many, and the person has what they had.

        Raises: TooMany, Unavailable.
        """
        picture = None
        try:
            if isinstance(photo, bytes):
                picture = await self._pictures.new(tenant_id, whose, photo)
        except Conflict:
            return None
        except Invalid:
            pass
        asked["picture"] = picture.id if picture is not None else None
        return picture

    def _card(self, person: Person, name: str, uid: str, card: CardLines, revision: int) -> Card:
        return Card(
            id=person.id,
            tenant_id=person.tenant_id,
            private_to=person.private_to,
            name=name,
            uid=uid,
            version=card.version,
            lines=_texts(card),
            picture=person.picture if card.all(photos.NAME) else None,
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
        await self._check_room(tenant_id, there, card)
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
        found = await self._books.one(tenant_id, whose, name)
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


def _texts(card: CardLines) -> tuple[str, ...]:
    return tuple(one.text for one in card.lines)


def _size(card: CardLines) -> int:
    return sum(len(one.text) for one in card.lines)


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


def _as_typed(asked: dict[str, Any], person: Person, region: str | None) -> dict[str, Any]:
    """A number that was there already stays as somebody typed it."""
    typed = {one.number: one.typed for one in person.numbers if parse_e164(one.typed, region) == one.number}
    return {
        **asked,
        "numbers": [{**one, "number": typed.get(one["number"], one["number"])} for one in asked["numbers"]],
    }
