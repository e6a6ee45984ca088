"""Where organisations, trunks and numbers are kept."""

from __future__ import annotations

from collections.abc import Mapping

from call24.kit.ids import NumberId, TenantId, TrunkId
from call24.kit.mongo import Index, Mongo
from call24.tenants.model import Number, Tenant, Trunk

INDEXES = (
    Index(Trunk, ("name",)),
    Index(Number, ("e164",), unique=True, across=True),
    Index(Number, ("created_at",)),
)

_CALL_PATH = "calls are routed from a copy in memory"


class TenantStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._tenants = mongo.platform(Tenant, why="organisations are the platform's own list")

    async def add_tenant(self, tenant: Tenant) -> None:
        await self._tenants.insert(tenant)

    async def tenant(self, tenant_id: TenantId) -> Tenant:
        return await self._tenants.get(tenant_id)

    async def change_tenant(self, tenant_id: TenantId, fields: Mapping[str, object]) -> bool:
        return await self._tenants.update(tenant_id, fields)

    async def tenants(self) -> list[Tenant]:
        return await self._tenants.find(sort=[("created_at", 1)])

    async def wipe(self, tenant_id: TenantId) -> int:
        wiped = await self._mongo.tenant(tenant_id).wipe()
        return wiped + int(await self._tenants.delete(tenant_id))

    async def add_trunk(self, trunk: Trunk) -> None:
        await self._mongo.tenant(trunk.tenant_id).collection(Trunk).insert(trunk)

    async def trunk(self, tenant_id: TenantId, trunk_id: TrunkId) -> Trunk:
        return await self._mongo.tenant(tenant_id).collection(Trunk).get(trunk_id)

    async def trunks(self, tenant_id: TenantId) -> list[Trunk]:
        return await self._mongo.tenant(tenant_id).collection(Trunk).find(sort=[("order", 1), ("name", 1)])

    async def replace_trunk(self, trunk: Trunk) -> bool:
        return await self._mongo.tenant(trunk.tenant_id).collection(Trunk).replace(trunk)

    async def drop_trunk(self, tenant_id: TenantId, trunk_id: TrunkId) -> None:
        await self._mongo.tenant(tenant_id).collection(Trunk).delete(trunk_id)

    async def add_number(self, number: Number) -> None:
        await self._mongo.tenant(number.tenant_id).collection(Number).insert(number)

    async def numbers(self, tenant_id: TenantId) -> list[Number]:
        return await self._mongo.tenant(tenant_id).collection(Number).find(sort=[("created_at", 1)])

    async def number(self, tenant_id: TenantId, number_id: NumberId) -> Number:
        return await self._mongo.tenant(tenant_id).collection(Number).get(number_id)

    async def replace_number(self, number: Number) -> bool:
        return await self._mongo.tenant(number.tenant_id).collection(Number).replace(number)

    async def verify_number(self, number: Number) -> bool:
        fields = {"verified_at": number.verified_at}
        return await self._mongo.tenant(number.tenant_id).collection(Number).update(number.id, fields)

    async def drop_number(self, tenant_id: TenantId, number_id: NumberId) -> None:
        await self._mongo.tenant(tenant_id).collection(Number).delete(number_id)

    async def every_trunk(self) -> list[Trunk]:
        return await self._mongo.platform(Trunk, why=_CALL_PATH).find()

    async def every_number(self) -> list[Number]:
        return await self._mongo.platform(Number, why=_CALL_PATH).find()
