"""SIPp's counts of the calls that nobody listens to: all that ended as they should, and one that did before."""

from __future__ import annotations

import httpx
from tests.matrix.unheard import unheard
from tests.support.product.system import System
from tests.support.wait import wait_until


async def test_sipp_counts_its_calls_and_tells_of_one_that_was_dropped_meanwhile(system: System) -> None:
    await system.whole(30)
    async with system.organisation("Counted") as org:
        async with unheard(system, org, 3) as both:
            assert both.over() == 0
            dropped = min(await system.pbx.legs(org.tenant_id))
            async with httpx.AsyncClient(auth=system.settings.ari_login()) as http:
                (await http.delete(f"{system.settings.ari_url}/channels/{dropped}")).raise_for_status()
            await wait_until(lambda: both.over() == 1, 10)
        counted = both.counted
        assert (counted.callers, counted.phones) == ((3, 0), (3, 0))
        assert (counted.ended_early, counted.failed(3)) == (1, 1)
