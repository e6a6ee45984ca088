"""What the steps of an import share: rows as people, who of the address book they may be, and the import's state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice

import msgspec

from call24.address_book_files.drawing import Drawing
from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.reading import Checked
from call24.address_book_files.writing import contacts_of
from call24.contacts.model import Contact
from call24.kit.clock import Clock
from call24.kit.ids import ContactId, PersonId, PersonPictureId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.people.duplicate_rules import CROWD
from call24.people.model import Person, PersonNumber
from call24.people.picture_model import PersonPicture
from call24.people.rules import completed
from call24.people.service import People

BATCH = 500
CANDIDATES_MAX = 2_000

ContactIds = Callable[[TenantId, Sequence[str]], Awaitable[Mapping[str, ContactId]]]
"""The contacts of numbers (E.164), as they are now."""


class Refused(Exception):
    """The file is not imported: a code, and what is wrong, in words."""

    def __init__(self, problem: str, trouble: str) -> None:
        super().__init__(trouble)
        self.problem = problem
        self.trouble = trouble


class _Had(msgspec.Struct, frozen=True):
    id: ContactId
    people: int


class Stopped(Exception):
    """Somebody stopped the import, or it is gone."""


@dataclass(frozen=True)
class Batch:
    """Some rows, by row the people of those without problems, the contacts of their numbers where there are none yet,
    whom of the address book they may be (`candidates`), looked up before the batch before this one was stored, and the
    people's pictures, which are not stored yet.
    """

    rows: Sequence[Checked]
    people: Mapping[int, Person]
    contacts: Mapping[ContactId, Contact]
    pictures: Mapping[PersonPictureId, PersonPicture]
    there: Sequence[Person]


@dataclass(frozen=True)
class Rows:
    """`region`: by which national numbers are read."""

    mongo: Mongo
    clock: Clock
    people: People
    ids: ContactIds
    region: str | None

    async def people_of(self, wish: AddressBookImport, rows: Sequence[Checked]) -> dict[int, Person]:
        """By row."""
        ids = await self.ids(wish.tenant_id, list({number for row in rows for number, _, _ in row.numbers}))
        return {row.row: self._person(wish, row, ids) for row in rows}

    def _person(self, wish: AddressBookImport, row: Checked, ids: Mapping[str, ContactId]) -> Person:
        now = self.clock.now()
        numbers = tuple(
            PersonNumber(number=number, typed=typed, label=label, contact_id=ids[number])
            for number, typed, label in row.numbers
        )
        return completed(
            Person(
                id=PersonId(new_id("per")),
                tenant_id=wish.tenant_id,
                private_to=wish.private_to,
                numbers=numbers,
                created_at=now,
                created_by=wish.asked_by,
                updated_at=now,
                **row.fields,
            )
        )

    async def candidates(self, wish: AddressBookImport, people: Sequence[Person]) -> list[Person]:
        """Of the organisation, or of the user's private ones where the import's are, who has one of these people's
        numbers or e-mail addresses. Of a number that many have, as of a company, only who is called alike.
        """
        scope = self.mongo.tenant(wish.tenant_id)
        ids = list({id for one in people for id in one.contact_ids})
        rule = {"id": {"$in": ids}, "people": {"$gt": 0}}
        there = await scope.collection(Contact).find_parts(_Had, rule) if ids else []
        few, crowd = [one.id for one in there if one.people <= CROWD], [one.id for one in there if one.people > CROWD]
        mails = list({text for one in people for mail in one.emails for text in (mail.address, mail.address.lower())})
        ways: list[Mapping[str, object]] = []
        if few:
            ways.append({"contact_ids": {"$in": few}})
        if crowd:
            alike = sorted({one.sort_name for one in people})
            ways.append({"contact_ids": {"$in": crowd}, "sort_name": {"$in": alike}})
        if mails:
            ways.append({"emails.address": {"$in": mails}})
        found = dict[PersonId, Person]()
        for way in ways:
            some = await scope.collection(Person).find({"private_to": wish.private_to, **way}, limit=CANDIDATES_MAX)
            found.update((one.id, one) for one in some)
        return list(found.values())

    async def update(self, wish: AddressBookImport, state: str, fields: Mapping[str, object]) -> None:
        """Raises: Stopped."""
        imports = self.mongo.tenant(wish.tenant_id).collection(AddressBookImport)
        if not await imports.update_where({"id": wish.id, "state": state}, fields):
            raise Stopped

    @asynccontextmanager
    async def in_batches(
        self, wish: AddressBookImport, rows: Iterator[Checked], drawing: Drawing | None = None
    ) -> AsyncIterator[AsyncIterator[Batch]]:
        """The next is read, made and looked up while this one is stored. `drawing`: to be stored, with the contacts and
        pictures."""

        def read() -> list[Checked]:
            return list(islice(rows, BATCH))

        async def following() -> Batch:
            batch = await asyncio.to_thread(read)
            people = await self.people_of(wish, [one for one in batch if not one.problems])
            pictures = await drawing.of(wish, batch) if drawing is not None else {}
            for row, picture in pictures.items():
                people[row] = msgspec.structs.replace(people[row], picture=picture.id)
            made = list(people.values())
            contacts = contacts_of(made) if drawing is not None else {}
            by_id = {one.id: one for one in pictures.values()}
            return Batch(batch, people, contacts, by_id, await self.candidates(wish, made))

        waiting = asyncio.create_task(following())

        async def batches() -> AsyncIterator[Batch]:
            nonlocal waiting
            while (batch := await waiting).rows:
                waiting = asyncio.create_task(following())
                yield batch

        try:
            yield batches()
        finally:
            await asyncio.wait({waiting})  # a thread cannot be stopped, and reads one batch at most
            if not waiting.cancelled():
                waiting.exception()
