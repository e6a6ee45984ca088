"""Waiting calls, teams and sessions for tests of routing, and plain restatements of who may have which call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.support.clock import START

from call24.agents.model import UNREACHABLE, AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, TenantId, UserId
from call24.queues.model import Strategy
from call24.queues.waiting_call import WaitingCall
from call24.routing.rules import SECOND_TRY_AFTER, Decision, Match, Member, Team
from call24.tenants.skills import SkillNeed

HELP, SALES = QueueId("que_help"), QueueId("que_sales")
AGENTS = [UserId(f"usr_{name}") for name in ("ann", "bob", "cy", "dee")]
ANN, BOB, CY, DEE = AGENTS
NOW = START + timedelta(hours=1)
WORKING = (AgentState.AVAILABLE, AgentState.OFFERED, AgentState.ON_CALL, AgentState.WRAP_UP)

Teams = dict[QueueId, Team]
Sessions = dict[UserId, AgentSession]
Situation = tuple[list[WaitingCall], Teams, Sessions]


def session(
    agent_id: UserId, state: AgentState = AgentState.AVAILABLE, idle_s: float = 60, **more: Any
) -> AgentSession:
    since = NOW - timedelta(seconds=idle_s)
    return AgentSession(
        agent_id=agent_id, tenant_id=TenantId("ten_a"), state=state, since=since, idle_since=since, **more
    )


def sessions(*theirs: AgentSession) -> Sessions:
    return {one.agent_id: one for one in theirs}


def member(agent_id: UserId, **skills: int) -> Member:
    return Member(agent_id=agent_id, skills=skills)


def team(*members: Member | UserId, queue: QueueId = HELP, strategy: Strategy = "longest_idle") -> Teams:
    made = tuple(one if isinstance(one, Member) else Member(agent_id=one) for one in members)
    return {queue: Team(queue_id=queue, strategy=strategy, members=made)}


EVERYBODY = team(*AGENTS)


def waiting(number: int, *, waited_s: float = 10, queue: QueueId | None = HELP, **more: Any) -> WaitingCall:
    since = NOW - timedelta(seconds=waited_s)
    return WaitingCall(call_id=CallId(f"call_{number}"), queue_id=queue, since=since, **more)


def given_to(decision: Decision) -> dict[CallId, tuple[UserId, ...]]:
    return {match.call_id: match.agent_ids for match in decision.matches}


def codes(match: Match) -> dict[UserId, str]:
    return {candidate.agent_id: candidate.reason for candidate in match.candidates}


def only(decision: Decision) -> Match:
    (match,) = decision.matches
    return match


# --- who may have which call, said plainly ---


def candidates(call: WaitingCall, teams: Teams) -> dict[UserId, Member]:
    """Whom the call could be given to at all."""
    if call.agents:
        return {agent: Member(agent_id=agent) for agent in call.agents}
    found = teams.get(call.queue_id) if call.queue_id else None
    return {one.agent_id: one for one in found.members} if found else {}


def lacks(call: WaitingCall, one: Member, at: datetime | None) -> bool:
    """Whether a skill is missing at ``at``; None: for ever, however long the caller waits."""
    if call.agents:
        return False
    for need in call.skills:
        relaxes = need.relax_after_s is not None
        if relaxes and (at is None or (at - call.since).total_seconds() >= (need.relax_after_s or 0)):
            continue
        if one.skills.get(need.name, 0) < need.level:
            return True
    return False


def barred(call: WaitingCall, agent_id: UserId, at: datetime = NOW) -> bool:
    """Whether this agent has refused this call so shortly ago that it does not get it again yet."""
    return agent_id in call.tried and call.tried_at is not None and call.tried_at + SECOND_TRY_AFTER > at


def awaits(call: WaitingCall, teams: Teams, theirs: Sessions, at: datetime = NOW) -> UserId | None:
    """The one agent that the call is kept for."""
    one = candidates(call, teams).get(call.sticky) if call.sticky else None
    if one is None or call.sticky_until is None or at >= call.sticky_until or one.agent_id in call.tried:
        return None
    hers = theirs.get(one.agent_id)
    works = hers is not None and hers.state in WORKING and hers.there
    return one.agent_id if works and not lacks(call, one, at) else None


def may_have(call: WaitingCall, agent_id: UserId, situation: Situation) -> bool:
    """Whether this agent, if it were free, could be given this call now."""
    _, teams, theirs = situation
    one = candidates(call, teams).get(agent_id)
    if one is None or lacks(call, one, NOW) or barred(call, agent_id):
        return False
    if call.not_before is not None and call.not_before > NOW:
        return False
    return awaits(call, teams, theirs) in (None, agent_id)


def strategy_of(call: WaitingCall, teams: Teams) -> Strategy:
    if call.agents:
        return "ring_all" if call.ring_all else "longest_idle"
    return teams[call.queue_id].strategy if call.queue_id in teams else "longest_idle"


# --- any situation ---


@st.composite
def _session(draw: st.DrawFn, agent_id: UserId) -> AgentSession:
    state = draw(st.sampled_from([AgentState.AVAILABLE, AgentState.AVAILABLE, AgentState.AVAILABLE, *AgentState]))
    reason = draw(st.sampled_from(("lunch", UNREACHABLE))) if state is AgentState.PAUSED else None
    offered = draw(st.sampled_from((None, 1, 2)))
    return session(
        agent_id,
        state,
        idle_s=draw(st.integers(0, 5)),
        reason=reason,
        taken=draw(st.integers(0, 2)),
        last_offered_at=None if offered is None else NOW - timedelta(minutes=offered),
    )


_needs = st.builds(
    SkillNeed,
    name=st.sampled_from(("german", "billing")),
    level=st.sampled_from((1, 5)),
    relax_after_s=st.sampled_from((None, 2, 60)),
)
_skills = st.dictionaries(st.sampled_from(("german", "billing")), st.sampled_from((1, 4, 5, 9)))
_agents = st.lists(st.sampled_from(AGENTS), unique=True, max_size=4)


@st.composite
def _waiting(draw: st.DrawFn, number: int) -> WaitingCall:
    tried = tuple(draw(st.one_of(st.just([]), _agents)))
    ago = draw(st.sampled_from((0, 2, 4.999, 5, 9)))
    sticky = draw(st.sampled_from((None, None, *AGENTS)))
    agents = tuple(draw(st.one_of(st.just([]), st.just([]), st.just([]), _agents)))
    return waiting(
        number,
        waited_s=draw(st.integers(0, 4)),
        queue=draw(st.sampled_from((HELP, HELP, SALES, QueueId("que_gone")))) if not agents else None,
        agents=agents,
        ring_all=draw(st.booleans()),
        priority=draw(st.sampled_from((0, 0, 5))),
        skills=tuple(draw(st.lists(_needs, max_size=2, unique_by=lambda need: need.name))),
        sticky=sticky,
        sticky_until=NOW + timedelta(seconds=draw(st.sampled_from((-1, 0, 3)))) if sticky else None,
        not_before=draw(st.sampled_from((None, None, NOW, NOW + timedelta(seconds=4)))),
        tried=tried,
        tried_at=NOW - timedelta(seconds=ago) if tried else None,
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    teams: Teams = {}
    for queue in (HELP, SALES):
        members = [Member(agent_id=agent, skills=draw(_skills)) for agent in draw(_agents)]
        strategy = draw(st.sampled_from(("longest_idle", "round_robin", "least_calls", "ring_all")))
        teams |= team(*members, queue=queue, strategy=strategy)
    theirs = [draw(_session(agent)) for agent in draw(_agents)]
    calls = [draw(_waiting(number)) for number in range(draw(st.integers(0, 6)))]
    return calls, teams, sessions(*theirs)
