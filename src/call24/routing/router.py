"""Routing between decisions: it keeps the waiting calls by what they ask and the pools of who may have them, moves the
one agent whose session changed, and decides as ``rules.decide`` does. What a decision costs depends neither on how
large the teams are nor on how many wait.

It owns no session and no call: the desk (engine/desk.py) tells it of each change, and acts on what is decided.
Time must not run backwards.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count

from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Decision, Match, Team
from call24.routing.pool import relaxed
from call24.routing.rules import SECOND_TRY_AFTER, asked, due, order_of, refused_lately, relaxes_at, team_of
from call24.routing.standing import StandingPool

POOLS_KEPT = 64
"""Of one queue. More than so many different things to ask for are seldom waited for at the same time."""
_AWAY = frozenset({AgentState.OFFLINE, AgentState.PAUSED})
CallKey = tuple[int, datetime, CallId]
PoolKey = tuple[object, ...]


class Group:
    """Calls that ask the same of the same team, in their order, and who may have them."""

    __slots__ = ("key", "line", "patient", "pool", "relax", "sinces")

    def __init__(self, key: PoolKey, pool: StandingPool, relax: timedelta | None) -> None:
        self.key = key
        self.pool = pool
        self.line: list[CallKey] = []
        self.relax = relax
        """After this wait the next skill is not asked for any more."""
        self.sinces: list[tuple[datetime, CallId]] = []

    def join(self, call: WaitingCall) -> None:
        insort(self.line, order_of(call))
        if self.relax is not None:
            insort(self.sinces, (call.since, call.call_id))

    def leave(self, call: WaitingCall) -> None:
        del self.line[bisect_left(self.line, order_of(call))]
        if self.relax is not None:
            del self.sinces[bisect_left(self.sinces, (call.since, call.call_id))]


class CallRouter:
    def __init__(self, sessions: Iterable[AgentSession] = ()) -> None:
        self._sessions = {session.agent_id: session for session in sessions}
        self._teams: Mapping[QueueId, Team] = {}
        self._working: dict[QueueId, int] = {}
        self._queues_of: dict[UserId, list[QueueId]] = {}
        self._pools: dict[QueueId | None, dict[PoolKey, StandingPool]] = {}
        self._pools_of: dict[UserId, list[StandingPool]] = {}
        self._calls: dict[CallId, WaitingCall] = {}
        self._group_of: dict[CallId, Group] = {}
        self._groups: dict[PoolKey, Group] = {}
        self._unplaced: dict[CallId, None] = {}
        self._later: list[tuple[datetime, int, WaitingCall]] = []
        self._relaxing: list[tuple[datetime, int, WaitingCall]] = []
        self._taken: dict[UserId, None] = {}
        self._touched: set[StandingPool] = set()
        self._number = count()

    # --- what it is told ---

    def configure(self, teams: Mapping[QueueId, Team]) -> None:
        """The teams as they are now. Costs nothing while it is the same mapping."""
        if teams is self._teams:
            return
        before, self._teams = self._teams, teams
        changed = {queue for queue in {*before, *teams} if before.get(queue) != teams.get(queue)}
        for queue_id in changed:
            self._count_anew(queue_id, before.get(queue_id))
            for pool in self._pools.pop(queue_id, {}).values():
                self._drop(pool)
        for call in list(self._calls.values()):
            if call.queue_id in changed:
                self._take_out(call)
                self._unplaced[call.call_id] = None

    def moved(self, session: AgentSession) -> None:
        """A session has changed."""
        agent_id = session.agent_id
        before = self._sessions.get(agent_id)
        self._sessions[agent_id] = session
        self._taken.pop(agent_id, None)
        for pool in self._pools_of.get(agent_id, ()):
            pool.move(session)
        change = _works(session) - _works(before)
        if change:
            for queue_id in self._queues_of.get(agent_id, ()):
                self._working[queue_id] += change

    def join(self, call: WaitingCall) -> None:
        """A call waits, or asks for something else than before."""
        self.leave(call.call_id)
        self._calls[call.call_id] = call
        self._unplaced[call.call_id] = None

    def leave(self, call_id: CallId) -> None:
        call = self._calls.pop(call_id, None)
        if call is not None:
            self._unplaced.pop(call_id, None)
            self._take_out(call)

    def working(self, queue_id: QueueId | None) -> int:
        """How many agents of the queue take calls now, or will when the one in hand is done."""
        return self._working.get(queue_id, 0) if queue_id is not None else 0

    # --- deciding ---

    def decide(self, now: datetime) -> Decision:
        """What ``rules.decide`` says of the waiting calls, the teams and the sessions as they were told."""
        self._begin(now)
        hopeless: list[CallKey] = []
        heads: list[tuple[CallKey, int, Group]] = []
        for group in self._groups.values():
            if not group.pool.hopeful:
                hopeless += [key for key in group.line if not self._calls[key[2]].patient]
            elif group.pool.free:
                heads.append((group.line[0], 0, group))
        heapq.heapify(heads)
        matches: list[Match] = []
        while heads:
            key, place, group = heads[0]
            if group.pool.free and (match := self._look_at(self._calls[key[2]], group.pool, now)) is not None:
                matches.append(match)
            place += 1
            if group.pool.free and place < len(group.line):
                heapq.heapreplace(heads, (group.line[place], place, group))
            else:
                heapq.heappop(heads)
        return Decision(
            matches=tuple(matches),
            hopeless=tuple(key[2] for key in sorted(hopeless)),
            look_again_at=self._look_again_at({match.call_id for match in matches}, now),
        )

    def _begin(self, now: datetime) -> None:
        for agent_id in self._taken:  # given away by the last decision, and then not offered
            for pool in self._pools_of.get(agent_id, ()):
                pool.move(self._sessions[agent_id])
        self._taken.clear()
        for pool in self._touched:
            pool.forget_taken()
        self._touched.clear()
        for waits in (self._later, self._relaxing):
            while waits and waits[0][0] <= now:
                call = heapq.heappop(waits)[2]
                if self._calls.get(call.call_id) is call:
                    self._take_out(call)
                    self._unplaced[call.call_id] = None
        for call_id in self._unplaced:
            self._place(self._calls[call_id], now)
        self._unplaced.clear()

    def _look_at(self, call: WaitingCall, pool: StandingPool, now: datetime) -> Match | None:
        if self._waits_for_sticky(call, pool, now):
            assert call.sticky is not None, "only a call that waits for an agent"
            if not pool.is_free(call.sticky):
                return None
            won = {call.sticky: "sticky"}
        else:
            chosen, again = pool.fresh(call.tried), False
            if not chosen:
                if refused_lately(call, now):
                    return None
                chosen, again = pool.again(), True
            code = "second_try" if again else "rung_directly" if call.agents else None
            won = {agent_id: code or pool.won(agent_id) for agent_id in chosen}
        candidates, others = pool.candidates(call, won, self._sessions, now)
        for agent_id in won:
            self._take(agent_id, call.priority)
        return Match(call_id=call.call_id, agent_ids=tuple(won), candidates=candidates, others=others)

    def _waits_for_sticky(self, call: WaitingCall, pool: StandingPool, now: datetime) -> bool:
        if call.sticky_until is None or call.sticky is None or now >= call.sticky_until or call.sticky in call.tried:
            return False
        return pool.works(self._sessions.get(call.sticky))

    def _take(self, agent_id: UserId, priority: int) -> None:
        self._taken[agent_id] = None
        for pool in self._pools_of[agent_id]:
            pool.take(agent_id, priority)
            self._touched.add(pool)

    def _look_again_at(self, done: set[CallId], now: datetime) -> datetime | None:
        """Of those who are left, the first whom time alone could help."""
        self._later = _without_gone(self._later, self._calls)
        times = [self._later[0][0]] if self._later else []
        for group in self._groups.values():
            pool = group.pool
            if pool.hopeful and pool.free:  # whoever is left here waits for one agent, or was refused by all
                for key in group.line:
                    if key[2] in done:
                        continue
                    call = self._calls[key[2]]
                    if call.sticky_until is not None and self._waits_for_sticky(call, pool, now):
                        times.append(call.sticky_until)
                    elif call.tried_at is not None:
                        times.append(call.tried_at + SECOND_TRY_AFTER)
            if pool.hopeful and pool.unskilled and group.relax is not None:
                since = next((since for since, call_id in group.sinces if call_id not in done), None)
                times += [since + group.relax] if since is not None else []
        return min(times, default=None)

    # --- calls and their groups ---

    def _place(self, call: WaitingCall, now: datetime) -> None:
        if not due(call, now):
            assert call.not_before is not None, "only a callback has a time before which it is not due"
            heapq.heappush(self._later, (call.not_before, next(self._number), call))
            return
        group = self._group(call, now)
        group.join(call)
        self._group_of[call.call_id] = group
        if group.relax is not None:
            heapq.heappush(self._relaxing, (call.since + group.relax, next(self._number), call))

    def _take_out(self, call: WaitingCall) -> None:
        group = self._group_of.pop(call.call_id, None)
        if group is None:
            return
        group.leave(call)
        if not group.line:
            del self._groups[group.key]
            if call.agents:
                self._pools[None].pop(group.key, None)
                self._drop(group.pool)

    def _group(self, call: WaitingCall, now: datetime) -> Group:
        needs = asked(call)
        gone = tuple([relaxed(need, call, now) for need in needs]) if needs else ()
        key: PoolKey = (call.agents or call.queue_id, call.ring_all and bool(call.agents), needs, gone)
        group = self._groups.get(key)
        if group is None:
            left = [need.relax_after_s for need in needs if (at := relaxes_at(need, call)) is not None and at > now]
            relax = min((timedelta(seconds=after) for after in left if after is not None), default=None)
            group = self._groups[key] = Group(key, self._pool(key, call, gone), relax)
        return group

    # --- pools ---

    def _pool(self, key: PoolKey, call: WaitingCall, gone: tuple[bool, ...]) -> StandingPool:
        pools = self._pools.setdefault(None if call.agents else call.queue_id, {})
        pool = pools.get(key)
        if pool is None:
            self._make_room(pools)
            needs = asked(call)
            members, strategy = team_of(call, self._teams)
            pool = pools[key] = StandingPool(
                members,
                strategy,
                now_asked=[need for need, has_gone in zip(needs, gone, strict=True) if not has_gone],
                ever_asked=[need for need in needs if need.relax_after_s is None],
                named=needs,
                sessions=self._sessions,
            )
            for agent_id in pool.members:
                self._pools_of.setdefault(agent_id, []).append(pool)
        return pool

    def _make_room(self, pools: dict[PoolKey, StandingPool]) -> None:
        """Pools that nobody waits for go, all at once: one that is kept costs a step at each change of a session."""
        if len(pools) >= POOLS_KEPT:
            for key in [key for key in pools if key not in self._groups]:
                self._drop(pools.pop(key))

    def _drop(self, pool: StandingPool) -> None:
        for agent_id in pool.members:
            self._pools_of[agent_id].remove(pool)

    def _count_anew(self, queue_id: QueueId, before: Team | None) -> None:
        for agent_id in _members(before):
            self._queues_of[agent_id].remove(queue_id)
        members = _members(self._teams.get(queue_id))
        for agent_id in members:
            self._queues_of.setdefault(agent_id, []).append(queue_id)
        self._working[queue_id] = sum(_works(self._sessions.get(agent_id)) for agent_id in members)


def _members(team: Team | None) -> Iterable[UserId]:
    return dict.fromkeys(member.agent_id for member in team.members) if team is not None else ()


def _works(session: AgentSession | None) -> bool:
    return session is not None and session.state not in _AWAY


def _without_gone(
    waits: list[tuple[datetime, int, WaitingCall]], calls: Mapping[CallId, WaitingCall]
) -> list[tuple[datetime, int, WaitingCall]]:
    while waits and calls.get(waits[0][2].call_id) is not waits[0][2]:
        heapq.heappop(waits)
    return waits
