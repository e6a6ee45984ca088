"""An agent and a customer talk: hold, mute, keys, the recording, and an agent whose phone is exchanged under way."""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.consultation import rings_consult_party
from call24.calls.dialling import GRACE_S
from call24.calls.model import CallState, EndedBy, RecordingState
from call24.calls.monitoring import hear_again
from call24.calls.step import NO_ANSWER, StepBuilder, notice_id
from call24.calls.timers import reattach_timer
from call24.calls.transfers import left_alone
from call24.kit.ids import CallId, DeviceId, LegId, OfferId, RecordingId, UserId

REATTACH_S = 15


def connect(m: StepBuilder, offer_id: OfferId, agent_id: UserId, leg: LegId, device_id: DeviceId) -> None:
    """Into one bridge. The recorder is started first, and only once in a call: it stays on the customer's leg.

    A call that comes from another queue into one that never records is silent in its recording from here on. One whose
    customer stopped the recording has none again.
    """
    m.ask_to_record()
    off = m.call.recording is RecordingState.OFF and m.call.recording_stopped is None
    fresh = m.rules.record == "always" and off
    recording_id = recording_of(m.call.id) if fresh else None
    m.emit(
        e.CallConnected(offer_id=offer_id, agent_id=agent_id, leg=leg, device_id=device_id, recording_id=recording_id)
    )
    if recording_id is not None:
        m.issue(c.RecordLeg(leg=m.caller, recording_id=recording_id, tenant_id=m.call.tenant_id))
    elif m.call.recording is RecordingState.ON and m.rules.record == "never":
        _pause(m, None)
    elif m.call.recording is RecordingState.PAUSED:
        _resume_later(m)
    m.together(m.caller, leg)
    m.issue(c.CustomerReached())


def recording_of(call_id: CallId) -> RecordingId:
    return RecordingId(f"rec_{call_id.removeprefix('call_')}")


# --- hold, mute, keys ---


def hold(m: StepBuilder, signal: s.HoldRequested) -> None:
    m.emit(e.CallHeld(agent_id=signal.agent_id))
    m.part(m.caller)
    m.music()


def resume(m: StepBuilder, signal: s.ResumeRequested) -> None:
    m.emit(e.CallResumed(agent_id=signal.agent_id))
    m.issue(c.StopMusic(leg=m.caller))
    m.together(m.caller, m.call.agent_leg)


def mute(m: StepBuilder, signal: s.MuteRequested) -> None:
    leg = m.call.agent_leg
    if leg is None or signal.on == m.call.muted:
        return
    if signal.on:
        m.emit(e.AgentMuted(agent_id=signal.agent_id))
        m.issue(c.MuteLeg(leg=leg))
    else:
        m.emit(e.AgentUnmuted(agent_id=signal.agent_id))
        m.issue(c.UnmuteLeg(leg=leg))


def send_digits(m: StepBuilder, signal: s.DigitsRequested) -> None:
    """To whom the agent talks to: while it consults, that is the consult party (another company's menu)."""
    party = m.call.consult_party.leg if m.call.consult_party is not None else None
    leg = party if m.call.state is CallState.CONSULTING else m.caller
    if leg is not None:
        m.issue(c.SendDigits(leg=leg, digits=signal.digits))


# --- the recording ---


def record(m: StepBuilder, signal: s.RecordRequested) -> None:
    """On demand; both sides are told first where the queue wants it."""
    if m.call.recording is not RecordingState.OFF or m.call.recording_stopped is not None:
        return
    m.ask_to_record()
    if m.rules.record == "never":
        return
    if m.rules.record_announcement and not m.call.announced:
        m.emit(e.RecordingAnnounced())
        m.issue(
            c.PlayInBridge(
                bridge_id=m.call.bridge_id,
                leg=m.caller,
                tenant_id=m.call.tenant_id,
                playback_id=notice_id(m.call),
                sounds=("recorded",),
            )
        )
    else:
        _start_recording(m)


def notice_said(m: StepBuilder, signal: s.SoundEnded) -> None:
    wanted = m.call.recording is RecordingState.OFF and m.call.recording_stopped is None
    if wanted and m.call.agent_id is not None:
        _start_recording(m)


def _start_recording(m: StepBuilder) -> None:
    m.ask_to_record()
    if m.rules.record == "never":
        return
    recording_id = recording_of(m.call.id)
    m.emit(e.RecordingStarted(recording_id=recording_id, agent_id=m.agent))
    m.issue(c.RecordLeg(leg=m.caller, recording_id=recording_id, tenant_id=m.call.tenant_id))
    m.together(m.caller)


def pause_recording(m: StepBuilder, signal: s.PauseRecordingRequested) -> None:
    """It goes on by itself after a while: a forgotten pause would lose the rest of the call."""
    if m.call.recording is RecordingState.ON:
        _pause(m, signal.agent_id)


