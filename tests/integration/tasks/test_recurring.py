"""Recurring tasks and reminders over HTTP, and what the clock makes of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pymongo
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.for_each import for_each
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.wait import wait_until

from call24.kit.errors import Conflict
from call24.kit.ids import UserId
from call24.tasks.due import TaskClock
from call24.tasks.events import TASK_REMINDED
from call24.tasks.model import Task
from call24.tasks.series import TaskSeriesService
from call24.tasks.series_model import TaskSeries
from call24.tasks.store import TaskFilter

SERIES = "/v1/task-series"
BODY = {"rule": "FREQ=WEEKLY", "title": "Count the till"}
Json = dict[str, Any]


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def looked(office: FrontOffice) -> None:
    await office.api.services.there.get(TaskClock).look()


async def stored(office: FrontOffice) -> list[Task]:
    found = office.api.mongo.tenant(office.org.tenant.id).collection(Task)
    return await found.find(sort=[("created_at", 1), ("id", 1)])


async def recurring(office: FrontOffice, role: str = "agent", **more: Any) -> Json:
    body = {**BODY, "starts": f"{long_ago(office)}T09:00", **more}
    answer = await office.ask(role, "POST", SERIES, body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def kept(office: FrontOffice, made: Json) -> TaskSeries:
    """Read without a request: sessions end when nobody has used them for long."""
    return await office.api.services.there.get(TaskSeriesService).get(office.org.tenant.id, made["id"])


def long_ago(office: FrontOffice) -> str:
    return (office.api.clock.now() - timedelta(days=100)).strftime("%Y-%m-%d")


def soon(office: FrontOffice) -> str:
    return (office.api.clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


async def test_a_series_is_in_the_organisations_time_zone(api: Api) -> None:
    there = await api.services.tenants.create("Tuul", numbers=("+",), timezone="Asia/Ulaanbaatar")
    start = (api.clock.now() - timedelta(days=100)).strftime("%Y-%m-%d")
    series = api.services.there.get(TaskSeriesService)
    made = await series.add(
        there.id, UserId("usr_ann"), rule="FREQ=DAILY", starts=f"{start}T09:00", due_after_s=0, title="Count the till"
    )
    assert made.next_at is not None and (made.next_at.hour, made.next_at.minute) == (1, 0)


async def test_each_time_makes_a_task_with_what_the_series_says(office: FrontOffice) -> None:
    made = await recurring(
        office, rule="FREQ=DAILY", starts=soon(office), text="Twice", priority="high", due_after_s=600,
        checklist=["coins", "notes"], queue_id=office.help, assignee_id=office.user("agent"),
    )  # fmt: skip
    await looked(office)
    assert await stored(office) == []
    for day in range(3):
        office.api.clock.advance(days=1)
        await looked(office)
        await looked(office)
        assert len(await stored(office)) == day + 1
    first, *_ = await stored(office)
    assert (first.kind, first.title, first.text, first.priority) == ("recurring", "Count the till", "Twice", "high")
    assert first.due_at == first.created_at + timedelta(seconds=600)
    assert [item.text for item in first.checklist] == ["coins", "notes"]
    wanted = TaskFilter(queues=None, user_id=office.user("agent"), series_id=made["id"])
    listed = await office.tasks.page(office.org.tenant.id, wanted, limit=2, cursor=None)
    assert (len(listed.tasks), listed.next is not None) == (2, True)
    assert (await kept(office, made)).made == 3


async def test_of_times_that_passed_while_the_server_was_off_one_task_is_made(office: FrontOffice) -> None:
    await recurring(office, rule="FREQ=DAILY", starts=soon(office))
    office.api.clock.advance(days=10)
    await looked(office)
    [task] = await stored(office)
    assert office.api.clock.now() - task.created_at < timedelta(days=1)


async def test_a_rule_that_has_ended_makes_nothing_more(office: FrontOffice) -> None:
    made = await recurring(office, rule="FREQ=DAILY;COUNT=2", starts=soon(office))
    for _ in range(4):
        office.api.clock.advance(days=1)
        await looked(office)
    assert len(await stored(office)) == 2
    assert (await kept(office, made)).next_at is None


async def test_a_change_is_for_the_times_to_come(office: FrontOffice) -> None:
    starts = (office.api.clock.now() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    made = await recurring(office, rule="FREQ=DAILY", starts=starts, assignee_id=office.user("agent"))
    office.api.clock.advance(minutes=3)
    await looked(office)
    for wrong in ({"rule": "FREQ=HOURLY"}, {"starts": "1999-01-05T09:00"}, {"assignee_id": "usr_none"}):
        assert (await office.ask("agent", "PATCH", f"{SERIES}/{made['id']}", wrong)).status_code == 422
    change = {"title": "Count both tills", "rule": "FREQ=WEEKLY", "checklist": ["coins"]}
    answer = (await office.ask("agent", "PATCH", f"{SERIES}/{made['id']}", change)).json()
    assert (answer["title"], answer["rule"], answer["starts"][:16]) == ("Count both tills", "FREQ=WEEKLY", starts)
    for _ in range(9):
        office.api.clock.advance(days=1)
        await looked(office)
    first, second = await stored(office)
    assert (first.title, second.title) == ("Count the till", "Count both tills")
    assert second.created_at - first.created_at == timedelta(days=7)
    series = office.api.services.there.get(TaskSeriesService)
    older = msgspec.structs.replace(await kept(office, made), version=1)
    with pytest.raises(Conflict):
        await series.change(older, {"title": "Mine"})


async def test_a_deleted_series_makes_nothing_more_and_its_tasks_stay(office: FrontOffice) -> None:
    made = await recurring(office, rule="FREQ=DAILY", starts=soon(office))
    office.api.clock.advance(days=1)
    await looked(office)
    await office.api.services.there.get(TaskSeriesService).remove(office.org.tenant.id, made["id"])
    office.api.clock.advance(days=1)
    await looked(office)
    assert len(await stored(office)) == 1


async def test_agents_see_the_recurring_tasks_of_their_queues_and_their_own(office: FrontOffice) -> None:
    foreign = await recurring(office, "supervisor", queue_id=office.sales)
    own = await recurring(office)
    listed = (await office.ask("agent", "GET", SERIES)).json()["items"]
    assert [one["id"] for one in listed] == [own["id"]]
    for method in ("GET", "DELETE"):
        assert (await office.ask("agent", method, f"{SERIES}/{foreign['id']}")).status_code == 404
    assert (
        await office.ask("agent", "POST", SERIES, {**BODY, "starts": soon(office), "queue_id": office.sales})
    ).status_code == 422


@for_each(
    "wrong",
    [
        {"rule": "FREQ=HOURLY"},
        {"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
        {"starts": "2036-01-05T09:00Z"},
        {"starts": "monday"},
        {"starts": "1999-01-05T09:00"},
        {"title": " "},
        {"due_after_s": -1},
        {"due_after_s": 10**9},
        {"checklist": [" "]},
    ],
)
async def test_a_bad_recurring_task_is_refused(office: FrontOffice, wrong: Json) -> None:
    answer = await office.ask("agent", "POST", SERIES, {**BODY, "starts": soon(office), **wrong})
    assert answer.status_code == 422, answer.text


# --- reminders ---


async def test_whoever_has_the_task_then_is_reminded_once(office: FrontOffice) -> None:
    at = (office.api.clock.now() + timedelta(hours=1)).isoformat()
    task = (await office.ask("agent", "POST", "/v1/tasks", {"title": "Ring Jo", "remind_at": at})).json()
    await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", {"assignee_id": office.user("supervisor")})
    await looked(office)
    assert await office.changes(TASK_REMINDED) == []
    office.api.clock.advance(hours=2)
    await looked(office)
    await looked(office)
    [told] = await office.changes(TASK_REMINDED)
    assert (told.task_id, told.assignee_id) == (task["id"], office.user("supervisor"))

    async def notified() -> bool:
        found = (await office.ask("supervisor", "GET", "/v1/me/notifications")).json()["items"]
        return [one["kind"] for one in found] == ["task_due", "task_assigned"]

    await wait_until(notified)
    after = (await office.ask("supervisor", "GET", f"/v1/tasks/{task['id']}")).json()
    assert (after["remind_at"], after["reminded_at"] is None) == (None, False)
    again = (office.api.clock.now() + timedelta(hours=1)).isoformat()
    await office.ask("supervisor", "PATCH", f"/v1/tasks/{task['id']}", {"remind_at": again})
    office.api.clock.advance(hours=2)
    await looked(office)
    assert len(await office.changes(TASK_REMINDED)) == 2


async def test_what_has_come_with_the_time_is_found_by_index(office: FrontOffice, mongod: RunningMongod) -> None:
    """Both are looked for every 15 seconds, in all organisations: of tasks without a reminder none is read."""
    for number in range(30):
        await office.tasks.add(office.org.tenant.id, str(number))
    await recurring(office, rule="FREQ=DAILY", starts=soon(office))
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:

        def used() -> list[int]:
            found = [client[NAME][one].aggregate([{"$indexStats": {}}]) for one in ("tasks", "task_series")]
            ops = {one["name"]: one["accesses"]["ops"] for stats in found for one in stats}
            return [ops["remind_at_1_tenant_id_1"], ops["next_at_1"]]

        before = used()
        await looked(office)
        assert all(after > earlier for earlier, after in zip(before, used(), strict=True))


async def test_of_a_closed_task_nobody_is_reminded(office: FrontOffice) -> None:
    at = (office.api.clock.now() + timedelta(hours=1)).isoformat()
    task = (await office.ask("agent", "POST", "/v1/tasks", {"title": "Ring Jo", "remind_at": at})).json()
    await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", {"state": "dropped"})
    office.api.clock.advance(hours=2)
    await looked(office)
    assert await office.changes(TASK_REMINDED) == []


async def test_who_is_named_in_a_comment_is_notified(office: FrontOffice) -> None:
    task = (await office.ask("agent", "POST", "/v1/tasks", {"title": "x", "queue_id": office.help})).json()
    body = {"text": "Look", "mentions": [office.user("supervisor")]}
    await office.ask("agent", "POST", f"/v1/tasks/{task['id']}/comments", body)

    async def notified() -> bool:
        found = (await office.ask("supervisor", "GET", "/v1/me/notifications")).json()["items"]
        return [(one["kind"], one["by"]["id"]) for one in found] == [("task_mentioned", office.user("agent"))]

    await wait_until(notified)


async def test_an_organisation_with_very_many_reminders_holds_up_no_other(office: FrontOffice, api: Api) -> None:
    now, other = api.clock.now(), await api.organisation("Other")
    for number in range(45):
        await office.tasks.add(
            office.org.tenant.id, f"Ring {number}", assignee=office.user("agent"), remind_at=now - timedelta(hours=2)
        )
    one = await office.tasks.add(
        other.tenant.id, "Ring Bo", assignee=UserId(other.users["agent"]), remind_at=now - timedelta(hours=1)
    )
    assert await office.tasks.remind() == 21, "20 of the first organisation, and the one of the other"
    assert (await office.tasks.get(other.tenant.id, one.id)).reminded_at == now
    assert [await office.tasks.remind() for _ in range(3)] == [20, 5, 0]


async def test_a_paused_series_makes_no_task_and_what_passed_meanwhile_is_not_made_up_for(office: FrontOffice) -> None:
    made = await recurring(office, rule="FREQ=DAILY")
    office.api.clock.advance(days=1)
    await looked(office)
    assert len(await stored(office)) == 1
    series = office.api.services.there.get(TaskSeriesService)
    paused = await series.change(await kept(office, made), {"paused": True})
    assert (paused.paused, paused.next_at) == (True, None)
    reworded = await series.change(paused, {"rule": "FREQ=WEEKLY", "title": "Count both tills"})
    assert (reworded.paused, reworded.next_at) == (True, None), "another rule does not resume it"
    await series.change(reworded, {"rule": "FREQ=DAILY"})
    office.api.clock.advance(days=3)
    await looked(office)
    [task] = await stored(office)
    assert (task.title, task.state) == ("Count the till", "open"), "what was made stays as it is"
    now = office.api.clock.now()
    resumed = await series.change(await kept(office, made), {"paused": False})
    assert resumed.next_at is not None and now < resumed.next_at <= now + timedelta(days=1)
    await looked(office)
    assert len(await stored(office)) == 1
    office.api.clock.advance(days=1)
    await looked(office)
    assert [one.title for one in await stored(office)] == ["Count the till", "Count both tills"]
