"""An address book and Tryton that are kept in step: the product's own wiring, and a stand-in of Tryton."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.integration.crm.test_crm import (
    ANNA,
    AT,
    BO,
    WORK,
    added,
    changed,
    in_step,
    jobs,
    links,
    notices_answered,
    people,
    stored,
    turn,
)
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crm.conformance.fake_tryton import CATEGORY, DATABASE, LOGIN, MECHANISM, FakeTryton
from call24.crm.conformance.stand_in import TOKEN, Fault, serving
from call24.kit.ids import CrmConnectionId

MAPPING = [
    {"field": "name", "remote": "name"},
    {"field": "number", "remote": "number", "rule": "call24"},
    {"field": "email", "remote": "email", "rule": "newest"},
    {"field": "field:City", "remote": "address.city", "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeTryton]:
    crm = FakeTryton()
    crm.now = api.clock.now
    async with serving(crm, path=f"/{DATABASE}"):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeTryton, **other: Any) -> CrmConnectionId:
    shape = {"login": LOGIN, "objection_category": CATEGORY}
    body = {"kind": "tryton", "name": "ERP", "url": crm.url, "token": TOKEN, "tryton": shape, "mapping": MAPPING}
    made = await office.org.call("owner", "POST", AT, json={**body, **other})
    assert made.status_code == 201, made.text
    assert TOKEN not in made.text and made.json()["tryton"] == shape
    id = CrmConnectionId(made.json()["id"])
    await changed(office.org, id, wish="on")
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeTryton) -> None:
    anna = crm.add(given="Anna Petrova", phone="020 7946 0101", email="anna@example.com", family="Hovd")
    await added(office.org, "Bo", BO, family="van der Berg")
    id = await connected(office, crm)
    await in_step(office, id)
    known = await people(office.org)
    assert set(known) == {"Anna", "Bo"}
    assert (known["Anna"].family, known["Anna"].numbers[0].number) == ("Petrova", ANNA)
    assert {one.name: one.value for one in known["Anna"].fields} == {"City": "Hovd"}
    [bo] = [one for one in crm.live() if one.id != anna.id]
    assert bo.fields == {"given": "Bo van der Berg", "phone": BO}

    phone = crm.of(MECHANISM, int(anna.id))[0]["id"]
    crm.write_row(MECHANISM, phone, value=WORK)  # by itself: the party's own time stays
    crm.change(bo.id, given="Bo Diaz")
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"emails": [{"address": "bo@b.mn"}]})
    office.api.clock.advance(seconds=40)
    await in_step(office, id)
    known = await people(office.org)
    assert known["Anna"].numbers[0].number == WORK
    assert (known["Bo"].family, crm.records[bo.id].fields["email"]) == ("Diaz", "bo@b.mn")
    times = {one.id: one.updated_at for one in crm.live()}
    for _ in range(4):
        await turn(office, id)
    assert times == {one.id: one.updated_at for one in crm.live()}, "nothing goes back and forth"
    assert {one.state for one in await links(office.org)} == {"in_step"}
    page = (await office.org.call("agent", "GET", f"/v1/crm-records?person_id={known['Bo'].id}")).json()["items"]
    at = crm.url.removesuffix(f"/{DATABASE}")
    assert [one["link"] for one in page] == [f"{at}/#{DATABASE}/model/party.party/{bo.id}"]


@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
async def test_what_is_changed_in_tryton_between_reading_and_writing_is_not_overwritten(
    office: FrontOffice, crm: FakeTryton
) -> None:
    anna = crm.add(given="Anna", email="a@example.com")
    id = await connected(office, crm)
    await in_step(office, id)
    who = (await people(office.org))["Anna"].id
    await office.org.call("agent", "PATCH", f"/v1/people/{who}", json={"given": "Anya"})
    asked, written = crm.kind_of, []

    def meanwhile(request: Any) -> str:
        kind = asked(request)
        if kind == "model.party.party.write" and not written:
            written.append(kind)
            crm.change(anna.id, given="Hers")
        return kind

    crm.kind_of = meanwhile  # type: ignore[method-assign]
    await in_step(office, id)
    assert written and crm.records[anna.id].fields["given"] == "Hers"
    [link] = await links(office.org)
    assert (link.state, link.asked) == ("asking", ("name",)), "both changed it: a user chooses"


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys"
)
async def test_an_answer_that_is_lost_makes_no_second_party_and_no_second_note(
    office: FrontOffice, crm: FakeTryton
) -> None:
    await added(office.org, "Anna", ANNA)
    crm.faults = [Fault(after=True, only=crm.creating)]
    id = await connected(office, crm)
    await in_step(office, id)
    assert [one.fields["given"] for one in crm.live()] == ["Anna"]
    assert crm.asked.count((crm.creating, f"/{DATABASE}/rpc/")) == 1
    assert [one.key for one in crm.live()] == [link.id for link in await links(office.org)]


@pytest.mark.long("integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")
async def test_who_is_erased_here_leaves_nothing_in_tryton_and_objections_are_a_category(
    office: FrontOffice, crm: FakeTryton
) -> None:
    anna = crm.add(given="Anna", phone=ANNA, email="anna@example.com")
    bo = crm.add(given="Bo", phone=BO)
    id = await connected(office, crm)
    await in_step(office, id)
    known = await people(office.org)
    consents = office.api.services.there.get(Consents)
    await consents.enter(Purpose.CRM_SYNC, "object", office.org.tenant.id, known["Bo"].contact_ids[0], "officer")
    await in_step(office, id)
    assert crm.records[bo.id].fields["do_not_use"] is True
    [job] = await jobs(office.org, kind="objection")
    assert (job.state, job.said) == ("done", f"category {CATEGORY} added")

    contact_id = known["Anna"].contact_ids[0]
    erased = await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code in (200, 202), erased.text
    [notice] = await notices_answered(office, id)
    assert notice.state == "answered" and f"party {anna.id} was erased and deleted" in notice.answer
    assert [text for text in crm.texts() if "nna" in text or ANNA in text] == []
    assert set(crm.records) == {bo.id}


@pytest.mark.long("integration/crm/test_crm.py::test_who_is_deleted_in_the_crm_goes_only_when_the_crm_says_so")
async def test_a_party_that_is_archived_is_deleted_here_only_where_the_connection_follows_deletions(
    office: FrontOffice, crm: FakeTryton
) -> None:
    anna, bo = crm.add(given="Anna", phone=ANNA), crm.add(given="Bo", phone=BO)
    id = await connected(office, crm)
    await in_step(office, id)
    crm.retire(anna.id)
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anna", "Bo"}
    await changed(office.org, id, follow_deletions=True)
    crm.retire(bo.id)
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anna"}


async def test_a_wrong_password_stops_the_connection_and_is_never_shown(office: FrontOffice, crm: FakeTryton) -> None:
    id = await connected(office, crm)
    crm.sessions.clear()
    crm.password = "another one, with spaces"
    failed = await turn(office, id)
    assert (failed.state, failed.trouble) == ("failed", "unauthorised")
    again = await changed(office.org, id, token="another one, with spaces")
    assert "another one" not in str(again)
    retried = await office.org.call("owner", "POST", f"{AT}/{id}/retry")
    assert retried.json()["state"] == "running"
    await in_step(office, id)
    assert b"another one" not in (await stored(office.org, id)).credentials
    refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"tryton": {"login": ""}})
    assert refused.status_code == 422 and "tryton.login" in refused.text
