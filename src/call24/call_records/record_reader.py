"""The readers of call records, each by itself: one that fails, or is slow, holds up no other.

As long as all is well a reader is told of each record as soon as it is written, in the order in which readers are
declared. What a reader could not take it owes (record_debt.py): it is given that again, later and later, beside the
others, and how far it is stays stored with the projector's position. A record is given as it is at that moment, some
for a second time. Which lines make a record is the projector's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from call24.call_records.call_record import CallRecord
from call24.call_records.record_debt import Behind, Debts, RecordLookup, Since
from call24.kit.clock import Clock
from call24.kit.deadline import within
from call24.kit.ids import TenantId

log = logging.getLogger(__name__)

TOLD_WITHIN_S = 1.0
"""So long the others wait for a reader; then it is set aside."""
ASIDE_S = 60.0
"""So long nobody waits for a reader that failed: it is given everything beside the others."""


@dataclass(frozen=True)
class RecordReader:
    """As a reader of the change feed: ``name`` is what its position is stored under, and what ``read`` raises has the
    record given again. Records of one call come in their order; a call holds up no other one."""

    name: str
    read: Callable[[CallRecord], Coroutine[Any, Any, None]]


class RecordReaders:
    """``run`` for as long as the process lives; ``look``: the calls of lines from a number on, and their records."""

    def __init__(self, readers: Sequence[RecordReader], clock: Clock, look: RecordLookup) -> None:
        self._readers = readers
        self._debts = {one.name: Debts(one.name, one.read, clock, look) for one in readers}
        self._aside_until = dict.fromkeys(self._debts, 0.0)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for debts in self._debts.values():
                debts.start(group)

    async def tell(self, tenant_id: TenantId, records: Sequence[CallRecord], since: Since) -> None:
        """These are written now. ``since``: the first line that a call's record before lacked. It raises nothing."""
        for record in records:
            for reader in self._readers:
                if not await self._told(reader, tenant_id, record):
                    self._debts[reader.name].owe(tenant_id, {record.id: since[record.id]})

    async def _told(self, reader: RecordReader, tenant_id: TenantId, record: CallRecord) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._aside_until[reader.name] or self._debts[reader.name].any_of(tenant_id):
            return False
        try:
            await within(TOLD_WITHIN_S, reader.read(record))
        except Exception as trouble:  # a reader's trouble must not end the others
            self._aside_until[reader.name] = now + ASIDE_S
            self._debts[reader.name].failed(tenant_id, trouble)
            return False
        return True

    # --- where readers are ---

    def restore(self, tenant_id: TenantId, behind: Mapping[str, Behind]) -> None:
        """As it was stored. Who is no reader any more is left out."""
        for name, one in behind.items():
            if name in self._debts:
                self._debts[name].restore(tenant_id, one)

    def behind(self, tenant_id: TenantId) -> dict[str, Behind]:
        """Those readers that have not had all that was told; empty as long as all is well."""
        found = {name: debts.behind(tenant_id) for name, debts in self._debts.items()}
        return {name: one for name, one in found.items() if one is not None}

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: no reader is given anything of it once this has returned."""
        for debts in self._debts.values():
            await debts.close_tenant(tenant_id)
