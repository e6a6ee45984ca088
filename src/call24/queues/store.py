"""Where queues and opening hours are kept."""

from __future__ import annotations

from collections.abc import Mapping

from call24.kit.ids import HoursId, QueueId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.queues.hours import Hours
from call24.queues.model import Queue

INDEXES = (Index(Queue, ("name_key",), unique=True), Index(Hours, ("name_key",), unique=True))
_CALL_PATH = "calls are routed from a copy in memory"


class QueueStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Queue, why=_CALL_PATH)

    async def add(self, queue: Queue) -> None:
        await self._mongo.tenant(queue.tenant_id).collection(Queue).insert(queue)

    async def change(self, tenant_id: TenantId, queue_id: QueueId, fields: Mapping[str, object]) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Queue).update(queue_id, fields)

    async def delete(self, tenant_id: TenantId, queue_id: QueueId) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Queue).delete(queue_id)

    async def get(self, tenant_id: TenantId, queue_id: QueueId) -> Queue:
        return await self._mongo.tenant(tenant_id).collection(Queue).get(queue_id)

    async def all(self, tenant_id: TenantId) -> list[Queue]:
        return await self._mongo.tenant(tenant_id).collection(Queue).find(sort=[("name_key", 1)])

    async def every(self) -> list[Queue]:
        return await self._every.find()


class HoursStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Hours, why=_CALL_PATH)

    async def add(self, hours: Hours) -> None:
        await self._mongo.tenant(hours.tenant_id).collection(Hours).insert(hours)

    async def change(self, tenant_id: TenantId, hours_id: HoursId, fields: Mapping[str, object]) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Hours).update(hours_id, fields)

    async def delete(self, tenant_id: TenantId, hours_id: HoursId) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Hours).delete(hours_id)

    async def get(self, tenant_id: TenantId, hours_id: HoursId) -> Hours:
        return await self._mongo.tenant(tenant_id).collection(Hours).get(hours_id)

    async def ids(self, tenant_id: TenantId) -> set[HoursId]:
        """Alone: with hundreds of holidays they are long."""
        return await self._mongo.tenant(tenant_id).collection(Hours).distinct("_id", {})

    async def every(self) -> list[Hours]:
        return await self._every.find()
