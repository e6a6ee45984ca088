"""Where events wait that webhooks have not told yet: put down and forgotten behind those that tell them.

What is told before it was put down is never put down. While MongoDB is away both wait in memory, as much as there are
events that wait to be told.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from call24.kit.errors import Conflict, Unavailable
from call24.kit.ids import TenantId, WaitingEventId
from call24.kit.mongo import Index, Mongo
from call24.pusher_apps.model import WaitingEvent

log = logging.getLogger(__name__)

INDEXES = (Index(WaitingEvent, ("number",), across=True),)
AGAIN_S = 1.0
_K = TypeVar("_K")


class WaitingEvents:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(WaitingEvent, why="what a restart left to be told")
        self._new: dict[WaitingEventId, WaitingEvent] = {}
        self._over: dict[WaitingEventId, TenantId] = {}
        self._woken = asyncio.Event()

    async def all(self) -> list[WaitingEvent]:
        """In their order. Raises: Unavailable."""
        return await self._every.find(sort=[("number", 1)])

    def put(self, event: WaitingEvent) -> None:
        self._new[event.id] = event
        self._woken.set()

    def over(self, events: Iterable[WaitingEvent]) -> None:
        """They were told, or will never be."""
        for event in events:
            if self._new.pop(event.id, None) is None:
                self._over[event.id] = event.tenant_id
        self._woken.set()

    async def run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.flush()
            except Unavailable:
                await asyncio.sleep(AGAIN_S)
                self._woken.set()

    async def flush(self) -> None:
        """Raises: Unavailable; nothing is forgotten then."""
        new, self._new = self._new, {}
        try:
            await self._put_down(new)
        except Unavailable:
            # what was told meanwhile is among `_over` and may be there or not: it is put down, then deleted
            self._new = {**new, **self._new}
            raise
        over, self._over = self._over, {}
        try:
            for tenant_id, ids in _grouped((tenant_id, id) for id, tenant_id in over.items()).items():
                await self._mongo.tenant(tenant_id).collection(WaitingEvent).delete_many({"id": {"$in": ids}})
        except Unavailable:
            self._over = {**over, **self._over}
            raise

    async def _put_down(self, new: dict[WaitingEventId, WaitingEvent]) -> None:
        for tenant_id, events in _grouped((event.tenant_id, event) for event in new.values()).items():
            try:
                await self._mongo.tenant(tenant_id).collection(WaitingEvent).insert_many(events)
            except Conflict:
                log.info("waiting events were stored already: MongoDB was unavailable while they were written")


def _grouped(pairs: Iterable[tuple[TenantId, _K]]) -> dict[TenantId, list[_K]]:
    found: dict[TenantId, list[_K]] = defaultdict(list)
    for tenant_id, one in pairs:
        found[tenant_id].append(one)
    return found
