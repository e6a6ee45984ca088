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


class NumberTaken(Unavailable):
    """Another process writes the same journal: what this one gave a number to has no place any more."""

    code = "journal_taken"


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
        self._closed: set[TenantId] = set()
        self._subscribers: list[Subscriber] = []
        self._stopping = False
        self._writer: asyncio.Task[None] | None = None
        self._carrier: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring home what a crash left in the spool, then begin to write. Doing it again is harmless.

        Raises: Unavailable.
        """
        if self._writer is not None:
            return
        await self._all.find_one({"seq": 0})  # the driver knows only after a first command who is reachable
        self._spooled = self._spool.read()
        while self._spooled:
            await self._drain()
        self._writer = asyncio.create_task(self._write(), name="journal-write")
        self._writer.add_done_callback(self._ended)
        self._carrier = asyncio.create_task(self._bring_home(), name="journal-bring-home")

    async def stop(self) -> None:
        """Everything that was accepted is on disk when this returns."""
        self._stopping = True
        self._wake.set()
        if self._writer is not None:
            await asyncio.wait({self._writer})  # the batch that it has in hand is finished, not cut off
        if self._carrier is not None:
            self._carrier.cancel()
            await asyncio.wait({self._carrier})

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

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: what was accepted is written when this returns, and nothing more will."""
        self._closed.add(tenant_id)
        if self._flushed is None:
            self._flushed = asyncio.get_running_loop().create_future()
        flushed = self._flushed
        self._wake.set()
        await asyncio.shield(flushed)
        self._last_seq.pop(tenant_id, None)

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
        if not fresh or tenant_id in self._closed:
            return ()
        if self._writer is None or self._writer.done():
            raise Unavailable("The journal is not being written")
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
        spooled = [x for x in self._spooled if x.tenant_id == tenant_id and x.call_id == call_id]
        return _merged(await self._read(tenant_id, {"call_id": call_id}), spooled)

    async def read_after(self, tenant_id: TenantId, seq: int, limit: int = 0) -> list[Entry]:
        """Lines with a higher number, in order."""
        spooled = [x for x in self._spooled if x.tenant_id == tenant_id and x.seq > seq]
        entries = _merged(await self._read(tenant_id, {"seq": {"$gt": seq}}, limit), spooled)
        return entries[:limit] if limit else entries

    async def read_agent(self, tenant_id: TenantId, agent_id: UserId, since: object) -> list[Entry]:
        """An agent's lines from an instant on, in order of number."""
        return await self._read(tenant_id, {"agent_id": agent_id, "at": {"$gte": since}})

    async def _read(self, tenant_id: TenantId, filter: dict[str, object], limit: int = 0) -> list[Entry]:
        collection = self._mongo.tenant(tenant_id).collection(Entry)
        return await collection.find(filter, sort=[("seq", 1)], limit=limit)

    async def _write(self) -> None:
        while not (self._stopping and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    def _ended(self, writer: asyncio.Task[None]) -> None:
        """Nobody may wait for a writer that is no more."""
        if not writer.cancelled() and (error := writer.exception()) is not None:
            log.critical("the journal's writer failed", exc_info=error)
        _settle(self._flushed, Unavailable("The journal is not being written"))

    async def _bring_home(self) -> None:
        """Beside the writing: a MongoDB that stands still must not keep a call waiting for each of its lines."""
        while True:
            await self._behind.wait()
            await asyncio.sleep(DRAIN_EVERY_S)
            with contextlib.suppress(Unavailable):
                while self._spooled and self._mongo.reachable:
                    await self._drain()

    async def _flush(self) -> None:
        """Make all that waits safe, then tell who waits for it and who reads along."""
        if not self._waiting and self._flushed is None:
            return
        batch, self._waiting = self._waiting, []
        flushed, self._flushed = self._flushed, None
        try:
            if batch:
                await self._keep(batch)
        except Call24Error as error:
            log.error("journal lines lost, neither MongoDB nor the spool took them: %d", len(batch))
            _settle(flushed, error)
            return
        except BaseException:
            _settle(flushed, Unavailable("The journal is not being written"))
            raise
        for entry in batch:
            for subscriber in self._subscribers:
                subscriber(entry)
        _settle(flushed, None)

    async def _keep(self, batch: list[Entry]) -> None:
        if not self._spooled and self._mongo.reachable:
            try:
                await self._store(batch)
                return
            except NumberTaken:
                raise
            except Unavailable:
                pass
        if not self._spooled:
            log.warning("MongoDB is away: the journal goes to the spool")
        # An entry whose write failed may be stored all the same: draining it again is harmless, its id is known.
        self._spool.add(batch)
        self._spooled.extend(batch)
        self._behind.set()

    async def _drain(self) -> None:
        """The oldest lines of the spool to MongoDB; others may be added meanwhile. Raises: Unavailable."""
        batch = self._spooled[:BATCH]
        await self._store(batch)
        del self._spooled[: len(batch)]
        if not self._spooled:
            self._spool.clear()
            self._behind.clear()
            log.info("the journal is home from the spool")

    async def _store(self, batch: Sequence[Entry]) -> None:
        """Raises: Unavailable. Lines that are stored already are left as they are."""
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._all.insert_many(batch)
        except Conflict:
            await self._check_stored(batch)
        except TimeoutError:
            raise Unavailable("The database did not answer in time") from None

    async def _check_stored(self, batch: Sequence[Entry]) -> None:
        """An id that exists already is our own earlier try; a number that does is somebody else's line."""
        stored = await self._all.find({"id": {"$in": [entry.id for entry in batch]}})
        if len(stored) < len(batch):
            log.critical("another process writes the same journal: %d lines refused", len(batch) - len(stored))
            raise NumberTaken("Another process writes the same journal")


def _merged(stored: list[Entry], spooled: list[Entry]) -> list[Entry]:
    """By number, each once. ``spooled`` is taken before reading: what is brought home meanwhile is in one of them."""
    return sorted({entry.id: entry for entry in (*stored, *spooled)}.values(), key=lambda entry: entry.seq)


def _settle(flushed: asyncio.Future[None] | None, error: Exception | None) -> None:
    """Tell all who wait for a batch; they may be gone."""
    if flushed is None or flushed.done():
        return
    if error is None:
        flushed.set_result(None)
    else:
        flushed.set_exception(error)
        flushed.exception()  # asked for, so that nobody is warned of it
