"""Slows down guessing: how often signing in was tried, per account, per address, and for both together.

Attempts are counted when they begin (so that many at once count too) and forgiven when they succeed. In memory: a
restart forgets them, which costs an attacker's victim nothing.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from call24.kit.errors import TooMany

WINDOW = timedelta(seconds=60)
PER_PAIR, PER_ACCOUNT, PER_ADDRESS = 5, 20, 60
_KEYS_MAX = 20_000


class Attempts:
    def __init__(self) -> None:
        self._begun: dict[str, deque[datetime]] = {}

    def begin(self, account: str, address: str, now: datetime) -> None:
        """Raises: TooMany, with the seconds after which trying again makes sense."""
        limits = self._limits(account, address)
        waits = [self._wait(key, limit, now) for key, limit in limits]
        if any(waits):
            raise TooMany("Too many attempts. Wait a moment and try again.", retry_after_s=max(waits))
        for key, _ in limits:
            self._begun.setdefault(key, deque()).append(now)
        while len(self._begun) > _KEYS_MAX:
            self._begun.pop(next(iter(self._begun)))

    def forgive(self, account: str, address: str) -> None:
        """The attempt succeeded: it and the failures of this pair do not count."""
        for key, _ in self._limits(account, address):
            times = self._begun.get(key)
            if times:
                times.pop()
        self._begun.pop(f"{account}\n{address}", None)

    @staticmethod
    def _limits(account: str, address: str) -> tuple[tuple[str, int], ...]:
        return (f"{account}\n{address}", PER_PAIR), (f"{account}\n", PER_ACCOUNT), (f"\n{address}", PER_ADDRESS)

    def _wait(self, key: str, limit: int, now: datetime) -> int:
        times = self._begun.get(key)
        if times is None:
            return 0
        while times and now - times[0] >= WINDOW:
            times.popleft()
        if not times:
            del self._begun[key]
            return 0
        if len(times) < limit:
            return 0
        return max(1, int((WINDOW - (now - times[0])).total_seconds()) + 1)
