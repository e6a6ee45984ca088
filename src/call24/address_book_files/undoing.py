"""Takes back what an import did: deletes whom it created, and undoes what it changed, unless that changed meanwhile.

It runs in a process of its own, the last batch first. What it did is stored together with how far it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from call24.address_book_files import writing as many
from call24.address_book_files.model import AddressBookImport, Counts, ImportBatch
from call24.address_book_files.rows import Rows, Stopped
from call24.changes.service import Writing
from call24.contacts.model import Contact
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import ContactId, HistoryEntryId, PersonId
from call24.people.history import PersonHistory
from call24.people.history_model import HistoryEntry
from call24.people.model import Person

TRIES = 5


@dataclass(frozen=True)
class Undoing:
    """`told`: after each batch, the contacts that name others now."""

    rows: Rows
    history: PersonHistory
    told: Callable[[Sequence[ContactId]], None]

    async def undo(self, wish: AddressBookImport) -> None:
        """The last batch first. Raises: Stopped, Unavailable: do it again."""
        batches = self.rows.mongo.tenant(wish.tenant_id).collection(ImportBatch)
        every = await batches.find_parts(_Changed, {"import_id": wish.id})
        own = frozenset(id for one in every for id in one.changed)
        for place in reversed(range(wish.batches)):
            batch = await batches.find_one({"import_id": wish.id, "place": place})
            if batch is not None and not batch.undone:
                wish = await self._undone(wish, batch, own)
        await self.rows.update(wish, "undoing", {"state": "undone", "ended_at": self.rows.clock.now()})

    async def _undone(
        self, wish: AddressBookImport, batch: ImportBatch, own: Collection[HistoryEntryId]
    ) -> AddressBookImport:
        undone, kept = await self._changes_undone(wish, batch)
        for more in reversed(range(TRIES)):
            gone = await self._deletable(wish, batch, own)
            counts = msgspec.structs.replace(
                wish.counts,
                undone=wish.counts.undone + undone + len(gone),
                kept=wish.counts.kept + kept + len(batch.created) - len(gone),
            )
            touched = list[ContactId]()

            async def work(writing: Writing, gone: Sequence[Person] = gone, counts: Counts = counts) -> list[Contact]:
                nonlocal touched
                rule = {"id": wish.id, "state": "undoing"}
                if not await writing.collection(AddressBookImport).update_where(rule, {"counts": counts}):
                    raise Stopped
                await writing.collection(ImportBatch).update(batch.id, {"undone": True})
                touched = await many.delete(writing, self.rows.people, gone, self._entries(wish, gone))
                return []

            try:
                await self.rows.people.commit(wish.tenant_id, work)
            except Conflict:
                if not more:
                    raise
                continue
            self.told(touched)
            return msgspec.structs.replace(wish, counts=counts)
        raise AssertionError

    def _entries(self, wish: AddressBookImport, gone: Sequence[Person]) -> list[HistoryEntry]:
        """Whom a user took from a phone can be brought back, as each whom they delete by hand."""
        if wish.origin != "phone":
            return []
        return [self.rows.people.entry("deleted", one, wish.asked_by) for one in gone]

    async def _changes_undone(self, wish: AddressBookImport, batch: ImportBatch) -> tuple[int, int]:
        """How many could be, and how many not. One that was undone before this was cut off counts as undone."""
        undone = 0
        entries = self.rows.mongo.tenant(wish.tenant_id).collection(HistoryEntry)
        for entry in await entries.find({"id": {"$in": list(batch.changed)}}):
            if entry.undone_at is None and not self.rows.people.may_show(entry):
                continue
            try:
                if entry.undone_at is None:
                    await self.history.undo(entry, wish.asked_by)
                undone += 1
                self.told(entry.contact_ids)
            except (Conflict, Invalid, NotFound):  # it was deleted or merged, or a legal hold keeps a number
                continue
        return undone, len(batch.changed) - undone

    async def _deletable(
        self, wish: AddressBookImport, batch: ImportBatch, own: Collection[HistoryEntryId]
    ) -> list[Person]:
        """Who was created by it and whom nobody has changed since, but for whom a legal hold or a restriction keeps.

        `own`: changes of this import, by a further row of the same person. Each counts twice, as it is undone.
        """
        scope = self.rows.mongo.tenant(wish.tenant_id)
        there = await scope.collection(Person).find({"id": {"$in": list(batch.created)}})
        later = [one.id for one in there if one.version > 1]
        rule = {"person_id": {"$in": later}, "kind": "changed"}
        entries = await scope.collection(HistoryEntry).find_parts(_Entry, rule) if later else []
        by_import = Counter(one.person_id for one in entries if one.id in own and one.undone_at is not None)
        held = set(await self.rows.people.holds(wish.tenant_id, [id for one in there for id in one.contact_ids]))
        return [
            one
            for one in there
            if one.version == 1 + 2 * by_import[one.id]
            and self.rows.people.shown(one) == one
            and not held & set(one.contact_ids)
        ]


class _Changed(msgspec.Struct, frozen=True):
    changed: tuple[HistoryEntryId, ...] = ()


class _Entry(msgspec.Struct, frozen=True):
    id: HistoryEntryId
    person_id: PersonId
    undone_at: datetime | None = None
