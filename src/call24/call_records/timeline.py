"""A call's journal lines as sentences for people: one for each kind of event. Names come from the reader's directory.

Agents' own lines about the call (wrap-up, disposition) are told where they are what people look for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from call24.agents import events as a
from call24.call_records.labels import Names
from call24.call_records.replay import call_event
from call24.calls import events as e
from call24.calls.model import Direction, EndedBy
from call24.journal.model import Entry, event_of

NOT_REGISTERED = 20
"""Q.850: subscriber absent."""
OFFER_ENDS = {
    "declined": "declined",
    "ring_no_answer": "did not answer in time",
    "unreachable": "could not be reached: no phone connected",
    "withdrawn": "was not needed any more",
}
WHY_LEFT = {
    "max_wait": "the longest wait was over",
    "no_answer": "whoever was meant did not take it",
    "nobody": "nobody was signed in",
    "full": "as many wait as may",
    "closed": "it is closed now",
    "callback": "the caller prefers to be called back",
    "flow": "as the flow says",
    "no_flow": "there was no flow to go on with",
    "no_queue": "there was no queue to go on with",
    "no_trunk": "no trunk could dial out",
    "no_target": "there was nowhere to go",
}
WHY_ENDED = {
    "flow": "as the flow says",
    "own_phone": "the agent's own phone did not answer",
    "busy": "the line was busy",
    "declined": "the other end declined",
    "no_answer": "nobody answered",
    "no_such_number": "there is no such number",
    "redirected": "the other end named another number, which is not rung",
    "not_allowed": "this number may not be called",
    "no_line_free": "the organisation has as many calls as it may have",
    "failed": "the network could not do it",
    "reached": "the customer was reached otherwise",
    "no_trunk": "no trunk could dial out",
    "not_reached": "the customer could not be reached",
    "expired": "its time was up",
    "removed": "taken off the list",
    "cancelled": "given up before an answer",
    "never_acknowledged": "the caller's side never acknowledged our answer",
    "line_lost": "the other side did not answer any more",
    "phone_lost": "the agent's phone did not answer any more",
    "no_media": "the other side took the call without sound",
    "minutes_used_up": "the day's minutes were used up",
}
CONSULT_ENDS = {
    "cancelled": "The agent went back to the caller",
    "dropped": "The third was let go",
    "left": "The third left",
    "busy": "The third was busy",
    "no_answer": "The third did not answer",
    "no_such_number": "There is no such number",
    "redirected": "The third's side named another number, which is not rung",
    "no_trunk": "No trunk could dial out",
    "not_allowed": "This number may not be called",
    "no_line_free": "The organisation has as many calls as it may have",
    "offline": "The colleague was offline",
    "paused": "The colleague was paused",
    "offered": "Another call was ringing at the colleague's phone",
    "on_call": "The colleague was on a call",
    "wrap_up": "The colleague was in wrap-up",
    **{code: f"The colleague {words}" for code, words in OFFER_ENDS.items()},
}
MODES = {"listen": "listens", "whisper": "speaks to the agent alone", "barge": "speaks to everybody"}
ENDERS = {
    EndedBy.CALLER: "The caller hung up",
    EndedBy.CALLED: "The customer hung up",
    EndedBy.AGENT: "The agent hung up",
    EndedBy.SYSTEM: "The call was ended",
    EndedBy.THIRD: "The other party hung up",
}
NODES = {
    "announce": "Heard an announcement",
    "menu": "Heard a menu",
    "queue": "Was sent to a queue",
    "ring": "Was put through to certain agents",
    "voicemail": "Was sent to voicemail",
    "callback": "Was offered a call-back",
    "forward": "Was forwarded",
    "hang_up": "Came to the end of the flow",
}
ANSWERS = {"timeout": "Nothing was chosen in the menu", "invalid": "What was chosen is not in the menu"}


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    event: str
    text: str


def timeline(entries: Iterable[Entry], name: Names) -> list[Moment]:
    return [
        Moment(at=entry.at, event=entry.type, text=text)
        for entry in _worth_telling(entries)
        if (text := sentence(entry, name)) is not None
    ]


def _worth_telling(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A device that is not registered is no news while others ring: who signs in on several has such devices on every
    call. One that is lost otherwise is told once for each time that an agent is rung."""
    told = False
    for entry in entries:
        event = call_event(entry)
        if isinstance(event, e.OfferLegLost | e.ConsultLegLost):
            if told or event.cause in {None, NOT_REGISTERED}:
                continue
            told = True
        elif isinstance(event, e.CallOffered | e.ConsultRung):
            told = False
        yield entry


