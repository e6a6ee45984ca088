"""What is written down about a call, in the journal, once and in order, and what each event changes (``evolve``).

No personal data: a caller is a ``contact_id``, an agent a user id. Times of events are the journal entry's ``at``.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.calls.model import (
    Call,
    CallRules,
    CallState,
    EndedBy,
    Offer,
    OfferCandidate,
    OfferLeg,
    OfferOutcome,
)
from call24.kit.ids import CallId, ContactId, DeviceId, LegId, NumberId, OfferId, QueueId, RecordingId, TenantId, UserId


class CallEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base of all call events; the tag is the class name."""


class CallArrived(CallEvent, frozen=True, kw_only=True):
    call_id: CallId
    number_id: NumberId
    queue_id: QueueId
    contact_id: ContactId | None
    leg: LegId
    rules: CallRules


class CallQueued(CallEvent, frozen=True, kw_only=True):
    """The caller joined the queue; its place counts from here."""

    queue_id: QueueId


class CallOffered(CallEvent, frozen=True, kw_only=True):
    offer_id: OfferId
    agent_id: UserId
    legs: tuple[OfferLeg, ...]
    candidates: tuple[OfferCandidate, ...]


class OfferRinging(CallEvent, frozen=True, kw_only=True):
    """The first device of the offered agent says that it rings."""

    offer_id: OfferId
    leg: LegId


class OfferLegLost(CallEvent, frozen=True, kw_only=True):
    """One of several ringing devices is out (not registered, network gone); the others ring on."""

    offer_id: OfferId
    leg: LegId


class OfferEnded(CallEvent, frozen=True, kw_only=True):
    offer_id: OfferId
    agent_id: UserId
    outcome: OfferOutcome


class CallConnected(CallEvent, frozen=True, kw_only=True):
    offer_id: OfferId
    agent_id: UserId
    leg: LegId
    device_id: DeviceId
    recording_id: RecordingId | None


class CallHeld(CallEvent, frozen=True, kw_only=True):
    agent_id: UserId


class CallResumed(CallEvent, frozen=True, kw_only=True):
    agent_id: UserId


class ReattachStarted(CallEvent, frozen=True, kw_only=True):
    """The agent's device is rung again after its page was loaded anew; the old leg stays until the new one is up."""

    leg: LegId
    device_id: DeviceId


class ReattachFailed(CallEvent, frozen=True, kw_only=True):
    leg: LegId


class AgentLegLost(CallEvent, frozen=True, kw_only=True):
    """The old leg went away while the agent's new one is still on its way."""

    leg: LegId


class AgentReattached(CallEvent, frozen=True, kw_only=True):
    leg: LegId
    device_id: DeviceId


class SentToVoicemail(CallEvent, frozen=True, kw_only=True):
    """``reason``: nobody_there or max_wait."""

    reason: str


class MessageStarted(CallEvent, frozen=True, kw_only=True):
    recording_id: RecordingId


class CallEnded(CallEvent, frozen=True, kw_only=True):
    """``cause``: Q.850 of the leg that ended first, 0 if not known.

    ``found_missing``: we saw the end only afterwards.
    """

    ended_by: EndedBy
    cause: int
    found_missing: bool = False


AnyCallEvent = (
    CallArrived
    | CallQueued
    | CallOffered
    | OfferRinging
    | OfferLegLost
    | OfferEnded
    | CallConnected
    | CallHeld
    | CallResumed
    | ReattachStarted
    | ReattachFailed
    | AgentLegLost
    | AgentReattached
    | SentToVoicemail
    | MessageStarted
    | CallEnded
)


def evolve(call: Call, event: AnyCallEvent, at: datetime) -> Call:  # noqa: C901 - one flat list of events
    """The call after ``event``. ``at`` is the event's time; CallArrived must have been folded by ``begin``."""
    changes: dict[str, object] = {"last_at": at}
    match event:
        case CallArrived():
            changes |= {"state": CallState.GREETING}
        case CallQueued():
            changes |= {"state": CallState.WAITING, "queued_at": at}
        case CallOffered():
            offer = Offer(offer_id=event.offer_id, agent_id=event.agent_id, legs=event.legs)
            changes |= {"state": CallState.OFFERED, "offer": offer}
        case OfferRinging():
            if call.offer is not None:
                changes |= {"offer": msgspec.structs.replace(call.offer, ringing=True)}
        case OfferLegLost():
            if call.offer is not None:
                legs = tuple(leg for leg in call.offer.legs if leg.leg != event.leg)
                changes |= {"offer": msgspec.structs.replace(call.offer, legs=legs)}
        case OfferEnded():
            changes |= {"state": CallState.WAITING, "offer": None, "tried": (*call.tried, event.agent_id)}
        case CallConnected():
            changes |= {
                "state": CallState.CONNECTED,
                "offer": None,
                "offer_id": event.offer_id,
                "agent_id": event.agent_id,
                "agent_leg": event.leg,
                "device_id": event.device_id,
                "connected_at": at,
                "recording_id": event.recording_id,
            }
        case CallHeld():
            changes |= {"state": CallState.HELD}
        case CallResumed():
            changes |= {"state": CallState.CONNECTED}
        case ReattachStarted():
            changes |= {"reattach": OfferLeg(leg=event.leg, device_id=event.device_id)}
        case ReattachFailed():
            changes |= {"reattach": None}
        case AgentLegLost():
            changes |= {"agent_leg": None}
        case AgentReattached():
            changes |= {"agent_leg": event.leg, "device_id": event.device_id, "reattach": None}
        case SentToVoicemail():
            changes |= {"state": CallState.VOICEMAIL}
        case MessageStarted():
            changes |= {"message_id": event.recording_id}
        case CallEnded():
            changes |= {"state": CallState.ENDED, "offer": None, "reattach": None}
    return msgspec.structs.replace(call, **changes)


def begin(tenant_id: TenantId, event: CallArrived, at: datetime) -> Call:
    """The call that a CallArrived opens."""
    call = Call(
        id=event.call_id,
        tenant_id=tenant_id,
        number_id=event.number_id,
        queue_id=event.queue_id,
        contact_id=event.contact_id,
        caller_leg=event.leg,
        rules=event.rules,
        arrived_at=at,
        last_at=at,
    )
    return evolve(call, event, at)
