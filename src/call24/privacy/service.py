"""The sweeper: what has reached its delete-by date goes, in every place, and a receipt with counts remains.

A call's record is deleted last, so that a run that was cut off anywhere is found and finished by the next one.
It decides no dates: each record carries its own. Nothing is due while sources of time disagree (agreed_time.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from call24.call_records.kept_calls import KeptCalls, reduced
from call24.changes.service import Changes, Writing
from call24.contacts.events import CONTACT_DELETED, ContactChanged
from call24.data_map import document_of
from call24.kit.errors import Call24Error
from call24.kit.ids import CallId, ContactId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.hold_rules import NOTHING, HeldBack
from call24.privacy.model import SweepReceipt
from call24.privacy.store import DueRecord, PrivacyStore
from call24.recordings.model import Recording
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

Outlasting = Callable[[TenantId, Sequence[CallId], datetime], Awaitable[Mapping[CallId, datetime]]]
"""Those of these calls whose recordings are kept beyond this time, and until when."""

Eraser = Callable[[TenantId, Sequence[CallId]], Awaitable[int]]
"""Deletes what a room keeps of these calls; how many things. Repeating it is harmless."""

EVERY_S = 60.0
BATCH = 500
PAGE = 200
"""Of documents that go on their day: few enough that nobody waits while a page of them is read."""
RESTS = 1.0
"""After a full batch of calls the sweeper waits so many times as long as it took: what is due can wait for seconds, and
who reads meanwhile should not notice."""
LATE = timedelta(minutes=10)
_RECORDINGS = document_of(Recording).collection
_CONTACT_GRACE = timedelta(hours=1)
"""A contact that called within this is left alone: its new call's record may not be written yet."""


async def _none_outlasts(tenant_id: TenantId, calls: Sequence[CallId], now: datetime) -> Mapping[CallId, datetime]:
    return {}


