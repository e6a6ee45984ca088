"""Moves whole files from this machine's disk into the S3-compatible store, where one is set; old ones as new ones.

A file arrives on disk, and moves once it can be downloaded. While the store is away, or the organisation's transfer
register does not name it, files stay where they are. A kill leaves nothing that the next move does not put again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque

import msgspec

from call24.files.model import StoredFile
from call24.files.object_store import StoreTrouble
from call24.files.remote_files import RemoteFiles, new_object
from call24.files.removals import FileRemovals
from call24.files.storage import FileStorage
from call24.files.store import FileStore
from call24.kit.clock import Clock
from call24.kit.endpoints import Endpoint, WhyNot, anywhere
from call24.kit.errors import Invalid, Unavailable
from call24.kit.ids import TenantId
from call24.kit.looking import keep_looking

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
OF_EACH = 100
"""Files of one organisation before it is asked again who has any."""
ORGANISATIONS = 8
"""Whose files are moved at once; the store takes four at a time, one of each."""
STAYS_S = 60.0
"""A moved file stays on disk for so long: somebody may be about to read it there."""


class FileMoves:
    """`remote` None: no store is set, and files stay on disk."""

    def __init__(
        self,
        store: FileStore,
        storage: FileStorage,
        removals: FileRemovals,
        remote: RemoteFiles | None,
        country: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._storage = storage
        self._removals = removals
        self._remote = remote
        self._clock = clock
        self._endpoint = Endpoint(kind="file_store", country=country)
        self._wake = asyncio.Event()
        self._moved: deque[tuple[float, StoredFile]] = deque()
        self._checked = False
        self._turns = asyncio.Semaphore(ORGANISATIONS)
        self.why_not: WhyNot = anywhere
        """Set by the room of transfers."""

    def wake(self) -> None:
        """There may be something to move."""
        self._wake.set()

    async def run(self) -> None:
        """For ever, where a store is set."""
        await keep_looking(self.look, self._wake, LOOK_EVERY_S)

    async def look(self) -> bool:
        """Moves what waits, organisations beside each other; whether any file was moved. Raises: Unavailable."""
        if self._remote is None:
            return False
        await self._drop_moved(STAYS_S)
        if not self._checked:
            try:
                await self._remote.store.check()
            except StoreTrouble as trouble:
                log.error("files stay on this machine, the S3-compatible store: %s; %s", trouble.why, trouble.advice)
                return False
            self._checked = True
        tenants = await self._store.with_unmoved()
        done = await asyncio.gather(*(self._move_some(self._remote, one) for one in tenants))
        return sum(done) > 0

    async def _move_some(self, remote: RemoteFiles, tenant_id: TenantId) -> int:
        """How many. What fails is tried again at the next look."""
        async with self._turns:
            try:
                if await self.why_not(tenant_id, self._endpoint) is None:
                    return await self._move_each(remote, tenant_id)
            except Invalid:
                pass  # nobody said in which country the store is
            except Unavailable as trouble:
                log.warning("files of organisation %s stay on disk: %s", tenant_id, trouble.detail)
                return 0
        log.info("files of organisation %s stay on disk: its transfer register does not cover the store", tenant_id)
        return 0

    async def _move_each(self, remote: RemoteFiles, tenant_id: TenantId) -> int:
        count = 0
        for file in await self._store.unmoved(tenant_id, OF_EACH):
            try:
                count += await self._move(remote, file)
            except OSError as error:
                log.error("the file %s cannot be read on disk, it is not moved: %s", file.id, error.strerror)
            except StoreTrouble as trouble:
                log.warning("files of organisation %s stay on disk: %s; %s", tenant_id, trouble.why, trouble.advice)
                break
        return count

    async def _move(self, remote: RemoteFiles, file: StoredFile) -> bool:
        """Noted before the first byte is there, so that who deletes the file knows where to look."""
        object = file.object or new_object()
        there = msgspec.structs.replace(file, object=object, moved_at=self._clock.now())
        if not file.object and not await self._store.moves(there):
            return False
        await remote.keep(file, object, self._storage.path(file))
        if await self._store.moved(there):
            self._moved.append((time.monotonic(), file))
            return True
        await self._removals.ask([there])  # deleted meanwhile, by who may have removed before all of it was there
        return False

    async def _drop_moved(self, after_s: float) -> None:
        while self._moved and time.monotonic() - self._moved[0][0] >= after_s:
            _, file = self._moved.popleft()
            with contextlib.suppress(OSError):  # the next start tries again
                await asyncio.to_thread(self._storage.drop_content, file)
