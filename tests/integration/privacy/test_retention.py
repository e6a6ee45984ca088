"""Call records, their journal and their recordings go when their delete-by date has come, and not before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from tests.support.clock import StillClock
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod

from call24.call_records.call_record import CallRecord, Outcome
from call24.changes.model import Change
from call24.changes.service import Changes
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.corrections.model import ContactCorrection
from call24.journal.model import Entry
from call24.kit.errors import Unavailable
from call24.kit.ids import (
    CallId,
    ContactId,
    CorrectionId,
    EventId,
    NumberId,
    QueueId,
    RecordingId,
    TaskId,
    TenantId,
    new_id,
)
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.retention_watch import RetentionWatch
from call24.privacy.service import Sweeper
from call24.recordings.keys import RecordingKeys
from call24.recordings.model import Recording
from call24.recordings.service import Recordings
from call24.recordings.store import RecordingStore
from call24.tasks.model import Task
from call24.tenants.model import Tenant
from call24.tenants.service import TenantService

ARRIVED = datetime(2026, 8, 1, 9, 30, tzinfo=UTC)
CALLER = "+442079460123"


class House:
    """One installation with calls in it, and its sweeper."""

    def __init__(self, mongo: Mongo, folder: Path) -> None:
        self.mongo = mongo
        self.clock = StillClock(ARRIVED)
        self.tenants = TenantService(mongo, self.clock, AppKey(b"k" * 32))
        self.changes = Changes(mongo, self.clock)
        self.contacts = ContactService(mongo, self.clock, AppKey(b"k" * 32), self.changes)
        self.folder = folder / "recordings"
        self.recordings = Recordings(
            RecordingStore(mongo),
            RecordingKeys(mongo, AppKey(b"k" * 32), self.clock),
            self.changes,
            spool=folder / "spool",
            folder=self.folder,
            clock=self.clock,
        )
        self.broken: set[TenantId] = set()
        self.time = AgreedTime(mongo, self.clock, synchronised=lambda: self.synchronised)
        self.synchronised: bool | None = False
        self.sweeper = Sweeper(mongo, self.tenants, self.changes, time=self.time, erasers={"recordings": self.erase})
        self.watch = RetentionWatch(mongo, self.clock, self.time)

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        if tenant_id in self.broken:
            raise Unavailable
        return await self.recordings.erase(tenant_id, call_ids)

    async def call(self, tenant: Tenant, number: str = CALLER) -> CallId:
        """A call that ended now, with everything that is kept of it."""
        call_id, now = CallId(new_id("call")), self.clock.now()
        contact = await self.contacts.remember(tenant.id, number, "A. Caller")
        due = now + timedelta(days=tenant.record_days)
        scope = self.mongo.tenant(tenant.id)
        recording = RecordingId(new_id("rec"))
        await scope.collection(CallRecord).insert(record(tenant.id, call_id, contact.id, now, due))
        await scope.collection(Entry).insert(entry(tenant.id, call_id, now, due + timedelta(days=1)))
        path = self.folder / tenant.id / f"{recording}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF")
        await scope.collection(Recording).insert(
            Recording(
                id=recording,
                tenant_id=tenant.id,
                call_id=call_id,
                kind="call",
                state="stored",
                path=f"{tenant.id}/{recording}.wav",
                started_at=now,
                delete_at=due,
            )
        )
        return call_id

    async def left(self, tenant: Tenant) -> dict[str, int]:
        scope = self.mongo.tenant(tenant.id)
        return {
            "records": await scope.collection(CallRecord).count(),
            "journal": await scope.collection(Entry).count(),
            "recordings": await scope.collection(Recording).count(),
            "files": len(list(self.folder.glob(f"{tenant.id}/*.wav"))),
            "contacts": await scope.collection(Contact).count(),
        }


def record(tenant_id: TenantId, call_id: CallId, contact: ContactId, at: datetime, due: datetime) -> CallRecord:
    return CallRecord(
        id=call_id,
        tenant_id=tenant_id,
        number_id=NumberId("num_x"),
        queue_id=QueueId("que_x"),
        contact_id=contact,
        agent_id=None,
        arrived_at=at,
        queued_at=at,
        answered_at=None,
        ended_at=at,
        outcome=Outcome.ABANDONED,
        ended_by="caller",
        cause=16,
        found_missing=False,
        wait_s=0.0,
        ring_s=0.0,
        talk_s=0.0,
        hold_s=0.0,
        voicemail_s=0.0,
        wrap_up_s=0.0,
        line=(),
        offers=(),
        recording_id=None,
        message_id=None,
        delete_at=due,
    )


def entry(tenant_id: TenantId, call_id: CallId | None, at: datetime, due: datetime) -> Entry:
    id = EventId(new_id("evt"))
    return Entry(
        id=id,
        tenant_id=tenant_id,
        seq=int(id[-6:], 36),
        at=at,
        type="CallEnded",
        call_id=call_id,
        agent_id=None,
        body={},
        delete_at=due,
    )


ALL = {"records": 1, "journal": 1, "recordings": 1, "files": 1, "contacts": 1}
NOTHING = dict.fromkeys(ALL, 0)


@pytest.fixture
def house(mongo: Mongo, tmp_path: Path) -> House:
    return House(mongo, tmp_path)


async def test_a_call_is_whole_one_minute_before_its_date_and_gone_one_hour_after(house: House) -> None:
    acme = await house.tenants.create("Acme")
    await house.call(acme)
    house.clock.advance(days=90, minutes=-1)
    assert await house.sweeper.sweep() is None
    assert await house.left(acme) == ALL
    house.clock.advance(hours=1, minutes=1)
    receipt = await house.sweeper.sweep()
    assert await house.left(acme) == NOTHING
    told = await house.mongo.tenant(acme.id).collection(Change).find({"type": "contact.deleted"})
    assert [one.body for one in told] == [{"contact_id": house.contacts.id_for(acme.id, CALLER)}]
    assert receipt is not None
    assert receipt.deleted == {"recordings": 1, "journal": 1, "call_records": 1, "contacts": 1}
    assert (await house.sweeper.receipts())[0] == receipt


async def test_a_receipt_has_counts_and_nothing_that_leads_to_anybody(house: House) -> None:
    acme = await house.tenants.create("Acme")
    call_id = await house.call(acme)
    house.clock.advance(days=90)
    receipt = await house.sweeper.sweep()
    for trace in (call_id, acme.id, CALLER, house.contacts.id_for(acme.id, CALLER)):
        assert trace not in str(receipt)


async def test_each_organisation_keeps_its_records_as_long_as_it_wishes(house: House) -> None:
    short, long = await house.tenants.create("Short", record_days=7), await house.tenants.create("Long")
    await house.call(short)
    await house.call(long)
    house.clock.advance(days=8)
    await house.sweeper.sweep()
    assert await house.left(short) == NOTHING
    assert await house.left(long) == ALL


async def test_a_contact_stays_while_a_record_of_it_exists_or_a_person_named_it(house: House) -> None:
    acme = await house.tenants.create("Acme")
    await house.call(acme)
    await house.call(acme, "+442079460999")
    named = await house.contacts.remember(acme.id, "+442079460999")
    await house.mongo.tenant(acme.id).collection(Contact).update(named.id, {"name": "Our best customer"})
    house.clock.advance(days=60)
    await house.call(acme)
    house.clock.advance(days=40)
    await house.sweeper.sweep()
    assert (await house.left(acme))["records"] == 1 and (await house.left(acme))["contacts"] == 2
    assert (await house.left(acme))["files"] == 1
    house.clock.advance(days=60)
    await house.sweeper.sweep()
    kept = await house.mongo.tenant(acme.id).collection(Contact).find()
    assert [contact.id for contact in kept] == [named.id]


async def test_the_history_of_a_contact_goes_with_it(house: House) -> None:
    acme = await house.tenants.create("Acme")
    await house.call(acme)
    [contact] = await house.mongo.tenant(acme.id).collection(Contact).find()
    history = house.mongo.tenant(acme.id).collection(ContactCorrection)
    for n, id in enumerate((contact.id, ContactId("ctc_another"))):
        correction = ContactCorrection(
            id=CorrectionId(f"cor_{n}"),
            tenant_id=acme.id,
            contact_id=id,
            field="name",
            old="Ann",
            new="",
            at=house.clock.now(),
        )
        await history.insert(correction)
    house.clock.advance(days=60)
    await house.sweeper.sweep()
    assert await history.count() == 2
    house.clock.advance(days=60)
    await house.sweeper.sweep()
    assert await house.mongo.tenant(acme.id).collection(Contact).count() == 0
    assert [one.contact_id for one in await history.find()] == ["ctc_another"]


async def test_lines_of_no_call_go_by_their_own_date(house: House) -> None:
    acme = await house.tenants.create("Acme")
    now = house.clock.now()
    lines = house.mongo.tenant(acme.id).collection(Entry)
    await lines.insert(entry(acme.id, None, now, now + timedelta(days=90)))
    house.clock.advance(days=89, hours=23)
    await house.sweeper.sweep()
    assert await lines.count() == 1
    house.clock.advance(hours=2)
    await house.sweeper.sweep()
    assert await lines.count() == 0


async def test_lines_of_no_call_go_page_by_page_in_one_sweep(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.privacy.service.PAGE", 3)
    acme, now = await house.tenants.create("Acme"), house.clock.now()
    lines = house.mongo.tenant(acme.id).collection(Entry)
    for day in [90] * 8 + [92]:
        await lines.insert(entry(acme.id, None, now, now + timedelta(days=day)))
    house.clock.advance(days=91)
    receipt = await house.sweeper.sweep()
    assert receipt is not None and receipt.deleted == {"journal": 8}
    assert await lines.count() == 1


async def test_a_recording_that_cannot_be_deleted_keeps_the_record_and_nobody_elses(house: House) -> None:
    stuck, fine = await house.tenants.create("Stuck"), await house.tenants.create("Fine")
    await house.call(stuck)
    await house.call(fine)
    house.clock.advance(days=91)
    house.broken.add(stuck.id)
    receipt = await house.sweeper.sweep()
    assert receipt is not None and receipt.failed == 1
    assert (await house.left(stuck))["records"] == 1
    assert await house.left(fine) == NOTHING
    house.broken.clear()
    await house.sweeper.sweep()
    assert await house.left(stuck) == NOTHING


async def test_more_than_a_batch_goes_in_one_sweep(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.privacy.service.BATCH", 3)
    acme = await house.tenants.create("Acme")
    for n in range(8):
        await house.call(acme, f"+44207946{n:04d}")
    house.clock.advance(days=91)
    receipt = await house.sweeper.sweep()
    assert receipt is not None and receipt.deleted["call_records"] == 8
    assert await house.left(acme) == NOTHING


class Commands(CommandListener):
    """How often each command was sent, by its name and collection."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        self.sent[f"{event.command_name} {event.command.get(event.command_name)}"] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


