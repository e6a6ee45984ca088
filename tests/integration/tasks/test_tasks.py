"""Work items over HTTP and in MongoDB: made from calls, done by people, and kept when their calls go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.support.calls.told import Told
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.call_records.call_record import fold
from call24.call_records.follow_ups import FollowUps
from call24.calls import events as e
from call24.calls.model import Direction, EndedBy
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, QueueId, RecordingId
from call24.recordings.model import Recording
from call24.tasks.events import TASK_CHANGED
from call24.tasks.model import Task


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def missed(office: FrontOffice, name: str = "1", queue: QueueId | None = None, contact: Any = None) -> Told:
    contact_id = contact or await office.contact()
    told = office.call(name).arrives(contact_id).joins(queue or office.help).after(60).ends()
    await office.read(told)
    return told


async def listed(office: FrontOffice, role: str = "agent", **query: str) -> list[dict[str, Any]]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await office.ask(role, "GET", f"/v1/tasks?{asked}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def stored(office: FrontOffice) -> list[Task]:
    return await office.api.mongo.tenant(office.org.tenant.id).collection(Task).find()


# --- from calls ---


async def test_a_missed_call_becomes_a_task_of_its_queue_with_the_callers_name_and_number(office: FrontOffice) -> None:
    told = await missed(office)
    [task] = await listed(office)
    assert (task["kind"], task["state"], task["call_id"], task["version"]) == ("missed_call", "open", told.id, 1)
    assert (task["name"], task["number"]) == ("Jo", "+442079460123")
    assert task["queue"] == {"id": office.help, "name": "Help"}
    assert [x.task_id for x in await office.changes(TASK_CHANGED)] == [task["id"]]


async def test_a_message_becomes_a_task_that_says_how_long_it_is(office: FrontOffice) -> None:
    told = office.call("1").arrives(await office.contact()).joins(office.help)
    told.say(e.SentToVoicemail(reason="nobody"), e.MessageStarted(recording_id=RecordingId("rec_m"))).after(9).ends()
    office.recordings[told.id] = Recording(
        id=RecordingId("rec_m"),
        tenant_id=office.org.tenant.id,
        call_id=told.id,
        kind="message",
        duration_s=8.5,
        started_at=told.now,
        delete_at=told.now,
    )
    await office.read(told)
    [task] = await listed(office, kind="voicemail")
    assert (task["recording_id"], task["duration_s"]) == ("rec_m", 8.5)


async def test_reading_the_same_record_again_changes_nothing_even_when_the_task_is_done(office: FrontOffice) -> None:
    await missed(office)
    [task] = await listed(office)
    await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", {"state": "done"})
    before = await office.changes(TASK_CHANGED)
    assert [(x.state, x.version) for x in before] == [("open", 1), ("done", 2)]
    entries = await office.journal.read_call(office.org.tenant.id, task["call_id"])
    await FollowUps(office.tasks).written(fold(entries))
    assert await office.changes(TASK_CHANGED) == before
    assert [x["state"] for x in await listed(office)] == ["done"]


async def test_talking_to_the_customer_later_does_what_was_left_and_says_who_did(office: FrontOffice) -> None:
    contact_id = await office.contact()
    await missed(office, contact=contact_id)
    await missed(office, "2", contact=await office.contact("+442079460999"))
    agent = office.user("agent")
    later = office.call("3").after(600)
    later.say(
        e.CallPlaced(
            call_id=later.id,
            direction=Direction.OUTBOUND,
            agent_id=agent,
            contact_id=contact_id,
            rules=later.rules,
        )
    )
    later.offered_to(agent).own_phone_up(agent).dials("customer", contact_id).customer_answers().after(30)
    await office.read(later.ends(EndedBy.AGENT))
    by_state = {task["state"]: task for task in await listed(office)}
    assert set(by_state) == {"open", "done"}
    assert by_state["done"]["contact_id"] == contact_id
    assert by_state["done"]["done_by"] == {"id": agent, "name": "The agent"}
    assert by_state["done"]["done_call_id"] == later.id


async def test_an_earlier_talk_settles_nothing(office: FrontOffice) -> None:
    contact_id = await office.contact()
    early = office.call("early").arrives(contact_id).joins(office.help).offered_to().answered_by()
    late = office.call("late").after(10).arrives(contact_id).joins(office.help).after(60).ends()
    await office.read(late)
    await office.read(early.after(900).ends())
    assert [task["state"] for task in await listed(office)] == ["open"]


# --- by people ---


async def test_a_task_is_assigned_done_and_taken_up_again(office: FrontOffice) -> None:
    await missed(office)
    [task] = await listed(office)
    path, agent = f"/v1/tasks/{task['id']}", office.user("agent")
    assigned = (await office.ask("agent", "PATCH", path, {"assignee_id": agent})).json()
    assert assigned["assignee"] == {"id": agent, "name": "The agent"} and assigned["version"] == 2
    done = (await office.ask("agent", "PATCH", path, {"state": "done", "version": 2})).json()
    assert (done["state"], done["done_by"]["id"], done["version"]) == ("done", agent, 3)
    again = (await office.ask("agent", "PATCH", path, {"state": "open", "assignee_id": None})).json()
    assert (again["state"], again["done_at"], again["done_by"], again["assignee"]) == ("open", None, None, None)
    told = await office.changes(TASK_CHANGED)
    assert [(x.version, x.state, x.assignee_id) for x in told] == [
        (1, "open", None), (2, "open", agent), (3, "done", agent), (4, "open", None),
    ]  # fmt: skip


async def test_who_has_not_seen_the_newest_version_changes_nothing(office: FrontOffice) -> None:
    await missed(office)
    [task] = await listed(office)
    path = f"/v1/tasks/{task['id']}"
    await office.ask("agent", "PATCH", path, {"assignee_id": office.user("agent"), "version": 1})
    late = await office.ask("supervisor", "PATCH", path, {"state": "done", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "task_changed")
    assert [x["state"] for x in await listed(office)] == ["open"]


async def test_of_two_at_the_same_time_one_wins(office: FrontOffice) -> None:
    await missed(office)
    [task] = await stored(office)
    await office.tasks.assign(task, office.user("agent"))
    with pytest.raises(Conflict):
        await office.tasks.set_state(task, "done", office.user("supervisor"))


async def test_saying_what_it_is_already_changes_nothing(office: FrontOffice) -> None:
    await missed(office)
    [task] = await listed(office)
    answer = await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", {"state": "open"})
    assert answer.json()["version"] == 1


async def test_somebody_writes_down_what_is_to_be_done_about_a_call(office: FrontOffice) -> None:
    told = await missed(office)
    body = {"title": " Send  the bill ", "queue_id": office.help, "call_id": told.id, "due_at": "2030-01-01T09:00:00Z"}
    answer = await office.ask("agent", "POST", "/v1/tasks", body)
    assert answer.status_code == 201
    task = answer.json()
    assert (task["kind"], task["title"], task["number"]) == ("manual", "Send the bill", "+442079460123")
    assert task["due_at"] == "2030-01-01T09:00:00.000Z"
    [kept] = [x for x in await stored(office) if x.kind == "manual"]
    [other] = [x for x in await stored(office) if x.kind == "missed_call"]
    assert kept.delete_at == other.delete_at


async def test_a_note_to_oneself_is_ones_own_and_stays(office: FrontOffice) -> None:
    task = (await office.ask("agent", "POST", "/v1/tasks", {"title": "Tidy up"})).json()
    assert task["assignee_id"] == office.user("agent")
    await office.tasks.erase_due(office.api.clock.now() + timedelta(days=365))
    [kept] = await stored(office)
    assert (kept.title, kept.delete_at) == ("Tidy up", None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "x", "queue_id": "que_nobody"}, 422),
        ({"title": "x", "assignee_id": "usr_nobody"}, 422),
        ({"title": "x", "call_id": "call_nobody"}, 404),
        ({"title": "x", "due_at": "2030-01-01T09:00:00"}, 422),
        ({"title": "x", "due_at": "0001-01-01T00:00:00+14:00"}, 422),
        ({"title": "x", "due_at": "9999-12-31T23:59:59-12:00"}, 422),
        ({"title": "x", "state": "done"}, 422),
    ],
)
async def test_bad_input_makes_no_task(office: FrontOffice, body: dict[str, Any], status: int) -> None:
    assert (await office.ask("supervisor", "POST", "/v1/tasks", body)).status_code == status
    assert await stored(office) == []


# --- who sees which ---


async def test_an_agent_sees_the_tasks_of_its_queues_and_those_assigned_to_it(office: FrontOffice) -> None:
    await missed(office, "1")
    sales = await missed(office, "2", office.sales, ContactId("ctc_other"))
    assert [task["queue"]["id"] for task in await listed(office)] == [office.help]
    assert len(await listed(office, "supervisor")) == 2
    [foreign] = [task for task in await listed(office, "supervisor") if task["call_id"] == sales.id]
    path = f"/v1/tasks/{foreign['id']}"
    hidden = await office.ask("agent", "PATCH", path, {"state": "done"})
    unknown = await office.ask("agent", "PATCH", "/v1/tasks/tsk_nobody", {"state": "done"})
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    await office.ask("supervisor", "PATCH", path, {"assignee_id": office.user("agent")})
    assert len(await listed(office)) == 2
    assert (await office.ask("agent", "PATCH", path, {"state": "done"})).status_code == 200
    assert (await office.ask("agent", "POST", "/v1/tasks", {"title": "x", "queue_id": office.sales})).status_code == 422


async def test_another_organisation_sees_and_changes_nothing(office: FrontOffice) -> None:
    await missed(office)
    [task] = await listed(office)
    other = await office.api.organisation("Other")
    headers = {"Authorization": f"Bearer {other.bearers['owner']}"}
    assert (await office.http.get("/v1/tasks", headers=headers)).json()["items"] == []
    path = f"/v1/tasks/{task['id']}"
    assert (await office.http.patch(path, headers=headers, json={"state": "done"})).status_code == 404


async def test_lists_are_by_queue_assignee_state_and_kind_page_by_page(office: FrontOffice) -> None:
    for number in range(5):
        await missed(office, str(number), contact=ContactId(f"ctc_{number}"))
    first, *_ = await listed(office)
    await office.ask(
        "agent", "PATCH", f"/v1/tasks/{first['id']}", {"assignee_id": office.user("agent"), "state": "done"}
    )
    assert len(await listed(office, state="open", queue=office.help, kind="missed_call")) == 4
    assert [x["id"] for x in await listed(office, assignee="me")] == [first["id"]]
    assert await listed(office, queue=office.sales) == []
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await office.ask("agent", "GET", f"/v1/tasks?limit=2{cursor}")).json()
        seen += [task["id"] for task in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 5
    assert (await office.ask("agent", "GET", "/v1/tasks?cursor=x")).status_code == 422


# --- going ---


async def test_an_open_task_outlives_its_call_and_says_whom_to_call_back_until_it_is_done(office: FrontOffice) -> None:
    told, later = await missed(office), office.api.clock.now() + timedelta(days=91)
    assert await office.tasks.erase(office.org.tenant.id, [told.id]) == 1
    assert await office.tasks.erase_due(later) == 0
    [task] = await listed(office)
    assert (task["state"], task["call_id"], task["number"]) == ("open", None, "+442079460123")
    await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", {"state": "done"})
    assert await office.tasks.erase_due(later) == 1
    [task] = await listed(office)
    assert (task["kind"], task["state"], task["contact_id"], task["number"]) == ("missed_call", "done", None, None)


async def test_a_message_whose_call_is_gone_has_nothing_to_be_heard_any_more(office: FrontOffice) -> None:
    told = office.call("1").arrives(await office.contact()).joins(office.help)
    told.say(e.SentToVoicemail(reason="nobody"), e.MessageStarted(recording_id=RecordingId("rec_m"))).after(9).ends()
    await office.read(told)
    await office.tasks.erase(office.org.tenant.id, [told.id])
    [task] = await listed(office, kind="voicemail")
    assert (task["state"], task["recording_id"]) == ("open", None)


async def test_a_task_that_a_later_call_settled_outlives_that_call_too(office: FrontOffice) -> None:
    contact_id = await office.contact()
    await missed(office, contact=contact_id)
    settling = office.call("later").after(600).arrives(contact_id).joins(office.help).offered_to().answered_by()
    await office.read(settling.after(30).ends())
    assert [task["done_call_id"] for task in await listed(office)] == [settling.id]
    await office.tasks.erase(office.org.tenant.id, [settling.id])
    assert [task["done_call_id"] for task in await listed(office)] == [None]
