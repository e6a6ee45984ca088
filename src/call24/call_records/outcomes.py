"""What became of a call: exactly one outcome each; model.py says what each of them means. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from call24.call_records.model import Outcome
from call24.call_records.replay import Turn
from call24.calls import events as e
from call24.calls.model import CallState, Direction, EndedBy

SHORT_S = 5.0
"""Who left sooner than this had not really waited, and is not called back."""

NO_MEDIA = "no_media"
"""It was taken, and nobody could hear anybody."""
_BUSY = frozenset({17, 21})
_NO_ANSWER = frozenset({16, 18, 19, 20})
_REASONS = {
    "busy": Outcome.BUSY,
    "declined": Outcome.BUSY,
    "no_answer": Outcome.NO_ANSWER,
    "own_phone": Outcome.CANCELLED,
    "cancelled": Outcome.CANCELLED,
}
_CALLBACK_REASONS = {"expired": Outcome.EXPIRED, "not_reached": Outcome.NOT_REACHED}
_COLLEAGUE_BUSY = frozenset({"declined", "busy", "on_call", "offered", "wrap_up"})
_COLLEAGUE_AWAY = frozenset({"ring_no_answer", "unreachable", "paused", "offline"})


def outcome_of(turns: Sequence[Turn]) -> Outcome:
    last = turns[-1]
    if not isinstance(last.event, e.CallEnded):
        return Outcome.OPEN
    match last.call.direction:
        case Direction.INBOUND:
            return _inbound(turns, last.event)
        case Direction.CALLBACK:
            return _callback(turns, last.event)
        case Direction.OUTBOUND | Direction.INTERNAL:
            return _placed(turns, last.event)


def missed(outcome: Outcome, waited_s: float) -> bool:
    """Abandoned after it had waited long enough to mean it, in a queue or for certain people, ring time included."""
    return outcome is Outcome.ABANDONED and waited_s >= SHORT_S


def _saw(turns: Sequence[Turn], *kinds: type[e.CallEvent]) -> bool:
    return any(isinstance(turn.event, kinds) for turn in turns)


def _inbound(turns: Sequence[Turn], end: e.CallEnded) -> Outcome:
    for kind, outcome in (
        (e.CallConnected, Outcome.ANSWERED),
        (e.CallForwarded, Outcome.FAILED if end.reason == NO_MEDIA else Outcome.FORWARDED),
        (e.CallbackAccepted, Outcome.CALLBACK),
        (e.MessageStarted, Outcome.VOICEMAIL),
    ):
        if _saw(turns, kind):
            return outcome
    if end.reason == NO_MEDIA:
        return Outcome.FAILED
    before = turns[-1].before
    closing = before is not None and before.state is CallState.CLOSING
    if closing and (end.user_id is None and end.ended_by in {EndedBy.SYSTEM, EndedBy.CALLER}):
        return Outcome.TURNED_AWAY
    if end.ended_by is EndedBy.CALLER:
        return Outcome.ABANDONED if _saw(turns, e.CallQueued, e.OutsideDialled) else Outcome.ABANDONED_IN_MENU
    return Outcome.FAILED


def _placed(turns: Sequence[Turn], end: e.CallEnded) -> Outcome:
    """By what was said when it ended, else by the last cause (Q.850) of the leg that was rung."""
    if end.reason == NO_MEDIA:
        return Outcome.FAILED
    internal = turns[-1].call.direction is Direction.INTERNAL
    if _saw(turns, e.ConsultAnswered if internal else e.CallConnected):
        return Outcome.ANSWERED
    if end.ended_by is EndedBy.AGENT:
        return Outcome.CANCELLED
    if end.reason in _REASONS:
        return _REASONS[end.reason]
    for turn in reversed(turns):
        match turn.event:
            case e.ConsultEnded(reason=reason) if internal:
                return _colleague(reason)
            case e.OutsideFailed(cause=cause):
                return _of_cause(cause)
    if _saw(turns, e.AgentReady):
        return _of_cause(end.cause)
    return Outcome.FAILED if end.found_missing else Outcome.CANCELLED


def _colleague(reason: str) -> Outcome:
    if reason in _COLLEAGUE_BUSY:
        return Outcome.BUSY
    return Outcome.NO_ANSWER if reason in _COLLEAGUE_AWAY else Outcome.CANCELLED


def _of_cause(cause: int) -> Outcome:
    if cause in _BUSY:
        return Outcome.BUSY
    return Outcome.NO_ANSWER if cause in _NO_ANSWER else Outcome.FAILED


def _callback(turns: Sequence[Turn], end: e.CallEnded) -> Outcome:
    if end.reason == NO_MEDIA:
        return Outcome.FAILED
    if _saw(turns, e.CallConnected):
        return Outcome.ANSWERED
    if end.reason in _CALLBACK_REASONS:
        return _CALLBACK_REASONS[end.reason]
    return Outcome.CANCELLED if end.reason is not None or end.user_id is not None else Outcome.FAILED
