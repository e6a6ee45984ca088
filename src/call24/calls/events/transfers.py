"""Transfers, consultation, conference, supervision."""

from __future__ import annotations

from call24.calls.events.base import CallEvent
from call24.calls.model import OfferLeg, Wait
from call24.kit.ids import ContactId, DeviceId, FlowId, LegId, OfferId, QueueId, UserId


class CallTransferred(CallEvent, frozen=True, kw_only=True):
    """The agent is out, and the customer on its way to ... (exactly one of the targets).

    ``rings``: to the consult party, who is rung already. Where the call goes on is in the events that follow.
    """

    agent_id: UserId
    to_agent_id: UserId | None = None
    queue_id: QueueId | None = None
    flow_id: FlowId | None = None
    contact_id: ContactId | None = None
    rings: bool = False
    wait: Wait | None = None


class ConsultStarted(CallEvent, frozen=True, kw_only=True):
    """The agent asks a colleague or an outside number; the customer hears music. In an internal call: the colleague is
    asked for, after AgentReady."""

    agent_id: UserId
    colleague_id: UserId | None = None
    contact_id: ContactId | None = None


class ConsultRung(CallEvent, frozen=True, kw_only=True):
    """The colleague is free and is rung, on the devices of ``legs``; without any, the colleague is not reached."""

    offer_id: OfferId
    colleague_id: UserId
    legs: tuple[OfferLeg, ...]


class ConsultRinging(CallEvent, frozen=True, kw_only=True):
    """The first device of the colleague says that it rings."""

    leg: LegId


class ConsultLegLost(CallEvent, frozen=True, kw_only=True):
    """One of several ringing devices of the colleague is out; the others ring on. ``cause``: Q.850; None: not kept."""

    leg: LegId
    cause: int | None = None


class ConsultAnswered(CallEvent, frozen=True, kw_only=True):
    """The consult party has answered and talks with the agent; the customer still hears music. In an internal call: the
    two colleagues talk."""

    leg: LegId
    colleague_id: UserId | None = None
    device_id: DeviceId | None = None


class ConsultSwapped(CallEvent, frozen=True, kw_only=True):
    """The agent talks with the other one of the two now. ``to``: ``customer`` or ``third`` (the consult party)."""

    agent_id: UserId
    to: str


class ConsultEnded(CallEvent, frozen=True, kw_only=True):
    """The consult party is out of the call, or was not reached. ``reason``: cancelled, dropped, left; how the offer
    ended, or what keeps the colleague from it; of an outside number why it was not reached."""

    reason: str
    colleague_id: UserId | None = None


class ConferenceStarted(CallEvent, frozen=True, kw_only=True):
    """Customer, agent and consult party talk together."""

    agent_id: UserId


class TransferCompleted(CallEvent, frozen=True, kw_only=True):
    """The agent left the customer with the consult party. ``to_agent_id`` None: with an outside party."""

    agent_id: UserId
    to_agent_id: UserId | None
    leg: LegId
    offer_id: OfferId | None = None
    device_id: DeviceId | None = None


class MonitorStarted(CallEvent, frozen=True, kw_only=True):
    """A supervisor wants to hear the call, and is rung. ``reason``: a code: coaching, quality, complaint, help_asked,
    technical."""

    user_id: UserId
    offer_id: OfferId
    mode: str
    reason: str
    legs: tuple[OfferLeg, ...]


class MonitorJoined(CallEvent, frozen=True, kw_only=True):
    """The supervisor's phone is up: it hears the call from here on."""

    user_id: UserId
    leg: LegId


class MonitorModeChanged(CallEvent, frozen=True, kw_only=True):
    """The supervisor listens, whispers or barges in from here on."""

    user_id: UserId
    mode: str
    reason: str


class MonitorStopped(CallEvent, frozen=True, kw_only=True):
    """The supervisor is out of the call, or was not reached."""

    user_id: UserId


class CallTakenOver(CallEvent, frozen=True, kw_only=True):
    """A supervisor who monitored the call has it now. ``agent_id``: who had it; ``user_id``: who has it now."""

    agent_id: UserId
    user_id: UserId
    offer_id: OfferId
    leg: LegId
    device_id: DeviceId
    reason: str
