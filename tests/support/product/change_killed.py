"""A process that makes one change with the product's own rooms, tells webhooks of it, and is killed on its way.

Where it is killed: at the nth command of a kind to MongoDB, or at a POST, before it goes out or after its answer. A run
without a kill writes down what could be killed at. It wires what server/ wires of tasks, contacts, feed and sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple
from unittest.mock import patch

import msgspec
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from tests.support.clock import StillClock
from tests.support.product import killed_process
from tests.support.wait import wait_until

from call24.changes import course, feed
from call24.changes.feed import Feed
from call24.changes.reader import Reader
from call24.changes.service import Changes
from call24.kit.errors import Conflict
from call24.kit.ids import TaskId, TenantId, UserId, WebhookId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.secrets import AppKey
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.service import Sweeper
from call24.tasks.service import TaskService
from call24.tenants.service import TenantService
from call24.webhooks.readers import WebhookEvents
from call24.webhooks.sender import Sender
from call24.webhooks.service import WebhookService

Act = Literal["task", "contact"]


class Point(NamedTuple):
    """`what`: `insert changes`, `commitTransaction`, `POST`; the `nth` of them; before it goes out, or after."""

    what: str
    nth: int
    after: bool


class Job(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    database: str
    data: str
    act: Act
    tenant_id: TenantId
    webhook_id: WebhookId
    task_id: TaskId
    by: UserId
    now: datetime
    kill: Point | None = None
    points: str = ""
    """The file that a run without a kill writes its points to."""


class Killer(CommandListener):
    """Counts what goes by from `armed` on, and kills its process at one point."""

    def __init__(self, point: Point | None) -> None:
        self._point = point
        self._seen: Counter[str] = Counter()
        self._under_way: dict[int, tuple[str, int]] = {}
        self.armed = False

    @property
    def points(self) -> list[Point]:
        return [
            Point(what, nth, after)
            for what, count in self._seen.items()
            for nth in range(1, count + 1)
            for after in (False, True)
        ]

    def begins(self, what: str) -> tuple[str, int]:
        self._seen[what] += self.armed
        self._die_at(what, self._seen[what], after=False)
        return what, self._seen[what]

    def is_over(self, what: str, nth: int) -> None:
        self._die_at(what, nth, after=True)

    def _die_at(self, what: str, nth: int, *, after: bool) -> None:
        if self.armed and self._point == Point(what, nth, after):
            os.kill(os.getpid(), signal.SIGKILL)

    def started(self, event: CommandStartedEvent) -> None:
        target = event.command.get(event.command_name)
        what = f"{event.command_name} {target}" if isinstance(target, str) else event.command_name
        self._under_way[event.request_id] = self.begins(what)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self.is_over(*self._under_way.pop(event.request_id))

    def failed(self, event: CommandFailedEvent) -> None:
        self._under_way.pop(event.request_id, None)


def run(job: Job) -> None:
    """In a process of its own."""
    with patch.multiple(feed, SETTLE_S=0.05), patch.multiple(course, FIRST_WAIT_S=0.02):
        asyncio.run(_run(job))


async def _run(job: Job) -> None:
    killer = Killer(job.kill)
    mongo = Mongo(job.uri, job.database, watch=[killer])  # type: ignore[list-item]
    clock, key = StillClock(job.now), AppKey.load(Path(job.data))
    changes, webhooks = Changes(mongo, clock), WebhookService(mongo, clock, key, private=True)
    telling, poster = WebhookEvents(webhooks, clock, mongo), OutboundHttp(private=True)
    tasks, tenants = TaskService(mongo, clock, changes), TenantService(mongo, clock, key)
    sweeper = Sweeper(mongo, tenants, changes, time=AgreedTime(mongo, clock), erasers={})
    read = Feed(mongo, clock, changes, [Reader("webhooks", telling.wants, telling.read)])

    async def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        place = killer.begins("POST")
        status = await poster.post(url, body, headers)
        killer.is_over(*place)
        return status

    await webhooks.refresh()
    await read.start()
    sender = Sender(webhooks, clock, post)
    running = [asyncio.create_task(one()) for one in (read.run, sender.run)]
    killer.armed = True

    async def done() -> None:
        with contextlib.suppress(Conflict):  # it was done before the kill
            await tasks.set_state(await tasks.get(job.tenant_id, job.task_id), "done", job.by)

    acts: dict[Act, Callable[[], Awaitable[object]]] = {"task": done, "contact": sweeper.sweep}
    await acts[job.act]()

    async def quiet() -> bool:
        return not read.states()[0].behind and not await webhooks.store.waiting(job.tenant_id, job.webhook_id)

    await wait_until(quiet, 20)
    await read.settle()
    killer.armed = False
    if job.points:
        Path(job.points).write_text(json.dumps(killer.points))  # noqa: ASYNC240 - nobody else waits in this process
    for one in running:
        one.cancel()
    await asyncio.wait(running)
    await poster.close()
    await mongo.close()


async def in_a_process(job: Job) -> int:
    """Its exit code: 0, or -9 where it was killed."""
    return await killed_process.in_a_process(run, job, within_s=60)
