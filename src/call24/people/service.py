"""The address book of an organisation: people, written down by users, who are linked to the contacts of their numbers.

A number that several people have is linked to each. Whether somebody may read or write is decided at the edge; a
private entry is its user's alone. What is changed and deleted is noted, so that it can be undone: history.py undoes it,
and merges. Files are imported by the room `address_book_files`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import ContactId, HistoryEntryId, PersonId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_after, place_after
from call24.people import pictures
from call24.people.duplicate_model import Duplicate
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED
from call24.people.going import PeopleGoing
from call24.people.history_model import Done, HistoryEntry
from call24.people.history_rules import bare, numbers_in
from call24.people.matches import Matches
from call24.people.model import Person, PersonNumber
from call24.people.picture_model import PersonPicture
from call24.people.rules import completed, numbers_of, tidy, without
from call24.restrictions.service import data_restricted

PEOPLE_MAX = 100_000
"""Of an organisation."""
PRIVATE_MAX = 5_000
"""Of one user."""
UNDONE_WITHIN = timedelta(days=30)
"""How long a change, a deletion or a merge can be undone."""
CHANGES_MAX = 20
"""Of one person, that can be undone: the newest."""
HISTORY_MAX = 100_000
"""Deletions and merges of an organisation that can be undone. Of more, the oldest cannot."""
PAIRS_MAX = 200
"""Of one person, with whom they are said not to be the same."""
_AT_ONCE = 50


class Noted(msgspec.Struct, frozen=True):
    id: HistoryEntryId


class PreparedChange(msgspec.Struct, frozen=True, kw_only=True):
    """What `People.write` does within a transaction. `entry`: its line in the person's history."""

    before: Person
    after: Person
    entry: HistoryEntry


class PersonPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page. `restricted`: of whom nothing may be shown; nothing else stands in these."""

    people: tuple[Person, ...]
    next: str | None
    restricted: frozenset[PersonId] = frozenset()


class People(PeopleGoing):
    """What is new or was changed is told by `changes`, stored together with it; of private entries nothing is.

    `region`: by which an organisation's national numbers are read. `matches`: what callers' cards show of people.
    """

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
        super().__init__(mongo, clock, changes, contacts, callers, matches)
        self._region = region

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

    def shown(self, person: Person) -> Person | None:
        """What may be shown and used of them; None: nothing."""
        return None if self.restricted(person.tenant_id, person.id, person.contact_ids) else self._shown(person)

    def may_show(self, entry: HistoryEntry) -> bool:
        """Whether nobody's data in it is restricted."""
        people = (entry.before, entry.other, entry.after)
        return all(one is None or self.shown(one) == one for one in people)

    def _shown(self, person: Person) -> Person:
        return without(person, self._hidden(person)) if self._hidden(person) else person

    def _hidden(self, person: Person) -> list[ContactId]:
        return self.hidden(person.tenant_id, person.contact_ids)

    def hidden(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> list[ContactId]:
        """Those of these numbers that are not shown, since their caller's data is restricted."""
        return [one for one in contact_ids if self._contacts.restricted(tenant_id, one)]

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

    async def of_email(self, tenant_id: TenantId, address: str) -> Person | None:
        """Whose address it is, as may be shown; None too where several have it. Raises: Unavailable."""
        found = await self._store.of_email(tenant_id, address, 2)
        return self.shown(found[0]) if len(found) == 1 else None

    # --- writing ---

    async def add(self, tenant_id: TenantId, by: UserId, asked: Mapping[str, Any], *, private: bool) -> Person:
        """`asked`: fields as people write them; numbers as `number` and `label`.

        Raises: Invalid, Conflict (code too_many), Unavailable.
        """
        person = await self.new(tenant_id, by, asked, private=private)

        async def work(writing: Writing) -> list[Contact]:
            return await self.write_new(writing, person)

        await self.commit(tenant_id, work)
        return person

    async def new(self, tenant_id: TenantId, by: UserId, asked: Mapping[str, Any], *, private: bool) -> Person:
        """The same, to be written by `write_new`, within a transaction with something else. Raises: as `add`."""
        whose, now = by if private else None, self._clock.now()
        await self._check_room(tenant_id, whose)
        person = Person(
            id=PersonId(new_id("per")),
            tenant_id=tenant_id,
            private_to=whose,
            created_at=now,
            created_by=by,
            updated_at=now,
            **self._fields(tenant_id, asked),
        )
        return completed(person)

    async def write_new(self, writing: Writing, person: Person) -> list[Contact]:
        """The contacts that are another afterwards: `learn` them when it is stored. Raises: Unavailable."""
        await writing.collection(Person).insert(person)
        await self.tell(writing, PERSON_CREATED, person)
        return await self.link(writing, person)

    async def add_known(self, tenant_id: TenantId, id: PersonId, by: UserId, asked: Mapping[str, Any]) -> Person:
        """The same of the organisation's address book, with an id that follows from where the person comes from: one
        that is there already is found. Raises: as `add`."""
        with contextlib.suppress(NotFound):
            return await self._store.get(tenant_id, id)
        person = msgspec.structs.replace(await self.new(tenant_id, by, asked, private=False), id=id)
        await self.commit(tenant_id, lambda writing: self.write_new(writing, person))
        return person

    async def change(self, person: Person, asked: Mapping[str, Any], by: UserId) -> Person:
        """What is not in `asked` stays, and so do numbers whose caller's data is restricted.

        Raises: NotFound, Invalid, Conflict (codes person_changed, legal_hold).
        """
        change = await self.prepared(person, asked, by)
        await self.commit(person.tenant_id, lambda writing: self.write(writing, change))
        return change.after

    async def prepared(self, person: Person, asked: Mapping[str, Any], by: UserId) -> PreparedChange:
        """The same, to be written by `write`, within a transaction with something else. Raises: as `change`."""
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
        entry = self.entry("changed", person, by, after=after)
        await self.check_holds(person.tenant_id, person, after)
        return PreparedChange(before=person, after=after, entry=entry)

    async def write(self, writing: Writing, change: PreparedChange) -> list[Contact]:
        """The contacts that are another afterwards: `learn` them when it is stored. Raises: Conflict, Unavailable."""
        await self.put(writing, change.before, change.after)
        await self._note(writing, change.entry)
        return await self.link(writing, change.before, change.after)

    async def set_picture(self, person: Person, picture: PersonPicture | None, by: UserId) -> Person:
        """`picture`: one that is not stored yet; None takes it away. A change as any other. Raises: as `change`."""
        change = await self.prepared(person, {"picture": picture.id if picture is not None else None}, by)

        async def work(writing: Writing) -> list[Contact]:
            await pictures.add(writing, picture)
            return await self.write(writing, change)

        await self.commit(person.tenant_id, work)
        return self.shown(change.after) or change.after

    async def delete(self, person: Person, by: UserId) -> HistoryEntry:
        """It can be undone for 30 days. Raises: NotFound, Conflict (legal_hold, person_changed), Unavailable."""
        person = await self._store.get(person.tenant_id, person.id)
        await self.check_holds(person.tenant_id, person)
        entry = self.entry("deleted", person, by)

        async def work(writing: Writing) -> list[Contact]:
            await self.remove(writing, person, entry)
            return await self.link(writing, person)

        await self.commit(person.tenant_id, work)
        await self._trim(person.tenant_id)
        return entry

    # --- what history.py writes too ---

    def entry(
        self, kind: Done, before: Person, by: UserId, *, after: Person | None = None, other: Person | None = None
    ) -> HistoryEntry:
        now = self._clock.now()
        return HistoryEntry(
            id=HistoryEntryId(new_id("phe")),
            tenant_id=before.tenant_id,
            private_to=before.private_to,
            kind=kind,
            person_id=before.id,
            other_id=other.id if other is not None else None,
            before=bare(before),
            other=bare(other) if other is not None else None,
            after=bare(after) if after is not None else None,
            contact_ids=numbers_in(before, other, after),
            at=now,
            by=by,
            delete_at=now + UNDONE_WITHIN,
        )

    async def put(self, writing: Writing, before: Person, after: Person) -> None:
        """Raises: Conflict (person_changed) where it is another by now."""
        if not await self._store.put(writing.scope, before, after):
            raise Conflict("Somebody else has changed it", code="person_changed")
        await self.tell(writing, PERSON_UPDATED, after)

    async def remove(self, writing: Writing, person: Person, entry: HistoryEntry) -> HistoryEntry:
        """With who it may have been twice; what was said of that is noted. Raises: Conflict (person_changed)."""
        if not await writing.collection(Person).delete_many({"id": person.id, "version": person.version}):
            raise Conflict("Somebody else has changed it", code="person_changed")
        pairs = await writing.collection(Duplicate).find({"people": person.id, "state": "dismissed"}, limit=PAIRS_MAX)
        dismissed = tuple(id for one in pairs for id in one.people if id != person.id)
        noted = msgspec.structs.replace(entry, dismissed=dismissed)
        await writing.collection(Duplicate).delete_many({"people": person.id})
        await self._note(writing, noted)
        await self.tell(writing, PERSON_DELETED, person)
        return noted

    async def insert(self, writing: Writing, person: Person) -> None:
        """Who comes back. Raises: Conflict (too_many)."""
        await self._check_room(person.tenant_id, person.private_to)
        await writing.collection(Person).insert(person)
        await self.tell(writing, PERSON_CREATED, person)

    async def _note(self, writing: Writing, entry: HistoryEntry) -> None:
        """The newest changes of a person are kept, and each deletion and merge."""
        kept = writing.collection(HistoryEntry)
        await kept.insert(entry)
        if entry.kind == "changed":
            rule = {"person_id": entry.person_id, "kind": "changed"}
            every = await kept.find_parts(Noted, rule, sort=[("at", -1), ("id", -1)], limit=CHANGES_MAX + _AT_ONCE)
            if over := [one.id for one in every[CHANGES_MAX:]]:
                await kept.delete_many({"id": {"$in": over}})

    async def _trim(self, tenant_id: TenantId) -> None:
        entries = self._mongo.tenant(tenant_id).collection(HistoryEntry)
        rule = {"kind": {"$in": ["deleted", "merged"]}}
        if (over := await entries.count(rule) - HISTORY_MAX) > 0:
            oldest = await entries.find_parts(Noted, rule, sort=[("at", 1)], limit=over)
            await entries.delete_many({"id": {"$in": [one.id for one in oldest]}})

    def _fields(self, tenant_id: TenantId, asked: Mapping[str, Any]) -> dict[str, Any]:
        """`picture`: the id of one that is stored in the same transaction, or None."""
        fields = tidy(asked)
        if "picture" in asked:
            fields["picture"] = asked["picture"]
        if "numbers" in asked:
            fields["numbers"] = tuple(
                PersonNumber(
                    number=number, typed=typed, label=label, contact_id=self._contacts.id_for(tenant_id, number)
                )
                for number, typed, label in numbers_of(asked["numbers"], self._region(tenant_id))
            )
        return fields

    async def check_holds(self, tenant_id: TenantId, before: Person, after: Person | None = None) -> None:
        """Raises: Conflict (legal_hold) where a number would go that a hold keeps."""
        gone = sorted(set(before.contact_ids) - set(after.contact_ids if after is not None else ()))
        if gone and await self.holds(tenant_id, gone):
            raise Conflict("A legal hold keeps a number of this person: have it released", code="legal_hold")

    async def _check_room(self, tenant_id: TenantId, whose: UserId | None) -> None:
        if await self._store.count(tenant_id, whose) >= (PEOPLE_MAX if whose is None else PRIVATE_MAX):
            raise Conflict(
                f"At most {PEOPLE_MAX:,} people of an organisation, and {PRIVATE_MAX:,} private ones of a user: "
                "delete some first",
                code="too_many",
            )


def _nothing_of(person: Person) -> Person:
    return Person(
        id=person.id,
        tenant_id=person.tenant_id,
        private_to=person.private_to,
        version=person.version,
        created_at=person.created_at,
        updated_at=person.updated_at,
    )
