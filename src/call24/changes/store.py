"""Where events, their numbers and readers' positions are kept."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from call24.changes.model import KEPT, Change, ChangeHead, Position
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId
from call24.kit.mongo import Index, Mongo, TenantScope

INDEXES = (
    Index(Change, ("seq",), unique=True),
    Index(Change, ("at",), across=True, expires_s=int(KEPT.total_seconds())),
)


class ChangeStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def hold(self, scope: TenantScope) -> None:
        """From now on nobody else numbers changes of the organisation, until the transaction of ``scope`` ends: it says
        so to `add`. Raises: Unavailable."""
        await self._count_up(scope, 1)  # by nothing would be no write, which holds nobody off

    async def add(self, scope: TenantScope, changes: Sequence[Change], *, held: bool = False) -> list[Change]:
        """Number them and store them, in the transaction of ``scope``. Raises: Unavailable."""
        last = await self._count_up(scope, len(changes) - held)
        first = last - len(changes) + 1
        numbered = [msgspec.structs.replace(one, seq=first + place) for place, one in enumerate(changes)]
        await scope.collection(Change).insert_many(numbered)
        return numbered

    async def _count_up(self, scope: TenantScope, by: int) -> int:
        head = ChangeHead(id=scope.tenant_id, tenant_id=scope.tenant_id, seq=0)
        return await scope.collection(ChangeHead).count_up(head, "seq", by)

    async def after(self, tenant_id: TenantId, seq: int, limit: int) -> list[Change]:
        """In their order. Raises: Unavailable."""
        changes = self._mongo.tenant(tenant_id).collection(Change)
        return await changes.find({"seq": {"$gt": seq}}, sort=[("seq", 1)], limit=limit)

    async def heads(self) -> dict[TenantId, int]:
        """The highest number of each organisation that has one. Raises: Unavailable."""
        everywhere = self._mongo.platform(ChangeHead, why="readers are told which organisations have new events")
        return {head.tenant_id: head.seq for head in await everywhere.find()}

    async def positions(self) -> list[Position]:
        """Raises: Unavailable."""
        return await self._mongo.platform(Position, why="readers go on where they were").find()

    async def put_positions(self, positions: Sequence[Position]) -> None:
        """Raises: Unavailable; repeating it is harmless."""
        by_tenant: dict[TenantId, list[Position]] = {}
        for one in positions:
            by_tenant.setdefault(one.tenant_id, []).append(one)
        for tenant_id, theirs in by_tenant.items():
            kept = self._mongo.tenant(tenant_id).collection(Position)
            try:
                await kept.replace_many(theirs)
            except Conflict:  # a process before this one began the same in this moment: now it is there
                await kept.replace_many(theirs)
