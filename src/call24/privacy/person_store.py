"""A person's traces in MongoDB: found, read a page at a time, deleted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.data_map import DeletedByAddress, DeletedWithAccount, Trace
from call24.identity.model import EmailLink, User
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.privacy.model import Erasure

PAGE = 500
MOST = 50_000
"""Of one kind of trace that are read, the oldest."""


class PersonStore:
    """`traces`: where a person is found, in all rooms."""

    def __init__(self, mongo: Mongo, traces: Sequence[Trace]) -> None:
        self._mongo = mongo
        self.traces = traces
        going = [trace for trace in traces if isinstance(trace.erase, DeletedWithAccount)]
        self._going = sorted(going, key=lambda trace: trace.struct is User)
        """The account itself last, so that who asks again finds it until all else is gone."""
        self._erasures = mongo.platform(Erasure, why="what was deleted is looked for again, in every organisation")

    async def addresses(self, user: User) -> set[str]:
        """Also one that is to become the user's."""
        links = await self._mongo.tenant(user.tenant_id).collection(EmailLink).find({"user_id": user.id})
        return {user.email, *(link.email for link in links if link.email is not None)}

    async def delete_addressed(self, user: User, addresses: Collection[str]) -> Counter[str]:
        """What is found by these addresses: letters that wait, invitations."""
        scope, deleted = self._mongo.tenant(user.tenant_id), Counter[str]()
        for address in addresses:
            one = {"$regex": f"^{re.escape(address)}$", "$options": "i"}
            for trace in self.traces:
                if isinstance(trace.erase, DeletedByAddress):
                    gone = await scope.collection(trace.struct).delete_many({trace.erase.field: one})
                    deleted[trace.collection] += gone
        return deleted

    async def delete(self, tenant_id: TenantId, user_ids: Sequence[UserId]) -> Counter[str]:
        """All that goes with these accounts, and the accounts last. Repeating it is harmless."""
        scope, deleted = self._mongo.tenant(tenant_id), Counter[str]()
        for trace in self._going:
            deleted[trace.collection] += await scope.collection(trace.struct).delete_many(trace.of(*user_ids))
        return deleted

    async def put(self, erasure: Erasure) -> None:
        await self._mongo.tenant(erasure.tenant_id).collection(Erasure).replace(erasure, upsert=True)

    async def begun(self, tenant_id: TenantId, user_id: UserId) -> bool:
        """Whether an erasure of this account got as far as to be noted."""
        return await self._mongo.tenant(tenant_id).collection(Erasure).count({"id": user_id}) > 0

    async def lately(self, since: datetime) -> list[Erasure]:
        return await self._erasures.find({"at": {"$gte": since}}, sort=[("at", -1)], limit=1000)

    async def pages(self, trace: Trace, user: User, now: datetime, size: int = PAGE) -> AsyncIterator[list[Any]]:
        """What the person may be told now; in order where the trace has one, else all at once; at most MOST."""
        struct, found = trace.part or trace.struct, trace.of(user.id)
        if trace.shown is not None:
            found = {"$and": [found, trace.shown(now)]}
        if not trace.order:
            yield await self._some(user, trace, struct, found, MOST)
            return
        seen: set[str] = set()
        last: Any = None
        for _ in range(MOST // size):
            since = found if last is None else {"$and": [found, {trace.order: {"$gte": last}}]}
            page = await self._some(user, trace, struct, since, size)
            fresh = [one for one in page if one.id not in seen]  # several may be of the same instant
            if fresh:
                yield fresh
            if len(page) < size or not fresh:
                return
            last, seen = getattr(page[-1], trace.order), {one.id for one in page}

    async def _some(
        self, user: User, trace: Trace, struct: type[msgspec.Struct], found: dict[str, Any], limit: int
    ) -> list[Any]:
        sort = [(trace.order, 1)] if trace.order else []
        kept = self._mongo.tenant(user.tenant_id).collection(trace.struct)
        return await kept.find_parts(struct, found, sort=sort, limit=limit)
