"""Finding call records: newest first, page by page, by number or name.

A page costs the same wherever it is: the cursor is a place in the index, not a count.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from call24.contacts.service import ContactService
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import CallId, QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.reports.call_record import CallRecord

MOST_CONTACTS = 200


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is None on the last page."""

    records: tuple[CallRecord, ...]
    next: str | None


class History:
    def __init__(self, mongo: Mongo, contacts: ContactService) -> None:
        self._mongo = mongo
        self._contacts = contacts

    async def page(
        self, tenant_id: TenantId, *, limit: int, cursor: str | None, text: str, queues: Sequence[QueueId] | None
    ) -> Page:
        """Ended calls. ``queues`` None: of all queues. Raises: Invalid for a cursor that is not ours."""
        filter: dict[str, Any] = {"ended_at": {"$ne": None}}
        if queues is not None:
            filter["queue_id"] = {"$in": list(queues)}
        if text.strip():
            found = await self._contacts.search(tenant_id, text.strip(), MOST_CONTACTS)
            filter["contact_id"] = {"$in": [contact.id for contact in found]}
        if cursor:
            at, last = _place(cursor)
            filter["$or"] = [{"arrived_at": {"$lt": at}}, {"arrived_at": at, "_id": {"$lt": last}}]
        collection = self._mongo.tenant(tenant_id).collection(CallRecord)
        records = await collection.find(filter, sort=[("arrived_at", -1), ("id", -1)], limit=limit + 1)
        more = len(records) > limit
        shown = tuple(records[:limit])
        return Page(records=shown, next=_cursor(shown[-1]) if more else None)

    async def record(self, tenant_id: TenantId, call_id: CallId, queues: Sequence[QueueId] | None) -> CallRecord:
        """Raises: NotFound, also for a call of another queue than ``queues``."""
        record = await self._mongo.tenant(tenant_id).collection(CallRecord).get(call_id)
        if queues is not None and record.queue_id not in queues:
            raise NotFound
        return record


def _cursor(record: CallRecord) -> str:
    text = f"{round(record.arrived_at.timestamp() * 1000)}:{record.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        ms, _, last = text.partition(":")
        return datetime.fromtimestamp(int(ms) / 1000, UTC), last
    except (ValueError, binascii.Error, OverflowError, OSError):
        raise Invalid(errors=[("cursor", "the `next` of an earlier page")]) from None
