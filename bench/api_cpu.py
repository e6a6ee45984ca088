"""CPU of the server per request of the HTTP API, one request after the other over one connection, beside the barest
request of the same server (`GET /health/live`: no sign-in, no database). Blocks of each in turn.

The organisation has 50 tasks; a page has 25 of them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

import httpx
from tests.support.product.system import System, running_system

from bench.figure import Figure
from bench.processes import cpu_s

ROWS, PAGE = 50, 25
BARE = "/health/live"
ASKED = {
    "signed in, one object": "/v1/me",
    "a page of 25 tasks": f"/v1/tasks?limit={PAGE}",
    "a page of one task": "/v1/tasks?limit=1",
    "queues, from memory": "/v1/queues",
}
BLOCKS, REQUESTS = 6, 110
"""Fewer than the 3,000 in a minute that one token may make."""
QUICK = 2, 50


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, *(QUICK if quick else (BLOCKS, REQUESTS))))
    means = {what: sum(blocks) / len(blocks) for what, blocks in raw.items()}
    figures = [Figure(what, means[path], "ms", "-", peer=means[BARE], turned=True) for what, path in ASKED.items()]
    return figures, {"cpu_ms_per_request": raw}


async def _measure(system: System, blocks: int, requests: int) -> dict[str, list[float]]:
    """For each path the milliseconds of CPU per request, one number a block."""
    found: dict[str, list[float]] = defaultdict(list)
    server = system.pid("server")
    async with system.organisation("Acme") as acme:
        for number in range(ROWS):
            made = await acme.http.post("/v1/tasks", json={"title": f"Ring back {number}"})
            assert made.status_code == 201, made.text
        for path in ASKED.values():  # warms it up
            await _ask(acme.http, path, 50)
        for _ in range(blocks):
            for path in (BARE, *ASKED.values()):
                before = cpu_s(server)
                await _ask(acme.http, path, requests)
                found[path].append((cpu_s(server) - before) * 1000 / requests)
    return found


async def _ask(http: httpx.AsyncClient, path: str, times: int) -> None:
    for _ in range(times):
        answer = await http.get(path)
        assert answer.status_code == 200, answer.text
