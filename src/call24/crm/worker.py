"""Works at connections that are due: each by itself, a turn at a time, with a share for each organisation.

A CRM that is slow or away holds up no other. After a restart it goes on with what MongoDB has.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from call24.crm import machine
from call24.crm.connector import CrmTrouble
from call24.crm.engine import Engine
from call24.crm.model import CrmConnection
from call24.crm.service import CrmConnections
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import CrmConnectionId, TenantId

log = logging.getLogger(__name__)

AT_ONCE = 20
EACH = 2
"""Connections at once of one organisation."""
LOOK_EVERY_S = 5.0
TURN_S = 120.0
"""After which a turn is ended; what it did is kept, and it is begun again."""
RIGHTS_AT_ONCE = 20
_NOTED = ("state", "trouble", "said", "failing_since", "told_at", "tries", "pace", "due_at", "worked_at")


async def _nobody_told(after: CrmConnection) -> CrmConnection:
    """Until the room says who is."""
    return after


class CrmWorker:
    """`run` it for as long as the process lives. `is_open`: whether an organisation is let in; `stopped`: tells users
    of a turn that failed, where it is time to."""

    def __init__(self, connections: CrmConnections, engine: Engine, clock: Clock) -> None:
        self._connections = connections
        self._engine = engine
        self._clock = clock
        self._woken = connections.put
        self._working: dict[CrmConnectionId, TenantId] = {}
        self._turns: dict[CrmConnectionId, asyncio.Task[None]] = {}
        self._closed: set[TenantId] = set()
        self.is_open: Callable[[TenantId], bool] = lambda _: True
        self.stopped: Callable[[CrmConnection], Awaitable[CrmConnection]] = _nobody_told

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                with contextlib.suppress(Unavailable):
                    while await self._begin(group):
                        pass
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._woken.wait()
                self._woken.clear()

    async def _begin(self, group: asyncio.TaskGroup) -> int:
        """Begins with those that are due longest; how many. Raises: Unavailable."""
        begun = 0
        if len(self._working) >= AT_ONCE:
            return begun
        busy = Counter(self._working.values())
        full = {tenant_id for tenant_id, count in busy.items() if count >= EACH}
        for one in await self._connections.store.due(self._clock.now(), self._working, full, AT_ONCE):
            if (
                one.tenant_id in self._closed
                or one.id in self._working
                or busy[one.tenant_id] >= EACH
                or len(self._working) >= AT_ONCE
            ):
                continue
            busy[one.tenant_id] += 1
            self._working[one.id] = one.tenant_id
            self._turns[one.id] = group.create_task(self._work(one), name=f"crm {one.id}")
            begun += 1
        return begun

    async def _work(self, connection: CrmConnection) -> None:
        try:
            await self.work(connection)
        except Unavailable:
            log.warning("what was done of crm connection %s could not be stored: it is begun again", connection.id)
            await asyncio.sleep(1.0)
        finally:
            self._working.pop(connection.id, None)
            self._turns.pop(connection.id, None)
            self._woken.set()

    async def work(self, connection: CrmConnection) -> CrmConnection:
        """One turn, and when the next one is. Raises: Unavailable."""
        if not self.is_open(connection.tenant_id):
            return await self._note(connection, machine.troubled(connection, self._now(), "switched_off"))
        try:
            async with asyncio.timeout(TURN_S):
                client = self._connections.client(connection)
                if connection.wish != "on":
                    more = await self._engine.rights(connection, client, RIGHTS_AT_ONCE)
                else:
                    turn = await self._engine.turn(connection, client)
                    connection, more = turn.connection, turn.more
        except CrmTrouble as error:
            log.warning("crm connection %s: %s", connection.id, error.trouble)
            after = machine.troubled(connection, self._now(), error.trouble, error.said, error.retry_after)
            return await self._note(connection, await self._told(connection, after))
        except TimeoutError:
            after = machine.troubled(connection, self._now(), "too_slow", f"a turn took more than {TURN_S:.0f} s")
            return await self._note(connection, await self._told(connection, after))
        after = machine.worked(connection, self._now(), more=more)
        if connection.wish != "on" and not more:
            after = msgspec.structs.replace(after, due_at=None)
        return await self._note(connection, after)

    async def _told(self, before: CrmConnection, after: CrmConnection) -> CrmConnection:
        return await self.stopped(after) if before.wish == "on" else after

    async def _note(self, before: CrmConnection, after: CrmConnection) -> CrmConnection:
        """Unless it was switched over meanwhile. One that is off goes on being off."""
        store = self._connections.store
        if before.wish != "on":
            told = {"due_at": after.due_at, "trouble": after.trouble, "said": after.said}
            which = {"id": before.id, "wish": before.wish, "due_at": before.due_at}
            await store.connections(before.tenant_id).update_where(which, told)
            return before
        fields = {name: getattr(after, name) for name in _NOTED}
        running = {"id": before.id, "wish": "on", "due_at": before.due_at}
        connections = store.connections(before.tenant_id)
        if not await connections.update_where(running, fields):  # something was wanted meanwhile: it stays due
            kept = {name: value for name, value in fields.items() if name != "due_at" or after.trouble is not None}
            await store.settle(before.tenant_id, before.id, kept)
        return after

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: no turn is under way once this has returned, and none is begun."""
        self._closed.add(tenant_id)
        under_way = [self._turns[id] for id, whose in self._working.items() if whose == tenant_id and id in self._turns]
        for turn in under_way:
            turn.cancel()
        if under_way:
            await asyncio.wait(under_way)

    def _now(self) -> datetime:
        return self._clock.now()
