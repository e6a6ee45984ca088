"""A journal in memory with the interface that the engine uses. The real one is tested in tests/integration."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from call24.journal.journal import Subscriber
from call24.journal.model import Entry, Fresh, body_of
from call24.kit.errors import Unavailable
from call24.kit.ids import EventId, TenantId


class FakeJournal:
    """``away``: neither database nor disk takes a line. ``dead``: the process that writes was killed.

    ``lines``: all that was acknowledged, in order.
    """

    def __init__(self) -> None:
        self.lines: list[Entry] = []
        self.away = False
        self.dead = False
        self._numbers = itertools.count(1)
        self._last_seq: dict[TenantId, int] = {}
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    def last_seq(self, tenant_id: TenantId) -> int:
        return self._last_seq.get(tenant_id, 0)

    async def append(self, tenant_id: TenantId, fresh: Sequence[Fresh]) -> tuple[Entry, ...]:
        await asyncio.sleep(0)
        if self.dead:
            await asyncio.Event().wait()
        if self.away:
            raise Unavailable("neither database nor spool")
        entries = tuple(self._entry(tenant_id, line) for line in fresh)
        for entry in entries:
            if self.dead:  # killed between two lines of one write: some are stored, and nobody is told
                await asyncio.Event().wait()
            self.lines.append(entry)
            for subscriber in self._subscribers:
                subscriber(entry)
        return entries

    def _entry(self, tenant_id: TenantId, line: Fresh) -> Entry:
        seq = self._last_seq[tenant_id] = self.last_seq(tenant_id) + 1
        body = body_of(line.event)
        return Entry(
            id=EventId(f"evt_{next(self._numbers)}"),
            tenant_id=tenant_id,
            seq=seq,
            at=line.at,
            type=body["type"],
            call_id=line.call_id,
            agent_id=line.agent_id,
            body=body,
            delete_at=line.delete_at,
        )
