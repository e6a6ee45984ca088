"""Exports as they are asked for over HTTP: begun, watched, fetched, taken back, deleted when their time is up.

The file is written by a process of its own (``Runner``). After a restart of the server an export that had not ended has
failed, and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import msgspec

from call24.exports.exporter import unfinished_of
from call24.exports.model import CALLER, PEOPLE, TASKS, Export, State
from call24.kit.background_jobs import BackgroundJobs
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, TooMany, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import ContactId, TenantId, new_id
from call24.kit.mongo import Index, Mongo

log = logging.getLogger(__name__)

INDEXES = (Index(Export, ("-created_at",)), Index(Export, ("delete_at",), across=True))

KEPT = timedelta(hours=24)
AT_ONCE = 2
"""Exports of one organisation that are being written, or wait for it, in each of four shares: calls and reports,
people, callers' files that officers asked for, and those that callers asked for."""
MOST = 20
"""Exports of one organisation that are kept, of each share."""
TASKS_AT_ONCE, TASKS_OF_USER = 4, (1, 4)
"""Of tasks, a fifth share: how many are written or wait; of one user, how many are, and how many are kept."""
WRITTEN = 4, 1
"""How many are written at once: in all, and of one organisation; another that was asked for waits for its turn."""
_OWN = (CALLER, PEOPLE, TASKS)
"""Kinds that have routes of their own."""
_OF_CALLERS = ("calls", PEOPLE, TASKS)
"""Kinds that may have any caller."""

Runner = Callable[[Export, Path], Coroutine[Any, Any, None]]
"""Writes the file and notes the progress; cancelled, it stops and leaves nothing. Raises: OSError, Unavailable."""


