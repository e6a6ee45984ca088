"""How many there are of what an organisation has several of. What is counted, and who may see it, says room.py.

MongoDB counts, by indexes that begin with the organisation. What was counted is remembered until the organisation
changes something, and for ten seconds at most: work in the background changes things too.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.administration.answers import CountName
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo

REMEMBERED_FOR = timedelta(seconds=10)
REMEMBERED_MAX = 1_000
"""Organisations; those that were counted longest ago are forgotten first."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """`which`: a filter; `plus`: those that every organisation has, which are stored nowhere.

    `attention`: a filter for those that need somebody at a moment; None: it does not depend on what is stored.
    """

    name: CountName
    permission: str
    of: type[msgspec.Struct]
    which: Mapping[str, Any] = field(default_factory=dict)
    plus: int = 0
    attention: Callable[[datetime], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Found:
    count: int
    attention: bool


Of = Mapping[CountName, Found]


@dataclass(frozen=True)
class _Counting:
    begun: datetime
    task: asyncio.Task[Of]


class Counts:
    def __init__(self, mongo: Mongo, clock: Clock, counted: Sequence[Counted]) -> None:
        self.counted = counted
        self._mongo = mongo
        self._clock = clock
        self._known: OrderedDict[TenantId, _Counting] = OrderedDict()

    async def of(self, tenant_id: TenantId) -> Of:
        """Of everything in `counted`; who asks is shown what they may see. Who asks while it is counted waits for the
        same answer, unless something was changed since it began. Raises: Unavailable.
        """
        known = self._known.get(tenant_id)
        if known is None or self._clock.now() - known.begun >= REMEMBERED_FOR:
            known = self._begin(tenant_id)
        return await asyncio.shield(known.task)

    def changed(self, tenant_id: TenantId) -> None:
        """Somebody changed something: who asks from now on is not answered with what was counted before."""
        self._known.pop(tenant_id, None)

    def _begin(self, tenant_id: TenantId) -> _Counting:
        task = asyncio.create_task(self._count(tenant_id), name="administration-counts")
        counting = self._known[tenant_id] = _Counting(self._clock.now(), task)
        self._known.move_to_end(tenant_id)
        while len(self._known) > REMEMBERED_MAX:
            self._known.popitem(last=False)

        def failed(done: asyncio.Task[Of]) -> None:
            if (done.cancelled() or done.exception() is not None) and self._known.get(tenant_id) is counting:
                del self._known[tenant_id]

        task.add_done_callback(failed)
        return counting

    async def _count(self, tenant_id: TenantId) -> Of:
        scope, now = self._mongo.tenant(tenant_id), self._clock.now()
        found: dict[CountName, Found] = {}
        for one in self.counted:  # one after the other: an organisation takes one connection
            documents = scope.collection(one.of)
            count = await documents.count(one.which)
            late = one.attention is not None and count > 0
            needs = late and await documents.count({**one.which, **one.attention(now)}) > 0  # type: ignore[misc]
            found[one.name] = Found(count + one.plus, needs)
        return found
