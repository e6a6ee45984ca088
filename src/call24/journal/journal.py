"""The journal: append, read, subscribe. What ``append`` has acknowledged is on disk, and is never written twice.

Lines go to the spool on this machine's disk first (one sync for all that arrived meanwhile); from there they are
brought home to MongoDB behind the calls. Subscribers are told after a line is safe, in the order of ``seq``; readers
of what is flushed, once MongoDB has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from call24.journal.flusher import WRITE_TIMEOUT_S, Flusher, NumberTaken, Reader
from call24.journal.model import Entry, Fresh, JournalHead, as_read, body_of
from call24.journal.spool import Spool
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, EventId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo

__all__ = ["INDEXES", "Journal", "NumberTaken", "Subscriber"]

log = logging.getLogger(__name__)

INDEXES = (
    Index(Entry, ("seq",), unique=True),
    Index(Entry, ("call_id", "seq")),
    Index(Entry, ("agent_id", "at", "seq")),
    Index(Entry, ("delete_at",), across=True),
)

Subscriber = Callable[[Entry], None]


class Backlog(NamedTuple):
    """Events that MongoDB does not have yet, since when the oldest waits, and the spool's size and limit in bytes."""

    events: int
    oldest_at: datetime | None
    spool_bytes: int
    spool_limit: int


