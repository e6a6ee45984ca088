"""What an application's server did not take before the server ended is told by the next one, on the composed server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.support.database.mongod import free_port
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("server")


def tell(house: Composed, key: str, *channels: str) -> None:
    terms = house.app.rooms.applications.by_key(key)
    assert terms is not None
    for channel in channels:
        house.app.readers.webhooks.tell(terms, {"name": "channel_occupied", "channel": channel})


@pytest.mark.long(
    "integration/realtime/test_waiting_events.py::test_what_nobody_took_is_told_after_a_restart_in_order_and_before_what_is_new"
)
async def test_events_that_waited_when_the_server_ended_are_told_by_the_next_in_their_order_and_before_new_ones(
    stack: RunningStack,
) -> None:
    settings, port, told = replace(stack.settings, webhooks_private=True), free_port(), list[str]()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().casefold()
        length = int(head.partition("content-length: ")[2].split()[0])
        said: dict[str, Any] = json.loads(await reader.readexactly(length))
        told.extend(event["channel"] for event in said["events"])
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async with composed(stack, settings) as house, house.organisation("Waits") as acme:
        hook = {"url": f"http://127.0.0.1:{port}/hook", "events": ["channel_occupied"]}
        await acme.post("/v1/applications", {"name": "Shop", "webhooks": [hook]})
        [shop] = house.database["applications"].find({"tenant_id": acme.tenant_id})
        tell(house, shop["key"], "a", "b", "c")
        waiting = house.database["application_events"]
        await wait_until(lambda: waiting.count_documents({"tenant_id": acme.tenant_id}) == 3)
    async with await asyncio.start_server(take, "127.0.0.1", port), composed(stack, settings) as house:
        tell(house, shop["key"], "d")
        await wait_until(lambda: len(told) == 4, 10)
        assert told == ["a", "b", "c", "d"]
