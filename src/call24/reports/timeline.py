"""A call's journal lines as sentences for people. Names are put in by the reader's own directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from call24.calls import events as e
from call24.journal.model import Entry
from call24.kit.ids import UserId
from call24.reports.line import call_event

Names = Callable[[UserId | None], str]

OFFER_ENDS = {
    "declined": "declined",
    "ring_no_answer": "did not answer in time",
    "unreachable": "could not be reached: no phone connected",
    "withdrawn": "was not needed any more",
}


ENDERS = {"caller": "The caller hung up", "agent": "The agent hung up", "system": "The call was ended"}


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    event: str
    text: str


def timeline(entries: Iterable[Entry], name: Names) -> list[Moment]:
    moments = []
    for entry in entries:
        event = call_event(entry)
        text = _text(event, name) if event is not None else None
        if text is not None:
            moments.append(Moment(at=entry.at, event=entry.type, text=text))
    return moments


def _text(event: e.AnyCallEvent, name: Names) -> str | None:  # noqa: C901 - one flat list of events
    match event:
        case e.CallArrived():
            return "The call came in"
        case e.CallQueued():
            return "Joined the queue"
        case e.CallOffered(agent_id=agent_id):
            return f"Offered to {name(agent_id)}"
        case e.OfferRinging():
            return "The phone rings"
        case e.OfferEnded(agent_id=agent_id, outcome=outcome):
            return f"{name(agent_id)} {OFFER_ENDS.get(outcome.value, outcome.value)}"
        case e.CallConnected(agent_id=agent_id, recording_id=recording_id):
            return f"{name(agent_id)} answered" + ("; recording began" if recording_id else "")
        case e.CallHeld(agent_id=agent_id):
            return f"{name(agent_id)} put the caller on hold"
        case e.CallResumed(agent_id=agent_id):
            return f"{name(agent_id)} took the caller back"
        case e.AgentReattached():
            return "The agent's app was loaded anew and joined the call again"
        case e.SentToVoicemail(reason=reason):
            because = "nobody was signed in" if reason == "nobody_there" else "the longest wait was over"
            return f"Sent to voicemail: {because}"
        case e.MessageStarted():
            return "The caller leaves a message"
        case e.CallEnded(ended_by=by, found_missing=found_missing):
            return ENDERS[by.value] + (" while Call24 was away" if found_missing else "")
    return None
