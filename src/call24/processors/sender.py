"""Sends what waits in the outbox of erasures: at least once, each processor by itself, again with growing pauses.

A processor that is slow holds up no other, and an organisation has a share of what is asked at once. After a restart it
goes on with what MongoDB has.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter

from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import ProcessorId, TenantId
from call24.processors.model import ErasureNotice
from call24.processors.notices import ErasureNotices

log = logging.getLogger(__name__)

AT_ONCE = 30
EACH = 3
"""Processors at once of one organisation."""
LOOK_EVERY_S = 5.0


class NoticeSender:
    """`run` it for as long as the process lives."""

    def __init__(self, notices: ErasureNotices, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock
        self._woken = notices.put
        self._working: dict[ProcessorId, TenantId] = {}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                with contextlib.suppress(Unavailable):
                    while await self._begin(group):
                        pass
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._woken.wait()
                self._woken.clear()

    async def _begin(self, group: asyncio.TaskGroup) -> int:
        """Begins with those that are due longest; how many. Raises: Unavailable."""
        begun = 0
        if len(self._working) >= AT_ONCE:
            return begun
        busy = Counter(self._working.values())
        full = {tenant_id for tenant_id, count in busy.items() if count >= EACH}
        for notice in await self._notices.store.due(self._clock.now(), self._working, full, AT_ONCE):
            here = busy[notice.tenant_id]
            if notice.processor_id in self._working or here >= EACH or len(self._working) >= AT_ONCE:
                continue
            busy[notice.tenant_id] += 1
            self._working[notice.processor_id] = notice.tenant_id
            group.create_task(self._ask(notice), name=f"erasure notice {notice.id}")
            begun += 1
        return begun

    async def _ask(self, notice: ErasureNotice) -> None:
        try:
            after = await self._notices.ask(notice)
            if after.state != "answered":
                log.warning("erasure notice %s: %s", notice.id, after.status or after.trouble)
        except Unavailable:
            log.warning("the answer to erasure notice %s could not be stored: it is sent again", notice.id)
            await asyncio.sleep(1.0)
        finally:
            self._working.pop(notice.processor_id, None)
            self._woken.set()
