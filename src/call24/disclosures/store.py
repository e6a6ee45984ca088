"""Where the register of disclosures is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.disclosures.model import Disclosure, told_at
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import place_of

INDEXES = (
    Index(Disclosure, ("-given_at", "-id")),
    Index(Disclosure, ("contact_ids",)),
    Index(Disclosure, ("delete_at",), across=True),
)


class DisclosureStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    def _of(self, tenant_id: TenantId) -> TenantCollection[Disclosure]:
        return self._mongo.tenant(tenant_id).collection(Disclosure)

    async def get(self, tenant_id: TenantId, disclosure_id: str) -> Disclosure:
        """Raises: NotFound."""
        return await self._of(tenant_id).get(disclosure_id)

    async def page(self, tenant_id: TenantId, *, limit: int, cursor: str | None) -> list[Disclosure]:
        """The last given first. Raises: Invalid for a cursor that is not ours."""
        which: dict[str, Any] = {}
        if cursor:
            at, last = place_of(cursor)
            which = {"$or": [{"given_at": {"$lt": at}}, {"given_at": at, "_id": {"$lt": last}}]}
        return await self._of(tenant_id).find(which, sort=[("given_at", -1), ("id", -1)], limit=limit)

    async def count(self, tenant_id: TenantId) -> int:
        return await self._of(tenant_id).count()

    async def add(self, disclosure: Disclosure) -> None:
        await self._of(disclosure.tenant_id).insert(disclosure)

    async def put(self, disclosure: Disclosure, *, seen: int) -> bool:
        """False where it was changed since it was read at version `seen`."""
        changes = msgspec.structs.asdict(disclosure)
        for name in ("id", "tenant_id"):
            del changes[name]
        which = {"id": disclosure.id, "version": seen}
        return await self._of(disclosure.tenant_id).update_where(which, changes) > 0

    async def told(self, tenant_id: TenantId, contact_ids: Sequence[ContactId], now: datetime) -> list[Disclosure]:
        """Of these callers, but for secret ones; the last given first, 200 at most."""
        which = {"$and": [{"contact_ids": {"$in": list(contact_ids)}}, told_at(now)]}
        return await self._of(tenant_id).find(which, sort=[("given_at", -1)], limit=200)
