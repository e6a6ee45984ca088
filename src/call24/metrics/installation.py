"""How the installation is, in one answer: figures of the metrics, versions, and what they mean (status_rules.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from call24.installer.backup_note import BackupNote
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.mongo import Mongo
from call24.kit.version import SCHEMA, VERSION
from call24.metrics.exposition import Metrics
from call24.metrics.status_rules import Facts, Figures, Part, PartName, State, told

VERSION_WITHIN_S = 1.0
SHARED = timedelta(seconds=5)


class Status(NamedTuple):
    """`since`: when each part was first seen in its state, in the life of this process."""

    facts: Facts
    parts: list[Part]
    since: Mapping[PartName, datetime]


class Installation:
    """`asterisk`, `backup`: how the version of Asterisk, and the last backup, are known; None: not."""

    def __init__(self, metrics: Metrics, mongo: Mongo, clock: Clock, *, own_asterisk: bool, pbx: bool = False) -> None:
        self._own_asterisk, self._pbx = own_asterisk, pbx
        self._metrics = metrics
        self._mongo = mongo
        self._clock = clock
        self.asterisk: Callable[[], Awaitable[str]] | None = None
        self.backup: Callable[[], Awaitable[BackupNote | None]] | None = None
        self._seen: dict[PartName, tuple[State, datetime]] = {}
        self._shared: Status | None = None
        self._asking: asyncio.Task[Status] | None = None

    async def shared(self) -> Status:
        """The same, asked once for all who wish it within SHARED: a hundred open apps cost one look."""
        if self._shared is not None and self._clock.wall() - self._shared.facts.now < SHARED:
            return self._shared
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="installation status")
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Status:
        self._shared = await self.status()
        return self._shared

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def status(self) -> Status:
        """Within two seconds: what does not answer in time is not known."""
        figures, mongodb, asterisk = await asyncio.gather(
            self._metrics.values(), _within(self._mongo.version), _within(self.asterisk)
        )
        read = Figures(figures)
        backup = None if self.backup is None else await self.backup()
        facts = Facts(
            version=VERSION,
            schema=SCHEMA,
            started_at=datetime.fromtimestamp(read.process("start_time_seconds"), UTC),
            now=self._clock.wall(),
            mongodb=mongodb,
            asterisk=asterisk,
            own_asterisk=self._own_asterisk,
            pbx=self._pbx,
            backup_at=None if backup is None else backup.instant,
            backup_to="" if backup is None else backup.to,
        )
        parts = told(read, facts)
        for part in parts:
            if part.name not in self._seen or self._seen[part.name][0] != part.state:
                self._seen[part.name] = (part.state, facts.now)
        return Status(facts, parts, {name: since for name, (_, since) in self._seen.items()})


async def _within(version: Callable[[], Awaitable[str]] | None) -> str:
    if version is not None:
        with suppress(Call24Error, OSError, LookupError, TimeoutError):
            async with asyncio.timeout(VERSION_WITHIN_S):
                return await version()
    return ""
