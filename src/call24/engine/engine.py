"""The engine: finds the call of each signal, keeps one task per call and one desk per tenant.

It decides nothing itself: calls/machine.py, agents/machine.py and routing/rules.py do. What people ask of it is in
requests.py, how calls begin in arrivals.py and call_openings.py, how many there may be in quota.py and promises.py,
what calls command in performer.py, taking over what was running before a restart in recovery.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable, Mapping

import msgspec

from call24.agents import machine as agents
from call24.agents.model import AgentSession
from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import Call, Direction
from call24.calls.telephony import Telephony
from call24.engine.arrivals import Arrivals
from call24.engine.call_task import CallTask, by_itself, fresh_line
from call24.engine.desk import Desk, LookAgain, Message, PhonesAwaited, SessionRequest, phone_legs
from call24.engine.outbound import OutboundDialler
from call24.engine.performer import Performer
from call24.engine.ports import Caller, Callers, Directory, OutboundGuard
from call24.engine.promises import Promises
from call24.engine.quota import Quota, unlimited
from call24.engine.recovery import legs_of, oddities, offers_over, phones_awaited, reconcile, unwanted_bridges
from call24.engine.spoken_calls import SpokenCalls
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, LegId, QueueId, TenantId, UserId
from call24.routing.model import Team

log = logging.getLogger(__name__)

KEEP_ENDED = 60.0
CLOSE_S = 3.0


class Engine:
    def __init__(
        self,
        *,
        clock: Clock,
        journal: Journal,
        telephony: Telephony,
        directory: Directory,
        callers: Callers,
        fence: OutboundGuard,
        quota: Quota | None = None,
    ) -> None:
        """``quota`` None: whoever comes is taken."""
        self.clock = clock
        self.directory = directory
        self.callers = callers
        self.fence = fence
        self._journal = journal
        self._telephony = telephony
        self._outside = OutboundDialler(
            clock=clock, telephony=telephony, directory=directory, callers=callers, fence=fence, spawn=self._spawn
        )
        self.spoken = SpokenCalls(clock=clock, telephony=telephony, directory=directory, fence=fence, spawn=self._spawn)
        self.quota = quota or unlimited(clock)
        self.arrivals = Arrivals(
            clock=clock,
            telephony=telephony,
            directory=directory,
            callers=callers,
            outside=self._outside,
            quota=self.quota,
            open=self.open,
            live=self.all_live,
            lives=lambda leg: leg in self._legs,
        )
        self._calls: dict[CallId, CallTask] = {}
        self._going: dict[CallId, CallTask] = {}
        """Those of them that have not ended, and some that have just ended."""
        self._promises = Promises(clock)
        self._performer = Performer(
            clock=clock,
            telephony=telephony,
            directory=directory,
            outside=self._outside,
            quota=self.quota,
            promises=self._promises,
            own=self._own,
            open=self.open,
            live=self.all_live,
            to_desk=self._tell_desk,
        )
        self._legs: dict[LegId, CallTask | None] = {}
        self._desks: dict[TenantId, Desk] = {}
        self._desk_tasks: dict[TenantId, asyncio.Task[None]] = {}
        self._closed: set[TenantId] = set()
        self._group: asyncio.TaskGroup | None = None
        self._ready = asyncio.Event()
        self._early: list[s.NetworkSignal] = []
        self._odd: frozenset[str] = frozenset()
        self.pbx_here = False
        telephony.subscribe(self.on_network)

    # --- life ---

    async def run(self, open_calls: Iterable[Call], sessions: Iterable[AgentSession]) -> None:
        """Take over ``open_calls`` and ``sessions``, then work until cancelled."""
        by_tenant: dict[TenantId, list[AgentSession]] = {}
        for session in sessions:
            by_tenant.setdefault(session.tenant_id, []).append(session)
        async with asyncio.TaskGroup() as group:
            self._group = group
            for tenant_id, theirs in by_tenant.items():
                self._open_desk(tenant_id, theirs)
            taken_over = list(open_calls)
            callers = await asyncio.gather(*map(self._caller_of, taken_over))
            for call, caller in zip(taken_over, callers, strict=True):
                self._adopt(self._task(call, caller))
            self._free_agents()
            self._ready.set()
            for signal in self._early:
                self.on_network(signal)
            await asyncio.Event().wait()  # calls come and go: the group lives until the process ends

    async def wait_ready(self) -> None:
        await self._ready.wait()

    def _open_desk(self, tenant_id: TenantId, sessions: Iterable[AgentSession] = ()) -> Desk:
        desk = Desk(
            tenant_id,
            clock=self.clock,
            journal=self._journal,
            directory=self.directory,
            to_call=self.tell_call,
            pbx_here=lambda: self.pbx_here,
            sessions=sessions,
        )
        self._desks[tenant_id] = desk
        self._desk_tasks[tenant_id] = self._spawn(desk.run(), f"desk {tenant_id}")
        return desk

    def _spawn(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        assert self._group is not None, "the engine runs"
        return self._group.create_task(by_itself(work, name), name=name)

    def _task(self, call: Call, caller: Caller, unwritten: e.Beginning | None = None) -> CallTask:
        return CallTask(
            call,
            caller,
            clock=self.clock,
            journal=self._journal,
            perform=self._performer.perform,
            plan=lambda: self.directory.plan(call.tenant_id),
            may_promise=self._promises.may_promise,
            unwritten=() if unwritten is None else (fresh_line(call, unwritten, call.arrived_at),),
        )

    async def _caller_of(self, call: Call) -> Caller:
        """Who the other side of a taken-over call is."""
        caller = await self.callers.recall(call.tenant_id, call.contact_id)
        await self._outside.adopt(call, caller)
        return caller

    def open(self, call: Call, caller: Caller, beginning: e.Beginning) -> CallTask:
        """Begin a call; its beginning is written down together with what follows from its first signal."""
        task = self._task(call, msgspec.structs.replace(caller, sent=None), beginning)
        self._adopt(task)
        self.callers.opened(call.tenant_id, call.id, caller)
        return task

    def _adopt(self, task: CallTask) -> None:
        call = task.call
        self._calls[call.id] = self._going[call.id] = task
        if call.direction is Direction.CALLBACK:
            self._promises.add(task)
        for leg in legs_of(call):
            self._own(task, leg)
        self._spawn(self._look_after(task), f"call {call.id}")

    async def _look_after(self, task: CallTask) -> None:
        await task.run()
        call = task.call
        self._going.pop(call.id, None)
        # Its legs stay known for a while: what they report late is no news of strangers.
        self.clock.call_later(KEEP_ENDED, lambda: self._forget(call.id))

    def _forget(self, call_id: CallId) -> None:
        self._promises.forget(call_id)
        for leg in self._calls.pop(call_id).legs:
            self._legs.pop(leg, None)

    def _own(self, task: CallTask, leg: LegId) -> None:
        self._legs[leg] = task
        task.legs.add(leg)

    # --- for the rooms above ---

    def desk(self, tenant_id: TenantId) -> Desk:
        """Raises: Unavailable while the engine has not started: a desk made now would never be asked.

        Raises it for an organisation that was closed, too: nothing of it is made again.
        """
        if self._group is None:
            raise Unavailable("Call24 is starting; try again in a moment")
        if tenant_id in self._closed:
            raise Unavailable("This organisation was closed")
        return self._desks.get(tenant_id) or self._open_desk(tenant_id)

    def _tell_desk(self, tenant_id: TenantId, message: Message) -> None:
        """What a call says after its organisation was closed is for nobody."""
        if tenant_id not in self._closed:
            self.desk(tenant_id).tell(message)

    def call(self, call_id: CallId) -> Call | None:
        """A call that is going on, or has just ended."""
        task = self._calls.get(call_id)
        return task.call if task else None

    def live_calls(self, tenant_id: TenantId) -> list[Call]:
        return [call for call in self.all_live() if call.tenant_id == tenant_id]

    async def wish(self, tenant_id: TenantId, agent_id: UserId, signal: agents.AgentSignal) -> AgentSession:
        """An agent's intent about its own session; answers with what became of it."""
        return await self.desk(tenant_id).ask(agent_id, signal)

    def find(self, tenant_id: TenantId, call_id: CallId) -> CallTask | None:
        """The task of a call that goes on in this organisation."""
        task = self._calls.get(call_id)
        return None if task is None or task.call.tenant_id != tenant_id or task.call.ended else task

    def by_mobile(self, session: AgentSession) -> bool:
        """Whether the agent has its mobile number called when none of its phones rings."""
        return self.directory.mobile(session.tenant_id, session.agent_id) is not None

    def lacks_phone(self, session: AgentSession) -> bool:
        """Whether the agent is offered a call that rings none of its phones, since none was there."""
        call = self.call(session.call_id) if session.call_id is not None else None
        offer = call.offer_to(session.agent_id) if call is not None else None
        return offer is not None and not offer.legs and (offer.mobile is None or not offer.mobile.answered)

    def phone_registered(self, session: AgentSession) -> None:
        """A phone of such an agent is there now."""
        if session.call_id is not None:
            legs = phone_legs(self.directory, session.tenant_id, session.agent_id)
            signal = s.PhoneRegistered(at=self.clock.now(), agent_id=session.agent_id, legs=legs)
            self.tell_call(session.call_id, signal)

    def configuration_changed(self, tenant_id: TenantId) -> None:
        """Queues or members were changed: waiting calls may have somebody now, or nobody."""
        if tenant_id in self._desks:
            self._desks[tenant_id].tell(LookAgain())

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """End everything of an organisation that is being erased: its calls end now, or soon after."""
        for call in self.live_calls(tenant_id):
            if call.caller_leg is None:  # a callback that waits has no leg whose end could end it
                self.tell_call(call.id, s.EndRequested(at=self.clock.now(), user_id=None, reason="closed"))
            for leg in legs_of(call):
                await self._telephony.perform(c.HangUpLeg(leg=leg))
        for leg in self.spoken.legs(tenant_id):
            await self._telephony.perform(c.HangUpLeg(leg=leg))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                while self.live_calls(tenant_id):  # noqa: ASYNC110 - the network says for each leg when it is gone
                    await asyncio.sleep(0.02)
        self._closed.add(tenant_id)
        self._desks.pop(tenant_id, None)
        if (desk := self._desk_tasks.pop(tenant_id, None)) is not None:
            desk.cancel()
        self.quota.forget(tenant_id)
        self._promises.forget_tenant(tenant_id)

    # --- signals ---

    def tell_call(self, call_id: CallId, signal: s.Signal) -> bool:
        """False: there is no such call any more, and nobody will answer."""
        if (task := self._calls.get(call_id)) is not None:
            self._late_or(task, signal)
        return task is not None

    def _late_or(self, task: CallTask, signal: s.Signal) -> None:
        """A call whose task has finished still answers what is late: strays are hung up, agents given back."""
        task.tell(signal)
        if task.call.ended and not task.running:
            task.running = True
            self._spawn(task.run(), f"late {task.call.id}")

    def on_network(self, signal: s.NetworkSignal) -> None:
        """Strictly in order, and without waiting: a leg may end right after it was listed."""
        if not self._ready.is_set():
            self._early.append(signal)
            return
        match signal:
            case s.LegArrived():
                if signal.leg not in self._legs:
                    self._legs[signal.leg] = None
                    self._spawn(self.arrivals.take(signal), f"arrival {signal.leg}")
            case s.PbxAway():
                self.pbx_here = False
            case s.PbxBack():
                self.pbx_here = True
                if (until := phones_awaited(signal)) is not None:
                    for desk in self._desks.values():
                        desk.tell(PhonesAwaited(until))
                self._compare(signal)
            case s.PbxSeen():
                self._look(signal)
            case _:
                self._on_leg(signal)

    def _on_leg(self, signal: s.NetworkSignal) -> None:
        leg = getattr(signal, "leg", None)
        if isinstance(signal, s.LegEnded):
            signal = self._outside.ended(signal)
        task = self._legs.get(leg) if leg is not None else None
        if task is not None:
            self._late_or(task, signal)
        elif leg is not None and leg in self.spoken:
            self.spoken.heard(leg, signal)
        elif isinstance(signal, s.LegEnded):
            self._legs.pop(signal.leg, None)
        elif isinstance(signal, s.LegAnswered):
            log.warning("leg %s answered, but belongs to no call: hung up", signal.leg)
            self._spawn(self._telephony.perform(c.HangUpLeg(leg=signal.leg)), "stray")

    def _compare(self, back: s.PbxBack) -> None:
        """Asterisk replays nothing: compare what it has now with what we believe, and fix the difference."""
        for task in [task for task in self._going.values() if not task.call.ended]:
            for signal in reconcile(task.call, back, self.clock.now()):
                if isinstance(signal, s.LegEnded):
                    self._outside.over(signal.leg)
                task.tell(signal)
        for leg in back.legs:
            if leg.arrival is not None and self._legs.get(leg.leg) is None:
                self.on_network(leg.arrival)
            elif not self._wanted(leg.leg):
                self._hang_up_unwanted(leg)
        # A call that ended just before a kill was written down as ended, and its bridge not dropped.
        self._drop(unwanted_bridges(back.bridges, self.all_live()))
        self._odd = frozenset()

    def _look(self, seen: s.PbxSeen) -> None:
        """Fix what is odd now and was odd in the last look too."""
        odd = oddities(seen, self.all_live(), {x.leg for x in seen.legs if self._legs.get(x.leg) is not None})
        before, self._odd = self._odd, odd.all()
        for leg in [leg for leg in seen.legs if leg.leg in before]:
            if leg.leg in odd.unknown and leg.arrival is not None:
                self._legs.pop(leg.leg, None)
                self.on_network(leg.arrival)
            elif leg.leg in odd.unwanted and leg.leg not in self.spoken:
                self._hang_up_unwanted(leg)
            elif leg.leg in odd.untold:
                self._on_leg(s.LegAnswered(at=seen.at, leg=leg.leg))
        self._drop(odd.bridges & before)

    def all_live(self) -> list[Call]:
        return [task.call for task in self._going.values() if not task.call.ended]

    def sessions(self) -> list[AgentSession]:
        """Of all agents, as they are now."""
        return [session for desk in self._desks.values() for session in desk.sessions.values()]

    def agents_of(self, tenant_id: TenantId) -> dict[UserId, AgentSession]:
        """Sessions of the organisation's agents, as they are now."""
        desk = self._desks.get(tenant_id)
        return desk.sessions if desk is not None else {}

    def teams_of(self, tenant_id: TenantId) -> Mapping[QueueId, Team]:
        return self.directory.teams(tenant_id)

    def _drop(self, bridges: Iterable[str]) -> None:
        for bridge_id in sorted(bridges):
            self._spawn(self._telephony.perform(c.DropBridge(bridge_id=bridge_id)), f"drop of {bridge_id}")

    def _hang_up_unwanted(self, leg: s.LiveLeg) -> None:
        log.warning("leg %s of call %s belongs to no call any more: hung up", leg.leg, leg.call_id)
        self._spawn(self._telephony.perform(c.HangUpLeg(leg=leg.leg)), f"hang-up of {leg.leg}")

    def _wanted(self, leg: LegId) -> bool:
        """Whether a call still has this leg; a hang-up asked for while Asterisk was away was not done."""
        if leg in self.spoken:
            return True
        task = self._legs.get(leg)
        return task is not None and not task.call.ended and leg in legs_of(task.call)

    def _free_agents(self) -> None:
        now = self.clock.now()
        for desk in self._desks.values():
            for agent_id, over in offers_over(desk.sessions.values(), self.call, now):
                desk.tell(SessionRequest(agent_id, over))
