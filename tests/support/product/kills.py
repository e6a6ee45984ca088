"""What is true after a process was killed on its way from a change to a webhook, and the change was asked for again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from aiohttp import web
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, Organisation
from tests.support.product.change_killed import Act, Job, Point, in_a_process

from call24.changes.model import Change
from call24.contacts.model import Contact
from call24.kit.ids import UserId, WebhookId
from call24.tasks.model import Task
from call24.tasks.service import TaskService

KINDS = ["task.changed", "contact.deleted"]


class Kills:
    """An organisation with a webhook, and its receiver in this process."""

    def __init__(self, api: Api, org: Organisation, mongod: RunningMongod, webhook_id: str) -> None:
        self._api, self._org, self._mongod = api, org, mongod
        self._webhook_id = WebhookId(webhook_id)
        self._count = 0
        self.took: list[tuple[str, str, dict[str, object]]] = []

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.took.append((request.headers["webhook-id"], body["type"], body["data"]))
        return web.Response(status=204)

    async def points(self, act: Act, folder: Path) -> list[Point]:
        """Everything that could be killed at, from a run that was not."""
        file = folder / f"{act}.json"
        assert await in_a_process(await self._job(act, points=str(file))) == 0
        return [Point(*one) for one in json.loads(file.read_text())]

    async def killed(self, act: Act, point: Point) -> None:
        """Killed there, started again, and asked again: told once and for all, whatever it was killed at."""
        self.took.clear()
        job = await self._job(act)
        code = await in_a_process(msgspec.structs.replace(job, kill=point))
        assert code in (0, -9), f"{point}: ended with {code}"  # 0: what it was to be killed at did not come this time
        assert await in_a_process(job) == 0
        told = {id: (kind, data) for id, kind, data in self.took}
        assert len(told) == 1, f"{point}: told {told}"
        if act == "task":
            [(kind, data)] = told.values()
            assert (kind, data["task_id"], data["version"], data["state"]) == ("task.changed", job.task_id, 2, "done")
            assert (await self._tasks().get(job.tenant_id, job.task_id)).version == 2
        else:
            [(kind, data)] = told.values()
            assert (kind, data["contact_id"]) == ("contact.deleted", self._contact)
            assert await self._api.mongo.tenant(job.tenant_id).collection(Contact).find() == []

    def _tasks(self) -> TaskService:
        return TaskService(self._api.mongo, self._api.clock, self._api.changes)

    async def _job(self, act: Act, points: str = "") -> Job:
        """A new task, or a new contact; what was told of it so far is read already."""
        tenant_id, clock = self._org.tenant.id, self._api.clock
        self._count += 1
        task = Task(id="tsk_none", tenant_id=tenant_id, kind="manual", created_at=clock.now())  # type: ignore[arg-type]
        if act == "task":
            task = await self._tasks().add(tenant_id, f"Ring back {self._count}")
            await self._forget_events()
            now = clock.now()
        else:
            number = f"+4420794{self._count:05d}"
            self._contact = (await self._api.services.contacts.remember(tenant_id, number, "Jo")).id
            await self._forget_events()
            clock.advance(days=100)
            now = clock.now()
        return Job(
            uri=self._mongod.uri,
            database=NAME,
            data=str(self._api.data),
            act=act,
            tenant_id=tenant_id,
            webhook_id=self._webhook_id,
            task_id=task.id,
            by=UserId(self._org.users["agent"]),
            now=now,
            points=points,
        )

    async def _forget_events(self) -> None:
        """What made the scene is not what is looked at: a reader passes over what is not kept any more."""
        await self._api.mongo.tenant(self._org.tenant.id).collection(Change).delete_many({})


@asynccontextmanager
async def kills(api: Api, mongod: RunningMongod) -> AsyncIterator[Kills]:
    org = await api.organisation()
    app = web.Application()
    runner = web.AppRunner(app)
    made = Kills(api, org, mongod, "")
    app.router.add_post("/hook", made.take)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    answer = await org.call("owner", "POST", "/v1/webhooks", json={"url": url, "kinds": KINDS})
    assert answer.status_code == 201, answer.text
    made._webhook_id = WebhookId(answer.json()["id"])
    try:
        yield made
    finally:
        await runner.cleanup()
