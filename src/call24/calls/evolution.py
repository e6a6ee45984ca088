"""What each event changes in a call: ``begin`` opens it, ``evolve`` is the call after one more event. Pure.

A call is rebuilt after a restart by these alone, so nothing that matters may change without an event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.calls import events as e
from call24.calls.model import (
    Call,
    CallState,
    ConsultParty,
    Dial,
    Direction,
    Joining,
    Monitor,
    Offer,
    OfferLeg,
    OfferOutcome,
    RecordingState,
)
from call24.kit.ids import LegId, TenantId

Changes = dict[str, Any]
_replace = msgspec.structs.replace
AT_ONCE = timedelta(seconds=1)
_NO_AGENT: Changes = {"agent_id": None, "agent_leg": None, "device_id": None, "offer_id": None, "muted": False}


def begin(tenant_id: TenantId, event: e.Beginning, at: datetime) -> Call:
    """The call that a beginning opens."""
    call = Call(id=event.call_id, tenant_id=tenant_id, rules=event.rules, arrived_at=at, last_at=at)
    return evolve(call, event, at)


def evolve(call: Call, event: e.AnyCallEvent, at: datetime) -> Call:
    """The call after ``event``, which happened at ``at``."""
    for part in (_beginning, _flow, _ringing, _dialling, _talking, _recording, _consult_party, _monitors, _ending):
        changes = part(call, event, at)
        if changes is not None:
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
            offer = Offer(offer_id=event.offer_id, agent_id=event.agent_id, legs=event.legs)
            return {"state": CallState.OFFERED, "offers": (*call.offers, offer)}
        case e.OfferRinging():
            return {"offers": tuple(_rings(x) if x.offer_id == event.offer_id else x for x in call.offers)}
        case e.OfferLegLost():
            return {"offers": tuple(_without(offer, event.leg) for offer in call.offers)}
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


def _rings(offer: Offer) -> Offer:
    return _replace(offer, ringing=True)


def _without(offer: Offer, leg: LegId) -> Offer:
    return _replace(offer, legs=tuple(each for each in offer.legs if each.leg != leg))


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
                **_NO_AGENT,
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
        case e.RecordingPaused():
            return {"recording": RecordingState.PAUSED, "recording_trouble": None}
        case e.RecordingResumed():
            return {"recording": RecordingState.ON}
    return None


def _consult_party(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    party = call.consult_party or ConsultParty()
    match event:
        case e.CallTransferred():
            return _transferred(call, event, at)
        case e.ConsultStarted():
            party = ConsultParty(agent_id=event.colleague_id, contact_id=event.contact_id)
            return {"state": CallState.CONSULTING, "consult_party": party}
        case e.ConsultRung():
            offer = Offer(offer_id=event.offer_id, agent_id=event.colleague_id, legs=event.legs)
            return {"consult_party": _replace(party, agent_id=event.colleague_id, offer=offer)}
        case e.ConsultRinging():
            return {"consult_party": _replace(party, offer=_rings(party.offer) if party.offer else None)}
        case e.ConsultLegLost():
            return {"consult_party": _replace(party, offer=_without(party.offer, event.leg) if party.offer else None)}
        case e.ConsultAnswered():
            offer_id = party.offer.offer_id if party.offer else None
            answered = ConsultParty(
                agent_id=event.colleague_id,
                offer_id=offer_id,
                device_id=event.device_id,
                contact_id=party.contact_id,
                leg=event.leg,
            )
            return {"consult_party": answered}
        case e.ConsultSwapped():
            return {"state": CallState.CONSULTING if event.to == "third" else CallState.CONNECTED}
        case e.ConsultEnded():
            after = {CallState.CONSULTING: CallState.HELD, CallState.CONFERENCE: CallState.CONNECTED}
            return {"state": after.get(call.state, call.state), "consult_party": None}
        case e.ConferenceStarted():
            return {"state": CallState.CONFERENCE}
        case e.TransferCompleted():
            return _completed(event)
    return None


def _transferred(call: Call, event: e.CallTransferred, at: datetime) -> Changes:
    changes = {**_NO_AGENT, "monitors": (), "reattach": None, "consult_party": None, "joined_at": at}
    if not event.rings or call.consult_party is None:
        return changes
    if call.consult_party.offer is not None:
        return changes | {
            "state": CallState.OFFERED,
            "offers": (call.consult_party.offer,),
            "wait": event.wait,
            "tried": (),
        }
    dial = call.consult_party.dial
    if dial is not None and event.wait is not None:
        return changes | {"state": CallState.FORWARDING, "dial": _replace(dial, if_not=event.wait.if_not)}
    return changes


def _completed(event: e.TransferCompleted) -> Changes:
    changes: Changes = {**_NO_AGENT, "monitors": (), "reattach": None}
    if event.to_agent_id is None:
        return changes | {"state": CallState.FORWARDED}
    return changes | {
        "state": CallState.CONNECTED,
        "consult_party": None,
        "agent_id": event.to_agent_id,
        "agent_leg": event.leg,
        "device_id": event.device_id,
        "offer_id": event.offer_id,
    }


def _monitors(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    match event:
        case e.MonitorStarted():
            monitor = Monitor(user_id=event.user_id, offer_id=event.offer_id, mode=event.mode, legs=event.legs)
            return {"monitors": (*call.monitors, monitor)}
        case e.MonitorJoined():
            return {"monitors": tuple(_joined(x, event) if x.user_id == event.user_id else x for x in call.monitors)}
        case e.MonitorModeChanged():
            mode = event.mode
            return {
                "monitors": tuple(
                    _replace(x, mode=mode, count=x.count + 1) if x.user_id == event.user_id else x
                    for x in call.monitors
                )
            }
        case e.MonitorStopped():
            return {"monitors": tuple(x for x in call.monitors if x.user_id != event.user_id)}
        case e.CallTakenOver():
            return {
                "state": call.state if call.state is CallState.CONFERENCE else CallState.CONNECTED,
                "agent_id": event.user_id,
                "agent_leg": event.leg,
                "device_id": event.device_id,
                "offer_id": event.offer_id,
                "muted": False,
                "reattach": None,
                "monitors": tuple(x for x in call.monitors if x.user_id != event.user_id),
            }
    return None


def _joined(monitor: Monitor, event: e.MonitorJoined) -> Monitor:
    device_id = next((each.device_id for each in monitor.legs if each.leg == event.leg), None)
    return _replace(monitor, leg=event.leg, device_id=device_id, legs=())


def _ending(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    if not isinstance(event, e.CallEnded):
        return None
    gone: Changes = {"offers": (), "reattach": None, "dial": None, "consult_party": None, "monitors": ()}
    return gone | {"state": CallState.ENDED}
