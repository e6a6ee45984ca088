"""What is written down about a call, in the journal, once and in order. What each event changes is in evolution.py.

No personal data: a customer is a ``contact_id``, an agent a user id. Times of events are the journal entry's ``at``.
"""

from __future__ import annotations

from call24.calls.events.base import CallEvent
from call24.calls.events.conversation import (
    AgentLegLost,
    AgentMuted,
    AgentReattached,
    AgentUnmuted,
    CallConnected,
    CallEnded,
    CallHeld,
    CallResumed,
    MessageStarted,
    ReattachFailed,
    ReattachStarted,
    RecordingDeclined,
    RecordingFailed,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    SentToVoicemail,
)
from call24.calls.events.flow import (
    CallArrived,
    CallbackAccepted,
    CallbackPromised,
    CallClosing,
    CallPlaced,
    FlowStarted,
    MenuAnswered,
    MenuFailed,
    NodeEntered,
    RecordingAnnounced,
    TaskRequested,
)
from call24.calls.events.offers import (
    AgentReady,
    CallbackTried,
    CallForwarded,
    CallOffered,
    CallQueued,
    CustomerAnswered,
    OfferEnded,
    OfferLegLost,
    OfferMobileAccepted,
    OfferMobileAnswered,
    OfferMobileDeclined,
    OfferMobileDialled,
    OfferRinging,
    OfferRungAgain,
    OutsideDialled,
    OutsideFailed,
    OutsideRinging,
    QueueLeft,
)
from call24.calls.events.transfers import (
    CallTakenOver,
    CallTransferred,
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultLegLost,
    ConsultRinging,
    ConsultRung,
    ConsultStarted,
    ConsultSwapped,
    MonitorJoined,
    MonitorModeChanged,
    MonitorStarted,
    MonitorStopped,
    TransferCompleted,
)

Beginning = CallArrived | CallPlaced | CallbackPromised
"""Exactly one of these opens a call."""

AnyCallEvent = (
    Beginning
    | FlowStarted
    | NodeEntered
    | MenuFailed
    | MenuAnswered
    | TaskRequested
    | RecordingAnnounced
    | CallClosing
    | CallbackAccepted
    | CallQueued
    | QueueLeft
    | CallOffered
    | OfferRinging
    | OfferLegLost
    | OfferRungAgain
    | OfferMobileDialled
    | OfferMobileAnswered
    | OfferMobileAccepted
    | OfferMobileDeclined
    | OfferEnded
    | AgentReady
    | OutsideDialled
    | OutsideRinging
    | OutsideFailed
    | CustomerAnswered
    | CallForwarded
    | CallbackTried
    | CallConnected
    | CallHeld
    | CallResumed
    | AgentMuted
    | AgentUnmuted
    | ReattachStarted
    | ReattachFailed
    | AgentLegLost
    | AgentReattached
    | RecordingStarted
    | RecordingDeclined
    | RecordingFailed
    | RecordingPaused
    | RecordingResumed
    | RecordingStopped
    | SentToVoicemail
    | MessageStarted
    | CallEnded
    | CallTransferred
    | ConsultStarted
    | ConsultRung
    | ConsultRinging
    | ConsultLegLost
    | ConsultAnswered
    | ConsultSwapped
    | ConsultEnded
    | ConferenceStarted
    | TransferCompleted
    | MonitorStarted
    | MonitorJoined
    | MonitorModeChanged
    | MonitorStopped
    | CallTakenOver
)

__all__ = [
    "AgentLegLost",
    "AgentMuted",
    "AgentReady",
    "AgentReattached",
    "AgentUnmuted",
    "AnyCallEvent",
    "Beginning",
    "CallArrived",
    "CallClosing",
    "CallConnected",
    "CallEnded",
    "CallEvent",
    "CallForwarded",
    "CallHeld",
    "CallOffered",
    "CallPlaced",
    "CallQueued",
    "CallResumed",
    "CallTakenOver",
    "CallTransferred",
    "CallbackAccepted",
    "CallbackPromised",
    "CallbackTried",
    "ConferenceStarted",
    "ConsultAnswered",
    "ConsultEnded",
    "ConsultLegLost",
    "ConsultRinging",
    "ConsultRung",
    "ConsultStarted",
    "ConsultSwapped",
    "CustomerAnswered",
    "FlowStarted",
    "MenuAnswered",
    "MenuFailed",
    "MessageStarted",
    "MonitorJoined",
    "MonitorModeChanged",
    "MonitorStarted",
    "MonitorStopped",
    "NodeEntered",
    "OfferEnded",
    "OfferLegLost",
    "OfferMobileAccepted",
    "OfferMobileAnswered",
    "OfferMobileDeclined",
    "OfferMobileDialled",
    "OfferRinging",
    "OfferRungAgain",
    "OutsideDialled",
    "OutsideFailed",
    "OutsideRinging",
    "QueueLeft",
    "ReattachFailed",
    "ReattachStarted",
    "RecordingAnnounced",
    "RecordingDeclined",
    "RecordingFailed",
    "RecordingPaused",
    "RecordingResumed",
    "RecordingStarted",
    "RecordingStopped",
    "SentToVoicemail",
    "TaskRequested",
    "TransferCompleted",
]
