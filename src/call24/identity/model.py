"""Who signs in, with what, and from which device."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.kit.datamap import ID, REFERENCE, STATE, TENANT, TIME, Fact, document
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId

Role = Literal["agent", "supervisor", "owner"]

_ACCOUNT = "until the account is deleted"
_SESSION = "until sign-out or expiry"
_EMAIL = Fact("user", "contact", "signing in and reaching the user", _ACCOUNT)


@document("users", tenant=True)
class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account. `email_key` is the address as it is compared: unique over all organisations."""

    id: Annotated[UserId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    email: Annotated[str, _EMAIL]
    email_key: Annotated[str, _EMAIL]
    name: Annotated[str, Fact("user", "name", "shown to colleagues", _ACCOUNT)]
    role: Annotated[Role, Fact("user", "role", "access control", _ACCOUNT)]
    password_hash: Annotated[str, Fact("user", "credential", "signing in", _ACCOUNT)]
    created_at: Annotated[datetime, TIME]


@document("tokens", tenant=True)
class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token; of its secret only the SHA-256 is kept."""

    id: Annotated[TokenId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    device_id: Annotated[DeviceId, REFERENCE]
    secret_hash: Annotated[str, Fact("user", "credential", "recognising the session", _SESSION)]
    abilities: Annotated[tuple[str, ...], STATE] = ("*",)
    created_at: Annotated[datetime, TIME]
    last_used_at: Annotated[datetime, Fact("user", "activity", "ending sessions that nobody uses", _SESSION)]
    expires_at: Annotated[datetime, TIME]


@document("devices", tenant=True)
class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in app: its phone registers at the PBX under this id. Its SIP password is derived, never stored."""

    id: Annotated[DeviceId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, REFERENCE]
    token_id: Annotated[TokenId, REFERENCE]
    name: Annotated[str, Fact("user", "device", "letting the user recognise the device", _SESSION)]
    sip_nonce: Annotated[str, Fact("user", "credential", "making the phone's password", _SESSION)]
    created_at: Annotated[datetime, TIME]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request: what a valid bearer token says, looked up anew for each request."""

    tenant_id: TenantId
    user_id: UserId
    role: Role
    token_id: TokenId
    device_id: DeviceId
    abilities: tuple[str, ...]


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh session; `bearer` is shown this once."""

    bearer: str
    user: User
    device: Device


@document("setup", tenant=False)
class SetupClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Who came first: there is at most one, so two who open the one-time link at once cannot both use it."""

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
