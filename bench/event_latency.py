"""From a change of an agent's state to the event of it at 500 connected agents' sockets, over TLS, on a whole system.

Two clocks: from before the request that changes it, and from the instant that its journal event has. Ten changes a
second, each of another agent; the sockets are in a process of their own. Then some more changes while one of the
agents looks at the live screen in a real Chromium.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

import httpx
import pymongo
from tests.support.product.many_agents import all_of, available, hired
from tests.support.product.organisation import Organisation
from tests.support.product.system import System, running_system

from bench.event_browser import Noted, looking_on, noted
from bench.figure import Figure, percentile
from bench.processes import cpu_s, pids
from call24.kit.settings import DATABASE

AGENTS, QUICK_AGENTS = 500, 20
CHANGES, QUICK_CHANGES = 600, 50
SEEN, QUICK_SEEN = 200, 30
"""Changes while the browser is there."""
EVERY_S = 0.1
TARGET_MS = 50.0

Changes = list[tuple[str, float]]
"""An agent's id, and when the change of it began."""
Heard = dict[str, list[tuple[float, int]]]
Late = list[tuple[float, float]]
"""In ms: since the change began, and since its journal event's instant."""
WALL_S = time.time() - time.monotonic()


def measure(quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    agents, changes, seen = (QUICK_AGENTS, QUICK_CHANGES, QUICK_SEEN) if quick else (AGENTS, CHANGES, SEEN)
    with running_system() as system:
        return asyncio.run(_measured(system, agents, changes, seen))


async def _measured(system: System, agents: int, changes: int, seen: int) -> tuple[list[Figure], dict[str, object]]:
    async with system.organisation("Bench") as org:
        people = await all_of([hired(org, _email(n), f"Agent {n}") for n in range(agents)])
        await org.change_queue(members=[user_id for user_id, _, _ in people])
        bearers = {user_id: http.headers["Authorization"].split()[1] for user_id, http, _ in people}
        key = (await org.http.get("/v1/realtime")).json()["key"]
        await all_of([available(http) for _, http, _ in people])
        server = pids(system)["server"]
        async with listeners(
            {"port": system.settings.http_port, "key": key, "bearers": list(bearers.values())}
        ) as child:
            before, began = cpu_s(server), time.monotonic()
            made, answered = await _change(system, bearers, 0, changes)
            load = (cpu_s(server) - before) / (time.monotonic() - began)
            heard = await heard_by(child)
            async with looking_on(system, _email(0), agents) as page:
                watched, _ = await _change(system, bearers, changes, seen)
                notes = await noted(page)
        for _, http, _ in people:
            await http.aclose()
        lines = journal_lines(system, org)
    late = _latencies(made, heard, lines, agents)
    told, drawn = _seen(watched, notes, lines)
    answers = {"agents": agents, "changes": changes, "events": len(late), "server_cores": round(load, 3)}
    whole, line = [one for one, _ in late], [one for _, one in late]
    raw = {"ms": _shares(whole), "line_ms": _shares(line), "browser_ms": _shares(told), "drawn_ms": _shares(drawn)}
    return _figures(agents, raw, answered), {**answers, "seen": len(told), **raw}


def _email(number: int) -> str:
    return f"latency{number}@example.test"


def _shares(late: list[float]) -> dict[str, float]:
    return {f"p{share:g}": round(percentile(late, share / 100), 2) for share in (50, 90, 95, 99, 99.9, 100)}


def _figures(agents: int, ms: dict[str, dict[str, float]], answered: list[float]) -> list[Figure]:
    def held(what: str, p99: float) -> Figure:
        return Figure(what, p99, "ms", f"<= {TARGET_MS:g} ms", p99 <= TARGET_MS)

    return [
        held(f"change -> {agents} sockets, p99", ms["ms"]["p99"]),
        Figure("the same, p50", ms["ms"]["p50"], "ms", "-"),
        held("its journal event -> the sockets, p99", ms["line_ms"]["p99"]),
        Figure("the same, p50", ms["line_ms"]["p50"], "ms", "-"),
        Figure("the request itself, p99", percentile(answered, 0.99), "ms", "-"),
        held("journal event -> the app in Chromium, p99", ms["browser_ms"]["p99"]),
        Figure("the same, p50", ms["browser_ms"]["p50"], "ms", "-"),
        Figure("journal event -> its row is drawn there, p99", ms["drawn_ms"]["p99"], "ms", "-"),
        Figure("the same, p50", ms["drawn_ms"]["p50"], "ms", "-"),
    ]


async def _change(system: System, bearers: dict[str, str], first: int, changes: int) -> tuple[Changes, list[float]]:
    """What was changed when, and how many ms each request took; over one connection, as an app keeps it. `first`: how
    many changes there were before."""
    made: Changes = []
    answered: list[float] = []
    people = list(bearers.items())
    due = time.monotonic() + 1
    async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=60) as http:
        for number in range(first, first + changes):
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


def journal_lines(system: System, org: Organisation) -> dict[int, float]:
    """When each line of the journal says that it happened, on the monotonic clock; MongoDB keeps milliseconds."""
    with pymongo.MongoClient[dict[str, Any]](system.settings.mongodb_uri()) as client:
        found = client[DATABASE]["journal"].find({"tenant_id": org.tenant_id}, {"seq": 1, "at": 1})
        return {line["seq"]: line["at"].replace(tzinfo=UTC).timestamp() - WALL_S for line in found}


def _latencies(made: Changes, heard: Heard, lines: dict[int, float], sockets: int) -> Late:
    """Of every change at every socket. Each change is over before the next one of the same agent."""
    late: Late = []
    for user_id, began, after in _each(made):
        arrived = sorted((at, seq) for at, seq in heard[user_id] if began <= at < after)
        assert len(arrived) >= sockets, (user_id, len(arrived))
        late += [((at - began) * 1000, (at - lines[seq]) * 1000) for at, seq in arrived[:sockets]]
    return late


def _seen(made: Changes, notes: Noted, lines: dict[int, float]) -> tuple[list[float], list[float]]:
    """Since the journal event's instant, in ms: when the page was told, and when the row was drawn."""
    told: list[float] = []
    drawn: list[float] = []
    for user_id, began, after in _each(made):
        first = min((at - WALL_S, seq) for at, seq in notes.told[user_id] if began <= at - WALL_S < after)
        there = min(at - WALL_S for at in notes.drawn[user_id] if began <= at - WALL_S < after)
        told.append((first[0] - lines[first[1]]) * 1000)
        drawn.append((there - lines[first[1]]) * 1000)
    return told, drawn


def _each(made: Changes) -> list[tuple[str, float, float]]:
    """Each change, with the instant from which on the next one of the same agent may be heard."""
    return [
        (user_id, began, next((at for other, at in made[place + 1 :] if other == user_id), began + 60))
        for place, (user_id, began) in enumerate(made)
    ]


@contextlib.asynccontextmanager
async def listeners(told: dict[str, object]) -> AsyncIterator[asyncio.subprocess.Process]:
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


async def heard_by(child: asyncio.subprocess.Process) -> Heard:
    """What it has heard so far."""
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(b"told\n")
    heard: Heard = json.loads(await asyncio.wait_for(child.stdout.readline(), 60))
    return heard
