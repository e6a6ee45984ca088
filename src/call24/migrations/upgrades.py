"""Which version organisations are still to be told of: the one that was started here last, where it is newer than the
last that they were told of. Going back to an earlier version is no upgrade. It tells nobody itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from call24.kit.mongo import Mongo
from call24.kit.version import VERSION
from call24.migrations.model import STAMP, SchemaStamp


class Upgrade(NamedTuple):
    """`at`: when the version was started on this data for the first time after another."""

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
        return Upgrade(stamp.version, stamp.at) if _order(VERSION) > _order(stamp.told) else None

    async def told(self, upgrade: Upgrade) -> None:
        """All organisations are told. Raises: Unavailable."""
        await self._stamps.update_where({"id": STAMP}, {"told": upgrade.version})


def _order(version: str) -> list[int]:
    """Of any form: a later version, which wrote it, may be named otherwise."""
    return [int(part) for part in re.findall(r"\d+", version)]
