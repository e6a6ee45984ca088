"""How often a code is said and tried before a mobile number is an agent's, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from tests.support.clock import VirtualClock

from call24.agents.mobiles import AgentMobiles
from call24.agents.settings import AgentMobile
from call24.kit.errors import Conflict, Invalid, NotFound, Refused, TooMany, Unavailable
from call24.kit.ids import TenantId, UserId

TENANT, ANN, BOB = TenantId("ten_a"), UserId("usr_ann"), UserId("usr_bob")
HERS = "+447911123456"


class Kept:
    def __init__(self) -> None:
        self.mobiles: dict[UserId, AgentMobile] = {}

    async def put(self, mobile: AgentMobile) -> None:
        self.mobiles[mobile.id] = mobile

    async def switch(self, tenant_id: TenantId, user_id: UserId, *, rings: bool) -> bool:
        if user_id in self.mobiles:
            self.mobiles[user_id] = msgspec.structs.replace(self.mobiles[user_id], rings=rings)
        return user_id in self.mobiles

    async def every(self) -> list[AgentMobile]:
        return list(self.mobiles.values())

    async def of(self, tenant_id: TenantId, user_id: UserId) -> AgentMobile | None:
        return self.mobiles.get(user_id)

    async def drop(self, tenant_id: TenantId, user_id: UserId) -> None:
        self.mobiles.pop(user_id, None)


class World:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.tenant = SimpleNamespace(ring_mobiles=True, region="GB")
        self.said: list[str] = []
        self.lines = True
        self.deleted: set[UserId] = set()

        async def user(tenant_id: TenantId, user_id: UserId) -> None:
            if user_id in self.deleted:
                raise NotFound

        tenants = SimpleNamespace(known=lambda tenant_id: self.tenant)
        self.mobiles = AgentMobiles(
            cast(Any, SimpleNamespace(platform=lambda kind, why: None)),
            self.clock,
            cast(Any, SimpleNamespace(user=user)),
            cast(Any, tenants),
        )
        self.kept = Kept()
        self.mobiles._store = cast(Any, self.kept)
        self.mobiles.speak = self.speak

    def speak(self, tenant_id: TenantId, number: str, sounds: Sequence[str]) -> bool:
        digits = "".join(sound.removeprefix("digit-") for sound in sounds if sound.startswith("digit-"))
        self.said.append(digits[:6])
        return self.lines


@pytest.fixture
def world() -> World:
    return World()


async def test_the_code_that_was_said_proves_the_number_and_it_rings(world: World) -> None:
    world.mobiles.say_code(TENANT, ANN, "07911 123456")
    with pytest.raises(Refused):
        await world.mobiles.prove(TENANT, BOB, world.said[-1])
    await world.mobiles.prove(TENANT, ANN, world.said[-1])
    assert world.mobiles.known(TENANT, ANN) == HERS
    with pytest.raises(Refused):
        await world.mobiles.prove(TENANT, ANN, world.said[-1])


async def test_it_rings_only_while_organisation_and_agent_want_it(world: World) -> None:
    world.mobiles.say_code(TENANT, ANN, HERS)
    await world.mobiles.prove(TENANT, ANN, world.said[-1])
    assert world.mobiles.known(TenantId("ten_b"), ANN) is None
    world.tenant.ring_mobiles = False
    assert world.mobiles.known(TENANT, ANN) is None
    world.tenant.ring_mobiles = True
    await world.mobiles.switch(TENANT, ANN, rings=False)
    assert world.mobiles.known(TENANT, ANN) is None
    await world.mobiles.switch(TENANT, ANN, rings=True)
    await world.mobiles.remove(TENANT, ANN)
    assert world.mobiles.known(TENANT, ANN) is None


async def test_a_number_that_is_deleted_while_it_is_switched_stays_deleted(world: World) -> None:
    world.mobiles.say_code(TENANT, ANN, HERS)
    await world.mobiles.prove(TENANT, ANN, world.said[-1])
    read = world.kept.of

    async def of(tenant_id: TenantId, user_id: UserId) -> AgentMobile | None:
        found = await read(tenant_id, user_id)
        await world.mobiles.remove(tenant_id, user_id)
        return found

    world.kept.of = of  # type: ignore[method-assign]
    await world.mobiles.switch(TENANT, ANN, rings=True)
    assert (world.kept.mobiles, world.mobiles.known(TENANT, ANN)) == ({}, None)
    with pytest.raises(NotFound):
        await world.mobiles.switch(TENANT, ANN, rings=True)


async def test_who_is_deleted_while_the_code_is_checked_leaves_no_number(world: World) -> None:
    world.mobiles.say_code(TENANT, ANN, HERS)
    put = world.kept.put

    async def slow(mobile: AgentMobile) -> None:
        world.deleted.add(mobile.id)
        await put(mobile)

    world.kept.put = slow  # type: ignore[method-assign]
    with pytest.raises(NotFound):
        await world.mobiles.prove(TENANT, ANN, world.said[-1])
    assert (world.kept.mobiles, world.mobiles.known(TENANT, ANN)) == ({}, None)


async def test_three_wrong_codes_void_the_right_one(world: World) -> None:
    world.mobiles.say_code(TENANT, ANN, HERS)
    for _ in range(3):
        with pytest.raises(Refused):
            await world.mobiles.prove(TENANT, ANN, "not it")
    with pytest.raises(Refused):
        await world.mobiles.prove(TENANT, ANN, world.said[-1])


async def test_what_is_awaited_is_told_with_the_tries_that_are_left_until_it_is_proven_or_void(world: World) -> None:
    def awaited() -> tuple[str, int] | None:
        asked = world.mobiles.awaited(TENANT, ANN)
        return None if asked is None else (asked.number, asked.tries_left)

    assert awaited() is None
    world.mobiles.say_code(TENANT, ANN, HERS)
    assert awaited() == (HERS, 3)
    for left in (2, 1, 0):
        with pytest.raises(Refused):
            await world.mobiles.prove(TENANT, ANN, "not it")
        assert awaited() == ((HERS, left) if left else None)
    world.mobiles.say_code(TENANT, ANN, HERS)
    assert world.mobiles.awaited(TenantId("ten_b"), ANN) is None and world.mobiles.awaited(TENANT, BOB) is None
    await world.mobiles.prove(TENANT, ANN, world.said[-1])
    assert awaited() is None


async def test_a_code_is_too_old_after_ten_minutes(world: World) -> None:
    world.mobiles.say_code(TENANT, ANN, HERS)
    await world.clock.run(timedelta(minutes=10).total_seconds())
    with pytest.raises(Refused):
        await world.mobiles.prove(TENANT, ANN, world.said[-1])
    assert world.mobiles.awaited(TENANT, ANN) is None


def test_a_number_is_called_three_times_a_day_whoever_asks_and_a_user_has_five_an_hour(world: World) -> None:
    for _ in range(3):
        world.mobiles.say_code(TENANT, ANN, HERS)
    with pytest.raises(TooMany):
        world.mobiles.say_code(TENANT, BOB, HERS)
    for last in range(2):
        world.mobiles.say_code(TENANT, ANN, f"+44791112346{last}")
    with pytest.raises(TooMany):
        world.mobiles.say_code(TENANT, ANN, "+447911123469")
    assert len(world.said) == 5


def test_codes_that_could_not_be_said_use_up_no_limit(world: World) -> None:
    world.lines = False
    for _ in range(30):
        with pytest.raises(Unavailable):
            world.mobiles.say_code(TENANT, ANN, HERS)
    world.lines = True
    for _ in range(3):
        world.mobiles.say_code(TENANT, ANN, HERS)


def test_nothing_is_said_where_it_may_not_be(world: World) -> None:
    with pytest.raises(Invalid):
        world.mobiles.say_code(TENANT, ANN, "12")
    world.mobiles.barred = lambda tenant_id, user_id, number: ("premium_denied", "Premium-rate numbers are not called")
    with pytest.raises(Refused, match="Premium"):
        world.mobiles.say_code(TENANT, ANN, HERS)
    world.tenant.ring_mobiles = False
    with pytest.raises(Conflict):
        world.mobiles.say_code(TENANT, ANN, HERS)
    assert world.said == []


async def test_a_code_that_could_not_be_said_proves_nothing(world: World) -> None:
    world.lines = False
    with pytest.raises(Unavailable):
        world.mobiles.say_code(TENANT, ANN, HERS)
    with pytest.raises(Refused):
        await world.mobiles.prove(TENANT, ANN, world.said[-1])
