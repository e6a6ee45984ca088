"""What a contact of Odoo is written with and read as, and what a connection to Odoo must say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.connector import Rejected
from call24.crm.connectors.odoo.members import fields
from call24.crm.connectors.odoo.records import changes, made, record
from call24.crm.model import FieldMapping, OdooShape
from call24.kit.errors import Invalid


def test_a_contact_has_a_name_at_any_time_and_what_is_empty_is_false() -> None:
    assert changes({"city": None, "phone": "", "email": "a@b.mn"}) == {"city": False, "phone": False, "email": "a@b.mn"}
    assert changes({"name": ""}) == {"name": "-"}
    assert made({"phone": "+1"}, "crl_1") == {"name": "-", "phone": "+1", "x_call24_key": "crl_1"}
    for name in ("id", "x_call24_key", "write_date", "parent_id", "comment", "a.b"):
        with pytest.raises(Rejected, match=f"a contact has no {name}"):
            changes({name: "x"})


def test_a_contact_is_read_and_an_archived_one_is_deleted_but_where_it_counts() -> None:
    row = {"id": 7, "write_date": "2026-11-29 12:00:00", "active": False, "name": "-", "phone": False}
    found = record(row, ("name", "phone"), b"key")
    assert (found.id, found.deleted, found.fields) == ("7", True, {})
    there = record(row, ("name", "phone"), b"key", archived_too=True)
    assert (there.deleted, there.fields, there.key) == (False, {"name": "", "phone": ""}, "")
    other = record({**row, "phone": "+1"}, ("name", "phone"), b"key")
    assert other.version != found.version, "by the second, and by what is told"


def odoo(**more: Any) -> Any:
    mapping = (FieldMapping(field="name", remote="name"), FieldMapping(field="number", remote="phone"))
    own = {"kind": "odoo", "url": "https://company.odoo.com", "odoo": OdooShape(objection_field="x_do_not_use")}
    return msgspec.structs.replace(connection(), **{**own, "mapping": mapping, **more})


def test_what_counts_of_a_contact() -> None:
    assert fields(odoo()) == ("name", "phone", "x_do_not_use")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"odoo": OdooShape(database="a b")}, "odoo.database"),
        ({"odoo": OdooShape(objection_field="email")}, "odoo.objection_field"),
        ({"odoo": OdooShape(objection_field="do_not_use")}, "odoo.objection_field"),
        ({"mapping": (FieldMapping(field="company", remote="x_company"),)}, "mapping"),
        (
            {"mapping": (FieldMapping(field="name", remote="name"), FieldMapping(field="notes", remote="comment"))},
            "mapping.1.remote",
        ),
        (
            {
                "mapping": (
                    FieldMapping(field="name", remote="name"),
                    FieldMapping(field="notes", remote="x_do_not_use"),
                )
            },
            "mapping.1.remote",
        ),
    ],
)
def test_what_a_connection_to_odoo_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(odoo(), private=False).kind == "odoo"
    with pytest.raises(Invalid) as found:
        rules.checked(odoo(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
