"""A call is taken over after a restart: what should be going on in its state is made so again.

The legs that are missing were reported as ended before this; every command here is one that may have been done already.
"""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.consultation import ring_colleague
from call24.calls.conversation import await_reattach
from call24.calls.dialling import GRACE_S, wait_in_line
from call24.calls.ending import end, promise_callback
from call24.calls.flow import enter, take_customer
from call24.calls.model import ConsultParty, Direction, EndedBy, RecordingState
from call24.calls.monitoring import hear_anew
from call24.calls.offers import offer_s, ring
from call24.calls.queue_announcements import place_later
from call24.calls.queueing import announce, left_of_wait, request
from call24.calls.step import NORMAL, Moves, prompt_id
from call24.calls.timers import dial_timer, menu_timer, offer_timer
from call24.calls.voicemail import record_message, voicemail


def in_flow(m: Moves, signal: s.Recovered) -> None:
    """The prompt is said again from its beginning."""
    _customer(m)
    m.issue(
        c.StopSound(leg=m.caller, playback_id=prompt_id(m.call)),
        c.StopTimer(name=menu_timer(m.call)),
        c.StopMusic(leg=m.caller),
    )
    if m.call.joining is not None:
        announce(m, m.call.joining.queue_id, m.call.joining.exits)
    elif m.call.node_id is not None:
        enter(m, m.call.node_id)
    else:
        flow = m.plan.flow(m.call.flow) if m.call.flow is not None else None
        if flow is None:
            voicemail(m, "no_flow")
        else:
            enter(m, flow.start)


def waiting(m: Moves, signal: s.Recovered) -> None:
    if m.call.caller_leg is not None:
        _customer(m)
        _rest_of_wait(m)
        m.issue(request(m))
        m.music()
    elif m.call.direction is Direction.CALLBACK:
        wait_in_line(m)
    else:
        end(m, EndedBy.SYSTEM, NORMAL, reason="own_phone")


def _customer(m: Moves) -> None:
    """The customer is there without an agent; what records the call still does, or is silent."""
    take_customer(m)
    _recording(m)


def _rest_of_wait(m: Moves) -> None:
    if m.call.wait is not None:
        m.issue(c.StartTimer(name=timers.MAX_WAIT, seconds=max(0.0, left_of_wait(m).total_seconds())))
        place_later(m)


def offered(m: Moves, signal: s.Recovered) -> None:
    """The phones ring on; give the agents what is surely left of the time, and look again at who is up."""
    if m.call.caller_leg is not None:
        _customer(m)
    for offer in m.call.offers:
        m.issue(*(ring(m.call, offer.offer_id, each) for each in offer.legs if each.leg in signal.unrung))
        m.issue(c.StartTimer(name=offer_timer(offer.offer_id), seconds=offer_s(m.call)))
    if m.call.caller_leg is not None:
        _rest_of_wait(m)
        m.music()


def dialling(m: Moves, signal: s.Recovered) -> None:
    _agent_taken(m)
    if m.call.agent_leg is not None:
        m.issue(c.StartTone(leg=m.call.agent_leg))
    if m.call.dial is not None:
        m.issue(c.StartTimer(name=dial_timer(m.call.dial.leg), seconds=m.call.dial.ring_s + GRACE_S))
    elif m.call.caller_leg is not None:
        m.issue(c.StopSound(leg=m.caller, playback_id=prompt_id(m.call)))
        announce(m)
    else:
        end(m, EndedBy.SYSTEM, NORMAL, reason="failed")


def _agent_taken(m: Moves) -> None:
    assert m.call.agent_id is not None and m.call.offer_id is not None, "the table calls this only with an agent"
    m.issue(c.AgentTaken(agent_id=m.call.agent_id, offer_id=m.call.offer_id))
    await_reattach(m)


def connected(m: Moves, signal: s.Recovered) -> None:
    _agent_taken(m)
    m.issue(c.StopMusic(leg=m.caller))
    _recording(m)
    m.together(m.caller, m.call.agent_leg)
    _held_third(m)
    _agent_heard(m)
    m.issue(c.CustomerReached())


