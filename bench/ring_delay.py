"""From the customer's INVITE to the INVITE at the agent's phone: through Call24's queue, and by a plain Dial() to the
same endpoint in the same Asterisk. Both in turn, so that both see the same machine.
"""

from __future__ import annotations

import asyncio
import time

from tests.support.product.system import Agent, Organisation, System, running_system
from tests.support.wait import wait_until

from bench.figure import Figure, percentile
from bench.pbx import Console

CALLS, QUICK_CALLS = 60, 6
WARM_UP = 5
DIALLED = "*555"


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        ours, peer = asyncio.run(_measure(system, QUICK_CALLS if quick else CALLS))
    added = percentile(ours, 0.95) - percentile(peer, 0.95)
    figures = [
        Figure(
            "post-dial delay p95", percentile(ours, 0.95), "ms", "peer + 50 ms", added <= 50, percentile(peer, 0.95)
        ),
        Figure("post-dial delay p50", percentile(ours, 0.5), "ms", "-", True, percentile(peer, 0.5)),
    ]
    return figures, {"ours_ms": ours, "peer_ms": peer, "added_p95_ms": round(added, 2)}


async def _measure(system: System, calls: int) -> tuple[list[float], list[float]]:
    async with system.organisation("Bench", record="never") as org:
        agent = await org.agent("Bench Agent")
        assert agent.phone is not None
        console = Console(system)
        console.say("module load app_dial.so")  # an installation has none: nothing in it dials out by dialplan
        console.add_extension(DIALLED, f"Dial,PJSIP/{agent.sip_name}")
        await agent.be("available")
        ours: list[float] = []
        peer: list[float] = []
        for _ in range(calls + WARM_UP):
            ours.append(await _ring(org, agent, org.number))
            await wait_until(lambda: _free(agent), 10)
            peer.append(await _ring(org, agent, DIALLED))
        return ours[WARM_UP:], peer[WARM_UP:]


async def _ring(org: Organisation, agent: Agent, number: str) -> float:
    """Milliseconds until the agent's phone has the INVITE; the customer then hangs up."""
    assert agent.phone is not None
    began = time.monotonic()
    call = await org.customer().dial(number)
    offer = await agent.phone.next_call()
    took = (time.monotonic() - began) * 1000
    call.hang_up()
    await offer.ended(10)
    await call.ended(10)
    return round(took, 2)


async def _free(agent: Agent) -> bool:
    return await agent.state() == "available"
