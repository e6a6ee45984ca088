"""Who is told of sign-ins and of their ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from call24.identity.model import Device, User
from call24.kit.ids import TenantId, TokenId, UserId

DeviceWatcher = Callable[[Device], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class FailedSignIn:
    """In an organisation that is known. `user_id`: of the account, where one was found; `way`: method and route;
    `code`: of the refusal; `why`: what it was for, where the code hides it."""

    tenant_id: TenantId
    user_id: UserId | None
    address: str
    way: str
    code: str
    why: str | None = None


@dataclass(frozen=True)
class IdentityEvents:
    """Who wants to know: main puts the PBX's provisioning and the realtime sockets here."""

    device_signed_in: list[DeviceWatcher] = field(default_factory=list)
    device_signed_out: list[DeviceWatcher] = field(default_factory=list)
    sign_in_failed: list[Callable[[FailedSignIn], None]] = field(default_factory=list)
    """Told without waiting: neither the answer nor its time may say that there is such an account."""
    token_revoked: list[Callable[[TokenId], Awaitable[None]]] = field(default_factory=list)
    """Its sockets are closed and what they were granted is withdrawn; also where the token itself goes on."""
    tokens_ended: list[Callable[[TenantId, UserId], Awaitable[None]]] = field(default_factory=list)
    """All of a user's API tokens end, as with a new password: what else opens the account without it ends too."""


async def password_open(user: User) -> bool:
    """Where no room closes a password."""
    return False
