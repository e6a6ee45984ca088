"""Which version organisations are still to be told of: the one that was started here last, where it is newer than the
last that they were told of. Going back to an earlier version is no upgrade. It tells nobody itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from call24.kit.mongo import Mongo
from call24.kit.version import VERSION
from call24.migrations.model import STAMP, SchemaStamp

_NUMBERS = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})(?![0-9])")


class Upgrade(NamedTuple):
    """`version`: the release; `at`: when the version was started on this data for the first time after another."""

    version: str
    at: datetime


class Upgrades:
    """Of this process' own version."""

    def __init__(self, mongo: Mongo) -> None:
        self._stamps = mongo.platform(SchemaStamp, why="which version organisations were told of")

    async def untold(self) -> Upgrade | None:
        """Raises: Unavailable."""
        stamp = await self._stamps.find_one({"id": STAMP})
        if stamp is None or stamp.at is None or stamp.version != VERSION:
            return None
        release = newer(VERSION, stamp.told)
        return None if release is None else Upgrade(release, stamp.at)

    async def told(self, upgrade: Upgrade) -> None:
        """All organisations are told. Raises: Unavailable."""
        await self._stamps.update_where({"id": STAMP}, {"told": upgrade.version})


def newer(version: str, told: str) -> str | None:
    """The release that a version is, where it is newer than what was told.

    `0.2.0+deb1` is the release 0.2.0; `0.2.0-rc1` is none, and comes before it. None, too, where one of both is named
    in another way.
    """
    now, before = _read(version), _read(told or "0.0.0-none")
    if now is None or before is None or not now.is_release or now <= before:
        return None
    return ".".join(map(str, now.numbers))


class _Named(NamedTuple):
    numbers: tuple[int, ...]
    is_release: bool


def _read(version: str) -> _Named | None:
    found = _NUMBERS.match(version)
    if found is None:
        return None
    more = version[found.end() :]
    return _Named(tuple(map(int, found.groups())), more == "" or more.startswith("+"))
