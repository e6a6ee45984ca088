"""Brings the spool's entries home to MongoDB: in batches, behind the calls, in order, each once.

It alone writes lines to MongoDB. What an earlier process left comes first (``recover``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec

from call24.journal.model import Entry, JournalHead
from call24.journal.spool import Spool
from call24.kit.errors import Conflict, Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo

log = logging.getLogger(__name__)

GATHER_S = 0.4
"""How long a line may be on this machine's disk alone while MongoDB is there."""
AGAIN_S = 0.3
TURN_S = 10.0
"""How long a copy of a line stays in the spool after it is flushed, about."""
WRITE_TIMEOUT_S = 2.0
BATCH = 500

Reader = Callable[[Sequence[Entry]], None]


class NumberTaken(Unavailable):
    """Another process writes the same journal: what this one gave a number to has no place any more."""

    code = "journal_taken"


class Flusher:
    """``run`` it for as long as the process lives. ``waiting``: not known to be in MongoDB, oldest first."""

    def __init__(self, mongo: Mongo, spool: Spool) -> None:
        self._all = mongo.platform(Entry, why="journal: one writer for all tenants")
        self._mongo = mongo
        self._spool = spool
        self._behind = asyncio.Event()
        self._hurry = asyncio.Event()
        self._settled: list[tuple[int, asyncio.Future[None]]] = []
        self._taken_in = 0
        self._brought = 0
        self._away = False
        self.waiting: list[Entry] = []
        self.readers: list[Reader] = []
        self.taken = False

    # --- after a start ---

    async def ask(self) -> None:
        """The driver knows only after a first command who is reachable. Raises: Unavailable."""
        await self._all.find_one({"seq": 0})

    async def recover(self, entries: Sequence[Entry]) -> None:
        """What an earlier process acknowledged and may not have brought home. Repeating it is harmless.

        Raises: Unavailable.
        """
        homeless: list[Entry] = []
        for start in range(0, len(entries), BATCH):
            homeless += await self._without_a_place(entries[start : start + BATCH])
        for entry in homeless:
            await self._renumbered(entry)
        self._spool.flushed(len(entries))
        self._spool.turn()
        if entries:
            log.info("the spool of the journal is flushed to MongoDB: %d events were checked", len(entries))

    async def _without_a_place(self, batch: Sequence[Entry]) -> list[Entry]:
        """Store what is not stored; left are those whose number another process has given away meanwhile."""
        try:
            await self.store(batch)
        except NumberTaken:
            stored = await self._all.find({"id": {"$in": [entry.id for entry in batch]}})
            known = {entry.id for entry in stored}
            return [entry for entry in batch if entry.id not in known]
        return []

    async def _renumbered(self, entry: Entry) -> None:
        seq = await self.last_stored(entry.tenant_id) + 1
        log.critical("journal event %s lost its number %d to another process: it is %d now", entry.id, entry.seq, seq)
        await self.store([msgspec.structs.replace(entry, seq=seq)])

    async def last_stored(self, tenant_id: TenantId) -> int:
        """The highest number that MongoDB knows of (0: none). Raises: Unavailable."""
        scope = self._mongo.tenant(tenant_id)
        last = await scope.collection(Entry).find_one({}, sort=[("seq", -1)])
        head = await scope.collection(JournalHead).find_one({"id": tenant_id})
        return max(last.seq if last else 0, head.seq if head else 0)

    # --- from then on ---

    def take(self, batch: Sequence[Entry]) -> None:
        """These are in the spool."""
        self.waiting.extend(batch)
        self._taken_in += len(batch)
        self._behind.set()

    async def settle(self) -> None:
        """What waits now is in MongoDB when this returns. Raises: Unavailable when MongoDB is away, NumberTaken."""
        if self.taken:
            raise NumberTaken("Another process writes the same journal")
        if not self.waiting:
            return
        settled = asyncio.get_running_loop().create_future()
        self._settled.append((self._taken_in, settled))
        self._hurry.set()
        await settled

    async def run(self) -> None:
        turned = asyncio.get_running_loop().time()
        while not self.taken:
            await self._gathered(TURN_S)
            if self.waiting:
                await self._bring()
            if (now := asyncio.get_running_loop().time()) - turned >= TURN_S:
                self._spool.turn()
                turned = now

    async def _gathered(self, at_most_s: float) -> None:
        """Wait for something to bring, and a little for what comes with it."""
        try:
            async with asyncio.timeout(at_most_s):
                await self._behind.wait()
            async with asyncio.timeout(AGAIN_S if self._away else GATHER_S):
                await self._hurry.wait()
        except TimeoutError:
            pass
        self._hurry.clear()

    async def _bring(self) -> None:
        """All that waits, as long as MongoDB takes it."""
        try:
            while self.waiting:
                if not self._mongo.reachable:
                    raise Unavailable("The database is not available")
                await self._bring_oldest()
        except NumberTaken as error:
            self.taken = True
            self.give_up(error)
        except Unavailable as error:
            if not self._away:
                log.warning("MongoDB is unavailable: journal events wait in the spool")
            self._away = True
            self.give_up(error)

    async def _bring_oldest(self) -> None:
        batch = self.waiting[:BATCH]
        await self.store(batch)
        del self.waiting[: len(batch)]
        self._brought += len(batch)
        self._spool.flushed(len(batch))
        if not self.waiting:
            self._behind.clear()
            if self._away:
                log.info("the spool of the journal is flushed to MongoDB")
        self._away = self._away and bool(self.waiting)
        self.tell(batch)
        while self._settled and self._settled[0][0] <= self._brought:
            _, settled = self._settled.pop(0)
            if not settled.done():
                settled.set_result(None)

    def tell(self, batch: Sequence[Entry]) -> None:
        for reader in self.readers:
            try:
                reader(batch)
            except Exception:  # one that fails stops neither the flusher nor the others
                log.exception("a reader of the journal failed at event %d", batch[0].seq)

    def give_up(self, error: Unavailable) -> None:
        """Nobody may wait for what does not come."""
        for _, settled in self._settled:
            if not settled.done():
                settled.set_exception(error)
        self._settled.clear()

    async def store(self, batch: Sequence[Entry]) -> None:
        """Lines that are stored already are left as they are. Raises: Unavailable, NumberTaken."""
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
            log.critical(
                "another process writes the same journal: %d events were refused. Stop one of the two servers",
                len(batch) - len(stored),
            )
            raise NumberTaken("Another process writes the same journal")
