"""An organisation's settings as plain values, for a call's decisions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from call24.calls.configuration import Plan
from call24.calls.model import FlowRef, QueueRules
from call24.flows.model import Announce, FlowVersion, Node, ToQueueNode
from call24.kit.ids import ContactId, FlowId, HoursId, QueueId, TrunkId, UserId
from call24.queues.model import Exits, ToHangUp

FLOW = FlowRef(flow_id=FlowId("flw_1"), version=1)


@dataclass
class FakePlan(Plan):
    """``closed``: hours that are never open, unless ``opens`` says when."""

    flows: dict[FlowRef, FlowVersion] = field(default_factory=dict)
    queues: dict[QueueId, QueueRules] = field(default_factory=dict)
    closed: set[HoursId] = field(default_factory=set)
    opens: datetime | None = None
    ways_out: tuple[TrunkId, ...] = ()
    regulars: dict[ContactId, UserId] = field(default_factory=dict)
    places: dict[ContactId, datetime] = field(default_factory=dict)
    declined: dict[ContactId, str] = field(default_factory=dict)
    unmonitored: set[UserId] = field(default_factory=set)

    def flow(self, ref: FlowRef) -> FlowVersion | None:
        return self.flows.get(ref)

    def published(self, flow_id: FlowId) -> FlowRef | None:
        return max((ref for ref in self.flows if ref.flow_id == flow_id), key=lambda ref: ref.version, default=None)

    def queue(self, queue_id: QueueId) -> QueueRules | None:
        return self.queues.get(queue_id)

    def is_open(self, hours_id: HoursId, at: datetime) -> bool:
        return hours_id not in self.closed or (self.opens is not None and at >= self.opens)

    def next_open(self, hours_id: HoursId, at: datetime) -> datetime | None:
        if self.is_open(hours_id, at):
            return at
        return self.opens

    def not_recorded(self, contact_ids: Collection[ContactId]) -> str | None:
        return next((self.declined[one] for one in contact_ids if one in self.declined), None)

    def objects_to_monitoring(self, agent_id: UserId) -> bool:
        return agent_id in self.unmonitored

    def trunks(self) -> tuple[TrunkId, ...]:
        return self.ways_out

    def regular(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> UserId | None:
        return self.regulars.get(contact_id)

    def kept_place(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> datetime | None:
        return self.places.pop(contact_id, None)


def one_queue(
    queue_id: QueueId, *, greeting: str | None = "greeting", voicemail: bool = True, **settings: object
) -> FakePlan:
    """A number that greets, then leads to a queue. ``settings``: fields of QueueRules.

    ``voicemail`` False: who finds nobody there is hung up on.
    """
    hang_up = ToHangUp()
    exits = Exits() if voicemail else Exits(max_wait=hang_up, full=hang_up, nobody=hang_up, closed=hang_up)
    rules = QueueRules(queue_id=queue_id, **{"exits": exits, **settings})  # type: ignore[arg-type]
    nodes: dict[str, Node] = {"queue": ToQueueNode(queue_id=queue_id)}
    if greeting is not None:
        nodes["greeting"] = Announce(prompt=greeting, next="queue")
    return FakePlan(flows={FLOW: flow_of("greeting" if greeting else "queue", nodes)}, queues={queue_id: rules})


def flow_of(start: str, nodes: dict[str, Node]) -> FlowVersion:
    return FlowVersion(flow_id=FLOW.flow_id, version=FLOW.version, start=start, nodes=nodes)
