"""Auth. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class SetupAnswerUser(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class SetupAnswerTenant(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    region: NotRequired[str | None]
    timezone: NotRequired[str | None]


class SetupAnswerDevice(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class SetupAnswer(TypedDict):
    token: NotRequired[str | None]
    user: NotRequired[SetupAnswerUser | None]
    tenant: NotRequired[SetupAnswerTenant | None]
    device: NotRequired[SetupAnswerDevice | None]
    permissions: NotRequired[list[str | None] | None]
    role_name: NotRequired[str | None]
    mfa_setup_due: NotRequired[bool | None]


class SetupBody(TypedDict):
    setup_token: str
    organisation: str
    name: str
    email: str
    password: str
    region: NotRequired[str]
    timezone: NotRequired[str]
    device_name: NotRequired[str]


class AboutDevice(TypedDict):
    """What the app says of the device; all of it may be left out. `identifier`: its own, made at its first start."""

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


class Login(TypedDict):
    email: str
    password: str
    device_name: str
    device: NotRequired[AboutDevice | None]
    code: NotRequired[str]


class MeAnswer(TypedDict):
    user: NotRequired[SetupAnswerUser | None]
    tenant: NotRequired[SetupAnswerTenant | None]
    device: NotRequired[SetupAnswerDevice | None]
    permissions: NotRequired[list[str | None] | None]
    role_name: NotRequired[str | None]
    mfa_setup_due: NotRequired[bool | None]


class ChangeMeAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class Profile(TypedDict):
    """`phone`: E.164 or as it is dialled at home; empty: none."""

    name: NotRequired[str]
    phone: NotRequired[str]


def setup(body: SetupBody) -> Request[SetupAnswer]:
    """Make the first organisation and its owner with the one-time link's token."""
    return Request("POST", "/v1/setup", body=body)


def login(body: Login) -> Request[SetupAnswer]:
    """Sign in. The bearer token is shown this once. 401 mfa_required: the password was right, `code` is missing."""
    return Request("POST", "/v1/auth/login", body=body)


def logout(*, idempotency_key: str | None = None) -> Request[None]:
    """Sign out: the token, the device, its phone and its sockets are gone."""
    return Request("POST", "/v1/auth/logout", headers={"Idempotency-Key": idempotency_key}, answer="nothing")


def me() -> Request[MeAnswer]:
    """Who one is, and what one may do: the names are those of `GET /v1/permissions`, the app's menu goes by them."""
    return Request("GET", "/v1/me")


def change_me(body: Profile, *, if_match: str | None = None) -> Request[ChangeMeAnswer]:
    """What is not named stays. The e-mail address has a way of its own, since it is confirmed first."""
    return Request("PATCH", "/v1/me", body=body, headers={"If-Match": if_match})
