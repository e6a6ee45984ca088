"""After Asterisk died: own and internal calls, which have no customer's leg, are over, and nobody is rung for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.calls.world import BOB, TENANT, TRUNKS, CallWorld, dialled_out, internal_call

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import EndedBy
from call24.engine.recovery import reconcile
from call24.kit.ids import LegId


def outside_rung() -> CallWorld:
    return dialled_out()


def outside_rings() -> CallWorld:
    world = dialled_out()
    assert world.call.dial is not None
    world.rings(world.call.dial.leg)
    return world


def colleague_to_be_rung() -> CallWorld:
    return internal_call()


def colleague_rings() -> CallWorld:
    world = internal_call()
    world.reserve(BOB)
    return world


def colleagues_talk() -> CallWorld:
    world = colleague_rings()
    world.answers(world.consult_party_legs[0])
    return world


STAGES = [outside_rung, outside_rings, colleague_to_be_rung, colleague_rings, colleagues_talk]


def back(world: CallWorld, *there: LegId | None, restarted: bool = False) -> None:
    """Connected again: these legs are up."""
    legs = tuple(
        s.LiveLeg(leg=leg, call_id=world.call.id, tenant_id=TENANT, up=True, ringing=False) for leg in there if leg
    )
    began = world.now if restarted else world.call.arrived_at - timedelta(hours=1)
    for signal in reconcile(world.call, s.PbxBack(at=world.now, legs=legs, began_at=began), world.now):
        world.send(signal)


def ended(world: CallWorld) -> e.CallEnded:
    [event] = world.written(e.CallEnded)
    assert isinstance(event, e.CallEnded)
    return event


def rung(world: CallWorld) -> int:
    return len(world.commands(c.DialOutside)) + len(world.commands(c.RingAgent))


@pytest.mark.parametrize("stage", STAGES)
def test_a_call_whose_asterisk_died_rings_nobody_any_more_and_nobody_is_said_to_have_ended_it(stage: object) -> None:
    world = stage().after(2)  # type: ignore[operator]
    before = rung(world)
    back(world, restarted=True)
    assert rung(world) == before
    assert (ended(world).ended_by, ended(world).found_missing, ended(world).reason) == (EndedBy.SYSTEM, True, None)


@pytest.mark.parametrize("stage", [outside_rings, colleagues_talk])
def test_where_both_sides_are_gone_nobody_knows_who_ended_it(stage: object) -> None:
    world = stage().after(2)  # type: ignore[operator]
    before = rung(world)
    back(world)
    assert rung(world) == before
    assert (ended(world).ended_by, ended(world).found_missing) == (EndedBy.SYSTEM, True)


def test_an_agent_who_went_while_the_colleague_stayed_has_ended_it() -> None:
    world = colleagues_talk().after(2)
    assert world.call.consult_party is not None
    back(world, world.call.consult_party.leg)
    assert (ended(world).ended_by, ended(world).found_missing) == (EndedBy.AGENT, True)


def test_an_agent_who_is_still_there_is_put_through_over_the_next_trunk() -> None:
    world = dialled_out()
    back(world, world.call.agent_leg)
    assert [x.trunk_id for x in world.commands(c.DialOutside)] == list(TRUNKS)  # type: ignore[union-attr]
