"""The devices that users sign in with: a new one is announced to its user by letter.

What was seen before is remembered by a hash for as long as the account lives, also after signing out. By it signing in
knows a device, or an address, from which the account was signed in to before (throttle.py).
"""

from __future__ import annotations

import contextlib
import hashlib

from call24.identity.model import Device, KnownDevice, User
from call24.identity.security_notices import SecurityNotices
from call24.identity.store import IdentityStore
from call24.kit.addresses import network_of
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, Unavailable
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo

_NOBODY = TenantId("ten_nobody")


class Devices:
    def __init__(self, mongo: Mongo, clock: Clock, news: SecurityNotices) -> None:
        self._mongo = mongo
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._news = news

    async def signed_in(self, device: Device) -> None:
        """Nobody is kept from signing in because the letter could not be written."""
        with contextlib.suppress(Unavailable, NotFound):
            if await self._is_new(device):
                await self._announce(device)

    async def know(self, user: User, secret: str) -> None:
        """A device showed `secret` when it signed in. Raises: Unavailable."""
        await self._keep(user.tenant_id, user.id, {_hash(user.id, "secret", secret)})

    async def place(self, user: User | None, address: str, secret: str) -> str | None:
        """Where this is that the user has signed in from before: the device, else the network. Raises: Unavailable.

        For an unknown account (None) as much is asked for, and nothing found.
        """
        scope = self._mongo.tenant(user.tenant_id if user is not None else _NOBODY)
        ways = [
            _hash(user.id if user is not None else "", kind, what)
            for kind, what in (("secret", secret), ("network", network_of(address)))
        ]
        found = {one.id for one in await scope.collection(KnownDevice).find({"id": {"$in": ways}})}
        if secret and ways[0] in found:
            return f"device {ways[0]}"
        return address if ways[1] in found else None

    async def _is_new(self, device: Device) -> bool:
        """A user's first device is no news."""
        known = self._mongo.tenant(device.tenant_id).collection(KnownDevice)
        before = {one.id for one in await known.find({"user_id": device.user_id})}
        prints = _prints(device)
        network = {_hash(device.user_id, "network", network_of(device.address))} if device.address else set()
        await self._keep(device.tenant_id, device.user_id, (prints | network) - before)
        return bool(before) and not prints & before

    async def _keep(self, tenant_id: TenantId, user_id: UserId, fresh: set[str]) -> None:
        for one in fresh:
            seen = KnownDevice(id=one, tenant_id=tenant_id, user_id=user_id, first_seen_at=self._clock.now())
            with contextlib.suppress(Conflict):
                await self._mongo.tenant(tenant_id).collection(KnownDevice).insert(seen)

    async def _announce(self, device: Device) -> None:
        user = await self._users.user(device.tenant_id, device.user_id)
        seen = f"{device.address}, {device.created_at:%d %B %Y, %H:%M} UTC"
        about = "\n".join(line for line in (device.name, device.told.os, seen) if line)
        await self._news.tell(user, "new_device", about)


def _prints(device: Device) -> set[str]:
    """By what it is known again: its own identifier, which an app forgets at sign-out; or its kind and address."""
    kind = f"{device.name}\n{device.told.os}\n{device.address}"
    ways = [kind, device.told.identifier] if device.told.identifier else [kind]
    return {hashlib.sha256(f"{device.user_id}\n{way}".encode()).hexdigest() for way in ways}


def _hash(user_id: str, kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind}\n{user_id}\n{what}".encode()).hexdigest()
