"""A tenant's desk: owns the waiting calls and the agent sessions, and gives calls to agents.

One task, one inbox: nobody else changes a session, so no agent can get two calls. It decides by pure functions
(agents/machine.py, routing/router.py), writes down what it decided, and only then tells the call: once for all that had
arrived, so that a desk with many calls does not wait for the disk once for each step of each of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from call24.agents import machine
from call24.agents.events import AnyAgentEvent
from call24.agents.model import AgentSession
from call24.calls import signals as s
from call24.calls.model import OfferLeg
from call24.engine.ports import RUNG_MAX, Directory
from call24.engine.waiting_lines import WaitingLines
from call24.journal.journal import Journal
from call24.journal.model import Fresh
from call24.kit.clock import Clock, TimerHandle
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, LegId, OfferId, QueueId, TenantId, UserId, new_id
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Match
from call24.routing.router import CallRouter

log = logging.getLogger(__name__)

KEEP_AGENT_EVENTS = timedelta(days=90)
UNWRITTEN_KEPT = 1000


class SessionRequest(msgspec.Struct, frozen=True):
    """Something that happens to one agent's session; ``done`` is told the session afterwards."""

    agent_id: UserId
    signal: machine.AgentSignal
    done: asyncio.Future[AgentSession] | None = None


class Join(msgspec.Struct, frozen=True):
    """``first``: the call comes new into the line, and may find it full."""

    call: WaitingCall
    first: bool = False


class Leave(msgspec.Struct, frozen=True):
    call_id: CallId


class PlaceRequest(msgspec.Struct, frozen=True):
    """The call wants to know how many are before it."""

    call_id: CallId


class Reserve(msgspec.Struct, frozen=True):
    """The call wants this agent, for a consultation."""

    call_id: CallId
    agent_id: UserId


class TakeBack(msgspec.Struct, frozen=True):
    """Their call was over before it heard of them."""

    offers: tuple[s.Chosen, ...]


class PhonesAwaited(msgspec.Struct, frozen=True):
    """Asterisk has just started: no phone has registered with it yet."""

    until: datetime


class LookAgain(msgspec.Struct, frozen=True):
    """Decide again: time has passed, or the configuration was changed."""


