"""Slows down guessing: how often something was tried, per account, per address, for both together, per organisation.

An address stands for its network (kit/addresses.py). Who has signed in to an account from a device or an address before
is counted by that device or address alone, so that others' guesses do not keep them out.

Attempts are counted when they begin (so that many at once count too) and forgiven when they succeed. In memory: a
restart forgets them, which costs an attacker's victim nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from call24.kit.addresses import network_of
from call24.kit.errors import TooMany
from call24.kit.ids import TenantId

_KEYS_MAX = 20_000


@dataclass(frozen=True)
class Limits:
    """How many attempts are let through within `window`. `per_pair`: of one account from one address.

    None: not counted, where it is strangers who say which account it is, and would keep others out by it.
    """

    window: timedelta
    per_pair: int | None
    per_account: int | None
    per_address: int


SIGNING_IN = Limits(window=timedelta(seconds=60), per_pair=5, per_account=20, per_address=60)
KNOWN = Limits(window=timedelta(seconds=60), per_pair=10, per_account=1000, per_address=60)
"""From where somebody has signed in to this account before; a device is a place of its own."""
PER_ORGANISATION = 300


class Attempts:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._begun: dict[str, deque[datetime]] = {}

    def begin(self, account: str, address: str, now: datetime) -> None:
        """Raises: TooMany, with the seconds after which trying again makes sense."""
        keys = self._keys(account, address)
        waits = [self._wait(key, limit, now) for key, limit in keys]
        if any(waits):
            raise TooMany("Too many attempts. Wait a moment and try again.", retry_after_s=max(waits))
        for key, _ in keys:
            self._begun.setdefault(key, deque()).append(now)
        while len(self._begun) > _KEYS_MAX:
            self._begun.pop(next(iter(self._begun)))

    def forgive(self, account: str, address: str) -> None:
        """The attempt succeeded: it and the failures of this pair do not count."""
        for key, _ in self._keys(account, address):
            times = self._begun.get(key)
            if times:
                times.pop()
        self._begun.pop(f"{account}\n{network_of(address)}", None)

    def _keys(self, account: str, address: str) -> tuple[tuple[str, int], ...]:
        limits, address = self._limits, network_of(address)
        keys = (
            (f"{account}\n{address}", limits.per_pair),
            (f"{account}\n", limits.per_account),
            (f"\n{address}", limits.per_address),
        )
        return tuple((key, limit) for key, limit in keys if limit is not None)

    def _wait(self, key: str, limit: int, now: datetime) -> int:
        times = self._begun.get(key)
        if times is None:
            return 0
        while times and now - times[0] >= self._limits.window:
            times.popleft()
        if not times:
            del self._begun[key]
            return 0
        if len(times) < limit:
            return 0
        return max(1, int((self._limits.window - (now - times[0])).total_seconds()) + 1)


class OrganisationAttempts:
    """How often signing in to accounts of one organisation was tried, within the last minute."""

    def __init__(self) -> None:
        self._begun: dict[TenantId, deque[datetime]] = {}

    def within(self, tenant_id: TenantId, now: datetime) -> bool:
        """Counts an attempt; False when there were too many."""
        times = self._begun.setdefault(tenant_id, deque(maxlen=PER_ORGANISATION + 1))
        times.append(now)
        while now - times[0] >= SIGNING_IN.window:
            times.popleft()
        return len(times) <= PER_ORGANISATION

    def forgive(self, tenant_id: TenantId) -> None:
        if times := self._begun.get(tenant_id):
            times.pop()
