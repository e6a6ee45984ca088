"""The conformance kit passes the connector for Odoo, and fails each seeded fault of one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from tests.support.crm.seeded import COMMON, Fault, why_it_fails, with_fault

from call24.crm.conformance.fake_odoo import DATABASE, FakeOdoo
from call24.crm.conformance.kit import KITS, exchanging, odoo, real, results
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connectors import by_time, required_name
from call24.crm.connectors.odoo import client, records, requests

PARTS: list[tuple[str, Any, str, Any]] = [
    ("a list longer than a page is whole", by_time, "SECOND", timedelta()),
    ("two changes of one second are told apart", records, "hashed_version", lambda at, told, key: f"{at}"),
    ("persons alone are kept in step", requests, "CONTACTS", requests.CONTACTS[1:]),
    ("persons alone are kept in step", requests, "CONTACTS", requests.CONTACTS[:2]),
    ("persons alone are kept in step", requests, "CONTACTS", (requests.CONTACTS[0], requests.CONTACTS[2])),
    ("without a field for our key nobody is made", requests, "NO_FIELD", "something else"),
    ("a contact without a name", required_name, "NO_NAME", ""),
    ("what is empty is false", records, "FALSE_OR_NONE", (None,)),
    ("a number in any form is found", client, "ENDING", 12),
    ("an erasure that documents stand against is told", requests, "words", lambda answer: "no"),
    ("a call says all that is known", client, "call_text", lambda call, key: f"[{key}]"),
    ("a creation whose answer was lost is there once", client, "KEY", "ref"),
]


async def test_the_connector_for_odoo_passes_every_check() -> None:
    found = await results(KITS["odoo"])
    assert [one for one in found if one.why] == []
    assert len(found) == 39


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "fault"), COMMON, ids=lambda value: getattr(value, "__name__", value))
async def test_a_seeded_fault_of_the_connector_is_found(name: str, fault: Fault) -> None:
    assert await why_it_fails("odoo", name, with_fault("odoo", fault)), "a connector with a fault passed"


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with patch.object(place, part, value):
        assert await why_it_fails("odoo", name), "a connector with a fault passed"


async def test_an_odoo_is_checked_by_reading_alone() -> None:
    crm = FakeOdoo()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, odoo())] == ["", "", ""]
        assert {kind for kind, _ in crm.asked} == {"POST res.partner/search_read"}


SEARCH = {"domain": [], "fields": ["name"], "limit": 10, "order": "id", "context": {}}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "res.partner/search_read", None),
        ("POST", "res.users/search_read", SEARCH),
        ("POST", "res.partner/search_read", {**SEARCH, "offset": 1}),
        ("POST", "res.partner/search_read", {**SEARCH, "limit": None}),
        ("POST", "res.partner/search_read", {"domain": []}),
        ("POST", "res.partner/write", {"ids": [101], "name": "Bo"}),
        ("POST", "res.partner/write", {"ids": [101], "vals": {"city": ""}}),
        ("POST", "res.partner/write", {"ids": [101], "vals": {"x_do_not_use": "yes"}}),
        ("POST", "res.partner/write", {"ids": [101], "vals": {"x_call24_key": "crl_2"}}),
        ("POST", "res.partner/create", {"name": "Bo"}),
    ],
)
async def test_the_stand_in_refuses_or_notes_what_odoo_does_not_take(method: str, path: str, body: Any) -> None:
    crm = FakeOdoo()
    crm.add(given="Anna")
    sent = None if body is None else json.dumps(body).encode()
    at = {"X-Odoo-Database": DATABASE, "Content-Type": "application/json"}
    async with serving(crm), exchanging() as exchange:
        named = {"Authorization": f"bearer {TOKEN}", **at}
        await exchange(method, f"{crm.url}/json/2/{path}", named, sent, 10_000)
        other = await exchange("POST", f"{crm.url}/json/2/res.partner/unlink", at, b'{"ids": [101]}', 10_000)
    assert crm.wrong
    assert other.status == 401 and json.loads(other.body)["message"] == "Invalid apikey"
    assert [row["name"] for row in crm.partners.values()] == ["Anna"]


async def test_the_stand_in_refuses_as_odoo_does() -> None:
    crm = FakeOdoo()
    crm.add(given="Anna")
    named = {"Authorization": f"bearer {TOKEN}", "X-Odoo-Database": DATABASE, "Content-Type": "application/json"}
    asked = [
        ("search_read", {**SEARCH, "fields": ["colour"]}, 500, "builtins.ValueError"),
        ("search_read", {**SEARCH, "domain": [["colour", "=", 1]]}, 500, "builtins.ValueError"),
        ("write", {"ids": [999], "vals": {"name": "Bo"}}, 404, "odoo.exceptions.MissingError"),
        ("write", {"ids": [101], "vals": {"name": False}}, 422, "odoo.exceptions.ValidationError"),
        ("create", {"vals_list": [{"email": "bo@b.mn"}]}, 422, "odoo.exceptions.ValidationError"),
        ("unlink", {"ids": [999]}, 404, "odoo.exceptions.MissingError"),
    ]
    async with serving(crm), exchanging() as exchange:
        for method, body, status, name in asked:
            at = f"{crm.url}/json/2/res.partner/{method}"
            answer = await exchange("POST", at, named, json.dumps(body).encode(), 10_000)
            assert (answer.status, json.loads(answer.body)["name"]) == (status, name), method
