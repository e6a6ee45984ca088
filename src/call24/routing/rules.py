"""Who takes which call: ``decide(waiting, teams, sessions, now)``, a pure function. It is the readable specification,
and looks at every member each time; the desk uses ``router.py``, which is held to it by a test.

Calls are looked at by priority, then by how long they have waited, over all queues; each takes the agent that its
queue's strategy puts first (``pool.py``). So an agent of several queues gets the most urgent, longest-waiting call of
any of them. It does not look ahead: a call may take the only agent another one could have had.

Every candidate has a reason. Codes, never renamed:

    for      idle_longest, its_turn (round robin), fewest_calls, ring_all: the strategy's
             most_skilled     its level of the skills asked is the highest
             skill_relaxed    lacks a skill, but the caller has waited long enough
             sticky           talked to the caller last
             rung_directly    the call is for these agents
             second_try       refused this call before, but nobody else is free
    against  idle_shorter, offered_later (round robin), more_calls: the strategy's
             less_skilled     its level of the skills asked is lower
             no_skill         lacks a skill that is asked
             waits_for_sticky the caller is for the agent it talked to last
             declined_before  was offered this call already
             just_taken       was given a moment ago to a caller who waits longer
             lower_priority   was given a moment ago to a call of a higher priority than this one
             no_phone         is available, and none of its phones is registered
             offline, offered, on_call, wrap_up, paused: the state that kept it from the call

Knows nothing of time limits, telephones or storage: the desk (engine/desk.py) acts on what is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.model import Strategy
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Decision, Match, Member, Team
from call24.routing.pool import LOST, WON, Pool, Taken, relaxed
from call24.tenants.skills import SkillNeed

__all__ = ["SECOND_TRY_AFTER", "Decision", "Match", "Member", "Team", "decide"]

SECOND_TRY_AFTER = timedelta(seconds=5)
"""An agent who refused a call gets the same call again only after this, and only if nobody else is free."""

FOR = frozenset({*WON.values(), "most_skilled", "skill_relaxed", "sticky", "rung_directly", "second_try"})
AGAINST = frozenset(
    {
        *LOST.values(),
        *(state.value for state in AgentState if state is not AgentState.AVAILABLE),
        "no_phone",
        "less_skilled",
        "no_skill",
        "waits_for_sticky",
        "declined_before",
        "just_taken",
        "lower_priority",
    }
)
PoolKey = tuple[object, ...]


def order_of(call: WaitingCall) -> tuple[int, datetime, CallId]:
    """In this order calls are looked at, the least first."""
    return -call.priority, call.since, call.call_id


def decide(
    waiting: Iterable[WaitingCall],
    teams: Mapping[QueueId, Team],
    sessions: Mapping[UserId, AgentSession],
    now: datetime,
) -> Decision:
    """Give each waiting call an agent where one is free.

    No agent is given twice. A call never passes an older one of its queue and priority, unless to an agent whom that
    one may not have: it lacks a skill, has just refused the call, or the call waits for another one.
    """
    decision = _Decision(teams, sessions, now)
    in_order = sorted(waiting, key=order_of)
    for call in in_order:
        decision.look_at(call)
    decision.look_ahead(in_order)
    return Decision(
        matches=tuple(decision.matches),
        hopeless=tuple(decision.hopeless),
        look_again_at=min(decision.look_again, default=None),
    )


class _Decision:
    def __init__(self, teams: Mapping[QueueId, Team], sessions: Mapping[UserId, AgentSession], now: datetime) -> None:
        self._teams = teams
        self._sessions = sessions
        self._now = now
        self._pools: dict[PoolKey, Pool] = {}
        self._taken: list[Taken] = []
        self.matches: list[Match] = []
        self.hopeless: list[CallId] = []
        self.look_again: list[datetime] = []

    def look_at(self, call: WaitingCall) -> None:
        if not due(call, self._now):
            return
        pool = self._pool(call)
        pool.catch_up(self._taken, call.priority)
        if not pool.hopeful:
            if not call.patient:
                self.hopeless.append(call.call_id)
            return
        match = self._sticky(call, pool) if self._waits_for_sticky(call, pool) else self._chosen(call, pool)
        if match is not None:
            self.matches.append(match)
            self._taken += [(agent, call.priority) for agent in match.agent_ids]

    def look_ahead(self, calls: Iterable[WaitingCall]) -> None:
        """When time alone could help those who are left: those whom a free agent may not have yet."""
        done = {*self.hopeless, *(match.call_id for match in self.matches)}
        for call in calls:
            if not due(call, self._now) and call.not_before is not None:
                self.look_again.append(call.not_before)
            elif call.call_id not in done and (pool := self._pool(call)).hopeful:
                pool.catch_up(self._taken, call.priority)
                self._look_ahead(call, pool)

    def _look_ahead(self, call: WaitingCall, pool: Pool) -> None:
        if pool.free and call.sticky_until is not None and self._waits_for_sticky(call, pool):
            self.look_again.append(call.sticky_until)
        elif pool.free and call.tried_at is not None:
            self.look_again.append(call.tried_at + SECOND_TRY_AFTER)
        if pool.unskilled:
            self.look_again += [at for need in asked(call) if (at := relaxes_at(need, call)) and at > self._now]

    # --- the candidates ---

    def _pool(self, call: WaitingCall) -> Pool:
        needs = asked(call)
        gone = tuple([relaxed(need, call, self._now) for need in needs]) if needs else ()
        key: PoolKey = (call.agents or call.queue_id, call.ring_all, needs, gone)
        pool = self._pools.get(key)
        if pool is None:
            members, strategy = team_of(call, self._teams)
            pool = self._pools[key] = Pool(
                members,
                strategy,
                now_asked=(need for need, has_gone in zip(needs, gone, strict=True) if not has_gone),
                ever_asked=(need for need in needs if need.relax_after_s is None),
                named=needs,
                sessions=self._sessions,
                now=self._now,
            )
        return pool

    # --- the choice ---

    def _waits_for_sticky(self, call: WaitingCall, pool: Pool) -> bool:
        if call.sticky_until is None or self._now >= call.sticky_until or call.sticky in call.tried:
            return False
        return pool.working_member(call.sticky, self._sessions)

    def _sticky(self, call: WaitingCall, pool: Pool) -> Match | None:
        assert call.sticky is not None, "only a call that waits for an agent"
        if not any(session.agent_id == call.sticky for session in pool.free):
            return None
        lost = {session.agent_id: "waits_for_sticky" for session in pool.free}
        return _match(call, pool, {call.sticky: "sticky"}, lost)

    def _chosen(self, call: WaitingCall, pool: Pool) -> Match | None:
        fresh = [session for session in pool.free if session.agent_id not in call.tried] if call.tried else pool.free
        candidates, again = (fresh, False) if fresh else (pool.free, True)
        if not candidates:
            return None
        if again and refused_lately(call, self._now):
            return None
        chosen = candidates if pool.strategy == "ring_all" else candidates[:1]
        won = {session.agent_id: _why(call, pool, session, again) for session in chosen}
        lost = pool.lost_otherwise(chosen[0]) if len(chosen) == 1 else {}
        return _match(call, pool, won, lost)


def team_of(call: WaitingCall, teams: Mapping[QueueId, Team]) -> tuple[tuple[Member, ...], Strategy]:
    """Whom the call could be given to at all."""
    if call.agents:
        members = tuple(Member(agent_id=agent) for agent in dict.fromkeys(call.agents))
        return members, "ring_all" if call.ring_all else "longest_idle"
    team = teams.get(call.queue_id) if call.queue_id is not None else None
    return (team.members, team.strategy) if team is not None else ((), "longest_idle")


def _why(call: WaitingCall, pool: Pool, session: AgentSession, again: bool) -> str:
    if again:
        return "second_try"
    return "rung_directly" if call.agents else pool.won(session)


def _match(call: WaitingCall, pool: Pool, won: Mapping[UserId, str], lost: Mapping[UserId, str]) -> Match:
    free = {session.agent_id for session in pool.free} if call.tried else set()
    declined = {agent: "declined_before" for agent in call.tried if agent in free}
    return Match(call_id=call.call_id, agent_ids=tuple(won), candidates=pool.candidates(won, {**lost, **declined}))


def due(call: WaitingCall, now: datetime) -> bool:
    """A callback is offered to nobody before its time."""
    return call.not_before is None or call.not_before <= now


def refused_lately(call: WaitingCall, now: datetime) -> bool:
    """A refusal that is still to come is one of before the clock was set back: nobody waits for that hour to return."""
    return call.tried_at is not None and call.tried_at <= now < call.tried_at + SECOND_TRY_AFTER


def asked(call: WaitingCall) -> tuple[SkillNeed, ...]:
    """A call for certain agents asks no skills of them."""
    return () if call.agents else call.skills


def relaxes_at(need: SkillNeed, call: WaitingCall) -> datetime | None:
    return None if need.relax_after_s is None else call.since + timedelta(seconds=need.relax_after_s)
