"""Writing the audit log, bringing it home, signing and checking it.

`note` returns when the line is on this machine's disk; behind it lines go to MongoDB, where they are searched. One
process writes. It decides nothing about what is audited: http/middleware/audit.py does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from call24.audit.log import LogFiles
from call24.audit.model import AuditEntry, Checkpoint, StoredAuditEntry
from call24.audit.rules import START, BrokenChain, Chain, chained, genuine, signed
from call24.audit.store import AuditFilter, AuditStore
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import AuditId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey

log = logging.getLogger(__name__)

T = TypeVar("T")

HOME_S = 0.2
SIGN_AFTER = 256
"""About so many lines at most are in the file on this machine while MongoDB is there."""
KEPT = timedelta(days=400)
LOOK_EVERY = timedelta(minutes=10)
"""For lines that are older: in each organisation, while the sweeper asks every minute."""


@dataclass(frozen=True)
class _Waiting:
    tenant_id: TenantId
    entry: AuditEntry
    at: datetime
    written: asyncio.Future[None] = field(default_factory=asyncio.Future)


class AuditLog:
    """``start`` before use, ``run`` for as long as the process lives."""

    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, folder: Path) -> None:
        self._store = AuditStore(mongo)
        self._clock = clock
        self._key = Ed25519PrivateKey.from_private_bytes(key.derive("audit"))
        self._earlier = [Ed25519PrivateKey.from_private_bytes(one).public_key() for one in key.earlier("audit")]
        self._files = LogFiles(folder)
        self._ends: dict[TenantId, tuple[int, str]] = {}
        self._checkpoints: dict[TenantId, Checkpoint] = {}
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._file = asyncio.Lock()
        self._not_home: list[StoredAuditEntry] = []
        self._in_file = 0
        self._closed: set[TenantId] = set()
        self._looked_at: datetime | None = None
        self._started = False
        self._listeners: list[Callable[[TenantId], None]] = []

    async def start(self, tenants: Collection[TenantId]) -> None:
        """Take up what an earlier process left, of organisations that are still there. Doing it again is harmless.

        Raises: Unavailable.
        """
        if self._not_home or self._ends:
            return
        lines = self._files.open()
        kept = self._files.checkpoints()
        self._checkpoints = {one: checkpoint for one, checkpoint in kept.items() if one in tenants}
        await self._sign_anew()
        self._not_home = [line for line in lines if line.tenant_id in tenants]
        self._started = True
        self._in_file = len(self._not_home)
        for tenant_id in tenants:
            await self._end(tenant_id)
        for line in self._not_home:
            self._ends[line.tenant_id] = max(self._ends[line.tenant_id], (line.seq, line.hash))

    async def note(self, tenant_id: TenantId, entry: AuditEntry) -> None:
        """On disk when this returns. Raises: Unavailable; then what it speaks of must not be acknowledged."""
        if tenant_id in self._closed:
            return
        waiting = _Waiting(tenant_id, entry, self._clock.now())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="audit-write")
        await asyncio.shield(waiting.written)
        if entry.status < 400:
            for tell in self._listeners:
                tell(tenant_id)

    def listen(self, tell: Callable[[TenantId], None]) -> None:
        """`tell`: called for each line of something that was done, before its answer leaves. For what is remembered of
        an organisation in this process's memory, and must not outlive a change."""
        self._listeners.append(tell)

    async def run(self) -> None:
        """For ever: lines go home."""
        while True:
            await asyncio.sleep(HOME_S)
            with contextlib.suppress(Unavailable):
                await self.settle()

    async def settle(self) -> None:
        """What was noted is in MongoDB when this returns. Raises: Unavailable."""
        lines = list(self._not_home)
        if lines:
            await self._store.bring(lines)
            home = {line.id for line in lines}
            self._not_home = [line for line in self._not_home if line.id not in home]
        if self._in_file >= SIGN_AFTER:
            await self.sign()

    async def sign(self) -> None:
        """Checkpoints over all lines so far; then the file on this machine needs only those that are not home."""
        async with self._file:
            for tenant_id, (seq, hash) in self._ends.items():
                known = self._checkpoints.get(tenant_id)
                if seq and (known is None or known.seq != seq):
                    self._checkpoints[tenant_id] = self._signed(tenant_id, seq, hash, known)
            await _to_its_end(self._files.write_checkpoints, dict(self._checkpoints))
            await _to_its_end(self._files.keep, list(self._not_home))
            self._in_file = len(self._not_home)
            changed = list(self._checkpoints.values())
        for checkpoint in changed:
            if checkpoint.tenant_id not in self._closed:
                await self._store.keep(checkpoint)

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: nothing of it is left on this machine. Others are left as they are."""
        self._closed.add(tenant_id)
        if self._writer is not None:
            await asyncio.wait({self._writer})
        self._not_home = [line for line in self._not_home if line.tenant_id != tenant_id]
        self._ends.pop(tenant_id, None)
        self._checkpoints.pop(tenant_id, None)
        async with self._file:
            await asyncio.to_thread(self._files.write_checkpoints, dict(self._checkpoints))
            waiting = await asyncio.to_thread(self._files.waiting)
            others = [line for line in waiting if line.tenant_id != tenant_id]
            await asyncio.to_thread(self._files.keep, others)
            self._in_file = len(others)

    async def page(
        self, tenant_id: TenantId, wanted: AuditFilter, before: int | None, limit: int
    ) -> list[StoredAuditEntry]:
        """The newest first. What was noted before is in it. Raises: Unavailable."""
        await self.settle()
        return await self._store.page(tenant_id, wanted, before, limit)

    async def walk(self, tenant_id: TenantId, wanted: AuditFilter) -> AsyncIterator[list[StoredAuditEntry]]:
        """All of them, the oldest first. Raises: Unavailable."""
        await self.settle()
        async for lines in self._store.walk(tenant_id, wanted):
            yield lines

    async def verify(self, tenant_id: TenantId) -> tuple[int, BrokenChain | None]:
        """How many lines there are, and the first fault. It only reads, so a server may run beside it.

        Raises: Unavailable. The checkpoint in the file counts, and that in MongoDB when it is genuine and goes further.
        """
        kept = [self._files.checkpoints().get(tenant_id), await self._store.checkpoint(tenant_id)]
        there = [checkpoint for checkpoint in kept if checkpoint is not None]
        known = (self._key.public_key(), *self._earlier)
        forged = [checkpoint for checkpoint in there if not any(genuine(checkpoint, key) for key in known)]
        if forged:
            return 0, BrokenChain(seq=forged[0].seq, what="the checkpoint is not signed by this installation's key")
        waiting = [line for line in self._files.waiting() if line.tenant_id == tenant_id]
        chain = Chain(max(there, key=lambda checkpoint: checkpoint.seq, default=None))
        count = 0
        async for lines in self._store.walk(tenant_id):
            chain.look(lines)
            count += len(lines)
        rest = [line for line in waiting if line.seq > chain.seq]
        chain.look(rest)
        return count + len(rest), chain.end()

    async def erase_due(self, now: datetime) -> int:
        """Lines of over 400 days; what is left begins at what the checkpoint says. Raises: Unavailable."""
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < LOOK_EVERY:
            return 0
        deleted = 0
        for tenant_id in list(self._ends):
            last = await self._store.last_before(tenant_id, now - KEPT)
            if last is None:
                continue
            await self.sign()  # also of an organisation that was not signed yet, or has nothing newer
            checkpoint = self._checkpoints.get(tenant_id)
            if checkpoint is not None and last.seq <= checkpoint.seq:
                trimmed = msgspec.structs.replace(checkpoint, first=last.seq + 1, before=last.hash, signature="")
                self._checkpoints[tenant_id] = signed(trimmed, self._key)
                await self.sign()  # said before it is done: a run that was cut off is no fault
                deleted += await self._store.delete_to(tenant_id, last.seq)
        self._looked_at = now
        return deleted

    async def stop(self) -> None:
        """What was noted is signed, and home if MongoDB is there. A log that was never started has nothing to say."""
        if not self._started:
            return
        if self._writer is not None:
            await asyncio.wait({self._writer})
        with contextlib.suppress(Unavailable):
            await self.settle()
        with contextlib.suppress(Unavailable):
            await self.sign()

    async def _write(self) -> None:
        """All that wait, in one sync; again while more come."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            async with self._file:
                try:
                    lines = await self._placed(batch)
                    await _to_its_end(self._files.append, lines)
                except (Unavailable, OSError) as error:
                    log.error("the audit log cannot be written; requests that must be audited are refused: %s", error)
                    for waiting in batch:
                        _settle(waiting, Unavailable(str(error)))
                    continue
                self._ends.update({line.tenant_id: (line.seq, line.hash) for line in lines})
                self._not_home += lines
                self._in_file += len(lines)
            for waiting in batch:
                _settle(waiting, None)

    async def _placed(self, batch: list[_Waiting]) -> list[StoredAuditEntry]:
        ends = {tenant_id: await self._end(tenant_id) for tenant_id in {waiting.tenant_id for waiting in batch}}
        lines = []
        for waiting in batch:
            seq, previous = ends[waiting.tenant_id]
            line = chained(AuditId(new_id("aud")), waiting.tenant_id, waiting.at, waiting.entry, seq + 1, previous)
            ends[waiting.tenant_id] = (line.seq, line.hash)
            lines.append(line)
        return lines

    async def _end(self, tenant_id: TenantId) -> tuple[int, str]:
        if tenant_id not in self._ends:
            last, signed_to = await self._store.last(tenant_id), self._checkpoints.get(tenant_id)
            if last is not None:
                self._ends[tenant_id] = last.seq, last.hash
            else:  # new, or all its lines have reached their day
                self._ends[tenant_id] = (0, START) if signed_to is None else (signed_to.seq, signed_to.hash)
        return self._ends[tenant_id]

    async def _sign_anew(self) -> None:
        """What an earlier app key signed, before that is destroyed. Raises: Unavailable."""
        for tenant_id, checkpoint in list(self._checkpoints.items()):
            if any(genuine(checkpoint, key) for key in self._earlier):
                self._checkpoints[tenant_id] = signed(checkpoint, self._key)
                await self._store.keep(self._checkpoints[tenant_id])
        if self._earlier and self._checkpoints:
            await _to_its_end(self._files.write_checkpoints, dict(self._checkpoints))

    def _signed(self, tenant_id: TenantId, seq: int, hash: str, known: Checkpoint | None) -> Checkpoint:
        first, before = (known.first, known.before) if known else (1, START)
        fresh = Checkpoint(
            id=tenant_id,
            tenant_id=tenant_id,
            at=self._clock.now(),
            first=first,
            before=before,
            seq=seq,
            hash=hash,
            signature="",
        )
        return signed(fresh, self._key)


async def _to_its_end(work: Callable[[T], None], what: T) -> None:
    """In a thread. Whoever is cancelled meanwhile is so only afterwards: else a thread would go on writing a file that
    the next one writes too."""
    running = asyncio.ensure_future(asyncio.to_thread(work, what))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


def _settle(waiting: _Waiting, error: Unavailable | None) -> None:
    """Who asked may be gone."""
    if waiting.written.done():
        return
    if error is None:
        waiting.written.set_result(None)
    else:
        waiting.written.set_exception(error)
        waiting.written.exception()  # asked for, so that nobody is warned of it
