"""The conformance kit passes the connector for Bitrix24, and fails each seeded fault of one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from tests.support.crm.seeded import COMMON, Fault, why_it_fails, with_fault

from call24.crm.conformance.fake_bitrix24 import OBJECTION, USER, FakeBitrix24
from call24.crm.conformance.kit import KITS, bitrix24, exchanging, real, results
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connectors import by_time, required_name
from call24.crm.connectors.bitrix24 import client, comments, records, requests


def _first_alone(row: Any, names: Any) -> dict[str, Any]:
    kept = records.emptied(row, names)
    return {**kept, "fm": dict(list(kept["fm"].items())[:1])}


PARTS: list[tuple[str, Any, str, Any]] = [
    ("a list longer than a page is whole", client, "PAGE", 100),
    ("a list longer than a page is whole", by_time, "SECOND", timedelta()),
    ("two changes of one second are told apart", records, "hashed_version", lambda at, told, key: f"{at}"),
    ("limits are waited for as Bitrix24 says", requests, "TOO_MANY", "something else"),
    ("limits are waited for as Bitrix24 says", requests, "PAUSES", {}),
    ("missing is not deleted", requests, "GONE", ()),
    ("a contact that is hidden is missing", requests, "DENIED", "something else"),
    ("who came from elsewhere was not made by us", records, "OURS", "erp"),
    ("a contact without a name", required_name, "NO_NAME", ""),
    ("the first number is written, others stay", records, "_number", lambda one: -one["id"]),
    ("a field that Bitrix24 does not have is refused", client, "check_shown", lambda *_: None),
    ("a number in any form is found", client, "COUNTRY_DIGITS", 1),
    ("a number in any form is found", client, "FOUND_MAX", 21),
    ("an erasure empties what the recycle bin keeps", client, "emptied", lambda row, names: {"name": "-"}),
    ("an erasure empties what the recycle bin keeps", client, "emptied", _first_alone),
    ("a call is found behind many comments", comments, "PAGES_MAX", 2),
    ("a call says all that is known", comments, "call_text", lambda call, key: f"[{key}]"),
]


async def test_the_connector_for_bitrix24_passes_every_check() -> None:
    found = await results(KITS["bitrix24"])
    assert [one for one in found if one.why] == []
    assert len(found) == 40


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "fault"), COMMON, ids=lambda value: getattr(value, "__name__", value))
async def test_a_seeded_fault_of_the_connector_is_found(name: str, fault: Fault) -> None:
    assert await why_it_fails("bitrix24", name, with_fault("bitrix24", fault)), "a connector with a fault passed"


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with patch.object(place, part, value):
        assert await why_it_fails("bitrix24", name), "a connector with a fault passed"


async def test_a_bitrix24_is_checked_by_reading_alone() -> None:
    crm = FakeBitrix24()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, bitrix24())] == ["", "", ""]
        assert {kind for kind, _ in crm.asked} == {"POST crm.item.list"}


LIST = {"entityTypeId": 3, "select": ["*"], "filter": {}, "order": {"id": "ASC"}, "start": -1}
CHANGE = {"entityTypeId": 3, "id": 101}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "crm.item.list", None),
        ("POST", "crm.contact.list", {"filter": {}}),
        ("POST", "crm.item.list", {**LIST, "limit": 10}),
        ("POST", "crm.item.list", {**LIST, "select": ["id", "fm"]}),
        ("POST", "crm.item.list", {**LIST, "start": 0}),
        ("POST", "crm.item.list", {**LIST, "entityTypeId": 1}),
        ("POST", "crm.item.update", {**CHANGE, "fields": {"colour": "red"}}),
        ("POST", "crm.item.update", {**CHANGE, "fields": {OBJECTION: True}}),
        ("POST", "crm.item.update", {**CHANGE, "fields": {"name": None, "lastName": "Anna"}}),
        ("POST", "crm.item.update", {**CHANGE, "fields": {"fm": {"999": {"typeId": "PHONE", "value": "1"}}}}),
        ("POST", "crm.item.update", {**CHANGE, "fields": {"fm": {"n0": {"typeId": "FAX", "value": "1"}}}}),
        ("POST", "crm.timeline.comment.add", {"fields": {"ENTITY_ID": 101, "COMMENT": "x", "ENTITY_TYPE": "deal"}}),
        ("POST", "crm.duplicate.findbycomm", {"entity_type": "LEAD", "type": "PHONE", "values": ["1"]}),
    ],
)
async def test_the_stand_in_refuses_or_notes_what_is_in_no_documentation(method: str, path: str, body: Any) -> None:
    crm = FakeBitrix24()
    crm.add(given="Anna")
    sent = None if body is None else json.dumps(body).encode()
    named = {"Content-Type": "application/json"} if sent else {}
    async with serving(crm), exchanging() as exchange:
        await exchange(method, f"{crm.url}/rest/{USER}/{TOKEN}/{path}", named, sent, 10_000)
        other = await exchange("POST", f"{crm.url}/rest/{USER}/no/crm.item.get", named, b"{}", 10_000)
    assert crm.wrong
    assert other.status == 401 and json.loads(other.body)["error"] == "NO_AUTH_FOUND"


async def test_the_stand_in_refuses_as_bitrix24_does() -> None:
    crm = FakeBitrix24()
    crm.add(given="Anna")
    asked = [
        ("crm.item.get", {"entityTypeId": 3, "id": 999}, "NOT_FOUND"),
        ("crm.item.list", {**LIST, "filter": {"colour": "red"}}, "INVALID_ARG_VALUE"),
        ("crm.item.list", {**LIST, "filter": {"fm": "1"}}, "INVALID_ARG_VALUE"),
        ("crm.item.update", {**CHANGE, "fields": {"name": ""}}, "CRM_FIELD_ERROR_REQUIRED"),
        ("crm.item.delete", {"entityTypeId": 3, "id": 999}, "NOT_FOUND"),
    ]
    async with serving(crm), exchanging() as exchange:
        for method, body, code in asked:
            at, named = f"{crm.url}/rest/{USER}/{TOKEN}/{method}", {"Content-Type": "application/json"}
            answer = await exchange("POST", at, named, json.dumps(body).encode(), 10_000)
            assert (answer.status, json.loads(answer.body)["error"]) == (400, code), method