async def test_the_more_callers_are_due_the_more_is_deleted_and_no_more_is_asked(
    mongo: Mongo, mongod: RunningMongod, tmp_path: Path
) -> None:
    asked: dict[int, Counter[str]] = {}
    for callers in (3, 60):
        commands = Commands()
        counted = Mongo(mongod.uri, NAME, watch=[commands])
        house = House(counted, tmp_path / str(callers))
        acme = await house.tenants.create(f"Acme {callers}")
        for n in range(callers):
            await house.call(acme, f"+44207946{n:04d}")
        house.clock.advance(days=91)
        await house.time.agreed()  # noted for ten minutes
        commands.sent.clear()
        receipt = await house.sweeper.sweep()
        assert receipt is not None and receipt.deleted["contacts"] == callers
        asked[callers] = commands.sent
        await counted.close()
    assert asked[60].total() <= asked[3].total() + 5 <= 60, asked


async def test_a_caller_whom_somebody_is_to_call_back_is_kept_until_that_is_done(house: House) -> None:
    acme = await house.tenants.create("Acme")
    await house.call(acme)
    tasks = house.mongo.tenant(acme.id).collection(Task)
    kept, now = house.contacts.id_for(acme.id, CALLER), house.clock.now()
    task = Task(
        id=TaskId("tsk_1"), tenant_id=acme.id, kind="missed_call", contact_id=kept, created_at=now, delete_at=now
    )
    await tasks.insert(task)
    house.clock.advance(days=91)
    await house.sweeper.sweep()
    assert await house.left(acme) == {**NOTHING, "contacts": 1}
    await tasks.update(task.id, {"state": "done"})
    await house.sweeper.sweep()
    assert await house.left(acme) == NOTHING


async def test_callers_who_are_kept_hold_up_no_others_that_are_due(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.privacy.service.BATCH", 2)
    acme = await house.tenants.create("Acme")
    tasks, now = house.mongo.tenant(acme.id).collection(Task), house.clock.now()
    for n in range(4):
        contact = await house.contacts.remember(acme.id, f"+44207946{n:04d}")
        if n < 3:
            about = {"contact_id": contact.id, "created_at": now}
            await tasks.insert(Task(id=TaskId(f"tsk_{n}"), tenant_id=acme.id, kind="manual", title="Ring", **about))
        house.clock.advance(seconds=1)
    house.clock.advance(days=91)
    await house.sweeper.sweep()
    assert (await house.left(acme))["contacts"] == 3
