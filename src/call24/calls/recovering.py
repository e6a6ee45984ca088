"""A call is taken over after a restart: what should be going on in its state is made so again.

The legs that are missing were reported as ended before this; every command here is one that may have been done already.
"""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import mobile, timers
from call24.calls import signals as s
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
from call24.calls.step import NORMAL, StepBuilder, prompt_id
from call24.calls.timers import dial_timer, menu_timer, offer_timer
from call24.calls.voicemail import record_message, voicemail
from call24.calls.withdrawal import stay_stopped


def in_flow(m: StepBuilder, signal: s.Recovered) -> None:
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


def waiting(m: StepBuilder, signal: s.Recovered) -> None:
    if m.call.caller_leg is not None:
        _customer(m)
        _rest_of_wait(m)
        m.issue(request(m))
        m.music()
    elif m.call.direction is Direction.CALLBACK:
        wait_in_line(m)
    else:
        end(m, EndedBy.SYSTEM, NORMAL, reason="own_phone")


def _customer(m: StepBuilder) -> None:
    """The customer is there without an agent; what records the call still does, or is silent."""
    take_customer(m)
    _recording(m)


def _rest_of_wait(m: StepBuilder) -> None:
    if m.call.wait is not None:
        m.issue(c.StartTimer(name=timers.MAX_WAIT, seconds=max(0.0, left_of_wait(m).total_seconds())))
        place_later(m)


def offered(m: StepBuilder, signal: s.Recovered) -> None:
    """The phones ring on; give the agents what is surely left of the time, and look again at who is up."""
    if m.call.caller_leg is not None:
        _customer(m)
    for offer in m.call.offers:
        m.issue(*(ring(m.call, offer.offer_id, each) for each in offer.legs if each.leg in signal.unrung))
        m.issue(c.StartTimer(name=offer_timer(offer.offer_id), seconds=offer_s(m.call)))
        mobile.recovered(m, offer)
    if m.call.caller_leg is not None:
        _rest_of_wait(m)
        m.music()


def dialling(m: StepBuilder, signal: s.Recovered) -> None:
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


def _agent_taken(m: StepBuilder) -> None:
    assert m.call.agent_id is not None and m.call.offer_id is not None, "the table calls this only with an agent"
    m.issue(c.AgentTaken(agent_id=m.call.agent_id, offer_id=m.call.offer_id))
    await_reattach(m)


def connected(m: StepBuilder, signal: s.Recovered) -> None:
    _agent_taken(m)
    m.issue(c.StopMusic(leg=m.caller))
    _recording(m)
    m.together(m.caller, m.call.agent_leg)
    _held_consult_party(m)
    _agent_heard(m)
    m.issue(c.CustomerReached())


def held(m: StepBuilder, signal: s.Recovered) -> None:
    """The agent alone in the bridge, the customer outside with music."""
    _agent_taken(m)
    _recording(m)
    m.together(m.call.agent_leg)
    m.part(m.caller)
    m.music()
    _held_consult_party(m)
    _agent_heard(m)


def _agent_heard(m: StepBuilder) -> None:
    """By others, unless it is muted; by supervisors who listen."""
    leg = m.call.agent_leg
    if leg is not None:
        m.issue(c.MuteLeg(leg=leg) if m.call.muted else c.UnmuteLeg(leg=leg))
    hear_anew(m)


def _held_consult_party(m: StepBuilder) -> None:
    """A consult party who waits while the agent talks to the customer."""
    party = m.call.consult_party
    if party is not None and party.leg is not None:
        _colleague_taken(m)
        m.part(party.leg)
        m.issue(c.StartMusic(leg=party.leg, music=m.rules.music))


def _colleague_taken(m: StepBuilder) -> None:
    party = m.call.consult_party
    if party is not None and party.agent_id is not None and party.offer_id is not None and party.leg is not None:
        m.issue(c.AgentTaken(agent_id=party.agent_id, offer_id=party.offer_id))


def consulting(m: StepBuilder, signal: s.Recovered) -> None:
    _agent_taken(m)
    if m.call.caller_leg is not None:
        _recording(m)
        m.part(m.caller)
        m.music()
    party = m.call.consult_party
    if party is None:
        return
    if party.leg is not None:
        _colleague_taken(m)
        m.issue(c.StopMusic(leg=party.leg))
        m.together(m.call.agent_leg, party.leg)
    else:
        _ring_consult_party(m, party, signal)
    _agent_heard(m)


def _ring_consult_party(m: StepBuilder, party: ConsultParty, signal: s.Recovered) -> None:
    if m.call.agent_leg is not None:
        m.part(m.call.agent_leg)
        m.issue(c.StartTone(leg=m.call.agent_leg))
    if party.offer is not None:
        ring_colleague(m, [each for each in party.offer.legs if each.leg in signal.unrung])
    elif party.dial is not None:
        m.issue(c.StartTimer(name=dial_timer(party.dial.leg), seconds=party.dial.ring_s + GRACE_S))
    elif party.agent_id is not None:
        m.issue(c.ReserveAgent(agent_id=party.agent_id))


def conference(m: StepBuilder, signal: s.Recovered) -> None:
    _agent_taken(m)
    _colleague_taken(m)
    party = m.call.consult_party.leg if m.call.consult_party else None
    m.issue(*(c.StopMusic(leg=leg) for leg in (m.caller, party) if leg is not None))
    _recording(m)
    m.together(m.caller, m.call.agent_leg, party)
    _agent_heard(m)


def _recording(m: StepBuilder) -> None:
    if m.call.recording_stopped is not None:
        stay_stopped(m)
    elif m.call.recording_id is not None:
        m.issue(c.RecordLeg(leg=m.caller, recording_id=m.call.recording_id, tenant_id=m.call.tenant_id))
        _silence(m)


def _silence(m: StepBuilder) -> None:
    assert m.call.recording_id is not None, "the call is recorded"
    if m.call.recording is not RecordingState.PAUSED:
        m.issue(c.ResumeRecording(leg=m.caller, recording_id=m.call.recording_id))
        return
    m.issue(c.PauseRecording(leg=m.caller, recording_id=m.call.recording_id))
    if m.rules.auto_resume_s > 0 and m.rules.record != "never":
        m.issue(c.StartTimer(name=timers.AUTO_RESUME, seconds=m.rules.auto_resume_s))


def forwarding(m: StepBuilder, signal: s.Recovered) -> None:
    _customer(m)
    m.music()
    if m.call.dial is not None:
        m.issue(c.StartTimer(name=dial_timer(m.call.dial.leg), seconds=m.call.dial.ring_s + GRACE_S))


def forwarded(m: StepBuilder, signal: s.Recovered) -> None:
    m.issue(c.StopMusic(leg=m.caller))
    _recording(m)
    m.together(m.caller, m.call.consult_party.leg if m.call.consult_party else None)


def closing(m: StepBuilder, signal: s.Recovered) -> None:
    promise_callback(m)
    end(m, EndedBy.SYSTEM, NORMAL)


def in_voicemail(m: StepBuilder, signal: s.Recovered) -> None:
    _customer(m)
    m.issue(c.StopMusic(leg=m.caller))
    if m.call.message_id is None:
        m.play(m.call.message_prompt or "voicemail")
    else:
        record_message(m)
