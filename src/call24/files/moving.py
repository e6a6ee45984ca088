"""Moves whole files from this machine's disk into the S3-compatible store, where one is set; old ones as new ones.

A file arrives on disk, and moves once it can be downloaded. While the store is away, or the organisation's transfer
register does not name it, files stay where they are. A kill leaves nothing that the next move does not put again.
"""

from __future__ import annotations

import asyncio
import logging
import time

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
from call24.kit.ids import FileId, TenantId
from call24.kit.looking import keep_looking

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
LOOK_S = 10.0
"""A look waits so long for those that move; who takes longer goes on beside the next one."""
OF_EACH = 100
"""Files of one organisation before it is asked again who has any."""
TURN_S = 30.0
"""An organisation begins no further file after so long, and others have its turn."""
ORGANISATIONS = 32
"""Whose files are moved at once. The store takes four objects at a time, and no more are in memory."""
STUCK_MAX = 10_000
"""Files of an organisation that could not be read and are passed over, until all others have had their turn."""
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
        self._moving: dict[TenantId, asyncio.Task[int]] = {}
        self._stuck: dict[TenantId, set[FileId]] = {}
        self._turns = asyncio.Semaphore(ORGANISATIONS)
        self.why_not: WhyNot = anywhere
        """Set by the room of transfers."""

    def wake(self) -> None:
        """There may be something to move."""
        self._wake.set()

    async def run(self) -> None:
        """For ever, where a store is set."""
        try:
            await keep_looking(self.look, self._wake, LOOK_EVERY_S)
        finally:
            for task in self._moving.values():
                task.cancel()
            await asyncio.gather(*self._moving.values(), return_exceptions=True)

    async def look(self) -> bool:
        """Moves what waits, organisations beside each other; whether any file was moved. Raises: Unavailable."""
        if self._remote is None:
            return False
        await self._storage.drop_left(STAYS_S)
        try:
            await self._remote.check(self._removals.needed)
        except StoreTrouble as trouble:
            log.error("files stay where they are, the S3-compatible store: %s; %s", trouble.why, trouble.advice)
            return False
        for one in await self._store.with_unmoved():
            if one not in self._moving:
                self._moving[one] = asyncio.create_task(self._move_some(self._remote, one))
        if self._moving:
            await asyncio.wait(self._moving.values(), timeout=LOOK_S)
        return sum([self._moved_by(one) for one in list(self._moving)]) > 0

    def _moved_by(self, tenant_id: TenantId) -> int:
        """How many, where its turn is over. What went wrong with one organisation is not the others' matter."""
        task = self._moving[tenant_id]
        if not task.done():
            return 0
        del self._moving[tenant_id]
        if (error := task.exception()) is not None:
            log.error("files of organisation %s stay on disk", tenant_id, exc_info=error)
            return 0
        return task.result()

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
        count, until = 0, time.monotonic() + TURN_S
        stuck = self._stuck.pop(tenant_id, set())
        files = await self._store.unmoved(tenant_id, stuck, OF_EACH)
        for file in files:
            try:
                count += await self._move(remote, file)
            except OSError as error:
                log.error("the file %s cannot be read on disk, it is not moved: %s", file.id, error.strerror)
                stuck.add(file.id)
            except StoreTrouble as trouble:
                log.warning("files of organisation %s stay on disk: %s; %s", tenant_id, trouble.why, trouble.advice)
                break
            if time.monotonic() >= until:
                break
        if len(files) == OF_EACH and len(stuck) < STUCK_MAX:  # else all had their turn, and these are tried again
            self._stuck[tenant_id] = stuck
        return count

    async def _move(self, remote: RemoteFiles, file: StoredFile) -> bool:
        """Noted before the first byte is there, so that who deletes the file knows where to look."""
        object = file.object or new_object()
        there = msgspec.structs.replace(file, object=object, moved_at=self._clock.now())
        if not file.object and not await self._store.moves(there):
            return False
        try:
            await remote.keep(file, object, self._storage.path(file))
        except (
            FileNotFoundError
        ):  # after a restore: it had moved when its backup was made, and this was not written yet
            if not file.object or not await remote.has(file, object):
                if not await self._store.is_there(file):  # deleted meanwhile: a part may be there
                    await self._removals.ask([there])
                raise
        if await self._store.moved(there):
            self._storage.left(file)
            return True
        await self._removals.ask([there])  # deleted meanwhile, by who may have removed before all of it was there
        return False
