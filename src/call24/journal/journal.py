"""The journal: append, read, subscribe. What ``append`` has acknowledged is on disk, and is never written twice.

Lines go to MongoDB in batches (one write for all that arrived meanwhile); while MongoDB is away they go to the spool,
in order, and from there to MongoDB when it is back. Subscribers are told after a line is safe, in the order of ``seq``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from call24.journal.model import Entry, Fresh, Head, body_of
from call24.journal.spool import Spool
from call24.kit.errors import Call24Error, Conflict, Unavailable
from call24.kit.ids import CallId, EventId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo

log = logging.getLogger(__name__)

INDEXES = (
    Index(Entry, ("seq",), unique=True),
    Index(Entry, ("call_id", "seq")),
    Index(Entry, ("agent_id", "at")),
    Index(Entry, ("delete_at",), across=True),
)

Subscriber = Callable[[Entry], None]

WRITE_TIMEOUT_S = 0.7
DRAIN_EVERY_S = 0.3
BATCH = 500


class Journal:
    """One per process. ``start`` before use; ``seq`` numbers are given here, so only one process may append."""

    def __init__(self, mongo: Mongo, spool: Path) -> None:
        self._all = mongo.platform(Entry, why="journal: one writer for all tenants")
        self._mongo = mongo
        self._spool = Spool(spool)
        self._waiting: list[Entry] = []
        self._spooled: list[Entry] = []
        self._wake = asyncio.Event()
        self._behind = asyncio.Event()
        self._flushed: asyncio.Future[None] | None = None
        self._last_seq: dict[TenantId, int] = {}
        self._kept_heads: dict[TenantId, int] = {}
        self._subscribers: list[Subscriber] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Bring home what a crash left in the spool, then begin to write. Raises: Unavailable."""
        await self._all.find_one({"seq": 0})  # the driver knows only after a first command who is reachable
        self._spooled = self._spool.read()
        if self._spooled:
            await self._drain()
        self._tasks = [
            asyncio.create_task(self._write(), name="journal-write"),
            asyncio.create_task(self._bring_home(), name="journal-bring-home"),
        ]

    async def stop(self) -> None:
        """Everything that was accepted is on disk when this returns."""
        while self._waiting:
            await self._flush()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def subscribe(self, subscriber: Subscriber) -> None:
        """``subscriber`` is called with each line once it is safe. It must not block or raise."""
        self._subscribers.append(subscriber)

    @property
    def spooling(self) -> bool:
        """Whether lines wait for MongoDB to come back."""
        return bool(self._spooled)

    async def open_tenant(self, tenant_id: TenantId) -> int:
        """Learn the tenant's last number (0: nothing yet). To be done before its first append."""
        if tenant_id not in self._last_seq:
            scope = self._mongo.tenant(tenant_id)
            last = await scope.collection(Entry).find_one({}, sort=[("seq", -1)])
            head = await scope.collection(Head).find_one({"id": tenant_id})
            self._last_seq.setdefault(tenant_id, max(last.seq if last else 0, head.seq if head else 0))
        return self._last_seq[tenant_id]

    async def keep_heads(self) -> None:
        """Before lines are deleted: numbers go on where they were, also when no line is left. Raises: Unavailable."""
        for tenant_id, seq in list(self._last_seq.items()):
            if self._kept_heads.get(tenant_id) != seq:
                head = Head(id=tenant_id, tenant_id=tenant_id, seq=seq)
                await self._mongo.tenant(tenant_id).collection(Head).replace(head, upsert=True)
                self._kept_heads[tenant_id] = seq

    def last_seq(self, tenant_id: TenantId) -> int:
        """The number of the newest line that was given out."""
        return self._last_seq.get(tenant_id, 0)

    async def append(self, tenant_id: TenantId, fresh: Sequence[Fresh]) -> tuple[Entry, ...]:
        """Write down ``fresh`` in order. On disk when this returns.

        Raises: Unavailable when neither MongoDB nor the spool takes it.
        """
        if not fresh:
            return ()
        if tenant_id not in self._last_seq:
            await self.open_tenant(tenant_id)
        entries = tuple(self._numbered(tenant_id, line) for line in fresh)
        self._waiting.extend(entries)
        if self._flushed is None:
            self._flushed = asyncio.get_running_loop().create_future()
        flushed = self._flushed
        self._wake.set()
        await asyncio.shield(flushed)
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
        entries = await self._read(tenant_id, {"call_id": call_id})
        return entries + [x for x in self._spooled_not_in(entries) if x.tenant_id == tenant_id and x.call_id == call_id]

    async def read_after(self, tenant_id: TenantId, seq: int, limit: int = 0) -> list[Entry]:
        """Lines with a higher number, in order."""
        entries = await self._read(tenant_id, {"seq": {"$gt": seq}}, limit)
        if limit and len(entries) >= limit:
            return entries
        return entries + [x for x in self._spooled_not_in(entries) if x.tenant_id == tenant_id and x.seq > seq]

    async def read_agent(self, tenant_id: TenantId, agent_id: UserId, since: object) -> list[Entry]:
        """An agent's lines from an instant on, in order of number."""
        return await self._read(tenant_id, {"agent_id": agent_id, "at": {"$gte": since}})

    async def _read(self, tenant_id: TenantId, filter: dict[str, object], limit: int = 0) -> list[Entry]:
        collection = self._mongo.tenant(tenant_id).collection(Entry)
        return await collection.find(filter, sort=[("seq", 1)], limit=limit)

    def _spooled_not_in(self, entries: list[Entry]) -> list[Entry]:
        known = {entry.id for entry in entries}
        return [entry for entry in self._spooled if entry.id not in known]

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    async def _bring_home(self) -> None:
        """Beside the writing: a MongoDB that stands still must not keep a call waiting for each of its lines."""
        while True:
            await self._behind.wait()
            await asyncio.sleep(DRAIN_EVERY_S)
            if self._mongo.reachable:
                with contextlib.suppress(Unavailable):
                    await self._drain()

    async def _flush(self) -> None:
        """Make all that waits safe, then tell who waits for it and who reads along."""
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        flushed, self._flushed = self._flushed, None
        try:
            await self._keep(batch)
        except Call24Error as error:
            log.error("journal lines lost, neither MongoDB nor the spool took them: %d", len(batch))
            if flushed is not None and not flushed.cancelled():
                flushed.set_exception(error)
                flushed.exception()  # whoever appended may be gone
            return
        for entry in batch:
            for subscriber in self._subscribers:
                subscriber(entry)
        if flushed is not None and not flushed.cancelled():
            flushed.set_result(None)

    async def _keep(self, batch: list[Entry]) -> None:
        if not self._spooled and self._mongo.reachable:
            try:
                await self._store(batch)
                return
            except Unavailable:
                pass
        if not self._spooled:
            log.warning("MongoDB is away: the journal goes to the spool")
        # An entry whose write failed may be stored all the same: draining it again is harmless, its id is known.
        self._spool.add(batch)
        self._spooled.extend(batch)
        self._behind.set()

    async def _drain(self) -> None:
        count = len(self._spooled)
        for start in range(0, count, BATCH):
            await self._store(self._spooled[start : start + BATCH])
        if len(self._spooled) == count:
            self._spool.clear()
            self._spooled = []
            self._behind.clear()
            log.info("journal lines brought home from the spool: %d", count)

    async def _store(self, batch: Sequence[Entry]) -> None:
        """Raises: Unavailable. Lines that are stored already are left as they are."""
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._all.insert_many(batch)
        except Conflict:
            pass
        except TimeoutError:
            raise Unavailable("The database did not answer in time") from None
