"""How the engine ends what has used up its minutes, also what it found after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec import structs
from tests.fakes.configuration import FakeCallers, FakeFence
from tests.fakes.telephony import FakeTelephony
from tests.support.clock import START, VirtualClock

from call24.calls.commands import DialOutside, HangUpLeg
from call24.calls.dialling import FENCED
from call24.calls.model import Call, CallRules, ConsultParty, Direction
from call24.calls.signals import LegEnded, Signal
from call24.engine.outbound import OutboundDialler
from call24.engine.ports import Caller, Directory
from call24.flows.model import FlowVersion, Forward
from call24.kit.ids import CallId, ContactId, FlowId, LegId, TenantId, TrunkId, UserId

LEG, CONTACT, NUMBER, OURS = LegId("leg_1"), ContactId("ctc_1"), "+442079460123", "+441514960024"
CALLER = Caller(contact_id=CONTACT, number=NUMBER, name="")
CALL = cast(
    Call,
    SimpleNamespace(
        id=CallId("call_1"),
        tenant_id=TenantId("ten_1"),
        agent_id=UserId("usr_1"),
        connected_at=None,
        arrived_at=START,
        flow=None,
        node_id=None,
        direction=Direction.OUTBOUND,
        caller_leg=LEG,
        dial=None,
        consult_party=None,
        offers=(),
        device_id=None,
        rules=CallRules(),
    ),
)
DIAL = DialOutside(
    leg=LEG, call_id=CallId("call_1"), tenant_id=TenantId("ten_1"), trunk_id=TrunkId("trk_1"), contact_id=CONTACT,
    shown_id=None, user_id=UserId("usr_1"), ring_s=25,
)  # fmt: skip


class World:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.network = FakeTelephony(self.clock)
        self.network.subscribe(lambda signal: None)
        self.fence = FakeFence(limit_s=30)
        self.told: list[Signal] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.flow = FlowVersion(
            flow_id=FlowId("flw_1"), version=1, start="out", nodes={"out": Forward(number=OURS, failed="x")}
        )
        directory = cast(
            Directory,
            SimpleNamespace(
                shown=lambda tenant_id, number_id: OURS,
                owns=lambda tenant_id, number: number == OURS,
                plan=lambda tenant_id: SimpleNamespace(flow=lambda ref: self.flow),
            ),
        )
        self.outside = OutboundDialler(
            clock=self.clock,
            telephony=self.network,
            directory=directory,
            callers=FakeCallers(),
            fence=self.fence,
            spawn=self.spawn,
        )

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.tasks.append(asyncio.create_task(work, name=name))

    @property
    def hung_up(self) -> list[LegId]:
        return [command.leg for command in self.network.done if isinstance(command, HangUpLeg)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("found", [False, True])
async def test_a_call_to_the_outside_ends_when_its_minutes_do_whether_dialled_or_found(
    world: World, found: bool
) -> None:
    if found:
        await world.outside.adopt(CALL, CALLER)
    else:
        await world.outside.dial(CALL, CALLER, DIAL, world.told.append)
    assert world.fence.out == {LEG}
    await world.clock.run(29)
    assert world.hung_up == []
    await world.clock.run(1)
    assert world.hung_up == [LEG]


async def test_a_call_that_ended_before_is_not_hung_up_again(world: World) -> None:
    await world.outside.adopt(CALL, CALLER)
    world.outside.over(LEG)
    await world.clock.run(timedelta(minutes=5).total_seconds())
    assert world.hung_up == []
    assert world.fence.out == set()


async def test_a_call_over_the_next_trunk_is_told_to_the_fence_as_the_same_call(world: World) -> None:
    await world.outside.dial(CALL, CALLER, DIAL, world.told.append)
    world.outside.over(LEG)
    again = structs.replace(DIAL, leg=LegId("leg_2"), further=True)
    await world.outside.dial(CALL, CALLER, again, world.told.append)
    assert (world.fence.out, world.fence.begun) == ({"leg_2"}, [LEG])


async def test_what_the_fence_denies_is_never_dialled(world: World) -> None:
    world.fence.denied.add(NUMBER)
    await world.outside.dial(CALL, CALLER, DIAL, world.told.append)
    assert [signal.leg for signal in world.told if isinstance(signal, LegEnded)] == [LEG]
    assert world.network.done == []


async def test_a_flow_does_not_forward_to_a_number_of_the_same_organisation(world: World) -> None:
    """Each round would take two more lines, until none is left."""
    parts = {"tenant_id": TenantId("ten_1"), "flow": "flw_1", "node_id": "out", "rules": CallRules()}
    call = cast(Call, SimpleNamespace(id=CallId("call_1"), **parts))
    await world.outside.dial(call, CALLER, structs.replace(DIAL, contact_id=None), world.told.append)
    assert [(signal.leg, signal.cause) for signal in world.told if isinstance(signal, LegEnded)] == [(LEG, FENCED)]
    assert world.network.done == []
    world.flow = structs.replace(world.flow, nodes={"out": Forward(number=NUMBER, failed="x")})
    await world.outside.dial(call, CALLER, structs.replace(DIAL, contact_id=None), world.told.append)
    assert [command.number for command in world.network.done if isinstance(command, DialOutside)] == [NUMBER]


async def test_the_fence_hears_of_the_end_also_of_what_it_alone_remembers(world: World) -> None:
    """A forwarded caller's leg from before a restart: else it would count against the caps until its time is over."""
    world.fence.out.add(LEG)
    world.outside.over(LEG)
    assert world.fence.out == set()


async def test_who_was_handed_to_an_outside_number_counts_again_after_a_restart(world: World) -> None:
    party = ConsultParty(leg=LEG, contact_id=ContactId("ctc_442079460123"))
    parts = {
        **vars(CALL),
        "direction": Direction.INBOUND,
        "caller_leg": LegId("leg_caller"),
        "consult_party": party,
    }
    await world.outside.adopt(cast(Call, SimpleNamespace(**parts)), CALLER)
    assert world.fence.out == {LEG}


@pytest.mark.parametrize("who", [{}, {"contact_id": None}, {"contact_id": None, "mobile": True}])
async def test_for_a_test_call_nobody_outside_is_dialled(world: World, who: dict[str, Any]) -> None:
    call = cast(Call, SimpleNamespace(**{**vars(CALL), "rules": CallRules(test=True), "direction": Direction.INBOUND}))
    await world.outside.dial(call, CALLER, structs.replace(DIAL, **who), world.told.append)
    assert [(one.leg, one.cause) for one in world.told if isinstance(one, LegEnded)] == [(LEG, FENCED)]
    assert world.network.done == [] and world.fence.out == set()
