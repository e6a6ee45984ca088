"""The state of one call, frozen. It changes only by events (events.py); decisions are made in machine.py."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from call24.kit.ids import CallId, ContactId, DeviceId, LegId, NumberId, OfferId, QueueId, RecordingId, TenantId, UserId


class CallState(StrEnum):
    NEW = "new"
    GREETING = "greeting"
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    HELD = "held"
    VOICEMAIL = "voicemail"
    ENDED = "ended"


class OfferOutcome(StrEnum):
    """How ringing one agent ended. ``talked`` is for the desk alone: the offer became a conversation that is over."""

    DECLINED = "declined"
    RING_NO_ANSWER = "ring_no_answer"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    TALKED = "talked"


class EndedBy(StrEnum):
    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"


class CallRules(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that this call began with and finishes with, whatever is changed meanwhile.

    ``greeting``: a prompt's name, or None to go straight to the queue. Seconds everywhere.
    """

    greeting: str | None = "greeting"
    offer_s: int = 20
    max_wait_s: int = 600
    wrap_up_s: int = 10
    record: bool = True
    voicemail: bool = True
    message_max_s: int = 180
    message_silence_s: int = 6
    keep_days: int = 90


class OfferCandidate(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: UserId
    chosen: bool
    reason: str
    idle_s: float | None = None


class OfferLeg(msgspec.Struct, frozen=True, kw_only=True):
    leg: LegId
    device_id: DeviceId


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The offer that runs now. ``legs``: those devices that may still answer."""

    offer_id: OfferId
    agent_id: UserId
    legs: tuple[OfferLeg, ...]
    ringing: bool = False


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One caller's whole story so far."""

    id: CallId
    tenant_id: TenantId
    number_id: NumberId
    queue_id: QueueId
    contact_id: ContactId | None
    caller_leg: LegId
    rules: CallRules
    arrived_at: datetime
    last_at: datetime
    state: CallState = CallState.NEW
    queued_at: datetime | None = None
    offer: Offer | None = None
    tried: tuple[UserId, ...] = ()
    agent_id: UserId | None = None
    agent_leg: LegId | None = None
    device_id: DeviceId | None = None
    offer_id: OfferId | None = None
    connected_at: datetime | None = None
    reattach: OfferLeg | None = None
    recording_id: RecordingId | None = None
    message_id: RecordingId | None = None

    @property
    def bridge_id(self) -> str:
        return f"brg-{self.id}"

    def holds(self, offer_id: OfferId) -> bool:
        """Whether this offer rings now, or became the conversation."""
        return offer_id == self.offer_id or (self.offer is not None and offer_id == self.offer.offer_id)

    @property
    def ended(self) -> bool:
        return self.state is CallState.ENDED
