"""What a routing decision costs as the team grows: the desk's whole step for a call that arrives (it joins, is decided,
has its place looked up, the chosen session changes) and for one session change with nobody free. In one queue of
100 to 10,000 agents, the sizes in turn; CPU time, so that what else runs counts little.
"""

from __future__ import annotations

import gc
import math
import time
from collections import deque
from datetime import UTC, datetime, timedelta

import msgspec

from bench.figure import Figure, percentile
from call24.agents.machine import advance
from call24.agents.model import AgentSession
from call24.agents.signals import AvailableWished, CallTaken, OfferMade, OfferOver
from call24.engine.waiting_lines import WaitingLines
from call24.kit.ids import CallId, OfferId, QueueId, TenantId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Member, Team
from call24.routing.router import CallRouter

SIZES = (100, 300, 1000, 3000, 10_000)
ROUNDS, QUICK_ROUNDS = 7, 1
STEPS = 400
BUSY = 0.9
"""This share of the agents is on calls, as in a busy hour; the others are free."""
TARGET = 0.2
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
QUEUE, TENANT = QueueId("que_bench"), TenantId("ten_bench")


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    desks = {size: BenchDesk(size) for size in SIZES}
    for desk in desks.values():
        desk.steps(STEPS)  # warms up
    arrivals: dict[int, list[float]] = {size: [] for size in SIZES}
    changes: dict[int, list[float]] = {size: [] for size in SIZES}
    rounds = []
    gc.disable()
    for number in range(QUICK_ROUNDS if quick else ROUNDS):
        order = SIZES if number % 2 == 0 else SIZES[::-1]
        for size in order:
            arrived, changed = desks[size].steps(STEPS)
            arrivals[size] += arrived
            changes[size] += changed
            kept = {"arrival": _summed(arrived), "change": _summed(changed)}
            rounds.append({"round": number, "agents": size, **kept})
        gc.collect()
    gc.enable()
    totals = {size: {"arrival": _summed(arrivals[size]), "change": _summed(changes[size])} for size in SIZES}
    figures = []
    for step in ("arrival", "change"):
        for measure in ("p50_us", "mean_us"):
            grows = exponent([(size, totals[size][step][measure]) for size in SIZES])
            what = f"growth exponent, {step}, {measure[:-3]}"
            figures.append(Figure(what, round(grows, 4), "", f"<= {TARGET}", grows <= TARGET))
    figures += [
        Figure(f"one arriving call, {size} agents, p50", totals[size]["arrival"]["p50_us"], "us", "written down")
        for size in (SIZES[0], SIZES[-1])
    ]
    return figures, {"sizes": {str(size): total for size, total in totals.items()}, "rounds": rounds, "busy": BUSY}


def _summed(seconds: list[float]) -> dict[str, float]:
    micro = [one * 1e6 for one in seconds]
    return {
        "p50_us": round(percentile(micro, 0.5), 2),
        "p99_us": round(percentile(micro, 0.99), 2),
        "mean_us": round(sum(micro) / len(micro), 2),
    }


def exponent(points: list[tuple[int, float]]) -> float:
    """The slope by least squares of log(cost) over log(size)."""
    xs, ys = [math.log(size) for size, _ in points], [math.log(cost) for _, cost in points]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


class BenchDesk:
    """The parts of the desk that a decision goes through, without its inbox and journal."""

    def __init__(self, size: int) -> None:
        self._now = START
        self._number = 0
        self._router = CallRouter()
        self._lines = WaitingLines(self._router)
        self._sessions: dict[UserId, AgentSession] = {}
        agents = [UserId(f"usr_{number:05}") for number in range(size)]
        team = Team(queue_id=QUEUE, members=tuple(Member(agent_id=agent) for agent in agents))
        self._teams = {QUEUE: team}
        self._router.configure(self._teams)
        for place, agent in enumerate(agents):
            since = START - timedelta(seconds=place)
            fresh = AgentSession(agent_id=agent, tenant_id=TENANT, since=since, idle_since=since)
            self._signal(fresh, AvailableWished(at=since))
        self._talking: deque[UserId] = deque()
        for _ in range(int(size * BUSY)):
            self._arrive()

    def steps(self, count: int) -> tuple[list[float], list[float]]:
        """CPU seconds of each arriving call, and of each agent who hangs up and is free again."""
        arrived, changed = [], []
        for _ in range(count):
            began = time.thread_time()
            self._arrive()
            between = time.thread_time()
            self._free(self._talking.popleft())
            changed.append(time.thread_time() - between)
            arrived.append(between - began)
        return arrived, changed

    def _arrive(self) -> None:
        self._number += 1
        self._now += timedelta(milliseconds=10)
        call = WaitingCall(call_id=CallId(f"call_{self._number:09}"), queue_id=QUEUE, since=self._now)
        self._lines.join(call)
        self._lines.position(call)
        self._router.configure(self._teams)
        (match,) = self._router.decide(self._now).matches
        assert sum(match.others.values()) + len(match.candidates) == len(self._sessions)
        offer_id, agent = OfferId(f"off_{self._number:09}"), match.agent_ids[0]
        self._signal(self._sessions[agent], OfferMade(at=self._now, call_id=call.call_id, offer_id=offer_id))
        self._lines.answered(call, self._router.working(QUEUE), self._now)
        self._signal(self._sessions[agent], CallTaken(at=self._now, call_id=call.call_id, offer_id=offer_id))
        self._talking.append(agent)

    def _free(self, agent: UserId) -> None:
        offer_id = self._sessions[agent].offer_id
        assert offer_id is not None, "only an agent on a call"
        self._signal(self._sessions[agent], OfferOver(at=self._now, offer_id=offer_id, outcome="talked"))
        self._router.decide(self._now)

    def _signal(self, session: AgentSession, signal: msgspec.Struct) -> None:
        step = advance(session, signal)  # type: ignore[arg-type]
        assert step.ignored is None, step.ignored
        self._sessions[session.agent_id] = step.session
        self._router.moved(step.session)
