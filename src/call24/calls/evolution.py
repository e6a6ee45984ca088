"""What each event changes in a call: ``begin`` opens it, ``evolve`` is the call after one more event. Pure.

A call is rebuilt after a restart by these alone, so nothing that matters may change without an event.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from call24.calls import events as e
from call24.calls.evolution_parties import NO_AGENT, Changes, consult_party, mobile, monitors, rings, without
from call24.calls.model import (
    Call,
    CallState,
    ConsultParty,
    Dial,
    Direction,
    Joining,
    Offer,
    OfferLeg,
    OfferOutcome,
    RecordingState,
)
from call24.kit.ids import TenantId

_replace = msgspec.structs.replace
AT_ONCE = timedelta(seconds=1)


def begin(tenant_id: TenantId, event: e.Beginning, at: datetime) -> Call:
    """The call that a beginning opens."""
    call = Call(id=event.call_id, tenant_id=tenant_id, rules=event.rules, arrived_at=at, last_at=at)
    return evolve(call, event, at)


def evolve(call: Call, event: e.AnyCallEvent, at: datetime) -> Call:
    """The call after ``event``, which happened at ``at``."""
    parts = _part_of.get(type(event), _PARTS)
    for part in parts:
        changes = part(call, event, at)
        if changes is not None:
            if parts is _PARTS:
                _part_of[type(event)] = (part,)
            return _replace(call, last_at=at, **changes)
    raise TypeError(f"nobody says what {type(event).__name__} changes")


def _beginning(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.CallArrived():
            return {
                "state": CallState.FLOW,
                "number_id": event.number_id,
                "contact_id": event.contact_id,
                "reachable": event.reachable,
                "caller_leg": event.leg,
                "flow": event.flow,
                "not_recorded": event.not_recorded,
            }
        case e.CallPlaced():
            return {
                "state": CallState.WAITING,
                "direction": event.direction,
                "number_id": event.number_id,
                "contact_id": event.contact_id,
                "queue": event.queue,
                "queue_id": event.queue.queue_id if event.queue else None,
                "consult_party": ConsultParty(agent_id=event.colleague_id) if event.colleague_id else None,
                "not_recorded": event.not_recorded,
            }
        case e.CallbackPromised():
            return {
                "state": CallState.WAITING,
                "direction": Direction.CALLBACK,
                "number_id": event.number_id,
                "contact_id": event.contact_id,
                "origin_call_id": event.origin_call_id,
                "queue": event.queue,
                "queue_id": event.queue.queue_id,
                "queued_at": event.since,
                "priority": event.priority,
                "skills": event.skills,
                "not_recorded": event.not_recorded,
            }
    return None


def _flow(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.FlowStarted():
            return {"flow": event.flow}
        case e.NodeEntered():
            return {
                **_went_on(call, at),
                "state": CallState.FLOW,
                "node_id": event.node_id,
                "steps": call.steps + 1,
                "tries": 0,
                "wait": None,
                "joining": None,
                "priority": call.priority if event.priority is None else event.priority,
                "skills": (*call.skills, *(need for need in event.skills if need not in call.skills)),
            }
        case e.MenuFailed():
            return {"steps": call.steps + 1, "tries": call.tries + 1}
        case e.MenuAnswered(answer=answer):
            return {"hasty": 0} if len(answer) == 1 else {}
        case e.TaskRequested():
            return {}
        case e.CallbackAccepted():
            return {"callback_due": event.queue_id}
        case e.RecordingAnnounced():
            changes: Changes = {"announced": True, "steps": call.steps + 1}
            if event.queue_id is not None:
                joining = Joining(queue_id=event.queue_id, exits=event.exits)
                changes |= {"state": CallState.FLOW, "joining": joining, "wait": None}
            return changes
        case e.CallClosing():
            return {"state": CallState.CLOSING, "steps": call.steps + 1, "wait": None}
        case e.SentToVoicemail():
            prompted: Changes = {"steps": call.steps + 1, "message_prompt": event.prompt}
            return prompted | {"state": CallState.VOICEMAIL, "wait": None}
        case e.MessageStarted():
            return {"message_id": event.recording_id}
    return None


def _ringing(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.CallQueued():
            changes: Changes = {
                **_went_on(call, at),
                "state": CallState.WAITING,
                "wait": event.wait,
                "joining": None,
                "steps": call.steps + 1,
                "queued_at": event.wait.since,
                "joined_at": at,
                "tried": (),
            }
            if event.queue is not None:
                changes |= {"queue": event.queue, "queue_id": event.queue_id}
                changes |= {"priority": event.priority}
            return changes
        case e.QueueLeft():
            return {}
        case e.CallOffered():
            offer = Offer(offer_id=event.offer_id, agent_id=event.agent_id, legs=event.legs, dials_mobile=event.mobile)
            return {"state": CallState.OFFERED, "offers": (*call.offers, offer)}
        case e.OfferRinging():
            return {"offers": tuple(rings(x) if x.offer_id == event.offer_id else x for x in call.offers)}
        case e.OfferLegLost():
            return {"offers": tuple(without(offer, event.leg) for offer in call.offers)}
        case e.OfferEnded():
            offers = tuple(offer for offer in call.offers if offer.offer_id != event.offer_id)
            state = CallState.WAITING if not offers and call.state is CallState.OFFERED else call.state
            # Whose phone could not be rung has not heard of the call.
            heard = event.outcome is not OfferOutcome.UNREACHABLE
            tried = (*call.tried, event.agent_id) if heard else call.tried
            return {"state": state, "offers": offers, "tried": tried}
    return None


def _went_on(call: Call, at: datetime) -> Changes:
    """To a node or into a line: at once after the last time, or after something took its time."""
    at_once = call.moved_at is not None and at - call.moved_at < AT_ONCE
    return {"moved_at": at, "hasty": call.hasty + 1 if at_once else 0}


def _dialling(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.AgentReady():
            return {
                "state": CallState.DIALLING,
                "offers": (),
                "agent_id": event.agent_id,
                "agent_leg": event.leg,
                "device_id": event.device_id,
                "offer_id": event.offer_id,
            }
        case e.OutsideDialled():
            return _dialled(call, event)
        case e.OutsideRinging():
            return {}
        case e.OutsideFailed():
            if (
                call.consult_party is not None
                and call.consult_party.dial is not None
                and call.consult_party.dial.leg == event.leg
            ):
                return {"consult_party": _replace(call.consult_party, dial=None)}
            return {"dial": None}
        case e.CustomerAnswered():
            return {"caller_leg": event.leg, "dial": None}
        case e.CallForwarded():
            contact_id = call.dial.contact_id if call.dial else None
            return {
                "state": CallState.FORWARDED,
                "dial": None,
                "consult_party": ConsultParty(leg=event.leg, contact_id=contact_id),
            }
        case e.CallbackTried():
            return {
                **NO_AGENT,
                "state": CallState.WAITING,
                "dial": None,
                "caller_leg": None,
                "attempts": call.attempts + (0 if event.reached else 1),
                "not_before": event.not_before,
                # An agent who left before the customer was there is not the next one to be asked.
                "tried": (*call.tried, event.agent_id) if event.reached else (),
                "monitors": (),
                "reattach": None,
            }
    return None


def _dialled(call: Call, event: e.OutsideDialled) -> Changes:
    dial = Dial(
        leg=event.leg,
        trunk_id=event.trunk_id,
        left=event.left,
        contact_id=event.contact_id,
        node_id=event.node_id,
        user_id=event.user_id,
        ring_s=event.ring_s,
        if_not=event.if_not,
    )
    changes: Changes = {"dials": call.dials + 1}
    match event.purpose:
        case "third":
            party = call.consult_party or ConsultParty()
            return changes | {"consult_party": _replace(party, dial=dial, contact_id=event.contact_id)}
        case "forward":
            return changes | {"state": CallState.FORWARDING, "dial": dial, "wait": None}
    return changes | {"dial": dial}


def _talking(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.CallConnected():
            recording = call.recording if event.recording_id is None else RecordingState.ON
            return {
                "state": CallState.CONNECTED,
                "offers": (),
                "wait": None,
                "offer_id": event.offer_id,
                "agent_id": event.agent_id,
                "agent_leg": event.leg,
                "device_id": event.device_id,
                "connected_at": call.connected_at or at,
                "recording_id": event.recording_id or call.recording_id,
                "recording": recording if call.recording is RecordingState.OFF else call.recording,
            }
        case e.CallHeld():
            return {"state": CallState.HELD}
        case e.CallResumed():
            return {"state": CallState.CONNECTED}
        case e.AgentMuted() | e.AgentUnmuted():
            return {"muted": isinstance(event, e.AgentMuted)}
        case e.ReattachStarted():
            return {"reattach": OfferLeg(leg=event.leg, device_id=event.device_id)}
        case e.ReattachFailed():
            return {"reattach": None}
        case e.AgentLegLost():
            return {"agent_leg": None}
        case e.AgentReattached():
            return {"agent_leg": event.leg, "device_id": event.device_id, "reattach": None}
    return None


def _recording(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.RecordingStarted():
            return {"recording_id": event.recording_id, "recording": RecordingState.ON, "recording_trouble": None}
        case e.RecordingFailed(what=what):
            state = RecordingState.OFF if what == "start" else RecordingState.ON
            return {"recording": state, "recording_trouble": what}
        case e.RecordingDeclined():
            return {"not_recorded": event.reason}
        case e.RecordingPaused():
            return {"recording": RecordingState.PAUSED, "recording_trouble": None}
        case e.RecordingResumed():
            return {"recording": RecordingState.ON}
        case e.RecordingStopped(by=by, recorded=recorded):
            stopped: Changes = {"recording": RecordingState.OFF, "recording_trouble": None, "recording_stopped": by}
            return stopped | ({"recording_id": None} if recorded == "delete" else {})
    return None


def _ending(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    if not isinstance(event, e.CallEnded):
        return None
    gone: Changes = {"offers": (), "reattach": None, "dial": None, "consult_party": None, "monitors": ()}
    return gone | {"state": CallState.ENDED}


_Part = Callable[[Call, e.AnyCallEvent, datetime], Changes | None]
_PARTS: tuple[_Part, ...] = (
    _beginning,
    _flow,
    _ringing,
    mobile,
    _dialling,
    _talking,
    _recording,
    consult_party,
    monitors,
    _ending,
)
_part_of: dict[type[e.AnyCallEvent], tuple[_Part, ...]] = {}
"""Which of them answers to events of a class, once that is known: one does, whatever the call."""
