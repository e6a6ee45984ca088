"""An address book and Bitrix24 that are kept in step: the product's own wiring, and a strict stand-in of Bitrix24."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.integration.crm.test_crm import ANNA, in_step, people, turn
from tests.support.crm import flows
from tests.support.crm.rounds import killed_at_changes
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.crm.conformance.fake_bitrix24 import CUSTOMER, OBJECTION, USER, FakeBitrix24
from call24.crm.conformance.stand_in import TOKEN, Fault, serving
from call24.kit.ids import CrmConnectionId

MAPPING = [
    {"field": "given", "remote": "name"},
    {"field": "family", "remote": "lastName", "rule": "newest"},
    {"field": "number", "remote": "phone", "rule": "newest"},
    {"field": "email", "remote": "email", "rule": "newest"},
    {"field": "field:Customer", "remote": CUSTOMER, "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeBitrix24]:
    crm = FakeBitrix24()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeBitrix24, **more: Any) -> CrmConnectionId:
    own = {"user_id": USER, "objection_field": OBJECTION}
    id: CrmConnectionId = await flows.connection(office, crm, "bitrix24", own, mapping=MAPPING, **more)
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeBitrix24) -> None:
    anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, **{CUSTOMER: "C-7"})
    id = await connected(office, crm)

    def count(one: str) -> Any:
        return crm.contacts[int(one)]["updatedTime"]

    await flows.both_sides_are_in_step(office, crm, id, anna.id, count, crm.url + "/crm/contact/details/{id}/")


@pytest.mark.long(
    "integration/crm/test_crm.py::test_a_creation_whose_answer_was_lost_is_there_once_though_the_crm_knows_no_keys"
)
async def test_an_answer_that_is_lost_makes_no_second_contact(office: FrontOffice, crm: FakeBitrix24) -> None:
    await flows.a_lost_answer_makes_no_second_record(office, crm, await connected(office, crm))


@pytest.mark.long("integration/crm/test_crm.py::test_an_erasure_asks_each_crm_by_number_for_whom_nobody_linked")
async def test_who_is_erased_here_is_emptied_before_the_recycle_bin_has_them(
    office: FrontOffice, crm: FakeBitrix24
) -> None:
    await flows.erasures_have_receipts(office, crm, await connected(office, crm), "was emptied and deleted")
    crm.contacts.clear()
    assert len(crm.bin) == 2 and crm.texts() == []


@pytest.mark.long("integration/crm/test_crm.py::test_an_objection_travels_first_and_has_a_receipt")
async def test_an_objection_is_a_yes_or_no_field(office: FrontOffice, crm: FakeBitrix24) -> None:
    await flows.an_objection_is_told(office, crm, await connected(office, crm), f"{OBJECTION} is yes")


async def test_too_many_requests_are_waited_for_and_the_secret_is_in_no_text(
    office: FrontOffice, crm: FakeBitrix24
) -> None:
    crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm)
    body = json.dumps({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}).encode()
    crm.faults = [Fault(status=503, body=body)]
    waits = await turn(office, id)
    assert (waits.state, waits.trouble) == ("waiting", "rate_limited")
    assert waits.due_at == office.api.clock.now() + timedelta(seconds=10)
    assert TOKEN not in waits.said
    await in_step(office, id)
    assert set(await people(office.org)) == {"Anna"}


async def test_a_connection_must_say_what_bitrix24_needs(office: FrontOffice, crm: FakeBitrix24) -> None:
    wrong = [
        ({"bitrix24": {"user_id": ""}}, "bitrix24.user_id"),
        ({"bitrix24": {"user_id": USER, "objection_field": "post"}}, "bitrix24.objection_field"),
        ({"mapping": [{"field": "given", "remote": "companyId"}]}, "mapping.0.remote"),
    ]
    await flows.must_say(office, await connected(office, crm), wrong)


THREE = tuple(f"POST /rest/N/{TOKEN}/{one}" for one in ("crm.item.add", "crm.timeline.comment.add", "crm.item.delete"))
"""What makes a record, what writes a call down, and what erases."""


@pytest.mark.long(
    "integration/crm/test_crm_odoo.py::test_call24_is_killed_at_changes_of_odoo_and_nothing_is_lost_or_there_twice"
)
@pytest.mark.parametrize("only", [THREE, ()], ids=["three", "each"])
@pytest.mark.usefixtures("short_transactions")
async def test_call24_is_killed_at_changes_of_bitrix24_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeBitrix24, tmp_path: Path, only: tuple[str, ...]
) -> None:
    def changes(what: str) -> bool:
        return not what.endswith((".list", ".get", ".findbycomm"))

    async with front_office(api) as office:
        id = await connected(office, crm)
        methods = (
            *("crm.item.add", "crm.item.update", "crm.item.delete"),
            *("crm.timeline.comment.add", "crm.timeline.comment.delete"),
        )
        kinds = {f"POST /rest/N/{TOKEN}/{one}" for one in methods}
        await killed_at_changes(office, mongod, crm, id, tmp_path, changes=changes, kinds=kinds, only=only)