class Journal:
    """One per process. ``start`` before use; ``seq`` numbers are given here, so only one process may append.

    ``spool``: the folder of its log on this machine's disk.
    """

    def __init__(self, mongo: Mongo, spool: Path) -> None:
        self._mongo = mongo
        self._spool = Spool(spool)
        self._flusher = Flusher(mongo, self._spool)
        self._waiting: list[Entry] = []
        self._wake = asyncio.Event()
        self._flushed: list[asyncio.Future[None]] = []
        self._last_seq: dict[TenantId, int] = {}
        self._kept_heads: dict[TenantId, int] = {}
        self._closed: set[TenantId] = set()
        self._subscribers: list[Subscriber] = []
        self._stopping = False
        self._refusing = False
        self.lost = 0
        """Events that nothing could store, since the start."""
        self._writer: asyncio.Task[None] | None = None
        self._carrier: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring home what a crash left in the spool, then begin to write. Doing it again is harmless.

        Raises: Unavailable; InUse when another process has the spool.
        """
        if self._writer is not None:
            return
        await self._flusher.ask()
        await self._flusher.recover(await asyncio.to_thread(self._spool.open))
        self._writer = asyncio.create_task(self._write(), name="journal-write")
        self._carrier = asyncio.create_task(self._flusher.run(), name="journal-flusher")
        for task in (self._writer, self._carrier):
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Everything that was accepted is on disk when this returns; in MongoDB, if that is there."""
        self._stopping = True
        self._wake.set()
        if self._writer is not None:
            await asyncio.wait({self._writer})  # the batch that it has in hand is finished, not cut off
        if self._carrier is not None:
            with contextlib.suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(WRITE_TIMEOUT_S):
                    await self._settle()
            self._carrier.cancel()
            await asyncio.wait({self._carrier})
        self._spool.close()

    def subscribe(self, subscriber: Subscriber) -> None:
        """``subscriber`` is called with each line once it is safe. It must not block; what it raises is logged."""
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """It is told of nothing more. Doing it again is harmless."""
        self._subscribers = [one for one in self._subscribers if one != subscriber]

    def follow_flushed(self, reader: Reader) -> None:
        """``reader`` is called with lines, in order, once MongoDB has them: for whoever writes there what they say."""
        self._flusher.readers.append(reader)

    @property
    def spooling(self) -> bool:
        """Whether there are lines that only this machine's disk has."""
        return bool(self._flusher.waiting)

    @property
    def backlog(self) -> Backlog:
        waiting = self._flusher.waiting
        return Backlog(len(waiting), waiting[0].at if waiting else None, self._spool.size, self._spool.limit)

    async def open_tenant(self, tenant_id: TenantId) -> int:
        """Learn the tenant's last number (0: nothing yet). To be done before its first append."""
        if tenant_id not in self._last_seq:
            self._last_seq.setdefault(tenant_id, await self._flusher.last_stored(tenant_id))
        return self._last_seq[tenant_id]

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: what was accepted is flushed when this returns, no copy of it is here, and
        nothing more will come. Raises: Unavailable."""
        self._closed.add(tenant_id)
        await self._flush_all()
        await self._without_copies()
        self._last_seq.pop(tenant_id, None)

    async def before_deletion(self) -> None:
        """Before lines are deleted: numbers go on where they were, also when no line is left, and no copy in the spool
        brings one back. Raises: Unavailable."""
        await self._without_copies()
        await self.keep_heads()

    async def _without_copies(self) -> None:
        """What is in the spool now is flushed when this returns, and in the spool no more."""
        self._spool.turn()
        await self._settle()

    async def _settle(self) -> None:
        if self._carrier is not None and self._carrier.done() and not self._flusher.taken:
            raise Unavailable("The journal has not been flushed")
        await self._flusher.settle()

    async def _flush_all(self) -> None:
        flushed = asyncio.get_running_loop().create_future()
        self._flushed.append(flushed)
        self._wake.set()
        await flushed

    async def keep_heads(self) -> None:
        """Note the highest numbers given out. Raises: Unavailable."""
        for tenant_id, seq in list(self._last_seq.items()):
            if self._kept_heads.get(tenant_id) != seq:
                head = JournalHead(id=tenant_id, tenant_id=tenant_id, seq=seq)
                await self._mongo.tenant(tenant_id).collection(JournalHead).replace(head, upsert=True)
                self._kept_heads[tenant_id] = seq

    def last_seq(self, tenant_id: TenantId) -> int:
        """The number of the newest line that was given out."""
        return self._last_seq.get(tenant_id, 0)

    async def append(self, tenant_id: TenantId, fresh: Sequence[Fresh]) -> tuple[Entry, ...]:
        """Write down ``fresh`` in order. On disk when this returns.

        Raises: Unavailable when neither MongoDB nor the spool takes it.
        """
        if not fresh or tenant_id in self._closed:
            return ()
        if self._flusher.taken:
            raise NumberTaken("Another process writes the same journal")
        if self._writer is None or self._writer.done():
            raise Unavailable("The journal is not being written")
        if tenant_id not in self._last_seq:
            await self.open_tenant(tenant_id)
        entries = tuple(self._numbered(tenant_id, line) for line in fresh)
        self._waiting.extend(entries)
        await self._flush_all()
        return entries

    def _numbered(self, tenant_id: TenantId, line: Fresh) -> Entry:
        seq = self._last_seq[tenant_id] = self._last_seq[tenant_id] + 1
        body = body_of(line.event)
        return Entry(
            id=EventId(new_id("evt")),
            tenant_id=tenant_id,
            seq=seq,
            at=line.at,
            type=body["type"],
            call_id=line.call_id,
            agent_id=line.agent_id,
            body=body,
            delete_at=line.delete_at,
        )

    async def read_call(self, tenant_id: TenantId, call_id: CallId) -> list[Entry]:
        """A call's lines in order, those in the spool included."""
        spooled = [x for x in self._flusher.waiting if x.call_id == call_id and x.tenant_id == tenant_id]
        return _merged(await self._read(tenant_id, {"call_id": call_id}), spooled)

    async def read_calls(self, tenant_id: TenantId, call_ids: Collection[CallId]) -> dict[CallId, list[Entry]]:
        """The same of many calls, in one look."""
        found: dict[CallId, list[Entry]] = {call_id: [] for call_id in call_ids}
        spooled = [x for x in self._flusher.waiting if x.call_id in found and x.tenant_id == tenant_id]
        for entry in _merged(await self._read(tenant_id, {"call_id": {"$in": list(found)}}), spooled):
            if entry.call_id is not None:
                found[entry.call_id].append(entry)
        return found

    async def read_after(self, tenant_id: TenantId, seq: int, limit: int = 0) -> list[Entry]:
        """Lines with a higher number, in order."""
        spooled = [x for x in self._flusher.waiting if x.tenant_id == tenant_id and x.seq > seq]
        entries = _merged(await self._read(tenant_id, {"seq": {"$gt": seq}}, limit), spooled)
        return entries[:limit] if limit else entries

    async def read_agent(self, tenant_id: TenantId, agent_id: UserId, since: datetime) -> list[Entry]:
        """An agent's lines from an instant on, in order of number."""
        whose = [x for x in self._flusher.waiting if x.agent_id == agent_id and x.tenant_id == tenant_id]
        stored = await self._read(tenant_id, {"agent_id": agent_id, "at": {"$gte": since}})
        return _merged(stored, [x for x in whose if x.at >= since])

    async def _read(self, tenant_id: TenantId, filter: dict[str, object], limit: int = 0) -> list[Entry]:
        collection = self._mongo.tenant(tenant_id).collection(Entry)
        return await collection.find(filter, sort=[("seq", 1)], limit=limit)

    async def _write(self) -> None:
        while not (self._stopping and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Nobody may wait for a writer that is no more."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("%s failed", task.get_name(), exc_info=error)
        if task is self._writer:
            _settle(self._flushed, Unavailable("The journal is not being written"))
        else:
            self._flusher.give_up(Unavailable("The journal has not been flushed"))

    async def _flush(self) -> None:
        """Make all that waits safe, then tell who waits for it and who reads along."""
        if not self._waiting and not self._flushed:
            return
        batch, self._waiting = self._waiting, []
        flushed, self._flushed = self._flushed, []
        try:
            if batch:
                await self._keep(batch)
        except Unavailable as error:
            self.lost += len(batch)
            log.error(
                "%d journal events are lost, the spool and MongoDB could not store them: check the disk",
                len(batch),
            )
            _settle(flushed, error)
            return
        except BaseException:
            _settle(flushed, Unavailable("The journal is not being written"))
            raise
        for entry in batch:
            for subscriber in self._subscribers:
                try:
                    subscriber(entry)
                except Exception:  # one that fails stops neither the journal nor the others
                    log.exception("a subscriber of the journal failed at event %d", entry.seq)
        _settle(flushed, None)

    async def _keep(self, batch: list[Entry]) -> None:
        try:
            await self._spool.keep(batch)
        except Unavailable as error:
            if not self._refusing:
                log.error("%s", error)
            self._refusing = True
            await self._keep_away(batch, error)
            return
        self._refusing = False
        self._flusher.take(batch)

    async def _keep_away(self, batch: list[Entry], refusal: Unavailable) -> None:
        """Straight to MongoDB, after all that waits: this machine's disk is full, or broken. Raises: Unavailable."""
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._settle()
            # Nobody else flushes anything now: nothing waits, and this is who adds to it.
            await self._flusher.store(batch)
        except TimeoutError:
            raise refusal from None
        except Unavailable as error:
            raise error if isinstance(error, NumberTaken) else refusal from error
        self._flusher.tell(batch)


def _merged(stored: list[Entry], spooled: list[Entry]) -> list[Entry]:
    """By number, each once. ``spooled`` is taken before reading: what is brought home meanwhile is in one of them."""
    known = {entry.id: entry for entry in stored}
    for entry in spooled:
        if entry.id not in known:
            known[entry.id] = as_read(entry)
    return sorted(known.values(), key=lambda entry: entry.seq)


def _settle(flushed: Iterable[asyncio.Future[None]], error: Exception | None) -> None:
    """Tell all who wait for a batch; some may be gone."""
    for each in flushed:
        if each.done():
            continue
        if error is None:
            each.set_result(None)
        else:
            each.set_exception(error)
            each.exception()  # asked for, so that nobody is warned of it
