"""Each time of a recurring task makes one task, and each reminder is told once, also after kill -9 at any step."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.product.change_killed import Point
from tests.support.product.tasks_killed import Job, in_a_process

from call24.changes.model import Change
from call24.kit.ids import UserId
from call24.tasks.model import Task
from call24.tasks.series import TaskSeriesService
from call24.tasks.series_model import TaskSeries
from call24.tasks.service import TaskService


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    "point",
    [
        Point("insert changes", 1, after=True),
        Point("commitTransaction", 1, after=True),
        *(
            pytest.param(one, marks=pytest.mark.long("test_a_time_makes_one_task_wherever_the_server_is_killed"))
            for one in (
                Point("update task_series", 1, after=True),
                Point("insert tasks", 1, after=False),
                Point("insert tasks", 1, after=True),
                Point("insert task_history", 1, after=True),
                Point("commitTransaction", 1, after=False),
            )
        ),
    ],
)
async def test_a_time_makes_one_task_wherever_the_server_is_killed(
    api: Api, mongod: RunningMongod, point: Point
) -> None:
    acme = await api.organisation()
    agent = UserId(acme.users["agent"])
    series = await api.services.there.get(TaskSeriesService).add(
        acme.tenant.id,
        agent,
        rule="FREQ=DAILY",
        starts=(api.clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        due_after_s=3600,
        title="Count the till",
        assignee=agent,
    )
    assert series.next_at is not None
    job = Job(uri=mongod.uri, database=NAME, data=str(api.data), now=series.next_at + timedelta(minutes=1))
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    assert await in_a_process(job) == 0 and await in_a_process(job) == 0
    kept = api.mongo.tenant(acme.tenant.id)
    [task] = await kept.collection(Task).find()
    assert (task.title, task.created_at, task.due_at) == (
        "Count the till",
        series.next_at,
        series.next_at + timedelta(hours=1),
    )
    [after] = await kept.collection(TaskSeries).find()
    assert (after.made, after.next_at) == (1, series.next_at + timedelta(days=1))
    told = await kept.collection(Change).find({"subject": task.id}, sort=[("seq", 1)])
    assert [change.type for change in told] == ["task.changed", "task.assigned"]


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    "point",
    [
        Point("insert changes", 1, after=True),
        Point("commitTransaction", 1, after=True),
        *(
            pytest.param(one, marks=pytest.mark.long("test_a_reminder_is_told_once_wherever_the_server_is_killed"))
            for one in (
                Point("update tasks", 1, after=False),
                Point("update tasks", 1, after=True),
                Point("commitTransaction", 1, after=False),
            )
        ),
    ],
)
async def test_a_reminder_is_told_once_wherever_the_server_is_killed(
    api: Api, mongod: RunningMongod, point: Point
) -> None:
    acme = await api.organisation()
    agent, at = UserId(acme.users["agent"]), api.clock.now() + timedelta(hours=1)
    tasks = api.services.there.get(TaskService)
    task = await tasks.add(acme.tenant.id, "Ring Jo", assignee=agent, by=agent, remind_at=at)
    job = Job(uri=mongod.uri, database=NAME, data=str(api.data), now=at + timedelta(minutes=1))
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    assert await in_a_process(job) == 0 and await in_a_process(job) == 0
    kept = api.mongo.tenant(acme.tenant.id)
    told = await kept.collection(Change).find({"subject": task.id}, sort=[("seq", 1)])
    assert [change.type for change in told] == ["task.changed", "task.changed", "task.reminded"]
    [after] = await kept.collection(Task).find()
    assert (after.remind_at, after.reminded_at, after.version) == (None, job.now, 2)
