"""Who misbehaves inside a trunk's range is unknown again for an hour, and the carrier in the same range is not met.

An address of a range that asks for numbers which are not there, again and again, is taken out of the range: it is
challenged as unknown addresses are, but never dropped (scanners.py). Over UDP a sender can be forged, so this must not
cut a carrier off: an address that a trunk names by itself is never taken out, nor one from which a call got in within
30 days, nor more than an eighth of a range. It does not decide what is refused. Pure, but for its file.
"""

from __future__ import annotations

import ipaddress
import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from call24.kit.clock import Clock

log = logging.getLogger(__name__)

REFUSED_MAX = 20
"""Refused calls of an address within FORGIVEN_S after the last, before it is taken out."""
FORGIVEN_S = 600.0
OUT_S = 3600.0
HONEST_S = timedelta(days=30).total_seconds()
HONEST_MAX = SENDERS_MAX = 10_000
SHARE = 8
"""Of a range, one in so many addresses may be out at the same time."""
OUT_OF_RANGE_MAX = 32
OUT_MAX = 200
SAVE_EVERY_S = 60.0

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NetworksOf = Callable[[str], Iterable[Network]]


class Ranges:
    """`networks_of`: the trunks' networks that an address is in; `file` keeps from where calls got in."""

    def __init__(self, file: Path, networks_of: NetworksOf, clock: Clock) -> None:
        self._file, self._networks_of, self._clock = file, networks_of, clock
        self._honest: OrderedDict[str, int] = OrderedDict()
        self._refused: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self.out: dict[str, int] = {}
        """Address -> until when."""
        self._saved_at = 0.0
        self._to_save = False

    def load(self) -> None:
        """What an earlier server kept."""
        try:
            rows = [line.split() for line in self._file.read_text().splitlines()]
        except OSError:
            return
        self._honest = OrderedDict((row[1], int(row[0])) for row in rows if len(row) == 2 and row[0].isdigit())

    def got_in(self, address: str) -> None:
        """A call from there was for a number of one of its trunks."""
        now = int(self._now())
        if now - self._honest.get(address, 0) > SAVE_EVERY_S:
            self._to_save = True
        self._honest[address] = now
        self._honest.move_to_end(address)
        while len(self._honest) > HONEST_MAX:
            self._honest.popitem(last=False)

    def refused(self, address: str) -> None:
        """A call from there was for a number that is not there, or is not of one of its trunks."""
        now = self._now()
        count, last = self._refused.pop(address, (0, now))
        count = 1 if now - last > FORGIVEN_S else count + 1
        self._refused[address] = (count, now)
        while len(self._refused) > SENDERS_MAX:
            self._refused.popitem(last=False)
        if count == REFUSED_MAX and self._may_go_out(address, now):
            self.out[address] = int(now + OUT_S)
            log.warning(
                "%s, in a trunk's address range, called %d unknown numbers: its requests must now authenticate",
                address,
                count,
            )

    def over(self) -> bool:
        """Let in again whose time is over; whether there was one."""
        now = self._now()
        gone = [address for address, until in self.out.items() if until <= now]
        for address in gone:
            self.lift(address)
        return bool(gone)

    def lift(self, address: str) -> bool:
        self._refused.pop(address, None)
        return self.out.pop(address, None) is not None

    def save(self) -> None:
        """Now and then, what is new. Raises: OSError."""
        now = self._now()
        oldest = next(iter(self._honest.values()), int(now))
        if not (self._to_save or now - oldest >= HONEST_S) or now - self._saved_at < SAVE_EVERY_S:
            return
        self._to_save, self._saved_at = False, now
        self._forget(now)
        part = self._file.with_name(f"{self._file.name}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.writelines(f"{at} {address}\n" for address, at in self._honest.items())
        part.replace(self._file)

    def _forget(self, now: float) -> None:
        """From where nobody came for 30 days: it says nothing any more."""
        self._honest = OrderedDict((one, at) for one, at in self._honest.items() if now - at < HONEST_S)

    def _may_go_out(self, address: str, now: float) -> bool:
        if now - self._honest.get(address, 0) < HONEST_S or len(self.out) >= OUT_MAX:
            return False
        networks = list(self._networks_of(address))
        if not networks:
            return False  # it came by a registration's line, or its trunk has just gone
        return all(self._has_room(network) for network in networks)

    def _has_room(self, network: Network) -> bool:
        already = sum(1 for each in self.out if ipaddress.ip_address(each) in network)
        return already < min(network.num_addresses // SHARE, OUT_OF_RANGE_MAX)

    def _now(self) -> float:
        return self._clock.now().timestamp()
