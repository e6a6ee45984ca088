"""What an agent may ask of a call now, and why not: the answer that a client gets before the engine is told. Pure.

The table (machine.py) decides; this only says beforehand what it would ignore, in words. A test holds both together:
what `refusal` lets pass, the table does, and what the table ignores has a reason here.
"""

from __future__ import annotations

from typing import assert_never

from call24.calls import signals as s
from call24.calls.model import Call, CallState, RecordingState
from call24.kit.errors import Conflict
from call24.kit.ids import UserId

Asked = (
    s.DeclineRequested
    | s.HangUpRequested
    | s.HoldRequested
    | s.ResumeRequested
    | s.MuteRequested
    | s.DigitsRequested
    | s.TransferRequested
    | s.ConsultRequested
    | s.SwapRequested
    | s.CompleteRequested
    | s.CancelRequested
    | s.ConferenceRequested
    | s.DropRequested
    | s.RecordRequested
    | s.PauseRecordingRequested
    | s.ResumeRecordingRequested
    | s.ReattachRequested
)
"""Every intent of an agent about a call."""

REFUSALS = {
    "not_offered": "The call does not ring on your phone",
    "not_answered": "The call has not been answered yet",
    "not_connected": "Nobody is talking in this call at the moment",
    "not_yours": "Another agent has the call; you are only the consult party",
    "no_customer": "There is no customer in an internal call",
    "already_held": "The call is already on hold",
    "not_held": "The call is not on hold",
    "on_hold": "The customer is on hold",
    "phone_away": "Your phone is reconnecting",
    "already_muted": "You are already muted",
    "not_muted": "You are not muted",
    "third_there": "There is already a consult party in the call",
    "no_third": "There is no consult party in this call",
    "third_not_answered": "The consult party has not answered yet",
    "consulting": "You are consulting somebody: complete or cancel the consultation first",
    "in_conference": "The call is a conference: remove the consult party first",
    "not_in_conference": "The call is not a conference",
    "recording_declined": "The customer does not agree to be recorded",
    "recording_never": "Calls of this queue are never recorded",
    "recording_on": "The call is already being recorded",
    "recording_paused": "The recording is already paused",
    "recording_not_paused": "The recording is not paused",
    "recording_off": "The call is not being recorded",
    "recording_stopped": "The caller stopped the recording of this call",
}
"""Every code with its sentence. Part of the API: a code is never renamed."""

_S = CallState
TALKING = frozenset({_S.CONNECTED, _S.HELD, _S.CONSULTING, _S.CONFERENCE})


def concerns(call: Call, agent_id: UserId) -> bool:
    """Whether the call is this agent's to ask about: it has it, is offered it, or is consulted in it."""
    return not call.ended and (
        call.agent_id == agent_id or call.offer_to(agent_id) is not None or _is_consulted(call, agent_id)
    )


def _is_consulted(call: Call, agent_id: UserId) -> bool:
    party = call.consult_party
    return party is not None and party.agent_id == agent_id and (party.offer is not None or party.leg is not None)


def refusal(call: Call, asked: Asked) -> Conflict | None:
    """None: it can be done now. ``call`` concerns the agent."""
    code = _why_not(call, asked)
    return None if code is None else Conflict(REFUSALS[code], code=code)


def _why_not(call: Call, asked: Asked) -> str | None:
    if isinstance(asked, s.DeclineRequested):
        return None if _is_rung(call, asked.agent_id) else "not_offered"
    if call.agent_id != asked.agent_id:
        if not _is_consulted(call, asked.agent_id):
            return "not_answered"
        return None if isinstance(asked, s.HangUpRequested) else "not_yours"
    if isinstance(asked, s.HangUpRequested):
        return None
    if call.state not in TALKING:
        return "not_answered" if call.connected_at is None else "not_connected"
    return _while_talking(call, asked)


def _is_rung(call: Call, agent_id: UserId) -> bool:
    party = call.consult_party
    consulted = party is not None and party.offer is not None and party.agent_id == agent_id
    return call.offer_to(agent_id) is not None or consulted


