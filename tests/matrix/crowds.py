"""A hundred calls: an organisation with as many agents, and the processes that hold the ends of their calls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.matrix.unheard import LOOK_EVERY_S
from tests.support.product.many_agents import all_of, available, hired
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import Organisation, System
from tests.support.telephony.plain_phones import push
from tests.support.wait import wait_until

PARTS = 4
PLAIN = 91
"""Plain phones have the ports from so far above an installation's first on, which nothing else uses."""
CALLER_HZ, AGENT_HZ = 1000, 850


@dataclass
class Crowd:
    """`callers` and `phones` are processes; each holds its share of the ends."""

    system: System
    org: Organisation
    agents: list[httpx.AsyncClient] = field(default_factory=list)
    phones: list[asyncio.subprocess.Process] = field(default_factory=list)
    callers: list[asyncio.subprocess.Process] = field(default_factory=list)
    late_s: float = 0.0
    """How late the generators' own clocks ever were."""

    async def gaps(
        self, since: float, until: float, until_of: Mapping[str, float] | None = None, only: Collection[str] = ()
    ) -> dict[str, float]:
        """The longest gap of each end, edges included (999: heard nothing), by the caller's number or the call's id.

        `until_of`: ends that stop hearing the other earlier, because that was asked for. `only` (empty: all): of these.
        """
        asked = {"since": since, "until": until, "until_of": dict(until_of or {}), "only": list(only)}
        heard = await asyncio.gather(
            *(self._ask(one, {**asked, "hz": AGENT_HZ}) for one in self.callers),
            *(self._ask(one, {**asked, "hz": CALLER_HZ}) for one in self.phones),
        )
        return {name: gap for rows in heard for name, gap, _ in rows}

    async def up(self) -> tuple[int, int]:
        """How many callers and how many phones still have their call."""
        now = time.time()
        asked = {"since": now - 1, "until": now, "until_of": {}, "only": [], "hz": AGENT_HZ}
        sides = []
        for side in (self.callers, self.phones):
            told = await asyncio.gather(*(self._ask(one, asked) for one in side))
            sides.append(sum(up for rows in told for *_, up in rows))
        return sides[0], sides[1]

    async def _ask(self, process: asyncio.subprocess.Process, what: dict[str, Any]) -> list[Any]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(what).encode() + b"\n")
        told = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
        self.late_s = max(self.late_s, told["late_s"])
        return list(told["ends"])


@contextlib.asynccontextmanager
async def crowd(system: System, count: int, *, record: str = "always", plain: bool = False) -> AsyncIterator[Crowd]:
    """So many calls that talk, each with an agent of its own; `plain`: whose phone is one over UDP."""
    async with system.organisation("Crowd", record=record) as org:
        made = Crowd(system, org)
        try:
            told = await _hire(made, count)
            shares = [told[part::PARTS] for part in range(PARTS)]
            start = _plain_phones if plain else _phones
            made.phones = [await start(made, part, share) for part, share in enumerate(shares) if share]
            await all_of([available(http) for http in made.agents])
            await ring(made, count)
            yield made
        finally:
            for process in (*made.callers, *made.phones):
                await ended(process)
            for http in made.agents:
                await http.aclose()


async def _phones(made: Crowd, part: int, phones: list[dict[str, Any]]) -> asyncio.subprocess.Process:
    return await _started({"phones": phones})


async def _plain_phones(made: Crowd, part: int, phones: list[dict[str, Any]]) -> asyncio.subprocess.Process:
    settings = made.system.settings
    at, names = settings.http_port + PLAIN + part, [phone["username"] for phone in phones]
    await push(made.system, dict.fromkeys(names, at))
    return await _started({"plain": names, "at": at, "port": settings.sip_port})


async def ring(made: Crowd, count: int) -> None:
    """Callers ring until every agent talks."""
    share = -(-count // PARTS)
    port, first = made.system.settings.sip_port, 0
    starts = []
    while first < count:
        told = {
            "callers": min(share, count - first),
            "port": port,
            "number": made.org.number,
            "first": first,
            "rate": 2,
        }
        starts.append(_started(told))
        first += share
    made.callers = list(await asyncio.gather(*starts))

    async def all_talk() -> bool:
        await asyncio.sleep(LOOK_EVERY_S)
        return await busy(made) >= count

    await wait_until(all_talk, 60 + count)


async def busy(made: Crowd) -> int:
    rows = (await made.org.http.get("/v1/live")).json()["queues"]
    return int(next(row["agents"]["on_call"] for row in rows if row["id"] == made.org.queue_id))


async def _hire(made: Crowd, count: int) -> list[dict[str, Any]]:
    mark = f"{made.org.number[-4:]}-{time.time_ns()}"
    people = await all_of([hired(made.org, f"crowd{n}-{mark}@example.test", f"Agent {n}") for n in range(count)])
    made.org.members = [user_id for user_id, _, _ in people]
    await made.org.change_queue(members=made.org.members)
    made.agents = [http for _, http, _ in people]
    return [phone for _, _, phone in people]


async def _started(told: dict[str, Any]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "tests.matrix.crowd")
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, cwd=CHECKOUT, limit=1 << 20)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(told).encode() + b"\n")
    said = await asyncio.wait_for(process.stdout.readline(), 180)
    assert said == b'"ready"\n', said
    return process


async def ended(process: asyncio.subprocess.Process) -> None:
    """Its end of input ends it, and its calls with it."""
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError, OSError):
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), 15)
    except TimeoutError:
        process.kill()
        await process.wait()
