"""Who signs in, with what, and from which device."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    Until,
    WithAccount,
    document,
    of_user,
)
from call24.kit.errors import Refused
from call24.kit.ids import DeviceId, InvitationId, LinkId, PasskeyId, QueueId, RoleId, TenantId, TokenId, UserId

Role = str
"""A built-in role's name (permissions.BUILT_IN), or the id of one of the organisation's own."""

_SESSION = Until("sign-out", latest="`lapses_at` of the token")
_DEVICE = of_user(Category.DEVICE, "letting the user recognise the device; as the app says")
_ADDRESS = of_user(Category.IP_ADDRESS, "letting the user recognise the device; as the server saw it")
_PROVIDER_SESSION = of_user(Category.ID, "ending the session when its provider says so")
_EMAIL = of_user(Category.EMAIL, "signing in and reaching the user", recipients=(Recipient.MAIL_SERVER,))


@document("users", tenant=True, kept=WithAccount(), audited=("role",))
class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account. `email_key` is the address as it is compared: unique over all organisations.

    `email_verified_at`: since when the user is known to read that address; `phone`: E.164, or empty;
    `mfa`: a second factor is asked for, since there is an authenticator or a passkey; `operator_since`: the user is one
    of the installation's operators, which goes with the last second factor (operators.py).
    """

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    email: Annotated[str, _EMAIL]
    email_key: Annotated[str, _EMAIL]
    name: Annotated[str, of_user(Category.NAME, "shown to colleagues")]
    role: Annotated[Role, of_user(Category.WORK, "access control")]
    password_hash: Annotated[str, of_user(Category.CREDENTIALS, "signing in")]
    created_at: Annotated[datetime, TIME]
    disabled_at: Annotated[datetime | None, TIME] = None
    email_verified_at: Annotated[datetime | None, TIME] = None
    mfa: Annotated[bool, STATE] = False
    phone: Annotated[str, of_user(Category.PHONE, "reaching the user outside the app")] = ""
    operator_since: Annotated[datetime | None, of_user(Category.WORK, "access control")] = None


