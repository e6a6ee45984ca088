"""Calls that did not get in: what an organisation's administrator needs to see why, bounded and for a short time.

The same attempt again counts up. A flood becomes a few lines: beyond FRESH_PER_MINUTE fresh ones by one way, an
organisation's are counted by reason, without numbers. A way is a trunk of the organisation, or (where it came by none)
the reason: where there are too many lines, the way with the most loses its oldest, so that none pushes out another's.
It refuses nothing, and what it could not store it forgets.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    OnItsDay,
    document,
    of_caller,
    of_organisation,
)
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId, TrunkId, new_id
from call24.kit.mongo import Index, Mongo
from call24.kit.phone import parse_e164
from call24.tenants.service import TenantService

KEPT = timedelta(days=30)
KEPT_MAX = 500
"""Of an organisation; the oldest of the way with the most go."""
FRESH_PER_MINUTE = 30
"""By one way."""
SAME_WITHIN = timedelta(hours=1)
RECENT_MAX = 200
FLUSH_EVERY_S = 1.0

Reason = Literal[
    "unknown_number", "other_trunk", "no_tls", "no_srtp", "no_codec", "over_quota", "no_line_left", "trouble"
]
"""other_trunk: the number is the organisation's, but the call came by none of the addresses of its trunk; no_tls,
no_srtp: by its trunk, but not encrypted as that wants it."""

_CALLER = of_caller(Category.PHONE, "telling whose call did not get in")
_DIALLED = of_organisation(Category.NETWORK, "seeing which number a carrier sends")
_SOURCE = of_organisation(Category.NETWORK, "seeing from which address a carrier sends")


@document(
    "refused_calls",
    tenant=True,
    kept=OnItsDay(period="30 days, or as long as call records if that is shorter"),
)
class RefusedCall(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: the last of `count` attempts. `caller` and `dialled` are as the carrier sent them; empty: of many."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    reason: Annotated[Reason, STATE]
    caller: Annotated[str, _CALLER]
    dialled: Annotated[str, _DIALLED]
    source: Annotated[str, _SOURCE]
    trunk_id: Annotated[TrunkId | None, REFERENCE]
    count: Annotated[int, MEASURE]
    first_at: Annotated[datetime, TIME]
    at: Annotated[datetime, TIME]
    delete_at: Annotated[datetime, TIME]


INDEXES = (Index(RefusedCall, ("-at", "-id")), Index(RefusedCall, ("delete_at",), across=True))

Key = tuple[Reason, str, str, str]


class _From(msgspec.Struct, frozen=True):
    id: str
    caller: str


class _Recent:
    """Of one organisation: what was noted lately, and how much of it was fresh in this minute."""

    def __init__(self) -> None:
        self.calls: OrderedDict[Key, RefusedCall] = OrderedDict()
        self.changed: dict[str, RefusedCall] = {}
        self.minute = 0
        self.fresh: Counter[str] = Counter()
        """By way."""


class RefusedCalls:
    def __init__(self, mongo: Mongo, clock: Clock, tenants: TenantService) -> None:
        self._mongo, self._clock, self._tenants = mongo, clock, tenants
        self._recent: dict[TenantId, _Recent] = {}

    def note(
        self, tenant_id: TenantId, reason: Reason, *, caller: str, dialled: str, source: str, trunk_id: TrunkId | None
    ) -> None:
        """Stored behind, within a second or so."""
        tenant = self._tenants.known(tenant_id)
        if tenant is None:
            return
        now, recent = self._clock.now(), self._recent.setdefault(tenant_id, _Recent())
        key: Key = (reason, caller, dialled, source)
        if not self._goes_on(recent, key, now):
            minute = int(now.timestamp() // 60)
            if recent.minute != minute:
                recent.minute = minute
                recent.fresh.clear()
            way = trunk_id or reason
            recent.fresh[way] += 1
            if recent.fresh[way] > FRESH_PER_MINUTE:
                key, caller, dialled, source, trunk_id = (reason, "", "", ""), "", "", "", None
        before = recent.calls.pop(key, None) if self._goes_on(recent, key, now) else None
        call = RefusedCall(
            id=new_id("rfc") if before is None else before.id,
            tenant_id=tenant_id,
            reason=reason,
            caller=caller,
            dialled=dialled,
            source=source,
            trunk_id=trunk_id,
            count=1 if before is None else before.count + 1,
            first_at=now if before is None else before.first_at,
            at=now,
            delete_at=now + min(KEPT, timedelta(days=tenant.record_days)),
        )
        recent.calls[key] = recent.changed[call.id] = call
        if len(recent.calls) > RECENT_MAX:
            dropped = surplus(recent.calls.values(), RECENT_MAX)
            for known in [key for key, call in recent.calls.items() if call.id in dropped]:
                del recent.calls[known]

    async def follow_days(self, tenant_id: TenantId, days: int) -> None:
        """Call records are kept for fewer days: those that are there follow. Raises: Unavailable."""
        if (kept := timedelta(days=days)) >= KEPT:
            return
        await self.flush()
        calls = self._mongo.tenant(tenant_id).collection(RefusedCall)
        there = await calls.find()
        await calls.update_each({one.id: {"delete_at": min(one.delete_at, one.at + kept)} for one in there})

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(FLUSH_EVERY_S)
            await self.flush()

    async def flush(self) -> None:
        """Store what is new. While MongoDB is away the newest RECENT_MAX of each organisation wait."""
        for tenant_id, recent in list(self._recent.items()):
            changed, recent.changed = recent.changed, {}
            if not changed:
                if all(self._clock.now() - call.at > SAME_WITHIN for call in recent.calls.values()):
                    del self._recent[tenant_id]
                continue
            try:
                await self._keep(tenant_id, list(changed.values()))
            except Unavailable:
                kept = {**changed, **recent.changed}
                recent.changed = dict(list(kept.items())[-RECENT_MAX:])

    async def listed(self, tenant_id: TenantId) -> list[RefusedCall]:
        """The newest first, KEPT_MAX at most."""
        found = self._mongo.tenant(tenant_id).collection(RefusedCall)
        return await found.find(sort=[("at", -1), ("id", -1)], limit=KEPT_MAX)

    async def erase_number(self, tenant_id: TenantId, number: str) -> int:
        """Of a caller who is erased, in whatever form the carrier sent the number; how many. Raises: Unavailable."""
        await self.flush()
        theirs = set(await self.of_number(tenant_id, number))
        if (recent := self._recent.get(tenant_id)) is not None:
            recent.calls = OrderedDict((key, call) for key, call in recent.calls.items() if call.id not in theirs)
        return await self._mongo.tenant(tenant_id).collection(RefusedCall).delete_many({"id": {"$in": sorted(theirs)}})

    async def of_number(self, tenant_id: TenantId, number: str) -> list[str]:
        """The ids of those that are stored, in whatever form the carrier sent it. `number`: in E.164."""
        tenant = self._tenants.known(tenant_id)
        region = None if tenant is None else tenant.region
        calls = await self._mongo.tenant(tenant_id).collection(RefusedCall).find_parts(_From, {"caller": {"$ne": ""}})
        return [call.id for call in calls if call.caller == number or parse_e164(call.caller, region) == number]

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._recent.pop(tenant_id, None)

    async def _keep(self, tenant_id: TenantId, calls: list[RefusedCall]) -> None:
        collection = self._mongo.tenant(tenant_id).collection(RefusedCall)
        for call in calls:
            await collection.replace(call, upsert=True)
        if await collection.count() > KEPT_MAX:
            there = await collection.find(sort=[("at", 1), ("id", 1)], limit=KEPT_MAX + RECENT_MAX)
            await collection.delete_many({"id": {"$in": sorted(surplus(there, KEPT_MAX))}})

    @staticmethod
    def _goes_on(recent: _Recent, key: Key, now: datetime) -> bool:
        known = recent.calls.get(key)
        return known is not None and now - known.first_at <= SAME_WITHIN


def surplus(calls: Iterable[RefusedCall], most: int) -> set[str]:
    """Which go so that ``most`` stay, the oldest given first: each time the oldest of the way with the most."""
    ways: dict[str, list[str]] = {}
    for call in calls:
        ways.setdefault(call.trunk_id or call.reason, []).append(call.id)
    gone: set[str] = set()
    for _ in range(sum(map(len, ways.values())) - most):
        gone.add(max(ways.values(), key=len).pop(0))
    return gone
