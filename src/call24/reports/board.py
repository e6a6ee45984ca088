"""The live board: what goes on now, as a fold over the journal. It decides nothing and asks nobody.

Old state + journal lines = new state: after a restart it is made from the open calls and sessions, then from the lines.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.agents import events as agent_events
from call24.agents.model import AgentSession, AgentState
from call24.calls import events as e
from call24.calls.model import Call, CallState
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, QueueId, TenantId, UserId
from call24.reports.line import Stretch, call_event, extend, line_of
from call24.reports.projector import AGENT_EVENTS

# Longer than any day, whatever its time zone: what is older is not shown, and must not pile up.
DAY_KEPT = timedelta(days=2)


class LiveCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that goes on. ``offered``: the newest offer, whose candidates say why this agent."""

    call: Call
    line: tuple[Stretch, ...]
    offered: e.CallOffered | None = None
    offered_at: datetime | None = None


class DayPart(msgspec.Struct, frozen=True, kw_only=True):
    state: AgentState
    since: datetime
    until: datetime | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one journal line touched, so that whoever shows it needs to look at nothing else."""

    tenant_id: TenantId
    seq: int
    call: LiveCall | None = None
    ended: CallId | None = None
    agents: tuple[UserId, ...] = ()
    queue_id: QueueId | None = None


class Board:
    """All tenants of this process."""

    def __init__(self) -> None:
        self._calls: dict[CallId, LiveCall] = {}
        self._sessions: dict[UserId, AgentSession] = {}
        self._days: dict[UserId, list[DayPart]] = {}
        self._seqs: dict[TenantId, int] = {}

    def restore_seq(self, tenant_id: TenantId, seq: int) -> None:
        self._seqs[tenant_id] = seq

    def restore_call(self, call: Call, entries: list[Entry]) -> None:
        live = LiveCall(call=call, line=line_of(entries))
        for entry in entries:
            if isinstance(event := call_event(entry), e.CallOffered):
                live = msgspec.structs.replace(live, offered=event, offered_at=entry.at)
        self._calls[call.id] = live

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

    # --- reading ---

    def seq(self, tenant_id: TenantId) -> int:
        """The newest journal line that is in what the board shows."""
        return self._seqs.get(tenant_id, 0)

    def calls(self, tenant_id: TenantId) -> list[LiveCall]:
        return [live for live in self._calls.values() if live.call.tenant_id == tenant_id]

    def call(self, tenant_id: TenantId, call_id: CallId) -> LiveCall | None:
        live = self._calls.get(call_id)
        return live if live is not None and live.call.tenant_id == tenant_id else None

    def call_of(self, tenant_id: TenantId, agent_id: UserId) -> LiveCall | None:
        """The call that an agent has, or is offered."""
        session = self._sessions.get(agent_id)
        if session is None or session.call_id is None or session.tenant_id != tenant_id:
            return None
        live = self._calls.get(session.call_id)
        if live is None:
            return None
        offer = live.call.offer
        theirs = live.call.agent_id == agent_id or (offer is not None and offer.agent_id == agent_id)
        return live if theirs else None

    def session(self, tenant_id: TenantId, agent_id: UserId) -> AgentSession | None:
        session = self._sessions.get(agent_id)
        return session if session is not None and session.tenant_id == tenant_id else None

    def day(self, agent_id: UserId) -> list[DayPart] | None:
        """None: not asked for yet, see ``restore_day``."""
        return self._days.get(agent_id)

    def waiting(self, tenant_id: TenantId, queue_id: QueueId) -> list[LiveCall]:
        """Callers in the queue who talk to nobody yet, the longest waiting first."""
        here = (live for live in self.calls(tenant_id) if live.call.queue_id == queue_id)
        waiting = [live for live in here if live.call.state in {CallState.WAITING, CallState.OFFERED}]
        return sorted(waiting, key=lambda live: live.call.queued_at or live.call.arrived_at)

    # --- the journal ---

    def apply(self, entry: Entry) -> Change | None:
        """Take one line in; what it touched, or None for a line that shows nowhere."""
        self._seqs[entry.tenant_id] = entry.seq
        if entry.type in AGENT_EVENTS and entry.agent_id is not None:
            return self._apply_agent(entry, entry.agent_id)
        event = call_event(entry)
        return None if event is None or entry.call_id is None else self._apply_call(entry, event, entry.call_id)

    def _apply_agent(self, entry: Entry, agent_id: UserId) -> Change:
        session = _evolved(self._sessions.get(agent_id), entry)
        self._sessions[agent_id] = session
        if (day := self._days.get(agent_id)) is not None:
            _lengthen(day, session.state, entry.at)
        return Change(tenant_id=entry.tenant_id, seq=entry.seq, agents=(agent_id,))

    def _apply_call(self, entry: Entry, event: e.AnyCallEvent, call_id: CallId) -> Change | None:
        if isinstance(event, e.CallArrived):
            live = LiveCall(call=e.begin(entry.tenant_id, event, entry.at), line=extend((), entry))
        elif (before := self._calls.get(call_id)) is not None:
            call = e.evolve(before.call, event, entry.at)
            live = msgspec.structs.replace(before, call=call, line=extend(before.line, entry))
        else:
            return None
        if isinstance(event, e.CallOffered):
            live = msgspec.structs.replace(live, offered=event, offered_at=entry.at)
        agent_id: UserId | None = getattr(event, "agent_id", None) or live.call.agent_id
        ended = call_id if isinstance(event, e.CallEnded) else None
        if ended:
            self._calls.pop(call_id, None)
        else:
            self._calls[call_id] = live
        return Change(
            tenant_id=entry.tenant_id,
            seq=entry.seq,
            call=live,
            ended=ended,
            agents=(agent_id,) if agent_id is not None else (),
            queue_id=live.call.queue_id,
        )


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
