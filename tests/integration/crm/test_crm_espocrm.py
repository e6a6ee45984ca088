"""An address book and EspoCRM that are kept in step: the product's own wiring, and a strict stand-in of EspoCRM."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.crm.test_crm import (
    ANNA,
    AT,
    BO,
    WORK,
    added,
    called,
    changed,
    in_step,
    jobs,
    links,
    notices_answered,
    people,
    stored,
    turn,
)
from tests.support.crm.rounds import killed_at_each_change
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crm.conformance.fake_espocrm import FakeEspoCrm
from call24.crm.conformance.stand_in import TOKEN, Fault, serving
from call24.kit.ids import CrmConnectionId

MAPPING = [
    {"field": "given", "remote": "firstName"},
    {"field": "family", "remote": "lastName", "rule": "newest"},
    {"field": "number", "remote": "phoneNumber", "rule": "newest"},
    {"field": "email", "remote": "emailAddress", "rule": "newest"},
    {"field": "field:Customer", "remote": "cCustomerNumber", "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeEspoCrm]:
    crm = FakeEspoCrm()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeEspoCrm, **other: Any) -> CrmConnectionId:
    shape = {"objection_field": "cDoNotUse"}
    body = {"kind": "espocrm", "name": "Sales", "url": crm.url, "token": TOKEN, "espocrm": shape, "mapping": MAPPING}
    made = await office.org.call("owner", "POST", AT, json={**body, **other})
    assert made.status_code == 201, made.text
    assert TOKEN not in made.text and made.json()["espocrm"] == shape
    id = CrmConnectionId(made.json()["id"])
    await changed(office.org, id, wish="on")
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeEspoCrm) -> None:
    anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, cCustomerNumber="C-7")
    await added(office.org, "Bo", BO)
    id = await connected(office, crm)
    await in_step(office, id)
    known = await people(office.org)
    assert set(known) == {"Anna", "Bo"}
    assert (known["Anna"].family, known["Anna"].numbers[0].number) == ("Petrova", ANNA)
    assert {one.name: one.value for one in known["Anna"].fields} == {"Customer": "C-7"}
    [bo] = [one for one in crm.live() if one.id != anna.id]
    assert bo.fields == {"given": "Bo", "phone": BO} and bo.key.startswith("crl_")
    assert known["Bo"].family == "" and crm.contacts[bo.id]["lastName"] == "-"

    crm.change(anna.id, phone=WORK)
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"emails": [{"address": "bo@b.mn"}]})
    office.api.clock.advance(seconds=40)
    await in_step(office, id)
    assert (await people(office.org))["Anna"].numbers[0].number == WORK
    assert crm.records[bo.id].fields["email"] == "bo@b.mn"
    times = {one.id: crm.contacts[one.id]["versionNumber"] for one in crm.live()}
    for _ in range(4):
        await turn(office, id)
    assert times == {one.id: crm.contacts[one.id]["versionNumber"] for one in crm.live()}, "nothing goes back and forth"
    assert {one.state for one in await links(office.org)} == {"in_step"}
    page = (await office.org.call("agent", "GET", f"/v1/crm-records?person_id={known['Bo'].id}")).json()["items"]
    assert [one["link"] for one in page] == [f"{crm.url}/#Contact/view/{bo.id}"]


async def test_who_changed_the_same_field_on_both_sides_is_decided_by_the_fields_rule(
    office: FrontOffice, crm: FakeEspoCrm
) -> None:
    anna = crm.add(given="Anna", family="Petrova", phone=ANNA)
    id = await connected(office, crm)
    await in_step(office, id)
    person = (await people(office.org))["Anna"]
    crm.change(anna.id, given="Hanna", family="Theirs")
    office.api.clock.advance(minutes=1)
    here = {"given": "Anya", "family": "Ours"}
    assert (await office.org.call("agent", "PATCH", f"/v1/people/{person.id}", json=here)).status_code == 200
    await in_step(office, id)
    [link] = await links(office.org)
    assert (link.state, link.asked) == ("asking", ("given",)), "a rule that asks waits for a user"
    assert crm.records[anna.id].fields["given"] == "Hanna"
    path = f"{AT}/{id}/links/{link.id}/choices"
    chosen = await office.org.call("owner", "POST", path, json={"choices": {"given": "crm"}})
    assert chosen.status_code == 200, chosen.text
    await in_step(office, id)
    now = (await people(office.org))["Hanna"]
    assert (now.family, crm.records[anna.id].fields["family"]) == ("Ours", "Ours"), "the newest counts"


async def test_an_answer_that_is_lost_makes_no_second_contact(office: FrontOffice, crm: FakeEspoCrm) -> None:
    id = await connected(office, crm)
    await in_step(office, id)
    await added(office.org, "Anna", ANNA)
    crm.faults = [Fault(after=True, only=crm.creating)]
    assert (await turn(office, id)).trouble == "no_answer"
    await in_step(office, id)
    [link] = await links(office.org)
    assert [(one.fields["given"], one.key) for one in crm.live()] == [("Anna", link.id)]
    assert (link.state, link.remote_id) == ("in_step", crm.live()[0].id)


async def test_who_is_erased_here_is_emptied_and_deleted_also_whom_nobody_linked(
    office: FrontOffice, crm: FakeEspoCrm
) -> None:
    crm.add(given="Anna", phone=ANNA, email="anna@example.com")
    id = await connected(office, crm)
    await in_step(office, id)
    contact_id = (await people(office.org))["Anna"].contact_ids[0]
    other = await called(office, WORK)
    await changed(office.org, id, wish="off")
    crm.add(given="Someone", phone="020 794 601 03")
    crm.add(given="Bo", phone=BO)
    for one in (contact_id, other):
        erased = await office.org.call("owner", "POST", f"/v1/contacts/{one}/erase", json={"reason": "asked"})
        assert erased.status_code in (200, 202), erased.text
    notices = await notices_answered(office, id)
    assert {one.state for one in notices} == {"answered"}
    assert all("(Data Privacy) and deleted it" in one.answer for one in notices), notices
    assert [one.fields["given"] for one in crm.live()] == ["Bo"]
    assert sorted({"Bo", BO, "-"}) == sorted(
        set(crm.texts()) - {str(crm.contacts[crm.live()[0].id]["phoneNumberData"])}
    )


async def test_an_erasure_without_the_permission_stops_nobody_else(office: FrontOffice, crm: FakeEspoCrm) -> None:
    crm.private = False
    crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm)
    await in_step(office, id)
    contact_id = (await people(office.org))["Anna"].contact_ids[0]
    erased = await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code in (200, 202), erased.text
    await added(office.org, "Bo", BO)
    for _ in range(4):
        await turn(office, id)
    assert {one.fields.get("given") for one in crm.live()} == {"Anna", "Bo"}
    assert (await stored(office.org, id)).state == "running"
    [link] = [one for one in await links(office.org) if one.state != "in_step"]
    assert "Data Privacy" in link.why
    crm.private = True
    office.api.clock.advance(hours=7)
    notices = await notices_answered(office, id)
    assert {one.state for one in notices} == {"answered"} and {one.fields["given"] for one in crm.live()} == {"Bo"}


async def test_an_objection_is_a_yes_or_no_field_and_who_was_deleted_there_stays_here(
    office: FrontOffice, crm: FakeEspoCrm
) -> None:
    anna, bo = crm.add(given="Anna", phone=ANNA), crm.add(given="Bo", phone=BO)
    id = await connected(office, crm, follow_deletions=True)
    await in_step(office, id)
    known = await people(office.org)
    consents = office.api.services.there.get(Consents)
    await consents.enter(Purpose.CRM_SYNC, "object", office.org.tenant.id, known["Bo"].contact_ids[0], "officer")
    await in_step(office, id)
    assert crm.records[bo.id].fields["do_not_use"] is True
    [job] = await jobs(office.org, kind="objection")
    assert (job.state, job.said) == ("done", "cDoNotUse is yes")
    crm.delete(anna.id)
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Anna'].id}", json={"given": "Anya"})
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anya", "Bo"}, "EspoCRM does not tell who was deleted: a 404 is none"
    assert [one.fields["given"] for one in crm.live()] == ["Bo"], "and nobody is made again"


async def test_a_connection_must_say_what_espocrm_needs(office: FrontOffice, crm: FakeEspoCrm) -> None:
    id = await connected(office, crm)
    assert TOKEN.encode() not in (await stored(office.org, id)).credentials
    for wrong, place in (
        ({"espocrm": {"objection_field": "emailAddress"}}, "espocrm.objection_field"),
        ({"mapping": [{"field": "given", "remote": "accountId"}]}, "mapping.0.remote"),
    ):
        refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json=wrong)
        assert refused.status_code == 422 and place in refused.text, place


async def test_call24_is_killed_at_each_change_of_espocrm_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeEspoCrm, tmp_path: Path
) -> None:
    async with front_office(api) as office:
        id = await connected(office, crm)
        kinds = {
            *("POST /api/v1/Contact", "PUT /api/v1/Contact/N", "DELETE /api/v1/Contact/N", "POST /api/v1/Call"),
            *("PUT /api/v1/Call/N", "DELETE /api/v1/Call/N", "POST /api/v1/DataPrivacy/action/erase"),
        }
        await killed_at_each_change(office, mongod, crm, id, tmp_path, changes=lambda what: True, kinds=kinds)
