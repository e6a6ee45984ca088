"""How the installation is, in one answer: figures of the metrics, versions, and what they mean (status_rules.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from call24.installer.backup_note import BackupNote
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.mongo import Mongo
from call24.kit.version import SCHEMA, VERSION
from call24.metrics.exposition import Metrics
from call24.metrics.status_rules import Facts, Figures, Part, told

VERSION_WITHIN_S = 1.0


class Status(NamedTuple):
    facts: Facts
    parts: list[Part]


class Installation:
    """`asterisk`, `backup`: how the version of Asterisk, and the last backup, are known; None: not."""

    def __init__(self, metrics: Metrics, mongo: Mongo, clock: Clock, *, own_asterisk: bool, pbx: bool = False) -> None:
        self._own_asterisk, self._pbx = own_asterisk, pbx
        self._metrics = metrics
        self._mongo = mongo
        self._clock = clock
        self.asterisk: Callable[[], Awaitable[str]] | None = None
        self.backup: Callable[[], Awaitable[BackupNote | None]] | None = None

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
        return Status(facts, told(read, facts))


async def _within(version: Callable[[], Awaitable[str]] | None) -> str:
    if version is not None:
        with suppress(Call24Error, OSError, LookupError, TimeoutError):
            async with asyncio.timeout(VERSION_WITHIN_S):
                return await version()
    return ""
