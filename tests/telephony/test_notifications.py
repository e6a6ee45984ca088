"""Notifications of the server as it is composed: from the cause to the app, to another device and into the mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.support.http.mail import MailServer, mail_server, text_of
from tests.support.product.composed import Composed, composed
from tests.support.product.listening import listening
from tests.support.product.people import Agent
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("server")

MINE, PREFERENCES = "/v1/me/notifications", "/v1/me/notification-preferences"


@pytest.fixture
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as post:
        yield post


@pytest.fixture
async def house(stack: RunningStack, post: MailServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.notifications.due.LOOK_EVERY_S", 0.2)
    async with composed(stack, replace(stack.settings, smtp=f"smtp://127.0.0.1:{post.port}")) as house:
        yield house


async def told(agent: Agent) -> list[str]:
    return [one["kind"] for one in (await agent.http.get(MINE)).json()["items"]]


async def test_a_task_that_is_given_and_is_due_reaches_the_app_another_device_and_the_mailbox(
    house: Composed, post: MailServer
) -> None:
    def mailed(agent: Agent) -> list[str]:
        return [str(letter["Subject"]) for letter in post.letters if letter["To"] == agent.email]

    async with house.organisation("Notified") as acme:
        anna, bob = await acme.agent("Anna", phone=False), await acme.agent("Bob", phone=False)
        wish: dict[str, Any] = {"choices": [{"kind": "task_due", "channel": "email", "on": False}], "language": "mn"}
        assert (await anna.http.put(PREFERENCES, json=wish)).status_code == 200
        async with listening(acme.system, anna) as (device, socket_id):
            channel = (await anna.http.get("/v1/realtime")).json()["channels"]["user"]
            asked = {"socket_id": socket_id, "channel_name": channel}
            await device.subscribe(channel, (await anna.http.post("/broadcasting/auth", json=asked)).json()["auth"])
            await device.next("pusher_internal:subscription_succeeded")
            due_at = (house.clock.now() + timedelta(hours=2)).isoformat()
            task = {"title": "Call Mrs Bat back", "assignee_id": anna.user_id, "due_at": due_at}
            assert (await bob.http.post("/v1/tasks", json=task)).status_code == 201

            async def there() -> bool:
                return await told(anna) == ["task_assigned"]

            await wait_until(there, 10)
            await wait_until(lambda: mailed(anna) == ["Танд даалгавар өгөгдлөө"], 15)
            letter = next(one for one in post.letters if one["To"] == anna.email)
            assert "Bob танд Notified" in text_of(letter) and "Bat" not in str(letter)
            assert await told(bob) == [] and mailed(bob) == []
            async with asyncio.timeout(10):
                new = await device.next("notification")
            [shown] = (await anna.http.get(MINE)).json()["items"]
            assert (new["id"], new["kind"], new["state"]) == (shown["id"], "task_assigned", "new")
            assert (await anna.http.put(f"{MINE}/{shown['id']}/read")).status_code == 200
            async with asyncio.timeout(10):
                read = await device.next("notification")
            assert (read["id"], read["state"]) == (shown["id"], "read")

        house.clock.moved += timedelta(hours=2, minutes=1)

        async def due() -> bool:
            return await told(anna) == ["task_due", "task_assigned"]

        await wait_until(due, 10)
        assert mailed(anna) == ["Танд даалгавар өгөгдлөө"], "she wants no e-mail of what is due"


@pytest.mark.long(
    "integration/live/test_queue_alerts.py::test_a_caller_who_waits_too_long_raises_one_alert_and_who_may_help_is_told"
)
async def test_callers_who_wait_alert_a_supervisor_in_the_app_on_the_board_and_by_e_mail(
    house: Composed, post: MailServer
) -> None:
    async with house.organisation("Alerted", alert_waiting=1) as acme:
        anna, boss = await acme.agent("Anna"), await acme.agent("Boss", "supervisor", phone=False, member=False)
        wish: dict[str, Any] = {"choices": [{"kind": "queue_alert", "channel": "email", "on": True}]}
        assert (await boss.http.put(PREFERENCES, json=wish)).status_code == 200
        await anna.be("paused")
        async with listening(acme.system, boss) as (device, socket_id):
            channel = (await boss.http.get("/v1/realtime")).json()["channels"]["tenant"]
            asked = {"socket_id": socket_id, "channel_name": channel}
            await device.subscribe(channel, (await boss.http.post("/broadcasting/auth", json=asked)).json()["auth"])
            await device.next("pusher_internal:subscription_succeeded")
            call = await acme.dial()
            async with asyncio.timeout(15):
                while not (row := await device.next("queue"))["alerts"]:
                    pass
            assert (row["id"], row["waiting"], [one["rule"] for one in row["alerts"]]) == (
                acme.queue_id,
                1,
                ["waiting"],
            )

        async def there() -> bool:
            return await told(boss) == ["queue_alert"]

        await wait_until(there, 10)
        assert await told(anna) == [], "she cannot help"
        await wait_until(lambda: [one["To"] for one in post.letters] == [boss.email], 15)
        assert "In the queue " in text_of(post.letters[0])
        call.hang_up()
        await acme.nothing_left()
