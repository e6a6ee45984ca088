"""An address book and a CRM that are kept in step: the product's own wiring, a faulty CRM on this machine, and a clock
that the test moves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.restrictions.test_restrictions import restricted
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import FrontOffice

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.contacts.service import ContactService
from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.stand_in import TOKEN, Fault
from call24.crm.model import CrmConnection, CrmJob, CrmLink
from call24.crm.refused import NO_RIGHT
from call24.crm.service import CrmConnections
from call24.crm.store import CrmStore
from call24.crm.worker import CrmWorker
from call24.kit.errors import Unavailable
from call24.kit.ids import ContactId, CrmConnectionId, TenantId
from call24.notifications.model import Notification
from call24.people.model import Person
from call24.processors.model import ErasureNotice
from call24.processors.notices import ErasureNotices

AT = "/v1/crm-connections"
ANNA, BO, WORK = "+442079460101", "+442079460102", "+442079460103"
MAPPING = [
    {"field": "given", "remote": "given"},
    {"field": "family", "remote": "family", "rule": "crm"},
    {"field": "company", "remote": "company", "rule": "newest"},
    {"field": "number", "remote": "phone", "rule": "call24"},
    {"field": "email", "remote": "email"},
]


def settings(crm: FakeCrm, **other: Any) -> dict[str, Any]:
    shape = {"objection_field": "do_not_use", "link_template": "https://crm.example/c/{id}"}
    return {"name": "Ours", "url": crm.url, "token": TOKEN, "shape": shape, "mapping": MAPPING, **other}


async def connected(of: Organisation, crm: FakeCrm, wish: str = "on", **other: Any) -> CrmConnectionId:
    made = await of.call("owner", "POST", AT, json=settings(crm, **other))
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    if wish != "off":
        await changed(of, id, wish=wish)
    return CrmConnectionId(id)


async def changed(of: Organisation, id: str, **fields: Any) -> Any:
    answer = await of.call("owner", "PATCH", f"{AT}/{id}", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def added(of: Organisation, given: str, *numbers: str, **more: Any) -> str:
    body = {"given": given, "numbers": [{"number": one} for one in numbers], **more}
    answer = await of.call("agent", "POST", "/v1/people", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def people(of: Organisation) -> dict[str, Person]:
    """By given name."""
    found = await of.api.mongo.tenant(of.tenant.id).collection(Person).find()
    return {one.given: one for one in found}


async def stored(of: Organisation, id: CrmConnectionId) -> CrmConnection:
    return await of.api.mongo.tenant(of.tenant.id).collection(CrmConnection).get(id)


async def links(of: Organisation) -> list[CrmLink]:
    return await of.api.mongo.tenant(of.tenant.id).collection(CrmLink).find(sort=[("id", 1)])


async def jobs(of: Organisation, **which: Any) -> list[CrmJob]:
    return await of.api.mongo.tenant(of.tenant.id).collection(CrmJob).find(which)


async def turn(office: FrontOffice, id: CrmConnectionId) -> CrmConnection:
    """One turn, at the time when it is due, once everybody has read the feed."""
    await office.feed_is_read()
    connection = await stored(office.org, id)
    assert connection.due_at is not None, f"nothing is due: {connection.state} {connection.trouble}"
    if connection.due_at > office.api.clock.now():
        office.api.clock.advance(seconds=(connection.due_at - office.api.clock.now()).total_seconds())
    return await office.api.services.there.get(CrmWorker).work(connection)


async def in_step(office: FrontOffice, id: CrmConnectionId, most: int = 30) -> None:
    """As many turns as it takes until nothing is left to do."""
    for _ in range(most):
        connection = await turn(office, id)
        await office.feed_is_read()
        waiting = [one for one in await links(office.org) if one.due_at is not None and one.state != "failed"]
        if connection.trouble is None and not connection.catching_up and not waiting and connection.pace >= 16:
            return
    raise AssertionError(f"not in step after {most} turns: {await links(office.org)}")


async def test_both_sides_are_in_step_and_nothing_goes_back(office: FrontOffice, crm: FakeCrm) -> None:
    crm.add(id="c1", given="Anna", family="Petrova", phone="020 7946 0101", email="a@example.com", vip=True)
    crm.add(id="c2", given="Bo", family="", phone=None)
    cleo = await added(office.org, "Cleo", WORK, notes="hers")
    id = await connected(office.org, crm)
    await in_step(office, id)

    known = await people(office.org)
    assert set(known) == {"Anna", "Bo", "Cleo"}
    assert (known["Anna"].family, known["Anna"].numbers[0].number) == ("Petrova", ANNA)
    there = {one.fields["given"]: one for one in crm.live()}
    assert set(there) == {"Anna", "Bo", "Cleo"}
    assert there["Cleo"].fields == {"given": "Cleo", "phone": WORK}
    assert crm.records["c1"].version == 1, "what came from the CRM was not written back"

    crm.change("c1", family="Ivanova")
    answer = await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"company": "Acme"})
    assert answer.status_code == 200
    office.api.clock.advance(seconds=40)
    await in_step(office, id)
    assert (await people(office.org))["Anna"].family == "Ivanova"
    assert crm.records["c2"].fields["company"] == "Acme"
    assert crm.records["c1"].fields["vip"] is True and (await people(office.org))["Cleo"].notes == "hers"

    versions = {one.id: one.version for one in crm.records.values()}, (await people(office.org))["Anna"].version
    for _ in range(5):
        await turn(office, id)
    assert versions == (
        {one.id: one.version for one in crm.records.values()},
        (await people(office.org))["Anna"].version,
    )
    assert {one.state for one in await links(office.org)} == {"in_step"}
    read = (await office.org.call("owner", "GET", f"{AT}/{id}")).json()
    assert (read["state"], read["people"]["in_step"], read["trouble"]) == ("running", 3, None)
    assert TOKEN not in str(read)
    page = (await office.org.call("agent", "GET", f"/v1/crm-records?person_id={cleo}")).json()["items"]
    assert [one["link"] for one in page] == [f"https://crm.example/c/{there['Cleo'].id}"]
    assert [one["connection"] for one in page] == [read["name"]]


async def test_records_of_who_is_restricted_are_not_shown(office: FrontOffice, crm: FakeCrm) -> None:
    bo = await added(office.org, "Bo", BO)
    await in_step(office, await connected(office.org, crm))
    contact_id = (await people(office.org))["Bo"].contact_ids[0]
    asked = [f"/v1/crm-records?contact_id={contact_id}", f"/v1/crm-records?person_id={bo}"]
    for each in asked:
        assert len((await office.org.call("agent", "GET", each)).json()["items"]) == 1
    await restricted(office.org, BO)
    for each in asked:
        answer = await office.org.call("agent", "GET", each)
        assert (answer.status_code, answer.json()["code"]) == (403, "data_restricted"), each


async def test_a_dry_run_shows_each_field_and_changes_nothing(office: FrontOffice, crm: FakeCrm) -> None:
    await added(office.org, "Anna", ANNA, family="Petrova", company="Acme")
    crm.add(id="c1", given="Anna", phone=ANNA, email="a@example.com")
    crm.add(id="c2", given="Bo", phone="nobody knows")
    id = await connected(office.org, crm, "dry_run")
    before = await people(office.org)
    answer = await office.org.call("owner", "POST", f"{AT}/{id}/preview")
    assert answer.status_code == 200, answer.text
    anna, bo = answer.json()["items"]
    assert (anna["action"], anna["person_id"]) == ("update", before["Anna"].id)
    told = {one["field"]: (one["call24"], one["crm"], one["outcome"]) for one in anna["fields"]}
    assert told == {
        "given": ("Anna", "Anna", "in_step"),
        "family": ("Petrova", "", "to_crm"),
        "company": ("Acme", "", "to_crm"),
        "number": (ANNA, ANNA, "in_step"),
        "email": ("", "a@example.com", "to_call24"),
    }
    assert (bo["action"], bo["person_id"]) == ("create_person", None)
    assert bo["why"] == "number: it is no telephone number"
    assert await people(office.org) == before and await links(office.org) == []
    assert {method for method, _ in crm.asked} == {"GET"}
    assert (await stored(office.org, id)).due_at is None, "it is not worked at by itself"


async def test_what_both_sides_changed_waits_for_a_user(office: FrontOffice, crm: FakeCrm) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    who = (await people(office.org))["Anna"].id
    crm.change("c1", given="Anya")
    await office.org.call("agent", "PATCH", f"/v1/people/{who}", json={"given": "Ann"})
    await in_step(office, id)
    [link] = (await office.org.call("owner", "GET", f"{AT}/{id}/links?state=asking")).json()["items"]
    assert (link["asked"], link["why"]) == (["given"], "Both sides changed given: choose one")
    assert (set(await people(office.org)), crm.records["c1"].fields["given"]) == ({"Ann"}, "Anya")
    path = f"{AT}/{id}/links/{link['id']}/choices"
    wrong = await office.org.call("owner", "POST", path, json={"choices": {"family": "crm"}})
    assert wrong.status_code == 422 and "given" in wrong.text
    assert (await office.org.call("owner", "POST", path, json={"choices": {"given": "call24"}})).status_code == 200
    await in_step(office, id)
    assert crm.records["c1"].fields["given"] == "Ann"
    assert {one.state for one in await links(office.org)} == {"in_step"}


async def test_a_list_with_every_fault_loses_nobody_and_doubles_nobody(office: FrontOffice, crm: FakeCrm) -> None:
    at = crm.clock()
    for n in range(40):
        crm.add(id=f"c{n:02}", at=at, given=f"Name {n:02}")
    crm.twice = True
    crm.skew = timedelta(hours=-5)
    crm.faults = [
        Fault(cut=True),
        Fault(status=429, headers={"Retry-After": "20"}),
        Fault(),
        Fault(status=503),
        Fault(after=True),
        Fault(status=500),
        Fault(cut=True),
    ]
    id = await connected(office.org, crm)
    await in_step(office, id, 80)
    assert sorted(await people(office.org)) == [f"Name {n:02}" for n in range(40)]
    assert len(await links(office.org)) == len(crm.live()) == 40


async def test_a_crm_that_wants_to_be_left_alone_is(office: FrontOffice, crm: FakeCrm) -> None:
    id = await connected(office.org, crm)
    crm.faults = [Fault(status=429, headers={"Retry-After": "600"}, body=b"too much")]
    waits = await turn(office, id)
    assert (waits.state, waits.trouble, waits.said) == ("waiting", "rate_limited", "too much")
    assert waits.due_at == office.api.clock.now() + timedelta(minutes=10)
    await added(office.org, "Anna", ANNA)
    await office.feed_is_read()
    assert (await stored(office.org, id)).due_at == waits.due_at, "what changes here does not hurry it"
    crm.faults = [Fault(status=401)]
    failed = await turn(office, id)
    assert (failed.state, failed.trouble, failed.due_at) == ("failed", "unauthorised", None)
    again = await office.org.call("owner", "POST", f"{AT}/{id}/retry")
    assert again.json()["state"] == "running"
    await in_step(office, id)
    assert [one.fields["given"] for one in crm.live()] == ["Anna"]


@pytest.mark.parametrize(
    "status",
    [
        403,
        pytest.param(
            401,
            marks=pytest.mark.long("test_a_crm_that_refuses_an_objection_and_erasures_to_its_user_is_kept_in_step"),
        ),
    ],
)
async def test_a_crm_that_refuses_an_objection_and_erasures_to_its_user_is_kept_in_step(
    office: FrontOffice, crm: FakeCrm, status: int
) -> None:
    """Anna is erased, Bo objects, and Cleo loses one of two numbers."""
    crm.add(id="c1", given="Anna", phone=ANNA)
    crm.add(id="c2", given="Bo", phone=BO)
    crm.add(id="c3", given="Cleo", phone=WORK)
    id = await connected(office.org, crm)
    await in_step(office, id)
    known = await people(office.org)
    both = {"numbers": [{"number": WORK}, {"number": "+442079460109"}]}
    assert (await office.org.call("agent", "PATCH", f"/v1/people/{known['Cleo'].id}", json=both)).status_code == 200
    await in_step(office, id)
    consents = office.api.services.there.get(Consents)
    bo = known["Bo"].contact_ids[0]
    await consents.enter(Purpose.CRM_SYNC, "object", office.org.tenant.id, bo, "officer")
    for name in ("Anna", "Cleo"):
        path = f"/v1/contacts/{known[name].contact_ids[0]}/erase"
        assert (await office.org.call("owner", "POST", path, json={"reason": "asked"})).status_code in (200, 202)
    crm.add(id="c4", given="Dora")
    crm.faults = [Fault(status=status, only=kind, body=b"no") for kind in ("PATCH", "PATCH", "DELETE")]
    after = await turn(office, id)
    assert (after.state, after.trouble, crm.faults) == ("running", None, [])
    assert "Dora" in await people(office.org)
    refused = [one for one in await jobs(office.org) if one.said]
    assert {one.kind for one in refused} == {"objection", "erasure"} and len(refused) == 3
    assert {one.said for one in refused} == {f"{NO_RIGHT}: {status} no"}
    office.api.clock.advance(minutes=2)
    await in_step(office, id)
    assert {one.state for one in await jobs(office.org) if one.id in {each.id for each in refused}} == {"done"}
    assert {one.id for one in crm.live()} == {"c2", "c3", "c4"}


async def test_a_long_outage_loses_nothing_and_the_crm_is_not_flooded(office: FrontOffice, crm: FakeCrm) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    who = (await people(office.org))["Anna"].id
    began = office.api.clock.now()
    while office.api.clock.now() - began < timedelta(hours=3):
        crm.faults = [Fault(status=503)]
        assert (await turn(office, id)).state == "waiting"
    for n in range(20):
        await added(office.org, f"New {n:02}")
    await office.org.call("owner", "PATCH", f"/v1/people/{who}", json={"company": "Acme"})
    crm.add(id="c2", given="Bo")
    written = list[int]()
    for _ in range(8):
        crm.asked.clear()
        await turn(office, id)
        written.append(sum(method != "GET" for method, _ in crm.asked))
    assert written[0] <= 2 and written[1] <= 4 and written[2] <= 8, (
        f"one read and one written, then twice as many: {written}"
    )
    await in_step(office, id)
    assert crm.records["c1"].fields["company"] == "Acme"
    assert len(crm.live()) == 22 and "Bo" in await people(office.org)


async def test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys(
    office: FrontOffice, crm: FakeCrm
) -> None:
    crm.strict_keys = False
    id = await connected(office.org, crm)
    await in_step(office, id)
    await added(office.org, "Anna", ANNA)
    crm.faults = [Fault(only="POST", after=True)]
    assert (await turn(office, id)).trouble == "no_answer"
    await in_step(office, id)
    assert [one.fields["given"] for one in crm.live()] == ["Anna"]
    assert len(await people(office.org)) == 1


async def test_a_turn_that_is_killed_anywhere_is_begun_again(office: FrontOffice, crm: FakeCrm) -> None:
    for n in range(6):
        crm.add(id=f"c{n}", given=f"There {n}")
    for n in range(6):
        await added(office.org, f"Here {n}")
    id = await connected(office.org, crm)
    for n in range(40):
        killed = asyncio.create_task(turn(office, id))
        await asyncio.sleep(0.005 * (n % 12))
        killed.cancel()
        await asyncio.wait({killed})
    office.api.clock.advance(minutes=1)
    await in_step(office, id, 60)
    names = sorted([*(f"Here {n}" for n in range(6)), *(f"There {n}" for n in range(6))])
    assert sorted(await people(office.org)) == names
    assert sorted(one.fields["given"] for one in crm.live()) == names


async def test_an_objection_travels_first_and_has_a_receipt(office: FrontOffice, crm: FakeCrm) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    anna = (await people(office.org))["Anna"]
    consents = office.api.services.there.get(Consents)
    await office.org.call("agent", "PATCH", f"/v1/people/{anna.id}", json={"company": "Secret Ltd"})
    await consents.enter(Purpose.CRM_SYNC, None, office.org.tenant.id, anna.contact_ids[0], "officer")
    for n in range(5):
        await added(office.org, f"Other {n}")
    await office.feed_is_read()
    crm.asked.clear()
    await turn(office, id)
    assert crm.asked[0] == ("PATCH", "/contacts/c1")
    assert crm.records["c1"].fields.get("do_not_use") is True
    assert "company" not in crm.records["c1"].fields, "nothing else is passed on of who objects"
    [job] = await jobs(office.org, kind="objection")
    assert (job.state, job.said) == ("done", "200")

    crm.change("c1", given="Anya")
    await in_step(office, id)
    assert "Anya" not in await people(office.org)
    [link] = [one for one in await links(office.org) if one.remote_id == "c1"]
    assert link.state == "objected"
    await consents.enter(Purpose.CRM_SYNC, "grant", office.org.tenant.id, anna.contact_ids[0], "officer")
    await in_step(office, id)
    assert crm.records["c1"].fields["do_not_use"] is False
    assert crm.records["c1"].fields["company"] == "Secret Ltd"


async def test_who_is_erased_here_is_erased_in_the_crm_and_its_answer_is_the_receipt(
    office: FrontOffice, crm: FakeCrm
) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    crm.add(id="c2", given="Bo", phone=BO)
    id = await connected(office.org, crm)
    await in_step(office, id)
    anna = (await people(office.org))["Anna"]
    erased = await office.org.call(
        "owner", "POST", f"/v1/contacts/{anna.contact_ids[0]}/erase", json={"reason": "asked"}
    )
    assert erased.status_code in (200, 202), erased.text
    crm.faults = [Fault(only="DELETE", status=503)]
    assert (await turn(office, id)).trouble == "server_error"
    assert len(crm.live()) == 2
    crm.asked.clear()
    await turn(office, id)
    assert crm.asked[0] == ("DELETE", "/contacts/c1"), "before anything else"
    assert crm.records["c1"].deleted and not crm.records["c2"].deleted
    [notice] = await notices_answered(office, id)
    assert (notice.processor, notice.state) == ("Ours", "answered")
    assert notice.answer == '200 {"erased": "c1"}; asked by number: nobody has it'

    again = crm.add(id="c1", given="Anna", phone=ANNA)  # a CRM that brings it back
    await in_step(office, id)
    assert set(await people(office.org)) == {"Bo"} and again.version == 1
    assert "c1" not in {one.remote_id for one in await links(office.org)} and ANNA not in str(await links(office.org))


async def notices_answered(office: FrontOffice, id: CrmConnectionId) -> list[ErasureNotice]:
    """What officers read, once the CRM had its turns."""
    notices = office.api.services.there.get(ErasureNotices)
    for _ in range(3):
        office.api.clock.advance(minutes=2)
        for one in await notices.store.due(office.api.clock.now(), (), (), 100):
            await notices.ask(one)
        if (await stored(office.org, id)).due_at is not None:
            await turn(office, id)
    page = await notices.page(office.org.tenant.id, state=None, person_id=None, limit=10, cursor=None)
    return page.notices


async def called(office: FrontOffice, number: str) -> ContactId:
    """Somebody who is in no address book."""
    contacts = office.api.services.there.get(ContactService)
    return (await contacts.remember(office.org.tenant.id, number)).id


@pytest.mark.parametrize(
    "wish",
    [
        "off",
        pytest.param("on", marks=pytest.mark.long("test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")),
    ],
)
async def test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked(
    office: FrontOffice, crm: FakeCrm, wish: str
) -> None:
    id = await connected(office.org, crm)
    await in_step(office, id)
    await changed(office.org, id, wish=wish)
    contact_id = await called(office, ANNA)
    crm.add(id="c1", given="Anna", phone="020 7946 0101")  # since then, and read by nobody
    crm.add(id="c2", given="Bo", phone=BO)
    plan = (await office.org.call("owner", "GET", f"/v1/contacts/{contact_id}/erasure-plan")).json()
    assert plan["passed_on"] == [{"kind": "crm", "id": id, "name": "Ours"}]
    erased = await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code == 200 and erased.json()["notices"][0]["processor"] == "Ours"
    notices = office.api.services.there.get(ErasureNotices)
    for one in await notices.store.due(office.api.clock.now(), (), (), 100):
        await notices.ask(one)
    [waiting] = await jobs(office.org, kind="erasure_by_number")
    assert waiting.number and ANNA.encode() not in waiting.number, "sealed"
    assert waiting.delete_at - waiting.created_at == timedelta(days=28), "a CRM that never answers leaves nothing of it"
    [notice] = await notices_answered(office, id)
    assert crm.records["c1"].deleted and not crm.records["c2"].deleted
    assert (notice.state, notice.answer) == ("answered", 'asked by number: 200 {"erased": "c1"}')
    [job] = await jobs(office.org, kind="erasure_by_number")
    assert (job.state, job.number) == ("done", b""), "nothing of the number is kept"
    assert job.delete_at - job.created_at == timedelta(days=366), "and the receipt is"


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        pytest.param(
            {"by_number": ""},
            "The CRM cannot be asked by number: look there by hand",
            marks=pytest.mark.long("test_a_crm_that_cannot_be_asked_by_number_loses_nobody_and_the_officer_reads_it"),
        ),
        ({}, "nothing was erased by number, look there by hand"),
    ],
)
async def test_a_crm_that_cannot_be_asked_by_number_loses_nobody_and_the_officer_reads_it(
    office: FrontOffice, crm: FakeCrm, shape: dict[str, str], said: str
) -> None:
    crm.searches = False  # it tells all that it has
    id = await connected(office.org, crm, shape=shape)
    await in_step(office, id)
    contact_id = await called(office, ANNA)
    crm.add(id="c1", given="Anna", phone=ANNA)
    crm.add(id="c2", given="Bo", phone=BO)
    await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    [notice] = await notices_answered(office, id)
    assert [one.id for one in crm.live()] == ["c1", "c2"] and said in notice.answer
    [failed] = (await office.org.call("owner", "GET", f"{AT}/{id}/jobs?state=failed")).json()["items"]
    assert said in failed["said"]


async def test_a_number_that_was_erased_does_not_come_back_from_a_crm_whose_numbers_count(
    office: FrontOffice, crm: FakeCrm
) -> None:
    await added(office.org, "Anna", ANNA, WORK)
    mapping = [{**one, "rule": "crm"} for one in MAPPING]
    id = await connected(office.org, crm, mapping=mapping)
    await in_step(office, id)
    anna = (await people(office.org))["Anna"]
    await office.org.call("owner", "POST", f"/v1/contacts/{anna.contact_ids[0]}/erase", json={"reason": "asked"})
    await in_step(office, id)
    assert [one.fields["phone"] for one in crm.live()] == [WORK]
    assert [one.number for one in (await people(office.org))["Anna"].numbers] == [WORK]


async def test_of_who_keeps_another_number_the_crm_loses_the_erased_one_alone(
    office: FrontOffice, crm: FakeCrm
) -> None:
    await added(office.org, "Anna", ANNA, WORK)
    id = await connected(office.org, crm)
    await in_step(office, id)
    [there] = crm.live()
    assert there.fields["phone"] == ANNA
    anna = (await people(office.org))["Anna"]
    await office.org.call("owner", "POST", f"/v1/contacts/{anna.contact_ids[0]}/erase", json={"reason": "asked"})
    await in_step(office, id)
    assert there.fields["phone"] == WORK and not there.deleted
    assert [one.number for one in (await people(office.org))["Anna"].numbers] == [WORK]
    assert ANNA not in str([one.fields for one in crm.records.values()])


async def test_an_erasure_reaches_a_crm_that_is_switched_off(office: FrontOffice, crm: FakeCrm) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    await changed(office.org, id, wish="off")
    crm.add(id="c2", given="Bo")
    anna = (await people(office.org))["Anna"]
    await office.org.call("owner", "POST", f"/v1/contacts/{anna.contact_ids[0]}/erase", json={"reason": "asked"})
    after = await turn(office, id)
    assert crm.records["c1"].deleted and after.state == "off"
    assert (await stored(office.org, id)).due_at is None and "Bo" not in await people(office.org)


async def test_an_erasure_that_is_cut_off_has_its_receipt_afterwards(
    office: FrontOffice, crm: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    anna = (await people(office.org))["Anna"]
    await office.org.call("owner", "POST", f"/v1/contacts/{anna.contact_ids[0]}/erase", json={"reason": "asked"})
    drop, cut = CrmStore.drop_link, list[str]()

    async def cut_off(self: CrmStore, tenant_id: Any, link_id: Any) -> None:
        await drop(self, tenant_id, link_id)
        if not cut:
            cut.append(link_id)
            raise Unavailable("the server was killed")

    monkeypatch.setattr(CrmStore, "drop_link", cut_off)
    with pytest.raises(Unavailable):
        await turn(office, id)
    await in_step(office, id)
    [job] = await jobs(office.org, kind="erasure")
    assert cut and crm.records["c1"].deleted
    assert (job.state, job.said) == ("done", '200 {"erased": "c1"}')


async def test_who_is_deleted_in_the_crm_goes_only_when_the_crm_says_so(office: FrontOffice, crm: FakeCrm) -> None:
    for n, name in enumerate(("Anna", "Bo", "Cleo")):
        crm.add(id=f"c{n}", given=name)
    id = await connected(office.org, crm, follow_deletions=True)
    await in_step(office, id)
    crm.delete("c0")
    await in_step(office, id)
    assert set(await people(office.org)) == {"Bo", "Cleo"}
    crm.remembers = False
    crm.delete("c1")  # in no list any more, and 404
    who = (await people(office.org))["Bo"].id
    await office.org.call("agent", "PATCH", f"/v1/people/{who}", json={"company": "Acme"})
    await in_step(office, id)
    assert "Bo" in await people(office.org)
    [failed] = (await office.org.call("owner", "GET", f"{AT}/{id}/links?state=failed")).json()["items"]
    assert failed["why"] == "The CRM does not find its record any more, and has told of no deletion"
    cleo = (await people(office.org))["Cleo"].id
    assert (await office.org.call("agent", "DELETE", f"/v1/people/{cleo}")).status_code == 204
    await in_step(office, id)
    assert not crm.records["c2"].deleted, "what is deleted here stays in the CRM"
    assert "Cleo" not in await people(office.org), "and makes nobody again"


async def test_a_finished_call_is_logged_once_with_what_became_of_it(office: FrontOffice, crm: FakeCrm) -> None:
    crm.add(id="c1", given="Anna", phone=ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    contact = (await people(office.org))["Anna"].contact_ids[0]
    told = office.call("one")
    told.arrives(contact).joins(office.help).offered_to(office.user("agent")).answered_by(office.user("agent"))
    await office.read(told)
    assert await jobs(office.org, kind="call") == [], "a call that goes on is not logged"
    told.ends()
    await office.read(told)
    note = {"text": "Wants the invoice\nby post"}
    assert (await office.ask("agent", "PUT", "/v1/calls/call_one/note", note)).status_code == 200
    await office.read(office.call("two").arrives(contact).ends())
    crm.strict_keys = False
    crm.faults = [Fault(only="POST", after=True)]
    office.api.clock.advance(minutes=2)
    for _ in range(6):
        await turn(office, id)
    logged = {one["call_id"]: one for one in crm.calls.values()}
    assert len(crm.calls) == 2, "each once, though an answer was lost and the CRM knows no keys"
    assert (logged["call_one"]["contact_id"], logged["call_one"]["outcome"]) == ("c1", "answered")
    assert (logged["call_one"]["notes"], logged["call_two"]["notes"]) == ("Wants the invoice\nby post", "")
    assert logged["call_one"]["link"].endswith("/#/history/call_one")
    assert {one.state for one in await jobs(office.org, kind="call")} == {"done"}


async def test_calls_do_not_ask_for_connections_that_there_are_not_and_the_first_one_hears_of_the_next_call(
    office: FrontOffice, crm: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, all_of = list[TenantId](), CrmStore.all

    async def counted(store: CrmStore, tenant_id: TenantId) -> list[CrmConnection]:
        asked.append(tenant_id)
        return await all_of(store, tenant_id)

    monkeypatch.setattr(CrmStore, "all", counted)
    caller = await office.contact(ANNA)
    for number in range(3):
        await office.read(office.call(f"before_{number}").arrives(caller).ends())
    assert asked == [office.org.tenant.id], "once for three calls"
    id = await connected(office.org, crm)
    office.api.clock.advance(minutes=1)
    await office.read(office.call("after").arrives(caller).ends())
    assert [(one.connection_id, one.call_id) for one in await jobs(office.org, kind="call")] == [(id, "call_after")]


async def test_one_organisation_has_its_share_and_sees_its_own_connections_alone(api: Api, crm: FakeCrm) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    mine = [await connected(acme, crm) for _ in range(4)]
    theirs = await connected(other, crm)
    store, worker = CrmStore(api.mongo), api.services.there.get(CrmWorker)
    release, begun = asyncio.Event(), list[str]()

    async def held(connection: CrmConnection) -> CrmConnection:
        begun.append(connection.id)
        await release.wait()
        return connection

    worker.work = held  # type: ignore[method-assign]
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.5)
    assert len(begun) == 3 and theirs in begun, "two of four, and the other organisation's"
    running.cancel()
    release.set()
    await asyncio.wait({running})
    assert {one.tenant_id for one in await store.due(api.clock.now(), (), (), 10)} == {acme.tenant.id, other.tenant.id}
    for method, path, body in (
        ("GET", f"{AT}/{mine[0]}", None),
        ("PATCH", f"{AT}/{mine[0]}", {"name": "x"}),
        ("POST", f"{AT}/{mine[0]}/preview", None),
        ("DELETE", f"{AT}/{mine[0]}", None),
    ):
        assert (await other.call("owner", method, path, json=body)).status_code == 404
    assert (await acme.call("agent", "GET", AT)).status_code == 403
    await connected(acme, crm)
    sixth = await acme.call("owner", "POST", AT, json=settings(crm))
    assert (sixth.status_code, sixth.json()["code"]) == (409, "too_many")


async def test_a_connection_is_refused_where_data_may_not_go_and_stands_in_the_register(
    office: FrontOffice, crm: FakeCrm
) -> None:
    connections = office.api.services.there.get(CrmConnections)

    async def refuses(tenant_id: Any, endpoint: Any) -> str:
        return f"{endpoint.kind} {endpoint.country} {endpoint.hosts[0]}"

    id = await connected(office.org, crm, "off", country="DE")
    listed = (await office.org.call("owner", "GET", "/v1/data-transfers/endpoints")).json()["items"]
    assert [(one["kind"], one["id"], one["country"]) for one in listed if one["kind"] == "crm"] == [("crm", id, "DE")]
    before, connections.why_not = connections.why_not, refuses
    refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"country": "US"})
    connections.why_not = before
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer_not_registered")
    assert refused.json()["detail"] == "crm US 127.0.0.1"


async def test_the_credentials_are_sealed_and_another_address_needs_another_connection(
    office: FrontOffice, crm: FakeCrm
) -> None:
    crm.add(id="c1", given="Anna")
    id = await connected(office.org, crm)
    await in_step(office, id)
    assert TOKEN.encode() not in (await stored(office.org, id)).credentials
    moved = await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"url": "http://127.0.0.1:9"})
    assert (moved.status_code, moved.json()["code"]) == (409, "crm_linked")
    unread = await office.org.call("owner", "POST", f"{AT}/{id}/preview")
    assert unread.status_code == 200
    await changed(office.org, id, token="another")
    unread = await office.org.call("owner", "POST", f"{AT}/{id}/preview")
    assert (unread.status_code, unread.json()["code"]) == (409, "crm_trouble")
    assert "401" in unread.json()["detail"]
    assert (await office.org.call("owner", "DELETE", f"{AT}/{id}")).status_code == 204
    assert await links(office.org) == [] and set(await people(office.org)) == {"Anna"}
    assert (await office.org.call("owner", "POST", f"{AT}/{id}/retry")).status_code == 404


async def test_a_private_entry_goes_to_no_crm(office: FrontOffice, crm: FakeCrm) -> None:
    id = await connected(office.org, crm)
    await added(office.org, "Secret", ANNA, private=True)
    await added(office.org, "Open", BO)
    await in_step(office, id)
    assert [one.fields["given"] for one in crm.live()] == ["Open"]


async def test_what_a_crm_does_not_keep_is_not_lost_here(office: FrontOffice, crm: FakeCrm) -> None:
    crm.drops = {"company"}
    await added(office.org, "Anna", ANNA, company="Acme")
    id = await connected(office.org, crm)
    for _ in range(12):
        await turn(office, id)
        office.api.clock.advance(minutes=2)
    assert (await people(office.org))["Anna"].company == "Acme"
    [link] = await links(office.org)
    assert (link.state, link.why) == ("failed", "company in the CRM: it does not keep what it is given")


async def test_what_cannot_be_read_in_the_crm_is_named_and_the_rest_is_in_step(
    office: FrontOffice, crm: FakeCrm
) -> None:
    await added(office.org, "Anna", ANNA)
    id = await connected(office.org, crm)
    await in_step(office, id)
    [there] = crm.live()
    crm.change(there.id, phone="call me", company="Acme", email="a@example.com")
    await in_step(office, id)
    anna = (await people(office.org))["Anna"]
    assert (anna.company, anna.numbers[0].number) == ("Acme", ANNA), "what cannot be read is not taken for empty"
    [link] = (await office.org.call("owner", "GET", f"{AT}/{id}/links?state=failed")).json()["items"]
    assert link["why"] == "number in the CRM: it is no telephone number"


async def told(office: FrontOffice) -> list[tuple[str, str]]:
    """Who stands told in their notification centre, and where it leads."""
    found = await office.api.mongo.tenant(office.org.tenant.id).collection(Notification).find({"kind": "crm_trouble"})
    roles = {id: role for role, id in office.org.users.items()}
    return sorted((roles[one.user_id], one.link) for one in found)


async def test_who_may_change_a_connection_is_told_once_that_it_stopped(office: FrontOffice, crm: FakeCrm) -> None:
    await office.org.join("administrator")
    id = await connected(office.org, crm)
    crm.faults = [Fault(status=503)] * 6  # 5 s, then three times as long, up to 15 minutes
    for _ in range(6):
        await turn(office, id)
    assert await told(office) == [], "an outage of some minutes"
    crm.faults = [Fault(status=503)] * 8
    for _ in range(8):
        await turn(office, id)
    assert await told(office) == [("administrator", f"crm/{id}")], "an hour, once"
    crm.faults.clear()
    await turn(office, id)
    crm.faults = [Fault(status=401)]
    assert (await turn(office, id)).state == "failed"
    assert await told(office) == [("administrator", f"crm/{id}")] * 2, "what a user has to change, at once"
