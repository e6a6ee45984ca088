"""The server as it is composed, while it starts: its port is open before it knows its configuration."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import pytest
from tests.support.product.composed import composed
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.http.middleware import known_first
from call24.queues.service import QueueService

pytestmark = pytest.mark.shares_stack("server")


async def test_a_request_that_comes_before_the_queues_are_read_waits_or_is_told_to_come_again(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (known_first.WAIT_S, known_first.WAITING_MAX) == (3.0, 100)
    monkeypatch.setattr(known_first, "WAIT_S", 1.0)
    read, answers = QueueService.refresh, dict[str, Any]()

    async with contextlib.AsyncExitStack() as after:
        async with composed(stack) as house:
            acme = await after.enter_async_context(house.organisation("Restarted"))
            task = {"title": "Ring Jo", "queue_id": acme.queue_id}

        async def open_port() -> bool:
            try:
                answers["live"] = (await acme.http.get("/health/live")).status_code
            except httpx.TransportError:
                return False
            return True

        async def held_up(queues: QueueService) -> None:
            if not answers:
                await wait_until(open_port, 20)
                answers["too early"] = await acme.http.post("/v1/tasks", json=task)
                answers["waiting"] = asyncio.create_task(acme.http.post("/v1/tasks", json=task))
                await asyncio.wait({answers["waiting"]}, timeout=0.3)
                answers["answered"] = answers["waiting"].done()
            await read(queues)

        for register in (stack.settings.deletion_register, stack.settings.erasure_register):
            register.unlink(missing_ok=True)  # with one the port opens only when all is read
        monkeypatch.setattr(QueueService, "refresh", held_up)
        async with composed(stack):
            waited = await answers["waiting"]
            assert (answers["live"], answers["answered"]) == (200, False)
            early = answers["too early"]
            assert (early.status_code, early.headers["Retry-After"], early.json()["code"]) == (503, "2", "unavailable")
            assert waited.status_code == 201, waited.text
            assert (waited.json()["queue"]["id"], waited.json()["title"]) == (acme.queue_id, "Ring Jo")
