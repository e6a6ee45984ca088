"""Closings in MongoDB, and what an organisation has, by kind and count."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.data_map import documents
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.privacy.files import KeptFiles
from call24.privacy.model import Closing

FILES = "files"
"""How files are counted, beside collections."""


class ClosingStore:
    def __init__(self, mongo: Mongo, files: KeptFiles) -> None:
        self._mongo = mongo
        self._files = files
        self._closings = mongo.platform(Closing, why="a closing outlives its organisation")

    async def add(self, closing: Closing) -> None:
        """Raises: Conflict when there is one already, Unavailable."""
        await self._closings.insert(closing)

    async def get(self, tenant_id: TenantId) -> Closing | None:
        return await self._closings.find_one({"id": tenant_id})

    async def all(self) -> list[Closing]:
        return await self._closings.find(sort=[("ends_at", 1)])

    async def told(self, tenant_id: TenantId, at: datetime) -> None:
        await self._closings.update(tenant_id, {"told_at": at})

    async def reminded(self, closing: Closing, at: datetime, at_least: timedelta) -> None:
        """The deletion does not begin before `at_least` has passed since."""
        await self._closings.update(closing.id, {"reminded_at": at, "ends_at": max(closing.ends_at, at + at_least)})

    async def stop(self, tenant_id: TenantId) -> Closing | None:
        """The closing that was stopped; None when there was none, or its deletion has begun."""
        found = await self.get(tenant_id)
        if found is None or not await self._closings.delete_many({"id": tenant_id, "state": "waiting"}):
            return None
        return found

    async def begin(self, closing: Closing, counted: dict[str, int], to: bytes) -> Closing | None:
        """From now on nothing stops it. None: it was stopped before."""
        begun = msgspec.structs.replace(closing, state="deleting", counted=counted, to=to)
        waiting = {"id": closing.id, "state": "waiting", "asked_at": closing.asked_at}
        changed = await self._closings.update_where(waiting, {"state": "deleting", "counted": counted, "to": to})
        return begun if changed else None

    async def end(self, tenant_id: TenantId) -> None:
        await self._closings.delete(tenant_id)

    async def counted(self, tenant_id: TenantId) -> dict[str, int]:
        """Documents by collection, and files."""
        scope = self._mongo.tenant(tenant_id)
        found = {
            document.collection: await scope.collection(document.struct).count()
            for document in documents()
            if document.tenant
        }
        found[FILES] = await self._files.count_organisation(tenant_id)
        return {kind: count for kind, count in sorted(found.items()) if count}
