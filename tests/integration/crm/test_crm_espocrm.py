"""An address book and EspoCRM that are kept in step: the product's own wiring, and a strict stand-in of EspoCRM."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.crm.test_crm import ANNA, AT, BO, added, in_step, links, notices_answered, people, stored, turn
from tests.support.crm import flows
from tests.support.crm.rounds import killed_at_changes
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.crm.conformance.fake_espocrm import FakeEspoCrm
from call24.crm.conformance.stand_in import serving
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


async def connected(office: FrontOffice, crm: FakeEspoCrm, **more: Any) -> CrmConnectionId:
    own = {"objection_field": "cDoNotUse"}
    id: CrmConnectionId = await flows.connection(office, crm, "espocrm", own, mapping=MAPPING, **more)
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeEspoCrm) -> None:
    anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, cCustomerNumber="C-7")
    id = await connected(office, crm)

    def count(one: str) -> Any:
        return crm.contacts[one]["versionNumber"]

    bo = await flows.both_sides_are_in_step(office, crm, id, anna.id, count, crm.url + "/#Contact/view/{id}")
    assert crm.contacts[bo]["lastName"] == "-", "EspoCRM lets nobody be without a last name"


@pytest.mark.long("integration/crm/test_crm.py::test_what_both_sides_changed_waits_for_a_user")
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


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys"
)
async def test_an_answer_that_is_lost_makes_no_second_contact(office: FrontOffice, crm: FakeEspoCrm) -> None:
    await flows.a_lost_answer_makes_no_second_record(office, crm, await connected(office, crm))


@pytest.mark.long("integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")
async def test_who_is_erased_here_is_emptied_and_deleted_also_whom_nobody_linked(
    office: FrontOffice, crm: FakeEspoCrm
) -> None:
    await flows.erasures_have_receipts(office, crm, await connected(office, crm), "(Data Privacy) and deleted it")
    numbers = str(crm.contacts[crm.live()[0].id]["phoneNumberData"])
    assert set(crm.texts()) == {"Bo", BO, "-", numbers}, "nothing is left in the rows that EspoCRM keeps"


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_crm_that_refuses_an_objection_and_erasures_to_its_user_is_kept_in_step"
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


@pytest.mark.long("integration/crm/test_crm.py::test_an_objection_travels_first_and_has_a_receipt")
async def test_an_objection_is_a_yes_or_no_field(office: FrontOffice, crm: FakeEspoCrm) -> None:
    await flows.an_objection_is_told(office, crm, await connected(office, crm), "cDoNotUse is yes")


@pytest.mark.long("integration/crm/test_crm.py::test_who_is_deleted_in_the_crm_goes_only_when_the_crm_says_so")
async def test_who_was_deleted_there_stays_here_since_espocrm_does_not_tell(
    office: FrontOffice, crm: FakeEspoCrm
) -> None:
    anna = crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm, follow_deletions=True)
    await in_step(office, id)
    crm.delete(anna.id)
    person = (await people(office.org))["Anna"]
    await office.org.call("agent", "PATCH", f"/v1/people/{person.id}", json={"given": "Anya"})
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anya"}, "a 404 is no deletion"
    assert crm.live() == [], "and nobody is made again"


async def test_a_connection_must_say_what_espocrm_needs(office: FrontOffice, crm: FakeEspoCrm) -> None:
    wrong = [
        ({"espocrm": {"objection_field": "emailAddress"}}, "espocrm.objection_field"),
        ({"mapping": [{"field": "given", "remote": "accountId"}]}, "mapping.0.remote"),
    ]
    await flows.must_say(office, await connected(office, crm), wrong)


THREE = ("POST /api/v1/Contact", "POST /api/v1/Call", "POST /api/v1/DataPrivacy/action/erase")
"""What makes a record, what writes a call down, and what erases."""


@pytest.mark.long(
    "integration/crm/test_crm_odoo.py::test_call24_is_killed_at_changes_of_odoo_and_nothing_is_lost_or_there_twice"
)
@pytest.mark.parametrize("only", [THREE, ()], ids=["three", "each"])
@pytest.mark.usefixtures("short_transactions")
async def test_call24_is_killed_at_changes_of_espocrm_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeEspoCrm, tmp_path: Path, only: tuple[str, ...]
) -> None:
    async with front_office(api) as office:
        id = await connected(office, crm)
        kinds = {
            *("POST /api/v1/Contact", "PUT /api/v1/Contact/N", "DELETE /api/v1/Contact/N", "POST /api/v1/Call"),
            *("PUT /api/v1/Call/N", "DELETE /api/v1/Call/N", "POST /api/v1/DataPrivacy/action/erase"),
        }
        await killed_at_changes(office, mongod, crm, id, tmp_path, changes=lambda what: True, kinds=kinds, only=only)
