"""Who is let in: counts connections by address and in all, and remembers who registered and who only tries.

It decides; it opens and closes nothing, and is told the time.

Places of strangers are shared by what is left: who has many already gets another only while many are free, so that some
addresses cannot take them all. Addresses where phones registered have places of their own.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from call24.sip_edge.limits import ADDRESSES_MAX, BANNED_S, KNOWN_S, STRIKES, STRIKES_WITHIN_S, Limits

SHARE = 16
"""An address may have this part of the places that are free."""

ORGANISATION = 2
"""Of the registered places one organisation has this part at most."""


class Verdict(Enum):
    ADMIT = "admit"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass
class _Strikes:
    since: float
    count: int = 0
    banned_until: float = 0.0


@dataclass
class Admission:
    limits: Limits
    strangers: Counter[str] = field(default_factory=Counter)
    """Connections that are admitted and not registered, by sender."""
    waiting: Counter[str] = field(default_factory=Counter)
    registered: Counter[str] = field(default_factory=Counter)
    organisations: Counter[bytes] = field(default_factory=Counter)
    """The registered once more, by their organisation."""
    refused: int = 0
    known_in: int = 0
    """Of the strangers' connections, those that took a place of the known."""
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
        free = self.limits.waiting - self.waiting.total()
        if self.waiting[sender] < min(self.limits.waiting_each, free // 2):
            return Verdict.WAIT
        return self._refuse()

    def admit(self, sender: str, now: float) -> bool:
        """Takes a place; gives whether it was one of the known, for `leave` and `register`."""
        self.strangers[sender] += 1
        known = self.known(sender, now) and self._free_known() > 0
        self.known_in += known
        return known

    def leave(self, sender: str, known: bool) -> None:
        """A place is free: it ended, or is registered."""
        _less(self.strangers, sender)
        self.known_in -= known

    def register(self, sender: str, known: bool, now: float, organisation: bytes) -> bool:
        """From a stranger's place to a registered one; False: there is none, its own is free again all the same."""
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

    def strike(self, sender: str, now: float) -> bool:
        """A connection ended without a registration; True: the address is banned from now on."""
        if self.known(sender, now):
            return False  # an office with one old phone among many
        found = self._strikes.get(sender)
        if found is None or (now - found.since > STRIKES_WITHIN_S and found.banned_until <= now):
            found = self._strikes[sender] = _Strikes(now)
        self._strikes.move_to_end(sender)
        _forget(self._strikes)
        found.count += 1
        if found.count < STRIKES or found.banned_until > now:
            return False
        found.banned_until = now + BANNED_S
        return True

    def banned(self, sender: str, now: float) -> bool:
        found = self._strikes.get(sender)
        return found is not None and found.banned_until > now

    def bans(self, now: float) -> int:
        return sum(one.banned_until > now for one in self._strikes.values())

    def known(self, sender: str, now: float) -> bool:
        return self.registered[sender] > 0 or now - self._known.get(sender, -KNOWN_S) < KNOWN_S

    def _has_place(self, sender: str, now: float) -> bool:
        has = self.strangers[sender]
        if self.known(sender, now) and self._free_known() > 0:
            return has < self.limits.strangers_each + self.registered[sender]
        free = self.limits.strangers - (self.strangers.total() - self.known_in)
        return free > 0 and has < min(self.limits.strangers_each, max(1, free // SHARE))

    def _may_register(self, sender: str, organisation: bytes) -> bool:
        most = self.limits.registered
        return (
            self.registered.total() < most
            and self.registered[sender] < self.limits.registered_each
            and self.organisations[organisation] < most // ORGANISATION
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
