"""A stretch of an organisation's journal by time. Lines are numbered as they are written down, so the first one of a
time is found by halving over the numbers: the journal needs no index by time."""

from __future__ import annotations

from datetime import datetime, timedelta

from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.errors import Invalid
from call24.kit.ids import TenantId

LINES_MAX = 100_000
PAGE = 5_000
LATE = timedelta(minutes=5)
"""A line may be written down so much later than it happened (the spool, a busy disk)."""


async def lines_of(journal: Journal, tenant_id: TenantId, since: datetime, until: datetime) -> list[Entry]:
    """From ``since`` to before ``until``, in order of number. Raises: Invalid (code too_much) for more than 100,000."""
    seq = await _before(journal, tenant_id, since - LATE)
    found: list[Entry] = []
    while True:
        page = await journal.read_after(tenant_id, seq, PAGE)
        found += [entry for entry in page if since <= entry.at < until]
        if len(found) > LINES_MAX:
            raise Invalid(
                "This period has more data than one request can process: choose a shorter one", code="too_much"
            )
        if len(page) < PAGE or page[-1].at >= until + LATE:
            return found
        seq = page[-1].seq


async def _before(journal: Journal, tenant_id: TenantId, at: datetime) -> int:
    """The highest number, about, of the lines before ``at``."""
    low, high = 0, await journal.open_tenant(tenant_id)
    while low < high:
        middle = (low + high) // 2
        following = await journal.read_after(tenant_id, middle, 1)
        if following and following[0].at < at:
            low = following[0].seq
        else:
            high = middle
    return low
