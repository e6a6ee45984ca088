"""What changes in a whole database after an instant, in its order, and the same written to another. For backups.

It is read by a change stream of the database, which any user has who may read it: the oplog itself needs more rights.
Positions are MongoDB's cluster times: seconds since 1970, and a number within the second. All changes of a transaction
have one. Source: MongoDB manual, "Change Streams" and "Change Events".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp
from pymongo import DeleteOne, MongoClient, ReplaceOne, UpdateOne
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from call24.kit.errors import Unavailable
from call24.kit.mongo.whole import APP, identity

Position = tuple[int, int]
Change = RawBSONDocument
"""As MongoDB tells it, byte for byte."""

AWAIT_MS = 1_000
AT_ONCE = 1_000
DOCUMENTS = ("insert", "update", "replace", "delete")
COLLECTIONS = ("drop", "rename")
ENDS = ("dropDatabase", "invalidate")
"""After these the stream ends, and nothing can follow."""
_FIELDS = ("operationType", "clusterTime", "ns", "to", "documentKey", "fullDocument", "updateDescription")
_GONE = (136, 260, 280, 286)
"""CappedPositionLost, InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost."""
_REFUSED, _TOO_LARGE = 13, 10334
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_Write = ReplaceOne[Any] | UpdateOne | DeleteOne


class HistoryEnds(Unavailable):
    """MongoDB does not tell what came after the position, and never will."""


def instant_of(position: Position) -> datetime:
    """UTC, to the second."""
    return datetime.fromtimestamp(position[0], UTC)


def position_of(change: Mapping[str, Any]) -> Position:
    at = change["clusterTime"]
    return at.time, at.inc


class History:
    """Changes after a position, each once and in their order; `left_out`: collections of which nothing is told.

    `token`: where to go on; None: after `after`, which MongoDB still has to know.
    """

    def __init__(
        self, database: Database[dict[str, Any]], left_out: Collection[str], after: Position, token: bytes | None
    ) -> None:
        self._after = after
        match = {
            "operationType": {"$in": [*DOCUMENTS, *COLLECTIONS, *ENDS]},
            "ns.coll": {"$nin": sorted(left_out)},
        }
        begins: dict[str, Any] = (
            {"resume_after": bson.decode(token)} if token else {"start_at_operation_time": Timestamp(*after)}
        )
        with _translated():
            self.identity = identity(database)
            self._stream = database.with_options(codec_options=_RAW).watch(
                [{"$match": match}, {"$project": dict.fromkeys(_FIELDS, 1)}],
                max_await_time_ms=AWAIT_MS,
                show_expanded_events=True,  # which say where a path of an update has names with dots
                comment=APP,
                **begins,
            )

    def next(self) -> RawBSONDocument | None:
        """None where there is none yet, about a second after it was asked. Raises: Unavailable, HistoryEnds."""
        with _translated():
            while (change := self._stream.try_next()) is not None:
                if position_of(change) > self._after:
                    return change
        return None

    @property
    def token(self) -> bytes:
        """Where to go on after what `next` gave last."""
        return bson.encode(self._stream.resume_token or {})

    @property
    def seen(self) -> Position:
        """Up to here there is nothing that `next` has not given, if it gave None last."""
        return max(self._after, _of_token(self._stream.resume_token) or self._after)

    def close(self) -> None:
        self._stream.close()


def _of_token(token: Mapping[str, Any] | None) -> Position | None:
    """A token begins with its cluster time: the key string of a timestamp, which is its type (0x82) and 8 bytes."""
    said = str((token or {}).get("_data", ""))
    if not said.startswith("82") or len(said) < 18:
        return None
    try:
        return int(said[2:10], 16), int(said[10:18], 16)
    except ValueError:
        return None


@contextmanager
def history(
    uri: str, database: str, left_out: Collection[str], after: Position, token: bytes | None
) -> Iterator[History]:
    """Raises: Unavailable, HistoryEnds."""
    with _client(uri) as client:
        following = History(client.get_database(database), left_out, after, token)
        try:
            yield following
        finally:
            following.close()


def now(uri: str, database: str) -> Position:
    """Of the newest write that the server has. Raises: Unavailable."""
    with _translated(), _client(uri) as client:
        at = client.get_database(database).command("ping")["operationTime"]
        return at.time, at.inc


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationFailure as error:
        if error.code in _GONE:
            raise HistoryEnds("MongoDB does not know any more what came then") from error
        if error.code == _REFUSED:
            raise HistoryEnds(f"MongoDB refuses to tell its changes to this user: {error.details}") from error
        if error.code == _TOO_LARGE:
            raise HistoryEnds("one change is larger than MongoDB tells of (16 MB)") from error
        raise Unavailable(f"MongoDB could not be read: {error}") from error
    except (PyMongoError, BSONError) as error:
        raise Unavailable(f"MongoDB could not be read: {error}") from error


class Replay:
    """Writes changes to a database that nobody else uses.

    `misfits`: changes whose document was not there, of which a whole history has none.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._waiting: dict[str, list[_Write]] = {}
        self._count = 0
        self.misfits = 0

    def add(self, change: Mapping[str, Any]) -> None:
        """Raises: Unavailable."""
        kind, collection = change["operationType"], change["ns"].get("coll", "")
        with _translated():
            if kind in DOCUMENTS:
                if kind == "update" and _is_named_oddly(change["updateDescription"]):
                    self._flush()
                    self._update_oddly(collection, change)
                    return
                self._waiting.setdefault(collection, []).extend(_writes(kind, change))
                self._count += 1
                if self._count >= AT_ONCE:
                    self._flush()
                return
            self._flush()
            if kind == "drop":
                self._database.drop_collection(collection)
            elif kind == "rename":
                self._database[collection].rename(change["to"]["coll"], dropTarget=True)

    def flush(self) -> None:
        """All that was added is written. Raises: Unavailable."""
        with _translated():
            self._flush()

    def there(self, ids: Iterable[str]) -> set[str]:
        """Which of them are the id of a document, in whatever collection. Raises: Unavailable."""
        asked, found = sorted(set(ids)), set[str]()
        with _translated():
            self._flush()
            for name in self._database.list_collection_names(filter={"type": "collection"}) if asked else ():
                for first in range(0, len(asked), AT_ONCE):
                    some = {"_id": {"$in": asked[first : first + AT_ONCE]}}
                    found |= {str(one["_id"]) for one in self._database[name].find(some, {"_id": 1})}
        return found

    def _flush(self) -> None:
        for collection, writes in self._waiting.items():
            done = self._database[collection].bulk_write(writes, ordered=True)
            needed = sum(not isinstance(one, ReplaceOne) for one in writes)
            fitted = done.deleted_count + done.matched_count - _replaced(writes, done.upserted_count)
            self.misfits += max(0, needed - fitted)
        self._waiting.clear()
        self._count = 0

    def _update_oddly(self, collection: str, change: Mapping[str, Any]) -> None:
        which = {"_id": change["documentKey"]["_id"]}
        document = self._database[collection].find_one(which)
        if document is None:
            self.misfits += 1
            return
        update: dict[str, Any] = bson.decode(change["updateDescription"].raw)
        paths = update.get("disambiguatedPaths", {})
        for cut in update.get("truncatedArrays", ()):
            _at(document, _path(cut["field"], paths))[cut["newSize"] :] = []
        for name, value in update["updatedFields"].items():
            *before, last = _path(name, paths)
            _put(_at(document, before), last, value)
        for name in update["removedFields"]:
            *before, last = _path(name, paths)
            _at(document, before).pop(last, None)
        self._database[collection].replace_one(which, document)


