"""Slows down guessing: how often something was tried, per account, per address, for both together, per organisation.

An address stands for its network (kit/addresses.py). Who has signed in to an account from a device or an address before
is counted by that device or address alone, so that others' guesses do not keep them out.

Attempts are counted when they begin (so that many at once count too) and forgiven when they succeed. In memory: a
restart forgets them, which costs an attacker's victim nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from call24.kit.addresses import network_of
from call24.kit.errors import TooMany
from call24.kit.ids import TenantId
from call24.kit.rate_limit import SlidingWindow


@dataclass(frozen=True)
class Limits:
    """How many attempts are let through within `window`. `per_pair`: of one account from one address.

    None: not counted, where unauthenticated clients say which account it is, and would keep others out by it.
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
        self._begun = SlidingWindow(limits.window)

    def begin(self, account: str, address: str, now: datetime) -> None:
        """Raises: TooMany, with the seconds after which trying again makes sense."""
        keys = self._keys(account, address)
        waits = [self._begun.wait_s(key, limit, now) for key, limit in keys]
        if any(waits):
            raise TooMany("Too many attempts. Wait a moment and try again.", retry_after_s=max(waits))
        for key, _ in keys:
            self._begun.count(key, now)

    def forgive(self, account: str, address: str) -> None:
        """The attempt succeeded: it and the failures of this pair do not count."""
        for key, _ in self._keys(account, address):
            self._begun.take_back(key)
        self._begun.forget(f"{account}\n{network_of(address)}")

    def _keys(self, account: str, address: str) -> tuple[tuple[str, int], ...]:
        limits, address = self._limits, network_of(address)
        keys = (
            (f"{account}\n{address}", limits.per_pair),
            (f"{account}\n", limits.per_account),
            (f"\n{address}", limits.per_address),
        )
        return tuple((key, limit) for key, limit in keys if limit is not None)


class OrganisationAttempts:
    """How often signing in to accounts of one organisation was tried, within the last minute."""

    def __init__(self) -> None:
        self._begun = SlidingWindow(SIGNING_IN.window)

    def within(self, tenant_id: TenantId, now: datetime) -> bool:
        """Counts an attempt; False when there were too many."""
        self._begun.count(tenant_id, now, remembered=PER_ORGANISATION + 1)
        return self._begun.wait_s(tenant_id, PER_ORGANISATION + 1, now) == 0

    def forgive(self, tenant_id: TenantId) -> None:
        self._begun.take_back(tenant_id)
