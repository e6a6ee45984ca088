"""Tokens. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListTokensAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


class MakeTokenAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    abilities: NotRequired[list[str | None] | None]
    created_at: NotRequired[str | None]
    last_used_at: NotRequired[Any]
    expires_at: NotRequired[str | None]
    token: NotRequired[str | None]


class NewToken(TypedDict):
    """`abilities`: permissions that it is narrowed to; `["*"]`: all that the user's role may do, but for what asks
    people for a second proof: that is named, or not given.
    """

    name: str
    abilities: list[str]
    expires_in_days: NotRequired[int]


class ListSessionsAnswerItemsItemTold(TypedDict):
    identifier: NotRequired[str | None]
    model: NotRequired[str | None]
    os: NotRequired[str | None]
    app_version: NotRequired[str | None]
    network: NotRequired[str | None]


class ListSessionsAnswerItemsItemSeen(TypedDict):
    first_address: NotRequired[str | None]
    last_address: NotRequired[str | None]
    last_at: NotRequired[str | None]


class ListSessionsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    instead_of: NotRequired[str | None]
    device_id: NotRequired[str | None]
    created_at: NotRequired[str | None]
    expires_at: NotRequired[str | None]
    told: NotRequired[ListSessionsAnswerItemsItemTold | None]
    seen: NotRequired[ListSessionsAnswerItemsItemSeen | None]
    current: NotRequired[bool | None]


class ListSessionsAnswer(TypedDict):
    items: list[ListSessionsAnswerItemsItem | None]
    next: NotRequired[Any]


class AboutDevice(TypedDict):
    """What the app says of the device; all of it may be left out. `identifier`: its own, made at its first start."""

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


def list_tokens(*, limit: int | None = None, cursor: str | None = None) -> Request[ListTokensAnswer]:
    """The oldest first."""
    return Request("GET", "/v1/tokens", query={"limit": limit, "cursor": cursor})


def make_token(body: NewToken, *, idempotency_key: str | None = None) -> Request[MakeTokenAnswer]:
    """`token` is shown this once. It never may more than the user's role, also when that changes later. 403 mfa_due:
    a machine is asked for no second proof, so its user is.
    """
    return Request("POST", "/v1/tokens", body=body, headers={"Idempotency-Key": idempotency_key})


def revoke_token(token_id: str) -> Request[None]:
    """From the next request on it opens nothing; its sockets are closed."""
    return Request("DELETE", f"/v1/tokens/{part(token_id)}", answer="nothing")


def list_sessions(*, limit: int | None = None, cursor: str | None = None) -> Request[ListSessionsAnswer]:
    """Where the user is signed in, the oldest first, this session marked. 20 at most: the next one signs out the one
    that is unused for longest, and names it (`instead_of`).
    """
    return Request("GET", "/v1/me/sessions", query={"limit": limit, "cursor": cursor})


def end_other_sessions(*, if_match: str | None = None) -> Request[None]:
    """Sign out everywhere but here."""
    return Request("DELETE", "/v1/me/sessions", headers={"If-Match": if_match}, answer="nothing")


def set_device(body: AboutDevice) -> Request[None]:
    """What the app says of the device it runs on now; for instance after an update, or on another network."""
    return Request("PUT", "/v1/me/device", body=body, answer="nothing")


def end_session(session_id: str) -> Request[None]:
    """Sign out there: token, phone and sockets are gone when this is answered."""
    return Request("DELETE", f"/v1/me/sessions/{part(session_id)}", answer="nothing")
