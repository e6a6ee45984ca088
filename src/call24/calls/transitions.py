"""What each cell of the call's state table does: a call and a signal in, events and commands out. Pure.

machine.py has the table and says which of these is called when; none of them is called in any other state.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import model as m
from call24.calls import signals as s
from call24.calls.kinds import greeting_id, offer_timer, voicemail_id
from call24.calls.model import Call, CallState, EndedBy, Offer, OfferOutcome
from call24.kit.ids import LegId, RecordingId

# Q.850
NORMAL, NO_ANSWER, ELSEWHERE = 16, 19, 26

Outcome = tuple[list[e.AnyCallEvent], list[c.AnyCommand]]


# --- arriving and waiting ---


def greet(call: Call, signal: s.CallerArrived) -> Outcome:
    commands = _take_caller(call)
    if call.rules.greeting is None:
        return _join_queue(call, signal.at, commands)
    greeting = c.PlaySound(leg=call.caller_leg, playback_id=greeting_id(call), sound=call.rules.greeting)
    return [], [*commands, greeting]


def _take_caller(call: Call) -> list[c.AnyCommand]:
    take = c.TakeLeg(leg=call.caller_leg, call_id=call.id, tenant_id=call.tenant_id)
    return [take, c.AnswerLeg(leg=call.caller_leg)]


def after_greeting(call: Call, signal: s.SoundEnded) -> Outcome:
    return _join_queue(call, signal.at, [])


def _join_queue(call: Call, at: datetime, before: list[c.AnyCommand]) -> Outcome:
    # The desk is told first: it looks for an agent while the leg is answered and the music started.
    commands: list[c.AnyCommand] = [
        c.RequestAgent(queue_id=call.queue_id, since=at),
        *before,
        c.StartTimer(name="max_wait", seconds=call.rules.max_wait_s),
        c.StartMusic(leg=call.caller_leg),
    ]
    return [e.CallQueued(queue_id=call.queue_id)], commands


def to_voicemail(call: Call, signal: s.Signal) -> Outcome:
    reason = "nobody_there" if isinstance(signal, s.NobodyThere) else "max_wait"
    return _voicemail(call, reason)


def _voicemail(call: Call, reason: str) -> Outcome:
    leaving: list[c.AnyCommand] = [
        c.StopTimer(name="max_wait"),
        c.LeaveQueue(queue_id=call.queue_id),
        c.StopMusic(leg=call.caller_leg),
    ]
    if not call.rules.voicemail:
        ended, hang_up = _end(call, EndedBy.SYSTEM, NORMAL)
        return ended, [*leaving, *hang_up]
    return [e.SentToVoicemail(reason=reason)], [*leaving, _message_prompt(call)]


def _message_prompt(call: Call) -> c.PlaySound:
    return c.PlaySound(leg=call.caller_leg, playback_id=voicemail_id(call), sound="voicemail")


def take_message(call: Call, signal: s.SoundEnded) -> Outcome:
    if call.message_id is not None:
        return [], []
    message_id = RecordingId(f"rec_{call.id.removeprefix('call_')}m")
    return [e.MessageStarted(recording_id=message_id)], [_record_message(call, message_id)]


def _record_message(call: Call, message_id: RecordingId) -> c.RecordMessage:
    return c.RecordMessage(
        leg=call.caller_leg,
        recording_id=message_id,
        tenant_id=call.tenant_id,
        max_s=call.rules.message_max_s,
        silence_s=call.rules.message_silence_s,
    )


def message_done(call: Call, signal: s.MessageEnded) -> Outcome:
    return _end(call, EndedBy.SYSTEM, NORMAL)


# --- ringing an agent ---


def offer_agent(call: Call, signal: s.AgentChosen) -> Outcome:
    event = e.CallOffered(
        offer_id=signal.offer_id,
        agent_id=signal.agent_id,
        legs=tuple(m.OfferLeg(leg=leg.leg, device_id=leg.device_id) for leg in signal.legs),
        candidates=tuple(
            m.OfferCandidate(agent_id=x.agent_id, chosen=x.chosen, reason=x.reason, idle_s=x.idle_s)
            for x in signal.candidates
        ),
    )
    if not signal.legs:
        ended = e.OfferEnded(offer_id=event.offer_id, agent_id=event.agent_id, outcome=OfferOutcome.UNREACHABLE)
        return [event, ended], _back_in_queue(call, event.agent_id, event.offer_id, ended.outcome)
    offer = Offer(offer_id=event.offer_id, agent_id=event.agent_id, legs=event.legs)
    rings = [_ring(call, leg, signal) for leg in signal.legs]
    return [event], [*rings, c.StartTimer(name=offer_timer(offer), seconds=call.rules.offer_s)]


def _ring(call: Call, leg: s.OfferedLeg, signal: s.AgentChosen) -> c.RingAgent:
    # Asterisk's own limit lies behind ours: the timer decides, and it also ends a phone that Asterisk forgot.
    return c.RingAgent(
        leg=leg.leg,
        device_id=leg.device_id,
        call_id=call.id,
        tenant_id=call.tenant_id,
        offer_id=signal.offer_id,
        ring_s=call.rules.offer_s + 5,
    )


def ringing(call: Call, signal: s.LegRinging) -> Outcome:
    offer = _running_offer(call)
    return ([] if offer.ringing else [e.OfferRinging(offer_id=offer.offer_id, leg=signal.leg)]), []


def agent_refused(call: Call, signal: s.LegEnded) -> Outcome:
    return _end_offer(call, OfferOutcome.DECLINED, signal.at, gone=signal.leg)


def declined(call: Call, signal: s.DeclineRequested) -> Outcome:
    return _end_offer(call, OfferOutcome.DECLINED, signal.at)


def offer_expired(call: Call, signal: s.TimerFired) -> Outcome:
    return _end_offer(call, OfferOutcome.RING_NO_ANSWER, signal.at)


def agent_lost(call: Call, signal: s.LegEnded) -> Outcome:
    offer = _running_offer(call)
    if len(offer.legs) > 1:
        return [e.OfferLegLost(offer_id=offer.offer_id, leg=signal.leg)], []
    # Found missing (0) after it had rung: the phone was there, and gave up while we were away.
    rang = signal.cause == NO_ANSWER or (signal.cause == 0 and offer.ringing)
    outcome = OfferOutcome.RING_NO_ANSWER if rang else OfferOutcome.UNREACHABLE
    return _end_offer(call, outcome, signal.at, gone=signal.leg)


def _end_offer(call: Call, outcome: OfferOutcome, at: datetime, gone: LegId | None = None) -> Outcome:
    """This agent is out; the caller keeps its place, or leaves the queue if its time is up."""
    offer = _running_offer(call)
    ended = e.OfferEnded(offer_id=offer.offer_id, agent_id=offer.agent_id, outcome=outcome)
    stop = _stop_ringing(offer, gone, NORMAL)
    if call.queued_at is not None and at - call.queued_at >= timedelta(seconds=call.rules.max_wait_s):
        events, commands = _voicemail(call, "max_wait")
        return [ended, *events], [*stop, _release(offer, outcome), *commands]
    return [ended], [*stop, *_back_in_queue(call, offer.agent_id, offer.offer_id, outcome)]


def _back_in_queue(call: Call, agent_id: Any, offer_id: Any, outcome: OfferOutcome) -> list[c.AnyCommand]:
    again = c.RequestAgent(queue_id=call.queue_id, since=call.queued_at or call.last_at, tried=(*call.tried, agent_id))
    return [c.ReleaseAgent(agent_id=agent_id, offer_id=offer_id, outcome=outcome), again]


def _stop_ringing(offer: Offer, gone: LegId | None, cause: int) -> list[c.AnyCommand]:
    hang_ups: Iterable[c.AnyCommand] = (c.HangUpLeg(leg=leg.leg, cause=cause) for leg in offer.legs if leg.leg != gone)
    return [c.StopTimer(name=offer_timer(offer)), *hang_ups]


def _release(offer: Offer, outcome: OfferOutcome) -> c.ReleaseAgent:
    return c.ReleaseAgent(agent_id=offer.agent_id, offer_id=offer.offer_id, outcome=outcome)


def not_wanted(call: Call, signal: s.AgentChosen) -> Outcome:
    """The desk chose while the call was already leaving the queue: give the agent back at once."""
    give_back = c.ReleaseAgent(agent_id=signal.agent_id, offer_id=signal.offer_id, outcome=OfferOutcome.WITHDRAWN)
    return [], [give_back]


# --- talking ---


def connect(call: Call, signal: s.LegAnswered) -> Outcome:
    """The first device that answers gets the caller; the agent's others stop ringing at once."""
    offer = _running_offer(call)
    device_id = next(leg.device_id for leg in offer.legs if leg.leg == signal.leg)
    recording_id = RecordingId(f"rec_{call.id.removeprefix('call_')}") if call.rules.record else None
    event = e.CallConnected(
        offer_id=offer.offer_id,
        agent_id=offer.agent_id,
        leg=signal.leg,
        device_id=device_id,
        recording_id=recording_id,
    )
    commands: list[c.AnyCommand] = [*_stop_ringing(offer, signal.leg, ELSEWHERE), c.StopTimer(name="max_wait")]
    commands += [c.AgentTaken(agent_id=offer.agent_id, offer_id=offer.offer_id), c.StopMusic(leg=call.caller_leg)]
    if recording_id is not None:
        commands.append(c.RecordLeg(leg=call.caller_leg, recording_id=recording_id, tenant_id=call.tenant_id))
    commands.append(c.ConnectLegs(bridge_id=call.bridge_id, legs=(call.caller_leg, signal.leg)))
    return [event], commands


