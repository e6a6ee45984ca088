"""The ledger of consents in MongoDB. Entries are added and read; only erasure deletes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from call24.consents.model import ConsentEntry, Purpose
from call24.kit.ids import ConsentEntryId, ContactId, TenantId
from call24.kit.mongo import FILLED, Index, Mongo, TenantCollection, TenantScope
from call24.kit.paging import place_of

INDEXES = (
    Index(ConsentEntry, ("contact_id", "-at", "-id"), only={"contact_id": FILLED}),
    Index(ConsentEntry, ("user_id", "-at", "-id"), only={"user_id": FILLED}),
    Index(ConsentEntry, ("at", "id"), across=True),
)
NEWEST = [("at", -1), ("id", -1)]
AT_ONCE = 5000

Whose = dict[str, Any]
"""`{"contact_id": ...}` or `{"user_id": ...}`."""


class ConsentStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(ConsentEntry, why="who said no, for the copy in memory")

    async def add(self, scope: TenantScope, entry: ConsentEntry) -> None:
        await scope.collection(ConsentEntry).insert(entry)

    async def newest(self, scope: TenantScope, whose: Whose, purpose: Purpose) -> ConsentEntry | None:
        return await scope.collection(ConsentEntry).find_one({**whose, "purpose": purpose}, sort=NEWEST)

    async def get(self, scope: TenantScope, entry_id: ConsentEntryId, whose: Whose) -> ConsentEntry | None:
        return await scope.collection(ConsentEntry).find_one({**whose, "id": entry_id})

    async def page(self, tenant_id: TenantId, whose: Whose, *, limit: int, cursor: str | None) -> list[ConsentEntry]:
        """The newest first. Raises: Invalid for a cursor that is not ours."""
        asked = dict(whose)
        if cursor is not None:
            at, last = place_of(cursor)
            asked["$or"] = [{"at": {"$lt": at}}, {"at": at, "id": {"$lt": last}}]
        return await self._of(tenant_id).find(asked, sort=NEWEST, limit=limit)

    async def every(self, after: ConsentEntry | None) -> list[ConsentEntry]:
        """Entries of all organisations, the oldest first, from the one after `after`."""
        rule: Whose = {}
        if after is not None:
            rule = {"$or": [{"at": {"$gt": after.at}}, {"at": after.at, "id": {"$gt": after.id}}]}
        return await self._every.find(rule, sort=[("at", 1), ("id", 1)], limit=AT_ONCE)

    async def count(self, tenant_id: TenantId, whose: Whose) -> int:
        return await self._of(tenant_id).count(whose)

    async def delete_of(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        return await self._of(tenant_id).delete_many({"contact_id": {"$in": list(contact_ids)}})

    def _of(self, tenant_id: TenantId) -> TenantCollection[ConsentEntry]:
        return self._mongo.tenant(tenant_id).collection(ConsentEntry)

    def scope(self, tenant_id: TenantId) -> TenantScope:
        return self._mongo.tenant(tenant_id)
