"""A tenant's desk: owns the waiting calls and the agent sessions, and gives calls to agents.

One task, one inbox: nobody else changes a session, so no agent can get two calls. It decides by pure functions
(agents/machine.py, routing/rules.py), writes down what it decided, and only then tells the call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from call24.agents import machine
from call24.agents.events import AnyAgentEvent
from call24.agents.model import AgentSession, AgentState
from call24.calls.signals import AgentChosen, Candidate, NobodyThere, OfferedLeg, Signal
from call24.engine.ports import Directory
from call24.journal.journal import Journal
from call24.journal.model import Fresh
from call24.kit.clock import Clock, TimerHandle
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, LegId, OfferId, TenantId, UserId, new_id
from call24.routing.rules import Match, Member, Team, WaitingCall, decide

log = logging.getLogger(__name__)

KEEP_AGENT_EVENTS = timedelta(days=90)


class Wish(msgspec.Struct, frozen=True):
    """Something that happens to one agent's session; ``done`` is told the session afterwards."""

    agent_id: UserId
    signal: machine.AgentSignal
    done: asyncio.Future[AgentSession] | None = None


class Join(msgspec.Struct, frozen=True):
    call: WaitingCall


class Leave(msgspec.Struct, frozen=True):
    call_id: CallId


class Look(msgspec.Struct, frozen=True):
    """Decide again: time has passed, or the configuration was changed."""


Message = Wish | Join | Leave | Look
ToCall = Callable[[CallId, Signal], bool]


