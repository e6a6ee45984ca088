"""A pool that is kept between decisions: the candidates of one team for calls that ask the same.

Each member stands in one place: among the free, which are sorted; among those given away in this decision; or under the
code of what speaks against it, which is a count. A session that changes moves its one agent from place to place, so
what that costs does not depend on how large the team is. Whoever matters to a decision is written down with its reason;
how many others have which reason is what all members together have, less those who are written down.

Says what ``pool.py`` says of the same situation, which looks at each member.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from call24.agents.candidate import Candidate
from call24.agents.model import AgentSession, AgentState
from call24.kit.ids import UserId
from call24.queues.model import Strategy
from call24.queues.waiting_call import WaitingCall
from call24.routing.model import Member
from call24.routing.pool import LOST, NEVER, WON, has
from call24.tenants.skills import SkillNeed

Key = tuple[int, Any, datetime, UserId]
"""The pool's order, least first: less skill, the strategy's measure, idle since, the id."""
ALL_UP_TO = 20
"""Of a team no larger than this every member's reason is kept; of a larger one about as many at most, whoever rings."""
NEXT_BEST = 5
"""So many of those who would have been next are kept, of a larger team."""
FREE, TAKEN = "available", "just_taken"
_LAST = datetime.max.replace(tzinfo=UTC)


class Standing:
    """Where a member stands. ``key``: only while it is free; ``code``: what speaks against it else."""

    __slots__ = ("code", "ever", "hopes", "key", "lacks_named", "level", "qualified", "unskilled")

    def __init__(self, member: Member, now: Sequence[SkillNeed], ever: Sequence[SkillNeed], named: Sequence[SkillNeed]):
        self.qualified = has(member, now)
        self.ever = has(member, ever)
        self.lacks_named = not has(member, named)
        self.level = sum(member.skills.get(name, 0) for name in {need.name for need in named})
        self.code: str = AgentState.OFFLINE.value
        self.key: Key | None = None
        self.hopes = False
        self.unskilled = False


