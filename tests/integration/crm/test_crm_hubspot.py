"""An address book and HubSpot that are kept in step: the product's own wiring, and a strict stand-in of HubSpot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
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
from tests.support.crm.rounds import killed_at_changes
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crm.conformance.fake_hubspot import PORTAL, FakeHubSpot
from call24.crm.conformance.stand_in import TOKEN, Fault, serving
from call24.kit.ids import CrmConnectionId

MAPPING = [
    {"field": "given", "remote": "firstname"},
    {"field": "family", "remote": "lastname", "rule": "newest"},
    {"field": "number", "remote": "number", "rule": "newest"},
    {"field": "email", "remote": "email", "rule": "newest"},
    {"field": "field:Customer", "remote": "customer_number", "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeHubSpot]:
    crm = FakeHubSpot()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeHubSpot, **other: Any) -> CrmConnectionId:
    shape = {"portal_id": PORTAL, "objection_property": "do_not_use"}
    body = {"kind": "hubspot", "name": "Sales", "url": crm.url, "token": TOKEN, "hubspot": shape, "mapping": MAPPING}
    made = await office.org.call("owner", "POST", AT, json={**body, **other})
    assert made.status_code == 201, made.text
    assert TOKEN not in made.text and made.json()["hubspot"] == shape
    id = CrmConnectionId(made.json()["id"])
    await changed(office.org, id, wish="on")
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeHubSpot) -> None:
    anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, customer_number="C-7")
    await added(office.org, "Bo", BO)
    id = await connected(office, crm)
    await in_step(office, id)
    known = await people(office.org)
    assert set(known) == {"Anna", "Bo"}
    assert (known["Anna"].family, known["Anna"].numbers[0].number) == ("Petrova", ANNA)
    assert {one.name: one.value for one in known["Anna"].fields} == {"Customer": "C-7"}
    [bo] = [one for one in crm.live() if one.id != anna.id]
    assert bo.fields == {"given": "Bo", "phone": BO} and bo.key.startswith("crl_")

    crm.change(anna.id, phone=WORK)
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"emails": [{"address": "bo@b.mn"}]})
    office.api.clock.advance(seconds=40)
    await in_step(office, id)
    assert (await people(office.org))["Anna"].numbers[0].number == WORK
    assert crm.records[bo.id].fields["email"] == "bo@b.mn"
    times = {one.id: one.updated_at for one in crm.live()}
    for _ in range(4):
        await turn(office, id)
    assert times == {one.id: one.updated_at for one in crm.live()}, "nothing goes back and forth"
    assert {one.state for one in await links(office.org)} == {"in_step"}
    page = (await office.org.call("agent", "GET", f"/v1/crm-records?person_id={known['Bo'].id}")).json()["items"]
    assert [one["link"] for one in page] == [f"https://app.hubspot.com/contacts/{PORTAL}/record/0-1/{bo.id}"]


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys"
)
async def test_an_answer_that_is_lost_makes_no_second_contact_though_the_search_does_not_know_the_first(
    office: FrontOffice, crm: FakeHubSpot
) -> None:
    id = await connected(office, crm)
    await in_step(office, id)
    await added(office.org, "Anna", ANNA)
    crm.waits = True
    crm.faults = [Fault(after=True, only=crm.creating)]
    assert (await turn(office, id)).trouble == "no_answer"
    await in_step(office, id)
    [link] = await links(office.org)
    assert [(one.fields["given"], one.key) for one in crm.live()] == [("Anna", link.id)]
    assert (link.state, link.remote_id) == ("in_step", crm.live()[0].id)


@pytest.mark.long("integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")
async def test_who_is_erased_here_is_deleted_for_good_also_whom_nobody_linked(
    office: FrontOffice, crm: FakeHubSpot
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
    assert all("for good (gdpr-delete)" in one.answer for one in notices), notices
    assert [one.fields["given"] for one in crm.live()] == ["Bo"] and crm.archived == {}


@pytest.mark.long("integration/crm/test_crm.py::test_an_objection_travels_first_and_has_a_receipt")
async def test_an_objection_is_a_checkbox_and_who_was_deleted_there_is_noticed_when_they_change_here(
    office: FrontOffice, crm: FakeHubSpot
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
    assert (job.state, job.said) == ("done", "do_not_use is yes")
    crm.delete(anna.id)
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anna", "Bo"}
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Anna'].id}", json={"given": "Anya"})
    await in_step(office, id)
    assert set(await people(office.org)) == {"Bo"}, "the connection follows deletions"


@pytest.mark.long("integration/crm/test_crm.py::test_a_crm_that_wants_to_be_left_alone_is")
async def test_limits_stop_the_connection_for_as_long_as_hubspot_says(office: FrontOffice, crm: FakeHubSpot) -> None:
    id = await connected(office, crm)
    body = json.dumps({"policyName": "DAILY", "message": "You have reached your daily limit."}).encode()
    crm.faults = [Fault(status=429, body=body)]
    waits = await turn(office, id)
    assert (waits.state, waits.trouble) == ("waiting", "rate_limited") and "daily limit" in waits.said
    assert waits.due_at == office.api.clock.now() + timedelta(hours=1)
    assert TOKEN.encode() not in (await stored(office.org, id)).credentials
    for wrong, place in (
        ({"hubspot": {"portal_id": "Hub"}}, "hubspot.portal_id"),
        ({"hubspot": {"objection_property": "email"}}, "hubspot.objection_property"),
        ({"mapping": [{"field": "given", "remote": "hs_object_id"}]}, "mapping.0.remote"),
    ):
        refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json=wrong)
        assert refused.status_code == 422 and place in refused.text, place


THREE = tuple(f"POST /crm/v3/objects/{one}" for one in ("contacts", "calls", "contacts/gdpr-delete"))
"""What makes a record, what writes a call down, and what erases."""


@pytest.mark.long(
    "integration/crm/test_crm_odoo.py::test_call24_is_killed_at_changes_of_odoo_and_nothing_is_lost_or_there_twice"
)
@pytest.mark.parametrize("only", [THREE, ()], ids=["three", "each"])
@pytest.mark.usefixtures("short_transactions")
async def test_call24_is_killed_at_changes_of_hubspot_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeHubSpot, tmp_path: Path, only: tuple[str, ...]
) -> None:
    def changes(what: str) -> bool:
        return not what.endswith("/search")

    async with front_office(api) as office:
        id = await connected(office, crm)
        at = "/crm/v3/objects"
        kinds = {f"POST {at}/contacts", f"PATCH {at}/contacts/N", f"POST {at}/contacts/gdpr-delete", f"POST {at}/calls"}
        await killed_at_changes(office, mongod, crm, id, tmp_path, changes=changes, kinds=kinds, only=only)
