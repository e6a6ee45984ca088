"""What was written to a test's MongoDB, told by its oplog: also what was removed again, and of which organisation.

A mark is the time of an entry. What is asked for since a mark costs what was written, not what there is.
Source: https://www.mongodb.com/docs/v6.0/core/replica-set-oplog/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pymongo
from bson.timestamp import Timestamp

STORING, ANY = ("i", "c"), ("i", "c", "u", "d")
"""The kinds of entries: inserts, and commands, in which a transaction comes too; with updates and removals."""
_APPLIED = "applyOps"
_SCHEMA = (
    *("create", "drop", "dropDatabase", "collMod", "createIndexes", "dropIndexes"),
    *("startIndexBuild", "commitIndexBuild", "abortIndexBuild"),
    *("commitTransaction", "abortTransaction"),
)
"""Commands after which no collection has a document that no entry of its own tells of."""
_OF_ONE = ("op", "ns", "o._id", "o2._id", "o.tenant_id", *(f"o.{name}" for name in _SCHEMA))
_FIELDS = ("ts", *_OF_ONE, *(f"o.{_APPLIED}.{field}" for field in _OF_ONE))

Entry = Mapping[str, Any]


class Forgotten(Exception):
    """The oplog does not tell all that was written since a mark: then every collection is asked."""


@dataclass(frozen=True)
class Write:
    """`kind`: as in `ANY`, but `c`. `tenant_id`: None where the entry has none, as of a removal."""

    kind: str
    collection: str
    id: Any
    tenant_id: str | None


class Oplog:
    """Of one server. `client` is not closed here."""

    def __init__(self, client: pymongo.MongoClient[dict[str, Any]]) -> None:
        self.client = client
        self._entries = client["local"]["oplog.rs"]

    def mark(self) -> Timestamp:
        """All that is told of until now is at this mark or before it, and what is stored from now on comes after it.

        The last entry may stand behind a gap, where a write is under way that began earlier. Reading forwards waits
        until gaps before what is the last entry then are closed.
        """
        [last] = self._entries.find({}, {"ts": 1}, sort=[("$natural", -1)], limit=1)
        *_, read = self._entries.find({"ts": {"$gte": last["ts"]}}, {"ts": 1}, batch_size=10_000)
        return read["ts"]

    def since(self, mark: Timestamp, database: str, kinds: Sequence[str] = ANY) -> tuple[list[Write], Timestamp]:
        """What was written to a database after a mark, the oldest first, and the mark to go on from.

        Raises: Forgotten where the mark is older than the oldest entry, a killed server has lost it, or a command was
        given that could have stored something untold, such as renaming a collection.
        """
        asked = {"ts": {"$gte": mark}, "$or": [{"ts": mark}, {"op": {"$in": kinds}}]}
        first, *new = list(self._entries.find(asked, _FIELDS, batch_size=10_000)) or [{"ts": None}]
        if first["ts"] != mark:
            raise Forgotten(f"the oplog has no entry of {mark} any more")
        writes = [write for entry in new for write in _told(entry, database) if write.kind in kinds]
        return writes, new[-1]["ts"] if new else mark


def _told(entry: Entry, database: str) -> Iterator[Write]:
    """Of a transaction: all its writes. A large one has several entries, each with some of them."""
    of_database, _, collection = entry["ns"].partition(".")
    said = entry.get("o", {})
    if entry["op"] != "c":
        if of_database == database:
            yield Write(entry["op"], collection, entry.get("o2", said).get("_id"), said.get("tenant_id"))
    elif _APPLIED in said:
        for one in said[_APPLIED]:
            yield from _told(one, database)
    elif of_database in (database, "admin") and not any(name in said for name in _SCHEMA):
        raise Forgotten(f"a command in {entry['ns']} that is not known here")
