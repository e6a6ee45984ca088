"""Where push subscriptions are kept."""

from __future__ import annotations

from call24.kit.ids import DeviceId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.web_push.model import PushSubscription

INDEXES = (
    Index(PushSubscription, ("user_id",)),
    Index(PushSubscription, ("target_hash",), across=True),
)


class PushStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(PushSubscription, why="the copies in memory that notifications are sent by")
        self._same = mongo.platform(PushSubscription, why="a browser belongs to whoever signed in last, wherever")

    async def every(self) -> list[PushSubscription]:
        return await self._every.find()

    async def put(self, one: PushSubscription) -> list[DeviceId]:
        """In place of those of the same browser; whose they were. Raises: Unavailable."""
        before = await self._same.find({"target_hash": one.target_hash, "id": {"$ne": one.id}})
        for other in before:
            await self.drop(other.tenant_id, other.id)
        await self._mongo.tenant(one.tenant_id).collection(PushSubscription).replace(one, upsert=True)
        return [other.id for other in before]

    async def of_user(self, tenant_id: TenantId, user_id: UserId) -> list[PushSubscription]:
        return await self._mongo.tenant(tenant_id).collection(PushSubscription).find({"user_id": user_id})

    async def drop(self, tenant_id: TenantId, device_id: DeviceId) -> bool:
        collection = self._mongo.tenant(tenant_id).collection(PushSubscription)
        return await collection.delete_many({"id": device_id}) > 0

    async def hosts(self, tenant_id: TenantId) -> list[str]:
        """In order, each once."""
        return sorted(await self._mongo.tenant(tenant_id).collection(PushSubscription).distinct("host", {}))
