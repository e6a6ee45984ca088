"""Settings are changed while people work: nobody is logged out, nobody loses the place, queues have their own rules."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ
from tests.support.product.system import System
from tests.support.wait import wait_until


async def test_a_queue_that_is_renamed_and_changed_keeps_its_agents_and_callers(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, ben = await acme.crew("Anna", "Ben")
        talk = await acme.talk(anna)
        await ben.be("paused", "lunch")
        waiting = await acme.dial()
        await wait_until(acme.waiting, 10)
        await acme.change_queue(name="Renamed", strategy="round_robin", offer_s=15, wrap_up_s=0, max_wait_s=900)
        await talk.heard()
        assert (await anna.live())["session"]["state"] == "on_call"
        assert (await ben.live())["session"]["state"] == "paused"
        assert await acme.waiting() == 1
        await ben.be("available")
        await (await ben.rings()).answer(AGENT_HZ)
        await wait_until(lambda: waiting.heard(AGENT_HZ))
        waiting.hang_up()
        talk.call.hang_up()
        await acme.ended(2)


@pytest.mark.long("unit/engine/test_queues.py::test_each_queue_has_its_own_wrap_up")
async def test_each_queue_has_its_own_wrap_up(system: System) -> None:
    async with system.organisation("Acme", wrap_up_s=0) as acme:
        anna = await acme.agent("Anna")
        slow = await acme.queue("Slow", [anna], wrap_up_s=600)
        second = await acme.add_number(queue_id=slow)
        await anna.be("available")
        quick = await acme.talk(anna)
        quick.call.hang_up()
        await wait_until(lambda: _is(anna, "available"), 5)
        call = await acme.customer().dial(second["number"])
        await (await anna.rings()).answer(AGENT_HZ)
        await wait_until(lambda: call.heard(AGENT_HZ))
        call.hang_up()
        await wait_until(lambda: _is(anna, "wrap_up"), 5)


async def _is(agent: object, state: str) -> bool:
    return bool((await agent.live())["session"]["state"] == state)  # type: ignore[attr-defined]
