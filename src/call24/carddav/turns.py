"""Answers about whole books are made piece by piece: each organisation has its share, and so many of them at once.

Between two pieces whatever else the server does has its turn. While one is sent, however slowly, others are made.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

from call24.kit.errors import TooMany
from call24.kit.fair import Fair
from call24.kit.ids import TenantId

AT_ONCE = 2
"""Pieces that are made at once, one of each organisation: they wait for MongoDB now and then."""
OPEN_MAX = 100
"""Answers about whole books of one organisation that are under way."""
READ, MADE = 50, 10
"""Cards that are read at once, and that are made at once: some 5 ms of a processor."""
_AGAIN_S = 10


class BookTurns:
    def __init__(self) -> None:
        self._turns = Fair(AT_ONCE, 1)  # who waits is bounded by OPEN_MAX
        self._open = Counter[TenantId]()

    def check_room(self, tenant_id: TenantId) -> None:
        """Raises: TooMany."""
        if self._open[tenant_id] >= OPEN_MAX:
            raise TooMany(
                f"At most {OPEN_MAX} devices of an organisation read its address books at once", retry_after_s=_AGAIN_S
            )

    async def paced(self, tenant_id: TenantId, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """The same, each made in a turn of its organisation."""
        self._open[tenant_id] += 1
        try:
            while True:
                async with self._turns.turn(tenant_id):
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece
                await asyncio.sleep(0)
        finally:
            self._open[tenant_id] -= 1
            if not self._open[tenant_id]:
                del self._open[tenant_id]
