"""Erases callers: all that is kept of them in an organisation, so that their next call is an unknown caller's.

The register of erasures is written first (contacts/erasure_register.py): from then on the number has another id, and
whatever stops the rest, the sweeper or the next start carries it on. Then what rooms hold of the caller goes, the calls
with all that goes with them, and the contact last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.call_notes.model import CallNote
from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCall, KeptCalls
from call24.changes.service import Changes, Writing
from call24.consents.model import ConsentEntry
from call24.contacts.call_names import CallName
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.events import CONTACT_DELETED, ContactChanged
from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact, ErasedCaller
from call24.contacts.service import ContactService
from call24.corrections.model import ContactCorrection
from call24.exports.model import Export
from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.kit.holdings import Held
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Mongo
from call24.people.model import Person, PersonNumber
from call24.privacy.calls_known import CallsKnown
from call24.privacy.model import ErasureReceipt
from call24.privacy.receipts import Receipts
from call24.privacy.store import PrivacyStore
from call24.processors.notices import ErasureNotices
from call24.processors.recipients import ErasedPerson
from call24.recordings.model import Recording
from call24.tasks.model import Task
from call24.tenants.refused_calls import RefusedCalls

LOOKED_AGAIN = timedelta(days=1)
"""What a call or request that was under way wrote afterwards is looked for this long."""
CALLS_AT_ONCE = 500

AskHolds = Callable[[TenantId, Sequence[str]], Awaitable[Collection[str]]]
"""Ids of contacts and calls -> those of them that a legal hold keeps."""


async def _nothing_held(tenant_id: TenantId, subjects: Sequence[str]) -> Collection[str]:
    return ()


class CallerErasures:
    """`held`: what rooms hold of callers. `before`: done before calls are deleted (the journal notes its numbers).

    `notices`: passes an erasure on to who received the caller's data. `on_call`: whether a caller has a call in
    progress. `holds`: asked before anything is deleted, each time.
    """

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        contacts: ContactService,
        register: ErasureRegister,
        refused: RefusedCalls,
        changes: Changes,
        held: Held,
        receipts: Receipts,
        notices: ErasureNotices,
        before: Callable[[], Awaitable[None]],
    ) -> None:
        self._mongo = mongo
        self._store = PrivacyStore(mongo)
        self._kept = KeptCalls(mongo)
        self._lines = mongo.platform(ErasedCaller, why="erasures that were cut off are finished, in every organisation")
        self._clock = clock
        self._contacts = contacts
        self._register = register
        self._refused = refused
        self._changes = changes
        self._held = held
        self._receipts = receipts
        self._notices = notices
        self._before = before
        self._erasing: set[ContactId] = set()
        self._came_back: list[ErasedCaller] = []
        self.on_call: Callable[[TenantId, ContactId], bool] = lambda tenant_id, contact_id: False
        self.calls_known = CallsKnown(known=True)
        self.holds: AskHolds = _nothing_held

    async def plan(self, tenant_id: TenantId, contact_id: ContactId) -> tuple[dict[str, int], int]:
        """What there is that would go, by collection, and how much of it a legal hold keeps: calls, or the contact.

        Raises: NotFound, Unavailable.
        """
        contact = await self._contacts.stored(tenant_id, contact_id)
        scope, theirs = self._mongo.tenant(tenant_id), {"contact_id": contact_id}
        records = [record.id for record in await scope.collection(CallRecord).find(theirs)]
        kept = [one.id for one in await scope.collection(KeptCall).find(theirs)]
        calls = [*records, *kept]
        held = len(await self.holds(tenant_id, [contact_id, *calls]))
        counts = {
            "contacts": 1,
            "call_records": len(records),
            "kept_calls": len(kept),
            "call_notes": await scope.collection(CallNote).count(theirs),
            "recordings": await scope.collection(Recording).count({"call_id": {"$in": calls}}),
            "tasks": await scope.collection(Task).count(theirs),
            "contact_corrections": await scope.collection(ContactCorrection).count(theirs),
            "consents": await scope.collection(ConsentEntry).count(theirs),
            "people": await scope.collection(Person).count({"contact_ids": contact_id}),
            "imported_documents": await scope.collection(ImportedDocument).count(theirs),
            "refused_calls": len(await self._refused.of_number(tenant_id, contact.number)),
            "exports": await scope.collection(Export).count({"kind": "calls"}),
        }
        return counts, held

    async def check(self, tenant_id: TenantId, numbers: Sequence[PersonNumber]) -> None:
        """Before all of these are erased. Raises: Conflict (codes caller_on_call, erasure_register_full,
        erasure_notices_full), Unavailable.
        """
        self.calls_known.check()
        if any(self.on_call(tenant_id, one.contact_id) for one in numbers):
            raise Conflict("The caller is on a call: wait until it is over", code="caller_on_call")
        self._register.check_room(tenant_id, *(self._contacts.first_id(tenant_id, one.number) for one in numbers))
        await self._notices.check_room(tenant_id)

    async def erase(
        self, tenant_id: TenantId, contact_id: ContactId, reason: str
    ) -> tuple[Counter[str], int, ErasureReceipt | None]:
        """All is gone when this returns, but for what a legal hold keeps: how much that is. Then there is no receipt
        yet, and the sweeper goes on when the hold is released.

        Raises: NotFound, Conflict (code caller_on_call), Unavailable: what was begun is carried on within a minute.
        """
        self.calls_known.check()
        return await self.erase_number(tenant_id, contact_id, reason)

    async def erase_number(
        self, tenant_id: TenantId, contact_id: ContactId, reason: str
    ) -> tuple[Counter[str], int, ErasureReceipt | None]:
        """As `erase`, of a person whose erasure was begun: at a start too, which waits for it, when nobody is on a call
        yet as far as it is known.
        """
        contact = await self._contacts.stored(tenant_id, contact_id)
        if self.on_call(tenant_id, contact_id):
            raise Conflict("The caller is on a call: wait until it is over", code="caller_on_call")
        first = self._contacts.first_id(tenant_id, contact.number)
        self._register.check_room(tenant_id, first)
        await self._notices.check_room(tenant_id)
        self._erasing.add(first)
        try:
            line = await self._registered(contact, first, reason)
            deleted, held = await self._delete(tenant_id, self._register.erased_ids(line))
            if held:
                return deleted, held, None
            return deleted, 0, await self._finished(line, deleted, interrupted=False)
        finally:
            self._erasing.discard(first)

    async def _registered(self, contact: Contact, first: ContactId, reason: str) -> ErasedCaller:
        before = self._register.line(first)
        if before is not None and self._contacts.erased(contact):
            return before  # registered already: by who asked twice at once, or by a start that was cut off
        line = ErasedCaller(
            id=first,
            tenant_id=contact.tenant_id,
            generation=1 if before is None else before.generation + 1,
            at=self._clock.now(),
            reason=reason,
            erasing=True,
        )
        await self._register.add(line)
        return line

    async def carry_on(self, now: datetime) -> int:
        """Finish what was cut off, and delete what was written of callers after their erasure; how much.

        Raises: Unavailable.
        """
        await self._register.store_unstored()
        rule = {"$or": [{"at": {"$gte": now - LOOKED_AGAIN}}, {"erasing": True}]}
        lines = [line for line in await self._lines.find(rule) if line.id not in self._erasing]
        return sum([(await self._carry_on(line)).total() for line in lines])

    async def after_restore(self) -> None:
        """Before the first call: read the register; who is in its file and not in MongoDB is erased again.

        Raises: Unavailable.
        """
        lines = await self._register.load()
        self._came_back += lines
        for line in lines:
            await self._carry_on(msgspec.structs.replace(line, erasing=True))

    async def once_more(self) -> None:
        """Those of `after_restore`, once the journal has brought home the spool of the backup. Raises: Unavailable."""
        for line in self._came_back:
            await self._carry_on(msgspec.structs.replace(line, erasing=False))
        self._came_back.clear()

    async def _carry_on(self, line: ErasedCaller) -> Counter[str]:
        ids = self._register.erased_ids(line)
        if any(self.on_call(line.tenant_id, id) for id in ids):  # it rang before the register was written
            return Counter()
        deleted, held = await self._delete(line.tenant_id, ids)
        if line.erasing and not held:
            await self._finished(line, deleted, interrupted=True)
        return deleted

    async def _finished(self, line: ErasedCaller, deleted: Counter[str], *, interrupted: bool) -> ErasureReceipt:
        last = self._register.erased_ids(line)[-1]
        asked = await self._notices.of_callers(line.tenant_id, self._register.erased_ids(line), line.at)
        receipt = await self._receipts.issue(
            "caller_erasure", last, line.reason, +deleted, interrupted=interrupted, processors=asked
        )
        await self._register.store(msgspec.structs.replace(line, erasing=False))
        return receipt

    async def _delete(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> tuple[Counter[str], int]:
        """And how much is held. Repeating it is harmless; the contact goes last. Raises: Unavailable."""
        if not await self._anything_of(tenant_id, ids):
            return Counter(), 0
        if kept := await self.holds(tenant_id, ids):
            return Counter(), len(kept)
        await self._before()
        deleted = await self._held.erase_callers(tenant_id, ids)
        for contact in (await self._contacts.stored_some(tenant_id, ids)).values():
            deleted += await self._held.erase_number(tenant_id, contact.number)
        if held := await self._delete_calls(tenant_id, ids, deleted):
            return deleted, held  # the contact stays too: it says whose calls they are
        await self._pass_on(tenant_id, ids)
        deleted += await self._delete_contacts(tenant_id, ids)
        return deleted, 0

    async def _pass_on(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> None:
        """To who received the caller's data, while the contact is there: it alone has the number."""
        for contact in (await self._contacts.stored_some(tenant_id, ids)).values():
            person = ErasedPerson(kind="caller", id=contact.id, address=contact.number)
            await self._notices.pass_on(tenant_id, person)

    async def _delete_calls(self, tenant_id: TenantId, ids: Sequence[ContactId], deleted: Counter[str]) -> int:
        """Also of those whose recordings alone are left. How many a legal hold keeps."""
        held = await self._delete_records(tenant_id, ids, CallRecord, deleted)
        return held + await self._delete_records(tenant_id, ids, KeptCall, deleted)

    async def _delete_records(
        self,
        tenant_id: TenantId,
        ids: Sequence[ContactId],
        struct: type[CallRecord] | type[KeptCall],
        deleted: Counter[str],
    ) -> int:
        calls = self._mongo.tenant(tenant_id).collection(struct)
        held, last = 0, ""
        rule: dict[str, object] = {"contact_id": {"$in": list(ids)}}
        while some := await calls.find({**rule, "id": {"$gt": last}}, sort=[("id", 1)], limit=CALLS_AT_ONCE):
            found = [record.id for record in some]
            kept, last = set(await self.holds(tenant_id, found)), found[-1]
            held += len(kept)
            if not (gone := [id for id in found if id not in kept]):
                continue
            for kind, erase in self._held.erasers().items():
                deleted[kind] += await erase(tenant_id, gone)
            deleted += await self._store.delete_calls(tenant_id, gone)
            if struct is KeptCall:
                deleted["kept_calls"] += await self._kept.delete(tenant_id, gone)
        return held

    async def _anything_of(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> bool:
        scope, theirs = self._mongo.tenant(tenant_id), {"contact_id": {"$in": list(ids)}}
        return bool(
            await scope.collection(Contact).count({"id": {"$in": list(ids)}})
            or await scope.collection(CallRecord).count(theirs)
            or await scope.collection(KeptCall).count(theirs)
            or await scope.collection(Task).count(theirs)
            or await scope.collection(ContactCorrection).count(theirs)
            or await scope.collection(ConsentEntry).count(theirs)
            or await scope.collection(ImportedDocument).count(theirs)
            or await scope.collection(Person).count({"contact_ids": {"$in": list(ids)}})
            or await scope.collection(CallName).count(theirs)
            or await scope.collection(CallNote).count(theirs)
        )

    async def _delete_contacts(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> Counter[str]:
        async def work(writing: Writing) -> Counter[str]:
            contacts = writing.scope.collection(Contact)
            there = [contact.id for contact in await contacts.find({"id": {"$in": list(ids)}})]
            for contact_id in there:
                writing.tell(CONTACT_DELETED, ContactChanged(contact_id=contact_id), contact_id)
            history = await writing.collection(ContactCorrection).delete_many({"contact_id": {"$in": list(ids)}})
            gone = await contacts.delete_many({"id": {"$in": there}})
            return Counter(contacts=gone, contact_corrections=history)

        return await self._changes.commit(tenant_id, work)
