"""A bound on what is done at once and, within it, a share for each organisation: who waits is let in by fair queuing.

An organisation that asks for much waits for itself: the first wish of another is let in before its next. It counts and
orders only; what is done, and for how long, is the caller's. identity/hashing_queue.py keeps room for a second kind,
unauthenticated clients, and bounds no organisation's share of what runs.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator

from call24.kit.errors import TooMany

_AGAIN_S = 10


class Fair:
    """``most`` at once in all, ``each`` of them of one organisation. ``waiting``: how many of one may wait; None: as
    many as come, where something else bounds them."""

    def __init__(self, most: int, each: int, waiting: int | None = None) -> None:
        self._most = most
        self._each = each
        self._waiting_max = waiting
        self._inside: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._served: dict[str, int] = {}
        """When each had its last turn, counted; kept while somebody waits."""
        self._turns = 0

    @contextlib.asynccontextmanager
    async def turn(
        self, whose: str, said: str = "Too many of these wait: try again in a moment", *, begun: bool = False
    ) -> AsyncIterator[None]:
        """Inside while it lasts. ``begun``: a part of what had a turn before, which waits however many do. Raises:
        TooMany with what is ``said``, where as many of this one wait as may."""
        await self._enter(whose, said, begun)
        try:
            yield
        finally:
            self._leave(whose)

    def waiting(self, whose: str) -> int:
        return len(self._waiting.get(whose, ()))

    async def _enter(self, whose: str, said: str, begun: bool) -> None:
        if self._room_for(whose):
            self._has_turn(whose)
            return
        if not begun and self._waiting_max is not None and self.waiting(whose) >= self._waiting_max:
            raise TooMany(said, retry_after_s=_AGAIN_S)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(whose)  # it was let in at the moment in which it gave up
            else:
                self._give_up(whose, turn)
            raise

    def _room_for(self, whose: str) -> bool:
        """Whoever waits has no room: whenever there is some, the next is let in at once."""
        return self._inside.total() < self._most and self._inside[whose] < self._each

    def _give_up(self, whose: str, turn: asyncio.Future[None]) -> None:
        line = self._waiting.get(whose)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._waiting[whose]

    def _leave(self, whose: str) -> None:
        self._inside[whose] -= 1
        if not self._inside[whose]:
            del self._inside[whose]
        while (following := self._next()) is not None:
            self._let_in(following)
        if not self._waiting:
            self._served = {one: at for one, at in self._served.items() if self._inside[one]}

    def _next(self) -> str | None:
        """Whose last turn is longest ago, or who had none."""
        return min(filter(self._room_for, self._waiting), key=lambda one: self._served.get(one, 0), default=None)

    def _let_in(self, whose: str) -> None:
        line = self._waiting[whose]
        turn = line.popleft()
        if not line:
            del self._waiting[whose]
        if not turn.done():
            self._has_turn(whose)
            turn.set_result(None)

    def _has_turn(self, whose: str) -> None:
        self._inside[whose] += 1
        self._turns += 1
        self._served[whose] = self._turns
