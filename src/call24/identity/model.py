"""Who signs in, with what, and from which device."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.kit.datamap import ID, MEASURE, REFERENCE, SETTING, STATE, TENANT, TIME, Fact, document
from call24.kit.errors import Refused
from call24.kit.ids import DeviceId, InvitationId, LinkId, PasskeyId, RoleId, TenantId, TokenId, UserId

Role = str
"""A built-in role's name (permissions.BUILT_IN), or the id of one of the organisation's own."""

_ACCOUNT = "until the account is deleted"
_SESSION = "until sign-out or expiry"
_DEVICE = Fact("user", "device", "letting the user recognise the device; as the app says", _SESSION)
_ADDRESS = Fact("user", "network address", "letting the user recognise the device; as the server saw it", _SESSION)
_PROVIDER_SESSION = Fact("user", "identifier", "ending the session when its provider says so", _SESSION)
_EMAIL = Fact("user", "contact", "signing in and reaching the user", _ACCOUNT)


@document("users", tenant=True)
class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account. `email_key` is the address as it is compared: unique over all organisations.

    `email_verified_at`: since when the user is known to read that address; `phone`: E.164, or empty;
    `mfa`: a second proof is asked for, since there is an authenticator or a passkey.
    """

    id: Annotated[UserId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    email: Annotated[str, _EMAIL]
    email_key: Annotated[str, _EMAIL]
    name: Annotated[str, Fact("user", "name", "shown to colleagues", _ACCOUNT)]
    role: Annotated[Role, Fact("user", "role", "access control", _ACCOUNT)]
    password_hash: Annotated[str, Fact("user", "credential", "signing in", _ACCOUNT)]
    created_at: Annotated[datetime, TIME]
    disabled_at: Annotated[datetime | None, TIME] = None
    email_verified_at: Annotated[datetime | None, TIME] = None
    mfa: Annotated[bool, STATE] = False
    phone: Annotated[str, Fact("user", "contact", "reaching the user outside the app", _ACCOUNT)] = ""


@document("tokens", tenant=True)
class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token; of its secret only the SHA-256 is kept. Without a device it is a machine's.

    `id`: decimal, counted up over the installation. `abilities`: permissions that it is narrowed to, or `*`. It ends at
    `lapses_at`: `idle_s` after its last use, at `expires_at` at the latest. `proven_at`: when a second proof was given.
    `provider_session`: a hash of the session at the organisation's own sign-in by which it was opened, or empty.
    """

    id: Annotated[TokenId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    device_id: Annotated[DeviceId | None, REFERENCE] = None
    name: Annotated[str, Fact("user", "device", "letting the user recognise the token", _SESSION)]
    secret_hash: Annotated[str, Fact("user", "credential", "recognising the session", _SESSION)]
    abilities: Annotated[tuple[str, ...], STATE] = ("*",)
    created_at: Annotated[datetime, TIME]
    last_used_at: Annotated[datetime | None, Fact("user", "activity", "ending sessions that nobody uses", _SESSION)]
    idle_s: Annotated[int, MEASURE]
    expires_at: Annotated[datetime, TIME]
    lapses_at: Annotated[datetime, TIME]
    proven_at: Annotated[datetime | None, TIME] = None
    provider_session: Annotated[str, _PROVIDER_SESSION] = ""


@document("authenticators", tenant=True)
class Authenticator(msgspec.Struct, frozen=True, kw_only=True):
    """A user's authenticator app, and the recovery codes that stand in for it or for a passkey.

    `secret`: of the app, `begun`: of one that no code was shown of yet; both sealed, empty where there is none.
    `last_step`: of the last code that was used; `recovery`: salt and Argon2id of what is left.
    """

    id: Annotated[UserId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    secret: Annotated[bytes, Fact("user", "credential", "checking one-time codes; sealed", _ACCOUNT)] = b""
    begun: Annotated[bytes, Fact("user", "credential", "setting up one-time codes; sealed", _ACCOUNT)] = b""
    last_step: Annotated[int, STATE] = 0
    recovery: Annotated[tuple[str, ...], Fact("user", "credential", "getting in without the app", _ACCOUNT)] = ()
    created_at: Annotated[datetime, TIME]


_PASSKEY = Fact("user", "credential", "signing in and proving who it is", _ACCOUNT)


@document("passkeys", tenant=True)
class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A WebAuthn credential; the private key stays in the user's device. `rp_id`: the host name that it is for.

    `credential_id`: base64url; `counter`: the device's own at the last use, 0 where it counts nothing; `synced`: it is
    kept in several devices; `suspect_at`: since then it opens nothing, for its counter went back.
    """

    id: Annotated[PasskeyId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    name: Annotated[str, Fact("user", "device", "letting the user recognise the passkey", _ACCOUNT)]
    credential_id: Annotated[str, _PASSKEY]
    public_key: Annotated[bytes, _PASSKEY]
    counter: Annotated[int, MEASURE]
    rp_id: Annotated[str, STATE]
    transports: Annotated[tuple[str, ...], STATE] = ()
    synced: Annotated[bool, STATE] = False
    created_at: Annotated[datetime, TIME]
    last_used_at: Annotated[datetime | None, Fact("user", "activity", "letting the user recognise it", _ACCOUNT)] = None
    suspect_at: Annotated[datetime | None, TIME] = None


@document("counters", tenant=False)
class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """The last number that was given out, of the installation's tokens."""

    id: Annotated[str, ID]
    last: Annotated[int, MEASURE]


@document("roles", tenant=True)
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


_KNOWN = Fact("user", "device", "announcing new devices only; letting its user in while others guess", _ACCOUNT)


@document("known_devices", tenant=True)
class KnownDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device, or an address, that a user has signed in with before. `id`: a hash of the user and of either."""

    id: Annotated[str, _KNOWN]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    first_seen_at: Annotated[datetime, TIME]


@document("devices", tenant=True)
class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in app: its phone registers at the PBX under this id. Its SIP password is derived, never stored.

    `told` is what the app says; `address`, `last_address`, `last_seen_at` are what the server saw; `instead_of`: the
    device that made room for it, or empty.
    """

    id: Annotated[DeviceId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    token_id: Annotated[TokenId, REFERENCE]
    name: Annotated[str, Fact("user", "device", "letting the user recognise the device", _SESSION)]
    sip_nonce: Annotated[str, Fact("user", "credential", "making the phone's password", _SESSION)]
    told: Annotated[Told, _DEVICE] = Told()
    address: Annotated[str, _ADDRESS] = ""
    last_address: Annotated[str, _ADDRESS] = ""
    instead_of: Annotated[str, _DEVICE] = ""
    created_at: Annotated[datetime, TIME]
    last_seen_at: Annotated[datetime | None, Fact("user", "activity", "letting the user recognise it", _SESSION)] = None


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request: what a valid bearer token says, looked up anew for each request.

    `permissions`: what the role is allowed, narrowed to the abilities of the token; a machine has no device.
    `proof_due`: a second proof is asked of this user, and was not given of late; `setup_due`: the organisation asks for
    one and the user has none to give.
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

    def own_device(self) -> DeviceId:
        """Raises: Refused for a machine's token."""
        if self.device_id is None:
            raise Refused("This needs a signed-in app", code="no_device")
        return self.device_id


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh machine's token; `bearer` is shown this once."""

    bearer: str
    token: Token


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh session; `bearer` is shown this once."""

    bearer: str
    user: User
    device: Device


_LINK = "until used, or for its hour or days"


@document("invitations", tenant=True)
class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may become a user of this organisation; of the link's secret only the SHA-256 is kept."""

    id: Annotated[InvitationId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    email: Annotated[str, Fact("user", "contact", "inviting and recognising who accepts", _LINK)]
    name: Annotated[str, Fact("user", "name", "proposed to who accepts", _LINK)]
    role: Annotated[Role, Fact("user", "role", "access control", _LINK)]
    invited_by: Annotated[UserId, REFERENCE]
    secret_hash: Annotated[str, Fact("user", "credential", "recognising the link", _LINK)]
    created_at: Annotated[datetime, TIME]
    expires_at: Annotated[datetime, TIME]


LinkKind = Literal["reset", "email"]


@document("links", tenant=True)
class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A single-use way to a new password, or to the address that it was sent to. A user has one of a kind at most.

    `made_by`: who helped the user out; None: the user asked for it.
    """

    id: Annotated[LinkId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    kind: Annotated[LinkKind, STATE]
    made_by: Annotated[UserId | None, REFERENCE] = None
    email: Annotated[str | None, Fact("user", "contact", "the address that becomes the user's", _LINK)] = None
    secret_hash: Annotated[str, Fact("user", "credential", "recognising the link", _LINK)]
    created_at: Annotated[datetime, TIME]
    expires_at: Annotated[datetime, TIME]


@document("reset_wishes", tenant=False)
class ResetWish(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked for a new password. Written before anybody looks whether there is such an account, so that
    neither the answer nor its time tells."""

    id: Annotated[str, ID]
    email_key: Annotated[str, Fact("user", "contact", "finding the account, if there is one", "until it was looked at")]
    at: Annotated[datetime, TIME]


@document("setup", tenant=False)
class SetupClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Who came first: there is at most one, so two who open the one-time link at once cannot both use it."""

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
