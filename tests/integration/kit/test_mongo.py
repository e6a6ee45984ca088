"""The door to MongoDB: scoped, typed, exact to the millisecond, and quick to say when the server is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pymongo
import pytest
from pymongo import UpdateOne
from pymongo.errors import WriteError
from tests.support.database.database import NAME, every_index
from tests.support.database.mongod import RunningMongod, start_mongod
from tests.support.database.watched import Watched
from tests.support.stopped_process import stopped
from tests.support.wait import wait_until

from call24.changes.model import ChangeHead
from call24.contacts.model import Contact
from call24.kit.errors import Conflict, NotFound, Unavailable
from call24.kit.ids import ContactId, QueueId, TenantId, TrunkId, UserId
from call24.kit.mongo import FILLED, Index, Mongo, ScopeWatch
from call24.queues.model import Queue
from call24.tenants.model import Tenant, Trunk

ONE, OTHER = TenantId("ten_one"), TenantId("ten_other")
AT = datetime(2026, 11, 24, 9, 30, 0, 123000, tzinfo=UTC)
ANEW = {"$set": {"name": "y"}}


def queue(tenant_id: TenantId = ONE, id: str = "que_1", name: str = "support") -> Queue:
    members = (UserId("usr_a"), UserId("usr_b"))
    return Queue(id=QueueId(id), tenant_id=tenant_id, name=name, name_key=name, members=members, created_at=AT)


async def test_what_is_stored_is_read_again_equal(mongo: Mongo) -> None:
    queues = mongo.tenant(ONE).collection(Queue)
    await queues.insert(queue())
    assert await queues.get("que_1") == queue()
    assert (await queues.get("que_1")).created_at.tzinfo is UTC


async def test_what_is_not_there_is_stored_whole_and_what_is_has_only_some_fields_set(mongo: Mongo) -> None:
    queues = mongo.tenant(ONE).collection(Queue)
    fresh, again = queue(name="first"), queue(name="again")
    await queues.update_or_insert(fresh, {"name": "first", "members": fresh.members})
    assert await queues.get("que_1") == fresh
    await queues.update_or_insert(msgspec.structs.replace(again, name_key="other"), {"name": "again"})
    assert await queues.get("que_1") == msgspec.structs.replace(fresh, name="again")


async def test_a_scope_neither_reads_nor_changes_nor_counts_what_is_anothers(mongo: Mongo) -> None:
    await mongo.tenant(ONE).collection(Queue).insert(queue())
    foreign = mongo.tenant(OTHER).collection(Queue)
    with pytest.raises(NotFound):
        await foreign.get("que_1")
    assert await foreign.find() == [] and await foreign.count() == 0
    assert not await foreign.update("que_1", {"name": "x"})
    assert await foreign.update_where({}, {"name": "x"}) == 0
    assert not await foreign.delete("que_1") and await foreign.delete_many({}) == 0
    assert not await foreign.replace(queue(OTHER, name="x"))
    with pytest.raises(Conflict):
        await foreign.replace(queue(OTHER, name="x"), upsert=True)
    with pytest.raises(Conflict):
        await foreign.update_or_insert(queue(OTHER, name="x"), {"name": "x"})
    assert await mongo.tenant(ONE).collection(Queue).get("que_1") == queue()


async def test_a_number_is_counted_for_its_tenant_alone_and_one_of_another_stays(mongo: Mongo) -> None:
    mine, foreign = mongo.tenant(ONE).collection(ChangeHead), mongo.tenant(OTHER).collection(ChangeHead)
    assert await mine.count_up(ChangeHead(id="n", tenant_id=ONE, seq=0), "seq", 3) == 3
    assert await mine.count_up(ChangeHead(id="n", tenant_id=ONE, seq=0), "seq", 1) == 4
    with pytest.raises(Conflict):
        await foreign.count_up(ChangeHead(id="n", tenant_id=OTHER, seq=0), "seq", 1)
    with pytest.raises(ValueError, match="another tenant"):
        await foreign.count_up(ChangeHead(id="n", tenant_id=ONE, seq=0), "seq", 1)
    with pytest.raises(ValueError, match="scope adds"):
        await mine.count_up(ChangeHead(id="n", tenant_id=ONE, seq=0), "tenant_id", 1)
    assert await mine.get("n") == ChangeHead(id="n", tenant_id=ONE, seq=4) and await foreign.find() == []


@pytest.mark.parametrize(
    "filter",
    [
        {"tenant_id": "ten_other"},
        {"$or": [{"name": "x"}, {"tenant_id": {"$ne": ""}}]},
        {"$where": "true"},
        {"$expr": {"$eq": ["$tenant_id", "ten_other"]}},
    ],
    ids=["tenant", "deep tenant", "where", "expr"],
)
async def test_a_filter_cannot_name_the_tenant_or_run_code(mongo: Mongo, filter: dict[str, Any]) -> None:
    queues = mongo.tenant(ONE).collection(Queue)
    for ask in (queues.find, queues.find_one, queues.count, queues.delete_many):
        with pytest.raises(ValueError, match=r"scope adds|not allowed"):
            await ask(filter)
    with pytest.raises(ValueError, match=r"scope adds|not allowed"):
        await queues.update_where(filter, {"name": "x"})
    with pytest.raises(ValueError, match="scope adds"):
        await queues.update("que_1", {"tenant_id": "ten_other"})


async def test_a_document_of_another_tenant_cannot_be_put_in(mongo: Mongo) -> None:
    queues = mongo.tenant(ONE).collection(Queue)
    for put in (queues.insert, queues.replace):
        with pytest.raises(ValueError, match="another tenant"):
            await put(queue(OTHER))
    with pytest.raises(ValueError, match="another tenant"):
        await queues.insert_many([queue(), queue(OTHER, "que_2", "b")])
    with pytest.raises(ValueError, match="needs a tenant"):
        mongo.tenant(TenantId(""))
    with pytest.raises(TypeError, match="does not belong"):
        mongo.tenant(ONE).collection(Tenant)


async def test_the_server_itself_refuses_a_tenants_document_without_a_tenant(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        collection = client[NAME]["queues"]
        for document in ({"_id": "x"}, {"_id": "x", "tenant_id": None}, {"_id": "x", "tenant_id": ""}):
            with pytest.raises(WriteError, match="validation"):
                collection.insert_one(dict(document))


async def test_the_watch_sees_what_has_no_tenant_and_knows_the_reason_of_the_rest(mongod: RunningMongod) -> None:
    watch = ScopeWatch()
    mongo = Mongo(mongod.uri, NAME, watch=[watch])
    await mongo.tenant(ONE).collection(Trunk).find()
    await mongo.platform(Trunk, why="a reason").find()
    assert watch.unscoped == [] and watch.reasons == {("trunks", "a reason")}
    raw = mongo.raw("trunks")
    await raw.find_one({})
    await raw.find_one({"tenant_id": {"$ne": "x"}})
    await raw.count_documents({"name": "x"})
    await raw.update_one({"_id": "x"}, {"$set": {"name": "y"}})
    await raw.delete_many({})
    await raw.find_one_and_update({}, {"$set": {"name": "y"}})
    await raw.distinct("name")
    commands = [text.split()[0] for text in watch.unscoped]
    assert commands == ["find", "find", "aggregate", "update", "delete", "findAndModify", "distinct"]
    await mongo.close()


async def test_a_servers_own_profiler_tells_of_what_has_no_tenant(mongo: Mongo, mongod: RunningMongod) -> None:
    watch, other = Watched(lambda: mongod.uri, NAME), Mongo(mongod.uri, NAME)
    watch.begin()
    try:
        queues = other.tenant(ONE).collection(Queue)
        for one in (queues, other.platform(Queue, why="a reason")):
            await one.insert(queue(id=f"que_{id(one)}", name=f"n{id(one)}"))
            await one.replace_many([queue(), queue(id="que_2", name="b")])
            await one.update("que_2", {"name": "c"})
            await one.update_or_insert(queue(), {"name": "d"})
            assert await one.count() and await one.find_one({"name": "d"}) and await one.delete_many({})
        await other.tenant(ONE).wipe()
        watch.check()
        assert watch.seen > 16
        raw = other.raw("queues")
        await raw.find_one({})
        await raw.find_one({"tenant_id": {"$ne": "x"}})
        await raw.count_documents({"name": "x"})
        await raw.bulk_write([UpdateOne({"tenant_id": ONE, "_id": "x"}, ANEW), UpdateOne({"_id": "x"}, ANEW)])
        await raw.delete_many({})
        await raw.find_one_and_update({}, ANEW)
        await raw.distinct("name")
        with pytest.raises(AssertionError) as told:
            watch.check()
        lines = str(told.value).splitlines()[1:]
        commands = [line.split()[0] for line in lines]
        assert commands == ["find", "find", "aggregate", "update", "delete", "findAndModify", "distinct"], lines
        watch.check()
    finally:
        watch.end()
        await other.close()


async def test_insert_many_keeps_what_is_new_and_says_what_was_there(mongo: Mongo) -> None:
    queues = mongo.tenant(ONE).collection(Queue)
    await queues.insert(queue())
    with pytest.raises(Conflict):
        await queues.insert_many([queue(), queue(id="que_2", name="b"), queue(id="que_3", name="c")])
    assert await queues.count() == 3


async def test_sort_limit_and_a_unique_index_within_one_tenant(mongo: Mongo) -> None:
    queues = mongo.tenant(ONE).collection(Queue)
    await queues.insert_many([queue(id=f"que_{n}", name=f"n{n}") for n in range(5)])
    assert [one.id for one in await queues.find(sort=[("id", -1)], limit=2)] == ["que_4", "que_3"]
    with pytest.raises(Conflict):
        await queues.insert(queue(id="que_9", name="n1"))
    await mongo.tenant(OTHER).collection(Queue).insert(queue(OTHER, "que_8", "n1"))


async def test_wiping_a_tenant_leaves_the_others(mongo: Mongo) -> None:
    for tenant_id in (ONE, OTHER):
        scope = mongo.tenant(tenant_id)
        await scope.collection(Queue).insert(queue(tenant_id, f"que_{tenant_id}"))
        trunk = Trunk(id=TrunkId(f"trk_{tenant_id}"), tenant_id=tenant_id, name="t", addresses=("::1",), created_at=AT)
        await scope.collection(Trunk).insert(trunk)
    assert await mongo.tenant(ONE).wipe() == 2
    assert await mongo.tenant(OTHER).collection(Queue).count() == 1


async def test_making_the_schema_again_changes_nothing(mongo: Mongo) -> None:
    begun = time.perf_counter()
    await mongo.ensure_indexes(every_index())
    assert time.perf_counter() - begun < 2


async def test_an_index_that_is_retired_is_taken_away_and_the_others_stay(mongo: Mongo, mongod: RunningMongod) -> None:
    earlier, kept = Index(Queue, ("created_at",)), Index(Queue, ("-created_at",))
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        there = client[NAME]["queues"]
        await mongo.ensure_indexes([earlier, kept])
        names = set(there.index_information())
        await mongo.ensure_indexes([Index(Queue, ("created_at",), retired=True), kept])
        assert names - set(there.index_information()) == {"tenant_id_1_created_at_1"}
        await mongo.ensure_indexes([Index(Queue, ("created_at",), retired=True)])
        there.drop_index("tenant_id_1_created_at_-1")


async def test_an_index_that_an_earlier_version_made_otherwise_is_made_anew(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    whole, part = Index(Queue, ("created_at",)), Index(Queue, ("created_at",), only={"name": FILLED})
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        there = client[NAME]["queues"]
        await mongo.ensure_indexes([part])
        await mongo.ensure_indexes([whole])
        assert "partialFilterExpression" not in there.index_information()["tenant_id_1_created_at_1"]
        await mongo.ensure_indexes([part])
        assert there.index_information()["tenant_id_1_created_at_1"]["partialFilterExpression"] == {"name": {"$gt": ""}}
        there.drop_index("tenant_id_1_created_at_1")


@pytest.fixture
async def mortal(tmp_path: Path) -> AsyncIterator[tuple[Mongo, RunningMongod]]:
    """A server of its own, to be killed."""
    running = start_mongod(tmp_path)
    mongo = Mongo(running.uri, "call24", timeout_s=1.5)
    yield mongo, running
    await mongo.close()
    running.stop()


async def test_a_killed_server_is_noticed_and_found_again_with_what_was_acknowledged(
    mortal: tuple[Mongo, RunningMongod], tmp_path: Path
) -> None:
    mongo, running = mortal
    contacts = mongo.tenant(ONE).collection(Contact)
    for n in range(50):
        contact = Contact(id=ContactId(f"ctc_{n}"), tenant_id=ONE, number=f"+4420{n}", created_at=AT, seen_at=AT)
        await contacts.insert(contact)
    assert mongo.reachable
    running.stop()
    begun = time.perf_counter()
    for ask in (contacts.count, mongo.platform(Tenant, why="x").find):
        with pytest.raises(Unavailable):
            await ask()
    with pytest.raises(Unavailable):
        await contacts.update("ctc_1", {"name": "x"})
    assert time.perf_counter() - begun < 8
    await wait_until(lambda: not mongo.reachable, 5)
    assert not await mongo.ping(0.3)
    again = start_mongod(tmp_path, running.port)
    try:
        await wait_until(lambda: mongo.reachable, 10)
        assert await contacts.count() == 50 and await mongo.ping(2)
    finally:
        again.stop()


async def test_a_server_that_hangs_does_not_hang_us(mortal: tuple[Mongo, RunningMongod]) -> None:
    mongo, running = mortal
    with stopped(running.process.pid):
        begun = time.perf_counter()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(mongo.tenant(ONE).collection(Queue).find(), 10)
        assert time.perf_counter() - begun < 5
    await wait_until(lambda: mongo.ping(1), 10)
