"""Keeps the highest number of an organisation's journal for a process that deletes lines beside the server."""

from __future__ import annotations

from call24.journal.model import Entry, JournalHead
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo


async def keep_head(mongo: Mongo, tenant_id: TenantId) -> None:
    """Before lines are deleted: numbers go on where they were, also when no line is left. Raises: Unavailable."""
    scope = mongo.tenant(tenant_id)
    newest = await scope.collection(Entry).find_one({}, sort=[("seq", -1)])
    head = await scope.collection(JournalHead).find_one({"id": tenant_id})
    if newest is not None and (head is None or head.seq < newest.seq):
        noted = JournalHead(id=tenant_id, tenant_id=tenant_id, seq=newest.seq)
        await scope.collection(JournalHead).replace(noted, upsert=True)
