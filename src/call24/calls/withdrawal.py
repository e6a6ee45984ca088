"""The customer stops the recording of the call: for good, whoever talks to it afterwards, and whatever its queue says.

By a key that the organisation chose, at a node of a flow, or elsewhere while the call goes on (the callers' page, an
officer). Functions of a StepBuilder and a signal.
"""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.model import CallState, RecordingState, StoppedBy
from call24.calls.step import StepBuilder, stop_id

STOPPED = "recording-stopped"

_TOGETHER = frozenset({CallState.CONNECTED, CallState.CONFERENCE, CallState.FORWARDED})
"""The customer is in a bridge: both sides hear what is said there."""
_MUSIC = frozenset(
    {CallState.WAITING, CallState.OFFERED, CallState.HELD, CallState.CONSULTING, CallState.FORWARDING},
)
_SILENT = frozenset({CallState.VOICEMAIL, CallState.CLOSING})
"""Words of ours would get into the message, or come after the end."""


def key(m: StepBuilder, signal: s.DigitPressed) -> bool:
    """Whether this key stopped the recording now."""
    if signal.digit != m.call.rules.stop_key or m.call.recording_stopped is not None:
        return False
    stop(m, "key")
    _confirm(m)
    return True


def key_pressed(m: StepBuilder, signal: s.DigitPressed) -> None:
    key(m, signal)


def consent_withdrawn(m: StepBuilder, signal: s.ConsentWithdrawn) -> None:
    """Also before a customer who is to be rung has answered."""
    if m.call.recording_stopped is not None:
        return
    stop(m, "withdrawal")
    if m.call.caller_leg is not None:
        _confirm(m)


def stop(m: StepBuilder, by: StoppedBy) -> None:
    """Nothing where it was stopped before."""
    if m.call.recording_stopped is not None:
        return
    paused = m.call.recording is RecordingState.PAUSED
    m.emit(e.RecordingStopped(by=by, recorded=m.call.rules.stopped_recording))
    stay_stopped(m)
    if paused:
        m.issue(c.StopTimer(name=timers.AUTO_RESUME))


def stay_stopped(m: StepBuilder) -> None:
    """Also after a restart: the last process may have died before it told the recorder."""
    if m.call.caller_leg is not None:
        m.issue(c.StopRecording(leg=m.caller))


def _confirm(m: StepBuilder) -> None:
    leg, tenant_id, playback_id = m.caller, m.call.tenant_id, stop_id(m.call)
    if m.call.state in _SILENT:
        return
    if m.call.state in _TOGETHER:
        bridge_id = m.call.bridge_id
        m.issue(
            c.PlayInBridge(
                bridge_id=bridge_id, leg=leg, tenant_id=tenant_id, playback_id=playback_id, sounds=(STOPPED,)
            )
        )
        return
    if m.call.state in _MUSIC:
        m.issue(c.StopMusic(leg=leg))
    m.issue(c.PlaySound(leg=leg, tenant_id=tenant_id, playback_id=playback_id, sounds=(STOPPED,)))


def stop_said(m: StepBuilder, signal: s.SoundEnded) -> None:
    m.music()
