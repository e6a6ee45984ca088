"""The address book of an organisation: people, written down by users, who are linked to the contacts of their numbers.

A number that several people have is linked to each. Whether somebody may read or write is decided at the edge; a
private entry is its user's alone. What is changed and deleted is noted, so that it can be undone: history.py undoes it,
and merges. Files are imported by the room `address_book_files`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from call24.changes.model import Change, EventType
from call24.changes.service import Changes, Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.corrections.model import ContactCorrection
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.holdings import Person as Account
from call24.kit.ids import ContactId, HistoryEntryId, PersonId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_after, place_after
from call24.people import book_changes
from call24.people.duplicate_model import Duplicate
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED, PersonChanged
from call24.people.history_model import Done, HistoryEntry
from call24.people.history_rules import bare, numbers_in
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
UNDONE_WITHIN = timedelta(days=30)
"""How long a change, a deletion or a merge can be undone."""
CHANGES_MAX = 20
"""Of one person, that can be undone: the newest."""
HISTORY_MAX = 100_000
"""Deletions and merges of an organisation that can be undone. Of more, the oldest cannot."""
NAMED = 3
"""Of several people with one number, how many a contact names."""
PAIRS_MAX = 200
"""Of one person, with whom they are said not to be the same."""
_AT_ONCE = 50

Restricted = Callable[[TenantId, PersonId, Collection[ContactId]], bool]
Gone = Callable[[Writing, Sequence[PersonId]], Awaitable[None]]
AskHolds = Callable[[TenantId, Sequence[str]], Awaitable[Collection[str]]]


async def _nothing_else(tenant_id: TenantId) -> None:
    return None


async def _nothing_gone(writing: Writing, ids: Sequence[PersonId]) -> None:
    return None


async def _nothing_held(tenant_id: TenantId, ids: Sequence[str]) -> Collection[str]:
    return ()


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


class People:
    """What is new or was changed is told by `changes`, stored together with it; of private entries nothing is.

    `region`: by which an organisation's national numbers are read. `matches`: what callers' cards show of people.
    `holds`: of these contacts, those that a legal hold keeps; set by the room of legal holds. `restricted`: whether
    nothing of a person with these numbers may be shown. `erased`: somebody was erased as a whole: files that may have
    them go; set by the room of these files. `gone`: within the transaction in which people go for good; set by the room
    that keeps more of them.
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
        self.erased: Callable[[TenantId], Awaitable[None]] = _nothing_else
        self.gone: Gone = _nothing_gone
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
        """The whole entry, whoever may see it, and what it was; repeating it is harmless. Raises: Unavailable."""
        with contextlib.suppress(NotFound):
            await self._delete(tenant_id, [await self._store.get(tenant_id, person_id)])
        await self.forget_history(tenant_id, [person_id])
        await self.erased(tenant_id)

    async def forget_history(self, tenant_id: TenantId, ids: Sequence[PersonId]) -> None:
        """What can be undone of these people, and with it of who went into them. Raises: Unavailable."""
        entries = self._mongo.tenant(tenant_id).collection(HistoryEntry)
        which = list(ids)
        await entries.delete_many({"$or": [{"person_id": {"$in": which}}, {"other_id": {"$in": which}}]})

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """These numbers are erased: who has them loses them, and who has no other goes whole; how many people.

        What any change, deletion or merge had of these numbers goes too, and cannot be undone any more: before, since
        undoing would bring it back, and after, since a change may have been under way. Raises: Unavailable.
        """
        entries, touched = self._mongo.tenant(tenant_id).collection(HistoryEntry), 0
        corrections = self._mongo.tenant(tenant_id).collection(ContactCorrection)
        await corrections.delete_many({"contact_ids": {"$in": list(contact_ids)}})
        noted = {"contact_ids": {"$in": list(contact_ids)}}
        await entries.delete_many(noted)
        while found := await self._store.with_contacts(tenant_id, contact_ids, _AT_ONCE):
            for person in found:
                await self._lose(person, contact_ids)
            touched += len(found)
        await entries.delete_many(noted)
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
                await self.tell(writing, PERSON_UPDATED, after)
            return await self.link(writing, person, after)

        await self.commit(person.tenant_id, work)

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
            ids = [one.id for one in people]
            await writing.collection(Person).delete_many({"id": {"$in": ids}})
            await writing.collection(Duplicate).delete_many({"people": {"$in": ids}})
            await writing.collection(ContactCorrection).delete_many({"person_id": {"$in": ids}})
            await self.tell(writing, PERSON_DELETED, *people)
            await self.gone(writing, ids)
            return await self.link(writing, *people)

        if people:
            await self.commit(tenant_id, work)

    # --- contacts of the numbers ---

    async def link(self, writing: Writing, *people: Person) -> list[Contact]:
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
        self.learn(await self._changes.commit(tenant_id, work))

    def learn(self, contacts: Sequence[Contact]) -> None:
        """They are stored so: who calls next is called by it."""
        for contact in contacts:
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

    @staticmethod
    async def tell(writing: Writing, kind: EventType[PersonChanged], *people: Person) -> None:
        """Everybody who writes people says so here, in the same transaction. Raises: Unavailable."""
        await book_changes.note(writing, people, gone=kind is PERSON_DELETED)
        for person in people:
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
