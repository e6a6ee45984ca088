"""How often something was done within a window of time, counted for each key (an account, an address, a token).

``SlidingWindow`` remembers each instant: exact, for limits up to a few hundred. ``FixedWindow`` keeps one number for
each key and begins again when its window is over: for limits of thousands. Both are in memory and bounded: a restart
forgets them. They count; what the limit is, and what is answered above it, is the caller's.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

KEYS_MAX = 20_000
"""Of each counter. Beyond it the key that is oldest (fixed: used longest ago) is forgotten."""


class SlidingWindow:
    def __init__(self, window: timedelta, keys_max: int = KEYS_MAX) -> None:
        self._window = window
        self._keys_max = keys_max
        self._counted: dict[str, deque[datetime]] = {}

    def __len__(self) -> int:
        return len(self._counted)

    def count(self, key: str, now: datetime, remembered: int | None = None) -> None:
        """``remembered``: of this key no more than so many, the newest."""
        times = self._counted.setdefault(key, deque(maxlen=remembered))
        times.append(now)
        while len(self._counted) > self._keys_max:
            self._counted.pop(next(iter(self._counted)))

    def wait_s(self, key: str, most: int, now: datetime) -> int:
        """0: fewer than ``most`` within the window. Else the seconds until that is so again, 1 at least."""
        times = self._counted.get(key)
        if times is None:
            return 0
        while times and now - times[0] >= self._window:
            times.popleft()
        if not times:
            del self._counted[key]
            return 0
        if len(times) < most:
            return 0
        return max(1, int((self._window - (now - times[0])).total_seconds()) + 1)

    def take_back(self, key: str) -> None:
        """The newest one does not count."""
        if times := self._counted.get(key):
            times.pop()

    def forget(self, key: str) -> None:
        self._counted.pop(key, None)


@dataclass
class Used:
    """``since``: when its window began, in seconds of the counter's clock."""

    since: float
    count: int = 0


class FixedWindow:
    """``now``: seconds of a clock that never goes back."""

    def __init__(self, window_s: float, now: Callable[[], float], keys_max: int = KEYS_MAX) -> None:
        self._window_s = window_s
        self._now = now
        self._keys_max = keys_max
        self._kept: OrderedDict[str, Used] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def of(self, key: str) -> Used:
        """What was used in the window that goes on; the caller counts there."""
        now = self._now()
        used = self._kept.get(key)
        if used is None or now - used.since >= self._window_s:
            used = self._kept[key] = Used(now)
        self._kept.move_to_end(key)
        while len(self._kept) > self._keys_max:
            self._kept.popitem(last=False)
        return used

    def left_s(self, used: Used) -> int:
        """Seconds until its window is over, 1 at least."""
        return max(1, round(used.since + self._window_s - self._now()))

    def forget(self, key: str) -> None:
        self._kept.pop(key, None)