class Desk:
    def __init__(
        self,
        tenant_id: TenantId,
        *,
        clock: Clock,
        journal: Journal,
        directory: Directory,
        to_call: ToCall,
        pbx_here: Callable[[], bool],
        sessions: Iterable[AgentSession] = (),
    ) -> None:
        self.tenant_id = tenant_id
        self._clock = clock
        self._journal = journal
        self._directory = directory
        self._to_call = to_call
        self._pbx_here = pbx_here
        self._sessions = {session.agent_id: session for session in sessions}
        self._waiting: dict[CallId, WaitingCall] = {}
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._look_timer: TimerHandle | None = None
        for session in self._sessions.values():
            if session.state is AgentState.WRAP_UP:
                self._arm_wrap_up(session)

    @property
    def sessions(self) -> dict[UserId, AgentSession]:
        return dict(self._sessions)

    @property
    def waiting(self) -> tuple[WaitingCall, ...]:
        return tuple(sorted(self._waiting.values(), key=lambda call: (call.since, call.call_id)))

    def session(self, agent_id: UserId) -> AgentSession:
        """The agent's session; an agent never seen is offline."""
        now = self._clock.now()
        fresh = AgentSession(agent_id=agent_id, tenant_id=self.tenant_id, since=now, idle_since=now)
        return self._sessions.get(agent_id, fresh)

    def tell(self, message: Message) -> None:
        self._inbox.put_nowait(message)

    async def ask(self, agent_id: UserId, signal: machine.AgentSignal) -> AgentSession:
        """Put a signal to a session and wait for what became of it."""
        done: asyncio.Future[AgentSession] = asyncio.get_running_loop().create_future()
        self.tell(Wish(agent_id, signal, done))
        return await done

    async def run(self) -> None:
        while True:
            message = await self._inbox.get()
            try:
                await self._take(message)
            except Exception as error:
                log.exception("the desk of %s could not deal with %s", self.tenant_id, type(message).__name__)
                if isinstance(message, Wish) and message.done is not None and not message.done.done():
                    message.done.set_exception(error)
            # One decision for all that has arrived: a burst of callers is matched once.
            if self._inbox.empty():
                try:
                    await self._match()
                except Exception:
                    log.exception("the desk of %s could not give calls to agents", self.tenant_id)

    async def _take(self, message: Message) -> None:
        match message:
            case Wish(agent_id=agent_id, signal=signal, done=done):
                session = await self._advance(agent_id, signal, promised=done is not None)
                if done is not None and not done.cancelled():
                    done.set_result(session)
            case Join(call=call):
                self._waiting[call.call_id] = call
            case Leave(call_id=call_id):
                self._waiting.pop(call_id, None)
            case Look():
                pass

    async def _advance(self, agent_id: UserId, signal: machine.AgentSignal, *, promised: bool = False) -> AgentSession:
        """``promised``: somebody is told that it is so, so it is so only once it is on disk. Raises: Unavailable."""
        session = self.session(agent_id)
        step = machine.advance(session, signal)
        if step.ignored is not None:
            log.debug("agent %s: %s ignored: %s", agent_id, type(signal).__name__, step.ignored)
        at = max(signal.at, session.since)
        await self._write_down([self._fresh(event, at) for event in step.events], promised)
        self._sessions[agent_id] = step.session
        if step.session.state is AgentState.WRAP_UP and session.state is not AgentState.WRAP_UP:
            self._arm_wrap_up(step.session)
        return step.session

    def _fresh(self, event: AnyAgentEvent, at: datetime) -> Fresh:
        call_id: CallId | None = getattr(event, "call_id", None)
        delete_at = at + KEEP_AGENT_EVENTS
        return Fresh(at=at, event=event, delete_at=delete_at, call_id=call_id, agent_id=event.agent_id)

    async def _write_down(self, fresh: list[Fresh], promised: bool) -> None:
        if not fresh:
            return
        try:
            await self._journal.append(self.tenant_id, fresh)
        except Unavailable:
            if promised:
                raise
            # Neither database nor spool. A call that is over must free its agent all the same.
            log.error("the desk of %s goes on unrecorded in the journal", self.tenant_id)

    def _arm_wrap_up(self, session: AgentSession) -> None:
        assert session.call_id is not None
        call_id, agent_id = session.call_id, session.agent_id
        # No end: a kill came between the end of the wrap-up and what was to follow it.
        until = session.wrap_up_until or self._clock.now()
        seconds = (until - self._clock.now()).total_seconds()
        self._clock.call_later(max(0.0, seconds), lambda: self._wrap_up_over(agent_id, call_id))

    def _wrap_up_over(self, agent_id: UserId, call_id: CallId) -> None:
        self.tell(Wish(agent_id, machine.WrapUpTimeUp(at=self._clock.now(), call_id=call_id)))

    async def _match(self) -> None:
        # While Asterisk is away no phone can ring: no agent is to miss what it never heard.
        if not self._waiting or not self._pbx_here():
            return
        now = self._clock.now()
        teams = {
            queue_id: Team(queue_id=queue_id, members=tuple(Member(agent_id=agent) for agent in members))
            for queue_id, members in self._directory.members(self.tenant_id).items()
        }
        decision = decide(self._waiting.values(), teams, self._sessions, now)
        for match in decision.matches:
            await self._offer(match)
        for call_id in decision.hopeless:
            self._waiting.pop(call_id, None)
            self._to_call(call_id, NobodyThere(at=now))
        if self._look_timer is not None:
            self._look_timer.cancel()
            self._look_timer = None
        if decision.look_again_at is not None:
            seconds = (decision.look_again_at - now).total_seconds()
            self._look_timer = self._clock.call_later(seconds + 0.01, lambda: self.tell(Look()))

    async def _offer(self, match: Match) -> None:
        offer_id = OfferId(new_id("off"))
        (agent_id,) = match.agent_ids
        made = machine.OfferMade(at=self._clock.now(), call_id=match.call_id, offer_id=offer_id)
        session = await self._advance(agent_id, made)
        if session.offer_id != offer_id:
            return
        self._waiting.pop(match.call_id, None)
        devices = self._directory.devices(self.tenant_id, agent_id)
        chosen = AgentChosen(
            at=self._clock.now(),
            offer_id=offer_id,
            agent_id=agent_id,
            legs=tuple(OfferedLeg(leg=LegId(new_id("leg")), device_id=device) for device in devices),
            candidates=tuple(
                Candidate(agent_id=r.agent_id, chosen=r.chosen, reason=r.code, idle_s=r.idle_s) for r in match.reasons
            ),
        )
        if not self._to_call(match.call_id, chosen):
            withdrawn = machine.OfferOver(at=self._clock.now(), offer_id=offer_id, outcome="withdrawn")
            await self._advance(agent_id, withdrawn)
