"""Who is let in: counts connections by address and in all, and remembers who registered and who only tries.

It decides; it opens and closes nothing, and is told the time.

Places of unauthenticated clients are shared by what is left: who has many already gets another only while many are
free, so that some addresses cannot take them all. Addresses where phones registered have places of their own. Of IPv6 a
/64 is one address, and a /48 has as much as a few of them.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from call24.sip_edge.limits import (
    ADDRESSES_MAX,
    BANNED_S,
    BROKEN,
    KNOWN_S,
    STRIKES,
    STRIKES_WITHIN_S,
    WIDE,
    ConnectionLimits,
    wider,
)

SHARE = 16
"""An address may have this part of the places that are free."""

ORGANISATIONS_AT_LEAST = 2
"""So many share the registered places, so one organisation has half of them at most."""


class Verdict(Enum):
    ADMIT = "admit"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass
class _Strikes:
    since: float
    count: int = 0
    banned_until: float = 0.0


class Tally(Counter[str]):
    """Connections by sender, with their sum, and of IPv6 by /48 too."""

    def __init__(self) -> None:
        super().__init__()
        self.all = 0
        self.wide: Counter[str] = Counter()

    def more(self, sender: str) -> None:
        self[sender] += 1
        self.all += 1
        if (network := wider(sender)) is not None:
            self.wide[network] += 1

    def less(self, sender: str) -> None:
        _less(self, sender)
        self.all -= 1
        if (network := wider(sender)) is not None:
            _less(self.wide, network)


@dataclass
class PhoneAdmission:
    limits: ConnectionLimits
    strangers: Tally = field(default_factory=Tally)
    """Connections that are admitted and not registered, by sender."""
    waiting: Tally = field(default_factory=Tally)
    registered: Counter[str] = field(default_factory=Counter)
    organisations: Counter[bytes] = field(default_factory=Counter)
    """The registered once more, by their organisation."""
    refused: int = 0
    known_in: int = 0
    """Of the unauthenticated connections, those that took a place of the known."""
    _known: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _strikes: OrderedDict[str, _Strikes] = field(default_factory=OrderedDict)

    def ask(self, sender: str, now: float, *, waits: bool = False) -> Verdict:
        """What becomes of a connection that has come, or (`waits`) of one that waits already."""
        if self.banned(sender, now):
            return self._refuse()
        if self._has_place(sender, now):
            return Verdict.ADMIT
        if waits:
            return Verdict.WAIT
        return Verdict.WAIT if self._may_wait(sender) else self._refuse()

    def admit(self, sender: str, now: float) -> bool:
        """Takes a place; gives whether it was one of the known, for `leave` and `register`."""
        self.strangers.more(sender)
        known = self.known(sender, now) and self._free_known() > 0
        self.known_in += known
        return known

    def leave(self, sender: str, known: bool) -> None:
        """A place is free: it ended, or is registered."""
        self.strangers.less(sender)
        self.known_in -= known

    def register(self, sender: str, known: bool, now: float, organisation: bytes) -> bool:
        """From an unauthenticated place to a registered one; False: there is none, its own is free again all the
        same."""
        self.leave(sender, known)
        if not self._may_register(sender, organisation):
            return False
        self.registered[sender] += 1
        self.organisations[organisation] += 1
        self._known[sender] = now
        self._known.move_to_end(sender)
        _forget(self._known)
        self._strikes.pop(sender, None)
        return True

    def sign_off(self, sender: str, now: float, organisation: bytes) -> None:
        _less(self.registered, sender)
        _less(self.organisations, organisation)
        self._known[sender] = now

    def strike(self, sender: str, now: float, *, broken: bool = False) -> bool:
        """A connection ended without a registration, `broken`: before TLS was there; True: its address, or its /48, is
        banned from now on."""
        if self.known(sender, now):
            return False  # an office with one old phone among many
        weight = 1 if broken else BROKEN
        struck = self._struck(sender, weight, STRIKES, now)
        network = wider(sender)
        return (network is not None and self._struck(network, weight, STRIKES * WIDE, now)) or struck

    def _struck(self, who: str, weight: int, most: int, now: float) -> bool:
        found = self._strikes.get(who)
        if found is None or (now - found.since > STRIKES_WITHIN_S and found.banned_until <= now):
            found = self._strikes[who] = _Strikes(now)
        self._strikes.move_to_end(who)
        _forget(self._strikes)
        found.count += weight
        if found.count < most * BROKEN or found.banned_until > now:
            return False
        found.banned_until = now + BANNED_S
        return True

    def banned(self, sender: str, now: float) -> bool:
        if self._is_out(sender, now):
            return True
        network = wider(sender)
        return network is not None and self._is_out(network, now) and not self.known(sender, now)

    def _is_out(self, who: str, now: float) -> bool:
        found = self._strikes.get(who)
        return found is not None and found.banned_until > now

    def banned_for(self, now: float) -> dict[str, float]:
        """Who is banned, and for how many seconds more."""
        return {who: one.banned_until - now for who, one in self._strikes.items() if one.banned_until > now}

    def lift(self, who: str, now: float) -> bool:
        """Let an address, or a /48, in again with a clean sheet; whether it was banned."""
        was = self._is_out(who, now)
        self._strikes.pop(who, None)
        return was

    def bans(self, now: float) -> int:
        return sum(one.banned_until > now for one in self._strikes.values())

    def known(self, sender: str, now: float) -> bool:
        return self.registered[sender] > 0 or now - self._known.get(sender, -KNOWN_S) < KNOWN_S

    def full(self) -> bool:
        """Whether there is no place for anybody who is not known."""
        return self._free() <= 0

    def _has_place(self, sender: str, now: float) -> bool:
        has = self.strangers[sender]
        if self.known(sender, now) and self._free_known() > 0:
            return has < self.limits.strangers_each + self.registered[sender]
        free = self._free()
        most = min(self.limits.strangers_each, max(1, free // SHARE))
        return free > 0 and has < most and self._wide(self.strangers, sender) < most * WIDE

    def _may_wait(self, sender: str) -> bool:
        free = self.limits.waiting - self.waiting.all
        most = self.limits.waiting_each
        return self.waiting[sender] < min(most, free // 2) and self._wide(self.waiting, sender) < most * WIDE

    def _wide(self, counted: Tally, sender: str) -> int:
        network = wider(sender)
        return 0 if network is None else counted.wide[network]

    def _free(self) -> int:
        return self.limits.strangers - (self.strangers.all - self.known_in)

    def _may_register(self, sender: str, organisation: bytes) -> bool:
        most = self.limits.registered
        return (
            self.registered.total() < most
            and self.registered[sender] < self.limits.registered_each
            and self.organisations[organisation] < most // ORGANISATIONS_AT_LEAST
        )

    def _free_known(self) -> int:
        return self.limits.known - self.known_in

    def _refuse(self) -> Verdict:
        self.refused += 1
        return Verdict.REFUSE


def _less(counts: Counter[Any], one: Any) -> None:
    counts[one] -= 1
    if counts[one] <= 0:
        del counts[one]


def _forget(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > ADDRESSES_MAX:
        kept.popitem(last=False)
