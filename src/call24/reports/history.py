"""Finding call records: newest first, page by page, by number or name.

A page costs the same wherever it is: the cursor is a place in the index, not a count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from call24.contacts.service import ContactService
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, ContactId, QueueId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of, place_of
from call24.reports.model import CallRecord

MOST_CONTACTS = 200
_WHOLE_NUMBER = re.compile(r"^\+[0-9][0-9 ()-]{6,24}$")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is None on the last page."""

    records: tuple[CallRecord, ...]
    next: str | None


class History:
    def __init__(self, mongo: Mongo, contacts: ContactService) -> None:
        self._mongo = mongo
        self._contacts = contacts

    async def page(
        self,
        tenant_id: TenantId,
        *,
        limit: int,
        cursor: str | None,
        text: str,
        queues: Sequence[QueueId] | None,
        agent_id: UserId | None = None,
        of_queue: QueueId | None = None,
        of_agent: UserId | None = None,
    ) -> Page:
        """Ended calls. ``queues`` None: of all queues; else of these, and those that ``agent_id`` had or placed.

        ``of_queue``, ``of_agent``: only those that stood in it, that the agent had.

        Raises: Invalid for a cursor that is not ours.
        """
        filter: dict[str, Any] = {"ended_at": {"$ne": None}}
        if queues is not None:
            filter["$and"] = [{"$or": _theirs(queues, agent_id)}]
        if text.strip():
            filter["contact_id"] = {"$in": await self._callers(tenant_id, text.strip())}
        if of_queue is not None:
            filter["queues.queue_id"] = of_queue
        if of_agent is not None:
            filter["agents.agent_id"] = of_agent
        if cursor:
            at, last = place_of(cursor)
            filter["arrived_at"] = {
                "$lte": at
            }  # the place in the index; the rest only tells calls of one instant apart
            filter["$or"] = [{"arrived_at": {"$lt": at}}, {"arrived_at": at, "_id": {"$lt": last}}]
        collection = self._mongo.tenant(tenant_id).collection(CallRecord)
        records = await collection.find(filter, sort=[("arrived_at", -1), ("id", -1)], limit=limit + 1)
        more = len(records) > limit
        shown = tuple(records[:limit])
        return Page(records=shown, next=cursor_of(shown[-1].arrived_at, shown[-1].id) if more else None)

    async def _callers(self, tenant_id: TenantId, text: str) -> list[ContactId]:
        """A whole number is its contact's id, whatever their number; all else is looked for."""
        if _WHOLE_NUMBER.match(text):
            whole = self._contacts.id_for(tenant_id, re.sub(r"[^+0-9]", "", text))
            if await self._contacts.some(tenant_id, [whole]):
                return [whole]
        return [contact.id for contact in await self._contacts.search(tenant_id, text, MOST_CONTACTS)]

    async def record(
        self, tenant_id: TenantId, call_id: CallId, queues: Sequence[QueueId] | None, agent_id: UserId | None = None
    ) -> CallRecord:
        """Raises: NotFound, also for a call that was in none of ``queues`` and that ``agent_id`` never had."""
        record = await self._mongo.tenant(tenant_id).collection(CallRecord).get(call_id)
        if queues is not None and not visible(record, queues, agent_id):
            raise NotFound
        return record


def visible(record: CallRecord, queues: Sequence[QueueId], agent_id: UserId | None) -> bool:
    """Whether somebody of these queues may see the call."""
    visited = {record.queue_id, *(visit.queue_id for visit in record.queues)}
    return any(queue_id in visited for queue_id in queues) or (agent_id is not None and record.had(agent_id))


def _theirs(queues: Sequence[QueueId], agent_id: UserId | None) -> list[dict[str, Any]]:
    """The same as ``visible``, as the database asks it."""
    ways: list[dict[str, Any]] = [{"queue_id": {"$in": list(queues)}}, {"queues.queue_id": {"$in": list(queues)}}]
    if agent_id is not None:
        ways += [{"agent_id": agent_id}, {"agents.agent_id": agent_id}]
    return ways
