"""Pages of history are read out of an index alone, and say what the records say, whatever is asked."""

from __future__ import annotations

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

from call24.call_records.backfill import AT_ONCE, file_earlier, file_some
from call24.call_records.call_record import fold
from call24.call_records.history import History, visible
from call24.call_records.history_filter import CallFilter
from call24.call_records.history_row import HistoryRow, filed, row_of
from call24.call_records.model import AgentPart, CallRecord, Outcome, QueueVisit
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.kit.ids import CallId, ContactId, QueueId, UserId
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
