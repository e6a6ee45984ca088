"""The machine's clock is set while a call waits, rings, is talked and is worked on: what is measured stays true.

Only the server sees the new time here; `./call24 test --campaign clock-jumps` sets the clock of every process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.support.product.clock_set import HOUR, WRAP_UP_S, YEARS, Machine, measured, played
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("emptied")

MAX_WAIT_S = 2


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def house(stack: RunningStack, machine: Machine) -> AsyncIterator[Composed]:
    async with composed(stack, clock=machine.clock) as house:
        yield house


async def test_a_call_is_as_long_as_it_was_whatever_the_clock_is_set_to(house: Composed, machine: Machine) -> None:
    async with house.organisation("Acme", wrap_up_s=WRAP_UP_S) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        jumps = {"wait": HOUR, "ring": -HOUR, "talk": YEARS, "wrap_up": timedelta(0)}
        took = await played(acme, anna, machine.set, jumps)
        record = await measured(acme, took)
        assert (record["outcome"], record["recording"]["state"]) == ("answered", "stored")
        assert await anna.state() == "available"


@pytest.mark.long("test_a_call_is_as_long_as_it_was_whatever_the_clock_is_set_to")
async def test_the_longest_wait_comes_when_the_clock_was_set_back(house: Composed, machine: Machine) -> None:
    async with house.organisation("Acme", max_wait_s=MAX_WAIT_S) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        call = await acme.dial()
        await wait_until(acme.waiting, 5)
        machine.set(-HOUR)

        async def no_longer() -> bool:
            return await acme.waiting() == 0

        await wait_until(no_longer, MAX_WAIT_S + 2)
        call.hang_up()
        [record] = await acme.ended()
        assert MAX_WAIT_S <= record["wait_s"] < MAX_WAIT_S + 1
