"""Pages of history are read out of an index alone, and say what the records say, whatever is asked."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pymongo
import pytest
from tests.support.calls import told as t
from tests.support.calls.told import Told
from tests.support.clock import START, StillClock
from tests.support.database.database import NAME, profiled
from tests.support.database.mongod import RunningMongod

from call24.call_records import scan
from call24.call_records.backfill import AT_ONCE, file_earlier, file_some
from call24.call_records.call_record import fold
from call24.call_records.history import History, visible
from call24.call_records.history_filter import CallFilter
from call24.call_records.history_row import HistoryRow, filed, row_of
from call24.call_records.model import AgentPart, CallRecord, Outcome, QueueVisit
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.kit.ids import CallId, ContactId, DispositionId, QueueId, RecordingId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.privacy.store import PrivacyStore

QUEUES = (t.HELP, t.SALES)
DIRECTIONS = ("inbound", "inbound", "outbound", "callback")
OUTCOMES = (Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ABANDONED, Outcome.FAILED)


@pytest.fixture
def history(mongo: Mongo, tmp_path: Path) -> History:
    return History(
        mongo, ContactService(mongo, StillClock(START), AppKey(b"k" * 32), Changes(mongo, StillClock(START)))
    )


def calls(how_many: int) -> Iterator[CallRecord]:
    """Several begin in one instant; some were with agents and in queues, some only name them; one in ten goes on.

    Directions and outcomes are mixed as no real calls are, so that none of them decides another.
    """
    dice = random.Random(57)
    base = fold(Told(t.CALL).arrives().joins(t.HELP).after(9.001).ends().entries)
    for n in range(how_many):
        at = START + timedelta(seconds=n // dice.choice((1, 1, 5)))
        queues, agents = dice.sample(QUEUES, dice.randrange(3)), dice.sample(t.AGENTS, dice.randrange(3))
        yield filed(
            msgspec.structs.replace(
                base,
                id=CallId(f"call_{n:05}"),
                direction=dice.choice(DIRECTIONS),
                outcome=dice.choice(OUTCOMES),
                queue_id=queues[0] if queues else dice.choice((None, *QUEUES)),
                agent_id=agents[-1] if agents else dice.choice((None, *t.AGENTS)),
                arrived_at=at,
                ended_at=None if dice.random() < 0.1 else at + timedelta(milliseconds=9001),
                queues=tuple(QueueVisit(queue_id=queue, joined_at=at) for queue in queues),
                agents=tuple(AgentPart(agent_id=agent, came="offer", answered_at=at) for agent in agents),
                found_in=(),
                row=None,
            )
        )


async def kept(mongo: Mongo, records: Sequence[CallRecord]) -> list[CallRecord]:
    await mongo.tenant(t.TENANT).collection(CallRecord).insert_many(records)
    return sorted(records, key=lambda one: (one.arrived_at, one.id), reverse=True)


async def paged(history: History, limit: int, **asked: Any) -> list[HistoryRow]:
    """All pages of it, one after the other."""
    found: list[HistoryRow] = []
    cursor: str | None = None
    while True:
        page = await history.page(t.TENANT, limit=limit, cursor=cursor, text="", **asked)
        found += page.rows
        if (cursor := page.next) is None:
            return found


def wanted(record: CallRecord, of: CallFilter) -> bool:
    """The plain meaning of each filter."""
    return (
        of.queue_id in (None, *(visit.queue_id for visit in record.queues))
        and of.agent_id in (None, *(part.agent_id for part in record.agents))
        and of.direction in (None, record.direction)
        and of.outcome in (None, record.outcome)
        and (of.since is None or record.arrived_at >= of.since)
        and (of.until is None or record.arrived_at < of.until)
    )


async def test_pages_say_what_the_records_say_whatever_is_asked(mongo: Mongo, history: History) -> None:
    there = [record for record in await kept(mongo, list(calls(120))) if record.ended_at is not None]
    asked = itertools.product(
        (None, [], [t.HELP], [*QUEUES]), (None, t.ANN, t.SUE), (None, t.SALES), (None, t.BOB), (3, 25)
    )
    for queues, agent, queue_id, agent_id, limit in asked:
        of = CallFilter(queue_id=queue_id, agent_id=agent_id)
        naive = [
            row_of(record)
            for record in there
            if (queues is None or visible(record, queues, agent)) and wanted(record, of)
        ]
        found = await paged(history, limit, queues=queues, agent_id=agent, of=of)
        assert found == naive, (queues, agent, of, limit)


async def test_each_combination_of_filters_says_what_the_records_say(mongo: Mongo, history: History) -> None:
    there = [record for record in await kept(mongo, list(calls(300))) if record.ended_at is not None]
    dice = random.Random(12)
    instants = (None, None, START, *(record.arrived_at for record in dice.sample(there, 12)))
    shown = 0
    for seen, queue_id, agent_id, direction, outcome in itertools.product(
        (None, ([t.HELP], t.ANN)),
        (None, t.HELP, t.SALES),
        (None, t.ANN, t.BOB),
        (None, "inbound", "callback", "internal"),
        (None, Outcome.ANSWERED, Outcome.FAILED),
    ):
        queues, viewer = seen or (None, None)
        of = CallFilter(
            queue_id=queue_id,
            agent_id=agent_id,
            direction=direction,
            outcome=outcome,
            since=dice.choice(instants),
            until=dice.choice(instants),
        )
        naive = [
            row_of(record)
            for record in there
            if (queues is None or visible(record, queues, viewer)) and wanted(record, of)
        ]
        found = await paged(history, dice.choice((2, 5, 25)), queues=queues, agent_id=viewer, of=of)
        assert found == naive, (seen, of)
        shown += len(naive)
    assert shown > 500


@pytest.mark.parametrize(
    "asked",
    [
        {"queues": None},
        {"queues": None, "of": CallFilter(agent_id=t.ANN)},
        {"queues": None, "of": CallFilter(queue_id=t.SALES)},
        {"queues": [QueueId("que_1"), t.HELP, t.SALES], "agent_id": t.ANN},
        {"queues": [t.HELP, t.SALES], "agent_id": t.ANN, "of": CallFilter(queue_id=t.SALES)},
        {"queues": [t.HELP], "agent_id": t.ANN, "of": CallFilter(agent_id=t.ANN)},
        {"queues": None, "of": CallFilter(since=START + timedelta(seconds=5), until=START + timedelta(hours=1))},
    ],
    ids=["all", "of an agent", "of a queue", "as an agent sees them", "one of its queues", "its own", "of a time"],
)
async def test_a_page_reads_no_record_and_few_keys(
    mongo: Mongo, mongod: RunningMongod, history: History, asked: dict[str, Any]
) -> None:
    await kept(mongo, list(calls(600)))
    first = await history.page(t.TENANT, limit=10, cursor=None, text="", **asked)
    with profiled(mongod) as last:
        assert len((await history.page(t.TENANT, limit=10, cursor=first.next, text="", **asked)).rows) == 10
        seen = last()
    assert seen["docsExamined"] == 0 and not seen.get("hasSortStage", False)
    assert seen["keysExamined"] < 60


async def test_a_page_of_a_direction_or_an_outcome_reads_the_records_that_it_shows(
    mongo: Mongo, mongod: RunningMongod, history: History
) -> None:
    """Thousands of others lie between."""
    some = list(calls(1200))
    others = [
        filed(
            msgspec.structs.replace(
                one, id=CallId(f"{one.id}_{n}"), direction="internal", outcome=Outcome.BUSY, found_in=(), row=None
            )
        )
        for one in some[::10]
        for n in range(20)
    ]
    await kept(mongo, some + others)
    asks: list[dict[str, Any]] = [
        {"queues": None, "of": CallFilter(direction="outbound")},
        {"queues": None, "of": CallFilter(outcome="failed", until=START + timedelta(hours=1))},
        {"queues": None, "of": CallFilter(outcome="abandoned", queue_id=t.SALES)},
        {"queues": None, "of": CallFilter(direction="callback", outcome="answered")},
        {"queues": None, "of": CallFilter(direction="outbound", outcome="failed", agent_id=t.ANN)},
        {"queues": [QueueId("que_1"), t.HELP, t.SALES], "agent_id": t.ANN, "of": CallFilter(outcome="abandoned")},
    ]
    for asked in asks:
        first = await history.page(t.TENANT, limit=10, cursor=None, text="", **asked)
        with profiled(mongod) as last:
            page = await history.page(t.TENANT, limit=10, cursor=first.next, text="", **asked)
            assert len(page.rows) == 10, asked
            seen = last()
        assert seen["docsExamined"] <= 20 and not seen.get("hasSortStage", False), asked
        assert seen["keysExamined"] < 150, asked


SOLD = DispositionId("dsp_sold")


def detailed(how_many: int, dice: random.Random) -> Iterator[CallRecord]:
    """Some with a disposition, a recording or a message; they last from 0 to 60 s."""
    for one in calls(how_many):
        parts = tuple(msgspec.structs.replace(p, disposition_id=dice.choice((None, SOLD))) for p in one.agents)
        lasted = timedelta(milliseconds=dice.choice((0, 5000, 5001, 60_000)))
        yield filed(
            msgspec.structs.replace(
                one,
                agents=parts,
                recording_id=dice.choice((None, RecordingId(f"rec_{one.id}"))),
                message_id=dice.choice((None, None, RecordingId(f"msg_{one.id}"))),
                ended_at=one.ended_at and one.arrived_at + lasted,
                found_in=(),
                row=None,
            )
        )


def meets(record: CallRecord, of: CallFilter, there: set[str]) -> bool:
    assert record.ended_at is not None
    seconds = (record.ended_at - record.arrived_at).total_seconds()
    has = (record.recording_id in there) or (record.message_id in there)
    return (
        wanted(record, of)
        and of.disposition_id in (None, *(part.disposition_id for part in record.agents))
        and (of.min_duration_s is None or seconds >= of.min_duration_s)
        and (of.max_duration_s is None or seconds <= of.max_duration_s)
        and of.recorded in (None, has)
    )


async def test_what_no_index_has_is_found_page_by_page_in_each_combination(
    mongo: Mongo, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(19)
    there = [record for record in await kept(mongo, list(detailed(150, dice))) if record.ended_at is not None]
    files = {str(id) for one in there for id in (one.recording_id, one.message_id) if id and dice.random() < 0.8}

    async def recorded(tenant_id: TenantId, ids: Sequence[CallId]) -> set[CallId]:
        return {one.id for one in there if one.id in ids and {str(one.recording_id), str(one.message_id)} & files}

    monkeypatch.setattr(scan, "AT_ONCE", 7)
    monkeypatch.setattr(scan, "MOST_LOOKED_AT", 14)
    shown = 0
    for seen, of in itertools.product(
        (None, ([t.HELP], t.ANN), ([QueueId(f"que_{n}") for n in range(300)] + [t.SALES], None)),
        (
            CallFilter(disposition_id=SOLD),
            CallFilter(disposition_id=SOLD, agent_id=t.ANN, queue_id=t.HELP),
            CallFilter(disposition_id=SOLD, direction="callback", outcome="answered", recorded=True),
            CallFilter(outcome="failed", direction="outbound", max_duration_s=5),
            CallFilter(min_duration_s=5, max_duration_s=59, queue_id=t.SALES),
            CallFilter(recorded=True, since=START + timedelta(seconds=20), until=START + timedelta(seconds=90)),
            CallFilter(recorded=False, agent_id=t.BOB),
        ),
    ):
        queues, viewer = seen or (None, None)
        naive = [
            row_of(record)
            for record in there
            if (queues is None or visible(record, queues, viewer)) and meets(record, of, files)
        ]
        asked = {"queues": queues, "agent_id": viewer, "of": of, "recorded": recorded}
        assert await paged(history, dice.choice((1, 4, 25)), **asked) == naive, (seen, of)
        shown += len(naive)
    assert shown > 150


@pytest.mark.parametrize(
    "of",
    [
        CallFilter(disposition_id=SOLD),
        CallFilter(recorded=True),
        CallFilter(min_duration_s=3000),
        CallFilter(recorded=True, direction="internal", queue_id=t.HELP),
        CallFilter(disposition_id=SOLD, outcome=Outcome.ABANDONED),
    ],
    ids=["a disposition", "recordings", "long ones", "recordings of a direction", "a disposition of an outcome"],
)
async def test_a_page_of_what_no_index_has_looks_at_few_however_rare_it_is(
    mongo: Mongo, mongod: RunningMongod, history: History, monkeypatch: pytest.MonkeyPatch, of: CallFilter
) -> None:
    """The oldest call alone has it, and pages go on over all that have not."""
    some = await kept(mongo, [one for one in calls(600) if one.ended_at is not None])
    oldest = msgspec.structs.replace(
        some[-1],
        id=CallId("call_rare"),
        direction=of.direction or "inbound",
        outcome=of.outcome or Outcome.ANSWERED,
        arrived_at=START - timedelta(days=1),
        ended_at=START - timedelta(hours=23),
        recording_id=RecordingId("rec_1"),
        queues=(QueueVisit(queue_id=t.HELP, joined_at=START),),
        agents=(AgentPart(agent_id=t.ANN, came="offer", answered_at=START, disposition_id=SOLD),),
        found_in=(),
        row=None,
    )
    await mongo.tenant(t.TENANT).collection(CallRecord).insert(filed(oldest))

    async def recorded(tenant_id: TenantId, ids: Sequence[CallId]) -> set[CallId]:
        return {oldest.id} & set(ids)

    monkeypatch.setattr(scan, "AT_ONCE", 20)
    monkeypatch.setattr(scan, "MOST_LOOKED_AT", 40)
    found, cursor, pages = list[str](), None, 0
    while True:
        with profiled(mongod), pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
            page = await history.page(t.TENANT, limit=5, cursor=cursor, text="", queues=None, of=of, recorded=recorded)
            seen = list(client[NAME]["system.profile"].find({"op": "query", "ns": f"{NAME}.call_records"}))
        assert seen and not any(one.get("hasSortStage") for one in seen)
        assert sum(one["docsExamined"] for one in seen) <= 130
        assert sum(one["keysExamined"] for one in seen) <= 400
        found += [row.id for row in page.rows]
        pages += 1
        if (cursor := page.next) is None:
            break
    assert found == [oldest.id]
    assert pages >= 3 or of.direction


async def test_pages_that_are_looked_for_wait_for_those_of_their_own_organisation(
    mongo: Mongo, history: History
) -> None:
    of = CallFilter(recorded=True)
    other = TenantId("ten_other")
    async with history._room.turn(t.TENANT), history._room.turn(t.TENANT):
        waits = asyncio.ensure_future(history.page(t.TENANT, limit=5, cursor=None, text="", queues=None, of=of))
        for _ in range(20):
            await asyncio.sleep(0)
        assert history._room.waiting(t.TENANT) == 1
        assert (await history.page(other, limit=5, cursor=None, text="", queues=None, of=of)).rows == ()
        assert (await history.page(t.TENANT, limit=5, cursor=None, text="", queues=None)).rows == ()
        assert not waits.done()
    assert (await waits).rows == ()


async def test_a_call_that_is_deleted_is_in_no_page(mongo: Mongo, mongod: RunningMongod, history: History) -> None:
    there = await kept(mongo, [record for record in calls(20) if record.ended_at is not None])
    gone = [record.id for record in there[:5]]
    assert (await PrivacyStore(mongo).delete_calls(t.TENANT, gone))["call_records"] == 5
    found = [row.id for row in await paged(history, 25, queues=None)]
    assert found == [record.id for record in there[5:]]
    await mongo.tenant(t.TENANT).wipe()
    assert await paged(history, 25, queues=None) == []


async def test_records_of_before_are_found_once_they_are_filed(
    mongo: Mongo, mongod: RunningMongod, history: History
) -> None:
    """As an earlier version wrote them: without the two fields. One of an open call is left to its end."""
    there = await kept(mongo, list(calls(AT_ONCE + 20)))
    ended = [record for record in there if record.ended_at is not None]
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["call_records"].update_many({}, {"$unset": {"found_in": 1, "row": 1}})
    assert await paged(history, 25, queues=None) == []
    assert await file_some(mongo, t.TENANT) == AT_ONCE
    newest = await history.page(t.TENANT, limit=AT_ONCE, cursor=None, text="", queues=None)
    assert list(newest.rows) == [row_of(record) for record in ended[:AT_ONCE]]
    await file_earlier(mongo, [t.TENANT])
    assert await mongo.tenant(t.TENANT).collection(CallRecord).find(sort=[("arrived_at", -1), ("id", -1)]) == there
    assert await file_some(mongo, t.TENANT) == 0


async def test_a_record_that_is_written_anew_meanwhile_is_filed_as_it_is_then(
    mongo: Mongo, mongod: RunningMongod, monkeypatch: pytest.MonkeyPatch
) -> None:
    [old] = await kept(mongo, [next(record for record in calls(5) if record.ended_at is not None)])
    new = filed(msgspec.structs.replace(old, contact_id=ContactId("ctc_new"), agent_id=UserId("usr_new")))
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["call_records"].update_many({}, {"$unset": {"found_in": 1, "row": 1}})
    records = mongo.tenant(t.TENANT).collection(CallRecord)
    update_where = type(records).update_where

    async def later(self: Any, *args: Any) -> int:
        await records.replace(new)
        return await update_where(self, *args)

    monkeypatch.setattr(type(records), "update_where", later)
    await file_some(mongo, t.TENANT)
    assert await records.get(old.id) == new
