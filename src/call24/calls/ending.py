"""How a call ends: whoever ends it, every leg of it is hung up and every agent given back.

The call lives as long as its customer does. An internal call, which has none, lives as long as its two agents.
"""

from __future__ import annotations

from datetime import timedelta

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.model import Call, CallState, Direction, EndedBy, Offer, OfferOutcome
from call24.calls.step import ELSEWHERE, NORMAL, StepBuilder
from call24.calls.timers import dial_timer, menu_timer, offer_timer, reattach_timer
from call24.kit.ids import LegId, UserId


def end(
    m: StepBuilder,
    by: EndedBy,
    cause: int,
    *,
    found_missing: bool = False,
    reason: str | None = None,
    user_id: UserId | None = None,
) -> None:
    call = m.call
    for offer in call.offers:
        withdraw(m, offer)
    m.issue(*(c.HangUpLeg(leg=leg) for leg in _others(call)))
    m.issue(*_timers(call))
    if call.state in {CallState.WAITING, CallState.OFFERED}:
        m.issue(c.LeaveQueue())
    release_consult_party(m, OfferOutcome.WITHDRAWN)
    # Whoever talked here made the bridge; it stays when the agent is out and the customer was on its way elsewhere.
    if call.agent_id is not None or call.consult_party is not None or call.connected_at is not None:
        m.issue(c.DropBridge(bridge_id=call.bridge_id))
    m.issue(*(c.DropBridge(bridge_id=call.monitor_bridge(monitor)) for monitor in call.monitors))
    m.release_agent()
    if found_missing:
        promise_callback(m)
    m.emit(e.CallEnded(ended_by=by, cause=cause, found_missing=found_missing, reason=reason, user_id=user_id))


def promise_callback(m: StepBuilder) -> None:
    """Safe to repeat: the engine opens one for each number, however often it is asked."""
    if m.call.callback_due is not None:
        m.issue(c.PromiseCallback(queue_id=m.call.callback_due, since=m.call.queued_at or m.at))


def _others(call: Call) -> list[LegId]:
    """All legs but those of running offers, the customer's first."""
    legs = [call.caller_leg, call.agent_leg]
    if call.reattach is not None:
        legs.append(call.reattach.leg)
    if call.dial is not None:
        legs.append(call.dial.leg)
    if call.consult_party is not None:
        legs += consult_party_legs(call)
    for monitor in call.monitors:
        legs += [monitor.leg, *(each.leg for each in monitor.legs)]
    return [leg for leg in legs if leg is not None]


def consult_party_legs(call: Call) -> list[LegId]:
    party = call.consult_party
    if party is None:
        return []
    legs = [party.leg] if party.leg is not None else []
    if party.offer is not None:
        legs += [each.leg for each in party.offer.legs]
    return [*legs, party.dial.leg] if party.dial is not None else legs


def _timers(call: Call) -> list[c.StopTimer]:
    names = {
        CallState.FLOW: [menu_timer(call)],
        CallState.WAITING: [timers.MAX_WAIT, timers.PLACE, timers.EXPIRY],
        CallState.OFFERED: [timers.MAX_WAIT, timers.PLACE, timers.EXPIRY],
        CallState.VOICEMAIL: [timers.MESSAGE],
    }.get(call.state, [])
    if call.reattach is not None:
        names = [*names, reattach_timer(call.reattach.leg)]
    if call.dial is not None:
        names = [*names, dial_timer(call.dial.leg)]
    return [c.StopTimer(name=name) for name in names]


def withdraw(m: StepBuilder, offer: Offer) -> None:
    """This agent need not answer any more."""
    m.emit(e.OfferEnded(offer_id=offer.offer_id, agent_id=offer.agent_id, outcome=OfferOutcome.WITHDRAWN))
    m.stop_offer(offer, NORMAL)
    m.release(offer.agent_id, offer.offer_id, OfferOutcome.WITHDRAWN)


def release_consult_party(m: StepBuilder, if_ringing: OfferOutcome) -> None:
    """Give a consulted colleague back; its legs are hung up by the caller of this."""
    party = m.call.consult_party
    if party is None or party.agent_id is None:
        return
    if party.offer is not None:
        m.issue(c.StopTimer(name=offer_timer(party.offer.offer_id)))
        m.release(party.agent_id, party.offer.offer_id, if_ringing)
    elif party.leg is not None:
        m.release(party.agent_id, party.offer_id, OfferOutcome.TALKED)


# --- cells ---


UNACKNOWLEDGED = timedelta(seconds=60)
"""Sooner than that no session is refreshed: what is not acknowledged is our answer (RFC 3261: 64*T1, 32 s)."""


def why_lost(m: StepBuilder, signal: s.LegEnded) -> str | None:
    """Why a leg is gone that nobody hung up, as a code; None where its far side did."""
    match signal.why:
        case "unanswered":
            young = m.call.direction is Direction.INBOUND and m.at - m.call.arrived_at < UNACKNOWLEDGED
            return "never_acknowledged" if young and signal.leg == m.call.caller_leg else "line_lost"
        case "silent":
            return "line_lost"
    return signal.why


def caller_left(m: StepBuilder, signal: s.LegEnded) -> None:
    called = m.call.direction in {Direction.OUTBOUND, Direction.CALLBACK}
    by, why = EndedBy.CALLED if called else EndedBy.CALLER, why_lost(m, signal)
    if signal.lost or why is not None:
        by = EndedBy.SYSTEM
    end(m, by, signal.cause, found_missing=signal.cause == 0, reason=why)


def end_requested(m: StepBuilder, signal: s.EndRequested) -> None:
    """``user_id`` None: the customer of a callback was reached otherwise; one that has its customer goes on."""
    if signal.user_id is not None or m.call.caller_leg is None:
        end(m, EndedBy.SYSTEM, NORMAL, reason=signal.reason, user_id=signal.user_id)


def outside_left(m: StepBuilder, signal: s.LegEnded) -> None:
    why = why_lost(m, signal)
    by = EndedBy.CONSULT_PARTY if why is None else EndedBy.SYSTEM
    end(m, by, signal.cause, found_missing=signal.cause == 0, reason=why)


def hang_up_stray(m: StepBuilder, signal: s.LegAnswered) -> None:
    """The classic race: a phone answers just after the caller left or another device won."""
    m.issue(c.HangUpLeg(leg=signal.leg, cause=ELSEWHERE))
