"""What Zammad's search is asked, what a customer is written with, and what a connection to Zammad must say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.call_text import is_of
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.zammad import queries
from call24.crm.connectors.zammad.records import changes, is_customer
from call24.crm.model import FieldMapping, ZammadShape
from call24.kit.errors import Invalid

AT = datetime(2026, 3, 1, 12, 0, 0, 501_000, tzinfo=UTC)


def test_what_the_search_is_asked() -> None:
    assert queries.changed_after(AT) == 'updated_at:{"2026-03-01T12:00:00.501Z" TO *}'
    assert queries.changed_after(AT, then_too=True) == 'updated_at:["2026-03-01T12:00:00.501Z" TO *}'
    assert queries.changed_at(AT, 7) == (
        'updated_at:["2026-03-01T12:00:00.501Z" TO "2026-03-01T12:00:00.501Z"] AND id:{7 TO *}'
    )
    assert queries.having("name", 'A "B" \\ C') == 'name:"A \\"B\\" \\\\ C"'
    endings = (
        "*0123 OR (*012 AND 3) OR (*01 AND 23) OR (*01 AND 2 AND 3) OR (*0 AND 123) OR (*0 AND 12 AND 3)"
        " OR (*0 AND 1 AND 23) OR (*0 AND 1 AND 2 AND 3)"
    )
    assert queries.of_number("+442079460123") == f"phone:({endings}) OR mobile:({endings})"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("020 7946 0101", True),
        ("+44 (0)20 7946-0101", False),  # the 0 stands between country and area: another number, as far as one can tell
        ("0044 20 7946 0101", True),
        ("7946 0101 ext. 3", True),
        ("020 7946 0102", False),
        ("0101", False),
        (None, False),
    ],
)
def test_whether_a_text_is_a_number(typed: str | None, right: bool) -> None:
    assert is_of("+442079460101", typed) is right


def test_a_customer_is_written_where_its_number_stands_and_never_in_what_is_zammads_own() -> None:
    assert changes({"number": "+1", "organization": ""}, {"mobile": "+2"}) == {"mobile": "+1", "organization_id": None}
    assert changes({"number": "", "customer_number": "7"}, {}) == {"phone": "", "customer_number": "7"}
    for name in ("role_ids", "active", "Login", "a.b"):
        with pytest.raises(Rejected, match=f"a customer has no {name}"):
            changes({name: "x"}, {})


def test_who_is_a_customer() -> None:
    roles: list[Any] = [["Customer"], ["Agent", "Customer"], ["Agent"], []]
    assert [is_customer({"roles": one}) for one in roles] == [True, False, False, False]
    with pytest.raises(CrmTrouble, match="expand=true"):
        is_customer({"role_ids": [3]})


def zammad(**more: Any) -> Any:
    mapping = (FieldMapping(field="given", remote="firstname"), FieldMapping(field="number", remote="number"))
    fields = {"kind": "zammad", "url": "https://support.example.com", "zammad": ZammadShape(group="Support")}
    return msgspec.structs.replace(connection(), **{**fields, "mapping": mapping, **more})


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"zammad": ZammadShape()}, "zammad.group"),
        ({"zammad": ZammadShape(group="a\nb")}, "zammad.group"),
        ({"zammad": ZammadShape(group="x" * 101)}, "zammad.group"),
        ({"zammad": ZammadShape(group="Support", ticket_state="")}, "zammad.ticket_state"),
        ({"zammad": ZammadShape(group="Support", objection_field="email")}, "zammad.objection_field"),
        ({"zammad": ZammadShape(group="Support", objection_field="active")}, "zammad.objection_field"),
        ({"mapping": (FieldMapping(field="given", remote="login"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="address.city"),)}, "mapping.0.remote"),
        (
            {
                "mapping": (
                    FieldMapping(field="given", remote="firstname"),
                    FieldMapping(field="number", remote="number"),
                    FieldMapping(field="field:Mobile", remote="mobile"),
                )
            },
            "mapping",
        ),
    ],
)
def test_what_a_connection_to_zammad_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(zammad(), private=False).zammad.group == "Support"
    assert rules.checked(zammad(zammad=ZammadShape(), log_calls=False), private=False).zammad.group == ""
    with pytest.raises(Invalid) as found:
        rules.checked(zammad(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
