"""Where privacy requests are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from call24.kit.ids import ContactId, TenantId, UserId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import place_of
from call24.privacy_requests.model import Kind, PrivacyRequest, PrivacyRequestSettings, State

INDEXES = (
    Index(PrivacyRequest, ("due_at", "id")),
    Index(PrivacyRequest, ("contact_id", "received_at")),
    Index(PrivacyRequest, ("user_id", "received_at")),
    Index(PrivacyRequest, ("warn_at",), across=True),
    Index(PrivacyRequest, ("delete_at",), across=True),
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests are asked for; None: any."""

    states: tuple[State, ...] | None = None
    kind: Kind | None = None
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    due_before: datetime | None = None


class PrivacyRequestStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._all = mongo.platform(PrivacyRequest, why="warnings that are due")

    def _requests(self, tenant_id: TenantId) -> TenantCollection[PrivacyRequest]:
        return self._mongo.tenant(tenant_id).collection(PrivacyRequest)

    async def get(self, tenant_id: TenantId, request_id: str) -> PrivacyRequest:
        """Raises: NotFound."""
        return await self._requests(tenant_id).get(request_id)

    async def page(
        self, tenant_id: TenantId, wanted: Wanted, *, limit: int, cursor: str | None
    ) -> list[PrivacyRequest]:
        """The next due first. Raises: Invalid for a cursor that is not ours."""
        every: list[dict[str, Any]] = [
            {name: value} for name in ("kind", "contact_id", "user_id") if (value := getattr(wanted, name)) is not None
        ]
        if wanted.states is not None:
            every.append({"state": {"$in": list(wanted.states)}})
        if wanted.due_before is not None:
            every.append({"due_at": {"$lt": wanted.due_before}})
        if cursor:
            at, last = place_of(cursor)
            every.append({"$or": [{"due_at": {"$gt": at}}, {"due_at": at, "_id": {"$gt": last}}]})
        filter = {"$and": every} if every else {}
        return await self._requests(tenant_id).find(filter, sort=[("due_at", 1), ("id", 1)], limit=limit)

    async def count_open(self, tenant_id: TenantId, whose: Mapping[str, str], states: tuple[State, ...]) -> int:
        return await self._requests(tenant_id).count({**whose, "state": {"$in": list(states)}})

    async def add(self, scope: TenantScope, request: PrivacyRequest) -> None:
        await scope.collection(PrivacyRequest).insert(request)

    async def put(self, scope: TenantScope, request: PrivacyRequest, *, seen: int) -> bool:
        """False where it was changed, or deleted, since it was read at version `seen`."""
        changes = msgspec.structs.asdict(request)
        for name in ("id", "tenant_id"):
            del changes[name]
        which = {"id": request.id, "version": seen}
        return await scope.collection(PrivacyRequest).update_where(which, changes) > 0

    async def due_to_warn(self, now: datetime, limit: int) -> list[PrivacyRequest]:
        return await self._all.find({"warn_at": {"$lte": now}}, sort=[("warn_at", 1)], limit=limit)

    async def settings(self, tenant_id: TenantId) -> PrivacyRequestSettings:
        found = await self._mongo.tenant(tenant_id).collection(PrivacyRequestSettings).find_one({"id": tenant_id})
        return found or PrivacyRequestSettings(id=tenant_id, tenant_id=tenant_id)

    async def put_settings(self, settings: PrivacyRequestSettings) -> None:
        collection = self._mongo.tenant(settings.tenant_id).collection(PrivacyRequestSettings)
        await collection.replace(settings, upsert=True)
