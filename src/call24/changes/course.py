"""One reader's way through the events: where it is in each organisation, whose turn is next, who waits.

In memory; feed.py reads, and writes down what is said here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.changes.model import Position, position_id
from call24.changes.reader import Reader
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.3, 300.0
AWAY_WAIT_S = 5.0
"""The longest wait while it is a part of Call24 that is away: it comes back for all at once."""


def wait_s(tries: int, *, away: bool) -> float:
    """After so many failures in a row: 0.3 s, 0.6 s, 1.2 s, and so on to five minutes."""
    return min(AWAY_WAIT_S if away else LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(tries - 1, 20))


class Course:
    def __init__(self, reader: Reader, clock: Clock) -> None:
        self.reader = reader
        self._clock = clock
        self._at: dict[TenantId, Position] = {}
        self._moved: dict[TenantId, Position] = {}
        """What is not written down yet."""
        self._line: asyncio.Queue[TenantId] = asyncio.Queue()  # bounded: an organisation is in it once
        self._waiting: set[TenantId] = set()
        self._working: dict[TenantId, bool] = {}
        """Whether there was more meanwhile."""
        self._resting: dict[TenantId, asyncio.TimerHandle] = {}

    def restore(self, positions: Sequence[Position]) -> None:
        self._at.update({one.tenant_id: one for one in positions if one.reader == self.reader.name})

    def seq(self, tenant_id: TenantId) -> int:
        known = self._at.get(tenant_id)
        return known.seq if known is not None else 0

    # --- turns ---

    def wants_turn(self, tenant_id: TenantId) -> None:
        """There is something to read. Who has its turn has another one afterwards; who failed waits its time."""
        if tenant_id in self._working:
            self._working[tenant_id] = True
        elif tenant_id not in self._waiting and tenant_id not in self._resting:
            self._waiting.add(tenant_id)
            self._line.put_nowait(tenant_id)

    async def turn(self) -> TenantId:
        while (tenant_id := await self._line.get()) not in self._waiting:
            pass  # it was erased meanwhile
        self._waiting.discard(tenant_id)
        self._working[tenant_id] = False
        return tenant_id

    def reached(self, tenant_id: TenantId, seq: int) -> None:
        """All up to this number was read."""
        self._move(tenant_id, seq=seq, failing_since=None, trouble=None, tries=0)

    def done(self, tenant_id: TenantId, *, more: bool) -> None:
        if self._working.pop(tenant_id, False) or more:
            self.wants_turn(tenant_id)

    def failed(self, tenant_id: TenantId, trouble: Exception) -> None:
        if self._working.pop(tenant_id, None) is None:
            return  # it was erased meanwhile
        known = self._at.get(tenant_id)
        tries = (known.tries if known is not None else 0) + 1
        since = known.failing_since if known is not None and known.failing_since else self._clock.now()
        self._move(tenant_id, failing_since=since, trouble=type(trouble).__name__, tries=tries)
        pause = wait_s(tries, away=isinstance(trouble, Unavailable))
        log.warning(
            "change feed: reader %s failed at event %d of organisation %s (%s); next attempt in %.1f s",
            self.reader.name, self.seq(tenant_id) + 1, tenant_id, type(trouble).__name__, pause,
            exc_info=None if isinstance(trouble, Unavailable | TimeoutError) else trouble,
        )  # fmt: skip
        self._resting[tenant_id] = asyncio.get_running_loop().call_later(pause, self._rested, tenant_id)

    def _rested(self, tenant_id: TenantId) -> None:
        self._resting.pop(tenant_id, None)
        self.wants_turn(tenant_id)

    # --- what is written down ---

    def positions(self) -> list[Position]:
        return list(self._at.values())

    def moved(self) -> list[Position]:
        return list(self._moved.values())

    def settled(self, written: Sequence[Position]) -> None:
        for one in written:
            if self._moved.get(one.tenant_id) is one:
                del self._moved[one.tenant_id]

    def forget(self, tenant_id: TenantId) -> None:
        for kept in (self._at, self._moved, self._working):
            kept.pop(tenant_id, None)
        self._waiting.discard(tenant_id)
        if (resting := self._resting.pop(tenant_id, None)) is not None:
            resting.cancel()

    def _move(self, tenant_id: TenantId, *, seq: int | None = None, **now: datetime | str | int | None) -> None:
        before = self._at.get(tenant_id) or Position(
            id=position_id(tenant_id, self.reader.name), tenant_id=tenant_id, reader=self.reader.name, seq=0
        )
        moved = msgspec.structs.replace(before, seq=before.seq if seq is None else max(seq, before.seq), **now)
        self._at[tenant_id] = self._moved[tenant_id] = moved
