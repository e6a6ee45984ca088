"""People and the contacts of their numbers: a contact names who has its number, and whoever keeps copies is told.

Everybody who writes people goes through here, within the transaction of the change.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

from call24.changes.model import Change, EventType
from call24.changes.service import Changes, Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.kit.mongo import Mongo
from call24.people import book_changes, pictures
from call24.people.events import PERSON_DELETED, PeopleMerged, PersonChanged
from call24.people.matches import Matches
from call24.people.model import Person
from call24.people.rules import shown
from call24.people.store import PersonStore
from call24.restrictions.events import RESTRICTION_CHANGED

NAMED = 3
"""Of several people with one number, how many a contact names."""

Restricted = Callable[[TenantId, PersonId, Collection[ContactId]], bool]


class LinkedPeople:
    """`matches`: what callers' cards show of people. `restricted`: whether nothing of a person with these numbers may
    be shown.
    """

    wants = (RESTRICTION_CHANGED,)

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        changes: Changes,
        contacts: ContactService,
        callers: KnownCallers,
        matches: Matches,
    ) -> None:
        self._mongo = mongo
        self._store = PersonStore(mongo)
        self._clock = clock
        self._changes = changes
        self._contacts = contacts
        self._callers = callers
        self._matches = matches
        self.restricted: Restricted = lambda tenant_id, person_id, contact_ids: False

    async def link(self, writing: Writing, *people: Person) -> list[Contact]:
        """What the contacts of all these people's numbers say of who has them, as is stored now; and whose which
        picture is. `people`: as they were, and as they are.
        """
        await pictures.settle(writing, people)
        numbers = {one.contact_id: one.number for person in people for one in person.numbers}
        stored, changed = writing.collection(Person), []
        for contact_id, number in sorted(numbers.items()):
            rule = {"contact_ids": contact_id}
            order = [("created_at", 1), ("id", 1)]
            named = await stored.find({**rule, "private_to": None}, sort=order, limit=NAMED)
            seen = [one for one in named if not self.restricted(one.tenant_id, one.id, ())]
            called, count = [shown(one) for one in seen], await stored.count(rule)
            changed.append(await self._contacts.call_people(writing, contact_id, number, called, count))
        return changed

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed: none is called by whose data is restricted. Raises: Unavailable."""
        for change in changes:
            told = RESTRICTION_CHANGED.of(change)
            await self._shown_otherwise(change.tenant_id, told.contact_ids, told.person_id)
            if told.person_id is None or told.action not in ("restricted", "lifted"):
                continue
            with contextlib.suppress(NotFound):
                person = await self._store.get(change.tenant_id, told.person_id)
                await self.commit(change.tenant_id, partial(_linked, self.link, person))
                again = self._mongo.tenant(change.tenant_id).collection(Person)
                await again.update(person.id, {"compared": False})  # nothing that is restricted is compared

    async def _shown_otherwise(
        self, tenant_id: TenantId, contact_ids: Sequence[ContactId], person_id: PersonId | None
    ) -> None:
        """Copies of address books have them as they are shown: less, or again all. Raises: Unavailable."""
        found = await self._store.with_contacts(tenant_id, contact_ids, 0) if contact_ids else []
        if person_id is not None and person_id not in {one.id for one in found}:
            with contextlib.suppress(NotFound):
                found.append(await self._store.get(tenant_id, person_id))
        if found:
            await self._changes.commit(tenant_id, lambda writing: book_changes.note(writing, found))

    async def commit(self, tenant_id: TenantId, work: Callable[[Writing], Awaitable[list[Contact]]]) -> None:
        """Raises: as `work` and `Changes.commit`; what was stored then is not known."""
        try:
            self.learn(await self._changes.commit(tenant_id, work))
        except BaseException:
            self._matches.doubt(tenant_id)
            raise

    def learn(self, contacts: Sequence[Contact]) -> None:
        """They are stored so: who calls next is called by it."""
        for contact in contacts:
            self._callers.corrected(contact)
            self._matches.changed(contact.tenant_id, contact.id)

    @staticmethod
    async def tell(writing: Writing, kind: EventType[PersonChanged], *people: Person) -> None:
        """Everybody who writes people says so here, in the same transaction. Raises: Unavailable."""
        await book_changes.note(writing, people, gone=kind is PERSON_DELETED)
        for person in people:
            if person.private_to is None:
                writing.tell(kind, PersonChanged(person_id=person.id), person.id)

    @staticmethod
    def tell_of_two(writing: Writing, kind: EventType[PeopleMerged], kept: Person, other: Person) -> None:
        """Beside what is told of each: which two are one now, or two again."""
        if kept.private_to is None:
            writing.tell(kind, PeopleMerged(person_id=kept.id, other_id=other.id), kept.id)


async def _linked(link: Callable[..., Awaitable[list[Contact]]], person: Person, writing: Writing) -> list[Contact]:
    return await link(writing, person)
