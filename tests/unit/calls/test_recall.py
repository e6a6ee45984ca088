"""A caller who was handed on, and whom nobody takes, comes back; it is dropped by nobody's refusal."""

from __future__ import annotations

import pytest
from tests.unit.calls.test_requests import ANNA, BERT, DIAL, NOW, WITH_ANNA, NoPlan, call, offer

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.machine import advance
from call24.calls.model import Call, CallState, Direction, OfferLeg
from call24.kit.ids import ContactId, OfferId, UserId

PLAN = NoPlan()


def rings(shape: Call, agent: UserId) -> Call:
    rung = offer(agent)
    legs = tuple(OfferLeg(leg=each.leg, device_id=each.device_id) for each in rung.legs)
    chosen = s.Chosen(offer_id=OfferId(rung.offer_id), agent_id=agent, legs=legs)
    return advance(shape, s.AgentChosen(at=NOW, offers=(chosen,)), PLAN).call


@pytest.mark.parametrize("direction", [Direction.INBOUND, Direction.OUTBOUND, Direction.CALLBACK])
def test_who_was_transferred_and_is_declined_goes_back_to_the_agent_at_once_then_to_the_queue(
    direction: Direction,
) -> None:
    handed = call(CallState.CONNECTED, direction=direction, **WITH_ANNA)
    asked = s.TransferRequested(at=NOW, agent_id=ANNA, to=s.TransferTarget(agent_id=BERT))
    ringing = rings(advance(handed, asked, PLAN).call, BERT)
    assert ringing.state is CallState.OFFERED
    back = advance(ringing, s.DeclineRequested(at=NOW, agent_id=BERT), PLAN)
    assert back.call.state is CallState.WAITING
    assert back.call.wait is not None
    assert back.call.wait.agents == (ANNA,)
    in_vain = advance(rings(back.call, ANNA), s.DeclineRequested(at=NOW, agent_id=ANNA), PLAN)
    assert [type(event) for event in in_vain.events] == [e.OfferEnded, e.QueueLeft, e.CallQueued]
    assert in_vain.call.wait is not None
    assert (in_vain.call.wait.agents, in_vain.call.queue_id) == ((), "que_1")


def test_of_several_who_are_meant_one_refusal_leaves_the_others_ringing() -> None:
    handed = call(CallState.CONNECTED, **WITH_ANNA)
    asked = s.TransferRequested(at=NOW, agent_id=ANNA, to=s.TransferTarget(agent_id=BERT))
    waiting = advance(handed, asked, PLAN).call
    assert waiting.wait is not None
    signal = s.AgentChosen(
        at=NOW,
        offers=tuple(
            s.Chosen(offer_id=offer(who).offer_id, agent_id=who, legs=(OfferLeg(leg=leg, device_id=device),))
            for who in (ANNA, BERT)
            for leg, device in [(offer(who).legs[0].leg, offer(who).legs[0].device_id)]
        ),
    )
    ringing = advance(waiting, signal, PLAN).call
    step = advance(ringing, s.DeclineRequested(at=NOW, agent_id=BERT), PLAN)
    assert step.call.state is CallState.OFFERED
    assert [each.agent_id for each in step.call.offers] == [ANNA]


def test_an_agent_who_leaves_a_call_back_before_its_customer_is_there_is_not_the_next_one_asked() -> None:
    dialled = call(CallState.DIALLING, dial=DIAL, direction=Direction.CALLBACK, **{**WITH_ANNA, "connected_at": None})
    left = advance(dialled, s.HangUpRequested(at=NOW, agent_id=ANNA), PLAN)
    [again] = [command for command in left.commands if isinstance(command, c.RequestAgent)]
    assert (left.call.attempts, again.call.tried) == (0, (ANNA,))
    missed = advance(dialled, s.LegEnded(at=NOW, leg=DIAL.leg, cause=17), PLAN)
    [again] = [command for command in missed.commands if isinstance(command, c.RequestAgent)]
    assert (missed.call.attempts, again.call.tried) == (1, ())


@pytest.mark.parametrize("to", [s.TransferTarget(agent_id=BERT), s.TransferTarget(contact_id=ContactId("ctc_3"))])
def test_who_rings_off_on_its_way_elsewhere_leaves_no_bridge(to: s.TransferTarget) -> None:
    handed = advance(call(CallState.CONNECTED, **WITH_ANNA), s.TransferRequested(at=NOW, agent_id=ANNA, to=to), PLAN)
    assert handed.call.caller_leg is not None
    left = advance(handed.call, s.LegEnded(at=NOW, leg=handed.call.caller_leg, cause=16), PLAN)
    assert c.DropBridge(bridge_id=handed.call.bridge_id) in left.commands
