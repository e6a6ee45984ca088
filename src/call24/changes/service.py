"""Changing documents so that the change and its events are stored together, or not at all.

It does not know what is changed, nor who reads of it: feed.py does. Changes of one organisation are stored one after
another; those of others go on beside them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from call24.changes.model import Change, E, EventType
from call24.changes.store import ChangeStore
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import EventId, TenantId, new_id
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.mongo.collection import TenantCollection

R = TypeVar("R")
D = TypeVar("D", bound=msgspec.Struct)

AT_ONCE = 16
"""Transactions under way: half of the connections to MongoDB."""

LOST_MAX = 2
"""Tries of a transaction that others of the organisation, in another process, may end by being numbered before it: the
next holds the number from its beginning, and they wait. Else a long one, of an import, would never end beside calls."""

Stored = Callable[[Sequence[Change]], None]


class Writing:
    """The documents of one organisation within one transaction, and the events that go with them."""

    def __init__(self, scope: TenantScope, at: datetime) -> None:
        self.scope = scope
        self.at = at
        self.told: list[Change] = []

    def collection(self, struct: type[D]) -> TenantCollection[D]:
        return self.scope.collection(struct)

    def tell(self, kind: EventType[E], body: E, subject: str, at: datetime | None = None) -> None:
        """``subject``: the document that changed. ``at``: when it happened, where that is not now."""
        if type(body) is not kind.body:
            raise TypeError(f"{kind.name} is told by a {kind.body.__name__}")
        change = Change(
            id=EventId(new_id("evt")),
            tenant_id=self.scope.tenant_id,
            seq=0,
            at=at or self.at,
            type=kind.name,
            version=kind.version,
            subject=subject,
            body=msgspec.to_builtins(body, builtin_types=(datetime,)),
        )
        self.told.append(change)


class Changes:
    """``stored``: told at once of what this process has stored, in the order of each organisation; the feed sets it."""

    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock
        self._store = ChangeStore(mongo)
        self._turns = Fair(AT_ONCE, 1)  # whoever waits is bounded by who may ask: requests, and one task of each room
        self._closed: set[TenantId] = set()
        self.stored: Stored = lambda changes: None

    async def commit(self, tenant_id: TenantId, work: Callable[[Writing], Awaitable[R]]) -> R:
        """Store what ``work`` writes and tells, together. What it raises is raised, and nothing is stored.

        It may be called again, so it does nothing else. Raises: Unavailable, and then it may be stored: repeat it with
        the same ids and versions, so that what is stored already is found.
        """
        numbered: list[Change] = []
        lost = 0

        async def together(scope: TenantScope) -> R:
            nonlocal numbered, lost
            writing, held = Writing(scope, self._clock.now()), lost >= LOST_MAX
            if held:
                await self._store.hold(scope)
            result = await work(writing)
            lost += bool(writing.told)  # unless this is the last try
            numbered = await self._numbered(writing, held)
            return result

        async with self._turns.turn(tenant_id):
            if tenant_id in self._closed:
                raise Unavailable("The organisation is being erased")
            result = await self._mongo.transact(tenant_id, together)
            if numbered:
                self.stored(numbered)
        return result

    async def _numbered(self, writing: Writing, held: bool) -> list[Change]:
        if held:
            return await self._store.add(writing.scope, writing.told, held=True)
        return await self._store.add(writing.scope, writing.told) if writing.told else []

    async def add_within(self, scope: TenantScope, tell: Callable[[Writing], None]) -> None:
        """Stores what ``tell`` tells in a transaction that was begun elsewhere. Readers have it some seconds later.

        Raises: Unavailable.
        """
        if scope.tenant_id in self._closed:
            raise Unavailable("The organisation is being erased")
        writing = Writing(scope, self._clock.now())
        tell(writing)
        await self._store.add(scope, writing.told)

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: nothing is stored by this once it has returned."""
        self._closed.add(tenant_id)
        async with self._turns.turn(tenant_id):
            pass  # what was under way is done
