"""How the installation is, in one answer: figures of the metrics, versions, and what they mean (status_rules.py)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from call24.installer.backup_note import BackupNote
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.mongo import Mongo
from call24.kit.version import SCHEMA, VERSION
from call24.metrics.exposition import Metrics
from call24.metrics.figures import Figures, MachineUse
from call24.metrics.status_rules import Facts, Part, PartName, State, told

WITHIN_S = 1.0
SHARED_S = 5.0

T = TypeVar("T")


class Status(NamedTuple):
    """`since`: when each part was first seen in its state, in the life of this process; a time in between in which it
    was not known ends nothing."""

    facts: Facts
    parts: list[Part]
    since: Mapping[PartName, datetime]


class Installation:
    """`asterisk`, `backup`, `machine`: how the version of Asterisk, the last backup, and the machine's load are known;
    None: not."""

    def __init__(self, metrics: Metrics, mongo: Mongo, clock: Clock, *, own_asterisk: bool, pbx: bool = False) -> None:
        self._own_asterisk, self._pbx = own_asterisk, pbx
        self._metrics = metrics
        self._mongo = mongo
        self._clock = clock
        self.asterisk: Callable[[], Awaitable[str]] | None = None
        self.backup: Callable[[], Awaitable[BackupNote | None]] | None = None
        self.machine: Callable[[], Awaitable[MachineUse]] | None = None
        self._reading: dict[str, asyncio.Future[Any]] = {}
        self._seen: dict[PartName, tuple[State, datetime]] = {}
        self._unknown: dict[PartName, datetime] = {}
        self._shared: Status | None = None
        self._shared_at = 0.0
        self._asking: asyncio.Task[Status] | None = None

    async def shared(self) -> Status:
        """The same, asked once for all who wish it within SHARED_S: a hundred open apps cost one look."""
        if self._shared is not None and time.monotonic() - self._shared_at < SHARED_S:
            return self._shared
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="installation status")
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Status:
        status = await self.status()
        self._shared, self._shared_at = status, time.monotonic()
        return status

    async def close(self) -> None:
        going_on = {task for task in (self._asking, *self._reading.values()) if task is not None}
        for task in going_on:
            task.cancel()
        if going_on:
            await asyncio.wait(going_on)

    async def status(self) -> Status:
        """Within two seconds: what does not answer in time is not known."""
        figures, mongodb, asterisk, noted, machine = await asyncio.gather(
            self._metrics.values(),
            _within(self._mongo.version),
            _within(self.asterisk),
            _within(self._last_backup),
            _within(self._use_of_machine),
        )
        read = Figures(figures)
        backup = None if noted is None else noted[0]
        facts = Facts(
            version=VERSION,
            schema=SCHEMA,
            started_at=datetime.fromtimestamp(read.process("start_time_seconds"), UTC),
            now=self._clock.wall(),
            mongodb=mongodb or "",
            asterisk=asterisk or "",
            own_asterisk=self._own_asterisk,
            pbx=self._pbx,
            backup_at=None if backup is None else backup.instant,
            backup_to="" if backup is None else backup.to,
            backup_followed=None if backup is None else backup.followed,
            backup_read=noted is not None,
            machine=machine,
        )
        parts = told(read, facts)
        return Status(facts, parts, {part.name: self._since(part, facts.now) for part in parts})

    async def _last_backup(self) -> tuple[BackupNote | None]:
        return (None if self.backup is None else await self._once("backup", self.backup),)

    async def _use_of_machine(self) -> MachineUse | None:
        return None if self.machine is None else await self._once("machine", self.machine)

    async def _once(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """One reading at a time: a folder that hangs holds one thread, however often it is asked for."""
        going: asyncio.Future[T] | None = self._reading.get(name)
        if going is None or going.done():
            going = self._reading[name] = asyncio.ensure_future(ask())
        return await asyncio.shield(going)

    def _since(self, part: Part, now: datetime) -> datetime:
        if part.state == "unknown":
            return self._unknown.setdefault(part.name, now)
        self._unknown.pop(part.name, None)
        if part.name not in self._seen or self._seen[part.name][0] != part.state:
            self._seen[part.name] = (part.state, now)
        return self._seen[part.name][1]


async def _within(ask: Callable[[], Awaitable[T]] | None) -> T | None:
    """None: it does not say so in time."""
    if ask is not None:
        with suppress(Call24Error, OSError, LookupError, ValueError, TimeoutError):
            async with asyncio.timeout(WITHIN_S):
                return await ask()
    return None
