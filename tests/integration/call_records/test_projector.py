"""The readers of the journal after a crash: records equal a rebuild, open calls and sessions are found again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pymongo.monitoring import CommandStartedEvent
from tests.support.calls.contact_centre import NUMBER, TENANT, Centre, open_centre
from tests.support.database.mongod import RunningMongod
from tests.support.journal.journalled import AT, OwnMongod, home, own_database, running_journal
from tests.support.wait import wait_until

from call24.agents import events as ae
from call24.agents import machine as agents
from call24.call_records import projector as projector_module
from call24.call_records import rebuild as rebuild_module
from call24.call_records.call_record import CallRecord, fold
from call24.call_records.projector import AGENT_EVENTS, Cursor, Projector, StoredSession
from call24.call_records.rebuild import rebuild
from call24.call_records.record_reader import RecordReader
from call24.calls import events as e
from call24.calls import signals as s
from call24.journal.journal import Journal
from call24.journal.model import Entry, Fresh, event_of
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, OfferId, TenantId, UserId
from call24.kit.mongo import Mongo, ScopeWatch

ANN, BOB, CY = UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy")


@pytest.fixture(autouse=True)
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are written at once. A test of when they are written undoes it."""
    monkeypatch.setattr(projector_module, "BEGIN_S", 0.05)
    monkeypatch.setattr(projector_module, "SETTLE_S", 0.05)


_days: list[Centre] = []
"""The one that was played once for all tests: they read what it wrote."""


@pytest.fixture
async def day() -> Centre:
    """What a day writes: answered, declined, held, abandoned and voicemail calls, and one of each that goes on."""
    if not _days:
        _days.append(await _played())
    return _days[0]


async def _played() -> Centre:
    async with open_centre("ann", "bob", "cy") as centre:
        await centre.available(ANN, BOB)
        first, second = await centre.dial(), await centre.dial(caller="+447700900124")
        await centre.request(ANN, s.DeclineRequested)
        await centre.answer(BOB)
        await centre.run(6)
        await centre.answer(ANN)
        await centre.request(ANN, s.HoldRequested)
        await centre.run(5.005)
        await centre.request(ANN, s.ResumeRequested)
        await centre.hang_up(first)
        await centre.run(3)
        await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
        await centre.hang_up(second)
        third = await centre.dial()
        await centre.hang_up(third)
        await centre.run(10)
        await centre.engine.wish(TENANT, ANN, agents.OfflineWished(at=centre.clock.now()))
        await centre.engine.wish(TENANT, BOB, agents.OfflineWished(at=centre.clock.now()))
        await centre.dial()
        await centre.run(30)
        await centre.available(BOB, CY)
        await centre.dial()
        await centre.answer(BOB)
        await centre.dial(NUMBER, "+447700900125")
        await centre.dial(NUMBER, "+447700900126")
        return centre


@pytest.fixture
async def journal(mongo: Mongo, tmp_path: Path) -> AsyncIterator[Journal]:
    async with running_journal(mongo, tmp_path / "spool" / "journal") as journal:
        yield journal


async def write(journal: Journal, entries: list[Entry]) -> None:
    """The same lines into the real journal, one at a time as they happened."""
    for entry in entries:
        await journal.append(entry.tenant_id, [fresh(entry)])


def fresh(entry: Entry) -> Fresh:
    union: Any = ae.AnyAgentEvent if entry.type in AGENT_EVENTS else e.AnyCallEvent
    return Fresh(
        at=entry.at,
        event=event_of(entry, union),
        delete_at=entry.delete_at,
        call_id=entry.call_id,
        agent_id=entry.agent_id,
    )


async def stored_records(mongo: Mongo) -> list[CallRecord]:
    return await mongo.tenant(TENANT).collection(CallRecord).find(sort=[("id", 1)])


def records_of(centre: Centre) -> list[CallRecord]:
    return sorted(centre.records(), key=lambda record: record.id)


def sessions_of(projector: Projector) -> dict[UserId, object]:
    return {session.agent_id: session for session in projector.sessions()}


class Following:
    """A projector that reads along until it is killed."""

    def __init__(self, mongo: Mongo, journal: Journal, *readers: RecordReader) -> None:
        self.projector = Projector(mongo, journal, readers)
        self.mongo = mongo
        self.projector.follow()
        self.task = asyncio.create_task(self.projector.run())

    async def has_read(self, seq: int, timeout_s: float = 10) -> None:
        async def there() -> bool:
            if self.task.done():
                self.task.result()
            cursor = await self.mongo.tenant(TENANT).collection(Cursor).find_one({"id": TENANT})
            return cursor is not None and cursor.seq >= seq

        await wait_until(there, timeout_s)

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})


# --- records ---


