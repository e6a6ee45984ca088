"""Users' pictures: taken in, kept in the organisation's collection, given out and deleted.

What comes from outside is drawn again by a program of its own (draw.py), one at a time; this process decodes nothing.
"""

from __future__ import annotations

import hashlib

from call24.identity.avatars import program
from call24.identity.avatars.model import Picture, Tagged
from call24.kit.clock import Clock
from call24.kit.errors import Invalid, NotFound
from call24.kit.fair import Fair
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo

UPLOAD_MAX = 5 * 1024 * 1024
WAITING_MAX = 4
"""Of one organisation."""


class Avatars:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock
        self._room = Fair(1, 1, WAITING_MAX)

    async def put(self, tenant_id: TenantId, user_id: UserId, data: bytes) -> str:
        """PNG, JPEG, WebP or HEIC; the tag of what it became. Raises: Invalid (code unusable_picture), TooMany."""
        if not data or len(data) > UPLOAD_MAX:
            raise _unusable(f"A picture of at most {UPLOAD_MAX >> 20} MB.")
        webp = await self._drawn(tenant_id, data)
        tag = hashlib.sha256(webp).hexdigest()[:32]
        picture = Picture(id=user_id, tenant_id=tenant_id, webp=webp, tag=tag, changed_at=self._clock.now())
        await self._mongo.tenant(tenant_id).collection(Picture).replace(picture, upsert=True)
        return tag

    async def get(self, tenant_id: TenantId, user_id: UserId) -> Picture:
        """Raises: NotFound."""
        return await self._mongo.tenant(tenant_id).collection(Picture).get(user_id)

    async def all(self, tenant_id: TenantId) -> list[Tagged]:
        """Who has one, and which."""
        return await self._mongo.tenant(tenant_id).collection(Picture).find_parts(Tagged, {})

    async def remove(self, tenant_id: TenantId, user_id: UserId) -> None:
        """Raises: NotFound."""
        if not await self._mongo.tenant(tenant_id).collection(Picture).delete(user_id):
            raise NotFound

    async def _drawn(self, tenant_id: TenantId, data: bytes) -> bytes:
        """Raises: Invalid, TooMany."""
        async with self._room.turn(tenant_id, "Several pictures are being drawn: try again in a moment"):
            status, said = await _run(data)
        if status == 0 and said:
            return said
        if status == program.UNUSABLE:
            raise _unusable(said.decode())
        raise _unusable("It could not be read: save it again as PNG or JPEG, then send that.")


async def _run(data: bytes) -> tuple[int | None, bytes]:
    return await program.run("avatar", data)


def _unusable(why: str) -> Invalid:
    return Invalid(why, errors=[("file", why)], code="unusable_picture")
