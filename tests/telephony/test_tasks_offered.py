"""Tasks offered to agents by the whole system: one after another, after calls, and over a killed server."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until


async def make(acme: Organisation, title: str, **more: Any) -> dict[str, Any]:
    return await acme.post("/v1/tasks", {"title": title, "queue_id": acme.queue_id, **more})


async def offers(agent: Agent) -> list[dict[str, Any]]:
    try:
        answer = await agent.http.get("/v1/task-offers")
    except httpx.TransportError:
        return []  # the server is starting
    items: list[dict[str, Any]] = answer.json().get("items", [])
    return items


async def offered(agent: Agent, timeout_s: float = 10) -> dict[str, Any]:
    """The task that this agent is asked to take, once there is one."""

    async def there() -> list[dict[str, Any]]:
        return await offers(agent)

    [offer] = await wait_until(there, timeout_s)
    task: dict[str, Any] = offer["task"]
    return task


async def is_offered_nothing(agent: Agent, timeout_s: float = 10) -> None:
    async def nothing() -> bool:
        return await offers(agent) == []

    await wait_until(nothing, timeout_s)


async def answers(agent: Agent, task: dict[str, Any], what: str) -> httpx.Response:
    return await agent.http.post(f"/v1/tasks/{task['id']}/{what}")


async def history(agent: Agent, task: dict[str, Any]) -> list[str]:
    """What was done with it, the oldest first."""
    entries = (await agent.http.get(f"/v1/tasks/{task['id']}/history?limit=100")).json()["items"]
    return [entry["what"] for entry in reversed(entries)]


async def test_a_task_goes_from_one_agent_to_the_next_until_one_accepts_it(system: System) -> None:
    async with system.organisation("Acme", offers_tasks=True) as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        task = await make(acme, "Send the price list")
        assert (await offered(anna))["id"] == task["id"]
        assert await offers(bert) == []
        assert (await answers(bert, task, "accept")).json()["code"] == "task_offer_over"
        assert (await answers(anna, task, "decline")).status_code == 200
        assert (await offered(bert))["id"] == task["id"]
        assert await offers(anna) == []
        taken = (await answers(bert, task, "accept")).json()
        assert (taken["assignee_id"], taken["state"], taken["offered_to"]) == (bert.user_id, "in_progress", None)
        assert (await answers(anna, task, "accept")).json()["code"] == "task_offer_over"
        assert await history(bert, task) == ["created", "offered", "declined", "offered", "accepted"]

        # Who has one in hand is offered no other; who has declined one is.
        second = await make(acme, "Mend the printer")
        assert (await offered(anna))["id"] == second["id"]
        assert await offers(bert) == []


async def test_a_call_goes_first_and_takes_the_offer_back(system: System) -> None:
    async with system.organisation("Acme", offers_tasks=True, wrap_up_s=0) as acme:
        [anna] = await acme.crew("Anna")
        task = await make(acme, "Send the price list")
        await offered(anna)
        talk = await acme.talk(anna)
        await is_offered_nothing(anna)
        assert (await answers(anna, task, "accept")).json()["code"] == "task_offer_over"
        late = await make(acme, "Mend the printer")
        await asyncio.sleep(1)
        assert await offers(anna) == [], "she talks"
        talk.call.hang_up()
        await anna.becomes("available")
        assert (await offered(anna))["id"] == task["id"], "it waits longest"
        assert await history(anna, task) == ["created", "offered", "withdrawn", "offered"]
        assert (await answers(anna, task, "accept")).status_code == 200

        # A task in hand keeps no call away.
        await acme.talk(anna)
        assert await offers(anna) == []
        assert await history(anna, late) == ["created"]


@pytest.mark.long(
    "integration/task_offers/test_task_offers.py::"
    "test_two_servers_that_look_at_once_ask_each_agent_for_one_task_and_each_task_of_one_agent"
)
async def test_an_offer_stands_over_a_killed_server_and_is_the_only_one(doomed: System) -> None:
    async with doomed.organisation("Acme", offers_tasks=True, task_offer_s=120) as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        task = await make(acme, "Send the price list")
        await offered(anna)
        killed = doomed.kill("server")
        await doomed.restarted("server", killed)
        assert (await offered(anna, 30))["id"] == task["id"]
        later = await make(acme, "Mend the printer")
        assert (await offered(bert, 20))["id"] == later["id"], "and to nobody else"
        assert await history(anna, task) == ["created", "offered"]
        taken, again = await asyncio.gather(answers(anna, task, "accept"), answers(anna, task, "accept"))
        assert {taken.status_code, again.status_code} <= {200, 409} and 200 in {taken.status_code, again.status_code}
        doomed.kill("server")

        async def hers() -> bool:
            try:
                found = (await anna.http.get(f"/v1/tasks/{task['id']}")).json()
            except httpx.TransportError:
                return False
            return (found.get("assignee_id"), found.get("state")) == (anna.user_id, "in_progress")

        await wait_until(hers, 30)
        assert (await offered(bert, 20))["id"] == later["id"]


async def test_what_a_caller_leaves_in_the_ivr_is_a_task_with_the_keys_and_is_offered(system: System) -> None:
    async with system.organisation("Acme", offers_tasks=True) as acme:
        [anna] = await acme.crew("Anna")
        nodes = {
            "menu": {
                "type": "menu",
                "prompt": await acme.prompt("Menu", 2100, 20),
                "choices": {"2": "more"},
                "on_timeout": "bye",
                "on_invalid": "bye",
            },
            "more": {
                "type": "menu",
                "prompt": await acme.prompt("More", 1250, 20),
                "choices": {"7": "write"},
                "on_timeout": "bye",
                "on_invalid": "bye",
            },
            "write": {
                "type": "task",
                "queue_id": acme.queue_id,
                "prompt": await acme.prompt("We write to you", 800, 1),
                "next": "bye",
            },
            "bye": {"type": "hang_up", "prompt": None},
        }
        number = (await acme.add_number(flow_id=await acme.flow("menu", nodes)))["number"]
        call = await acme.customer("+442079460191", "Grace").dial(number)
        await wait_until(lambda: call.heard(2100), 10)
        call.press("2")
        await wait_until(lambda: call.heard(1250), 10)
        call.press("7")
        await wait_until(lambda: call.heard(800), 10)
        assert (await call.ended(10)).by == "them"
        task = await offered(anna)
        assert (task["kind"], task["name"], task["text"]) == ("request", "Grace", "Pressed 2, then 7")
        assert task["queue"]["id"] == acme.queue_id
        [record] = await acme.ended()
        assert task["call_id"] == record["id"]
        every = (await anna.http.get("/v1/tasks")).json()["items"]
        assert [one["kind"] for one in every] == ["request"], "and no missed call beside it"
        deleted = await acme.http.delete(f"/v1/queues/{acme.queue_id}")
        assert deleted.json()["code"] == "queue_in_use"
