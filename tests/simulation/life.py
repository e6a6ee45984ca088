"""One life of Call24: the real engine above the real telephony, from its start until it is killed at any await."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

from tests.fakes.configuration import FakeCallers, FakeDirectory, FakeFence
from tests.simulation.asterisk import Asterisk
from tests.simulation.faults import Injector
from tests.simulation.journal import SimulatedJournal, Store
from tests.simulation.link import Link, Owners
from tests.simulation.world import ProcessClock, World

from call24.agents.model import AgentSession
from call24.asterisk.client import AriClient
from call24.asterisk.registrations import Registrations
from call24.asterisk.telephony import AsteriskTelephony
from call24.engine.engine import Engine
from call24.engine.liveness import AgentPresence
from call24.engine.requests import Requests
from call24.journal.journal import Journal
from call24.kit.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from call24.kit.ids import TenantId


class Life:
    """``points_left``: at how many more awaits it lives on; None: it is not to be killed by that."""

    def __init__(
        self,
        world: World,
        asterisk: Asterisk,
        store: Store,
        injector: Injector,
        owners: Owners,
        directory: FakeDirectory,
        on_death: Callable[[], None],
    ) -> None:
        self.world = world
        self._on_death = on_death
        self.dead = self.started = False
        self.points_left: int | None = None
        self._store = store
        self.clock = ProcessClock(world)
        self.link = Link(world, asterisk, injector, owners, self.point)
        self.telephony = AsteriskTelephony(cast(AriClient, self.link), clock=self.clock)
        self.engine = Engine(
            clock=self.clock,
            journal=cast(Journal, SimulatedJournal(store, injector, self.point)),
            telephony=self.telephony,
            directory=directory,
            callers=FakeCallers(),
            fence=FakeFence(),
        )
        phones = Registrations(cast(AriClient, self.link))
        self.requests = Requests(self.engine, phones)
        # One for each organisation: what one is asked over a bad link is nothing to the other.
        self.presences = [
            AgentPresence(
                clock=self.clock,
                sessions=partial(self._sessions, tenant_id),
                tell=self.engine.wish,
                devices=directory.devices,
                phones=phones,
                with_app=list,
                in_sight=lambda: False,
            )
            for tenant_id in directory.members
        ]
        self.running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        open_calls = [call for call in self._store.calls() if not call.ended]
        self.running = asyncio.create_task(self.engine.run(open_calls, self._store.sessions()))
        await self.engine.wait_ready()
        self.listening = asyncio.create_task(self.telephony.run())
        self.watching = [asyncio.create_task(presence.watch_phones()) for presence in self.presences]
        self.started = True

    def _sessions(self, tenant_id: TenantId) -> list[AgentSession]:
        return list(self.engine.desk(tenant_id).sessions.values())

    async def point(self, where: str) -> None:
        if self.points_left is not None and not self.dead:
            self.points_left -= 1
            if self.points_left <= 0:
                self.kill(where)
        if self.dead:
            await asyncio.Event().wait()

    def kill(self, where: str) -> None:
        """kill -9: from this instant it does nothing to the world; its tasks are swept away."""
        if self.dead:
            return
        self.world.say(f"Call24 is killed {where}")
        self.dead = self.clock.dead = True
        self.link.drop()
        self.world.loop.call_soon(self._sweep)
        self._on_death()

    def _sweep(self) -> None:
        for task in asyncio.all_tasks(self.world.loop):
            if task.get_name() != "world":
                task.cancel()

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """What a person asks of it over HTTP: it dies with it."""
        self._asked = self.world.loop.create_task(_quietly(work))


async def _quietly(work: Coroutine[Any, Any, object]) -> None:
    with contextlib.suppress(Conflict, Invalid, NotFound, Refused, Unavailable):
        await work