def _while_talking(call: Call, asked: Asked) -> str | None:
    match asked:
        case s.HoldRequested():
            return _BUSY_WITH.get(call.state) or ("already_held" if call.state is _S.HELD else None)
        case s.ResumeRequested():
            return _BUSY_WITH.get(call.state) or ("not_held" if call.state is _S.CONNECTED else None)
        case s.MuteRequested(on=on):
            return _muting(call, on)
        case s.DigitsRequested():
            return _keys(call)
        case s.TransferRequested():
            return _BUSY_WITH.get(call.state)
        case s.ConsultRequested():
            there = "third_there" if call.consult_party is not None else None
            return _BUSY_WITH.get(call.state) or there or _phone_away(call)
        case s.RecordRequested() | s.PauseRecordingRequested() | s.ResumeRecordingRequested():
            return _recording(call, asked)
        case s.ReattachRequested() | s.DeclineRequested() | s.HangUpRequested():
            return None
    return _with_consult_party(call, asked)


def _with_consult_party(
    call: Call,
    asked: s.SwapRequested | s.ConferenceRequested | s.CompleteRequested | s.CancelRequested | s.DropRequested,
) -> str | None:
    match asked:
        case s.SwapRequested() | s.ConferenceRequested():
            return _joining(call)
        case s.CompleteRequested():
            return _completing(call)
        case s.CancelRequested():
            return "in_conference" if call.state is _S.CONFERENCE else _no_consult_party(call)
        case s.DropRequested():
            return None if call.state is _S.CONFERENCE else _no_consult_party(call) or "not_in_conference"
    assert_never(asked)


_BUSY_WITH = {_S.CONSULTING: "consulting", _S.CONFERENCE: "in_conference"}


def _phone_away(call: Call) -> str | None:
    return "phone_away" if call.agent_leg is None else None


def _muting(call: Call, on: bool) -> str | None:
    if call.muted is on:
        return "already_muted" if on else "not_muted"
    return _phone_away(call)


def _keys(call: Call) -> str | None:
    ringing = call.consult_party is None or call.consult_party.leg is None
    if call.state is _S.CONSULTING:
        return "third_not_answered" if ringing else None
    return "on_hold" if call.state is _S.HELD else None


def _no_consult_party(call: Call) -> str | None:
    return "no_third" if call.consult_party is None else None


def _joining(call: Call) -> str | None:
    if call.consult_party is None:
        return "no_third"
    if call.caller_leg is None:
        return "no_customer"
    if call.state is _S.CONFERENCE:
        return "in_conference"
    return "third_not_answered" if call.consult_party.leg is None else None


def _completing(call: Call) -> str | None:
    party = call.consult_party
    if party is None:
        return "no_third"
    if call.caller_leg is None:
        return "no_customer"
    there = party.leg is not None or party.offer is not None or party.dial is not None
    return None if there else "third_not_answered"


def _recording(
    call: Call, asked: s.RecordRequested | s.PauseRecordingRequested | s.ResumeRecordingRequested
) -> str | None:
    rules = call.queue
    if call.recording_stopped is not None:
        return "recording_stopped"
    match asked:
        case s.RecordRequested() | s.ResumeRecordingRequested() if call.not_recorded is not None:
            return "recording_declined"
        case s.RecordRequested():
            if rules is None or rules.record == "never":
                return "recording_never"
            if call.recording is not RecordingState.OFF:
                return "recording_on"
            return {_S.HELD: "on_hold", _S.CONSULTING: "consulting"}.get(call.state)
        case s.PauseRecordingRequested():
            return {RecordingState.OFF: "recording_off", RecordingState.PAUSED: "recording_paused"}.get(call.recording)
        case s.ResumeRecordingRequested():
            if call.recording is RecordingState.PAUSED and (rules is None or rules.record == "never"):
                return "recording_never"
            return {RecordingState.OFF: "recording_off", RecordingState.ON: "recording_not_paused"}.get(call.recording)
    assert_never(asked)
