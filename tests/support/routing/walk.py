"""A random walk through everything that routing is told, with the specification asked the same beside it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import msgspec
from tests.support.routing.situations import NOW, session

from call24.agents.model import UNREACHABLE, AgentSession, AgentState, Next
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.routing.router import CallRouter
from call24.routing.rules import Decision, Match, Member, Team, decide
from call24.tenants.skills import SkillNeed

QUEUES = [QueueId(f"que_{name}") for name in ("a", "b", "c")]
SKILLS = ("german", "billing")
STRATEGIES = ("longest_idle", "round_robin", "least_calls", "ring_all")


class Walk:
    def __init__(self, seed: int, agents: int = 6) -> None:
        self.random = Random(seed)
        self.agents = [UserId(f"usr_{number:02}") for number in range(agents)]
        self.now = NOW
        self.sessions: dict[UserId, AgentSession] = {}
        self.calls: dict[CallId, WaitingCall] = {}
        self.router = CallRouter()
        self.teams: dict[QueueId, Team] = {}
        self._number = 0
        for agent in self.agents[: agents // 2]:
            self._move(session(agent))
        for queue in QUEUES[:2]:
            self._change(queue)

    def step(self) -> None:
        """One thing happens, or several at once."""
        for _ in range(self.random.choice((1, 1, 1, 3))):
            self.random.choices(
                (self._anything, self._join, self._leave, self._wait, self._configure), (4, 5, 1, 3, 0.3)
            )[0]()

    def compare(self) -> tuple[Decision, Decision]:
        """Ask both, hold the one to the other, and let some of what they say come true. Raises: AssertionError."""
        self.router.configure(self.teams)
        mine = self.router.decide(self.now)
        spec = decide(self.calls.values(), self.teams, self.sessions, self.now)
        assert [(m.call_id, set(m.agent_ids)) for m in mine.matches] == [
            (m.call_id, set(m.agent_ids)) for m in spec.matches
        ]
        assert mine.hopeless == spec.hopeless
        assert mine.look_again_at == spec.look_again_at
        for one, other in zip(mine.matches, spec.matches, strict=True):
            assert_same_reasons(one, other)
        for queue, team in self.teams.items():
            away = {AgentState.OFFLINE, AgentState.PAUSED}
            there = [self.sessions[x.agent_id] for x in team.members if x.agent_id in self.sessions]
            assert self.router.working(queue) == sum(one.state not in away for one in there)
        for match in mine.matches:
            self._come_true(match)
        return mine, spec

    def _come_true(self, match: Match) -> None:
        if self.random.random() < 0.15:
            return  # nothing became of it: both are asked the same again
        self._forget(match.call_id)
        for agent in match.agent_ids:
            theirs = self.sessions[agent]
            self._move(msgspec.structs.replace(theirs, state=AgentState.OFFERED, last_offered_at=self.now))

    # --- what happens ---

    def _anything(self) -> None:
        """An agent's session becomes anything."""
        state = self.random.choice([AgentState.AVAILABLE] * 4 + list(AgentState))
        reason = self.random.choice(("lunch", UNREACHABLE)) if state is AgentState.PAUSED else None
        gone = state is AgentState.ON_CALL and self.random.random() < 0.3
        made = session(
            self.random.choice(self.agents),
            state,
            reason=reason,
            taken=self.random.randrange(3),
            next=Next(state=AgentState.PAUSED, reason=UNREACHABLE) if gone else None,
            last_offered_at=self.random.choice((None, NOW, NOW - timedelta(minutes=1))),
        )
        idle = timedelta(seconds=self.random.randrange(4))
        self._move(msgspec.structs.replace(made, idle_since=self.now - idle))

    def _move(self, one: AgentSession) -> None:
        self.sessions[one.agent_id] = one
        self.router.moved(one)

    def _join(self) -> None:
        again = self.random.choice(list(self.calls)) if self.calls and self.random.random() < 0.2 else None
        self._number += 1
        call = self._call(again or CallId(f"call_{self._number:04}"))
        self.calls[call.call_id] = call
        self.router.join(call)

    def _call(self, call_id: CallId) -> WaitingCall:
        pick = self.random
        direct = pick.random() < 0.15
        tried = tuple(pick.sample(self.agents, pick.randrange(4))) if pick.random() < 0.3 else ()
        sticky = pick.choice(self.agents) if pick.random() < 0.3 else None
        needs = [
            SkillNeed(name=name, level=pick.choice((1, 5)), relax_after_s=pick.choice((None, 2, 6)))
            for name in pick.sample(SKILLS, pick.choice((0, 0, 1, 2)))
        ]
        return WaitingCall(
            call_id=call_id,
            queue_id=None if direct else pick.choice(QUEUES),
            agents=tuple(pick.choices(self.agents, k=pick.choice((1, 3)))) if direct else (),
            ring_all=pick.random() < 0.5,
            since=self.now - timedelta(seconds=pick.randrange(4)),
            priority=pick.choice((0, 0, 5)),
            skills=tuple(needs),
            sticky=sticky,
            sticky_until=self.now + timedelta(seconds=pick.choice((-1, 0, 3))) if sticky else None,
            not_before=self.now + timedelta(seconds=4) if pick.random() < 0.15 else None,
            tried=tried,
            tried_at=self.now - timedelta(seconds=pick.choice((0, 2, 5))) if tried else None,
            patient=pick.random() < 0.1,
        )

    def _leave(self) -> None:
        if self.calls:
            self._forget(self.random.choice(list(self.calls)))

    def _forget(self, call_id: CallId) -> None:
        del self.calls[call_id]
        self.router.leave(call_id)

    def _wait(self) -> None:
        self.now += timedelta(seconds=self.random.choice((0.5, 1, 2)))

    def _configure(self) -> None:
        queue = self.random.choice(QUEUES)
        if queue in self.teams and self.random.random() < 0.3:
            self.teams = {name: team for name, team in self.teams.items() if name != queue}
        else:
            self._change(queue)

    def _change(self, queue: QueueId) -> None:
        members = tuple(
            Member(agent_id=agent, skills={name: self.random.choice((1, 4, 5, 9)) for name in SKILLS[: number % 3]})
            for number, agent in enumerate(self.random.sample(self.agents, self.random.randrange(len(self.agents) + 1)))
        )
        strategy = self.random.choice(STRATEGIES)
        self.teams = {**self.teams, queue: Team(queue_id=queue, strategy=strategy, members=members)}  # type: ignore[arg-type]


def assert_same_reasons(mine: Match, spec: Match) -> None:
    """Those that are kept are the specification's, and the others are counted by code."""
    full = {candidate.agent_id: candidate for candidate in spec.candidates}
    for candidate in mine.candidates:
        assert candidate == full.pop(candidate.agent_id)
    assert not any(candidate.chosen for candidate in full.values())
    assert dict(mine.others) == dict(Counter(candidate.reason for candidate in full.values()))
