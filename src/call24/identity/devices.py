"""The devices that users sign in with: a new one is announced to its user by letter.

What was seen before is remembered by a hash for as long as the account lives, also after signing out.
"""

from __future__ import annotations

import contextlib
import hashlib

from call24.identity.model import Device, KnownDevice
from call24.identity.news import News
from call24.identity.store import IdentityStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, Unavailable
from call24.kit.mongo import Mongo


class Devices:
    def __init__(self, mongo: Mongo, clock: Clock, news: News) -> None:
        self._mongo = mongo
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._news = news

    async def signed_in(self, device: Device) -> None:
        """Nobody is kept from signing in because the letter could not be written."""
        with contextlib.suppress(Unavailable, NotFound):
            if await self._is_new(device):
                await self._announce(device)

    async def _is_new(self, device: Device) -> bool:
        """A user's first device is no news."""
        known = self._mongo.tenant(device.tenant_id).collection(KnownDevice)
        before = {one.id for one in await known.find({"user_id": device.user_id})}
        prints = _prints(device)
        for fresh in prints - before:
            seen = KnownDevice(
                id=fresh, tenant_id=device.tenant_id, user_id=device.user_id, first_seen_at=self._clock.now()
            )
            with contextlib.suppress(Conflict):
                await known.insert(seen)
        return bool(before) and not prints & before

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