class Exports:
    def __init__(self, mongo: Mongo, clock: Clock, folder: Path, runner: Runner) -> None:
        self._mongo = mongo
        self._clock = clock
        self._folder = folder
        self._runner = runner
        self._all = mongo.platform(Export, why="the sweeper deletes exports, a restart ends them")
        self._jobs = BackgroundJobs("export", WRITTEN)
        self._turns: WeakValueDictionary[TenantId, asyncio.Lock] = WeakValueDictionary()
        """Whoever asks for one counts those that are there before the next one does."""

    def file_of(self, export: Export) -> Path:
        return self._folder / export.tenant_id / f"{export.id}.{export.format}"

    async def begin(self, wish: Export) -> Export:
        """``wish``: as it was asked for; it gets its id and times here. Raises: TooMany."""
        collection = self._mongo.tenant(wish.tenant_id).collection(Export)
        async with self._turns.setdefault(wish.tenant_id, asyncio.Lock()):
            kept = [one for one in await collection.find({}) if _share(one) == _share(wish)]
            _check_room(wish, kept)
            now = self._clock.now()
            export = msgspec.structs.replace(wish, id=new_id("exp"), created_at=now, delete_at=now + KEPT)
            await collection.insert(export)
        log.info("export %s (%s) was started by %s", export.id, export.kind, export.asked_by)
        self._jobs.start(export.id, self._run(export))
        return export

    async def _run(self, export: Export) -> None:
        file = self.file_of(export)
        done = await self._jobs.carried_out(export.tenant_id, export.id, lambda: self._runner(export, file))
        if not done:
            file.unlink(missing_ok=True)
        ended = {"state": State.DONE if done else State.FAILED, "ended_at": self._clock.now()}
        change = {**ended, "trouble": "" if done else "The file could not be written"}
        with contextlib.suppress(Unavailable):
            await self._mongo.tenant(export.tenant_id).collection(Export).update(export.id, change)

    async def get(self, tenant_id: TenantId, export_id: str, *, own: str = "") -> Export:
        """`own`: of this kind, which its own routes show; else one of calls or a report. Raises: NotFound."""
        export = await self._mongo.tenant(tenant_id).collection(Export).get(export_id)
        if _own(export) != own:
            raise NotFound
        return export

    async def all(self, tenant_id: TenantId, *, own: str = "") -> list[Export]:
        """The newest first."""
        which = {"kind": own or {"$nin": list(_OWN)}}
        return await self._mongo.tenant(tenant_id).collection(Export).find(which, sort=[("created_at", -1)])

    async def file(self, tenant_id: TenantId, export_id: str, *, own: str = "") -> tuple[Export, Path]:
        """Raises: NotFound, Conflict while it is not written or when it failed."""
        export = await self.get(tenant_id, export_id, own=own)
        path = self.file_of(export)
        if export.state is not State.DONE or export.delete_at <= self._clock.now() or not path.exists():
            raise Conflict("The file does not exist yet, or was deleted", code="export_not_done")
        return export, path

    async def cancel(self, tenant_id: TenantId, export_id: str, *, own: str = "") -> None:
        """Whatever its state: it stops, and nothing of it is kept. Raises: NotFound."""
        await self._drop(await self.get(tenant_id, export_id, own=own))

    async def _drop(self, export: Export) -> None:
        await self._jobs.stop(export.id)
        self.file_of(export).unlink(missing_ok=True)
        await self._mongo.tenant(export.tenant_id).collection(Export).delete(export.id)

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: so are exports that it asked for, and those of its work alone."""
        for export in await self._every(user.tenant_id):
            if export.asked_by == user.id or user.id in export.filters.values():
                await self._drop(export)

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """Callers are erased: their files go, and exports of calls, people and tasks, any of which may have one; how
        many."""
        every = await self._every(tenant_id)
        going = [one for one in every if one.kind in _OF_CALLERS or one.contact_id in contact_ids]
        for export in going:
            await self._drop(export)
        return len(going)

    async def erase_people(self, tenant_id: TenantId) -> None:
        """A person of the address book was erased: exports of people and of tasks go, since any may have them."""
        for export in await self._every(tenant_id):
            if export.kind in (PEOPLE, TASKS):
                await self._drop(export)

    async def _every(self, tenant_id: TenantId) -> list[Export]:
        return await self._mongo.tenant(tenant_id).collection(Export).find({})

    async def after_restart(self) -> None:
        """What had not ended has failed; what lies there without a document goes. Raises: Unavailable."""
        for export in await self._all.find({"state": State.RUNNING}):
            if export.id not in self._jobs:
                change = {"state": State.FAILED, "trouble": "The server was restarted", "ended_at": self._clock.now()}
                await self._mongo.tenant(export.tenant_id).collection(Export).update(export.id, change)
        kept = set[Path]()
        for export in await self._all.find({}):
            file = self.file_of(export)
            kept |= {file, unfinished_of(file)} if export.id in self._jobs else set()
            kept |= {file} if export.state is State.DONE else set()
        for path in self._folder.glob("*/*"):
            if path not in kept and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path not in kept:
                path.unlink(missing_ok=True)

    async def erase_due(self, now: datetime) -> int:
        due = await self._all.find({"delete_at": {"$lte": now}})
        for export in due:
            await self._drop(export)
        return len(due)

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """No file is written any more; the folder and the documents go with the organisation's others."""
        for export in await self._every(tenant_id):
            await self._jobs.stop(export.id)

    async def close(self) -> None:
        await self._jobs.close()


class _Bounds(NamedTuple):
    running: int
    kept: int

    def left(self, exports: Sequence[Export]) -> bool:
        return sum(one.state is State.RUNNING for one in exports) < self.running and len(exports) < self.kept


def _check_room(wish: Export, kept: Sequence[Export]) -> None:
    """``kept``: of its share. Raises: TooMany."""
    every = _Bounds(TASKS_AT_ONCE if wish.kind == TASKS else AT_ONCE, MOST)
    if not every.left(kept):
        raise TooMany(f"At most {every.running} exports at once and {every.kept} a day", code="too_many_exports")
    of_user = _Bounds(*TASKS_OF_USER)
    if wish.kind == TASKS and not of_user.left([one for one in kept if one.asked_by == wish.asked_by]):
        raise TooMany(
            f"At most {of_user.running} export of a user at once and {of_user.kept} a day: delete one first",
            code="too_many_exports",
        )


def _own(export: Export) -> str:
    return export.kind if export.kind in _OWN else ""


def _share(export: Export) -> tuple[str, bool]:
    """Callers do not use up what officers may have, nor the reverse."""
    return _own(export), export.kind == CALLER and export.asked_by is None
