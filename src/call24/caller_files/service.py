"""Callers' files as they are asked for: one export each, written and kept as all exports are (exports/service.py)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from call24.contacts.service import ContactService
from call24.exports.model import CALLER, Export, State
from call24.exports.service import Exports
from call24.kit.errors import NotFound
from call24.kit.ids import ContactId, TenantId, UserId

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class CallerFiles:
    def __init__(self, exports: Exports, contacts: ContactService) -> None:
        self._exports = exports
        self._contacts = contacts

    async def begin(self, tenant_id: TenantId, contact_id: ContactId, asked_by: UserId | None) -> Export:
        """`asked_by` None: the caller, at the callers' door: who has a file already, or one on its way, gets that.

        Raises: NotFound, TooMany (code too_many_exports), Unavailable.
        """
        contact = await self._contacts.stored(tenant_id, contact_id)
        if asked_by is None and (there := await self.of_caller(tenant_id, contact_id)) is not None:
            if there.state is not State.FAILED:
                return there
            await self.cancel(tenant_id, there.id)
        wish = Export(
            id="",
            tenant_id=tenant_id,
            asked_by=asked_by,
            kind=CALLER,
            format="zip",
            first="",
            last="",
            contact_id=contact.id,
            filters={},
            created_at=_NEVER,
            delete_at=_NEVER,
        )
        return await self._exports.begin(wish)

    async def all(self, tenant_id: TenantId) -> list[Export]:
        """Those that officers asked for, the newest first."""
        return [one for one in await self._exports.all(tenant_id, own=CALLER) if one.asked_by is not None]

    async def get(self, tenant_id: TenantId, file_id: str) -> Export:
        """One that an officer asked for. Raises: NotFound."""
        found = await self._exports.get(tenant_id, file_id, own=CALLER)
        if found.asked_by is None:
            raise NotFound
        return found

    async def of_caller(self, tenant_id: TenantId, contact_id: ContactId) -> Export | None:
        """The one that the caller asked for."""
        every = await self._exports.all(tenant_id, own=CALLER)
        return next((one for one in every if one.contact_id == contact_id and one.asked_by is None), None)

    async def path(self, tenant_id: TenantId, file_id: str) -> Path:
        """Raises: NotFound, Conflict (code export_not_done)."""
        _, path = await self._exports.file(tenant_id, file_id, own=CALLER)
        return path

    async def cancel(self, tenant_id: TenantId, file_id: str) -> None:
        """It stops, and nothing of it is kept. Raises: NotFound."""
        await self._exports.cancel(tenant_id, file_id, own=CALLER)
