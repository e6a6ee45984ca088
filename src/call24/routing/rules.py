"""Who takes which call: ``decide(waiting, teams, sessions, now)``, a pure function.

Calls are looked at by priority, then by how long they have waited, over all queues; each takes the agent that its
queue's strategy puts first. So an agent of several queues gets the most urgent, longest-waiting call of any of them.

Knows nothing of time limits, telephones or storage: the desk (engine/desk.py) acts on what is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, UserId
from call24.routing.model import Decision, Match, Member, Reason, Team, WaitingCall

__all__ = ["SECOND_TRY_AFTER", "Decision", "Match", "Member", "Reason", "Team", "WaitingCall", "decide"]

SECOND_TRY_AFTER = timedelta(seconds=5)
"""An agent who refused a call gets the same call again only after this, and only if nobody else is free."""


def decide(
    waiting: Iterable[WaitingCall],
    teams: Mapping[QueueId, Team],
    sessions: Mapping[UserId, AgentSession],
    now: datetime,
) -> Decision:
    """Give each waiting call an agent where one is free. ``hopeless`` calls have nobody signed in at all.

    No agent is given twice. A call never passes one that waits longer in the same queue, unless to an agent who has
    just refused that one.
    """
    matches: list[Match] = []
    hopeless: list[CallId] = []
    taken: set[UserId] = set()
    look_again: list[datetime] = []
    for call in sorted(waiting, key=lambda call: (-call.priority, call.since, call.call_id)):
        team = call.agents or tuple(member.agent_id for member in _members(call, teams))
        if not any(agent in sessions and sessions[agent].there for agent in team):
            hopeless.append(call.call_id)
            continue
        free = [sessions[a] for a in team if a in sessions and sessions[a].state is AgentState.AVAILABLE]
        free = [session for session in free if session.agent_id not in taken]
        chosen, code = _choose(call, free, now)
        if chosen is None:
            if free and call.tried_at is not None:
                look_again.append(call.tried_at + SECOND_TRY_AFTER)
            continue
        reasons = tuple(_reason(agent, chosen, code, call, sessions, taken, now) for agent in team)
        matches.append(Match(call_id=call.call_id, agent_ids=(chosen.agent_id,), reasons=reasons))
        taken.add(chosen.agent_id)
    return Decision(matches=tuple(matches), hopeless=tuple(hopeless), look_again_at=min(look_again, default=None))


def _members(call: WaitingCall, teams: Mapping[QueueId, Team]) -> tuple[Member, ...]:
    team = teams.get(call.queue_id) if call.queue_id else None
    return team.members if team else ()


def _choose(call: WaitingCall, free: list[AgentSession], now: datetime) -> tuple[AgentSession | None, str]:
    fresh = [session for session in free if session.agent_id not in call.tried]
    if fresh:
        return min(fresh, key=_idle_order), "idle_longest"
    if free and (call.tried_at is None or now >= call.tried_at + SECOND_TRY_AFTER):
        return min(free, key=_idle_order), "second_try"
    return None, ""


def _idle_order(session: AgentSession) -> tuple[datetime, UserId]:
    return session.idle_since, session.agent_id


def _reason(
    agent_id: UserId,
    chosen: AgentSession,
    code: str,
    call: WaitingCall,
    sessions: Mapping[UserId, AgentSession],
    taken: set[UserId],
    now: datetime,
) -> Reason:
    session = sessions.get(agent_id)
    if session is None:
        return Reason(agent_id=agent_id, chosen=False, code=AgentState.OFFLINE)
    if session.state is not AgentState.AVAILABLE:
        return Reason(agent_id=agent_id, chosen=False, code=session.state)
    idle_s = max(0.0, (now - session.idle_since).total_seconds())
    if agent_id == chosen.agent_id:
        return Reason(agent_id=agent_id, chosen=True, code=code, idle_s=idle_s)
    if agent_id in taken:
        return Reason(agent_id=agent_id, chosen=False, code="just_taken", idle_s=idle_s)
    if agent_id in call.tried:
        return Reason(agent_id=agent_id, chosen=False, code="declined_before", idle_s=idle_s)
    return Reason(agent_id=agent_id, chosen=False, code="idle_shorter", idle_s=idle_s)
