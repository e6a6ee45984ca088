"""People go: erased with a caller or by themselves, with the account whose they are, and after a legal hold."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.corrections.model import ContactCorrection
from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.holdings import Person as Account
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.people import pictures
from call24.people.duplicate_model import Duplicate
from call24.people.events import PERSON_DELETED, PERSON_UPDATED
from call24.people.history_model import HistoryEntry
from call24.people.linked import LinkedPeople
from call24.people.matches import Matches
from call24.people.model import NOBODY, Person
from call24.people.picture_model import PersonPicture
from call24.people.rules import without

_AT_ONCE = 50

Gone = Callable[[Writing, Sequence[PersonId]], Awaitable[None]]
AskHolds = Callable[[TenantId, Sequence[str]], Awaitable[Collection[str]]]


async def _nothing_else(tenant_id: TenantId) -> None:
    return None


async def _nothing_gone(writing: Writing, ids: Sequence[PersonId]) -> None:
    return None


async def _nothing_held(tenant_id: TenantId, ids: Sequence[str]) -> Collection[str]:
    return ()


class _Merge(msgspec.Struct, frozen=True):
    other_id: PersonId | None = None


async def _went(entries: TenantCollection[HistoryEntry], rule: Mapping[str, Any]) -> list[PersonId]:
    """Who went into others by merges that this finds, and before into those, and did not come back."""
    went = set[PersonId]()
    while True:
        found = await entries.find_parts(_Merge, {**rule, "kind": "merged", "undone_at": None})
        new = {one.other_id for one in found if one.other_id is not None} - went
        if not new:
            return sorted(went)
        went |= new
        rule = {"person_id": {"$in": sorted(new)}}


class PeopleGoing(LinkedPeople):
    """`holds`: of these contacts, those that a legal hold keeps; set by the room of legal holds. `erased`: somebody was
    erased as a whole: files that may have them go; set by the room of these files. `gone`: within the transaction in
    which people go for good; set by the room that keeps more of them.
    """

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        changes: Changes,
        contacts: ContactService,
        callers: KnownCallers,
        matches: Matches,
    ) -> None:
        super().__init__(mongo, clock, changes, contacts, callers, matches)
        self._due = mongo.platform(Person, why="what legal holds kept of deleted accounts goes after their release")
        self.holds: AskHolds = _nothing_held
        self.erased: Callable[[TenantId], Awaitable[None]] = _nothing_else
        self.gone: Gone = _nothing_gone

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
        """What can be undone of these people, and with it of who went into them; pictures that they had. Raises:
        Unavailable."""
        entries = self._mongo.tenant(tenant_id).collection(HistoryEntry)
        which = [*ids, *await _went(entries, {"person_id": {"$in": list(ids)}})]
        await pictures.forget(self._mongo.tenant(tenant_id).collection(PersonPicture), which)
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
        went = await _went(entries, noted)
        await pictures.forget(self._mongo.tenant(tenant_id).collection(PersonPicture), went)
        await entries.delete_many(noted)
        while found := await self._store.with_contacts(tenant_id, contact_ids, _AT_ONCE):
            for person in found:
                await self._lose(person, contact_ids)
            touched += len(found)
        await entries.delete_many(noted)
        await pictures.forget(self._mongo.tenant(tenant_id).collection(PersonPicture), went)
        await pictures.forget_numbers(self._mongo.tenant(tenant_id).collection(PersonPicture), contact_ids)
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
            theirs = self._mongo.tenant(user.tenant_id).collection(PersonPicture)
            await theirs.update_where({"people": {"$in": [one.id for one in kept]}}, {"private_to": NOBODY})

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
            contacts = await self.link(writing, *people)
            await pictures.forget(writing.collection(PersonPicture), ids)
            return contacts

        if people:
            await self.commit(tenant_id, work)
