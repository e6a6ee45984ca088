"""An address book and Odoo that are kept in step: the product's own wiring, and a strict stand-in of Odoo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.crm.test_crm import ANNA, AT, in_step, links, notices_answered, people, turn
from tests.support.crm import flows
from tests.support.crm.rounds import killed_at_changes
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.crm.conformance.fake_odoo import DATABASE, FakeOdoo
from call24.crm.conformance.stand_in import serving
from call24.kit.ids import CrmConnectionId

MAPPING = [
    {"field": "name", "remote": "name"},
    {"field": "number", "remote": "phone", "rule": "newest"},
    {"field": "email", "remote": "email", "rule": "newest"},
    {"field": "field:Customer", "remote": "x_customer_number", "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeOdoo]:
    crm = FakeOdoo()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeOdoo, **more: Any) -> CrmConnectionId:
    own = {"database": DATABASE, "objection_field": "x_do_not_use"}
    id: CrmConnectionId = await flows.connection(office, crm, "odoo", own, mapping=MAPPING, **more)
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeOdoo) -> None:
    anna = crm.add(given="Anna Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, x_customer_number="C-7")
    id = await connected(office, crm)

    def count(one: str) -> Any:
        return crm.partners[int(one)]["write_date"]

    await flows.both_sides_are_in_step(office, crm, id, anna.id, count, crm.url + "/odoo/res.partner/{id}")


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys"
)
async def test_an_answer_that_is_lost_makes_no_second_contact(office: FrontOffice, crm: FakeOdoo) -> None:
    await flows.a_lost_answer_makes_no_second_record(office, crm, await connected(office, crm))


@pytest.mark.long("integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")
async def test_who_is_erased_here_is_deleted_also_whom_nobody_linked(office: FrontOffice, crm: FakeOdoo) -> None:
    await flows.erasures_have_receipts(office, crm, await connected(office, crm), "with its notes")
    assert len(crm.partners) == 1


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_crm_that_refuses_an_objection_and_erasures_to_its_user_is_kept_in_step"
)
async def test_an_erasure_that_documents_stand_against_says_so_and_is_done_when_they_are_gone(
    office: FrontOffice, crm: FakeOdoo
) -> None:
    anna = crm.add(given="Anna", phone=ANNA)
    crm.documents.add(int(anna.id))
    id = await connected(office, crm)
    await in_step(office, id)
    contact_id = (await people(office.org))["Anna"].contact_ids[0]
    erased = await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code in (200, 202), erased.text
    await turn(office, id)
    await office.feed_is_read()
    await turn(office, id)
    [link] = await links(office.org)
    assert "using the record" in link.why and len(crm.live()) == 1
    crm.documents.clear()
    office.api.clock.advance(hours=7)
    assert {one.state for one in await notices_answered(office, id)} == {"answered"}
    assert crm.partners == {}


@pytest.mark.long("integration/crm/test_crm.py::test_an_objection_travels_first_and_has_a_receipt")
async def test_an_objection_is_a_yes_or_no_field(office: FrontOffice, crm: FakeOdoo) -> None:
    await flows.an_objection_is_told(office, crm, await connected(office, crm), "x_do_not_use is yes")


@pytest.mark.long("integration/crm/test_crm.py::test_who_is_deleted_in_the_crm_goes_only_when_the_crm_says_so")
async def test_who_is_archived_there_is_deleted_here_and_who_is_deleted_there_stays(
    office: FrontOffice, crm: FakeOdoo
) -> None:
    anna, bo = crm.add(given="Anna", phone=ANNA), crm.add(given="Bo", phone="+442079460102")
    id = await connected(office, crm, follow_deletions=True)
    await in_step(office, id)
    office.api.clock.advance(minutes=1)
    crm.change(anna.id, active=False)
    crm.delete(bo.id)
    await in_step(office, id)
    known = await people(office.org)
    assert set(known) == {"Bo"}, "the connection follows deletions, as far as Odoo tells them"
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"given": "Bob"})
    await in_step(office, id)
    assert set(await people(office.org)) == {"Bob"} and crm.live() == []


async def test_a_connection_must_say_what_odoo_needs(office: FrontOffice, crm: FakeOdoo) -> None:
    wrong = [
        ({"odoo": {"database": "a b"}}, "odoo.database"),
        ({"odoo": {"objection_field": "email"}}, "odoo.objection_field"),
        ({"mapping": [{"field": "name", "remote": "name"}, {"field": "company", "remote": "parent_id"}]}, "mapping.1"),
        ({"mapping": [{"field": "company", "remote": "x_company"}]}, "one of the fields is its name"),
    ]
    id = await connected(office, crm)
    await flows.must_say(office, id, wrong)
    crm.add(given="Anna", phone=ANNA)
    await in_step(office, id)
    other = await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"odoo": {"database": "other"}})
    assert (other.status_code, other.json()["code"]) == (409, "crm_linked"), "ids there are another database's"
    same = {"odoo": {"database": DATABASE, "objection_field": ""}}
    assert (await office.org.call("owner", "PATCH", f"{AT}/{id}", json=same)).status_code == 200


THREE = tuple(f"POST /json/N/res.partner/{one}" for one in ("create", "message_post", "unlink"))
"""What makes a record, what writes a call down, and what erases."""


@pytest.mark.parametrize(
    "only",
    [
        pytest.param(
            THREE,
            marks=pytest.mark.long("integration/crm/test_crm.py::test_a_turn_that_is_killed_anywhere_is_begun_again"),
        ),
        pytest.param(
            (),
            marks=pytest.mark.long("integration/crm/test_crm.py::test_a_turn_that_is_killed_anywhere_is_begun_again"),
        ),
    ],
    ids=["three", "each"],
)
@pytest.mark.usefixtures("short_transactions")
async def test_call24_is_killed_at_changes_of_odoo_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeOdoo, tmp_path: Path, only: tuple[str, ...]
) -> None:
    def changes(what: str) -> bool:
        return not what.endswith("/search_read")

    async with front_office(api) as office:
        id = await connected(office, crm)
        kinds = {f"POST /json/N/res.partner/{one}" for one in ("create", "write", "unlink", "message_post")}
        await killed_at_changes(office, mongod, crm, id, tmp_path, changes=changes, kinds=kinds, only=only)
