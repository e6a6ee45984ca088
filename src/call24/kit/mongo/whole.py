"""A whole database, read as it was at one instant and written again. For backups: it knows no tenants and no rules.

Reads have the server's read concern "snapshot" at one cluster time, so writes go on meanwhile. The server keeps what
was at that time for a while only, 300 s unless it is told otherwise. Source: MongoDB manual, "Read Concern snapshot"
and `minSnapshotHistoryWindowInSeconds`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError, ServerSelectionTimeoutError

from call24.kit.errors import Unavailable

APP = "call24 backup"
HISTORY_S, USUAL_HISTORY_S = 6 * 3600, 300
AT_ONCE = 1000
PATIENCE_MS = 10_000
"""How long a MongoDB is looked for."""
_BATCH_BYTES = 4 * 1024 * 1024
_TOO_OLD = (239, 246)  # SnapshotTooOld, SnapshotUnavailable
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_FIRST = "tenants"


class Instant:
    """One instant of a database. `at` is UTC, to the second; `position`: its cluster time, up to which all is in it.
    `identity`: of this database and no other."""

    def __init__(self, client: MongoClient[dict[str, Any]], session: ClientSession, name: str) -> None:
        self._database = client.get_database(name)
        self._session = session
        found = self._database.command(
            {"find": _FIRST, "limit": 1, "readConcern": {"level": "snapshot"}}, session=session
        )
        # A collection that is not there has no time of its own: an installation without an organisation has no tenants.
        self._time: Timestamp = found["cursor"].get("atClusterTime", found["operationTime"])
        self.at = datetime.fromtimestamp(self._time.time, UTC)
        self.position = (self._time.time, self._time.inc)
        self.identity = identity(self._database)

    def collections(self) -> list[str]:
        names = self._database.list_collection_names(filter={"type": "collection"})
        return sorted(name for name in names if not name.startswith("system."))

    def documents(self, collection: str) -> Iterator[bytes]:
        """Batches of BSON documents, one after another, each batch of some MB at most. Raises: Unavailable."""
        concern = {"level": "snapshot", "atClusterTime": self._time}
        try:
            asked: dict[str, Any] = {"find": collection, "batchSize": AT_ONCE, "readConcern": concern}
            cursor = self._command(asked)
            while True:
                batch = cursor.get("firstBatch", cursor.get("nextBatch"))
                yield from _bounded(batch)
                if not cursor["id"]:
                    return
                cursor = self._command({"getMore": cursor["id"], "collection": collection, "batchSize": AT_ONCE})
        except PyMongoError as error:
            if isinstance(error, OperationFailure) and error.code in _TOO_OLD:
                raise Unavailable(
                    "the backup took longer than MongoDB keeps what was at its beginning: make it while there is less "
                    "to do, and see that minSnapshotHistoryWindowInSeconds can be raised"
                ) from error
            raise Unavailable(f"MongoDB could not be read: {error}") from error

    def _command(self, command: dict[str, Any]) -> Any:
        return self._database.command(command, session=self._session, codec_options=_RAW)["cursor"]


def identity(database: Database[dict[str, Any]]) -> str:
    """Of a database and no other: a restored one has the same documents, but collections of its own. Empty where there
    is no organisation yet."""
    found = next(iter(database.list_collections(filter={"name": _FIRST})), None)
    return bytes(found["info"]["uuid"]).hex() if found else ""


def _bounded(batch: list[RawBSONDocument]) -> Iterator[bytes]:
    waiting = bytearray()
    for document in batch:
        waiting += document.raw
        if len(waiting) > _BATCH_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


@contextmanager
def one_instant(uri: str, database: str, admin_uri: str | None) -> Iterator[Instant]:
    """Now. `admin_uri`: of who may tell the server to keep the past for longer; None: it is not told.

    Raises: Unavailable.
    """
    try:
        with _client(uri) as client, _history(admin_uri), client.start_session(causal_consistency=False) as session:
            yield Instant(client, session, database)
    except ServerSelectionTimeoutError as error:
        raise Unavailable("MongoDB does not answer: a backup is made while Call24 runs, so start it") from error
    except PyMongoError as error:
        raise Unavailable(f"MongoDB could not be read: {error}") from error


@contextmanager
def _history(admin_uri: str | None) -> Iterator[None]:
    if admin_uri is None:
        yield
        return
    with _client(admin_uri) as admin:
        admin.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=HISTORY_S)
        try:
            yield
        finally:
            admin.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=USUAL_HISTORY_S)


class Written:
    """A database that is being filled; nobody else uses it."""

    def __init__(self, client: MongoClient[dict[str, Any]], name: str) -> None:
        self._database = client.get_database(name)

    def add(self, collection: str, documents: bytes) -> int:
        """As ``Instant.documents`` gave them; how many. Raises: Unavailable."""
        found = split(documents)
        try:
            self._database.get_collection(collection, codec_options=_RAW).insert_many(found, ordered=False)
        except PyMongoError as error:
            raise Unavailable(f"MongoDB did not take documents of {collection}: {error}") from error
        return len(found)

    def empty(self, collection: str, field: str) -> int:
        """Writes null in all that have this field; how many had a value. Raises: Unavailable."""
        try:
            done = self._database[collection].update_many({field: {"$ne": None}}, {"$set": {field: None}})
        except PyMongoError as error:
            raise Unavailable(f"MongoDB did not take changes of {collection}: {error}") from error
        return done.modified_count

    def newest(self, collection: str, field: str) -> datetime | None:
        """The latest time in this field. Raises: Unavailable."""
        try:
            found = self._database[collection].find_one({field: {"$ne": None}}, sort=[(field, -1)])
        except PyMongoError as error:
            raise Unavailable(f"MongoDB could not be read: {error}") from error
        at = found[field] if found else None
        return at.replace(tzinfo=UTC) if isinstance(at, datetime) else None


@contextmanager
def written(uri: str, database: str) -> Iterator[Written]:
    """Raises: Unavailable."""
    with _client(uri) as client:
        yield Written(client, database)


def split(documents: bytes) -> list[RawBSONDocument]:
    return bson.decode_all(documents, _RAW)


def fingerprint(documents: bytes) -> tuple[int, int]:
    """How many there are, and a sum of their hashes in which their order does not matter (modulo 2^256)."""
    found = split(documents)
    return len(found), sum(int.from_bytes(hashlib.sha256(each.raw).digest(), "big") for each in found) % 2**256


def _client(uri: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(uri, serverSelectionTimeoutMS=PATIENCE_MS, appname=APP)
