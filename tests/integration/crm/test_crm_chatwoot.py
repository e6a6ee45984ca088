"""An address book and Chatwoot that are kept in step: the product's own wiring, and a strict stand-in of Chatwoot."""

from __future__ import annotations

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
    in_step,
    jobs,
    links,
    notices_answered,
    people,
    stored,
    turn,
)
from tests.support.crm import flows
from tests.support.crm.rounds import killed_at_changes
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.crm import engine
from call24.crm.conformance.fake_chatwoot import ACCOUNT, CUSTOMER, FakeChatwoot
from call24.crm.conformance.stand_in import serving
from call24.crm.connectors.chatwoot import pages
from call24.kit.ids import CrmConnectionId
from call24.people.model import Person

MAPPING = [
    {"field": "name", "remote": "name"},
    {"field": "number", "remote": "phone_number", "rule": "crm"},
    {"field": "email", "remote": "email"},
    {"field": "field:Customer", "remote": CUSTOMER, "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeChatwoot]:
    crm = FakeChatwoot()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeChatwoot, **more: Any) -> CrmConnectionId:
    own = {"account_id": ACCOUNT, "objection_field": "do_not_use"}
    id: CrmConnectionId = await flows.connection(office, crm, "chatwoot", own, mapping=MAPPING, **more)
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeChatwoot) -> None:
    anna = crm.add(given="Anna Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, **{CUSTOMER: "C-7"})
    id = await connected(office, crm)
    link = f"{crm.url}/app/accounts/{ACCOUNT}/contacts/{{id}}"
    await flows.both_sides_are_in_step(office, crm, id, anna.id, lambda one: crm.changed[int(one)], link)


@pytest.mark.long("test_an_import_of_one_second_is_taken_by_page_with_a_warning_and_holds_up_neither_side")
async def test_a_change_of_one_among_many_is_found_by_comparing_piece_by_piece(
    office: FrontOffice, crm: FakeChatwoot
) -> None:
    day_ago = office.api.clock.now() - timedelta(days=1)
    made = [crm.add(at=day_ago + timedelta(seconds=n), given=f"Name{n}", email=f"n{n}@b.mn").id for n in range(110)]
    id = await connected(office, crm)
    await in_step(office, id, 60)
    for one in (made[3], made[109]):
        crm.change(one, given="Changed")
    places = list[str]()
    for _ in range(4):
        asked = len(crm.asked)
        await turn(office, id)
        assert len(crm.asked) - asked <= 14, "a turn compares a piece, not all"
        places.append((await stored(office.org, id)).compared_id)
    assert set(places) >= {"", made[99]}, "it goes on where it was, and begins anew"
    everybody = office.api.mongo.tenant(office.org.tenant.id).collection(Person)
    assert await everybody.count({"given": "Changed"}) == 2


async def test_an_import_of_one_second_is_taken_by_page_with_a_warning_and_holds_up_neither_side(
    office: FrontOffice, crm: FakeChatwoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGES_MAX", 2)
    monkeypatch.setattr(engine, "PAGE_MAX", 20)
    hour_ago = office.api.clock.now() - timedelta(hours=1)
    crm.add(at=hour_ago - timedelta(days=1), given="Before", email="before@b.mn")
    for n in range(50):
        crm.add(at=hour_ago, given=f"Name{n}", email=f"n{n}@b.mn")
    id = await connected(office, crm)
    await added(office.org, "Bo", BO)
    await turn(office, id)
    assert set(await people(office.org)) == {"Before", "Bo"}, "first who was made before"
    await turn(office, id)
    assert "made in one second" in (await stored(office.org, id)).warning
    await in_step(office, id, 40)
    everybody = office.api.mongo.tenant(office.org.tenant.id).collection(Person)
    assert await everybody.count({}) == 52
    assert [one.fields["given"] for one in crm.live() if one.key.startswith("crl_")] == ["Bo"]
    told = (await office.org.call("owner", "GET", f"{AT}/{id}")).json()
    assert (told["state"], told["trouble"]) == ("running", None)
    assert "made in one second" in told["warning"] and "leave out others" in told["warning"]
    crm.change(next(one.id for one in crm.live() if one.fields["given"] == "Name7"), given="Changed")
    again = await office.org.call("owner", "POST", f"{AT}/{id}/retry")
    assert again.json()["warning"] == "", "until it is met again"
    for _ in range(12):
        await turn(office, id)
    assert await everybody.count({"given": "Changed"}) == 1, "the comparison goes by page too"
    assert "made in one second" in (await stored(office.org, id)).warning


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_crm_that_refuses_an_objection_and_erasures_to_its_user_is_kept_in_step"
)
async def test_a_user_who_may_delete_nobody_holds_up_erasures_alone(office: FrontOffice, crm: FakeChatwoot) -> None:
    crm.administrator = False
    crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm)
    await in_step(office, id)
    anna = (await people(office.org))["Anna"].contact_ids[0]
    by_number = await called(office, WORK)
    crm.add(given="Someone", phone=WORK)
    await flows.erased(office, anna, by_number)
    await added(office.org, "Bo", BO)
    crm.add(given="Cleo", email="cleo@b.mn")
    assert "answered" not in {one.state for one in await notices_answered(office, id)}
    connection = await stored(office.org, id)
    assert (connection.state, connection.trouble) == ("running", None)
    assert set(await people(office.org)) == {"Bo", "Cleo"}, "nobody who is to be erased is taken again"
    assert "Bo" in {one.fields["given"] for one in crm.live()}
    waiting = [one for one in await jobs(office.org) if one.state == "waiting"]
    assert {one.kind for one in waiting} == {"erasure", "erasure_by_number"}
    told = [one.said for one in waiting if one.kind == "erasure" or one.contact_id == by_number]
    assert len(told) == 2 and all("the user must be an administrator: 401" in one for one in told), told
    [link] = [one for one in await links(office.org) if one.erasing]
    assert "the user must be an administrator" in link.why
    for _ in range(12):
        await turn(office, id)
    crm.asked.clear()
    for _ in range(20):  # of half a minute each
        await turn(office, id)
    assert [kind for kind, _ in crm.asked].count("DELETE contacts/N") <= 4, "it is tried again slowly"
    crm.administrator = True
    office.api.clock.advance(hours=6)
    notices = await notices_answered(office, id)
    assert {one.state for one in notices} == {"answered"}
    assert {one.fields["given"] for one in crm.live()} == {"Bo", "Cleo"}


