"""Ringing an outside number: over the trunks in their order, until one of them reaches it. Also callbacks' retries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.ending import end
from call24.calls.model import Dial, Direction, EndedBy, Fallback, OfferOutcome
from call24.calls.step import BUSY, NO_ANSWER, NORMAL, StepBuilder
from call24.calls.timers import dial_timer
from call24.kit.ids import ContactId, LegId, UserId
from call24.queues.model import ToVoicemail
from call24.queues.waiting_call import WaitingCall

TRUNK_TROUBLE = frozenset({0, 3, 20, 27, 34, 38, 41, 42, 44, 47, 58, 88, 102, 127})
"""Q.850 causes that speak of the way, not of the number: the next trunk may do better."""

GRACE_S = 5
FIRST_TRY_AFTER = timedelta(seconds=8)
"""A caller who has just been promised a callback still hears so: its line is busy."""
NO_TRUNK = 38
FENCED = 57
"""Q.850 "bearer capability not authorised": the toll-fraud protection said no."""
TOO_MANY = 50
"""Q.850 "requested facility not subscribed": the organisation has as many calls as it may have."""


def dial(
    m: StepBuilder,
    purpose: str,
    ring_s: int,
    if_not: Fallback | None = None,
    *,
    node_id: str | None = None,
    contact_id: ContactId | None = None,
    user_id: UserId | None = None,
) -> bool:
    """Ring over the first trunk. ``purpose``: customer, forward, third (the consult party).

    ``user_id``: the agent who wants it.

    False: there is no trunk that dials out.
    """
    trunks = m.plan.trunks()
    if not trunks:
        return False
    first = Dial(
        leg=next_leg(m),
        trunk_id=trunks[0],
        left=trunks[1:],
        contact_id=contact_id,
        node_id=node_id,
        user_id=user_id,
        ring_s=ring_s,
        if_not=if_not or ToVoicemail(),
    )
    _ring(m, purpose, first, further=False)
    return True


def next_leg(m: StepBuilder) -> LegId:
    return LegId(f"leg_{m.call.id.removeprefix('call_')}d{m.call.dials}")


def _ring(m: StepBuilder, purpose: str, dial: Dial, *, further: bool) -> None:
    """``further``: over a trunk that is not the first one tried."""
    m.emit(
        e.OutsideDialled(
            purpose=purpose,
            leg=dial.leg,
            trunk_id=dial.trunk_id,
            left=dial.left,
            contact_id=dial.contact_id,
            node_id=dial.node_id,
            user_id=dial.user_id,
            ring_s=dial.ring_s,
            if_not=dial.if_not,
        )
    )
    m.issue(
        c.DialOutside(
            leg=dial.leg,
            call_id=m.call.id,
            tenant_id=m.call.tenant_id,
            trunk_id=dial.trunk_id,
            contact_id=dial.contact_id,
            shown_id=m.call.number_id,
            user_id=dial.user_id,
            ring_s=dial.ring_s,
            further=further,
        ),
        c.StartTimer(name=dial_timer(dial.leg), seconds=dial.ring_s + GRACE_S),
    )


def failed(m: StepBuilder, purpose: str, tried: Dial, cause: int, give_up: Callable[[StepBuilder, int], None]) -> None:
    """This way did not work: the next trunk where the way was to blame, else ``give_up``."""
    m.emit(e.OutsideFailed(leg=tried.leg, cause=cause))
    m.issue(c.StopTimer(name=dial_timer(tried.leg)))
    if cause in TRUNK_TROUBLE and tried.left:
        following = msgspec.structs.replace(tried, leg=next_leg(m), trunk_id=tried.left[0], left=tried.left[1:])
        _ring(m, purpose, following, further=True)
    else:
        give_up(m, cause)


REDIRECTED = 23
"""Q.850 "redirection to new destination": where it pointed to nobody is rung."""

_WHY_NOT = {
    FENCED: "not_allowed",
    BUSY: "busy",
    21: "declined",
    NORMAL: "no_answer",
    NO_ANSWER: "no_answer",
    18: "no_answer",
    1: "no_such_number",
    REDIRECTED: "redirected",
    NO_TRUNK: "no_trunk",
    TOO_MANY: "no_line_free",
}


def why_not(cause: int) -> str:
    """Why an outside number was not reached, as a code."""
    return _WHY_NOT.get(cause, "failed")


def ringing(m: StepBuilder, signal: s.LegRinging) -> None:
    m.emit(e.OutsideRinging(leg=signal.leg))


def expired(m: StepBuilder, signal: s.TimerFired) -> None:
    """Nobody answered in time; the leg's own end, which comes next, says so to the table."""
    assert m.call.dial is not None, "the kind exists only while a number is rung"
    m.issue(c.HangUpLeg(leg=m.call.dial.leg, cause=NO_ANSWER))


