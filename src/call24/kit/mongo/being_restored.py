"""A database outside of the installation that a restore fills. It has to be empty; a mark keeps Call24 out until it is
whole, and what a restore that was cut off has left is deleted by the next one of the same machine alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.write_concern import WriteConcern

from call24.kit.errors import Unavailable

APP = "call24 restore"
STAMPS, MARK = "schema", "restoring"
"""Where the mark is: beside the stamp that says which form the data has, so that who reads that one sees it."""
_SAFE = WriteConcern("majority", j=True)
_WRONG_PASSWORD, _REFUSED = 18, 13


class Restorer(NamedTuple):
    """Who fills a database. `pid`: on that machine."""

    machine: str
    pid: int
    began_at: datetime


class NotEmpty(Exception):
    """Something else is in the database. `collections`: how many; `by`: the restore that began to fill it."""

    def __init__(self, collections: int, by: Restorer | None) -> None:
        super().__init__(collections, by)
        self.collections, self.by = collections, by


class BeingRestored:
    def __init__(self, uri: str, database: str) -> None:
        self._uri = uri
        self._name = database

    def begin(self, me: Restorer, is_over: Restorer | None = None) -> None:
        """Marks the empty database; `is_over`: a restore whose leavings are deleted first.

        Raises: NotEmpty, Unavailable.
        """
        with self._database() as database:
            names = _collections(database)
            by = _restorer(database[STAMPS].find_one({"_id": MARK})) if STAMPS in names else None
            if names and (by is None or by != is_over):
                raise NotEmpty(len(names), by)
            _empty(database)
            try:
                database.get_collection(STAMPS, write_concern=_SAFE).insert_one(_mark(me))
            except DuplicateKeyError:
                raise NotEmpty(1, _restorer(database[STAMPS].find_one({"_id": MARK}))) from None

    def undo(self) -> None:
        """Raises: Unavailable."""
        with self._database() as database:
            _empty(database)

    def finish(self) -> None:
        """All that was written is safe, and Call24 may start. Raises: Unavailable."""
        with self._database() as database:
            database.get_collection(STAMPS, write_concern=_SAFE).delete_one({"_id": MARK})

    @contextmanager
    def _database(self) -> Iterator[Database[dict[str, Any]]]:
        try:
            with MongoClient[dict[str, Any]](self._uri, serverSelectionTimeoutMS=10_000, appname=APP) as client:
                yield client[self._name]
        except OperationFailure as error:
            if error.code in (_WRONG_PASSWORD, _REFUSED):
                raise Unavailable(
                    f"MongoDB does not let this user fill {self._name} (role readWrite): {error}"
                ) from error
            raise Unavailable(f"MongoDB did not take it: {error}") from error
        except PyMongoError as error:
            raise Unavailable(f"MongoDB does not answer: {error}") from error


def _collections(database: Database[dict[str, Any]]) -> list[str]:
    return [name for name in database.list_collection_names() if not name.startswith("system.")]


def _empty(database: Database[dict[str, Any]]) -> None:
    """The mark goes last: what a killed one leaves is marked."""
    for name in sorted(_collections(database), key=lambda name: name == STAMPS):
        database.drop_collection(name)


def _restorer(mark: dict[str, Any] | None) -> Restorer | None:
    if mark is None:
        return None
    by = mark["restore"]
    return Restorer(by["machine"], int(by["pid"]), datetime.fromisoformat(by["began_at"]))


def _mark(by: Restorer) -> dict[str, Any]:
    return {"_id": MARK, "restore": {"machine": by.machine, "pid": str(by.pid), "began_at": by.began_at.isoformat()}}
