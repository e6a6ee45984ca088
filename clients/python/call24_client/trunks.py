"""Trunks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class TrunkAnswer(TypedDict):
    """A trunk: how calls reach the organisation and leave it. Its password is never shown."""

    id: str
    name: str
    kind: Literal["ip", "registration"]
    order: int
    addresses: list[str]
    host: str | None
    port: int | None
    transport: Literal["udp", "tcp", "tls"]
    username: str | None
    send_as_account: bool
    srtp: bool
    symmetric_rtp: bool
    trust_identity: bool
    country: str
    enabled: bool
    status: Literal["registered", "rejected", "reachable", "unreachable", "inbound_only", "forbidden", "off", "unknown"]
    since: str | None
    trouble: str | None


class TrunkPage(TypedDict):
    """A page of trunks, in the order in which they are tried."""

    items: list[TrunkAnswer]
    next: str | None


class NewTrunk(TypedDict):
    """A new trunk. Fields that are left out have their defaults."""

    name: str
    kind: NotRequired[Literal["ip", "registration"]]
    order: NotRequired[int]
    addresses: NotRequired[list[str]]
    host: NotRequired[str | None]
    port: NotRequired[int | None]
    transport: NotRequired[Literal["udp", "tcp", "tls"]]
    username: NotRequired[str | None]
    password: NotRequired[str | None]
    send_as_account: NotRequired[bool]
    srtp: NotRequired[bool]
    symmetric_rtp: NotRequired[bool]
    trust_identity: NotRequired[bool]
    country: NotRequired[str]
    enabled: NotRequired[bool]


class TrunkChange(TypedDict):
    """Settings of a trunk. Fields that are left out stay as they are. `host`, `port` and `username` null: none.
    `addresses`: IP addresses and networks that may send calls. `kind` registration: the trunk registers at `host`
    with `username` and `password`. `country`: ISO 3166 code of where the carrier is; an organisation that states
    where its data is kept must state it.
    """

    name: NotRequired[str]
    kind: NotRequired[Literal["ip", "registration"]]
    order: NotRequired[int]
    addresses: NotRequired[list[str]]
    host: NotRequired[str | None]
    port: NotRequired[int | None]
    transport: NotRequired[Literal["udp", "tcp", "tls"]]
    username: NotRequired[str | None]
    password: NotRequired[str | None]
    send_as_account: NotRequired[bool]
    srtp: NotRequired[bool]
    symmetric_rtp: NotRequired[bool]
    trust_identity: NotRequired[bool]
    country: NotRequired[str]
    enabled: NotRequired[bool]


class TrunkTestAnswer(TypedDict):
    """What a test of a trunk has found."""

    tested_at: str
    verdict: Literal["answers", "silent", "unreachable", "no_address", "forbidden", "certificate", "inbound_only"]
    code: int | None
    rtt_ms: int | None
    register_code: int | None
    certificate: str | None
    status: Literal["registered", "rejected", "reachable", "unreachable", "inbound_only", "forbidden", "off", "unknown"]
    since: str | None


def list_trunks(*, limit: int | None = None, cursor: str | None = None) -> Request[TrunkPage]:
    """Lists the organisation's trunks in the order in which they are tried, with the status of each."""
    return Request("GET", "/v1/trunks", query={"limit": limit, "cursor": cursor})


def add_trunk(body: NewTrunk, *, idempotency_key: str | None = None) -> Request[TrunkAnswer]:
    """Creates a trunk. An organisation has at most 20 trunks of 64 addresses or networks each; networks are /24
    (IPv6: /64) at the widest unless the operator allows wider ones. An address that another organisation uses may
    be shared only where calls can be told apart. 409 `transfer_not_registered`: `country` is in another region
    than the organisation's data, and no entry of the transfer register covers it.
    """
    return Request("POST", "/v1/trunks", body=body, headers={"Idempotency-Key": idempotency_key})


def read_trunk(trunk_id: str) -> Request[TrunkAnswer]:
    """Retrieves a trunk with its status. Its password is never shown."""
    return Request("GET", f"/v1/trunks/{part(trunk_id)}")


def change_trunk(trunk_id: str, body: TrunkChange, *, if_match: str | None = None) -> Request[TrunkAnswer]:
    """Updates the given settings of a trunk. Calls that go on are not affected. Changing `username` or `host`
    requires the password again, because it is sent only where it was given for. 409 `transfer_not_registered`: as
    for a new trunk.
    """
    return Request("PATCH", f"/v1/trunks/{part(trunk_id)}", body=body, headers={"If-Match": if_match})


def remove_trunk(trunk_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a trunk. 409 `trunk_in_use` while numbers use it."""
    return Request("DELETE", f"/v1/trunks/{part(trunk_id)}", headers={"If-Match": if_match}, answer="nothing")


def test_trunk(trunk_id: str, *, idempotency_key: str | None = None) -> Request[TrunkTestAnswer]:
    """Asks the trunk's host whether it answers (SIP OPTIONS) and, where the trunk registers, takes its login. It
    takes some seconds and changes nothing at the carrier. It goes to the host alone, and not where this
    installation lets no trunk lead. 429: the trunk was tested within the last five seconds, or 60 tests were made
    within the hour.
    """
    return Request("POST", f"/v1/trunks/{part(trunk_id)}/carrier/test", headers={"Idempotency-Key": idempotency_key})