async def test_reading_along_gives_one_record_for_each_call(mongo: Mongo, journal: Journal, day: Centre) -> None:
    following = Following(mongo, journal)
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await following.kill()
    stored = await stored_records(mongo)
    assert [record for record in stored if record.ended_at] == [x for x in records_of(day) if x.ended_at]
    assert [record.id for record in stored] == [record.id for record in records_of(day)]
    assert {record.outcome.value for record in stored} == {"answered", "abandoned", "voicemail", "open"}


async def test_rebuild_makes_identical_records_and_says_so(mongo: Mongo, journal: Journal, day: Centre) -> None:
    following = Following(mongo, journal)
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await following.kill()
    await rebuild(mongo, journal, TENANT)  # an open call's record may be a little behind
    before = await mongo.tenant(TENANT).collection(CallRecord)._raw.find({"tenant_id": TENANT}).sort("_id").to_list()
    assert await rebuild(mongo, journal, TENANT) == (len(before), 0)
    await mongo.tenant(TENANT).collection(CallRecord).delete_many({})
    assert await rebuild(mongo, journal, TENANT) == (len(before), len(before))
    assert (
        await mongo.tenant(TENANT).collection(CallRecord)._raw.find({"tenant_id": TENANT}).sort("_id").to_list()
        == before
    )


async def test_rebuild_mends_a_damaged_record_and_counts_it(mongo: Mongo, journal: Journal, day: Centre) -> None:
    await write(journal, day.journal.lines)
    await rebuild(mongo, journal, TENANT)
    before = await stored_records(mongo)
    await mongo.tenant(TENANT).collection(CallRecord).update(before[0].id, {"talk_s": 12345.0})
    assert await rebuild(mongo, journal, TENANT) == (len(before), 1)
    assert await stored_records(mongo) == before


async def test_a_record_survives_storage_to_the_millisecond(mongo: Mongo, journal: Journal, day: Centre) -> None:
    await write(journal, day.journal.lines)
    await rebuild(mongo, journal, TENANT)
    for record in await stored_records(mongo):
        assert record == fold(await journal.read_call(TENANT, record.id))
    assert 5.005 in {record.hold_s for record in await stored_records(mongo)}


