"""The newest events in memory, so that readers that are up to date ask the database for nothing."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence

from call24.changes.model import Change
from call24.kit.ids import TenantId

EACH, TENANTS = 200, 500
"""Events of one organisation, and organisations: 100 000 events of some 500 bytes at most."""


class Recent:
    """Of each organisation an unbroken row of its last events, as far as this process stored them itself."""

    def __init__(self) -> None:
        self._of: OrderedDict[TenantId, deque[Change]] = OrderedDict()

    def add(self, changes: Sequence[Change]) -> None:
        tenant_id = changes[0].tenant_id
        row = self._of.pop(tenant_id, None)
        if row is None or row[-1].seq + 1 != changes[0].seq:  # another process stored some between
            row = deque(maxlen=EACH)
        row.extend(changes)
        self._of[tenant_id] = row
        if len(self._of) > TENANTS:
            self._of.popitem(last=False)

    def after(self, tenant_id: TenantId, seq: int, limit: int) -> list[Change] | None:
        """The next ones in their order; None where they are not all here."""
        row = self._of.get(tenant_id)
        if row is None or row[0].seq > seq + 1 or row[-1].seq <= seq:
            return None
        skipped = seq + 1 - row[0].seq
        return [row[place] for place in range(skipped, min(len(row), skipped + limit))]

    def forget(self, tenant_id: TenantId) -> None:
        self._of.pop(tenant_id, None)