def hold(call: Call, signal: s.HoldRequested) -> Outcome:
    part = c.PartLeg(bridge_id=call.bridge_id, leg=call.caller_leg)
    return [e.CallHeld(agent_id=signal.agent_id)], [part, c.StartMusic(leg=call.caller_leg)]


def resume(call: Call, signal: s.ResumeRequested) -> Outcome:
    commands: list[c.AnyCommand] = [c.StopMusic(leg=call.caller_leg), _join_legs(call)]
    return [e.CallResumed(agent_id=signal.agent_id)], commands


def _join_legs(call: Call) -> c.ConnectLegs:
    legs = (call.caller_leg,) if call.agent_leg is None else (call.caller_leg, call.agent_leg)
    return c.ConnectLegs(bridge_id=call.bridge_id, legs=legs)


def reattach(call: Call, signal: s.ReattachRequested) -> Outcome:
    if call.reattach is not None:
        previous: list[c.AnyCommand] = [c.HangUpLeg(leg=call.reattach.leg)]
    else:
        previous = []
    ring = c.RingAgent(
        leg=signal.leg,
        device_id=signal.device_id,
        call_id=call.id,
        tenant_id=call.tenant_id,
        offer_id=_offer_id(call),
        ring_s=15,
        auto_answer=True,
    )
    return [e.ReattachStarted(leg=signal.leg, device_id=signal.device_id)], [*previous, ring]