@pytest.mark.parametrize(("limit", "most"), [("REMEMBERED_CALLS", 1), ("REMEMBERED_ENDED", 0)])
async def test_calls_that_are_not_remembered_any_more_are_read_again(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(projector_module, limit, most)
    following = Following(mongo, journal)
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await following.kill()
    stored = {record.id: record for record in await stored_records(mongo)}
    assert [record for record in records_of(day) if record.ended_at and stored[record.id] != record] == []


async def test_of_calls_that_are_over_only_the_last_are_remembered(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector_module, "REMEMBERED_ENDED", 1)
    following = Following(mongo, journal)
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    remembered = set(following.projector._entries)
    await following.kill()
    over = [record.id for record in records_of(day) if record.ended_at]
    assert len(over) > 1
    assert len(remembered & set(over)) <= 1


# --- a crash ---


@pytest.mark.parametrize(
    "share",
    [
        0.4,
        *(
            pytest.param(one, marks=pytest.mark.long("test_after_a_crash_everything_is_caught_up_with"))
            for one in (
                0.0,
                0.2,
                0.6,
                0.8,
                1.0,
            )
        ),
    ],
)
async def test_after_a_crash_everything_is_caught_up_with(
    mongo: Mongo, journal: Journal, day: Centre, share: float
) -> None:
    lines = day.journal.lines
    cut = int(len(lines) * share)
    following = Following(mongo, journal)
    await write(journal, lines[:cut])
    if cut:
        await following.has_read(cut)
    await following.kill()
    await write(journal, lines[cut:])
    again = Projector(mongo, journal)
    await again.catch_up(TENANT)
    assert sessions_of(again) == {session.agent_id: session for session in day.sessions()}
    assert sorted((call for call, _ in await again.open_calls(TENANT)), key=lambda call: call.id) == sorted(
        day.open_calls(), key=lambda call: call.id
    )
    stored = {record.id: record for record in await stored_records(mongo)}
    assert [record for record in records_of(day) if record.ended_at and stored[record.id] != record] == []
    assert len(stored) == len(records_of(day))


@pytest.mark.parametrize("step", ["_write_records", "_write_sessions", "_write_cursor"])
async def test_a_crash_half_way_through_a_batch_is_repeated_harmlessly(
    mongo: Mongo, journal: Journal, day: Centre, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(journal, day.journal.lines)
    real = getattr(Projector, step)
    for done_before in (False, True):

        async def failing(self: Projector, *arguments: Any, done: bool = done_before) -> None:
            if done:
                await real(self, *arguments)
            raise Unavailable

        monkeypatch.setattr(Projector, step, failing)
        with pytest.raises(Unavailable):
            await Projector(mongo, journal).catch_up(TENANT)
    monkeypatch.setattr(Projector, step, real)
    again = Projector(mongo, journal)
    await again.catch_up(TENANT)
    assert sessions_of(again) == {session.agent_id: session for session in day.sessions()}
    assert await stored_records(mongo) == records_of(day)


async def test_a_batch_that_mongodb_refused_for_a_while_is_taken_again_and_counted_once(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = day.journal.lines
    cut = [entry.type for entry in lines].index(ae.AgentWrapUpStarted.__name__)
    following = Following(mongo, journal)
    await write(journal, lines[:cut])
    await following.has_read(cut)
    real = Projector._write_sessions
    failures = iter([True, True, True])

    async def failing(self: Projector, tenant_id: TenantId, sessions: Sequence[StoredSession]) -> None:
        if next(failures, False):
            raise Unavailable
        await real(self, tenant_id, sessions)

    monkeypatch.setattr(Projector, "_write_sessions", failing)
    await journal.append(TENANT, [fresh(entry) for entry in lines[cut:]])
    await following.has_read(len(lines))
    await following.kill()
    stored = {record.id: record for record in await stored_records(mongo)}
    assert [record for record in records_of(day) if record.ended_at and stored[record.id] != record] == []
    assert {record.wrap_up_s for record in stored.values()} == {0, 3, 10}


async def test_catching_up_twice_changes_nothing(mongo: Mongo, journal: Journal, day: Centre) -> None:
    await write(journal, day.journal.lines)
    await Projector(mongo, journal).catch_up(TENANT)
    sessions = await mongo.tenant(TENANT).collection(StoredSession).find(sort=[("id", 1)])
    records = await stored_records(mongo)
    # As if the cursor had been lost: every line is read once more on top of what is there.
    await mongo.tenant(TENANT).collection(Cursor).delete(TENANT)
    again = Projector(mongo, journal)
    await again.catch_up(TENANT)
    assert await mongo.tenant(TENANT).collection(StoredSession).find(sort=[("id", 1)]) == sessions
    assert await stored_records(mongo) == records
    assert sessions_of(again) == {session.agent_id: session for session in day.sessions()}


async def test_lines_that_are_left_of_a_deleted_call_stop_nobody(mongo: Mongo, journal: Journal, day: Centre) -> None:
    """An agent's lines fall due a little after the call's own."""
    orphan = Fresh(
        at=day.clock.now(),
        event=ae.AgentWrapUpEnded(agent_id=ANN, call_id=CallId("call_deleted")),
        delete_at=day.clock.now() + timedelta(days=90),
        call_id=CallId("call_deleted"),
        agent_id=ANN,
    )
    await journal.append(TENANT, [orphan])
    await write(journal, day.journal.lines)
    await home(journal)
    following = Following(mongo, journal)
    await journal.append(TENANT, [orphan])
    await following.has_read(len(day.journal.lines) + 2)
    await following.kill()
    await Projector(mongo, journal).catch_up(TENANT)
    assert await rebuild(mongo, journal, TENANT) == (len(records_of(day)), len(records_of(day)))
    assert await stored_records(mongo) == records_of(day)


async def test_readers_of_records_hear_of_each_after_it_is_stored(mongo: Mongo, journal: Journal, day: Centre) -> None:
    heard: list[CallRecord] = []

    async def reader(record: CallRecord) -> None:
        assert await mongo.tenant(TENANT).collection(CallRecord).get(record.id) == record
        heard.append(record)

    following = Following(mongo, journal, RecordReader("reader", reader))
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await following.kill()
    assert {record.id for record in heard} == {record.id for record in records_of(day)}


async def test_two_organisations_are_read_apart(mongo: Mongo, journal: Journal, day: Centre) -> None:
    other = TenantId("ten_other")
    await write(journal, day.journal.lines)
    foreign = [msgspec.structs.replace(entry, tenant_id=other) for entry in day.journal.lines[:2]]
    await write(journal, foreign)
    projector = Projector(mongo, journal)
    await projector.catch_up(TENANT)
    assert await projector.open_calls(other) == []
    assert await mongo.tenant(other).collection(Cursor).find_one({"id": other}) is None
    assert {record.tenant_id for record in await stored_records(mongo)} == {TENANT}


# --- MongoDB is killed ---


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[tuple[OwnMongod, Mongo]]:
    async with own_database(tmp_path / "mongod") as own:
        yield own


@pytest.mark.long("test_a_batch_that_mongodb_refused_for_a_while_is_taken_again_and_counted_once")
async def test_kill_of_mongod_in_a_call_leaves_its_record_complete(
    own: tuple[OwnMongod, Mongo], tmp_path: Path, day: Centre
) -> None:
    server, mongo = own
    lines = day.journal.lines
    async with running_journal(mongo, tmp_path / "spool" / "journal") as journal:
        following = Following(mongo, journal)
        await write(journal, lines[: len(lines) // 2])
        server.kill()
        await write(journal, lines[len(lines) // 2 :])
        await server.start()
        await wait_until(lambda: not journal.spooling, 20)
        await following.has_read(len(lines), 20)
        await following.kill()
        stored = {record.id: record for record in await stored_records(mongo)}
        assert [record for record in records_of(day) if record.ended_at and stored[record.id] != record] == []
        assert await rebuild(mongo, journal, TENANT) == (len(stored), 0)


async def test_sessions_are_those_that_were_written_last(mongo: Mongo, journal: Journal) -> None:
    at = (await _offered(journal)).at
    projector = Projector(mongo, journal)
    await projector.catch_up(TENANT)
    (session,) = projector.sessions()
    assert (session.state, session.call_id, session.since) == ("offered", "call_1", at)


async def _offered(journal: Journal) -> Entry:
    events: list[ae.AnyAgentEvent] = [
        ae.AgentBecameAvailable(agent_id=ANN),
        ae.AgentOffered(agent_id=ANN, call_id=CallId("call_1"), offer_id=OfferId("off_1")),
    ]
    entries: tuple[Entry, ...] = ()
    for number, event in enumerate(events):
        at = AT + timedelta(seconds=number)
        fresh = Fresh(at=at, event=event, delete_at=at + timedelta(days=90), agent_id=ANN)
        entries = await journal.append(TENANT, [fresh])
    return entries[0]


# --- cheap, and prompt ---


class Commands(ScopeWatch):
    """Counts what is written to each collection."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "update":
            self.updates[event.command["update"]] += len(event.command["updates"])


async def test_a_short_call_is_written_once_and_is_there_within_a_second_of_its_end(
    mongod: RunningMongod, mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    commands = Commands()
    counted = Mongo(mongod.uri, mongo._database.name, watch=[commands])
    following = Following(counted, journal)
    abandoned = next(record for record in records_of(day) if record.outcome.value == "abandoned")
    first, *rest = [entry for entry in day.journal.lines if entry.call_id == abandoned.id]
    await write(journal, [first])
    await home(journal)
    ended_at = asyncio.get_running_loop().time()
    await write(journal, rest)

    async def there() -> bool:
        return await mongo.tenant(TENANT).collection(CallRecord).find_one({"id": abandoned.id}) is not None

    await wait_until(there)
    assert asyncio.get_running_loop().time() - ended_at < 1
    await following.has_read(journal.last_seq(TENANT))
    await following.kill()
    await counted.close()
    assert commands.updates["call_records"] == 1
    assert commands.updates["projections"] <= 2


async def test_how_far_it_has_read_waits_for_what_is_not_written_yet(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector_module, "BEGIN_S", 60.0)
    monkeypatch.setattr(projector_module, "SETTLE_S", 0.05)
    following = Following(mongo, journal)
    lines = day.journal.lines
    await write(journal, lines)
    waiting = [record.id for record in records_of(day) if record.ended_at is None and record.answered_at is None]
    first = min(entry.seq for entry in lines if entry.call_id in waiting)
    await following.has_read(first - 1)
    await wait_until(lambda: set(following.projector._dirty) == set(waiting))
    cursor = await mongo.tenant(TENANT).collection(Cursor).get(TENANT)
    assert cursor.seq == first - 1
    await following.kill()
    again = Projector(mongo, journal)
    await again.catch_up(TENANT)
    assert {call.id for call, _ in await again.open_calls(TENANT)} == {call.id for call in day.open_calls()}


async def test_records_are_never_ahead_of_the_journal_in_mongodb(mongo: Mongo, journal: Journal, day: Centre) -> None:
    seen: list[str] = []

    async def reader(record: CallRecord) -> None:
        lines = await mongo.tenant(TENANT).collection(Entry).find({"call_id": record.id}, sort=[("seq", 1)])
        assert fold(lines).ended_at == record.ended_at
        seen.append(record.id)

    following = Following(mongo, journal, RecordReader("reader", reader))
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await following.kill()
    assert set(seen) == {record.id for record in records_of(day)}


async def test_rebuild_reads_a_long_journal_in_pages(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_module, "PAGE", 7)
    await write(journal, day.journal.lines)
    assert await rebuild(mongo, journal, TENANT) == (len(records_of(day)), len(records_of(day)))
    assert await stored_records(mongo) == records_of(day)
