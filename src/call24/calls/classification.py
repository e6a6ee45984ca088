"""What kind of signal this is for a call: whose leg, which of its timers, from its own agent or another.

The same LegAnswered is AGENT_ANSWERED from a device that still rings and STRAY_ANSWERED from one that lost the race.
"""

from __future__ import annotations

from enum import StrEnum

from call24.calls import signals as s
from call24.calls import timers
from call24.calls.model import Call, CallState, ConsultParty, Offer
from call24.calls.step import ask_id, notice_id, place_id, prompt_id, stop_id
from call24.calls.timers import dial_timer, menu_timer, mobile_timer, offer_timer, reattach_timer
from call24.kit.ids import LegId, UserId

# Q.850 causes with which a phone says "the person does not want it" (busy, rejected).
REFUSED = frozenset({17, 21})


class SignalKind(StrEnum):
    """A signal, seen from the call: which of its legs, which of its timers."""

    CALLER_ARRIVED = "caller_arrived"
    CALLER_LEFT = "caller_left"
    SOUND_ENDED = "sound_ended"
    PLACE_SAID = "place_said"
    NOTICE_SAID = "notice_said"
    STOP_SAID = "stop_said"
    MESSAGE_ENDED = "message_ended"
    DIGIT = "digit"
    MENU_TIMED_OUT = "menu_timed_out"
    AGENT_CHOSEN = "agent_chosen"
    NOBODY_THERE = "nobody_there"
    QUEUE_FULL = "queue_full"
    PLACE_TOLD = "place_told"
    PLACE_DUE = "place_due"
    MAX_WAIT_REACHED = "max_wait_reached"
    CALLBACK_EXPIRED = "callback_expired"
    OFFER_EXPIRED = "offer_expired"
    AGENT_RINGING = "agent_ringing"
    AGENT_ANSWERED = "agent_answered"
    AGENT_REFUSED = "agent_refused"
    AGENT_LOST = "agent_lost"
    PHONE_BACK = "phone_back"
    MOBILE_DUE = "mobile_due"
    MOBILE_RINGING = "mobile_ringing"
    MOBILE_ANSWERED = "mobile_answered"
    MOBILE_ASKED = "mobile_asked"
    MOBILE_KEY = "mobile_key"
    MOBILE_EXPIRED = "mobile_expired"
    MOBILE_LOST = "mobile_lost"
    TALKER_LEFT = "talker_left"
    REATTACH_ANSWERED = "reattach_answered"
    REATTACH_FAILED = "reattach_failed"
    REATTACH_EXPIRED = "reattach_expired"
    MESSAGE_OVERDUE = "message_overdue"
    DIALLED_RINGING = "dialled_ringing"
    DIALLED_ANSWERED = "dialled_answered"
    DIALLED_FAILED = "dialled_failed"
    DIAL_EXPIRED = "dial_expired"
    COLLEAGUE_RESERVED = "colleague_reserved"
    COLLEAGUE_STRAY = "colleague_stray"
    COLLEAGUE_BUSY = "colleague_busy"
    CONSULT_PARTY_RINGING = "consult_party_ringing"
    CONSULT_PARTY_ANSWERED = "consult_party_answered"
    CONSULT_PARTY_REFUSED = "consult_party_refused"
    CONSULT_PARTY_LOST = "consult_party_lost"
    CONSULT_PARTY_EXPIRED = "consult_party_expired"
    CONSULT_PARTY_LEFT = "consult_party_left"
    CONSULT_PARTY_HANGS_UP = "consult_party_hangs_up"
    MONITOR_ANSWERED = "monitor_answered"
    MONITOR_LEFT = "monitor_left"
    AUTO_RESUME_DUE = "auto_resume_due"
    RECORDER_TROUBLE = "recorder_trouble"
    STRAY_ANSWERED = "stray_answered"
    STRAY_OTHER = "stray_other"
    DECLINE_REQUESTED = "decline_requested"
    HANG_UP_REQUESTED = "hang_up_requested"
    HOLD_REQUESTED = "hold_requested"
    RESUME_REQUESTED = "resume_requested"
    MUTE_REQUESTED = "mute_requested"
    DIGITS_REQUESTED = "digits_requested"
    TRANSFER_REQUESTED = "transfer_requested"
    CONSULT_REQUESTED = "consult_requested"
    SWAP_REQUESTED = "swap_requested"
    COMPLETE_REQUESTED = "complete_requested"
    CANCEL_REQUESTED = "cancel_requested"
    CONFERENCE_REQUESTED = "conference_requested"
    DROP_REQUESTED = "drop_requested"
    RECORD_REQUESTED = "record_requested"
    PAUSE_RECORDING_REQUESTED = "pause_recording_requested"
    RESUME_RECORDING_REQUESTED = "resume_recording_requested"
    REATTACH_REQUESTED = "reattach_requested"
    MONITOR_REQUESTED = "monitor_requested"
    MONITOR_END_REQUESTED = "monitor_end_requested"
    TAKE_OVER_REQUESTED = "take_over_requested"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    END_REQUESTED = "end_requested"
    RECOVERED = "recovered"


