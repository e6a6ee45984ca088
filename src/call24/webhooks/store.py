"""Where webhooks are kept, and what waits to be sent, was sent, or could not be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, DeliveryId, PersonId, TenantId, WebhookId
from call24.kit.mongo import Index, Mongo
from call24.kit.paging import place_of
from call24.webhooks.model import Delivery, State, Webhook

INDEXES = (
    Index(Webhook, ("created_at",)),
    Index(Delivery, ("webhook_id", "-created_at", "-id")),
    Index(Delivery, ("webhook_id", "state", "-created_at", "-id")),
    Index(Delivery, ("due_at",), across=True, only={"state": "waiting"}),
    Index(Delivery, ("created_at",), across=True, only={"state": "dead"}),
    Index(Delivery, ("delete_at",), across=True),
)

KINDS_OF_DELETION = ("contact.deleted", "person.deleted")


class WebhookStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Webhook, why="the copies in memory that events are held against")
        self._due = mongo.platform(Delivery, why="webhook messages that are due")

    # --- webhooks ---

    async def add(self, webhook: Webhook) -> None:
        await self._mongo.tenant(webhook.tenant_id).collection(Webhook).insert(webhook)

    async def get(self, tenant_id: TenantId, webhook_id: WebhookId) -> Webhook:
        """Raises: NotFound."""
        return await self._mongo.tenant(tenant_id).collection(Webhook).get(webhook_id)

    async def all(self, tenant_id: TenantId) -> list[Webhook]:
        return await self._mongo.tenant(tenant_id).collection(Webhook).find(sort=[("created_at", 1)])

    async def every(self) -> list[Webhook]:
        return await self._every.find()

    async def replace(self, webhook: Webhook) -> bool:
        return await self._mongo.tenant(webhook.tenant_id).collection(Webhook).replace(webhook)

    async def set(self, webhook: Webhook, fields: Mapping[str, Any]) -> bool:
        return await self._mongo.tenant(webhook.tenant_id).collection(Webhook).update(webhook.id, fields)

    async def drop(self, tenant_id: TenantId, webhook_id: WebhookId) -> None:
        """With all that is kept of it."""
        scope = self._mongo.tenant(tenant_id)
        await scope.collection(Webhook).delete(webhook_id)
        await scope.collection(Delivery).delete_many({"webhook_id": webhook_id})

    # --- deliveries ---

    async def enqueue(self, delivery: Delivery) -> bool:
        """False where it is there already."""
        try:
            await self._mongo.tenant(delivery.tenant_id).collection(Delivery).insert(delivery)
        except Conflict:
            return False
        return True

    async def delivery(self, tenant_id: TenantId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Delivery | None:
        collection = self._mongo.tenant(tenant_id).collection(Delivery)
        return await collection.find_one({"id": delivery_id, "webhook_id": webhook_id})

    async def change(self, delivery: Delivery) -> bool:
        """False where it was deleted meanwhile."""
        return await self._mongo.tenant(delivery.tenant_id).collection(Delivery).replace(delivery)

    async def page(
        self, tenant_id: TenantId, webhook_id: WebhookId, state: State | None, *, limit: int, cursor: str | None
    ) -> list[Delivery]:
        """The newest first. Raises: Invalid for a cursor that is not ours."""
        asked: dict[str, Any] = {"webhook_id": webhook_id, **({} if state is None else {"state": state})}
        if cursor is not None:
            at, last = place_of(cursor)
            asked["$or"] = [{"created_at": {"$lt": at}}, {"created_at": at, "id": {"$lt": last}}]
        collection = self._mongo.tenant(tenant_id).collection(Delivery)
        return await collection.find(asked, sort=[("created_at", -1), ("id", -1)], limit=limit)

    async def due(
        self, now: datetime, but: Collection[WebhookId], but_of: Collection[TenantId], limit: int
    ) -> list[Delivery]:
        """What is to be sent now, the longest due first, but for some webhooks and some organisations."""
        asked = {
            "state": "waiting",
            "due_at": {"$lte": now},
            "webhook_id": {"$nin": sorted(but)},
            "tenant_id": {"$nin": sorted(but_of)},
        }
        return await self._due.find(asked, sort=[("due_at", 1)], limit=limit)

    async def waiting(self, tenant_id: TenantId, webhook_id: WebhookId) -> int:
        collection = self._mongo.tenant(tenant_id).collection(Delivery)
        return await collection.count({"webhook_id": webhook_id, "state": "waiting"})

    async def drop_naming(self, tenant_id: TenantId, ids: Sequence[ContactId | PersonId]) -> int:
        """But not the last message, that they were deleted. Ids have no character with a meaning in expressions."""
        naming = {"body": {"$regex": "|".join(ids)}, "kind": {"$nin": list(KINDS_OF_DELETION)}}
        return await self._mongo.tenant(tenant_id).collection(Delivery).delete_many(naming) if ids else 0
