"""The activity log over HTTP: its order and pages, who sees which entries, and what is left of who is erased."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.corrections.test_corrections import asked, step
from tests.integration.people.test_people import HOME, OWN, PEOPLE, WORK, added
from tests.integration.restrictions.test_restrictions import lifted, restricted
from tests.support.http.api import Organisation
from tests.support.http.files import pdf, sent
from tests.support.http.front_office import FrontOffice

from call24.activity.service import ActivityLog
from call24.crm.model import CrmJob, CrmLink
from call24.kit import activity
from call24.kit.activity import ActivitySources, ActivitySubject, ActivityViewer
from call24.kit.ids import ContactId, CrmConnectionId, CrmJobId, CrmLinkId, PersonId, UserId

TASKS = "/v1/tasks"


def contact_of(of: Organisation, number: str) -> ContactId:
    return of.api.services.contacts.id_for(of.tenant.id, number)


async def page(of: Organisation, path: str, role: str = "owner", **query: Any) -> Any:
    answer = await of.call(role, "GET", f"{path}/activity", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def lines(of: Organisation, path: str, role: str = "owner") -> list[tuple[str, str]]:
    found = await page(of, path, role, limit=100)
    assert found["next"] is None
    return [(one["kind"], one["what"]) for one in found["items"]]


async def paged(of: Organisation, path: str, limit: int, role: str = "owner") -> list[str]:
    """The ids of all pages, one after the other."""
    ids, cursor = list[str](), None
    for _ in range(200):
        found = await page(of, path, role, limit=limit, **({} if cursor is None else {"cursor": cursor}))
        assert len(found["items"]) <= limit
        ids += [one["id"] for one in found["items"]]
        cursor = found["next"]
        if cursor is None:
            return ids
    raise AssertionError("it never ends")


async def new_task(of: Organisation, role: str = "agent", **more: Any) -> str:
    answer = await of.call(role, "POST", TASKS, json={"title": "Ring back", **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def crm_connection(of: Organisation) -> str:
    """It is off."""
    body = {
        "name": "Northwind",
        "url": "https://crm.example",
        "token": "t",
        "mapping": [{"field": "given", "remote": "first"}],
    }
    answer = await of.call("owner", "POST", "/v1/crm-connections", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def called(office: FrontOffice, name: str, number: str = OWN, queue: Any = None) -> str:
    """A call that the agent, or in another queue nobody, answered; half a minute later the clock goes on."""
    told = office.call(name).arrives(await office.contact(number)).after(3).joins(queue or office.help).after(2)
    if queue is None:
        told.offered_to(office.user("agent")).after(4).answered_by(office.user("agent")).after(21)
    await office.read(told.ends())
    office.api.clock.advance(seconds=30)
    return told.id


async def test_calls_changes_tasks_comments_files_and_consents_stand_in_one_line(office: FrontOffice) -> None:
    acme, clock = office.org, office.api.clock
    anna = await added(acme, "Anna", OWN)
    path = f"{PEOPLE}/{anna['id']}"
    clock.advance(seconds=30)
    call_id = await called(office, "one")
    assert (await acme.call("agent", "PATCH", path, json={"notes": "rings late"})).status_code == 200
    clock.advance(seconds=30)
    task_id = await new_task(acme, person_id=anna["id"])
    clock.advance(seconds=30)
    await acme.call("supervisor", "POST", f"{TASKS}/{task_id}/comments", json={"text": "No answer"})
    clock.advance(seconds=30)
    await acme.call("agent", "PATCH", f"{TASKS}/{task_id}", json={"state": "done"})
    clock.advance(seconds=30)
    file = await sent(acme, "a.pdf", pdf(500), person_id=anna["id"])
    clock.advance(seconds=30)
    said = {"purpose": "recording", "act": "object"}
    contact = f"/v1/contacts/{contact_of(acme, OWN)}"
    assert (await acme.call("owner", "POST", f"{contact}/consents", json=said)).status_code == 201

    found = (await page(acme, path))["items"]
    assert [(one["kind"], one["what"], one["by"] and one["by"]["name"]) for one in found] == [
        ("consent", "object", "The owner"),
        ("file", "attached", "The agent"),
        ("task", "changed", "The agent"),
        ("comment", "added", "The supervisor"),
        ("task", "created", "The agent"),
        ("person", "changed", "The agent"),
        ("call", "answered", "The agent"),
        ("person", "created", "The agent"),
    ]
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    consent, attached, done, comment, new, change, call, first = found
    assert (consent["detail"], attached["title"], comment["text"]) == ("recording", "a.pdf", "No answer")
    assert done["changes"] == [{"field": "state", "before": "open", "after": "done"}]
    assert change["changes"] == [{"field": "notes", "before": None, "after": "rings late"}]
    assert (new["title"], new["detail"], call["detail"], call["duration_s"]) == ("Ring back", "manual", "inbound", 30)
    assert [one["opens"] for one in (attached, new, change, call, first)] == [
        {"kind": "person", "id": anna["id"]},
        {"kind": "task", "id": task_id},
        {"kind": "person", "id": anna["id"]},
        {"kind": "call", "id": call_id},
        {"kind": "person", "id": anna["id"]},
    ]
    assert await lines(acme, contact) == [(one["kind"], one["what"]) for one in found]
    assert file["id"] == attached["id"]
    task = (await page(acme, f"{TASKS}/{task_id}", "agent"))["items"]
    assert [(one["kind"], one["what"]) for one in task] == [
        ("task", "changed"),
        ("comment", "added"),
        ("task", "created"),
    ]


async def test_a_tasks_log_has_its_call_its_files_and_what_the_viewer_was_notified_of(office: FrontOffice) -> None:
    acme = office.org
    call_id = await called(office, "one")
    task_id = await new_task(acme, call_id=call_id, queue_id=office.help)
    office.api.clock.advance(seconds=30)
    await acme.call("owner", "PATCH", f"{TASKS}/{task_id}", json={"assignee_id": acme.users["agent"]})
    await office.feed_is_read()
    office.api.clock.advance(seconds=30)
    await sent(acme, "a.pdf", pdf(500), task_id=task_id)
    log = [("file", "attached"), ("task", "changed"), ("task", "created"), ("call", "answered")]
    assert await lines(acme, f"{TASKS}/{task_id}") == log
    seen = await lines(acme, f"{TASKS}/{task_id}", "agent")
    assert [one for one in seen if one not in log] == [("notification", "task_assigned")], "one's own alone"
    [change] = [one for one in (await page(acme, f"{TASKS}/{task_id}"))["items"] if one["what"] == "changed"]
    assert change["changes"] == [{"field": "assignee_id", "before": None, "after": acme.users["agent"]}]


async def test_pages_have_no_gaps_and_no_doubles_though_all_is_of_one_instant(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN, WORK)
    path = f"{PEOPLE}/{anna['id']}"
    for number in range(3):
        told = office.call(f"{number}").arrives(await office.contact((OWN, WORK)[number % 2])).ends()
        await office.read(told)
        task_id = await new_task(acme, person_id=anna["id"])
        await acme.call("agent", "POST", f"{TASKS}/{task_id}/comments", json={"text": f"{number}"})
        await acme.call("agent", "PATCH", path, json={"notes": f"{number}"})
        await sent(acme, f"{number}.pdf", pdf(500), person_id=anna["id"])
    whole = (await page(acme, path, limit=100))["items"]
    assert len({one["at"] for one in whole}) == 1
    assert len(whole) == len({one["id"] for one in whole}) == 16
    for limit in (1, 2, 3, 7):
        assert await paged(acme, path, limit) == [one["id"] for one in whole], limit


async def test_who_may_not_read_a_source_is_told_nothing_of_it(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN)
    path, contact = f"{PEOPLE}/{anna['id']}", f"/v1/contacts/{contact_of(acme, OWN)}"
    call_id = await called(office, "one", queue=office.sales)
    task_id = await new_task(acme, "owner", person_id=anna["id"], queue_id=office.sales)
    await acme.call("owner", "POST", f"{TASKS}/{task_id}/comments", json={"text": "Hush"})
    for about in ({"task_id": task_id}, {"call_id": call_id}):
        await sent(acme, "hush.pdf", pdf(500), "owner", **about)
    await acme.call("owner", "POST", f"{contact}/consents", json={"purpose": "recording", "act": "object"})
    link = CrmLink(
        id=CrmLinkId("crl_1"),
        tenant_id=acme.tenant.id,
        connection_id=CrmConnectionId("crm_1"),
        person_id=PersonId(anna["id"]),
        contact_ids=(contact_of(acme, OWN),),
        remote_id="7",
        created_at=office.api.clock.now(),
    )
    await office.api.mongo.tenant(acme.tenant.id).collection(CrmLink).insert(link)
    every = {"call", "task", "comment", "file", "consent", "crm", "person"}
    for log in (path, contact):
        assert {kind for kind, _ in await lines(acme, log)} == every
        assert {kind for kind, _ in await lines(acme, log, "agent")} == {"person"}, "of another queue, or an officer's"
    assert (await acme.call("agent", "GET", f"{TASKS}/{task_id}/activity")).status_code == 404

    async def sees(*permissions: str) -> set[str]:
        role = {"name": " ".join(permissions)[:40], "permissions": ["calls.read_own", *permissions]}
        made = await acme.call("owner", "POST", "/v1/roles", json=role)
        assert made.status_code == 201, made.text
        await acme.join(made.json()["id"])
        return {kind for kind, _ in await lines(acme, contact, made.json()["id"])}

    assert await sees("calls.read_all") == {"call"}
    assert await sees("calls.read_all", "tasks.read") == {"call", "task", "comment"}
    assert await sees("calls.read_all", "files.read") == {"call", "file"}
    assert await sees("people.read") == {"person"}
    assert await sees("consents.read") == {"consent"}
    assert await sees("crm.read") == {"crm"}


async def test_of_much_that_may_not_be_seen_short_pages_lead_on_to_what_may(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "READ_MAX", 4)
    acme = office.org
    contact = await office.contact(OWN)
    ours = await new_task(acme, "owner", contact_id=contact, queue_id=office.help)
    for _ in range(12):
        office.api.clock.advance(seconds=1)
        await new_task(acme, "owner", contact_id=contact, queue_id=office.sales)
    first = await page(acme, f"/v1/contacts/{contact}", "agent", limit=2)
    assert (first["items"], first["next"] is None) == ([], False), "no more is read for one page"
    assert len(await paged(acme, f"/v1/contacts/{contact}", 2, "agent")) == 1
    assert await lines(acme, f"{TASKS}/{ours}", "agent") == [("task", "created")]
    assert len(await paged(acme, f"/v1/contacts/{contact}", 2)) == 13


async def test_another_organisations_and_another_users_private_logs_do_not_exist(office: FrontOffice) -> None:
    acme, other = office.org, await office.api.organisation("Other")
    anna = await added(acme, "Anna", OWN)
    private = await added(acme, "Doctor", WORK, private=True)
    office.api.clock.advance(seconds=30)
    await acme.call("agent", "PATCH", f"{PEOPLE}/{private['id']}", json={"notes": "hush"})
    task_id = await new_task(acme, person_id=anna["id"])
    paths = [f"{PEOPLE}/{anna['id']}", f"/v1/contacts/{contact_of(acme, OWN)}", f"{TASKS}/{task_id}"]
    for path in paths:
        assert (await acme.call("owner", "GET", f"{path}/activity")).status_code == 200
        assert (await other.call("owner", "GET", f"{path}/activity")).status_code == 404
    hidden = await acme.call("owner", "GET", f"{PEOPLE}/{private['id']}/activity")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
    of_number = f"/v1/contacts/{contact_of(acme, WORK)}"
    for log in (f"{PEOPLE}/{private['id']}", of_number):
        assert await lines(acme, log, "agent") == [("person", "changed"), ("person", "created")]
    assert await lines(acme, of_number, "owner") == []


async def test_of_one_number_of_several_people_each_has_their_own_tasks(office: FrontOffice) -> None:
    acme = office.org
    anna, ben = await added(acme, "Anna", HOME), await added(acme, "Ben", HOME)
    await new_task(acme, person_id=anna["id"])
    await called(office, "one", HOME)
    assert sorted(await lines(acme, f"{PEOPLE}/{ben['id']}")) == [("call", "answered"), ("person", "created")]
    assert ("task", "created") in await lines(acme, f"{PEOPLE}/{anna['id']}")


async def test_restricted_data_is_hidden_and_comes_back_when_it_is_lifted(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN, WORK)
    path = f"{PEOPLE}/{anna['id']}"
    for number in (OWN, WORK):
        await called(office, number[-3:], number)
        await new_task(acme, "owner", contact_id=contact_of(acme, number), person_id=anna["id"])
        await sent(acme, f"{number[-3:]}.pdf", pdf(500), call_id=f"call_{number[-3:]}")
    await acme.call("agent", "PATCH", path, json={"notes": "rings late"})
    before = await lines(acme, path)
    task_id = next(one["opens"]["id"] for one in (await page(acme, path))["items"] if one["kind"] == "task")
    request = await restricted(acme, WORK)
    shown = (await page(acme, path, limit=100))["items"]
    assert sorted((one["kind"], one["title"]) for one in shown) == [
        ("call", None),
        ("file", f"{OWN[-3:]}.pdf"),
        ("person", "Anna"),
        ("task", "Ring back"),
    ], "nothing of the other number, nor a change of an entry that has it"
    assert WORK not in str(shown)
    for log in (f"/v1/contacts/{contact_of(acme, WORK)}", f"{TASKS}/{task_id}"):
        refused = await acme.call("owner", "GET", f"{log}/activity")
        assert (refused.status_code, refused.json()["code"]) == (403, "data_restricted")
    second = await restricted(acme, OWN)
    refused = await acme.call("owner", "GET", f"{path}/activity")
    assert (refused.status_code, refused.json()["code"]) == (403, "data_restricted")
    for one in (second, request):
        await lifted(acme, one)
    after = await lines(acme, path)
    assert [one for one in after if one[0] != "privacy_request"] == before
    assert ("privacy_request", "lift") in after


async def test_of_a_person_who_is_restricted_by_name_the_log_of_a_shared_number_says_nothing(
    office: FrontOffice,
) -> None:
    acme = office.org
    anna, ben = await added(acme, "Anna", OWN, HOME), await added(acme, "Ben", HOME)
    await acme.call("agent", "PATCH", f"{PEOPLE}/{anna['id']}", json={"notes": "rings late"})
    await new_task(acme, "owner", person_id=anna["id"], contact_id=contact_of(acme, HOME))
    await sent(acme, "a.pdf", pdf(500), person_id=anna["id"])
    await called(office, "one", HOME)
    of_number = f"/v1/contacts/{contact_of(acme, HOME)}"
    await restricted(acme, OWN, person_id=anna["id"])
    shown = (await page(acme, of_number, limit=100))["items"]
    assert sorted((one["kind"], one["title"]) for one in shown) == [("call", None), ("person", "Ben")]
    assert anna["id"] not in str(shown) and ben["id"] in str(shown)


async def test_of_an_erased_caller_nothing_is_left_in_any_log(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN)
    contact_id = contact_of(acme, OWN)
    call_id = await called(office, "one")
    task_id = await new_task(acme, person_id=anna["id"])
    await sent(acme, "a.pdf", pdf(500), person_id=anna["id"])
    await acme.call("agent", "PATCH", f"{PEOPLE}/{anna['id']}", json={"notes": "rings late"})
    viewer = ActivityViewer(
        tenant_id=acme.tenant.id,
        user_id=UserId(acme.users["owner"]),
        permissions=frozenset(one.permission for one in office.api.services.there.get(ActivitySources).declared),
        queues=None,
    )
    whose = [
        ActivitySubject(person_id=PersonId(anna["id"]), contact_ids=(contact_id,)),
        ActivitySubject(contact_ids=(contact_id,)),
    ]
    log = office.api.services.there.get(ActivityLog)
    assert [len((await log.page(viewer, one, limit=100, cursor=None)).entries) for one in whose] == [5, 5]
    erased = await acme.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code == 200, erased.text
    await office.feed_is_read()
    for path in (f"{PEOPLE}/{anna['id']}", f"/v1/contacts/{contact_id}", f"{TASKS}/{task_id}"):
        assert (await acme.call("owner", "GET", f"{path}/activity")).status_code == 404
    assert call_id
    assert [(await log.page(viewer, one, limit=100, cursor=None)).entries for one in whose] == [[], []]


async def test_what_was_done_with_an_entry_and_undone_is_told_and_a_merge_names_who_went(office: FrontOffice) -> None:
    acme = office.org
    anna, anna2 = await added(acme, "Anna", OWN), await added(acme, "Ana", WORK)
    office.api.clock.advance(seconds=30)
    merge = await acme.call("agent", "POST", f"{PEOPLE}/{anna['id']}/merge", json={"other_id": anna2["id"]})
    assert merge.status_code == 200, merge.text
    office.api.clock.advance(seconds=30)
    undone = await acme.call("owner", "POST", f"{PEOPLE}/history/{merge.json()['entry']['id']}/undo")
    assert undone.status_code == 200, undone.text
    found = (await page(acme, f"{PEOPLE}/{anna['id']}"))["items"]
    assert [(one["what"], one["title"], one["by"]["name"], one["detail"]) for one in found] == [
        ("undone", "Anna", "The owner", "merged"),
        ("merged", "Ana", "The agent", None),
        ("created", "Anna", "The agent", None),
    ]
    assert found[0]["opens"] == {"kind": "person", "id": anna["id"]}


async def test_officers_see_what_was_corrected_and_administrators_what_the_crm_was_told(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN)
    contact_id, path = contact_of(acme, OWN), f"{PEOPLE}/{anna['id']}"
    office.api.clock.advance(seconds=30)
    wish = {"person_id": anna["id"], "field": "emails", "value": "anna@example.org", "note": "As you asked"}
    corrected = await step(acme, await asked(acme, contact_id), "correct", **wish)
    assert corrected.status_code == 200, corrected.text
    office.api.clock.advance(seconds=30)
    now = office.api.clock.now()
    connection = await crm_connection(acme)
    job = CrmJob(
        id=CrmJobId("crj_1"),
        tenant_id=acme.tenant.id,
        connection_id=CrmConnectionId(connection),
        kind="objection",
        contact_id=contact_id,
        state="failed",
        due_at=now,
        until=now,
        created_at=now,
        delete_at=now,
    )
    await office.api.mongo.tenant(acme.tenant.id).collection(CrmJob).insert(job)
    for log in (path, f"/v1/contacts/{contact_id}"):
        told, *rest = (await page(acme, log))["items"]
        [correction] = [one for one in rest if one["kind"] == "correction"]
        assert (told["kind"], told["what"], told["title"], told["detail"], told["opens"]) == (
            "crm",
            "objection",
            "Northwind",
            "failed",
            {"kind": "crm_connection", "id": connection},
        )
        assert (correction["text"], correction["by"]["name"]) == ("As you asked", "The owner")
        assert correction["changes"] == [{"field": "emails", "before": None, "after": "anna@example.org"}]
        assert {one["kind"] for one in rest} == {"person", "correction", "privacy_request"}
        requested = [one for one in rest if one["kind"] == "privacy_request"]
        assert {(one["what"], one["detail"]) for one in requested} == {
            ("received", "correction"),
            ("confirm_identity", "correction"),
        }
        assert requested[0]["opens"]["kind"] == "privacy_request"
        assert {kind for kind, _ in await lines(acme, log, "agent")} == {"person"}


async def test_who_may_read_people_and_no_calls_has_a_persons_log_and_no_contacts(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN)
    await called(office, "one")
    role = {"name": "Book keeper", "permissions": ["people.read"]}
    made = (await acme.call("owner", "POST", "/v1/roles", json=role)).json()["id"]
    await acme.join(made)
    assert await lines(acme, f"{PEOPLE}/{anna['id']}", made) == [("person", "created")]
    refused = await acme.call(made, "GET", f"/v1/contacts/{contact_of(acme, OWN)}/activity")
    assert refused.status_code == 403


async def test_what_is_no_cursor_of_ours_or_too_much_is_refused(acme: Organisation) -> None:
    anna = await added(acme, "Anna", OWN)
    for query in ("cursor=nonsense", "limit=0", "limit=101", "kind=call", "cursor=" + "a" * 201):
        answer = await acme.call("agent", "GET", f"{PEOPLE}/{anna['id']}/activity?{query}")
        assert answer.status_code == 422, query