def _pause(m: StepBuilder, agent_id: UserId | None) -> None:
    assert m.call.recording_id is not None, "the call is recorded"
    m.emit(e.RecordingPaused(agent_id=agent_id))
    m.issue(c.PauseRecording(leg=m.caller, recording_id=m.call.recording_id))
    _resume_later(m)


def _resume_later(m: StepBuilder) -> None:
    if m.rules.record == "never":
        m.issue(c.StopTimer(name=timers.AUTO_RESUME))
    elif m.rules.auto_resume_s > 0:
        m.issue(c.StartTimer(name=timers.AUTO_RESUME, seconds=m.rules.auto_resume_s))


def resume_recording(m: StepBuilder, signal: s.ResumeRecordingRequested) -> None:
    _resume(m, signal.agent_id)


def auto_resume(m: StepBuilder, signal: s.TimerFired) -> None:
    _resume(m, None)


def _resume(m: StepBuilder, agent_id: UserId | None) -> None:
    if m.call.recording is not RecordingState.PAUSED or m.call.recording_id is None:
        return
    m.ask_to_record()
    if m.rules.record == "never":
        return
    m.emit(e.RecordingResumed(agent_id=agent_id))
    m.issue(c.StopTimer(name=timers.AUTO_RESUME), c.ResumeRecording(leg=m.caller, recording_id=m.call.recording_id))


def recorder_trouble(m: StepBuilder, signal: s.RecorderTrouble) -> None:
    """Whoever believes that it is recorded, or that it is not, must hear that it is otherwise."""
    if signal.what == "start" and m.call.recording is not RecordingState.OFF:
        m.emit(e.RecordingFailed(what="start"))
        m.issue(c.StopTimer(name=timers.AUTO_RESUME))
    elif signal.what == "pause" and m.call.recording is RecordingState.PAUSED:
        m.emit(e.RecordingFailed(what="pause"))
        m.issue(c.StopTimer(name=timers.AUTO_RESUME))


# --- the agent's phone ---


def reattach(m: StepBuilder, signal: s.ReattachRequested) -> None:
    if m.call.reattach is not None:
        m.issue(c.HangUpLeg(leg=m.call.reattach.leg), c.StopTimer(name=reattach_timer(m.call.reattach.leg)))
    assert m.call.offer_id is not None, "the table calls this only with an agent on the call"
    m.emit(e.ReattachStarted(leg=signal.leg, device_id=signal.device_id))
    m.issue(
        c.RingAgent(
            leg=signal.leg,
            device_id=signal.device_id,
            call_id=m.call.id,
            tenant_id=m.call.tenant_id,
            offer_id=m.call.offer_id,
            ring_s=REATTACH_S,
            auto_answer=True,
            purpose="reattach",
        )
    )
    await_reattach(m)


def await_reattach(m: StepBuilder) -> None:
    """Until when the new leg must be there: a request that is lost rings no phone, and no leg's end is told then."""
    if m.call.reattach is not None:
        m.issue(c.StartTimer(name=reattach_timer(m.call.reattach.leg), seconds=REATTACH_S + GRACE_S))


def reattach_expired(m: StepBuilder, signal: s.TimerFired) -> None:
    assert m.call.reattach is not None, "the kind exists only while a re-attach runs"
    leg = m.call.reattach.leg
    m.issue(c.HangUpLeg(leg=leg, cause=NO_ANSWER))
    _reattach_over(m, leg, NO_ANSWER)


def reattached(m: StepBuilder, signal: s.LegAnswered) -> None:
    """The new leg is up: swap. The customer stays where it is (in the bridge, or on hold), who is muted stays so."""
    assert m.call.reattach is not None, "the kind exists only while a re-attach runs"
    old = m.call.agent_leg
    m.emit(e.AgentReattached(leg=signal.leg, device_id=m.call.reattach.device_id))
    m.issue(c.StopTimer(name=reattach_timer(signal.leg)))
    if m.call.muted:
        m.issue(c.MuteLeg(leg=signal.leg))
    if rings_consult_party(m.call):
        m.issue(c.StartTone(leg=signal.leg))
    else:
        m.together(signal.leg)
    if old is not None:
        m.issue(c.HangUpLeg(leg=old))
    hear_again(m)


def reattach_failed(m: StepBuilder, signal: s.LegEnded) -> None:
    """The agent may try again as long as its old leg is there; with neither leg the customer would talk to nobody."""
    m.issue(c.StopTimer(name=reattach_timer(signal.leg)))
    _reattach_over(m, signal.leg, signal.cause)


def _reattach_over(m: StepBuilder, leg: LegId, cause: int) -> None:
    m.emit(e.ReattachFailed(leg=leg))
    if m.call.agent_leg is None:
        left_alone(m, EndedBy.SYSTEM, cause)
