"""What is deleted goes from the S3-compatible store too, also where that is away for days; and what belongs to nothing.

A removal is noted before the file's document is deleted. With the document its salt is gone, and nobody can open what
is still there. Its note stays for 30 days as the receipt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from call24.files.model import FileRemoval, StoredFile
from call24.files.object_store import StoreTrouble, check_alone
from call24.files.remote_files import OURS, RemoteFiles, object_of, objects_of
from call24.files.store import FileStore
from call24.kit.clock import Clock
from call24.kit.looking import keep_looking
from call24.kit.mongo import Index, Mongo

log = logging.getLogger(__name__)

INDEXES = (
    Index(FileRemoval, ("removed_at",), expires_s=int(timedelta(days=30).total_seconds())),
    Index(FileRemoval, ("try_at",)),
)
LOOK_EVERY_S = 30.0
AT_ONCE = 100
AGAIN = timedelta(minutes=1)
AGAIN_MOST = timedelta(days=1)
"""What the store refuses is tried again after as long as it has waited, between these two."""
GIVEN_UP = timedelta(days=1)
"""A file that is there for so long after its removal was noted was not deleted after all."""
ORPHANS_EVERY = timedelta(days=1)
ORPHAN_AFTER = timedelta(days=2)
FEW_ORPHANS = 100
"""More at once, and more than a tenth of all, are no remains of a crash: a person has to look."""


class FileRemovals:
    """`remote` None: no store is set; what was noted waits for one."""

    def __init__(self, mongo: Mongo, store: FileStore, remote: RemoteFiles | None, clock: Clock) -> None:
        self._removals = mongo.platform(FileRemoval, why="they outlive the organisation whose file it was")
        self._store = store
        self._remote = remote
        self._clock = clock
        self._wake = asyncio.Event()
        self._swept_at: datetime | None = None

    async def ask(self, files: Sequence[StoredFile]) -> None:
        """Those of these that are, or may be, in the store. Repeating it is harmless. Raises: Unavailable."""
        now = self._clock.now()
        for one in files:
            if one.object:
                noted = FileRemoval(id=one.object, objects=objects_of(one.size), asked_at=now, try_at=now)
                await self._removals.replace(noted, upsert=True)
                self._wake.set()

    async def waiting(self) -> int:
        """Raises: Unavailable."""
        return await self._removals.count({"removed_at": None})

    async def needed(self) -> int:
        """How many files are in a store, or are to be removed from it. Raises: Unavailable."""
        return await self._store.moved_ones() + await self.waiting()

    async def run(self) -> None:
        """For ever, where a store is set."""
        await keep_looking(self.look, self._wake, LOOK_EVERY_S)

    async def look(self) -> bool:
        """Removes what is due, and once a day what belongs to nothing; whether anything went. Raises: Unavailable."""
        if self._remote is None:
            return False
        now = self._clock.now()
        rule = {"removed_at": None, "try_at": {"$lte": now}}
        due = await self._removals.find(rule, sort=[("try_at", 1)], limit=AT_ONCE)
        try:
            if due:  # a DELETE in a wrong place would be a false receipt
                await self._remote.check(self.needed)
            done = [await self._tried(self._remote, one, now) for one in due]
            if not due and (self._swept_at is None or now - self._swept_at >= ORPHANS_EVERY):
                await self._remote.store.check(self.needed)
                await self.sweep(self._remote, now)
                self._swept_at = now
        except StoreTrouble as trouble:
            log.warning("%s removals wait for the S3-compatible store: %s; %s", len(due), trouble.why, trouble.advice)
            return False
        return any(done)

    async def _tried(self, remote: RemoteFiles, one: FileRemoval, now: datetime) -> bool:
        """One that the store refuses holds up no other. Raises: StoreTrouble where it refuses all."""
        try:
            return await self._removed(remote, one, now)
        except StoreTrouble as trouble:
            await remote.store.check(self.needed)
            again = min(max(now - one.asked_at, AGAIN), AGAIN_MOST)
            await self._removals.update(one.id, {"try_at": now + again})
            log.warning("the object %s cannot be removed from the store: %s; %s", one.id, trouble.why, trouble.advice)
            return False

    async def _removed(self, remote: RemoteFiles, one: FileRemoval, now: datetime) -> bool:
        if await self._store.has_object(one.id):  # its deletion is under way, or came to nothing
            if now - one.asked_at >= GIVEN_UP:
                await self._removals.delete(one.id)
            else:
                await self._removals.update(one.id, {"try_at": now + AGAIN})
            return False
        await remote.remove(one.id, one.objects)
        await self._removals.update(one.id, {"removed_at": now})
        return True

    async def sweep(self, remote: RemoteFiles, now: datetime) -> int:
        """Removes old objects that no file names: a crash came between their put and their file's deletion.

        What has not the form of our keys is not ours. How many. Raises: StoreTrouble, Unavailable.
        """
        orphans: list[str] = []
        after, seen = "", 0
        while (page := await remote.store.listed(after)) and page[-1].key > after:
            check_alone(page)
            after = page[-1].key
            ours = [one for one in page if OURS.fullmatch(one.key)]
            old = [one.key for one in ours if now - one.at >= ORPHAN_AFTER]
            named = await self._store.with_objects({object_of(key) for key in old})
            orphans += [key for key in old if object_of(key) not in named]
            seen += len(ours)
            if len(orphans) > FEW_ORPHANS * 100:
                break
        if len(orphans) > max(FEW_ORPHANS, seen // 10):
            log.error("at least %s objects of the S3-compatible store belong to no file; they stay", len(orphans))
            return 0
        for key in orphans:
            log.warning("the object %s of the S3-compatible store belongs to no file, it is removed", key)
            await remote.store.remove("orphans", key)
        return len(orphans)
