"""A day in a queue, simulated: callers arrive, the router gives them agents, the agents' sessions are the real table's.

Time jumps from event to event; everything random comes from one seed. What every caller was told on joining and how
long it then waited is kept.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from tests.support.clock import START

from call24.agents.machine import advance
from call24.agents.model import AgentSession, AgentState
from call24.agents.signals import AgentSignal, AvailableWished, CallTaken, OfferMade, OfferOver, WrapUpTimeUp
from call24.kit.ids import CallId, OfferId, QueueId, TenantId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.routing.estimate import Estimate, Pace, empty
from call24.routing.model import Member, Team
from call24.routing.router import CallRouter

QUEUE = QueueId("que_day")
WRAP_UP_S = 10.0


@dataclass(frozen=True)
class Load:
    """``busy``: share of the agents' time that the callers ask for. ``spread``: of handle times, relative to their mean
    (log-normal). ``patience_s``: mean of the time after which a caller gives up; None: never."""

    agents: int
    busy: float
    handle_s: float = 240.0
    spread: float = 0.8
    hours: float = 8.0
    patience_s: float | None = None
    seed: int = 1


@dataclass(frozen=True)
class Told:
    position: int
    estimate: Estimate
    waited_s: float

    @property
    def held(self) -> bool:
        return self.estimate.low_s <= self.waited_s <= self.estimate.high_s


@dataclass
class Day:
    """Runs one load; ``told`` are the callers who heard an estimate and were answered."""

    load: Load
    told: list[Told] = field(default_factory=list)
    answered: int = 0
    gave_up: int = 0

    def __post_init__(self) -> None:
        self._random = Random(self.load.seed)
        self._now = START
        self._pace: Pace = empty()
        self._waiting: dict[CallId, WaitingCall] = {}
        self._heard: dict[CallId, tuple[int, Estimate]] = {}
        self._events: list[tuple[float, int, Any]] = []
        self._order = count()
        agents = [UserId(f"usr_{number:03}") for number in range(self.load.agents)]
        fresh = {
            a: AgentSession(agent_id=a, tenant_id=TenantId("ten_a"), since=START, idle_since=START) for a in agents
        }
        self._sessions = fresh
        self._router = CallRouter(fresh.values())
        members = tuple(Member(agent_id=agent) for agent in agents)
        self._router.configure({QUEUE: Team(queue_id=QUEUE, members=members)})
        for agent in agents:
            self._signal(agent, AvailableWished(at=START))

    def run(self) -> Day:
        for seconds in self._arrivals():
            self._at(seconds, ("joins",))
        while self._events:
            seconds, _, event = heapq.heappop(self._events)
            self._now = START + timedelta(seconds=seconds)
            self._happens(*event)
            self._match()
        return self

    def _arrivals(self) -> Iterator[float]:
        rate = self.load.busy * self.load.agents / (self.load.handle_s + WRAP_UP_S)
        seconds = 0.0
        while (seconds := seconds + self._random.expovariate(rate)) < self.load.hours * 3600:
            yield seconds

    def _at(self, seconds: float, event: tuple[Any, ...]) -> None:
        heapq.heappush(self._events, (seconds, next(self._order), event))

    def _after(self, seconds: float, *event: Any) -> None:
        self._at((self._now - START).total_seconds() + seconds, event)

    def _happens(self, what: str, *about: Any) -> None:
        match what:
            case "joins":
                self._joins()
            case "gives_up":
                if self._waiting.pop(about[0], None) is not None:
                    self._router.leave(about[0])
                    self.gave_up += 1
            case "ends":
                agent, offer = about
                self._signal(agent, OfferOver(at=self._now, offer_id=offer, outcome="talked", wrap_up_s=WRAP_UP_S))
                self._after(WRAP_UP_S, "wrapped_up", agent)
            case "wrapped_up":
                (agent,) = about
                call_id = self._sessions[agent].call_id
                assert call_id is not None
                self._signal(agent, WrapUpTimeUp(at=self._now, call_id=call_id))

    def _joins(self) -> None:
        call = WaitingCall(call_id=CallId(f"call_{next(self._order):06}"), queue_id=QUEUE, since=self._now)
        self._waiting[call.call_id] = call
        self._router.join(call)
        if self.load.patience_s is not None:
            self._after(self._random.expovariate(1 / self.load.patience_s), "gives_up", call.call_id)
        if any(session.state is AgentState.AVAILABLE for session in self._sessions.values()):
            return  # answered at once: nobody is told anything
        estimate = self._pace.estimate(len(self._waiting), self._working(), self._now)
        if estimate is not None:
            self._heard[call.call_id] = len(self._waiting), estimate

    def _working(self) -> int:
        return sum(session.there for session in self._sessions.values())

    def _match(self) -> None:
        for match in self._router.decide(self._now).matches:
            call = self._waiting.pop(match.call_id)
            self._router.leave(match.call_id)
            (agent,) = match.agent_ids
            offer = OfferId(f"off_{call.call_id}")
            self._signal(agent, OfferMade(at=self._now, call_id=call.call_id, offer_id=offer))
            self._signal(agent, CallTaken(at=self._now, call_id=call.call_id, offer_id=offer))
            waited = (self._now - call.since).total_seconds()
            self._pace = self._pace.answered(self._now, waited, self._working())
            self.answered += 1
            if call.call_id in self._heard:
                position, estimate = self._heard.pop(call.call_id)
                self.told.append(Told(position, estimate, waited))
            self._after(self._handle_s(), "ends", agent, offer)

    def _handle_s(self) -> float:
        sigma = math.sqrt(math.log(1 + self.load.spread**2))
        return self._random.lognormvariate(math.log(self.load.handle_s) - sigma * sigma / 2, sigma)

    def _signal(self, agent: UserId, signal: AgentSignal) -> None:
        step = advance(self._sessions[agent], signal)
        assert step.ignored is None, step.ignored
        self._sessions[agent] = step.session
        self._router.moved(step.session)


def held_share(told: list[Told]) -> float:
    return sum(one.held for one in told) / len(told)


def width(told: list[Told]) -> float:
    """How wide the intervals were, relative to how long was waited, on average."""
    return sum(one.estimate.high_s - one.estimate.low_s for one in told) / sum(one.waited_s for one in told)
