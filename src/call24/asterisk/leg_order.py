"""The order of requests about one leg: each after what the leg was asked before, and none while its channel is on a hop
through the dialplan. Legs do not wait for each other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from call24.kit.ids import LegId

log = logging.getLogger(__name__)

RETURN_S = 1.5  # the dialplan knocks every second


class LegOrder:
    def __init__(self) -> None:
        self._behind: dict[LegId, asyncio.Task[None]] = {}
        """The last thing that each leg is asked while its call goes on."""
        self._in_turn: set[asyncio.Task[None]] = set()
        """All of those: what they ask themselves does not wait for them."""
        self._hops: dict[LegId, asyncio.Future[None]] = {}

    async def back(self, leg: LegId) -> None:
        """Returns when what the leg was asked ``behind`` is done, and it is on no hop."""
        behind = self._behind.get(leg)
        if behind is not None and asyncio.current_task() not in self._in_turn:
            await asyncio.wait({behind})
        if hop := self._hops.get(leg):
            await asyncio.wait({hop}, timeout=RETURN_S)
            self._hops.pop(leg, None)

    # --- one after the other ---

    def behind(self, leg: LegId, work: Coroutine[None, None, object]) -> None:
        """Nobody waits for this but what is asked about the same leg afterwards: one thing after the other."""
        before = self._behind.get(leg)
        task = asyncio.create_task(self._after(before, work))
        self._behind[leg] = task
        self._in_turn.add(task)
        task.add_done_callback(lambda done: self._caught_up(leg, done))

    async def _after(self, before: asyncio.Task[None] | None, work: Coroutine[None, None, object]) -> None:
        if before is not None:
            await asyncio.wait({before})
        await work

    def _caught_up(self, leg: LegId, done: asyncio.Task[None]) -> None:
        self._in_turn.discard(done)
        if self._behind.get(leg) is done:
            del self._behind[leg]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("the state of leg %s could not be read from Asterisk", leg, exc_info=error)

    # --- hops through the dialplan ---

    def hop(self, leg: LegId) -> asyncio.Future[None]:
        """From now on requests about this leg wait until it is back."""
        hop = self._hops[leg] = asyncio.get_running_loop().create_future()
        return hop

    def end_hop(self, leg: LegId) -> None:
        hop = self._hops.pop(leg, None)
        if hop is not None and not hop.done():
            hop.set_result(None)

    def end_hops(self) -> None:
        for leg in list(self._hops):
            self.end_hop(leg)
