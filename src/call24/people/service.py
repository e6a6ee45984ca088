"""The address book of an organisation: people, written down by users, who are linked to the contacts of their numbers.

A number that several people have is linked to each: nobody is merged. Whether somebody may read or write is decided at
the edge; a private entry is its user's alone. Undoing a deletion, merging and importing are not here yet.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from call24.changes.model import Change, EventType
from call24.changes.service import Changes, Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.holdings import Person as Account
from call24.kit.ids import ContactId, PersonId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_after, place_after
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED, PersonChanged
from call24.people.matches import Matches
from call24.people.model import NOBODY, Person, PersonNumber
from call24.people.rules import completed, numbers_of, shown, tidy, without
from call24.people.store import PersonStore
from call24.restrictions.events import RESTRICTION_CHANGED
from call24.restrictions.service import data_restricted

PEOPLE_MAX = 100_000
"""Of an organisation."""
PRIVATE_MAX = 5_000
"""Of one user."""
NAMED = 3
"""Of several people with one number, how many a contact names."""
_AT_ONCE = 50

Restricted = Callable[[TenantId, PersonId, Collection[ContactId]], bool]
AskHolds = Callable[[TenantId, Sequence[str]], Awaitable[Collection[str]]]


async def _nothing_held(tenant_id: TenantId, ids: Sequence[str]) -> Collection[str]:
    return ()


class PersonPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page. `restricted`: of whom nothing may be shown; nothing else stands in these."""

    people: tuple[Person, ...]
    next: str | None
    restricted: frozenset[PersonId] = frozenset()


