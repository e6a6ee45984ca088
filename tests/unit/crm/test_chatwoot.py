"""What a contact of Chatwoot is written with and read as, and what a connection to Chatwoot must say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.chatwoot.members import fields
from call24.crm.connectors.chatwoot.records import changes, record
from call24.crm.model import ChatwootShape, FieldMapping
from call24.kit.errors import Invalid

NUMBER = "custom_attributes.customer_number"


def test_a_mapping_writes_and_reads_members_of_objects() -> None:
    mapping = (FieldMapping(field="given", remote="name"), FieldMapping(field="field:Customer", remote=NUMBER))
    written = changes(rules.to_record({"given": "Bo", "field:Customer": "C-7"}, mapping))
    assert written == {"name": "Bo", "custom_attributes": {"customer_number": "C-7"}}
    found = record({"id": 1, "created_at": 1767225600, **written, "identifier": "crl_1"}, ("name", NUMBER), b"key")
    assert (found.fields, found.key, found.changed_at) == (written, "crl_1", datetime(2026, 1, 1, tzinfo=UTC))


def test_what_is_missing_is_read_as_none_and_no_time_is_trouble() -> None:
    row = {"id": 1, "created_at": 0, "custom_attributes": None}
    assert record(row, ("name", NUMBER), b"key").fields == {
        "name": None,
        "custom_attributes": {"customer_number": None},
    }
    for at in (None, True, "1", 1.5, -1, 1 << 60):
        with pytest.raises(CrmTrouble, match="created_at"):
            record({**row, "created_at": at}, ("name",), b"key")


def test_nothing_of_chatwoots_own_is_written() -> None:
    assert changes({"name": None, "email": "", "phone_number": None}) == {
        "name": "",
        "email": None,
        "phone_number": None,
    }
    for name in ("id", "identifier", "blocked", "custom_attributes.level", "thumbnail"):
        with pytest.raises(Rejected, match=f"a contact has no {name}"):
            changes({name: "x"})


def chatwoot(**more: Any) -> Any:
    mapping = (FieldMapping(field="name", remote="name"), FieldMapping(field="number", remote="phone_number"))
    shape = ChatwootShape(account_id="1", objection_field="do_not_use")
    own = {"kind": "chatwoot", "url": "https://app.chatwoot.com", "chatwoot": shape}
    return msgspec.structs.replace(connection(), **{**own, "mapping": mapping, **more})


def test_what_counts_of_a_contact() -> None:
    assert fields(chatwoot()) == ("custom_attributes.do_not_use", "name", "phone_number")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"chatwoot": ChatwootShape()}, "chatwoot.account_id"),
        ({"chatwoot": ChatwootShape(account_id="1/contacts")}, "chatwoot.account_id"),
        ({"chatwoot": ChatwootShape(account_id="1", objection_field="a b")}, "chatwoot.objection_field"),
        ({"mapping": (FieldMapping(field="given", remote="identifier"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="custom_attributes.do_not_use"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="name", remote="name", rule="newest"),)}, "mapping.0.rule"),
    ],
)
def test_what_a_connection_to_chatwoot_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(chatwoot(), private=False).kind == "chatwoot"
    with pytest.raises(Invalid) as found:
        rules.checked(chatwoot(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
