"""A fresh database per test, watched: no unscoped command, and no stored field that the data map does not know."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pymongo
from tests.support.database.mongod import RunningMongod

from call24.data_map import undeclared_paths
from call24.kit.mongo import Index, Mongo, ScopeWatch

NAME = "call24_test"

_DECLARING = (
    "call24.audit.store",
    "call24.changes.store",
    "call24.tenants.store",
    "call24.identity.store",
    "call24.identity.link_store",
    "call24.identity.mfa_store",
    "call24.identity.oidc.store",
    "call24.notifications.email.outbox",
    "call24.agents.store",
    "call24.queues.store",
    "call24.flows.store",
    "call24.contacts.store",
    "call24.contacts.call_names",
    "call24.corrections.store",
    "call24.journal.journal",
    "call24.call_records.kept_calls",
    "call24.call_records.projector",
    "call24.statistics.store",
    "call24.statistics.totals",
    "call24.exports.service",
    "call24.recordings.store",
    "call24.tasks.store",
    "call24.tasks.series",
    "call24.tasks.filters",
    "call24.tasks.offers",
    "call24.webhooks.store",
    "call24.web_push.store",
    "call24.crm.store",
    "call24.realtime.store",
    "call24.realtime.cluster.store",
    "call24.idempotency.service",
    "call24.privacy.store",
)


def every_index() -> list[Index]:
    found: list[Index] = []
    for name in _DECLARING:
        found.extend(importlib.import_module(name).INDEXES)
    return found


_made: set[str] = set()
"""The servers that have the schema. A test that changes it puts it back."""


@asynccontextmanager
async def fresh_database(mongod: RunningMongod) -> AsyncIterator[Mongo]:
    """An empty database with the schema; at the end it is checked. Only documents go: making collections takes long."""
    watch = ScopeWatch()
    mongo = Mongo(mongod.uri, NAME, watch=[watch])
    try:
        with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
            empty(client[NAME])
            if mongod.uri not in _made:
                await mongo.ensure_indexes(every_index())
                _made.add(mongod.uri)
            yield mongo
            unknown = sorted(undeclared(client[NAME]))
    finally:
        await mongo.close()
    assert watch.unscoped == [], "commands without a tenant reached tenants' collections"
    assert unknown == [], "stored fields that the data map does not know"


@contextmanager
def looked_at(mongod: RunningMongod) -> Iterator[Callable[[], int]]:
    """How many documents and keys the last query read."""
    with profiled(mongod) as last:
        yield lambda: int(last()["docsExamined"]) + int(last()["keysExamined"])


@contextmanager
def profiled(mongod: RunningMongod) -> Iterator[Callable[[], dict[str, Any]]]:
    """What the server's profiler says of the last query."""
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        database = client[NAME]
        database.command("profile", 2)

        def last() -> dict[str, Any]:
            entry = database["system.profile"].find_one({"op": "query"}, sort=[("$natural", -1)])
            assert entry is not None
            return entry

        try:
            yield last
        finally:
            database.command("profile", 0)
            database.drop_collection("system.profile")


def empty(database: pymongo.database.Database[dict[str, Any]]) -> None:
    for collection in holding(database):
        database[collection].delete_many({})


def holding(database: pymongo.database.Database[dict[str, Any]]) -> list[str]:
    """The collections that hold a document: one question instead of one to each of them."""

    def first_of(name: str) -> dict[str, Any]:
        one = [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}]
        return {"$unionWith": {"coll": name, "pipeline": one}}

    union = [first_of(name) for name in collections(database)]
    return [found["name"] for found in database.aggregate([{"$documents": []}, *union])]


def collections(database: pymongo.database.Database[dict[str, Any]]) -> list[str]:
    """Those of Call24, without MongoDB's own, such as what its profiler keeps."""
    return [name for name in database.list_collection_names() if not name.startswith("system.")]


def undeclared(database: pymongo.database.Database[dict[str, Any]]) -> set[str]:
    """`collection: path` of every stored field that is not declared."""
    return {
        f"{collection}: {path}"
        for collection in holding(database)
        for document in database[collection].find()
        for path in undeclared_paths(collection, document)
    }
