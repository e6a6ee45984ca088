"""A whole contact centre in memory: the real engine with a fake network, journal and configuration, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.fakes.configuration import FakeCallers, FakeDirectory, FakeFence
from tests.fakes.journal import FakeJournal
from tests.fakes.plan import FLOW, FakePlan, one_queue
from tests.fakes.telephony import FakeTelephony
from tests.support.clock import VirtualClock, settle

from call24.agents import events as ae
from call24.agents import machine as agents
from call24.agents.model import AgentSession, AgentState
from call24.call_records.call_record import CallRecord, fold
from call24.call_records.projector import AGENT_EVENTS
from call24.call_records.replay import call_event
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.evolution import begin, evolve
from call24.calls.model import Call, CallRules
from call24.engine.engine import Engine
from call24.engine.ports import Route
from call24.engine.requests import Requests
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, DeviceId, LegId, NumberId, QueueId, TenantId, UserId

TENANT, OTHER = TenantId("ten_a"), TenantId("ten_b")
NUMBER, OTHER_NUMBER = "+441514960024", "+441514960099"


class Centre:
    """Until ``restart`` the engine is one process; ``kill`` leaves only the network and the journal."""

    def __init__(self, **settings: Any) -> None:
        """``settings``: of the one queue, see ``one_queue``."""
        self.settings = {"greeting": None, **settings}
        self.clock = VirtualClock()
        self.journal = FakeJournal()
        self.network = FakeTelephony(self.clock)
        self.directory = FakeDirectory()
        self.callers = FakeCallers()
        self.fence = FakeFence()
        self._task: asyncio.Task[None] | None = None
        self.engine = self._built()

    def _built(self) -> Engine:
        return Engine(
            clock=self.clock,
            journal=self.journal,  # type: ignore[arg-type]
            telephony=self.network,
            directory=self.directory,
            callers=self.callers,
            fence=self.fence,
        )

    # --- setting up ---

    def organisation(self, tenant_id: TenantId, number: str, *names: str) -> list[UserId]:
        """A number, a queue and its members, each with one phone."""
        queue = QueueId(f"que_{tenant_id}")
        self.directory.routes[number] = Route(
            tenant_id=tenant_id, number_id=NumberId(f"num_{number}"), flow=FLOW, rules=CallRules()
        )
        self.directory.plans[tenant_id] = one_queue(queue, **self.settings)
        members = [UserId(f"usr_{name}") for name in names]
        self.directory.members[tenant_id] = {queue: tuple(members)}
        for member in members:
            self.directory.owned[member] = (phone(member),)
        return members

    @property
    def plan(self) -> FakePlan:
        return self.directory.plans[TENANT]

    @property
    def requests(self) -> Requests:
        return Requests(self.engine, self.network)

    # --- life ---

    async def start(self, *, connect: bool = True) -> None:
        self._task = asyncio.create_task(self.engine.run(self.open_calls(), self.sessions()))
        await self.engine.wait_ready()
        if self.network.here and connect:
            self.network.come_back()
        await settle()

    async def kill(self) -> None:
        """kill -9: nothing is said to anybody, timers are gone."""
        self.freeze()
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait({self._task})

    def freeze(self) -> None:
        """From this instant the process does nothing more to the world."""
        self.network.subscribe(lambda signal: None)
        self.network.dead = self.journal.dead = True

    async def restart(self) -> None:
        self.network.dead = self.journal.dead = False
        self.engine = self._built()
        await self.start()

    @property
    def alive(self) -> bool:
        return self._task is not None and not self._task.done()

    async def run(self, seconds: float) -> None:
        await self.clock.run(seconds)

    # --- people ---

    async def available(self, *members: UserId, tenant_id: TenantId = TENANT) -> None:
        for member in members:
            await self.engine.wish(tenant_id, member, agents.AvailableWished(at=self.clock.now()))
            await self.run(1)

    async def dial(self, number: str = NUMBER, caller: str = "+447700900123") -> LegId:
        leg = self.network.dial(number, caller)
        await settle()
        return leg

    async def answer(self, member: UserId) -> LegId:
        leg = self.network.ringing(phone(member))
        assert leg is not None, f"the phone of {member} does not ring"
        self.network.answer(leg)
        await settle()
        return leg

    async def hang_up(self, leg: LegId, cause: int = 16) -> None:
        self.network.hang_up(leg, cause)
        await settle()

    async def request(self, member: UserId, kind: type[s.AgentRequest], **more: object) -> None:
        call = self.call_of(member)
        assert call is not None
        signal = kind(at=self.clock.now(), agent_id=member, **more)  # type: ignore[call-arg]
        self.requests.request(call.tenant_id, member, call.id, signal)
        await settle()

    # --- looking ---

    def call(self, caller_leg: LegId) -> Call:
        found = [call for call in self.all_calls() if call.caller_leg == caller_leg]
        assert len(found) == 1, f"{len(found)} calls for one caller"
        live = self.engine.call(found[0].id)
        return live or found[0]

    def call_of(self, member: UserId) -> Call | None:
        call_id = self.session(member).call_id
        return self.engine.call(call_id) if call_id else None

    def session(self, member: UserId, tenant_id: TenantId = TENANT) -> AgentSession:
        return self.engine.desk(tenant_id).session(member)

    def states(self, *members: UserId) -> list[AgentState]:
        return [self.session(member).state for member in members]

    def ringing(self, *members: UserId) -> list[UserId]:
        return [member for member in members if self.network.ringing(phone(member))]

    # --- the journal's view ---

    def by_call(self) -> dict[CallId, list[Entry]]:
        """The lines of each call. The desk may have written of a call that Call24 did not live to begin."""
        found: dict[CallId, list[Entry]] = {}
        for entry in self.journal.lines:
            if entry.call_id is not None:
                found.setdefault(entry.call_id, []).append(entry)
        return {call_id: lines for call_id, lines in found.items() if any(call_event(line) for line in lines)}

    def records(self) -> list[CallRecord]:
        return [fold(entries) for entries in self.by_call().values()]

    def record(self, caller_leg: LegId) -> CallRecord:
        return fold(self.by_call()[self.call(caller_leg).id])

    def all_calls(self) -> list[Call]:
        return [replayed(entries) for entries in self.by_call().values()]

    def open_calls(self) -> list[Call]:
        return [call for call in self.all_calls() if not call.ended]

    def sessions(self) -> list[AgentSession]:
        sessions: dict[UserId, AgentSession] = {}
        for entry in self.journal.lines:
            if entry.type in AGENT_EVENTS and entry.agent_id is not None:
                event: ae.AnyAgentEvent = event_of(entry, ae.AnyAgentEvent)
                fresh = AgentSession(
                    agent_id=entry.agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at
                )
                sessions[entry.agent_id] = ae.evolve(sessions.get(entry.agent_id, fresh), event, entry.at)
        return list(sessions.values())

    def check(self) -> None:
        """What must hold at any time and at the end, read from what was written down."""
        self._check_sessions()
        for entries in self.by_call().values():
            ends = [entry for entry in entries if entry.type == e.CallEnded.__name__]
            assert len(ends) <= 1
            times = [entry.at for entry in entries if call_event(entry)]
            assert times == sorted(times)

    def _check_sessions(self) -> None:
        """Between an agent's offers it was let go: nobody ever had two calls."""
        has: dict[UserId, CallId] = {}
        for entry in self.journal.lines:
            if entry.type in AGENT_EVENTS and entry.agent_id is not None:
                match event_of(entry, ae.AnyAgentEvent):
                    case ae.AgentOffered(call_id=call_id):
                        assert entry.agent_id not in has, "offered while at work"
                        has[entry.agent_id] = call_id
                    case ae.AgentTookCall(call_id=call_id):
                        assert has.setdefault(entry.agent_id, call_id) == call_id, "two calls"
                    case ae.AgentBecameAvailable() | ae.AgentPaused() | ae.AgentWentOffline() | ae.AgentWrapUpStarted():
                        has.pop(entry.agent_id, None)


def phone(member: UserId) -> DeviceId:
    return DeviceId(f"dev_{member.removeprefix('usr_')}")


def replayed(entries: list[Entry]) -> Call:
    call: Call | None = None
    for entry in entries:
        event = call_event(entry)
        if isinstance(event, e.Beginning):
            call = begin(entry.tenant_id, event, entry.at)
        elif event is not None and call is not None:
            call = evolve(call, event, entry.at)
    assert call is not None
    return call


@asynccontextmanager
async def open_centre(*names: str, **settings: Any) -> AsyncIterator[Centre]:
    """One organisation with these agents. At the end everybody has hung up and nothing is left over."""
    centre = Centre(**settings)
    centre.organisation(TENANT, NUMBER, *names)
    await centre.start()
    try:
        yield centre
        centre.check()
        assert centre.alive, "the engine has stopped"
    finally:
        await centre.kill()
