"""CPU that the servers spend on a queued call with an answer, a second of sound and a hang-up: Call24's queue against
Asterisk's own Queue() with the same agents' phones. Blocks of calls in turn (A B A B ...), at the same pace.
"""

from __future__ import annotations

import asyncio
import contextlib

from tests.support.system import Organisation, System, running_system
from tests.support.wait import wait_until

from bench.figure import Figure
from bench.pbx import Console
from bench.processes import cpu_s, pids
from call24.standalone.agent_phone import AgentPhone

AGENTS = 4
BLOCKS = 5
CALLS = 20
EVERY_S = 0.5
TALK_S = 1.0
SETTLE_S = 1.0
DIALLED = "*556"
QUEUES = """[general]
persistentmembers=no
[bench]
strategy=leastrecent
timeout=20
wrapuptime=0
ringinuse=no
"""


def measure() -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system))
    ours = [block["asterisk"] + block["server"] for block in raw["ours"]]
    peer = [block["asterisk"] for block in raw["peer"]]
    mean_ours, mean_peer = sum(ours) / len(ours), sum(peer) / len(peer)
    database = sum(block["mongod"] for block in raw["ours"]) / len(raw["ours"])
    figures = [
        Figure("Asterisk + Call24 per queued call", mean_ours, "ms", "written down", True, mean_peer),
        Figure("  of it Call24", sum(b["server"] for b in raw["ours"]) / len(ours), "ms", "-"),
        Figure("  MongoDB besides", database, "ms", "-"),
    ]
    return figures, dict(raw)


async def _measure(system: System) -> dict[str, list[dict[str, float]]]:
    async with system.organisation("Bench", record="never") as org:
        console = Console(system)
        console.write("queues.conf", QUEUES)
        with contextlib.suppress(AssertionError):
            console.say("module load app_queue.so")
        console.say("queue reload all")
        answering = []
        for number in range(AGENTS):
            agent = await org.agent(f"Agent {number}")
            await agent.be("available")
            console.say(f"queue add member PJSIP/{agent.device_id} to bench")
            assert agent.phone is not None
            answering.append(asyncio.create_task(_answer_for_ever(agent.phone)))
        console.add_extension(DIALLED, "Answer", "Queue,bench")
        raw: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
        for block in range(BLOCKS + 1):
            for name, number in (("ours", org.number), ("peer", DIALLED)):
                used = await _block(system, org, number)
                if block:  # the first pair warms both up
                    raw[name].append(used)
        for task in answering:
            task.cancel()
        return raw


async def _answer_for_ever(phone: AgentPhone) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            offer = await phone.next_call(600)
            group.create_task(offer.answer())


async def _block(system: System, org: Organisation, number: str) -> dict[str, float]:
    """Milliseconds of CPU per call, by process."""
    before = {name: cpu_s(pid) for name, pid in pids(system).items()}
    async with asyncio.TaskGroup() as group:
        for _ in range(CALLS):
            group.create_task(_call(org, number))
            await asyncio.sleep(EVERY_S)
    await asyncio.sleep(SETTLE_S)  # records and sessions are written; asking for them would be measured too
    after = {name: cpu_s(pid) for name, pid in pids(system).items()}
    await wait_until(lambda: _all_free(org), 15)
    return {name: round((after[name] - before[name]) * 1000 / CALLS, 3) for name in before}


async def _call(org: Organisation, number: str) -> None:
    call = await org.customer().dial(number)
    await call.answered(20)
    await asyncio.sleep(TALK_S)
    call.hang_up()
    await call.ended(10)


async def _all_free(org: Organisation) -> bool:
    return all([await agent.state() == "available" for agent in org.agents])
