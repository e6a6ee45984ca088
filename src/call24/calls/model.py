"""The state of one call, frozen. It changes only by events (events.py); decisions are made in machine.py."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    FlowId,
    HoursId,
    LegId,
    NumberId,
    OfferId,
    QueueId,
    RecordingId,
    TenantId,
    TrunkId,
    UserId,
)
from call24.queues.model import Disposition, Exits, ToVoicemail, Way
from call24.tenants.model import StoppedRecording
from call24.tenants.skills import SkillNeed


class CallState(StrEnum):
    """``flow``: prompts and menus. ``waiting``: for an agent. ``offered``: agents are rung. ``dialling``: our agent is
    there, the customer is rung. ``consulting``: the customer has music while the agent talks to, or rings, a consult
    party. ``conference``: all three. ``forwarding``, ``forwarded``: an outside number is rung, talks; no agent of ours.
    ``closing``: one last prompt, then the end."""

    NEW = "new"
    FLOW = "flow"
    WAITING = "waiting"
    OFFERED = "offered"
    DIALLING = "dialling"
    CONNECTED = "connected"
    HELD = "held"
    CONSULTING = "consulting"
    CONFERENCE = "conference"
    FORWARDING = "forwarding"
    FORWARDED = "forwarded"
    CLOSING = "closing"
    VOICEMAIL = "voicemail"
    ENDED = "ended"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    CALLBACK = "callback"


class OfferOutcome(StrEnum):
    """How ringing one agent ended. ``talked`` is for the desk alone: the offer became a conversation that is over."""

    DECLINED = "declined"
    RING_NO_ANSWER = "ring_no_answer"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    TALKED = "talked"


class EndedBy(StrEnum):
    """Who hung up. ``called``: the customer whom we rang; ``system``: nobody of them, CallEnded says why."""

    CALLER = "caller"
    CALLED = "called"
    AGENT = "agent"
    SYSTEM = "system"
    CONSULT_PARTY = "third"


class RecordingState(StrEnum):
    OFF = "off"
    ON = "on"
    PAUSED = "paused"


StoppedBy = Literal["key", "flow", "withdrawal"]
"""How a customer stopped the recording: with the organisation's key, or at a node of a flow."""


class CallRules(msgspec.Struct, frozen=True, kw_only=True):
    """What this call began with and finishes with, whatever is changed meanwhile. Seconds everywhere.

    ``stop_key``: by which the customer stops the recording, None: by none; ``stopped_recording``: what becomes of what
    was recorded until then. ``test``: a test call of the organisation's own: nobody outside is dialled for it, it is
    not recorded and counted nowhere, and with ``keep_days`` 0 all of it is deleted by the next sweep.
    """

    message_max_s: int = 180
    message_silence_s: int = 6
    keep_days: int = 90
    stop_key: str | None = None
    stopped_recording: StoppedRecording = "delete"
    test: bool = False


class QueueRules(msgspec.Struct, frozen=True, kw_only=True):
    """The queue's settings as they were when the call joined it; see queues/model.py for what each says."""

    queue_id: QueueId
    offer_s: int = 20
    max_wait_s: int = 600
    wrap_up_s: int = 10
    priority: int = 0
    skills: tuple[SkillNeed, ...] = ()
    music: str = "default"
    record: str = "always"
    record_announcement: bool = False
    ring_during_greeting: bool = False
    auto_resume_s: int = 120
    auto_pause_after: int = 0
    sticky_wait_s: int = 20
    announce_position: bool = False
    announce_wait: bool = False
    announce_every_s: int = 45
    hours_id: HoursId | None = None
    exits: Exits = Exits()
    disposition: Disposition = "off"
    callback: bool = False
    callback_expires_s: int = 14400
    callback_attempts: int = 3
    callback_retry_s: int = 300
    callback_ring_s: int = 30


NO_QUEUE = QueueRules(queue_id=QueueId(""), record="never", auto_pause_after=0)
"""The rules of a call that came by no queue."""


class OfferLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One device of an agent that rings, or is to ring."""

    leg: LegId
    device_id: DeviceId


MOBILE = DeviceId("mobile")
"""The device of an agent who talks on its mobile number."""


class MobileLeg(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's mobile number, dialled for an offer. ``left``: the trunks still to be tried. ``answered``: somebody,
    or a mailbox, has it and is asked for the key that takes the call, ``asked`` times so far."""

    leg: LegId
    trunk_id: TrunkId
    left: tuple[TrunkId, ...] = ()
    answered: bool = False
    asked: int = 0


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One agent who is rung now. ``legs``: those devices that may still answer. ``dials_mobile``: its mobile number is
    dialled if none of them says in time that it rings; ``mobile``: it is dialled."""

    offer_id: OfferId
    agent_id: UserId
    legs: tuple[OfferLeg, ...]
    ringing: bool = False
    dials_mobile: bool = False
    mobile: MobileLeg | None = None

    @property
    def rung(self) -> tuple[LegId, ...]:
        """All legs that may still take the call."""
        devices = tuple(each.leg for each in self.legs)
        return devices if self.mobile is None else (*devices, self.mobile.leg)


class FlowRef(msgspec.Struct, frozen=True, kw_only=True):
    flow_id: FlowId
    version: int


class ToNode(msgspec.Struct, frozen=True, tag_field="to", tag="node"):
    """Go on in the call's flow."""

    node_id: str


class ToAgent(msgspec.Struct, frozen=True, tag_field="to", tag="agent"):
    """Give the caller back to the agent who had it; if that fails, ``queue_id``, or voicemail."""

    agent_id: UserId
    queue_id: QueueId | None = None


Fallback = Way | ToNode | ToAgent
"""What becomes of a caller when ringing somebody was in vain."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller waits for: somebody of a queue (``queue`` is set), or one of ``agents``.

    ``exits``: reason (max_wait, full, nobody, closed) -> node, where the flow wants it otherwise than the queue.
    """

    since: datetime
    agents: tuple[UserId, ...] = ()
    ring_s: int = 20
    exits: dict[str, str] = {}
    if_not: Fallback = ToVoicemail()


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """The queue that the caller joins once it has heard that the call is recorded."""

    queue_id: QueueId
    exits: dict[str, str] = {}


class Dial(msgspec.Struct, frozen=True, kw_only=True):
    """An outside number that is rung. ``left``: the trunks still to be tried. Of ``contact_id``, or (None) of the
    flow's node ``node_id``. ``user_id``: for which agent it is rung, also where it is out already; None: the flow's."""

    leg: LegId
    trunk_id: TrunkId
    left: tuple[TrunkId, ...] = ()
    contact_id: ContactId | None = None
    node_id: str | None = None
    user_id: UserId | None = None
    ring_s: int = 30
    if_not: Fallback = ToVoicemail()


