"""What is due, found and deleted in MongoDB. Files are the recordings room's."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.call_notes.model import CallNote
from call24.call_quality.model import LegQuality
from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCall
from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact
from call24.corrections.model import ContactCorrection
from call24.data_map import Document, OnItsDay, WithCall, documents
from call24.kit.ids import CallId, ContactId, TenantId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.privacy.hold_register import HoldRegister
from call24.privacy.hold_rules import HeldBack, but_held
from call24.privacy.model import Erasure, SweepReceipt
from call24.tasks.model import ACTIVE, Task

INDEXES = (Index(SweepReceipt, ("at",)), Index(Erasure, ("at",), across=True))

_WHY = "the sweeper deletes what is due"
READ_AT_ONCE = 100
"""Of due records: to read 500 takes the server some milliseconds, in which nobody else is answered."""
_NAMELESS: dict[str, Any] = {"name": None, "people": {"$in": [None, 0]}}
"""Contacts that no user named and that the address book does not have; older ones have no count."""


_LAST: dict[type[msgspec.Struct], int] = {CallNote: 1, LegQuality: 1, CallRecord: 2}


class Seen(msgspec.Struct, frozen=True):
    id: ContactId
    seen_at: datetime


class _Id(msgspec.Struct, frozen=True):
    id: str


class DueRecord(msgspec.Struct, frozen=True):
    """What the sweeper needs of a call record: the rest is not read, but where a recording is kept longer."""

    id: CallId
    tenant_id: TenantId
    contact_id: ContactId | None
    arrived_at: datetime
    delete_at: datetime

    @property
    def counts(self) -> bool:
        """Not of a test call, which goes on the day on which it came."""
        return self.delete_at > self.arrived_at


class PrivacyStore:
    def __init__(self, mongo: Mongo) -> None:
        self._contacts = mongo.platform(Contact, why=_WHY)
        self._mongo = mongo
        self._records = mongo.platform(CallRecord, why=_WHY)
        self._receipts = mongo.platform(SweepReceipt, why="receipts are the platform's")
        self._register = HoldRegister(mongo)

    async def held(self) -> Mapping[TenantId, HeldBack]:
        """What legal holds keep. Raises: Unavailable: then nothing is deleted."""
        return await self._register.read()

    async def due_records(self, now: datetime, limit: int, held: Mapping[TenantId, HeldBack]) -> list[DueRecord]:
        """Ended or not: a call cannot outlive its delete-by date, unless a hold keeps it."""
        due = {"delete_at": {"$lte": now}, **but_held(CallRecord, held)}
        order = [("delete_at", 1)]
        return await self._records.find_parts(DueRecord, due, sort=order, limit=limit, batch_size=READ_AT_ONCE)

    async def whole_records(self, tenant_id: TenantId, call_ids: Collection[CallId]) -> list[CallRecord]:
        return await self._mongo.tenant(tenant_id).collection(CallRecord).find({"id": {"$in": sorted(call_ids)}})

    async def delete_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> Counter[str]:
        """What the data map keeps with its call: the record itself last, by which a run that was cut off is found, and
        notes and quality after the journal, by which what is written meanwhile finds that its call is gone."""
        scope, deleted = self._mongo.tenant(tenant_id), Counter[str]()
        for document, field in sorted(_of_calls(), key=lambda found: _LAST.get(found[0].struct, 0)):
            rule = {field: {"$in": list(call_ids)}}
            deleted[document.collection] += await scope.collection(document.struct).delete_many(rule)
        return deleted

    async def delete_due(
        self, now: datetime, held: Mapping[TenantId, HeldBack], limit: int
    ) -> AsyncIterator[tuple[str, int]]:
        """What the data map has the sweeper delete on its day, in all organisations, but for what holds keep.

        Collection and how many, after each command of at most `limit`: readers are let in between.
        """
        for document in documents():
            if isinstance(document.kept, OnItsDay) and document.kept.by == "sweeper":
                everywhere = self._mongo.platform(document.struct, why=_WHY)
                field = document.kept.field
                due = {field: {"$lte": now}, **but_held(document.struct, held)}
                while page := await everywhere.find_parts(_Id, due, sort=[(field, 1)], limit=limit):
                    ids = sorted(one.id for one in page)
                    yield document.collection, await everywhere.delete_many({"id": {"$in": ids}})
                    if len(page) < limit:
                        break

    async def needed(self, tenant_id: TenantId, contact_ids: Collection[ContactId]) -> set[ContactId]:
        """Which of the contacts a call record still names, or a reduced one, or what was imported, or a task that is
        open: it says whom to call back."""
        if not contact_ids:
            return set()
        scope, among = self._mongo.tenant(tenant_id), {"contact_id": {"$in": list(contact_ids)}}
        called = await scope.collection(CallRecord).distinct("contact_id", among)
        called |= await scope.collection(KeptCall).distinct("contact_id", among)
        called |= await scope.collection(ImportedDocument).distinct("contact_id", among)
        return called | await scope.collection(Task).distinct("contact_id", {**among, "state": {"$in": list(ACTIVE)}})

    async def with_nameless_contacts(self, now: datetime, days: Mapping[TenantId, int]) -> list[TenantId]:
        """Organisations with contacts that nobody named and that were seen before their `days`: one question for those
        with the same days, since this is asked every minute."""
        found = set[TenantId]()
        for count in set(days.values()):
            ids = [tenant_id for tenant_id, theirs in days.items() if theirs == count]
            rule = {"tenant_id": {"$in": ids}, **_NAMELESS, "seen_at": {"$lt": now - timedelta(days=count)}}
            found |= await self._contacts.distinct("tenant_id", rule)
        return sorted(found)

    async def nameless_contacts(
        self, tenant_id: TenantId, seen_before: datetime, after: Seen | None, limit: int
    ) -> list[Seen]:
        """Those that were seen longest ago first, from the one after ``after`` on."""
        rule = {**_NAMELESS, "seen_at": {"$lt": seen_before}}
        if after is not None:
            later = {"seen_at": {"$gt": after.seen_at}}
            rule = {"$and": [rule, {"$or": [later, {"seen_at": after.seen_at, "_id": {"$gt": after.id}}]}]}
        contacts = self._mongo.tenant(tenant_id).collection(Contact)
        return await contacts.find_parts(Seen, rule, sort=[("seen_at", 1), ("id", 1)], limit=limit)

    async def any_to_delete(self, tenant_id: TenantId, ids: Sequence[ContactId], seen_before: datetime) -> bool:
        """Whether `delete_contacts` would delete any: mostly not, and then no transaction is begun."""
        contacts = self._mongo.tenant(tenant_id).collection(Contact)
        return bool(await contacts.find_parts(_Id, _nameless(ids, seen_before), limit=1))

    async def delete_contacts(
        self, scope: TenantScope, ids: Sequence[ContactId], seen_before: datetime
    ) -> list[ContactId]:
        """Those that nobody named, and who did not call again, meanwhile; which they were. In a transaction: one that
        calls in this very moment is kept."""
        contacts = scope.collection(Contact)
        due = [one.id for one in await contacts.find_parts(Seen, _nameless(ids, seen_before))]
        if due:
            await contacts.delete_many({"id": {"$in": due}})
            await scope.collection(ContactCorrection).delete_many({"contact_id": {"$in": due}})
        return due

    async def add_receipt(self, receipt: SweepReceipt) -> None:
        await self._receipts.insert(receipt)

    async def receipts(self, limit: int = 100) -> list[SweepReceipt]:
        """The newest first."""
        return await self._receipts.find(sort=[("at", -1)], limit=limit)


def _nameless(ids: Sequence[ContactId], seen_before: datetime) -> dict[str, Any]:
    return {"id": {"$in": list(ids)}, **_NAMELESS, "seen_at": {"$lt": seen_before}}


def _of_calls() -> Iterator[tuple[Document, str]]:
    """Documents that go with their call, and the field that names it."""
    for document in documents():
        match document.kept:
            case WithCall(field=field) | OnItsDay(call=str(field)):
                yield document, field
