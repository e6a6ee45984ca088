"""Exports of tasks over HTTP: what is in the file, whose it is, when it goes. The file is written in this process."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.wait import wait_until

from call24.contacts.service import ContactService
from call24.exports import task_exporter
from call24.exports.model import TASKS, Export, State
from call24.exports.service import Exports
from call24.kit.errors import TooMany

EXPORTS = "/v1/task-exports"
IN_WORDS = "manual", "normal", "open"
Json = dict[str, Any]


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def exported(office: FrontOffice, role: str = "agent", **wish: Any) -> Json:
    """The export, once it is written."""
    answer = await office.ask(role, "POST", EXPORTS, {"format": "csv", **wish})
    assert answer.status_code == 202, answer.text
    path = f"{EXPORTS}/{answer.json()['id']}"

    async def over() -> Json | None:
        seen: Json = (await office.ask(role, "GET", path)).json()
        return seen if seen["state"] != "running" else None

    found: Json = await wait_until(over)
    assert found["state"] == "done", found
    return found


async def content(office: FrontOffice, role: str = "agent", **wish: Any) -> bytes:
    made = await exported(office, role, **wish)
    answer = await office.ask(role, "GET", f"{EXPORTS}/{made['id']}/file")
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


async def rows(office: FrontOffice, role: str = "agent", **wish: Any) -> list[dict[str, str]]:
    text = (await content(office, role, **wish)).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(keepends=True)))


async def titles(office: FrontOffice, role: str = "agent", **wish: Any) -> list[str]:
    return [row["title"] for row in await rows(office, role, **wish)]


async def add(office: FrontOffice, title: str, role: str = "supervisor", **more: Any) -> Json:
    office.api.clock.advance(seconds=1)
    answer = await office.ask(role, "POST", "/v1/tasks", {"title": title, **more})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def restricted(office: FrontOffice, number: str) -> None:
    """This caller's data is kept and not used from now on."""
    path = "/v1/privacy-requests"
    asked = {"kind": "restriction", "source": "letter", "number": number}
    request = (await office.ask("owner", "POST", path, asked)).json()
    steps: tuple[Json, ...] = (
        {"step": "confirm_identity", "identity": "document"},
        {"step": "restrict", "ground": "legal_claims"},
    )
    for step in steps:
        body = {"version": request["version"], "note": "They dispute it", **step}
        answer = await office.ask("owner", "POST", f"{path}/{request['id']}/steps", body)
        assert answer.status_code == 200, answer.text
        request = answer.json()


async def test_a_file_has_the_tasks_that_whom_asked_sees_by_the_lists_filters(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_exporter, "PAGE", 2)
    agent = office.user("agent")
    await add(office, "Bill", queue_id=office.help, priority="urgent", assignee_id=agent)
    await add(office, "Offer", queue_id=office.help)
    await add(office, "Foreign", queue_id=office.sales)
    await add(office, "Given", queue_id=office.sales, assignee_id=agent)
    closed = await add(office, "Old bill", queue_id=office.help)
    await office.ask("supervisor", "PATCH", f"/v1/tasks/{closed['id']}", {"state": "done"})
    assert await titles(office) == ["Old bill", "Given", "Offer", "Bill"]
    assert await titles(office, "supervisor") == ["Old bill", "Given", "Foreign", "Offer", "Bill"]
    asked = {
        "Given Bill": {"assignee": "me", "closed": False},
        "Old bill": {"closed": True},
        "Old bill Bill": {"q": "bil"},
        "Bill": {"priority": "urgent", "kind": "manual"},
        "Given": {"queue": office.sales},
        "Offer": {"unassigned": True, "state": "open"},
        "": {"overdue": True},
    }
    for expected, question in asked.items():
        [made] = [await exported(office, **question)]
        assert " ".join(await _read(office, made)) == expected, question
        assert (made["tasks_done"], made["percent"]) == (len(await _read(office, made)), 100)
        assert (await office.ask("agent", "DELETE", f"{EXPORTS}/{made['id']}")).status_code == 204


