"""Where files' documents are kept, and what all files of an organisation take. It knows nothing of their content."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.files.events import FILE_DELETED, FILE_RENAMED, FILE_RESTORED, FILE_STORED, changed
from call24.files.model import UNDOABLE, WAITING, About, FileUsage, State, StoredFile, ThumbnailState
from call24.kit.errors import Conflict, NotFound, TooMany
from call24.kit.ids import CallId, ContactId, FileId, PersonId, TaskId, TenantId
from call24.kit.mongo import FILLED, Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import cursor_of, place_of

INDEXES = (
    Index(StoredFile, ("person_id", "-created_at", "-id")),
    Index(StoredFile, ("task_id", "-created_at", "-id")),
    Index(StoredFile, ("call_id", "-created_at", "-id")),
    Index(StoredFile, ("contact_ids",)),
    Index(StoredFile, ("merged_from",), only={"merged_from": FILLED}),
    Index(StoredFile, ("state", "created_at"), across=True),
    Index(StoredFile, ("delete_at",), across=True),
    Index(StoredFile, ("thumbnail", "created_at"), across=True, only={"thumbnail": "due"}),
    Index(StoredFile, ("moved_at", "state", "tenant_id", "created_at"), across=True),
    Index(StoredFile, ("object",), across=True, only={"object": FILLED}),
)
UNMOVED: Mapping[str, Any] = {"moved_at": None, "state": "ready", "deleted_at": None, "thumbnail": {"$ne": "due"}}
"""On disk, looked at, and drawn small."""
FILES_MAX = 100_000
"""Of one organisation."""
UPLOADS_MAX = 20
"""Uploads of one organisation that are not finished."""


class FilePage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `next` is None on the last page."""

    files: tuple[StoredFile, ...]
    next: str | None