class Sweeper:
    """What the data map says goes with its call or on its day is deleted here, from the map (`store.py`).

    `time`: what is due is due by it.
    `erasers`: kind of thing -> the room that lets go of what it keeps of calls (recordings); `due`: of what is due
    there by itself, such as a recording whose call record never came to be.
    `outlasting`: which calls' recordings stay when the record goes: of those a reduced record is written before it.
    `forget_contacts`: who holds contacts in memory.
    `erase_persons`: what is left of accounts that were deleted, which goes also while the time is disputed.
    `close_organisations`: organisations whose days are over go, by the agreed time; None while it is disputed.
    `follow`: calls get the day that a changed setting gives them, before anything is deleted, by the agreed time.
    `announce`: organisations are told before their first deletion, by the agreed time.
    `totals`: writes what is kept of an organisation's calls up to one that arrived then, by the agreed time, before any
    of them is deleted.
    `before`: done before anything is deleted (the journal notes its numbers). `changes`: contacts that are deleted are
    told by it, in the same transaction.
    """

    def __init__(
        self,
        mongo: Mongo,
        tenants: TenantService,
        changes: Changes,
        *,
        time: AgreedTime,
        erasers: Mapping[str, Eraser],
        outlasting: Outlasting = _none_outlasts,
        due: Mapping[str, Callable[[datetime], Awaitable[int]]] | None = None,
        forget_contacts: Callable[[TenantId, Sequence[ContactId]], Awaitable[None]] | None = None,
        before: Callable[[], Awaitable[None]] | None = None,
        erase_persons: Callable[[], Awaitable[object]] | None = None,
        close_organisations: Callable[[datetime | None], Awaitable[object]] | None = None,
        follow: Callable[[datetime], Awaitable[object]] | None = None,
        announce: Callable[[datetime], Awaitable[object]] | None = None,
        totals: Callable[[TenantId, datetime, datetime], Awaitable[object]] | None = None,
    ) -> None:
        self._store = PrivacyStore(mongo)
        self._time = time
        self._tenants = tenants
        self._changes = changes
        self._erasers = erasers
        self._outlasting = outlasting
        self._kept = KeptCalls(mongo)
        self._due = due or {}
        self._forget_contacts = forget_contacts
        self._before = before
        self._erase_persons = erase_persons
        self._follow = follow
        self._announce = announce
        self._totals = totals
        self._close_organisations = close_organisations
        self.swept_at = 0.0
        """When all that was due had been looked at, in s since 1970 by the machine's clock; 0: not yet."""
        self.failed = 0
        """Organisations in which the last sweep could not delete what was due."""

    async def run(self) -> None:
        """For ever, every minute; trouble is logged and tried again."""
        while True:
            try:
                await self.sweep()
            except (Call24Error, OSError) as trouble:
                log.warning("the sweep was postponed: %s", trouble)
            await self.rest()

    async def rest(self) -> None:
        """Between two sweeps. A method, since tests end it when they want a sweep."""
        await asyncio.sleep(EVERY_S)

    async def sweep(self) -> SweepReceipt | None:
        """Delete all that is due now; the receipt. None when nothing was, or the time is disputed.

        Raises: Unavailable.
        """
        now = await self._time.agreed()
        if self._close_organisations is not None:
            await self._close_organisations(now)
        if now is None:
            if self._erase_persons is not None:
                await self._erase_persons()
            return None
        deleted: Counter[str] = Counter()
        failed: set[TenantId] = set()
        if self._follow is not None:
            await self._follow(now)
        if self._announce is not None:
            await self._announce(now)
        if self._before is not None:
            await self._before()
        held, late = await self._store.held(), list[timedelta]()
        await self._sweep_calls(now, held, deleted, failed, late)
        for kind, erase_due in self._due.items():
            deleted[kind] += await erase_due(now)
        await self._sweep_due(now, deleted)
        days = {tenant.id: tenant.record_days for tenant in await self._tenants.all()}
        for tenant_id in await self._store.with_nameless_contacts(now, days):
            seen_before = now - timedelta(days=days[tenant_id])
            deleted["contacts"] += await self._sweep_contacts(tenant_id, seen_before, held.get(tenant_id, NOTHING))
        self.swept_at, self.failed = time.time(), len(failed)
        if not +deleted and not failed:
            return None
        late_s = max(late, default=timedelta()).total_seconds()
        receipt = SweepReceipt(
            id=new_id("swp"), at=now, deleted=dict(+deleted), failed=len(failed), late=len(late), late_s=late_s
        )
        await self._store.add_receipt(receipt)
        return receipt

    async def receipts(self) -> list[SweepReceipt]:
        """The newest first."""
        return await self._store.receipts()

    async def _sweep_calls(
        self,
        now: datetime,
        held: Mapping[TenantId, HeldBack],
        deleted: Counter[str],
        failed: set[TenantId],
        late: list[timedelta],
    ) -> None:
        while True:
            began = time.monotonic()
            due = await self._store.due_records(now, BATCH, held)
            by_tenant: dict[TenantId, list[DueRecord]] = {}
            for record in due:
                by_tenant.setdefault(record.tenant_id, []).append(record)
            todo = {tenant_id: records for tenant_id, records in by_tenant.items() if tenant_id not in failed}
            for tenant_id, records in todo.items():
                try:
                    counted = [record.arrived_at for record in records if record.counts]
                    if self._totals is not None and counted:
                        await self._totals(tenant_id, max(counted), now)
                    await self._erase_calls(tenant_id, records, now, deleted, held.get(tenant_id, NOTHING).contacts)
                    late += [now - record.delete_at for record in records if now - record.delete_at >= LATE]
                except (Call24Error, OSError) as trouble:
                    failed.add(tenant_id)  # the others' promises are kept all the same
                    log.error("the sweep of organisation %s was postponed: %s", tenant_id, trouble)
            if len(due) < BATCH or not todo:
                return
            await asyncio.sleep(RESTS * (time.monotonic() - began))

    async def _sweep_due(self, now: datetime, deleted: Counter[str]) -> None:
        began = time.monotonic()
        async for collection, count in self._store.delete_due(now, await self._store.held(), PAGE):
            deleted[collection] += count
            if count == PAGE:
                await asyncio.sleep(RESTS * (time.monotonic() - began))
            began = time.monotonic()

    async def _erase_calls(
        self,
        tenant_id: TenantId,
        records: list[DueRecord],
        now: datetime,
        deleted: Counter[str],
        held: Collection[str],
    ) -> None:
        calls = [record.id for record in records]
        longer = await self._outlasting(tenant_id, calls, now)
        if longer:
            kept = await self._store.whole_records(tenant_id, longer)
            await self._kept.keep(tenant_id, [reduced(one, longer[one.id]) for one in kept])
        whole = [call_id for call_id in calls if call_id not in longer]
        for kind, erase in self._erasers.items():
            deleted[kind] += await erase(tenant_id, whole if kind == _RECORDINGS else calls)
        deleted += await self._store.delete_calls(tenant_id, calls)
        callers = {record.contact_id for record in records if record.contact_id is not None}
        idle = callers - await self._store.needed(tenant_id, callers) - set(held)
        deleted["contacts"] += await self._delete_contacts(tenant_id, sorted(idle), now - _CONTACT_GRACE)

    async def _sweep_contacts(self, tenant_id: TenantId, seen_before: datetime, held: HeldBack) -> int:
        """Contacts that nothing leads to: nobody named them, and their calls are gone (or never were kept)."""
        count, last = 0, None
        while not held.whole and (page := await self._store.nameless_contacts(tenant_id, seen_before, last, BATCH)):
            nameless, last = [one.id for one in page], page[-1]
            kept = await self._store.needed(tenant_id, nameless)
            idle = [one for one in nameless if one not in kept and one not in held.contacts]
            count += await self._delete_contacts(tenant_id, idle, seen_before)
            if len(page) < BATCH:
                break
        return count

    async def _delete_contacts(self, tenant_id: TenantId, ids: Sequence[ContactId], seen_before: datetime) -> int:
        async def work(writing: Writing) -> Sequence[ContactId]:
            gone = await self._store.delete_contacts(writing.scope, ids, seen_before)
            for contact_id in gone:
                writing.tell(CONTACT_DELETED, ContactChanged(contact_id=contact_id), contact_id)
            return gone

        any_due = bool(ids) and await self._store.any_to_delete(tenant_id, ids, seen_before)
        gone = await self._changes.commit(tenant_id, work) if any_due else ()
        if gone and self._forget_contacts is not None:
            await self._forget_contacts(tenant_id, gone)
        return len(gone)