async def test_credentials_that_let_nobody_in_are_the_connections_trouble_though_an_erasure_meets_it_first(
    office: FrontOffice, crm: FakeChatwoot
) -> None:
    crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm)
    await in_step(office, id)
    await flows.erased(office, (await people(office.org))["Anna"].contact_ids[0])
    crm.authorised = "another"
    failed = await turn(office, id)
    assert (failed.state, failed.trouble) == ("failed", "unauthorised")
    assert [one.said for one in await jobs(office.org, kind="erasure")] == [""], "nothing is said of the user's rights"


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys"
)
async def test_an_answer_that_is_lost_makes_no_second_contact(office: FrontOffice, crm: FakeChatwoot) -> None:
    await flows.a_lost_answer_makes_no_second_record(office, crm, await connected(office, crm))


@pytest.mark.long("integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")
async def test_who_is_erased_here_is_deleted_also_whom_nobody_linked(office: FrontOffice, crm: FakeChatwoot) -> None:
    receipt = "and deletes its notes and conversations after it"
    await flows.erasures_have_receipts(office, crm, await connected(office, crm), receipt)
    assert len(crm.contacts) == 1


@pytest.mark.long("integration/crm/test_crm.py::test_an_objection_travels_first_and_has_a_receipt")
async def test_an_objection_is_a_checkbox_attribute(office: FrontOffice, crm: FakeChatwoot) -> None:
    await flows.an_objection_is_told(office, crm, await connected(office, crm), "do_not_use is yes")


@pytest.mark.long("integration/crm/test_crm.py::test_who_is_deleted_in_the_crm_goes_only_when_the_crm_says_so")
async def test_who_is_deleted_there_stays_here(office: FrontOffice, crm: FakeChatwoot) -> None:
    anna = crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm, follow_deletions=True)
    await in_step(office, id)
    crm.delete(anna.id)
    known = await people(office.org)
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Anna'].id}", json={"given": "Anya"})
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anya"} and crm.live() == []


async def test_a_connection_must_say_what_chatwoot_needs(office: FrontOffice, crm: FakeChatwoot) -> None:
    newest = {"field": "name", "remote": "name", "rule": "newest"}
    wrong = [
        ({"chatwoot": {"account_id": "7/contacts"}}, "chatwoot.account_id"),
        ({"chatwoot": {"account_id": "7", "objection_field": "a b"}}, "chatwoot.objection_field"),
        ({"mapping": [{"field": "company", "remote": "company"}]}, "mapping.0.remote"),
        ({"mapping": [newest]}, "mapping.0.rule"),
    ]
    id = await connected(office, crm)
    await flows.must_say(office, id, wrong)
    crm.add(given="Anna", phone=ANNA)
    await in_step(office, id)
    other = await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"chatwoot": {"account_id": "8"}})
    assert (other.status_code, other.json()["code"]) == (409, "crm_linked"), "ids there are another account's"


THREE = (
    *("POST /api/v1/accounts/N/contacts", "POST /api/v1/accounts/N/contacts/N/notes"),
    "DELETE /api/v1/accounts/N/contacts/N",
)
"""What makes a record, what writes a call down, and what erases."""


@pytest.mark.long(
    "integration/crm/test_crm_odoo.py::test_call24_is_killed_at_changes_of_odoo_and_nothing_is_lost_or_there_twice"
)
@pytest.mark.parametrize("only", [THREE, ()], ids=["three", "each"])
@pytest.mark.usefixtures("short_transactions")
async def test_call24_is_killed_at_changes_of_chatwoot_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeChatwoot, tmp_path: Path, only: tuple[str, ...]
) -> None:
    async with front_office(api) as office:
        id = await connected(office, crm)
        at = "/api/v1/accounts/N/contacts"
        kinds = {f"POST {at}", f"PUT {at}/N", f"DELETE {at}/N", f"POST {at}/N/notes"}
        await killed_at_changes(
            office, mongod, crm, id, tmp_path, changes=lambda what: True, kinds=kinds, only=only, chained=True
        )