Message = SessionRequest | Join | Leave | PlaceRequest | Reserve | TakeBack | PhonesAwaited | LookAgain
ToCall = Callable[[CallId, s.Signal], bool]


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
        self._router = CallRouter(self._sessions.values())
        self._lines = WaitingLines(self._router)
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._look_timer: TimerHandle | None = None
        self._unwritten: list[Fresh] = []
        self._news: list[Callable[[], None]] = []
        for session in self._sessions.values():
            self._arm(None, session)

    @property
    def sessions(self) -> dict[UserId, AgentSession]:
        return dict(self._sessions)

    @property
    def waiting(self) -> tuple[WaitingCall, ...]:
        return self._lines.in_order()

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
        self.tell(SessionRequest(agent_id, signal, done))
        return await done

    async def run(self) -> None:
        while True:
            message: Message | None = await self._inbox.get()
            while message is not None:
                await self._dealt_with(message)
                message = None if self._inbox.empty() else self._inbox.get_nowait()
            # One decision for all that has arrived: a burst of callers is matched once.
            try:
                self._match()
            except Exception:
                log.exception("the desk of organisation %s failed to offer calls to agents", self.tenant_id)
            try:
                await self._write_down()
            except Exception:
                log.exception("the desk of organisation %s failed to send its decisions to calls", self.tenant_id)

    async def _dealt_with(self, message: Message) -> None:
        try:
            await self._take(message)
        except Exception as error:
            log.exception("the desk of organisation %s failed to handle %s", self.tenant_id, type(message).__name__)
            if isinstance(message, SessionRequest) and message.done is not None and not message.done.done():
                message.done.set_exception(error)

    async def _take(self, message: Message) -> None:
        match message:
            case SessionRequest(agent_id=agent_id, signal=signal, done=None):
                self._advance(agent_id, signal)
            case SessionRequest(agent_id=agent_id, signal=signal, done=asyncio.Future() as done):
                session = await self._promise(agent_id, signal)
                if not done.cancelled():
                    done.set_result(session)
            case Join(call=call, first=first):
                self._join(call, first)
            case Leave(call_id=call_id):
                self._lines.leave(call_id)
            case PlaceRequest(call_id=call_id):
                self._tell_place(call_id)
            case Reserve(call_id=call_id, agent_id=agent_id):
                self._reserve(call_id, agent_id)
            case TakeBack(offers=offers):
                self._take_back(offers)
            case PhonesAwaited(until=until):
                self._await_phones(until)
            case LookAgain():
                pass

    # --- the lines ---

    def _join(self, call: WaitingCall, first: bool) -> None:
        most = self._directory.most_waiting(call.queue_id) if first and call.queue_id is not None else None
        if most is not None and self._lines.length(call.queue_id) >= most:
            self._tell_call(call.call_id, s.QueueFull(at=self._clock.now()))
        else:
            self._lines.join(call)

    def _tell_place(self, call_id: CallId) -> None:
        now = self._clock.now()
        call = self._lines.get(call_id)
        if call is None or call.queue_id is None:
            return
        position = self._lines.position(call)
        estimate = self._lines.estimate(call.queue_id, position, self._working(call.queue_id), now)
        low_s, high_s = (estimate.low_s, estimate.high_s) if estimate is not None else (None, None)
        self._tell_call(call_id, s.PlaceTold(at=now, position=position, low_s=low_s, high_s=high_s))

    def _working(self, queue_id: QueueId | None) -> int:
        """How many agents of the queue take calls now, or will when the one in hand is done."""
        self._router.configure(self._directory.teams(self.tenant_id))
        return self._router.working(queue_id)

    # --- the sessions ---

    def _advance(self, agent_id: UserId, signal: machine.AgentSignal) -> AgentSession:
        """So from now on; on disk, and told to calls, by ``_write_down``."""
        session = self.session(agent_id)
        step, fresh = self._step(session, signal)
        self._unwritten += fresh
        self._moved(session, step.session)
        return step.session

    async def _promise(self, agent_id: UserId, signal: machine.AgentSignal) -> AgentSession:
        """Somebody is told that it is so, so it is so only once it is on disk. Raises: Unavailable."""
        await self._write_down()
        session = self.session(agent_id)
        step, fresh = self._step(session, signal)
        if fresh:
            await self._journal.append(self.tenant_id, [*self._unwritten, *fresh])
            self._unwritten = []
        self._moved(session, step.session)
        return step.session

    def _step(self, session: AgentSession, signal: machine.AgentSignal) -> tuple[machine.AgentStep, list[Fresh]]:
        step = machine.advance(session, signal)
        if step.ignored is not None:
            log.debug("agent %s: %s ignored: %s", session.agent_id, type(signal).__name__, step.ignored)
        at = max(signal.at, session.since)
        return step, [self._fresh(event, at) for event in step.events]

    def _moved(self, before: AgentSession, session: AgentSession) -> None:
        self._sessions[session.agent_id] = session
        self._router.moved(session)
        self._arm(before, session)

    def _fresh(self, event: AnyAgentEvent, at: datetime) -> Fresh:
        call_id: CallId | None = getattr(event, "call_id", None)
        delete_at = at + KEEP_AGENT_EVENTS
        return Fresh(at=at, event=event, delete_at=delete_at, call_id=call_id, agent_id=event.agent_id)

    async def _write_down(self) -> None:
        """What was decided is on disk; then those hear of it whom it concerns."""
        if self._unwritten:
            try:
                await self._journal.append(self.tenant_id, self._unwritten)
                self._unwritten = []
            except Unavailable:
                # Neither database nor spool. A call that is over must free its agent all the same.
                log.error(
                    "the desk of organisation %s continues, but its events are not in the journal yet", self.tenant_id
                )
                self._unwritten = self._unwritten[-UNWRITTEN_KEPT:]
        news, self._news = self._news, []
        for told in news:
            told()

    def _tell_call(self, call_id: CallId, signal: s.Signal, *chosen: s.Chosen) -> None:
        """Once it is on disk. ``chosen``: taken back where nobody is there any more to hear of them."""

        def told() -> None:
            if not self._to_call(call_id, signal) and chosen:
                self.tell(TakeBack(chosen))

        self._news.append(told)

    def _arm(self, before: AgentSession | None, session: AgentSession) -> None:
        """What time alone will do to the session. An alarm of an earlier state is a stray when it comes."""
        alarm = machine.alarm(session)
        if alarm is None or (before is not None and machine.alarm(before) == alarm):
            return
        # Not before the state's own time: where the clock was set back meanwhile, the wait is no longer for it.
        seconds = (alarm.at - max(self._clock.now(), session.since)).total_seconds()
        wish = SessionRequest(session.agent_id, alarm.signal)
        self._clock.call_later(max(0.0, seconds), lambda: self.tell(wish))

    def _reserve(self, call_id: CallId, agent_id: UserId) -> None:
        here = self._pbx_here()  # else no phone can ring: the colleague is not to miss what it never heard
        chosen = self._offer(call_id, agent_id, direct=True) if here else None
        now = self._clock.now()
        if chosen is None:
            session = self.session(agent_id)
            reason = session.state.value if here and session.phone_awaited_until is None else "unreachable"
            self._tell_call(call_id, s.ColleagueBusy(at=now, agent_id=agent_id, reason=reason))
        else:
            self._tell_call(call_id, s.ColleagueReserved(at=now, chosen=chosen), chosen)

    def _offer(self, call_id: CallId, agent_id: UserId, *, direct: bool = False) -> s.Chosen | None:
        """The agent's session says that it is offered this call; None where it cannot be."""
        offer_id = OfferId(new_id("off"))
        made = machine.OfferMade(at=self._clock.now(), call_id=call_id, offer_id=offer_id, direct=direct)
        if self._advance(agent_id, made).offer_id != offer_id:
            return None
        legs = phone_legs(self._directory, self.tenant_id, agent_id)
        by_mobile = not direct and self._directory.mobile(self.tenant_id, agent_id) is not None
        return s.Chosen(offer_id=offer_id, agent_id=agent_id, legs=legs, mobile=by_mobile)

    def _await_phones(self, until: datetime) -> None:
        now = self._clock.now()
        for session in list(self._sessions.values()):
            self._advance(session.agent_id, machine.PhoneAwaited(at=now, until=until))

    def _take_back(self, offers: Iterable[s.Chosen]) -> None:
        now = self._clock.now()
        for chosen in offers:
            self._advance(chosen.agent_id, machine.OfferOver(at=now, offer_id=chosen.offer_id, outcome="withdrawn"))

    # --- giving calls to agents ---

    def _match(self) -> None:
        # While Asterisk is away no phone can ring: no agent is to miss what it never heard.
        if not self._lines or not self._pbx_here():
            return
        now = self._clock.now()
        self._router.configure(self._directory.teams(self.tenant_id))
        decision = self._router.decide(now)
        for match in decision.matches:
            self._give(match, now)
        for call_id in decision.hopeless:
            self._lines.leave(call_id)
            self._tell_call(call_id, s.NobodyThere(at=now))
        if self._look_timer is not None:
            self._look_timer.cancel()
            self._look_timer = None
        if decision.look_again_at is not None:
            seconds = (decision.look_again_at - now).total_seconds()
            self._look_timer = self._clock.call_later(seconds + 0.01, lambda: self.tell(LookAgain()))

    def _give(self, match: Match, now: datetime) -> None:
        offers = [self._offer(match.call_id, agent_id) for agent_id in match.agent_ids]
        chosen = tuple(offer for offer in offers if offer is not None)
        call = self._lines.get(match.call_id)
        if not chosen or call is None:
            self._take_back(chosen)
            return
        self._lines.answered(call, self._working(call.queue_id), now)
        signal = s.AgentChosen(at=self._clock.now(), offers=chosen, candidates=match.candidates, others=match.others)
        self._tell_call(match.call_id, signal, *chosen)


def phone_legs(directory: Directory, tenant_id: TenantId, agent_id: UserId) -> tuple[OfferLeg, ...]:
    """Fresh legs to those devices of the agent that are rung."""
    devices = directory.devices(tenant_id, agent_id)[:RUNG_MAX]
    return tuple(OfferLeg(leg=LegId(new_id("leg")), device_id=device) for device in devices)
