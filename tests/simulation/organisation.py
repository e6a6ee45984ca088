"""What an organisation of a simulated day has set up, from the seed: numbers, a flow, a queue, agents, phones."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.fakes.configuration import FakeDirectory
from tests.fakes.plan import FLOW, FakePlan, flow_of

from call24.calls.model import CallRules, FlowRef, QueueRules
from call24.engine.ports import Route
from call24.flows.model import Announce, Forward, HangUp, Menu, Node, OfferCallback, Ring, ToQueueNode, Voicemail
from call24.kit.ids import DeviceId, FlowId, NumberId, QueueId, TenantId, TrunkId, UserId
from call24.kit.sip_names import sip_name
from call24.queues.model import Exits, ToHangUp

STRAIGHT = FlowRef(flow_id=FlowId("flw_2"), version=1)
NAMES = ("ann", "bob", "cy")


@dataclass(frozen=True)
class Organisation:
    """``number`` leads into its flow, ``straight`` into its queue at once. ``outside``: a stranger's number that it
    rings; ``mobiles``: the mobile numbers of agents; ``asleep``: whose app is in a locked phone."""

    tenant_id: TenantId
    number: str
    straight: str
    queue_id: QueueId
    trunk_id: TrunkId
    members: tuple[UserId, ...]
    supervisor: UserId
    devices: dict[UserId, tuple[DeviceId, ...]]
    outside: str
    mobiles: dict[UserId, str]
    asleep: frozenset[UserId]

    @property
    def everybody(self) -> tuple[UserId, ...]:
        return (*self.members, self.supervisor)

    @property
    def trunk_name(self) -> str:
        return sip_name(self.tenant_id, self.trunk_id)

    @property
    def every_phone(self) -> set[str]:
        return {self.phone(device) for devices in self.devices.values() for device in devices}

    @property
    def phones(self) -> set[str]:
        """Those that are registered: of who sleeps, none is."""
        there = (devices for user, devices in self.devices.items() if user not in self.asleep)
        return {self.phone(device) for devices in there for device in devices}

    def phone(self, device: DeviceId) -> str:
        """Its name at Asterisk."""
        return sip_name(self.tenant_id, device)


def organisation(name: str, chance: Random, directory: FakeDirectory) -> Organisation:
    """Found it, and tell the directory of it."""
    index = ord(name) - ord("a")
    tenant_id, queue_id = TenantId(f"ten_{name}"), QueueId(f"que_{name}")
    members = tuple(UserId(f"usr_{each}_{name}") for each in NAMES)
    supervisor = UserId(f"usr_sue_{name}")
    devices = {x: (DeviceId(x.replace("usr", "dev")),) for x in (*members, supervisor)}
    devices[members[0]] += (DeviceId(f"dev_{NAMES[0]}_{name}_two"),)
    it = Organisation(
        tenant_id=tenant_id,
        number=f"+4415149600{index}1",
        straight=f"+4415149600{index}2",
        queue_id=queue_id,
        trunk_id=TrunkId("trk_" + name * 26),
        members=members,
        supervisor=supervisor,
        devices=devices,
        outside=f"+44163296000{index}",
        mobiles={members[1]: f"+44791112345{index}"},
        asleep=frozenset(members[1:2] if chance.random() < 0.4 else ()),
    )
    for number, flow in ((it.number, FLOW), (it.straight, STRAIGHT)):
        directory.routes[number] = Route(
            tenant_id=tenant_id, number_id=NumberId(f"num_{number}"), flow=flow, rules=CallRules()
        )
    directory.plans[tenant_id] = _plan(it, chance)
    directory.members[tenant_id] = {queue_id: members}
    directory.owned |= devices
    directory.mobiles |= it.mobiles
    return it


def _plan(it: Organisation, chance: Random) -> FakePlan:
    exits = Exits() if chance.random() < 0.5 else Exits(max_wait=ToHangUp(), full=ToHangUp(), nobody=ToHangUp())
    rules = QueueRules(
        queue_id=it.queue_id,
        offer_s=chance.choice((5, 10, 20)),
        max_wait_s=chance.choice((30, 600)),
        wrap_up_s=chance.choice((0, 5)),
        record=chance.choice(("always", "always", "never", "on_demand")),
        record_announcement=chance.random() < 0.2,
        announce_position=chance.random() < 0.3,
        announce_every_s=15,
        auto_resume_s=10,
        callback=chance.random() < 0.4,
        callback_retry_s=20,
        callback_ring_s=10,
        exits=exits,
    )
    start: dict[str, Node] = {
        "queue": {},
        "greeting": {"start": Announce(prompt="greeting", next="queue")},
        "menu": {
            "start": Menu(
                prompt="menu",
                choices={"1": "queue", "2": "voicemail", "3": "forward", "4": "ring", "5": "callback"},
                on_timeout="queue",
                on_invalid="bye",
            )
        },
    }[chance.choice(("queue", "greeting", "menu", "menu"))]
    nodes: dict[str, Node] = {
        **start,
        "queue": ToQueueNode(queue_id=it.queue_id),
        "voicemail": Voicemail(),
        "forward": Forward(number=it.outside, ring_s=8, failed="queue"),
        "ring": Ring(agents=it.members[:2], ring_s=8, no_answer="queue"),
        "callback": OfferCallback(queue_id=it.queue_id, declined="queue"),
        "bye": HangUp(prompt="goodbye"),
    }
    straight: dict[str, Node] = {"queue": ToQueueNode(queue_id=it.queue_id)}
    flow = flow_of("start" if start else "queue", nodes)
    return FakePlan(
        flows={FLOW: flow, STRAIGHT: flow_of("queue", straight)},
        queues={it.queue_id: rules},
        ways_out=(it.trunk_id,),
    )
