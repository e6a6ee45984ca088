"""What kind of signal this is for a call: whose leg, which of its timers, from its own agent or a stranger.

The same LegAnswered is AGENT_ANSWERED from a device that still rings and STRAY_ANSWERED from one that lost the race.
"""

from __future__ import annotations

from enum import StrEnum

from call24.calls import signals as s
from call24.calls.model import Call, CallState, Offer

# Q.850 causes with which a phone says "the person does not want it" (busy, rejected).
REFUSED = frozenset({17, 21})


class Kind(StrEnum):
    """A signal, seen from the call: which of its legs, which of its timers."""

    CALLER_ARRIVED = "caller_arrived"
    CALLER_LEFT = "caller_left"
    SOUND_ENDED = "sound_ended"
    MESSAGE_ENDED = "message_ended"
    AGENT_CHOSEN = "agent_chosen"
    NOBODY_THERE = "nobody_there"
    MAX_WAIT_REACHED = "max_wait_reached"
    OFFER_EXPIRED = "offer_expired"
    AGENT_RINGING = "agent_ringing"
    AGENT_ANSWERED = "agent_answered"
    AGENT_REFUSED = "agent_refused"
    AGENT_LOST = "agent_lost"
    TALKER_LEFT = "talker_left"
    REATTACH_ANSWERED = "reattach_answered"
    REATTACH_FAILED = "reattach_failed"
    STRAY_ANSWERED = "stray_answered"
    STRAY_OTHER = "stray_other"
    DECLINE_REQUESTED = "decline_requested"
    HANG_UP_REQUESTED = "hang_up_requested"
    HOLD_REQUESTED = "hold_requested"
    RESUME_REQUESTED = "resume_requested"
    REATTACH_REQUESTED = "reattach_requested"
    RECOVERED = "recovered"


def classify(call: Call, signal: s.Signal) -> Kind:  # noqa: C901 - one flat list of cases reads best whole
    """Whose leg, which timer."""
    match signal:
        case s.LegRinging() | s.LegAnswered() | s.LegEnded():
            return _classify_leg(call, signal)
        case s.TimerFired(name="max_wait"):
            return Kind.MAX_WAIT_REACHED
        case s.TimerFired(name=name):
            current = call.offer is not None and name == offer_timer(call.offer)
            return Kind.OFFER_EXPIRED if current else Kind.STRAY_OTHER
        case s.CallerArrived():
            return Kind.CALLER_ARRIVED
        case s.SoundEnded(playback_id=playback_id):
            # A late end of an earlier prompt must not cut the next one short.
            return Kind.SOUND_ENDED if playback_id == _expected_prompt(call) else Kind.STRAY_OTHER
        case s.MessageEnded(recording_id=recording_id):
            return Kind.MESSAGE_ENDED if recording_id == call.message_id else Kind.STRAY_OTHER
        case s.AgentChosen():
            return Kind.AGENT_CHOSEN
        case s.NobodyThere():
            return Kind.NOBODY_THERE
        case s.DeclineRequested(agent_id=agent_id):
            offered = call.offer is not None and call.offer.agent_id == agent_id
            return Kind.DECLINE_REQUESTED if offered else Kind.STRAY_OTHER
        case s.HangUpRequested(agent_id=agent_id):
            return Kind.HANG_UP_REQUESTED if call.agent_id == agent_id else Kind.STRAY_OTHER
        case s.HoldRequested(agent_id=agent_id):
            return Kind.HOLD_REQUESTED if call.agent_id == agent_id else Kind.STRAY_OTHER
        case s.ResumeRequested(agent_id=agent_id):
            return Kind.RESUME_REQUESTED if call.agent_id == agent_id else Kind.STRAY_OTHER
        case s.ReattachRequested(agent_id=agent_id):
            return Kind.REATTACH_REQUESTED if call.agent_id == agent_id else Kind.STRAY_OTHER
        case s.Recovered():
            return Kind.RECOVERED
    return Kind.STRAY_OTHER


def _classify_leg(call: Call, signal: s.LegRinging | s.LegAnswered | s.LegEnded) -> Kind:
    if signal.leg == call.caller_leg:
        return Kind.CALLER_LEFT if isinstance(signal, s.LegEnded) else Kind.STRAY_OTHER
    if call.offer is not None and any(leg.leg == signal.leg for leg in call.offer.legs):
        match signal:
            case s.LegRinging():
                return Kind.AGENT_RINGING
            case s.LegAnswered():
                return Kind.AGENT_ANSWERED
            case s.LegEnded(cause=cause):
                return Kind.AGENT_REFUSED if cause in REFUSED else Kind.AGENT_LOST
    if call.reattach is not None and call.reattach.leg == signal.leg:
        match signal:
            case s.LegAnswered():
                return Kind.REATTACH_ANSWERED
            case s.LegEnded():
                return Kind.REATTACH_FAILED
    if signal.leg == call.agent_leg and call.offer is None:
        return Kind.TALKER_LEFT if isinstance(signal, s.LegEnded) else Kind.STRAY_OTHER
    return Kind.STRAY_ANSWERED if isinstance(signal, s.LegAnswered) else Kind.STRAY_OTHER


def greeting_id(call: Call) -> str:
    return f"{call.id}-greeting"


def voicemail_id(call: Call) -> str:
    return f"{call.id}-voicemail"


def _expected_prompt(call: Call) -> str | None:
    match call.state:
        case CallState.GREETING:
            return greeting_id(call)
        case CallState.VOICEMAIL:
            return voicemail_id(call)
    return None


def offer_timer(offer: Offer) -> str:
    """The timer's name carries the offer, so that a late timer of an earlier offer means nothing."""
    return f"offer:{offer.offer_id}"
