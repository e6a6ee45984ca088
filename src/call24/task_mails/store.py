"""Where addresses for tasks are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.kit.ids import TaskAddressId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.task_mails.model import TaskAddress

INDEXES = (
    Index(TaskAddress, ("created_at",)),
    Index(TaskAddress, ("token",), across=True, unique=True),
)


class TaskAddressStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(TaskAddress, why="an e-mail that arrives names an address and no organisation")

    def _of(self, tenant_id: TenantId) -> TenantCollection[TaskAddress]:
        return self._mongo.tenant(tenant_id).collection(TaskAddress)

    async def with_token(self, token: str) -> TaskAddress | None:
        found = await self._every.find({"token": token}, limit=1)
        return found[0] if found else None

    async def all(self, tenant_id: TenantId) -> list[TaskAddress]:
        return await self._of(tenant_id).find(sort=[("created_at", 1), ("id", 1)])

    async def get(self, tenant_id: TenantId, address_id: TaskAddressId) -> TaskAddress:
        """Raises: NotFound."""
        return await self._of(tenant_id).get(address_id)

    async def add(self, address: TaskAddress) -> None:
        await self._of(address.tenant_id).insert(address)

    async def set(self, tenant_id: TenantId, address_id: TaskAddressId, set: Mapping[str, Any]) -> TaskAddress:
        """Raises: NotFound."""
        await self._of(tenant_id).update(address_id, set)
        return await self._of(tenant_id).get(address_id)

    async def remove(self, tenant_id: TenantId, address_id: TaskAddressId) -> bool:
        return await self._of(tenant_id).delete(address_id)
