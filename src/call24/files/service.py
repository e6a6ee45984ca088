"""Files that users attach to people, tasks and calls: shown, opened, deleted, and erased with whom they are about.

Who may see the person, task or call is decided at the edge. How a file arrives is in uploads.py, and how it is looked
at in inspection.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from call24.changes.model import Change
from call24.files.model import UNDOABLE, About, FileUsage, StoredFile
from call24.files.removals import FileRemovals
from call24.files.rules import clean_name, name_of
from call24.files.storage import FileStorage
from call24.files.store import FilePage, FileStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.holdings import ButHeld, nothing_held
from call24.kit.ids import CallId, ContactId, FileId, PersonId, TaskId, TenantId
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED
from call24.people.history import PersonHistory
from call24.people.service import People
from call24.recordings.audio import AudioFile
from call24.restrictions.service import data_restricted
from call24.tasks.events import TASK_CHANGED
from call24.tasks.service import TaskService

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Files that are erased together."""
UNDO = timedelta(minutes=10)
"""How long a file that was deleted can be brought back."""
GONE_AFTER = UNDO + timedelta(minutes=1)
"""Then it goes for good: later, so that none goes that is being brought back."""


class Files:
    """`restricted`: whether nothing of a contact may be shown."""

    wants = (PERSON_CREATED, PERSON_UPDATED, PERSON_DELETED, TASK_CHANGED)

    def __init__(
        self,
        store: FileStore,
        storage: FileStorage,
        removals: FileRemovals,
        people: People,
        history: PersonHistory,
        tasks: TaskService,
        restricted: Callable[[TenantId, ContactId], bool],
        clock: Clock,
    ) -> None:
        self._store = store
        self._storage = storage
        self._removals = removals
        self._people = people
        self._history = history
        self._tasks = tasks
        self._restricted = restricted
        self._clock = clock
        self.but_held: ButHeld = nothing_held
        """Set by the room of legal holds."""

    # --- looking ---

    async def page(
        self, tenant_id: TenantId, about: About, id: str, *, limit: int, cursor: str | None, deleted: bool = False
    ) -> FilePage:
        """Those of one person, task or call, newest first; `deleted`: those that can be brought back. Raises: Invalid
        for a cursor that is not ours."""
        since = self._clock.now() - UNDO if deleted else None
        return await self._store.page(tenant_id, about, id, limit=limit, cursor=cursor, deleted_since=since)

    async def get(self, tenant_id: TenantId, file_id: FileId, *, deleted: bool = False) -> StoredFile:
        """A whole file; `deleted`: also one that was deleted and is not gone yet. Raises: NotFound, Refused (code
        data_restricted)."""
        found = await self._store.get(tenant_id, file_id)
        if found.state == "uploading" or (found.deleted_at is not None and not deleted):
            raise NotFound
        self.check_shown(tenant_id, found.contact_ids)
        return found

    def check_shown(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> None:
        """Raises: Refused (code data_restricted)."""
        if any(self._restricted(tenant_id, one) for one in contact_ids):
            raise data_restricted()

    async def open(self, file: StoredFile) -> AudioFile:
        """Its bytes. Raises: Conflict (file_not_ready, file_quarantined), NotFound (damaged), Unavailable."""
        if file.state in ("quarantined", "unscannable"):
            raise Conflict("The malware scanner does not let this file through", code="file_quarantined")
        if file.state != "ready":
            raise Conflict("The file is being checked: try again in a moment", code="file_not_ready")
        return await self._storage.open(file)

    async def usage(self, tenant_id: TenantId) -> FileUsage:
        return await self._store.usage(tenant_id)

    # --- changing ---

    async def rename(self, file: StoredFile, name: str) -> StoredFile:
        """With an ending of its type, whatever `name` says. Raises: Invalid, Conflict (file_not_ready, legal_hold),
        NotFound, Unavailable."""
        if file.state == "checking":
            raise Conflict("The file is being checked: try again in a moment", code="file_not_ready")
        called = name_of(clean_name(name, field="name"), file.type)
        await self._check_not_held(file)
        await self._store.rename(file, called)
        return await self.get(file.tenant_id, file.id)

    async def _check_not_held(self, file: StoredFile) -> None:
        if await self._store.held(file, await self.but_held(StoredFile)):
            raise Conflict("A legal hold keeps this file: have it released", code="legal_hold")

    # --- going ---

    async def delete(self, file: StoredFile, *, for_good: bool) -> None:
        """Unless `for_good` it can be brought back for UNDO. Raises: Conflict (legal_hold), NotFound (gone meanwhile),
        Unavailable."""
        await self._check_not_held(file)
        if for_good or file.state not in UNDOABLE:
            await self.let_go(file.tenant_id, [file])
            return
        now = self._clock.now()
        if not await self._store.hide(file, now, now + GONE_AFTER):
            seen = await self._store.get(file.tenant_id, file.id)
            if seen.deleted_at is None:  # what the scanner holds back by now goes at once
                await self.delete(seen, for_good=False)

    async def restore(self, file: StoredFile) -> StoredFile:
        """What was deleted is there again; repeating it changes nothing. Raises: NotFound once it is too late,
        Unavailable."""
        if file.deleted_at is not None and not await self._store.restore(file, self._clock.now() - UNDO):
            seen = await self._store.get(file.tenant_id, file.id)
            if seen.deleted_at is not None:  # else somebody brought it back in the same moment
                raise NotFound
        return await self.get(file.tenant_id, file.id)

    async def let_go(self, tenant_id: TenantId, files: Sequence[StoredFile]) -> int:
        """The files first: a document without one is found again, not the reverse; how many. Raises: Unavailable."""
        await asyncio.to_thread(self._storage.drop, files)
        await self._removals.ask(await self._store.as_now(tenant_id, files))
        gone = await self._store.delete(tenant_id, files)
        # One that was being drawn meanwhile: whoever writes it later finds no document, and takes it away again.
        await asyncio.to_thread(self._storage.drop_thumbnails, files)
        return gone

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """A person who has another number keeps their files; how many went. Raises: Unavailable."""
        gone, erased = 0, set(contact_ids)
        while found := await self._store.of_contacts(tenant_id, contact_ids, AT_ONCE):
            going = []
            for file in found:
                left = tuple(one for one in file.contact_ids if one not in erased)
                if file.about == "person" and left:
                    await self._store.set(file, {"contact_ids": left})
                else:
                    going.append(file)
            gone += await self.let_go(tenant_id, going)
        return gone

    async def erase_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """Raises: Unavailable."""
        gone = 0
        while found := await self._store.of_calls(tenant_id, call_ids, AT_ONCE):
            gone += await self.let_go(tenant_id, found)
        return gone

    async def erase_due(self, now: datetime) -> int:
        """Uploads that nobody finished, what was deleted and not brought back, what is in quarantine or whose person is
        gone for good. Raises: Unavailable."""
        gone, but = 0, await self.but_held(StoredFile)
        while found := await self._store.due(now, but, AT_ONCE):
            for tenant_id in {one.tenant_id for one in found}:
                gone += await self.let_go(tenant_id, [one for one in found if one.tenant_id == tenant_id])
        return gone

    async def rotate_key(self, tenant_id: TenantId) -> None:
        """A new key for new files; those that are there keep theirs. Raises: Unavailable."""
        await self._storage.keys.rotate(tenant_id)

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """The keys first; its folder goes afterwards (privacy/files.py). Raises: Unavailable."""
        await self._storage.keys.destroy(tenant_id)
        after = ""
        while found := await self._store.in_store(tenant_id, after, AT_ONCE):
            await self._removals.ask(found)
            after = found[-1].object
        await self._store.delete_all(tenant_id)

    async def after_restart(self) -> None:
        """What lies on the disk and belongs to no file goes: a crash came between its deletion and its creation.
        Raises: Unavailable."""
        for path in await asyncio.to_thread(self._storage.known):
            tenant_id, id = self._storage.ids_of(path)
            try:
                file = await self._store.get(tenant_id, FileId(id))
            except NotFound:
                log.warning("the file %s belongs to nothing, it is deleted", id)
                await asyncio.to_thread(path.unlink, missing_ok=True)
                continue
            if file.moved_at is not None:
                self._storage.left(file)

    # --- what becomes of people and tasks ---

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed: files follow their person and their task. Raises: Unavailable."""
        for change in changes:
            if change.type == TASK_CHANGED.name:
                await self._follow_task(change.tenant_id, TASK_CHANGED.of(change).task_id)
            else:
                await self._follow(change.tenant_id, PERSON_UPDATED.of(change).person_id)

    async def _follow_task(self, tenant_id: TenantId, task_id: TaskId) -> None:
        """A task may be linked with a person or a caller after files were attached, as of an e-mail of an unknown
        sender: these are erased with them from then on. A task that forgets them leaves its files as they are."""
        while found := await self._store.of_nobody(tenant_id, task_id, AT_ONCE):
            try:
                task = await self._tasks.get(tenant_id, task_id)
            except NotFound:  # erased before its files knew with whom
                await self.let_go(tenant_id, found)
                continue
            if task.person_id is None and task.contact_id is None:
                return
            whose = {
                "person_id": task.person_id,
                "contact_ids": (task.contact_id,) if task.contact_id is not None else (),
            }
            for file in found:
                await self._store.set(file, whose)

    async def _follow(self, tenant_id: TenantId, person_id: PersonId) -> None:
        try:
            person = await self._people.stored(tenant_id, person_id)
        except NotFound:
            await self._person_gone(tenant_id, person_id)
            return
        await self._store.move(tenant_id, {"merged_from": person_id}, {"person_id": person_id, "merged_from": None})
        of_person = {"person_id": person_id, "about": "person"}
        await self._store.move(tenant_id, of_person, {"contact_ids": person.contact_ids})
        shown = {"state": {"$in": list(UNDOABLE)}, "deleted_at": None}
        await self._store.move(tenant_id, {**of_person, **shown}, {"delete_at": None})

    async def _person_gone(self, tenant_id: TenantId, person_id: PersonId) -> None:
        """Merged: their files go along. Deleted: as long as that can be undone, the files wait. Erased: they go."""
        entry = await self._history.went(tenant_id, person_id)
        rule = {"person_id": person_id}
        if entry is None:
            while found := await self._store.of_person(tenant_id, person_id, AT_ONCE):
                await self.let_go(tenant_id, found)
        elif entry.kind == "merged":
            await self._store.move(tenant_id, rule, {"person_id": entry.person_id, "merged_from": person_id})
            with contextlib.suppress(NotFound):  # gone since: that is told too
                kept = await self._people.stored(tenant_id, entry.person_id)
                of_person = {"person_id": kept.id, "about": "person"}
                await self._store.move(tenant_id, of_person, {"contact_ids": kept.contact_ids})
        else:
            shown = {"about": "person", "deleted_at": None}  # what a user deleted before goes sooner
            await self._store.move(tenant_id, {**rule, **shown}, {"delete_at": entry.delete_at})