async def _read(office: FrontOffice, made: Json) -> list[str]:
    answer = await office.ask("agent", "GET", f"{EXPORTS}/{made['id']}/file")
    return [row["title"] for row in csv.DictReader(answer.content.decode("utf-8-sig").splitlines())]


async def test_a_row_says_all_of_a_task_and_no_cell_is_a_formula(office: FrontOffice) -> None:
    contact_id = await office.contact("+442079460123", "=Jo")
    item = [{"text": "-1", "done": True}, {"text": "Зоя", "done": False}]
    due = "2099-01-02T09:30:00+08:00"
    more = {"queue_id": office.help, "assignee_id": office.user("agent"), "contact_id": contact_id, "due_at": due}
    task = await add(office, "=1+1", text="a;@SUM(A1)\nsecond", checklist=item, **more)
    file = await content(office)
    assert file.startswith(b"\xef\xbb\xbf"), "by which spreadsheets know UTF-8"
    [row] = csv.DictReader(file.decode("utf-8-sig").splitlines(keepends=True))
    told = (row["id"], row["title"], row["text"], row["checklist"])
    assert told == (task["id"], "'=1+1", "a;'@SUM(A1)\nsecond", "[x] -1\n[ ] Зоя")
    assert (row["number"], row["name"], row["due_at"]) == ("+442079460123", "'=Jo", "2099-01-02T01:30:00.000Z")
    assert (row["kind"], row["priority"], row["state"], row["queue"]) == (*IN_WORDS, f"queue {office.help}")
    assert (row["assignee_id"], row["assignee"]) == (office.user("agent"), f"agent {office.user('agent')}")
    lines = (await content(office, format="jsonl")).decode().splitlines()
    [told_json] = [json.loads(line) for line in lines]
    assert (told_json["title"], told_json["text"], told_json["checklist"]) == ("=1+1", "a;@SUM(A1)\nsecond", item)
    assert (told_json["created_at"], told_json["done_at"]) == (task["at"], None)
    answer = await office.ask("agent", "GET", f"{EXPORTS}/{(await exported(office))['id']}/file")
    assert answer.headers["content-disposition"] == 'attachment; filename="call24-tasks.csv"'


async def test_of_a_caller_whose_day_comes_and_of_a_restricted_one_nothing_is_in_a_file(office: FrontOffice) -> None:
    tenant_id, now = office.org.tenant.id, office.api.clock.now()
    ann, ben = await office.contact("+442079460123", "Ann"), await office.contact("+442079460124", "Ben")
    for title, contact_id, days in (("soon", ann, 0.5), ("later", ann, 2.0), ("kept", ben, 2.0)):
        day = now + timedelta(days=days)
        await office.tasks.add(tenant_id, title, contact_id=contact_id, delete_at=day, queue_id=office.help)
    found = {row["title"]: (row["number"], row["contact_id"]) for row in await rows(office)}
    assert found["soon"] == ("", ""), "the file is kept for a day"
    assert found["later"] == ("+442079460123", ann)
    assert found["kept"] == ("+442079460124", ben)
    await restricted(office, "+442079460124")
    assert await titles(office) == ["later", "soon"]