def sentence(entry: Entry, name: Names) -> str | None:
    """One line in words; None for lines of other rooms that say nothing of the call."""
    if (event := call_event(entry)) is None:
        return _afterwards(entry, name)
    for words in (_beginning, _flow, _waiting, _dialling, _talking, _third, _supervision, _ending):
        text = words(event, name)
        if text is not None:
            return text
    raise TypeError(f"nobody says {entry.type} in words")


def _afterwards(entry: Entry, name: Names) -> str | None:
    who = name(entry.agent_id)
    match entry.type:
        case a.AgentWrapUpStarted.__name__:
            return f"{who} is in wrap-up"
        case a.AgentWrapUpEnded.__name__:
            return f"{who} finished the wrap-up"
        case a.AgentDispositionGiven.__name__:
            return f"{who} said what it was about"
        case a.AgentCorrected.__name__:
            by: a.AgentCorrected = event_of(entry, a.AgentCorrected)
            return f"{name(by.by)} changed the session of {who}"
    return None


def _beginning(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallArrived():
            return "The call came in"
        case e.CallPlaced(agent_id=agent_id, direction=Direction.INTERNAL, colleague_id=colleague_id):
            return f"{name(agent_id)} calls {name(colleague_id)}"
        case e.CallPlaced(agent_id=agent_id):
            return f"{name(agent_id)} calls the customer"
        case e.CallbackPromised():
            return "A call-back was promised, in the caller's place"
    return None


def _flow(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.FlowStarted():
            return "Another flow goes on with the call"
        case e.NodeEntered(kind=kind):
            return NODES.get(kind, "Went on in the flow")
        case e.MenuFailed(why=why):
            return f"{ANSWERS.get(why, ANSWERS['invalid'])}; it was said again"
        case e.MenuAnswered(answer=answer):
            return ANSWERS.get(answer, f"Pressed {answer}")
        case e.RecordingAnnounced():
            return "Was told that the call is recorded"
        case e.CallClosing(reason=reason):
            return f"The last words were said: {WHY_LEFT.get(reason, reason)}"
        case e.CallbackAccepted():
            return "The caller chose to be called back"
    return None


def _waiting(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallQueued(queue_id=None, wait=wait):
            return "Waits for " + (" or ".join(name(agent_id) for agent_id in wait.agents) or "an agent")
        case e.CallQueued(kept_place=kept_place):
            return "Joined the queue" + (", in the place it had before" if kept_place else "")
        case e.QueueLeft(reason=reason):
            return f"Did not stay in the queue: {WHY_LEFT.get(reason, reason)}"
        case e.CallOffered(agent_id=agent_id):
            return f"Offered to {name(agent_id)}"
        case e.OfferRinging() | e.ConsultRinging():
            return "The phone rings"
        case e.OfferLegLost() | e.ConsultLegLost():
            return "One of the phones was lost; the others ring on"
        case e.OfferEnded(agent_id=agent_id, outcome=outcome):
            return f"{name(agent_id)} {OFFER_ENDS.get(outcome.value, outcome.value)}"
    return None


_DIALLED = {
    "customer": "The customer is rung",
    "forward": "An outside number is rung",
    "third": "An outside number is rung for the agent",
}


def _dialling(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.AgentReady(agent_id=agent_id):
            return f"{name(agent_id)} is on the line"
        case e.OutsideDialled(purpose=purpose):
            return _DIALLED.get(purpose, "An outside number is rung")
        case e.OutsideRinging():
            return "It rings there"
        case e.OutsideFailed(cause=cause):
            return f"It could not be reached (cause {cause})"
        case e.CustomerAnswered():
            return "The customer answered"
        case e.CallForwarded():
            return "The outside party took the call"
        case e.CallbackTried(agent_id=agent_id, reached=reached):
            if reached:
                return f"{name(agent_id)} left before the customer answered; it is tried again"
            return "The customer was not reached; it is tried again later"
    return None


def _talking(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallConnected(agent_id=agent_id, recording_id=recording_id):
            return f"{name(agent_id)} talks to the customer" + ("; recording began" if recording_id else "")
        case e.CallHeld(agent_id=agent_id):
            return f"{name(agent_id)} put the caller on hold"
        case e.CallResumed(agent_id=agent_id):
            return f"{name(agent_id)} took the caller back"
        case e.AgentMuted(agent_id=agent_id):
            return f"{name(agent_id)} muted the microphone"
        case e.AgentUnmuted(agent_id=agent_id):
            return f"{name(agent_id)} can be heard again"
        case e.ReattachStarted():
            return "The agent's app was loaded anew; its phone is rung again"
        case e.ReattachFailed():
            return "The agent's phone could not be joined again"
        case e.AgentLegLost():
            return "The agent's old phone has gone"
        case e.AgentReattached():
            return "The agent's app was loaded anew and joined the call again"
    return None


def _third(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallTransferred(agent_id=agent_id):
            return f"{name(agent_id)} passed the caller on to {_target(event, name)}"
        case e.ConsultStarted(agent_id=agent_id, colleague_id=colleague_id):
            third = name(colleague_id) if colleague_id is not None else "an outside number"
            return f"{name(agent_id)} asks {third}"
        case e.ConsultRung(colleague_id=colleague_id):
            return f"{name(colleague_id)} is rung"
        case e.ConsultAnswered(colleague_id=colleague_id):
            return f"{name(colleague_id)} answered" if colleague_id is not None else "The outside party answered"
        case e.ConsultSwapped(agent_id=agent_id, to=to):
            return f"{name(agent_id)} talks to " + ("the third again" if to == "third" else "the caller again")
        case e.ConsultEnded(reason=reason):
            return CONSULT_ENDS.get(reason, "The third could not be reached")
        case e.ConferenceStarted():
            return "All three talk"
        case e.TransferCompleted(agent_id=agent_id, to_agent_id=to_agent_id):
            third = name(to_agent_id) if to_agent_id is not None else "the outside party"
            return f"{name(agent_id)} left the caller with {third}"
    return None


def _target(event: e.CallTransferred, name: Names) -> str:
    if event.to_agent_id is not None:
        return name(event.to_agent_id)
    if event.queue_id is not None:
        return "a queue"
    return "a flow" if event.flow_id is not None else "an outside number"


def _supervision(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.MonitorStarted(user_id=user_id, mode=mode, reason=reason):
            return f"{name(user_id)} asked to join: {MODES.get(mode, mode)} ({reason.replace('_', ' ')})"
        case e.MonitorJoined(user_id=user_id):
            return f"{name(user_id)} joined"
        case e.MonitorModeChanged(user_id=user_id, mode=mode):
            return f"{name(user_id)} {MODES.get(mode, mode)}"
        case e.MonitorStopped(user_id=user_id):
            return f"{name(user_id)} left"
        case e.CallTakenOver(user_id=user_id, agent_id=agent_id, reason=reason):
            return f"{name(user_id)} took the call over from {name(agent_id)} ({reason.replace('_', ' ')})"
    return None


def _ending(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.RecordingStarted(agent_id=agent_id):
            return f"{name(agent_id)} started the recording"
        case e.RecordingFailed(what="start"):
            return "Not recorded: there is no room on the disk"
        case e.RecordingFailed():
            return "The recording could not be paused: it goes on"
        case e.RecordingPaused(agent_id=None):
            return "The recording pauses: this queue never records"
        case e.RecordingPaused(agent_id=agent_id):
            return f"{name(agent_id)} paused the recording"
        case e.RecordingResumed(agent_id=None):
            return "The recording went on by itself"
        case e.RecordingResumed(agent_id=agent_id):
            return f"{name(agent_id)} let the recording go on"
        case e.SentToVoicemail(reason=reason):
            return f"Sent to voicemail: {WHY_LEFT.get(reason, reason)}"
        case e.MessageStarted():
            return "The caller leaves a message"
        case e.CallEnded():
            return _ended(event, name)
    return None


def _ended(event: e.CallEnded, name: Names) -> str:
    who = f"{name(event.user_id)} ended the call" if event.user_id is not None else ENDERS[event.ended_by]
    why = f": {WHY_ENDED[event.reason]}" if event.reason in WHY_ENDED else ""
    return who + why + (" while Call24 was away" if event.found_missing else "")
