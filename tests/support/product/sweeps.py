"""When the sweeper of a composed server runs: when a test wants it, and seldom otherwise.

A sweep takes 0.3 s of CPU: one a second would keep the server from what the test waits for. What a sweep does, and that
the server runs it, is the product's: only its pauses are changed.
"""

from __future__ import annotations

import asyncio
import contextlib

from call24.privacy.model import SweepReceipt
from call24.privacy.service import Sweeper

EVERY_S = 5.0
"""Of a sweeper that nobody asked; a test that waits for a sweep asks for it."""
AGAIN_S = 0.1
"""After a sweep that was postponed, while somebody waits for a whole one."""
PATIENCE_S = 30.0


class Sweeps:
    """Of one server, in its loop."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._asked: list[asyncio.Future[None]] = []
        """Who waits for a run that has not begun."""
        self._answered: list[asyncio.Future[None]] = []
        """Who is answered by the run that is under way, if it comes to its end."""
        self._whole = False
        """Whether the run that is just over has looked at all."""
        self._runs_in: asyncio.Task[object] | None = None

    def pace(self, sweeper: Sweeper) -> None:
        """What a test sweeps itself (`sweeper.sweep()`) answers nobody who waits for a run, which may be postponed."""
        own = sweeper.sweep

        async def sweep() -> SweepReceipt | None:
            before = sweeper.swept_at
            try:
                return await own()
            finally:
                if asyncio.current_task() is self._runs_in:
                    self._whole = sweeper.swept_at != before

        async def rest() -> None:
            self._runs_in = asyncio.current_task()
            await self._rest()

        sweeper.sweep = sweep  # type: ignore[method-assign]
        sweeper.rest = rest  # type: ignore[method-assign]

    def soon(self) -> None:
        """The next run begins at once, or after the one that is under way."""
        self._wanted.set()

    async def whole(self) -> None:
        """Until a run that began after this was called has looked at all that is due.

        Raises: AssertionError when there is none, as while sources of time disagree.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked.append(done)
        self.soon()
        finished, _ = await asyncio.wait([done], timeout=PATIENCE_S)
        assert finished, f"no whole sweep within {PATIENCE_S:g} s"

    async def _rest(self) -> None:
        if self._whole:
            self._whole = False
            for done in self._answered:
                done.set_result(None)
            self._answered = []
        every_s = AGAIN_S if self._answered else EVERY_S
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(every_s):
                await self._wanted.wait()
        self._wanted.clear()
        self._answered += self._asked
        self._asked = []
