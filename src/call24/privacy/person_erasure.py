"""Erases a person of the address book as a whole: each number that is theirs alone, like a caller's, and the entry.

A number that others of the organisation have stays with them: its calls may be another's. What is to go is noted first,
in the register beside MongoDB and in MongoDB; whatever stops the rest, the sweeper or the next start carries it on.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import ContactId, PersonId
from call24.kit.mongo import Mongo
from call24.people.model import Person, PersonNumber
from call24.people.service import People
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.deletion_register import DeletionRegister
from call24.privacy.model import ErasureReceipt, PersonErasure
from call24.privacy.receipts import Receipts
from call24.processors.notices import ErasureNotices
from call24.tasks.store import TaskStore

log = logging.getLogger(__name__)

AT_ONCE = 500
_WHOLE = ("exports",)
"""Counted for each number alike, since they go whole with the first."""


class NumberPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`shared`: how many other people of the organisation have the number. Then it stays, and nothing of it goes."""

    number: PersonNumber
    shared: int
    would_delete: dict[str, int]
    held: int
    on_call: bool


class PersonErasures:
    """`callers` erases each number, `deleted` is the register beside MongoDB."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        people: People,
        callers: CallerErasures,
        receipts: Receipts,
        notices: ErasureNotices,
        deleted: DeletionRegister,
    ) -> None:
        self._mongo = mongo
        self._begun = mongo.platform(
            PersonErasure, why="erasures that were cut off are finished, in every organisation"
        )
        self._everybody = mongo.platform(Person, why="who came back with older data is erased again, everywhere")
        self._clock = clock
        self._people = people
        self._callers = callers
        self._receipts = receipts
        self._notices = notices
        self._deleted = deleted
        self._tasks = TaskStore(mongo)
        self._erasing: set[PersonId] = set()

    async def plan(self, person: Person) -> list[NumberPlan]:
        """What would go with each number, and which stay others'. Raises: Unavailable."""
        return [await self._planned(person, one) for one in person.numbers]

    async def _planned(self, person: Person, number: PersonNumber) -> NumberPlan:
        shared = await self._others(person, number.contact_id)
        counts, held = ({}, 0) if shared else await self._callers.plan(person.tenant_id, number.contact_id)
        return NumberPlan(
            number=number,
            shared=shared,
            would_delete=counts,
            held=held,
            on_call=not shared and self._callers.on_call(person.tenant_id, number.contact_id),
        )

    async def _others(self, person: Person, contact_id: ContactId) -> int:
        """Of the organisation: a private entry may be about the same person, and goes with the number."""
        found = await self._people.of_contact(person.tenant_id, contact_id)
        return sum(one.id != person.id for one in found)

    async def erase(
        self, person: Person, contact_ids: Sequence[ContactId], reason: str
    ) -> tuple[Counter[str], int, ErasureReceipt | None]:
        """`contact_ids`: of the numbers that the plan would erase. What went, how much a legal hold or a call that has
        just begun keeps, and the receipt, once nothing is left. Then the sweeper goes on.

        Raises: Conflict (codes person_changed: other numbers are the person's alone by now; caller_on_call,
        erasure_register_full, erasure_notices_full), Unavailable: what was begun is carried on within a minute.
        """
        alone = [one.contact_id for one in person.numbers if not await self._others(person, one.contact_id)]
        if set(alone) != set(contact_ids):
            raise Conflict(
                "Other numbers are this person's alone than the plan said: look again", code="person_changed"
            )
        await self._callers.check(person.tenant_id, [one for one in person.numbers if one.contact_id in alone])
        erasure = await self._noted(person, alone, reason)
        self._erasing.add(person.id)
        try:
            return await self._go_on(erasure, interrupted=False)
        finally:
            self._erasing.discard(person.id)

    async def _noted(self, person: Person, contact_ids: Sequence[ContactId], reason: str) -> PersonErasure:
        """From here on nothing stops it."""
        begun = self._mongo.tenant(person.tenant_id).collection(PersonErasure)
        before = await begun.find_one({"id": person.id})
        erasure = PersonErasure(
            id=person.id,
            tenant_id=person.tenant_id,
            at=self._clock.now() if before is None else before.at,
            reason=reason,
            contact_ids=tuple(dict.fromkeys((*(before.contact_ids if before is not None else ()), *contact_ids))),
        )
        await self._deleted.add("person_erasure", person.id, reason, erasure.at)
        await begun.replace(erasure, upsert=True)
        return erasure

    async def carry_on(self, now: datetime) -> int:
        """Finish what was cut off, or waited for a hold or a call; how much went. Raises: Unavailable."""
        begun = [one for one in await self._begun.find() if one.id not in self._erasing]
        return sum([(await self._go_on(one, interrupted=True))[0].total() for one in begun])

    async def after_restore(self) -> int:
        """Before anybody can see them: who was erased, and came back with older data, is erased again; how many.

        Raises: Unavailable.
        """
        count, last = 0, ""
        if not await self._deleted.has("person_erasure"):
            return 0
        while some := await self._everybody.find({"id": {"$gt": last}}, sort=[("id", 1)], limit=AT_ONCE):
            last = some[-1].id
            lines = await self._deleted.found("person_erasure", [one.id for one in some])
            for person in (one for one in some if one.id in lines):
                alone = [one.contact_id for one in person.numbers if not await self._others(person, one.contact_id)]
                await self._noted(person, alone, lines[person.id].reason)
                count += 1
        if count:
            log.warning("%d people who were erased came back with older data: they are erased again", count)
            await self.carry_on(self._clock.now())
        return count

    async def _go_on(
        self, erasure: PersonErasure, *, interrupted: bool
    ) -> tuple[Counter[str], int, ErasureReceipt | None]:
        """Repeating it is harmless; the entry goes after the numbers, unless a hold keeps one of them."""
        deleted, left = Counter[str](), 0
        there = await self._people.is_there(erasure.tenant_id, erasure.id)
        for contact_id in erasure.contact_ids:
            gone, kept = await self._number(erasure, contact_id)
            gone["people"] = max(0, gone["people"] - there)  # the entry itself, which is counted once
            deleted += gone
            left += kept
        if await self._people.kept_by_hold(erasure.tenant_id, erasure.id):
            return deleted, left or 1, None
        await self._people.erase(erasure.tenant_id, erasure.id)
        deleted["people"] += there
        deleted["tasks"] += await self._tasks.delete_of_person(erasure.tenant_id, erasure.id)
        if left:
            return deleted, left, None
        asked = await self._notices.of_callers(erasure.tenant_id, erasure.contact_ids, erasure.at)
        receipt = await self._receipts.issue(
            "person_erasure", erasure.id, erasure.reason, +deleted, interrupted=interrupted, processors=asked
        )
        await self._mongo.tenant(erasure.tenant_id).collection(PersonErasure).delete(erasure.id)
        return deleted, 0, receipt

    async def _number(self, erasure: PersonErasure, contact_id: ContactId) -> tuple[Counter[str], int]:
        """And how much is left of it for now."""
        try:
            deleted, held, _ = await self._callers.erase_number(erasure.tenant_id, contact_id, erasure.reason)
        except NotFound:  # it is gone, or its own line of the register carries it on
            return Counter(), 0
        except Conflict:  # in a call that began meanwhile
            return Counter(), 1
        return deleted, held


def together(plans: Sequence[NumberPlan]) -> dict[str, int]:
    """What would go in all: with the numbers, and the entry."""
    counts = Counter[str]()
    for plan in plans:
        for kind, count in plan.would_delete.items():
            counts[kind] = max(counts[kind], count) if kind in _WHOLE else counts[kind] + count
    counts["people"] += 1 - sum(bool(plan.would_delete) for plan in plans)
    return dict(counts)
