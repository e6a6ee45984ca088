"""Identity provider. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ProviderRedirect(TypedDict):
    """Where to send the browser so that its user signs in at the identity provider."""

    url: str
    browser: str


class ProviderLookup(TypedDict):
    """Which organisation to sign in to. `organisation`: its short name, or an e-mail address in one of its domains."""

    organisation: str


class UserAnswer(TypedDict):
    """A user: a person with an account in the organisation."""

    id: str
    name: str
    email: str
    role: str
    disabled: bool
    email_verified: bool
    phone: str
    mfa: bool


class OrganisationSummary(TypedDict):
    """The organisation that a user belongs to."""

    id: str
    name: str
    region: str
    timezone: str


class DeviceSummary(TypedDict):
    """A signed-in device. Its phone registers with this id."""

    id: str
    name: str


class NewSession(TypedDict):
    """A new session, and who has signed in."""

    token: str
    user: UserAnswer
    tenant: OrganisationSummary
    device: DeviceSummary
    permissions: list[str]
    role_name: str
    mfa_setup_due: bool
    operator: bool


class DeviceReport(TypedDict):
    """What the app says about its device, shown to the user in the list of sessions. Every field is optional.
    `identifier`: the app's own id for the device, made at its first start.
    """

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


class ProviderSignIn(TypedDict):
    """What the browser came back with, and the device to sign in. `device_name`: shown in the list of sessions."""

    state: str
    code: str
    browser: str
    iss: NotRequired[str | None]
    device_name: str
    device: NotRequired[DeviceReport | None]


class ProviderLink(TypedDict):
    """Whether the user's account is linked to the organisation's identity provider."""

    offered: bool
    bound: bool


class CurrentPassword(TypedDict):
    """The current user's password."""

    current_password: str


class ProviderReturn(TypedDict):
    """What the browser came back with. `state`, `code` and `iss`: from the URL that the provider redirected to;
    `browser`: as answered at the beginning.
    """

    state: str
    code: str
    browser: str
    iss: NotRequired[str | None]


class ProviderSettings(TypedDict):
    """An organisation's identity provider (OpenID Connect). The client secret is never answered."""

    short_name: str
    issuer: str
    client_id: str
    domains: list[str]
    findable: list[str]
    makes_users: bool
    role: str
    required: bool
    country: str
    enabled: bool


class IdentityProvider(TypedDict):
    """An organisation's identity provider, and what to enter there."""

    provider: ProviderSettings | None
    redirect_uri: str
    logout_uri: str


class ProviderChange(TypedDict):
    """The identity provider's settings, all of them. `client_secret`: leave it out to keep the stored one; only for
    the same issuer and client. `domains`: e-mail domains whose users may sign in this way. `makes_users`: who has
    no account gets one, with `role`. `required`: only the owner may still sign in with a password. `country`: ISO
    3166 code of where the provider is; an organisation that states where its data is kept must state it.
    """

    short_name: str
    issuer: str
    client_id: str
    client_secret: NotRequired[str | None]
    domains: NotRequired[list[str]]
    makes_users: NotRequired[bool]
    role: NotRequired[str]
    required: NotRequired[bool]
    country: NotRequired[str]
    enabled: NotRequired[bool]


class IdentityProviderTest(TypedDict):
    """Whether the identity provider answers and accepts our client."""

    ok: bool
    problem: Literal["unreachable", "no_provider", "other_issuer", "no_keys", "client_refused"] | None


def begin_sign_in(body: ProviderLookup) -> Request[ProviderRedirect]:
    """Starts signing in with an organisation's identity provider. Send the browser to `url`, and keep `browser` in
    it until it is back. 404 no_provider: there is no such organisation, or it has no identity provider. 503
    provider_away: the provider cannot be reached.
    """
    return Request("POST", "/v1/auth/provider/begin", body=body)


def complete_sign_in(body: ProviderSignIn) -> Request[NewSession]:
    """Finishes signing in with an organisation's identity provider. The bearer token is shown only here. 401
    provider_refused: the provider or the account was not accepted; the reason is in the server's log.
    """
    return Request("POST", "/v1/auth/provider/complete", body=body)


def back_channel_logout() -> Request[None]:
    """Ends the sessions of a user who signed out at the identity provider. Called by the provider itself (OpenID
    Connect Back-Channel Logout). The sessions have ended when this is answered. 400 bad_request: the logout token
    is not valid.
    """
    return Request("POST", "/v1/auth/provider/logout", answer="nothing")


def read_my_link() -> Request[ProviderLink]:
    """Returns whether the current user's account is linked to the organisation's identity provider."""
    return Request("GET", "/v1/me/provider")


def begin_linking(body: CurrentPassword, *, idempotency_key: str | None = None) -> Request[ProviderRedirect]:
    """Starts linking the current user's account to the organisation's identity provider. The e-mail address at the
    provider may be another one. 403 mfa_due: the user has a second factor and must step up first. 404
    no_provider: the organisation has no identity provider.
    """
    return Request("POST", "/v1/me/provider/begin", body=body, headers={"Idempotency-Key": idempotency_key})


def complete_linking(body: ProviderReturn, *, idempotency_key: str | None = None) -> Request[None]:
    """Finishes linking the current user's account to the organisation's identity provider. 409 provider_refused: the
    provider's answer was not accepted; the reason is in the server's log. 403 mfa_due: the user has a second
    factor and must step up first.
    """
    return Request(
        "POST", "/v1/me/provider/complete", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def unlink(user_id: str) -> Request[None]:
    """Unlinks a user's account from the organisation's identity provider, and ends the user's sessions. For a user
    whose account at the provider has changed. 403 beyond_own: the user has a permission that you lack.
    """
    return Request("DELETE", f"/v1/users/{part(user_id)}/provider", answer="nothing")


def read() -> Request[IdentityProvider]:
    """Returns the organisation's identity provider, and the URIs to enter there. The client secret is never
    answered.
    """
    return Request("GET", "/v1/organisation/provider")


def set(body: ProviderChange, *, if_match: str | None = None) -> Request[IdentityProvider]:
    """Sets the organisation's identity provider. Replaces all settings. Test them with `POST
    /v1/organisation/provider/test` before you make them `required`. 403 beyond_own: `role` has a permission that
    you lack. 409 transfer_not_registered: `country` is in another region than the organisation's data, and no
    entry of the transfer register covers it.
    """
    return Request("PUT", "/v1/organisation/provider", body=body, headers={"If-Match": if_match})


def remove(*, if_match: str | None = None) -> Request[None]:
    """Deletes the organisation's identity provider. Users sign in with passwords again."""
    return Request("DELETE", "/v1/organisation/provider", headers={"If-Match": if_match}, answer="nothing")


def test() -> Request[IdentityProviderTest]:
    """Tests the organisation's identity provider: whether it answers and accepts the client id and secret. Nobody
    signs in. 404 not_found: the organisation has no identity provider.
    """
    return Request("POST", "/v1/organisation/provider/test")
