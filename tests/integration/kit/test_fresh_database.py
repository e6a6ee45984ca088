"""A test's database is empty at its begin and looked through at its end, however something was written to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
from bson.timestamp import Timestamp
from pymongo.database import Database
from tests.support.database.database import NAME, Server, fresh_database, holding, oplog_of, server
from tests.support.database.mongod import RunningMongod, start_mongod, transactions_end_after
from tests.support.database.oplog import Forgotten, Write

LARGE = b"\x00" * 7_000_000
"""Three of these are too much for one entry of the oplog."""

Document = dict[str, Any]
Writing = Callable[[Database[Document], Document], None]


@pytest.fixture(scope="module", autouse=True)
def long_transactions(mongod: RunningMongod) -> Iterator[None]:
    """Those of here write much, or wait for something else: on a busy machine three seconds are too few."""
    with transactions_end_after(mongod, 60):
        yield


@pytest.fixture
def other(mongod: RunningMongod) -> Iterator[Database[Document]]:
    """Whoever writes beside the test: another process, a task that has not ended."""
    with pymongo.MongoClient[Document](mongod.uri) as client:
        yield client[NAME]
        for made_here in ("test_before", "test_contacts"):
            client[NAME].drop_collection(made_here)


def contact(n: int = 1, **more: Any) -> Document:
    return {"_id": f"ctc_{n}", "tenant_id": "tnt_1", "number": f"+4420{n}", **more}


def inserted(database: Database[Document], document: Document) -> None:
    database["contacts"].insert_one(document)


def several_at_once(database: Database[Document], document: Document) -> None:
    database["contacts"].insert_many([contact(8), document])


def changed(database: Database[Document], document: Document) -> None:
    database["contacts"].insert_one(contact())
    database["contacts"].update_one({"_id": "ctc_1"}, {"$set": document})


def in_a_transaction(database: Database[Document], document: Document) -> None:
    with database.client.start_session() as session, session.start_transaction():
        database["queues"].insert_one({"_id": "que_1", "tenant_id": "tnt_1"}, session=session)
        database["contacts"].insert_one(document, session=session)


def in_a_large_transaction(database: Database[Document], document: Document) -> None:
    with database.client.start_session() as session, session.start_transaction():
        for collection in ("files", "prompts", "recordings"):
            large = {"_id": "large", "tenant_id": "tnt_1", "id": LARGE}
            database[collection].insert_one(large, session=session)
        database["contacts"].insert_one(document, session=session)


def by_another_name(database: Database[Document], document: Document) -> None:
    database["test_before"].insert_one(document)
    database["test_before"].rename("test_contacts", dropTarget=True)


def put_out(database: Database[Document], document: Document) -> None:
    database.aggregate([{"$documents": [document]}, {"$out": "test_contacts"}])


WRITING: list[Writing] = [
    inserted,
    several_at_once,
    changed,
    in_a_transaction,
    in_a_large_transaction,
    by_another_name,
    put_out,
]
ways = pytest.mark.parametrize("write", WRITING, ids=lambda write: write.__name__)


@ways
async def test_what_a_test_wrote_is_gone_for_the_next(
    mongod: RunningMongod, other: Database[Document], write: Writing
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.database.database.undeclared_paths", lambda *_: [])
        async with fresh_database(mongod):
            write(other, contact())
            assert holding(other) != []
    async with fresh_database(mongod):
        assert holding(other) == []


@ways
async def test_a_field_that_is_not_declared_fails_the_test(
    mongod: RunningMongod, other: Database[Document], write: Writing
) -> None:
    with pytest.raises(AssertionError, match=r"contacts: shoe_size"):
        async with fresh_database(mongod):
            write(other, contact(shoe_size=44))


async def test_what_is_declared_fails_nothing_and_neither_does_what_was_removed(
    mongod: RunningMongod, other: Database[Document]
) -> None:
    async with fresh_database(mongod):
        inserted(other, contact())
        inserted(other, contact(2, shoe_size=44))
        other["contacts"].delete_one({"_id": "ctc_2"})


async def test_what_a_task_of_an_earlier_test_still_writes_is_gone_too(
    mongod: RunningMongod, other: Database[Document]
) -> None:
    async with fresh_database(mongod):
        pass
    inserted(other, contact(shoe_size=44))
    async with fresh_database(mongod):
        assert holding(other) == []


async def test_a_transaction_that_was_begun_before_the_look_is_told_of_once_it_is_stored(
    mongod: RunningMongod, other: Database[Document]
) -> None:
    async with fresh_database(mongod) as mongo:
        with other.client.start_session() as session, session.start_transaction():
            other["contacts"].insert_one(contact(), session=session)
            oplog = oplog_of(mongo)
            other["queues"].insert_one({"_id": "que_1", "tenant_id": "tnt_1"})
            mark = oplog.mark()
            assert server(mongod).holding() == ["queues"]
        assert oplog.since(mark, NAME)[0] == [Write("i", "contacts", "ctc_1", "tnt_1")]
        assert server(mongod).holding() == ["contacts", "queues"]


async def test_every_write_since_a_mark_is_told_of_also_one_that_was_taken_back(
    mongod: RunningMongod, other: Database[Document]
) -> None:
    async with fresh_database(mongod) as mongo:
        oplog, contacts = oplog_of(mongo), other["contacts"]
        inserted(other, contact())
        mark = oplog.mark()
        assert oplog.since(mark, NAME) == ([], mark)
        contacts.update_one({"_id": "ctc_1"}, {"$set": {"name": "Jo"}})
        contacts.delete_one({"_id": "ctc_1"})
        in_a_transaction(other, contact(2))
        other.client[f"{NAME}_else"]["contacts"].insert_one(contact())
        writes, further = oplog.since(mark, NAME)
        assert writes == [
            Write("u", "contacts", "ctc_1", None),
            Write("d", "contacts", "ctc_1", None),
            Write("i", "queues", "que_1", "tnt_1"),
            Write("i", "contacts", "ctc_2", "tnt_1"),
        ]
        assert oplog.since(further, NAME)[0] == []
    other.client.drop_database(f"{NAME}_else")


async def test_all_collections_are_asked_where_the_oplog_does_not_reach_back(
    mongod: RunningMongod, other: Database[Document]
) -> None:
    kept = server(mongod)
    async with fresh_database(mongod):
        kept.empty()
        inserted(other, contact())
        assert kept.holding() == ["contacts"]
        other["queues"].insert_one({"_id": "que_1", "tenant_id": "tnt_1"})
        newest = kept.oplog.mark()
        lost, too_old = Timestamp(newest.time + 1, 0), Timestamp(1, 1)
        for mark in (lost, too_old):
            with pytest.raises(Forgotten, match="has no entry"):
                kept.oplog.since(mark, NAME)
        kept._read_until = lost
        assert kept.holding() == ["contacts", "queues"]
        inserted(other, contact(2, tenant_id="tnt_2"))
        assert kept.holding() == ["contacts", "queues"]  # by the oplog again


def test_a_server_that_was_killed_meanwhile_is_asked_again(tmp_path: Path) -> None:
    running = start_mongod(tmp_path)
    kept = Server(running.uri)
    try:
        kept.empty()
        kept.database["contacts"].insert_one(contact())
        assert kept.holding() == ["contacts"]
        running.stop()
        running = start_mongod(tmp_path, running.port)
        kept.database["queues"].insert_one({"_id": "que_1"})
        kept.empty()
        assert kept.holding() == holding(kept.database) == []
    finally:
        kept.close()
        running.stop()
