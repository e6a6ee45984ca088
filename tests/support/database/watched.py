"""The MongoDB of a real server, watched from outside.

Its profiler keeps the commands of Call24's own processes, and each is put the question that ScopeWatch asks in tests'
own process. What is inserted is not looked at: the collections' validators do that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pymongo
from pymongo.database import Database

from call24.kit.mongo import ScopeWatch
from call24.kit.settings import DATABASE
from call24.server.rooms import INDEXES  # by this import every collection is declared

PROFILE, PROFILE_BYTES = "system.profile", 32 * 1024 * 1024
APP = "call24"
"""How Call24's own connections are named; those of tests, which look at everything, have no name."""
_MARK = "watched from here on"
_NOT_ASKED = ("insert", "getmore")
_A_RUN = 10
"""A test that is tried once more by itself may need no tenant's data; so many need some."""
_EVERYTHING = 2
"""The profiler's level. Those that take a filter put what it lets through into MongoDB's log too, with its values."""

Entry = Mapping[str, Any]

_active: list[Watched] = []


class Watched:
    """`uri`: an administrator's, asked for each time since secrets are rotated.

    `seen`: how many commands were looked at; `checks`: how often.
    """

    def __init__(self, uri: Callable[[], str], database: str = DATABASE) -> None:
        assert INDEXES
        self.seen = self.checks = 0
        self._uri = uri
        self._name = database
        self._client: pymongo.MongoClient[dict[str, Any]] | None = None
        self._known_as = ""
        self._read_until: datetime | None = None
        self._latest: list[Entry] = []

    def begin(self) -> None:
        """Also when MongoDB was started again: it profiles nothing then, and a kill has taken the last entries."""
        database = self._database()
        if PROFILE not in database.list_collection_names():
            database.create_collection(PROFILE, capped=True, size=PROFILE_BYTES)
        database.command("profile", _EVERYTHING)
        database["tenants"].find_one({}, comment=_MARK)
        oldest = database[PROFILE].find_one({}, sort=[("$natural", 1)])
        assert oldest is not None, "the profiler keeps nothing"
        self._read_until = max(self._read_until or oldest["ts"], oldest["ts"])

    def check(self) -> None:
        """Raises: AssertionError for commands without a tenant since the last time, or when some were not seen."""
        database = self._database()
        if database.command("profile", -1)["was"] != _EVERYTHING:
            self.begin()
        found = unscoped(self._new(database))
        self.seen += found.seen
        self.checks += 1
        told = "\n".join(reversed(found.unscoped))
        assert not told, f"commands of the server without a tenant reached tenants' collections:\n{told}"

    def end(self) -> None:
        """The server goes on without a profile."""
        database = self._database()
        database.command("profile", 0)
        database.drop_collection(PROFILE)
        self.close()

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _new(self, database: Database[dict[str, Any]]) -> list[Entry]:
        """The newest first. Of the very millisecond that was the last one more may have come meanwhile."""
        assert self._read_until is not None
        read: list[Entry] = []
        fields = {"ts": 1, "ns": 1, "op": 1, "command": 1, "appName": 1}
        with database[PROFILE].find({}, fields, sort=[("$natural", -1)], batch_size=1000) as entries:
            for entry in entries:
                read.append(entry)
                if entry["ts"] < self._read_until:
                    break
        assert read and read[-1]["ts"] <= self._read_until, "the profile is too small: some commands were not seen"
        new = [entry for entry in read if entry["ts"] >= self._read_until and entry not in self._latest]
        self._read_until = read[0]["ts"]
        self._latest = [entry for entry in read if entry["ts"] == self._read_until]
        return new

    def _database(self) -> Database[dict[str, Any]]:
        if self._client is None or self._known_as != self._uri():
            self.close()
            self._known_as = self._uri()
            self._client = pymongo.MongoClient(self._known_as, serverSelectionTimeoutMS=15_000)
        return self._client[self._name]


@contextmanager
def watching(watch: Watched | None) -> Iterator[None]:
    """It is checked after each test meanwhile, and when it is over."""
    if watch is None:
        yield
        return
    _active.append(watch)
    try:
        yield
        watch.check()
        assert watch.seen or watch.checks < _A_RUN, "a watch that sees nothing"
    finally:
        _active.remove(watch)
        watch.close()


def check_all() -> None:
    """What the servers that are watched now did since the last time."""
    for watch in _active:
        watch.check()


def unscoped(entries: list[Entry]) -> ScopeWatch:
    """What ScopeWatch says of commands that the profiler tells of."""
    watch = ScopeWatch()
    for entry in entries:
        if entry.get("appName") != APP or entry["op"] in _NOT_ASKED:
            continue
        name, command = _sent(entry)
        before = len(watch.unscoped)
        watch.look(name, command)
        if len(watch.unscoped) > before:
            watch.unscoped[-1] += f": {entry['command']}"
    return watch


def _sent(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """A command's name and what it was, as the driver sends it. The profiler tells of each change of one by itself."""
    command, collection = entry["command"], entry["ns"].partition(".")[2]
    told = {"comment": command.get("comment")}
    match entry["op"]:
        case "update":
            return "update", {"update": collection, "updates": [command], **told}
        case "remove":
            return "delete", {"delete": collection, "deletes": [command], **told}
        case _ if "$truncated" in command:  # too long to be told of whole
            return "?", {"?": collection}
        case _:
            return next(iter(command)), command
