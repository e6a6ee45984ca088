"""Who takes which call: pure functions of the waiting calls and the agents' sessions. First come, first served;
among the free members of the queue, the one who has been idle the longest.

Knows nothing of time limits, telephones or storage: the desk (engine/desk.py) acts on what is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, UserId

SECOND_TRY_AFTER = timedelta(seconds=5)
"""An agent who refused a call gets the same call again only after this, and only if nobody else is free."""


class WaitingCall(msgspec.Struct, frozen=True, kw_only=True):
    """``since``: when the caller first joined the queue. ``tried``: who had this call offered already."""

    call_id: CallId
    queue_id: QueueId
    since: datetime
    tried: tuple[UserId, ...] = ()
    tried_at: datetime | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why an agent was chosen or not. ``code``: idle_longest, second_try, idle_shorter, declined_before, just_taken,
    or the state that kept the agent from it (offered, on_call, wrap_up, paused, offline)."""

    agent_id: UserId
    chosen: bool
    code: str
    idle_s: float | None = None


class Match(msgspec.Struct, frozen=True, kw_only=True):
    call_id: CallId
    agent_id: UserId
    reasons: tuple[Reason, ...]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """``look_again_at``: when waiting alone could change the decision (a second try becomes allowed)."""

    matches: tuple[Match, ...]
    hopeless: tuple[CallId, ...]
    look_again_at: datetime | None


def decide(
    waiting: Iterable[WaitingCall],
    members: Mapping[QueueId, tuple[UserId, ...]],
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
    for call in sorted(waiting, key=lambda call: (call.since, call.call_id)):
        team = members.get(call.queue_id, ())
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
        matches.append(Match(call_id=call.call_id, agent_id=chosen.agent_id, reasons=reasons))
        taken.add(chosen.agent_id)
    return Decision(matches=tuple(matches), hopeless=tuple(hopeless), look_again_at=min(look_again, default=None))


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
