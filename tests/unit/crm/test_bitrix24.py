"""What a contact of Bitrix24 is written with and read as, and what a connection to Bitrix24 must say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.bitrix24.members import fields
from call24.crm.connectors.bitrix24.records import changes, emptied, record
from call24.crm.model import Bitrix24Shape, FieldMapping
from call24.kit.errors import Invalid

PHONE = {"id": 7, "typeId": "PHONE", "valueType": "MOBILE", "value": "+1"}
MAIL = {"id": 9, "typeId": "EMAIL", "valueType": "WORK", "value": "a@b.mn"}


def test_a_number_is_written_where_it_stands_and_a_new_one_beside() -> None:
    assert changes({"name": "Bo", "phone": "+2"}, {}) == {
        "name": "Bo",
        "fm": {"n0": {"typeId": "PHONE", "valueType": "WORK", "value": "+2"}},
    }
    row = {"name": "Bo", "fm": [{**PHONE, "id": 8, "value": "+3"}, PHONE, MAIL]}
    assert changes({"phone": "+2"}, row) == {
        "fm": {"7": {"typeId": "PHONE", "valueType": "MOBILE", "value": "+2"}},
    }
    assert changes({"email": ""}, row) == {"fm": {"9": {"typeId": "EMAIL", "valueType": "WORK", "value": ""}}}
    assert changes({"email": ""}, {"name": "Bo", "fm": [PHONE]}) == {}


def test_a_contact_has_a_name_at_any_time_and_nothing_of_bitrix24s_own_is_written() -> None:
    assert changes({"name": "", "post": None}, {"lastName": "Petrova"}) == {"name": "", "post": ""}
    assert changes({"lastName": ""}, {"lastName": "Petrova"}) == {"lastName": "", "name": "-"}
    for name in ("id", "originId", "updatedTime", "companyId", "fm", "a.b"):
        with pytest.raises(Rejected, match=f"a contact has no {name}"):
            changes({name: "x"}, {"name": "Bo"})


def test_an_emptied_contact_has_no_number_no_address_and_no_origin() -> None:
    told = emptied({"fm": [PHONE, MAIL]}, ("name", "phone", "ufCrm_1"))
    assert (told["name"], told["ufCrm_1"], told["originId"]) == ("-", "", "")
    assert {id: one["value"] for id, one in told["fm"].items()} == {"7": "", "9": ""} and "phone" not in told


def test_a_contact_is_read_and_is_ours_by_its_origin_alone() -> None:
    row = {"id": 1, "updatedTime": "2026-11-29T15:00:00+03:00", "name": "-", "fm": [MAIL, PHONE], "originId": "crl_1"}
    found = record({**row, "originatorId": "call24"}, ("name", "phone", "email"), b"key")
    assert found.fields == {"name": "", "phone": "+1", "email": "a@b.mn"}
    assert (found.key, found.changed_at.isoformat()) == ("crl_1", "2026-11-29T12:00:00+00:00")
    texts = {**row, "fm": [{**PHONE, "id": "10", "value": "+2"}, {**PHONE, "id": "7"}]}
    assert record(texts, ("phone",), b"key").fields["phone"] == "+1", "ids that are texts are numbers"
    with pytest.raises(CrmTrouble, match="has no id"):
        record({**row, "fm": [{**PHONE, "id": None}]}, ("phone",), b"key")
    assert record({**row, "originatorId": "erp"}, ("name",), b"key").key == ""


def bitrix24(**more: Any) -> Any:
    mapping = (FieldMapping(field="given", remote="name"), FieldMapping(field="number", remote="phone"))
    shape = Bitrix24Shape(user_id="1", objection_field="ufCrm_2")
    own = {"kind": "bitrix24", "url": "https://company.bitrix24.com", "bitrix24": shape}
    return msgspec.structs.replace(connection(), **{**own, "mapping": mapping, **more})


def test_what_counts_of_a_contact() -> None:
    assert fields(bitrix24()) == ("name", "phone", "ufCrm_2")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"bitrix24": Bitrix24Shape()}, "bitrix24.user_id"),
        ({"bitrix24": Bitrix24Shape(user_id="1/secret")}, "bitrix24.user_id"),
        ({"bitrix24": Bitrix24Shape(user_id="1", objection_field="post")}, "bitrix24.objection_field"),
        ({"mapping": (FieldMapping(field="given", remote="companyId"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="ufCrm_2"),)}, "mapping.0.remote"),
    ],
)
def test_what_a_connection_to_bitrix24_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(bitrix24(), private=False).kind == "bitrix24"
    with pytest.raises(Invalid) as found:
        rules.checked(bitrix24(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
