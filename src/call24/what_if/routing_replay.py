"""An organisation's desk, put together again from the journal: who waited, and what each agent did, line by line.

``Situation.apply`` takes one line after the other; what it knows is what routing knew then. It decides nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.agents import events as a
from call24.agents.model import AgentSession
from call24.call_records.replay import BEGINNINGS, call_event
from call24.calls import events as e
from call24.calls.dialling import FIRST_TRY_AFTER
from call24.calls.evolution import begin, evolve
from call24.calls.model import Call, CallState, Direction
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.waiting_call import WaitingCall
from call24.tenants.skills import SkillNeed

_AGENT_EVENTS = frozenset(kind.__name__ for kind in a.AgentEvent.__subclasses__())
_OVER = frozenset({e.CallEnded.__name__, e.QueueLeft.__name__})


class FlowDemands(msgspec.Struct, frozen=True, kw_only=True):
    """What a call asked of routing besides what its queue asks: set by a flow on its way."""

    priority: int = 0
    skills: tuple[SkillNeed, ...] = ()


class Situation:
    """``line``: who waits now; ``sessions``: of every agent who was heard of; ``asked``: of every call."""

    def __init__(self) -> None:
        self.line: dict[CallId, WaitingCall] = {}
        self.sessions: dict[UserId, AgentSession] = {}
        self.asked: dict[CallId, FlowDemands] = {}
        self.queue_of: dict[CallId, QueueId | None] = {}
        self._calls: dict[CallId, Call] = {}

    def apply(self, entry: Entry) -> None:
        if entry.type in _AGENT_EVENTS and entry.agent_id is not None:
            self._agent(entry, entry.agent_id)
        elif (event := call_event(entry)) is not None and entry.call_id is not None:
            self._call(entry.call_id, event, entry)

    def _agent(self, entry: Entry, agent_id: UserId) -> None:
        event: a.AnyAgentEvent = event_of(entry, a.AnyAgentEvent)
        session = self.sessions.get(agent_id) or AgentSession(
            agent_id=agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at
        )
        self.sessions[agent_id] = a.evolve(session, event, entry.at)
        if isinstance(event, a.AgentOffered):  # the desk has taken the call out of the line
            self.line.pop(event.call_id, None)

    def _call(self, call_id: CallId, event: e.AnyCallEvent, entry: Entry) -> None:
        before = self._calls.get(call_id)
        if entry.type in BEGINNINGS:
            assert isinstance(event, e.CallArrived | e.CallPlaced | e.CallbackPromised)
            call = begin(entry.tenant_id, event, entry.at)
        elif before is None:
            return  # it began before the first line that was read
        else:
            call = evolve(before, event, entry.at)
        self._calls[call_id] = call
        self.queue_of[call_id] = call.queue_id
        match event:
            case e.CallQueued():
                asked = (
                    FlowDemands(priority=before.priority, skills=before.skills) if before is not None else FlowDemands()
                )
                self.asked[call_id] = asked
                self._stand(call, entry.at, sticky=event.sticky)
            case e.CallbackPromised():
                self.asked[call_id] = FlowDemands(skills=event.skills)
                self._stand(call, entry.at)
            case e.OfferEnded() | e.CallbackTried() if call.state is CallState.WAITING:
                self._stand(call, entry.at)
            case _:
                if entry.type in _OVER or call.state is not CallState.WAITING:
                    self.line.pop(call_id, None)
        if call.ended:
            del self._calls[call_id]

    def _stand(self, call: Call, at: datetime, *, sticky: UserId | None = None) -> None:
        """In line, as calls/queueing.py and calls/dialling.py ask for it."""
        wait, rules = call.wait, call.queue
        agents = wait.agents if wait is not None else ()
        if call.direction in (Direction.OUTBOUND, Direction.INTERNAL):
            return
        not_before = call.not_before
        if call.direction is Direction.CALLBACK:
            not_before = not_before or call.arrived_at + FIRST_TRY_AFTER
        until = at + timedelta(seconds=rules.sticky_wait_s) if sticky is not None and rules is not None else None
        self.line[call.id] = WaitingCall(
            call_id=call.id,
            queue_id=None if agents else call.queue_id,
            agents=agents,
            ring_all=bool(agents),
            since=call.queued_at or call.arrived_at,
            priority=call.priority,
            skills=() if agents else call.needs,
            sticky=sticky,
            sticky_until=until,
            not_before=not_before,
            tried=call.tried,
            tried_at=at if call.tried else None,
            patient=call.callback_waits,
        )

    def waiting_in(self, queue_id: QueueId) -> list[WaitingCall]:
        return [call for call in self.line.values() if call.queue_id == queue_id]

    def offer_event(self, entry: Entry) -> a.AgentOffered | None:
        """The desk's line that an agent is given a call."""
        return event_of(entry, a.AgentOffered) if entry.type == a.AgentOffered.__name__ else None
