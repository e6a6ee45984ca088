"""The backstop of retention: deletes what should have gone a day ago, without the sweeper.

It runs in a process of its own (server/backstop_process.py) and shares with the sweeper what is asked and not how it is
done: the data map, legal holds, the agreed time. It knows no days but those that are stored with the documents, closes
no organisation, and erases nobody who asked for it (docs/adr/0123).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec

from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCalls, reduced
from call24.changes.service import Changes, Writing
from call24.contacts.events import CONTACT_DELETED, ContactChanged
from call24.contacts.model import Contact
from call24.data_map import Document, WithParent, document_of, documents
from call24.journal.heads import keep_head
from call24.journal.model import Entry
from call24.kit.errors import Call24Error
from call24.kit.ids import CallId, ContactId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.backstop_files import OverdueFiles, ids_of_call
from call24.privacy.due import LATE, with_a_day
from call24.privacy.hold_register import HoldRegister
from call24.privacy.hold_rules import NOTHING, HeldBack, but_held
from call24.privacy.model import SweepReceipt
from call24.privacy.store import PrivacyStore
from call24.recordings.model import Recording
from call24.tasks.model import Task
from call24.tasks.store import TaskStore

log = logging.getLogger(__name__)

BATCH = 500
MOST_S = 1200.0
"""A run ends after it; the next one goes on."""
FIRST_S = 300.0
"""What is done first may not keep data from being deleted by never ending."""
_WHY = "the backstop deletes what the sweeper has left"
_CONTACTS = document_of(Contact).collection

First = Callable[[datetime], Awaitable[object]]
Totals = Callable[[TenantId, datetime, datetime], Awaitable[object]]
Days = Callable[[], Awaitable[Mapping[TenantId, int]]]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


class _One(msgspec.Struct, frozen=True):
    id: str


class _Of(_One, frozen=True):
    tenant_id: TenantId


@dataclass
class CaughtUp:
    """What a run did, or would do. `now`: None where sources of time disagree, and nothing is deleted.

    `failed`: what could not be deleted, by collection or organisation; `cut_off`: its time was over, and more is left.
    """

    now: datetime | None
    deleted: Counter[str] = field(default_factory=Counter)
    failed: set[str] = field(default_factory=set)
    cut_off: bool = False
    ends: float = field(default_factory=lambda: time.monotonic() + MOST_S)

    def is_over(self) -> bool:
        self.cut_off = self.cut_off or time.monotonic() >= self.ends
        return self.cut_off


class Backstop:
    """`days`: for how long each organisation keeps calls, which nameless contacts go by. `first`: what the sweeper does
    before it deletes, by name, with the agreed time; `totals`: the same of one organisation's calls up to one that
    arrived then. Where these fail or take too long, what is overdue is deleted all the same."""

    def __init__(
        self,
        mongo: Mongo,
        time: AgreedTime,
        files: OverdueFiles,
        changes: Changes,
        *,
        days: Days,
        first: Mapping[str, First] | None = None,
        totals: Totals | None = None,
    ) -> None:
        self._mongo = mongo
        self._time = time
        self._files = files
        self._changes = changes
        self._days = days
        self._first = first or {}
        self._totals = totals
        self._register = HoldRegister(mongo)
        self._store = PrivacyStore(mongo)
        self._kept = KeptCalls(mongo)
        self._tasks = TaskStore(mongo)

    async def overdue(self) -> CaughtUp:
        """A dry run: what a run would delete now, but for what has no day of its own. Raises: Unavailable."""
        found = CaughtUp(await self._time.agreed(noting_disputes=False))
        if found.now is None:
            return found
        due_before, held = found.now - LATE, await self._register.read()
        for document, day in with_a_day():
            rule = {day: {"$lte": due_before}, **but_held(document.struct, held)}
            found.deleted[document.collection] = await self._mongo.platform(document.struct, why=_WHY).count(rule)
        found.deleted["files"] = len(await asyncio.to_thread(self._files.old, due_before))
        return found

    async def run(self, *, patience_s: float = 0.0) -> CaughtUp:
        """Delete what is overdue, and leave a receipt. `patience_s`: where anything is, the sweeper is given so long
        first, as after the release of a legal hold or a long time off. Raises: Unavailable."""
        found = await self.overdue()
        if +found.deleted and patience_s:
            await asyncio.sleep(patience_s)
        run = CaughtUp(await self._time.agreed(noting_disputes=False))
        if run.now is None:
            return run
        if +found.deleted:
            await self._do_first(run.now)
        due_before = run.now - LATE
        for document, day in with_a_day():
            if document.struct is not CallRecord:
                await self._try(document.collection, self._delete_overdue(document, day, due_before, run), run)
        await self._try(document_of(CallRecord).collection, self._delete_calls(due_before, run.now, run), run)
        await self._try(document_of(Task).collection, self._forget_callers(due_before, run), run)
        await self._try(_CONTACTS, self._delete_contacts(due_before, run), run)
        await self._try("files", self._delete_old_files(due_before, run), run)
        if +run.deleted:
            await self._note(run, run.now)
        return run

    async def _try(self, what: str, deletion: Awaitable[None], run: CaughtUp) -> bool:
        """What fails keeps nothing else; False where it did."""
        try:
            await deletion
        except (Call24Error, OSError) as trouble:
            run.failed.add(what)
            log.error("not all of %s that should have gone a day ago could be deleted: %s", what, trouble)
            return False
        return True

    async def _do_first(self, now: datetime) -> None:
        for name, act in self._first.items():
            try:
                async with asyncio.timeout(FIRST_S):
                    await act(now)
            except (Call24Error, OSError) as trouble:  # a timeout is an OSError
                log.error("%s was not done before the backstop deletes: %s", name, trouble)

    # --- what has a day of its own ---

    async def _delete_overdue(self, document: Document, day: str, due_before: datetime, run: CaughtUp) -> None:
        everywhere, part = self._mongo.platform(document.struct, why=_WHY), _Of if document.tenant else _One
        failed = set[TenantId]()
        while not run.is_over():
            rule = {day: {"$lte": due_before}, **but_held(document.struct, await self._register.read())}
            if failed:
                rule = {"$and": [rule, {"tenant_id": {"$nin": sorted(failed)}}]}
            page: Sequence[_One] = await everywhere.find_parts(part, rule, sort=[(day, 1)], limit=BATCH)
            if not document.tenant and page:
                gone = await everywhere.delete_many({"id": {"$in": sorted(one.id for one in page)}})
                run.deleted[document.collection] += gone
            for tenant_id, theirs in _by_tenant(page).items():
                ids = [one.id for one in theirs]
                if not await self._try(tenant_id, self._delete_documents(document, tenant_id, ids, run), run):
                    failed.add(tenant_id)
            if len(page) < BATCH:
                return

    async def _delete_documents(self, document: Document, tenant_id: TenantId, ids: list[str], run: CaughtUp) -> None:
        """Files, then what belongs to the documents, then the documents: what was cut off is found again."""
        if document.struct is Entry:
            await keep_head(self._mongo, tenant_id)
        if self._files.of(document.collection):
            await asyncio.to_thread(self._files.delete, document.collection, tenant_id, ids)
        await self._delete_belonging(document, tenant_id, ids)
        collection = self._mongo.tenant(tenant_id).collection(document.struct)
        run.deleted[document.collection] += await collection.delete_many({"id": {"$in": ids}})

    async def _delete_belonging(self, parent: Document, tenant_id: TenantId, ids: Sequence[str]) -> None:
        for document, by in _belonging_to(parent):
            collection, theirs = self._mongo.tenant(tenant_id).collection(document.struct), {by: {"$in": list(ids)}}
            if any(_belonging_to(document)):
                await self._delete_belonging(document, tenant_id, sorted(await collection.distinct("_id", theirs)))
            await collection.delete_many(theirs)

    # --- calls ---

    async def _delete_calls(self, due_before: datetime, now: datetime, run: CaughtUp) -> None:
        uncounted, failed = set[TenantId](), set[TenantId]()
        while not run.is_over():
            due = await self._store.due_records(due_before, BATCH, await self._register.read())
            by_tenant = {one: calls for one, calls in _by_tenant(due).items() if one not in failed}
            for tenant_id, calls in by_tenant.items():
                last = max((one.arrived_at for one in calls if one.counts), default=None)
                if last is not None and tenant_id not in uncounted and not await self._counted(tenant_id, last, now):
                    uncounted.add(tenant_id)
                ids = [one.id for one in calls]
                if not await self._try(tenant_id, self._delete_calls_of(tenant_id, ids, run), run):
                    failed.add(tenant_id)
            if len(due) < BATCH or not by_tenant:
                return

    async def _counted(self, tenant_id: TenantId, last: datetime, now: datetime) -> bool:
        try:
            async with asyncio.timeout(FIRST_S):
                if self._totals is not None:
                    await self._totals(tenant_id, last, now)
        except (Call24Error, OSError) as trouble:
            log.error("calls of organisation %s are deleted without totals: %s", tenant_id, trouble)
            return False
        return True

    async def _delete_calls_of(self, tenant_id: TenantId, calls: list[CallId], run: CaughtUp) -> None:
        """The record last, by which a run that was cut off is found. A call whose recording goes later keeps a reduced
        record."""
        longer = dict[CallId, datetime]()
        sound = {"call_id": {"$in": calls}, "path": {"$ne": ""}}
        for one in await self._mongo.tenant(tenant_id).collection(Recording).find(sound):
            longer[one.call_id] = max(one.delete_at, longer.get(one.call_id, one.delete_at))
        if longer:
            records = await self._store.whole_records(tenant_id, longer)
            await self._kept.keep(tenant_id, [reduced(one, longer[one.id]) for one in records])
        unnoted = [id for call_id in calls if call_id not in longer for id in ids_of_call(call_id)]
        await asyncio.to_thread(self._files.delete, document_of(Recording).collection, tenant_id, unnoted)
        run.deleted["calls_in_tasks"] += await self._tasks.forget_calls(tenant_id, calls)
        run.deleted += await self._store.delete_calls(tenant_id, calls)

    async def _forget_callers(self, due_before: datetime, run: CaughtUp) -> None:
        """Tasks that are done stay, and say no longer of whom they were."""
        run.deleted["callers_in_tasks"] += await self._tasks.forget_callers(due_before, await self._register.but(Task))

    # --- contacts and files ---

    async def _delete_contacts(self, due_before: datetime, run: CaughtUp) -> None:
        """Callers whom nobody named, and whose calls are gone."""
        days, held = await self._days(), await self._register.read()
        for tenant_id in await self._store.with_nameless_contacts(due_before, days):
            seen_before = due_before - timedelta(days=days[tenant_id])
            await self._delete_contacts_of(tenant_id, seen_before, held.get(tenant_id, NOTHING), run)

    async def _delete_contacts_of(
        self, tenant_id: TenantId, seen_before: datetime, held: HeldBack, run: CaughtUp
    ) -> None:
        last = None
        while not held.whole and not run.is_over():
            page = await self._store.nameless_contacts(tenant_id, seen_before, last, BATCH)
            needed = await self._store.needed(tenant_id, [one.id for one in page]) | held.contacts
            idle = [one.id for one in page if one.id not in needed]

            async def work(writing: Writing, idle: Sequence[ContactId] = idle) -> Sequence[ContactId]:
                gone = await self._store.delete_contacts(writing.scope, idle, seen_before)
                for contact_id in gone:
                    writing.tell(CONTACT_DELETED, ContactChanged(contact_id=contact_id), contact_id)
                return gone

            run.deleted[_CONTACTS] += len(await self._changes.commit(tenant_id, work)) if idle else 0
            if len(page) < BATCH:
                return
            last = page[-1]

    async def _delete_old_files(self, due_before: datetime, run: CaughtUp) -> None:
        run.deleted["files"] += await asyncio.to_thread(self._files.delete_old, due_before)

    async def _note(self, run: CaughtUp, now: datetime) -> None:
        deleted = dict(+run.deleted)
        log.error("the backstop deleted what the sweeper had left for a day or longer: %s", deleted)
        await self._store.add_receipt(
            SweepReceipt(id=new_id("swp"), at=now, deleted=deleted, failed=len(run.failed), by="backstop")
        )


def _by_tenant(page: Sequence[T]) -> dict[TenantId, list[T]]:
    """In the order of their ids, which is that of the disk; nothing for documents of the platform."""
    found: dict[TenantId, list[T]] = {}
    for one in sorted(page, key=lambda one: one.id):
        if (tenant_id := getattr(one, "tenant_id", None)) is not None:
            found.setdefault(tenant_id, []).append(one)
    return found


def _belonging_to(parent: Document) -> Iterator[tuple[Document, str]]:
    """Documents that go with those of this collection, and the field that names it."""
    for document in documents():
        match document.kept:
            case WithParent(collection=parent.collection, by=by) if by:
                yield document, by
