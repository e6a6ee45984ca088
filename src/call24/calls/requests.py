"""What an agent may ask of a call now, and why not: the answer that a client gets before the engine is told. Pure.

The table (machine.py) decides; this only says beforehand what it would ignore, in words. A test holds both together:
what `refusal` lets pass, the table does, and what the table ignores has a reason here.
"""

from __future__ import annotations

from typing import assert_never

from call24.calls import signals as s
from call24.calls.model import Call, CallState, Direction, RecordingState
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
    "not_offered": "The call does not ring at your phone",
    "not_answered": "The call has not been answered yet",
    "not_connected": "Nobody talks in this call now",
    "not_yours": "Another agent has the call; you are only consulted in it",
    "no_customer": "There is no customer in an internal call",
    "already_held": "The call is on hold already",
    "not_held": "The call is not on hold",
    "on_hold": "The customer is on hold",
    "already_muted": "You are muted already",
    "not_muted": "You are not muted",
    "third_there": "A third is in the call already",
    "no_third": "Nobody is consulted in this call",
    "third_not_answered": "The third has not answered yet",
    "consulting": "You are consulting a third: complete it or cancel it first",
    "in_conference": "All three are connected: drop the third first",
    "not_in_conference": "The call is no conference",
    "recording_never": "Calls of this queue are never recorded",
    "recording_on": "The call is being recorded already",
    "recording_paused": "The recording is paused already",
    "recording_not_paused": "The recording is not paused",
    "recording_off": "The call is not being recorded",
}
"""Every code with its sentence. Part of the API: a code is never renamed."""

_S = CallState
TALKING = frozenset({_S.CONNECTED, _S.HELD, _S.CONSULTING, _S.CONFERENCE})


def concerns(call: Call, agent_id: UserId) -> bool:
    """Whether the call is this agent's to ask about: it has it, is offered it, or is consulted in it."""
    consulted = call.third is not None and call.third.agent_id == agent_id
    return not call.ended and (call.agent_id == agent_id or call.offer_to(agent_id) is not None or consulted)


def refusal(call: Call, asked: Asked) -> Conflict | None:
    """None: it can be done now. ``call`` concerns the agent."""
    code = _why_not(call, asked)
    return None if code is None else Conflict(REFUSALS[code], code=code)


def _why_not(call: Call, asked: Asked) -> str | None:
    if isinstance(asked, s.DeclineRequested):
        return None if _is_rung(call, asked.agent_id) else "not_offered"
    if call.agent_id != asked.agent_id:
        consulted = call.third is not None and call.third.agent_id == asked.agent_id
        if consulted and isinstance(asked, s.HangUpRequested):
            return None
        return "not_yours" if consulted and call.agent_id is not None else "not_answered"
    if isinstance(asked, s.HangUpRequested):
        return None
    if call.state not in TALKING:
        return "not_answered" if call.connected_at is None else "not_connected"
    return _while_talking(call, asked)


def _is_rung(call: Call, agent_id: UserId) -> bool:
    third = call.third
    consulted = third is not None and third.offer is not None and third.agent_id == agent_id
    return call.offer_to(agent_id) is not None or consulted


def _while_talking(call: Call, asked: Asked) -> str | None:
    match asked:
        case s.HoldRequested() | s.ResumeRequested():
            return _holding(call, asked)
        case s.MuteRequested(on=on):
            return None if call.muted is not on else ("already_muted" if on else "not_muted")
        case s.DigitsRequested():
            return "on_hold" if call.state is _S.HELD else None
        case s.TransferRequested() | s.ConsultRequested():
            return _handing_on(call)
        case (
            s.SwapRequested()
            | s.CompleteRequested()
            | s.CancelRequested()
            | s.ConferenceRequested()
            | s.DropRequested()
        ):
            return _with_a_third(call, asked)
        case s.RecordRequested() | s.PauseRecordingRequested() | s.ResumeRecordingRequested():
            return _recording(call, asked)
        case s.ReattachRequested():
            return None
        case s.DeclineRequested() | s.HangUpRequested():
            return None
    assert_never(asked)


def _holding(call: Call, asked: s.HoldRequested | s.ResumeRequested) -> str | None:
    hold = isinstance(asked, s.HoldRequested)
    match call.state:
        case _S.HELD:
            return "already_held" if hold else None
        case _S.CONNECTED if not hold:
            return "not_held"
        case _S.CONSULTING:
            return "consulting"
        case _S.CONFERENCE:
            return "in_conference"
    return "third_there" if call.third is not None else None


def _handing_on(call: Call) -> str | None:
    if call.direction is Direction.INTERNAL:
        return "no_customer"
    match call.state:
        case _S.CONSULTING:
            return "consulting"
        case _S.CONFERENCE:
            return "in_conference"
    return "third_there" if call.third is not None else None


def _with_a_third(
    call: Call,
    asked: s.SwapRequested | s.CompleteRequested | s.CancelRequested | s.ConferenceRequested | s.DropRequested,
) -> str | None:
    if call.third is None:
        return "no_third"
    if call.direction is Direction.INTERNAL:
        return "no_customer"
    there, conference = call.third.leg is not None, call.state is _S.CONFERENCE
    match asked:
        case s.SwapRequested() | s.ConferenceRequested():
            if conference:
                return "in_conference"
            return None if there else "third_not_answered"
        case s.CancelRequested():
            return "in_conference" if conference else None
        case s.DropRequested():
            return None if conference else "not_in_conference"
        case s.CompleteRequested():
            return None
    assert_never(asked)


def _recording(
    call: Call, asked: s.RecordRequested | s.PauseRecordingRequested | s.ResumeRecordingRequested
) -> str | None:
    rules = call.queue
    match asked:
        case s.RecordRequested():
            if rules is None or rules.record == "never":
                return "recording_never"
            return None if call.recording is RecordingState.OFF else "recording_on"
        case s.PauseRecordingRequested():
            return {RecordingState.OFF: "recording_off", RecordingState.PAUSED: "recording_paused"}.get(call.recording)
        case s.ResumeRecordingRequested():
            return {RecordingState.OFF: "recording_off", RecordingState.ON: "recording_not_paused"}.get(call.recording)
    assert_never(asked)
