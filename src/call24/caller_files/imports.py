"""Imports of callers' files: a file is taken in, imported by a process of its own, and gone on with after a restart.

What they brought is erased here too: with the caller, and on its day. An import is there as long as something that it
brought.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from call24.caller_files.import_model import CallerImport
from call24.caller_files.import_runner import Runner
from call24.contacts.imported import ImportedDocument
from call24.kit.background_jobs import BackgroundJobs
from call24.kit.clock import Clock
from call24.kit.errors import Invalid, TooMany, Unavailable
from call24.kit.holdings import ButHeld, nothing_held
from call24.kit.ids import CallerImportId, ContactId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo, TenantCollection
from call24.kit.received_file import received
from call24.recordings.service import Recordings
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

INDEXES = (Index(CallerImport, ("-created_at", "-id")), Index(CallerImport, ("sha256",)))

MOST = 1_000
"""Imports of one organisation that are kept, failed ones for a day."""
AT_ONCE = 2, 1
"""How many are read at once: in all, and of one organisation."""
TRIES = 3
AGAIN_S = 5.0
AWAY_S = 30.0
"""While MongoDB or the PBX is away: an import waits as long as that lasts."""
FAILED_KEPT = timedelta(days=1)
DUE_AT_ONCE = 500
_WHY = "a restart goes on with imports of any organisation"


class CallerImports:
    """`floor`: bytes that stay free on the disk."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        tenants: TenantService,
        recordings: Recordings,
        folder: Path,
        floor: int,
        runner: Runner,
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._tenants = tenants
        self._recordings = recordings
        self._folder = folder
        self._floor = floor
        self._runner = runner
        self._all = mongo.platform(CallerImport, why=_WHY)
        self._jobs = BackgroundJobs("import", AT_ONCE, tries=TRIES, again_s=AGAIN_S, away_s=AWAY_S)
        self._arriving: set[TenantId] = set()
        """Organisations of which a file comes, or what a failed import brought goes."""
        self._followed: dict[TenantId, int] = {}
        self.but_held: ButHeld = nothing_held
        """Set by the room of legal holds."""

    # --- asking for one ---

    async def begin(self, tenant_id: TenantId, asked_by: UserId, chunks: AsyncIterator[bytes]) -> CallerImport:
        """Of a file that was imported before, and did not fail, that import. Raises: Invalid, TooMany, Unavailable."""
        if tenant_id in self._arriving:
            raise _one_at_a_time()
        self._arriving.add(tenant_id)
        try:
            wish, is_new = await self._taken_in(tenant_id, asked_by, chunks)
        finally:
            self._arriving.discard(tenant_id)
        if is_new:
            log.info("import %s of a caller's file was started by %s", wish.id, asked_by)
            self._jobs.start(wish.id, self._run(wish))
        return wish

    async def _taken_in(
        self, tenant_id: TenantId, asked_by: UserId, chunks: AsyncIterator[bytes]
    ) -> tuple[CallerImport, bool]:
        """And whether it is a new one."""
        if await self._imports(tenant_id).count({"state": "running"}):
            raise _one_at_a_time()
        if await self._imports(tenant_id).count() >= MOST:
            raise TooMany(f"At most {MOST:,} imports are kept", code="too_many_imports")
        wish = CallerImport(
            id=CallerImportId(new_id("cim")),
            tenant_id=tenant_id,
            asked_by=asked_by,
            sha256="",
            created_at=self._clock.now(),
        )
        file = self._file(wish)
        try:
            sha256, size, _ = await received(file, chunks, self._floor)
            if not size:
                raise Invalid("Send the ZIP of a caller's file as the body")
            before = await self._imports(tenant_id).find_one({"sha256": sha256, "state": {"$ne": "failed"}})
            if before is not None:
                file.unlink()
                return before, False
            wish = msgspec.structs.replace(wish, sha256=sha256)
            await self._imports(tenant_id).insert(wish)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return wish, True

    # --- carrying it out ---

    async def _run(self, wish: CallerImport) -> None:
        """The process notes how it ended; here only that it did not."""
        file = self._file(wish)
        if await self._jobs.carried_out(wish.tenant_id, wish.id, lambda: self._runner(wish, file)):
            file.unlink(missing_ok=True)
            return
        while True:
            try:
                await self._failed(wish, "It could not be done now: send the file again later")
                break
            except Unavailable:
                await asyncio.sleep(AGAIN_S)
        file.unlink(missing_ok=True)
        with contextlib.suppress(Unavailable, OSError):  # then the sweeper does it
            await self._let_go(wish)

    async def _failed(self, wish: CallerImport, trouble: str) -> None:
        """What it had brought by then goes afterwards: `_let_go`. Raises: Unavailable, without MongoDB alone."""
        problem = "import_interrupted"
        ended = {"state": "failed", "problem": problem, "trouble": trouble, "ended_at": self._clock.now()}
        await self._imports(wish.tenant_id).update_where({"id": wish.id, "state": "running"}, ended)

    async def _let_go(self, failed: CallerImport) -> bool:
        """Delete what it had brought; whether nothing is left. Not while another import may bring the same.

        Raises: Unavailable, OSError.
        """
        tenant_id = failed.tenant_id
        if tenant_id in self._arriving:
            return False
        self._arriving.add(tenant_id)
        try:
            if await self._imports(tenant_id).count({"state": "running"}):
                return False
            return await self._erase_brought(tenant_id, {"import_id": failed.id})
        finally:
            self._arriving.discard(tenant_id)

    async def _erase_brought(self, tenant_id: TenantId, theirs: dict[str, Any]) -> bool:
        """One recording at a time: another import may have brought others of the same call. False: one is held."""
        documents = self._documents(tenant_id)
        while some := await documents.find({**theirs, "recording_id": {"$ne": None}}, limit=DUE_AT_ONCE):
            for one in some:
                assert one.call_id is not None and one.recording_id is not None
                if not await self._recordings.discard(tenant_id, one.call_id, one.recording_id):
                    return False
                await documents.delete(one.id)
        await documents.delete_many(theirs)
        return True

    async def after_restart(self) -> None:
        """Go on with what had not ended; a file of which nothing is known goes. Raises: Unavailable (no MongoDB)."""
        waiting = set[Path]()
        for one in await self._all.find({"state": "running"}):
            if self._file(one).exists():
                waiting.add(self._file(one))
                if one.id not in self._jobs:
                    self._jobs.start(one.id, self._run(one))
            else:
                await self._failed(one, "The file is lost: send it again")
        for path in self._folder.glob("*/*"):
            if path not in waiting:
                path.unlink(missing_ok=True)

    async def close(self) -> None:
        await self._jobs.close()

    # --- looking ---

    async def all(self, tenant_id: TenantId) -> list[CallerImport]:
        """The newest first; at most `MOST`."""
        return await self._imports(tenant_id).find({}, sort=[("created_at", -1), ("id", -1)])

    async def get(self, tenant_id: TenantId, import_id: str) -> CallerImport:
        """Raises: NotFound."""
        return await self._imports(tenant_id).get(import_id)

    async def brought(
        self, tenant_id: TenantId, contact_id: ContactId, after: str, limit: int
    ) -> tuple[list[ImportedDocument], dict[str, CallerImport]]:
        """What was imported of a caller, by id, and the imports that brought it."""
        rule: dict[str, Any] = {"contact_id": contact_id, "id": {"$gt": after}, "delete_at": {"$gt": self._clock.now()}}
        found = await self._documents(tenant_id).find(rule, sort=[("id", 1)], limit=limit)
        ids = sorted({one.import_id for one in found})
        return found, {one.id: one for one in await self._imports(tenant_id).find({"id": {"$in": ids}})}

    # --- letting go ---

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """All that was imported of them, sound first; an import of theirs that goes on is stopped; how many."""
        theirs: dict[str, Any] = {"contact_id": {"$in": list(contact_ids)}}
        for one in await self._imports(tenant_id).find(theirs):
            await self._jobs.stop(one.id)
            self._file(one).unlink(missing_ok=True)
        calls = await self._documents(tenant_id).distinct("call_id", {**theirs, "recording_id": {"$ne": None}})
        await self._recordings.erase(tenant_id, sorted(calls))
        gone = await self._documents(tenant_id).delete_many(theirs)
        await self._imports(tenant_id).delete_many(theirs)
        return gone

    async def erase_due(self, now: datetime) -> int:
        """What has reached its day, by the days that its organisation says now; how many. Raises: Unavailable."""
        await self._follow()
        count, but = 0, await self.but_held(ImportedDocument)
        everywhere = self._mongo.platform(ImportedDocument, why="the sweeper deletes what is due")
        rule = {"delete_at": {"$lte": now}, **but}
        while due := await everywhere.find(rule, sort=[("delete_at", 1)], limit=DUE_AT_ONCE):
            for tenant_id in {one.tenant_id for one in due}:
                theirs = [one for one in due if one.tenant_id == tenant_id]
                sounds = {one.call_id for one in theirs if one.recording_id is not None and one.call_id is not None}
                await self._recordings.erase(tenant_id, sorted(sounds))
                count += await self._documents(tenant_id).delete_many({"id": {"$in": [one.id for one in theirs]}})
        await self._forget_empty(now)
        await self._forget_failed(now)
        return count

    async def _forget_empty(self, now: datetime) -> None:
        for one in await self._all.find({"state": "done", "ended_at": {"$lte": now - FAILED_KEPT}}):
            if not await self._documents(one.tenant_id).count({"import_id": one.id}):
                await self._imports(one.tenant_id).delete(one.id)

    async def _forget_failed(self, now: datetime) -> None:
        """First what they had brought, which they may not have been able to delete themselves."""
        for one in await self._all.find({"state": "failed"}):
            try:
                is_gone = await self._let_go(one)
            except OSError as trouble:
                log.error("what import %s brought cannot be deleted now: %s", one.id, trouble)
                continue
            if is_gone and one.ended_at is not None and one.ended_at <= now - FAILED_KEPT:
                await self._imports(one.tenant_id).delete(one.id)

    async def _follow(self) -> None:
        """Documents whose organisation has other days now get another day."""
        followed = dict[TenantId, int]()
        for tenant in self._tenants.known_tenants():
            days, documents = tenant.record_days, self._documents(tenant.id)
            followed[tenant.id] = days
            if self._followed.get(tenant.id) == days:
                continue
            while some := await documents.find({"days": {"$ne": days}}, limit=DUE_AT_ONCE):
                await documents.update_each(
                    {one.id: {"days": days, "delete_at": one.counted_from + timedelta(days=days)} for one in some}
                )
        self._followed = followed

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """Nothing is imported any more; files and documents go with the organisation's others."""
        self._followed.pop(tenant_id, None)
        for one in await self._imports(tenant_id).find({"state": "running"}):
            await self._jobs.stop(one.id)

    def _file(self, wish: CallerImport) -> Path:
        return self._folder / wish.tenant_id / f"{wish.id}.zip"

    def _imports(self, tenant_id: TenantId) -> TenantCollection[CallerImport]:
        return self._mongo.tenant(tenant_id).collection(CallerImport)

    def _documents(self, tenant_id: TenantId) -> TenantCollection[ImportedDocument]:
        return self._mongo.tenant(tenant_id).collection(ImportedDocument)


def _one_at_a_time() -> TooMany:
    return TooMany("A file is being imported already: wait until it is done", code="too_many_imports")
