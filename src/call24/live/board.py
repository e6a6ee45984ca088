"""The live board: what goes on now, as a fold over the journal. It decides nothing and asks nobody.

Old state + journal events = new state: after a restart it is made from the open calls and sessions, then from the
lines.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from call24.agents import events as agent_events
from call24.agents.candidate import Candidate
from call24.agents.model import AgentSession, AgentState
from call24.call_records.model import QueueVisit
from call24.call_records.projector import AGENT_EVENTS
from call24.call_records.replay import BEGINNINGS, call_after, call_event, involved, story
from call24.call_records.segments import Stretch, extend
from call24.calls import events as e
from call24.calls.model import Call, CallState, Direction
from call24.journal.model import Entry, event_of
from call24.kit.holdings import Person
from call24.kit.ids import CallId, ContactId, OfferId, QueueId, TenantId, UserId
from call24.live.service_level import Levels, Stay, stay_after

# Longer than any day, whatever its time zone: what is older is not shown, and must not pile up.
DAY_KEPT = timedelta(days=2)


class LiveCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that goes on.

    ``candidates``: of the newest offer, why this agent. ``offered_at``: since when whom rings, or rang, by offer.
    ``passed_by``: the agent who handed the call over, until another has it. ``paused_at``: since when the recording
    is silent. ``stay``: where it stands in line.
    """

    call: Call
    line: tuple[Stretch, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    offered_at: dict[OfferId, datetime] = {}
    passed_by: UserId | None = None
    paused_at: datetime | None = None
    stay: Stay | None = None

    def after(self, event: e.AnyCallEvent, call: Call, at: datetime) -> LiveCall:
        """As it is after one more event, which made the call what it is."""
        stay, _ = stay_after(self.stay, event, at)
        live = msgspec.structs.replace(self, call=call, line=extend(self.line, call, at), stay=stay)
        match event:
            case e.CallOffered() | e.ConsultRung():
                candidates = (getattr(event, "candidates", ()) or live.candidates) if event.legs else live.candidates
                told = {**live.offered_at, event.offer_id: at}
                return msgspec.structs.replace(live, candidates=candidates, offered_at=told)
            case e.CallTransferred(agent_id=agent_id):
                return msgspec.structs.replace(live, passed_by=agent_id)
            case e.RecordingPaused():
                return msgspec.structs.replace(live, paused_at=at)
            case e.RecordingResumed() | e.RecordingFailed() | e.RecordingStopped():
                return msgspec.structs.replace(live, paused_at=None)
        return live

    def offer_of(self, user_id: UserId) -> OfferId | None:
        """With which offer this user is rung for the call, or in it."""
        call, party = self.call, self.call.consult_party
        if (offer := call.offer_to(user_id)) is not None:
            return offer.offer_id
        if call.agent_id == user_id:
            return call.offer_id
        if party is not None and party.agent_id == user_id:
            return party.offer.offer_id if party.offer is not None else party.offer_id
        return next((monitor.offer_id for monitor in call.monitors if monitor.user_id == user_id), None)


class DayPart(msgspec.Struct, frozen=True, kw_only=True):
    state: AgentState
    since: datetime
    until: datetime | None = None


class BoardChange(msgspec.Struct, frozen=True, kw_only=True):
    """What one journal event touched, so that whoever shows it needs to look at nothing else.

    ``agents``: everybody of ours who had to do with the call before or after the line, or whose session changed;
    ``queues``: the call's before and after.
    """

    tenant_id: TenantId
    seq: int
    call: LiveCall | None = None
    ended: CallId | None = None
    agents: tuple[UserId, ...] = ()
    queues: tuple[QueueId, ...] = ()


class Board:
    """All tenants of this process."""

    def __init__(self) -> None:
        self._calls: dict[CallId, LiveCall] = {}
        self._sessions: dict[UserId, AgentSession] = {}
        self._days: dict[UserId, list[DayPart]] = {}
        self._seqs: dict[TenantId, int] = {}
        self._calls_of: dict[UserId, dict[CallId, None]] = {}
        self.levels = Levels()
        self.left: list[Callable[[str, QueueVisit], None]] = []
        """Told of each stay in a queue that is over, with the call's direction."""

    def restore_seq(self, tenant_id: TenantId, seq: int) -> None:
        self._seqs[tenant_id] = seq

    def restore_call(self, call: Call, entries: list[Entry]) -> None:
        live = LiveCall(call=call)
        for turn in story(entries):
            self._count(live, turn.event, turn.at)
            live = live.after(turn.event, turn.call, turn.at)
        self._calls[call.id] = msgspec.structs.replace(live, call=call)
        self._note_people(call)

    def restore_session(self, session: AgentSession) -> None:
        self._sessions[session.agent_id] = session

    def restore_day(self, agent_id: UserId, entries: list[Entry]) -> None:
        """Today's lines of one agent, to draw its day from."""
        day: list[DayPart] = []
        session: AgentSession | None = None
        for entry in entries:
            if entry.type in AGENT_EVENTS:
                session = _evolved(session, entry)
                _lengthen(day, session.state, entry.at)
        self._days[agent_id] = day

    # --- going ---

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted."""
        self._sessions.pop(user.id, None)
        self._days.pop(user.id, None)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased, and its calls are over."""
        gone = [id for id, session in self._sessions.items() if session.tenant_id == tenant_id]
        for agent_id in gone:
            del self._sessions[agent_id]
            self._days.pop(agent_id, None)
        self._calls = {id: live for id, live in self._calls.items() if live.call.tenant_id != tenant_id}
        self._seqs.pop(tenant_id, None)

    # --- reading ---

    def seq(self, tenant_id: TenantId) -> int:
        """The newest journal event that is in what the board shows."""
        return self._seqs.get(tenant_id, 0)

    def calls(self, tenant_id: TenantId) -> list[LiveCall]:
        return [live for live in self._calls.values() if live.call.tenant_id == tenant_id]

    def call(self, tenant_id: TenantId, call_id: CallId) -> LiveCall | None:
        live = self._calls.get(call_id)
        return live if live is not None and live.call.tenant_id == tenant_id else None

    def call_of(self, tenant_id: TenantId, user_id: UserId) -> LiveCall | None:
        """The call that a user has, is rung for, or listens to; of several the one that its session is in, else the
        newest."""
        theirs = list(self._calls_of.get(user_id, ()))
        session = self._sessions.get(user_id)
        if session is not None and session.call_id in theirs:
            theirs.append(session.call_id)
        for call_id in reversed(theirs):
            live = self.call(tenant_id, call_id)
            if live is not None:
                return live
        return None

    def has_several(self, user_id: UserId) -> bool:
        """Calls that go on, and that this user has to do with."""
        return len(self._calls_of.get(user_id, ())) > 1

    def session(self, tenant_id: TenantId, agent_id: UserId) -> AgentSession | None:
        session = self._sessions.get(agent_id)
        return session if session is not None and session.tenant_id == tenant_id else None

    def on_call(self, tenant_id: TenantId, agent_id: UserId) -> bool:
        """Whether the agent has a call in hand, or one is ringing."""
        session = self.session(tenant_id, agent_id)
        return session is not None and session.state in (AgentState.OFFERED, AgentState.ON_CALL)

    def caller_on_call(self, tenant_id: TenantId, contact_id: ContactId) -> bool:
        """Whether a call with this caller goes on, or one back was promised."""
        return any(contact_id in live.call.contact_ids for live in self.calls(tenant_id))

    def day(self, agent_id: UserId) -> list[DayPart] | None:
        """None: not asked for yet, see ``restore_day``."""
        return self._days.get(agent_id)

    def waiting(self, tenant_id: TenantId, queue_id: QueueId) -> list[LiveCall]:
        """Who stands in the queue, in the order in which they are served: customers, and callbacks in their place."""
        here = [live for live in self.calls(tenant_id) if live.call.queue_id == queue_id and _in_line(live.call)]
        return sorted(here, key=lambda live: (-live.call.priority, live.call.queued_at or live.call.arrived_at))

    # --- the journal ---

    def apply(self, entry: Entry) -> BoardChange | None:
        """Take one line in; what it touched, or None for a line that shows nowhere."""
        self._seqs[entry.tenant_id] = entry.seq
        self.levels.begin(entry.tenant_id)
        if entry.type in AGENT_EVENTS and entry.agent_id is not None:
            return self._apply_agent(entry, entry.agent_id)
        event = call_event(entry)
        return None if event is None or entry.call_id is None else self._apply_call(entry, event, entry.call_id)

    def _apply_agent(self, entry: Entry, agent_id: UserId) -> BoardChange:
        session = _evolved(self._sessions.get(agent_id), entry)
        self._sessions[agent_id] = session
        if (day := self._days.get(agent_id)) is not None:
            _lengthen(day, session.state, entry.at)
        return BoardChange(tenant_id=entry.tenant_id, seq=entry.seq, agents=(agent_id,))

    def _apply_call(self, entry: Entry, event: e.AnyCallEvent, call_id: CallId) -> BoardChange | None:
        before = self._calls.get(call_id)
        call = call_after(before.call if before is not None else None, entry, event)
        if call is None:
            return None
        if before is None or entry.type in BEGINNINGS:
            live = LiveCall(call=call).after(event, call, entry.at)
        else:
            self._count(before, event, entry.at)
            live = before.after(event, call, entry.at)
        earlier = involved(before.call) if before is not None else ()
        self._forget_people(call_id, earlier)
        if call.ended:
            self._calls.pop(call_id, None)
        else:
            self._calls[call_id] = live
            self._note_people(call)
        queues = (before.call.queue_id if before is not None else None, call.queue_id)
        return BoardChange(
            tenant_id=entry.tenant_id,
            seq=entry.seq,
            call=live,
            ended=call_id if call.ended else None,
            agents=tuple(dict.fromkeys((*earlier, *involved(call)))),
            queues=tuple(dict.fromkeys(queue_id for queue_id in queues if queue_id is not None)),
        )

    def _count(self, before: LiveCall, event: e.AnyCallEvent, at: datetime) -> None:
        """Test calls are shown, and count nowhere."""
        if before.call.rules.test:
            return
        _, left = stay_after(before.stay, event, at)
        if left is not None:
            self.levels.take(before.call.direction.value, before.call.arrived_at, left)
            for listener in self.left:
                listener(before.call.direction.value, left)

    def _note_people(self, call: Call) -> None:
        for user_id in involved(call):
            self._calls_of.setdefault(user_id, {})[call.id] = None

    def _forget_people(self, call_id: CallId, people: tuple[UserId, ...]) -> None:
        for user_id in people:
            theirs = self._calls_of.get(user_id, {})
            theirs.pop(call_id, None)
            if not theirs:
                self._calls_of.pop(user_id, None)


def _in_line(call: Call) -> bool:
    """Not who waits for certain agents: those stand in no queue."""
    if call.state not in {CallState.WAITING, CallState.OFFERED}:
        return False
    return call.direction is Direction.CALLBACK or (call.wait is not None and not call.wait.agents)


def _evolved(session: AgentSession | None, entry: Entry) -> AgentSession:
    assert entry.agent_id is not None
    event: agent_events.AnyAgentEvent = event_of(entry, agent_events.AnyAgentEvent)
    known = session or AgentSession(
        agent_id=entry.agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at
    )
    return agent_events.evolve(known, event, entry.at)


def _lengthen(day: list[DayPart], state: AgentState, at: datetime) -> None:
    if day and day[-1].state is state and day[-1].until is None:
        return
    if day and day[-1].until is None:
        day[-1] = msgspec.structs.replace(day[-1], until=at)
    day.append(DayPart(state=state, since=at))
    while day[0].until is not None and day[0].until < at - DAY_KEPT:
        day.pop(0)
