"""Where restrictions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from call24.kit.ids import ContactId, PrivacyRequestId, TenantId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import place_of
from call24.restrictions.model import Restriction

HOLDS_NOW: dict[str, Any] = {"lifted_at": None}

INDEXES = (
    Index(Restriction, ("-set_at", "-id")),
    Index(Restriction, ("contact_ids",)),
    Index(Restriction, ("request_id",)),
    Index(Restriction, ("lifted_at",), across=True),
    Index(Restriction, ("delete_at",), across=True),
)


class RestrictionStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._everywhere = mongo.platform(Restriction, why="what is restricted is known in memory, and kept")

    def _of(self, tenant_id: TenantId) -> TenantCollection[Restriction]:
        return self._mongo.tenant(tenant_id).collection(Restriction)

    async def get(self, tenant_id: TenantId, restriction_id: str) -> Restriction:
        """Raises: NotFound."""
        return await self._of(tenant_id).get(restriction_id)

    async def of_request(self, scope: TenantScope, request_id: PrivacyRequestId) -> Restriction:
        """The one that holds for this request. Raises: NotFound."""
        found = await scope.collection(Restriction).find_one({"request_id": request_id, **HOLDS_NOW})
        return found if found is not None else await scope.collection(Restriction).get("")

    async def of_contacts(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> list[Restriction]:
        """The newest first, 200 at most."""
        rule = {"contact_ids": {"$in": list(contact_ids)}}
        return await self._of(tenant_id).find(rule, sort=[("set_at", -1)], limit=200)

    async def page(
        self, tenant_id: TenantId, *, active: bool | None, limit: int, cursor: str | None
    ) -> list[Restriction]:
        """The newest first. Raises: Invalid for a cursor that is not ours."""
        which: dict[str, Any] = {}
        if active is not None:
            which["lifted_at"] = None if active else {"$ne": None}
        if cursor:
            at, last = place_of(cursor)
            which["$or"] = [{"set_at": {"$lt": at}}, {"set_at": at, "_id": {"$lt": last}}]
        return await self._of(tenant_id).find(which, sort=[("set_at", -1), ("id", -1)], limit=limit)

    async def count_active(self, scope: TenantScope) -> int:
        return await scope.collection(Restriction).count(HOLDS_NOW)

    async def add(self, scope: TenantScope, restriction: Restriction) -> None:
        await scope.collection(Restriction).insert(restriction)

    async def put(self, scope: TenantScope, restriction: Restriction, *, seen: int) -> bool:
        """False where it was changed since it was read at version `seen`."""
        fields = msgspec.structs.asdict(restriction)
        for name in ("id", "tenant_id"):
            del fields[name]
        which = {"id": restriction.id, "version": seen}
        return await scope.collection(Restriction).update_where(which, fields) > 0

    async def active(self, tenant_id: TenantId | None = None) -> list[Restriction]:
        """All that hold now, of all organisations or of one."""
        if tenant_id is not None:
            return await self._of(tenant_id).find(HOLDS_NOW)
        return await self._everywhere.find(HOLDS_NOW)
