"""Time as a part that can be replaced: tests and replays use a virtual clock.

All our times are aware UTC instants of whole milliseconds, because that is what MongoDB keeps: a time that was stored
and read again equals the one that was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from call24.kit.uptime import Uptime, boot_id, since_boot


class TimerHandle(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant: aware UTC, whole milliseconds."""
        ...

    def wall(self) -> datetime:
        """What the machine's clock says, for those outside who compare it with theirs; it may jump, `now` does not."""
        ...

    def uptime(self) -> Uptime:
        """How long the machine has run, which is independent of both."""
        ...

    def call_later(self, seconds: float, fn: Callable[[], object]) -> TimerHandle:
        """Call `fn` once after `seconds` unless cancelled."""
        ...


class SystemClock:
    """The machine's clock, and the running event loop's timers."""

    def now(self) -> datetime:
        return whole_ms(datetime.now(UTC))

    def wall(self) -> datetime:
        return self.now()

    def uptime(self) -> Uptime:
        return Uptime(boot_id(), since_boot())

    def call_later(self, seconds: float, fn: Callable[[], object]) -> TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, fn)


def whole_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
