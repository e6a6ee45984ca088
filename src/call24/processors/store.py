"""Where processors are kept, and what they are asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from call24.kit.errors import Conflict
from call24.kit.ids import ErasureNoticeId, ProcessorId, TenantId
from call24.kit.mongo import Index, Mongo, TenantCollection, TenantScope
from call24.kit.paging import place_of
from call24.processors import rules
from call24.processors.model import ErasureNotice, Processor

INDEXES = (
    Index(Processor, ("created_at",)),
    Index(ErasureNotice, ("-asked_at", "-id")),
    Index(ErasureNotice, ("contact_id",)),
    Index(ErasureNotice, ("user_id",)),
    Index(ErasureNotice, ("due_at",), across=True, only={"state": "waiting"}),
    Index(ErasureNotice, ("delete_at",), across=True),
)


class ProcessorStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def add(self, processor: Processor) -> None:
        await self._of(processor.tenant_id).insert(processor)

    async def get(self, tenant_id: TenantId, processor_id: ProcessorId) -> Processor:
        """Raises: NotFound."""
        return await self._of(tenant_id).get(processor_id)

    async def find(self, tenant_id: TenantId, processor_id: ProcessorId) -> Processor | None:
        return await self._of(tenant_id).find_one({"id": processor_id})

    async def all(self, tenant_id: TenantId) -> list[Processor]:
        return await self._of(tenant_id).find(sort=[("created_at", 1)])

    async def replace(self, processor: Processor) -> bool:
        return await self._of(processor.tenant_id).replace(processor)

    async def remove(self, tenant_id: TenantId, processor_id: ProcessorId) -> None:
        await self._of(tenant_id).delete(processor_id)

    def _of(self, tenant_id: TenantId) -> TenantCollection[Processor]:
        return self._mongo.tenant(tenant_id).collection(Processor)


class NoticeStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._due = mongo.platform(ErasureNotice, why="erasure notices that are due, of every organisation")

    async def add(self, notice: ErasureNotice, scope: TenantScope | None = None) -> bool:
        """Within the transaction of `scope`, if there is one; False where it is there already."""
        notices = self._of(notice.tenant_id) if scope is None else scope.collection(ErasureNotice)
        if scope is not None and await notices.find_one({"id": notice.id}) is not None:
            return False
        try:
            await notices.insert(notice)
        except Conflict:
            if scope is not None:
                raise
            return False
        return True

    async def supersede(self, notice: ErasureNotice, scope: TenantScope | None = None) -> None:
        """Those of the same recipient and person that wait and are older news than this one."""
        notices = self._of(notice.tenant_id) if scope is None else scope.collection(ErasureNotice)
        whose = {"contact_id": notice.contact_id, "user_id": notice.user_id, "processor_id": notice.processor_id}
        which = {**whose, **rules.supersedes(notice.kind, notice.field), "state": "waiting", "id": {"$ne": notice.id}}
        gone = {"state": "superseded", "number": b"", "email": b"", "value": b"", "own_value": b""}
        await notices.update_where(which, gone)

    async def change(self, notice: ErasureNotice) -> bool:
        """What became of an attempt. False where it was deleted, or superseded, meanwhile: that stays."""
        fields = {name: getattr(notice, name) for name in notice.__struct_fields__ if name not in ("id", "tenant_id")}
        still = {"id": notice.id, "state": "waiting"}
        return await self._of(notice.tenant_id).update_where(still, fields) > 0

    async def get(self, tenant_id: TenantId, notice_id: ErasureNoticeId) -> ErasureNotice:
        """Raises: NotFound."""
        return await self._of(tenant_id).get(notice_id)

    async def waiting(self, tenant_id: TenantId) -> int:
        return await self._of(tenant_id).count({"state": "waiting"})

    async def about(self, tenant_id: TenantId, field: str, ids: Sequence[str]) -> list[ErasureNotice]:
        """`field`: contact_id or user_id."""
        which = {field: {"$in": list(ids)}}
        return await self._of(tenant_id).find(which, sort=[("id", 1)])

    async def page(
        self, tenant_id: TenantId, which: dict[str, Any], *, limit: int, cursor: str | None
    ) -> list[ErasureNotice]:
        """The newest first. Raises: Invalid for a cursor that is not ours."""
        asked = dict(which)
        if cursor is not None:
            at, last = place_of(cursor)
            asked["$or"] = [{"asked_at": {"$lt": at}}, {"asked_at": at, "id": {"$lt": last}}]
        return await self._of(tenant_id).find(asked, sort=[("asked_at", -1), ("id", -1)], limit=limit)

    async def due(
        self, now: datetime, but: Collection[ProcessorId], but_of: Collection[TenantId], limit: int
    ) -> list[ErasureNotice]:
        """What is to be asked now, the longest due first, but of some processors and some organisations."""
        which = {
            "state": "waiting",
            "due_at": {"$lte": now},
            "processor_id": {"$nin": sorted(but)},
            "tenant_id": {"$nin": sorted(but_of)},
        }
        return await self._due.find(which, sort=[("due_at", 1)], limit=limit)

    def _of(self, tenant_id: TenantId) -> TenantCollection[ErasureNotice]:
        return self._mongo.tenant(tenant_id).collection(ErasureNotice)
