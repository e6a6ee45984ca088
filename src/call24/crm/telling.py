"""What the CRM is told once, with a receipt: objections, erasures and finished calls. It changes nobody's fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from call24.call_records.model import CallRecord
from call24.crm import kinds, rules
from call24.crm.connector import CrmClient, Deleted, LoggedCall, Missing, Rejected
from call24.crm.model import CrmConnection, CrmJob, CrmLink, JobKind, JobState
from call24.crm.refused import NoRight, permitted
from call24.crm.store import CrmStore
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, CrmConnectionId, CrmJobId, CrmLinkId, DispositionId, TenantId, derived_id
from call24.kit.mongo import Mongo

SAID_MAX = 300
NOT_YET = timedelta(minutes=5)
"""Until a call is looked at again whose customer the CRM does not have yet."""


class Telling:
    """`may`: consents; `link_to`: the address of a call's page here; `called`: the name of a disposition;
    `noted`: what agents noted of a call."""

    def __init__(
        self,
        store: CrmStore,
        mongo: Mongo,
        clock: Clock,
        *,
        may: Callable[[TenantId, ContactId], bool],
        link_to: Callable[[CallId], str],
        called: Callable[[TenantId, DispositionId], str],
        noted: Callable[[TenantId, CallId], Awaitable[str]],
    ) -> None:
        self._store = store
        self._mongo = mongo
        self._clock = clock
        self._may = may
        self._link_to = link_to
        self._called = called
        self._noted = noted

    # --- putting in line ---

    async def put(
        self,
        tenant_id: TenantId,
        connection_id: CrmConnectionId,
        kind: JobKind,
        about: Sequence[str],
        *,
        contact_id: ContactId | None = None,
        link_id: CrmLinkId | None = None,
        call_id: CallId | None = None,
        after: timedelta = timedelta(),
    ) -> bool:
        """False where it is there already. `about`: what its id follows from. Raises: Unavailable."""
        now = self._clock.now()
        job = CrmJob(
            id=CrmJobId(derived_id("crj", connection_id, kind, *about)),
            tenant_id=tenant_id,
            connection_id=connection_id,
            kind=kind,
            contact_id=contact_id,
            link_id=link_id,
            call_id=call_id,
            due_at=now + after,
            until=now + rules.TRIED_FOR,
            created_at=now,
            delete_at=now + rules.JOB_KEPT_FOR,
        )
        return await self._store.add_job(job)

    async def put_by_number(
        self, connection: CrmConnection, contact_id: ContactId, sealed: Callable[[CrmJobId], bytes]
    ) -> CrmJob | None:
        """The erasure of who has this contact's number, whether it is new or not. A CRM that never answers leaves
        nothing of the number after 28 days. Raises: Unavailable."""
        now, id = self._clock.now(), erasure_id(connection, contact_id, "erasure_by_number")
        job = CrmJob(
            id=id,
            tenant_id=connection.tenant_id,
            connection_id=connection.id,
            kind="erasure_by_number",
            contact_id=contact_id,
            number=sealed(id),
            due_at=now,
            until=now + rules.ERASURE_TRIED_FOR,
            created_at=now,
            delete_at=now + rules.ERASURE_TRIED_FOR,  # with the number: until it is settled
        )
        if await self._store.add_job(job):
            return job
        return await self._store.jobs(connection.tenant_id).find_one({"id": id})

    # --- objections ---

    async def objections(self, connection: CrmConnection, client: CrmClient, most: int) -> bool:
        """Whether there are more. Raises: CrmTrouble, Unavailable."""
        now = self._clock.now()
        due = await self._store.due_jobs(connection.tenant_id, connection.id, now, rules.OBJECTIONS, most)
        for job in due:
            await self._object(connection, client, job)
        return len(due) == most

    async def _object(self, connection: CrmConnection, client: CrmClient, job: CrmJob) -> None:
        link = await self._link(connection, job)
        if link is None or link.remote_id is None:
            await self.settle(job, "dropped", "the CRM has nothing of this person")
            return
        if not kinds.objection_of(connection):
            text = (
                "the connection does not say how the CRM notes it (objection_field, objection_category): do it by hand"
            )
            await self.settle(job, "failed", text)
            return
        try:
            deed = client.set_objection(link.remote_id, job.kind == "objection", job.id)
            said = await permitted(deed, client, self._clock.now(), writes=job.id)
        except (Missing, Deleted):
            await self.settle(job, "done", "the CRM has no such record any more")
        except Rejected as error:
            await self.again(job, str(error), lasts=isinstance(error, NoRight))
        else:
            await self.settle(job, "done", said)

    async def _link(self, connection: CrmConnection, job: CrmJob) -> CrmLink | None:
        if job.link_id is not None:
            return await self._store.links(connection.tenant_id).find_one({"id": job.link_id})
        found = await self._store.of_contact(connection.tenant_id, [job.contact_id] if job.contact_id else [])
        return next((one for one in found if one.connection_id == connection.id and one.remote_id), None)

    # --- erasures ---

    async def erased(
        self, connection: CrmConnection, contact_ids: Sequence[ContactId], said: str, *, but: CrmLinkId
    ) -> None:
        """The CRM answered of link `but`; once no other link of these numbers waits, this is the receipt."""
        left = await self._store.of_contact(connection.tenant_id, contact_ids)
        others = [one for one in left if one.connection_id == connection.id and one.id != but]
        waiting = {id for one in others for id in one.erasing}
        for job in await self._erasures(connection, contact_ids):
            if job.contact_id not in waiting:
                await self.settle(job, "done", said)

    async def refused(self, connection: CrmConnection, contact_ids: Sequence[ContactId], said: str) -> None:
        for job in await self._erasures(connection, contact_ids):
            await self._store.settle_job(job.tenant_id, job.id, {"said": said[:SAID_MAX], "tries": job.tries + 1})

    async def _erasures(self, connection: CrmConnection, contact_ids: Sequence[ContactId]) -> list[CrmJob]:
        which: dict[str, Any] = {"contact_id": {"$in": list(contact_ids)}, "kind": "erasure", "state": "waiting"}
        return await self._store.jobs(connection.tenant_id).find({**which, "connection_id": connection.id})

    # --- calls ---

    async def calls(self, connection: CrmConnection, client: CrmClient, most: int) -> bool:
        """Whether there are more. Raises: CrmTrouble, Unavailable."""
        now = self._clock.now()
        due = await self._store.due_jobs(connection.tenant_id, connection.id, now, rules.CALLS, most)
        for job in due:
            await self._log(connection, client, job)
        return len(due) == most

    async def _log(self, connection: CrmConnection, client: CrmClient, job: CrmJob) -> None:
        calls = self._mongo.tenant(job.tenant_id).collection(CallRecord)
        record = await calls.find_one({"id": job.call_id}) if job.call_id is not None else None
        if record is None or job.contact_id is None or not connection.log_calls:
            await self.settle(job, "dropped", "there is no such call any more, or calls are not logged")
            return
        if not self._may(job.tenant_id, job.contact_id):
            await self.settle(job, "dropped", "the caller objects to it, or their data is restricted")
            return
        link = await self._link(connection, job)
        if link is None or link.remote_id is None or link.state == "ended":
            await self._not_yet(job)
            return
        try:
            told = await client.find_call(job.id, link.remote_id) if job.tries else None
            if told is None:
                lost = {"tries": job.tries + 1, "due_at": self._clock.now() + client.seen_after}
                await self._store.settle_job(job.tenant_id, job.id, lost)  # if no answer comes, it is looked for then
                deed = client.log_call(await self._note(record, link.remote_id), job.id)
                told = await permitted(deed, client, self._clock.now(), writes=job.id)
        except (Missing, Deleted):
            await self.settle(job, "failed", "the CRM has no such record any more")
        except Rejected as error:
            await self.again(job, str(error), lasts=isinstance(error, NoRight))
        else:
            await self.settle(job, "done", "logged", remote_id=told)

    async def _note(self, record: CallRecord, remote_id: str) -> LoggedCall:
        ended = record.ended_at or record.arrived_at
        said = [one.disposition_id for one in record.agents if one.disposition_id is not None]
        return LoggedCall(
            remote_id=remote_id,
            call_id=record.id,
            direction=record.direction,
            outcome=record.outcome.value,
            started_at=record.arrived_at,
            duration_s=max(0, round((ended - record.arrived_at).total_seconds())),
            disposition=self._called(record.tenant_id, said[-1]) if said else "",
            notes=await self._noted(record.tenant_id, record.id),
            link=self._link_to(record.id),
        )

    async def _not_yet(self, job: CrmJob) -> None:
        now = self._clock.now()
        if now >= job.until:
            await self.settle(job, "dropped", "nobody in the CRM has this number")
        else:
            await self._store.settle_job(job.tenant_id, job.id, {"due_at": min(job.until, now + NOT_YET)})

    # --- what became of it ---

    async def settle(self, job: CrmJob, state: JobState, said: str, remote_id: str | None = None) -> None:
        now = self._clock.now()
        done = {"state": state, "said": said[:SAID_MAX], "done_at": now, "remote_id": remote_id, "number": b""}
        done["delete_at"] = job.created_at + rules.JOB_KEPT_FOR
        await self._store.settle_job(job.tenant_id, job.id, done)

    async def again(self, job: CrmJob, said: str, *, at_last: str = "", lasts: bool = False) -> None:
        """`at_last`: what is said where it was tried for long enough, if the CRM said nothing. `lasts`: it is tried
        for as long as it is kept."""
        now, tries = self._clock.now(), job.tries + 1
        if now >= job.until and not lasts:
            await self.settle(job, "failed", said or at_last)
            return
        pause = min(timedelta(hours=6), timedelta(minutes=1) * 3 ** min(tries - 1, 8))
        again = {
            "tries": tries,
            "said": said[:SAID_MAX],
            "due_at": now + pause if lasts else min(job.until, now + pause),
        }
        await self._store.settle_job(job.tenant_id, job.id, again)


def erasure_id(connection: CrmConnection, contact_id: ContactId, kind: JobKind) -> CrmJobId:
    return CrmJobId(derived_id("crj", connection.id, kind, contact_id))
