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
    """Who fills a database. `place`: where the id of its process is one of its kind; `started`: when that process was
    started there; `run`: of this restore and no other."""

    machine: str
    place: str
    pid: int
    started: str
    began_at: datetime
    run: str


class NotEmpty(Exception):
    """Something else is in the database. `collections`: how many; `by`: the restore that began to fill it."""

    def __init__(self, collections: int, by: Restorer | None) -> None:
        super().__init__(collections, by)
        self.collections, self.by = collections, by


class BeingRestored:
    """`me`: who fills it; nothing of another's is touched."""

    def __init__(self, uri: str, database: str, me: Restorer) -> None:
        self._uri = uri
        self._name = database
        self._me = me

    def begin(self, is_over: Restorer | None = None) -> None:
        """Marks the empty database; `is_over`: a restore whose leavings are deleted first.

        Raises: NotEmpty, Unavailable.
        """
        with self._database() as database:
            if is_over is not None and _by(database) == is_over:
                _empty(database)
            if names := _collections(database):
                raise NotEmpty(len(names), _by(database))
            try:
                database.get_collection(STAMPS, write_concern=_SAFE).insert_one(_mark(self._me))
            except DuplicateKeyError:
                raise NotEmpty(1, _by(database)) from None

    def undo(self) -> None:
        """Raises: Unavailable."""
        with self._database() as database:
            if _by(database) == self._me:
                _empty(database)

    def finish(self) -> None:
        """All that was written is safe, and Call24 may start. Raises: Unavailable, NotEmpty where it is another's."""
        with self._database() as database:
            mark = {"_id": MARK, "restore.run": self._me.run}
            if not database.get_collection(STAMPS, write_concern=_SAFE).delete_one(mark).deleted_count:
                raise NotEmpty(len(_collections(database)), _by(database))

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


def _by(database: Database[dict[str, Any]]) -> Restorer | None:
    mark = database[STAMPS].find_one({"_id": MARK})
    if mark is None:
        return None
    by = mark["restore"]
    began_at = datetime.fromisoformat(by["began_at"])
    return Restorer(by["machine"], by["place"], int(by["pid"]), by["started"], began_at, by["run"])


def _mark(by: Restorer) -> dict[str, Any]:
    told = {**by._asdict(), "pid": str(by.pid), "began_at": by.began_at.isoformat()}
    return {"_id": MARK, "restore": told}
