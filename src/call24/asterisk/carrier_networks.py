"""From where calls come in, told to Asterisk in a few objects that hold many networks each.

Asterisk walks its `identify` objects one by one for each request that no phone's name answers (0.06 ms each when there
are thousands), but a network inside one costs some nanoseconds. So all networks lie in BUCKETS objects, whatever their
number. An object is never changed in place, since its networks would only grow: a second one is made, then the first is
deleted, so that no call is challenged in between. It does not decide who is excluded: see ranges.py.
Source: Asterisk 22, res_pjsip_endpoint_identifier_ip.c (ip_identify_match_handler; `!` takes an address out again).
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Mapping

from call24.kit.settings_types import PHONES_FROM

BUCKETS = 16
_LETTERS = "ab"

Put = Callable[[str, str, Mapping[str, str]], Awaitable[bool]]
Delete = Callable[[str, str], Awaitable[object]]
Has = Callable[[str, str], Awaitable[bool]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class CarrierNetworks:
    """`wanted`: the networks as they are now; `endpoint`: whose calls they are. `excluded` is set by its owner;
    `prefix` begins the objects' names."""

    def __init__(
        self,
        endpoint: str,
        wanted: Callable[[], Iterable[str]],
        put: Put,
        delete: Delete,
        has: Has,
        *,
        prefix: str = "from",
    ) -> None:
        self._endpoint, self._wanted, self._prefix = endpoint, wanted, prefix
        self._put, self._delete, self._has = put, delete, has
        self.excluded: frozenset[str] = frozenset()
        self._told: dict[int, tuple[str, str]] = {}
        """Bucket -> the letter of the object that is there, and what it matches."""
        self._task: asyncio.Task[bool] | None = None
        self._again = False

    async def tell(self) -> bool:
        """Make Asterisk's objects what is wanted now; False if Asterisk is away. Who asks meanwhile shares the run."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._converge(), name="carriers' networks")
        return await asyncio.shield(self._task)

    async def look(self) -> None:
        """After a connect: Asterisk may have been restarted, or know what an earlier server told it."""
        for bucket in range(BUCKETS):
            known, _ = self._told.get(bucket, ("", ""))
            there = [letter for letter in _LETTERS if await self._has("identify", self._name(bucket, letter))]
            for letter in there[1:]:
                await self._delete(self._name(bucket, letter), "identify")
            if not there:
                self._told.pop(bucket, None)
            elif there[0] != known:
                self._told[bucket] = (there[0], "")

    def _name(self, bucket: int, letter: str) -> str:
        return object_name(bucket, letter, self._prefix)

    async def _converge(self) -> bool:
        there = True
        while self._again:
            self._again = False
            there = await self._once()
        return there

    async def _once(self) -> bool:
        there = True
        matches = bucketed(self._wanted(), self.excluded)
        for bucket in sorted(self._told.keys() | matches.keys()):
            letter, told = self._told.get(bucket, ("", ""))
            match = matches.get(bucket, "")
            if match != told or (letter and not match):
                there = await self._replace(bucket, letter, match) and there
        return there

    async def _replace(self, bucket: int, letter: str, match: str) -> bool:
        fresh = "b" if letter == "a" else "a"
        if match and not await self._put(
            "identify", self._name(bucket, fresh), {"endpoint": self._endpoint, "match": match}
        ):
            return False
        if letter:
            await self._delete(self._name(bucket, letter), "identify")
        if match:
            self._told[bucket] = (fresh, match)
        else:
            self._told.pop(bucket, None)
        return True


def object_name(bucket: int, letter: str, prefix: str = "from") -> str:
    return f"{prefix}_{bucket:02d}{letter}"


def bucket_of(network: str) -> int:
    return hashlib.sha256(network.encode()).digest()[0] % BUCKETS


def bucketed(networks: Iterable[str], excluded: Iterable[str]) -> dict[int, str]:
    """Bucket -> what its object matches: its networks, then the addresses that are excluded from one of them.

    Where phones come from is always excluded: who reaches that port is no carrier by it.
    """
    found: dict[int, list[str]] = {}
    for network in sorted(networks):
        found.setdefault(bucket_of(network), []).append(network)
    without = [ipaddress.ip_network(address) for address in sorted({*excluded, PHONES_FROM})]
    for theirs in found.values() if without else ():
        wide = [ipaddress.ip_network(each) for each in theirs]
        theirs += [f"!{one}" for one in without if _is_within(one, wide)]
    return {bucket: ",".join(theirs) for bucket, theirs in found.items()}


def _is_within(address: Network, wide: Iterable[Network]) -> bool:
    return any(each.version == address.version and each.overlaps(address) for each in wide)
