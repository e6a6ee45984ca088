"""The server's clock: it does not jump when the machine's is set, so that what is measured with it has its true length.

It goes on with the time since the machine began, from the wall time of its beginning; `follow` takes over the
machine's time again. When that may be is not decided here (server/clock_watch.py).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from call24.kit.clock import SystemClock, whole_ms
from call24.kit.uptime import Uptime, boot_id, since_boot

log = logging.getLogger(__name__)


def machine_time() -> datetime:
    return datetime.now(UTC)


class MonotonicClock(SystemClock):
    """``kept``: the file in which the next process of this machine finds the same time: its calls may be older."""

    def __init__(
        self,
        kept: Path | None = None,
        *,
        wall: Callable[[], datetime] = machine_time,
        passed: Callable[[], float] = since_boot,
    ) -> None:
        self._kept, self._wall, self._passed = kept, wall, passed
        self.followed: list[Callable[[], object]] = []
        """Told when the time was set: what was remembered with a time of before says nothing any more."""
        self._zero = self._found() or self._zero_of_wall()
        self._keep()

    def now(self) -> datetime:
        return whole_ms(self._zero + timedelta(seconds=self._passed()))

    def wall(self) -> datetime:
        return whole_ms(self._wall())

    def uptime(self) -> Uptime:
        return Uptime(boot_id(), self._passed())

    @property
    def behind(self) -> timedelta:
        """By how much the machine's clock is ahead of this one; negative where it was set back."""
        return self._zero_of_wall() - self._zero

    def creep(self, by: timedelta) -> None:
        """Take over a small part of a difference."""
        self._zero += by
        self._keep()

    def follow(self) -> None:
        """From now on by the machine's clock again: `now` jumps."""
        self._zero = self._zero_of_wall()
        self._keep()
        for told in self.followed:
            told()

    def _zero_of_wall(self) -> datetime:
        return self._wall() - timedelta(seconds=self._passed())

    def _found(self) -> datetime | None:
        if self._kept is None:
            return None
        try:
            kept = json.loads(self._kept.read_text())
            return datetime.fromisoformat(kept["zero"]).astimezone(UTC) if kept["boot"] == boot_id() else None
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return None

    def _keep(self) -> None:
        if self._kept is None:
            return
        fresh = self._kept.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"boot": boot_id(), "zero": self._zero.isoformat()}))
            fresh.replace(self._kept)
        except OSError as trouble:
            log.warning("the time could not be stored for the next start: %s", trouble)
