"""Crash reports in MongoDB. They are the installation's, and of no organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from call24.crash_reports.model import CrashReport, Source
from call24.kit.ids import CrashReportId
from call24.kit.mongo import Index, Mongo
from call24.kit.paging import place_of

INDEXES = (Index(CrashReport, ("-last_seen_at", "-id")), Index(CrashReport, ("delete_at",)))


class CrashReportStore:
    def __init__(self, mongo: Mongo) -> None:
        self._all = mongo.platform(CrashReport, why="a crash report is of no organisation")

    async def find(self, id: CrashReportId) -> CrashReport | None:
        return await self._all.find_one({"id": id})

    async def put(self, report: CrashReport) -> None:
        await self._all.replace(report, upsert=True)

    async def count(self, source: Source) -> int:
        return await self._all.count({"source": source})

    async def page(self, *, limit: int, cursor: str | None) -> list[CrashReport]:
        """The one that was reported last first. Raises: Invalid for a cursor that is not ours."""
        rule: dict[str, Any] = {}
        if cursor is not None:
            at, last = place_of(cursor)
            rule = {"$or": [{"last_seen_at": {"$lt": at}}, {"last_seen_at": at, "id": {"$lt": last}}]}
        return await self._all.find(rule, sort=[("last_seen_at", -1), ("id", -1)], limit=limit)

    async def delete(self, id: CrashReportId) -> bool:
        return await self._all.delete(id)

    async def delete_until(self, at: datetime) -> int:
        """Those that were last reported then or before."""
        return await self._all.delete_many({"last_seen_at": {"$lte": at}})