def _replaced(writes: list[_Write], upserted: int) -> int:
    """How many replacements found a document: they count as matched, and need not."""
    return sum(isinstance(one, ReplaceOne) for one in writes) - upserted


def _writes(kind: str, change: Mapping[str, Any]) -> list[_Write]:
    which = {"_id": change["documentKey"]["_id"]}
    match kind:
        case "delete":
            return [DeleteOne(which)]
        case "update":
            return _updates(which, change["updateDescription"])
        case _:
            return [ReplaceOne(which, change["fullDocument"], upsert=True)]


def _updates(which: dict[str, Any], update: Mapping[str, Any]) -> list[_Write]:
    """Arrays that became shorter first: an array cannot be cut and written to in one update."""
    found: list[_Write] = [
        UpdateOne(which, {"$push": {cut["field"]: {"$each": [], "$slice": cut["newSize"]}}})
        for cut in update.get("truncatedArrays", ())
    ]
    changed: dict[str, Any] = {}
    if update["updatedFields"]:
        changed["$set"] = update["updatedFields"]
    if update["removedFields"]:
        changed["$unset"] = dict.fromkeys(update["removedFields"], "")
    return [*found, UpdateOne(which, changed)] if changed else found


def _is_named_oddly(update: Mapping[str, Any]) -> bool:
    """A field whose name has a dot or begins with a dollar, which no path of an update can name."""
    paths = update.get("disambiguatedPaths") or {}
    names = [part for path in paths.values() for part in path if isinstance(part, str)]
    plain = [name for name in (*update["updatedFields"], *update["removedFields"]) if name not in paths]
    return any("." in name for name in names) or any(
        part.startswith("$") for name in (*names, *plain) for part in name.split(".")
    )


def _path(name: str, paths: Mapping[str, list[str | int]]) -> list[str | int]:
    return list(paths.get(name) or name.split("."))


def _at(document: Any, path: list[str | int]) -> Any:
    for part in path:
        document = document[int(part) if isinstance(document, list) else part]
    return document


def _put(where: Any, name: str | int, value: Any) -> None:
    if not isinstance(where, list):
        where[name] = value
        return
    where.extend([None] * (int(name) + 1 - len(where)))
    where[int(name)] = value


@contextmanager
def replay(uri: str, database: str) -> Iterator[Replay]:
    """Raises: Unavailable."""
    with _client(uri) as client:
        yield Replay(client.get_database(database))


def _client(uri: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(uri, serverSelectionTimeoutMS=10_000, appname=APP)
