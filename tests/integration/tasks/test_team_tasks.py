"""The team's work list over HTTP: what a task says, who changed what, comments, lists, and changes of many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.kit.errors import NotFound
from call24.kit.ids import ContactId, TaskId
from call24.tasks import service
from call24.tasks.bulk import BulkChanges
from call24.tasks.comments import TaskComments
from call24.tasks.events import TASK_ASSIGNED, TASK_CHANGED, TASK_COMMENTED, TASK_MENTIONED
from call24.tasks.history_model import TaskComment, TaskEntry
from call24.tasks.model import Task

Json = dict[str, Any]


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def added(office: FrontOffice, title: str = "Ring Jo", role: str = "agent", **more: Any) -> Json:
    answer = await office.ask(role, "POST", "/v1/tasks", {"title": title, **more})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def changed(office: FrontOffice, task: Json, role: str = "agent", **fields: Any) -> Json:
    answer = await office.ask(role, "PATCH", f"/v1/tasks/{task['id']}", fields)
    assert answer.status_code == 200, answer.text
    now: Json = answer.json()
    return now


async def refused(
    office: FrontOffice, method: str, path: str, body: Any = None, role: str = "agent"
) -> tuple[int, str]:
    answer = await office.ask(role, method, path, body)
    return answer.status_code, answer.json()["code"]


async def titles(office: FrontOffice, query: str = "", role: str = "agent") -> list[str | None]:
    answer = await office.ask(role, "GET", f"/v1/tasks?limit=100&{query}")
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["items"]]


async def found(office: FrontOffice, q: str, role: str = "agent", **more: Any) -> list[str | None]:
    answer = await office.ask(role, "POST", "/v1/tasks/search", {"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["items"]]


async def history(office: FrontOffice, task: Json, query: str = "") -> Json:
    answer = await office.ask("agent", "GET", f"/v1/tasks/{task['id']}/history?{query}")
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    return page


# --- the task itself ---


async def test_a_task_has_all_that_was_written_down(office: FrontOffice) -> None:
    whole = {
        "text": "She asked twice.\n\n- bill of May\n- bill of June ",
        "kind": "callback",
        "priority": "urgent",
        "due_at": "2030-01-01T09:00:00.000Z",
        "remind_at": "2030-01-01T08:45:00.000Z",
        "checklist": [{"text": " Find  it "}, {"text": "Send it", "done": True}],
    }
    task = await added(office, "Send the bills", queue_id=office.help, **whole)
    assert task == (await office.ask("agent", "GET", f"/v1/tasks/{task['id']}")).json()
    assert task["checklist"] == [{"text": "Find it", "done": False}, {"text": "Send it", "done": True}]
    assert task["text"] == "She asked twice.\n\n- bill of May\n- bill of June"
    assert {name: task[name] for name in ("kind", "priority", "due_at", "remind_at", "state", "version")} == {
        **{name: whole[name] for name in ("kind", "priority", "due_at", "remind_at")}, "state": "open", "version": 1,
    }  # fmt: skip
    assert task["created_by"] == {"id": office.user("agent"), "name": "The agent"}


async def test_one_request_is_one_change_whatever_is_in_it(office: FrontOffice) -> None:
    task = await added(office, queue_id=office.help)
    after = await changed(
        office, task, title="Write to Jo", text="By e-mail", priority="high", state="in_progress",
        assignee_id=office.user("supervisor"), due_at="2030-01-01T09:00:00Z", version=1,
    )  # fmt: skip
    assert (after["version"], after["state"], after["assignee"]["name"]) == (2, "in_progress", "The supervisor")
    assert [(x.version, x.state) for x in await office.changes(TASK_CHANGED)] == [(1, "open"), (2, "in_progress")]
    assert [(x.assignee_id, x.by) for x in await office.changes(TASK_ASSIGNED)] == [
        (office.user("supervisor"), office.user("agent"))
    ]


async def test_what_is_done_is_not_dropped_and_the_answer_says_what_is_allowed(office: FrontOffice) -> None:
    task = await added(office)
    done = await changed(office, task, state="done")
    assert done["done_by"]["id"] == office.user("agent") and done["done_at"] is not None
    answer = await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", {"state": "dropped", "priority": "low"})
    assert (answer.status_code, answer.json()["code"]) == (409, "task_transition")
    assert "in_progress or open" in answer.json()["detail"]
    assert (await office.ask("agent", "GET", f"/v1/tasks/{task['id']}")).json() == done, "nothing of it was stored"
    again = await changed(office, task, state="in_progress")
    assert (again["done_at"], again["done_by"]) == (None, None)
    dropped = await changed(office, task, state="dropped")
    assert dropped["done_by"]["id"] == office.user("agent")


async def test_with_too_many_tasks_to_be_done_users_add_none_until_one_is_done(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.tasks.service.OPEN_MAX", 1)
    one = await added(office, "One", queue_id=office.help)
    refused = await office.ask("agent", "POST", "/v1/tasks", {"title": "Two", "queue_id": office.help})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many")
    assert "finish or drop some first" in refused.json()["detail"]
    await office.ask("agent", "PATCH", f"/v1/tasks/{one['id']}", {"state": "done"})
    await added(office, "Two", queue_id=office.help)


WRONG: tuple[Json, ...] = (
    {"text": "x" * 4001},
    {"text": "a\x00b"},
    {"priority": "huge"},
    {"checklist": [{"text": " "}]},
    {"checklist": [{"text": "x"}] * 51},
    {"remind_at": "2030-01-01T09:00:00"},
    {"queue_id": "que_nobody"},
    {"person_id": "per_nobody"},
    {"state": "finished"},
)


async def test_bad_input_changes_nothing(office: FrontOffice) -> None:
    task = await added(office)
    for wrong in WRONG:
        answer = await office.ask("agent", "PATCH", f"/v1/tasks/{task['id']}", wrong)
        assert answer.status_code == 422, (wrong, answer.text)
        assert answer.json()["errors"]
        assert (await office.ask("agent", "GET", f"/v1/tasks/{task['id']}")).json() == task, wrong


# --- links ---


async def test_a_task_about_a_person_is_about_the_first_number_and_stays_so(office: FrontOffice) -> None:
    person = {"given": "Jo", "numbers": [{"number": "+442079460123"}, {"number": "+442079460124"}]}
    made = (await office.ask("agent", "POST", "/v1/people", person)).json()
    task = await added(office, person_id=made["id"])
    assert (task["person_id"], task["number"]) == (made["id"], "+442079460123")
    assert await titles(office, f"person={made['id']}&closed=false") == ["Ring Jo"]
    assert await titles(office, f"contact={task['contact_id']}") == ["Ring Jo"]
    other = (await office.ask("agent", "POST", "/v1/people", {"given": "Mo"})).json()
    path = f"/v1/tasks/{task['id']}"
    assert (await refused(office, "PATCH", path, {"person_id": other["id"]}))[0] == 422
    assert (await changed(office, task, person_id=made["id"]))["version"] == 1


async def test_a_private_entry_is_in_no_task_and_a_contact_is_not_found_out_by_one(office: FrontOffice) -> None:
    private = (await office.ask("agent", "POST", "/v1/people", {"given": "Jo", "private": True})).json()
    body = {"title": "x", "person_id": private["id"]}
    assert (await office.ask("agent", "POST", "/v1/tasks", body)).status_code == 422
    contact_id = await office.contact()
    body = {"title": "x", "contact_id": contact_id}
    assert await refused(office, "POST", "/v1/tasks", body) == (403, "forbidden")
    made = (await office.ask("supervisor", "POST", "/v1/tasks", body)).json()
    assert made["number"] == "+442079460123"


# --- history ---


async def test_the_history_says_who_changed_what_from_what_to_what(office: FrontOffice) -> None:
    task = await added(office, queue_id=office.help, checklist=[{"text": "Bill"}])
    await changed(office, task, title="Write to Jo", checklist=[{"text": "Bill", "done": True}])
    await changed(office, task, "supervisor", state="done")
    told = (await history(office, task))["items"]
    assert [(one["version"], one["what"], one["by"]["name"]) for one in told] == [
        (3, "changed", "The supervisor"), (2, "changed", "The agent"), (1, "created", "The agent"),
    ]  # fmt: skip
    assert told[0]["changes"] == [{"field": "state", "before": "open", "after": "done"}]
    assert told[1]["changes"] == [
        {"field": "title", "before": "Ring Jo", "after": "Write to Jo"},
        {"field": "checklist", "before": "[ ] Bill", "after": "[x] Bill"},
    ]
    first = await history(office, task, "limit=2")
    assert len(first["items"]) == 2
    assert [one["version"] for one in (await history(office, task, f"limit=2&cursor={first['next']}"))["items"]] == [1]


async def test_change_and_history_are_stored_together_or_not_at_all(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await added(office)

    def fails(*words: Any) -> Any:
        raise RuntimeError("cut off")

    monkeypatch.setattr("call24.tasks.service.changed", fails)
    with pytest.raises(RuntimeError):
        kept = await office.tasks.get(office.org.tenant.id, TaskId(task["id"]))
        await office.tasks.change(kept, {"title": "Half"}, office.user("agent"))
    assert await titles(office) == ["Ring Jo"]
    assert [one["version"] for one in (await history(office, task))["items"]] == [1]


async def test_the_newest_changes_are_kept(office: FrontOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.HISTORY_MAX == 200
    monkeypatch.setattr(service, "HISTORY_MAX", 20)
    tasks, by = office.tasks, office.user("agent")
    task = await tasks.add(office.org.tenant.id, "Ring Jo", assignee=by, by=by)
    for number in range(25):
        task = await tasks.change(task, {"title": f"Ring Jo {number}"}, by)
    kept = await office.api.mongo.tenant(office.org.tenant.id).collection(TaskEntry).find({"task_id": task.id})
    assert (len(kept), min(one.version for one in kept), task.version) == (20, 7, 26)


async def test_of_two_changes_at_once_one_is_in_the_history(office: FrontOffice) -> None:
    task = await added(office)
    kept = await office.tasks.get(office.org.tenant.id, TaskId(task["id"]))
    await office.tasks.change(kept, {"title": "First"}, office.user("agent"))
    path = f"/v1/tasks/{task['id']}"
    assert await refused(office, "PATCH", path, {"title": "Second", "version": 1}) == (409, "task_changed")
    assert [one["version"] for one in (await history(office, task))["items"]] == [2, 1]


# --- comments ---


async def test_who_is_named_in_a_comment_is_told_by_an_event_of_its_own(office: FrontOffice) -> None:
    task = await added(office, queue_id=office.help)
    path, agent, supervisor = f"/v1/tasks/{task['id']}/comments", office.user("agent"), office.user("supervisor")
    body = {"text": "@The supervisor, she waits.\nSince May.", "mentions": [supervisor, supervisor, agent]}
    made = (await office.ask("agent", "POST", path, body)).json()
    assert (made["text"], made["by"]["name"]) == ("@The supervisor, she waits.\nSince May.", "The agent")
    assert made["mentions"] == [{"id": supervisor, "name": "The supervisor"}, {"id": agent, "name": "The agent"}]
    [told] = await office.changes(TASK_MENTIONED)
    assert (told.user_id, told.by, told.task_id, told.comment_id) == (supervisor, agent, task["id"], made["id"])
    await office.ask("supervisor", "POST", path, {"text": "I ring her"})
    listed = (await office.ask("agent", "GET", f"{path}?limit=1")).json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    rest = (await office.ask("agent", "GET", f"{path}?limit=1&cursor={listed['next']}")).json()
    assert ([one["text"] for one in rest["items"]], rest["next"]) == (["I ring her"], None)
    assert (await office.ask("agent", "DELETE", f"{path}/{rest['items'][0]['id']}")).status_code == 404, "another's"
    assert (await office.ask("agent", "DELETE", f"{path}/{made['id']}")).status_code == 204
    assert len(await office.changes(TASK_COMMENTED)) == 3


async def test_nobody_else_can_be_named_and_an_empty_comment_is_none(office: FrontOffice) -> None:
    task = await added(office, queue_id=office.help)
    other = await office.api.organisation("Other")
    path = f"/v1/tasks/{task['id']}/comments"
    for body in ({"text": "x", "mentions": [other.users["agent"]]}, {"text": " \n "}, {"text": "x" * 4001}):
        assert (await office.ask("agent", "POST", path, body)).status_code == 422
    foreign = await added(office, "Foreign", "supervisor", queue_id=office.sales)
    unseen = {"text": "x", "mentions": [office.user("agent")]}
    answer = await office.ask("supervisor", "POST", f"/v1/tasks/{foreign['id']}/comments", unseen)
    assert answer.status_code == 422 and "assign it to The agent" in answer.text
    assert (await office.ask("agent", "GET", f"/v1/tasks/{foreign['id']}/comments")).status_code == 404
    assert (await office.ask("agent", "POST", f"/v1/tasks/{foreign['id']}/comments", {"text": "x"})).status_code == 404
    assert (await office.ask("agent", "GET", f"/v1/tasks/{foreign['id']}/history")).status_code == 404
    assert await office.changes(TASK_MENTIONED) == []


# --- lists ---


async def test_lists_by_everything_that_can_be_asked(office: FrontOffice) -> None:
    agent, now = office.user("agent"), office.api.clock.now()
    past, future = [(now + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]
    await added(office, "Mine", text="Über den Vertrag", due_at=future, priority="low")
    await added(office, "Late", queue_id=office.help, due_at=past, priority="urgent")
    await added(office, "Boss", "supervisor", queue_id=office.help, assignee_id=office.user("supervisor"))
    sales = await added(office, "Sales", "supervisor", queue_id=office.sales, kind="callback")
    done = await added(office, "Done", queue_id=office.help, due_at=past)
    await changed(office, done, state="done")
    waits = await added(office, "Waits", queue_id=office.help, assignee_id=agent)
    await changed(office, waits, state="waiting")
    expected: dict[str, set[str]] = {
        "": {"Mine", "Late", "Boss", "Done", "Waits"},
        "assignee=me": {"Mine", "Waits"},
        "unassigned=true": {"Late", "Done"},
        "overdue=true": {"Late"},
        "closed=false": {"Mine", "Late", "Boss", "Waits"},
        "closed=true": {"Done"},
        "state=waiting": {"Waits"},
        f"queue={office.help}": {"Late", "Boss", "Done", "Waits"},
        f"queue={office.sales}": set(),
        f"assignee={office.user('supervisor')}": {"Boss"},
        "priority=urgent": {"Late"},
        "priority=normal": {"Boss", "Done", "Waits"},
        "kind=callback": set(),
        "unassigned=true&closed=false&overdue=true": {"Late"},
    }
    assert {query: set(await titles(office, query)) for query in expected} == expected
    words = {"uber": {"Mine"}, "vertr": {"Mine"}, "den vert": {"Mine"}, "vert den": set(), "la": {"Late"}, "x": set()}
    assert {q: set(await found(office, q)) for q in words} == words
    assert await found(office, "m", closed=False, sort="due", limit=1) == ["Mine"]
    assert await titles(office, "kind=callback", "supervisor") == ["Sales"]
    await changed(office, sales, "supervisor", assignee_id=agent)
    assert set(await titles(office, "kind=callback")) == {"Sales"}, "it is the agent's own now"
    assert set(await titles(office, f"queue={office.sales}")) == {"Sales"}


ORDERS = {
    "newest": ["7", "6", "5", "4", "3", "2", "1", "0"],
    "due": ["7", "4", "1", "6", "5", "3", "2", "0"],
    "priority": ["6", "2", "5", "1", "4", "0", "7", "3"],
    "changed": ["0", "7", "6", "5", "4", "3", "2", "1"],
}


async def test_each_order_page_by_page_has_every_task_once(office: FrontOffice) -> None:
    start = office.api.clock.now()
    weights = ["normal", "high", "urgent", "low"]
    for number in range(8):
        office.api.clock.advance(seconds=1)
        due = {"due_at": (start + timedelta(hours=10 - number)).isoformat()} if number % 3 == 1 else {}
        queue = {"queue_id": office.help, "assignee_id": office.user("agent")} if number % 2 else {}
        task = await added(office, str(number), priority=weights[number % 4], **due, **queue)
        if number == 0:
            first = task
    office.api.clock.advance(seconds=1)
    await changed(office, first, text="more")
    for role, (sort, expected) in product(("agent", "supervisor"), ORDERS.items()):
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await office.ask(role, "GET", f"/v1/tasks?limit=3&sort={sort}{cursor}")).json()
            seen += [task["title"] for task in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == expected, (role, sort)
        assert (await office.ask(role, "GET", f"/v1/tasks?sort={sort}&cursor=x")).status_code == 422


async def test_saved_filters_are_each_users_own_and_bounded(office: FrontOffice) -> None:
    body = {"name": " My  urgent ", "assignee": "me", "priority": "urgent", "closed": False, "sort": "due"}
    made = (await office.ask("agent", "POST", "/v1/task-filters", body)).json()
    assert (made["name"], made["assignee"], made["sort"], made["overdue"]) == ("My urgent", "me", "due", False)
    assert (await office.ask("agent", "GET", "/v1/task-filters")).json()["items"] == [made]
    assert (await office.ask("supervisor", "GET", "/v1/task-filters")).json()["items"] == []
    assert (await office.ask("supervisor", "DELETE", f"/v1/task-filters/{made['id']}")).status_code == 404
    for number in range(29):
        assert (await office.ask("agent", "POST", "/v1/task-filters", {"name": str(number)})).status_code == 201
    assert await refused(office, "POST", "/v1/task-filters", {"name": "too many"}) == (409, "too_many")
    assert (await office.ask("agent", "DELETE", f"/v1/task-filters/{made['id']}")).status_code == 204
    assert (await office.ask("agent", "POST", "/v1/task-filters", {"name": ""})).status_code == 422


# --- changes of many ---

BULK = "/v1/task-bulk-changes"


async def test_many_are_changed_by_their_ids_and_undone_without_losing_what_came_after(office: FrontOffice) -> None:
    three = [await added(office, str(number), queue_id=office.help) for number in range(3)]
    foreign = await added(office, "Foreign", "supervisor", queue_id=office.sales)
    change = {"state": "done", "assignee_id": office.user("agent"), "priority": "high"}
    ids = [one["id"] for one in (*three, foreign)]
    answer = (await office.ask("agent", "POST", BULK, {"change": change, "ids": ids})).json()
    assert (answer["changed"], answer["same"], answer["refused"]) == (3, 0, [foreign["id"]])
    assert set(await titles(office, "closed=true&assignee=me")) == {"0", "1", "2"}
    assert await titles(office, "closed=true", "supervisor") == ["2", "1", "0"], "what is not seen is not changed"
    await changed(office, three[0], priority="urgent")
    undo = f"{BULK}/{answer['bulk_change']['id']}/undo"
    assert (await office.ask("supervisor", "POST", undo)).status_code == 404
    assert (await office.ask("agent", "POST", undo)).json() == {"undone": 3}
    after = [(await office.ask("agent", "GET", f"/v1/tasks/{one['id']}")).json() for one in three]
    assert [(one["state"], one["assignee_id"], one["done_at"]) for one in after] == [("open", None, None)] * 3
    assert [one["priority"] for one in after] == ["urgent", "normal", "normal"]
    assert (await history(office, three[1]))["items"][0]["what"] == "undone"
    assert await refused(office, "POST", undo) == (409, "already_undone")
    listed = (await office.ask("agent", "GET", BULK)).json()["items"]
    assert [(one["fields"], one["count"], one["undone_at"] is None) for one in listed] == [
        (["state", "priority", "assignee_id"], 3, False)
    ]


async def test_after_30_days_a_change_of_many_is_not_undone(office: FrontOffice) -> None:
    task = await added(office)
    body = {"change": {"priority": "low"}, "ids": [task["id"]]}
    bulk = (await office.ask("agent", "POST", BULK, body)).json()["bulk_change"]
    office.api.clock.advance(days=30, seconds=1)
    changes, who = office.api.services.there.get(BulkChanges), (office.org.tenant.id, office.user("agent"))
    with pytest.raises(NotFound):
        await changes.undo(who[0], bulk["id"], who[1])
    assert await changes.page(*who, limit=10, cursor=None) == ([], None)


async def test_by_a_filter_the_number_that_was_shown_has_to_match(office: FrontOffice) -> None:
    for number in range(120):
        await office.tasks.add(office.org.tenant.id, f"Ring {number}", queue_id=office.help)
    asked = {"q": "ring", "unassigned": True}
    shown = (await office.ask("agent", "POST", "/v1/tasks/count", asked)).json()
    assert shown == {"count": 120, "more": False}
    await added(office, "Ring once more", queue_id=office.help)
    body = {"change": {"priority": "low"}, "filter": {"q": "ring", "unassigned": True}, "count": 120}
    assert await refused(office, "POST", BULK, body) == (409, "count_changed")
    assert await titles(office, "priority=low") == []
    answer = (await office.ask("agent", "POST", BULK, {**body, "count": 121})).json()
    assert (answer["changed"], answer["bulk_change"]["count"]) == (121, 121)
    assert len(await titles(office, "priority=low")) == 100
    again = (await office.ask("agent", "POST", BULK, {**body, "count": 121})).json()
    assert (again["changed"], again["same"]) == (0, 121)


async def test_what_cannot_become_it_is_named_and_the_rest_is_changed(office: FrontOffice) -> None:
    open_one, done = await added(office), await added(office)
    await changed(office, done, state="done")
    body = {"change": {"state": "dropped"}, "ids": [open_one["id"], done["id"]]}
    answer = (await office.ask("agent", "POST", BULK, body)).json()
    assert (answer["changed"], answer["refused"]) == (1, [done["id"]])


async def test_a_change_of_many_that_says_nothing_or_too_much_is_refused(office: FrontOffice) -> None:
    bodies: tuple[Json, ...] = (
        {"change": {}, "ids": ["tsk_1"]},
        {"change": {"state": "done"}},
        {"change": {"state": "done"}, "ids": ["tsk_1"], "filter": {}},
        {"change": {"state": "done"}, "ids": ["tsk_1"] * 501},
        {"change": {"assignee_id": "usr_nobody"}, "ids": ["tsk_1"]},
        {"change": {"queue_id": "que_nobody"}, "ids": ["tsk_1"]},
        {"change": {"title": "x"}, "ids": ["tsk_1"]},
    )
    for body in bodies:
        assert (await office.ask("agent", "POST", BULK, body)).status_code == 422, body


async def test_a_change_that_was_cut_off_is_undone_as_far_as_it_came(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id, by = office.org.tenant.id, office.user("agent")
    ids = [(await office.tasks.add(tenant_id, str(number), assignee=by)).id for number in range(120)]
    bulk = office.api.services.there.get(BulkChanges)
    asked, portions = bulk._change, 0

    async def once(*words: Any, **named: Any) -> Any:
        nonlocal portions
        portions += 1
        if portions == 2:
            raise RuntimeError("cut off")
        return await asked(*words, **named)

    monkeypatch.setattr(bulk, "_change", once)
    with pytest.raises(RuntimeError):
        await bulk.change(tenant_id, ids, {"priority": "low"}, by)
    assert len(await titles(office, "priority=low")) == 50
    [noted], _ = await bulk.page(tenant_id, by, limit=10, cursor=None)
    assert await bulk.undo(tenant_id, noted.id, by) == 50
    assert await titles(office, "priority=low") == []


# --- going ---


async def test_a_caller_who_is_erased_takes_tasks_comments_and_history_with_them(office: FrontOffice) -> None:
    tenant_id, contact_id = office.org.tenant.id, await office.contact()
    body = {"title": "Secret", "text": "Secret too", "contact_id": contact_id, "queue_id": office.help}
    task = (await office.ask("supervisor", "POST", "/v1/tasks", body)).json()
    await changed(office, task, title="Secret of Jo")
    await office.ask("agent", "POST", f"/v1/tasks/{task['id']}/comments", {"text": "Secret comment"})
    other = await added(office, "Stays")
    await office.ask("agent", "POST", f"/v1/tasks/{other['id']}/comments", {"text": "Stays"})
    assert (
        await office.ask("owner", "POST", f"/v1/contacts/{contact_id}/erase", {"reason": "asked"})
    ).status_code == 200
    scope = office.api.mongo.tenant(tenant_id)
    assert [one.title for one in await scope.collection(Task).find()] == ["Stays"]
    assert [one.text for one in await scope.collection(TaskComment).find()] == ["Stays"]
    assert {one.task_id for one in await scope.collection(TaskEntry).find()} == {other["id"]}


async def test_a_comment_on_a_task_that_is_erased_in_this_moment_is_not_stored(office: FrontOffice) -> None:
    tenant_id, contact_id = office.org.tenant.id, await office.contact()
    task = await office.tasks.add(tenant_id, "Ring Jo", contact_id=contact_id, queue_id=office.help)
    await office.tasks.erase_callers(tenant_id, [ContactId(contact_id)])
    comments = office.api.services.there.get(TaskComments)
    with pytest.raises(Exception, match="nothing here"):
        await comments.add(task, office.user("agent"), "Late", [])
    assert await office.api.mongo.tenant(tenant_id).collection(TaskComment).find() == []


async def test_once_the_calls_day_has_come_nothing_says_whom_a_closed_task_was_about(office: FrontOffice) -> None:
    tenant_id, contact_id = office.org.tenant.id, await office.contact()
    due = office.api.clock.now() + timedelta(days=90)
    tasks, scope = office.tasks, office.api.mongo.tenant(tenant_id)
    task = await tasks.add(tenant_id, "Ring Jo", contact_id=contact_id, delete_at=due, assignee=office.user("agent"))
    await office.ask("agent", "POST", f"/v1/tasks/{task.id}/comments", {"text": "No answer"})
    await tasks.set_state(task, "waiting", office.user("agent"))
    assert await tasks.erase_due(due + timedelta(days=1)) == 0, "it is still to be done"
    await tasks.set_state(await tasks.get(tenant_id, task.id), "dropped", office.user("agent"))
    assert await tasks.erase_due(due + timedelta(days=1)) == 1
    assert (await tasks.get(tenant_id, task.id)).contact_id is None
    assert {one.contact_id for one in await scope.collection(TaskEntry).find()} == {None}
    assert [(one.text, one.contact_id) for one in await scope.collection(TaskComment).find()] == [("No answer", None)]


async def test_an_account_that_is_deleted_leaves_its_comments_and_no_name(office: FrontOffice) -> None:
    task = await added(office, queue_id=office.help)
    await changed(office, task, assignee_id=office.user("agent"), state="waiting")
    await office.ask("agent", "POST", f"/v1/tasks/{task['id']}/comments", {"text": "No answer"})
    identity = office.api.services.identity
    user = await identity.user(office.org.tenant.id, office.user("agent"))
    await office.api.held.forget_person(user)
    kept = (await office.ask("supervisor", "GET", f"/v1/tasks/{task['id']}/comments")).json()["items"]
    assert [(one["text"], one["by"]) for one in kept] == [("No answer", None)]
    assert (await office.ask("supervisor", "GET", f"/v1/tasks/{task['id']}")).json()["assignee"] is None


async def test_a_person_without_a_number_who_is_erased_takes_their_tasks_with_them(office: FrontOffice) -> None:
    person = (await office.ask("agent", "POST", "/v1/people", {"given": "Jo"})).json()
    task = await added(office, "Secret", person_id=person["id"])
    await office.ask("agent", "POST", f"/v1/tasks/{task['id']}/comments", {"text": "Secret comment"})
    await added(office, "Stays")
    body = {"reason": "asked", "contact_ids": []}
    answer = await office.ask("owner", "POST", f"/v1/people/{person['id']}/erase", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["deleted"]["tasks"] == 1
    scope = office.api.mongo.tenant(office.org.tenant.id)
    assert [one.title for one in await scope.collection(Task).find()] == ["Stays"]
    assert await scope.collection(TaskComment).find() == []


async def test_who_is_given_many_at_once_is_told_once(office: FrontOffice) -> None:
    tenant_id, agent = office.org.tenant.id, office.user("agent")
    ids = [(await office.tasks.add(tenant_id, str(number), queue_id=office.help)).id for number in range(60)]
    body = {"change": {"assignee_id": agent}, "ids": ids}
    assert (await office.ask("supervisor", "POST", BULK, body)).json()["changed"] == 60
    [told] = await office.changes(TASK_ASSIGNED)
    assert (told.assignee_id, told.by, told.task_id in ids) == (agent, office.user("supervisor"), True)
