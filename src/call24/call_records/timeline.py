"""A call's journal events as sentences for people: one for each kind of event. Names come from the reader's directory.

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
from call24.web_push.events import OfferPushed, OfferPushEnded

NOT_REGISTERED = 20
"""Q.850: subscriber absent."""
OFFER_ENDS = {
    "declined": "declined",
    "ring_no_answer": "did not answer in time",
    "unreachable": "could not be reached: no phone connected",
    "withdrawn": "was no longer needed",
}
WHY_LEFT = {
    "max_wait": "the longest wait was over",
    "no_answer": "nobody answered",
    "nobody": "nobody was signed in",
    "full": "the queue is full",
    "closed": "it is outside opening hours",
    "callback": "the caller requested a callback",
    "flow": "as the flow says",
    "no_flow": "the flow does not exist",
    "no_queue": "the queue does not exist",
    "no_trunk": "no trunk could place the call",
    "no_target": "there was nothing to continue with",
}
WHY_ENDED = {
    "flow": "as the flow says",
    "own_phone": "the agent's own phone did not answer",
    "busy": "the line was busy",
    "declined": "the other end declined",
    "no_answer": "nobody answered",
    "no_such_number": "there is no such number",
    "redirected": "the other side redirected to another number, which is not called",
    "not_allowed": "this number may not be called",
    "no_line_free": "the organisation has reached its number of concurrent calls",
    "failed": "the network could not place the call",
    "reached": "the customer was reached otherwise",
    "no_trunk": "no trunk could place the call",
    "not_reached": "the customer could not be reached",
    "expired": "it expired",
    "removed": "it was removed from the list",
    "cancelled": "it was cancelled before an answer",
    "never_acknowledged": "the caller's side never acknowledged our answer",
    "line_lost": "the other side did not answer any more",
    "phone_lost": "the agent's phone did not answer any more",
    "no_media": "the other side accepted the call without audio",
    "minutes_used_up": "the day's minutes were used up",
}
MOBILE_OUT = {
    "no_key": "nobody pressed 1",
    "max_wait": "the caller's waiting time was nearly over",
    "other_key": "another key was pressed",
    "hung_up": "it was hung up before 1 was pressed",
    "no_answer": "it did not answer in time",
    "destination_denied": "the destination is not allowed",
    "premium_denied": "it is a premium-rate number",
    "satellite_denied": "it is a satellite number",
    "emergency_number": "it is an emergency number",
    "not_a_number": "it is not a phone number",
    "too_many_calls": "the limit of concurrent outbound calls was reached",
    "too_many_per_minute": "the limit of outbound calls per minute was reached",
    "frozen": "outbound calls are frozen",
    **{code: WHY_ENDED[code] for code in ("busy", "declined", "no_such_number", "redirected", "no_trunk")},
    **{code: WHY_ENDED[code] for code in ("not_allowed", "no_line_free", "failed", "minutes_used_up")},
}
CONSULT_ENDS = {
    "cancelled": "The consultation was cancelled",
    "dropped": "The consult party was removed",
    "left": "The consult party left",
    "busy": "The consult party was busy",
    "no_answer": "The consult party did not answer",
    "no_such_number": "There is no such number",
    "redirected": "The consult party redirected to another number, which is not called",
    "no_trunk": "No trunk could place the call",
    "not_allowed": "This number may not be called",
    "no_line_free": "The organisation has reached its number of concurrent calls",
    "offline": "The colleague was offline",
    "paused": "The colleague was paused",
    "offered": "Another call was ringing at the colleague's phone",
    "on_call": "The colleague was on a call",
    "wrap_up": "The colleague was in wrap-up",
    **{code: f"The colleague {words}" for code, words in OFFER_ENDS.items()},
}
PUSH_ENDS = {
    "accepted": "The push service took the notification",
    "gone": "The browser has notifications turned off: its push service does not know it any more",
    "refused": "The push service refused the notification",
    "no_answer": "The push service did not answer",
    "too_slow": "The push service did not answer in time",
    "not_allowed": "The push service is at an address that notifications do not go to",
    "late": "The notification was not sent: the call rang no more",
}
MODES = {"listen": "listens", "whisper": "speaks to the agent only", "barge": "speaks to everybody"}
ENDERS = {
    EndedBy.CALLER: "The caller hung up",
    EndedBy.CALLED: "The customer hung up",
    EndedBy.AGENT: "The agent hung up",
    EndedBy.SYSTEM: "The call was ended",
    EndedBy.CONSULT_PARTY: "The other party hung up",
}
NODES = {
    "announce": "Heard an announcement",
    "menu": "Heard an IVR menu",
    "queue": "Was sent to a queue",
    "ring": "Was sent to certain agents",
    "voicemail": "Was sent to voicemail",
    "callback": "Was offered a callback",
    "forward": "Was forwarded",
    "withdraw_consent": "Was told that the recording is stopped",
    "task": "Left a task",
    "hang_up": "Reached the end of the flow",
}
ANSWERS = {"timeout": "Pressed nothing in the menu", "invalid": "Pressed a key that is not in the menu"}


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    event: str
    text: str


def timeline(entries: Iterable[Entry], name: Names) -> list[TimelineEntry]:
    return [
        TimelineEntry(at=entry.at, event=entry.type, text=text)
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
    for words in _PARTS:
        text = words(event, name)
        if text is not None:
            return text
    raise TypeError(f"nobody says {entry.type} in words")


def _afterwards(entry: Entry, name: Names) -> str | None:
    who = name(entry.agent_id)
    match entry.type:
        case OfferPushed.__name__:
            pushed: OfferPushed = event_of(entry, OfferPushed)
            browsers = "a browser" if pushed.browsers == 1 else f"{pushed.browsers} browsers"
            return f"Sent as a notification to {browsers} of {who}"
        case OfferPushEnded.__name__:
            ended: OfferPushEnded = event_of(entry, OfferPushEnded)
            return f"{PUSH_ENDS[ended.outcome]} (a browser of {who}, after {ended.after_ms / 1000:.1f} s)"
        case a.AgentWrapUpStarted.__name__:
            return f"{who} is in wrap-up"
        case a.AgentWrapUpEnded.__name__:
            return f"{who} finished the wrap-up"
        case a.AgentDispositionGiven.__name__:
            return f"{who} set the disposition"
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
            return "A callback was scheduled and keeps the caller's place"
    return None


def _flow(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.FlowStarted():
            return "The call continued in another flow"
        case e.NodeEntered(kind=kind):
            return NODES.get(kind, "Continued in the flow")
        case e.MenuFailed(why=why):
            return f"{ANSWERS.get(why, ANSWERS['invalid'])}; the menu was repeated"
        case e.MenuAnswered(answer=answer):
            return ANSWERS.get(answer, f"Pressed {answer}")
        case e.RecordingAnnounced():
            return "Heard the recording announcement"
        case e.CallClosing(reason=reason):
            return f"Heard a final announcement: {WHY_LEFT.get(reason, reason)}"
        case e.TaskRequested():
            return "A task is made when the call is over"
        case e.CallbackAccepted():
            return "The caller requested a callback"
    return None


def _waiting(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallQueued(queue_id=None, wait=wait):
            return "Waits for " + (" or ".join(name(agent_id) for agent_id in wait.agents) or "an agent")
        case e.CallQueued(kept_place=kept_place):
            return "Joined the queue" + (", at its earlier place" if kept_place else "")
        case e.QueueLeft(reason=reason):
            return f"Left the queue: {WHY_LEFT.get(reason, reason)}"
        case e.CallOffered(agent_id=agent_id):
            return f"Offered to {name(agent_id)}"
        case e.OfferRinging() | e.ConsultRinging():
            return "The phone rings"
        case e.OfferLegLost() | e.ConsultLegLost():
            return "One of the phones was lost; the others keep ringing"
        case e.OfferEnded(agent_id=agent_id, outcome=outcome):
            return f"{name(agent_id)} {OFFER_ENDS.get(outcome.value, outcome.value)}"
    return None


def _mobile(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.OfferRungAgain():
            return "A phone connected and is rung"
        case e.OfferMobileDialled(agent_id=agent_id):
            return f"No phone rang: {name(agent_id)} is called on the mobile number"
        case e.OfferMobileAnswered(again=again):
            return "It was asked again to press 1" if again else "The mobile number answered; it was asked to press 1"
        case e.OfferMobileAccepted(agent_id=agent_id):
            return f"{name(agent_id)} pressed 1 and takes the call on the mobile number"
        case e.OfferMobileDeclined(agent_id=agent_id, reason=reason):
            return f"The mobile number of {name(agent_id)} did not take the call: {MOBILE_OUT.get(reason, reason)}"
    return None


_DIALLED = {
    "customer": "The customer's phone is called",
    "forward": "An external number is called",
    "third": "An external number is called for the agent",
}


def _dialling(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.AgentReady(agent_id=agent_id):
            return f"{name(agent_id)} joined the call"
        case e.OutsideDialled(purpose=purpose):
            return _DIALLED.get(purpose, "An external number is called")
        case e.OutsideRinging():
            return "It is ringing"
        case e.OutsideFailed(cause=cause):
            return f"It could not be reached (cause {cause})"
        case e.CustomerAnswered():
            return "The customer answered"
        case e.CallForwarded():
            return "The external party answered"
        case e.CallbackTried(agent_id=agent_id, reached=reached):
            if reached:
                return f"{name(agent_id)} left before the customer answered; it will be tried again"
            return "The customer was not reached; it will be tried again later"
    return None


def _talking(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallConnected(agent_id=agent_id, recording_id=recording_id):
            return f"{name(agent_id)} talks to the customer" + ("; recording began" if recording_id else "")
        case e.CallHeld(agent_id=agent_id):
            return f"{name(agent_id)} put the caller on hold"
        case e.CallResumed(agent_id=agent_id):
            return f"{name(agent_id)} resumed the call"
        case e.AgentMuted(agent_id=agent_id):
            return f"{name(agent_id)} muted themselves"
        case e.AgentUnmuted(agent_id=agent_id):
            return f"{name(agent_id)} unmuted themselves"
        case e.ReattachStarted():
            return "The agent's app was reloaded; its phone is called again"
        case e.ReattachFailed():
            return "The agent's phone could not rejoin the call"
        case e.AgentLegLost():
            return "The agent's previous connection ended"
        case e.AgentReattached():
            return "The agent's app was reloaded and rejoined the call"
    return None


def _consult_party(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.CallTransferred(agent_id=agent_id):
            return f"{name(agent_id)} transferred the caller to {_target(event, name)}"
        case e.ConsultStarted(agent_id=agent_id, colleague_id=colleague_id):
            party = name(colleague_id) if colleague_id is not None else "an external number"
            return f"{name(agent_id)} consults {party}"
        case e.ConsultRung(colleague_id=colleague_id):
            return f"{name(colleague_id)}'s phone rings"
        case e.ConsultAnswered(colleague_id=colleague_id):
            return f"{name(colleague_id)} answered" if colleague_id is not None else "The external party answered"
        case e.ConsultSwapped(agent_id=agent_id, to=to):
            return f"{name(agent_id)} talks to " + ("the consult party again" if to == "third" else "the caller again")
        case e.ConsultEnded(reason=reason):
            return CONSULT_ENDS.get(reason, "The consult party could not be reached")
        case e.ConferenceStarted():
            return "A conference started"
        case e.TransferCompleted(agent_id=agent_id, to_agent_id=to_agent_id):
            other = name(to_agent_id) if to_agent_id is not None else "the external party"
            return f"{name(agent_id)} left the caller with {other}"
    return None


def _target(event: e.CallTransferred, name: Names) -> str:
    if event.to_agent_id is not None:
        return name(event.to_agent_id)
    if event.queue_id is not None:
        return "a queue"
    return "a flow" if event.flow_id is not None else "an external number"


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


def _recording(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.RecordingStarted(agent_id=agent_id):
            return f"{name(agent_id)} started the recording"
        case e.RecordingDeclined():
            return "Not recorded from here on: the customer does not agree to it"
        case e.RecordingFailed(what="start"):
            return "Not recorded: the disk is full"
        case e.RecordingFailed():
            return "The recording could not be paused: it continues"
        case e.RecordingPaused(agent_id=None):
            return "The recording pauses: this queue never records"
        case e.RecordingPaused(agent_id=agent_id):
            return f"{name(agent_id)} paused the recording"
        case e.RecordingResumed(agent_id=None):
            return "The recording resumed automatically"
        case e.RecordingResumed(agent_id=agent_id):
            return f"{name(agent_id)} resumed the recording"
        case e.RecordingStopped(recorded=recorded):
            before = "is deleted" if recorded == "delete" else "is kept"
            return f"The caller stopped the recording: what was recorded before {before}"
    return None


def _ending(event: e.AnyCallEvent, name: Names) -> str | None:
    match event:
        case e.SentToVoicemail(reason=reason):
            return f"Sent to voicemail: {WHY_LEFT.get(reason, reason)}"
        case e.MessageStarted():
            return "The caller is leaving a message"
        case e.CallEnded():
            return _ended(event, name)
    return None


def _ended(event: e.CallEnded, name: Names) -> str:
    who = f"{name(event.user_id)} ended the call" if event.user_id is not None else ENDERS[event.ended_by]
    why = f": {WHY_ENDED[event.reason]}" if event.reason in WHY_ENDED else ""
    return who + why + (" while Call24 was away" if event.found_missing else "")


_PARTS = (
    *(_beginning, _flow, _waiting, _mobile, _dialling),
    *(_talking, _consult_party, _supervision, _recording, _ending),
)