class People:
    """What is new or was changed is told by `changes`, stored together with it; of private entries nothing is.

    `region`: by which an organisation's national numbers are read. `matches`: what callers' cards show of people.
    `holds`: of these contacts, those that a legal hold keeps; set by the room of legal holds. `restricted`: whether
    nothing of a person with these numbers may be shown.
    """

    wants = (RESTRICTION_CHANGED,)

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        changes: Changes,
        contacts: ContactService,
        callers: KnownCallers,
        region: Callable[[TenantId], str | None],
        matches: Matches,
    ) -> None:
        self._mongo = mongo
        self._store = PersonStore(mongo)
        self._clock = clock
        self._changes = changes
        self._contacts = contacts
        self._callers = callers
        self._region = region
        self._matches = matches
        self._due = mongo.platform(Person, why="what legal holds kept of deleted accounts goes after their release")
        self.holds: AskHolds = _nothing_held
        self.restricted: Restricted = lambda tenant_id, person_id, contact_ids: False

    # --- reading ---

    async def get(self, tenant_id: TenantId, person_id: PersonId, reader: UserId) -> Person:
        """Without numbers whose caller's data is restricted.

        Raises: NotFound, also for another user's private one; Refused (code data_restricted).
        """
        found = await self._store.get(tenant_id, person_id)
        if found.private_to not in (None, reader):
            raise NotFound
        if self.restricted(tenant_id, found.id, found.contact_ids):
            raise data_restricted()
        return self._shown(found)

    async def stored(self, tenant_id: TenantId, person_id: PersonId) -> Person:
        """For officers: also one whose data is restricted. Raises: NotFound."""
        return await self._store.get(tenant_id, person_id)

    def _shown(self, person: Person) -> Person:
        return without(person, self._hidden(person)) if self._hidden(person) else person

    def _hidden(self, person: Person) -> list[ContactId]:
        return [one for one in person.contact_ids if self._contacts.restricted(person.tenant_id, one)]

    async def page(
        self,
        tenant_id: TenantId,
        reader: UserId,
        *,
        text: str = "",
        contact_id: ContactId | None = None,
        limit: int,
        cursor: str | None,
    ) -> PersonPage:
        """By name. `text`: parts of names, company or number. Raises: Invalid for a cursor that is not ours, or whose
        person is deleted: names must not be in it, so it has an id.
        """
        after = None
        if cursor is not None:
            [last] = place_after(cursor, [str])
            after = await self._store.place(tenant_id, str(last))
            if after is None:
                raise Invalid(errors=[("cursor", "the `next` of an earlier page; begin again, since it changed")])
        found = await self._store.page(
            tenant_id, reader, text=text, contact_id=contact_id, after=after, limit=limit + 1
        )
        more = len(found) > limit
        page = found[:limit]
        restricted = frozenset(one.id for one in page if self.restricted(tenant_id, one.id, one.contact_ids))
        return PersonPage(
            people=tuple(_nothing_of(one) if one.id in restricted else self._shown(one) for one in page),
            next=cursor_after((found[limit - 1].id,)) if more else None,
            restricted=restricted,
        )

    async def of_contact(
        self, tenant_id: TenantId, contact_id: ContactId, reader: UserId | None = None
    ) -> list[Person]:
        """Who has this number, 20 at most; without a reader, the organisation's alone. Raises: Unavailable."""
        return await self._store.of_contact(tenant_id, contact_id, reader)

    # --- writing ---

    async def add(self, tenant_id: TenantId, by: UserId, asked: Mapping[str, Any], *, private: bool) -> Person:
        """`asked`: fields as people write them; numbers as `number` and `label`.

        Raises: Invalid, Conflict (code too_many), Unavailable.
        """
        whose, now = by if private else None, self._clock.now()
        if await self._store.count(tenant_id, whose) >= (PRIVATE_MAX if private else PEOPLE_MAX):
            raise Conflict(
                f"At most {PEOPLE_MAX:,} people of an organisation, and {PRIVATE_MAX:,} private ones of a user: "
                "delete some first",
                code="too_many",
            )
        person = Person(
            id=PersonId(new_id("per")),
            tenant_id=tenant_id,
            private_to=whose,
            created_at=now,
            created_by=by,
            updated_at=now,
            **self._fields(tenant_id, asked),
        )
        person = completed(person)

        async def work(writing: Writing) -> list[Contact]:
            await writing.collection(Person).insert(person)
            self._tell(writing, PERSON_CREATED, person)
            return await self._link(writing, person)

        await self._commit(tenant_id, work)
        return person

    async def change(self, person: Person, asked: Mapping[str, Any]) -> Person:
        """What is not in `asked` stays, and so do numbers whose caller's data is restricted.

        Raises: NotFound, Invalid, Conflict (codes person_changed, legal_hold).
        """
        fields, version = self._fields(person.tenant_id, asked), person.version
        person = await self._store.get(person.tenant_id, person.id)
        if person.version != version:
            raise Conflict("Somebody else has changed it", code="person_changed")
        if "numbers" in fields:
            hidden = self._hidden(person)
            kept = [one for one in person.numbers if one.contact_id in hidden]
            fields["numbers"] = (*(one for one in fields["numbers"] if one.contact_id not in hidden), *kept)
        after = completed(
            msgspec.structs.replace(person, **fields, version=person.version + 1, updated_at=self._clock.now())
        )
        gone = set(person.contact_ids) - set(after.contact_ids)
        await self._check_holds(person.tenant_id, sorted(gone))

        async def work(writing: Writing) -> list[Contact]:
            if not await self._store.put(writing.scope, person, after):
                raise Conflict("Somebody else has changed it", code="person_changed")
            self._tell(writing, PERSON_UPDATED, after)
            return await self._link(writing, person, after)

        await self._commit(person.tenant_id, work)
        return after

    async def delete(self, person: Person) -> None:
        """For good. Raises: NotFound, Conflict (legal_hold), Unavailable."""
        person = await self._store.get(person.tenant_id, person.id)
        await self._check_holds(person.tenant_id, person.contact_ids)
        await self._delete(person.tenant_id, [person])

    # --- going ---

    async def kept_by_hold(self, tenant_id: TenantId, person_id: PersonId) -> bool:
        """Whether a legal hold keeps one of the numbers; False too where nobody is there. Raises: Unavailable."""
        with contextlib.suppress(NotFound):
            person = await self._store.get(tenant_id, person_id)
            return bool(person.contact_ids and await self.holds(tenant_id, person.contact_ids))
        return False

    async def is_there(self, tenant_id: TenantId, person_id: PersonId) -> bool:
        """Whoever may see the entry. Raises: Unavailable."""
        return await self._store.place(tenant_id, person_id) is not None

    async def erase(self, tenant_id: TenantId, person_id: PersonId) -> None:
        """The whole entry, whoever may see it; repeating it is harmless. Raises: Unavailable."""
        with contextlib.suppress(NotFound):
            await self._delete(tenant_id, [await self._store.get(tenant_id, person_id)])

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """These numbers are erased: who has them loses them, and who has no other goes whole; how many people.

        Raises: Unavailable.
        """
        touched = 0
        while found := await self._store.with_contacts(tenant_id, contact_ids, _AT_ONCE):
            for person in found:
                await self._lose(person, contact_ids)
            touched += len(found)
        return touched

    async def _lose(self, person: Person, contact_ids: Sequence[ContactId]) -> None:
        left = set(person.contact_ids) - set(contact_ids)
        if not left:
            await self._delete(person.tenant_id, [person])
            return
        less = without(person, contact_ids)
        after = msgspec.structs.replace(less, version=person.version + 1, updated_at=self._clock.now())

        async def work(writing: Writing) -> list[Contact]:
            if await self._store.put(writing.scope, person, after):
                self._tell(writing, PERSON_UPDATED, after)
            return await self._link(writing, person, after)

        await self._commit(person.tenant_id, work)

    async def forget_person(self, user: Account) -> None:
        """The account is being deleted: its private entries go, but for those whose number a legal hold keeps: nobody
        sees these, and they go when it is released. Raises: Unavailable.
        """
        last = ""
        while found := await self._store.private(user.tenant_id, user.id, _AT_ONCE, last):
            last = found[-1].id
            held = set(await self.holds(user.tenant_id, [id for one in found for id in one.contact_ids]))
            kept = [one for one in found if held & set(one.contact_ids)]
            await self._delete(user.tenant_id, [one for one in found if one not in kept])
            nobodys = {"private_to": NOBODY, "delete_at": self._clock.now()}
            people = self._mongo.tenant(user.tenant_id).collection(Person)
            await people.update_each({one.id: nobodys for one in kept})

    async def erase_due(self, now: datetime) -> int:
        """What a legal hold kept of deleted accounts, once it is released; how many. Raises: Unavailable."""
        gone = 0
        for person in await self._due.find({"delete_at": {"$lte": now}}, limit=1000):
            if not await self.holds(person.tenant_id, person.contact_ids):
                await self._delete(person.tenant_id, [person])
                gone += 1
        return gone

    async def _delete(self, tenant_id: TenantId, people: Sequence[Person]) -> None:
        async def work(writing: Writing) -> list[Contact]:
            await writing.collection(Person).delete_many({"id": {"$in": [one.id for one in people]}})
            for one in people:
                self._tell(writing, PERSON_DELETED, one)
            return await self._link(writing, *people)

        if people:
            await self._commit(tenant_id, work)

    # --- contacts of the numbers ---

    async def _link(self, writing: Writing, *people: Person) -> list[Contact]:
        """What the contacts of all these people's numbers say of who has them, as is stored now."""
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
            if told.person_id is None or told.action not in ("restricted", "lifted"):
                continue
            with contextlib.suppress(NotFound):
                person = await self._store.get(change.tenant_id, told.person_id)
                await self._commit(change.tenant_id, partial(_linked, self._link, person))

    async def _commit(self, tenant_id: TenantId, work: Callable[[Writing], Awaitable[list[Contact]]]) -> None:
        for contact in await self._changes.commit(tenant_id, work):
            self._callers.corrected(contact)
            self._matches.changed(contact.tenant_id, contact.id)

    def _fields(self, tenant_id: TenantId, asked: Mapping[str, Any]) -> dict[str, Any]:
        fields = tidy(asked)
        if "numbers" in asked:
            fields["numbers"] = tuple(
                PersonNumber(
                    number=number, typed=typed, label=label, contact_id=self._contacts.id_for(tenant_id, number)
                )
                for number, typed, label in numbers_of(asked["numbers"], self._region(tenant_id))
            )
        return fields

    async def _check_holds(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> None:
        if contact_ids and await self.holds(tenant_id, contact_ids):
            raise Conflict("A legal hold keeps a number of this person: have it released", code="legal_hold")

    @staticmethod
    def _tell(writing: Writing, kind: EventType[PersonChanged], person: Person) -> None:
        if person.private_to is None:
            writing.tell(kind, PersonChanged(person_id=person.id), person.id)


def _nothing_of(person: Person) -> Person:
    return Person(
        id=person.id,
        tenant_id=person.tenant_id,
        private_to=person.private_to,
        version=person.version,
        created_at=person.created_at,
        updated_at=person.updated_at,
    )


async def _linked(link: Callable[..., Awaitable[list[Contact]]], person: Person, writing: Writing) -> list[Contact]:
    return await link(writing, person)
