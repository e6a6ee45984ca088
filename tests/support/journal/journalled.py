"""Lines for a journal under test, and a MongoDB server of one's own that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from tests.support.database.mongod import RunningMongod, start_mongod
from tests.support.stopped_process import stop
from tests.support.wait import wait_until

from call24.journal.journal import INDEXES, Journal
from call24.journal.model import Entry, Fresh
from call24.kit.ids import CallId, TenantId
from call24.kit.mongo import Mongo

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Counted(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    """An event of no room, to count lines by."""

    number: int


def line(number: int, call_id: str = "call_1") -> Fresh:
    at = AT + timedelta(milliseconds=number)
    return Fresh(at=at, event=Counted(number), delete_at=AT + timedelta(days=90), call_id=CallId(call_id))


def numbers(entries: list[Entry]) -> list[int]:
    return [entry.body["number"] for entry in entries]


class OwnMongod:
    """A server in a folder of its own. ``kill``: kill -9; ``freeze``: it hangs; ``start``: it finds its data again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: RunningMongod | None = None
        self.port = 0

    @property
    def running(self) -> RunningMongod:
        assert self._running is not None
        return self._running

    async def start(self) -> None:
        self._running = await asyncio.to_thread(start_mongod, self._folder, self.port)
        self.port = self._running.port

    def kill(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def freeze(self) -> None:
        stop(self.running.process.pid)

    def thaw(self) -> None:
        os.kill(self.running.process.pid, signal.SIGCONT)


@asynccontextmanager
async def own_database(folder: Path) -> AsyncIterator[tuple[OwnMongod, Mongo]]:
    server = OwnMongod(folder)
    await server.start()
    mongo = Mongo(server.running.uri, "journal_test")
    try:
        await mongo.ensure_indexes(INDEXES)
        yield server, mongo
    finally:
        await mongo.close()
        server.kill()


async def all_lines(mongo: Mongo, tenant_id: TenantId) -> list[Entry]:
    """What is in MongoDB itself."""
    return await mongo.tenant(tenant_id).collection(Entry).find(sort=[("seq", 1)])


async def home(journal: Journal, timeout_s: float = 20) -> None:
    """Until MongoDB has all lines."""
    await wait_until(lambda: not journal.spooling, timeout_s)


async def kill_journal(journal: Journal) -> None:
    """The process is gone: only the file and the database are left, and the file's lock is free."""
    tasks = {task for task in (journal._writer, journal._carrier) if task is not None}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
    if journal._spool._lock >= 0:
        os.close(journal._spool._lock)
        journal._spool._lock = -1


@asynccontextmanager
async def running_journal(mongo: Mongo, spool: Path) -> AsyncIterator[Journal]:
    journal = Journal(mongo, spool)
    await journal.start()
    try:
        yield journal
    finally:
        await journal.stop()