_ALWAYS: dict[type[s.Signal], SignalKind] = {
    s.CallerArrived: SignalKind.CALLER_ARRIVED,
    s.AgentChosen: SignalKind.AGENT_CHOSEN,
    s.NobodyThere: SignalKind.NOBODY_THERE,
    s.QueueFull: SignalKind.QUEUE_FULL,
    s.PlaceTold: SignalKind.PLACE_TOLD,
    s.MonitorRequested: SignalKind.MONITOR_REQUESTED,
    s.ConsentWithdrawn: SignalKind.CONSENT_WITHDRAWN,
    s.EndRequested: SignalKind.END_REQUESTED,
    s.Recovered: SignalKind.RECOVERED,
}
OF_THE_AGENT: dict[type[s.AgentRequest], SignalKind] = {
    s.HangUpRequested: SignalKind.HANG_UP_REQUESTED,
    s.HoldRequested: SignalKind.HOLD_REQUESTED,
    s.ResumeRequested: SignalKind.RESUME_REQUESTED,
    s.MuteRequested: SignalKind.MUTE_REQUESTED,
    s.DigitsRequested: SignalKind.DIGITS_REQUESTED,
    s.TransferRequested: SignalKind.TRANSFER_REQUESTED,
    s.ConsultRequested: SignalKind.CONSULT_REQUESTED,
    s.SwapRequested: SignalKind.SWAP_REQUESTED,
    s.CompleteRequested: SignalKind.COMPLETE_REQUESTED,
    s.CancelRequested: SignalKind.CANCEL_REQUESTED,
    s.ConferenceRequested: SignalKind.CONFERENCE_REQUESTED,
    s.DropRequested: SignalKind.DROP_REQUESTED,
    s.RecordRequested: SignalKind.RECORD_REQUESTED,
    s.PauseRecordingRequested: SignalKind.PAUSE_RECORDING_REQUESTED,
    s.ResumeRecordingRequested: SignalKind.RESUME_RECORDING_REQUESTED,
    s.ReattachRequested: SignalKind.REATTACH_REQUESTED,
}


def classify(call: Call, signal: s.Signal) -> SignalKind:
    """Whose leg, which timer, who asks."""
    if (kind := _ALWAYS.get(type(signal))) is not None:
        return kind
    match signal:
        case s.LegRinging() | s.LegAnswered() | s.LegEnded():
            return _of_leg(call, signal)
        case s.TimerFired(name=name):
            return timers_of(call).get(name, SignalKind.STRAY_OTHER)
        case s.SoundEnded(playback_id=playback_id):
            return _of_sound(call, playback_id)
        case s.MessageEnded(recording_id=recording_id):
            return SignalKind.MESSAGE_ENDED if recording_id == call.message_id else SignalKind.STRAY_OTHER
        case s.DigitPressed(leg=leg):
            return _of_key(call, leg)
        case s.RecorderTrouble(leg=leg):
            return SignalKind.RECORDER_TROUBLE if leg == call.caller_leg else SignalKind.STRAY_OTHER
        case s.PhoneRegistered() | s.ColleagueReserved() | s.ColleagueBusy():
            return _of_desk(call, signal)
        case s.AgentRequest():
            return _of_agent(call, signal)
        case s.MonitorEndRequested(user_id=user_id) | s.TakeOverRequested(user_id=user_id):
            ending = isinstance(signal, s.MonitorEndRequested)
            hears = any(each.user_id == user_id for each in call.monitors)
            wish = SignalKind.MONITOR_END_REQUESTED if ending else SignalKind.TAKE_OVER_REQUESTED
            return wish if hears else SignalKind.STRAY_OTHER
    return SignalKind.STRAY_OTHER


