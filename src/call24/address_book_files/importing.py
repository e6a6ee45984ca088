"""Stores the people of an import's file, batch by batch.

It runs in a process of its own. Each batch is stored together with how far the import is, so that what was cut off goes
on where it was, and nothing is there twice. Who may import is not decided here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from call24.address_book_files import writing as many
from call24.address_book_files.csv_files import Unreadable
from call24.address_book_files.drawing import Drawing, having
from call24.address_book_files.matching import ByKey, found_in, unchanged, updated
from call24.address_book_files.model import AddressBookImport, ImportBatch, RowProblem
from call24.address_book_files.reading import Source
from call24.address_book_files.rows import Batch, Refused, Rows, Stopped
from call24.changes.service import Writing
from call24.contacts.model import Contact
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import ContactId, PersonId
from call24.people.model import Person
from call24.people.picture_model import PersonPicture
from call24.people.pictures import room
from call24.people.service import PEOPLE_MAX, PRIVATE_MAX

PROBLEMS_MAX = 20_000
"""Rows of one import whose problems are noted; further ones are counted alone."""
COUNTED_EVERY = 20
TRIES = 5


@dataclass
class _Outcome:
    """What becomes of some rows. `created`: by id, in the order of the rows."""

    created: dict[PersonId, Person]
    changes: dict[PersonId, many.Change]
    problems: list[RowProblem]
    counts: Counter[str]

    def people(self) -> Iterator[Person]:
        """As they are once it is stored."""
        yield from self.created.values()
        yield from (one.after for one in self.changes.values())

    def latest(self, id: PersonId) -> Iterator[Person]:
        """As this batch has them, if it does."""
        if id in self.changes:
            yield self.changes[id].after
        if id in self.created:
            yield self.created[id]


@dataclass(frozen=True)
class Importing:
    """`told`: after each batch, the contacts that name others now."""

    rows: Rows
    told: Callable[[Sequence[ContactId]], None]

    async def run(self, wish: AddressBookImport, path: Path) -> None:
        """Goes on after what is stored already. Raises: Refused, Stopped, Unavailable: do it again."""
        try:
            source = await asyncio.to_thread(Source, path, wish.format, wish.reading, self.rows.region)
            rows = source.rows()
            await asyncio.to_thread(lambda: sum(1 for _ in islice(rows, wish.counts.checked)))
            room = await self._room(wish)
            before: Sequence[Person] = ()
            async with self._drawing(wish) as drawing, self.rows.in_batches(wish, rows, drawing) as batches:
                async for batch in batches:
                    if room < len(batch.rows) or not wish.batches % COUNTED_EVERY:
                        room = await self._room(wish)
                    wish, before = await self._stored(wish, batch, before, room)
                    room -= len(batch.rows)
        except Unreadable as error:
            raise Refused("address_book_file_unreadable", str(error)) from error
        await self.rows.update(wish, "running", {"state": "done", "ended_at": self.rows.clock.now()})

    @asynccontextmanager
    async def _drawing(self, wish: AddressBookImport) -> AsyncIterator[Drawing]:
        pictures = self.rows.mongo.tenant(wish.tenant_id).collection(PersonPicture)
        drawing = Drawing(self.rows.clock, await room(pictures, wish.private_to))
        try:
            yield drawing
        finally:
            await drawing.close()

    async def _room(self, wish: AddressBookImport) -> int:
        """How many people more there may be."""
        there = self.rows.mongo.tenant(wish.tenant_id).collection(Person)
        return _most(wish) - await there.count({"private_to": wish.private_to})

    async def _stored(
        self, wish: AddressBookImport, batch: Batch, before: Sequence[Person], room: int
    ) -> tuple[AddressBookImport, Sequence[Person]]:
        """`before`: whom the batch before has written. The import then, and whom this batch has written."""
        there = list({one.id: one for one in (*batch.there, *before)}.values())
        for more in reversed(range(TRIES)):
            outcome = self._decided(wish, batch, there, room)
            try:
                return await self._put(wish, outcome, batch), list(outcome.people())
            except Conflict:  # somebody changed one of them meanwhile: look again
                if not more:
                    raise
            there = await self.rows.candidates(wish, list(batch.people.values()))
        raise AssertionError

    def _decided(self, wish: AddressBookImport, batch: Batch, there: Sequence[Person], room: int) -> _Outcome:
        """What becomes of each row, by who is there."""
        outcome = _Outcome(created={}, changes={}, problems=[], counts=Counter())
        by_key = ByKey(there)
        for row in batch.rows:
            person = batch.people.get(row.row)
            if person is None:
                outcome.problems += row.problems
                outcome.counts["refused"] += 1
                continue
            same = found_in(person, by_key.near(person)) if wish.known != "create" else []
            problem = self._placed(wish, outcome, person, same, room)
            if problem:
                outcome.problems.append(RowProblem(row=row.row, field="row", problem=problem))
                outcome.counts["refused"] += 1
            for one in outcome.latest(same[0].id if same else person.id):
                by_key.add(one)
        return outcome

    def _placed(
        self, wish: AddressBookImport, outcome: _Outcome, person: Person, there: Sequence[Person], room: int
    ) -> str:
        """Notes what becomes of a row; why nothing does, else empty."""
        if not there:
            if len(outcome.created) >= room:
                whose = "the address book has" if wish.private_to is None else "you have"
                return f"{whose} {_most(wish):,} people: delete some first"
            outcome.created[person.id] = person
            outcome.counts["created"] += 1
            return ""
        if wish.known == "skip":
            outcome.counts["skipped"] += 1
            return ""
        if len(there) > 1:
            return "several people of the address book are this one: merge them first"
        return self._updated(wish, outcome, there[0], person)

    def _updated(self, wish: AddressBookImport, outcome: _Outcome, there: Person, person: Person) -> str:
        if self.rows.people.shown(there) != there:
            return "this person's data is restricted: ask the privacy officer"
        if there.picture is not None:  # a picture is added, and replaces none
            person = msgspec.structs.replace(person, picture=None)
        try:
            after = updated(there, person, self.rows.clock.now())
        except Invalid as error:
            return "; ".join(f"{place}: {problem}" for place, problem in error.errors)
        if unchanged(there, after):
            outcome.counts["skipped"] += 1
            return ""
        outcome.counts["updated"] += 1
        if there.id in outcome.created:  # a further row of somebody who is new in this batch
            outcome.created[there.id] = msgspec.structs.replace(after, version=1)
            return ""
        before = outcome.changes[there.id].before if there.id in outcome.changes else there
        after = msgspec.structs.replace(after, version=before.version + 1)
        entry = self.rows.people.entry("changed", before, wish.asked_by, after=after)
        outcome.changes[there.id] = many.Change(before, after, entry)
        return ""

    async def _put(self, wish: AddressBookImport, outcome: _Outcome, batch: Batch) -> AddressBookImport:
        """Raises: Stopped, Conflict (person_changed), Unavailable."""
        noted = wish.counts.refused < PROBLEMS_MAX
        created, changes = list(outcome.created.values()), list(outcome.changes.values())
        pictures = [
            *(having(picture, one) for one in created if (picture := _of(batch, one)) is not None),
            *(picture for one in changes if (picture := _of(batch, one.after)) is not None),
        ]
        counts = msgspec.structs.replace(
            wish.counts,
            pictures=wish.counts.pictures + len(pictures),
            checked=wish.counts.checked + len(batch.rows),
            **{name: getattr(wish.counts, name) + count for name, count in outcome.counts.items()},
        )
        stored = ImportBatch(
            id=f"{wish.id}_{wish.batches}",
            tenant_id=wish.tenant_id,
            import_id=wish.id,
            place=wish.batches,
            created=tuple(outcome.created),
            changed=tuple(one.entry.id for one in changes),
            problems=tuple(outcome.problems) if noted else (),
        )
        after = msgspec.structs.replace(wish, counts=counts, batches=wish.batches + 1)
        touched = list[ContactId]()

        async def work(writing: Writing) -> list[Contact]:
            nonlocal touched
            rule = {"id": wish.id, "state": "running", "batches": wish.batches}
            progress = {"counts": counts, "batches": after.batches}
            if not await writing.collection(AddressBookImport).update_where(rule, progress):
                raise Stopped
            await writing.collection(ImportBatch).insert(stored)
            await writing.collection(PersonPicture).insert_many(pictures)
            touched = await many.create(writing, self.rows.people, created, batch.contacts)
            touched += await many.change(writing, self.rows.people, changes)
            return []

        await self.rows.people.commit(wish.tenant_id, work)
        self.told(touched)
        return after


def _of(batch: Batch, person: Person) -> PersonPicture | None:
    """Their picture, if it is of this batch: it is not stored yet."""
    return batch.pictures.get(person.picture) if person.picture is not None else None


def _most(wish: AddressBookImport) -> int:
    return PEOPLE_MAX if wish.private_to is None else PRIVATE_MAX
