"""A fresh database per test, watched: no unscoped command, and no stored field that the data map does not know."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch
from weakref import WeakKeyDictionary

import pymongo
from bson.timestamp import Timestamp
from tests.support.database.mongod import RunningMongod
from tests.support.database.oplog import STORING, Forgotten, Oplog

from call24.data_map import undeclared_paths
from call24.kit.mongo import Index, Mongo, ScopeWatch
from call24.kit.mongo.collection import PlatformCollection

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


class Server:
    """The database of tests on one server, with one client for the whole run.

    Which collections hold a document is known from the oplog: those that something was stored in since they were
    emptied. It is read on from where it was read last, so what a test before left running writes is seen as well.
    """

    def __init__(self, uri: str) -> None:
        self._client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(uri)
        self.database = self._client[NAME]
        self.oplog = Oplog(self._client)
        self.made = False
        """Whether it has the schema. A test that changes it puts it back."""
        self._read_until: Timestamp | None = None
        self._holding: set[str] = set()

    def holding(self) -> list[str]:
        """The collections that may hold a document; no other does."""
        try:
            if self._read_until is None:
                raise Forgotten("nothing was read yet")
            writes, self._read_until = self.oplog.since(self._read_until, NAME, STORING)
            self._holding |= {one.collection for one in writes if not one.collection.startswith("system.")}
        except Forgotten:
            self._read_until = self.oplog.mark()  # first: what is stored from now on is told of the next time
            self._holding = set(holding(self.database))
        return sorted(self._holding)

    def empty(self) -> None:
        for collection in self.holding():
            self.database[collection].delete_many({})
            self._holding.discard(collection)

    def undeclared(self) -> set[str]:
        return undeclared(self.database, self.holding())

    def close(self) -> None:
        self._client.close()


_servers: dict[str, Server] = {}
_server_of: WeakKeyDictionary[Mongo, Server] = WeakKeyDictionary()


def server(mongod: RunningMongod) -> Server:
    if mongod.uri not in _servers:
        _servers[mongod.uri] = Server(mongod.uri)
    return _servers[mongod.uri]


def oplog_of(mongo: Mongo) -> Oplog:
    """Of the server that a fresh database is on."""
    return _server_of[mongo].oplog


def nothing_read(mongo: Mongo) -> AbstractContextManager[object]:
    """While it lasts, a fresh database that nothing was stored in yet is not asked what all organisations have: there
    is nothing to find. A server asks for it in two dozen reads before it begins, and tests begin often."""
    if _server_of[mongo].holding():
        return nullcontext()
    return patch.object(PlatformCollection, "find", _found_nothing)


async def _found_nothing(*_: object, **__: object) -> list[Any]:
    return []


def close_servers() -> None:
    while _servers:
        _servers.popitem()[1].close()


@asynccontextmanager
async def fresh_database(mongod: RunningMongod) -> AsyncIterator[Mongo]:
    """An empty database with the schema; at the end it is checked. Only documents go: making collections takes long."""
    watch, kept = ScopeWatch(), server(mongod)
    mongo = Mongo(mongod.uri, NAME, watch=[watch])
    _server_of[mongo] = kept
    try:
        kept.empty()
        if not kept.made:
            await mongo.ensure_indexes(every_index())
            kept.made = True
        yield mongo
        unknown = sorted(kept.undeclared())
    finally:
        await mongo.close()
    assert watch.unscoped == [], f"commands without a tenant reached tenants' collections: {watch.unscoped}"
    assert unknown == [], f"stored fields that the data map does not know: {unknown}"


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


def undeclared(database: pymongo.database.Database[dict[str, Any]], among: Iterable[str] | None = None) -> set[str]:
    """`collection: path` of every stored field that is not declared. `among`: in these collections, else in all."""
    return {
        f"{collection}: {path}"
        for collection in (holding(database) if among is None else among)
        for document in database[collection].find()
        for path in undeclared_paths(collection, document)
    }
