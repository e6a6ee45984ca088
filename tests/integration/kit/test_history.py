"""What changes in a real database, and the same written to a copy: both are the same at each position."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure
from tests.support.database.mongod import RunningMongod

from call24.kit.mongo.history import HistoryEnds, Position, Replay, history, now, position_of
from call24.kit.mongo.whole import one_instant, split

LEFT_OUT = {"tokens"}
Documents = dict[str, dict[Any, Any]]
NAME, COPY = "history_source", "history_copy"


@pytest.fixture
def source(mongod: RunningMongod) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongod.uri) as client:
        yield client[NAME]
        client.drop_database(NAME)


@pytest.fixture
def copy(mongod: RunningMongod) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongod.uri) as client:
        yield client[COPY]
        client.drop_database(COPY)


def there(database: Database[dict[str, Any]]) -> Documents:
    found = {name: {one["_id"]: one for one in database[name].find()} for name in database.list_collection_names()}
    return {name: documents for name, documents in found.items() if documents and name not in LEFT_OUT}


def told(mongod: RunningMongod, after: Position, token: bytes | None = None) -> list[RawBSONDocument]:
    goal, found = now(mongod.uri, NAME), []
    with history(mongod.uri, NAME, LEFT_OUT, after, token) as changes:
        while (change := changes.next()) is not None or changes.seen < goal:
            if change is not None:
                found.append(change)
    return found


def changes_something(database: Database[dict[str, Any]], chance: random.Random) -> None:
    a, b = database["a"], database["b"]
    which = {"_id": chance.randrange(30)}
    match chance.randrange(13):
        case 0 | 1:
            a.replace_one(which, {"list": list(range(9)), "deep": {"x": 1, "y": [1, 2]}, "at": datetime.now(UTC)}, True)
        case 2:
            a.update_one(which, {"$set": {"deep.x": chance.random(), "new.path.to": chance.random()}})
        case 3:
            a.update_one(which, {"$push": {"list": chance.randrange(9)}, "$inc": {"n": 1}})
        case 4:
            a.update_one(which, {"$pull": {"list": {"$gt": 5}}})
        case 5:
            a.update_one(which, [{"$set": {"list": {"$slice": ["$list", 3]}, "deep.y": ["$n", chance.random()]}}])
        case 6:
            a.update_one(which, {"$unset": {"deep": "", "n": ""}})
        case 7:
            a.delete_one(which)
        case 8:
            a.update_one(which, {"$set": {"by_name": {"with.dot": chance.random(), "$odd": [1]}}})
        case 9:
            a.update_many({}, {"$set": {"seen": chance.random(), "list.1": chance.random()}})
        case 10:
            with database.client.start_session() as session, session.start_transaction():
                a.update_one(which, {"$set": {"both": chance.random()}}, session=session)
                b.insert_one({"of": which["_id"]}, session=session)
                b.delete_one({}, session=session)
        case 11:
            database["tokens"].insert_one({"secret": "x"})
        case _:
            b.insert_many({"n": number} for number in range(3))


def test_a_copy_to_which_the_changes_are_written_is_at_each_position_what_the_source_was(
    mongod: RunningMongod, source: Database[dict[str, Any]], copy: Database[dict[str, Any]]
) -> None:
    chance = random.Random(1)
    source["tenants"].insert_one({"_id": "ten_1"})
    source["a"].insert_many({"_id": number, "list": [1, 2, 3], "$odd": {"x": [1]}} for number in range(10))
    with one_instant(mongod.uri, NAME, None) as instant:
        begins = instant.position
        for name in instant.collections():
            for batch in instant.documents(name):
                copy[name].insert_many(split(batch))
    assert there(copy) == there(source)
    was: list[tuple[Position, Documents]] = []
    for number in range(120):
        with contextlib.suppress(OperationFailure):  # such as an array operation on what is none by then
            changes_something(source, chance)
        if number == 40:
            source["c"].insert_one({"_id": 1})
        if number == 60:
            source["b"].drop()
            source["c"].rename("d")
            source["a"].create_index("n")
        if number % 20 == 0:
            was.append((now(mongod.uri, NAME), there(source)))
    was.append((now(mongod.uri, NAME), there(source)))
    writing, waiting = Replay(copy), told(mongod, begins)
    assert {"insert", "update", "replace", "delete", "drop", "rename"} <= {one["operationType"] for one in waiting}
    for position, documents in was:
        while waiting and position_of(waiting[0]) <= position:
            writing.add(waiting.pop(0))
        writing.flush()
        assert there(copy) == documents
    assert not waiting and writing.misfits == 0


def test_it_goes_on_at_a_token_and_tells_no_change_twice(
    mongod: RunningMongod, source: Database[dict[str, Any]]
) -> None:
    source["a"].insert_one({"_id": 0})
    begins = now(mongod.uri, NAME)
    for number in range(1, 6):
        source["a"].insert_one({"_id": number})
    with history(mongod.uri, NAME, LEFT_OUT, begins, None) as changes:
        first = [changes.next(), changes.next()]
        token, at = changes.token, position_of(first[1] or {})
    ids = [one["documentKey"]["_id"] for one in (*first, *told(mongod, at, token)) if one]
    assert ids == [1, 2, 3, 4, 5]


def test_an_update_whose_document_is_not_there_is_counted(
    mongod: RunningMongod, source: Database[dict[str, Any]], copy: Database[dict[str, Any]]
) -> None:
    source["a"].insert_many({"_id": number} for number in range(3))
    begins = now(mongod.uri, NAME)
    source["a"].update_one({"_id": 0}, {"$set": {"x": 1}})
    source["a"].update_one({"_id": 1}, {"$set": {"x": 1}})
    source["a"].delete_one({"_id": 2})
    copy["a"].insert_one({"_id": 0})
    writing = Replay(copy)
    for change in told(mongod, begins):
        writing.add(change)
    writing.flush()
    assert writing.misfits == 2 and there(copy) == {"a": {0: {"_id": 0, "x": 1}}}


def test_a_token_of_another_mongodb_is_refused(mongod: RunningMongod, source: Database[dict[str, Any]]) -> None:
    source["a"].insert_one({"_id": 0})
    with source.watch() as stream:
        source["a"].insert_one({"_id": 1})
        token = str(stream.next()["_id"]["_data"])
    other = bson.encode({"_data": f"82{int(token[2:10], 16) - 9:08x}{token[10:]}"})
    with pytest.raises(HistoryEnds, match="does not know any more"):
        told(mongod, (1, 1), other)


def test_fields_whose_names_no_path_can_say_are_changed_where_mongodb_says_where(
    copy: Database[dict[str, Any]],
) -> None:
    """As MongoDB 6.1 and newer tell it."""
    copy["a"].insert_one({"_id": 1, "with.dot": {"list": [1, 2, 3, 4], "gone": 1}, "kept": {"0": "a"}})
    update = {
        "updatedFields": {"with.dot.list.1": "two", "kept.0": "b", "kept.$odd": 5, "with.dot.list.4": "five"},
        "removedFields": ["with.dot.gone"],
        "truncatedArrays": [{"field": "with.dot.list", "newSize": 2}],
        "disambiguatedPaths": {
            "with.dot.list.1": ["with.dot", "list", 1],
            "with.dot.list.4": ["with.dot", "list", 4],
            "with.dot.list": ["with.dot", "list"],
            "with.dot.gone": ["with.dot", "gone"],
            "kept.0": ["kept", "0"],
        },
    }
    change = {"operationType": "update", "ns": {"coll": "a"}, "documentKey": {"_id": 1}, "updateDescription": update}
    writing = Replay(copy)
    writing.add(RawBSONDocument(bson.encode(change)))
    writing.flush()
    expected = {"with.dot": {"list": [1, "two", None, None, "five"]}, "kept": {"0": "b", "$odd": 5}}
    assert there(copy) == {"a": {1: {"_id": 1, **expected}}}
