"""Who asks for SIP accounts that there are not is dropped for a while. It decides; the parent has the kernel do it.

Asterisk counts the requests of senders that it does not know, by address, and tells on asking: unlike a log, what it
tells holds nothing that the sender chose. Trunks and phones that registered are known to it; this machine and the
trunks' networks are never banned. Source: Asterisk 22, res_pjsip/pjsip_distributor.c (unidentified requests).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from call24.asterisk.control import told_by
from call24.kit.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
REFUSED_MAX = 20
"""Requests that nobody answers for, of an address, before it is banned."""
FORGIVEN_S = 600.0
BANNED_S = 3600.0
SENDERS_MAX = 10_000
NEVER = ("127.0.0.0/8", "::1/128")
_ROW = re.compile(r"^\s*Request:\s+(\d+(?:\.\d+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f.:]*)\s+(\d+)\s+([0-9.]+)\s*$", re.MULTILINE)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Refusals:
    """Adds up what each address was refused: the counter that Asterisk tells is forgotten by it soon."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, float]] = {}  # as last told: how many, first seen when
        self._sums: dict[str, tuple[int, float]] = {}  # ours: how many, last grown when

    def note(self, told: Iterable[tuple[str, int, float]], now: float) -> list[str]:
        """`told`: address, count, age in s. Gives those that have just become too many."""
        before, self._last, over = self._last, {}, []
        for address, count, age_s in told:
            since = now - age_s
            known, began = before.get(address, (0, since))
            more = count - known if count >= known and abs(began - since) < 2 else count
            self._last[address] = (count, since)
            total, _ = self._sums.pop(address, (0, now))
            if more > 0:
                self._sums[address] = (total + more, now)
                if total < REFUSED_MAX <= total + more:
                    over.append(address)
            elif total:
                self._sums[address] = (total, now)
        for address in [one for one, (_, grown) in self._sums.items() if now - grown > FORGIVEN_S]:
            del self._sums[address]
        while len(self._sums) > SENDERS_MAX:
            del self._sums[next(iter(self._sums))]
        return over

    def forget(self, address: str) -> None:
        self._sums.pop(address, None)


class Scanners:
    """`banned`: the file that the parent reads; `carriers`: the trunks' networks, as they are now."""

    def __init__(
        self,
        socket: Path,
        banned: Path,
        carriers: Callable[[], Awaitable[Iterable[str]]],
        clock: Clock,
        never: Iterable[str] = NEVER,
    ) -> None:
        self._socket, self._file, self._carriers, self._clock = socket, banned, carriers, clock
        self._never = [ipaddress.ip_network(each) for each in never]
        self._refusals = Refusals()
        self._until: dict[str, int] = {}

    async def run(self) -> None:
        """For ever. A ban that was made before this server started goes on until it ends."""
        self._until = _kept(self._file)
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Once. Asterisk may be away: then nobody is banned."""
        try:
            said = await told_by(self._socket, "pjsip show unidentified_requests")
        except OSError:
            return
        now = self._clock.now().timestamp()
        too_many = self._refusals.note(rows(said), now)
        known = await self._known() if too_many else []
        new = [address for address in too_many if not belongs(address, known)]
        over = [address for address, until in self._until.items() if until <= now]
        if new or over:
            for address in over:
                del self._until[address]
                self._refusals.forget(address)
            self._until |= dict.fromkeys(new, int(now + BANNED_S))
            with contextlib.suppress(OSError):  # a full disk: they are dropped when the list can be written again
                self._write()
        if new:
            log.warning(
                "%d more that scan for SIP accounts are dropped for an hour: %d are", len(new), len(self._until)
            )

    async def _known(self) -> list[Network]:
        bare = (each.partition("%")[0] for each in await self._carriers())  # a link-local one names its interface
        return [*self._never, *(ipaddress.ip_network(each, strict=False) for each in bare)]

    def _write(self) -> None:
        part = self._file.with_name(f"{self._file.name}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.writelines(f"{until} {address}\n" for address, until in self._until.items())
        part.replace(self._file)


def belongs(address: str, known: Iterable[Network]) -> bool:
    """Whether a ban would meet one of these networks: of IPv6 all 64 bits of a network are dropped."""
    found = ipaddress.ip_network(f"{address}/{64 if ':' in address else 32}", strict=False)
    return any(each.version == found.version and each.overlaps(found) for each in known)


def rows(said: str) -> list[tuple[str, int, float]]:
    """Address, count, age in s."""
    return [(address, int(count), float(age)) for address, count, age in _ROW.findall(said)]


def _kept(file: Path) -> dict[str, int]:
    try:
        lines = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return {}
    return {line[1]: int(line[0]) for line in lines if len(line) == 2 and line[0].isdigit()}
