"""Who asks for SIP accounts that there are not is dropped for a while. It decides; the parent has the kernel do it.

Asterisk counts the requests of senders that it does not know, by address, and tells on asking: unlike a log, what it
tells holds nothing that the sender chose. Trunks and phones that registered are known to it; this machine and the
trunks' networks are never banned, nor who misbehaves in a trunk's range: it is challenged (ranges.py).
Source: Asterisk 22, res_pjsip/pjsip_distributor.c (unidentified requests).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from call24.asterisk.cli import told_by
from call24.asterisk.ranges import Ranges
from call24.kit.addresses import network_of
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import derived_id
from call24.kit.own_addresses import own_addresses
from call24.kit.package import COMMAND
from call24.pbx.far_files import FarConsole, File, ahead_of, put_lines, text_of

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
REFUSED_MAX = 20
"""Requests that nobody answers for, of an address, before it is banned."""
FORGIVEN_S = 600.0
BANNED_S = 3600.0
SENDERS_MAX = 10_000
BANS_MAX = 10_000
"""Beyond them the ban that ends first ends now. The kernel drops the 500 that last longest."""
UNIDENTIFIED = "pjsip show unidentified_requests"
LOOPBACK = ("127.0.0.0/8", "::1/128")
TOLD_MAX = 5
"""Addresses that the log names at a time."""
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


class Ban(msgspec.Struct, frozen=True, kw_only=True):
    """`challenged`: out of a trunk's range, and asked for a password; `dropped`: nothing of it is heard."""

    address: str
    until: int
    state: Literal["challenged", "dropped"]

    @property
    def id(self) -> str:
        """The same for the same address, and no address in an URL."""
        return derived_id("ban", self.address)


