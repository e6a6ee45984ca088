"""What would have been decided with other settings of a queue: a day's journal is gone through, and before every offer
that was really made the same situation is put to ``decide`` again, with the settings as they are and as they would be.

It does not go on from a changed decision: whoever would have been rung instead still does next what it really did.
``NOT_MODELLED`` says what follows from that; it is part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from call24.agents import events as a
from call24.agents.candidate import Candidate
from call24.agents.model import AgentSession
from call24.call_records.replay import call_event
from call24.calls import events as e
from call24.journal.model import Entry
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.model import Queue
from call24.queues.waiting_call import WaitingCall
from call24.routing.rules import Decision, Match, Team, decide
from call24.what_if.routing_replay import Situation
from call24.what_if.side_effects import MissedOffers, Waits

LEAD_IN = timedelta(hours=12)
"""Lines before the day that are read too: who was signed in and who waited when it began."""
LOOKS_MAX = 20
_MOVES_THE_LINE = frozenset(
    kind.__name__
    for kind in (e.CallQueued, e.QueueLeft, e.OfferEnded, e.CallbackPromised, e.CallbackTried, e.CallEnded)
)
"""A call's lines after which somebody else may be first."""

NOT_MODELLED = (
    "Each decision is looked at by itself: what would have followed from another one (other waits, other free agents)"
    " is not played out.",
    "Members, strategies and skills of all queues are taken as they are now; 'reproduced' counts the offers that come"
    " out as they really were with the settings as they are now. What does not was decided under other settings, or in"
    " the same instant as something else.",
    "Opening hours, announcements, recording, wrap-up and callbacks are as they really were.",
    "How patient callers would have been is not known: earlier offers and later ways out are counted, not guessed.",
    "Who signed in or began to wait more than 12 hours before the day and was not heard of since is left out.",
)

CHANGEABLE = ("strategy", "members", "priority", "skills", "max_wait_s", "max_waiting", "auto_pause_after")
"""The settings whose change is looked at."""


