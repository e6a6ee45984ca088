"""One decision for each event, also after kill -9 at any step between an assigned task and its e-mail."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.mail import MailServer, mail_server
from tests.support.product.change_killed import Point
from tests.support.product.notifications_killed import Job, in_a_process

from call24.changes.model import Change
from call24.kit.ids import UserId
from call24.notifications.model import Notification
from call24.tasks.service import TaskService


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    ("point", "letters"),
    [
        (Point("insert letters", 1, after=True), 1),
        (Point("MAIL", 1, after=True), 2),  # sent at least once
        *(
            pytest.param(
                *one,
                marks=pytest.mark.long("test_a_server_that_is_killed_anywhere_notifies_once_and_sends_at_least_once"),
            )
            for one in (
                (Point("insert notifications", 1, after=False), 1),
                (Point("insert notifications", 1, after=True), 1),
                (Point("commitTransaction", 1, after=False), 1),
                (Point("commitTransaction", 1, after=True), 1),
                (Point("MAIL", 1, after=False), 1),
            )
        ),
    ],
)
async def test_a_server_that_is_killed_anywhere_notifies_once_and_sends_at_least_once(
    api: Api, mongod: RunningMongod, mail: MailServer, point: Point, letters: int
) -> None:
    acme = await api.organisation()
    agent, owner = UserId(acme.users["agent"]), UserId(acme.users["owner"])
    await api.services.there.get(TaskService).add(acme.tenant.id, "Call back", assignee=agent, by=owner)
    job = Job(uri=mongod.uri, database=NAME, data=str(api.data), smtp_port=mail.port, now=api.clock.now())
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    assert await in_a_process(job) == 0 and await in_a_process(job) == 0
    kept = api.mongo.tenant(acme.tenant.id)
    [one] = await kept.collection(Notification).find()
    assert (one.user_id, one.kind.value, one.by) == (agent, "task_assigned", owner)
    told = await kept.collection(Change).find({"type": "notification.created"})
    assert [change.subject for change in told] == [one.id]
    assert [letter["To"] for letter in mail.letters] == [acme.emails["agent"]] * letters