class ConsultParty(msgspec.Struct, frozen=True, kw_only=True):
    """Who is consulted: a colleague (``agent_id``), rung on all devices (``offer``), or an outside number (``dial``).

    ``leg``: the leg that is up, None while it rings.
    """

    agent_id: UserId | None = None
    offer: Offer | None = None
    offer_id: OfferId | None = None
    device_id: DeviceId | None = None
    dial: Dial | None = None
    contact_id: ContactId | None = None
    leg: LegId | None = None

    @property
    def awaited(self) -> bool:
        """Whether the desk was asked for the colleague and has not answered yet."""
        return self.leg is None and self.offer is None and self.dial is None


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor who listens (listen), speaks to the agent alone (whisper), or to all (barge).

    ``count`` numbers the listening channels: each change of mode makes a new one.
    """

    user_id: UserId
    offer_id: OfferId
    mode: str
    legs: tuple[OfferLeg, ...]
    leg: LegId | None = None
    device_id: DeviceId | None = None
    count: int = 0


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One customer's whole story so far; ``caller_leg`` is the customer's, whoever rang whom.

    ``callback_due``: the queue in which a callback was promised to this caller. ``steps`` numbers prompts, ``dials``
    numbers dialled legs: their ids are made from these, so that a repeated command meets the same thing. ``hasty``: how
    often in a row it went on to the next node or line at once (the last time at ``moved_at``): many times is a circle.
    ``joined_at``: since when it is in this line, whatever place it was given; ``queued_at``: since when for its place.
    ``mobiles_tried``: whose mobile number was dialled for this call, wherever it was then.
    ``recording_stopped``: the customer does not want it recorded: nothing records it again, whatever comes.
    ``not_recorded``: why it is not recorded whatever its queue says (withdrawn, objected, unknown).
    """

    id: CallId
    tenant_id: TenantId
    direction: Direction = Direction.INBOUND
    number_id: NumberId | None = None
    contact_id: ContactId | None = None
    reachable: bool = True
    caller_leg: LegId | None = None
    rules: CallRules
    arrived_at: datetime
    last_at: datetime
    state: CallState = CallState.NEW
    origin_call_id: CallId | None = None

    flow: FlowRef | None = None
    node_id: str | None = None
    steps: int = 0
    moved_at: datetime | None = None
    hasty: int = 0
    tries: int = 0
    joining: Joining | None = None
    announced: bool = False
    priority: int = 0
    skills: tuple[SkillNeed, ...] = ()

    queue_id: QueueId | None = None
    queue: QueueRules | None = None
    wait: Wait | None = None
    queued_at: datetime | None = None
    joined_at: datetime | None = None
    offers: tuple[Offer, ...] = ()
    tried: tuple[UserId, ...] = ()
    mobiles_tried: tuple[UserId, ...] = ()

    dial: Dial | None = None
    dials: int = 0
    attempts: int = 0
    not_before: datetime | None = None
    callback_due: QueueId | None = None

    agent_id: UserId | None = None
    agent_leg: LegId | None = None
    device_id: DeviceId | None = None
    offer_id: OfferId | None = None
    connected_at: datetime | None = None
    muted: bool = False
    reattach: OfferLeg | None = None

    consult_party: ConsultParty | None = None
    monitors: tuple[Monitor, ...] = ()

    recording_id: RecordingId | None = None
    recording: RecordingState = RecordingState.OFF
    recording_trouble: str | None = None
    recording_stopped: StoppedBy | None = None
    not_recorded: str | None = None
    message_id: RecordingId | None = None
    message_prompt: str | None = None

    @property
    def bridge_id(self) -> str:
        return f"brg-{self.id}"

    def monitor_bridge(self, monitor: Monitor) -> str:
        return f"brg-{self.id}-{monitor.user_id}"

    def holds(self, offer_id: OfferId) -> bool:
        """Whether this offer rings now, or became the conversation, or a part in it."""
        party = self.consult_party
        rings = [offer.offer_id for offer in self.offers]
        if party is not None:
            rings += [x for x in (party.offer_id, party.offer.offer_id if party.offer else None) if x]
        return offer_id == self.offer_id or offer_id in rings

    def offer_to(self, agent_id: UserId) -> Offer | None:
        """The offer with which this agent is rung now for the caller."""
        return next((offer for offer in self.offers if offer.agent_id == agent_id), None)

    @property
    def contact_ids(self) -> set[ContactId]:
        """Everybody from outside who has a part in it now."""
        party = self.consult_party
        dials = [dial for dial in (self.dial, party.dial if party is not None else None) if dial is not None]
        ids = [self.contact_id, party.contact_id if party is not None else None, *(dial.contact_id for dial in dials)]
        return {one for one in ids if one is not None}

    @property
    def callback_waits(self) -> bool:
        """A promised callback whose customer is not on the line yet."""
        return self.direction is Direction.CALLBACK and self.caller_leg is None

    @property
    def needs(self) -> tuple[SkillNeed, ...]:
        """What is asked of an agent: by the flow (``skills``), and by the queue that the call came by."""
        of_queue = self.queue.skills if self.queue is not None else ()
        return (*self.skills, *(need for need in of_queue if need not in self.skills))

    @property
    def may_be_called_back(self) -> bool:
        return self.contact_id is not None and self.reachable

    @property
    def ended(self) -> bool:
        return self.state is CallState.ENDED

    @property
    def outside(self) -> bool:
        """Whether an agent of ours may talk to somebody outside in it."""
        return self.direction is not Direction.INTERNAL
