"""The candidates of one team for calls that ask the same: who is free, in the strategy's order, and what speaks
against each of the others. A pool lives for one decision; which call comes first is ``rules.py``'s.

Part of the readable specification: every pool looks at each member. The desk uses pools that are kept between decisions
and say the same (``standing.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from call24.agents.candidate import Candidate
from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import UserId
from call24.queues.model import Strategy
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Member
from call24.tenants.skills import SkillNeed

WON: Mapping[Strategy, str] = {
    "longest_idle": "idle_longest",
    "round_robin": "its_turn",
    "least_calls": "fewest_calls",
    "ring_all": "ring_all",
}
LOST: Mapping[Strategy, str] = {
    "longest_idle": "idle_shorter",
    "round_robin": "offered_later",
    "least_calls": "more_calls",
    "ring_all": "idle_shorter",
}
NEVER = datetime.min.replace(tzinfo=UTC)
Taken = tuple[UserId, int]
"""An agent given away in this decision, and the priority of the call that got it."""


def relaxed(need: SkillNeed, call: WaitingCall, now: datetime) -> bool:
    """Whether the caller has waited long enough to do without this skill."""
    return need.relax_after_s is not None and (now - call.since).total_seconds() >= need.relax_after_s


def order(strategy: Strategy, session: AgentSession) -> tuple[Any, ...]:
    """The strategy's own measure, least first. Among equals whoever has been idle the longest goes first."""
    match strategy:
        case "round_robin":
            return (session.last_offered_at or NEVER,)
        case "least_calls":
            return (session.taken,)
        case "longest_idle" | "ring_all":
            return ()


class Pool:
    """``now_asked``: skills that count now; ``ever_asked``: those that never relax; ``named``: all that the call asks,
    by which the better skilled go first."""

    def __init__(
        self,
        members: Sequence[Member],
        strategy: Strategy,
        *,
        now_asked: Iterable[SkillNeed],
        ever_asked: Iterable[SkillNeed],
        named: Iterable[SkillNeed],
        sessions: Mapping[UserId, AgentSession],
        now: datetime,
    ) -> None:
        self.strategy = strategy
        self._now = now
        self._now_asked, self._ever_asked, self._named = tuple(now_asked), tuple(ever_asked), tuple(named)
        self._place = {member.agent_id: place for place, member in enumerate(members)}
        self._candidates: list[Candidate] = []
        self._gone: list[AgentSession] = []
        self._seen = 0
        self._priority: int | None = None
        self._level: dict[UserId, int] = {}
        self._without: set[UserId] = set()
        self.hopeful = False
        """Whether somebody is there who could take the call, now or once skills have relaxed."""
        self.unskilled: dict[UserId, AgentSession] = {}
        """Who is free and only lacks a skill."""
        self.free: list[AgentSession] = []
        for member in members:
            self._candidates.append(self._look_at(member, sessions.get(member.agent_id)))
        self.free.sort(key=self._order)

    def _look_at(self, member: Member, session: AgentSession | None) -> Candidate:
        agent_id = member.agent_id
        if session is None or session.state is AgentState.OFFLINE:
            return Candidate(agent_id=agent_id, chosen=False, reason=AgentState.OFFLINE.value)
        if session.there and has(member, self._ever_asked):
            self.hopeful = True
        qualified = has(member, self._now_asked)
        if not session.free:
            code = session.not_free if qualified else "no_skill"
            return Candidate(agent_id=agent_id, chosen=False, reason=code)
        if not qualified:
            self.unskilled[agent_id] = session
            return self.candidate(session, "no_skill")
        if self._named:
            self._level[agent_id] = sum(member.skills.get(name, 0) for name in {need.name for need in self._named})
            if not has(member, self._named):
                self._without.add(agent_id)
        self.free.append(session)
        return self.candidate(session, LOST[self.strategy])

    def _order(self, session: AgentSession) -> tuple[Any, ...]:
        skilled = -self._level.get(session.agent_id, 0)
        return skilled, *order(self.strategy, session), session.idle_since, session.agent_id

    def candidate(self, session: AgentSession, code: str, *, chosen: bool = False) -> Candidate:
        idle_s = max(0.0, (self._now - session.idle_since).total_seconds())
        return Candidate(agent_id=session.agent_id, chosen=chosen, reason=code, idle_s=idle_s)

    # --- who is here ---

    def working_member(self, agent_id: UserId | None, sessions: Mapping[UserId, AgentSession]) -> bool:
        """Whether this member has the skills and works: is free, or will be after what it does now."""
        place = self._place.get(agent_id) if agent_id is not None else None
        if agent_id is None or place is None or self._candidates[place].reason == "no_skill":
            return False
        session = sessions.get(agent_id)
        return session is not None and session.there and session.state is not AgentState.PAUSED

    def catch_up(self, taken: Sequence[Taken], priority: int) -> None:
        """Before a call of this priority is looked at: who was given away meanwhile is no longer free."""
        if self._seen == len(taken) and priority == self._priority:
            return
        gone = {agent for agent, _ in taken[self._seen :] if agent in self._place}
        self._seen = len(taken)
        if gone:
            left = [session for session in self.free if session.agent_id in gone]
            left += [self.unskilled.pop(agent) for agent in gone if agent in self.unskilled]
            self.free = [session for session in self.free if session.agent_id not in gone]
            for session in left:
                if self._candidates[self._place[session.agent_id]].reason != "no_skill":
                    self._gone.append(session)
        if gone or priority != self._priority:
            self._priority = priority
            priorities = dict(taken)
            for session in self._gone:
                code = "lower_priority" if priorities[session.agent_id] > priority else "just_taken"
                self._candidates[self._place[session.agent_id]] = self.candidate(session, code)

    # --- what is written down ---

    def won(self, chosen: AgentSession) -> str:
        """Why the first in the pool's order is the first."""
        if chosen.agent_id in self._without:
            return "skill_relaxed"
        if self.strategy != "ring_all" and self._level:
            mine = self._level[chosen.agent_id]
            if any(self._level[other.agent_id] < mine for other in self.free):
                return "most_skilled"
        return WON[self.strategy]

    def candidates(self, won: Mapping[UserId, str], lost: Mapping[UserId, str]) -> tuple[Candidate, ...]:
        """One for each member, in the team's order: ``won`` and ``lost`` name the codes of free members, the others
        have the pool's own."""
        candidates = list(self._candidates)
        by_id = {session.agent_id: session for session in self.free} if won or lost else {}
        for agent_id, code in lost.items():
            candidates[self._place[agent_id]] = self.candidate(by_id[agent_id], code)
        for agent_id, code in won.items():
            candidates[self._place[agent_id]] = self.candidate(by_id[agent_id], code, chosen=True)
        return tuple(candidates)

    def lost_otherwise(self, chosen: AgentSession) -> dict[UserId, str]:
        """Free members who lost for another reason than the strategy's own: less skilled, or equal and idle shorter."""
        lost: dict[UserId, str] = {}
        mine, measure = self._level.get(chosen.agent_id, 0), order(self.strategy, chosen)
        for session in self.free:
            if self._level.get(session.agent_id, 0) < mine:
                lost[session.agent_id] = "less_skilled"
            elif measure and order(self.strategy, session) == measure:
                lost[session.agent_id] = "idle_shorter"
        return lost


def has(member: Member, needs: Iterable[SkillNeed]) -> bool:
    return all(member.skills.get(need.name, 0) >= need.level for need in needs)
