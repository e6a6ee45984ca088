"""What events change of those who join a call besides its customer and its agent: consult parties, transfers, monitors.
Pure; a part of evolution.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from call24.calls import events as e
from call24.calls.model import Call, CallState, ConsultParty, MobileLeg, Monitor, Offer
from call24.kit.ids import LegId, OfferId

Changes = dict[str, Any]
_replace = msgspec.structs.replace
NO_AGENT: Changes = {"agent_id": None, "agent_leg": None, "device_id": None, "offer_id": None, "muted": False}


def consult_party(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
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
            return {"consult_party": _replace(party, offer=rings(party.offer) if party.offer else None)}
        case e.ConsultLegLost():
            return {"consult_party": _replace(party, offer=without(party.offer, event.leg) if party.offer else None)}
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
    changes = {**NO_AGENT, "monitors": (), "reattach": None, "consult_party": None, "joined_at": at}
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
    changes: Changes = {**NO_AGENT, "monitors": (), "reattach": None}
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


def monitors(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
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


def mobile(call: Call, event: e.AnyCallEvent, at: datetime) -> Changes | None:
    """The agent's mobile number, and a phone that registered meanwhile."""
    match event:
        case e.OfferRungAgain():
            return _offer_changed(call, event.offer_id, legs=event.legs)
        case e.OfferMobileDialled():
            leg = MobileLeg(leg=event.leg, trunk_id=event.trunk_id, left=event.left)
            changes = _offer_changed(call, event.offer_id, mobile=leg, dials_mobile=False)
            others = tuple(each for each in call.mobiles_tried if each != event.agent_id)
            return {**changes, "dials": call.dials + 1, "mobiles_tried": (*others, event.agent_id)}
        case e.OfferMobileAnswered():
            dialled = next((each.mobile for each in call.offers if each.offer_id == event.offer_id), None)
            answered = None if dialled is None else _replace(dialled, answered=True, asked=dialled.asked + 1)
            return _offer_changed(call, event.offer_id, mobile=answered)
        case e.OfferMobileAccepted():
            return {}
        case e.OfferMobileDeclined():
            return _offer_changed(call, event.offer_id, mobile=None, dials_mobile=False)
    return None


def _offer_changed(call: Call, offer_id: OfferId, **changes: Any) -> Changes:
    return {"offers": tuple(_replace(each, **changes) if each.offer_id == offer_id else each for each in call.offers)}


def rings(offer: Offer) -> Offer:
    """Whoever's phone rings is not dialled elsewhere."""
    return _replace(offer, ringing=True, dials_mobile=False)


def without(offer: Offer, leg: LegId) -> Offer:
    return _replace(offer, legs=tuple(each for each in offer.legs if each.leg != leg))
