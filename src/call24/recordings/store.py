"""Where recordings' documents are kept. Files are none of its business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from call24.kit.ids import CallId, KeyId, RecordingId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.recordings.model import Playback, Recording, RecordingKey

INDEXES = (
    Index(Recording, ("call_id",)),
    Index(Recording, ("delete_at",), across=True),
    Index(RecordingKey, ("-made_at",)),
    Index(Playback, ("recording_id", "-at")),
    Index(Playback, ("call_id",)),
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

    async def held(self, tenant_id: TenantId, recording_id: RecordingId, but: Mapping[str, Any]) -> bool:
        """Whether it is there and `but`, a filter that leaves out what is kept, leaves it out. Raises: Unavailable."""
        if not but:
            return False
        everywhere = self._mongo.platform(Recording, why="what legal holds keep is named across organisations")
        one = {"tenant_id": tenant_id, "id": recording_id}
        return await everywhere.find_one(one) is not None and await everywhere.find_one({**one, **but}) is None

    async def sealed_otherwise(self, tenant_id: TenantId, key_id: KeyId, after: str, limit: int) -> list[Recording]:
        """Recordings with a file that another key, or none, was used for; by id, after one."""
        others = {"key_id": {"$ne": key_id}, "path": {"$ne": ""}, "id": {"$gt": after}}
        return await self._mongo.tenant(tenant_id).collection(Recording).find(others, sort=[("id", 1)], limit=limit)

    async def any_file(self, tenant_id: TenantId) -> bool:
        """Raises: Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(Recording).find_one({"path": {"$ne": ""}}) is not None

    async def resealed(self, recording: Recording) -> bool:
        """Note another key and path; False where there is no such recording (any more)."""
        scope = self._mongo.tenant(recording.tenant_id).collection(Recording)
        return await scope.update(recording.id, {"key_id": recording.key_id, "path": recording.path})

    async def listened(self, listening: Playback) -> None:
        await self._mongo.tenant(listening.tenant_id).collection(Playback).replace(listening, upsert=True)

    async def listenings(self, tenant_id: TenantId, recording_id: RecordingId, limit: int) -> list[Playback]:
        """The newest first."""
        found = self._mongo.tenant(tenant_id).collection(Playback)
        return await found.find({"recording_id": recording_id}, sort=[("at", -1), ("id", -1)], limit=limit)

    async def delete(self, recordings: Iterable[Recording]) -> None:
        """With who listened to them."""
        by_tenant = dict[TenantId, list[RecordingId]]()
        for recording in recordings:
            by_tenant.setdefault(recording.tenant_id, []).append(recording.id)
        for tenant_id, ids in by_tenant.items():
            scope = self._mongo.tenant(tenant_id)
            await scope.collection(Playback).delete_many({"recording_id": {"$in": ids}})
            await scope.collection(Recording).delete_many({"id": {"$in": ids}})

    async def delete_all(self, tenant_id: TenantId) -> int:
        scope = self._mongo.tenant(tenant_id)
        await scope.collection(Playback).delete_many({})
        return await scope.collection(Recording).delete_many({})

    async def due(self, now: datetime, limit: int, but: Mapping[str, Any]) -> list[Recording]:
        """Recordings of all tenants whose time is over; `but`: a filter that leaves out what is kept all the same."""
        everywhere = self._mongo.platform(Recording, why="the sweeper deletes what is due")
        return await everywhere.find({"delete_at": {"$lte": now}, **but}, sort=[("delete_at", 1)], limit=limit)
