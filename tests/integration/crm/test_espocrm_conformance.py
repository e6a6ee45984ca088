"""The conformance kit passes the connector for EspoCRM, and fails each seeded fault of one."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest
from tests.support.crm.seeded import COMMON, Fault, why_it_fails, with_fault

from call24.crm.conformance.fake_espocrm import FakeEspoCrm
from call24.crm.conformance.kit import KITS, espocrm, exchanging, real, results
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connectors import by_time, required_name
from call24.crm.connectors.espocrm import calls, client, erasures, records

PARTS: list[tuple[str, Any, str, Any]] = [
    ("a list longer than a page is whole", by_time, "PIECE", 201),
    ("two changes of one second are told apart", records, "hashed_version", lambda at, told, key: f"{at}"),
    ("versions that EspoCRM counts are sent", client, "REASON", "x-other"),
    ("a contact without a last name", required_name, "NO_NAME", ""),
    ("a field that EspoCRM does not have is refused", client, "check_shown", lambda *_: None),
    ("a number in any form is found", client, "ENDING", 12),
    ("a number in any form is found", client, "_numbers", lambda row: [row["phoneNumber"]]),
    ("an erasure empties what EspoCRM keeps", erasures, "EMPTIED", ("name",)),
    ("a call says all that is known", calls, "call_text", lambda call, key: f"[{key}]"),
    ("a creation whose answer was lost is there once", client, "KEY", "lastName"),
    ("a creation whose answer was lost is there once", client, "UNCHECKED", {}),
]


async def test_the_connector_for_espocrm_passes_every_check() -> None:
    found = await results(KITS["espocrm"])
    assert [one for one in found if one.why] == []
    assert len(found) == 41


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "fault"), COMMON, ids=lambda value: getattr(value, "__name__", value))
async def test_a_seeded_fault_of_the_connector_is_found(name: str, fault: Fault) -> None:
    assert await why_it_fails("espocrm", name, with_fault("espocrm", fault)), "a connector with a fault passed"


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with patch.object(place, part, value):
        assert await why_it_fails("espocrm", name), "a connector with a fault passed"


async def _shared(*_: Any) -> bool:
    return False


async def _none(*_: Any) -> int:
    return 0


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(
    ("name", "part", "value"),
    [
        ("a number that another has too stays theirs", "_is_shared", _shared),
        ("an erasure empties what EspoCRM keeps", "_erase_calls", _none),
        ("an erasure empties what EspoCRM keeps", "_empty", _none),
        ("an erasure has a receipt, and can be asked again", "_delete", _none),
    ],
)
async def test_an_erasure_that_leaves_something_is_found(name: str, part: str, value: Any) -> None:
    with patch.object(erasures, part, value):
        assert await why_it_fails("espocrm", name), "an erasure that leaves something passed"


async def test_an_espocrm_is_checked_by_reading_alone() -> None:
    crm = FakeEspoCrm()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, espocrm())] == ["", "", ""]
        assert {kind.split("/")[0] for kind, _ in crm.asked} == {"GET Contact"}


LIST = "Contact?orderBy=modifiedAt&order=asc&maxSize=10&offset=0&attributeSelect=id"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "Account", None),
        ("GET", "Contact/65f00000000000065?select=id", None),
        ("GET", LIST.replace("modifiedAt", "colour"), None),
        ("GET", LIST.replace("=10&", "=201&"), None),
        ("GET", LIST + "&q=Anna", None),
        ("GET", LIST, None),
        ("PATCH", "Contact/65f00000000000065", {"firstName": "Bo"}),
        ("PUT", "Contact/65f00000000000065", {"colour": "red"}),
        ("PUT", "Contact/65f00000000000065", {"cDoNotUse": "true"}),
        ("PUT", "Contact/65f00000000000065", {"cCall24Key": "crl_2"}),
        ("PUT", "Contact/65f00000000000065", None),
        ("POST", "Contact", {"data": {"lastName": "Bo"}}),
        ("POST", "DataPrivacy/action/erase", {"entityType": "Contact", "id": "65f00000000000065", "fieldList": ["x"]}),
        ("POST", "Call", {"name": "Call"}),
    ],
)
async def test_the_stand_in_refuses_or_notes_what_espocrm_does_not_take(method: str, path: str, body: Any) -> None:
    crm = FakeEspoCrm()
    crm.add(given="Anna")
    sent = None if body is None else json.dumps(body).encode()
    named = {"X-Api-Key": TOKEN, **({"Content-Type": "application/json"} if sent else {})}
    async with serving(crm), exchanging() as exchange:
        await exchange(method, f"{crm.url}/api/v1/{path}", named, sent, 10_000)
        other = await exchange("GET", f"{crm.url}/api/v1/App/user", {"Authorization": TOKEN}, None, 10_000)
    assert crm.wrong
    assert other.status == 401
    assert [row["firstName"] for row in crm.contacts.values()] == ["Anna"]


async def test_the_stand_in_refuses_as_espocrm_does() -> None:
    crm = FakeEspoCrm()
    crm.has_key = False
    one = crm.add(given="Anna")
    named = {"X-Api-Key": TOKEN, "X-No-Total": "true"}
    where = "&where[0][type]=equals&where[0][attribute]=cCall24Key&where[0][value]=x"
    async with serving(crm), exchanging() as exchange:
        unknown = await exchange("GET", f"{crm.url}/api/v1/{LIST}{where}", named, None, 10_000)
        absent = await exchange("GET", f"{crm.url}/api/v1/Contact/65f0", named, None, 10_000)
        sent = {**named, "Content-Type": "application/json"}
        nameless = await exchange("PUT", f"{crm.url}/api/v1/Contact/{one.id}", sent, b'{"lastName": ""}', 10_000)
        twice = await exchange("POST", f"{crm.url}/api/v1/Contact", sent, b'{"lastName": "Anna"}', 10_000)
    assert [one.status for one in (unknown, absent, nameless, twice)] == [400, 404, 400, 409]
    assert "Not existing attribute 'cCall24Key'" in unknown.headers["x-status-reason"]
    assert nameless.headers["x-status-reason"].endswith("type: required.") and nameless.body == b""
    assert twice.headers["x-status-reason"] == "duplicate"
