"""Time and chance of a simulation: an event loop whose time is counted, ids and numbers that follow from the seed.

Nothing here waits: when every task waits, time jumps to the next timer. The wall clock can be set to another time, as
people and NTP do; timers do not care, as the monotonic clock of a machine does not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar

from call24.kit import ids
from call24.kit.clock import whole_ms
from call24.kit.uptime import Uptime

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY_S = 220.0
T = TypeVar("T")


class NobodyMoves(Exception):
    """Every task waits, and no timer is set."""


class _Waiting:
    """In place of the selector: to wait for the network is to let time pass."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise NobodyMoves
        if timeout > 0:  # to the timer's very instant: sums of waits would differ in their last bits
            self._loop.passed = max(self._loop.passed, self._loop._scheduled[0]._when)  # type: ignore[attr-defined]
        return []

    def close(self) -> None:
        pass


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs its timers at their times; between two of them no time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0
        self._selector = _Waiting(self)
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self.passed

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


class World:
    """One seed's time and chance. ``trace``: what happened, for who reads it."""

    def __init__(self, seed: int | str, *, traced: bool = False) -> None:
        self.seed = seed
        self.loop = VirtualLoop()
        self.step = timedelta()
        self.traced = traced
        self.trace: list[str] = []

    def random(self, purpose: str) -> Random:
        """A stream of its own for each purpose, so that one more number drawn here changes nothing there."""
        return Random(f"{self.seed}/{purpose}")

    def now(self) -> datetime:
        return whole_ms(START + self.step + timedelta(seconds=self.loop.passed))

    def after(self, seconds: float, fn: Callable[[], object]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, fn)

    def say(self, what: str) -> None:
        if self.traced:
            self.trace.append(f"{self.loop.passed:9.3f} {what}")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        asyncio.set_event_loop(self.loop)
        try:
            with self._ids():
                return self.loop.run_until_complete(work)
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()

    @contextlib.contextmanager
    def _ids(self) -> Iterator[None]:
        """New ids come from the seed and from virtual time."""
        chance = self.random("ids")
        before = ids.os, ids.datetime
        ids.os = SimpleNamespace(urandom=lambda count: chance.getrandbits(8 * count).to_bytes(count, "big"))  # type: ignore[assignment]
        ids.datetime = SimpleNamespace(now=lambda _zone: self.now())  # type: ignore[assignment,misc]
        try:
            yield
        finally:
            ids.os, ids.datetime = before  # type: ignore[misc]


class ProcessClock:
    """The clock of one life of Call24: with its process its timers are gone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.dead = False

    def now(self) -> datetime:
        return self._world.now()

    def wall(self) -> datetime:
        return self._world.now()

    def uptime(self) -> Uptime:
        return Uptime("one", self._world.now().timestamp())

    def call_later(self, seconds: float, fn: Callable[[], object]) -> asyncio.TimerHandle:
        return self._world.loop.call_later(seconds, self._fire, fn)

    def _fire(self, fn: Callable[[], object]) -> None:
        if not self.dead:
            fn()
