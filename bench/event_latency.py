"""From a change of an agent's state to the event of it at 500 connected agents' sockets, over TLS, on a whole system.

The clock starts before the request that changes it, which is before its journal event: what is measured is more than
from the journal event on. Ten changes a second, each of another agent; the sockets are in a process of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator

import httpx
from tests.support.many_agents import all_of, available, hired
from tests.support.system import System, running_system

from bench.figure import Figure, percentile
from bench.processes import cpu_s, pids

AGENTS, QUICK_AGENTS = 500, 20
CHANGES, QUICK_CHANGES = 600, 50
EVERY_S = 0.1
TARGET_MS = 50.0

Changes = list[tuple[str, float]]
"""An agent's id, and when the change of it began."""


def measure(quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    agents, changes = (QUICK_AGENTS, QUICK_CHANGES) if quick else (AGENTS, CHANGES)
    with running_system() as system:
        return asyncio.run(_measured(system, agents, changes))


async def _measured(system: System, agents: int, changes: int) -> tuple[list[Figure], dict[str, object]]:
    async with system.organisation("Bench") as org:
        people = await all_of([hired(org, f"latency{n}@example.test", f"Agent {n}") for n in range(agents)])
        await org.change_queue(members=[user_id for user_id, _, _ in people])
        bearers = {user_id: http.headers["Authorization"].split()[1] for user_id, http, _ in people}
        key = (await org.http.get("/v1/realtime")).json()["key"]
        await all_of([available(http) for _, http, _ in people])
        server = pids(system)["server"]
        async with _listeners(
            {"port": system.settings.http_port, "key": key, "bearers": list(bearers.values())}
        ) as child:
            before, began = cpu_s(server), time.monotonic()
            made, answered = await _change(system, bearers, changes)
            load = (cpu_s(server) - before) / (time.monotonic() - began)
            heard = await _told(child)
        for _, http, _ in people:
            await http.aclose()
    late = _latencies(made, heard, agents)
    raw = {"agents": agents, "changes": changes, "events": len(late), "server_cores": round(load, 3)}
    shares = {f"p{share:g}": round(percentile(late, share / 100), 2) for share in (50, 90, 95, 99, 99.9, 100)}
    figures = [
        Figure(f"change -> {agents} sockets, p99", shares["p99"], "ms", f"<= {TARGET_MS:g} ms", shares["p99"] <= 50),
        Figure("the same, p50", shares["p50"], "ms", "-"),
        Figure("the request itself, p99", percentile(answered, 0.99), "ms", "-"),
    ]
    return figures, {**raw, "ms": shares}


async def _change(system: System, bearers: dict[str, str], changes: int) -> tuple[Changes, list[float]]:
    """What was changed when, and how many ms each request took; over one connection, as an app keeps it."""
    made: Changes = []
    answered: list[float] = []
    people = list(bearers.items())
    due = time.monotonic() + 1
    async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=60) as http:
        for number in range(changes):
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += EVERY_S
            user_id, bearer = people[number % len(people)]
            paused = number // len(people) % 2 == 0
            wish = {"state": "paused", "reason": "break"} if paused else {"state": "available"}
            began = time.monotonic()
            answer = await http.put("/v1/session", json=wish, headers={"Authorization": f"Bearer {bearer}"})
            assert answer.status_code == 200, answer.text
            answered.append((time.monotonic() - began) * 1000)
            made.append((user_id, began))
    await asyncio.sleep(1)
    return made, answered


def _latencies(made: Changes, heard: dict[str, list[float]], sockets: int) -> list[float]:
    """In ms, of every change at every socket. Each change is over before the next one of the same agent."""
    late: list[float] = []
    for place, (user_id, began) in enumerate(made):
        after = next((at for other, at in made[place + 1 :] if other == user_id), began + 60)
        arrived = sorted(at for at in heard[user_id] if began <= at < after)
        assert len(arrived) >= sockets, (user_id, len(arrived))
        late += [(at - began) * 1000 for at in arrived[:sockets]]
    return late


@contextlib.asynccontextmanager
async def _listeners(told: dict[str, object]) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "bench.realtime_listeners")
    child = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, limit=2**28)
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(json.dumps(told).encode() + b"\n")
        said = await asyncio.wait_for(child.stdout.readline(), 180)
        assert said == b"ready\n", said
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def _told(child: asyncio.subprocess.Process) -> dict[str, list[float]]:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.close()
    heard: dict[str, list[float]] = json.loads(await asyncio.wait_for(child.stdout.readline(), 60))
    return heard