# --- the customer, by an agent who is on the line already ---


def dial_customer(m: StepBuilder) -> None:
    ring_s = m.rules.callback_ring_s if m.call.direction is Direction.CALLBACK else 60
    if not dial(m, "customer", ring_s, contact_id=m.call.contact_id, user_id=m.agent):
        customer_not_reached(m, NO_TRUNK)
        return
    assert m.call.agent_leg is not None
    m.issue(c.StartTone(leg=m.call.agent_leg))


def customer_failed(m: StepBuilder, signal: s.LegEnded) -> None:
    assert m.call.dial is not None, "the kind exists only while a number is rung"
    cause = NO_ANSWER if signal.cause == NORMAL else signal.cause
    # Taken without sound: Asterisk may hang up before it has told of the answer.
    why = signal.why if signal.why == "no_media" else None
    failed(m, "customer", m.call.dial, cause, lambda m, cause: customer_not_reached(m, cause, why))


def customer_not_reached(m: StepBuilder, cause: int, why: str | None = None) -> None:
    if m.call.direction is Direction.CALLBACK:
        try_again(m, reached=cause == TOO_MANY, at_once=False)
    else:
        end(m, EndedBy.SYSTEM, cause, reason=why or why_not(cause))


def agent_left_before(m: StepBuilder, signal: s.Signal) -> None:
    """The agent is gone while the customer is still rung: nobody may answer to silence."""
    if m.call.direction is Direction.CALLBACK:
        try_again(m, reached=True)
    elif isinstance(signal, s.LegEnded) and signal.lost:
        end(m, EndedBy.SYSTEM, signal.cause, found_missing=True)
    else:
        end(m, EndedBy.AGENT, NORMAL, reason="cancelled")


def try_again(m: StepBuilder, *, reached: bool, at_once: bool = True) -> None:
    """``reached``: the customer was not missed, so the attempt does not count; ``at_once``: nor need it be waited."""
    call, rules = m.call, m.rules
    if not reached and call.attempts + 1 >= rules.callback_attempts:
        end(m, EndedBy.SYSTEM, NO_ANSWER, reason="not_reached")
        return
    gone = [call.agent_leg, call.caller_leg, call.dial.leg if call.dial else None]
    m.issue(*(c.HangUpLeg(leg=leg) for leg in gone if leg is not None))
    if call.dial is not None:
        m.issue(c.StopTimer(name=dial_timer(call.dial.leg)))
    m.issue(c.DropBridge(bridge_id=call.bridge_id))
    if call.offer_id is not None and call.agent_id is not None:
        m.release(call.agent_id, call.offer_id, OfferOutcome.TALKED)
    pause = timedelta(seconds=0 if reached and at_once else rules.callback_retry_s)
    assert call.agent_id is not None, "an agent was on the line"
    m.emit(e.CallbackTried(agent_id=call.agent_id, reached=reached, not_before=opening(m, m.at + pause)))
    wait_in_line(m)


def callback_opened(m: StepBuilder, signal: s.CallerArrived) -> None:
    """A callback stands in the queue, without a leg, until it is due or its time is over."""
    if m.call.direction is not Direction.CALLBACK:
        return
    wait_in_line(m)


def wait_in_line(m: StepBuilder) -> None:
    """Where it stood, as long as there is time left."""
    m.issue(_callback_request(m), _expiry(m))


def _callback_request(m: StepBuilder) -> c.RequestAgent:
    call = m.call
    due = opening(m, max(m.at, call.not_before or call.arrived_at + FIRST_TRY_AFTER))
    waiting = WaitingCall(
        call_id=call.id,
        queue_id=call.queue_id,
        since=call.queued_at or call.arrived_at,
        priority=call.priority,
        skills=call.needs,
        not_before=due if due > m.at else None,
        tried=call.tried,
        patient=call.callback_waits,
    )
    return c.RequestAgent(call=waiting)


def opening(m: StepBuilder, at: datetime) -> datetime:
    """``at``, or when the queue opens next after it."""
    hours_id = m.rules.hours_id
    if hours_id is None:
        return at
    return m.plan.next_open(hours_id, at) or at + timedelta(seconds=m.rules.callback_expires_s)


def _expiry(m: StepBuilder) -> c.StartTimer:
    left = m.call.arrived_at + timedelta(seconds=m.rules.callback_expires_s) - m.at
    return c.StartTimer(name=timers.EXPIRY, seconds=max(0.0, left.total_seconds()))


def callback_expired(m: StepBuilder, signal: s.TimerFired) -> None:
    end(m, EndedBy.SYSTEM, NORMAL, reason="expired")
