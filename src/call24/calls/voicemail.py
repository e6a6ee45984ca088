"""The end of a caller's way without an agent: one last prompt, or a message.

Functions of a StepBuilder and a signal.
"""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.ending import end
from call24.calls.model import EndedBy
from call24.calls.step import NORMAL, StepBuilder
from call24.kit.ids import RecordingId

OVERDUE_S = 30
"""So long after its longest time a message may still be on its way to us."""


def close(m: StepBuilder, reason: str, prompt: str | None) -> None:
    m.emit(e.CallClosing(reason=reason))
    if prompt is None:
        end(m, EndedBy.SYSTEM, NORMAL, reason=reason)
    else:
        m.play(prompt)


def closed(m: StepBuilder, signal: s.SoundEnded) -> None:
    end(m, EndedBy.SYSTEM, NORMAL)


def voicemail(m: StepBuilder, reason: str, prompt: str | None = None) -> None:
    m.emit(e.SentToVoicemail(reason=reason, prompt=prompt))
    m.play(prompt or "voicemail")


def take_message(m: StepBuilder, signal: s.SoundEnded) -> None:
    if m.call.message_id is None:
        m.emit(e.MessageStarted(recording_id=RecordingId(f"rec_{m.call.id.removeprefix('call_')}m")))
        record_message(m)


def record_message(m: StepBuilder) -> None:
    assert m.call.message_id is not None, "the message has begun"
    m.issue(
        c.RecordMessage(
            leg=m.caller,
            recording_id=m.call.message_id,
            tenant_id=m.call.tenant_id,
            max_s=m.call.rules.message_max_s,
            silence_s=m.call.rules.message_silence_s,
        ),
        c.StartTimer(name=timers.MESSAGE, seconds=m.call.rules.message_max_s + OVERDUE_S),
    )


def message_done(m: StepBuilder, signal: s.MessageEnded | s.TimerFired) -> None:
    """Or nothing was heard of it any more, neither its end nor the caller's."""
    end(m, EndedBy.SYSTEM, NORMAL)