def held(m: Moves, signal: s.Recovered) -> None:
    """The agent alone in the bridge, the customer outside with music."""
    _agent_taken(m)
    _recording(m)
    m.together(m.call.agent_leg)
    m.part(m.caller)
    m.music()
    _held_third(m)
    _agent_heard(m)


def _agent_heard(m: Moves) -> None:
    """By others, unless it is muted; by supervisors who listen."""
    leg = m.call.agent_leg
    if leg is not None:
        m.issue(c.MuteLeg(leg=leg) if m.call.muted else c.UnmuteLeg(leg=leg))
    hear_anew(m)


def _held_third(m: Moves) -> None:
    """A third who waits while the agent talks to the customer."""
    third = m.call.third
    if third is not None and third.leg is not None:
        _colleague_taken(m)
        m.part(third.leg)
        m.issue(c.StartMusic(leg=third.leg, music=m.rules.music))


def _colleague_taken(m: Moves) -> None:
    third = m.call.third
    if third is not None and third.agent_id is not None and third.offer_id is not None and third.leg is not None:
        m.issue(c.AgentTaken(agent_id=third.agent_id, offer_id=third.offer_id))


def consulting(m: Moves, signal: s.Recovered) -> None:
    _agent_taken(m)
    if m.call.caller_leg is not None:
        _recording(m)
        m.part(m.caller)
        m.music()
    third = m.call.third
    if third is None:
        return
    if third.leg is not None:
        _colleague_taken(m)
        m.issue(c.StopMusic(leg=third.leg))
        m.together(m.call.agent_leg, third.leg)
    else:
        _ring_third(m, third, signal)
    _agent_heard(m)


def _ring_third(m: Moves, third: ConsultParty, signal: s.Recovered) -> None:
    if m.call.agent_leg is not None:
        m.part(m.call.agent_leg)
        m.issue(c.StartTone(leg=m.call.agent_leg))
    if third.offer is not None:
        ring_colleague(m, [each for each in third.offer.legs if each.leg in signal.unrung])
    elif third.dial is not None:
        m.issue(c.StartTimer(name=dial_timer(third.dial.leg), seconds=third.dial.ring_s + GRACE_S))
    elif third.agent_id is not None:
        m.issue(c.ReserveAgent(agent_id=third.agent_id))


def conference(m: Moves, signal: s.Recovered) -> None:
    _agent_taken(m)
    _colleague_taken(m)
    third = m.call.third.leg if m.call.third else None
    m.issue(*(c.StopMusic(leg=leg) for leg in (m.caller, third) if leg is not None))
    _recording(m)
    m.together(m.caller, m.call.agent_leg, third)
    _agent_heard(m)


def _recording(m: Moves) -> None:
    if m.call.recording_id is not None:
        m.issue(c.RecordLeg(leg=m.caller, recording_id=m.call.recording_id, tenant_id=m.call.tenant_id))
        _silence(m)


def _silence(m: Moves) -> None:
    assert m.call.recording_id is not None, "the call is recorded"
    if m.call.recording is not RecordingState.PAUSED:
        m.issue(c.ResumeRecording(leg=m.caller, recording_id=m.call.recording_id))
        return
    m.issue(c.PauseRecording(leg=m.caller, recording_id=m.call.recording_id))
    if m.rules.auto_resume_s > 0 and m.rules.record != "never":
        m.issue(c.StartTimer(name=timers.AUTO_RESUME, seconds=m.rules.auto_resume_s))


def forwarding(m: Moves, signal: s.Recovered) -> None:
    _customer(m)
    m.music()
    if m.call.dial is not None:
        m.issue(c.StartTimer(name=dial_timer(m.call.dial.leg), seconds=m.call.dial.ring_s + GRACE_S))


def forwarded(m: Moves, signal: s.Recovered) -> None:
    m.issue(c.StopMusic(leg=m.caller))
    _recording(m)
    m.together(m.caller, m.call.third.leg if m.call.third else None)


def closing(m: Moves, signal: s.Recovered) -> None:
    promise_callback(m)
    end(m, EndedBy.SYSTEM, NORMAL)


def in_voicemail(m: Moves, signal: s.Recovered) -> None:
    _customer(m)
    m.issue(c.StopMusic(leg=m.caller))
    if m.call.message_id is None:
        m.play(m.call.message_prompt or "voicemail")
    else:
        record_message(m)
