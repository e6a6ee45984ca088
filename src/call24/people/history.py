"""Merging two people, and undoing what was done with a person: a change, a deletion or a merge.

Two people become one only when a user says so. Whether somebody may is decided at the edge. What a caller who is erased
had is in no entry any more (service.py), so that nothing brings it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from call24.changes.service import Writing
from call24.contacts.model import Contact
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import HistoryEntryId, PersonId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import cursor_of, place_of
from call24.people.duplicate_model import Duplicate, pair, pair_id
from call24.people.events import PERSON_MERGED, PERSON_UNMERGED
from call24.people.history_model import HistoryEntry
from call24.people.history_rules import Whose, back, merged, reverted
from call24.people.model import Person
from call24.people.picture_model import PersonPicture
from call24.people.pictures import Held
from call24.people.service import People
from call24.restrictions.service import data_restricted

INDEXES = (
    Index(HistoryEntry, ("person_id", "-at", "-id")),
    Index(HistoryEntry, ("other_id",)),
    Index(HistoryEntry, ("contact_ids",)),
    Index(HistoryEntry, ("kind", "-at", "-id")),
    Index(HistoryEntry, ("private_to",)),
    Index(HistoryEntry, ("delete_at",), across=True),
)


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first, but for what has restricted data. `next` is None on the last page."""

    entries: tuple[HistoryEntry, ...]
    next: str | None


