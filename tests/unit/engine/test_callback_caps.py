"""How many call-backs can be promised: anybody may call with any number, so there is a bound for each and for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.fakes.plan import FLOW, flow_of
from tests.support.calls.contact_centre import TENANT, Centre, open_centre
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.call_records.call_record import Outcome
from call24.calls import signals as s
from call24.calls.model import Call, CallState, Direction
from call24.engine import promises
from call24.flows.model import HangUp, OfferCallback
from call24.kit.ids import LegId, TenantId, UserId

ANN = UserId("usr_ann")
VICTIM = "+447700900123"
OTHER = TenantId("ten_other")


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with open_centre("ann", callback=True, record="never", callback_expires_s=14400) as centre:
        for wished in (
            agents.AvailableWished(at=centre.clock.now()),
            agents.PauseWished(at=centre.clock.now(), reason="lunch"),
        ):
            await centre.engine.wish(TENANT, ANN, wished)
        yield centre


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two in a queue, three in an organisation."""
    monkeypatch.setattr(promises, "OPEN_OF_QUEUE", 2)
    monkeypatch.setattr(promises, "OPEN_OF_TENANT", 3)


def test_the_bounds_are_what_is_promised() -> None:
    assert (promises.OPEN_OF_QUEUE, promises.OPEN_OF_TENANT, promises.A_DAY_OF_NUMBER) == (200, 500, 3)


def spoofed(number: int) -> str:
    return f"+4477009001{number:02d}"


async def asks(centre: Centre, caller: str, dialled: str | None = None) -> LegId:
    leg = await centre.dial(caller=caller) if dialled is None else await centre.dial(dialled, caller=caller)
    centre.network.press(leg, "1")
    await settle()
    return leg


def open_ones(centre: Centre, tenant_id: TenantId = TENANT) -> list[Call]:
    return [call for call in centre.engine.live_calls(tenant_id) if call.direction is Direction.CALLBACK]


async def withdrawn(centre: Centre) -> None:
    """Somebody of the organisation takes them all off the list."""
    for call in open_ones(centre):
        centre.engine.tell_call(call.id, s.EndRequested(at=centre.clock.now(), user_id=ANN, reason="removed"))
    await settle()
    assert open_ones(centre) == []


async def test_a_queue_promises_so_many_and_who_asks_then_waits_on_in_line(centre: Centre, few: None) -> None:
    for number in range(2):
        await asks(centre, spoofed(number))
    leg = await asks(centre, spoofed(2))
    await centre.run(60)
    assert len(open_ones(centre)) == 2
    assert centre.call(leg).state is CallState.WAITING
    assert not {"callback-offer", "callback-promised"} & set(centre.network.lines[leg].heard)
    await withdrawn(centre)
    centre.network.press(leg, "1")
    await settle()
    assert len(open_ones(centre)) == 1, "there is room again"


async def test_who_was_promised_one_may_ask_again_though_there_is_room_for_no_other(centre: Centre, few: None) -> None:
    for number in range(2):
        await asks(centre, spoofed(number))
    again = await asks(centre, spoofed(0))
    await centre.run(10)
    assert centre.record(again).outcome is Outcome.CALLBACK
    assert len(open_ones(centre)) == 2


async def test_in_a_flow_who_cannot_be_called_back_is_not_asked_and_goes_on(centre: Centre, few: None) -> None:
    queue = next(iter(centre.plan.queues))
    offer = OfferCallback(queue_id=queue, digit="1", prompt="shall-we", declined="bye")
    centre.plan.flows[FLOW] = flow_of("offer", {"offer": offer, "bye": HangUp(prompt="sorry")})
    for number in range(2):
        await asks(centre, spoofed(number))
    leg = await centre.dial(caller=spoofed(2))
    line = centre.network.lines[leg]
    await centre.run(10)
    assert "sorry" in line.heard and not {"shall-we", "callback-promised"} & set(line.heard)
    assert len(open_ones(centre)) == 2


async def test_an_organisation_has_a_bound_over_its_queues_and_no_other_one_feels_it(
    centre: Centre, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promises, "OPEN_OF_QUEUE", 10)
    centre.organisation(OTHER, "+441514960099", "bob")
    bob = UserId("usr_bob")
    for wished in (
        agents.AvailableWished(at=centre.clock.now()),
        agents.PauseWished(at=centre.clock.now(), reason="lunch"),
    ):
        await centre.engine.wish(OTHER, bob, wished)
    for number in range(5):
        await asks(centre, spoofed(number))
    assert len(open_ones(centre)) == 3
    await asks(centre, spoofed(6), "+441514960099")
    assert len(open_ones(centre, OTHER)) == 1


async def test_a_number_is_promised_three_a_day_whatever_became_of_them(centre: Centre) -> None:
    for _ in range(3):
        await asks(centre, VICTIM)
        await withdrawn(centre)
    leg = await asks(centre, VICTIM)
    assert centre.call(leg).state is CallState.WAITING and open_ones(centre) == []
    await asks(centre, spoofed(9))
    assert len(open_ones(centre)) == 1, "another number is another matter"
    await centre.hang_up(leg)
    await centre.run(timedelta(hours=24).total_seconds())
    await asks(centre, VICTIM)
    assert [call.contact_id for call in open_ones(centre)] == [f"ctc_{VICTIM.strip('+')}"]


async def test_after_a_restart_those_that_are_open_still_count(centre: Centre, few: None) -> None:
    for number in range(2):
        await asks(centre, spoofed(number))
    await centre.run(10)
    await centre.kill()
    await centre.restart()
    await asks(centre, spoofed(2))
    assert len(open_ones(centre)) == 2
