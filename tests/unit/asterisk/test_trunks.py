"""Trunks as Asterisk's objects, and how they fare as it tells: without an Asterisk."""

from __future__ import annotations

from typing import Any

import pytest

from call24.asterisk.trunk_status import registrations, status_of
from call24.asterisk.trunks import TrunkLine, networks_by_endpoint, networks_of, objects
from call24.kit.errors import Invalid
from call24.kit.ids import TenantId, TrunkId

COMMON = {"context": "call24-trunk"}
WHOSE: Any = {"tenant_id": TenantId("ten_1"), "trunk_id": TrunkId("trk_1")}
NAME = "ten_1.trk_1"
REGISTERS = TrunkLine(**WHOSE, host="sip.example", username="acme", password="secret", registers=True)


def made(trunk: TrunkLine) -> dict[str, dict[str, str]]:
    return {kind: dict(fields) for kind, fields in objects(trunk, COMMON)}


def test_a_trunk_without_a_host_has_no_way_out() -> None:
    assert objects(TrunkLine(**WHOSE, addresses=("192.0.2.1",)), COMMON) == []


def test_a_trunk_without_a_login_is_reached_without_one() -> None:
    found = made(TrunkLine(**WHOSE, host="192.0.2.1", port=5070))
    assert list(found) == ["aor", "endpoint"]
    assert found["aor"]["contact"] == "sip:192.0.2.1:5070"
    assert "outbound_auth" not in found["endpoint"]


def test_a_trunk_that_registers_is_made_in_the_order_in_which_its_parts_need_each_other() -> None:
    found = made(REGISTERS)
    assert list(found) == ["auth", "aor", "endpoint", "registration"]
    assert found["registration"]["client_uri"] == "sip:acme@sip.example"
    assert (found["registration"]["line"], found["registration"]["endpoint"]) == ("yes", NAME)
    endpoint, registration = found["endpoint"], found["registration"]
    assert {endpoint["aors"], endpoint["outbound_auth"], registration["outbound_auth"]} == {NAME}
    assert [kind for kind, fields in found.items() if "secret" in str(fields)] == ["auth"]
    assert "secret" not in repr(REGISTERS)


@pytest.mark.parametrize(
    ("host", "port", "transport", "uri"),
    [
        ("sip.example", None, "udp", "sip:sip.example"),
        ("sip.example", 5070, "tcp", "sip:sip.example:5070;transport=tcp"),
        ("2001:db8::1", 5070, "udp", "sip:[2001:db8::1]:5070"),
    ],
)
def test_where_a_trunk_leads(host: str, port: int | None, transport: str, uri: str) -> None:
    line = TrunkLine(**WHOSE, host=host, port=port, transport=transport)
    assert made(line)["aor"]["contact"] == uri


def test_the_same_address_is_one_network_however_it_is_written() -> None:
    lines = [
        TrunkLine(**WHOSE, addresses=("192.0.2.1", "198.51.100.7/24")),
        TrunkLine(**WHOSE, addresses=("192.0.2.1/32",)),
    ]
    assert networks_of(lines) == {"192.0.2.1/32", "198.51.100.0/24"}
    with pytest.raises(Invalid):
        networks_of([TrunkLine(**WHOSE, addresses=("carrier.example",))])


@pytest.mark.parametrize(
    ("state", "registration", "expected"),
    [
        ("online", "Registered", "registered"),
        ("offline", "Registered", "registered"),
        ("online", "Rejected", "rejected"),
        ("online", "Unregistered", "unknown"),
        ("offline", "Rejected", "unreachable"),
        ("offline", "", "unreachable"),
        ("", "", "unknown"),
    ],
)
def test_how_a_trunk_that_registers_fares(state: str, registration: str, expected: str) -> None:
    assert status_of(REGISTERS, state, registration) == expected


@pytest.mark.parametrize(("state", "expected"), [("online", "reachable"), ("offline", "unreachable"), ("", "unknown")])
def test_how_a_trunk_without_registration_fares(state: str, expected: str) -> None:
    assert status_of(TrunkLine(**WHOSE, host="192.0.2.1"), state, "") == expected


def test_the_managers_list_is_read_and_nothing_else_in_it() -> None:
    said = (
        "Response: Success\r\nEventList: start\r\n\r\n"
        "Event: Detail\r\nObjectType: registration\r\nObjectName: trk_1\r\nStatus: Registered\r\n\r\n"
        "Event: AuthDetail\r\nObjectType: auth\r\nObjectName: trk_1\r\nPassword: secret\r\n\r\n"
        "Event: Detail\r\nObjectType: registration\r\nObjectName: trk_2\r\nStatus: Rejected\r\n\r\n"
    )
    assert registrations(said) == {"trk_1": "Registered", "trk_2": "Rejected"}
    assert registrations("garbage") == {}


def test_networks_that_meet_one_with_encrypted_sound_come_in_where_both_are_taken() -> None:
    def trunk(number: int, *addresses: str, **more: bool) -> TrunkLine:
        return TrunkLine(
            tenant_id=TenantId("ten_1"), trunk_id=TrunkId(f"trk_{number}"), addresses=addresses, **more
        )  # fmt: skip

    found = networks_by_endpoint(
        [
            trunk(1, "198.51.100.0/24", "192.0.2.0/25", "2001:db8::/64"),
            trunk(2, "198.51.100.7", "203.0.113.0/24", srtp=True),
            trunk(3, "203.0.113.128/25", srtp=True, symmetric_rtp=True),
            trunk(4, "192.0.2.130", symmetric_rtp=True),
        ]
    )
    assert found["carriers"] == {"192.0.2.0/25", "2001:db8::/64"}
    assert found["carriers_srtp"] >= {"198.51.100.0/24", "198.51.100.7/32", "203.0.113.0/24"}
    assert found["carriers_symmetric"] == {"192.0.2.130/32"}
    assert "203.0.113.128/25" in found["carriers_srtp"] | found["carriers_symmetric_srtp"]
