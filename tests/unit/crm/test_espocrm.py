"""What a contact of EspoCRM is written with and read as, and what a connection to EspoCRM must say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.conformance.checks import call_note
from call24.crm.connector import Rejected
from call24.crm.connectors.espocrm.calls import call_record
from call24.crm.connectors.espocrm.members import fields
from call24.crm.connectors.espocrm.records import changes, made, record
from call24.crm.model import EspoShape, FieldMapping
from call24.kit.errors import Invalid


def test_a_contact_has_a_last_name_at_any_time_and_nothing_of_espocrms_own_is_written() -> None:
    assert changes({"firstName": "Bo", "description": None}) == {"firstName": "Bo", "description": ""}
    assert changes({"lastName": ""}) == {"lastName": "-"}
    assert made({"firstName": "Bo"}, "crl_1") == {"firstName": "Bo", "lastName": "-", "cCall24Key": "crl_1"}
    assert made({"lastName": "Petrova"}, "crl_1")["lastName"] == "Petrova"
    for name in ("id", "cCall24Key", "modifiedAt", "accountId", "phoneNumberData", "First", "a.b"):
        with pytest.raises(Rejected, match=f"a contact has no {name}"):
            changes({name: "x"})


def test_a_contact_is_read_with_the_fields_that_count_and_a_deleted_one_without() -> None:
    row = {"id": "65f0", "modifiedAt": "2026-11-29 12:00:00", "lastName": "-", "cCall24Key": "crl_1", "x": 1}
    found = record(row, ("lastName", "phoneNumber"), b"key")
    assert (found.fields, found.key, found.deleted) == ({"lastName": "", "phoneNumber": None}, "crl_1", False)
    assert found.changed_at.isoformat() == "2026-11-29T12:00:00+00:00"
    other = record({**row, "phoneNumber": "+1"}, ("lastName", "phoneNumber"), b"key")
    assert other.version != found.version and "+1" not in other.version, "by the second, and by what is told"
    gone = record({**row, "deleted": True}, ("lastName",), b"key")
    assert (gone.deleted, gone.fields) == (True, {})


@pytest.mark.parametrize(
    ("outcome", "direction", "wanted"),
    [
        ("answered", "outbound", ("Held", "Outbound")),
        ("abandoned", "inbound", ("Not Held", "Inbound")),
        ("busy", "outbound", ("Not Held", "Outbound")),
    ],
)
def test_a_call_is_a_call_of_its_contact(outcome: str, direction: str, wanted: tuple[str, str]) -> None:
    told = call_record(replace(call_note("65f0"), outcome=outcome, direction=direction), "crj_1", "65f1")
    assert (told["status"], told["direction"]) == wanted
    assert (told["parentType"], told["contactsIds"], told["assignedUserId"]) == ("Contact", ["65f0"], "65f1")
    assert told["description"].endswith("[crj_1]")


def espocrm(**more: Any) -> Any:
    mapping = (FieldMapping(field="given", remote="firstName"), FieldMapping(field="number", remote="phoneNumber"))
    own = {"kind": "espocrm", "url": "https://crm.example.com", "espocrm": EspoShape(objection_field="cDoNotUse")}
    return msgspec.structs.replace(connection(), **{**own, "mapping": mapping, **more})


def test_what_counts_of_a_contact() -> None:
    assert fields(espocrm()) == ("firstName", "phoneNumber")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"espocrm": EspoShape(objection_field="emailAddress")}, "espocrm.objection_field"),
        ({"espocrm": EspoShape(objection_field="Do not use")}, "espocrm.objection_field"),
        ({"mapping": (FieldMapping(field="given", remote="cCall24Key"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="accountName"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="cDoNotUse"),)}, "mapping.0.remote"),
    ],
)
def test_what_a_connection_to_espocrm_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(espocrm(), private=False).kind == "espocrm"
    with pytest.raises(Invalid) as found:
        rules.checked(espocrm(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
