"""A stranger rings one organisation until nothing is free: the others still get their calls in.

`./call24 test --campaign call-flood`. 400 callers without sound, on this machine only, each asked once; about 20 s.
"""

from __future__ import annotations

import asyncio
import contextlib

from tests.support.product.system import running_system

from call24.testphones.customer import Customer
from call24.testphones.sip_call import CallFailed

CALLERS, AT_ONCE = 400, 20


async def test_a_flood_of_calls_to_one_organisation_leaves_the_others_reachable() -> None:
    with running_system() as system:
        async with (
            system.organisation("Flooded", greeting="greeting") as flooded,
            system.organisation("Quiet", address="127.0.0.2") as quiet,
        ):
            server = ("127.0.0.1", system.settings.sip_port)
            callers = [Customer(server, f"+4416329{number:05d}") for number in range(CALLERS)]
            gate = asyncio.Semaphore(AT_ONCE)

            async def rings(caller: Customer) -> int:
                async with gate:
                    call = await caller.dial(flooded.number)
                    with contextlib.suppress(CallFailed):
                        await call.answered(10)
                    return call.end.status if call.end is not None else 200

            answers = await asyncio.gather(*map(rings, callers))
            assert set(answers) == {200, 503}, sorted(set(answers))
            most = system.settings.most_calls
            assert answers.count(200) == most - 5, answers.count(200)
            for _ in range(5):
                await (await quiet.dial()).answered(5)
            assert (await (await quiet.dial()).ended(5)).status == 503
            for caller in callers:
                caller.close()
