"""Where recordings' documents are kept. Files are none of its business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from call24.kit.ids import CallId, RecordingId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.recordings.model import Recording

INDEXES = (
    Index(Recording, ("call_id",)),
    Index(Recording, ("delete_at",), across=True),
)


class RecordingStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def put(self, recording: Recording) -> None:
        """Add or replace. Raises: Unavailable."""
        await self._mongo.tenant(recording.tenant_id).collection(Recording).replace(recording, upsert=True)

    async def get(self, tenant_id: TenantId, recording_id: RecordingId) -> Recording:
        """Raises: NotFound, Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(Recording).get(recording_id)

    async def of_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> list[Recording]:
        return await self._mongo.tenant(tenant_id).collection(Recording).find({"call_id": {"$in": list(call_ids)}})

    async def delete(self, recording: Recording) -> bool:
        return await self._mongo.tenant(recording.tenant_id).collection(Recording).delete(recording.id)

    async def delete_all(self, tenant_id: TenantId) -> int:
        return await self._mongo.tenant(tenant_id).collection(Recording).delete_many({})

    async def due(self, now: datetime, limit: int) -> list[Recording]:
        """Recordings of all tenants whose time is over."""
        everywhere = self._mongo.platform(Recording, why="the sweeper deletes what is due")
        return await everywhere.find({"delete_at": {"$lte": now}}, sort=[("delete_at", 1)], limit=limit)
