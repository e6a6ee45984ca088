"""Results of self-audits in MongoDB. They are the installation's, and of no organisation."""

from __future__ import annotations

from call24.kit.mongo import Index, Mongo
from call24.self_audit.model import SelfAudit

INDEXES = (Index(SelfAudit, ("at",)),)


class SelfAuditStore:
    def __init__(self, mongo: Mongo) -> None:
        self._results = mongo.platform(SelfAudit, why="a self-audit is of the whole installation")

    async def add(self, result: SelfAudit) -> None:
        await self._results.insert(result)

    async def get(self, id: str) -> SelfAudit | None:
        return await self._results.find_one({"id": id})

    async def newest(self, limit: int) -> list[SelfAudit]:
        return await self._results.find(sort=[("at", -1)], limit=limit)
