"""What one organisation asks for in masses holds up no other, on the server as it is composed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.composed import Composed, composed
from tests.support.stack import RunningStack
from tests.support.system import Organisation
from tests.support.wait import wait_until

from call24.kit.ids import TenantId, UserId
from call24.reports.exports.model import Export

HELD_UP_S = 3.0
"""Far less than one answer that never comes takes (10 s)."""


@pytest.fixture
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack, replace(stack.settings, webhooks_private=True)) as house:
        yield house


class Receiver:
    """Takes requests, and answers them when it `answers`; how many it was sent, and how many wait for an answer."""

    def __init__(self, *, answers: bool) -> None:
        self.answers, self.took, self.open = answers, 0, 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while b"POST" in await reader.readuntil(b"\r\n\r\n"):
                self.took += 1
                if self.answers:
                    writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()


@contextlib.asynccontextmanager
async def receiver(*, answers: bool) -> AsyncIterator[Receiver]:
    made = Receiver(answers=answers)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield made
    server.close()
    server.close_clients()


async def webhook(org: Organisation, there: Receiver) -> str:
    made = await org.post("/v1/webhooks", {"url": there.url, "kinds": ["call.ended"]})
    return str(made["id"])


async def sends(org: Organisation, id: str) -> None:
    answer = await org.http.post(f"/v1/webhooks/{id}/test")
    assert answer.status_code == 202, answer.text


async def test_webhooks_that_do_not_answer_hold_up_nobody_elses(house: Composed) -> None:
    async with (
        receiver(answers=False) as silent,
        receiver(answers=True) as quick,
        house.organisation("Slow") as slow,
        house.organisation("Quick") as other,
    ):
        hooks = [await webhook(slow, silent) for _ in range(20)]
        mine = await webhook(other, quick)
        for id in hooks * 2:
            await sends(slow, id)
        await wait_until(lambda: silent.open >= 3)
        began = time.monotonic()
        for count in range(1, 6):
            await sends(other, mine)
            await wait_until(lambda count=count: quick.took == count, HELD_UP_S)
        assert time.monotonic() - began < HELD_UP_S
        assert silent.open == 3, "its share"


async def test_servers_of_applications_that_do_not_answer_hold_up_nobody_elses(house: Composed) -> None:
    async with (
        receiver(answers=False) as silent,
        receiver(answers=True) as quick,
        house.organisation("Slow") as slow,
        house.organisation("Quick") as other,
    ):
        hooks = [{"url": f"{silent.url}/{n}", "events": ["channel_occupied"]} for n in range(5)]
        for n in range(10):
            await slow.post("/v1/applications", {"name": f"Shop {n}", "webhooks": hooks})
        wish = {"name": "Shop", "webhooks": [{"url": quick.url, "events": ["channel_occupied"]}]}
        await other.post("/v1/applications", wish)
        applications = house.app.rooms.applications
        keys = {
            org.tenant_id: list(house.database["applications"].find({"tenant_id": org.tenant_id}))
            for org in (slow, other)
        }
        for one in keys[slow.tenant_id]:
            terms = applications.by_key(one["key"])
            assert terms is not None
            house.app.readers.webhooks.tell(terms, {"name": "channel_occupied", "channel": "a"})
        await wait_until(lambda: silent.open >= 4)
        [mine] = keys[other.tenant_id]
        terms = applications.by_key(mine["key"])
        assert terms is not None
        house.app.readers.webhooks.tell(terms, {"name": "channel_occupied", "channel": "a"})
        await wait_until(lambda: quick.took == 1, HELD_UP_S)
        assert silent.open == 4, "its share"


async def test_exports_of_some_leave_room_for_anothers(house: Composed, monkeypatch: pytest.MonkeyPatch) -> None:
    writing: list[str] = []
    go = asyncio.Event()

    async def write(export: Export, file: Path) -> None:
        writing.append(export.tenant_id)
        await go.wait()

    exports = house.app.readers.exports
    monkeypatch.setattr(exports, "_runner", write)
    now = house.clock.now()

    async def begun(tenant: str) -> None:
        asked = {
            "asked_by": UserId("usr_a"),
            "kind": "calls",
            "format": "csv",
            "first": "2026-11-24",
            "last": "2026-11-24",
        }
        times = {"created_at": now, "delete_at": now}
        await exports.begin(Export(id="", tenant_id=TenantId(tenant), filters={}, **asked, **times))  # type: ignore[arg-type]

    for tenant in ("ten_a", "ten_a", "ten_b", "ten_c", "ten_d", "ten_e"):
        await begun(tenant)
    await wait_until(lambda: len(writing) == 4)
    assert writing == ["ten_a", "ten_b", "ten_c", "ten_d"], "one of each, four in all"
    go.set()
    await wait_until(lambda: len(writing) == 6)
