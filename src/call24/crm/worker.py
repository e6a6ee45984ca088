"""Works at connections that are due, a turn at a time: a CRM that is slow or away holds up no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import partial

import msgspec

from call24.crm import machine
from call24.crm.connector import CrmTrouble
from call24.crm.engine import Engine
from call24.crm.model import CrmConnection
from call24.crm.refused import Refusals
from call24.crm.service import CrmConnections
from call24.kit.clock import Clock
from call24.kit.due_work import DueWork, Piece
from call24.kit.ids import CrmConnectionId, TenantId

log = logging.getLogger(__name__)

AT_ONCE = 20
EACH = 2
"""Connections at once of one organisation."""
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
        self._turns = DueWork(self._due, connections.put, at_once=AT_ONCE, each=EACH)
        self._closed: set[TenantId] = set()
        self._refusals: dict[CrmConnectionId, Refusals] = {}
        self.is_open: Callable[[TenantId], bool] = lambda _: True
        self.stopped: Callable[[CrmConnection], Awaitable[CrmConnection]] = _nobody_told

    async def run(self) -> None:
        await self._turns.run()

    async def _due(
        self, but: Collection[CrmConnectionId], but_of: Collection[TenantId], most: int
    ) -> list[Piece[CrmConnectionId]]:
        """Raises: Unavailable."""
        found = await self._connections.store.due(self._clock.now(), but, but_of, most)
        return [
            Piece(one.id, one.tenant_id, f"crm {one.id}", partial(self._turn, one))
            for one in found
            if one.tenant_id not in self._closed
        ]

    async def _turn(self, connection: CrmConnection) -> None:
        await self.work(connection)

    async def work(self, connection: CrmConnection) -> CrmConnection:
        """One turn, and when the next one is. Raises: Unavailable."""
        refusals = self._refusals.pop(connection.id, None) or Refusals()
        try:
            with refusals.turn():
                return await self._worked(connection)
        finally:
            if refusals.refused:
                self._refusals[connection.id] = refusals

    async def _worked(self, connection: CrmConnection) -> CrmConnection:
        if not self.is_open(connection.tenant_id):
            return await self._note(connection, machine.troubled(connection, self._now(), "switched_off"))
        try:
            async with asyncio.timeout(TURN_S):
                client, soon = self._connections.client(connection), False
                if connection.wish != "on":
                    more = await self._engine.rights(connection, client, RIGHTS_AT_ONCE)
                else:
                    turn = await self._engine.turn(connection, client)
                    connection, more, soon = turn.connection, turn.more, turn.soon
        except CrmTrouble as error:
            log.warning("crm connection %s: %s", connection.id, error.trouble)
            after = machine.troubled(connection, self._now(), error.trouble, error.said, error.retry_after)
            return await self._note(connection, await self._told(connection, after))
        except TimeoutError:
            after = machine.troubled(connection, self._now(), "too_slow", f"a turn took more than {TURN_S:.0f} s")
            return await self._note(connection, await self._told(connection, after))
        after = machine.worked(connection, self._now(), more=more, soon=soon)
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
        taken = before.webhook.taken if before.webhook is not None else None
        if await connections.update_where({**running, "webhook.taken": taken}, fields):
            return after
        after = machine.called_back(after)
        if not await connections.update_where(
            running, {**fields, "due_at": after.due_at}
        ):  # something was wanted meanwhile: it stays due
            kept = {name: value for name, value in fields.items() if name != "due_at" or after.trouble is not None}
            await store.settle(before.tenant_id, before.id, kept)
        return after

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: no turn is under way once this has returned, and none is begun."""
        self._closed.add(tenant_id)
        await self._turns.stop(tenant_id)

    def _now(self) -> datetime:
        return self._clock.now()
