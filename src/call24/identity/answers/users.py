"""Users, their sessions and API tokens, roles and avatars."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.identity.answers.fields import PageCursor, PermissionNames, RoleId
from call24.kit.answers import Instant

IsOperator = Annotated[
    bool, Field(description="The user operates the installation, and may read `GET /v1/installation/status`")
]


class UserAnswer(TypedDict):
    """A user: a person with an account in the organisation."""

    id: str
    name: str
    email: str
    role: RoleId
    disabled: Annotated[bool, Field(description="The user cannot sign in")]
    email_verified: Annotated[bool, Field(description="The user has opened a link sent to this address")]
    phone: Annotated[str, Field(description="E.164, or empty")]
    mfa: Annotated[bool, Field(description="A second factor is set up and asked for when signing in")]


class UserPage(TypedDict):
    """A page of users, the oldest first."""

    items: list[UserAnswer]
    next: PageCursor


class OrganisationSummary(TypedDict):
    """The organisation that a user belongs to."""

    id: str
    name: str
    region: Annotated[str, Field(description="ISO 3166-1 alpha-2; numbers without a country code belong to it")]
    timezone: Annotated[str, Field(description="IANA name, such as `Europe/London`")]


class DeviceSummary(TypedDict):
    """A signed-in device. Its phone registers with this id."""

    id: str
    name: str


class NewSession(TypedDict):
    """A new session, and who has signed in."""

    token: Annotated[str, Field(description="The bearer token. Shown only here")]
    user: UserAnswer
    tenant: OrganisationSummary
    device: DeviceSummary
    permissions: PermissionNames
    role_name: Annotated[str, Field(description="The role's name for display")]
    mfa_setup_due: Annotated[
        bool, Field(description="The organisation requires a second factor: set one up before anything else")
    ]
    operator: IsOperator


class CurrentUser(TypedDict):
    """Who makes the request, and what they may do."""

    user: UserAnswer
    tenant: OrganisationSummary
    device: Annotated[DeviceSummary | None, Field(description="Null for an API token")]
    permissions: PermissionNames
    role_name: Annotated[str, Field(description="The role's name for display")]
    mfa_setup_due: Annotated[
        bool, Field(description="The organisation requires a second factor: set one up before anything else")
    ]
    operator: IsOperator


class DeviceDetails(TypedDict):
    """What the app says about its device; not verified. Empty where it says nothing."""

    identifier: Annotated[str, Field(description="The app's own id for the device, made at its first start")]
    model: str
    os: str
    app_version: str
    network: str


class DeviceSightings(TypedDict):
    """What the server saw of a device. An address is empty if it is not known."""

    first_address: Annotated[str, Field(description="The IP address that it signed in from")]
    last_address: Annotated[str, Field(description="The IP address of its latest request")]
    last_at: Instant


class SignInSession(TypedDict):
    """A device that a user is signed in on."""

    id: str
    name: str
    instead_of: Annotated[
        str, Field(description="The device that was signed out to make room for this one: a user has 20. Else empty")
    ]
    device_id: str
    created_at: Instant
    expires_at: Annotated[Instant, Field(description="When it ends if it is not used before")]
    told: DeviceDetails
    seen: DeviceSightings
    current: Annotated[bool, Field(description="The session that makes this request")]


class SignInSessionPage(TypedDict):
    """A page of a user's sessions, the oldest first."""

    items: list[SignInSession]
    next: PageCursor


class ApiToken(TypedDict):
    """An API token, without its secret."""

    id: str
    name: str
    abilities: Annotated[list[str], Field(description="Its scopes: names of permissions, or `*`")]
    created_at: Instant
    last_used_at: Annotated[Instant | None, Field(description="Null if it was never used")]
    expires_at: Instant


class NewApiToken(ApiToken):
    """An API token that was just made, with its secret."""

    token: Annotated[str, Field(description="The bearer token. Shown only here")]


class ApiTokenPage(TypedDict):
    """A page of a user's API tokens, the oldest first."""

    items: list[ApiToken]
    next: PageCursor


class SanctumUser(TypedDict):
    """The user that a token belongs to, in the shape that apps for Laravel Sanctum expect."""

    id: str
    name: str
    email: str
    role: RoleId
    organisation_id: str
    created_at: Instant


class UserSkills(TypedDict):
    """A user's skills."""

    skills: Annotated[dict[str, int], Field(description="Name of the skill -> level, from 1 to 10")]


class PhoneCredentials(TypedDict):
    """What the phone of a signed-in device registers with. All of it is for this device only."""

    device_id: str
    aor: Annotated[str, Field(description="Its SIP address of record")]
    username: str
    password: Annotated[str, Field(description="For SIP digest authentication. Changes when the device signs in again")]
    ws_url: Annotated[str, Field(description="SIP over secure WebSocket (RFC 7118)")]


class AvatarTag(TypedDict):
    """Names a version of an avatar."""

    tag: Annotated[str, Field(description="Changes whenever the picture does")]


class AvatarVersion(TypedDict):
    """Which version of an avatar a user has."""

    user_id: str
    tag: Annotated[str, Field(description="Changes whenever the picture does")]


class AvatarPage(TypedDict):
    """A page of the users who have an avatar."""

    items: list[AvatarVersion]
    next: PageCursor


class PermissionAnswer(TypedDict):
    """A permission that roles and API tokens can have."""

    name: str
    help: Annotated[str, Field(description="What it allows")]
    yours: Annotated[bool, Field(description="Who asks has it")]


class PermissionList(TypedDict):
    """All permissions."""

    items: list[PermissionAnswer]


class RoleAnswer(TypedDict):
    """A role: a named set of permissions."""

    id: RoleId
    name: str
    built_in: Annotated[bool, Field(description="Every organisation has it, and it cannot be changed")]
    permissions: PermissionNames


class RoleList(TypedDict):
    """The built-in roles, then the organisation's own by name."""

    items: list[RoleAnswer]
