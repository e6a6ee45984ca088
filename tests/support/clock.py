"""A clock that stands still until the test moves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from call24.kit.clock import whole_ms
from call24.kit.uptime import Uptime


class Timer:
    def __init__(self, at: datetime, fn: Callable[[], object]) -> None:
        self.at = at
        self.fn = fn
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class StillClock:
    """Starts at the present, because certificates and files are compared with it elsewhere too."""

    def __init__(self, at: datetime | None = None) -> None:
        self._now = whole_ms(at or datetime.now(UTC))
        self._timers: list[Timer] = []
        self._set = timedelta()
        self.boot = "one"

    def now(self) -> datetime:
        return self._now

    def wall(self) -> datetime:
        return self._now

    def uptime(self) -> Uptime:
        return Uptime(self.boot, (self._now - self._set).timestamp())

    def call_later(self, seconds: float, fn: Callable[[], object]) -> Timer:
        timer = Timer(self._now + timedelta(seconds=seconds), fn)
        self._timers.append(timer)
        return timer

    def advance(self, **by: float) -> None:
        """Move on by a timedelta's arguments; timers that come due run in their order, at their own instant."""
        until = self._now + timedelta(**by)
        while due := [timer for timer in self._timers if not timer.cancelled and timer.at <= until]:
            timer = min(due, key=lambda one: one.at)
            self._timers.remove(timer)
            self._now = max(self._now, timer.at)
            timer.fn()
        self._now = whole_ms(until)

    def set(self, **by: float) -> None:
        """It is set to another time; timers take as long as they would have."""
        off = timedelta(**by)
        self._now += off
        self._set += off
        for timer in self._timers:
            timer.at += off

    @property
    def pending(self) -> int:
        """How many timers are set."""
        return sum(1 for timer in self._timers if not timer.cancelled)


def this_evening() -> datetime:
    """Today at 20:00 UTC: the next midnight comes before a session that is not used expires, whenever the test runs."""
    return datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0)


START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class VirtualClock(StillClock):
    """For code with tasks: what one timer sets off is over before time goes on."""

    def __init__(self, at: datetime = START) -> None:
        super().__init__(at)

    async def run(self, seconds: float) -> None:
        await settle()
        until = self._now + timedelta(seconds=seconds)
        while due := [timer.at for timer in self._timers if not timer.cancelled and timer.at <= until]:
            self.advance(seconds=max(0.0, (min(due) - self._now).total_seconds()))
            await settle()
        self._now = whole_ms(until)


async def settle() -> None:
    """Until every task waits for something from outside this event loop. Without I/O this takes no real time."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # asyncio has no public question for it
    for _ in range(100_000):
        await asyncio.sleep(0)
        if not ready:
            return
    raise AssertionError("the event loop never comes to rest")
