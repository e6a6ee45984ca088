"""Where organisations' applications are kept."""

from __future__ import annotations

from call24.kit.ids import ApplicationId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.pusher_apps.model import Application

INDEXES = (
    Index(Application, ("created_at",)),
    Index(Application, ("number",), unique=True, across=True),
    Index(Application, ("key",), unique=True, across=True),
)


class ApplicationStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Application, why="a socket names an application's key before it names anybody")

    async def add(self, application: Application) -> None:
        await self._mongo.tenant(application.tenant_id).collection(Application).insert(application)

    async def get(self, tenant_id: TenantId, application_id: ApplicationId) -> Application:
        return await self._mongo.tenant(tenant_id).collection(Application).get(application_id)

    async def all(self, tenant_id: TenantId) -> list[Application]:
        return await self._mongo.tenant(tenant_id).collection(Application).find(sort=[("created_at", 1)])

    async def replace(self, application: Application) -> bool:
        return await self._mongo.tenant(application.tenant_id).collection(Application).replace(application)

    async def drop(self, tenant_id: TenantId, application_id: ApplicationId) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Application).delete(application_id)

    async def every(self) -> list[Application]:
        return await self._every.find()
