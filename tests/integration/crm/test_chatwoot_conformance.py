"""The conformance kit passes the connector for Chatwoot, and fails each seeded fault of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import pytest
from tests.support.crm.seeded import COMMON, Fault, why_it_fails, with_fault

from call24.crm.conformance.fake_chatwoot import ACCOUNT, FakeChatwoot
from call24.crm.conformance.kit import KITS, chatwoot, exchanging, real, results
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connectors.chatwoot import client, pages, records, requests

SECONDS_AND_IDS = "a list of many pages is whole, by second and id"
PARTS: list[tuple[str, Any, str, Any]] = [
    (SECONDS_AND_IDS, pages, "PAGES_MAX", 3),
    (SECONDS_AND_IDS, pages, "key", lambda row: (records.made_at(row), 0)),
    ("a place in a long list is found by few requests", pages, "NEWEST", "created_at"),
    ("a change is told by the version alone", records, "hashed_version", lambda at, told, key: f"{at}"),
    ("what is empty is null, and what is not named stays", records, "OBJECTS", ("custom_attributes",)),
    ("what is empty is null, and what is not named stays", records, "is_member", lambda name: True),
    ("a number that another has is refused in words", requests, "words", lambda answer: "no"),
    ("who is on the website is erased later", requests, "words", lambda answer: "no"),
    ("a call says all that is known", client, "call_text", lambda call, key: f"[{key}]"),
    ("who has a number is found, however it is written", client, "ENDING", 12),
    ("an objection is told", client, "CUSTOM", "additional_attributes"),
]


async def test_the_connector_for_chatwoot_passes_every_check() -> None:
    found = await results(KITS["chatwoot"])
    assert [one for one in found if one.why] == []
    assert len(found) == 40


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "fault"), COMMON, ids=lambda value: getattr(value, "__name__", value))
async def test_a_seeded_fault_of_the_connector_is_found(name: str, fault: Fault) -> None:
    assert await why_it_fails("chatwoot", name, with_fault("chatwoot", fault)), "a connector with a fault passed"


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with patch.object(place, part, value):
        assert await why_it_fails("chatwoot", name), "a connector with a fault passed"


async def test_a_chatwoot_is_checked_by_reading_alone() -> None:
    crm = FakeChatwoot()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, chatwoot())] == ["", "", ""]
        assert {kind for kind, _ in crm.asked} == {"GET contacts"}


BARE = "include_contact_inboxes=false"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "contacts/filter?page=1", {"payload": []}),
        ("GET", f"contacts?page=1&{BARE}", None),
        ("GET", f"contacts?page=1&sort=updated_at&{BARE}", None),
        ("GET", f"contacts?page=0&sort=created_at&{BARE}", None),
        ("GET", f"contacts?page=1&sort=created_at&per_page=100&{BARE}", None),
        ("GET", "contacts?page=1&sort=created_at", None),
        ("GET", "contacts/101", None),
        ("PUT", "contacts/101", {"identifier": "crl_2"}),
        ("PUT", "contacts/101", {"phone_number": ""}),
        ("PUT", "contacts/101", {"custom_attributes": "x"}),
        ("PUT", "contacts/101", {"additional_attributes": {"colour": "red"}}),
        ("PATCH", "contacts/101", {"name": "Bo"}),
        ("POST", "contacts/101/notes", {"note": {"content": "x"}}),
        ("POST", "contacts/101/notes", {"content": ""}),
    ],
)
async def test_the_stand_in_refuses_or_notes_what_chatwoot_does_not_take(method: str, path: str, body: Any) -> None:
    crm = FakeChatwoot()
    crm.add(given="Anna")
    status, _ = await asked(crm, {"api_access_token": TOKEN}, method, path, body)
    assert crm.wrong and status is not None


async def test_the_stand_in_refuses_as_chatwoot_does() -> None:
    crm = FakeChatwoot()
    crm.add(given="Anna", phone="+442079460101")
    named = {"api_access_token": TOKEN}
    for method, path, body, status, told in (
        ("GET", f"contacts/999?{BARE}", None, 404, {"error": "Resource could not be found"}),
        ("POST", "contacts", {"phone_number": "101"}, 422, {"message": "Phone number should be in e164 format"}),
        ("POST", "contacts", {"identifier": "shop-101"}, 422, {"message": "Identifier has already been taken"}),
        ("GET", f"contacts/search?q=&page=1&sort=created_at&{BARE}", None, 422, {"error": "Specify search string"}),
        ("DELETE", "contacts/999", None, 404, {"error": "Resource could not be found"}),
    ):
        found, said = await asked(crm, named, method, path, body)
        assert found == status, path
        for name, text in told.items():
            assert said[name].startswith(text), path
    assert (await asked(crm, {}, "DELETE", "contacts/101", None))[0] == 401
    assert [row["name"] for row in crm.contacts.values()] == ["Anna"]


async def asked(crm: FakeChatwoot, headers: Mapping[str, str], method: str, path: str, body: Any) -> tuple[int, Any]:
    sent = None if body is None else json.dumps(body).encode()
    named = {**headers, **({} if body is None else {"Content-Type": "application/json"})}
    async with serving(crm), exchanging() as exchange:
        answer = await exchange(method, f"{crm.url}/api/v1/accounts/{ACCOUNT}/{path}", named, sent, 10_000)
    return answer.status, json.loads(answer.body) if answer.body else None
