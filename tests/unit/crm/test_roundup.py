"""What a customer of Roundup is as a record, and what a connection to Roundup must say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.roundup import members
from call24.crm.connectors.roundup.records import changed_at, changes, is_customer, record, time_text
from call24.crm.model import FieldMapping, RoundupShape
from call24.kit.errors import Invalid

ROW = {"id": "7", "activity": "2026-03-01.12:00:00", "roles": "Customer", "username": "crl_1", "realname": "Anna"}
NAMES = ("realname", "phone", "activity", "roles", "username")


def test_times_are_utc_by_the_second_whatever_zone_the_user_has() -> None:
    assert changed_at(ROW) == datetime(2026, 3, 1, 12, tzinfo=UTC)
    there = datetime(2026, 3, 1, 20, 0, 0, 900_000, tzinfo=timezone(timedelta(hours=8)))
    assert time_text(there) == "2026-03-01.12:00:00+0000"
    for wrong in ({}, {"activity": None}, {"activity": 7}, {"activity": "soon"}):
        with pytest.raises(CrmTrouble, match="activity"):
            changed_at(wrong)


def test_a_version_is_of_what_is_told_and_of_who_may_read_it() -> None:
    first = record(ROW, NAMES, b"key")
    assert first.fields == {"realname": "Anna", "phone": None} and first.key == "crl_1"
    assert record(dict(ROW), NAMES, b"key").version == first.version
    assert record({**ROW, "realname": "Bo"}, NAMES, b"key").version != first.version
    assert record(ROW, NAMES, b"other").version != first.version, "nobody else can make the hash of a name"
    assert record({**ROW, "username": "anna"}, NAMES, b"key").key == ""


def test_who_is_a_customer_and_what_is_written() -> None:
    roles: list[Any] = ["Customer", "Customer,User", "User", "", None]
    assert [is_customer({"roles": one}) for one in roles] == [True, False, False, False, False]
    assert changes({"realname": "Bo", "phone": None}) == {"realname": "Bo", "phone": ""}
    for name in ("roles", "password", "Realname", "a.b", "@etag"):
        with pytest.raises(Rejected, match="that can be written"):
            changes({name: "x"})


def roundup(**more: Any) -> Any:
    mapping = (FieldMapping(field="name", remote="realname"), FieldMapping(field="number", remote="phone"))
    fields = {"kind": "roundup", "url": "https://support.example.com/desk", "roundup": RoundupShape(login="call24")}
    return msgspec.structs.replace(connection(), **{**fields, "mapping": mapping, **more})


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"roundup": RoundupShape()}, "roundup.login"),
        ({"roundup": RoundupShape(login="call24:admin")}, "roundup.login"),
        ({"roundup": RoundupShape(login="x" * 101)}, "roundup.login"),
        ({"roundup": RoundupShape(login="call24", caller_property="")}, "roundup.caller_property"),
        ({"roundup": RoundupShape(login="call24", caller_property="creator")}, "roundup.caller_property"),
        ({"roundup": RoundupShape(login="call24", status="")}, "roundup.status"),
        ({"roundup": RoundupShape(login="call24", status="a\nb")}, "roundup.status"),
        ({"roundup": RoundupShape(login="call24", objection_property="organisation")}, "roundup.objection_property"),
        ({"roundup": RoundupShape(login="call24", objection_property="roles")}, "roundup.objection_property"),
        ({"mapping": (FieldMapping(field="name", remote="username"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="name", remote="address.city"),)}, "mapping.0.remote"),
    ],
)
def test_what_a_connection_to_roundup_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(roundup(), private=False).roundup.login == "call24"
    silent = RoundupShape(login="call24", caller_property="", status="")
    assert rules.checked(roundup(roundup=silent, log_calls=False), private=False).roundup.status == ""
    with pytest.raises(Invalid) as found:
        rules.checked(roundup(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]


def test_what_is_asked_for_is_what_is_mapped_and_what_the_connector_needs() -> None:
    shape = RoundupShape(login="call24", objection_property="do_not_use")
    asked = members.properties(roundup(roundup=shape))
    assert asked == ("activity", "do_not_use", "phone", "realname", "roles", "username")