class FileStore:
    def __init__(self, mongo: Mongo, changes: Changes) -> None:
        self._mongo = mongo
        self._changes = changes
        self._all = mongo.platform(
            StoredFile, why="what is due is deleted, and what waits for the scanner or a thumbnail is gone on with"
        )

    def _files(self, tenant_id: TenantId) -> TenantCollection[StoredFile]:
        return self._mongo.tenant(tenant_id).collection(StoredFile)

    async def add(self, file: StoredFile, quota: int) -> None:
        """`quota`: bytes of all files of the organisation. Raises: Conflict (file_quota, too_many), TooMany."""

        async def work(writing: Writing) -> None:
            files, usage = writing.collection(StoredFile), writing.collection(FileUsage)
            if await files.count({"state": "uploading"}) >= UPLOADS_MAX:
                raise TooMany(
                    f"At most {UPLOADS_MAX} uploads of an organisation are under way: finish or cancel one",
                    code="too_many_uploads",
                )
            one = FileUsage(id=file.tenant_id, tenant_id=file.tenant_id)
            if await usage.count_up(one, "bytes", file.size) > quota:
                text = f"All files of the organisation may have {quota >> 20:,} MB: delete some first"
                raise Conflict(text, code="file_quota")
            if await usage.count_up(one, "files", 1) > FILES_MAX:
                raise Conflict(f"An organisation may have {FILES_MAX:,} files: delete some first", code="too_many")
            await files.insert(file)

        await self._changes.commit(file.tenant_id, work)

    async def usage(self, tenant_id: TenantId) -> FileUsage:
        found = await self._mongo.tenant(tenant_id).collection(FileUsage).find_one({"id": tenant_id})
        return found or FileUsage(id=tenant_id, tenant_id=tenant_id)

    async def get(self, tenant_id: TenantId, file_id: FileId) -> StoredFile:
        """Raises: NotFound."""
        return await self._files(tenant_id).get(file_id)

    async def is_there(self, file: StoredFile) -> bool:
        return await self._files(file.tenant_id).find_one({"id": file.id}) is not None

    async def arrived(self, file: StoredFile, seen: int) -> bool:
        """Of an upload: more was stored since offset `seen`. False where it is another by now, or gone."""
        rule = {"id": file.id, "state": "uploading", "offset": seen}
        after = {"offset": file.offset, "tail": file.tail, "state": file.state}
        return bool(await self._files(file.tenant_id).update_where(rule, after))

    async def advance(self, file: StoredFile, was: State) -> bool:
        """From one state to the next, which is told. False where it is in another by now, deleted or gone."""
        names = ("state", "type", "found", "scanned", "thumbnail", "stored_at", "delete_at")
        after = {name: getattr(file, name) for name in names}
        if was == "checking":  # later on a user may have given it another name
            after["name"] = file.name

        async def work(writing: Writing) -> bool:
            done = await writing.collection(StoredFile).update_where(
                {"id": file.id, "state": was, "deleted_at": None}, after
            )
            if done:
                writing.tell(FILE_STORED, changed(file), file.id)
            return bool(done)

        return await self._changes.commit(file.tenant_id, work)

    async def page(
        self,
        tenant_id: TenantId,
        about: About,
        id: str,
        *,
        limit: int,
        cursor: str | None,
        deleted_since: datetime | None,
    ) -> FilePage:
        """Whole files of one person, task or call; `deleted_since`: those alone that were deleted after it. Raises:
        Invalid for a cursor that is not ours."""
        deleted = None if deleted_since is None else {"$gt": deleted_since}
        whole = {"state": {"$ne": "uploading"}, "deleted_at": deleted}
        every: list[Mapping[str, Any]] = [{f"{about}_id": id, "about": about, **whole}]
        if cursor is not None:
            at, last = place_of(cursor)
            every.append({"$or": [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last}}]})
        order = [("created_at", -1), ("id", -1)]
        found = await self._files(tenant_id).find({"$and": every}, sort=order, limit=limit + 1)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return FilePage(files=shown, next=cursor_of(shown[-1].created_at, shown[-1].id) if more else None)

    async def rename(self, file: StoredFile, name: str) -> None:
        """Raises: NotFound where it is gone meanwhile."""

        async def work(writing: Writing) -> None:
            if not await writing.collection(StoredFile).update_where(
                {"id": file.id, "deleted_at": None}, {"name": name}
            ):
                raise NotFound
            writing.tell(FILE_RENAMED, changed(file), file.id)

        await self._changes.commit(file.tenant_id, work)

    async def hide(self, file: StoredFile, at: datetime, until: datetime) -> bool:
        """A user deleted it; it goes for good at `until`. False where it was deleted before, is gone, or the scanner
        holds it back by now."""

        async def work(writing: Writing) -> bool:
            rule = {"id": file.id, "deleted_at": None, "state": {"$in": list(UNDOABLE)}}
            done = await writing.collection(StoredFile).update_where(rule, {"deleted_at": at, "delete_at": until})
            if done:
                writing.tell(FILE_DELETED, changed(file), file.id)
            return bool(done)

        return await self._changes.commit(file.tenant_id, work)

    async def restore(self, file: StoredFile, since: datetime) -> bool:
        """False where it was not deleted after `since`, is gone, or is held back by the scanner."""

        async def work(writing: Writing) -> bool:
            rule = {"id": file.id, "deleted_at": {"$gt": since}, "state": {"$in": list(UNDOABLE)}}
            back = await writing.collection(StoredFile).update_where(rule, {"deleted_at": None, "delete_at": None})
            if back:
                writing.tell(FILE_RESTORED, changed(file), file.id)
            return bool(back)

        return await self._changes.commit(file.tenant_id, work)

    async def delete(self, tenant_id: TenantId, files: Sequence[StoredFile]) -> int:
        """Their documents, and what they took; how many were there still."""

        async def work(writing: Writing) -> int:
            usage = FileUsage(id=tenant_id, tenant_id=tenant_id)
            gone = [one for one in files if await writing.collection(StoredFile).delete(one.id)]
            if gone:
                await writing.collection(FileUsage).count_up(usage, "bytes", -sum(one.size for one in gone))
                await writing.collection(FileUsage).count_up(usage, "files", -len(gone))
            for one in gone:
                if one.state != "uploading" and one.deleted_at is None:  # else it was told when it was deleted
                    writing.tell(FILE_DELETED, changed(one), one.id)
            return len(gone)

        return await self._changes.commit(tenant_id, work) if files else 0

    async def delete_all(self, tenant_id: TenantId) -> None:
        await self._files(tenant_id).delete_many({})
        await self._mongo.tenant(tenant_id).collection(FileUsage).delete_many({})

    # --- of whom and of what ---

    async def of_contacts(self, tenant_id: TenantId, ids: Sequence[ContactId], limit: int) -> list[StoredFile]:
        return await self._files(tenant_id).find({"contact_ids": {"$in": list(ids)}}, limit=limit)

    async def of_calls(self, tenant_id: TenantId, ids: Sequence[CallId], limit: int) -> list[StoredFile]:
        return await self._files(tenant_id).find({"call_id": {"$in": list(ids)}}, limit=limit)

    async def of_person(self, tenant_id: TenantId, person_id: PersonId, limit: int) -> list[StoredFile]:
        return await self._files(tenant_id).find({"person_id": person_id}, limit=limit)

    async def of_nobody(self, tenant_id: TenantId, task_id: TaskId, limit: int) -> list[StoredFile]:
        """Of this task, and of no person or caller."""
        nobody = {"person_id": None, "contact_ids.0": {"$exists": False}}
        return await self._files(tenant_id).find({"task_id": task_id, **nobody}, limit=limit)

    async def set(self, file: StoredFile, fields: Mapping[str, Any]) -> None:
        await self._files(file.tenant_id).update(file.id, fields)

    async def move(self, tenant_id: TenantId, rule: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        await self._files(tenant_id).update_where(rule, fields)

    # --- of all organisations ---

    async def due(self, now: datetime, but: Mapping[str, Any], limit: int) -> list[StoredFile]:
        """`but`: a filter that leaves out what is kept all the same."""
        return await self._all.find({"delete_at": {"$lte": now}, **but}, sort=[("delete_at", 1)], limit=limit)

    async def held(self, file: StoredFile, but: Mapping[str, Any]) -> bool:
        """Whether `but` leaves it out."""
        one = {"tenant_id": file.tenant_id, "id": file.id}
        return bool(but) and await self._all.find_one({**one, **but}) is None and await self.is_there(file)

    async def waiting(self) -> list[StoredFile]:
        """Of each organisation the file that waits longest to be looked at."""
        return await self._oldest_of_each({"state": {"$in": list(WAITING)}, "deleted_at": None})

    async def without_thumbnail(self) -> list[StoredFile]:
        """Of each organisation the picture that waits longest to be drawn small."""
        return await self._oldest_of_each({"thumbnail": "due", "state": "ready", "deleted_at": None})

    async def has_thumbnail(self, file: StoredFile, state: ThumbnailState) -> bool:
        """False where the file is gone meanwhile."""
        return bool(await self._files(file.tenant_id).update_where({"id": file.id}, {"thumbnail": state}))

    # --- in the S3-compatible store ---

    async def with_unmoved(self) -> list[TenantId]:
        """Organisations with files that are on disk and can be downloaded."""
        return sorted(await self._all.distinct("tenant_id", UNMOVED))

    async def unmoved(self, tenant_id: TenantId, but: Collection[FileId], limit: int) -> list[StoredFile]:
        """The oldest first; `but`: without these."""
        rule = {**UNMOVED, "id": {"$nin": sorted(but)}} if but else UNMOVED
        return await self._files(tenant_id).find(rule, sort=[("created_at", 1)], limit=limit)

    async def moved_ones(self) -> int:
        """Files of all organisations that are in a store."""
        return await self._all.count({"moved_at": {"$ne": None}})

    async def moves(self, file: StoredFile) -> bool:
        """Notes `object` before anything is there. False where the file was deleted, or is moved already."""
        rule = {"id": file.id, "object": {"$in": [None, ""]}, **UNMOVED}
        return bool(await self._files(file.tenant_id).update_where(rule, {"object": file.object}))

    async def moved(self, file: StoredFile) -> bool:
        """It is there whole. False where it is gone meanwhile."""
        rule = {"id": file.id, "object": file.object}
        return bool(await self._files(file.tenant_id).update_where(rule, {"moved_at": file.moved_at}))

    async def as_now(self, tenant_id: TenantId, files: Sequence[StoredFile]) -> list[StoredFile]:
        """The same files as they are now; those that are gone are left out."""
        return await self._files(tenant_id).find({"id": {"$in": [one.id for one in files]}})

    async def in_store(self, tenant_id: TenantId, after: str, limit: int) -> list[StoredFile]:
        rule = {"object": {"$gt": after}}
        return await self._files(tenant_id).find(rule, sort=[("object", 1)], limit=limit)

    async def has_object(self, object: str) -> bool:
        return bool(await self.with_objects({object}))

    async def with_objects(self, objects: Collection[str]) -> frozenset[str]:
        """Those of these that a file names."""
        rule = {"object": {"$in": sorted(objects), "$gt": ""}}
        return frozenset(await self._all.distinct("object", rule) if objects else ())

    async def _oldest_of_each(self, rule: Mapping[str, Any]) -> list[StoredFile]:
        tenants = sorted(await self._all.distinct("tenant_id", rule))
        oldest = [("created_at", 1)]
        found = [await self._files(TenantId(one)).find_one(rule, sort=oldest) for one in tenants]
        return [one for one in found if one is not None]