def _of_key(call: Call, leg: LegId) -> SignalKind:
    asked = (each.mobile.leg for each in call.offers if each.mobile is not None and each.mobile.answered)
    if leg in asked:
        return SignalKind.MOBILE_KEY
    return SignalKind.DIGIT if leg == call.caller_leg else SignalKind.STRAY_OTHER


def _of_desk(call: Call, signal: s.PhoneRegistered | s.ColleagueReserved | s.ColleagueBusy) -> SignalKind:
    match signal:
        case s.PhoneRegistered(agent_id=agent_id):
            return SignalKind.PHONE_BACK if call.offer_to(agent_id) is not None else SignalKind.STRAY_OTHER
        case s.ColleagueReserved(chosen=chosen):
            return SignalKind.COLLEAGUE_RESERVED if _awaits(call, chosen.agent_id) else SignalKind.COLLEAGUE_STRAY
    return SignalKind.COLLEAGUE_BUSY if _awaits(call, signal.agent_id) else SignalKind.STRAY_OTHER


def _awaits(call: Call, colleague_id: UserId) -> bool:
    """Whether the desk was asked for this colleague and has not answered yet."""
    return call.consult_party is not None and call.consult_party.awaited and call.consult_party.agent_id == colleague_id


def _of_agent(call: Call, signal: s.AgentRequest) -> SignalKind:
    if isinstance(signal, s.DeclineRequested):
        if call.offer_to(signal.agent_id) is not None:
            return SignalKind.DECLINE_REQUESTED
        party = call.consult_party
        rung = party is not None and party.offer is not None and party.agent_id == signal.agent_id
        return SignalKind.CONSULT_PARTY_HANGS_UP if rung else SignalKind.STRAY_OTHER
    if signal.agent_id == call.agent_id:
        return OF_THE_AGENT[type(signal)]
    consulted = call.consult_party is not None and call.consult_party.agent_id == signal.agent_id
    if consulted and isinstance(signal, s.HangUpRequested):
        return SignalKind.CONSULT_PARTY_HANGS_UP
    return SignalKind.STRAY_OTHER


def _of_sound(call: Call, playback_id: str) -> SignalKind:
    """A late end of an earlier prompt must not cut the next one short."""
    expected = {
        prompt_id(call): SignalKind.SOUND_ENDED,
        place_id(call): SignalKind.PLACE_SAID,
        notice_id(call): SignalKind.NOTICE_SAID,
        stop_id(call): SignalKind.STOP_SAID,
    }
    mobiles = [offer.mobile for offer in call.offers if offer.mobile is not None]
    asked = {ask_id(mobile.leg, mobile.asked): SignalKind.MOBILE_ASKED for mobile in mobiles}
    return (expected | asked).get(playback_id, SignalKind.STRAY_OTHER)


def timers_of(call: Call) -> dict[str, SignalKind]:
    """The timers that mean something to the call now, by name; any other is a stray."""
    known = {
        timers.MAX_WAIT: SignalKind.MAX_WAIT_REACHED,
        timers.PLACE: SignalKind.PLACE_DUE,
        timers.EXPIRY: SignalKind.CALLBACK_EXPIRED,
        timers.AUTO_RESUME: SignalKind.AUTO_RESUME_DUE,
        menu_timer(call): SignalKind.MENU_TIMED_OUT,
    }
    known |= {offer_timer(offer.offer_id): SignalKind.OFFER_EXPIRED for offer in call.offers}
    for offer in call.offers:
        if offer.mobile is not None:
            known[mobile_timer(offer.offer_id)] = SignalKind.MOBILE_EXPIRED
        elif offer.dials_mobile:
            known[mobile_timer(offer.offer_id)] = SignalKind.MOBILE_DUE
    if call.dial is not None:
        known[dial_timer(call.dial.leg)] = SignalKind.DIAL_EXPIRED
    if call.reattach is not None:
        known[reattach_timer(call.reattach.leg)] = SignalKind.REATTACH_EXPIRED
    if call.message_id is not None:
        known[timers.MESSAGE] = SignalKind.MESSAGE_OVERDUE
    party = call.consult_party
    if party is not None and party.offer is not None:
        known[offer_timer(party.offer.offer_id)] = SignalKind.CONSULT_PARTY_EXPIRED
    if party is not None and party.dial is not None:
        known[dial_timer(party.dial.leg)] = SignalKind.CONSULT_PARTY_EXPIRED
    return known


