"""The history of what was corrected of callers and of users, as it is read. It is written by who corrects: contacts/
of callers, identity/ of users; what may be corrected is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from call24.corrections.model import Correction
from call24.corrections.store import CorrectionStore
from call24.kit.ids import ContactId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page."""

    corrections: tuple[Correction, ...]
    next: str | None


class Corrections:
    def __init__(self, mongo: Mongo) -> None:
        self._store = CorrectionStore(mongo)

    async def of_contact(
        self, tenant_id: TenantId, contact_id: ContactId, *, limit: int, cursor: str | None = None
    ) -> HistoryPage:
        """The newest first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        found = await self._store.of_contact(tenant_id, contact_id, limit=limit + 1, cursor=cursor)
        return _page(found, limit)

    async def of_user(
        self, tenant_id: TenantId, user_id: UserId, *, limit: int, cursor: str | None = None
    ) -> HistoryPage:
        """The newest first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        return _page(await self._store.of_user(tenant_id, user_id, limit=limit + 1, cursor=cursor), limit)


def _page(found: Sequence[Correction], limit: int) -> HistoryPage:
    shown = tuple(found[:limit])
    return HistoryPage(corrections=shown, next=cursor_of(shown[-1].at, shown[-1].id) if len(found) > limit else None)
