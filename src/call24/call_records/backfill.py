"""Records that were written before pages of history were read out of an index get what the index needs (ADR 57).

At each start, behind everything else, the newest first; where nothing is missing it ends after one look. Whoever writes
a record from now on files it himself (call_record.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from call24.call_records.history_row import filed
from call24.call_records.model import CallRecord
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND

log = logging.getLogger(__name__)

AT_ONCE = 100
AGAIN_S = 5.0


async def file_earlier(mongo: Mongo, tenants: Sequence[TenantId]) -> None:
    """Until each of them has its records filed; while MongoDB is away it waits."""
    for tenant_id in tenants:
        count = 0
        while True:
            try:
                done = await file_some(mongo, tenant_id)
            except Unavailable:
                await asyncio.sleep(AGAIN_S)
                continue
            except msgspec.ValidationError as damaged:
                log.warning(
                    "earlier calls of organisation %s are missing in the call history; run `%s rebuild`: %s",
                    tenant_id,
                    COMMAND,
                    damaged,
                )
                break
            count += done
            if not done:
                break
        if count:
            log.info(
                "%d earlier calls of organisation %s were added to the index of the call history", count, tenant_id
            )


async def file_some(mongo: Mongo, tenant_id: TenantId) -> int:
    """How many there were. One that is written again meanwhile is left as it is then. Raises: Unavailable."""
    records = mongo.tenant(tenant_id).collection(CallRecord)
    missing = {"found_in": None, "ended_at": {"$ne": None}}
    earlier = await records.find(missing, sort=[("arrived_at", -1), ("id", -1)], limit=AT_ONCE)
    for record in map(filed, earlier):
        await records.update_where(
            {"id": record.id, "found_in": None}, {"found_in": record.found_in, "row": record.row}
        )
    return len(earlier)
