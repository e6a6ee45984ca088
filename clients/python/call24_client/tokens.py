"""Tokens. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class ApiToken(TypedDict):
    """An API token, without its secret."""

    id: str
    name: str
    abilities: list[str]
    created_at: str
    last_used_at: str | None
    expires_at: str


class ApiTokenPage(TypedDict):
    """A page of a user's API tokens, the oldest first."""

    items: list[ApiToken]
    next: str | None


class NewApiToken(TypedDict):
    """An API token that was just made, with its secret."""

    id: str
    name: str
    abilities: list[str]
    created_at: str
    last_used_at: str | None
    expires_at: str
    token: str


class NewToken(TypedDict):
    """`abilities`: the token's scopes, names as in `GET /v1/permissions`. `["*"]` is all that the user's role
    allows, except permissions that ask people for step-up: name those.
    """

    name: str
    abilities: list[str]
    expires_in_days: NotRequired[int]


class DeviceDetails(TypedDict):
    """What the app says about its device; not verified. Empty where it says nothing."""

    identifier: str
    model: str
    os: str
    app_version: str
    network: str


class DeviceSightings(TypedDict):
    """What the server saw of a device. An address is empty if it is not known."""

    first_address: str
    last_address: str
    last_at: str


class SignInSession(TypedDict):
    """A device that a user is signed in on."""

    id: str
    name: str
    instead_of: str
    device_id: str
    created_at: str
    expires_at: str
    told: DeviceDetails
    seen: DeviceSightings
    current: bool


class SignInSessionPage(TypedDict):
    """A page of a user's sessions, the oldest first."""

    items: list[SignInSession]
    next: str | None


class DeviceReport(TypedDict):
    """What the app says about its device, shown to the user in the list of sessions. Every field is optional.
    `identifier`: the app's own id for the device, made at its first start.
    """

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


def list_tokens(*, limit: int | None = None, cursor: str | None = None) -> Request[ApiTokenPage]:
    """Lists the current user's API tokens, the oldest first. Their secrets are never answered."""
    return Request("GET", "/v1/tokens", query={"limit": limit, "cursor": cursor})


def make_token(body: NewToken, *, idempotency_key: str | None = None) -> Request[NewApiToken]:
    """Creates an API token for the current user. The bearer token is shown only here. It never allows more than the
    user's role, also when the role changes later. 403 mfa_due: step up first, since nobody asks a token for a
    second factor. A user has 100 API tokens at most (422 too_many_tokens).
    """
    return Request("POST", "/v1/tokens", body=body, headers={"Idempotency-Key": idempotency_key})


def read_token(token_id: str) -> Request[ApiToken]:
    """Returns an API token of the current user, without its secret."""
    return Request("GET", f"/v1/tokens/{part(token_id)}")


def revoke_token(token_id: str, *, if_match: str | None = None) -> Request[None]:
    """Revokes an API token of the current user. From its next request on it is refused, and its sockets are closed.
    403 mfa_due: step up first.
    """
    return Request("DELETE", f"/v1/tokens/{part(token_id)}", headers={"If-Match": if_match}, answer="nothing")


def list_sessions(*, limit: int | None = None, cursor: str | None = None) -> Request[SignInSessionPage]:
    """Lists the current user's sessions, the oldest first. A user has 20 at most: the next one to sign in ends the
    one that was unused for longest, and names its device in `instead_of`.
    """
    return Request("GET", "/v1/me/sessions", query={"limit": limit, "cursor": cursor})


def end_other_sessions(*, if_match: str | None = None) -> Request[None]:
    """Ends all sessions of the current user but this one. 403 mfa_due: step up first."""
    return Request("DELETE", "/v1/me/sessions", headers={"If-Match": if_match}, answer="nothing")


def read_session(session_id: str) -> Request[SignInSession]:
    """Returns a session of the current user."""
    return Request("GET", f"/v1/me/sessions/{part(session_id)}")


def end_session(session_id: str, *, if_match: str | None = None) -> Request[None]:
    """Ends a session of the current user: signs that device out. Its token is revoked, its sockets are closed and
    its phone is no longer registered when this is answered. 403 mfa_due: step up first.
    """
    return Request("DELETE", f"/v1/me/sessions/{part(session_id)}", headers={"If-Match": if_match}, answer="nothing")


def set_device(body: DeviceReport) -> Request[None]:
    """Updates what the app says about its device, for instance after an update or on another network."""
    return Request("PUT", "/v1/me/device", body=body, answer="nothing")
