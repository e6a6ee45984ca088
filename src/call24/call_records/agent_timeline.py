"""An agent's day as its journal events tell it: what it was, since when and why, and who changed it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from call24.agents import events as e
from call24.agents.model import AgentSession, AgentState
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, DispositionId, UserId

AGENT_EVENTS = frozenset(kind.__name__ for kind in e.AgentEvent.__subclasses__())


class AgentStateSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A time in one state. ``until``: None where it goes on."""

    state: AgentState
    since: datetime
    until: datetime | None = None
    reason: str | None = None
    call_id: CallId | None = None


class AgentTimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line. ``state`` and ``reason``: what the agent is from here on. ``why``: a supervisor's code."""

    at: datetime
    event: str
    state: AgentState
    reason: str | None = None
    call_id: CallId | None = None
    by: UserId | None = None
    why: str | None = None
    disposition_id: DispositionId | None = None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    moments: tuple[AgentTimelineEntry, ...]
    stretches: tuple[AgentStateSpan, ...]


def day(entries: Iterable[Entry], since: datetime, until: datetime) -> Day:
    """``entries``: the agent's lines in order, also from before ``since``: they say what it was at the beginning."""
    session: AgentSession | None = None
    moments: list[AgentTimelineEntry] = []
    stretches: list[AgentStateSpan] = []
    for entry in entries:
        if entry.type not in AGENT_EVENTS or entry.agent_id is None or entry.at >= until:
            continue
        event: e.AnyAgentEvent = event_of(entry, e.AnyAgentEvent)
        session = e.evolve(session or _unknown(entry), event, entry.at)
        _lengthen(stretches, session, max(entry.at, since))
        if entry.at >= since:
            moments.append(_moment(event, session, entry.at))
    return Day(moments=tuple(moments), stretches=tuple(x for x in stretches if x.until is None or x.until > since))


def _unknown(entry: Entry) -> AgentSession:
    assert entry.agent_id is not None
    return AgentSession(agent_id=entry.agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at)


def _lengthen(stretches: list[AgentStateSpan], session: AgentSession, at: datetime) -> None:
    last = stretches[-1] if stretches else None
    now = AgentStateSpan(state=session.state, since=at, reason=session.reason, call_id=session.call_id)
    if last is not None:
        if (last.state, last.reason, last.call_id) == (now.state, now.reason, now.call_id):
            return
        stretches[-1] = msgspec.structs.replace(last, until=at)
    stretches.append(now)


def _moment(event: e.AnyAgentEvent, session: AgentSession, at: datetime) -> AgentTimelineEntry:
    """The line by itself: a correction's state is what the supervisor wanted, and comes true with the next lines."""
    call_id: CallId | None = getattr(event, "call_id", None)
    moment = AgentTimelineEntry(
        at=at,
        event=type(event).__name__,
        state=session.state,
        reason=session.reason,
        call_id=call_id or session.call_id,
    )
    match event:
        case e.AgentCorrected(by=by, state=state, reason=why):
            return msgspec.structs.replace(moment, by=by, state=state, reason=None, why=why)
        case e.AgentNextChosen(next=wish):
            wished = wish.state if wish is not None else AgentState.AVAILABLE
            return msgspec.structs.replace(moment, state=wished, reason=wish.reason if wish is not None else None)
        case e.AgentDispositionGiven(disposition_id=disposition_id):
            return msgspec.structs.replace(moment, disposition_id=disposition_id)
    return moment