class ReplayedOffer(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    call_id: CallId
    queue_id: QueueId | None
    rung: tuple[UserId, ...]
    """Who really was."""
    as_now: tuple[UserId, ...]
    """Who would have been with the settings as they are now."""
    would_ring: tuple[UserId, ...]
    """Who would have been with the change. Empty: the call would have waited on, or (``hopeless``) left."""
    hopeless: bool = False
    reasons: tuple[Candidate, ...] = ()
    """Of the changed decision, where it differs."""
    instead: CallId | None = None
    """The call that would have been given to one of those who were rung."""

    @property
    def reproduced(self) -> bool:
        return set(self.as_now) == set(self.rung)

    @property
    def differs(self) -> bool:
        return set(self.would_ring) != set(self.as_now)


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """With the change this call would have been offered at ``at``; really it was ``seconds`` later, or never (None)."""

    at: datetime
    call_id: CallId
    would_ring: tuple[UserId, ...]
    seconds: float | None = None


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """``decisions``: every offer of the day, of all queues, for an agent of one may be one of another."""

    decisions: tuple[ReplayedOffer, ...]
    earlier: tuple[Earlier, ...]
    waits: Waits
    missed: MissedOffers


def what_if(
    entries: Iterable[Entry],
    *,
    queue: Queue,
    changed: Queue,
    teams: Mapping[QueueId, Team],
    changed_team: Team,
    since: datetime,
    until: datetime,
) -> WhatIf:
    """``entries``: the journal from ``LEAD_IN`` before ``since`` on, in order. ``teams``: of all queues, as now."""
    replay = _Replay(queue, changed, teams, {**teams, queue.id: changed_team}, since)
    for entry in entries:
        if entry.at >= until:
            break
        replay.take(entry)
    return replay.result(until)


class _Replay:
    def __init__(
        self,
        queue: Queue,
        changed: Queue,
        teams: Mapping[QueueId, Team],
        other_teams: Mapping[QueueId, Team],
        since: datetime,
    ) -> None:
        self._queue = queue
        self._changed = changed
        self._teams = teams
        self._other_teams = other_teams
        self._since = since
        self._now = Situation()
        self._waits = Waits(queue, changed)
        self._missed = MissedOffers(queue, changed)
        self._decisions: list[ReplayedOffer] = []
        self._open: dict[CallId, int] = {}
        self._earlier: dict[CallId, Earlier] = {}
        self._told_earlier: list[Earlier] = []
        self._look_at: datetime | None = None

    def take(self, entry: Entry) -> None:
        of_the_day = entry.at >= self._since
        if of_the_day:
            self._time_passes(entry.at)
        offered = self._now.offer_event(entry)
        if offered is not None and of_the_day:
            self._offered(offered, entry.at)
        self._missed.note(entry, self._now, counted=of_the_day)
        self._now.apply(entry)
        event = call_event(entry)
        if event is not None and entry.call_id is not None:
            self._close(entry.call_id, event)
            self._waits.note(entry, event, self._now, counted=of_the_day)
        if of_the_day and (event is None or entry.type in _MOVES_THE_LINE):
            self._look(entry.at)

    def result(self, until: datetime) -> WhatIf:
        self._time_passes(until)
        return WhatIf(
            decisions=tuple(self._decisions),
            earlier=tuple(sorted((*self._told_earlier, *self._earlier.values()), key=lambda one: one.at)),
            waits=self._waits,
            missed=self._missed,
        )

    # --- offers that were made ---

    def _offered(self, offered: a.AgentOffered, at: datetime) -> None:
        open_one = self._open.get(offered.call_id)
        if open_one is not None:  # one more of several who were rung at once
            before = self._decisions[open_one]
            self._decisions[open_one] = msgspec.structs.replace(before, rung=(*before.rung, offered.agent_id))
            return
        call = self._now.line.get(offered.call_id)
        if call is None:
            return  # a consultation, or a call of the agent's own
        as_now, other = self._as_now(at), self._otherwise(at)
        match, now_match = _match(other, call.call_id), _match(as_now, call.call_id)
        made = ReplayedOffer(
            at=at,
            call_id=call.call_id,
            queue_id=call.queue_id,
            rung=(offered.agent_id,),
            as_now=now_match.agent_ids if now_match is not None else (),
            would_ring=match.agent_ids if match is not None else (),
            hopeless=call.call_id in other.hopeless,
        )
        if made.differs:
            reasons = match.candidates if match is not None else ()
            made = msgspec.structs.replace(made, reasons=reasons, instead=_instead(other, made))
        self._open[call.call_id] = len(self._decisions)
        self._decisions.append(made)
        earlier = self._earlier.pop(call.call_id, None)
        if earlier is not None:
            seconds = (at - earlier.at).total_seconds()
            self._told_earlier.append(msgspec.structs.replace(earlier, seconds=seconds))

    def _close(self, call_id: CallId, event: e.AnyCallEvent) -> None:
        if isinstance(event, e.CallQueued | e.OfferEnded | e.CallConnected | e.AgentReady | e.CallEnded):
            self._open.pop(call_id, None)
        if isinstance(event, e.QueueLeft | e.CallEnded) and call_id in self._earlier:
            self._told_earlier.append(self._earlier.pop(call_id))

    # --- offers that were not made yet ---

    def _time_passes(self, until: datetime) -> None:
        """What time alone would have changed before the next line: a skill relaxes, a second try is allowed."""
        for _ in range(LOOKS_MAX):
            if self._look_at is None or self._look_at >= until:
                return
            self._look(self._look_at)

    def _look(self, at: datetime) -> None:
        self._look_at = None
        new = {call.call_id for call in self._now.waiting_in(self._queue.id)} - set(self._earlier)
        if not new:
            return
        other = self._otherwise(at)
        if other.look_again_at is not None and other.look_again_at > at:
            self._look_at = other.look_again_at
        found = [match for match in other.matches if match.call_id in new]
        as_now = self._as_now(at) if found else None
        for match in found:
            if as_now is not None and _match(as_now, match.call_id) is None:
                self._earlier[match.call_id] = Earlier(at=at, call_id=match.call_id, would_ring=match.agent_ids)

    # --- the two decisions ---

    def _as_now(self, at: datetime) -> Decision:
        return decide(self._now.line.values(), self._teams, self._now.sessions, at)

    def _otherwise(self, at: datetime) -> Decision:
        calls = [self._call(call) for call in self._now.line.values()]
        return decide(calls, self._other_teams, self._sessions(), at)

    def _call(self, call: WaitingCall) -> WaitingCall:
        if call.queue_id != self._queue.id:
            return call
        asked = self._now.asked[call.call_id]
        if self._changed.priority != self._queue.priority:
            call = msgspec.structs.replace(call, priority=max(asked.priority, self._changed.priority))
        if self._changed.skills != self._queue.skills:
            call = msgspec.structs.replace(call, skills=(*asked.skills, *self._changed.skills))
        return call

    def _sessions(self) -> Mapping[UserId, AgentSession]:
        changed = self._missed.otherwise(self._now)
        return {**self._now.sessions, **changed} if changed else self._now.sessions


def _match(decision: Decision, call_id: CallId) -> Match | None:
    return next((match for match in decision.matches if match.call_id == call_id), None)


def _instead(decision: Decision, made: ReplayedOffer) -> CallId | None:
    others = (match for match in decision.matches if match.call_id != made.call_id)
    return next((match.call_id for match in others if set(match.agent_ids) & set(made.rung)), None)
