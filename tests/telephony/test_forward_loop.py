"""Two organisations forward to each other, through carriers that ring on what comes: the loop ends by itself."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from tests.support.product.organisation import Organisation
from tests.support.product.system import System

from call24.testphones.carrier import Line
from call24.testphones.customer import Customer, CustomerCall

ACME, OTHER = "+442079460871", "+442079460872"
CALLER = "+447700900188"
MOST_FORWARDS = 3


async def forwards(org: Organisation, own: str, to: str) -> Line:
    """`own` leads to `to`, which rings at the organisation's carrier."""
    line = (await org.carrier()).line(to)
    out = {"type": "forward", "number": to, "ring_s": 10, "failed": "bye"}
    flow = await org.flow("out", {"out": out, "bye": {"type": "hang_up", "prompt": None}})
    await org.add_number(own, flow_id=flow)
    return line


@pytest.mark.long(
    "unit/engine/test_engine.py::test_two_organisations_that_forward_to_each_other_do_not_call_each_other_for_ever"
)
async def test_two_organisations_that_forward_to_each_other_end_after_three_forwards(system: System) -> None:
    async with (
        system.organisation("Acme", address="127.0.0.43") as acme,
        system.organisation("Other", address="127.0.0.44") as other,
        contextlib.AsyncExitStack() as customers,
    ):
        lines = [await forwards(acme, ACME, OTHER), await forwards(other, OTHER, ACME)]

        async def rings(caller: str, number: str, address: str) -> CustomerCall:
            sip = ("127.0.0.1", system.settings.sip_port)
            customer = await customers.enter_async_context(Customer(sip, caller, local_host=address))
            return await customer.dial(number)

        first = await rings(CALLER, ACME, acme.address)
        came = 0
        with contextlib.suppress(TimeoutError):
            while came <= 2 * MOST_FORWARDS:
                outside = await lines[came % 2].rings(5)
                came += 1
                into = (OTHER, other) if came % 2 else (ACME, acme)
                await rings(outside.caller[0], into[0], into[1].address)
        assert came == MOST_FORWARDS
        async with asyncio.timeout(5):
            first.hang_up()
            await first.ended(5)
