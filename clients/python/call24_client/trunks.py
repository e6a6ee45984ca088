"""Trunks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListTrunksAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    kind: NotRequired[str | None]
    order: NotRequired[float | None]
    addresses: NotRequired[list[str | None] | None]
    host: NotRequired[Any]
    port: NotRequired[Any]
    transport: NotRequired[str | None]
    username: NotRequired[Any]
    send_as_account: NotRequired[bool | None]
    srtp: NotRequired[bool | None]
    symmetric_rtp: NotRequired[bool | None]
    trust_identity: NotRequired[bool | None]
    enabled: NotRequired[bool | None]
    status: NotRequired[str | None]
    since: NotRequired[Any]
    trouble: NotRequired[Any]


class ListTrunksAnswer(TypedDict):
    items: list[ListTrunksAnswerItemsItem | None]
    next: NotRequired[Any]


class AddTrunkAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    kind: NotRequired[str | None]
    order: NotRequired[float | None]
    addresses: NotRequired[list[str | None] | None]
    host: NotRequired[Any]
    port: NotRequired[Any]
    transport: NotRequired[str | None]
    username: NotRequired[Any]
    send_as_account: NotRequired[bool | None]
    srtp: NotRequired[bool | None]
    symmetric_rtp: NotRequired[bool | None]
    trust_identity: NotRequired[bool | None]
    enabled: NotRequired[bool | None]
    status: NotRequired[str | None]
    since: NotRequired[Any]
    trouble: NotRequired[Any]


class NewTrunk(TypedDict):
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
    enabled: NotRequired[bool]


class TrunkChange(TypedDict):
    """What is not named stays as it is. `host`, `port` and `username` may be null: none."""

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
    enabled: NotRequired[bool]


def list_trunks(*, limit: int | None = None, cursor: str | None = None) -> Request[ListTrunksAnswer]:
    """In the order in which they are tried, with what Asterisk says of each."""
    return Request("GET", "/v1/trunks", query={"limit": limit, "cursor": cursor})


def add_trunk(body: NewTrunk, *, idempotency_key: str | None = None) -> Request[AddTrunkAnswer]:
    """At most 20 trunks of 64 addresses or ranges, /24 (IPv6: /64) at the widest where the operator allows no wider."""
    return Request("POST", "/v1/trunks", body=body, headers={"Idempotency-Key": idempotency_key})


def change_trunk(trunk_id: str, body: TrunkChange) -> Request[AddTrunkAnswer]:
    """A changed account or host asks for the password again: it goes only to where it was given for."""
    return Request("PATCH", f"/v1/trunks/{part(trunk_id)}", body=body)


def remove_trunk(trunk_id: str) -> Request[None]:
    """Refused (409, trunk_in_use) while numbers are on it."""
    return Request("DELETE", f"/v1/trunks/{part(trunk_id)}", answer="nothing")
