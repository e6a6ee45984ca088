"""Gives each reader the events that it has not had, and keeps how far it is: at least once, in order, each by itself.

A reader that fails is given the same again, later and later, and holds up neither another reader nor another
organisation. Positions are written a little behind the reading: after a crash a reader is given some for a second time.
It changes no documents but the positions.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.changes.course import Course
from call24.changes.model import Change, Position
from call24.changes.reader import Reader
from call24.changes.recent import Recent
from call24.changes.service import Changes
from call24.changes.store import ChangeStore
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo

log = logging.getLogger(__name__)

BATCH = 100
"""Events of one organisation before another has its turn."""
AT_ONCE = 4
"""Organisations that one reader is given events of at the same time: a slow one holds up no other."""
READ_WITHIN_S = 10.0
SETTLE_S = 1.0
LOOK_EVERY_S = 5.0
"""How soon events are noticed that another process stored, or whose commit was not confirmed."""


class ReaderState(msgspec.Struct, frozen=True, kw_only=True):
    """How a reader does: events that it has not had, over all organisations; those where it fails, and since when."""

    name: str
    behind: int
    failing: int
    failing_since: datetime | None


class Feed:
    """``start``, then ``run`` it for as long as the process lives; one for each database."""

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, readers: Sequence[Reader]) -> None:
        self._store = ChangeStore(mongo)
        self._clock = clock
        self._recent = Recent()
        self._heads: dict[TenantId, int] = {}
        self._closed: set[TenantId] = set()
        self._courses = [Course(reader, clock) for reader in readers]
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._changes = changes

    async def start(self) -> None:
        """Learn where each reader is. Repeating it is harmless. Raises: Unavailable."""
        positions = await self._store.positions()
        for course in self._courses:
            course.restore(positions)
        await self._look()
        self._changes.stored = self.stored

    def stored(self, changes: Sequence[Change]) -> None:
        """These are stored now, all of one organisation."""
        self._recent.add(changes)
        self._reaches(changes[-1].tenant_id, changes[-1].seq)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_looking(), name="changes: look")
            group.create_task(self._keep_settling(), name="changes: settle")
            for course in self._courses:
                for _ in range(AT_ONCE):
                    group.create_task(self._work(course), name=f"changes: {course.reader.name}")

    # --- what is to be read ---

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with contextlib.suppress(Unavailable):
                await self._look()

    async def _look(self) -> None:
        for tenant_id, seq in (await self._store.heads()).items():
            self._reaches(tenant_id, seq)

    def _reaches(self, tenant_id: TenantId, seq: int) -> None:
        if tenant_id in self._closed:
            return
        self._heads[tenant_id] = max(seq, self._heads.get(tenant_id, 0))
        for course in self._courses:
            if course.seq(tenant_id) < seq:
                course.wants_turn(tenant_id)

    # --- reading ---

    async def _work(self, course: Course) -> None:
        while True:
            tenant_id = await course.turn()
            try:
                async with asyncio.timeout(READ_WITHIN_S):
                    more = await self._read(course, tenant_id)
            except Exception as trouble:  # a reader's trouble must not end the others
                course.failed(tenant_id, trouble)
            else:
                course.done(tenant_id, more=more)

    async def _read(self, course: Course, tenant_id: TenantId) -> bool:
        """One batch; whether there is more."""
        seq = course.seq(tenant_id)
        head = self._heads.get(tenant_id, seq)  # before it is looked: what comes meanwhile is read next
        found = self._recent.after(tenant_id, seq, BATCH) or await self._store.after(tenant_id, seq, BATCH)
        if wanted := course.reader.wanted(found):
            await course.reader.read(wanted)
        reached = found[-1].seq if found else head  # they are not kept any more
        if tenant_id not in self._closed:
            course.reached(tenant_id, reached)
        return reached < self._heads.get(tenant_id, 0)

    # --- where readers are ---

    async def _keep_settling(self) -> None:
        while True:
            await asyncio.sleep(SETTLE_S)
            with contextlib.suppress(Unavailable):
                await self.settle()

    async def settle(self) -> None:
        """Write down how far readers are. Raises: Unavailable; what was not written down is kept for the next time."""
        self._at_rest.clear()
        try:
            for course in self._courses:
                moved = course.moved()
                await self._store.put_positions([one for one in moved if one.tenant_id not in self._closed])
                course.settled(moved)
        finally:
            self._at_rest.set()

    def states(self) -> list[ReaderState]:
        """For whoever watches: the doctor reads the same from the stored positions."""
        return [state_of(course.reader.name, self._heads, course.positions()) for course in self._courses]

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: nothing is read or written for it once this has returned."""
        await self._changes.close_tenant(tenant_id)
        self._closed.add(tenant_id)
        self._recent.forget(tenant_id)
        self._heads.pop(tenant_id, None)
        for course in self._courses:
            course.forget(tenant_id)
        await self._at_rest.wait()


def state_of(name: str, heads: dict[TenantId, int], positions: Sequence[Position]) -> ReaderState:
    """Of one reader, from its positions and the highest numbers."""
    at = {one.tenant_id: one for one in positions}
    behind = {tenant_id: seq - (at[tenant_id].seq if tenant_id in at else 0) for tenant_id, seq in heads.items()}
    failing = [one.failing_since for one in positions if one.failing_since is not None]
    return ReaderState(
        name=name,
        behind=sum(max(0, count) for count in behind.values()),
        failing=len(failing),
        failing_since=min(failing, default=None),
    )
