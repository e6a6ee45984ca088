"""Where queues are kept."""

from __future__ import annotations

from collections.abc import Mapping

from call24.kit.ids import QueueId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.queues.model import Queue

INDEXES = (Index(Queue, ("name_key",), unique=True),)


class QueueStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Queue, why="calls are routed from a copy in memory")

    async def add(self, queue: Queue) -> None:
        await self._mongo.tenant(queue.tenant_id).collection(Queue).insert(queue)

    async def change(self, tenant_id: TenantId, queue_id: QueueId, fields: Mapping[str, object]) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Queue).update(queue_id, fields)

    async def get(self, tenant_id: TenantId, queue_id: QueueId) -> Queue:
        return await self._mongo.tenant(tenant_id).collection(Queue).get(queue_id)

    async def all(self, tenant_id: TenantId) -> list[Queue]:
        return await self._mongo.tenant(tenant_id).collection(Queue).find(sort=[("name_key", 1)])

    async def every(self) -> list[Queue]:
        return await self._every.find()
