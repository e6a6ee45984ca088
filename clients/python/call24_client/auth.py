"""Auth. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class AgeScreen(TypedDict):
    """The date of birth of whoever is about to create an account."""

    birth_date: str


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


class FirstOrganisation(TypedDict):
    """The first organisation and its owner. `setup_token`: from the one-time link that is shown at the first start;
    `region`: ISO 3166-1 alpha-2; `timezone`: an IANA name.
    """

    setup_token: str
    organisation: str
    name: str
    email: str
    password: str
    region: NotRequired[str]
    timezone: NotRequired[str]
    device_name: NotRequired[str]


class DeviceReport(TypedDict):
    """What the app says about its device, shown to the user in the list of sessions. Every field is optional.
    `identifier`: the app's own id for the device, made at its first start.
    """

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


class Login(TypedDict):
    """`device_name`: shown in the list of sessions; `code`: of the authenticator, or a recovery code, where the
    account has a second factor.
    """

    email: str
    password: str
    device_name: str
    device: NotRequired[DeviceReport | None]
    code: NotRequired[str]


class CurrentUser(TypedDict):
    """Who makes the request, and what they may do."""

    user: UserAnswer
    tenant: OrganisationSummary
    device: DeviceSummary | None
    permissions: list[str]
    role_name: str
    mfa_setup_due: bool
    operator: bool


class ProfileChange(TypedDict):
    """The fields to change; the others stay. `phone`: E.164, or as dialled in the organisation's country; empty for
    none.
    """

    name: NotRequired[str]
    phone: NotRequired[str]


def pass_age_screen(body: AgeScreen) -> Request[None]:
    """Checks whether somebody may create an account, before anything else is asked. Nothing is stored. 403
    not_eligible: they may not; this browser is refused until its session ends. Creating the account asks for the
    date again, so passing this screen alone lets nobody in.
    """
    return Request("POST", "/v1/age-screen", body=body, answer="nothing")


def setup(body: FirstOrganisation) -> Request[NewSession]:
    """Creates the first organisation and its owner, and signs the owner in. Works once, with the token of the one-
    time link. The session's bearer token is shown only here.
    """
    return Request("POST", "/v1/setup", body=body)


def login(body: Login) -> Request[NewSession]:
    """Signs in with e-mail address and password. The bearer token is shown only here. 401 mfa_required: the password
    is right and the account has a second factor: ask for a code and send it as `code`. 401 provider_required: the
    user signs in with the organisation's identity provider. If a session of the same user makes this request, the
    new session replaces it.
    """
    return Request("POST", "/v1/auth/login", body=body)


def logout(*, idempotency_key: str | None = None) -> Request[None]:
    """Signs out: revokes the token that makes the request. Its sockets are closed, and the device's phone is no
    longer registered. The browser is told to clear its storage.
    """
    return Request("POST", "/v1/auth/logout", headers={"Idempotency-Key": idempotency_key}, answer="nothing")


def me() -> Request[CurrentUser]:
    """Returns the current user, their organisation, and the permissions of the token that makes the request. Also
    answers a user who must set up a second factor before anything else (`mfa_setup_due`).
    """
    return Request("GET", "/v1/me")


def change_me(body: ProfileChange, *, if_match: str | None = None) -> Request[UserAnswer]:
    """Changes the current user's name or phone number. Fields that are left out stay as they are. The e-mail address
    is changed with `PUT /v1/me/email`. 403 no_device for an API token.
    """
    return Request("PATCH", "/v1/me", body=body, headers={"If-Match": if_match})
