"""Keeps how the legs of calls sounded, as their phones told. Who may tell and read is decided at the edge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from call24.call_quality.model import LegQuality
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, TenantId
from call24.kit.mongo import Index, Mongo

INDEXES = (Index(LegQuality, ("call_id",)),)


class CallQuality:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def read(self, tenant_id: TenantId, call_id: CallId) -> list[LegQuality]:
        """Raises: Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(LegQuality).find({"call_id": call_id}, sort=[("id", 1)])

    async def write(self, told: LegQuality, still_there: Callable[[], Awaitable[bool]]) -> None:
        """Replaces what was told of the leg before. `still_there`: whether the journal has the call.

        Raises: NotFound where the call was deleted meanwhile, Unavailable.
        """
        kept = self._mongo.tenant(told.tenant_id).collection(LegQuality)
        await kept.replace(told, upsert=True)
        if not await still_there():
            # Deleted while this was written: it goes after the journal (privacy/store.py), so one of the two sees it.
            await kept.delete_many({"id": told.id})
            raise NotFound
