"""Identity provider. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class BeginSignInAnswer(TypedDict):
    url: NotRequired[str | None]
    browser: NotRequired[str | None]


class Asked(TypedDict):
    """`organisation`: its short name, or an e-mail address in one of its domains."""

    organisation: str


class CompleteSignInAnswerUser(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class CompleteSignInAnswerTenant(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    region: NotRequired[str | None]
    timezone: NotRequired[str | None]


class CompleteSignInAnswerDevice(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class CompleteSignInAnswer(TypedDict):
    token: NotRequired[str | None]
    user: NotRequired[CompleteSignInAnswerUser | None]
    tenant: NotRequired[CompleteSignInAnswerTenant | None]
    device: NotRequired[CompleteSignInAnswerDevice | None]
    permissions: NotRequired[list[str | None] | None]
    role_name: NotRequired[str | None]
    mfa_setup_due: NotRequired[bool | None]


class AboutDevice(TypedDict):
    """What the app says of the device; all of it may be left out. `identifier`: its own, made at its first start."""

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


class Arrival(TypedDict):
    state: str
    code: str
    browser: str
    iss: NotRequired[str | None]
    device_name: str
    device: NotRequired[AboutDevice | None]


class ReadMyLinkAnswer(TypedDict):
    offered: NotRequired[bool | None]
    bound: NotRequired[bool | None]


class Confirmed(TypedDict):
    current_password: str


class CameBack(TypedDict):
    """`state`, `code` and `iss`: from the address that the provider sent the browser to; `browser`: from the begin."""

    state: str
    code: str
    browser: str
    iss: NotRequired[str | None]


class ReadAnswer(TypedDict):
    provider: NotRequired[Any]
    redirect_uri: NotRequired[str | None]
    logout_uri: NotRequired[str | None]


class SetAnswerProvider(TypedDict):
    short_name: NotRequired[str | None]
    issuer: NotRequired[str | None]
    client_id: NotRequired[str | None]
    domains: NotRequired[list[Any] | None]
    findable: NotRequired[list[Any] | None]
    makes_users: NotRequired[bool | None]
    role: NotRequired[str | None]
    required: NotRequired[bool | None]
    enabled: NotRequired[bool | None]


class SetAnswer(TypedDict):
    provider: NotRequired[SetAnswerProvider | None]
    redirect_uri: NotRequired[str | None]
    logout_uri: NotRequired[str | None]


class ProviderWish(TypedDict):
    """All of it anew. `client_secret`: left out, it stays as it is, for the same issuer and client. `domains`: of
    the e-mail addresses for which accounts are found, or made where `makes_users` says so, with `role`;
    `required`: nobody but the owner signs in with a password any more.
    """

    short_name: str
    issuer: str
    client_id: str
    client_secret: NotRequired[str | None]
    domains: NotRequired[list[str]]
    makes_users: NotRequired[bool]
    role: NotRequired[str]
    required: NotRequired[bool]
    enabled: NotRequired[bool]


class TestAnswer(TypedDict):
    ok: NotRequired[bool | None]
    problem: NotRequired[str | None]


def begin_sign_in(body: Asked) -> Request[BeginSignInAnswer]:
    """Where the browser goes to sign in, and what it keeps to itself until it is back. 404 no_provider: whether
    there is no such organisation, or it does not sign in this way.
    """
    return Request("POST", "/v1/auth/provider/begin", body=body)


def complete_sign_in(body: Arrival) -> Request[CompleteSignInAnswer]:
    """Sign in with what the provider sent back. 401 provider_refused: it did not work, for whatever reason."""
    return Request("POST", "/v1/auth/provider/complete", body=body)


def back_channel_logout() -> Request[None]:
    """What a provider says when somebody has signed out there (OpenID Connect Back-Channel Logout): the sessions
    here that were opened by that one have ended when this is answered. 400 bad_request: it is not believed.
    """
    return Request("POST", "/v1/auth/provider/logout", answer="nothing")


def read_my_link() -> Request[ReadMyLinkAnswer]:
    """`offered`: the organisation has a sign-in of its own; `bound`: one's account is connected to it."""
    return Request("GET", "/v1/me/provider")


def begin_linking(body: Confirmed, *, idempotency_key: str | None = None) -> Request[BeginSignInAnswer]:
    """To connect one's own account, whatever its address. 403 mfa_due: who has a second proof shows it first."""
    return Request("POST", "/v1/me/provider/begin", body=body, headers={"Idempotency-Key": idempotency_key})


def complete_linking(body: CameBack, *, idempotency_key: str | None = None) -> Request[None]:
    """409 provider_refused: it did not work, for whatever reason. 403 mfa_due, as at the beginning."""
    return Request(
        "POST", "/v1/me/provider/complete", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def unlink(user_id: str) -> Request[None]:
    """For a user who is somebody else at the provider now. The user's sessions end."""
    return Request("DELETE", f"/v1/users/{part(user_id)}/provider", answer="nothing")


def read() -> Request[ReadAnswer]:
    """What the provider must be told. `redirect_uri`: where to send browsers back to; `logout_uri`: where to say
    that somebody has signed out there (back-channel logout).
    """
    return Request("GET", "/v1/organisation/provider")


def set(body: ProviderWish, *, if_match: str | None = None) -> Request[SetAnswer]:
    """Put."""
    return Request("PUT", "/v1/organisation/provider", body=body, headers={"If-Match": if_match})


def remove(*, if_match: str | None = None) -> Request[None]:
    """People sign in with passwords again."""
    return Request("DELETE", "/v1/organisation/provider", headers={"If-Match": if_match}, answer="nothing")


def test() -> Request[TestAnswer]:
    """Asks the provider whether it is one and knows us. `problem`: unreachable, no_provider (it does not answer as
    one does), other_issuer, no_keys, client_refused (client id or secret is wrong).
    """
    return Request("POST", "/v1/organisation/provider/test")
