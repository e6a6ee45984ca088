"""Sends what waits in the outbox of erasures: at least once, each processor by itself, again with growing pauses."""

from __future__ import annotations

import logging
from collections.abc import Collection
from functools import partial

from call24.kit.clock import Clock
from call24.kit.due_work import DueWork, Piece
from call24.kit.ids import ProcessorId, TenantId
from call24.processors.model import ErasureNotice
from call24.processors.notices import ErasureNotices

log = logging.getLogger(__name__)

AT_ONCE = 30
EACH = 3
"""Processors at once of one organisation."""


class NoticeSender:
    """`run` it for as long as the process lives."""

    def __init__(self, notices: ErasureNotices, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock
        self.run = DueWork(self._due, notices.put, at_once=AT_ONCE, each=EACH).run

    async def _due(
        self, but: Collection[ProcessorId], but_of: Collection[TenantId], most: int
    ) -> list[Piece[ProcessorId]]:
        """Raises: Unavailable."""
        found = await self._notices.store.due(self._clock.now(), but, but_of, most)
        return [
            Piece(one.processor_id, one.tenant_id, f"erasure notice {one.id}", partial(self._ask, one)) for one in found
        ]

    async def _ask(self, notice: ErasureNotice) -> None:
        """Raises: Unavailable."""
        after = await self._notices.ask(notice)
        if after.state != "answered":
            log.warning("erasure notice %s: %s", notice.id, after.status or after.trouble)
