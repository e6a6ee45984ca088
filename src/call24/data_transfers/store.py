"""Entries of transfer registers in MongoDB."""

from __future__ import annotations

from call24.data_transfers.model import DataTransfer
from call24.kit.ids import DataTransferId, TenantId
from call24.kit.mongo import Index, Mongo, TenantCollection

INDEXES = (Index(DataTransfer, ("created_at",)),)


class DataTransferStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def add(self, entry: DataTransfer) -> None:
        await self._of(entry.tenant_id).insert(entry)

    async def get(self, tenant_id: TenantId, entry_id: DataTransferId) -> DataTransfer:
        """Raises: NotFound."""
        return await self._of(tenant_id).get(entry_id)

    async def all(self, tenant_id: TenantId) -> list[DataTransfer]:
        return await self._of(tenant_id).find(sort=[("created_at", 1)])

    async def remove(self, tenant_id: TenantId, entry_id: DataTransferId) -> None:
        await self._of(tenant_id).delete(entry_id)

    def _of(self, tenant_id: TenantId) -> TenantCollection[DataTransfer]:
        return self._mongo.tenant(tenant_id).collection(DataTransfer)
