"""What the benches of speed share: one installation with 200 agents in Call24's queue and in the peer's Queue().

Everything is made over the public API. The agents' phones are in a process of their own (bench/phones.py), or SIPp's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.support.product.many_agents import all_of, available, hired
from tests.support.product.organisation import Organisation
from tests.support.product.system import System
from tests.support.wait import wait_until

from bench.pbx import Console
from bench.processes import cpu_s, pids

AGENTS = int(os.environ.get("CALL24_BENCH_AGENTS", "200"))
QUEUE_NUMBER = "*556"
QUEUES = """[general]
persistentmembers=no
autofill=yes
[bench]
strategy=leastrecent
timeout=20
wrapuptime=0
ringinuse=no
autofill=yes
"""


@dataclass
class Rig:
    system: System
    org: Organisation
    console: Console
    agents: list[httpx.AsyncClient] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sip_port(self) -> int:
        return self.system.settings.sip_port

    def number(self, side: str) -> str:
        return self.org.number if side == "ours" else QUEUE_NUMBER

    def used_s(self) -> dict[str, float]:
        return {name: cpu_s(pid) for name, pid in pids(self.system).items()}

    async def available(self) -> None:
        await all_of([available(http) for http in self.agents])

    async def settled(self, timeout_s: float = 30.0) -> None:
        """Every agent is free again, in Call24 and in the peer's queue."""
        await wait_until(self._all_free, timeout_s)

    async def _all_free(self) -> bool:
        rows = (await self.org.http.get("/v1/live")).json()["queues"]
        states = next(row["agents"] for row in rows if row["id"] == self.org.queue_id)
        busy = self.console.say("queue show bench").count("(in call)")
        return bool(states["available"] == len(self.agents) and not busy)


@contextlib.asynccontextmanager
async def rig(system: System, agents: int = AGENTS, *, record: str = "never") -> AsyncIterator[Rig]:
    async with system.organisation("Bench", record=record) as org:
        made = Rig(system, org, Console(system))
        try:
            await _hire(made, agents)
            _peer(made)
            yield made
        finally:
            for http in made.agents:
                await http.aclose()


async def _hire(rig: Rig, count: int) -> None:
    people = await all_of([hired(rig.org, f"bench{n}-{os.getpid()}@example.test", f"Agent {n}") for n in range(count)])
    await rig.org.change_queue(members=[user_id for user_id, _, _ in people])
    rig.agents = [http for _, http, _ in people]
    rig.phones = [phone for _, _, phone in people]


def _peer(rig: Rig) -> None:
    """The same phones as members of Asterisk's own queue."""
    members = "".join(f"member => PJSIP/{phone['username']}\n" for phone in rig.phones)
    rig.console.write("queues.conf", QUEUES + members)
    for module in ("app_dial", "app_queue"):  # Call24 itself has no use for them
        with contextlib.suppress(AssertionError):
            rig.console.say(f"module load {module}.so")
    rig.console.say("queue reload all")
    rig.console.add_extension(QUEUE_NUMBER, "Answer,,i", "Queue,bench")  # i: it need not wait for sound


@contextlib.asynccontextmanager
async def webrtc_phones(rig: Rig) -> AsyncIterator[None]:
    """All agents' phones, as browsers have them, in one process; they answer at once."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.phones", stdin=pipe, stdout=pipe)
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(rig.phones).encode() + b"\n")
        said = await asyncio.wait_for(process.stdout.readline(), 120)
        assert said == b"ready\n", said
        yield
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 15)
        if process.returncode is None:
            process.kill()
