"""Settings of a queue that change no single decision: the longest wait, the longest line, and missed offers that pause
an agent. Counted along the journal by ``what_if``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from call24.agents import events as a
from call24.agents.model import MISSED_CALLS, AgentSession, AgentState
from call24.calls import events as e
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, UserId
from call24.queues.model import Queue
from call24.what_if.routing_replay import Situation


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """``since``: in this line, whatever place it was given; ``before``: how many waited in it already; ``max_wait_s``:
    the setting that the call joined with."""

    since: datetime
    max_wait_s: int
    before: int


class Waits:
    """Of one queue's callers. ``would_leave``: waited longer than the changed longest wait; ``might_stay``: left at the
    real one, which is shorter; ``would_be_full`` and ``might_join``: the same of the longest line."""

    def __init__(self, queue: Queue, changed: Queue) -> None:
        self._queue = queue
        self._max_wait_s = changed.max_wait_s
        self._most = changed.max_waiting
        self._joined: dict[CallId, Joined] = {}
        self.calls = self.would_leave = self.might_stay = self.would_be_full = self.might_join = 0

    def note(self, entry: Entry, event: e.AnyCallEvent, now: Situation, *, counted: bool) -> None:
        """After the line has been applied to ``now``."""
        assert entry.call_id is not None
        match event:
            case e.CallQueued(queue_id=queue_id, queue=rules) if queue_id == self._queue.id and rules is not None:
                before = len(now.waiting_in(self._queue.id)) - 1
                joined = Joined(since=entry.at, max_wait_s=rules.max_wait_s, before=before)
                self._joined[entry.call_id] = joined
                self.calls += counted
            case e.QueueLeft(reason=reason):
                self._over(entry, counted, reason)
            case e.CallConnected() | e.CallEnded():
                self._over(entry, counted)

    def _over(self, entry: Entry, counted: bool, reason: str = "") -> None:
        joined = self._joined.pop(entry.call_id, None) if entry.call_id is not None else None
        if joined is None or not counted:
            return
        waited_s = (entry.at - joined.since).total_seconds()
        self.would_leave += self._max_wait_s < joined.max_wait_s and waited_s > self._max_wait_s
        self.might_stay += reason == "max_wait" and self._max_wait_s > joined.max_wait_s
        room = self._most is None or joined.before < self._most
        self.would_be_full += reason != "full" and not room
        self.might_join += reason == "full" and room


class MissedOffers:
    """``would_pause``: agents that would have been paused after so many missed offers, and worked on; ``would_not``:
    that were paused and would not have been. Such a pause is taken to last until the agent does something itself."""

    def __init__(self, queue: Queue, changed: Queue) -> None:
        self._queue = queue
        self._limit = changed.auto_pause_after
        self._differs = changed.auto_pause_after != queue.auto_pause_after
        self._paused: set[UserId] = set()
        self._spared: dict[UserId, AgentSession] = {}
        self.would_pause = self.would_not = 0

    def note(self, entry: Entry, now: Situation, *, counted: bool) -> None:
        """Before the line is applied to ``now``."""
        if not self._differs or entry.agent_id is None or not entry.type.startswith("Agent"):
            return
        session = now.sessions.get(entry.agent_id)
        if entry.type == a.AgentBecameAvailable.__name__:
            self._available(entry, session, now, counted)
        elif entry.type == a.AgentPaused.__name__:
            self._pause(entry, session, now, counted)
        elif entry.type in (a.AgentWentOffline.__name__, a.AgentTookCall.__name__):
            self._own_doing(entry.agent_id)
        elif entry.type == a.AgentOffered.__name__:
            self._spared.pop(entry.agent_id, None)

    def _available(self, entry: Entry, session: AgentSession | None, now: Situation, counted: bool) -> None:
        assert entry.agent_id is not None
        event: a.AgentBecameAvailable = event_of(entry, a.AgentBecameAvailable)
        self._spared.pop(entry.agent_id, None)
        if 0 < self._limit <= event.missed and self._ours(session, now) and entry.agent_id not in self._paused:
            self._paused.add(entry.agent_id)
            self.would_pause += counted

    def _pause(self, entry: Entry, session: AgentSession | None, now: Situation, counted: bool) -> None:
        assert entry.agent_id is not None
        event: a.AgentPaused = event_of(entry, a.AgentPaused)
        missed = session.missed + 1 if session is not None else 0
        self._own_doing(entry.agent_id)
        if session is None or event.reason != MISSED_CALLS or not self._ours(session, now):
            return
        if self._limit == 0 or missed < self._limit:
            still = a.AgentBecameAvailable(agent_id=entry.agent_id, missed=missed)
            self._spared[entry.agent_id] = a.evolve(session, still, entry.at)
            self.would_not += counted

    def _ours(self, session: AgentSession | None, now: Situation) -> bool:
        call_id = session.call_id if session is not None else None
        return call_id is not None and now.queue_of.get(call_id) == self._queue.id

    def _own_doing(self, agent_id: UserId) -> None:
        self._paused.discard(agent_id)
        self._spared.pop(agent_id, None)

    def otherwise(self, now: Situation) -> Mapping[UserId, AgentSession]:
        """The sessions that would be other ones."""
        paused = {
            agent: msgspec.structs.replace(now.sessions[agent], state=AgentState.PAUSED, reason=MISSED_CALLS)
            for agent in self._paused
            if now.sessions[agent].state is AgentState.AVAILABLE
        }
        return {**paused, **self._spared}