def reattached(call: Call, signal: s.LegAnswered) -> Outcome:
    """The new leg is up: swap. The caller stays where it is (in the bridge, or on hold)."""
    assert call.reattach is not None, "the kind exists only while a re-attach runs"
    event = e.AgentReattached(leg=signal.leg, device_id=call.reattach.device_id)
    swap: list[c.AnyCommand] = [c.ConnectLegs(bridge_id=call.bridge_id, legs=(signal.leg,))]
    if call.agent_leg is not None:
        swap.append(c.HangUpLeg(leg=call.agent_leg))
    return [event], swap


def reattach_failed(call: Call, signal: s.LegEnded) -> Outcome:
    """The agent may try again as long as its old leg is there; with neither leg the caller would talk to nobody."""
    failed = e.ReattachFailed(leg=signal.leg)
    if call.agent_leg is not None:
        return [failed], []
    events, commands = _end(call, EndedBy.SYSTEM, signal.cause)
    return [failed, *events], commands


# --- ending ---


def caller_left(call: Call, signal: s.LegEnded) -> Outcome:
    by = EndedBy.SYSTEM if signal.lost else EndedBy.CALLER
    return _end(call, by, signal.cause, found_missing=signal.cause == 0)


def caller_left_while_ringing(call: Call, signal: s.LegEnded) -> Outcome:
    offer = _running_offer(call)
    withdrawn = e.OfferEnded(offer_id=offer.offer_id, agent_id=offer.agent_id, outcome=OfferOutcome.WITHDRAWN)
    events, commands = caller_left(call, signal)
    stop = _stop_ringing(offer, None, NORMAL)
    return [withdrawn, *events], [*stop, _release(offer, OfferOutcome.WITHDRAWN), *commands]


def agent_left(call: Call, signal: s.LegEnded) -> Outcome:
    """The agent's phone ended the call. While a new leg of it is on its way, only the old one has gone."""
    if call.reattach is not None:
        return [e.AgentLegLost(leg=signal.leg)], []
    return _end(call, EndedBy.AGENT, signal.cause, found_missing=signal.cause == 0)


def hang_up_by_agent(call: Call, signal: s.HangUpRequested) -> Outcome:
    return _end(call, EndedBy.AGENT, NORMAL)


