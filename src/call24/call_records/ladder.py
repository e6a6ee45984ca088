"""A call's journal events as a ladder: who did what to whom, in order. Pure; ids alone, no name and no number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

Lane = Literal["customer", "call24", "agent", "other"]
"""`other`: a consult party, an outside number, a supervisor."""
_ENDED_BY: Mapping[str, Lane] = {"caller": "customer", "called": "customer", "agent": "agent", "third": "other"}
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


class JournalEvent(Protocol):
    """A line of the journal (journal/model.py)."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def type(self) -> str: ...
    @property
    def agent_id(self) -> str | None: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class LadderStep:
    """`after_s`: seconds since the call began; `text`: what happened, with ids."""

    seq: int
    after_s: float
    source: Lane
    target: Lane
    text: str


STEPS: Mapping[str, tuple[Lane, Lane, str]] = {
    "CallArrived": ("customer", "call24", "rings {number_id}"),
    "CallPlaced": ("agent", "call24", "{agent_id} calls ({direction})"),
    "CallbackPromised": ("call24", "call24", "callback promised by {origin_call_id}"),
    "FlowStarted": ("call24", "call24", "another flow: {flow[flow_id]}"),
    "NodeEntered": ("call24", "customer", "step {node_id} ({kind})"),
    "MenuFailed": ("customer", "call24", "menu {node_id}: {why}"),
    "MenuAnswered": ("customer", "call24", "menu {node_id}: {answer}"),
    "TaskRequested": ("customer", "call24", "leaves a task in {queue_id}"),
    "RecordingAnnounced": ("call24", "customer", "told that the call is recorded"),
    "CallClosing": ("call24", "customer", "last prompt: {reason}"),
    "CallbackAccepted": ("customer", "call24", "wants to be called back by {queue_id}"),
    "CallQueued": ("call24", "call24", "waits in {queue_id}, priority {priority}"),
    "QueueLeft": ("call24", "call24", "leaves {queue_id}: {reason}"),
    "CallOffered": ("call24", "agent", "offered to {agent_id}"),
    "OfferRinging": ("agent", "call24", "rings"),
    "OfferLegLost": ("agent", "call24", "a device is out, cause {cause}"),
    "OfferRungAgain": ("call24", "agent", "a phone registered, rung again"),
    "OfferMobileDialled": ("call24", "agent", "the mobile number of {agent_id} is dialled over {trunk_id}"),
    "OfferMobileAnswered": ("agent", "call24", "the mobile number answers and is asked for the key"),
    "OfferMobileAccepted": ("agent", "call24", "{agent_id} pressed 1 on the mobile number"),
    "OfferMobileDeclined": ("agent", "call24", "the mobile number of {agent_id}: {reason}"),
    "OfferEnded": ("agent", "call24", "offer to {agent_id} ended: {outcome}"),
    "AgentReady": ("agent", "call24", "the phone of {agent_id} is up"),
    "OutsideDialled": ("call24", "other", "dialled over {trunk_id} ({purpose})"),
    "OutsideRinging": ("other", "call24", "rings"),
    "OutsideFailed": ("other", "call24", "not reached, cause {cause}"),
    "CustomerAnswered": ("customer", "call24", "answers"),
    "CallForwarded": ("other", "customer", "the outside number takes the call"),
    "CallbackTried": ("call24", "call24", "callback tried, reached: {reached}, again {not_before}"),
    "CallConnected": ("agent", "customer", "{agent_id} talks to the customer, recording {recording_id}"),
    "CallHeld": ("agent", "customer", "on hold"),
    "CallResumed": ("agent", "customer", "talks again"),
    "AgentMuted": ("agent", "call24", "muted"),
    "AgentUnmuted": ("agent", "call24", "no longer muted"),
    "ReattachStarted": ("call24", "agent", "rung again after a reload"),
    "ReattachFailed": ("agent", "call24", "not reached again"),
    "AgentLegLost": ("agent", "call24", "the old leg is gone"),
    "AgentReattached": ("agent", "call24", "there again"),
    "RecordingStarted": ("agent", "call24", "recording {recording_id} started"),
    "RecordingDeclined": ("customer", "call24", "no recording: {reason}"),
    "RecordingFailed": ("call24", "call24", "the recorder failed: {what}"),
    "RecordingPaused": ("agent", "call24", "recording paused"),
    "RecordingResumed": ("agent", "call24", "recording resumed"),
    "RecordingStopped": ("customer", "call24", "recording stopped by {by}, recorded: {recorded}"),
    "SentToVoicemail": ("call24", "customer", "voicemail: {reason}"),
    "MessageStarted": ("customer", "call24", "leaves message {recording_id}"),
    "CallEnded": ("call24", "call24", "ended by {ended_by}, cause {cause}"),
    "CallTransferred": ("agent", "call24", "{agent_id} transfers the call"),
    "ConsultStarted": ("agent", "call24", "{agent_id} consults"),
    "ConsultRung": ("call24", "other", "{colleague_id} is rung"),
    "ConsultRinging": ("other", "call24", "rings"),
    "ConsultLegLost": ("other", "call24", "a device is out, cause {cause}"),
    "ConsultAnswered": ("other", "agent", "the consult party answers"),
    "ConsultSwapped": ("agent", "call24", "talks to: {to}"),
    "ConsultEnded": ("other", "agent", "consultation ended: {reason}"),
    "ConferenceStarted": ("agent", "call24", "conference"),
    "TransferCompleted": ("agent", "other", "{agent_id} leaves; now with {to_agent_id}"),
    "MonitorStarted": ("other", "call24", "{user_id} joins ({mode}, {reason})"),
    "MonitorJoined": ("other", "call24", "{user_id} hears the call"),
    "MonitorModeChanged": ("other", "call24", "{user_id}: {mode} ({reason})"),
    "MonitorStopped": ("other", "call24", "{user_id} leaves"),
    "CallTakenOver": ("other", "agent", "{user_id} takes over from {agent_id}"),
}
"""By event: from whom, to whom, and in which words. Fields of the event stand in braces."""


class _Fields(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "-"


def ladder(events: Sequence[JournalEvent]) -> list[LadderStep]:
    """Each event as a step; one that has no words of its own is told by its name."""
    legs: dict[str, Lane] = {}
    return [_step(one, events[0].at, legs) for one in events]


def _step(event: JournalEvent, began: datetime, legs: dict[str, Lane]) -> LadderStep:
    """`legs`: whose outside legs are, as far as it was told."""
    body = _Fields({name: "-" if value is None else value for name, value in event.body.items()})
    source, target, words = STEPS.get(event.type, (_lane(event), "call24", ""))
    if event.type == "OutsideDialled" and body["purpose"] == "customer":
        target = legs[str(body["leg"])] = "customer"
    elif event.type in ("OutsideRinging", "OutsideFailed"):
        source = legs.get(str(body["leg"]), source)
    elif event.type == "CallEnded":
        source = _ENDED_BY.get(str(body["ended_by"]), "call24")
    elif event.type == "RecordingPaused" and event.body.get("agent_id") is None:
        source = "call24"
    text = words.format_map(body) if words else _named(event)
    after_s = round((event.at - began).total_seconds(), 3)
    return LadderStep(event.seq, after_s, source, target, text)


def _lane(event: JournalEvent) -> Lane:
    return "agent" if event.agent_id else "call24"


def _named(event: JournalEvent) -> str:
    """`AgentTookCall` as `agent took call`, with whose it is."""
    words = _WORDS.sub(" ", event.type).lower()
    return f"{words}: {event.agent_id}" if event.agent_id else words
