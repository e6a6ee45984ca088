"""Where pause reasons, dispositions and agents' profiles are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from call24.agents.settings import AgentMobile, AgentProfile, Disposition, PauseReason
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Index, Mongo, TenantCollection

INDEXES = (
    Index(PauseReason, ("name_key",), unique=True),
    Index(Disposition, ("name_key",), unique=True),
)

T = TypeVar("T", bound=PauseReason | Disposition)


class ChoiceStore(Generic[T]):
    """Pause reasons, or dispositions."""

    def __init__(self, mongo: Mongo, kind: type[T]) -> None:
        self._mongo = mongo
        self._kind = kind
        self._every = mongo.platform(kind, why="what agents choose from is checked against a copy in memory")

    async def add(self, thing: T) -> None:
        await self._of(thing.tenant_id).insert(thing)

    async def change(self, tenant_id: TenantId, id: str, fields: Mapping[str, object]) -> bool:
        return await self._of(tenant_id).update(id, fields)

    async def get(self, tenant_id: TenantId, id: str) -> T:
        return await self._of(tenant_id).get(id)

    async def named(self, tenant_id: TenantId, name_key: str) -> T | None:
        return await self._of(tenant_id).find_one({"name_key": name_key})

    async def all(self, tenant_id: TenantId) -> list[T]:
        return await self._of(tenant_id).find(sort=[("order", 1), ("name_key", 1)])

    async def every(self) -> list[T]:
        return await self._every.find()

    def _of(self, tenant_id: TenantId) -> TenantCollection[T]:
        return self._mongo.tenant(tenant_id).collection(self._kind)


class ProfileStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(AgentProfile, why="calls are routed from a copy in memory")

    async def put(self, profile: AgentProfile) -> None:
        await self._mongo.tenant(profile.tenant_id).collection(AgentProfile).replace(profile, upsert=True)

    async def of(self, tenant_id: TenantId, user_id: UserId) -> AgentProfile | None:
        return await self._mongo.tenant(tenant_id).collection(AgentProfile).find_one({"id": user_id})

    async def every(self) -> list[AgentProfile]:
        return await self._every.find()


class MobileStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(AgentMobile, why="whom a call may ring is read from a copy in memory")

    async def put(self, mobile: AgentMobile) -> None:
        await self._mongo.tenant(mobile.tenant_id).collection(AgentMobile).replace(mobile, upsert=True)

    async def switch(self, tenant_id: TenantId, user_id: UserId, *, rings: bool) -> bool:
        """False where there is none: nothing is stored then."""
        return await self._mongo.tenant(tenant_id).collection(AgentMobile).update(user_id, {"rings": rings})

    async def of(self, tenant_id: TenantId, user_id: UserId) -> AgentMobile | None:
        return await self._mongo.tenant(tenant_id).collection(AgentMobile).find_one({"id": user_id})

    async def drop(self, tenant_id: TenantId, user_id: UserId) -> None:
        await self._mongo.tenant(tenant_id).collection(AgentMobile).delete(user_id)

    async def every(self) -> list[AgentMobile]:
        return await self._every.find()
