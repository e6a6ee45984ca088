"""Who is told of sign-ins and of their ends, and asked for a second proof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from call24.identity.model import Device, User
from call24.kit.ids import TokenId

DeviceWatcher = Callable[[Device], Awaitable[None]]


@dataclass(frozen=True)
class IdentityEvents:
    """Who wants to know: main puts the PBX's provisioning and the realtime sockets here."""

    device_signed_in: list[DeviceWatcher] = field(default_factory=list)
    device_signed_out: list[DeviceWatcher] = field(default_factory=list)
    token_ended: list[Callable[[TokenId], Awaitable[None]]] = field(default_factory=list)


async def no_second_proof(user: User, code: str) -> bool:
    """Where no room asks for one."""
    return False


async def password_open(user: User) -> bool:
    """Where no room closes a password."""
    return False
