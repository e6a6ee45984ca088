"""Where policies, freezes and the days' usage are kept."""

from __future__ import annotations

from collections.abc import Sequence

from call24.kit.ids import TenantId
from call24.kit.mongo import Index, Mongo
from call24.toll_fraud.model import DayUsage, Freeze, TollFraudPolicy

INDEXES = (
    Index(DayUsage, ("day",)),
    Index(DayUsage, ("delete_at",), across=True),
)

_CALL_PATH = "whether a call may go out is decided from a copy in memory"


class TollFraudStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def policy(self, tenant_id: TenantId) -> TollFraudPolicy | None:
        return await self._mongo.tenant(tenant_id).collection(TollFraudPolicy).find_one({"id": tenant_id})

    async def put_policy(self, policy: TollFraudPolicy) -> None:
        await self._mongo.tenant(policy.tenant_id).collection(TollFraudPolicy).replace(policy, upsert=True)

    async def put_freeze(self, freeze: Freeze) -> None:
        await self._mongo.tenant(freeze.tenant_id).collection(Freeze).replace(freeze, upsert=True)

    async def drop_freeze(self, tenant_id: TenantId, freeze_id: str) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Freeze).delete(freeze_id)

    async def put_usage(self, usage: DayUsage) -> None:
        await self._mongo.tenant(usage.tenant_id).collection(DayUsage).replace(usage, upsert=True)

    async def usage(self, tenant_id: TenantId, days: Sequence[str]) -> list[DayUsage]:
        return await self._mongo.tenant(tenant_id).collection(DayUsage).find({"day": {"$in": list(days)}})

    async def every_policy(self) -> list[TollFraudPolicy]:
        return await self._mongo.platform(TollFraudPolicy, why=_CALL_PATH).find()

    async def every_freeze(self) -> list[Freeze]:
        return await self._mongo.platform(Freeze, why=_CALL_PATH).find()
