"""Keeps what organisations look like, in MongoDB and, but for the logos themselves, in memory.

A logo is drawn again by a program of its own (identity/avatars/draw.py), one of each organisation at a time; this
process decodes nothing that comes from outside. Who may change it is decided at the edge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

import msgspec

from call24.branding.events import BRANDING_CHANGED, BrandingChanged
from call24.branding.model import Branding, BrandLogos, LogoVersion, Theme
from call24.branding.rules import checked_accent, checked_help
from call24.changes.service import Changes, Writing
from call24.identity.avatars import program
from call24.kit.clock import Clock
from call24.kit.errors import Invalid, NotFound
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo

UPLOAD_MAX = 2 << 20
"""Bytes that are sent."""
UPLOAD_MIN = 64
"""No picture of a size that is taken has fewer: no program is started for it."""
WEBP_MAX = 64 << 10
"""Bytes that are kept of one."""
AT_ONCE = 2
"""Are drawn, of different organisations."""
WAITING_MAX = 2
"""Of one organisation, that wait to be drawn."""
_SIZE = 4
"""Bytes before the picture: width and height."""
_WHY = "e-mails and public pages are drawn from a copy in memory"
_UNREADABLE = "It could not be read: save it again as PNG or JPEG, then send that."


class Brandings:
    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._all = mongo.platform(Branding, why=_WHY)
        self._room = Fair(AT_ONCE, 1, WAITING_MAX)
        self._known: dict[TenantId, Branding] = {}
        self._count = 0

    def known(self, tenant_id: TenantId) -> Branding:
        """As last known; what Call24 looks like where nothing was set. Memory only."""
        return self._known.get(tenant_id) or _default(tenant_id)

    async def read(self, tenant_id: TenantId) -> Branding:
        """Raises: Unavailable."""
        found = await self._mongo.tenant(tenant_id).collection(Branding).find_one({"id": tenant_id})
        return found or _default(tenant_id)

    async def change(self, tenant_id: TenantId, *, accent: str | None, help_contact: str) -> Branding:
        """Both; None or empty: none. The logos stay. Raises: Invalid, Unavailable."""
        colour, line = checked_accent(accent), checked_help(help_contact)
        return await self._change(
            tenant_id, lambda before: msgspec.structs.replace(before, accent=colour, help_contact=line)
        )

    async def set_logo(self, tenant_id: TenantId, theme: Theme, data: bytes) -> Branding:
        """PNG, JPEG, WebP or HEIC. Raises: Invalid (code unusable_picture), TooMany, Unavailable."""
        version, webp = await self._drawn(tenant_id, data)
        return await self._change_logo(tenant_id, theme, version, webp)

    async def remove_logo(self, tenant_id: TenantId, theme: Theme) -> Branding:
        """Raises: NotFound where there is none, Unavailable."""
        if (await self.read(tenant_id)).logo_for(theme) is None:
            raise NotFound
        return await self._change_logo(tenant_id, theme, None, None)

    async def reset(self, tenant_id: TenantId) -> None:
        """As if nothing had ever been set, logos too. Raises: Unavailable."""

        async def forget(writing: Writing) -> None:
            await writing.collection(BrandLogos).delete(tenant_id)

        await self._change(tenant_id, lambda before: _default(tenant_id, before.version), forget)

    async def logo(self, tenant_id: TenantId, theme: Theme) -> bytes:
        """WebP. Raises: NotFound, Unavailable."""
        found = await self._mongo.tenant(tenant_id).collection(BrandLogos).get(tenant_id)
        if (webp := found.light if theme == "light" else found.dark) is None:
            raise NotFound
        return webp

    async def refresh(self) -> None:
        """Reads everything again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            count = self._count
            found = await self._all.find()
            if count == self._count:
                break
        self._known = {one.tenant_id: one for one in found}

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._known.pop(tenant_id, None)
        self._count += 1

    async def _change_logo(
        self, tenant_id: TenantId, theme: Theme, version: LogoVersion | None, webp: bytes | None
    ) -> Branding:
        async def keep(writing: Writing) -> None:
            logos = writing.collection(BrandLogos)
            before = await logos.find_one({"id": tenant_id}) or BrandLogos(id=tenant_id, tenant_id=tenant_id)
            await logos.replace(msgspec.structs.replace(before, **{theme: webp}), upsert=True)

        field = "logo" if theme == "light" else "dark_logo"
        return await self._change(tenant_id, lambda before: msgspec.structs.replace(before, **{field: version}), keep)

    async def _change(
        self,
        tenant_id: TenantId,
        changed: Callable[[Branding], Branding],
        also: Callable[[Writing], Awaitable[None]] | None = None,
    ) -> Branding:
        """The same again changes nothing, and tells nobody. Raises: Unavailable."""

        async def work(writing: Writing) -> Branding:
            own = writing.collection(Branding)
            before = await own.find_one({"id": tenant_id}) or _default(tenant_id)
            after = changed(before)
            if msgspec.structs.replace(after, changed_at=before.changed_at) == before:
                return before
            after = msgspec.structs.replace(after, version=before.version + 1, changed_at=writing.at)
            await own.replace(after, upsert=True)
            if also is not None:
                await also(writing)
            writing.tell(BRANDING_CHANGED, BrandingChanged(version=after.version), tenant_id)
            return after

        after = await self._changes.commit(tenant_id, work)
        self._known[tenant_id] = after
        self._count += 1
        return after

    async def _drawn(self, tenant_id: TenantId, data: bytes) -> tuple[LogoVersion, bytes]:
        """Raises: Invalid, TooMany."""
        if not data or len(data) > UPLOAD_MAX:
            raise _unusable(f"A picture of at most {UPLOAD_MAX >> 20} MB.")
        if len(data) < UPLOAD_MIN:
            raise _unusable(_UNREADABLE)
        async with self._room.turn(tenant_id, "Several pictures are being drawn: try again in a moment"):
            status, said = await program.run("logo", data, program.EACH_S)
        if status == 0 and _SIZE < len(said) <= _SIZE + WEBP_MAX:
            webp = said[_SIZE:]
            tag = hashlib.sha256(webp).hexdigest()[:32]
            width, height = int.from_bytes(said[:2]), int.from_bytes(said[2:_SIZE])
            return LogoVersion(tag=tag, width=width, height=height), webp
        raise _unusable(said.decode() if status == program.UNUSABLE else _UNREADABLE)


def _default(tenant_id: TenantId, version: int = 0) -> Branding:
    return Branding(id=tenant_id, tenant_id=tenant_id, version=version)


def _unusable(why: str) -> Invalid:
    return Invalid(why, errors=[("file", why)], code="unusable_picture")