def _end(call: Call, by: EndedBy, cause: int, *, found_missing: bool = False) -> Outcome:
    commands: list[c.AnyCommand] = [c.HangUpLeg(leg=call.caller_leg)]
    if call.state in {CallState.WAITING, CallState.OFFERED}:
        commands += [c.StopTimer(name="max_wait"), c.LeaveQueue(queue_id=call.queue_id)]
    if call.agent_leg is not None:
        commands.append(c.HangUpLeg(leg=call.agent_leg))
    if call.agent_id is not None:
        commands.append(c.DropBridge(bridge_id=call.bridge_id))
        commands.append(c.ReleaseAgent(agent_id=call.agent_id, offer_id=_offer_id(call), outcome=OfferOutcome.TALKED))
    if call.reattach is not None:
        commands.append(c.HangUpLeg(leg=call.reattach.leg))
    return [e.CallEnded(ended_by=by, cause=cause, found_missing=found_missing)], commands


def hang_up_stray(call: Call, signal: s.LegAnswered) -> Outcome:
    """The classic race: a phone answers just after the caller left or another device won."""
    return [], [c.HangUpLeg(leg=signal.leg, cause=ELSEWHERE)]


# --- after a restart ---


def recover_greeting(call: Call, signal: s.Recovered) -> Outcome:
    return greet(call, s.CallerArrived(at=signal.at, leg=call.caller_leg))


def recover_waiting(call: Call, signal: s.Recovered) -> Outcome:
    request = c.RequestAgent(queue_id=call.queue_id, since=call.queued_at or call.last_at, tried=call.tried)
    return [], [*_take_caller(call), _rest_of_wait(call, signal.at), request, c.StartMusic(leg=call.caller_leg)]


def recover_offered(call: Call, signal: s.Recovered) -> Outcome:
    """The phones ring on; give the agent what is surely left of the time, and look again at who is up."""
    offer = _running_offer(call)
    rings = [
        c.RingAgent(
            leg=leg.leg,
            device_id=leg.device_id,
            call_id=call.id,
            tenant_id=call.tenant_id,
            offer_id=offer.offer_id,
            ring_s=call.rules.offer_s + 5,
        )
        for leg in offer.legs
        if leg.leg in signal.unrung
    ]
    timer = c.StartTimer(name=offer_timer(offer), seconds=call.rules.offer_s)
    music = c.StartMusic(leg=call.caller_leg)
    return [], [*_take_caller(call), *rings, timer, _rest_of_wait(call, signal.at), music]


def _rest_of_wait(call: Call, now: datetime) -> c.StartTimer:
    waited = (now - (call.queued_at or now)).total_seconds()
    return c.StartTimer(name="max_wait", seconds=max(0.0, call.rules.max_wait_s - waited))


def recover_connected(call: Call, signal: s.Recovered) -> Outcome:
    taken = c.AgentTaken(agent_id=_talker(call), offer_id=_offer_id(call))
    return [], [taken, c.StopMusic(leg=call.caller_leg), *_record_call(call), _join_legs(call)]


def recover_held(call: Call, signal: s.Recovered) -> Outcome:
    """The agent alone in the bridge, the caller outside with music."""
    taken = c.AgentTaken(agent_id=_talker(call), offer_id=_offer_id(call))
    commands: list[c.AnyCommand] = [taken, *_record_call(call)]
    if call.agent_leg is not None:
        commands.append(c.ConnectLegs(bridge_id=call.bridge_id, legs=(call.agent_leg,)))
    part = c.PartLeg(bridge_id=call.bridge_id, leg=call.caller_leg)
    return [], [*commands, part, c.StartMusic(leg=call.caller_leg)]


def _record_call(call: Call) -> list[c.AnyCommand]:
    if call.recording_id is None:
        return []
    return [c.RecordLeg(leg=call.caller_leg, recording_id=call.recording_id, tenant_id=call.tenant_id)]


def recover_voicemail(call: Call, signal: s.Recovered) -> Outcome:
    message = _message_prompt(call) if call.message_id is None else _record_message(call, call.message_id)
    return [], [*_take_caller(call), c.StopMusic(leg=call.caller_leg), message]


def _running_offer(call: Call) -> Offer:
    assert call.offer is not None, "the table calls this only in OFFERED"
    return call.offer


def _talker(call: Call) -> Any:
    assert call.agent_id is not None, "the table calls this only after an answer"
    return call.agent_id


def _offer_id(call: Call) -> Any:
    assert call.offer_id is not None, "the table calls this only after an answer"
    return call.offer_id
