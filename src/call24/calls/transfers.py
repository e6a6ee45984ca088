"""The customer is handed on: blind and attended transfers, and what becomes of it when its agent has gone.

A customer is never lost because its agent has gone: what was begun for it is completed. The order is consultation.py's:
commands that end what was, the event, commands that begin what is. Only a customer who is left with the consulted party
is in the bridge with it before the agent is hung up, so that nobody hears a gap.
"""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.consultation import DIRECT_RING_S, OUTSIDE_RING_S, drop_consult_party
from call24.calls.ending import end
from call24.calls.flow import forward, join_queue, start_flow
from call24.calls.model import (
    CallState,
    ConsultParty,
    EndedBy,
    ToAgent,
    Wait,
)
from call24.calls.monitoring import stop_all
from call24.calls.queueing import wait_for
from call24.calls.step import NORMAL, StepBuilder
from call24.calls.timers import reattach_timer
from call24.calls.voicemail import voicemail


def transfer(m: StepBuilder, signal: s.TransferRequested) -> None:
    """The agent is out at once. Where a colleague or an outside number does not take the caller, it comes back to this
    agent; in a queue or flow it stays there, as their settings say."""
    to, back = signal.to, _back(m)
    if to.flow_id is not None and m.plan.published(to.flow_id) is None:
        return
    if m.call.consult_party is not None:
        drop_consult_party(m, "cancelled")
    was_held = m.call.state is CallState.HELD
    _agent_out(m)
    m.emit(
        e.CallTransferred(
            agent_id=signal.agent_id,
            to_agent_id=to.agent_id,
            queue_id=to.queue_id,
            flow_id=to.flow_id,
            contact_id=to.contact_id,
        )
    )
    if was_held:
        m.issue(c.StopMusic(leg=m.caller))
    else:
        m.part(m.caller)
    if to.agent_id is not None:
        wait_for(m, (to.agent_id,), DIRECT_RING_S, back)
    elif to.queue_id is not None:
        join_queue(m, to.queue_id)
    elif to.flow_id is not None:
        start_flow(m, m.plan.published(to.flow_id))
    elif to.contact_id is not None:
        forward(m, OUTSIDE_RING_S, back, contact_id=to.contact_id, user_id=signal.agent_id)
    else:
        voicemail(m, "no_target")


def _back(m: StepBuilder) -> ToAgent:
    return ToAgent(agent_id=m.agent, queue_id=m.call.queue_id)


def _agent_out(m: StepBuilder) -> None:
    """Hang up the agent and give it its wrap-up; listeners go with it."""
    stop_all(m)
    legs = [m.call.agent_leg, m.call.reattach.leg if m.call.reattach else None]
    m.issue(*(c.HangUpLeg(leg=leg) for leg in legs if leg is not None))
    if m.call.reattach is not None:
        m.issue(c.StopTimer(name=reattach_timer(m.call.reattach.leg)))
    m.release_agent()


# --- the agent leaves the call ---


def complete(m: StepBuilder, signal: s.CompleteRequested) -> None:
    if m.call.consult_party is None or not m.call.consult_party.awaited:
        hand_over(m)


def agent_gone(m: StepBuilder, signal: s.LegEnded | s.HangUpRequested) -> None:
    """The agent hung up, or its phone is lost. While a new leg of it is on its way, only the old one has gone."""
    if isinstance(signal, s.HangUpRequested):
        left_alone(m, EndedBy.AGENT, NORMAL)
    elif m.call.reattach is not None:
        m.emit(e.AgentLegLost(leg=signal.leg))
    else:
        why = "phone_lost" if signal.why is not None else None
        by = EndedBy.AGENT if why is None and not signal.lost else EndedBy.SYSTEM
        left_alone(m, by, signal.cause, found_missing=signal.cause == 0, reason=why)


def left_alone(
    m: StepBuilder, by: EndedBy, cause: int, *, found_missing: bool = False, reason: str | None = None
) -> None:
    """No agent is with the customer any more: it stays with the consult party, where there is one."""
    if not hand_over(m):
        end(m, by, cause, found_missing=found_missing, reason=reason)


def hand_over(m: StepBuilder) -> bool:
    """Leave the customer with the consult party, who talks, still rings, or is to be rung. False: there is none."""
    party = m.call.consult_party
    if party is None or m.call.caller_leg is None:
        return False
    if party.leg is not None:
        _leave_with(m, party)
        return True
    if party.offer is None and party.dial is None:
        _ask_for(m, party)
        return True
    back = _back(m)
    rings = party.offer.agent_id if party.offer is not None else None
    if m.call.agent_leg is not None:
        m.issue(c.StopTone(leg=m.call.agent_leg))
    agent_id = m.agent
    _agent_out(m)
    wait = Wait(since=m.at, agents=(rings,) if rings else (), ring_s=DIRECT_RING_S, if_not=back)
    m.emit(e.CallTransferred(agent_id=agent_id, to_agent_id=rings, contact_id=party.contact_id, rings=True, wait=wait))
    return True


def _ask_for(m: StepBuilder, party: ConsultParty) -> None:
    """The desk has not said yet whether the colleague is free: the customer waits for it. What is said is late."""
    assert party.agent_id is not None, "an outside number is dialled at once"
    agent_id, back = m.agent, _back(m)
    _agent_out(m)
    m.emit(e.CallTransferred(agent_id=agent_id, to_agent_id=party.agent_id))
    wait_for(m, (party.agent_id,), DIRECT_RING_S, back)


def _leave_with(m: StepBuilder, party: ConsultParty) -> None:
    assert party.leg is not None
    agent_id, outside = m.agent, party.agent_id is None
    m.issue(c.StopMusic(leg=m.caller), c.StopMusic(leg=party.leg))
    m.together(m.caller, party.leg)
    _agent_out(m)
    m.emit(
        e.TransferCompleted(
            agent_id=agent_id,
            to_agent_id=None if outside else party.agent_id,
            leg=party.leg,
            offer_id=party.offer_id,
            device_id=party.device_id,
        )
    )
