"""Ways out of a queue that a caller meets at once: it is full, it is closed. Who waits already stays."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ
from tests.support.product.system import System
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

FULL_HZ, CLOSED_HZ = 2100, 2600


async def test_who_finds_the_queue_full_is_told_and_who_waits_stays(system: System) -> None:
    async with system.organisation("Acme", max_waiting=1) as acme:
        full = await acme.prompt("Full", FULL_HZ, 2.0)
        await acme.change_queue(exits={"full": {"to": "hang_up", "prompt": full}})
        anna = await acme.agent("Anna")
        await anna.be("paused")
        first = await acme.dial()
        await wait_until(acme.waiting)
        second = await acme.dial()
        await hear({second: FULL_HZ})
        assert (await second.ended(5)).by == "them"
        assert await acme.waiting() == 1
        await anna.be("available")
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({first: AGENT_HZ, offer: CALLER_HZ})
        first.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/calls/test_flow.py::test_a_closed_queue_is_not_joined_at_all")
async def test_a_closed_queue_is_not_joined_though_agents_are_there(system: System) -> None:
    async with system.organisation("Acme") as acme:
        await acme.crew("Anna")
        closed = await acme.prompt("Closed", CLOSED_HZ, 2.0)
        hours = (
            await acme.post(
                "/v1/hours", {"name": "Once", "weekly": [{"day": "mon", "opens": "09:00", "closes": "10:00"}]}
            )
        )["id"]
        changed = await acme.http.patch(f"/v1/hours/{hours}", json={"weekly": []})
        assert changed.status_code == 200, changed.text
        await acme.change_queue(hours_id=hours, exits={"closed": {"to": "hang_up", "prompt": closed}})
        call = await acme.dial()
        await hear({call: CLOSED_HZ})
        await call.ended(5)
        await acme.nothing_left()
        [record] = await acme.ended()
        assert record["offers"] == []
