"""A clock that stands still until the test moves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from call24.kit.clock import whole_ms


class Timer:
    def __init__(self, at: datetime, fn: Callable[[], object]) -> None:
        self.at = at
        self.fn = fn
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class StillClock:
    """Starts at the present, because bearer tokens and certificates are compared with it elsewhere too."""

    def __init__(self, at: datetime | None = None) -> None:
        self._now = whole_ms(at or datetime.now(UTC))
        self._timers: list[Timer] = []

    def now(self) -> datetime:
        return self._now

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
