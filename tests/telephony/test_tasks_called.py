"""What calls leave to do, with real calls: a message, a missed call, and calling the customer back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, LINE_HZ, Agent
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

WAITED_S = 5.3


async def tasks(agent: Agent, **query: str) -> list[dict[str, Any]]:
    answer = await agent.http.get("/v1/tasks", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def one_task(agent: Agent, **query: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        found[:] = await tasks(agent, **query)
        return len(found) == 1

    await wait_until(there)
    return found[0]


async def test_a_message_becomes_a_task_that_can_be_heard_and_done(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        call = await acme.customer("+442079460171", "Grace").dial(acme.number, Tone(CALLER_HZ))
        spool = system.settings.recording_spool / acme.tenant_id
        await wait_until(lambda: list(spool.glob("*.wav")), 15)
        spoken = call.stream.sent
        await wait_until(lambda: call.stream.sent - spoken > 75)
        call.hang_up()
        task = await one_task(anna, kind="voicemail")
        assert (task["name"], task["number"], task["state"]) == ("Grace", "+442079460171", "open")
        assert task["queue"]["id"] == acme.queue_id

        async def heard() -> bool:
            return (await anna.http.get(f"/v1/recordings/{task['recording_id']}/audio")).status_code == 200

        await wait_until(heard)
        assert (await one_task(anna))["duration_s"] > 1
        version = (await one_task(anna))["version"]
        done = await anna.http.patch(f"/v1/tasks/{task['id']}", json={"state": "done", "version": version})
        assert done.json()["done_by"]["id"] == anna.user_id
        assert await tasks(anna, state="open") == []


@pytest.mark.long("integration/tasks/test_recurring.py::test_whoever_has_the_task_then_is_reminded_once")
async def test_users_are_reminded_of_a_task(system: System) -> None:
    """By the clock of the running installation, which looks every half minute."""
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        task = await acme.post("/v1/tasks", {"title": "Ring Jo", "assignee_id": anna.user_id, "remind_at": soon})

        async def reminded() -> bool:
            return (await anna.http.get(f"/v1/tasks/{task['id']}")).json()["reminded_at"] is not None

        await wait_until(reminded, 45)

        async def told() -> bool:
            notices = (await anna.http.get("/v1/me/notifications")).json()["items"]
            return "task_due" in [one["kind"] for one in notices]

        await wait_until(told, 20)


@pytest.mark.long(
    "integration/tasks/test_tasks.py::test_talking_to_the_customer_later_does_what_was_left_and_says_who_did"
)
async def test_a_missed_call_is_done_once_the_customer_is_called_back(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        await anna.be("paused", "lunch")
        line = await acme.line()
        began = time.monotonic()
        call = await acme.customer(line.number, "Grace").dial(acme.number)
        await wait_until(acme.waiting)
        await wait_until(lambda: time.monotonic() - began > WAITED_S, 10)
        call.hang_up()
        task = await one_task(anna, state="open")
        assert (task["kind"], task["number"]) == ("missed_call", line.number)
        await anna.be("available")
        anna.answers_by_itself(AGENT_HZ)
        call_id = await anna.place(line.number)
        await anna.rings()
        (await line.rings()).answer(LINE_HZ)
        await anna.call_is("connected")
        await anna.does(call_id, "hangup")
        done = await one_task(anna, state="done")
        assert (done["id"], done["done_by"]["id"], done["done_call_id"]) == (task["id"], anna.user_id, call_id)
        assert await tasks(anna, state="open") == []
        await acme.nothing_left()


async def test_who_rings_off_at_once_leaves_nothing_to_do(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        call = await acme.dial()
        await anna.rings()
        call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["missed"]) == ("abandoned", False)
        assert await tasks(anna) == []