class Scanners:
    """`socket`: of Asterisk's command line; `banned`: the file that Asterisk's parent reads; `carriers`: the trunks'
    networks, as they are now; `ranges`: who of them misbehaves; `exclude` has Asterisk take these for unknown
    addresses; `never`: networks that no ban meets; `connecting`: the file that tells the parent who may connect by TCP,
    which are the carriers and Asterisk's machine."""

    def __init__(
        self,
        socket: Path | FarConsole,
        banned: File,
        carriers: Callable[[], Awaitable[Iterable[str]]],
        clock: Clock,
        *,
        ranges: Ranges | None = None,
        connecting: File | None = None,
        exclude: Callable[[Iterable[str]], Awaitable[None]] | None = None,
        never: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self._never = never or (lambda: (*LOOPBACK, *self._own()))
        self._socket, self._file, self._carriers, self._clock = socket, banned, carriers, clock
        self._ranges, self._exclude, self._connecting = ranges, exclude, connecting
        self._written: list[str] = []
        self._to_write = self._is_read = False
        self._said: dict[str, str] = {}
        """Of each file, by its name, what went wrong last."""
        self._refusals = Refusals()
        self._until: dict[str, int] = {}
        self._excluded: frozenset[str] = frozenset()

    async def run(self) -> None:
        """For ever. A ban that was made before this server started goes on until it ends."""
        while (kept := await self._kept()) is None:  # noqa: ASYNC110 - it is the attempt that is waited for
            await asyncio.sleep(LOOK_EVERY_S)
        self._until, self._is_read = kept, True
        if self._ranges is not None:
            self._ranges.load()
        while True:
            await self.look()
            await self._tell_who_connects()
            await self._look_at_ranges()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _tell_who_connects(self) -> None:
        if self._connecting is None:
            return
        wanted = sorted({*await self._carriers(), *self._own()})
        if wanted != self._written and await self._replaced(self._connecting, wanted):
            self._written = wanted

    async def _kept(self) -> dict[str, int] | None:
        """None: it is not known now."""
        try:
            lines = [line.split() for line in (await text_of(self._file) or "").splitlines()]
        except Unavailable:
            return None
        except OSError as trouble:
            self._say(str(self._file), trouble)
            return None
        ahead = ahead_of(self._file)
        return {line[1]: int(line[0]) - ahead for line in lines if len(line) == 2 and line[0].isdigit()}

    def pbx_connected(self) -> None:
        """Its host may have lost what was written."""
        self._written = []
        self._to_write = self._to_write or self._is_read or bool(self._until)

    def _own(self) -> Iterable[str]:
        """Addresses of Asterisk's machine."""
        return own_addresses() if isinstance(self._socket, Path) else self._socket.own

    async def _unidentified(self) -> str:
        """Raises: OSError, Unavailable."""
        if isinstance(self._socket, Path):
            return await told_by(self._socket, UNIDENTIFIED)
        return await self._socket.unidentified()

    async def look(self) -> None:
        """Once. Asterisk may be away: then nobody is banned."""
        try:
            said = await self._unidentified()
        except (OSError, Unavailable):
            return
        now = self._clock.now().timestamp()
        too_many = self._refusals.note(rows(said), now)
        new = await self._bannable(too_many) if too_many else []
        over = [address for address, until in self._until.items() if until <= now]
        if new or over:
            for address in over:
                del self._until[address]
                self._refusals.forget(address)
            self._until |= dict.fromkeys(new, int(now + BANNED_S))
            while len(self._until) > BANS_MAX:
                del self._until[next(iter(self._until))]
            self._to_write = True
        await self._write()
        for address in new[:TOLD_MAX]:
            log.warning(
                "%s is banned for an hour: it sent %d SIP requests that match no account or trunk (%s; "
                "`%s bans` lists bans and lifts them, and so does adding a trunk with this address)",
                address, REFUSED_MAX, self._file, COMMAND,
            )  # fmt: skip
        if (more := len(new) - TOLD_MAX) > 0:
            log.warning(
                "%d more addresses are banned for an hour; %d bans are in %s", more, len(self._until), self._file
            )

    def bans(self) -> list[Ban]:
        """Those that go on, the one that ends first before the others."""
        out = self._ranges.out if self._ranges is not None else {}
        found = [Ban(address=address, until=until, state="dropped") for address, until in self._until.items()]
        found += [
            Ban(address=one, until=until, state="challenged") for one, until in out.items() if one not in self._until
        ]
        return sorted(found, key=lambda ban: (ban.until, ban.address))

    async def lift(self, addresses: Iterable[str]) -> int:
        """Let these in again, with a clean sheet; how many of them were banned."""
        lifted = 0
        for address in list(addresses):
            self._refusals.forget(address)
            out = self._ranges is not None and self._ranges.lift(address)
            lifted += int((self._until.pop(address, None) is not None) or out)
        if lifted:
            log.info("%d bans were lifted", lifted)
            self._to_write = True
            await self._write()
            await self._look_at_ranges()
        return lifted

    async def lift_within(self, networks: Iterable[str]) -> int:
        """Of a trunk that is new or changed: who rang too early, or in a range whose owner means it, is let in."""
        known = _networks(networks)
        return await self.lift([ban.address for ban in self.bans() if belongs(ban.address, known)])

    async def _bannable(self, addresses: list[str]) -> list[str]:
        """Who is out of a trunk's range stays challenged: a sender can be forged, and be a carrier's spare gateway."""
        known = _networks([*await self._carriers(), *self._never()])
        fresh = {network_of(one): one for one in addresses if not belongs(one, known)}
        for address in self._until if fresh else ():
            fresh.pop(network_of(address), None)
        return list(fresh.values())

    async def _look_at_ranges(self) -> None:
        """Asterisk is told only of a change."""
        if self._ranges is None or self._exclude is None:
            return
        self._ranges.over()
        with contextlib.suppress(OSError):
            self._ranges.save()
        if (wanted := frozenset(self._ranges.out)) != self._excluded:
            self._excluded = wanted
            await self._exclude(wanted)

    async def _write(self) -> None:
        """On a full disk, or while the PBX is away, they are dropped, or let in, when it can be written again."""
        if self._to_write:
            self._to_write = False  # a change that comes meanwhile is written after this one
            ahead = ahead_of(self._file)
            lines = [f"{until + ahead} {address}" for address, until in self._until.items()]
            self._to_write = not await self._replaced(self._file, lines) or self._to_write

    async def _replaced(self, file: File, lines: Iterable[str]) -> bool:
        """Whether the file has these lines now. What is wrong is said once; that the PBX is away is said elsewhere."""
        try:
            await put_lines(file, lines)
        except Unavailable:
            return False
        except OSError as trouble:
            self._say(str(file), trouble)
            return False
        self._said.pop(str(file), None)
        return True

    def _say(self, place: str, trouble: OSError) -> None:
        if self._said.get(place) != str(trouble):
            self._said[place] = str(trouble)
            log.error(
                "who is banned, or may connect by TCP, is not in force: %s: %s. It is tried again. Check the disk, and "
                "that a PBX on a host of its own runs the version of this server",
                place, trouble,
            )  # fmt: skip


def _networks(texts: Iterable[str]) -> list[Network]:
    """A link-local address names its interface, which is no part of it."""
    return [ipaddress.ip_network(each.partition("%")[0], strict=False) for each in texts]


def belongs(address: str, known: Iterable[Network]) -> bool:
    """Whether a ban would meet one of these networks: of IPv6 all 64 bits of a network are dropped."""
    found = ipaddress.ip_network(f"{address}/{64 if ':' in address else 32}", strict=False)
    return any(each.version == found.version and each.overlaps(found) for each in known)


def rows(said: str) -> list[tuple[str, int, float]]:
    """Address, count, age in s."""
    return [(address, int(count), float(age)) for address, count, age in _ROW.findall(said)]
