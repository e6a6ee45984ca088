"""Where audit entries are searched: MongoDB. The first place of a line is the log on this machine (log.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.audit.model import Checkpoint, StoredAuditEntry
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId
from call24.kit.mongo import Index, Mongo, TenantCollection

INDEXES = (
    Index(StoredAuditEntry, ("seq",), unique=True),
    Index(StoredAuditEntry, ("actor_id", "-seq")),
    Index(StoredAuditEntry, ("objects", "-seq")),
    Index(StoredAuditEntry, ("action", "-seq")),
    Index(StoredAuditEntry, ("at",)),
)
PAGE = 1000


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is None is not asked for; `since` is in it, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    actor_id: str | None = None
    action: str | None = None
    object_id: str | None = None


class AuditStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(StoredAuditEntry, why="audit: one writer for all organisations")

    async def bring(self, lines: Sequence[StoredAuditEntry]) -> None:
        """Repeating it is harmless. Raises: Unavailable, Conflict when a line's number has another line."""
        try:
            await self._every.insert_many(lines)
        except Conflict:
            for line in lines:
                if await self._scope(line.tenant_id).find_one({"id": line.id}) is None:
                    raise

    async def last(self, tenant_id: TenantId) -> StoredAuditEntry | None:
        return await self._scope(tenant_id).find_one({}, sort=[("seq", -1)])

    async def page(
        self, tenant_id: TenantId, wanted: AuditFilter, before: int | None, limit: int
    ) -> list[StoredAuditEntry]:
        """The newest first, those with a number under `before`."""
        filter = _filter(wanted)
        if before is not None:
            filter["seq"] = {"$lt": before}
        return await self._scope(tenant_id).find(filter, sort=[("seq", -1)], limit=limit)

    async def walk(
        self, tenant_id: TenantId, wanted: AuditFilter | None = None
    ) -> AsyncIterator[list[StoredAuditEntry]]:
        """All of them in order, a page at a time."""
        after = 0
        while True:
            filter = {**_filter(wanted or AuditFilter()), "seq": {"$gt": after}}
            lines = await self._scope(tenant_id).find(filter, sort=[("seq", 1)], limit=PAGE)
            if not lines:
                return
            yield lines
            after = lines[-1].seq

    async def last_before(self, tenant_id: TenantId, at: datetime) -> StoredAuditEntry | None:
        return await self._scope(tenant_id).find_one({"at": {"$lt": at}}, sort=[("seq", -1)])

    async def delete_to(self, tenant_id: TenantId, seq: int) -> int:
        return await self._scope(tenant_id).delete_many({"seq": {"$lte": seq}})

    async def keep(self, checkpoint: Checkpoint) -> None:
        await self._mongo.tenant(checkpoint.tenant_id).collection(Checkpoint).replace(checkpoint, upsert=True)

    async def checkpoint(self, tenant_id: TenantId) -> Checkpoint | None:
        return await self._mongo.tenant(tenant_id).collection(Checkpoint).find_one({"id": tenant_id})

    def _scope(self, tenant_id: TenantId) -> TenantCollection[StoredAuditEntry]:
        return self._mongo.tenant(tenant_id).collection(StoredAuditEntry)


def _filter(wanted: AuditFilter) -> dict[str, Any]:
    filter: dict[str, Any] = {}
    if wanted.since or wanted.until:
        bounds = {"$gte": wanted.since, "$lt": wanted.until}
        filter["at"] = {name: at for name, at in bounds.items() if at is not None}
    for name, value in (("actor_id", wanted.actor_id), ("action", wanted.action), ("objects", wanted.object_id)):
        if value is not None:
            filter[name] = value
    return filter
