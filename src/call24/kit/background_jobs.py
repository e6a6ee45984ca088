"""Long work beside the requests: a task for each job, in turns of organisations, tried again, stopped by its id."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from call24.kit.errors import Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId

log = logging.getLogger(__name__)


class BackgroundJobs:
    """`kind`: what a job is called in the log. `at_once`: how many work in all, and of one organisation.

    `away_s`: so long after Unavailable it is tried again, for as long as that lasts; None: it counts as a try.

    Only what works now is known here: what a job is, and how far it came, is the room's to store.
    """

    def __init__(
        self, kind: str, at_once: tuple[int, int], *, tries: int = 1, again_s: float = 0.0, away_s: float | None = None
    ) -> None:
        self._kind = kind
        self._turns = Fair(*at_once)
        self._tries = tries
        self._again_s = again_s
        self._away_s = away_s
        self._running: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, id: str) -> bool:
        return id in self._running

    def start(self, id: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._running[id] = asyncio.create_task(work, name=f"{self._kind} {id}")
        task.add_done_callback(lambda done: self._ended(id, done))

    def _ended(self, id: str, done: asyncio.Task[None]) -> None:
        if self._running.get(id) is done:  # it may have been started anew meanwhile
            del self._running[id]

    async def carried_out(self, tenant_id: TenantId, id: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Do it when it is the organisation's turn; False where it failed each time, by OSError or Unavailable."""
        left = self._tries
        while left:
            try:
                async with self._turns.turn(tenant_id):
                    await work()
                return True
            except (OSError, Unavailable) as error:
                log.warning("%s %s did not end: %s", self._kind, id, error)
                if isinstance(error, Unavailable) and self._away_s is not None:
                    await asyncio.sleep(self._away_s)
                    continue
                left -= 1
                if left:
                    await asyncio.sleep(self._again_s)
        return False

    async def stop(self, id: str) -> None:
        """Until its task is over; nothing where it does not work."""
        if (task := self._running.get(id)) is not None:
            task.cancel()
            await asyncio.wait({task})

    async def close(self) -> None:
        for id in list(self._running):
            await self.stop(id)
