"""Makes all call records of an organisation again from its journal. The projector may go on meanwhile."""

from __future__ import annotations

import msgspec

from call24.call_records.call_record import CallRecord, fold
from call24.call_records.replay import BEGINNINGS
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo

PAGE = 2000


async def rebuild(mongo: Mongo, journal: Journal, tenant_id: TenantId) -> tuple[int, int]:
    """Make all call records of a tenant again from its journal. Returns (records, how many of them had differed)."""
    count = differed = seq = 0
    while page := await journal.read_after(tenant_id, seq, PAGE):
        seq = page[-1].seq
        for entry in page:
            if entry.type in BEGINNINGS and entry.call_id is not None:
                entries = await journal.read_call(tenant_id, entry.call_id)
                count += 1
                differed += bool(entries) and await _make_again(mongo, journal, entries)
    return count, differed


async def _make_again(mongo: Mongo, journal: Journal, entries: list[Entry]) -> bool:
    """One record; whether it had differed.

    The call may go on, or be erased, meanwhile: after each write its lines are read again until they are the same.
    """
    tenant_id, call_id = entries[0].tenant_id, entries[0].call_id
    assert call_id is not None
    collection = mongo.tenant(tenant_id).collection(CallRecord)
    try:
        known = await collection.find_one({"id": call_id})
    except msgspec.ValidationError:  # damaged, or of another version's shape
        known = None
    differed = False
    while entries and (record := fold(entries)) != known:
        if known is not None and record.ended_at is None:
            break  # of a call that goes on the projector writes only what its next start needs
        await collection.replace(record, upsert=True)
        known, differed = record, True
        entries = await journal.read_call(tenant_id, call_id)
    if not entries:
        await collection.delete(call_id)
    return differed
