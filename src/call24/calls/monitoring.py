"""A supervisor hears a call (listen), speaks to its agent alone (whisper), to all (barge), or takes it over.

Listening is on the agent's leg: what the agent says and hears. When another agent has the call, it is over.
"""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import Call, CallState, Monitor
from call24.calls.step import StepBuilder
from call24.calls.timers import reattach_timer
from call24.kit.ids import LegId

MONITOR_RING_S = 20
BARGE = "barge"


def requested(m: StepBuilder, signal: s.MonitorRequested) -> None:
    known = _of(m.call, signal)
    if known is None:
        _start(m, signal)
    elif known.mode != signal.mode:
        if known.leg is not None:
            _undo(m, known)
        m.emit(e.MonitorModeChanged(user_id=signal.user_id, mode=signal.mode, reason=signal.reason))
        _apply(m, next(each for each in m.call.monitors if each.user_id == signal.user_id))


def _of(call: Call, signal: s.MonitorRequested | s.MonitorEndRequested | s.TakeOverRequested) -> Monitor | None:
    return next((monitor for monitor in call.monitors if monitor.user_id == signal.user_id), None)


def _start(m: StepBuilder, signal: s.MonitorRequested) -> None:
    chosen = signal.chosen
    legs = chosen.legs
    if not legs:
        return
    m.emit(
        e.MonitorStarted(
            user_id=signal.user_id, offer_id=chosen.offer_id, mode=signal.mode, reason=signal.reason, legs=legs
        )
    )
    for each in legs:
        m.issue(
            c.RingAgent(
                leg=each.leg,
                device_id=each.device_id,
                call_id=m.call.id,
                tenant_id=m.call.tenant_id,
                offer_id=chosen.offer_id,
                ring_s=MONITOR_RING_S,
                auto_answer=True,
                purpose="monitor",
            )
        )


def answered(m: StepBuilder, signal: s.LegAnswered) -> None:
    monitor = _with_leg(m.call, signal.leg)
    others = [each.leg for each in monitor.legs if each.leg != signal.leg]
    m.emit(e.MonitorJoined(user_id=monitor.user_id, leg=signal.leg))
    m.issue(*(c.HangUpLeg(leg=leg) for leg in others))
    _apply(m, _with_leg(m.call, signal.leg))


def _with_leg(call: Call, leg: LegId) -> Monitor:
    return next(x for x in call.monitors if x.leg == leg or any(each.leg == leg for each in x.legs))


def _apply(m: StepBuilder, monitor: Monitor) -> None:
    if monitor.leg is None:
        return
    if monitor.mode == BARGE:
        m.together(monitor.leg)
        return
    if m.call.agent_leg is None:
        return
    bridge_id = m.call.monitor_bridge(monitor)
    m.issue(
        c.ConnectLegs(bridge_id=bridge_id, legs=(monitor.leg,)),
        c.SnoopLeg(
            leg=m.call.agent_leg,
            snoop_leg=snoop_leg(m.call, monitor),
            bridge_id=bridge_id,
            call_id=m.call.id,
            tenant_id=m.call.tenant_id,
            whisper=monitor.mode == "whisper",
        ),
    )


def snoop_leg(call: Call, monitor: Monitor) -> LegId:
    """One listening channel for each agent's leg and change of mode."""
    return LegId(f"snp-{monitor.offer_id}-{monitor.count}-{(call.agent_leg or '')[-6:]}")


def _undo(m: StepBuilder, monitor: Monitor) -> None:
    assert monitor.leg is not None
    if monitor.mode == BARGE:
        m.part(monitor.leg)
        return
    bridge_id = m.call.monitor_bridge(monitor)
    m.issue(
        c.HangUpLeg(leg=snoop_leg(m.call, monitor)),
        c.PartLeg(bridge_id=bridge_id, leg=monitor.leg),
        c.DropBridge(bridge_id=bridge_id),
    )


def hear_again(m: StepBuilder) -> None:
    """The agent has another leg now: what listened to the old one ended with it."""
    for monitor in m.call.monitors:
        if monitor.mode != BARGE:
            _apply(m, monitor)


def hear_anew(m: StepBuilder) -> None:
    """After a restart, which may have come before any of it was done."""
    for monitor in m.call.monitors:
        _apply(m, monitor)


def left(m: StepBuilder, signal: s.LegEnded) -> None:
    _stop(m, _with_leg(m.call, signal.leg), gone=signal.leg)


def end_requested(m: StepBuilder, signal: s.MonitorEndRequested) -> None:
    monitor = _of(m.call, signal)
    assert monitor is not None, "the kind exists only for who hears the call"
    _stop(m, monitor)


def _stop(m: StepBuilder, monitor: Monitor, gone: LegId | None = None) -> None:
    m.emit(e.MonitorStopped(user_id=monitor.user_id))
    if monitor.mode != BARGE and monitor.leg is not None:
        m.issue(c.HangUpLeg(leg=snoop_leg(m.call, monitor)))
    legs = [monitor.leg, *(each.leg for each in monitor.legs)]
    m.issue(*(c.HangUpLeg(leg=leg) for leg in legs if leg is not None and leg != gone))
    m.issue(c.DropBridge(bridge_id=m.call.monitor_bridge(monitor)))


def stop_all(m: StepBuilder) -> None:
    for monitor in m.call.monitors:
        _stop(m, monitor)


def take_over(m: StepBuilder, signal: s.TakeOverRequested) -> None:
    """The supervisor becomes the agent, also for a consult party; the agent has its wrap-up.

    Only once the supervisor's own phone is up.
    """
    monitor = _of(m.call, signal)
    assert monitor is not None, "the kind exists only for who hears the call"
    if monitor.leg is None or monitor.device_id is None:
        return
    _undo(m, monitor)
    old_leg, reattach = m.call.agent_leg, m.call.reattach
    m.release_agent()
    for other in m.call.monitors:
        if other.user_id != signal.user_id:
            _stop(m, other)
    m.emit(
        e.CallTakenOver(
            agent_id=m.agent,
            user_id=signal.user_id,
            offer_id=monitor.offer_id,
            leg=monitor.leg,
            device_id=monitor.device_id,
            reason=signal.reason,
        )
    )
    m.issue(c.AgentTaken(agent_id=signal.user_id, offer_id=monitor.offer_id, own=True), c.StopMusic(leg=m.caller))
    in_conference = m.call.state is CallState.CONFERENCE and m.call.consult_party is not None
    m.together(m.caller, monitor.leg, m.call.consult_party.leg if in_conference and m.call.consult_party else None)
    m.issue(*(c.HangUpLeg(leg=leg) for leg in (old_leg, reattach.leg if reattach else None) if leg is not None))
    if reattach is not None:
        m.issue(c.StopTimer(name=reattach_timer(reattach.leg)))