class StandingPool:
    """The arguments are those of ``pool.Pool``.

    ``unskilled``: how many are free and only lack a skill. ``hopeful``: how many are there who could take the call, now
    or once skills have relaxed.
    """

    def __init__(
        self,
        members: Iterable[Member],
        strategy: Strategy,
        *,
        now_asked: Sequence[SkillNeed],
        ever_asked: Sequence[SkillNeed],
        named: Sequence[SkillNeed],
        sessions: Mapping[UserId, AgentSession],
    ) -> None:
        self.strategy = strategy
        self.free: list[Key] = []
        self.hopeful = 0
        self.unskilled = 0
        self._levels = bool(named)
        self._measured = strategy in {"round_robin", "least_calls"}
        self._places = {member.agent_id: Standing(member, now_asked, ever_asked, named) for member in members}
        self._against: defaultdict[str, int] = defaultdict(int, {AgentState.OFFLINE.value: len(self._places)})
        self._gone: list[int] = []
        self._gone_at: dict[UserId, int] = {}
        for agent_id in self._places:
            if (session := sessions.get(agent_id)) is not None:
                self.move(session)

    @property
    def members(self) -> Iterable[UserId]:
        return self._places

    # --- who is here ---

    def move(self, session: AgentSession) -> None:
        """The member's session has changed, or it was given away and is not after all."""
        agent_id = session.agent_id
        place = self._places[agent_id]
        self._leave(place)
        free = session.free
        hopes = place.ever and session.there
        if hopes is not place.hopes:
            place.hopes = hopes
            self.hopeful += 1 if hopes else -1
        if free and place.qualified:
            place.code = FREE
            place.key = (-place.level, self._measure(session), session.idle_since, agent_id)
            insort(self.free, place.key)
            return
        if free:
            place.unskilled = True
            self.unskilled += 1
        skilled = place.qualified or session.state is AgentState.OFFLINE
        place.code = session.not_free if skilled else "no_skill"
        self._against[place.code] += 1

    def _leave(self, place: Standing) -> None:
        if place.key is not None:
            del self.free[bisect_left(self.free, place.key)]
            place.key = None
        elif place.code != TAKEN:
            self._against[place.code] -= 1
        if place.unskilled:
            place.unskilled = False
            self.unskilled -= 1

    def _measure(self, session: AgentSession) -> Any:
        match self.strategy:
            case "round_robin":
                return session.last_offered_at or NEVER
            case "least_calls":
                return session.taken
            case _:
                return 0

    def take(self, agent_id: UserId, priority: int) -> None:
        """Given away in this decision to a call of this priority; never to a less urgent one than those before."""
        place = self._places[agent_id]
        if place.key is not None:
            self._leave(place)
            place.code = TAKEN
            self._gone.append(-priority)
            self._gone_at[agent_id] = priority
        elif place.unskilled:
            place.unskilled = False
            self.unskilled -= 1

    def forget_taken(self) -> None:
        """A new decision begins."""
        self._gone.clear()
        self._gone_at.clear()

    def is_free(self, agent_id: UserId) -> bool:
        place = self._places.get(agent_id)
        return place is not None and place.key is not None

    def works(self, session: AgentSession | None) -> bool:
        """Whether this member has the skills and works: is free, or will be after what it does now."""
        if session is None or session.agent_id not in self._places or not self._places[session.agent_id].qualified:
            return False
        return session.there and session.state is not AgentState.PAUSED

    def fresh(self, tried: Sequence[UserId]) -> list[UserId]:
        """Free members to whom the call was not offered yet, the first in order; all where all ring at once."""
        keys = (key[3] for key in self.free if key[3] not in tried)
        if self.strategy == "ring_all":
            return list(keys)
        first = next(keys, None)
        return [] if first is None else [first]

    def again(self) -> list[UserId]:
        """The same for a second try."""
        return [key[3] for key in (self.free if self.strategy == "ring_all" else self.free[:1])]

    # --- what is written down ---

    def won(self, agent_id: UserId) -> str:
        """Why the first in the pool's order is the first."""
        place = self._places[agent_id]
        if place.lacks_named:
            return "skill_relaxed"
        if self.strategy != "ring_all" and self._levels and -self.free[-1][0] < place.level:
            return "most_skilled"
        return WON[self.strategy]

    def candidates(
        self, call: WaitingCall, won: Mapping[UserId, str], sessions: Mapping[UserId, AgentSession], now: datetime
    ) -> tuple[tuple[Candidate, ...], dict[str, int]]:
        """Before those who won are taken: the candidates that are kept, and how many others have which reason."""
        first = self._places[next(iter(won))].key
        assert first is not None, "only a free member is chosen"
        sticky = "sticky" in won.values()
        whole = len(self._places) <= ALL_UP_TO
        kept: list[Candidate] = []
        for agent_id in self._places if whole else self._who_matter(call, won):
            place = self._places[agent_id]
            code = won.get(agent_id) or self._code_against(agent_id, place, call, first, sticky)
            idle_s = None
            if place.key is not None or place.code == TAKEN or (place.code == "no_skill"):
                session = sessions[agent_id]
                if session.free:
                    idle_s = max(0.0, (now - session.idle_since).total_seconds())
            kept.append(Candidate(agent_id=agent_id, chosen=agent_id in won, reason=code, idle_s=idle_s))
        return tuple(kept), {} if whole else self._others(kept, call, first, won, sticky)

    def _who_matter(self, call: WaitingCall, won: Mapping[UserId, str]) -> Iterable[UserId]:
        """Who is rung, the agent of the last talk, who was asked before (the latest first), and who would be next."""
        kept = dict.fromkeys(won)
        most = max(ALL_UP_TO, len(kept))
        if call.sticky in self._places and call.sticky is not None:
            kept[call.sticky] = None
        for agent_id in reversed(call.tried[-ALL_UP_TO:]):
            if agent_id in self._places and len(kept) < most - NEXT_BEST:
                kept[agent_id] = None
        most = min(most, len(kept) + NEXT_BEST)
        for key in self.free[: 2 * ALL_UP_TO]:
            if len(kept) >= most:
                break
            kept[key[3]] = None
        return kept

    def _code_against(self, agent_id: UserId, place: Standing, call: WaitingCall, first: Key, sticky: bool) -> str:
        if place.key is None:
            if place.code != TAKEN:
                return place.code
            return "lower_priority" if self._gone_at[agent_id] > call.priority else TAKEN
        if agent_id in call.tried:
            return "declined_before"
        return "waits_for_sticky" if sticky else self._lost(place.key, first)

    def _lost(self, key: Key, first: Key) -> str:
        """Why a free member did not win against ``first``: less skilled, equal and idle shorter, or the strategy's."""
        if key[0] > first[0]:
            return "less_skilled"
        return "idle_shorter" if self._measured and key[:2] == first[:2] else LOST[self.strategy]

    def _others(
        self, kept: Sequence[Candidate], call: WaitingCall, first: Key, won: Mapping[UserId, str], sticky: bool
    ) -> dict[str, int]:
        """Reason -> how many of those who are not ``kept`` have it."""
        counts = self._totals(call, first, sticky)
        for agent_id in {*won, *call.tried}:  # the free whom the totals count as if the call had never met them
            place = self._places.get(agent_id)
            if place is not None and place.key is not None:
                counts["waits_for_sticky" if sticky else self._lost(place.key, first)] -= 1
                counts[won.get(agent_id, "declined_before")] += 1
        for candidate in kept:
            counts[candidate.reason] -= 1
        return {code: count for code, count in sorted(counts.items()) if count}

    def _totals(self, call: WaitingCall, first: Key, sticky: bool) -> defaultdict[str, int]:
        """All members by what speaks against them in this decision, each counted once."""
        counts = self._against.copy()
        urgent = bisect_left(self._gone, -call.priority)
        counts["lower_priority"] += urgent
        counts[TAKEN] += len(self._gone) - urgent
        self._count_lost(counts, first, sticky)
        return counts

    def _count_lost(self, counts: defaultdict[str, int], first: Key, sticky: bool) -> None:
        """Add ``_lost`` of all free members, without looking at each."""
        free = self.free
        if sticky:
            counts["waits_for_sticky"] += len(free)
            return
        end = bisect_left(free, (first[0] + 1,))
        counts["less_skilled"] += len(free) - end
        equal = 0
        if self._measured:
            begin = bisect_left(free, first[:2])
            equal = bisect_right(free, (*first[:2], _LAST)) - begin
            counts["idle_shorter"] += equal
        counts[LOST[self.strategy]] += end - equal