LegSignal = s.LegRinging | s.LegAnswered | s.LegEnded


def _of_leg(call: Call, signal: LegSignal) -> SignalKind:
    leg = signal.leg
    if leg == call.caller_leg:
        return SignalKind.CALLER_LEFT if isinstance(signal, s.LegEnded) else SignalKind.STRAY_OTHER
    if any(_has(offer, leg) for offer in call.offers):
        lost = _lost(signal, SignalKind.AGENT_REFUSED, SignalKind.AGENT_LOST)
        return _one_of(signal, SignalKind.AGENT_RINGING, SignalKind.AGENT_ANSWERED, lost)
    for offer in call.offers:
        if offer.mobile is not None and offer.mobile.leg == leg:
            up = SignalKind.STRAY_OTHER if offer.mobile.answered else SignalKind.MOBILE_ANSWERED
            return _one_of(signal, SignalKind.MOBILE_RINGING, up, SignalKind.MOBILE_LOST)
    if call.reattach is not None and call.reattach.leg == leg:
        return _one_of(signal, SignalKind.STRAY_OTHER, SignalKind.REATTACH_ANSWERED, SignalKind.REATTACH_FAILED)
    if call.dial is not None and call.dial.leg == leg:
        return _one_of(signal, SignalKind.DIALLED_RINGING, SignalKind.DIALLED_ANSWERED, SignalKind.DIALLED_FAILED)
    if leg == call.agent_leg:
        return SignalKind.TALKER_LEFT if isinstance(signal, s.LegEnded) else SignalKind.STRAY_OTHER
    if call.consult_party is not None and (kind := _of_consult_party(call.consult_party, signal)) is not None:
        return kind
    for monitor in call.monitors:
        if leg == monitor.leg:
            return SignalKind.MONITOR_LEFT if isinstance(signal, s.LegEnded) else SignalKind.STRAY_OTHER
        if any(each.leg == leg for each in monitor.legs):
            return _one_of(signal, SignalKind.STRAY_OTHER, SignalKind.MONITOR_ANSWERED, SignalKind.MONITOR_LEFT)
    return SignalKind.STRAY_ANSWERED if isinstance(signal, s.LegAnswered) else SignalKind.STRAY_OTHER


def _of_consult_party(party: ConsultParty, signal: LegSignal) -> SignalKind | None:
    if party.leg == signal.leg:
        return SignalKind.CONSULT_PARTY_LEFT if isinstance(signal, s.LegEnded) else SignalKind.STRAY_OTHER
    dialled = party.dial is not None and party.dial.leg == signal.leg
    if dialled or (party.offer is not None and _has(party.offer, signal.leg)):
        lost = _lost(signal, SignalKind.CONSULT_PARTY_REFUSED, SignalKind.CONSULT_PARTY_LOST)
        return _one_of(signal, SignalKind.CONSULT_PARTY_RINGING, SignalKind.CONSULT_PARTY_ANSWERED, lost)
    return None


def _one_of(signal: LegSignal, ringing: SignalKind, answered: SignalKind, ended: SignalKind) -> SignalKind:
    match signal:
        case s.LegRinging():
            return ringing
        case s.LegAnswered():
            return answered
    return ended


def _lost(signal: LegSignal, refused: SignalKind, lost: SignalKind) -> SignalKind:
    return refused if isinstance(signal, s.LegEnded) and signal.cause in REFUSED else lost


def _has(offer: Offer, leg: LegId) -> bool:
    return any(each.leg == leg for each in offer.legs)


__all__ = ["OF_THE_AGENT", "CallState", "SignalKind", "classify"]
