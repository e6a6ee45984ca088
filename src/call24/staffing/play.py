"""Plays a load through on a virtual clock: callers arrive, the production routing (``routing/router.py``) gives them
agents, and the agents' sessions are those of the state table (``agents/machine.py``). Nothing is reckoned by a formula.

Everything random comes from the seed. Agents answer at once: ring time is no part of it.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from call24.agents.machine import advance
from call24.agents.model import AgentSession
from call24.agents.signals import AgentSignal, AvailableWished, CallTaken, OfferMade, OfferOver, WrapUpTimeUp
from call24.kit.ids import CallId, OfferId, QueueId, TenantId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Match, Member, Team
from call24.routing.router import CallRouter
from call24.staffing.model import WARM_UP, BatchOutcome, Load, Played

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
QUEUE, TENANT = QueueId("que_staffing"), TenantId("ten_staffing")
PROGRESS_EVERY = 10_000
Progress = Callable[[float], None]


def play(load: Load, batches: int, calls: int, part: int, progress: Progress | None = None) -> Played:
    """``calls`` of the load, the first of them to warm up. ``part``: another one has other callers."""
    return _Play(load, batches, calls, Random(f"{load.seed}/{part}")).run(progress)


class _Play:
    def __init__(self, load: Load, batches: int, calls: int, random: Random) -> None:
        self._load = load
        self._random = random
        self._calls = calls
        self._warm_up = int(calls * WARM_UP)
        self._per_batch = max(1, (calls - self._warm_up) // batches)
        self._played = Played([BatchOutcome() for _ in range(batches)], array("d"), 0.0)
        self._rate = load.arrivals_per_hour / 3600
        self._sigma = math.sqrt(math.log(1 + load.spread**2)) if load.spread is not None else 0.0
        self._seconds = 0.0
        self._events: list[tuple[float, int, Callable[[str], None], str]] = []
        self._order = count()
        self._waiting: dict[CallId, tuple[int, float]] = {}
        self._arrived = 0
        self._sessions: dict[UserId, AgentSession] = {}
        self._router = CallRouter()
        agents = [UserId(f"usr_{number:05}") for number in range(load.agents)]
        team = Team(queue_id=QUEUE, strategy=load.strategy, members=tuple(Member(agent_id=agent) for agent in agents))
        self._router.configure({QUEUE: team})
        for agent in agents:
            self._sessions[agent] = AgentSession(agent_id=agent, tenant_id=TENANT, since=START, idle_since=START)
            self._signal(agent, AvailableWished(at=START))

    def run(self, progress: Progress | None) -> Played:
        self._at(self._random.expovariate(self._rate), self._arrives, "")
        while self._events:
            self._seconds, _, happens, about = heapq.heappop(self._events)
            happens(about)
            if self._waiting:
                self._match()
            if progress is not None and happens == self._arrives and self._arrived % PROGRESS_EVERY == 0:
                progress(self._arrived / self._calls)
        return self._played

    def _at(self, seconds: float, happens: Callable[[str], None], about: str) -> None:
        heapq.heappush(self._events, (seconds, next(self._order), happens, about))

    def _now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    # --- what happens ---

    def _arrives(self, _: str) -> None:
        number = self._arrived
        self._arrived += 1
        call = WaitingCall(call_id=CallId(f"call_{number:09}"), queue_id=QUEUE, since=self._now())
        self._waiting[call.call_id] = number, self._seconds
        self._router.join(call)
        batch = self._batch(number)
        if batch is not None:
            if not batch.calls:
                batch.began_s = self._seconds
            batch.calls += 1
            batch.ended_s = self._seconds
        if self._load.patience_s is not None:
            self._at(self._seconds + self._random.expovariate(1 / self._load.patience_s), self._gives_up, call.call_id)
        if self._arrived < self._calls:
            self._at(self._seconds + self._random.expovariate(self._rate), self._arrives, "")

    def _gives_up(self, about: str) -> None:
        call_id = CallId(about)
        if call_id not in self._waiting:
            return
        number, since = self._waiting.pop(call_id)
        self._router.leave(call_id)
        batch, waited = self._batch(number), self._seconds - since
        if batch is not None:
            batch.waited += 1
            batch.abandoned += 1
            batch.late += waited > self._load.target_s
            self._played.longest_s = max(self._played.longest_s, waited)

    def _hangs_up(self, about: str) -> None:
        agent = UserId(about)
        offer_id, wrap_up_s = self._sessions[agent].offer_id, self._load.wrap_up_s
        assert offer_id is not None, "only an agent on a call"
        self._signal(agent, OfferOver(at=self._now(), offer_id=offer_id, outcome="talked", wrap_up_s=wrap_up_s))
        if wrap_up_s:
            self._at(self._seconds + wrap_up_s, self._wrapped_up, agent)

    def _wrapped_up(self, about: str) -> None:
        call_id = self._sessions[UserId(about)].call_id
        assert call_id is not None, "only an agent in wrap-up"
        self._signal(UserId(about), WrapUpTimeUp(at=self._now(), call_id=call_id))

    # --- giving calls to agents, as the desk does ---

    def _match(self) -> None:
        now = self._now()
        for match in self._router.decide(now).matches:
            self._give(match, now)

    def _give(self, match: Match, now: datetime) -> None:
        agent, call_id = match.agent_ids[0], match.call_id
        number, since = self._waiting.pop(call_id)
        self._router.leave(call_id)
        offer_id = OfferId(f"off_{number}")
        self._signal(agent, OfferMade(at=now, call_id=call_id, offer_id=offer_id))
        self._signal(agent, CallTaken(at=now, call_id=call_id, offer_id=offer_id))
        handle_s, waited = self._handle_s(), self._seconds - since
        self._at(self._seconds + handle_s, self._hangs_up, agent)
        batch = self._batch(number)
        if batch is not None:
            batch.answered += 1
            batch.waited += waited > 0
            batch.in_time += waited <= self._load.target_s
            batch.wait_s += waited
            batch.busy_s += handle_s + self._load.wrap_up_s
            self._played.waits.append(waited)
            self._played.longest_s = max(self._played.longest_s, waited)

    def _signal(self, agent: UserId, signal: AgentSignal) -> None:
        step = advance(self._sessions[agent], signal)
        assert step.ignored is None, step.ignored
        self._sessions[agent] = step.session
        self._router.moved(step.session)

    def _handle_s(self) -> float:
        if self._load.spread is None:
            return self._random.expovariate(1 / self._load.handle_s)
        return self._random.lognormvariate(math.log(self._load.handle_s) - self._sigma**2 / 2, self._sigma)

    def _batch(self, number: int) -> BatchOutcome | None:
        """Of the calls after the warm-up; what does not fill a batch at the end is not counted."""
        place = (number - self._warm_up) // self._per_batch
        return self._played.batches[place] if 0 <= place < len(self._played.batches) else None
