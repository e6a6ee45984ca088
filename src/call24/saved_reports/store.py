"""Saved reports in MongoDB. Who may see or change one is decided by the service."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from call24.kit.ids import SavedReportId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.saved_reports.model import SavedReport
from call24.saved_reports.rules import ALL_MAX

_SET = {"$gt": datetime.fromtimestamp(0, UTC)}
"""Of the index; queries for it say this too, so that it is used."""
INDEXES = (
    Index(SavedReport, ("created_at", "id")),
    Index(SavedReport, ("made_by",)),
    Index(SavedReport, ("recipients",)),
    Index(SavedReport, ("asked.agent_id",)),
    Index(SavedReport, ("next_at",), across=True, only={"next_at": _SET}),
)
AT_ONCE = 200


class SavedReportStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._due = mongo.platform(SavedReport, why="reports that are sent now, of every organisation")

    def of(self, tenant_id: TenantId) -> TenantCollection[SavedReport]:
        return self._mongo.tenant(tenant_id).collection(SavedReport)

    async def counts(self, tenant_id: TenantId, user_id: UserId) -> tuple[int, int]:
        """Of the organisation, and of this user."""
        reports = self.of(tenant_id)
        return await reports.count(), await reports.count({"made_by": user_id})

    async def seen(self, tenant_id: TenantId, user_id: UserId) -> list[SavedReport]:
        """One's own and those that are shared, the oldest first."""
        mine_or_shared = {"$or": [{"made_by": user_id}, {"shared": True}]}
        return await self.of(tenant_id).find(mine_or_shared, sort=[("created_at", 1), ("id", 1)], limit=ALL_MAX)

    async def put(self, report: SavedReport) -> bool:
        """False where it is gone."""
        return await self.of(report.tenant_id).replace(report)

    async def due(
        self, now: datetime, but: Collection[TenantId], failed: Collection[SavedReportId]
    ) -> list[SavedReport]:
        """What is to be sent, the longest due first, without those organisations and reports."""
        wanted = {
            "next_at": {**_SET, "$lte": now},
            "tenant_id": {"$nin": sorted(but)},
            "id": {"$nin": sorted(failed)},
        }
        return await self._due.find(wanted, sort=[("next_at", 1)], limit=AT_ONCE)

    async def note(self, report: SavedReport, set: Mapping[str, Any]) -> None:
        """Unless its time was changed meanwhile."""
        await self.of(report.tenant_id).update_where({"id": report.id, "next_at": report.next_at}, set)

    async def forget(self, tenant_id: TenantId, user_id: UserId) -> None:
        """The account is being deleted: what it shared stays, and is sent no more."""
        reports = self.of(tenant_id)
        await reports.delete_many({"$or": [{"made_by": user_id, "shared": False}, {"asked.agent_id": user_id}]})
        await reports.update_where({"made_by": user_id}, {"made_by": None, "next_at": None})
        await reports.take_out("recipients", [user_id])
