"""The engine: finds the call of each signal, keeps one task per call and one desk per tenant, does their commands.

It decides nothing itself: calls/machine.py, agents/machine.py and routing/rules.py do. Taking over what was running
before a restart is in recovery.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable

import msgspec

from call24.agents import machine as agents
from call24.agents.model import AgentSession, AgentState
from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import Call, OfferOutcome
from call24.calls.telephony import Telephony
from call24.engine.call_task import CallTask, fresh_line
from call24.engine.desk import Desk, Join, Leave, Look, Wish
from call24.engine.ports import Callers, Directory, Route
from call24.engine.recovery import reconcile
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, ContactId, LegId, TenantId, UserId, new_id
from call24.routing.rules import WaitingCall

log = logging.getLogger(__name__)

# Q.850
UNALLOCATED_NUMBER, TEMPORARY_FAILURE = 1, 41
KEEP_ENDED = 60.0
CLOSE_S = 3.0


class Engine:
    def __init__(
        self, *, clock: Clock, journal: Journal, telephony: Telephony, directory: Directory, callers: Callers
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._telephony = telephony
        self._directory = directory
        self._callers = callers
        self._calls: dict[CallId, CallTask] = {}
        self._legs: dict[LegId, CallTask | None] = {}
        self._desks: dict[TenantId, Desk] = {}
        self._desk_tasks: dict[TenantId, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._ready = asyncio.Event()
        self._early: list[s.NetworkSignal] = []
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
            for call in open_calls:
                caller = await self._callers.recall(call.tenant_id, call.contact_id)
                self._adopt(CallTask(call, caller, clock=self._clock, journal=self._journal, perform=self._perform))
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
            clock=self._clock,
            journal=self._journal,
            directory=self._directory,
            to_call=self.tell_call,
            pbx_here=lambda: self.pbx_here,
            sessions=sessions,
        )
        self._desks[tenant_id] = desk
        self._desk_tasks[tenant_id] = self._spawn(desk.run(), f"desk {tenant_id}")
        return desk

    def _spawn(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        assert self._group is not None, "the engine runs"
        return self._group.create_task(_by_itself(work, name), name=name)

    def _adopt(self, task: CallTask) -> None:
        call = task.call
        self._calls[call.id] = task
        for leg in legs_of(call):
            self._legs[leg] = task
        self._spawn(self._look_after(task), f"call {call.id}")

    async def _look_after(self, task: CallTask) -> None:
        await task.run()
        call = task.call
        # Its legs stay known for a while: what they report late is no news of strangers.
        self._clock.call_later(KEEP_ENDED, lambda: self._forget(call.id))

    def _forget(self, call_id: CallId) -> None:
        task = self._calls.pop(call_id, None)
        self._legs = {leg: owner for leg, owner in self._legs.items() if owner is not task}

    # --- for the rooms above ---

    def desk(self, tenant_id: TenantId) -> Desk:
        return self._desks.get(tenant_id) or self._open_desk(tenant_id)

    def call(self, call_id: CallId) -> Call | None:
        """A call that is going on, or has just ended."""
        task = self._calls.get(call_id)
        return task.call if task else None

    def live_calls(self, tenant_id: TenantId) -> list[Call]:
        calls = (task.call for task in self._calls.values())
        return [call for call in calls if call.tenant_id == tenant_id and not call.ended]

    async def wish(self, tenant_id: TenantId, agent_id: UserId, signal: agents.AgentSignal) -> AgentSession:
        """An agent's intent about its own session; answers with what became of it."""
        return await self.desk(tenant_id).ask(agent_id, signal)

    def request(self, tenant_id: TenantId, agent_id: UserId, call_id: CallId, signal: s.Signal) -> None:
        """An agent's intent about a call it has, or is offered. Raises: NotFound for any other call."""
        task = self._calls.get(call_id)
        if task is None or task.call.tenant_id != tenant_id or task.call.ended:
            raise NotFound
        call = task.call
        offered = call.offer is not None and call.offer.agent_id == agent_id
        if not (offered or call.agent_id == agent_id):
            raise NotFound
        task.tell(signal)

    def configuration_changed(self, tenant_id: TenantId) -> None:
        """Queues or members were changed: waiting calls may have somebody now, or nobody."""
        if tenant_id in self._desks:
            self._desks[tenant_id].tell(Look())

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """End everything of an organisation that is being erased: its calls end now, or soon after."""
        for call in self.live_calls(tenant_id):
            for leg in legs_of(call):
                await self._telephony.perform(c.HangUpLeg(leg=leg))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                while self.live_calls(tenant_id):  # noqa: ASYNC110 - the network says for each leg when it is gone
                    await asyncio.sleep(0.02)
        self._desks.pop(tenant_id, None)
        if (desk := self._desk_tasks.pop(tenant_id, None)) is not None:
            desk.cancel()

    # --- signals ---

    def tell_call(self, call_id: CallId, signal: s.Signal) -> bool:
        """False: there is no such call any more, and nobody will answer."""
        task = self._calls.get(call_id)
        if task is not None:
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
                    self._spawn(self._arrive(signal), f"arrival {signal.leg}")
            case s.PbxAway():
                self.pbx_here = False
            case s.PbxBack():
                self.pbx_here = True
                self._compare(signal)
            case _:
                self._on_leg(signal)

    def _on_leg(self, signal: s.NetworkSignal) -> None:
        leg = getattr(signal, "leg", None)
        task = self._legs.get(leg) if leg is not None else None
        if task is not None:
            self._late_or(task, signal)
        elif isinstance(signal, s.LegEnded):
            self._legs.pop(signal.leg, None)
        elif isinstance(signal, s.LegAnswered):
            log.warning("leg %s answered, but no call knows it: hung up", signal.leg)
            self._spawn(self._telephony.perform(c.HangUpLeg(leg=signal.leg)), "stray")

    async def _arrive(self, arrived: s.LegArrived) -> None:
        """A new caller: find out where it wants to go, write down that it is here, then greet it."""
        try:
            route = self._directory.route(arrived.dialled, arrived.trunk)
            if route is None:
                log.info("a call to an unknown number was refused, trunk %s", arrived.trunk)
                await self._telephony.perform(c.HangUpLeg(leg=arrived.leg, cause=UNALLOCATED_NUMBER))
                return
            self._open_call(route, arrived)
        except Exception:
            log.exception("the caller on %s could not be taken in", arrived.leg)
            await self._telephony.perform(c.HangUpLeg(leg=arrived.leg, cause=TEMPORARY_FAILURE))

    def _open_call(self, route: Route, arrived: s.LegArrived) -> None:
        caller = self._callers.identify(route.tenant_id, arrived.caller, arrived.caller_name)
        event = self._arrival(route, arrived, caller.contact_id)
        call = e.begin(route.tenant_id, event, arrived.at)
        arrival = fresh_line(call, event, arrived.at)
        task = CallTask(
            call, caller, clock=self._clock, journal=self._journal, perform=self._perform, unwritten=(arrival,)
        )
        ended_already = arrived.leg not in self._legs
        self._adopt(task)
        task.tell(s.CallerArrived(at=arrived.at, leg=arrived.leg))
        if ended_already:
            task.tell(s.LegEnded(at=self._clock.now(), leg=arrived.leg, cause=16))

    def _arrival(self, route: Route, arrived: s.LegArrived, contact_id: ContactId | None) -> e.CallArrived:
        return e.CallArrived(
            call_id=CallId(new_id("call")),
            number_id=route.number_id,
            queue_id=route.queue_id,
            contact_id=contact_id,
            leg=arrived.leg,
            rules=route.rules,
        )

    def _compare(self, back: s.PbxBack) -> None:
        """Asterisk replays nothing: compare what it has now with what we believe, and mend the difference."""
        for task in list(self._calls.values()):
            if not task.call.ended:
                for signal in reconcile(task.call, back, self._clock.now()):
                    task.tell(signal)
        for leg in back.legs:
            if leg.arrival is not None and self._legs.get(leg.leg) is None:
                self.on_network(leg.arrival)
            elif not self._wanted(leg.leg):
                log.warning("leg %s of call %s is nobody's any more: hung up", leg.leg, leg.call_id)
                self._spawn(self._telephony.perform(c.HangUpLeg(leg=leg.leg)), f"hang-up of {leg.leg}")

    def _wanted(self, leg: LegId) -> bool:
        """Whether a call still has this leg; a hang-up asked for while Asterisk was away was not done."""
        task = self._legs.get(leg)
        return task is not None and not task.call.ended and leg in legs_of(task.call)

    def _free_agents(self) -> None:
        """The desk and the call each write their own line of an offer: after a kill between the two they disagree.

        Then the call is right. Only before anything moves: later the news may be on its way.
        """
        now = self._clock.now()
        for desk in self._desks.values():
            for session in desk.sessions.values():
                if session.state not in {AgentState.OFFERED, AgentState.ON_CALL} or session.offer_id is None:
                    continue
                task = self._calls.get(session.call_id) if session.call_id is not None else None
                if task is None or not task.call.holds(session.offer_id):
                    talked = session.state is AgentState.ON_CALL
                    outcome = OfferOutcome.TALKED if talked else OfferOutcome.WITHDRAWN
                    over = agents.OfferOver(at=now, offer_id=session.offer_id, outcome=outcome)
                    desk.tell(Wish(session.agent_id, over))

    # --- commands ---

    async def _perform(self, task: CallTask, command: c.AnyCommand) -> None:
        call = task.call
        match command:
            case c.RequestAgent(queue_id=queue_id, since=since, tried=tried):
                tried_at = self._clock.now() if tried else None
                waiting = WaitingCall(call_id=call.id, queue_id=queue_id, since=since, tried=tried, tried_at=tried_at)
                self.desk(call.tenant_id).tell(Join(waiting))
            case c.LeaveQueue():
                self.desk(call.tenant_id).tell(Leave(call.id))
            case c.ReleaseAgent(agent_id=agent_id, offer_id=offer_id, outcome=outcome):
                over = agents.OfferOver(
                    at=self._clock.now(), offer_id=offer_id, outcome=outcome, wrap_up_s=call.rules.wrap_up_s
                )
                self.desk(call.tenant_id).tell(Wish(agent_id, over))
            case c.AgentTaken(agent_id=agent_id, offer_id=offer_id):
                taken = agents.CallTaken(at=self._clock.now(), call_id=call.id, offer_id=offer_id)
                self.desk(call.tenant_id).tell(Wish(agent_id, taken))
            case c.RingAgent():
                # Known before it is done: the answer can arrive before the request to ring has returned.
                self._legs[command.leg] = task
                named = msgspec.structs.replace(command, caller_number=task.caller.number, caller_name=task.caller.name)
                await self._telephony.perform(named)
            case c.StartTimer() | c.StopTimer():
                raise TypeError("timers belong to the call task")
            case _:
                await self._telephony.perform(command)


def legs_of(call: Call) -> list[LegId]:
    """All legs that a call may have now."""
    legs = [call.caller_leg]
    if call.agent_leg is not None:
        legs.append(call.agent_leg)
    if call.offer is not None:
        legs += [leg.leg for leg in call.offer.legs]
    if call.reattach is not None:
        legs.append(call.reattach.leg)
    return legs


async def _by_itself(work: Coroutine[object, object, None], name: str) -> None:
    """One call's trouble is its own: it must not end the task group, and with it all the others."""
    try:
        await work
    except Exception:
        log.exception("%s failed", name)