class PersonHistory:
    def __init__(self, mongo: Mongo, clock: Clock, people: People) -> None:
        self._mongo = mongo
        self._clock = clock
        self._people = people

    def _entries(self, tenant_id: TenantId) -> TenantCollection[HistoryEntry]:
        return self._mongo.tenant(tenant_id).collection(HistoryEntry)

    # --- reading ---

    async def of_person(
        self, tenant_id: TenantId, person_id: PersonId, reader: UserId, *, limit: int, cursor: str | None
    ) -> HistoryPage:
        """What was done with a person. Raises: Invalid for a cursor that is not ours."""
        rule = {"$or": [{"person_id": person_id}, {"other_id": person_id}]}
        return await self._page(tenant_id, rule, reader, limit, cursor)

    async def deleted(self, tenant_id: TenantId, reader: UserId, *, limit: int, cursor: str | None) -> HistoryPage:
        """Who was deleted and can come back. Raises: Invalid for a cursor that is not ours."""
        return await self._page(tenant_id, {"kind": "deleted", "undone_at": None}, reader, limit, cursor)

    async def _page(
        self, tenant_id: TenantId, rule: Mapping[str, object], reader: UserId, limit: int, cursor: str | None
    ) -> HistoryPage:
        every: list[Mapping[str, object]] = [rule, {"private_to": {"$in": [None, reader]}}]
        every.append({"delete_at": {"$gt": self._clock.now()}})
        if cursor is not None:
            at, last = place_of(cursor)
            every.append({"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]})
        order = [("at", -1), ("id", -1)]
        found = await self._entries(tenant_id).find({"$and": every}, sort=order, limit=limit + 1)
        shown = found[:limit]
        more = len(found) > limit
        free = tuple(one for one in shown if self._people.may_show(one))
        return HistoryPage(entries=free, next=cursor_of(shown[-1].at, shown[-1].id) if more else None)

    async def went(self, tenant_id: TenantId, person_id: PersonId) -> HistoryEntry | None:
        """How somebody who is not there went, by a deletion or into another, while it can be undone. Raises:
        Unavailable."""
        ways = [{"kind": "deleted", "person_id": person_id}, {"kind": "merged", "other_id": person_id}]
        rule = {"$or": ways, "undone_at": None, "delete_at": {"$gt": self._clock.now()}}
        return await self._entries(tenant_id).find_one(rule, sort=[("at", -1)])

    # --- merging ---

    async def merge(
        self, kept: Person, other: Person, take: Mapping[str, Whose], by: UserId
    ) -> tuple[Person, HistoryEntry]:
        """`kept` with what `other` has, who is gone then; `take`: whose value, by field (history_rules.py).

        Both as they may be shown; what is hidden of them is merged too.
        Raises: NotFound, Invalid, Conflict (codes not_mergeable, person_changed, legal_hold), Unavailable.
        """
        seen = kept.version, other.version
        kept, other = [await self._people.stored(one.tenant_id, one.id) for one in (kept, other)]
        if seen != (kept.version, other.version):
            raise Conflict("Somebody else has changed one of them", code="person_changed")
        if kept.id == other.id or kept.private_to != other.private_to:
            raise Conflict(
                "Two people of the organisation, or two private ones of yours, can be merged", code="not_mergeable"
            )
        after = merged(kept, other, take, self._clock.now())
        await self._people.check_holds(kept.tenant_id, other, after)
        entry = self._people.entry("merged", kept, by, after=after, other=other)
        noted = entry

        async def work(writing: Writing) -> list[Contact]:
            nonlocal noted
            pairs = writing.collection(Duplicate)
            await self._people.put(writing, kept, after)
            known = await pairs.find({"people": kept.id, "state": "dismissed"})
            apart = {id for one in known for id in one.people}
            own = await pairs.find({"people": other.id, "state": "dismissed"})
            new = sorted({id for one in own for id in one.people} - apart - {kept.id, other.id})
            noted = await self._people.remove(
                writing, other, msgspec.structs.replace(entry, dismissed_by_merge=tuple(new))
            )
            await pairs.replace_many([self._dismissed(kept, PersonId(id), by) for id in new])
            self._people.tell_of_two(writing, PERSON_MERGED, kept, other)
            return await self._people.link(writing, kept, other, after)

        await self._people.commit(kept.tenant_id, work)
        return self._people.shown(after) or after, noted

    # --- undoing ---

    async def get(self, tenant_id: TenantId, entry_id: HistoryEntryId, reader: UserId) -> HistoryEntry:
        """Raises: NotFound, also once it is too late, and for what is another user's alone; Refused (code
        data_restricted).
        """
        entry = await self._entries(tenant_id).get(entry_id)
        if entry.private_to not in (None, reader) or entry.delete_at <= self._clock.now():
            raise NotFound
        if not self._people.may_show(entry):
            raise data_restricted()
        return entry

    async def undo(self, entry: HistoryEntry, by: UserId) -> list[Person]:
        """Who is there again, or is otherwise now. What was changed since stays (history_rules.py).

        Raises: Invalid, Conflict (codes already_undone, person_deleted, person_changed, too_many, legal_hold),
        Unavailable.
        """
        if entry.undone_at is not None:
            raise Conflict("It was undone before", code="already_undone")
        now = self._clock.now()
        person = await self._there(entry)
        people, gone = list[Person](), entry.other if entry.kind == "merged" else entry.before
        if person is not None and entry.after is not None:
            after = reverted(person, entry.before, entry.after, now)
            people.append(after)
            if entry.kind == "changed":
                await self._people.check_holds(entry.tenant_id, person, after)
        if entry.kind != "changed":
            assert gone is not None  # a deletion has who was deleted, a merge who went into the other
            people.append(back(gone, now))
        people = await self._with_pictures(entry.tenant_id, people)

        async def work(writing: Writing) -> list[Contact]:
            mark = {"undone_at": now, "undone_by": by}
            if not await writing.collection(HistoryEntry).update_where({"id": entry.id, "undone_at": None}, mark):
                raise Conflict("It was undone before, or the person was erased", code="already_undone")
            for one in people:
                if person is not None and one.id == person.id:
                    await self._people.put(writing, person, one)
                else:
                    await self._people.insert(writing, one)
                    await self._dismissed_again(writing, one, entry, by)
            if entry.kind == "merged" and person is not None and gone is not None:
                self._people.tell_of_two(writing, PERSON_UNMERGED, person, gone)
            return await self._people.link(writing, *([person] if person is not None else []), *people)

        await self._people.commit(entry.tenant_id, work)
        return [free for one in people if (free := self._people.shown(one)) is not None]

    async def _with_pictures(self, tenant_id: TenantId, people: Sequence[Person]) -> list[Person]:
        """Without one that is gone: of the earlier ones of a person the newest are kept."""
        there = (
            await self._mongo.tenant(tenant_id)
            .collection(PersonPicture)
            .find_parts(Held, {"id": {"$in": [one.picture for one in people if one.picture is not None]}})
        )
        ids = {one.id for one in there}
        return [one if one.picture in ids else msgspec.structs.replace(one, picture=None) for one in people]

    async def _there(self, entry: HistoryEntry) -> Person | None:
        """Whom it is done with; None where it is a deletion. Raises: Conflict (person_deleted)."""
        if entry.kind == "deleted":
            return None
        person = await self._mongo.tenant(entry.tenant_id).collection(Person).find_one({"id": entry.person_id})
        if person is None:
            raise Conflict("The person was deleted or merged since: undo that first", code="person_deleted")
        return person

    async def _dismissed_again(self, writing: Writing, person: Person, entry: HistoryEntry, by: UserId) -> None:
        pairs = writing.collection(Duplicate)
        there = await writing.collection(Person).find({"id": {"$in": list(entry.dismissed)}})
        await pairs.replace_many([self._dismissed(person, one.id, by) for one in there])
        await pairs.delete_many({"id": {"$in": [pair_id(entry.person_id, one) for one in entry.dismissed_by_merge]}})

    def _dismissed(self, person: Person, other: PersonId, by: UserId) -> Duplicate:
        now = self._clock.now()
        return Duplicate(
            id=pair_id(person.id, other),
            tenant_id=person.tenant_id,
            private_to=person.private_to,
            people=pair(person.id, other),
            state="dismissed",
            found_at=now,
            dismissed_by=by,
            dismissed_at=now,
        )
