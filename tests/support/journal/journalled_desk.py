"""A desk's journal written by hand, line after line, with the times between them: for readers of a day's journal."""

from __future__ import annotations

import itertools
from datetime import timedelta

import msgspec
from tests.support.clock import START

from call24.agents import events as a
from call24.agents.model import MISSED_CALLS
from call24.calls import events as e
from call24.calls.model import CallRules, EndedBy, FlowRef, OfferOutcome, QueueRules, Wait
from call24.journal.model import Entry, body_of
from call24.kit.ids import CallId, DeviceId, EventId, FlowId, LegId, NumberId, OfferId, QueueId, TenantId, UserId
from call24.tenants.skills import SkillNeed

TENANT = TenantId("ten_a")


class Desk:
    """Each step happens ``after`` so many seconds."""

    def __init__(self, queue_id: QueueId) -> None:
        self.entries: list[Entry] = []
        self.at = START
        self._queue_id = queue_id
        self._offers: dict[tuple[UserId, CallId], OfferId] = {}
        self._numbers = itertools.count(1)

    def write(self, event: msgspec.Struct, call_id: CallId | None = None, agent_id: UserId | None = None) -> None:
        number = next(self._numbers)
        self.entries.append(
            Entry(
                id=EventId(f"evt_{number}"),
                tenant_id=TENANT,
                seq=number,
                at=self.at,
                type=type(event).__name__,
                call_id=call_id,
                agent_id=agent_id,
                body=body_of(event),
                delete_at=self.at + timedelta(days=90),
            )
        )

    def _agent(self, event: a.AnyAgentEvent) -> None:
        self.write(event, getattr(event, "call_id", None), event.agent_id)

    def _later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    # --- agents ---

    def available(self, *agents: UserId, after: float = 0) -> Desk:
        for agent in agents:
            self._later(after)
            self._agent(a.AgentBecameAvailable(agent_id=agent))
        return self

    def pauses(self, agent: UserId, *, after: float = 0) -> Desk:
        self._later(after)
        self._agent(a.AgentPaused(agent_id=agent, reason="lunch"))
        return self

    def on_another_call(self, agent: UserId) -> Desk:
        self._agent(a.AgentTookCall(agent_id=agent, call_id=CallId("call_0"), offer_id=OfferId("off_0"), own=True))
        return self

    # --- callers ---

    def queued(
        self,
        call_id: CallId,
        *,
        of: QueueId | None = None,
        after: float = 0,
        priority: int = 0,
        skills: tuple[SkillNeed, ...] = (),
        queue_skills: tuple[SkillNeed, ...] = (),
    ) -> Desk:
        """``priority``, ``skills``: as a flow set them."""
        self._later(after)
        queue_id = of or self._queue_id
        flow = FlowRef(flow_id=FlowId("flw_1"), version=1)
        arrived = e.CallArrived(
            call_id=call_id,
            number_id=NumberId("num_1"),
            contact_id=None,
            leg=LegId(f"leg_{call_id}"),
            flow=flow,
            rules=CallRules(),
        )
        self.write(arrived, call_id)
        if priority or skills:
            entered = e.NodeEntered(node_id="set", kind="queue", priority=priority or None, skills=skills)
            self.write(entered, call_id)
        rules = QueueRules(queue_id=queue_id, skills=queue_skills)
        wait = Wait(since=self.at)
        asked = (*skills, *queue_skills)
        self.write(e.CallQueued(queue_id=queue_id, queue=rules, wait=wait, priority=priority, skills=asked), call_id)
        return self

    def leaves(self, call_id: CallId, reason: str, *, after: float = 0) -> Desk:
        self._later(after)
        self.write(e.QueueLeft(queue_id=self._queue_id, reason=reason), call_id)
        self.write(e.SentToVoicemail(reason=reason), call_id)
        return self

    def ends(self, call_id: CallId, *, after: float = 0) -> Desk:
        self._later(after)
        self.write(e.CallEnded(ended_by=EndedBy.CALLER, cause=16), call_id)
        return self

    # --- offers ---

    def rings(self, agent: UserId, call_id: CallId, *, after: float = 0, consult: bool = False) -> Desk:
        self._later(after)
        offer_id = self._offers[agent, call_id] = OfferId(f"off_{len(self.entries)}")
        self._agent(a.AgentOffered(agent_id=agent, call_id=call_id, offer_id=offer_id))
        if not consult:
            self.write(e.CallOffered(offer_id=offer_id, agent_id=agent, legs=()), call_id)
        return self

    def answers(self, agent: UserId, call_id: CallId, *, after: float = 0) -> Desk:
        self._later(after)
        offer_id = self._offers[agent, call_id]
        leg, device = LegId(f"leg_{agent}"), DeviceId(f"dev_{agent}")
        connected = e.CallConnected(offer_id=offer_id, agent_id=agent, leg=leg, device_id=device, recording_id=None)
        self.write(connected, call_id)
        self._agent(a.AgentTookCall(agent_id=agent, call_id=call_id, offer_id=offer_id, taken=1))
        return self

    def declines(self, agent: UserId, call_id: CallId, *, after: float = 0) -> Desk:
        self._over(agent, call_id, OfferOutcome.DECLINED, after)
        self._agent(a.AgentBecameAvailable(agent_id=agent))
        return self

    def misses(
        self, agent: UserId, call_id: CallId, *, missed: int = 1, paused: bool = False, after: float = 20
    ) -> Desk:
        self._over(agent, call_id, OfferOutcome.RING_NO_ANSWER, after)
        if paused:
            self._agent(a.AgentPaused(agent_id=agent, reason=MISSED_CALLS))
        else:
            self._agent(a.AgentBecameAvailable(agent_id=agent, missed=missed))
        return self

    def _over(self, agent: UserId, call_id: CallId, outcome: OfferOutcome, after: float) -> None:
        self._later(after)
        ended = e.OfferEnded(offer_id=self._offers[agent, call_id], agent_id=agent, outcome=outcome)
        self.write(ended, call_id)
