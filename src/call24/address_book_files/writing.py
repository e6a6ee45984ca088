"""Writes many people at once into the address book: people, the contacts of their numbers, events and history.

All of a batch is stored in one transaction of a few commands, where `People` needs a dozen for each person. What it
writes is what `People` writes of one; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from call24.changes.service import Writing
from call24.contacts.events import CONTACT_CREATED, CONTACT_UPDATED, ContactChanged
from call24.contacts.model import Contact
from call24.contacts.service import NEVER
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, PersonId
from call24.kit.phone import region_of
from call24.people import pictures
from call24.people.duplicate_model import Duplicate
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED
from call24.people.history_model import HistoryEntry
from call24.people.linked import NAMED
from call24.people.model import Person
from call24.people.picture_model import PersonPicture
from call24.people.rules import shown
from call24.people.service import CHANGES_MAX, Noted, People


class Change(msgspec.Struct, frozen=True):
    """`entry`: by which it can be undone."""

    before: Person
    after: Person
    entry: HistoryEntry


def contacts_of(people: Iterable[Person]) -> dict[ContactId, Contact]:
    """The contacts of these people's numbers, as they are where there was none.

    They are made apart from the transaction, so that MongoDB does not wait for it: a number's country takes a while.
    """
    numbers = {one.contact_id: (person, one.number) for person in people for one in person.numbers}
    return {id: _contact(person, id, number) for id, (person, number) in numbers.items()}


def _contact(person: Person, id: ContactId, number: str) -> Contact:
    return Contact(
        id=id,
        tenant_id=person.tenant_id,
        number=number,
        region=region_of(number),
        created_at=person.created_at,
        seen_at=NEVER,
    )


async def create(
    writing: Writing, people: People, made: Sequence[Person], new: Mapping[ContactId, Contact]
) -> list[ContactId]:
    """New people, whom no contact names yet, and of private ones none will; the contacts of their numbers. `new`:
    what each of these is where there is none (`contacts_of`).
    """
    if not made:
        return []
    await writing.collection(Person).insert_many(made)
    await people.tell(writing, PERSON_CREATED, *made)
    named: dict[ContactId, list[Person]] = {}
    for person in made:
        for contact_id in person.contact_ids:
            named.setdefault(contact_id, []).append(person)
    contacts = writing.collection(Contact)
    there = {one.id: one for one in await contacts.find({"id": {"$in": list(named)}})}
    fresh = list[Contact]()
    sets = dict[str, Mapping[str, object]]()
    for contact_id, theirs in named.items():
        before = there.get(contact_id)
        names = [shown(one) for one in theirs if one.private_to is None]
        called = (*(before.called if before is not None else ()), *names)[:NAMED]
        if before is None:
            first = {"called": called, "people": len(theirs), "created_at": writing.at}
            fresh.append(msgspec.structs.replace(new[contact_id], **first))
            writing.tell(CONTACT_CREATED, ContactChanged(contact_id=contact_id), contact_id)
            continue
        sets[contact_id] = {"called": called, "people": before.people + len(theirs)}
        if called != before.called:
            writing.tell(CONTACT_UPDATED, ContactChanged(contact_id=contact_id), contact_id)
    await contacts.insert_many(fresh)
    await contacts.update_each(sets)
    return list(named)


async def change(writing: Writing, people: People, changes: Sequence[Change]) -> list[ContactId]:
    """Raises: Conflict (person_changed) where one is another by now."""
    if not changes:
        return []
    sets = [({"id": one.before.id, "version": one.before.version}, _fields(one.after)) for one in changes]
    if await writing.collection(Person).update_where_each(sets) != len(changes):
        raise Conflict("Somebody else has changed one of them", code="person_changed")
    await people.tell(writing, PERSON_UPDATED, *(one.after for one in changes))
    await _note(writing, [one.entry for one in changes])
    return await _linked(writing, people, [who for one in changes for who in (one.before, one.after)])


def _fields(after: Person) -> dict[str, object]:
    return {name: getattr(after, name) for name in after.__struct_fields__ if name not in ("id", "tenant_id")}


async def _note(writing: Writing, entries: Sequence[HistoryEntry]) -> None:
    """The newest changes of a person are kept."""
    kept = writing.collection(HistoryEntry)
    await kept.insert_many(entries)
    rule = {"person_id": {"$in": [one.person_id for one in entries]}, "kind": "changed"}
    seen: dict[PersonId, int] = {}
    over = list[str]()
    for one in await kept.find_parts(_NotedOf, rule, sort=[("at", -1), ("id", -1)]):
        seen[one.person_id] = seen.get(one.person_id, 0) + 1
        if seen[one.person_id] > CHANGES_MAX:
            over.append(one.id)
    if over:
        await kept.delete_many({"id": {"$in": over}})


class _NotedOf(Noted, frozen=True):
    person_id: PersonId


class _Version(msgspec.Struct, frozen=True):
    id: PersonId
    version: int


async def delete(
    writing: Writing, people: People, gone: Sequence[Person], entries: Sequence[HistoryEntry] = ()
) -> list[ContactId]:
    """`entries`: by which each can be brought back. Raises: Conflict (person_changed) where one is another by now."""
    if not gone:
        return []
    ids, people_stored = [one.id for one in gone], writing.collection(Person)
    now = await people_stored.find_parts(_Version, {"id": {"$in": ids}})
    if {one.id: one.version for one in now} != {one.id: one.version for one in gone}:
        raise Conflict("Somebody else has changed one of them", code="person_changed")
    await people_stored.delete_many({"id": {"$in": ids}})
    await writing.collection(HistoryEntry).insert_many(entries)
    await writing.collection(Duplicate).delete_many({"people": {"$in": ids}})
    await people.tell(writing, PERSON_DELETED, *gone)
    contacts = await _unlinked(writing, people, gone)
    if not entries:  # nothing brings them back
        await pictures.forget(writing.collection(PersonPicture), ids)
    return contacts


async def _unlinked(writing: Writing, people: People, gone: Sequence[Person]) -> list[ContactId]:
    """Contacts that these people alone had name nobody; those that others have are looked at one by one."""
    count: dict[ContactId, int] = {}
    for person in gone:
        for contact_id in person.contact_ids:
            count[contact_id] = count.get(contact_id, 0) + 1
    contacts = writing.collection(Contact)
    sets = dict[str, Mapping[str, object]]()
    shared = set[ContactId]()
    for one in await contacts.find({"id": {"$in": list(count)}}):
        if one.people > count[one.id]:
            shared.add(one.id)
            continue
        sets[one.id] = {"called": (), "people": 0}
        if one.called:
            writing.tell(CONTACT_UPDATED, ContactChanged(contact_id=one.id), one.id)
    await contacts.update_each(sets)
    await _linked(writing, people, [_only(person, shared) for person in gone])
    return list(count)


def _only(person: Person, ids: set[ContactId]) -> Person:
    return msgspec.structs.replace(person, numbers=tuple(one for one in person.numbers if one.contact_id in ids))


async def _linked(writing: Writing, people: People, of: Iterable[Person]) -> list[ContactId]:
    return [one.id for one in await people.link(writing, *of)]