async def test_a_file_is_its_users_own_and_goes_with_a_caller_a_person_an_account_and_its_day(
    office: FrontOffice,
) -> None:
    contact_id = await office.contact()
    await add(office, "Ring Jo", contact_id=contact_id, queue_id=office.help)

    async def left() -> int:
        return len(list((office.api.data / "exports").glob("*/*")))

    mine = f"{EXPORTS}/{(await exported(office))['id']}"
    for role in ("supervisor", "owner"):
        for method, path in (("GET", mine), ("GET", f"{mine}/file"), ("DELETE", mine)):
            assert (await office.ask(role, method, path)).status_code == 404, "another user's"
        assert (await office.ask(role, "GET", EXPORTS)).json()["items"] == []
    assert (await office.ask("agent", "GET", "/v1/exports")).status_code == 403
    assert (await office.ask("supervisor", "GET", "/v1/exports")).json()["items"] == []
    assert [one["id"] for one in (await office.ask("agent", "GET", EXPORTS)).json()["items"]] == [mine.split("/")[-1]]
    assert await left() == 1
    person = (await office.ask("agent", "POST", "/v1/people", {"given": "Jo"})).json()
    erased = {"reason": "asked", "contact_ids": []}
    assert (await office.ask("owner", "POST", f"/v1/people/{person['id']}/erase", erased)).status_code == 200
    assert await left() == 0
    await exported(office)
    assert await office.exports.erase_due(office.api.clock.now() + timedelta(hours=24)) == 1
    await exported(office)
    answer = await office.ask("owner", "POST", f"/v1/contacts/{contact_id}/erase", {"reason": "asked"})
    assert answer.status_code == 200, answer.text
    assert await left() == 0
    await exported(office)
    await exported(office, "supervisor", assignee=office.user("agent"))
    identity = office.api.services.identity
    await office.api.held.forget_person(await identity.user(office.org.tenant.id, office.user("agent")))
    assert await left() == 0, "their own, and who asked for their tasks"


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_where_the_disk_has_too_little_room_nothing_is_left_of_a_file(
    office: FrontOffice, tmp_path: Path
) -> None:
    await add(office, "Bill", queue_id=office.help)
    made = await exported(office)
    export = await office.api.mongo.tenant(office.org.tenant.id).collection(Export).get(made["id"])
    contacts = office.api.services.there.get(ContactService)
    full = task_exporter.TaskExporter(office.api.mongo, contacts, lambda what, key: key, floor=1 << 60)

    async def told(*_: object) -> None:
        pass

    with pytest.raises(OSError, match="too little room"):
        await full.write(export, ZoneInfo("UTC"), tmp_path / "tasks.csv", told)
    assert names_in(tmp_path) == []


async def test_so_many_of_a_user_and_of_an_organisation_at_once_and_no_more(office: FrontOffice) -> None:
    kept = office.api.mongo.tenant(office.org.tenant.id).collection(Export)
    one = await kept.get((await exported(office))["id"])

    async def refused(role: str) -> bool:
        answer = await office.ask(role, "POST", EXPORTS, {})
        assert (answer.status_code, answer.json().get("code")) in ((202, None), (429, "too_many_exports"))
        if answer.status_code == 202:
            await office.ask(role, "DELETE", f"{EXPORTS}/{answer.json()['id']}")
        return answer.status_code == 429

    await kept.insert(msgspec.structs.replace(one, id="exp_a", state=State.RUNNING))
    assert (await refused("agent"), await refused("supervisor")) == (True, False)
    for number in range(3):
        await kept.insert(msgspec.structs.replace(one, id=f"exp_{number}", state=State.RUNNING, asked_by=None))
    assert await refused("supervisor"), "four of an organisation"
    for number in range(3):
        await kept.delete(f"exp_{number}")
    await kept.update("exp_a", {"state": State.DONE})
    for number in range(2):
        await kept.insert(msgspec.structs.replace(one, id=f"exp_b{number}"))
    assert (await refused("agent"), await refused("supervisor")) == (True, False)


async def test_many_that_are_asked_for_at_once_are_no_more_than_one_after_the_other(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = asyncio.Event()

    async def writes(_export: Export, _file: Path) -> None:
        await may_end.wait()

    exports = office.api.services.there.get(Exports)
    one = await exports.get(office.org.tenant.id, (await exported(office))["id"], own=TASKS)
    await exports.cancel(one.tenant_id, one.id, own=TASKS)
    monkeypatch.setattr(exports, "_runner", writes)
    wish = msgspec.structs.replace(one, state=State.RUNNING)
    answers = await asyncio.gather(*(exports.begin(wish) for _ in range(12)), return_exceptions=True)
    may_end.set()
    assert [type(answer) for answer in answers].count(TooMany) == 11
    assert len(await exports.all(one.tenant_id, own=TASKS)) == 1
