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
from call24.call_records.history_row import HistoryRow, filed, row_of
from call24.call_records.model import AgentPart, CallRecord, QueueVisit
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.kit.ids import CallId, ContactId, QueueId, UserId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.privacy.store import PrivacyStore

QUEUES = (t.HELP, t.SALES)


@pytest.fixture
def history(mongo: Mongo, tmp_path: Path) -> History:
    return History(
        mongo, ContactService(mongo, StillClock(START), AppKey(b"k" * 32), Changes(mongo, StillClock(START)))
    )


def calls(how_many: int) -> Iterator[CallRecord]:
    """Several begin in one instant; some were with agents and in queues, some only name them; one in ten goes on."""
    dice = random.Random(57)
    base = fold(Told(t.CALL).arrives().joins(t.HELP).after(9.001).ends().entries)
    for n in range(how_many):
        at = START + timedelta(seconds=n // dice.choice((1, 1, 5)))
        queues, agents = dice.sample(QUEUES, dice.randrange(3)), dice.sample(t.AGENTS, dice.randrange(3))
        yield filed(
            msgspec.structs.replace(
                base,
                id=CallId(f"call_{n:05}"),
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


async def test_pages_say_what_the_records_say_whatever_is_asked(mongo: Mongo, history: History) -> None:
    there = [record for record in await kept(mongo, list(calls(120))) if record.ended_at is not None]
    wanted = itertools.product(
        (None, [], [t.HELP], [*QUEUES]), (None, t.ANN, t.SUE), (None, t.SALES), (None, t.BOB), (3, 25)
    )
    for queues, agent, of_queue, of_agent, limit in wanted:
        naive = [
            row_of(record)
            for record in there
            if (queues is None or visible(record, queues, agent))
            and (of_queue is None or any(visit.queue_id == of_queue for visit in record.queues))
            and (of_agent is None or any(part.agent_id == of_agent for part in record.agents))
        ]
        found = await paged(history, limit, queues=queues, agent_id=agent, of_queue=of_queue, of_agent=of_agent)
        assert found == naive, (queues, agent, of_queue, of_agent, limit)


@pytest.mark.parametrize(
    "asked",
    [
        {"queues": None},
        {"queues": None, "of_agent": t.ANN},
        {"queues": None, "of_queue": t.SALES},
        {"queues": [QueueId("que_1"), t.HELP, t.SALES], "agent_id": t.ANN},
    ],
    ids=["all", "of an agent", "of a queue", "as an agent sees them"],
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