@document("tokens", tenant=True, kept=_SESSION)
class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token; of its secret only the SHA-256 is kept. Without a device it is a machine's.

    `id`: decimal, counted up over the installation. `abilities`: permissions that it is narrowed to, or `*`. It ends at
    `lapses_at`: `idle_s` after its last use, at `expires_at` at the latest. `proven_at`: when a second factor was
    given. `provider_session`: a hash of the session at the organisation's identity provider by which it was opened, or
    empty.
    """

    id: Annotated[TokenId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    device_id: Annotated[DeviceId | None, REFERENCE] = None
    name: Annotated[str, of_user(Category.DEVICE, "letting the user recognise the token")]
    secret_hash: Annotated[str, of_user(Category.CREDENTIALS, "recognising the session")]
    abilities: Annotated[tuple[str, ...], STATE] = ("*",)
    created_at: Annotated[datetime, TIME]
    last_used_at: Annotated[datetime | None, of_user(Category.BEHAVIOR, "ending sessions that nobody uses")]
    idle_s: Annotated[int, MEASURE]
    expires_at: Annotated[datetime, TIME]
    lapses_at: Annotated[datetime, TIME]
    proven_at: Annotated[datetime | None, TIME] = None
    provider_session: Annotated[str, _PROVIDER_SESSION] = ""


@document("authenticators", tenant=True, kept=WithAccount())
class Authenticator(msgspec.Struct, frozen=True, kw_only=True):
    """A user's authenticator app, and the recovery codes that stand in for it or for a passkey.

    `secret`: of the app, `begun`: of one that no code was shown of yet; both sealed, empty where there is none.
    `last_step`: of the last code that was used; `recovery`: salt and Argon2id of what is left.
    """

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    secret: Annotated[bytes, of_user(Category.CREDENTIALS, "checking one-time codes; sealed")] = b""
    begun: Annotated[bytes, of_user(Category.CREDENTIALS, "setting up one-time codes; sealed")] = b""
    last_step: Annotated[int, STATE] = 0
    recovery: Annotated[tuple[str, ...], of_user(Category.CREDENTIALS, "getting in without the app")] = ()
    created_at: Annotated[datetime, TIME]


_PASSKEY = of_user(Category.CREDENTIALS, "signing in and proving who it is")


@document("passkeys", tenant=True, kept=WithAccount())
class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A WebAuthn credential; the private key stays in the user's device. `rp_id`: the host name that it is for.

    `credential_id`: base64url; `counter`: the device's own at the last use, 0 where it counts nothing; `synced`: it is
    kept in several devices; `suspect_at`: since then it opens nothing, for its counter went back.
    """

    id: Annotated[PasskeyId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    name: Annotated[str, of_user(Category.DEVICE, "letting the user recognise the passkey")]
    credential_id: Annotated[str, _PASSKEY]
    public_key: Annotated[bytes, _PASSKEY]
    counter: Annotated[int, MEASURE]
    rp_id: Annotated[str, STATE]
    transports: Annotated[tuple[str, ...], STATE] = ()
    synced: Annotated[bool, STATE] = False
    created_at: Annotated[datetime, TIME]
    last_used_at: Annotated[datetime | None, of_user(Category.BEHAVIOR, "letting the user recognise it")] = None
    suspect_at: Annotated[datetime | None, TIME] = None


@document("counters", tenant=False)
class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """The last number that was given out, of the installation's tokens."""

    id: Annotated[str, ID]
    last: Annotated[int, MEASURE]


@document("roles", tenant=True, audited=())
class CustomRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an organisation made; `name_key` is its name as it is compared."""

    id: Annotated[RoleId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    permissions: Annotated[tuple[str, ...], SETTING]
    created_at: Annotated[datetime, TIME]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an app says of its device; nobody has checked it. `identifier`: its own, made at the first start."""

    identifier: Annotated[str, _DEVICE] = ""
    model: Annotated[str, _DEVICE] = ""
    os: Annotated[str, _DEVICE] = ""
    app_version: Annotated[str, _DEVICE] = ""
    network: Annotated[str, _DEVICE] = ""


_KNOWN = of_user(Category.DEVICE, "announcing new devices only; letting its user in while others guess")


@document("known_devices", tenant=True, kept=WithAccount())
class KnownDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device, or an address, that a user has signed in with before. `id`: a hash of the user and of either."""

    id: Annotated[str, _KNOWN]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    first_seen_at: Annotated[datetime, TIME]


@document("devices", tenant=True, kept=_SESSION)
class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in app: its phone registers at the PBX under this id. Its SIP password is derived, never stored.

    `told` is what the app says; `address`, `last_address`, `last_seen_at` are what the server saw; `instead_of`: the
    device that made room for it, or empty.
    """

    id: Annotated[DeviceId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    token_id: Annotated[TokenId, REFERENCE]
    name: Annotated[str, of_user(Category.DEVICE, "letting the user recognise the device")]
    sip_nonce: Annotated[str, of_user(Category.CREDENTIALS, "making the phone's password")]
    told: Annotated[Told, _DEVICE] = Told()
    address: Annotated[str, _ADDRESS] = ""
    last_address: Annotated[str, _ADDRESS] = ""
    instead_of: Annotated[str, _DEVICE] = ""
    created_at: Annotated[datetime, TIME]
    last_seen_at: Annotated[datetime | None, of_user(Category.BEHAVIOR, "letting the user recognise it")] = None


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request: what a valid bearer token says, looked up again for each request.

    `permissions`: what the role is allowed, narrowed to the abilities of the token; an API token has no device.
    `proof_due`: a second factor is asked of this user, and was not given of late; `setup_due`: the organisation asks
    for one and the user has none to give. `operator`: of the installation, in the app; `proven`: a second factor was
    given in this session, however long ago.
    """

    tenant_id: TenantId
    user_id: UserId
    role: Role
    permissions: frozenset[str]
    token_id: TokenId
    device_id: DeviceId | None
    abilities: tuple[str, ...]
    proof_due: bool = False
    setup_due: bool = False
    operator: bool = False
    proven: bool = False

    def own_device(self) -> DeviceId:
        """Raises: Refused for an API token."""
        if self.device_id is None:
            raise Refused("This needs a session of the app, not an API token", code="no_device")
        return self.device_id


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A new API token; `bearer` is shown this once."""

    bearer: str
    token: Token


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh session; `bearer` is shown this once."""

    bearer: str
    user: User
    device: Device


_LINK = Until("it is used", latest="`expires_at`, an hour or some days,")


@document("invitations", tenant=True, kept=_LINK)
class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may become a user of this organisation; of the link's secret only the SHA-256 is kept. `queues`:
    those that whoever accepts joins."""

    id: Annotated[InvitationId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    email: Annotated[str, of_user(Category.EMAIL, "inviting and recognising who accepts")]
    name: Annotated[str, of_user(Category.NAME, "proposing a name to whoever accepts the invitation")]
    role: Annotated[Role, of_user(Category.WORK, "access control")]
    invited_by: Annotated[UserId, PERSON]
    secret_hash: Annotated[str, of_user(Category.CREDENTIALS, "recognising the link")]
    created_at: Annotated[datetime, TIME]
    expires_at: Annotated[datetime, TIME]
    queues: Annotated[tuple[QueueId, ...], REFERENCE] = ()


LinkKind = Literal["reset", "email"]


@document("links", tenant=True, kept=_LINK)
class EmailLink(msgspec.Struct, frozen=True, kw_only=True):
    """A single-use way to a new password, or to the address that it was sent to. A user has one of a kind at most.

    `made_by`: who helped the user out; None: the user asked for it.
    """

    id: Annotated[LinkId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    kind: Annotated[LinkKind, STATE]
    made_by: Annotated[UserId | None, PERSON] = None
    email: Annotated[str | None, of_user(Category.EMAIL, "the address that becomes the user's")] = None
    secret_hash: Annotated[str, of_user(Category.CREDENTIALS, "recognising the link")]
    created_at: Annotated[datetime, TIME]
    expires_at: Annotated[datetime, TIME]


@document("reset_wishes", tenant=False, kept=Until("it was looked at", latest="when mail can be sent again"))
class ResetWish(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked for a new password. Written before anybody looks whether there is such an account, so that
    neither the answer nor its time tells."""

    id: Annotated[str, ID]
    email_key: Annotated[str, of_user(Category.EMAIL, "finding the account, if there is one")]
    at: Annotated[datetime, TIME]


@document("setup", tenant=False)
class SetupClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Who came first: there is at most one, so two who open the one-time link at once cannot both use it."""

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
