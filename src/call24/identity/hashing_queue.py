"""Whose password is hashed next: two at once, one of them for unauthenticated clients at most, and all who wait in
turn.

Who has signed in from this device or address before, or is signed in, is known; all others are unauthenticated. Both
kinds wait in queues of their own, one of each address or organisation after the other: many of these make each other
wait, and nobody who is known. It hashes nothing. kit/fair.py knows one kind alone; it has a share of what runs for each
organisation, too, where here only those who wait have one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from call24.kit.errors import TooMany

AT_ONCE = 2
WAITING = {True: (64, 1024), False: (16, 96)}
"""Whether they are known -> how many may wait of one address or organisation, and in all. 96 are 3 s of work."""


class _Lane:
    """Those who wait, by whose they are; one of each gets its turn before anybody has a second one."""

    def __init__(self, each: int, most: int) -> None:
        self._each, self._most = each, most
        self._by: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self.waiting = 0
        self.running = 0

    def wait(self, whose: str) -> asyncio.Future[None]:
        """Raises: TooMany."""
        queue = self._by.get(whose, ())
        if len(queue) >= self._each or self.waiting >= self._most:
            raise TooMany("Too many attempts at once. Wait a moment and try again.", retry_after_s=2)
        turn = asyncio.get_running_loop().create_future()
        self._by.setdefault(whose, deque()).append(turn)
        self.waiting += 1
        return turn

    def next(self) -> asyncio.Future[None]:
        whose, queue = self._by.popitem(last=False)
        turn = queue.popleft()
        if queue:
            self._by[whose] = queue
        self.waiting -= 1
        return turn

    def leave(self, whose: str, turn: asyncio.Future[None]) -> None:
        """Passed over meanwhile, it is in no queue any more."""
        queue = self._by.get(whose)
        if queue is None or turn not in queue:
            return
        queue.remove(turn)
        if not queue:
            del self._by[whose]
        self.waiting -= 1


class HashingQueue:
    def __init__(self) -> None:
        self._lanes = {known: _Lane(*WAITING[known]) for known in WAITING}

    @asynccontextmanager
    async def turn(self, whose: str, *, known: bool) -> AsyncIterator[None]:
        """`whose`: an organisation, or an unauthenticated client's address. Raises: TooMany when too many wait."""
        lane = self._lanes[known]
        turn = lane.wait(whose)
        self._grant()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._over(lane)
            else:
                lane.leave(whose, turn)
            raise
        try:
            yield
        finally:
            self._over(lane)

    def _over(self, lane: _Lane) -> None:
        lane.running -= 1
        self._grant()

    def _grant(self) -> None:
        """Each kind has one of the two; those who are known have both while no unauthenticated client waits."""
        known, strangers = self._lanes[True], self._lanes[False]
        while known.running + strangers.running < AT_ONCE:
            if strangers.waiting and not strangers.running and (known.running or not known.waiting):
                lane = strangers
            elif known.waiting:
                lane = known
            else:
                return
            turn = lane.next()
            if not turn.done():  # who has just given up is passed over
                lane.running += 1
                turn.set_result(None)
